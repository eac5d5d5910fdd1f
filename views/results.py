"""What a search and its filters find: the total, the counts beside it, one page at a time, and a way out of nothing.

The only place where the words of a search and the filters of the pages meet. What a search matches is asked once a
corpus version and shared by everything here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from corpus import search
from corpus.errors import LacunaError
from corpus.framework import Facet
from corpus.query import parse_query, texts_of
from corpus.search import Filters, Found, Matched, Sort, TagSuggestion
from corpus.store import Corpus
from views.state import CODED_BY, State, Where

EVERY_WORD = 12  # words of a search that are counted one by one where it finds nothing
Key = tuple[str, int, str]


@dataclass(frozen=True)
class Way:
    """A change of filters that would find something. ``words`` names the filter it takes away or widens."""

    where: Where
    words: str
    total: int


def count(state: State, query: str, where: Where) -> int:
    """How many records are found. Raises QueryError and UnknownIdError."""
    return search.count(state.corpus, _matched(state.key, query, state.corpus), to_filters(where))


def find_page(state: State, query: str, where: Where, sort: Sort, size: int | None, page: int = 1) -> Found:
    """The hits of one page, counted from 1; all of them without ``size``. Raises QueryError and UnknownIdError."""
    matched = _matched(state.key, query, state.corpus)
    offset = 0 if size is None else (page - 1) * size
    return search.find(state.corpus, query, to_filters(where), sort, size, offset, matched)


def find_ids(state: State, query: str, where: Where) -> list[str]:
    """All records found, in order of title."""
    return [hit.id for hit in find_page(state, query, where, "title", None).hits]


def count_tags(state: State, query: str, where: Where) -> Mapping[str, Mapping[str, int]]:
    """How many of the records found have each tag; within a facet that is filtered, without its own filter."""
    return _count_tags(state.key, query, where, state.corpus)


def to_filters(where: Where) -> Filters:
    return Filters(where.tag_dict, where.years, CODED_BY[where.coded_by], where.only_in_scope)


@st.cache_resource(max_entries=32, show_spinner=False)
def _matched(key: Key, query: str, _corpus: Corpus) -> Matched:
    return search.match_query(_corpus, query)


@st.cache_resource(max_entries=64, show_spinner=False)
def _count_tags(key: Key, query: str, where: Where, _corpus: Corpus) -> Mapping[str, Mapping[str, int]]:
    return search.count_facets(_corpus, query, to_filters(where), _matched(key, query, _corpus))


# Words that were not meant, and tags that were


def suggest_words(state: State, query: str) -> list[tuple[str, str]]:
    """Other spellings as (what would be searched for, the word put in): for words that no record has."""
    found = _suggest_words(state.key, query, state.corpus)
    return [(_put(query, word, other), other) for word, others in found.items() for other in others]


@st.cache_data(max_entries=64, show_spinner=False)
def _suggest_words(key: Key, query: str, _corpus: Corpus) -> dict[str, tuple[str, ...]]:
    return search.suggest_words(_corpus, query)


def _put(query: str, word: str, other: str) -> str:
    """The search with a word replaced wherever it stands, capitals or not."""
    at = query.lower().find(word)
    return query[:at] + other + query[at + len(word) :] if at >= 0 else query


@dataclass(frozen=True)
class ByTag:
    """A search in which tags stand for the words that name them."""

    words: str
    query: str
    where: Where
    total: int


def suggest_tags(state: State, query: str, where: Where) -> list[ByTag]:
    """Searches by the tags that the words name: all of them together, then each; only what finds something."""
    tags = [t for t in _suggest_tags(state.key, query, state.corpus) if t.tag not in where.tag_dict.get(t.facet, ())]
    rest = query
    for tag in tags:
        rest = " ".join(_put(rest, tag.words.lower(), " ").split())
    out = []
    for some in [tags] * (len(tags) > 1) + [[tag] for tag in tags]:
        changed = where
        for tag in some:
            changed = with_tag(changed, tag.facet, tag.tag)
        total = _total(state, rest, changed)
        if total:
            out.append(ByTag(" and ".join(tag.label for tag in some), rest, changed, total))
    return out


@st.cache_data(max_entries=64, show_spinner=False)
def _suggest_tags(key: Key, query: str, _corpus: Corpus) -> tuple[TagSuggestion, ...]:
    def assign(text: str):  # type: ignore[no-untyped-def]
        return State(_corpus, key[1]).read_words(text)

    return search.suggest_tags(query, _corpus.framework, assign)


def with_tag(where: Where, facet: str, tag: str) -> Where:
    """The filters with one tag more."""
    tags = where.tag_dict
    tags[facet] = sorted({*tags.get(facet, ()), tag})
    return replace(where, tags=tuple(sorted((f, tuple(some)) for f, some in tags.items())))


def _total(state: State, query: str, where: Where) -> int:
    try:
        return count(state, query, where)
    except LacunaError:
        return 0


# Ways out where nothing was found


def find_ways(state: State, query: str, where: Where) -> list[Way]:
    """What would find something where nothing was found: one filter left out, the narrowest first, or one widened."""
    ways = [Way(changed, words, count(state, query, changed)) for changed, words in _without_one(state, where)]
    found = sorted((way for way in ways if way.total), key=lambda way: -way.total)
    for changed, words in _wider(state, where):
        total = count(state, query, changed)
        if total:
            found.append(Way(changed, words, total))
    return found


def count_words(state: State, query: str, where: Where) -> list[tuple[str, int]]:
    """The words and phrases of a search, each with the records it finds by itself under the same filters."""
    texts = texts_of(parse_query(query, tuple(state.framework.by_id)))
    asked = [f'"{t.words}"' if " " in t.words else t.words + "*" * t.prefix for t in texts if not t.wild]
    return [(words, _total(state, words, where)) for words in list(dict.fromkeys(asked))[:EVERY_WORD]]


def _without_one(state: State, where: Where) -> list[tuple[Where, str]]:
    changes = []
    for facet_id, tags in where.tags:
        facet = state.framework.facet(facet_id)
        kept = tuple(pair for pair in where.tags if pair[0] != facet_id)
        words = f"Without “{facet.label}: {' or '.join(map(facet.label_of, tags))}”"
        changes.append((replace(where, tags=kept), words))
    if where.years != (None, None):
        changes.append((replace(where, years=(None, None)), "In any year"))
    if where.coded_by:
        changes.append((replace(where, coded_by=""), "Coded by people or rules"))
    if where.only_in_scope:
        changes.append((replace(where, only_in_scope=False), "Screened or not"))
    return changes


def _wider(state: State, where: Where) -> list[tuple[Where, str]]:
    changes = []
    for facet_id, tags in where.tags:
        facet = state.framework.facet(facet_id)
        wider = _broader(facet, tags[0]) if len(tags) == 1 else None
        if wider:
            pairs = tuple((f, (wider,) if f == facet_id else t) for f, t in where.tags)
            changes.append(
                (replace(where, tags=pairs), f"“{facet.label_of(wider)}” instead of “{facet.label_of(tags[0])}”")
            )
    return changes


def _broader(facet: Facet, tag: str) -> str | None:
    """The parent of a tag, else the group it is in."""
    if tag not in facet.by_id:
        return None
    return facet.by_id[tag].broader or next((g.id for g in facet.groups if tag in g.tags), None)
