"""What became of the gaps between two snapshots: opened, closed, strengthened, weakened, and the records that did it.

The snapshots may be of two corpus versions, or of now and of now with a proposed import. Rules and framework are
today's in both, so what differs is records, people's codes and rulings.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import gaps
from analysis.axes import Level
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, Where, cross_pairs, in_scope
from analysis.gaps import Cell
from analysis.sentences import About, expected_words, records_words, upper_first
from corpus.errors import LacunaError
from corpus.rules import Progress, no_progress
from corpus.snapshot import Snapshot

COLUMNS = (
    "measure", "change", "row_facet", "row_tag", "column_facet", "column_tag", "before", "after",
    "expected_before", "expected_after", "grade_before", "grade_after", "came", "went", "recoded", "why",
)  # fmt: skip
CHANGES = ("opened", "strengthened", "closed", "weakened")
NOT_APPLICABLE = "not applicable"

# How much of a gap a grade is, by measure; what is not here is none.
STEPS: Mapping[str, Mapping[str, int]] = {
    "relative": {"suggestive": 1, "strong": 2},
    "absolute": {"scarce": 1, "empty": 2},
}


def find_changes(
    before: Snapshot,
    after: Snapshot,
    pairs: Collection[tuple[str, str]] | None = None,
    where: Where | None = None,
    level: Level | None = None,
    measures: Sequence[str] = tuple(STEPS),
    constants: Constants = DEFAULTS,
    progress: Progress = no_progress,
) -> pd.DataFrame:
    """The cells whose grade became more or less of a gap: one row a cell and measure, COLUMNS.

    ``pairs``: the headline pairs by default, judged as one family each time. ``level`` None takes for each pair the
    level that suits the first snapshot, or the second where the first holds nothing. ``came`` and ``went`` are ids of
    records of the cell that are in one snapshot alone, ``recoded`` of those in both that are in the cell in one alone.
    ``why`` says what else did it: a ruling on the cell, or a change in what is expected of it.
    Rows come by change (opened first), then by how many records moved. Raises LacunaError for two frameworks.
    ``progress`` may raise, to stop.
    """
    if before.framework.fingerprint != after.framework.fingerprint:
        raise LacunaError("Two versions can be compared under one framework only. Take both snapshots anew.")
    chosen = list(gaps.headline_pairs(after.framework) if pairs is None else pairs)
    one, other = in_scope(before, where), in_scope(after, where)
    if len(one) or level is not None:
        first = cross_pairs(one, chosen, level, constants=constants, progress=progress)
        last = cross_like(other, first, progress)
    else:
        last = cross_pairs(other, chosen, constants=constants, progress=progress)
        first = cross_like(one, last, progress)
    return compare_maps(first, last, measures, progress=progress)


def compare_maps(
    first: Sequence[Coverage],
    last: Sequence[Coverage],
    measures: Sequence[str] = tuple(STEPS),
    known: Mapping[str, Mapping[Cell, str]] | None = None,
    progress: Progress = no_progress,
) -> pd.DataFrame:
    """``find_changes`` for maps that are there already, in pairs of the same facets and lines.

    ``known``: the grades that measures give the first ones, as they rank them, where that was asked before.
    """
    if not last:
        return pd.DataFrame(columns=list(COLUMNS))
    one, other = first[0].snapshot, last[0].snapshot
    ids = set(one.ids), set(other.ids)
    rows = []
    for done, measure in enumerate(measures):
        progress("comparing the gaps", done, len(measures))
        steps = STEPS[measure]
        was = known[measure] if known else gaps.grades_of(gaps.judge(first, measure))
        now = gaps.grade_cells(last, measure)
        places = {(c.row_facet, c.column_facet): n for n, c in enumerate(last)}
        for key in dict.fromkeys([*was, *now]):
            grade_before, grade_after = was.get(key, NOT_APPLICABLE), now.get(key, NOT_APPLICABLE)
            step = steps.get(grade_after, 0) - steps.get(grade_before, 0)
            if step:
                place = places[key[0], key[2]]
                pair = first[place], last[place]
                rows.append(_describe(measure, key, (grade_before, grade_after), step, steps, pair, ids))
    progress("comparing the gaps", len(measures), len(measures))
    rows.sort(key=lambda row: (measures.index(row["measure"]), CHANGES.index(row["change"]), -_moved(row)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _moved(row: Mapping[str, Any]) -> int:
    """How many records did it."""
    return sum(len(row[what]) for what in ("came", "went", "recoded"))


def cross_like(snapshot: Snapshot, maps: Sequence[Coverage], progress: Progress = no_progress) -> list[Coverage]:
    """The same maps of another snapshot, each at the level that it has here."""
    found: dict[int, Coverage] = {}
    for level in dict.fromkeys(known.level for known in maps):
        places = [n for n, known in enumerate(maps) if known.level == level]
        pairs = [(maps[n].row_facet, maps[n].column_facet) for n in places]
        crossed = cross_pairs(snapshot, pairs, level, constants=maps[0].constants, progress=progress)
        found.update(zip(places, crossed, strict=True))
    return [found[n] for n in range(len(maps))]


def _describe(
    measure: str,
    key: tuple[str, str, str, str],
    grades: tuple[str, str],
    step: int,
    steps: Mapping[str, int],
    pair: tuple[Coverage, Coverage],
    ids: tuple[set[str], set[str]],
) -> dict[str, Any]:
    row, column = key[1], key[3]
    was, now = (_records(coverage, row, column) for coverage in pair)
    expected = [_expected(coverage, row, column) for coverage in pair]
    if step > 0:
        change = "strengthened" if steps.get(grades[0], 0) else "opened"
    else:
        change = "weakened" if steps.get(grades[1], 0) else "closed"
    moved = was ^ now
    why = ""
    if NOT_APPLICABLE in grades:
        ruled = pair[1] if grades[1] == NOT_APPLICABLE else pair[0]
        why = _why_not(ruled, row, column)
    elif not moved:
        why = "no record of the cell itself; what is expected of it, or of the other cells, changed"
    return {
        "measure": measure,
        "change": change,
        "row_facet": key[0],
        "row_tag": row,
        "column_facet": key[2],
        "column_tag": column,
        "before": len(was),
        "after": len(now),
        "expected_before": expected[0],
        "expected_after": expected[1],
        "grade_before": grades[0],
        "grade_after": grades[1],
        "came": sorted(now - ids[0]),
        "went": sorted(was - ids[1]),
        "recoded": sorted(moved & ids[0] & ids[1]),
        "why": why,
    }


def _records(coverage: Coverage, row: str, column: str) -> set[str]:
    if row not in coverage.observed.index or column not in coverage.observed.columns:
        return set()
    return set(coverage.ids(row, column))


def _expected(coverage: Coverage, row: str, column: str) -> float | None:
    if row not in coverage.observed.index or column not in coverage.observed.columns:
        return None
    row_at, column_at = coverage.observed.index.get_loc(row), coverage.observed.columns.get_loc(column)
    value = float(coverage.expected.to_numpy()[row_at, column_at])
    return None if np.isnan(value) else value


def _why_not(coverage: Coverage, row: str, column: str) -> str:
    if row in coverage.observed.index and column in coverage.observed.columns:
        return coverage.why_not_applicable(row, column) or "not judged in one of the two"
    return "not judged in one of the two"


def write_change(change: Mapping[str, Any], about: About) -> str:
    """One change in words: the cell, its counts and grades before and after, and what did it."""
    name = " × ".join(about.label_of(change[f"{side}_facet"], change[f"{side}_tag"]) for side in ("row", "column"))
    counts = " before, ".join(records_words(change[side]) for side in ("before", "after")) + " after"
    expected = ""
    if change["measure"] == "relative":
        known = [change[f"expected_{side}"] for side in ("before", "after")]
        expected = f" (expected {' and '.join('none' if e is None else 'about ' + expected_words(e) for e in known)})"
    grades = f"{change['grade_before']} to {change['grade_after']}"
    moved = [f"{len(change[what]):,} {what}" for what in ("came", "went", "recoded") if change[what]] or (
        [] if not change["why"] else [change["why"].rstrip(".")]
    )
    did = f" {upper_first(', '.join(moved))}." if moved else ""
    return f"{upper_first(name)}: {counts}{expected}; {grades}.{did}"


def count_changes(found: pd.DataFrame) -> dict[str, int]:
    """How many cells opened, closed ..., each cell once a measure; zeros included."""
    counts = found["change"].value_counts()
    return {name: int(counts.get(name, 0)) for name in CHANGES}
