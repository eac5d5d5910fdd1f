"""Which records a tree of words and values finds: rows of the current snapshot, as one bool a record."""

import difflib
import re

import numpy as np

from corpus.errors import QueryError, UnknownIdError
from corpus.framework import Facet
from corpus.query import Both, Either, Near, Node, Not, Text, Value, fold
from corpus.search.index import find_rows, to_match, to_rows
from corpus.store import Corpus


def match(corpus: Corpus, node: Node | None) -> np.ndarray:
    """One bool a record of the snapshot: found. Raises QueryError with the position of what cannot be asked."""
    snapshot = corpus.snapshot()
    if node is None:
        return np.ones(len(snapshot), dtype=bool)
    whole = None if isinstance(node, Value | Not) else to_match(corpus, node)
    if whole is not None:
        mask = np.zeros(len(snapshot), dtype=bool)
        mask[find_rows(corpus, whole)] = True
        return mask
    if isinstance(node, Not):
        return ~match(corpus, node.of)
    if isinstance(node, Both):
        return np.logical_and.reduce([match(corpus, part) for part in node.parts])
    if isinstance(node, Either):
        return np.logical_or.reduce([match(corpus, part) for part in node.parts])
    assert isinstance(node, Value)
    return _compare(corpus, node)


def _compare(corpus: Corpus, value: Value) -> np.ndarray:
    snapshot = corpus.snapshot()
    if value.field == "year":
        low, high = parse_years(value)
        year = snapshot.frame["year"].to_numpy(dtype=float)
        return (year >= low) & (year <= high)
    if value.field in corpus.framework.by_id:
        tag = find_tag(corpus.framework.facet(value.field), value)
        return match_tags(corpus, value.field, [tag])
    mask = np.zeros(len(snapshot), dtype=bool)
    mask[to_rows(corpus, _find_numbers(corpus, value))] = True
    return mask


def _find_numbers(corpus: Corpus, value: Value) -> np.ndarray:
    """Record numbers by an identifier, language or type. What a person typed goes into values only."""
    typed = value.value.strip().lower()
    if value.field == "type":
        rows = corpus.query(
            "SELECT no FROM records WHERE instr(lower(data), ?) > 0 AND (lower(json_extract(data, '$.type')) = ? OR "
            "EXISTS (SELECT 1 FROM json_each(data, '$.publication_types') WHERE lower(value) = ?))",
            (typed, typed, typed),
        )
    else:
        if value.field == "doi":
            typed = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", typed)
        elif value.field == "pmid":
            typed = typed.removeprefix("pmid:").strip()
        rows = corpus.query(
            f"SELECT no FROM records WHERE instr(lower(data), ?) > 0 "
            f"AND lower(json_extract(data, '$.{value.field}')) = ?",
            (typed, typed),
        )
    return np.array([no for (no,) in rows], dtype=np.int64)


def match_tags(corpus: Corpus, facet: str, tags: list[str]) -> np.ndarray:
    """One bool a record: has any of these tags or groups, narrower ones included. Raises UnknownIdError."""
    snapshot = corpus.snapshot()
    mask = np.zeros(len(snapshot), dtype=bool)
    for tag in tags:
        for narrower in snapshot.framework.facet(facet).with_children(tag):
            mask |= snapshot.has(facet, narrower)
    return mask


def find_tag(facet: Facet, value: Value) -> str:
    """The id of the tag or group that is called so, by id or label. Raises QueryError with what comes closest."""
    wanted = _key(value.value)
    names = {group.id: group.label for group in facet.groups} | {tag.id: tag.label for tag in facet.tags}
    for name, label in names.items():
        if wanted in (_key(name), _key(label)):
            return name
    close = difflib.get_close_matches(wanted, [*map(_key, names), *map(_key, names.values())], n=3, cutoff=0.6)
    near = dict.fromkeys(name for word in close for name, label in names.items() if word in (_key(name), _key(label)))
    some = ", ".join(list(near) or list(names)[:12])
    more = "" if near or len(names) <= 12 else f" and {len(names) - 12} more"
    raise QueryError(
        f'{facet.label} has no tag "{value.value}". ' + (f"Closest: {some}." if near else f"It has {some}{more}."),
        value.position,
    ) from UnknownIdError(value.value)


def _key(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


def parse_years(value: Value) -> tuple[int, int]:
    """``2015``, ``2015-2020``, ``2015-`` or ``-2020``, inclusive. Raises QueryError."""
    typed = re.fullmatch(r"(\d{4})?[\d/]*(?:(\s*(?:-|–|\.\.|:)\s*)(\d{4})?[\d/]*)?", value.value.strip())
    if not typed or not (typed[1] or typed[3]):
        raise QueryError(
            f'"year:{value.value}" is no year: write year:2015, year:2015-2020 or year:2015-.', value.position
        )
    low = int(typed[1]) if typed[1] else 0
    if typed[2] is None:
        return low, low
    return low, int(typed[3]) if typed[3] else 9999


__all__ = ["Near", "Text", "find_tag", "match", "match_tags", "parse_years"]
