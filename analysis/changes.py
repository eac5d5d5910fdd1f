"""Which cells of a map differ between two snapshots, in count and in grade."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd

from analysis.coverage import Coverage, cross
from analysis.gaps import find_gaps
from corpus.snapshot import Snapshot

Grades = Mapping[tuple[str, str], str]  # (row, column) -> grade


@dataclass(frozen=True)
class Change:
    """One cell whose count or grade moves. Labels as the map shows them; a grade is "" where nothing is judged."""

    rows: str
    columns: str
    row: str
    column: str
    row_label: str
    column_label: str
    before: int
    after: int
    grade_before: str = ""
    grade_after: str = ""

    @property
    def fills(self) -> bool:
        return self.before == 0 and self.after > 0


COLUMNS = tuple(field.name for field in fields(Change))


def compare_cells(
    was: Coverage, now: Coverage, grade_was: Grades | None = None, grade_now: Grades | None = None
) -> list[Change]:
    """The cells of one map that differ, in the map's order; general, mirrored and not applicable ones left out.

    Without grades only counts are compared.
    """
    before = was.observed.reindex(index=now.observed.index, columns=now.observed.columns, fill_value=0).to_numpy()
    after = now.observed.to_numpy()
    judged = now.applicable.copy()
    for at, lines in enumerate((now.rows, now.columns)):
        extra = np.array([line.is_extra for line in lines], dtype=bool)
        judged &= ~(extra[:, None] if at == 0 else extra)
    if now.row_facet == now.column_facet:
        judged &= np.triu(np.ones(judged.shape, dtype=bool), 1)
    if not grade_was and not grade_now:
        judged &= before != after
    found = []
    for i, j in np.argwhere(judged).tolist():
        row, column = now.rows[i], now.columns[j]
        grades = tuple((known or {}).get((row.id, column.id), "") for known in (grade_was, grade_now))
        n, m = int(before[i, j]), int(after[i, j])
        if n != m or grades[0] != grades[1]:
            labels = row.label, column.label
            found.append(Change(now.row_facet, now.column_facet, row.id, column.id, *labels, n, m, *grades))
    return found


def most_telling(changes: Iterable[Change]) -> list[Change]:
    """Filled cells first, then the largest steps; otherwise in the order given."""
    return sorted(changes, key=lambda change: (not change.fills, -abs(change.after - change.before)))


def find_changed_cells(
    before: Snapshot, after: Snapshot, pairs: Sequence[tuple[str, str]], measure: str = "relative"
) -> pd.DataFrame:
    """The cells of these pairs of facets whose count or grade differs. One row a cell, COLUMNS; largest steps first.

    Both snapshots are crossed at the level that suits the first. A grade is "" where the measure does not judge.
    """
    found: list[Change] = []
    for rows, columns in pairs:
        was = cross(before, rows, columns)
        now = cross(after, rows, columns, level=was.level)
        found += compare_cells(was, now, _grades(was, measure), _grades(now, measure))
    found.sort(key=lambda change: (change.grade_before == change.grade_after, -abs(change.after - change.before)))
    return pd.DataFrame([astuple(change) for change in found], columns=list(COLUMNS))


def _grades(coverage: Coverage, measure: str) -> dict[tuple[str, str], str]:
    found = find_gaps(coverage, measure)
    return {
        (row, column): grade or ""
        for row, column, grade in zip(found["row_tag"], found["column_tag"], found["grade"], strict=True)
    }
