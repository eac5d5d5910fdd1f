"""History: who decided and uploaded what, each of it taken back and brought back here, and the corpus as it was."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corpus.records import Ruling
from ingest.pipeline import ingest
from ingest.rules import open_corpus

FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"
ONE = """@article{a, title={What cleaners earn on the *wards* at night}, author={Osei, Ama}, year={2019},
  journal={Journal of Toil}, doi={10.5555/a}}
@article{b, title={What cleaners earn on the *wards* at night}, author={Osei, A.}, year={2019}, journal={medRxiv},
  doi={10.1101/b}}
"""
TWO = "@article{c, title={Porters and the long night}, author={Lund, Britt}, year={2020}, journal={Rest}}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "one.bib").write_text(ONE, encoding="utf-8")
    (tmp_path / "two.bib").write_text(TWO, encoding="utf-8")
    with open_corpus(tmp_path / "c.sqlite", FRAMEWORK, create=True) as corpus:
        ingest([tmp_path / "one.bib"], corpus, who="Ada", source="Test search")
        (doubt,) = corpus.held()
        corpus.rule(Ruling("same", (doubt.a, doubt.b), reason="One text"), who="Ben")
        ingest([tmp_path / "two.bib"], corpus, who="Cem", accept=False)
    return tmp_path / "c.sqlite"


def run_page(path: str, framework: str, can_curate: bool) -> None:
    from pathlib import Path

    from ingest.rules import open_corpus
    from views import history
    from views.state import load_state

    history.render(load_state(open_corpus(Path(path), Path(framework)), can_curate=can_curate))


def open_page(path: Path, can_curate: bool = True, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=(str(path), str(FRAMEWORK), can_curate), default_timeout=60)
    at.query_params.update(query)
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    """What the page says, without the backslashes that keep titles from being markup."""
    return "\n".join(m.value for m in at.markdown).replace("\\", "")


def states(path: Path) -> list[str]:
    with open_corpus(path, FRAMEWORK) as corpus:
        return [i.state for i in corpus.imports()]


def test_uploads_and_decisions_with_who_and_why(path: Path) -> None:
    at = open_page(path)
    assert [s.value for s in at.subheader] == ["Import 2: waits to be accepted", "Import 1: part of the corpus"]
    text = shown(at)
    assert "Uploaded by Ada, " in text
    assert "2 found, 1 new, 0 merged, 1 held, 0 rejected." in text
    assert "**One work: “What cleaners earn on the *wards* at night” and one with the same title**" in text
    assert any("earn on the \\*wards\\* at night" in m.value for m in at.markdown)
    assert "Ben, " in text
    assert "Reason: One text" in text
    what = at.dataframe[0].value
    assert what["What"].tolist() == ["Decided", "Accepted import 1"]
    assert what["Who"].tolist() == ["Ben", "Ada"]


def test_a_proposal_is_accepted_or_declined_here_under_a_name(path: Path) -> None:
    at = open_page(path)
    at.text_input(key="curator.name").input("Dia").run()
    at.button(key="history.Accept.2").click().run()
    assert states(path) == ["accepted", "accepted"]
    with open_corpus(path, FRAMEWORK) as corpus:
        assert corpus.history()[-1].who == "Dia"


def test_a_declined_proposal_says_who_declined_it(path: Path) -> None:
    at = open_page(path)
    at.text_input(key="curator.name").input("Dia").run()
    at.button(key="history.Decline.2").click().run()
    assert states(path) == ["accepted", "declined"]
    assert "Declined by Dia, " in shown(at)


def test_an_import_is_taken_out_and_brought_back(path: Path) -> None:
    at = open_page(path)
    at.button(key="history.Take out again.1").click().run()
    assert states(path) == ["undone", "proposed"]
    assert "(not in the corpus now)" in shown(at)
    at.button(key="history.Bring back.1").click().run()
    assert states(path) == ["accepted", "proposed"]
    assert not at.exception


def test_a_decision_is_taken_back_and_stands_again(path: Path) -> None:
    at = open_page(path)
    at.button(key="history.ruling.Take back.1").click().run()
    with open_corpus(path, FRAMEWORK) as corpus:
        assert len(corpus.records()) == 2
    assert "~~One work: " in shown(at)
    assert "Taken back by curator, " in shown(at)
    at.button(key="history.ruling.Decide so again.2").click().run()
    with open_corpus(path, FRAMEWORK) as corpus:
        assert len(corpus.records()) == 1
    assert "~~" not in shown(at)


def test_the_corpus_as_it_was(path: Path) -> None:
    at = open_page(path, **{"as-of": "1"})
    assert "**2 records**" in shown(at)
    assert "Since then 0 came and 1 went." in shown(at)
    at.number_input(key="as-of").set_value(0).run()
    assert "**0 records**" in shown(at)
    assert "Since then 1 came and 0 went." in shown(at)


def test_decisions_of_one_kind(path: Path) -> None:
    at = open_page(path, decisions="codes")
    assert "Nobody has decided anything of this kind yet." in shown(at)


def test_those_who_may_not_decide_see_no_buttons(path: Path) -> None:
    assert not open_page(path, can_curate=False).button


def test_nothing_has_happened_yet(tmp_path: Path) -> None:
    open_corpus(tmp_path / "c.sqlite", FRAMEWORK, create=True).close()
    assert "Nothing has happened yet." in shown(open_page(tmp_path / "c.sqlite"))
