"""Three tags together: combinations rarer than how each two of them are studied together would explain.

A triple is compared with what the three pair maps lead one to expect, never with plain chance, so that it says
something they do not.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import pdtr

from analysis.axes import Axis, Level, Line, build_axis
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Where, cross_axes, in_scope
from analysis.expected import expected_two_way
from analysis.gaps.frame import FILTERED, to_gaps
from analysis.gaps.pairs import Pair, headline_pairs
from analysis.gaps.ratios import benjamini_hochberg, shortfall_ratio
from analysis.gaps.relative import KINDS, grade, sort_cells
from corpus.errors import UnknownIdError
from corpus.framework import TagKey
from corpus.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Triples:
    """Three facets crossed. ``observed``: lines of the rows x of the columns x of the third facet, tested lines only.

    ``n_codable``: records with something specific on all three. ``applicable``: no two of the three tags are a pair
    that means nothing.
    """

    snapshot: Snapshot
    axes: tuple[Axis, Axis, Axis]
    lines: tuple[tuple[Line, ...], tuple[Line, ...], tuple[Line, ...]]
    observed: np.ndarray
    applicable: np.ndarray
    n_codable: int
    constants: Constants = DEFAULTS

    @cached_property
    def expected(self) -> np.ndarray:
        """Records each triple would hold if only the three pairs of facets mattered."""
        return expected_two_way(self.observed)

    def ids(self, row: str, column: str, third: str) -> list[str]:
        """Ids of the records with all three, in order. Raises UnknownIdError."""
        at = np.ones(len(self.snapshot), dtype=bool)
        for axis, wanted in zip(self.axes, (row, column, third), strict=True):
            place = next((k for k, line in enumerate(axis.lines) if line.id == wanted), None)
            if place is None:
                raise UnknownIdError(f'The facet "{axis.facet}" has no line "{wanted}" here.')
            has = np.zeros(len(at), dtype=bool)
            has[axis.records_of(place)] = True
            at &= has
        return [str(i) for i in self.snapshot.ids[at]]


def cross_three(
    snapshot: Snapshot,
    rows: str,
    columns: str,
    third: str,
    level: Level = "group",
    *,
    where: Where | None = None,
    opened: Collection[TagKey] = (),
    constants: Constants = DEFAULTS,
) -> Triples:
    """Count the records of each triple of tags of three different facets. Raises UnknownIdError."""
    if len({rows, columns, third}) < 3:
        raise UnknownIdError("Three different facets are needed.")
    counted = in_scope(snapshot, where)
    a, b, c = (build_axis(counted, facet, level, opened) for facet in (rows, columns, third))
    return cross_three_axes(counted, (a, b, c), level, constants)


def cross_three_axes(
    snapshot: Snapshot, axes: tuple[Axis, Axis, Axis], level: Level, constants: Constants = DEFAULTS
) -> Triples:
    """``cross_three`` once the three axes are built over ``snapshot``."""
    tested, applicable = [], []
    for one, other in combinations(range(3), 2):
        pair = cross_axes(snapshot, axes[one], axes[other], level, constants)
        applicable.append(pair.applicable)
        tested.append((pair.rows, pair.columns))
    every = (tested[0][0], tested[0][1], tested[1][1])  # with "not yet coded" marked
    kept = [np.array([k for k, line in enumerate(lines) if line.state == "tested"], dtype=int) for lines in every]
    codable = np.flatnonzero(axes[0].specific & axes[1].specific & axes[2].specific)
    a, b, c = (axis.has[codable][:, at] for axis, at in zip(axes, kept, strict=True))
    observed = np.zeros((a.shape[1], b.shape[1], c.shape[1]))
    by_third = c.tocsc()
    for k in range(c.shape[1]):
        here = by_third.indices[by_third.indptr[k] : by_third.indptr[k + 1]]
        observed[:, :, k] = (a[here].T @ b[here]).toarray()
    ok = applicable[0][np.ix_(kept[0], kept[1])][:, :, None] & applicable[1][np.ix_(kept[0], kept[2])][:, None, :]
    ok = ok & applicable[2][np.ix_(kept[1], kept[2])][None, :, :]
    lines = tuple(tuple(every[s][k] for k in kept[s]) for s in range(3))
    return Triples(snapshot, axes, (lines[0], lines[1], lines[2]), observed, ok, len(codable), constants)


def triple_gaps(family: Sequence[Triples]) -> pd.DataFrame:
    """The triples of some tables judged as one family, as a gap table with third_facet and third_tag.

    Expected is what the three pair maps explain; p is the lower tail of a Poisson variable with that mean, q
    Benjamini-Hochberg over all comparable triples of the family. Grades are those of the relative measure.
    """
    if not family:
        return to_gaps(pd.DataFrame(), "relative")
    found = pd.concat([_cells(triples) for triples in family], ignore_index=True)
    constants, snapshot = family[0].constants, family[0].snapshot
    observed, expected = found["observed"].to_numpy(dtype=float), found["expected"].to_numpy(dtype=float)
    ratio, low, high = shortfall_ratio(observed, expected, constants.prior, constants.level)
    comparable = expected >= constants.min_expected
    p, q = np.full((2, len(found)), np.nan)
    p[comparable] = pdtr(observed[comparable], expected[comparable])
    q[comparable] = benjamini_hochberg(p[comparable])
    found = found.assign(ratio=ratio, low=low, high=high, p=p, q=q)
    found["grade"] = grade(observed, expected, ratio, low, high, q, found["n_codable"], constants=constants)
    found["kind"] = pd.Series([KINDS.get(name) for name in found["grade"]], dtype=object, index=found.index)
    caveats = [*([FILTERED] if snapshot.filters else []), *([snapshot.statement] if snapshot.statement else [])]
    return to_gaps(sort_cells(found, constants), "relative", caveats)


def find_triples(
    snapshot: Snapshot,
    third: str,
    pairs: Iterable[Pair] | None = None,
    level: Level = "group",
    *,
    where: Where | None = None,
    constants: Constants = DEFAULTS,
) -> pd.DataFrame:
    """``triple_gaps`` of a third facet with each pair (default: the headline pairs) that does not have it.

    The same three facets are counted once. Raises UnknownIdError.
    """
    snapshot.framework.facet(third)
    counted = in_scope(snapshot, where)
    chosen = headline_pairs(snapshot.framework) if pairs is None else list(pairs)
    sets: dict[frozenset[str], Pair] = {}
    for rows, columns in chosen:
        if third not in (rows, columns) and rows != columns:
            sets.setdefault(frozenset((rows, columns)), (rows, columns))
    axes: dict[str, Axis] = {}
    for facet in {third, *(f for pair in sets.values() for f in pair)}:
        axes[facet] = build_axis(counted, facet, level)
    return triple_gaps(
        [cross_three_axes(counted, (axes[a], axes[b], axes[third]), level, constants) for a, b in sets.values()]
    )


def _cells(triples: Triples) -> pd.DataFrame:
    i, j, k = np.nonzero(triples.applicable)
    ids = [np.array([line.id for line in lines], dtype=object) for lines in triples.lines]
    names = ("row", "column", "third")
    table: dict[str, object] = {}
    for name, axis, own, at in zip(names, triples.axes, ids, (i, j, k), strict=True):
        table[f"{name}_facet"], table[f"{name}_tag"] = axis.facet, own[at]
    return pd.DataFrame(
        table
        | {
            "observed": triples.observed[i, j, k].astype(int),
            "expected": triples.expected[i, j, k],
            "n_codable": triples.n_codable,
        }
    )
