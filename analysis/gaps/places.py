"""Where the research was done, and how often records say whom it concerns: countries and the reporting of identity."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.axes import build_axis
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, Where, in_scope
from analysis.gaps.ratios import wilson
from analysis.roles import read_roles
from corpus.errors import UnknownIdError
from corpus.snapshot import Snapshot


@dataclass(frozen=True)
class Geography:
    """Countries studied, which are not those of the authors.

    ``counts``: records per country, zeros included, in framework order; ``n_international``: records of international
    work, counted apart. ``gini`` and ``effective_countries`` are None if no record names a country.
    """

    counts: pd.Series
    n_records: int
    n_no_country: int
    n_international: int
    gini: float | None
    effective_countries: float | None

    def top_share(self, k: int) -> float | None:
        """The share of country mentions that falls on the ``k`` most studied countries."""
        total = int(self.counts.sum())
        return float(self.counts.sort_values(ascending=False).head(k).sum() / total) if total else None


def geography(snapshot: Snapshot, where: Where | None = None) -> Geography:
    """How evenly the countries of the framework are studied. Raises UnknownIdError if it names no country facet."""
    roles = read_roles(snapshot.framework)
    if roles.country is None:
        raise UnknownIdError("The framework does not say which facet is the country studied ([roles] country).")
    counted = in_scope(snapshot, where)
    axis = build_axis(counted, roles.country, "tag")
    totals = np.diff(axis.by_line.indptr)
    apart = [k for k, line in enumerate(axis.lines) if line.id in roles.international]
    single = [k for k, line in enumerate(axis.lines) if not line.is_extra and k not in apart]
    counts = pd.Series(totals[single], index=[axis.lines[k].id for k in single])
    return Geography(
        counts=counts,
        n_records=len(counted),
        n_no_country=int((~axis.specific).sum()),
        n_international=int(totals[apart].sum()),
        gini=gini(counts.tolist()),
        effective_countries=effective_number(counts.tolist()),
    )


def gini(counts: Sequence[float]) -> float | None:
    """Inequality of counts, 0 if all are equal; None if all are zero.

    >>> gini([0, 0, 1, 3, 6])
    0.6
    """
    values = sorted(counts)
    m, total = len(values), sum(values)
    if not total:
        return None
    return sum((2 * i - m - 1) * x for i, x in enumerate(values, 1)) / (m * total)


def effective_number(counts: Sequence[float]) -> float | None:
    """How many equally frequent kinds would be as diverse: exp of Shannon's entropy; None if all counts are zero.

    >>> round(effective_number([0, 0, 1, 3, 6]), 4)
    2.4546
    """
    total = sum(counts)
    if not total:
        return None
    return math.exp(-sum(x / total * math.log(x / total) for x in counts if x))


def geography_gap(coverage: Coverage) -> pd.DataFrame:
    """The countries of a map as gap rows: "none" where no record names one as studied. Empty without countries."""
    facet = read_roles(coverage.snapshot.framework).country
    if facet not in (coverage.row_facet, coverage.column_facet):
        return pd.DataFrame(columns=["row_facet", "row_tag", "kind", "observed", "grade", "components"])
    found = geography(coverage.snapshot)
    parts = {
        "n_no_country": found.n_no_country,
        "n_international": found.n_international,
        "gini": found.gini,
        "effective_countries": found.effective_countries,
    }
    return pd.DataFrame(
        {
            "row_facet": facet,
            "row_tag": found.counts.index,
            "kind": "geography",
            "observed": found.counts.to_numpy(),
            "grade": np.where(found.counts.to_numpy() == 0, "none", ""),
            "components": pd.Series([parts] * len(found.counts), dtype=object),
        }
    )


def reporting_rate(
    snapshot: Snapshot, facet: str, constants: Constants = DEFAULTS
) -> tuple[float | None, float | None, float | None]:
    """The share of records with any tag of a facet, residual ones included, and its interval; None without records.

    Raises UnknownIdError.
    """
    counted = in_scope(snapshot)
    n = len(counted)
    if not n:
        snapshot.framework.facet(facet)
        return None, None, None
    with_any = _n_with_any(counted, facet)
    low, high = wilson(with_any, n, constants.level)
    return with_any / n, low, high


def reporting_gap(coverage: Coverage) -> pd.DataFrame:
    """How often records say anything at all on each facet of a map: one row a facet."""
    rows = []
    for facet in dict.fromkeys((coverage.row_facet, coverage.column_facet)):
        if facet in coverage.snapshot.framework.by_id:
            rate, low, high = reporting_rate(coverage.snapshot, facet, coverage.constants)
            parts = {"n_records": coverage.n_records, "rate": rate}
            rows.append((facet, "reporting", _n_with_any(coverage.snapshot, facet), low, high, "", parts))
    return pd.DataFrame(
        rows, columns=["row_facet", "kind", "observed", "low", "high", "grade", "components"], dtype=object
    )


def _n_with_any(snapshot: Snapshot, facet: str) -> int:
    first = snapshot.column_of[facet, snapshot.framework.facet(facet).tags[0].id]
    columns = snapshot.columns_csc[:, first : first + len(snapshot.framework.facet(facet).tags)]
    return len(np.unique(columns.indices))
