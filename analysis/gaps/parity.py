"""Attention against need: the share of records on a group beside its share of a workforce or a burden."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.axes import Axis, Line
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, cross, in_scope
from analysis.gaps.frame import FIGURE
from analysis.gaps.ratios import wilson
from analysis.need.tables import GRADES, WHY_PREVALENCE, is_residual, masks_of, say_unlike, tags_of
from analysis.roles import read_roles
from corpus.errors import LacunaError
from corpus.framework import Framework
from corpus.snapshot import Snapshot

OVER = 1.2  # upper edge of fair representation in the participation-to-prevalence convention
_RANK = {"under": 0, "unclear": 1, "near": 2, "over": 3, "not comparable": 4, "no need figure": 5}


@dataclass(frozen=True, slots=True)
class Parity:
    """One group's share of the records against its share of the need. ``attention`` 1 is parity."""

    share: float
    need_share: float
    attention: float
    low: float
    high: float
    short_by: int  # further records on this group alone that would reach parity
    grade: str


def judge_parity(x: float, n: int, need_share: float, constants: Constants = DEFAULTS) -> Parity:
    """``x`` (fractional) of ``n`` records against a need share above 0 and below 1.

    Grades: "under" (upper end below 0.8), "over" (lower end above 1.2), "near" (interval within 0.8 to 1.2),
    "unclear", and "not comparable" under 20 records.
    """
    low, high = (bound / need_share for bound in wilson(x, n, constants.level))
    if not n or n < constants.min_percent:
        grade = "not comparable"
    elif high < constants.upper_gap:
        grade = "under"
    elif low > OVER:
        grade = "over"
    elif low >= constants.upper_gap and high <= OVER:
        grade = "near"
    else:
        grade = "unclear"
    short_by = max(0, math.ceil((need_share * n - x) / (1 - need_share) - 1e-9)) if need_share < 1 else 0
    share = x / n if n else math.nan
    return Parity(share, need_share, share / need_share, low, high, short_by, grade)


def parity_gap(coverage: Coverage, need: pd.DataFrame | None = None) -> pd.DataFrame:
    """How the share of records on each group compares with a need table, one row a group of the table or the map.

    ``need`` has the columns group (tags or groups of a facet joined by "+"), weight, source, year, kind ("share" or
    "burden"); it is of the facet in its column "facet", else of the rows. With a column "column_group" it weighs cells.
    A record with several of the compared groups gives each an equal part. A group without a figure is "no need figure",
    never zero, and left out of both shares, as are general tags. Columns: observed (fractional), ratio (attention),
    low, high, need_source, grade, and in components share, need_share, short_by and n. Empty without a table, or with
    one of a facet the map does not have. Raises LacunaError for a table that cannot be weighed.
    """
    if need is None:
        return pd.DataFrame(columns=["row_facet", "row_tag", "kind", "observed", "grade", "components"])
    if "column_group" in need:
        return _cells(coverage, need)
    facet = str(need["facet"].iloc[0]) if "facet" in need and len(need) else coverage.row_facet
    if facet not in (coverage.row_facet, coverage.column_facet):
        return pd.DataFrame(columns=["row_facet", "row_tag", "kind", "observed", "grade", "components"])
    axis = coverage.row_axis if facet == coverage.row_facet else coverage.column_axis
    lines = coverage.rows if facet == coverage.row_facet else coverage.columns
    return _judge(coverage.snapshot, facet, need, [line for line in lines if line.state == "tested"], axis, coverage)


def parity(
    snapshot: Snapshot, need: pd.DataFrame, facet: str | None = None, constants: Constants = DEFAULTS
) -> pd.DataFrame:
    """``parity_gap`` of a whole snapshot, with no second facet: records out of scope are not counted."""
    named = facet or str(need["facet"].iloc[0])
    counted = in_scope(snapshot)
    return parity_gap(replace(cross(counted, named, named, level="tag"), constants=constants), need)


def attention(coverage: Coverage, need: pd.DataFrame) -> dict[tuple[str, str], float]:
    """(facet, line of the map) -> upper end of its attention, where the need table says something of the whole line.

    A line of several tags has a figure if the table's groups within it have all its root tags; their weights are added.
    """
    facet = str(need["facet"].iloc[0]) if "facet" in need and len(need) else coverage.row_facet
    framework = coverage.snapshot.framework
    if facet not in framework.by_id or facet not in (coverage.row_facet, coverage.column_facet):
        return {}
    lines = coverage.rows if facet == coverage.row_facet else coverage.columns
    left = {str(group): float(weight) for group, weight in zip(need["group"], need["weight"], strict=True)}
    weights: dict[str, float] = {}
    for line in lines:
        if line.state == "tested":
            wanted = tags_of(framework, facet, line.id) or frozenset(line.tags)
            inside = [group for group in left if _within(framework, facet, group, wanted)]
            covered = {tag for group in inside for tag in tags_of(framework, facet, group)}
            if inside and set(line.tags) <= covered:
                weights[line.id] = sum(left.pop(group) for group in inside)
    if not weights:
        return {}
    regrouped = pd.DataFrame({"group": [*weights, *left], "weight": [*weights.values(), *left.values()]})
    about = {str(name): need[name].iloc[0] for name in need if name not in regrouped}
    found = parity_gap(coverage, regrouped.assign(**about))
    ids = {line.id for line in lines}
    judged = found[found["high"].notna() & (found["grade"] != "not comparable") & found["row_tag"].isin(ids)]
    return {(facet, str(tag)): float(high) for tag, high in zip(judged["row_tag"], judged["high"], strict=True)}


def _within(framework: Framework, facet: str, group: str, wanted: frozenset[str]) -> bool:
    tags = tags_of(framework, facet, group)
    return bool(tags) and tags <= wanted


def _judge(
    snapshot: Snapshot,
    facet: str,
    need: pd.DataFrame,
    lines: Sequence[Line],
    axis: Axis,
    coverage: Coverage,
) -> pd.DataFrame:
    source, caveats = _check(need, snapshot)
    framework = snapshot.framework
    weights = {
        str(group): float(weight)
        for group, weight in zip(need["group"], need["weight"], strict=True)
        if float(weight) > 0 and tags_of(framework, facet, str(group)) and not is_residual(framework, facet, str(group))
    }
    if not weights:
        raise LacunaError(
            f"No group of the need table is a row of the map. The rows are: {', '.join(line.id for line in lines)}."
        )
    compared = list(weights)
    total = sum(weights.values())
    has = masks_of(snapshot, facet, compared)
    per_record = has.sum(axis=1)
    n = int((per_record > 0).sum())
    counts = (has / np.maximum(per_record, 1)[:, None]).sum(axis=0)
    rows: list[tuple[Any, ...]] = []
    for group, x in zip(compared, counts.tolist(), strict=True):
        one = judge_parity(x, n, weights[group] / total, coverage.constants)
        parts = {"share": one.share, "need_share": one.need_share, "short_by": one.short_by, "n": n}
        rows.append((group, x, one.attention, one.low, one.high, one.grade, source, parts))
    named = frozenset().union(*(tags_of(framework, facet, group) for group in compared))
    places = {line.id: k for k, line in enumerate(axis.lines)}
    for line in lines:
        if not frozenset(line.tags) & named:
            count = float(axis.by_line.indptr[places[line.id] + 1] - axis.by_line.indptr[places[line.id]])
            rows.append((line.id, count, None, None, None, "no need figure", source, {"n": n}))
    found = _to_frame(rows, ["row_tag"])
    found.insert(0, "row_facet", facet)
    found["caveats"] = [list(caveats) for _ in rows]
    return found


def _cells(coverage: Coverage, need: pd.DataFrame) -> pd.DataFrame:
    """Cells as the groups: a weight for each pair of a row's and a column's group."""
    keys = [f"{a} × {b}" for a, b in zip(need["group"], need["column_group"], strict=True)]
    snapshot = coverage.snapshot
    source, caveats = _check(need.assign(group=keys), snapshot)
    sides = []
    for facet, column in ((coverage.row_facet, "group"), (coverage.column_facet, "column_group")):
        unknown = [str(g) for g in need[column] if not tags_of(snapshot.framework, facet, str(g))]
        if unknown:
            raise LacunaError(f"The need table names {', '.join(unknown)}, which the map does not have.")
        sides.append(masks_of(snapshot, facet, [str(group) for group in need[column]]))
    has = sides[0] & sides[1]
    weights = need["weight"].to_numpy(dtype=float)
    has, weights = has[:, weights > 0], weights[weights > 0]
    pairs = [
        pair
        for pair, w in zip(zip(need["group"], need["column_group"], strict=True), need["weight"], strict=True)
        if w > 0
    ]
    per_record = has.sum(axis=1)
    n = int((per_record > 0).sum())
    counts = (has / np.maximum(per_record, 1)[:, None]).sum(axis=0)
    rows: list[tuple[Any, ...]] = []
    for (row, column), x, weight in zip(pairs, counts.tolist(), weights.tolist(), strict=True):
        one = judge_parity(x, n, weight / weights.sum(), coverage.constants)
        parts = {"share": one.share, "need_share": one.need_share, "short_by": one.short_by, "n": n, "by_cell": True}
        rows.append((row, column, x, one.attention, one.low, one.high, one.grade, source, parts))
    found = _to_frame(rows, ["row_tag", "column_tag"])
    found.insert(0, "row_facet", coverage.row_facet)
    found.insert(2, "column_facet", coverage.column_facet)
    found["caveats"] = [list(caveats) for _ in rows]
    return found


def _to_frame(rows: list[tuple[Any, ...]], tags: list[str]) -> pd.DataFrame:
    names = [*tags, "observed", "ratio", "low", "high", "grade", "need_source", "components"]
    found = pd.DataFrame(rows, columns=names, dtype=object)
    order = sorted(
        range(len(found)),
        key=lambda k: (
            _RANK[found["grade"][k]],
            math.inf if found["high"][k] is None else found["high"][k],
            *(str(found[tag][k]) for tag in tags),
        ),
    )
    found = found.iloc[order].reset_index(drop=True)
    found["kind"] = ["parity" if grade == "under" else None for grade in found["grade"]]
    return found


def _check(need: pd.DataFrame, snapshot: Snapshot) -> tuple[str, tuple[str, ...]]:
    """The source as it is printed, and what to know of it; raises LacunaError, saying what is wrong."""
    missing = [name for name in ("group", "weight", "source", "year", "kind") if name not in need]
    if missing:
        raise LacunaError(f"The need table has no column {', '.join(missing)}.")
    kinds = set(need["kind"])
    if "prevalence" in kinds:
        raise LacunaError(WHY_PREVALENCE)
    if not kinds <= {"share", "burden"} or len(kinds) > 1:
        raise LacunaError('A need table is of one kind, "share" or "burden".')
    sources = {(str(s).strip(), str(y)) for s, y in zip(need["source"], need["year"], strict=True)}
    if len(sources) != 1 or not next(iter(sources))[0] or need["source"].isna().any():
        raise LacunaError("A need table names one source and year, printed with every statement made from it.")
    if need["group"].duplicated().any():
        raise LacunaError("The need table lists a group twice.")
    if (need["weight"].astype(float) < 0).any():
        raise LacunaError("The need table has a weight below zero.")
    source, year = next(iter(sources))
    grades = set(need["grade"]) - {"own"} if "grade" in need else set()
    caveats = tuple(f"{FIGURE}{GRADES[grade]}" for grade in sorted(grades))
    places = dict.fromkeys(str(place) for place in need["place"]) if "place" in need else {}
    by_country = _is_by_country(snapshot)
    unlike = tuple(said for place in places if (said := say_unlike(place, by_country)))
    return source if year in source else f"{source}, {year}", unlike + caveats


def _is_by_country(snapshot: Snapshot) -> bool:
    """Whether a filter in force is on the facet of countries."""
    country = read_roles(snapshot.framework).country
    return country is not None and any(
        words.startswith(f"{snapshot.framework.facet(country).label}: ") for words in snapshot.filters
    )
