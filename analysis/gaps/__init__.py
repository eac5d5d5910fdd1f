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
from analysis.gaps.absolute import CellCheck, absolute_gap, absolute_gaps, absolute_grades
from analysis.gaps.designs import design_gap, grade_synthesis, synthesis_gap
from analysis.gaps.frame import COLUMNS, FILTERED, UNCHECKED, Cell, caveats_of, to_dicts, to_gaps
from analysis.gaps.pairs import Pair, all_pairs, choose_pairs, headline_pairs
from analysis.gaps.parity import Parity, attention, judge_parity, parity, parity_gap
from analysis.gaps.places import Geography, geography, geography_gap, gini, reporting_gap, reporting_rate
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
from analysis.gaps.relative import GRADES, Quality, grade, relative_gap, relative_gaps, relative_grades
from analysis.gaps.stale import grade_stale, stale_gap
from analysis.gaps.triples import Triples, cross_three, find_triples, triple_gaps
from corpus.errors import UnknownIdError
from corpus.framework import TagKey
from corpus.snapshot import Snapshot

__all__ = [
    "stale_gap",
    "grade_stale",
    "reporting_rate",
    "gini",
    "geography",
    "Geography",
    "parity_gap",
    "judge_parity",
    "Parity",
    "synthesis_gap",
    "grade_synthesis",
    "design_gap",
    "COLUMNS",
    "FILTERED",
    "GRADES",
    "MEASURES",
    "UNCHECKED",
    "Cell",
    "CellCheck",
    "Measure",
    "Quality",
    "absolute_gap",
    "all_pairs",
    "attention",
    "barely_present",
    "benjamini_hochberg",
    "choose_pairs",
    "cross_three",
    "find_gaps",
    "find_measure",
    "find_triples",
    "grade",
    "grade_cells",
    "grades_of",
    "headline_pairs",
    "hidden_upper",
    "judge",
    "lower_tail",
    "pair_recall",
    "parity",
    "presence",
    "presence_facets",
    "presence_rows",
    "recall_with_search",
    "relative_gap",
    "relative_gaps",
    "scan",
    "shortfall_ratio",
    "to_dicts",
    "Triples",
    "triple_gaps",
    "wilson",
]


CELL = ("row_facet", "row_tag", "column_facet", "column_tag")


@dataclass(frozen=True, slots=True)
class Measure:
    """A way of judging cells.

    ``function`` takes a coverage and its own inputs and gives one row a cell judged; ``together`` takes several
    coverages and judges them as one family; ``grades`` gives the grades of that alone, where it can be had sooner.
    """

    id: str
    label: str
    function: Callable[..., pd.DataFrame]
    together: Callable[..., pd.DataFrame]
    grades: Callable[[Sequence[Coverage]], dict[Cell, str]] | None = None


def find_gaps(coverage: Coverage, measure: str, **inputs: object) -> pd.DataFrame:
    """What a measure says of each cell it judges, as a gap table (columns: COLUMNS). Raises UnknownIdError."""
    found = find_measure(measure).function(coverage, **inputs)
    return to_gaps(found, measure, caveats_of(coverage), coverage.snapshot.cells)


def judge(coverages: Sequence[Coverage], measure: str = "relative", **inputs: object) -> pd.DataFrame:
    """``find_gaps`` of several coverages in one list, judged as one family. Raises UnknownIdError."""
    known = find_measure(measure)
    if not coverages:
        return to_gaps(pd.DataFrame(), measure)
    found = known.together(coverages, **inputs)
    return to_gaps(found, measure, caveats_of(coverages[0]), coverages[0].snapshot.cells)


def grade_cells(coverages: Sequence[Coverage], measure: str) -> dict[Cell, str]:
    """The grade of each cell that ``judge`` judges, without its table. Raises UnknownIdError."""
    known = find_measure(measure)
    if coverages and known.grades:
        return known.grades(coverages)
    return grades_of(judge(coverages, measure))


def grades_of(found: pd.DataFrame) -> dict[Cell, str]:
    """The grades of a gap table by cell, in its order."""
    columns = (found[name].to_numpy(dtype=object).tolist() for name in (*CELL, "grade"))
    return {(a, b, c, d): grade for a, b, c, d, grade in zip(*columns, strict=True)}


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


def _each(function: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """For measures that judge each coverage by itself: their tables one after the other, no row twice."""

    def together(coverages: Sequence[Coverage], **inputs: object) -> pd.DataFrame:
        found = pd.concat([function(coverage, **inputs).astype(object) for coverage in coverages], ignore_index=True)
        names = [name for name in ("row_facet", "row_tag", "column_facet", "column_tag") if name in found]
        return found.drop_duplicates(names, ignore_index=True)

    return together


MEASURES = (
    Measure("relative", "Fewer records than expected", relative_gap, relative_gaps, relative_grades),
    Measure("absolute", "No or few records", absolute_gap, absolute_gaps, absolute_grades),
    Measure("presence", "Barely present", presence_gap, _each(presence_gap)),
    Measure("synthesis", "No review, or one overtaken", synthesis_gap, _each(synthesis_gap)),
    Measure("stale", "Gone quiet", stale_gap, _each(stale_gap)),
    Measure("design", "No study that can answer", design_gap, _each(design_gap)),
    Measure("parity", "Less attention than need", parity_gap, _each(parity_gap)),
    Measure("geography", "Countries not studied", geography_gap, _each(geography_gap)),
    Measure("reporting", "Seldom reported", reporting_gap, _each(reporting_gap)),
)
