"""The shape of a gap table: one row a gap, the same columns for every measure (docs/methods.md)."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.coverage import Coverage

COLUMNS = (
    "measure", "kind", "row_facet", "row_tag", "column_facet", "column_tag", "third_facet", "third_tag",
    "observed", "expected", "ratio", "low", "high", "p", "q", "grade", "hidden_upper", "check", "general",
    "last_year", "highest_design", "primary", "reviews", "need_source", "components", "caveats",
)  # fmt: skip

FILTERED = "exploratory: filtered view"
UNCHECKED = "unchecked"
PARTLY = "part of this cell does not apply: "
CROWDED = "much of one side stands in one other cell: "


def to_gaps(found: pd.DataFrame, measure: str, caveats: Sequence[str] = ()) -> pd.DataFrame:
    """``found`` with all COLUMNS, in their order; what the measure did not compute is None.

    ``caveats`` are added to each row's own. ``check`` is "unchecked" unless the measure said otherwise.
    """
    out: dict[str, object] = {}
    for name in COLUMNS:
        out[name] = found[name].to_numpy() if name in found else pd.Series([None] * len(found), dtype=object)
    out["measure"] = measure
    if "check" not in found:
        out["check"] = UNCHECKED
    own = found["caveats"] if "caveats" in found else [()] * len(found)
    out["caveats"] = pd.Series([[*mine, *caveats] for mine in own], dtype=object)
    return pd.DataFrame(out, columns=list(COLUMNS), index=pd.RangeIndex(len(found)))


def to_dicts(found: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a gap table as plain dicts, None for what is unknown."""
    plain = found.astype(object).where(found.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def caveats_of(coverage: Coverage) -> list[str]:
    """What has to stand beside every gap of this table: a filter in force, and how the corpus was put together."""
    words = [FILTERED] if coverage.filters else []
    return [*words, coverage.snapshot.statement] if coverage.snapshot.statement else words
