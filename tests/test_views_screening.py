"""Screening: one at a time with a reason, many by a search after a preview, one step back, and the PRISMA numbers."""

from pathlib import Path

import pytest
from corpora import add, copy_corpus, open_copy, run_page
from streamlit.testing.v1 import AppTest

from corpus.screening import count_scope

MORE = """@article{pots, title={Boiling water in tall pots}, year={2011}, journal={Kettles}}
@article{moss, title={Moss on stones}, year={2012}, journal={Stones}}
"""


@pytest.fixture
def path(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    copy = copy_corpus(corpora_made["tiny"], tmp_path)
    with open_copy(copy) as corpus:
        add(corpus, MORE)
    return copy


def open_page(path: Path, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=("screening", str(path)), default_timeout=90)
    at.query_params.update(query)
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def words(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def scope_of(path: Path) -> dict[str, int]:
    with open_copy(path) as corpus:
        return count_scope(corpus)


def test_one_at_a_time_the_rule_says_why_and_out_has_a_reason(path: Path) -> None:
    at = open_page(path)
    at.text_input(key="curator.name").input("Ada").run()
    assert "2 records are left here" in [h.value for h in at.header]
    assert "**The rule suggests: out of scope.** Title, abstract and keywords name nothing" in words(at)
    assert at.button(key="screening.out").disabled
    at.button(key="screening.out.not-research").click().run()
    assert "1 record is left here" in [h.value for h in at.header]
    assert scope_of(path) == {"in": 0, "out": 1, "suggested_out": 1, "waiting": 3}
    with open_copy(path) as corpus:
        (ruling,) = corpus.rulings()
        assert (ruling.value, ruling.who) == ("out", "Ada")
        assert ruling.reason == "not-research: Of a kind that is not collected here"
    at.button(key="screening.in").click().run()
    assert "Nothing is left here" in [h.value for h in at.header]
    at.button(key="screening.undo").click().run()
    at.button(key="screening.undo").click().run()
    assert "2 records are left here" in [h.value for h in at.header]
    assert scope_of(path) == {"in": 0, "out": 0, "suggested_out": 2, "waiting": 3}


def test_reasons_in_ones_own_words_and_skipping(path: Path) -> None:
    at = open_page(path)
    at.button(key="screening.skip").click().run()
    assert "1 record is left here" in [h.value for h in at.header]
    assert at.button(key="screening.out").disabled
    at.text_input(key="screening.own.one").input("About *kettles*").run()
    at.button(key="screening.out").click().run()
    with open_copy(path) as corpus:
        assert corpus.rulings()[0].reason == "About *kettles*"
    assert "Why records were excluded\\: About \\*kettles\\* \\(1\\)" in words(at)


def test_all_that_a_search_finds_after_a_preview(path: Path) -> None:
    at = open_page(path, mode="many")
    at.text_input(key="screening.query").input("pots OR moss").run()
    assert "Preview: 2 of 2 found would change" in [h.value for h in at.header]
    assert at.button(key="screening.apply").disabled
    at.selectbox(key="screening.reason.many").set_value("not-health-care").run()
    at.button(key="screening.apply").click().run()
    assert scope_of(path)["out"] == 2
    assert "| Records excluded | 2 | ruled out |" in words(at)
    at.button(key="screening.undo").click().run()
    assert scope_of(path)["out"] == 0


def test_a_search_that_cannot_be_read_is_said(path: Path) -> None:
    at = open_page(path, mode="many")
    at.text_input(key="screening.query").input("pots AND (").run()
    assert not at.exception
    assert at.error[0].value.startswith("This search cannot be read")
