"""Is the gap real: candidates accepted and rejected, results kept with name and date, and each step taken back."""

from pathlib import Path

import pytest
from pages_toy import LAKES, lakes, open_page, words
from stopping import stop_at
from streamlit.testing.v1 import AppTest

from analysis.gaps import scan
from ingest.rules import open_corpus

CELL = {"rows": "measure", "columns": "response", "row": "dredging", "col": "cost"}
TITLES = {
    "Dredging and algae in {n}": 6,
    "Aeration and cost in {n}": 6,
    "Dredging and economic losses at {n}": 2,
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return lakes(tmp_path / "lakes.sqlite", TITLES)


def press(at: AppTest, label: str) -> AppTest:
    next(b for b in at.button if b.label.startswith(label)).click().run()
    assert not at.exception
    return at


def check_in_list(path: Path) -> str | None:
    """What the list of gaps says of the cell; None if it is not listed."""
    with open_corpus(path, LAKES) as opened:
        found = scan(opened.snapshot(), level="tag", measure="absolute")
    here = found[(found["row_tag"] == "dredging") & (found["column_tag"] == "cost")]
    return None if here.empty else str(here["check"].iloc[0])


def test_candidates_show_the_words_found_and_near_misses_are_counted(corpus):
    said = words(open_page("gap-map", corpus, **CELL))
    assert "Possible records to look at." in said
    assert "of 14 records outside the cell were searched for words of both tags: 2 have both." in said
    assert "“Dredging” for Dredging (tagged); “economic” for Cost" in said
    assert "8 records on dredging without a tag for cost, 6 the other way round" in said
    assert "14 of those one tag short have no abstract" in said
    assert "[Open in PubMed](https://pubmed.ncbi.nlm.nih.gov/?term=" in said


def test_accepting_adds_the_missing_tag_and_rejecting_is_kept_for_this_cell(corpus):
    at = press(open_page("gap-map", corpus, **CELL), "Accept: add Cost")
    assert "Open: **Dredging × cost**, 1 record." in words(at)
    press(at, "Reject")
    said = words(at)
    assert "0 have both, 1 more were rejected by a person" in said
    with open_corpus(corpus, LAKES) as opened:
        kinds = [(r.kind, r.value) for r in opened.rulings()]
        assert kinds == [("tag", "added"), ("cell", "rejected")]
        assert len(opened.snapshot().cells.rejected_of(("measure", "dredging"), ("response", "cost"))) == 1


def test_what_was_found_outside_is_kept_with_name_and_date_and_can_be_taken_back(corpus):
    at = open_page("gap-map", corpus, **CELL)
    assert "Unchecked: No record in this corpus" in words(at)
    at.text_input(key="curator.name").set_value("Ada").run()
    press(at, "I looked outside: nothing")
    assert "needs a reason" in at.error[0].value.replace("\\", "")
    at.text_input[-1].set_value("PubMed, 3 May 2031: nothing")
    press(at, "I looked outside: nothing")
    assert at.success[0].value.replace("\\", "").startswith("**Looked outside, found nothing** (Ada, 20")
    said = words(at)
    assert "Unchecked: No record" not in said and "A person looked and confirmed it." in said
    assert check_in_list(corpus) == "confirmed"
    press(at, "Take this back")
    assert "Unchecked: No record in this corpus" in words(at)


def test_a_cell_that_means_nothing_is_ruled_so_and_is_no_gap_any_more(corpus):
    at = open_page("gap-map", corpus, **CELL)
    at.text_input[-1].set_value("Nobody dredges for money")
    press(at, "Does not apply")
    assert "Not applicable, so never counted as a gap: Nobody dredges for money." in words(at)
    assert check_in_list(corpus) is None
    assert "Dredging × Cost: not applicable" in words(open_page("history", corpus, decisions="cells"))
    press(at, "Take this back")
    assert "No record in this corpus" in words(at)


def test_a_search_can_be_stopped_and_the_rest_of_the_cell_stands(corpus, monkeypatch):
    with monkeypatch.context() as while_clicked:
        said = stop_at(while_clicked, "searching the texts")
        at = open_page("gap-map", corpus, **CELL)
    assert said == [("searching the texts", 0, 14)]
    at.button(key="cell.searching.stop").click().run()
    said_now = words(at)
    assert "The search was stopped. Nothing of it was kept." in said_now
    assert "records outside the cell were searched" not in said_now and "**Keep what you found**" in said_now
    at = press(at, "Search the texts")
    assert "of 14 records outside the cell were searched for words of both tags: 2 have both." in words(at)
