"""Cells that went quiet while the field grew: not old, but left behind."""

import numpy as np
import pandas as pd

from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage
from analysis.gaps.frame import order_by
from analysis.gaps.ratios import lower_tail, shortfall_ratio

_RANK = {"silent": 0, "fading": 1, "none": 2, "too_few": 3, "never": 4}


def stale_gap(coverage: Coverage, year_now: int | None = None) -> pd.DataFrame:
    """How many recent records each tested cell has, against its share of the records of known year.

    One row a cell: last_year, expected (recent ones), p, ratio, low, high, grade, and in components recent, n_dated,
    years_since and year_from. Recent are the running year and the five before it: the running year alone is never
    evidence of silence, as indexing lags. Grades: grade_stale.
    """
    constants = coverage.constants
    now = coverage.snapshot.year_now if year_now is None else year_now
    year = coverage.year
    dated = ~np.isnan(year)
    recent = dated & (np.nan_to_num(year) >= now - constants.recent)
    codable = coverage.row_axis.specific & coverage.column_axis.specific
    n_all, m_all = int((dated & codable).sum()), int((recent & codable).sum())
    i, j = np.nonzero(coverage.tested)
    observed = coverage.observed.to_numpy()[i, j]
    n, r = (coverage.standing.count(mask)[i, j] for mask in (dated, recent))
    grades, p, expected = grade_stale(observed, n, r, n_all, m_all, constants)
    ratio, low, high = shortfall_ratio(r, expected, constants.prior, constants.level)
    last = coverage.last_year.to_numpy()[i, j]
    since = [None if latest != latest else int(now - latest) for latest in last.tolist()]
    parts = [
        {"recent": seen, "n_dated": total, "years_since": years, "year_from": now - constants.recent}
        for seen, total, years in zip(r.tolist(), n.tolist(), since, strict=True)
    ]
    row_ids, column_ids = (
        np.array([line.id for line in lines], dtype=object) for lines in (coverage.rows, coverage.columns)
    )
    found = pd.DataFrame(
        {
            "row_facet": coverage.row_facet,
            "row_tag": row_ids[i],
            "column_facet": coverage.column_facet,
            "column_tag": column_ids[j],
            "kind": pd.Series(["staleness" if g in ("silent", "fading") else None for g in grades], dtype=object),
            "observed": observed,
            "expected": expected,
            "ratio": ratio,
            "low": low,
            "high": high,
            "p": p,
            "grade": grades,
            "last_year": last,
            "components": pd.Series(parts, dtype=object),
        }
    )
    return found.take(order_by([_RANK[grade] for grade in grades], p, row_ids[i], column_ids[j]))


def grade_stale(
    observed: np.ndarray, n: np.ndarray, r: np.ndarray, n_all: int, m_all: int, constants: Constants = DEFAULTS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grade, p and expected recent records of cells with ``r`` recent of ``n`` dated records.

    In all, ``m_all`` of ``n_all`` dated records are recent. Grades: "never" (no record), "silent" (none recent, p at
    most 0.05), "too_few" (even none at all would not be surprising), "fading" (fewer than half of what would be
    expected, upper end below 0.8), "none".
    """
    observed, n, r = (np.asarray(x) for x in (observed, n, r))
    p = lower_tail(r, n_all, m_all, n)
    p_none = lower_tail(np.zeros_like(n), n_all, m_all, n)
    expected = n * m_all / n_all if n_all else np.zeros(len(n))
    ratio, _, high = shortfall_ratio(r, expected, constants.prior, constants.level)
    grades = np.select(
        [
            observed == 0,
            (r == 0) & (p <= constants.q),
            p_none > constants.q,
            (ratio < constants.ratio_gap) & (high < constants.upper_gap),
        ],
        ["never", "silent", "too_few", "fading"],
        "none",
    ).astype(object)
    return grades, p, expected
