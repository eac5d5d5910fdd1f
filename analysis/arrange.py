"""A map's lines chosen and put in order: the tags of one group alone, most gaps first, or similar lines side by side.

Lines keep together with what is drawn under them, and general ones stay at the end. What a cell counts and expects does
not change; which cells are on the map does, so judge again after choosing.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering

from analysis.axes import Axis, Line, openable_groups
from analysis.coverage import Coverage
from corpus.errors import UnknownIdError
from corpus.framework import Facet

ORDERS = ("framework", "gaps", "similar")

Scores = dict[str, float]


def order_lines(coverage: Coverage, gaps: pd.DataFrame, order: str) -> tuple[list[str], list[str]]:
    """Ids of the rows and of the columns in an order of ORDERS; ``gaps`` is the relative measure of this map.

    "gaps": by the sum of how far each line's comparable cells surely fall short (1 less the upper end of the ratio).
    "similar": by the profile of counts (cosine, average linkage, optimal leaf order). Take both from the map without
    filters, so that no filter moves a line. Raises UnknownIdError.
    """
    if order not in ORDERS:
        raise UnknownIdError(f'There is no order "{order}". There is: {", ".join(ORDERS)}.')
    if order == "framework":
        return [line.id for line in coverage.rows], [line.id for line in coverage.columns]
    if coverage.row_facet == coverage.column_facet:
        both = _order_side(coverage.rows, coverage, gaps, order, ("row_tag", "column_tag"))
        return both, both
    rows = _order_side(coverage.rows, coverage, gaps, order, ("row_tag",))
    return rows, _order_side(coverage.columns, coverage, gaps, order, ("column_tag",))


def _order_side(
    lines: Sequence[Line], coverage: Coverage, gaps: pd.DataFrame, order: str, sides: Sequence[str]
) -> list[str]:
    if order == "gaps":
        scores = _shortfalls(gaps, sides)
        return _sorted(lines, lambda names: _by_score(names, scores))
    observed, across = coverage.observed, coverage.columns
    if "row_tag" not in sides:
        observed, across = observed.T, coverage.rows
    profiles = observed[[line.id for line in across if not line.is_extra]].astype(float)
    return _sorted(lines, lambda names: _by_likeness(names, profiles.loc[names].to_numpy()))


def lines_of_group(coverage: Coverage, facet: Facet, group: str) -> list[str]:
    """Ids of the lines of this map that belong to a group: its own, if there is one, and those of its tags.

    Open the group first where the map is by groups. Raises UnknownIdError for a group that cannot be shown alone.
    """
    tags = openable_groups(facet).get(group)
    if tags is None:
        raise UnknownIdError(f'Facet "{facet.id}" has no group "{group}" whose tags can be shown alone.')
    wanted = {group, *tags}
    lines = coverage.rows if coverage.row_facet == facet.id else coverage.columns
    return [line.id for line in lines if line.id in wanted]


def arrange(coverage: Coverage, rows: Sequence[str], columns: Sequence[str]) -> Coverage:
    """The same table with these rows and columns, in this order; ids it does not have are passed over.

    With one facet on both sides, each pair of lines stays one cell: the one above the diagonal, if both are there.
    """
    i, j = _places(coverage.rows, rows), _places(coverage.columns, columns)
    at = np.ix_(i, j)
    observed = coverage.observed.iloc[i, j]
    arranged = replace(
        coverage,
        row_axis=_axis(coverage.row_axis, i),
        column_axis=_axis(coverage.column_axis, j),
        products=None,
        rows=tuple(coverage.rows[k] for k in i),
        columns=tuple(coverage.columns[k] for k in j),
        observed=observed,
        row_totals=coverage.row_totals.iloc[i],
        column_totals=coverage.column_totals.iloc[j],
        **{
            name: getattr(coverage, name)[at]
            for name in ("cell_n", "cell_rows", "cell_columns", "applicable", "partly")
        },
        tested=coverage.tested[at],
    )
    if coverage.row_facet == coverage.column_facet:
        tested = (coverage.tested | coverage.tested.T)[at] & ~mirrored(arranged)
        arranged = replace(arranged, tested=tested)
    return arranged


def mirrored(coverage: Coverage) -> np.ndarray:
    """Cells that show nothing of their own: with one facet on both sides, a line with itself and each pair's second."""
    rows, columns = coverage.observed.index.tolist(), coverage.observed.columns.tolist()
    if coverage.row_facet != coverage.column_facet:
        return np.zeros((len(rows), len(columns)), dtype=bool)
    row_at, column_at = ({name: n for n, name in enumerate(names)} for names in (rows, columns))
    nowhere = len(rows)
    twin_row = np.array([row_at.get(name, nowhere) for name in columns])  # the row of the other cell of the pair
    has_twin = np.array([name in column_at for name in rows])[:, None] & (twin_row < nowhere)[None, :]
    later = np.arange(len(rows))[:, None] >= twin_row[None, :]
    return np.asarray(has_twin & later)


def _axis(axis: Axis, places: Sequence[int]) -> Axis:
    def take(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        return matrix[:, places]

    return replace(
        axis,
        lines=tuple(axis.lines[k] for k in places),
        has=take(axis.has),
        not_yet=None if axis.not_yet is None else take(axis.not_yet),
    )


def _places(lines: Sequence[Line], wanted: Collection[str]) -> list[int]:
    place = {line.id: n for n, line in enumerate(lines)}
    return [place[name] for name in wanted if name in place]


def _sorted(lines: Sequence[Line], sort: Callable[[list[str]], list[str]]) -> list[str]:
    """Ids with the tested sorted among their like, each followed by what is drawn under it; extras as they were."""
    ids = {line.id for line in lines}
    under: dict[str | None, list[Line]] = {}
    for line in lines:
        under.setdefault(line.parent if line.parent in ids else None, []).append(line)

    def walk(parent: str | None) -> list[str]:
        here = under.get(parent, [])
        moving = sort([line.id for line in here if not line.is_extra])
        order = [*moving, *(line.id for line in here if line.is_extra)]
        return [name for top in order for name in (top, *walk(top))]

    return walk(None)


def _shortfalls(gaps: pd.DataFrame, sides: Sequence[str]) -> Scores:
    comparable = gaps[gaps["grade"] != "not comparable"]
    short = (1 - comparable["high"].astype(float)).clip(lower=0)
    scores: Scores = {}
    for side in sides:
        for name, value in short.groupby(comparable[side]).sum().items():
            scores[str(name)] = scores.get(str(name), 0.0) + float(value)
    return scores


def _by_score(names: list[str], scores: Scores) -> list[str]:
    return sorted(names, key=lambda name: -scores.get(name, 0.0))  # stable: ties stay in the framework's order


def _by_likeness(names: list[str], profiles: np.ndarray) -> list[str]:
    """Similar profiles side by side; lines without a record come last. The end that came first stays first."""
    some = np.flatnonzero(profiles.any(axis=1))
    if len(some) < 3:
        return names
    joined = linkage(profiles[some], method="average", metric="cosine")
    joined[:, 2] = joined[:, 2].clip(min=0)  # rounding can make equal profiles a hair less than equal
    leaves = leaves_list(optimal_leaf_ordering(joined, profiles[some], metric="cosine"))
    if leaves[0] > leaves[-1]:
        leaves = leaves[::-1]
    order = [int(some[k]) for k in leaves]
    return [names[k] for k in (*order, *(k for k in range(len(names)) if k not in set(order)))]
