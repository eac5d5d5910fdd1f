"""The gap map page: any cell has an address, opens its records with the words that count, and can be taken away."""

import json
from pathlib import Path
from typing import Any

import pytest
from pages_toy import LAKES, lakes, open_page, words
from streamlit.testing.v1 import AppTest

from ingest.rules import open_corpus
from views.state import load_state


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("map") / "lakes.sqlite")


def frame_of(at: AppTest) -> dict[str, Any]:
    """What stands around the map, as its script is given it."""
    frames = (json.loads(element.proto.json).get("frame") for element in at.get("bidi_component"))
    return next(filter(None, frames))


def test_nothing_is_open_at_first(corpus):
    at = open_page("gap-map", corpus)
    assert "Choose a cell, a row or a column to read its records." in words(at)
    assert frame_of(at)["caveats"].startswith("How this collection was put together: 1 upload without a named source. ")
    assert [box.label for box in at.selectbox][:3] == ["Rows", "Columns", "Level"]
    assert not at.header


def test_an_address_opens_its_cell_with_sentences_and_passages(corpus):
    at = open_page("gap-map", corpus, rows="measure", columns="response", row="dredging", col="cost")
    said = words(at)
    assert at.header[0].value == "Dredging × cost"
    assert "Open: **Dredging × cost**, 1 record." in said
    assert "Unchecked: 1 record in this corpus (224 records; 1 upload without a named source) is tagged both" in said
    assert "1 record; about 8.2 would be expected if dredging and cost were studied together" in said
    assert "- **Dredging** (coded by rule: “Dredging” in the title)" in said
    assert "- **Cost** (coded by rule: “cost” in the title)" in said


def test_a_row_lists_its_records_page_by_page(corpus):
    at = open_page("gap-map", corpus, rows="measure", columns="response", row="dredging")
    assert "**49 records** of the 224 counted here. From 1990 to 2019." in words(at)
    assert sum(element.value.startswith(":small[No author") for element in at.markdown) == 20
    last = open_page("gap-map", corpus, rows="measure", columns="response", row="dredging", page="3")
    assert sum(element.value.startswith(":small[No author") for element in last.markdown) == 9


def test_general_tags_that_may_cover_a_cell_are_named_with_their_records(corpus):
    at = open_page("gap-map", corpus, rows="response", columns="pressure", row="fish", col="nutrients")
    assert "Records with a general tag may cover this too:" in words(at)
    assert "Fish × other pressures: 4 records" in words(at)


def test_a_cell_that_means_nothing_says_why(corpus):
    at = open_page("gap-map", corpus, rows="measure", columns="pressure", level="tag", row="dredging", col="shore-loss")
    assert "Not applicable, so never counted as a gap: Dredging deepens a lake" in words(at)


def test_an_address_of_a_cell_that_is_not_there_is_said_not_followed(corpus):
    at = open_page("gap-map", corpus, rows="measure", columns="response", row="draining")
    assert "The address names a cell that this map does not have. Choose one below." in words(at)
    assert not at.header


def test_closing_and_choosing_other_rows_forget_the_cell(corpus):
    at = open_page("gap-map", corpus, rows="measure", columns="response", row="dredging", col="cost")
    at.button(key="gap_map.close").click().run()
    assert "row" not in at.query_params
    at = open_page("gap-map", corpus, rows="measure", columns="response", row="dredging", col="cost")
    at.selectbox(key="rows").set_value("pressure").run()
    assert not at.exception
    assert at.query_params["rows"] == "pressure"
    assert "row" not in at.query_params


def test_rows_and_columns_change_places_with_the_open_cell(corpus):
    at = open_page("gap-map", corpus, rows="measure", columns="response", row="dredging", col="cost")
    at.button(key="gap_map.swap").click().run()
    assert not at.exception
    assert at.header[0].value == "Cost × dredging"
    assert (at.query_params["row"], at.query_params["col"]) == ("cost", "dredging")


def test_topics_can_be_the_rows(corpus):
    at = open_page("gap-map", corpus, rows="topic", columns="response", topics="4")
    assert at.number_input(key="topics").value == 4
    assert "Choose a cell" in words(at)


def test_a_topic_opens_like_any_row(corpus):
    with open_corpus(corpus, LAKES) as opened:
        topic = load_state(opened).topics(4).topics[0]
    at = open_page("gap-map", corpus, rows="topic", columns="response", topics="4", row=topic.id, col="algae")
    assert at.header[0].value.replace("\\", "") == f"{topic.label} × algae"
    assert f"Open: **{topic.label} × algae**" in words(at)


def test_the_codes_that_count_can_be_switched(corpus):
    at = open_page("gap-map", corpus)
    frame = frame_of(at)
    assert frame["basis"].startswith("220 records with tags on both sides, coded 220 by rules from titles alone. Shown")
    assert frame["switch"] == [["people", "Only people's codes"], ["rules", "Only rules' codes"]]
    at.session_state["coded"] = "people"
    at.run()
    assert at.query_params["coded"] == "people"
    assert "No record passes these filters." in words(at)


def test_both_downloads_and_the_lines_for_a_web_site_come_with_the_click_that_asks_for_them(corpus):
    at = open_page("gap-map", corpus)
    assert not at.get("download_button")
    at.session_state["gap_map.take"] = True
    at.run()
    assert at.code[0].value.startswith('<iframe src="https://your-site.example/lacuna-measure-by-response.html"')
    labels = [button.label for button in at.get("download_button")]
    assert labels == ["Numbers (CSV)", "This map as one file (HTML)"]


def test_filters_that_leave_nothing_say_so(corpus):
    at = open_page("gap-map", corpus, **{"from": "2090"})
    assert "No record passes these filters. Remove one of them to see the map again." in words(at)


def test_filters_hold_while_their_fields_are_not_drawn(corpus):
    at = open_page("gap-map", corpus, **{"f-measure": "dredging", "coded": "rules"})
    assert not at.multiselect and [field.label for field in at.number_input] == ["From year", "To year"]
    assert at.button(key="filters.remove.f-measure").label.endswith(": Dredging ✕")
    assert at.button(key="filters.remove.coded").label == "Coded by rules only ✕"
    at.session_state["filters"] = True
    at.run()
    assert at.multiselect(key="f-measure").value == ["dredging"] and at.selectbox(key="coded").value == "rules"
    at.multiselect(key="f-measure").set_value(["aeration"]).run()
    at.session_state["filters"] = False
    at.run()
    assert not at.multiselect and at.query_params["f-measure"] == "aeration"
    at.button(key="filters.remove.f-measure").click().run()
    assert "f-measure" not in at.query_params and at.query_params["coded"] == "rules"


@pytest.mark.parametrize(
    "titles", [{}, {"On {n}": 2}, {"Dredging and algae in {n}": 1}], ids=["empty", "untagged", "one"]
)
def test_next_to_nothing_is_drawn_without_complaint(tmp_path, titles):
    open_page("gap-map", lakes(tmp_path / "small.sqlite", titles))
