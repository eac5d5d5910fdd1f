"""How many records carry each pair of tags of two facets, and how many would if the facets were unrelated.

Counting and expectation only; what a count means is judged in analysis/gaps. Rows and columns are built in axes.py.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.applicable import find_applicable, find_reason
from analysis.axes import Axis, Level, Line, TopicLabels, build_axis
from analysis.constants import DEFAULTS, Constants
from analysis.expected import expected_independent, expected_stratified, expected_two_way
from analysis.products import Products
from analysis.standing import Standing, find_standing
from corpus.errors import UnknownIdError
from corpus.framework import TagKey
from corpus.rules import Progress, no_progress
from corpus.snapshot import CODED_BY, Snapshot

__all__ = [
    "Coverage",
    "choose_level",
    "cross",
    "cross_axes",
    "cross_pairs",
    "expected_independent",
    "expected_stratified",
    "expected_two_way",
    "in_scope",
]

Where = Mapping[str, Iterable[str]]
_MANY_PAIRS = 4  # from here on all pairs are counted in one pass over the records


@dataclass(frozen=True, eq=False)
class Coverage:
    """The table of counts of a facet pair, with the records behind each cell.

    ``observed`` and ``expected`` have one row a line of ``rows``, one column a line of ``columns``, named by their
    ids. A record with two tags of a facet sits in two cells, so cells do not add up to ``n_codable``, the number of
    records with something specific on both facets. Tested lines and their children count codable records; extra
    lines (residual, analysis, ungrouped) count all of them and expect nothing (NaN).

    ``cell_n``, ``cell_rows``, ``cell_columns``: codable records, and of these the row's and the column's, cell by
    cell. They differ from the totals only where a tag is not yet coded in some records, which then count neither for
    nor against.
    ``applicable``: the framework does not call the pair meaningless; ``partly``: it says so of some pairs of tags in a
    cell of groups. ``tested``: may be judged (a pair of tested
    lines, applicable, and, with the same facet on both axes, each unordered pair once).
    """

    snapshot: Snapshot  # the records counted, after ``where`` and scope
    row_axis: Axis
    column_axis: Axis
    level: Level
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    observed: pd.DataFrame
    row_totals: pd.Series
    column_totals: pd.Series
    n_codable: int
    n_records: int
    n_uncodable_rows: int
    n_uncodable_columns: int
    cell_n: np.ndarray
    cell_rows: np.ndarray
    cell_columns: np.ndarray
    applicable: np.ndarray
    partly: np.ndarray
    tested: np.ndarray
    constants: Constants = DEFAULTS
    products: Products | None = None  # counts shared with the other pairs crossed at once

    @property
    def row_facet(self) -> str:
        return self.row_axis.facet

    @property
    def column_facet(self) -> str:
        return self.column_axis.facet

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters in force, in words; empty if the whole corpus is counted."""
        return self.snapshot.filters

    @cached_property
    def coded_by(self) -> dict[str, int]:
        """Codable records by the best reading behind their codes: by people or rules, from abstract or title."""
        counts = self.snapshot.frame["coded_by"][self.row_axis.specific & self.column_axis.specific].value_counts()
        return {name: int(counts.get(name, 0)) for name in CODED_BY}

    @cached_property
    def expected(self) -> pd.DataFrame:
        """Records each cell would hold if the two facets were unrelated; NaN where nothing is expected."""
        values = expected_independent(self.cell_rows, self.cell_columns, self.cell_n)
        silent = np.logical_or.outer(_silent(self.rows), _silent(self.columns))
        if self.row_facet == self.column_facet:
            silent |= np.equal.outer(self.observed.index.to_numpy(), self.observed.columns.to_numpy())
        values[silent] = np.nan
        return pd.DataFrame(values, index=self.observed.index, columns=self.observed.columns)

    @cached_property
    def comparable(self) -> np.ndarray:
        """Tested cells with enough expected records for a shortfall to show."""
        return self.tested & (np.nan_to_num(self.expected.to_numpy()) >= self.constants.min_expected)

    @property
    def comparable_share(self) -> float:
        """Comparable cells among those that may be tested; 0 if there are none."""
        n = int(self.tested.sum())
        return float(self.comparable.sum() / n) if n else 0.0

    @cached_property
    def general(self) -> np.ndarray:
        """Records that may cover a cell without naming it: one of its tags, a residual one for the other."""
        a, b = self.row_axis, self.column_axis
        unclear_a, unclear_b = np.flatnonzero(a.residual), np.flatnonzero(b.residual)
        if self.products is not None and self.products.knows(a, b):
            with_a, with_b = self.products.with_residual(b, a), self.products.with_residual(a, b)
        else:
            with_a, with_b = _ones(a.residual) @ b.has, _ones(b.residual) @ a.has
        total = np.broadcast_to(with_a, self.observed.shape) + with_b[:, None]
        for unclear in (unclear_a, unclear_b):
            if len(unclear):
                total = total - (a.has[unclear].T @ b.has[unclear]).toarray()
        return np.asarray(total, dtype=int)

    @cached_property
    def standing(self) -> Standing:
        """Every record in every cell, for counts of some kind of record cell by cell."""
        return find_standing(self.row_axis, self.column_axis)

    @cached_property
    def year(self) -> np.ndarray:
        """The year of each record counted; NaN if unknown."""
        return self.snapshot.frame["year"].to_numpy(dtype=float)

    @cached_property
    def last_year(self) -> pd.DataFrame:
        """The latest year among each cell's records; NaN if the cell is empty or no year is known."""
        values = self.standing.latest(self.year)
        return pd.DataFrame(values, index=self.observed.index, columns=self.observed.columns)

    def ids(self, row: str, column: str | None = None) -> list[str]:
        """Ids of the records in a cell, in order; of a whole row if no column is given. Raises UnknownIdError."""
        return list(self.snapshot.ids[self.records_of(row, column)])

    def records_of(self, row: str, column: str | None = None) -> np.ndarray:
        """Like ``ids``, as positions in the rows of ``snapshot``."""
        in_row = self.row_axis.records_of(_position(self.rows, row))
        if column is None:
            return in_row
        in_column = self.column_axis.records_of(_position(self.columns, column))
        return np.intersect1d(in_row, in_column, assume_unique=True)

    def lines_of(self, row: str, column: str) -> tuple[Line, Line]:
        """Raises UnknownIdError."""
        return self.rows[_position(self.rows, row)], self.columns[_position(self.columns, column)]

    def why_not_applicable(self, row: str, column: str) -> str | None:
        """The reason why this cell means nothing, from the framework or a person's ruling, or None."""
        i, j = _position(self.rows, row), _position(self.columns, column)
        return None if self.applicable[i, j] else self._reason(i, j)

    @cached_property
    def why_nothing(self) -> str | None:
        """The first reason, if every cell of tested lines means nothing; None as soon as one may be judged."""
        lines = np.logical_and.outer(_tested(self.rows), _tested(self.columns))
        if not lines.any() or (self.applicable & lines).any():
            return None
        return next((reason for i, j in np.argwhere(lines) if (reason := self._reason(i, j))), None)

    def why_partly(self, row: str, column: str) -> str | None:
        """The reason why some pairs of tags in a cell of groups mean nothing, or None."""
        i, j = _position(self.rows, row), _position(self.columns, column)
        return self._reason(i, j) if self.partly[i, j] else None

    def _reason(self, i: int, j: int) -> str | None:
        return find_reason(self.snapshot, (self.row_facet, self.rows[i]), (self.column_facet, self.columns[j]))

    def without_empty_rows(self) -> "Coverage":
        """The same table without rows no record stands in: for the screen, where 249 countries would not fit."""
        keep = np.flatnonzero((self.row_totals.to_numpy() > 0) | self.observed.to_numpy().any(axis=1))
        axis = self.row_axis
        return replace(
            self,
            row_axis=replace(axis, lines=tuple(axis.lines[i] for i in keep), has=axis.has[:, keep], not_yet=None),
            products=None,
            rows=tuple(self.rows[i] for i in keep),
            observed=self.observed.iloc[keep],
            row_totals=self.row_totals.iloc[keep],
            **{
                name: getattr(self, name)[keep]
                for name in ("cell_n", "cell_rows", "cell_columns", "applicable", "partly", "tested")
            },
        )


def cross(
    snapshot: Snapshot,
    rows: str,
    columns: str,
    where: Where | None = None,
    level: Level | None = None,
    *,
    opened: Collection[TagKey] = (),
    nested: bool = False,
    topics: TopicLabels | None = None,
    constants: Constants = DEFAULTS,
) -> Coverage:
    """Count the records of each pair of tags of two facets.

    What is out of scope is not counted. ``where`` maps facets to tags or groups (*or* within, *and* between).
    ``level`` None takes the finest level the corpus can carry. What stands under ``opened`` parents and groups is
    tested instead of them; ``nested`` draws the tags of every group. Either facet may be "topic" if ``topics`` is
    given. Raises UnknownIdError.
    """
    return cross_pairs(
        snapshot, [(rows, columns)], level,
        where=where, opened=opened, nested=nested, topics=topics, constants=constants,
    )[0]  # fmt: skip


def cross_pairs(
    snapshot: Snapshot,
    pairs: Iterable[tuple[str, str]],
    level: Level | None = None,
    *,
    where: Where | None = None,
    opened: Collection[TagKey] = (),
    nested: bool = False,
    topics: TopicLabels | None = None,
    constants: Constants = DEFAULTS,
    progress: Progress = no_progress,
) -> list[Coverage]:
    """``cross`` for many pairs of facets, each axis built once; ``level`` None chooses for each pair by itself.

    ``progress`` may raise, to stop.
    """
    counted = in_scope(snapshot, where)
    built: dict[tuple[str, Level], Axis] = {}
    pairs = list(pairs)
    shared: dict[Level, Products] = {}

    def build(facet: str, at: Level) -> Axis:
        if (facet, at) not in built:
            built[facet, at] = build_axis(counted, facet, at, opened, topics, nested)
        return built[facet, at]

    def cross_at(rows: str, columns: str, at: Level) -> Coverage:
        a, b = build(rows, at), build(columns, at)
        if len(pairs) >= _MANY_PAIRS and at not in shared:
            shared[at] = Products([build(facet, at) for facet in dict.fromkeys(f for pair in pairs for f in pair)])
        return cross_axes(counted, a, b, at, constants, shared.get(at))

    grouped = {facet.id for facet in snapshot.framework.facets if facet.groups}
    coverages = []
    for rows, columns in pairs:
        coverage = cross_at(rows, columns, level or "tag")
        too_fine = coverage.comparable_share < constants.comparable_share
        if level is None and too_fine and grouped & {rows, columns}:
            coverage = cross_at(rows, columns, "group")
        coverages.append(coverage)
        progress("counting the maps", len(coverages), len(pairs))
    return coverages


def in_scope(snapshot: Snapshot, where: Where | None = None) -> Snapshot:
    """The records that are counted: not out of scope and passing ``where``; the same object if that is all of them."""
    if not where and snapshot.counted.all():
        return snapshot
    kept = snapshot.where(tags=where)
    return snapshot if len(kept) == len(snapshot) and kept.filters == snapshot.filters else kept


def choose_level(
    snapshot: Snapshot,
    rows: str,
    columns: str,
    *,
    opened: Collection[TagKey] = (),
    topics: TopicLabels | None = None,
    constants: Constants = DEFAULTS,
) -> Level:
    """How fine a map the corpus can carry: "tag" unless under half of its cells could be compared.

    Facets without groups stay at their tags whatever this says.
    """
    return cross(snapshot, rows, columns, opened=opened, topics=topics, constants=constants).level


def cross_axes(
    snapshot: Snapshot,
    row_axis: Axis,
    column_axis: Axis,
    level: Level,
    constants: Constants = DEFAULTS,
    products: Products | None = None,
) -> Coverage:
    """The coverage of two axes built over ``snapshot``: what ``cross`` does once rows and columns are known.

    ``products``: counts of many axes made at once, where there are; those of these two are taken from there.
    """
    a, b = row_axis, column_axis
    codable = a.specific & b.specific
    n = int(codable.sum())
    extra_a, extra_b = (np.array([line.is_extra for line in axis.lines], dtype=bool) for axis in (a, b))
    if products is not None and products.knows(a, b):
        observed = products.observed(a, b)
        # a record of a line that is no extra has something specific on that side by itself
        row_totals, column_totals = products.with_specific(a, b), products.with_specific(b, a)
    else:
        observed = (a.by_line @ b.has).toarray()
        row_totals, column_totals = a.by_line @ _ones(codable), b.by_line @ _ones(codable)
    row_totals = np.where(extra_a, _totals(a), row_totals)
    column_totals = np.where(extra_b, _totals(b), column_totals)
    shape = observed.shape
    cell_n = np.full(shape, n)
    cell_rows = np.broadcast_to(row_totals[:, None], shape)
    cell_columns = np.broadcast_to(column_totals[None, :], shape)
    rows, columns = a.lines, b.lines
    if a.not_yet is not None or b.not_yet is not None:
        unseen_a, unseen_b = _codable_only(a, codable), _codable_only(b, codable)
        cell_n = (
            n
            - np.asarray(unseen_a.sum(axis=0)).ravel()[:, None]
            - np.asarray(unseen_b.sum(axis=0)).ravel()[None, :]
            + (unseen_a.T @ unseen_b).toarray()
        )
        cell_rows = cell_rows - (a.by_line @ unseen_b).toarray()
        cell_columns = cell_columns - (unseen_a.T @ b.has).toarray()
        rows = _mark_not_yet(a.lines, unseen_a, n, constants)
        columns = _mark_not_yet(b.lines, unseen_b, n, constants)
    share = find_applicable(snapshot, a, b)
    applicable = share > 0
    tested = applicable & np.logical_and.outer(_tested(rows), _tested(columns))
    if a.facet == b.facet:
        tested &= np.triu(np.ones(shape, dtype=bool), 1)
    return Coverage(
        snapshot=snapshot,
        row_axis=a,
        column_axis=b,
        level=level,
        rows=rows,
        columns=columns,
        observed=pd.DataFrame(observed, index=a.ids, columns=b.ids),
        row_totals=pd.Series(row_totals, index=a.ids),
        column_totals=pd.Series(column_totals, index=b.ids),
        n_codable=n,
        n_records=len(snapshot),
        n_uncodable_rows=int((~a.specific).sum()),
        n_uncodable_columns=int((~b.specific).sum()),
        cell_n=cell_n,
        cell_rows=cell_rows,
        cell_columns=cell_columns,
        applicable=applicable,
        partly=applicable & (share < 1),
        tested=tested,
        constants=constants,
        products=products,
    )


def _ones(mask: np.ndarray) -> np.ndarray:
    return mask.astype(np.int32)


def _totals(axis: Axis) -> np.ndarray:
    return np.diff(axis.by_line.indptr)


def _tested(lines: Iterable[Line]) -> np.ndarray:
    return np.array([line.state == "tested" for line in lines], dtype=bool)


def _silent(lines: Iterable[Line]) -> np.ndarray:
    return np.array([line.is_extra or line.state == "not-yet" for line in lines], dtype=bool)


def _codable_only(axis: Axis, codable: np.ndarray) -> sparse.csr_matrix:
    if axis.not_yet is None:
        return sparse.csr_matrix(axis.has.shape, dtype=np.int32)
    return sparse.csr_matrix(axis.not_yet.multiply(_ones(codable)[:, None]))


def _mark_not_yet(lines: tuple[Line, ...], unseen: sparse.csr_matrix, n: int, constants: Constants) -> tuple[Line, ...]:
    share = np.asarray(unseen.sum(axis=0)).ravel() / max(n, 1)
    return tuple(
        replace(line, state="not-yet") if not line.is_extra and share[k] > constants.not_yet_share else line
        for k, line in enumerate(lines)
    )


def _position(lines: Iterable[Line], line_id: str) -> int:
    for n, line in enumerate(lines):
        if line.id == line_id:
            return n
    raise UnknownIdError(f'The map has no line "{line_id}". It has: {", ".join(line.id for line in lines)}.')
