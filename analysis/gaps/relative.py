"""Cells with fewer records than their two tags lead us to expect: shortfall, never absence."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.axes import Line
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage
from analysis.gaps.frame import (
    CROWDED,
    PARTLY,
    UNRELIABLE,
    Cell,
    Columns,
    order_by,
    tested_cells,
    to_frame,
)
from analysis.gaps.ratios import Sample, benjamini_hochberg, lower_tail, shortfall_ratio, wilson
from corpus.framework import TagKey

Quality = Mapping[TagKey, Sample]  # from a person-coded sample: tag -> (found by the tagger, coded by people)

GRADES = ("strong", "suggestive", "cluster", "none", "not comparable")
_NAMES = ("row_facet", "row_tag", "column_facet", "column_tag")
_GRADED_BY = (
    "observed", "expected", "ratio", "low", "high", "n_codable", "unreliable", "cell_n", "cell_rows", "cell_columns",
)  # fmt: skip
KINDS = {"strong": "shortfall", "suggestive": "shortfall", "cluster": "cluster"}


def relative_gap(coverage: Coverage, quality: Quality | None = None) -> pd.DataFrame:
    """How many times as many records as expected each tested cell holds, and how sure a shortfall is.

    One row a cell: row_tag, column_tag, observed, expected, ratio, low, high, p, q, grade and more, best candidates
    first. p is hypergeometric, q Benjamini-Hochberg over the comparable cells of this table; both are NaN where a cell
    is not comparable. Tags that ``quality`` (default: the snapshot's) shows to be unreliable cannot make a gap strong.
    """
    return relative_gaps([coverage], quality)


def relative_gaps(coverages: Sequence[Coverage], quality: Quality | None = None) -> pd.DataFrame:
    """``relative_gap`` of several tables as one family: q is over all their comparable cells, and so is the order."""
    found = to_frame([_cells_of(coverage, quality) for coverage in coverages], ("caveats",))
    return _grade_cells(found, coverages[0].constants)


def relative_grades(coverages: Sequence[Coverage], quality: Quality | None = None) -> dict[Cell, str]:
    """The grades of ``relative_gaps`` alone, in the maps' own order: a fraction of the work of its table."""
    values = [_values_of(coverage, quality) for coverage in coverages]
    together = {name: np.concatenate([some[name] for some in values]) for name in _GRADED_BY}
    return dict(zip(tested_cells(coverages), _grade_values(together, coverages[0].constants)[2].tolist(), strict=True))


def _values_of(coverage: Coverage, quality: Quality | None) -> dict[str, np.ndarray]:
    """What the tested cells of one table are graded by: that needs the whole family."""
    i, j = np.nonzero(coverage.tested)
    observed = coverage.observed.to_numpy()[i, j]
    expected = coverage.expected.to_numpy()[i, j]
    constants = coverage.constants
    quality = coverage.snapshot.quality if quality is None else quality
    ratio, low, high = shortfall_ratio(observed, expected, constants.prior, constants.level)
    doubtful_rows, doubtful_columns = (
        np.array([is_unreliable(facet, line, quality, constants) for line in lines], dtype=bool)
        for facet, lines in (
            (coverage.row_facet, coverage.rows),
            (coverage.column_facet, coverage.columns),
        )
    )
    return {
        "observed": observed,
        "expected": expected,
        "ratio": ratio,
        "low": low,
        "high": high,
        "cell_n": coverage.cell_n[i, j],
        "cell_rows": coverage.cell_rows[i, j],
        "cell_columns": coverage.cell_columns[i, j],
        "n_codable": np.full(len(i), coverage.n_codable),
        "unreliable": doubtful_rows[i] | doubtful_columns[j],
    }


def _cells_of(coverage: Coverage, quality: Quality | None) -> Columns:
    """The tested cells of one table with ratio and interval, not yet graded."""
    i, j = np.nonzero(coverage.tested)
    row_ids, column_ids = (
        np.array([line.id for line in lines], dtype=object) for lines in (coverage.rows, coverage.columns)
    )
    return {
        "row_facet": [coverage.row_facet] * len(i),
        "row_tag": row_ids[i],
        "column_facet": [coverage.column_facet] * len(i),
        "column_tag": column_ids[j],
        **_values_of(coverage, quality),
        "general": coverage.general[i, j],
        "caveats": _caveats(coverage, _crowds(coverage), i, j),
    }


def _caveats(
    coverage: Coverage,
    crowds: tuple[dict[int, tuple[int, str]], dict[int, tuple[int, str]]],
    i: np.ndarray,
    j: np.ndarray,
) -> list[list[str]]:
    """What to know of each cell; nearly all have nothing."""
    out: list[list[str]] = [[] for _ in range(len(i))]
    told = coverage.partly[i, j] | np.isin(i, list(crowds[0])) | np.isin(j, list(crowds[1]))
    for at in np.flatnonzero(told):
        a, b = int(i[at]), int(j[at])
        out[at] = _partly(coverage, a, b) + _crowded(crowds, a, b)
    return out


def _partly(coverage: Coverage, i: int, j: int) -> list[str]:
    """A caveat on a cell of groups some of whose pairs of tags mean nothing: what is expected counts them too."""
    if not coverage.partly[i, j]:
        return []
    return [PARTLY + str(coverage.why_partly(coverage.rows[i].id, coverage.columns[j].id))]


def _crowded(crowds: Sequence[dict[int, tuple[int, str]]], i: int, j: int) -> list[str]:
    """The caveats on one cell: its row or column stands mostly in another cell."""
    (by_row, by_column) = crowds
    across = (by_row.get(i), j), (by_column.get(j), i)
    return [found[1] for found, here in across if found and found[0] != here]


def _crowds(coverage: Coverage) -> tuple[dict[int, tuple[int, str]], dict[int, tuple[int, str]]]:
    """Rows and columns most of whose records stand in one cell, far more than chance: position -> (across, caveat).

    Salaries are what pay gaps are about, so most records on economic cost concern pay, which lifts what is expected
    of every other behaviour. The counts are right; the reader has to know.
    """
    constants = coverage.constants

    def find(
        observed: np.ndarray, expected: np.ndarray, lines: Sequence[Line], totals: pd.Series, across: Sequence[Line]
    ) -> dict[int, tuple[int, str]]:
        tested = np.array([line.state == "tested" for line in across], dtype=bool)
        found = {}
        for k, (line, total) in enumerate(zip(lines, totals, strict=True)):
            counts = np.where(tested & (observed[k] >= 2 * expected[k]), observed[k], -1)
            most = int(counts.argmax()) if len(counts) else 0
            if total >= constants.min_percent and counts[most] >= constants.crowded_share * total:
                words = f"{counts[most]} of {total} records on “{line.label}” are also on “{across[most].label}”"
                found[k] = most, CROWDED + words
        return found

    seen, chance = coverage.observed.to_numpy(), np.nan_to_num(coverage.expected.to_numpy(dtype=float))
    rows = find(seen, chance, coverage.rows, coverage.row_totals, coverage.columns)
    return rows, find(seen.T, chance.T, coverage.columns, coverage.column_totals, coverage.rows)


def _grade_values(values: Mapping[str, np.ndarray], constants: Constants) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p, q and grade of all cells of a family: q is over all its comparable cells."""
    comparable = values["expected"] >= constants.min_expected
    p, q = np.full((2, len(comparable)), np.nan)
    p[comparable] = lower_tail(
        *(values[name][comparable] for name in ("observed", "cell_n", "cell_rows", "cell_columns"))
    )
    q[comparable] = benjamini_hochberg(p[comparable])
    grades = grade(
        values["observed"], values["expected"], values["ratio"], values["low"], values["high"], q,
        values["n_codable"], values["unreliable"], constants=constants,
    )  # fmt: skip
    return p, q, grades


def _grade_cells(found: pd.DataFrame, constants: Constants) -> pd.DataFrame:
    """All cells of a family of tables, graded together and sorted."""
    values = {name: found[name].to_numpy() for name in _GRADED_BY}
    p, q, grades = _grade_values(values, constants)
    caveats = [
        [*own, UNRELIABLE] if doubtful else list(own)
        for own, doubtful in zip(found["caveats"].array, values["unreliable"].tolist(), strict=True)
    ]
    kinds = pd.Series([KINDS.get(name) for name in grades], dtype=object, index=found.index)
    told = pd.Series(caveats, dtype=object, index=found.index)
    return sort_cells(found.assign(p=p, q=q, grade=grades, kind=kinds, caveats=told), constants)


def grade(
    observed: object,
    expected: object,
    ratio: object,
    low: object,
    high: object,
    q: object,
    n_codable: object,
    unreliable: object = False,
    *,
    constants: Constants = DEFAULTS,
) -> np.ndarray:
    """The grade of each cell; the first rule that holds. Rules and what was measured about them: docs/methods.md."""
    o, e, r, lo, hi, q_, n, bad = np.broadcast_arrays(
        *(np.asarray(x, dtype=float) for x in (observed, expected, ratio, low, high, q, n_codable, unreliable))
    )
    few = r < constants.ratio_gap
    return np.select(
        [
            e < constants.min_expected,
            few & (q_ <= constants.q) & (bad == 0),
            few & (hi < constants.upper_gap) & (n < constants.suggestive_below),
            (lo > constants.cluster_low) & (o >= constants.cluster_records),
        ],
        ["not comparable", "strong", "suggestive", "cluster"],
        "none",
    ).astype(object)


def sort_cells(found: pd.DataFrame, constants: Constants = DEFAULTS) -> pd.DataFrame:
    """Comparable cells by the upper end of their ratio, then what cannot be compared; never by raw count or p."""
    expected = found["expected"].to_numpy(dtype=float)
    comparable = expected >= constants.min_expected
    high = np.where(comparable, found["high"].to_numpy(dtype=float), 0.0)
    names = [name for name in (*_NAMES, "third_tag") if name in found]
    order = order_by(~comparable, high, -expected, *(found[name].to_numpy() for name in names))
    return found.take(order).reset_index(drop=True)


def sample_of(facet: str, line: Line, quality: Quality | None) -> Sample | None:
    """The line's sample: its tags' samples together; None if one of them has none."""
    samples = [quality.get((facet, tag)) if quality else None for tag in line.tags]
    if not samples or any(sample is None for sample in samples):
        return None
    return sum(s[0] for s in samples if s), sum(s[1] for s in samples if s)


def is_unreliable(facet: str, line: Line, quality: Quality | None, constants: Constants = DEFAULTS) -> bool:
    """Measured, and found wanting: too few coded examples, or a recall that may be too low."""
    sample = sample_of(facet, line, quality)
    return sample is not None and is_doubtful(sample, constants)


def is_doubtful(sample: Sample, constants: Constants = DEFAULTS) -> bool:
    """A sample of a tag that has too few coded examples, or shows that the rules may find too few of them."""
    return sample[1] < constants.unreliable_coded or wilson(*sample)[0] < constants.unreliable_recall
