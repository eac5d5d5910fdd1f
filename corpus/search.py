"""Finding records: words, fields, tags and years in; ranked record ids and an exact total out.

The one place that knows how the index is asked; another back end would implement ``search`` and pass the same test.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from corpus.errors import QueryError, UnknownIdError
from corpus.query import Node, Text, match_string, only_text, parse_query, texts_of, to_sql
from corpus.store import Corpus

Sort = Literal["relevance", "newest", "oldest", "title"]
WEIGHTS = "10.0, 1.0, 5.0, 2.0, 1.0"  # title, abstract, keywords, authors, venue
_ORDER = {
    "newest": "r.year IS NULL, r.year DESC, r.id",
    "oldest": "r.year IS NULL, r.year, r.id",
    "title": "r.title, r.id",
}


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
    filters = filters or Filters()
    facets = tuple(corpus.framework.by_id)
    node = parse_query(query, facets)
    values: list[object] = []
    conditions = ["r.no IN (SELECT record FROM shown)"]

    def numbers_of(facet: str, tag: str, position: int = 0) -> str:
        try:
            wanted = corpus.framework.facet(facet).with_children(tag)
        except UnknownIdError as error:
            raise QueryError(str(error), position) from error
        snapshot = corpus.snapshot()
        mask = snapshot.has(facet, wanted[0])
        for other in wanted[1:]:
            mask = mask | snapshot.has(facet, other)
        return json.dumps(snapshot.frame["no"].to_numpy()[mask].tolist())

    for facet, tags in filters.tags.items():
        some = [t for t in tags]
        if some:
            conditions.append("(" + " OR ".join("r.no IN (SELECT value FROM json_each(?))" for _ in some) + ")")
            corpus.framework.facet(facet)
            for tag in some:
                corpus.framework.facet(facet).with_children(tag)
                values.append(numbers_of(facet, tag))
    low, high = filters.years
    if low is not None or high is not None:
        conditions.append("r.year BETWEEN ? AND ?")
        values += [low or 0, high or 9999]
    match = only_text(node) if node is not None else None
    if match is not None:
        return _search_text(corpus, match, conditions, values, sort, limit, offset)
    if node is not None:
        conditions.append(to_sql(node, numbers_of, values))
    return _search_mixed(corpus, node, conditions, values, sort, limit, offset)


def _search_text(
    corpus: Corpus, match: str, conditions: list[str], values: list[object], sort: Sort, limit: int | None, offset: int
) -> tuple[list[Hit], int]:
    """Words alone: counted from the index, ranked only as far as asked."""
    source = "record_text t JOIN records r ON r.no = t.rowid"
    where = f"record_text MATCH ? AND {' AND '.join(conditions)}"
    if len(conditions) == 1:  # only the words: the record rows need not be touched to count
        count = "SELECT count(*) FROM record_text t JOIN shown s ON s.record = t.rowid WHERE record_text MATCH ?"
    else:
        count = f"SELECT count(*) FROM {source} WHERE {where}"
    total = int(corpus.query(count, (match, *values))[0][0])
    if sort == "relevance":
        score, order = f"-bm25(record_text, {WEIGHTS})", "2 DESC, r.id"
    else:
        score, order = "0.0", _ORDER[sort]
    rows = corpus.query(
        f"SELECT r.id, {score} FROM {source} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        (match, *values, -1 if limit is None else limit, offset),
    )
    return [Hit(record_id, float(s)) for record_id, s in rows], total


def _search_mixed(
    corpus: Corpus,
    node: Node | None,
    conditions: list[str],
    values: list[object],
    sort: Sort,
    limit: int | None,
    offset: int,
) -> tuple[list[Hit], int]:
    where = " AND ".join(conditions)
    total = int(corpus.query(f"SELECT count(*) FROM records r WHERE {where}", values)[0][0])
    words = texts_of(node)
    end = (-1 if limit is None else limit, offset)
    if sort == "relevance" and words:
        rank = " OR ".join(match_string(text) for text in words)
        rows = corpus.query(
            "SELECT r.id, coalesce(k.score, 0.0) FROM records r LEFT JOIN "
            f"(SELECT rowid AS no, -bm25(record_text, {WEIGHTS}) AS score FROM record_text "
            "WHERE record_text MATCH ?) k "
            f"ON k.no = r.no WHERE {where} ORDER BY 2 DESC, r.id LIMIT ? OFFSET ?",
            (rank, *values, *end),
        )
    else:
        order = _ORDER.get(sort, _ORDER["newest"])
        rows = corpus.query(
            f"SELECT r.id, 0.0 FROM records r WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*values, *end)
        )
    return [Hit(record_id, float(s)) for record_id, s in rows], total


def find_marks(text: str, query: str, facets: Iterable[str] = ()) -> list[tuple[int, int]]:
    """Where the words of a query stand in a text: (start, end), in order, not overlapping."""
    try:
        node = parse_query(query, tuple(facets))
    except QueryError:
        return []
    folded = _fold(text)
    marks: list[tuple[int, int]] = []
    for term in texts_of(node):
        pattern = r"\W+".join(re.escape(_fold(word)) for word in term.words.split())
        ending = r"\w*" if term.prefix else r"(?!\w)"
        for match in re.finditer(rf"(?<!\w){pattern}{ending}", folded):
            marks.append(match.span())
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _fold(text: str) -> str:
    """Lower case without accents, the same length as the text, so that positions hold."""
    out = []
    for character in text:
        plain = unicodedata.normalize("NFKD", character)[:1].lower()
        out.append(plain if len(plain) == 1 else character)
    return "".join(out)


def write_snippet(text: str | None, query: str, facets: Iterable[str] = (), width: int = 240) -> str:
    """The stretch of a text that shows why it was found; its beginning if nothing of the query stands in it."""
    if not text:
        return ""
    marks = find_marks(text, query, facets)
    start = max(0, marks[0][0] - width // 3) if marks else 0
    end = min(len(text), start + width)
    if start:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = text.rfind(" ", start, end) if text.rfind(" ", start, end) > start else end
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")


__all__ = ["Filters", "Hit", "Sort", "Text", "find_marks", "search", "write_snippet"]
