"""Cells that differ between two snapshots of the same records."""

from analysis.changes import COLUMNS, find_changed_cells
from corpus.framework import Framework
from corpus.snapshot import build_snapshot


def rows(dredged_fish: int, buffered_fish: int) -> list[dict[str, object]]:
    counts = {
        ("dredging", "fish"): dredged_fish,
        ("buffer-strip", "fish"): buffered_fish,
        ("buffer-strip", "clear-water"): 3,
    }
    return [
        {"id": f"{measure}{response}{n}", "tags": {"measure": [measure], "response": [response]}}
        for (measure, response), count in counts.items()
        for n in range(count)
    ]


def test_cells_with_their_counts_before_and_after(tiny_framework: Framework) -> None:
    before = build_snapshot(tiny_framework, rows(4, 2))
    after = build_snapshot(tiny_framework, rows(1, 4))
    table = find_changed_cells(before, after, [("measure", "response")])
    assert tuple(table.columns) == COLUMNS
    assert table[["before", "after"]].to_numpy().tolist() == [[4, 1], [2, 4]]
    assert table["row"].tolist() == ["in-lake", "catchment"]  # so few records are drawn by group


def test_nothing_changed_is_an_empty_table(tiny_framework: Framework) -> None:
    before = build_snapshot(tiny_framework, rows(4, 2))
    table = find_changed_cells(before, before, [("measure", "response")])
    assert table.empty
    assert tuple(table.columns) == COLUMNS
