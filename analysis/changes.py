"""Which cells of the map differ between two snapshots of the same records, in count and in grade."""

from collections.abc import Sequence

import pandas as pd

from analysis.coverage import Coverage, cross
from analysis.gaps import find_gaps
from corpus.snapshot import Snapshot

COLUMNS = (
    "rows", "columns", "row", "column", "row_label", "column_label", "before", "after", "grade_before", "grade_after",
)  # fmt: skip


def find_changed_cells(
    before: Snapshot, after: Snapshot, pairs: Sequence[tuple[str, str]], measure: str = "relative"
) -> pd.DataFrame:
    """The cells of these pairs of facets whose count or grade differs. One row a cell, COLUMNS; largest steps first.

    Both snapshots are crossed at the level that suits the first. A grade is "" where the measure does not judge.
    General, mirrored and not applicable cells are left out.
    """
    found: list[tuple[object, ...]] = []
    for rows, columns in pairs:
        was = cross(before, rows, columns)
        now = cross(after, rows, columns, level=was.level)
        found += _changed(was, now, _grades(was, measure), _grades(now, measure))
    table = pd.DataFrame(found, columns=list(COLUMNS))
    steps = (table["after"] - table["before"]).abs()
    regraded = table["grade_before"] != table["grade_after"]
    order = pd.DataFrame({"regraded": ~regraded, "steps": -steps}).sort_values(["regraded", "steps"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)


def _grades(coverage: Coverage, measure: str) -> dict[tuple[str, str], str]:
    found = find_gaps(coverage, measure)
    return {
        (row, column): grade or ""
        for row, column, grade in zip(found["row_tag"], found["column_tag"], found["grade"], strict=True)
    }


def _changed(
    was: Coverage, now: Coverage, grade_was: dict[tuple[str, str], str], grade_now: dict[tuple[str, str], str]
) -> list[tuple[object, ...]]:
    same_facet = now.row_facet == now.column_facet
    counts_was = was.observed.reindex(index=now.observed.index, columns=now.observed.columns, fill_value=0).to_numpy()
    counts_now = now.observed.to_numpy()
    found: list[tuple[object, ...]] = []
    for i, row in enumerate(now.rows):
        for j, column in enumerate(now.columns):
            if not now.applicable[i, j] or row.is_extra or column.is_extra or (same_facet and i >= j):
                continue
            key = (row.id, column.id)
            n, m, a, b = int(counts_was[i, j]), int(counts_now[i, j]), grade_was.get(key, ""), grade_now.get(key, "")
            if n != m or a != b:
                facets = (now.row_facet, now.column_facet)
                found.append((*facets, row.id, column.id, row.label, column.label, n, m, a, b))
    return found
