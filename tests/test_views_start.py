"""The start page: a question first and its answer in plain words, then what is thin, and a way on from everything."""

from pathlib import Path

import pytest
from pages_toy import lakes, open_page, words


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("start") / "lakes.sqlite")


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
    at = open_page("start", corpus, ask="sewage diversion")
    said = words(at)
    sentence = (
        "Of 220 records here that name a specific restoration measure, 3 concern sewage diversion (0.5 % to 3.9 %)."
    )
    assert at.subheader[0].value.replace("\\", "") == sentence
    assert "That is barely present" in said
    assert "- **Response:** Clear water (3)" in said
    assert "- **Response:** 4 of 5: Algae; Water plants; Fish; Cost" in said
    assert at.code[0].value.startswith(sentence)
    assert "A gap here is a lead to check" in at.code[0].value
    assert "1 upload without a named source" in at.code[0].value


def test_two_words_give_the_cell_and_say_that_it_is_unchecked(corpus):
    at = open_page("start", corpus, ask="aeration and fish")
    assert at.code[0].value.startswith("Unchecked: No record in this corpus (224 records; 1 upload")
    assert "Nothing: no record here carries these tags together." in words(at)


def test_words_that_are_no_tag_are_searched_for_and_a_like_tag_is_offered(corpus):
    at = open_page("start", corpus, ask="wat")
    assert at.subheader[0].value == "0 of 224 records contain “wat”"
    assert [button.label for button in at.button if button.key.startswith("start.alike")] == [
        "Clear water",
        "Water plants",
    ]
    at.button(key="start.alike.response.water-plants").click().run()
    assert not at.exception
    assert "48 concern water plants" in at.subheader[0].value


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
