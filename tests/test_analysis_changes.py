"""Cells that differ between two snapshots of the same records."""

from analysis.changes import COLUMNS, Change, compare_cells, find_changed_cells, most_telling
from analysis.coverage import cross
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


def test_only_cells_that_differ_are_changes_and_grades_count_only_where_given(tiny_framework: Framework) -> None:
    before = cross(build_snapshot(tiny_framework, rows(4, 0)), "measure", "response", level="tag")
    after = cross(build_snapshot(tiny_framework, rows(4, 1)), "measure", "response", level="tag")
    assert compare_cells(before, before) == []
    (change,) = compare_cells(before, after)
    assert (change.row, change.column, change.before, change.after, change.fills) == (
        "buffer-strip",
        "fish",
        0,
        1,
        True,
    )
    graded = compare_cells(before, after, {("dredging", "fish"): "strong"}, {("dredging", "fish"): "suggestive"})
    assert [(c.row, c.before, c.after, c.grade_before, c.grade_after) for c in graded] == [
        ("dredging", 4, 4, "strong", "suggestive"),
        ("buffer-strip", 0, 1, "", ""),
    ]


def test_filled_cells_come_first_then_large_steps() -> None:
    cells = [
        Change("a", "b", str(n), "x", "", "", before, after)
        for n, (before, after) in enumerate([(3, 4), (5, 9), (0, 1)])
    ]
    assert [change.row for change in most_telling(cells)] == ["2", "1", "0"]
