"""Search: what a person types finds what they mean, and never reaches SQL as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.errors import QueryError
from corpus.framework import load_framework
from corpus.query import parse_query
from corpus.search import Filters, find_marks, search, write_snippet
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
