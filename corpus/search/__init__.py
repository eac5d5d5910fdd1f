"""Finding records: words, fields, tags and years in; ranked record ids and an exact total out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from corpus.query import Node, Query, read_query
from corpus.search.marks import find_marks, write_snippet
from corpus.search.matching import match, match_tags
from corpus.search.ranking import find_most, order_by_title, order_by_year, rank, rank_sentence, split_words
from corpus.search.suggest import TagSuggestion, suggest_tags, suggest_words
from corpus.store import Corpus

Sort = Literal["relevance", "newest", "oldest", "title"]
Sentence = tuple[np.ndarray, list[float]]  # the weight of the words each record has, and of each word
ENOUGH = 20  # records with all words of a sentence: with fewer, those with most of the words are found as well


@dataclass(frozen=True)
class Filters:
    """What else must hold: *or* within a facet, *and* between facets; years inclusive."""

    tags: Mapping[str, Iterable[str]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True)
class Hit:
    """One record found. ``score``: higher is better; 0 where nothing is ranked."""

    id: str
    score: float


@dataclass(frozen=True)
class Found:
    """What a search found.

    ``total`` is exact. ``order`` is the order shown: "relevance", "newest", "oldest", "title", or "in-title" (words in
    title or keywords first, best match first, then newest). ``n_all``: of a sentence, the records with all its words.
    ``notes``: sentences on how the search was read, to be shown beside the total.
    """

    hits: list[Hit]
    total: int
    order: str
    n_all: int
    notes: tuple[str, ...] = ()


def search(
    corpus: Corpus,
    query: str = "",
    filters: Filters | None = None,
    sort: Sort = "relevance",
    limit: int | None = 20,
    offset: int = 0,
) -> tuple[list[Hit], int]:
    """The hits from ``offset`` on and the total. An empty query finds everything the filters let through.

    Raises QueryError with the position in the query, UnknownIdError for a tag the framework does not have.
    """
    found = find(corpus, query, filters, sort, limit, offset)
    return found.hits, found.total


def find(
    corpus: Corpus,
    query: str = "",
    filters: Filters | None = None,
    sort: Sort = "relevance",
    limit: int | None = 20,
    offset: int = 0,
) -> Found:
    """As ``search``, with how the query was read and in which order the hits are."""
    read = read_query(query, tuple(corpus.framework.by_id))
    allowed = _allow(corpus, filters or Filters())
    mask, sentence, notes, n_all = _match(corpus, read, allowed)
    rows, scores, order = _order(corpus, read, mask, sentence, sort)
    end = None if limit is None else offset + limit
    ids = corpus.snapshot().ids
    hits = [Hit(str(ids[row]), float(s)) for row, s in zip(rows[offset:end], scores[offset:end], strict=True)]
    return Found(hits, int(mask.sum()), order, n_all, notes)


def count_facets(corpus: Corpus, query: str = "", filters: Filters | None = None) -> dict[str, dict[str, int]]:
    """How many of the records found have each tag, parents expanded, without zeros, in framework order.

    Within a facet that is filtered, its own filter is left out: the counts say what choosing another tag as well
    would add. Raises QueryError and UnknownIdError.
    """
    filters = filters or Filters()
    snapshot = corpus.snapshot()
    read = read_query(query, tuple(corpus.framework.by_id))
    chosen = {facet: list(tags) for facet, tags in filters.tags.items()}
    chosen = {facet: tags for facet, tags in chosen.items() if tags}
    groups: dict[str, list[str]] = {"": [f for f in corpus.framework.by_id if f not in chosen]}
    groups |= {facet: [facet] for facet in chosen}
    counts: dict[str, dict[str, int]] = {}
    for without, facets in groups.items():
        kept = {facet: tags for facet, tags in chosen.items() if facet != without}
        mask = _match(corpus, read, _allow(corpus, Filters(kept, filters.years)))[0]
        every = snapshot.tags[np.flatnonzero(mask)].sum(axis=0).A1 if mask.any() else np.zeros(snapshot.tags.shape[1])
        for facet in facets:
            names = [tag.id for tag in corpus.framework.facet(facet).tags]
            some = zip(names, every[snapshot.facet_columns(facet)], strict=True)
            counts[facet] = {tag: int(n) for tag, n in some if n}
    return {facet: counts[facet] for facet in corpus.framework.by_id if counts.get(facet)}


def _allow(corpus: Corpus, filters: Filters) -> np.ndarray:
    mask = np.ones(len(corpus.snapshot()), dtype=bool)
    for facet, tags in filters.tags.items():
        if some := list(tags):
            mask &= match_tags(corpus, facet, some)
    low, high = filters.years
    if low is not None or high is not None:
        year = corpus.snapshot().frame["year"].to_numpy(dtype=float)
        mask &= (year >= (low or 0)) & (year <= (high or 9999))
    return mask


def _match(
    corpus: Corpus, read: Query, allowed: np.ndarray
) -> tuple[np.ndarray, Sentence | None, tuple[str, ...], int]:
    """Who is found; what ranks it if the query is taken as a sentence; notes; how many have all the words."""
    every = match(corpus, read.node)
    mask = every & allowed
    n_all = int(mask.sum())
    words = len(read.plain)
    # How a search is read depends on the whole corpus, so that a wider filter never finds less.
    if words < 2 or int(every.sum()) >= (ENOUGH if words > 3 else 1):
        return mask, None, read.notes, n_all
    most, score, weights = find_most(corpus, split_words(read.plain))
    # Of two or three words, one that nobody uses is a slip: to say so serves better than what the others find.
    if words < 4 and not all(weights):
        return mask, None, read.notes, n_all
    found = (most | every) & allowed
    has = {0: "No record has", 1: "1 record has"}.get(n_all, f"{n_all} records have")
    said = f"{has} all {words} words; found are those with some of them, best match first."
    return found, (score, weights), (*read.notes, said), n_all


def _order(
    corpus: Corpus, read: Query, mask: np.ndarray, sentence: Sentence | None, sort: Sort
) -> tuple[np.ndarray, np.ndarray, str]:
    if sort == "relevance" and sentence is not None:
        return *rank_sentence(corpus, split_words(read.plain), mask, *sentence), "relevance"
    if sort == "relevance" and read.node is not None:
        return rank(corpus, read.node, mask)
    if sort == "title":
        ordered = order_by_title(corpus, mask)
    else:
        ordered = order_by_year(corpus, mask, newest=sort != "oldest")
    return ordered, np.zeros(len(ordered)), "newest" if sort == "relevance" else sort


__all__ = ["Filters", "Found", "Hit", "Node", "Sort", "TagSuggestion", "count_facets", "find", "find_marks", "search",
           "suggest_tags", "suggest_words", "write_snippet"]  # fmt: skip
