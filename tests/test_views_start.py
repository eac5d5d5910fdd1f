"""The start page: a question first and its answer in plain words, then what is thin, and a way on from everything."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages_toy import LAKES, lakes, open_page, words
from streamlit.testing.v1 import AppTest

from analysis.answering import TagCounts, answer
from analysis.questions import Cell, Filters, Question, to_question
from ingest.rules import open_corpus
from views.map_component import asset


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("start") / "lakes.sqlite")


def blocks(at: AppTest) -> list[dict[str, Any]]:
    """The answer as its script is given it, columns laid out one after another."""

    def spread(given: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for block in given:
            yield from (one for column in block["columns"] for one in spread(column)) if "columns" in block else [block]

    (element,) = at.get("bidi_component")
    return list(spread(json.loads(element.proto.json)["blocks"]))


def said_in(answer: list[dict[str, Any]]) -> list[str]:
    """Its texts: lines, items of lists with their head, names of links."""
    items = [" ".join(item).strip() for block in answer for item in block.get("items", ())]
    return [block["text"] for block in answer if "text" in block] + items


def quote_of(answer: list[dict[str, Any]]) -> str:
    return next(block["quote"] for block in answer if "quote" in block)


def test_it_opens_with_a_question_then_what_is_barely_present_in_the_methods_words(corpus):
    at = open_page("start", corpus)
    assert [h.value for h in at.header] == [
        "What do we know about …?",
        "Barely present",
        "Topics that look narrow or quiet",
        "The strongest gaps",
        "Three doors",
    ]
    said = words(at)
    assert "Of 220 records here that name a specific restoration measure," in said
    assert "3 concern sewage diversion (0.5 % to 3.9 %)" in said


def test_the_strongest_gaps_are_graded_unchecked_and_stand_beside_the_statement(corpus):
    said = words(open_page("start", corpus))
    assert "Aeration × fish" in said
    assert "Unchecked: 0 records; about 7.9 would be expected if aeration and fish were studied together" in said
    assert "How this collection was put together: 1 upload without a named source" in said


def test_one_word_gives_one_sentence_what_is_known_what_is_missing_and_a_quote(corpus):
    answer = blocks(open_page("start", corpus, ask="sewage diversion"))
    said = said_in(answer)
    sentence = (
        "Of 220 records here that name a specific restoration measure, 3 concern sewage diversion (0.5 % to 3.9 %)."
    )
    assert {"head": 3, "text": sentence} in answer
    assert any(line.startswith("That is barely present") for line in said)
    assert "Response: Clear water (3)" in said
    assert "Response: 4 of 5: Algae; Water plants; Fish; Cost" in said
    quote = quote_of(answer)
    assert quote.startswith(sentence)
    assert "A gap here is a lead to check" in quote
    assert "1 upload without a named source" in quote


def test_an_answer_leads_to_its_records_its_row_of_the_map_and_its_brief(corpus):
    links = [block for block in blocks(open_page("start", corpus, ask="sewage diversion")) if "link" in block]
    assert [link["link"] for link in links] == ["title"] * 3 + ["way", "page"]
    assert all(link["href"].startswith("record?id=") for link in links[:3])
    assert links[3]["text"] == "Open all 3 on the gap map"
    assert links[3]["href"] == "gap-map?rows=measure&columns=response&level=tag&row=sewage-diversion"
    assert links[4]["href"] == "brief?cell=measure%3Dsewage-diversion"


def test_what_is_counted_once_for_all_questions_gives_what_a_question_alone_would(corpus):
    with open_corpus(corpus, LAKES) as opened:
        snapshot = opened.snapshot()
        shared = TagCounts(Filters().apply(snapshot))
        for tag in opened.framework.facet("measure").tags:
            question = to_question(opened.framework, [("measure", (tag.id,))])
            alone, among = answer(question, snapshot), answer(question, snapshot, by_tag=shared)
            assert alone.findings == among.findings
        filtered = Question((Cell(("measure", "dredging")),), filters=Filters(years=(2000, None)))
        assert answer(filtered, snapshot, by_tag=shared).findings == answer(filtered, snapshot).findings


def test_two_words_give_the_cell_and_say_that_it_is_unchecked(corpus):
    answer = blocks(open_page("start", corpus, ask="aeration and fish"))
    assert quote_of(answer).startswith("Unchecked: No record in this corpus (224 records; 1 upload")
    assert "Nothing: no record here carries these tags together." in said_in(answer)


def test_words_that_are_no_tag_are_searched_for_and_a_like_tag_is_offered(corpus):
    at = open_page("start", corpus, ask="wat")
    assert at.subheader[0].value == "0 of 224 records contain “wat”"
    assert [button.label for button in at.button if button.key.startswith("start.alike")] == [
        "Clear water",
        "Water plants",
    ]
    at.button(key="start.alike.response.water-plants").click().run()
    assert not at.exception
    assert "48 concern water plants" in next(block["text"] for block in blocks(at) if block.get("head") == 3)


def test_words_that_cannot_be_searched_for_are_explained(corpus):
    at = open_page("start", corpus, ask="wetlands AND (")
    assert len(at.error) == 1


def test_an_empty_corpus_says_what_to_do(tmp_path):
    at = open_page("start", lakes(tmp_path / "empty.sqlite", {}))
    assert "It is empty so far." in words(at)
    assert "Add the first studies" in words(at)
    assert "About 20 records make the first counts" in words(at)
    assert [button.label for button in at.button] == ["Try it on another field: restoring lakes and rivers"]


def test_records_without_tags_are_said_to_have_none(tmp_path):
    at = open_page("start", lakes(tmp_path / "untagged.sqlite", {"On {n}": 3}), ask="fish")
    assert "None of these records has a tag yet" in words(at)
    assert "too few records here to compare any two tags" in words(at)


def test_the_script_takes_nothing_as_markup():
    assert not re.search(r"innerHTML|insertAdjacentHTML|outerHTML|document\.write", asset("answer.js"))
