"""Finding records: words, fields, tags and years in; ranked record ids and an exact total out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from corpus.query import Node, Query, read_query
from corpus.search.marks import find_marks, write_snippet
from corpus.search.matching import match, match_tags
from corpus.search.ranking import find_most, order_by_title, order_by_year, rank, rank_sentence, split_words
from corpus.search.suggest import TagSuggestion, suggest_tags, suggest_words
from corpus.snapshot import CODED_BY, SCOPES, Snapshot
from corpus.store import Corpus

Sort = Literal["relevance", "newest", "oldest", "title"]
Sentence = tuple[np.ndarray, list[float]]  # the weight of the words each record has, and of each word
ENOUGH = 20  # records with all words of a sentence: with fewer, those with most of the words are found as well


@dataclass(frozen=True)
class Filters:
    """What else must hold: *or* within a facet, *and* between facets; years inclusive.

    ``coded_by``: only records whose codes rest on one of these readings (``snapshot.CODED_BY``). ``only_in_scope``:
    only those that a person ruled in scope.
    """

    tags: Mapping[str, Iterable[str]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    coded_by: tuple[str, ...] | None = None
    only_in_scope: bool = False


@dataclass(frozen=True)
class Matched:
    """How a search was read and which records it finds before any filter; the costly part, to be asked once.

    ``every``: one bool a record. ``most``: those with some of the words, if it was read as a sentence, with
    ``sentence``, what ranks them.
    """

    version: int
    query: str
    read: Query
    every: np.ndarray
    most: np.ndarray | None = None
    sentence: Sentence | None = None


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
    matched: Matched | None = None,
) -> Found:
    """As ``search``, with how the query was read and in which order the hits are.

    ``matched`` is what ``match_query`` said of the same query, if it has been asked already.
    """
    matched = _fresh(corpus, matched or query)
    mask, n_all = _found(corpus, matched, filters or Filters())
    rows, scores, order = _order(corpus, matched.read, mask, matched.sentence, sort)
    end = None if limit is None else offset + limit
    ids = corpus.snapshot().ids
    hits = [Hit(str(ids[row]), float(s)) for row, s in zip(rows[offset:end], scores[offset:end], strict=True)]
    return Found(hits, int(mask.sum()), order, n_all, _notes(matched, n_all))


def match_query(corpus: Corpus, query: str) -> Matched:
    """Which records a search finds before any filter; give it to ``find``, ``count`` and ``count_facets``.

    How a search is read depends on the whole corpus, so that a wider filter never finds less. Raises QueryError.
    """
    read = read_query(query, tuple(corpus.framework.by_id))
    version = corpus.snapshot().version
    every = match(corpus, read.node)
    words = len(read.plain)
    if words < 2 or int(every.sum()) >= (ENOUGH if words > 3 else 1):
        return Matched(version, query, read, every)
    most, score, weights = find_most(corpus, split_words(read.plain))
    # Of two or three words, one that nobody uses is a slip: to say so serves better than what the others find.
    if words < 4 and not all(weights):
        return Matched(version, query, read, every)
    return Matched(version, query, read, every, most | every, (score, weights))


def count(corpus: Corpus, matched: Matched, filters: Filters | None = None) -> int:
    """How many records are found. Raises UnknownIdError."""
    return int(_found(corpus, _fresh(corpus, matched), filters or Filters())[0].sum())


def count_facets(
    corpus: Corpus, query: str = "", filters: Filters | None = None, matched: Matched | None = None
) -> dict[str, dict[str, int]]:
    """How many of the records found have each tag, parents expanded, without zeros, in framework order.

    Within a facet that is filtered, its own filter is left out: the counts say what choosing another tag as well
    would add. Raises QueryError and UnknownIdError.
    """
    filters = filters or Filters()
    snapshot = corpus.snapshot()
    matched = _fresh(corpus, matched or query)
    chosen = {facet: list(tags) for facet, tags in filters.tags.items()}
    chosen = {facet: tags for facet, tags in chosen.items() if tags}
    groups: dict[str, list[str]] = {"": [f for f in corpus.framework.by_id if f not in chosen]}
    groups |= {facet: [facet] for facet in chosen}
    counts: dict[str, dict[str, int]] = {}
    for without, facets in groups.items():
        kept = {facet: tags for facet, tags in chosen.items() if facet != without}
        mask = _found(corpus, matched, replace(filters, tags=kept))[0]
        every = _count_tags(snapshot, mask)
        for facet in facets:
            names = [tag.id for tag in corpus.framework.facet(facet).tags]
            some = zip(names, every[snapshot.facet_columns(facet)], strict=True)
            counts[facet] = {tag: int(n) for tag, n in some if n}
    return {facet: counts[facet] for facet in corpus.framework.by_id if counts.get(facet)}


def _fresh(corpus: Corpus, asked: Matched | str) -> Matched:
    """What is matched now: anew if it has not been asked, or if the corpus has changed since."""
    if isinstance(asked, str):
        return match_query(corpus, asked)
    return asked if asked.version == corpus.snapshot().version else match_query(corpus, asked.query)


def _count_tags(snapshot: Snapshot, mask: np.ndarray) -> np.ndarray:
    """How many of these records have each tag: of few, their own rows are added up; of many, one pass over all."""
    rows = np.flatnonzero(mask)
    if len(rows) * 4 < len(mask):
        return np.bincount(snapshot.tags[rows].indices, minlength=snapshot.tags.shape[1])
    lengths = np.diff(snapshot.tags.indptr)
    return np.bincount(snapshot.tags.indices[np.repeat(mask, lengths)], minlength=snapshot.tags.shape[1])


def _allow(corpus: Corpus, filters: Filters) -> np.ndarray | None:
    """One bool a record; None if there is no filter."""
    snapshot = corpus.snapshot()
    masks = [match_tags(corpus, facet, some) for facet, tags in filters.tags.items() if (some := list(tags))]
    low, high = filters.years
    if low is not None or high is not None:
        year = snapshot.frame["year"].to_numpy(dtype=float)
        masks.append((year >= (low or 0)) & (year <= (high or 9999)))
    if filters.coded_by is not None:
        codes = [CODED_BY.index(name) for name in filters.coded_by]
        masks.append(np.isin(snapshot.frame["coded_by"].cat.codes.to_numpy(), codes))
    if filters.only_in_scope:
        masks.append(snapshot.frame["scope"].cat.codes.to_numpy() == SCOPES.index("in"))
    return np.logical_and.reduce(masks) if masks else None


def _found(corpus: Corpus, matched: Matched, filters: Filters) -> tuple[np.ndarray, int]:
    """Who is found, and how many of these have all the words."""
    allowed = _allow(corpus, filters)
    every = matched.every if allowed is None else matched.every & allowed
    if matched.most is None:
        return every, int(every.sum())
    return (matched.most if allowed is None else matched.most & allowed), int(every.sum())


def _notes(matched: Matched, n_all: int) -> tuple[str, ...]:
    if matched.sentence is None:
        return matched.read.notes
    has = {0: "No record has", 1: "1 record has"}.get(n_all, f"{n_all} records have")
    said = f"{has} all {len(matched.read.plain)} words; found are those with some of them, best match first."
    return (*matched.read.notes, said)


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


__all__ = ["Filters", "Found", "Hit", "Matched", "Node", "Sort", "TagSuggestion", "count", "count_facets", "find",
           "find_marks", "match_query", "search", "suggest_tags", "suggest_words", "write_snippet"]  # fmt: skip
