"""Which cells mean nothing: pairs of tags that the framework or a person's ruling calls not applicable, and why."""

from collections.abc import Mapping

import numpy as np

from analysis.axes import Axis, Line
from corpus.framework import Facet
from corpus.snapshot import Snapshot


def find_applicable(snapshot: Snapshot, a: Axis, b: Axis) -> np.ndarray:
    """The share of each cell's pairs of tags that neither the framework nor a person calls meaningless."""
    out = np.ones((len(a.lines), len(b.lines)))
    by_id = snapshot.framework.by_id
    if a.facet not in by_id or b.facet not in by_id:
        return out
    ids_a, ids_b = ({tag.id: n for n, tag in enumerate(by_id[axis.facet].tags)} for axis in (a, b))
    meaningless = np.zeros((len(ids_a), len(ids_b)))
    for pair in (*snapshot.framework.not_applicable, *snapshot.cells.not_applicable):
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if (one[0], other[0]) == (a.facet, b.facet):
                meaningless[
                    np.ix_(_covered(by_id[a.facet], one[1], ids_a), _covered(by_id[b.facet], other[1], ids_b))
                ] = 1
    if meaningless.any():
        of_a, of_b = (_members(axis, ids) for axis, ids in ((a, ids_a), (b, ids_b)))
        pairs = np.multiply.outer(of_a.sum(axis=1), of_b.sum(axis=1))
        counted = pairs > 0
        out[counted] = 1 - (of_a @ meaningless @ of_b.T)[counted] / pairs[counted]
    return out


def find_reason(snapshot: Snapshot, row: tuple[str, Line], column: tuple[str, Line]) -> str | None:
    """Why the cell of two lines (facet, line), or a part of it, means nothing; None if nothing says so."""
    framework, ruled = snapshot.framework, snapshot.cells
    for a in _with_parents(framework.facet(row[0]), row[1]):
        for b in _with_parents(framework.facet(column[0]), column[1]):
            key = (row[0], a), (column[0], b)
            reason = framework.why_not_applicable(*key) or ruled.why_not_applicable(*key, framework)
            if reason:
                return reason
    return None


def _members(axis: Axis, place: Mapping[str, int]) -> np.ndarray:
    """Lines by tags of the facet, 1 where the line counts the tag."""
    out = np.zeros((len(axis.lines), len(place)))
    for n, line in enumerate(axis.lines):
        out[n, [place[tag] for tag in line.tags]] = 1
    return out


def _covered(facet: Facet, tag_id: str, place: Mapping[str, int]) -> list[int]:
    """What is meaningless for a tag is so for its children."""
    return list(place.values()) if tag_id == "*" else [place[t] for t in facet.with_children(tag_id)]


def _with_parents(facet: Facet, line: Line) -> list[str]:
    return list(dict.fromkeys(t for tag in line.tags for t in facet.with_parents(tag)))
