"""Review: what differs is marked, decisions are kept under a name, put off or undone; the queue may be empty."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corpus.records import Ruling
from ingest.pipeline import ingest
from ingest.rules import open_corpus
from views.review import mark_differences

FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"
BIB = """@article{{a, title={{{title}}}, author={{Osei, Ama}}, year={{2019}}, journal={{Journal of Toil}},
  doi={{10.5555/{key}}}}}
@article{{b, title={{{title}}}, author={{Osei, A.}}, year={{2018}}, journal={{medRxiv}}, doi={{10.1101/{key}}}}}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    for key, title in (("one", "What cleaners earn on the *wards* at night"), ("two", "Porters and the long night")):
        (tmp_path / f"{key}.bib").write_text(BIB.format(key=key, title=title), encoding="utf-8")
        with open_corpus(tmp_path / "c.sqlite", FRAMEWORK, create=True) as corpus:
            ingest([tmp_path / f"{key}.bib"], corpus)
    return tmp_path / "c.sqlite"


def run_page(path: str, framework: str, can_curate: bool) -> None:
    from pathlib import Path

    from ingest.rules import open_corpus
    from views import review
    from views.state import load_state

    review.render(load_state(open_corpus(Path(path), Path(framework)), can_curate=can_curate))


def open_page(path: Path, can_curate: bool = True, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=(str(path), str(FRAMEWORK), can_curate), default_timeout=60)
    at.query_params.update(query)
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


@pytest.mark.parametrize(
    ("one", "other", "marked"),
    [
        pytest.param("Night work", "Night work", ("Night work", "Night work"), id="equal"),
        pytest.param(
            "Night work",
            "Day work",
            (":orange-background[**Night**] work", ":orange-background[**Day**] work"),
            id="word",
        ),
        pytest.param("NIGHT WORK.", "Night work", ("NIGHT WORK\\.", "Night work"), id="capitals and stops aside"),
        pytest.param("Night", "", ("Night", ""), id="one has none"),
        pytest.param(
            "[a](b)", "c", (":orange-background[**\\[a\\]\\(b\\)**]", ":orange-background[**c**]"), id="markup"
        ),
    ],
)
def test_what_differs_is_marked(one: str, other: str, marked: tuple[str, str]) -> None:
    assert mark_differences(one, other) == marked


def test_long_texts_are_shown_around_their_first_difference() -> None:
    same = "word " * 300
    one, other = mark_differences(same + "first end", same + "second end")
    assert one == "… " + "word " * 12 + ":orange-background[**first**] end"
    assert other.endswith(":orange-background[**second**] end")


def test_a_pair_side_by_side_with_the_reason(path: Path) -> None:
    at = open_page(path)
    assert [h.value for h in at.header] == ["2 questions wait"]
    assert "Probably one work" in at.info[0].value
    assert "A preprint and its article are two versions" in at.info[0].value
    text = shown(at)
    assert ":small[Year, first]  \n:orange-background[**20" in text
    assert "earn on the \\*wards\\* at night" in text or "Porters and the long night" in text
    assert ":small[The same in both]  \nKind article" in text


def test_deciding_putting_off_and_undoing(path: Path) -> None:
    at = open_page(path)
    at.text_input(key="curator.name").input("Ada").run()
    at.button(key="review.skip").click().run()
    assert "1 put off" in shown(at)
    at.button(key="review.same").click().run()
    assert [h.value for h in at.header] == ["1 question waits"]
    assert at.info[0].value == "Nothing is left but what you put off."
    with open_corpus(path, FRAMEWORK) as corpus:
        assert [(r.kind, r.who) for r in corpus.rulings()] == [("same", "Ada")]
        assert len(corpus.records()) == 3
    at.button(key="review.undo").click().run()
    assert [h.value for h in at.header] == ["2 questions wait"]
    at.button(key="review.distinct").click().run()
    at.button(key="review.again").click().run()
    at.button(key="review.distinct").click().run()
    assert not at.exception
    assert at.success[0].value == "No two records are in doubt."
    with open_corpus(path, FRAMEWORK) as corpus:
        assert len(corpus.records()) == 4
        assert corpus.held() == []


def test_questions_of_one_import(path: Path) -> None:
    at = open_page(path, **{"import": "2"})
    assert [h.value for h in at.header] == ["1 question waits"]
    assert at.selectbox[0].options == ["All imports", "Import 2: two.bib (1)", "Import 1: one.bib (1)"]
    at.button(key="review.distinct").click().run()
    assert at.success[0].value == "No question is left from this import."
    at.selectbox[0].set_value("all").run()
    assert [h.value for h in at.header] == ["1 question waits"]


def test_an_address_with_an_import_that_is_not_there(path: Path) -> None:
    assert [h.value for h in open_page(path, **{"import": "99"}).header] == ["2 questions wait"]


def test_those_who_may_not_decide_can_look(path: Path) -> None:
    at = open_page(path, can_curate=False)
    assert at.button(key="review.same").disabled
    assert at.button(key="review.distinct").disabled
    assert "Only a curator can decide. You can look." in [i.value for i in at.info]


def test_a_decision_made_elsewhere_is_not_asked_here(path: Path) -> None:
    at = open_page(path)
    with open_corpus(path, FRAMEWORK) as corpus:
        corpus.rule(*(Ruling("distinct", (link.a, link.b)) for link in corpus.held()))
    at.run()
    assert at.success[0].value == "No two records are in doubt."


def test_an_empty_corpus_has_nothing_to_ask(tmp_path: Path) -> None:
    open_corpus(tmp_path / "c.sqlite", FRAMEWORK, create=True).close()
    at = open_page(tmp_path / "c.sqlite")
    assert at.success[0].value == "No two records are in doubt."
    assert "Add citation files" in shown(at)
