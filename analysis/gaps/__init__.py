"""Which cells of a coverage are gaps, of which kind, and how sure that is.

Pure functions of a coverage, inputs and constants. Absence, scarcity and shortfall are different claims, made by
different measures, and no measure says that research does not exist. The words for a gap are in analysis/sentences.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.coverage import Coverage
from analysis.gaps.absolute import CellCheck, absolute_gap
from analysis.gaps.frame import COLUMNS, FILTERED, UNCHECKED, caveats_of, to_gaps
from analysis.gaps.presence import presence, presence_facets, presence_gap, presence_rows
from analysis.gaps.ratios import (
    benjamini_hochberg,
    hidden_upper,
    lower_tail,
    pair_recall,
    recall_with_search,
    shortfall_ratio,
    wilson,
)
from analysis.gaps.relative import GRADES, Quality, grade, relative_gap
from analysis.gaps.scan import all_pairs, headline_pairs, scan
from corpus.errors import UnknownIdError

__all__ = [
    "COLUMNS",
    "FILTERED",
    "GRADES",
    "MEASURES",
    "UNCHECKED",
    "CellCheck",
    "Measure",
    "Quality",
    "absolute_gap",
    "all_pairs",
    "benjamini_hochberg",
    "find_gaps",
    "grade",
    "headline_pairs",
    "hidden_upper",
    "lower_tail",
    "pair_recall",
    "presence",
    "presence_facets",
    "presence_rows",
    "recall_with_search",
    "relative_gap",
    "scan",
    "shortfall_ratio",
    "wilson",
]


@dataclass(frozen=True, slots=True)
class Measure:
    """A way of judging cells. ``function`` takes a coverage and its own inputs and gives one row a cell judged."""

    id: str
    label: str
    function: Callable[..., pd.DataFrame]


def find_gaps(coverage: Coverage, measure: str, **inputs: object) -> pd.DataFrame:
    """What a measure says of each cell it judges, as a gap table (columns: COLUMNS). Raises UnknownIdError."""
    for known in MEASURES:
        if known.id == measure:
            return to_gaps(known.function(coverage, **inputs), measure, caveats_of(coverage))
    raise UnknownIdError(f'There is no gap measure "{measure}". There are: {", ".join(m.id for m in MEASURES)}.')


MEASURES = (
    Measure("relative", "Fewer records than expected", relative_gap),
    Measure("absolute", "No or few records", absolute_gap),
    Measure("presence", "Barely present", presence_gap),
)
