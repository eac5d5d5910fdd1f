"""The page Brief: the preview, the claim, the receipt, and the door for studies we missed."""

import shutil
from pathlib import Path

import pytest
import streamlit as st
from pages_toy import LAKES, lakes, open_page, words

from analysis.answering import answer
from analysis.brief import build_brief
from analysis.questions import Question, to_cell
from ingest.rules import open_corpus
from views import long_work
from views.missed import read_doi, to_ris

CELL = "measure=aeration*response=fish"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return lakes(tmp_path_factory.mktemp("brief") / "lakes.sqlite")


def test_a_gap_is_previewed_in_the_words_of_the_files(corpus):
    at = open_page("brief", corpus, cell=CELL)
    said = words(at)
    assert [h.value for h in at.header][:1] == ["Aeration × fish"]
    assert "Finding, not yet checked outside the tags" in said
    assert "Unchecked: 0 records; about 7.9 would be expected if aeration and fish were studied together" in said
    assert "This does not show that the harm is rare" in said
    assert "On aeration and fish: a study." in said
    assert "Receipt: SHA-256" in said.replace("*", "")
    assert at.multiselect(key="cell").value == [CELL]


def test_without_a_choice_the_strongest_gaps_are_offered(corpus):
    at = open_page("brief", corpus)
    assert at.multiselect(key="cell").options == ["Aeration × fish", "Dredging × cost"]
    at.multiselect(key="cell").set_value([CELL, "measure=dredging*response=cost"]).run()
    assert not at.exception
    assert [h.value for h in at.header][:2] == ["Aeration × fish", "Dredging × cost"]


def test_an_address_that_names_nothing_we_have_is_explained(corpus):
    at = open_page("brief", corpus, cell="measure=prayer*response=fish")
    assert 'no tag or group "prayer"' in at.error[0].value.replace("\\", "")
    assert len(open_page("brief", corpus, topic="no-such-topic").error) == 1


def test_a_claim_is_tested_and_words_without_a_tag_are_searched_for(corpus):
    said = words(open_page("brief", corpus, claim="There is no research on dredging and cost"))
    assert "Not so, as far as this corpus goes: 1 record here is tagged dredging and cost." in said
    assert "No tag of this framework stands for “moon dust”" in words(
        open_page("brief", corpus, claim="There is no research on moon dust")
    )


def test_a_receipt_handed_back_is_reproduced_or_refused(corpus):
    with open_corpus(corpus, LAKES) as opened:
        question = Question((to_cell(CELL, opened.framework),), search=False)
        counted = answer(question, opened.snapshot())
        brief = build_brief(counted, opened.records, rules=opened.rules_fingerprint, date="d")
    good = brief.receipt.to_json()
    for text, said in (
        (good, "Reproduced"),
        (good.replace('records": 0', 'records": 5'), "altered"),
        ("{}", "no receipt"),
    ):
        at = open_page("brief", corpus)
        at.file_uploader(key="brief.receipt").set_value([("r.json", text.encode(), "application/json")]).run()
        assert not at.exception
        assert said in "".join(element.value for element in (*at.success, *at.error)).replace("\\", "")


def test_a_study_we_missed_becomes_a_proposal_for_the_cell(corpus, tmp_path):
    copy = Path(shutil.copy(corpus, tmp_path / "lakes.sqlite"))
    at = open_page("brief", copy, cell=CELL)
    suggest(at, "https://doi.org/10.5555/New.Fish")
    assert not at.exception
    assert "It waits for a curator as upload 2" in at.success[0].value
    with open_corpus(copy, LAKES) as opened:
        (_, made) = opened.imports()
        assert (made.state, made.source, made.totals["found"]) == ("proposed", "suggested for Aeration × fish", 1)
        assert opened.version == 1
    suggest(at, "10.1000/1")
    assert any("here already" in info.value for info in at.info)
    suggest(at, "not one")
    assert "A DOI begins with 10." in at.error[0].value


def suggest(at, doi):
    next(field for field in at.text_input if field.label == "DOI").set_value(doi)
    next(button for button in at.button if button.label == "Suggest it").click()
    at.run()
    assert not at.exception


def test_the_cell_the_gap_cards_and_start_lead_to_the_brief(corpus):
    query = {"rows": "measure", "columns": "response", "row": "aeration", "col": "fish", "level": "tag"}
    said = words(open_page("gap-map", corpus, **query))
    assert "The smallest study that would help. On aeration and fish: a study." in said.replace("*", "")
    assert "Make a brief" in said
    assert "Make a brief" in words(open_page("gaps", corpus))
    start = open_page("start", corpus, ask="sewage diversion")
    drawn = start.get("bidi_component")[0].proto.json
    assert "Too few to compare: with 3 records, none of its 5 combinations" in drawn
    assert "Make a brief" in drawn
    assert not any(code.value.startswith("TITLE-ABS-KEY(") for code in start.code)
    start.session_state["start.further"] = True  # opened: the texts are searched, and the searches are written
    start.run()
    assert any(code.value.startswith("TITLE-ABS-KEY(") for code in start.code)
    assert "found no other" in words(start) or "suggest it: to look at first" in words(start)


def test_dois_are_read_however_they_are_pasted():
    assert read_doi("doi:10.1000/ABC.9.") == "10.1000/abc.9"
    assert read_doi("") == read_doi("11.1000/x") == ""
    assert to_ris("10.1/x", " A\ntitle ", "B × c").splitlines() == [
        "TY  - JOUR", "TI  - A title", "DO  - 10.1/x", "N1  - Suggested for B × c", "ER  - ",
    ]  # fmt: skip


def test_a_brief_and_a_claim_can_be_stopped_and_the_rest_of_the_page_stands(corpus, monkeypatch):
    monkeypatch.setattr(long_work, "PATIENCE", 0.0)
    show = long_work.Meter.__call__
    said: list[tuple[str, int, int]] = []

    def end(self: long_work.Meter, what: str, done: int, of: int) -> None:
        show(self, what, done, of)
        said.append((what, done, of))
        if done:
            st.stop()

    long_work._held.clear()
    claim = "There is no research on dredging and cost"
    with monkeypatch.context() as while_clicked:
        while_clicked.setattr(long_work.Meter, "__call__", end)
        at = open_page("brief", corpus, cell=CELL, claim=claim)
        assert said[0][0] == "searching the texts" and said[-1][1] == 200 < said[-1][2]
        at.button(key="brief.stop").click().run()
        assert "The brief was stopped. Nothing of it was kept." in words(at)
        at.button(key="claim.stop").click().run()  # the page went on to the claim
    assert [h.value for h in at.header] == ["Test a claim", "Check a receipt"]
    assert "The test was stopped. Nothing of it was kept." in words(at)
    assert at.multiselect(key="cell").value == [CELL] and at.text_input(key="claim").value == claim
    at.button(key="claim.again").click().run()
    assert "Not so, as far as this corpus goes: 1 record here is tagged dredging and cost." in words(at)
    assert [h.value for h in at.header] == ["Test a claim", "Check a receipt"]
    at.button(key="brief.again").click().run()
    assert [h.value for h in at.header] == ["Aeration × fish", "Test a claim", "Check a receipt"]
