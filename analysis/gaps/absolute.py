"""Cells with no record, or hardly any: a description that needs no expectation and is no priority by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.axes import Line
from analysis.constants import Constants
from analysis.coverage import Coverage
from analysis.gaps.frame import UNCHECKED, UNRELIABLE, UNVALIDATED, Cell, Columns, order_by, tested_cells, to_frame
from analysis.gaps.ratios import cautious_recall, hidden_upper, recall_with_search
from analysis.gaps.relative import Quality, is_doubtful, sample_of

_KINDS = {"empty": "absence", "scarce": "scarcity"}


@dataclass(frozen=True, slots=True)
class CellCheck:
    """What looking for a cell's records without the tagger gave (analysis/checks.py).

    ``verdict``: "verified_empty", "weakly_verified", "candidates", "confirmed" (a person looked and found none),
    "found_outside" (a person looked, and found records this corpus lacks) or "unchecked"; ``looked`` says who, when and
    where. ``search_share``: the share of what exists that such a search finds, if known. ``hits``: ids of records to
    accept or reject; ``rejected``: of those a person has rejected. ``general``: ids of records with one of the two tags
    and a residual one in place of the other. ``row_only``, ``column_only``: how many records are one tag short;
    ``row_short``, ``column_short``: their ids, newest first; ``silent``: of these without an abstract, so that only a
    title could be searched. ``n_searched``: how many texts were searched; ``n_without_abstract`` of the ``n_codable``
    records have no abstract.
    """

    verdict: str = UNCHECKED
    search_share: float | None = None
    hits: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    row_only: int = 0
    column_only: int = 0
    n_searched: int = 0
    n_without_abstract: int = 0
    n_codable: int = 0
    looked: str = ""
    rejected: tuple[str, ...] = ()
    row_short: tuple[str, ...] = ()
    column_short: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def absolute_gap(
    coverage: Coverage,
    recall: Quality | None = None,
    search: Mapping[tuple[str, str], CellCheck] | None = None,
) -> pd.DataFrame:
    """Which tested cells are empty or scarce, and how many records tagging may have missed there.

    One row a cell: row_tag, column_tag, observed, expected, hidden_upper, check, grade ("empty", "scarce", "none") and
    more, those first where most records would be expected. ``recall`` (default: the snapshot's quality) comes from a
    person-coded sample; a tag outside it is taken to be found 7 times in 10 and marked "recall unvalidated".
    ``search`` maps (row, column) to a check.
    """
    return absolute_gaps([coverage], recall, search)


def absolute_gaps(
    coverages: Sequence[Coverage],
    recall: Quality | None = None,
    search: Mapping[tuple[str, str], CellCheck] | None = None,
) -> pd.DataFrame:
    """``absolute_gap`` of several tables in one list."""
    tables = [_cells_of(coverage, recall, search) for coverage in coverages]
    return _sort(to_frame(tables, ("kind", "caveats")))


def absolute_grades(coverages: Sequence[Coverage]) -> dict[Cell, str]:
    """The grades of ``absolute_gaps`` alone, in the maps' own order."""
    grades = [_grade(coverage.observed.to_numpy()[coverage.tested], coverage.constants) for coverage in coverages]
    return dict(zip(tested_cells(coverages), np.concatenate(grades).tolist(), strict=True))


def _grade(observed: np.ndarray, constants: Constants) -> np.ndarray:
    return np.select([observed == 0, observed <= constants.few], ["empty", "scarce"], "none").astype(object)


def _cells_of(
    coverage: Coverage, recall: Quality | None, search: Mapping[tuple[str, str], CellCheck] | None
) -> Columns:
    """The tested cells of one table."""
    constants = coverage.constants
    recall = coverage.snapshot.quality if recall is None else recall
    i, j = np.nonzero(coverage.tested)
    observed = coverage.observed.to_numpy()[i, j]
    rows, columns = (
        [_recall(facet, line, recall, constants) for line in lines]
        for facet, lines in ((coverage.row_facet, coverage.rows), (coverage.column_facet, coverage.columns))
    )
    row_ids, column_ids = (
        np.array([line.id for line in lines], dtype=object) for lines in (coverage.rows, coverage.columns)
    )
    grades = _grade(observed, constants)
    hidden = np.full(len(i), np.nan)
    checks = [CellCheck().verdict] * len(i)
    caveats: list[list[str]] = [[] for _ in range(len(i))]
    for at, (a, b, count) in enumerate(zip(i.tolist(), j.tolist(), observed.tolist(), strict=True)):
        check = search.get((row_ids[a], column_ids[b])) if search else None
        if check:
            checks[at] = check.verdict
        if count > constants.few:
            continue
        found = rows[a].share * columns[b].share
        if check and check.search_share is not None and not check.hits:
            found = recall_with_search(found, check.search_share)
        hidden[at] = hidden_upper(count, found, 1 - constants.level)
        unvalidated = [] if rows[a].is_known and columns[b].is_known else [UNVALIDATED]
        caveats[at] = [*unvalidated, *([UNRELIABLE] if rows[a].is_doubtful or columns[b].is_doubtful else [])]
    return {
        "row_facet": [coverage.row_facet] * len(i),
        "row_tag": row_ids[i],
        "column_facet": [coverage.column_facet] * len(i),
        "column_tag": column_ids[j],
        "kind": [_KINDS.get(grade) for grade in grades],
        "observed": observed,
        "expected": coverage.expected.to_numpy()[i, j],
        "hidden_upper": hidden,
        "check": checks,
        "grade": grades,
        "general": coverage.general[i, j],
        "caveats": caveats,
    }


def _sort(found: pd.DataFrame) -> pd.DataFrame:
    """Empty before scarce before the rest; within each, first where most records would be expected."""
    order = order_by(
        found["grade"].map({"empty": 0, "scarce": 1, "none": 2}).to_numpy(),
        -found["expected"].to_numpy(dtype=float),
        *(found[name].to_numpy() for name in ("row_facet", "row_tag", "column_facet", "column_tag")),
    )
    return found.take(order).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Recall:
    """The share of a line's records that tagging finds, at its cautious end; whether a sample says so."""

    share: float
    is_known: bool
    is_doubtful: bool


def _recall(facet: str, line: Line, quality: Quality | None, constants: Constants) -> _Recall:
    sample = sample_of(facet, line, quality)
    share = cautious_recall(sample, constants.unvalidated_recall)
    return _Recall(share, sample is not None, sample is not None and is_doubtful(sample, constants))
