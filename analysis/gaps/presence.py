"""How much of a facet each tag has to itself: what is barely there at all, before any ratio is asked for."""

import numpy as np
import pandas as pd

from analysis.axes import Axis, build_axis
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, in_scope
from analysis.gaps.ratios import wilson
from corpus.framework import Framework
from corpus.snapshot import Snapshot


def presence(snapshot: Snapshot, facet: str, constants: Constants = DEFAULTS) -> pd.DataFrame:
    """Of the records that name something specific in a facet, how many concern each tag.

    One row a tag, in framework order, zero counts and children included, residual and analysis tags left out: tag,
    count, n_named, share, low, high, grade. ``n_named`` leaves out records not yet coded for the tag. Grade: "none"
    (count 0), "barely" (at least 100 named and even the upper end below 5 %), "not yet coded", or "".
    Raises UnknownIdError.
    """
    return _count(build_axis(in_scope(snapshot), facet, "tag"), constants)


def presence_gap(coverage: Coverage) -> pd.DataFrame:
    """``presence`` of the row facet as a gap table: expected, ratio and column are not its business."""
    if coverage.row_facet not in coverage.snapshot.framework.by_id:
        return pd.DataFrame(columns=["row_facet", "row_tag", "kind", "observed", "low", "high", "grade"])
    axis = coverage.row_axis
    if {line.id for line in axis.lines} == coverage.snapshot.framework.facet(axis.facet).by_id.keys():
        return _to_rows(axis.facet, _count(axis, coverage.constants))  # the map's own rows are its tags
    return presence_rows(coverage.snapshot, axis.facet, coverage.constants)


def presence_rows(snapshot: Snapshot, facet: str, constants: Constants = DEFAULTS) -> pd.DataFrame:
    """The tags of a facet as a gap table; ``low`` and ``high`` are of the share, its parts in ``components``."""
    return _to_rows(facet, presence(snapshot, facet, constants))


def _to_rows(facet: str, found: pd.DataFrame) -> pd.DataFrame:
    parts = [
        {"n_named": int(n), "share": None if np.isnan(share) else float(share)}
        for n, share in zip(found["n_named"], found["share"], strict=True)
    ]
    return pd.DataFrame(
        {
            "row_facet": facet,
            "row_tag": found["tag"],
            "kind": "presence",
            "observed": found["count"],
            "low": found["low"],
            "high": found["high"],
            "grade": found["grade"],
            "components": pd.Series(parts, dtype=object),
        }
    )


def presence_facets(framework: Framework) -> list[str]:
    """The facets whose tags are looked at for being barely present: those that say in words what they name."""
    chosen = [facet.id for facet in framework.facets if "named" in facet.options]
    return chosen or list(dict.fromkeys(first for first, _ in framework.headline_pairs)) or [framework.facets[0].id]


def _count(axis: Axis, constants: Constants) -> pd.DataFrame:
    """``presence`` of the tags that are the lines of an axis."""
    named = int(axis.specific.sum())
    rows = []
    for k, line in enumerate(axis.lines):
        if line.is_extra:
            continue
        count = axis.count_of(k)
        unseen = _unseen(axis, k)
        n = named - unseen
        low, high = wilson(count, n, constants.level)
        if unseen > constants.not_yet_share * named:
            grade = "not yet coded"
        elif count == 0:
            grade = "none"
        elif n >= constants.barely_named and high < constants.barely:
            grade = "barely"
        else:
            grade = ""
        rows.append((line.id, count, n, count / n if n else np.nan, low, high, grade))
    return pd.DataFrame(rows, columns=["tag", "count", "n_named", "share", "low", "high", "grade"])


def _unseen(axis: Axis, position: int) -> int:
    """Records that name the facet but were never looked at for this tag."""
    if axis.not_yet is None:
        return 0
    return int(axis.specific[axis.not_yet[:, [position]].nonzero()[0]].sum())
