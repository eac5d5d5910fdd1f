"""One record from several entries: which value stands, and from which entry it came."""

from itertools import permutations

import pytest

from corpus.folding import RULES, fold
from corpus.records import FIELD_NAMES, Author, Fields, Record


def folded(*some: Fields) -> Record:
    """The record of these entries; the same whatever their ids."""
    records = [fold(dict(zip("abcd", order, strict=False))) for order in permutations(some)]
    values = {tuple(repr(getattr(record, name)) for name in FIELD_NAMES) for record in records}
    assert len(values) == 1
    return fold(dict(zip("abcd", some, strict=False)))


def test_every_field_has_a_rule() -> None:
    assert set(RULES) == set(FIELD_NAMES)


@pytest.mark.parametrize(
    ("name", "given", "stands"),
    [
        pytest.param("title", ["Sleep", "SLEEP AND WORK", "Sleep"], "Sleep", id="most"),
        pytest.param("title", ["SLEEP AND WORK", "Sleep and work"], "Sleep and work", id="capitals lose"),
        pytest.param("title", ["SLEEP", "SLEEP", "Sleep"], "Sleep", id="capitals lose to one"),
        pytest.param("title", ["Sleep and work", "Sleep"], "Sleep and work", id="one lost its subtitle"),
        pytest.param(
            "title", ["Sleep and work", "Sleep and work", "RETRACTED: Sleep"], "RETRACTED: Sleep", id="retracted wins"
        ),
        pytest.param("abstract", ["Short", "Short", "Much longer than that"], "Much longer than that", id="longest"),
        pytest.param("abstract", ["ALL IN CAPITALS, LONG", "In small letters"], "In small letters", id="capitals"),
        pytest.param("year", [2020, 2019], 2019, id="the earlier of two"),
        pytest.param("year", [2020, 2019, 2020], 2020, id="what most say"),
        pytest.param("venue", ["J Toil", "Journal of Toil", "J Toil"], "Journal of Toil", id="not the abbreviation"),
        pytest.param("pages", ["101-9", "101-109"], "101-109", id="the fullest"),
        pytest.param("type", ["article", "article", "review"], "review", id="the more telling"),
        pytest.param("type", ["preprint", "article"], "article", id="what was published"),
        pytest.param("type", ["conference", "article", "article"], "article", id="what most say of the form"),
        pytest.param("type", ["other", "report"], "report", id="other says nothing"),
    ],
)
def test_which_value_stands_and_where_it_came_from(name: str, given: list[object], stands: object) -> None:
    record = folded(*(Fields(**{name: value}) for value in given))  # type: ignore[arg-type]
    assert getattr(record, name) == stands
    assert record.taken_from[name] == "abcd"[given.index(stands)]


def test_lists_are_joined_each_item_once() -> None:
    record = folded(Fields(keywords=("Sleep", "pay")), Fields(keywords=("sleep", "rest"), notes=("From a thesis",)))
    assert record.keywords == ("pay", "rest", "Sleep")
    assert record.notes == ("From a thesis",)
    assert "keywords" not in record.taken_from


def test_the_whole_author_list_stands() -> None:
    cut = Fields(authors=(Author("Osei", "Ama"), Author("Lund", "Britt")), authors_cut=True)
    initials = Fields(authors=(Author("Osei", "A"), Author("Lund", "B"), Author("Wu", "C")))
    record = folded(cut, initials)
    assert (record.authors, record.authors_cut) == (initials.authors, False)
    assert record.taken_from["authors"] == "b"


def test_of_two_dois_that_of_the_entry_that_agrees_with_the_rest_stands() -> None:
    good = Fields(title="Sleep and work", year=2019, venue="Journal of Toil", volume="3", doi="10.5555/right")
    same = Fields(title="Sleep and work", year=2019, venue="J Toil", volume="3", pmid="1")
    stray = Fields(title="Sleep and wrok", year=2019, volume="4", doi="10.5555/much.longer.and.wrong", pmid="222")
    record = folded(good, same, stray)
    assert (record.doi, record.taken_from["doi"]) == ("10.5555/right", "a")
    assert (record.pmid, record.taken_from["pmid"]) == ("1", "b")
    outvoted = folded(good, Fields(doi="10.5555/x"), Fields(doi="10.5555/x"))
    assert outvoted.doi == "10.5555/x"


def test_one_entry_is_taken_as_it_is() -> None:
    only = Fields(title="SLEEP", year=2019, keywords=("b", "a"))
    record = fold({"a": only})
    assert (record.title, record.keywords, record.taken_from) == ("SLEEP", ("b", "a"), {})
