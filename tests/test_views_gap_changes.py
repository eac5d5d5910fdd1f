"""What became of the gaps, on History and before an upload is accepted."""

from pathlib import Path

import pytest
from pages_toy import LAKES, NAMES, lakes, open_page, words
from stopping import stop_at

from ingest.pipeline import ingest
from ingest.rules import open_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = lakes(tmp_path / "lakes.sqlite")
    more = tmp_path / "more.csv"
    titles = [f'"Aeration and perch in the lake of {NAMES[n]}",2020' for n in range(12)]
    more.write_text("\n".join(["title,year", *titles]), encoding="utf-8")
    with open_corpus(path, LAKES) as opened:
        ingest([more], opened, accept=False)
    return path


def test_an_upload_says_which_gaps_it_would_close_before_it_is_accepted(corpus):
    at = open_page("add-files", corpus, upload="2")
    assert "**Fewer records than expected: suggestive or strong.** " in words(at)
    assert "gaps closed 1" in words(at).lower()
    assert "Aeration × fish:" not in words(at)
    at.session_state["changes.relative"] = True  # the expander is opened: only then are its cells drawn
    said = words(at.run())
    assert "Aeration × fish: 0 records before, 12 records after" in said
    assert "Aeration and perch in the lake of" in said


def test_history_compares_two_versions(corpus):
    with open_corpus(corpus, LAKES) as opened:
        opened.accept(2)
    at = open_page("history", corpus)
    assert "What changed between two versions" in [h.value for h in at.header]
    at.session_state["changes.relative"] = True
    assert "Aeration × fish: 0 records before, 12 records after" in words(at.run())
    at.number_input(key="changes-from").set_value(2).run()
    assert "Choose two different versions." in words(at)


def test_a_comparison_can_be_stopped_and_gone_on_with(corpus, monkeypatch):
    with open_corpus(corpus, LAKES) as opened:
        opened.accept(2)
    with monkeypatch.context() as while_clicked:
        said = stop_at(while_clicked, "comparing the gaps")
        at = open_page("history", corpus)
    assert said[:2] == [("taking the two versions", 0, 2), ("taking the two versions", 1, 2)]
    counted = [(done, of) for what, done, of in said if what == "counting the maps"]
    n = counted[0][1]
    assert counted == [(done, n) for done in range(1, n + 1)] * 2
    at.button(key="changes.stop").click().run()
    assert "The comparison was stopped. Nothing of it was kept." in words(at)
    assert "gaps closed" not in words(at).lower() and at.number_input(key="changes-from").value == 1
    at.button(key="changes.again").click().run()
    assert "gaps closed 1" in words(at).lower()
