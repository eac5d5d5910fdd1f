"""Search: what a person types finds what they mean, and never reaches SQL as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.errors import QueryError
from corpus.framework import load_framework
from corpus.query import parse_query
from corpus.records import Assignment
from corpus.search import (
    Filters,
    count_facets,
    find,
    find_marks,
    index,
    ranking,
    search,
    suggest_tags,
    suggest_words,
    write_snippet,
)
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")

TITLES = {
    "Red house near the lake": {"year": "1999", "abstract": "Nothing about bullying here."},
    "Blue houses of the lake people": {"year": "2005", "doi": "10.1/blue"},
    "Bullying in small red schools": {"year": "2015", "author": "Müller"},
    "Teal rivers": {"year": "2020", "abstract": "A house stands by the river."},
    "护士职场霸凌的研究": {"year": "2018"},
    "Children's co-worker study": {},
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    path = tmp_path_factory.mktemp("search") / "c.sqlite"
    with Corpus.open(path, FRAMEWORK, toy.RULES, create=True) as opened:
        toy.add(opened, [toy.entry(title, **fields) for title, fields in TITLES.items()])
        gone = toy.add(opened, [toy.entry("Red house that was undone")])
        opened.undo(gone.id)
        yield opened


def titles(corpus: Corpus, query: str, **how: object) -> list[str]:
    hits, total = search(corpus, query, **how)  # type: ignore[arg-type]
    found = [record.title or "" for record in corpus.records(hit.id for hit in hits)]
    assert total >= len(found)
    return found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param('"house"', {"Red house near the lake", "Teal rivers"}, id="a word in quotes, in any field"),
        pytest.param(
            "house",
            {"Red house near the lake", "Teal rivers", "Blue houses of the lake people"},
            id="a word typed without syntax, and its plural",
        ),
        pytest.param(
            "HOUSE*", {"Red house near the lake", "Teal rivers", "Blue houses of the lake people"}, id="prefix"
        ),
        pytest.param("red lake", {"Red house near the lake"}, id="words side by side mean and"),
        pytest.param('"lake people"', {"Blue houses of the lake people"}, id="phrase"),
        pytest.param('"people lake"', set(), id="phrase in another order"),
        pytest.param(
            "red OR teal", {"Red house near the lake", "Bullying in small red schools", "Teal rivers"}, id="or"
        ),
        pytest.param("red NOT school*", {"Red house near the lake"}, id="not"),
        pytest.param("(red OR blue) AND lake NOT people", {"Red house near the lake"}, id="brackets"),
        pytest.param("NOT lake NOT teal 2015", set(), id="a number is a word"),
        pytest.param("title:bullying", {"Bullying in small red schools"}, id="field"),
        pytest.param("bullying", {"Bullying in small red schools", "Red house near the lake"}, id="title and abstract"),
        pytest.param("author:muller", {"Bullying in small red schools"}, id="accents do not matter"),
        pytest.param(
            "year:2015-", {"Bullying in small red schools", "Teal rivers", "护士职场霸凌的研究"}, id="years from"
        ),
        pytest.param("house year:-2000", {"Red house near the lake"}, id="words and years"),
        pytest.param("year:2005 OR teal", {"Blue houses of the lake people", "Teal rivers"}, id="years or words"),
        pytest.param("doi:10.1/BLUE", {"Blue houses of the lake people"}, id="doi"),
        pytest.param("colour:red", {"Red house near the lake", "Bullying in small red schools"}, id="a tag"),
        pytest.param("colour:red NOT size:small", {"Red house near the lake"}, id="a tag but not another"),
        pytest.param("霸凌", {"护士职场霸凌的研究"}, id="Chinese"),
        pytest.param("co-worker", {"Children's co-worker study"}, id="hyphen"),
        pytest.param("children's", {"Children's co-worker study"}, id="apostrophe"),
        pytest.param("lake: near", {"Red house near the lake"}, id="a colon that names no field"),
        pytest.param('"; DROP TABLE records; --', set(), id="hostile"),
        pytest.param("undone", set(), id="what was undone is not found"),
        pytest.param("r?d", {"Red house near the lake", "Bullying in small red schools"}, id="one character"),
        pytest.param("hous$1", {"Red house near the lake", "Teal rivers"}, id="one more character at most"),
        pytest.param("bul*ing", {"Bullying in small red schools", "Red house near the lake"}, id="wildcard within"),
        pytest.param("red NEAR/1 lake", set(), id="too far"),
        pytest.param("lake NEAR/3 red", {"Red house near the lake"}, id="near, in any order"),
        pytest.param("bl?e adj2 (lake* OR house*)", {"Blue houses of the lake people"}, id="near, with wildcards"),
        pytest.param("zq?x", set(), id="a wildcard that stands for nothing"),
        pytest.param("zq?x OR teal*", {"Teal rivers"}, id="nothing or something"),
        pytest.param("lake[ti] AND 1990:2000[dp]", {"Red house near the lake"}, id="PubMed"),
        pytest.param("(lake or river).ti,ab. not house*.mp.", set(), id="Ovid"),
        pytest.param("Müller[au]", {"Bullying in small red schools"}, id="author"),
        pytest.param('colour:"Crimson"', set(), id="a tag by its label"),
        pytest.param("doi:https://doi.org/10.1/blue", {"Blue houses of the lake people"}, id="doi with resolver"),
    ],
)
def test_what_a_query_finds(corpus: Corpus, query: str, wanted: set[str]) -> None:
    assert set(titles(corpus, query)) == wanted
    assert search(corpus, query)[1] == len(wanted)


@pytest.mark.parametrize("query", ["", "   ", '""', "*", "()"[:0]])
def test_nothing_typed_finds_everything(corpus: Corpus, query: str) -> None:
    assert search(corpus, query)[1] == len(TITLES)


@pytest.mark.parametrize(
    ("query", "position"),
    [("(red", 0), ("red)", 3), ("AND red", 0), ("red OR", 4), ("year:soon", 0), ("red colour:mauve", 4)],
)
def test_what_cannot_be_read_says_where(corpus: Corpus, query: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        search(corpus, query)
    assert caught.value.position == position


@pytest.mark.parametrize(
    "text", ["'", '"', "a'b\"c", "NEAR(", "^x", "a:b:c", "{", "-", "- -", "\0", "a\\", "%", "title:"]
)
def test_anything_typed_is_answered_or_refused_in_words(corpus: Corpus, text: str) -> None:
    try:
        search(corpus, text)
    except QueryError as error:
        assert str(error).endswith(".")


def test_a_hit_in_the_title_comes_first(corpus: Corpus) -> None:
    assert titles(corpus, "bullying") == ["Bullying in small red schools", "Red house near the lake"]


def test_filters_sorting_and_paging(corpus: Corpus) -> None:
    newest = titles(corpus, "", sort="newest", limit=2)
    assert newest == ["Teal rivers", "护士职场霸凌的研究"]
    rest = titles(corpus, "", sort="newest", limit=10, offset=2)
    assert rest[0] == "Bullying in small red schools"
    assert rest[-1] == "Children's co-worker study"
    assert titles(corpus, "", filters=Filters({"colour": ["red", "teal"], "size": ["small"]})) == [
        "Bullying in small red schools"
    ]
    assert set(titles(corpus, "lake", filters=Filters(years=(2000, None)))) == {"Blue houses of the lake people"}


def test_marks_and_snippets_show_why() -> None:
    text = "Nothing here. " * 30 + "The Müllers' houses stood by the water, near nurses and nursing homes."
    marks = find_marks(text, "muller* OR nurs*")
    assert [text[a:b] for a, b in marks] == ["Müllers", "nurses", "nursing"]
    snippet = write_snippet(text, "houses")
    assert "houses stood" in snippet
    assert snippet.startswith("… ")
    assert write_snippet("Short.", "absent") == "Short."


def test_an_empty_query_is_no_tree() -> None:
    assert parse_query("  ") is None


def test_a_wildcard_that_stands_for_too_many_words_is_refused(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "EXPANDED", 2)
    with pytest.raises(QueryError, match="stands for 3 different words") as caught:
        search(corpus, "teal OR r*e?*")
    assert caught.value.position == 8


def test_a_sentence_finds_what_has_most_of_it_and_says_so(corpus: Corpus) -> None:
    found = find(corpus, "which small houses stand near the red lake?")
    assert found.n_all == 0
    assert found.notes == ("No record has all 6 words; found are those with some of them, best match first.",)
    best = [record.title for record in corpus.records(hit.id for hit in found.hits)]
    assert best[0] == "Red house near the lake"
    assert found.total == len(best) == 4
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_two_words_that_never_meet_are_found_apart_unless_one_is_unknown(corpus: Corpus) -> None:
    assert set(titles(corpus, "teal schools")) == {"Teal rivers", "Bullying in small red schools"}
    assert titles(corpus, "teal xylophone") == []


@pytest.mark.parametrize("query", ["which small houses stand near the red lake", "red house", "teal schools", ""])
def test_a_wider_filter_never_finds_less(corpus: Corpus, query: str) -> None:
    everything = {hit.id for hit in search(corpus, query, limit=None)[0]}
    for colour in ("red", "teal"):
        some = {hit.id for hit in search(corpus, query, Filters({"colour": [colour]}), limit=None)[0]}
        assert some <= everything
    both = {hit.id for hit in search(corpus, query, Filters({"colour": ["red", "teal"]}), limit=None)[0]}
    assert both <= everything


def test_beyond_what_can_be_ranked_titles_come_first_and_then_the_newest(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "RANKED", 2)
    found = find(corpus, "house*")
    assert (found.order, found.total) == ("newest", 3)
    found = find(corpus, "stands OR about OR schools")
    assert (found.order, found.total) == ("in-title", 3)
    assert [hit.score > 0 for hit in found.hits] == [True, False, False]
    assert titles(corpus, "stands OR about OR schools") == [
        "Bullying in small red schools",
        "Teal rivers",
        "Red house near the lake",
    ]
    monkeypatch.setattr(ranking, "RANKED", 4)
    assert find(corpus, "house*").order == "relevance"
    monkeypatch.setattr(ranking, "RANKED", 1)
    assert find(corpus, "bullying OR teal").order == "newest"
    assert titles(corpus, "bullying OR teal")[0] == "Teal rivers"


def test_facets_are_counted_as_if_their_own_filter_were_not_set(corpus: Corpus) -> None:
    assert count_facets(corpus)["colour"] == {"red": 2, "blue": 1, "teal": 1}
    assert count_facets(corpus, "bullying") == {"colour": {"red": 2}, "size": {"small": 1}}
    narrowed = count_facets(corpus, "", Filters({"colour": ["teal"]}))
    assert narrowed == {"colour": {"red": 2, "blue": 1, "teal": 1}}
    assert count_facets(corpus, "", Filters({"size": ["small"]}))["colour"] == {"red": 1}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param("bulying", {"bulying": ("bullying",)}, id="a letter left out"),
        pytest.param("red AND scohols", {"scohols": ("schools",)}, id="letters in another order"),
        pytest.param("bullying lake", {}, id="words that are there"),
        pytest.param("bully*", {}, id="a prefix is no word"),
        pytest.param("xylophone", {}, id="nothing is alike"),
    ],
)
def test_did_you_mean(corpus: Corpus, query: str, wanted: dict[str, tuple[str, ...]]) -> None:
    assert suggest_words(corpus, query) == wanted


def test_words_name_tags() -> None:
    def assign(words: str) -> list[Assignment]:
        return [Assignment("size", "small", "rule", "title", 0, 6, "little")] if words.startswith("little") else []

    found = suggest_tags("little crimson houses", FRAMEWORK, assign)
    assert [(s.facet, s.tag, s.words) for s in found] == [("size", "small", "little"), ("colour", "crimson", "crimson")]
    assert suggest_tags("houses", FRAMEWORK) == ()


def test_marks_show_other_forms_and_wildcards() -> None:
    text = "A nurse, two nurses and women."
    assert [text[a:b] for a, b in find_marks(text, "nurses")] == ["nurse", "nurses"]
    assert [text[a:b] for a, b in find_marks(text, "wom?n AND nurse")] == ["nurse", "women"]
    assert [text[a:b] for a, b in find_marks(text, '"two nurses"')] == ["two nurses"]
    assert find_marks("护士职场霸凌", "霸凌") == [(4, 6)]
