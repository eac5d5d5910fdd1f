"""Attention against need: the share of records on a group beside its share of a workforce or a burden."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage
from analysis.gaps.ratios import wilson
from corpus.errors import LacunaError

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
    """How the row facet's share of records compares with a need table, one row a group of the table or the map.

    ``need`` has the columns group (a line of the rows), weight, source, year, kind ("share" or "burden"). A record
    with several of the compared groups gives each an equal part. A group without a figure is "no need figure", never
    zero, and left out of both shares. Columns: observed (fractional), ratio (attention), low, high, need_source,
    grade, and in components share, need_share, short_by and n. Empty without a table. Raises LacunaError for a table
    that cannot be weighed.
    """
    if need is None:
        return pd.DataFrame(columns=["row_facet", "row_tag", "kind", "observed", "grade", "components"])
    source = _check(need)
    weights = dict(zip(need["group"].astype(str), need["weight"].astype(float), strict=True))
    compared = [k for k, line in enumerate(coverage.rows) if line.state == "tested" and weights.get(line.id, 0) > 0]
    if not compared:
        raise LacunaError(
            f"No group of the need table is a row of the map. The rows are: {', '.join(x.id for x in coverage.rows)}."
        )
    total = sum(weights[coverage.rows[k].id] for k in compared)
    has = coverage.row_axis.has[:, compared].toarray()
    per_record = has.sum(axis=1)
    n = int((per_record > 0).sum())
    counts = (has / np.maximum(per_record, 1)[:, None]).sum(axis=0)
    rows: list[tuple[Any, ...]] = []
    for k, x in zip(compared, counts.tolist(), strict=True):
        one = judge_parity(x, n, weights[coverage.rows[k].id] / total, coverage.constants)
        parts = {"share": one.share, "need_share": one.need_share, "short_by": one.short_by, "n": n}
        rows.append((coverage.rows[k].id, x, one.attention, one.low, one.high, one.grade, source, parts))
    for k, line in enumerate(coverage.rows):
        if line.state == "tested" and k not in compared:
            count = float(coverage.row_totals.iloc[k])
            rows.append((line.id, count, None, None, None, "no need figure", source, {"n": n}))
    rows.sort(key=lambda row: (_RANK[row[5]], math.inf if row[4] is None else row[4], row[0]))
    names = ["row_tag", "observed", "ratio", "low", "high", "grade", "need_source", "components"]
    found = pd.DataFrame(rows, columns=names, dtype=object)
    found.insert(0, "row_facet", coverage.row_facet)
    found["kind"] = ["parity" if grade == "under" else None for grade in found["grade"]]
    return found


def _check(need: pd.DataFrame) -> str:
    """The source as it is printed; raises LacunaError, saying what is wrong."""
    missing = [name for name in ("group", "weight", "source", "year", "kind") if name not in need]
    if missing:
        raise LacunaError(f"The need table has no column {', '.join(missing)}.")
    kinds = set(need["kind"])
    if "prevalence" in kinds:
        raise LacunaError(
            "A prevalence table cannot weigh a gap: percentages of different groups are not parts of one whole. "
            "Multiplied by the sizes of the groups they become a burden table."
        )
    if not kinds <= {"share", "burden"} or len(kinds) > 1:
        raise LacunaError('A need table is of one kind, "share" or "burden".')
    sources = {(str(s).strip(), str(y)) for s, y in zip(need["source"], need["year"], strict=True)}
    if len(sources) != 1 or not next(iter(sources))[0] or need["source"].isna().any():
        raise LacunaError("A need table names one source and year, printed with every statement made from it.")
    if need["group"].duplicated().any():
        raise LacunaError("The need table lists a group twice.")
    if (need["weight"].astype(float) < 0).any():
        raise LacunaError("The need table has a weight below zero.")
    return ", ".join(next(iter(sources)))
