"""The gap map as plain data: counts, labels and states.

The one place on the way to the screen that knows what a Coverage and a gap table look like; what draws the map
(map_component.py, views/assets/) takes it from here.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrange import mirrored
from analysis.axes import Axis, Line, openable_groups
from analysis.coverage import Coverage
from analysis.gaps.frame import UNVALIDATED
from analysis.sentences import ALWAYS
from corpus.framework import Facet, Framework
from views.map_words import CHECKS, CODED_BY, GRADES, MARKS, WORDS

MapData = dict[str, Any]  # JSON-safe; what is in it: map_data

LETTERS = "REOQ?"
FILTERED = "exploratory: filtered view"


def map_data(
    coverage: Coverage,
    gaps: pd.DataFrame | None = None,
    *,
    absolute: pd.DataFrame | None = None,
    segments: str | None = None,
    before: pd.DataFrame | None = None,
    moved: Mapping[tuple[str, str], str] | None = None,
    since: str = "",
    chosen: tuple[str | None, str | None] = (None, None),
    scale: int | None = None,
    title: str = "",
) -> MapData:
    """Counts, labels and states of a gap map: all the drawing needs, and nothing else.

    ``gaps`` is a table of one measure (``ratio``, ``low``, ``high``, ``grade``, ``check`` by row_tag and column_tag);
    ``absolute`` adds ``hidden_upper`` and ``check`` from that measure. ``segments`` names the facet by whose groups
    squares may be split: by default the framework's study design; left out if that has no groups, or over five.
    ``before`` is the ``observed`` of an earlier version of the same map, for showing what changed; ``moved`` says which
    gaps opened, closed, got stronger or weaker, by (row, column), and ``since`` against what. ``chosen`` is the row and
    column that are open. ``scale`` fixes the count of the largest square, so that several maps can be compared.

    Matrices are lists of rows: observed, expected, ratio, low, high, grade, check, hidden, unvalidated, last_year,
    state, segments, change, moved. A state is "count", "empty" (comparable and 0), "few" (not comparable), "untested",
    "na", "not-yet" or "blank" (a pair already shown, with one facet on both axes).
    """
    framework = coverage.snapshot.framework
    observed = coverage.observed.to_numpy()
    expected = coverage.expected.to_numpy(dtype=float)
    state = _states(coverage)
    rows = _lines(coverage.row_axis, coverage.rows, coverage.row_totals, framework.by_id.get(coverage.row_facet))
    columns = _lines(
        coverage.column_axis, coverage.columns, coverage.column_totals, framework.by_id.get(coverage.column_facet)
    )
    relative, checked = _Spread(coverage, gaps), _Spread(coverage, absolute)
    grade = relative.of("grade", "")
    check = (checked if absolute is not None else relative).of("check", "")
    row_axis, column_axis = coverage.row_axis.label, coverage.column_axis.label
    suffix = f" ({FILTERED})" if coverage.filters else ""
    data: MapData = {
        "title": title or f"{row_axis} by {_inner(column_axis)}",
        "row_axis": row_axis,
        "column_axis": column_axis,
        "rows": rows,
        "columns": columns,
        "observed": observed.tolist(),
        "expected": _plain(expected, 4),
        "ratio": _plain(relative.of("ratio", np.nan), 4),
        "low": _plain(relative.of("low", np.nan), 4),
        "high": _plain(relative.of("high", np.nan), 4),
        "grade": [["" if g is None else str(g) for g in row] for row in grade],
        "check": [[CHECKS.get(str(c), "") for c in row] for row in check],
        "hidden": _plain(checked.of("hidden_upper", np.nan), 0),
        "unvalidated": [[UNVALIDATED in c for c in row] for row in checked.of("caveats", "")],
        "last_year": [[None if math.isnan(y) else int(y) for y in row] for row in coverage.last_year.to_numpy()],
        "state": state,
        "reasons": _reasons(coverage, state),
        "grades": {name: label + (suffix if name in MARKS else "") for name, label in GRADES.items()},
        "marks": MARKS,
        "confirmed": [CHECKS["verified_empty"], CHECKS["confirmed"]],
        "n_records": coverage.n_records,
        "n_codable": coverage.n_codable,
        "filters": list(coverage.filters),
        "statement": coverage.snapshot.statement,
        "corpus_version": coverage.snapshot.version,
        "framework": framework.fingerprint,
        "constants": coverage.constants.as_dict(),
        "scale": scale,
        "chosen": list(chosen),
        "since": since,
        "words": WORDS,
    }
    data |= _segments(coverage, design_facet(framework, segments))
    data["change"] = None if before is None else (observed - _aligned(before, coverage)).tolist()
    data["moved"] = (
        None if moved is None else [[moved.get((row["id"], column["id"]), "") for column in columns] for row in rows]
    )
    data["summary"] = summary_sentence(data)
    data["notes"] = _notes(coverage)
    data["cautions"] = _cautions(data["statement"])
    return data


def summary_sentence(data: MapData) -> str:
    """The whole map in one sentence, for those who do not see it and those in a hurry."""
    tested = [
        (i, j)
        for i, row in enumerate(data["rows"])
        for j, column in enumerate(data["columns"])
        if data["state"][i][j] in ("count", "empty", "few")
    ]
    empty = sum(data["observed"][i][j] == 0 for i, j in tested)
    missed = sum(data["state"][i][j] == "empty" for i, j in tested)
    n_rows, n_columns = (
        sum(line["state"] in ("tested", "not-yet") for line in data[axis]) for axis in ("rows", "columns")
    )
    least = f"{data['constants']['MIN_EXPECTED']:g}"
    said = f"{n_rows} by {n_columns} cells; {empty} empty, of which {missed} had at least {least} expected"
    graded = [
        (data["high"][i][j], -(data["expected"][i][j] or 0), data["rows"][i]["id"], data["columns"][j]["id"], i, j)
        for i, j in tested
        if data["grade"][i][j] in ("strong", "suggestive") and data["high"][i][j] is not None
    ]
    if not graded:
        return f"{said}; no strong or suggestive gap."
    strongest = [
        f"{data['rows'][i]['label']} and {_inner(data['columns'][j]['label'], data['columns'][j]['id'])} "
        f"({data['observed'][i][j]:,} of about {round(data['expected'][i][j]):,} expected, {data['grade'][i][j]})"
        for *_, i, j in sorted(graded)[:3]
    ]
    return f"{said}; strongest: {'; '.join(strongest)}."


def _states(coverage: Coverage) -> list[list[str]]:
    shape = coverage.observed.shape
    out = np.full(shape, "untested", dtype=object)
    tested, comparable = coverage.tested, coverage.comparable
    empty = coverage.observed.to_numpy() == 0
    out[tested & ~comparable] = "few"
    out[comparable & ~empty] = "count"
    out[comparable & empty] = "empty"
    new = np.logical_or.outer(
        [line.state == "not-yet" for line in coverage.rows], [line.state == "not-yet" for line in coverage.columns]
    )
    out[new] = "not-yet"
    out[~coverage.applicable] = "na"
    if coverage.row_facet == coverage.column_facet:
        out[mirrored(coverage)] = "blank"
    return out.tolist()


def _lines(axis: Axis, lines: Sequence[Line], totals: pd.Series, facet: Facet | None) -> list[dict[str, Any]]:
    openable = openable_groups(facet) if facet else {}
    hints = {tag.id: tag.definition for tag in facet.tags} if facet else {}
    return [
        {
            "id": line.id,
            "label": line.label,
            "state": line.state,
            "parent": line.parent,
            "extra": line.is_extra,
            "total": int(totals.iloc[n]),
            "opens": line.id in openable and line.tags != (line.id,),
            "hint": hints.get(line.id, ""),
        }
        for n, line in enumerate(lines)
    ]


class _Spread:
    """The columns of a gap table laid out like ``observed``."""

    def __init__(self, coverage: Coverage, table: pd.DataFrame | None) -> None:
        self._shape = coverage.observed.shape
        self._table = table if table is not None and len(table) else None
        if self._table is not None:
            row_of = {line.id: i for i, line in enumerate(coverage.rows)}
            column_of = {line.id: j for j, line in enumerate(coverage.columns)}
            tags = (self._table[name].to_numpy(dtype=object) for name in ("row_tag", "column_tag"))
            at = np.array([(row_of.get(a, -1), column_of.get(b, -1)) for a, b in zip(*tags, strict=True)])
            self._kept = np.flatnonzero((at >= 0).all(axis=1))
            self._rows, self._columns = at[self._kept].T

    def of(self, name: str, missing: object) -> np.ndarray:
        out = np.full(self._shape, missing, dtype=object)
        if self._table is None or name not in self._table:
            return out
        for i, j, value in zip(
            self._rows, self._columns, self._table[name].to_numpy(dtype=object)[self._kept], strict=True
        ):
            if value is not None:
                out[i, j] = value
        return out


def _plain(values: np.ndarray, digits: int) -> list[list[float | int | None]]:
    """Numbers as JSON has them: null for unknown and infinite."""
    out = []
    for row in values:
        numbers = [None if v is None or not math.isfinite(float(v)) else round(float(v), digits) for v in row]
        out.append([int(v) if v is not None and digits == 0 else v for v in numbers])
    return out


def _reasons(coverage: Coverage, state: list[list[str]]) -> dict[str, str]:
    return {
        f"{i},{j}": coverage.why_not_applicable(row.id, column.id) or ""
        for i, row in enumerate(coverage.rows)
        for j, column in enumerate(coverage.columns)
        if state[i][j] == "na"
    }


def design_facet(framework: Framework, facet_id: str | None = None) -> Facet | None:
    """The facet whose groups split the squares: the one named, else the framework's study design, else None."""
    if facet_id is None:
        facet_id = framework.options.get("roles", {}).get("design", "")
    return framework.by_id.get(facet_id)


def group_of_record(coverage: Coverage, facet: Facet | None) -> np.ndarray | None:
    """For each record the position of its first group of ``facet``; the last position also takes what has none."""
    if facet is None or not 1 < len(facet.groups) <= len(LETTERS):
        return None
    last = len(facet.groups) - 1
    tags = coverage.snapshot.tags
    group_of_column = np.full(tags.shape[1], last)
    for k in range(last - 1, -1, -1):
        group_of_column[[coverage.snapshot.column_of[facet.id, tag] for tag in facet.groups[k].tags]] = k
    group = group_of_column[tags.indices]
    told = np.flatnonzero(group < last)  # entries of the tag matrix that say something of the facet
    out = np.full(len(coverage.snapshot), last)
    np.minimum.at(out, np.searchsorted(tags.indptr, told, side="right") - 1, group[told])
    return out


def _segments(coverage: Coverage, facet: Facet | None) -> MapData:
    group_of = group_of_record(coverage, facet)
    if facet is None or group_of is None or facet.id in (coverage.row_facet, coverage.column_facet):
        return {"segments": None, "designs": []}
    labels = [_inner(group.label) for group in facet.groups]
    labels[-1] += " or unknown"
    letters = [*[group.label[0].upper() for group in facet.groups[:-1]], LETTERS[-1]]
    standing, n = coverage.standing, len(labels)
    shape = (*standing.shape, n)
    counts = np.bincount(standing.cell.astype(int) * n + group_of[standing.record], minlength=int(np.prod(shape)))
    return {
        "segments": counts.reshape(shape).tolist(),
        "designs": [{"label": label, "letter": letter} for label, letter in zip(labels, letters, strict=True)],
    }


def _aligned(before: pd.DataFrame, coverage: Coverage) -> np.ndarray:
    """An earlier table in the order of this one; 0 where it had no such line."""
    return before.reindex(index=coverage.observed.index, columns=coverage.observed.columns, fill_value=0).to_numpy()


def _notes(coverage: Coverage) -> list[str]:
    """Who coded what is on the map, and what is not on it."""
    coded = [f"{n:,} {CODED_BY[by]}" for by, n in coverage.coded_by.items() if n]
    notes = []
    if coded:
        notes.append(
            f"Of the {coverage.n_codable:,} records tagged on both sides, these were coded: {'; '.join(coded)}."
        )
    notes.append(
        f"Not counted in the cells: {coverage.n_uncodable_rows:,} of {coverage.n_records:,} records without a specific "
        f"tag of {coverage.row_axis.label}; {coverage.n_uncodable_columns:,} without one of "
        f"{coverage.column_axis.label}."
    )
    return notes


def _cautions(statement: str) -> list[str]:
    """What has to stand beside every list of gaps."""
    return ([f"How this corpus was put together: {statement.rstrip('.')}."] if statement else []) + [ALWAYS]


def _inner(label: str, line_id: str = "") -> str:
    """A label inside a sentence: small first letter, unless it is a name (ids in capitals) or an abbreviation."""
    is_name = bool(line_id) and line_id == line_id.upper()
    return label if is_name or label[1:2].isupper() else label[:1].lower() + label[1:]
