"""What accepting an import would change on the map: cells that would be filled, cells that would grow."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.coverage import Coverage
from views.state import State


@dataclass(frozen=True)
class Change:
    """One cell whose count moves. Labels as the map shows them."""

    rows: str
    columns: str
    row: str
    column: str
    row_label: str
    column_label: str
    before: int
    after: int

    @property
    def fills(self) -> bool:
        return self.before == 0 and self.after > 0


def find_changes(before: Coverage, after: Coverage) -> list[Change]:
    """The cells of one map that differ, in the map's order; general, not applicable and mirrored cells left out."""
    same_facet = after.row_facet == after.column_facet
    was = before.observed.reindex(index=after.observed.index, columns=after.observed.columns, fill_value=0).to_numpy()
    now = after.observed.to_numpy()
    return [
        Change(
            after.row_facet,
            after.column_facet,
            row.id,
            column.id,
            row.label,
            column.label,
            int(was[i, j]),
            int(now[i, j]),
        )
        for i, row in enumerate(after.rows)
        for j, column in enumerate(after.columns)
        if was[i, j] != now[i, j]
        and after.applicable[i, j]
        and not (row.is_extra or column.is_extra or (same_facet and i >= j))
    ]


def headline_changes(state: State, import_id: int) -> tuple[list[Change], int]:
    """The changes on every headline map, and by how many records the count would grow, if an import were accepted."""
    facets = [facet.id for facet in state.framework.facets]
    changes: list[Change] = []
    grown = 0
    for rows, columns in state.framework.headline_pairs or ((facets[0], facets[-1]),):
        before = state.coverage(rows, columns)
        after = state.coverage(rows, columns, level=before.level, including=(import_id,))
        grown = after.n_records - before.n_records
        changes += find_changes(before, after)
    return changes, grown


def most_telling(changes: Iterable[Change]) -> list[Change]:
    """Filled cells first, then the largest steps; otherwise in the order given."""
    return sorted(changes, key=lambda change: (not change.fills, -abs(change.after - change.before)))
