"""Cells with no record, or hardly any: a description that needs no expectation and is no priority by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.coverage import Coverage
from analysis.gaps.frame import UNCHECKED, UNRELIABLE, UNVALIDATED
from analysis.gaps.ratios import hidden_upper, pair_recall, recall_with_search
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
    constants = coverage.constants
    recall = coverage.snapshot.quality if recall is None else recall
    i, j = np.nonzero(coverage.tested)
    observed = coverage.observed.to_numpy()[i, j]
    samples = [
        [sample_of(facet, line, recall) for line in lines]
        for facet, lines in ((coverage.row_facet, coverage.rows), (coverage.column_facet, coverage.columns))
    ]
    grades = np.select([observed == 0, observed <= constants.few], ["empty", "scarce"], "none").astype(object)
    hidden: list[float] = []
    checks: list[str] = []
    caveats: list[list[str]] = []
    for a, b, count in zip(i, j, observed, strict=True):
        check = (search or {}).get((coverage.rows[a].id, coverage.columns[b].id), CellCheck())
        checks.append(check.verdict)
        if count > constants.few:
            hidden.append(np.nan)
            caveats.append([])
            continue
        row, column = samples[0][a], samples[1][b]
        found = pair_recall(row, column, constants.unvalidated_recall)
        if check.search_share is not None and not check.hits:
            found = recall_with_search(found, check.search_share)
        hidden.append(hidden_upper(int(count), found, 1 - constants.level))
        doubtful = any(sample is not None and is_doubtful(sample, constants) for sample in (row, column))
        unvalidated = [UNVALIDATED] if row is None or column is None else []
        caveats.append([*unvalidated, *([UNRELIABLE] if doubtful else [])])
    found_cells = pd.DataFrame(
        {
            "row_facet": coverage.row_facet,
            "row_tag": [coverage.rows[a].id for a in i],
            "column_facet": coverage.column_facet,
            "column_tag": [coverage.columns[b].id for b in j],
            "kind": pd.Series([_KINDS.get(grade) for grade in grades], dtype=object),
            "observed": observed,
            "expected": coverage.expected.to_numpy()[i, j],
            "hidden_upper": np.array(hidden, dtype=float),
            "check": checks,
            "grade": grades,
            "general": coverage.general[i, j],
            "caveats": pd.Series(caveats, dtype=object),
        }
    )
    return _sort(found_cells)


def absolute_gaps(
    coverages: Sequence[Coverage],
    recall: Quality | None = None,
    search: Mapping[tuple[str, str], CellCheck] | None = None,
) -> pd.DataFrame:
    """``absolute_gap`` of several tables in one list."""
    return _sort(pd.concat([absolute_gap(coverage, recall, search) for coverage in coverages], ignore_index=True))


def _sort(found: pd.DataFrame) -> pd.DataFrame:
    """Empty before scarce before the rest; within each, first where most records would be expected."""
    keys = pd.DataFrame(
        {
            "grade": found["grade"].map({"empty": 0, "scarce": 1, "none": 2}),
            "expected": -found["expected"].astype(float),
            "row_facet": found["row_facet"],
            "row_tag": found["row_tag"],
            "column_facet": found["column_facet"],
            "column_tag": found["column_tag"],
        }
    )
    return found.loc[keys.sort_values(list(keys.columns), kind="stable").index].reset_index(drop=True)
