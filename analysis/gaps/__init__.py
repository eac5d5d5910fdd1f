"""Which cells of a coverage are gaps, of which kind, and how sure that is.

Pure functions of a coverage, inputs and constants. Absence, scarcity and shortfall are different claims, made by
different measures, and no measure says that research does not exist. The words for a gap are in analysis/sentences.py.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.axes import Level, TopicLabels
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, Where, cross_pairs
from analysis.gaps.absolute import CellCheck, absolute_gap, absolute_gaps
from analysis.gaps.frame import COLUMNS, FILTERED, UNCHECKED, caveats_of, to_dicts, to_gaps
from analysis.gaps.pairs import Pair, all_pairs, choose_pairs, headline_pairs
from analysis.gaps.presence import presence, presence_facets, presence_gap, presence_gaps, presence_rows
from analysis.gaps.ratios import (
    benjamini_hochberg,
    hidden_upper,
    lower_tail,
    pair_recall,
    recall_with_search,
    shortfall_ratio,
    wilson,
)
from analysis.gaps.relative import GRADES, Quality, grade, relative_gap, relative_gaps
from corpus.errors import UnknownIdError
from corpus.framework import TagKey
from corpus.snapshot import Snapshot

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
    "barely_present",
    "benjamini_hochberg",
    "choose_pairs",
    "find_gaps",
    "find_measure",
    "grade",
    "headline_pairs",
    "hidden_upper",
    "judge",
    "lower_tail",
    "pair_recall",
    "presence",
    "presence_facets",
    "presence_rows",
    "recall_with_search",
    "relative_gap",
    "scan",
    "shortfall_ratio",
    "to_dicts",
    "wilson",
]


@dataclass(frozen=True, slots=True)
class Measure:
    """A way of judging cells.

    ``function`` takes a coverage and its own inputs and gives one row a cell judged; ``together`` takes several
    coverages and judges them as one family.
    """

    id: str
    label: str
    function: Callable[..., pd.DataFrame]
    together: Callable[..., pd.DataFrame]


def find_gaps(coverage: Coverage, measure: str, **inputs: object) -> pd.DataFrame:
    """What a measure says of each cell it judges, as a gap table (columns: COLUMNS). Raises UnknownIdError."""
    return to_gaps(find_measure(measure).function(coverage, **inputs), measure, caveats_of(coverage))


def judge(coverages: Sequence[Coverage], measure: str = "relative", **inputs: object) -> pd.DataFrame:
    """``find_gaps`` of several coverages in one list, judged as one family. Raises UnknownIdError."""
    known = find_measure(measure)
    if not coverages:
        return to_gaps(pd.DataFrame(), measure)
    return to_gaps(known.together(coverages, **inputs), measure, caveats_of(coverages[0]))


def scan(
    snapshot: Snapshot,
    pairs: Iterable[Pair] | None = None,
    level: Level | None = None,
    *,
    measure: str = "relative",
    where: Where | None = None,
    opened: Collection[TagKey] = (),
    topics: TopicLabels | None = None,
    constants: Constants = DEFAULTS,
    **inputs: object,
) -> pd.DataFrame:
    """The gaps of many pairs of facets (default: the headline pairs) in one list, ranked as the measure ranks.

    ``level`` None chooses for each pair by itself; ``inputs`` go to the measure. Raises UnknownIdError.
    """
    chosen = headline_pairs(snapshot.framework) if pairs is None else pairs
    coverages = cross_pairs(snapshot, chosen, level, where=where, opened=opened, topics=topics, constants=constants)
    return judge(coverages, measure, **inputs)


def find_measure(measure: str) -> Measure:
    """Raises UnknownIdError, naming the measures there are."""
    for known in MEASURES:
        if known.id == measure:
            return known
    raise UnknownIdError(f'There is no gap measure "{measure}". There are: {", ".join(m.id for m in MEASURES)}.')


def barely_present(snapshot: Snapshot) -> pd.DataFrame:
    """The tags hardly studied at all, thinnest first, as a gap table: those graded "none" or "barely"."""
    tables = [presence_rows(snapshot, facet) for facet in presence_facets(snapshot.framework)]
    found = pd.concat(tables, ignore_index=True)
    found = found[found["grade"].isin(("none", "barely"))].sort_values("high", kind="stable")
    statement = [snapshot.statement] if snapshot.statement else []
    return to_gaps(found, "presence", [*([FILTERED] if snapshot.filters else []), *statement])


MEASURES = (
    Measure("relative", "Fewer records than expected", relative_gap, relative_gaps),
    Measure("absolute", "No or few records", absolute_gap, absolute_gaps),
    Measure("presence", "Barely present", presence_gap, presence_gaps),
)
