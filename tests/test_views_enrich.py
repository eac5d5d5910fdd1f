"""The page Look up: it says what it would send, sends it at a click, reports, and takes it out again."""

from pathlib import Path

import pytest
from corpora import add, copy_corpus, open_copy, run_page
from pages_toy import words
from services_toy import Toy, serve, work
from streamlit.testing.v1 import AppTest

TITLE = "Sexual harassment of nurses by patients in hospital wards"


@pytest.fixture
def path(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    return copy_corpus(corpora_made["tiny"], tmp_path)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serve(Toy()) as toy:
        monkeypatch.setenv("LACUNA_OPENALEX_ADDRESS", toy.address)
        yield toy


def open_page(path: Path) -> AppTest:
    at = AppTest.from_function(run_page, args=("look-up", str(path)), default_timeout=60).run()
    assert not at.exception, at.exception[0].message
    return at


def test_it_says_what_it_sends_then_fills_and_undoes(path, toy):
    toy.works = {"doi:10.5555/lacuna.one": [work(1, TITLE, "10.5555/lacuna.one", type="review")]}
    at = open_page(path)
    assert "1 DOI would be sent to 127.0.0.1" in words(at)
    assert toy.asked == []
    at.button(key="look_up.go").click().run()
    assert not at.exception, at.exception[0].message
    assert len(toy.asked) == 1
    assert at.success[0].value.replace("\\", "") == "Filled in: publication types of 1 record, languages of 1 record."
    assert "Found 1 = 0 new + 1 merged + 0 held + 0 rejected." in words(at)
    with open_copy(path) as corpus:
        (one,) = [r for r in corpus.records() if r.doi]
        assert (one.language, one.title) == ("en", TITLE)
    at.button(key="look_up.undo.2").click().run()
    assert "Taken out again" in at.info[0].value
    with open_copy(path) as corpus:
        assert [r.language for r in corpus.records()] == [None] * 3


def test_trouble_is_said_and_nothing_is_lost(path, toy):
    toy.troubles = [(400, {}, "")]
    at = open_page(path)
    at.button(key="look_up.go").click().run()
    assert "refuses the question" in at.error[0].value
    assert not at.success
    at.text_input(key="look_up.mail").input("nobody").run()
    assert any("is no mail address" in error.value for error in at.error)


def test_what_another_record_shares_is_for_a_person_first(path, toy):
    with open_copy(path) as corpus:
        add(corpus, "@article{x, title={A quite different piece on lifts}, year={2001}, doi={10.5555/lacuna.one}}")
    at = open_page(path)
    assert "Nothing would be sent to OpenAlex." in words(at)
    assert any("decide under Review first" in said.value for said in at.markdown)
    assert "look_up.go" not in {button.key for button in at.button}
