"""What a search and its filters find: the total, the counts beside it, one page at a time, and a way out of nothing.

The only place where the words of a search and the filters of the pages meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from corpus.framework import Facet
from corpus.query import parse_query, texts_of
from corpus.search import Filters, Hit, Sort, find, search
from corpus.store import Corpus
from views.state import CODED_BY, State, Where

COUNTED = 20_000  # beyond this many hits the counts beside the list would cost more than the list


@dataclass(frozen=True)
class Found:
    """How many records a search finds, and how many of these carry each tag (parents expanded; no zeros)."""

    total: int
    tags: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A change of filters that would find something. ``words`` names the filter it takes away or widens."""

    where: Where
    words: str
    total: int


def count(state: State, query: str, where: Where) -> Found:
    """Raises QueryError and UnknownIdError."""
    return _count((str(state.corpus.path), state.version, state.framework.fingerprint), query, where, state.corpus)


def find_notes(state: State, query: str) -> tuple[str, ...]:
    """How the search was read, in sentences: what was loosened, widened or left out."""
    return find(state.corpus, query, limit=1).notes if query else ()


def find_page(state: State, query: str, where: Where, sort: Sort, size: int | None, page: int = 1) -> list[Hit]:
    """The hits of one page, counted from 1; all of them without ``size``."""
    return _find(state.corpus, query, where, sort, size, 0 if size is None else (page - 1) * size)[0]


def _find(
    corpus: Corpus, query: str, where: Where, sort: Sort, limit: int | None, offset: int
) -> tuple[list[Hit], int]:
    chosen = Filters(where.tag_dict, where.years)
    if not where.coded_by and not where.only_in_scope:
        return search(corpus, query, chosen, sort, limit, offset)
    frame = corpus.snapshot().frame
    mask = np.ones(len(frame), dtype=bool)
    if where.coded_by:
        mask &= frame["coded_by"].isin(CODED_BY[where.coded_by] or ()).to_numpy()
    if where.only_in_scope:
        mask &= (frame["scope"] == "in").to_numpy()
    let_through = set(frame["id"][mask])
    hits = [hit for hit in search(corpus, query, chosen, sort, None)[0] if hit.id in let_through]
    return hits[offset : None if limit is None else offset + limit], len(hits)


@st.cache_data(max_entries=64, show_spinner=False)
def _count(key: tuple[str, int, str], query: str, where: Where, _corpus: Corpus) -> Found:
    snapshot = _corpus.snapshot()
    if not query.strip() and where.is_empty:
        total, sums = len(snapshot), snapshot.tags.sum(axis=0).A1 if len(snapshot) else ()
    else:
        total = _find(_corpus, query, where, "title", 0, 0)[1]
        if not 0 < total <= COUNTED:
            return Found(total)
        ids = [hit.id for hit in _find(_corpus, query, where, "title", None, 0)[0]]
        sums = snapshot.tags[np.searchsorted(snapshot.ids, ids)].sum(axis=0).A1
    tags: dict[str, dict[str, int]] = {}
    for (facet, tag), n in zip(snapshot.framework.columns, sums, strict=False):
        if n:
            tags.setdefault(facet, {})[tag] = int(n)
    return Found(total, tags)


def find_ways(state: State, query: str, where: Where) -> list[Way]:
    """What would find something where nothing was found: one filter left out, the narrowest first, or one widened."""
    ways = [Way(changed, words, count(state, query, changed).total) for changed, words in _without_one(state, where)]
    found = sorted((way for way in ways if way.total), key=lambda way: -way.total)
    for changed, words in _wider(state, where):
        total = count(state, query, changed).total
        if total:
            found.append(Way(changed, words, total))
    return found


def count_words(state: State, query: str, where: Where) -> list[tuple[str, int]]:
    """The words and phrases of a search, each with the records it finds by itself under the same filters."""
    texts = texts_of(parse_query(query, tuple(state.framework.by_id)))
    asked = [f'"{t.words}"' if " " in t.words else t.words + "*" * t.prefix for t in texts]
    return [(words, count(state, words, where).total) for words in dict.fromkeys(asked)]


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
