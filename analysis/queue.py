"""What is most useful for a person to check next: pairs of a record and a tag, each with the reason and a score.

Pure functions of a snapshot and of plain values beside it. The words for a reason are the page's business.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from analysis.axes import Axis
from analysis.coverage import Coverage
from analysis.gaps.frame import to_dicts
from analysis.gaps.ratios import lower_tail, shortfall_ratio
from analysis.gaps.relative import grade, relative_gaps
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot

# Why a pair is offered, and what that is worth before anything else is known. A cell that would change its grade comes
# first: one decision changes what the map says. "not-yet" comes last: it is many records, and nothing hints at the tag.
REASONS = {
    "influential": 0.6,
    "empty-cell": 0.55,
    "against": 0.5,
    "missed": 0.5,
    "doubted": 0.5,
    "weak": 0.3,
    "not-yet": 0.2,
}
COLUMNS = ("id", "facet", "tag", "reason", "score", "row_facet", "row", "column_facet", "column", "probability")
_WEAK = 1  # corpus.evidence.PLACES: only the abstract has the words
_NEAR = 0.15  # a probability as close to one half as this says neither yes nor no


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a learned model says of a pair: the probability that the record has the tag."""

    id: str
    facet: str
    tag: str
    probability: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a map of two facets, by the ids of its lines (tags or groups)."""

    row_facet: str
    row: str
    column_facet: str
    column: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record outside a cell that has one of its tags and, it seems, words for the other."""

    id: str
    facet: str
    tag: str  # the one it lacks
    cell: Cell


def find_queue(
    snapshot: Snapshot,
    evidence: sparse.csr_matrix,
    ruled: sparse.csr_matrix,
    coded: sparse.csr_matrix,
    *,
    coverages: Sequence[Coverage] = (),
    candidates: Iterable[Candidate] = (),
    suggested: Iterable[Suggested] = (),
) -> pd.DataFrame:
    """Every pair that a person might look at: one row a pair and reason, columns COLUMNS, the best first.

    ``evidence``, ``ruled`` and ``coded`` stand row for row beside ``snapshot`` (corpus/evidence.py). A pair that a
    person ruled on is never offered again. Reasons: "weak": only the abstract has the words; "against": a rule gave
    the tag, and who coded the facet did not; "not-yet": the tag is newer than the record's coding; "influential":
    with this record more or less a cell of ``coverages`` changes its grade; "empty-cell": one of the ``candidates``;
    "doubted" and "missed": the model disagrees with the rules, or cannot say.
    """
    known = {str(record_id): row for row, record_id in enumerate(snapshot.ids)}
    parts = [
        _weak(snapshot, evidence, coded),
        _pairs(snapshot, snapshot.not_yet.tocoo(), "not-yet", REASONS["not-yet"]),
        _influential(snapshot, coverages),
        _from_candidates(snapshot, candidates, known),
        _from_model(snapshot, suggested, known),
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    found = pd.concat(filled, ignore_index=True)
    found = found[~_values(ruled, found["at"], found["column_at"]).astype(bool)]
    firm = _values(evidence, found["at"], found["column_at"])
    # Of a cell's records, those with the weaker words are the likelier to be taken out of it.
    found["score"] = found["score"] + np.where((found["reason"] == "influential") & (firm == _WEAK), 0.15, 0.0)
    keys = np.array(snapshot.framework.columns, dtype=object).reshape(-1, 2)[found["column_at"].to_numpy(dtype=int)]
    found["facet"], found["tag"] = keys[:, 0], keys[:, 1]
    found["id"] = snapshot.ids[found["at"].to_numpy(dtype=int)]
    for name in COLUMNS:
        if name not in found:
            found[name] = None
    found = found.sort_values(["score", "id", "column_at"], ascending=[False, True, True], kind="stable")
    found = found.drop_duplicates(["at", "column_at", "reason"])
    return found[list(COLUMNS)].reset_index(drop=True)


def rank_records(items: pd.DataFrame) -> pd.DataFrame:
    """One row a record of a queue: id, score, n (pairs to look at), the best first.

    A record is worth its best pair, and a tenth of the next two: reading it once answers them all.
    """
    if not len(items):
        return pd.DataFrame({"id": pd.Series(dtype=object), "score": pd.Series(dtype=float), "n": pd.Series(dtype=int)})
    ordered = items.sort_values(["id", "score"], ascending=[True, False], kind="stable")
    place = ordered.groupby("id", sort=False).cumcount().to_numpy()
    worth = ordered["score"].to_numpy(dtype=float) * np.select([place == 0, place < 3], [1.0, 0.1], 0.0)
    pairs = ordered.drop_duplicates(["id", "facet", "tag"]).groupby("id").size()
    total = pd.Series(worth).groupby(ordered["id"].to_numpy()).sum()
    n = pairs.reindex(total.index).to_numpy(dtype=int)
    ranked = pd.DataFrame({"id": total.index.to_numpy(dtype=object), "score": total.to_numpy(), "n": n})
    return ranked.sort_values(["score", "id"], ascending=[False, True], kind="stable", ignore_index=True)


def find_edges(coverages: Sequence[Coverage]) -> pd.DataFrame:
    """Cells whose grade one record more or one fewer would change: row and column, grade, grade_more, grade_fewer.

    Only where one of the three is a gap ("strong" or "suggestive"). The false-discovery threshold of the family is
    taken as it stands: one record in one cell hardly moves it.
    """
    if not coverages:
        return pd.DataFrame()
    constants = coverages[0].constants
    cells = relative_gaps(coverages)
    cells = cells[cells["grade"] != "not comparable"].reset_index(drop=True)
    accepted = cells.loc[cells["q"] <= constants.q, "p"]
    limit = float(accepted.max()) if len(accepted) else 0.0
    for name, step in (("grade_more", 1), ("grade_fewer", -1)):
        observed = np.maximum(cells["observed"].to_numpy(dtype=int) + step, 0)
        ratio, low, high = shortfall_ratio(observed, cells["expected"].to_numpy(), constants.prior, constants.level)
        p = lower_tail(observed, *(cells[n].to_numpy() for n in ("cell_n", "cell_rows", "cell_columns")))
        cells[name] = grade(
            observed, cells["expected"], ratio, low, high, np.where(p <= limit, 0.0, 1.0), cells["n_codable"],
            cells["unreliable"], constants=constants,
        )  # fmt: skip
    gap = cells[["grade", "grade_more", "grade_fewer"]].isin(("strong", "suggestive")).any(axis=1)
    fewer = (cells["grade_fewer"] != cells["grade"]) & (cells["observed"] > 0)
    return cells[gap & (fewer | (cells["grade_more"] != cells["grade"]))].reset_index(drop=True)


def find_short(coverage: Coverage, row: str, column: str) -> list[Candidate]:
    """The counted records that have one side of a cell and not the other, by id: where a missed tag would fill it.

    ``tag`` is the first of the tags that the missing side stands for.
    """
    lines = coverage.lines_of(row, column)
    cell = Cell(coverage.row_facet, row, coverage.column_facet, column)
    masks = []
    for axis, some, line in zip(
        (coverage.row_axis, coverage.column_axis), (coverage.rows, coverage.columns), lines, strict=True
    ):
        mask = np.zeros(len(coverage.snapshot), dtype=bool)
        mask[axis.records_of(some.index(line))] = True
        masks.append(mask)
    found = []
    for has, lacks, facet, line in (
        (masks[0], masks[1], coverage.column_facet, lines[1]),
        (masks[1], masks[0], coverage.row_facet, lines[0]),
    ):
        if line.tags:
            found += [Candidate(str(i), facet, line.tags[0], cell) for i in coverage.snapshot.ids[has & ~lacks]]
    return sorted(found, key=lambda item: (item.id, item.facet))


def empty_cells(coverages: Sequence[Coverage]) -> list[tuple[Coverage, str, str]]:
    """The tested cells without a record where most were expected first: what to search for words."""
    found = []
    for number, coverage in enumerate(coverages):
        empty = coverage.comparable & (coverage.observed.to_numpy() == 0)
        expected = coverage.expected.to_numpy()
        for i, j in zip(*np.nonzero(empty), strict=True):
            found.append((-float(expected[i, j]), number, int(i), int(j)))
    return [(coverages[n], coverages[n].rows[i].id, coverages[n].columns[j].id) for _, n, i, j in sorted(found)]


def _pairs(snapshot: Snapshot, found: sparse.coo_matrix, reason: str, score: float) -> pd.DataFrame:
    return pd.DataFrame({"at": found.row, "column_at": found.col, "reason": reason, "score": score})


def _weak(snapshot: Snapshot, evidence: sparse.csr_matrix, coded: sparse.csr_matrix) -> pd.DataFrame:
    """What a rule gave on weak words, or against those who coded the facet in full."""
    found = evidence.tocoo()
    facet_of = _facet_of_column(snapshot.framework)
    has = _values(snapshot.tags, found.row, found.col).astype(bool)
    by_people = _values(coded, found.row, facet_of[found.col]).astype(bool)
    against, weak = has & by_people, has & ~by_people & (found.data == _WEAK)
    scores = np.where(against, REASONS["against"] + 0.05 * (found.data == _WEAK), REASONS["weak"])
    every = pd.DataFrame(
        {
            "at": found.row,
            "column_at": found.col,
            "reason": np.where(against, "against", "weak"),
            "score": scores,
        }
    )
    return every[against | weak]


def _values(table: sparse.csr_matrix, rows: ArrayLike, columns: ArrayLike) -> np.ndarray:
    """What a table holds at these places, one after the other."""
    at, across = np.asarray(rows, dtype=int), np.asarray(columns, dtype=int)
    return np.asarray(table[at, across]).ravel() if len(at) else np.zeros(0, dtype=table.dtype)


def _facet_of_column(framework: Framework) -> np.ndarray:
    order = {facet: n for n, facet in enumerate(framework.by_id)}
    return np.array([order[facet] for facet, _ in framework.columns], dtype=int)


def _influential(snapshot: Snapshot, coverages: Sequence[Coverage]) -> pd.DataFrame:
    """The records in, or one unclear tag short of, cells that stand on an edge."""
    edges: list[dict[str, Any]] = to_dicts(find_edges(coverages))
    by_pair = {(c.row_facet, c.column_facet): c for c in coverages}
    parts = []
    for edge in edges:
        cell = Cell(edge["row_facet"], edge["row_tag"], edge["column_facet"], edge["column_tag"])
        coverage = by_pair[cell.row_facet, cell.column_facet]
        close = 0.1 * float(np.exp(-edge["observed"] / 5))  # one record weighs more in a small cell
        if edge["grade_fewer"] != edge["grade"] and edge["observed"]:
            here = np.asarray(coverage.records_of(cell.row, cell.column), dtype=int)
            for axis, line in zip(
                (coverage.row_axis, coverage.column_axis), coverage.lines_of(cell.row, cell.column), strict=True
            ):
                parts.append(_members(snapshot, coverage, here, axis, line.tags, cell, close))
        if edge["grade_more"] != edge["grade"]:
            parts += _unclear(snapshot, coverage, cell, close)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _members(
    snapshot: Snapshot,
    coverage: Coverage,
    here: np.ndarray,
    axis: Axis,
    tags: Sequence[str],
    cell: Cell,
    close: float,
) -> pd.DataFrame:
    """A cell's records with each tag that puts them on one of its sides."""
    at = snapshot.ids.searchsorted(coverage.snapshot.ids[here])
    if axis.facet not in snapshot.framework.by_id:
        return pd.DataFrame()
    facet = snapshot.framework.facet(axis.facet)
    names = dict.fromkeys(t for tag in tags for t in facet.with_children(tag))
    columns = np.array([snapshot.column_of[facet.id, name] for name in names], dtype=int)
    held = snapshot.tags[at][:, columns].tocoo()
    return _in_cell(pd.DataFrame({"at": at[held.row], "column_at": columns[held.col]}), cell, close)


def _unclear(snapshot: Snapshot, coverage: Coverage, cell: Cell, close: float) -> list[pd.DataFrame]:
    """Records on one side of a cell whose other facet says only "unspecified" or the like."""
    row, column = coverage.lines_of(cell.row, cell.column)
    parts = []
    for axis, lines, line, other, others, missing in (
        (coverage.row_axis, coverage.rows, row, coverage.column_axis, coverage.columns, column),
        (coverage.column_axis, coverage.columns, column, coverage.row_axis, coverage.rows, row),
    ):
        on_side = np.zeros(len(coverage.snapshot), dtype=bool)
        on_side[axis.records_of(lines.index(line))] = True
        there = np.zeros(len(coverage.snapshot), dtype=bool)
        there[other.records_of(others.index(missing))] = True
        at = snapshot.ids.searchsorted(coverage.snapshot.ids[on_side & ~there & other.residual])
        if len(missing.tags) and (other.facet, missing.tags[0]) in snapshot.column_of:
            wanted = snapshot.column_of[other.facet, missing.tags[0]]
            parts.append(_in_cell(pd.DataFrame({"at": at, "column_at": wanted}), cell, close - 0.1))
    return parts


def _in_cell(found: pd.DataFrame, cell: Cell, close: float) -> pd.DataFrame:
    return found.assign(
        reason="influential", score=REASONS["influential"] + close, row_facet=cell.row_facet, row=cell.row,
        column_facet=cell.column_facet, column=cell.column,
    )  # fmt: skip


def _from_candidates(snapshot: Snapshot, candidates: Iterable[Candidate], known: dict[str, int]) -> pd.DataFrame:
    rows = [
        (known[c.id], snapshot.column_of[c.facet, c.tag], c.cell.row_facet, c.cell.row, c.cell.column_facet,
         c.cell.column)
        for c in candidates
        if c.id in known and (c.facet, c.tag) in snapshot.column_of
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=["at", "column_at", "row_facet", "row", "column_facet", "column"])
    return found.assign(reason="empty-cell", score=REASONS["empty-cell"])


def _from_model(snapshot: Snapshot, suggested: Iterable[Suggested], known: dict[str, int]) -> pd.DataFrame:
    rows = []
    for item in suggested:
        key: TagKey = item.facet, item.tag
        if item.id not in known or key not in snapshot.column_of:
            continue
        at, column = known[item.id], snapshot.column_of[key]
        has, p = bool(snapshot.tags[at, column]), item.probability
        sure, near = abs(p - 0.5) * 2, abs(p - 0.5) <= _NEAR
        if has and (p < 0.5 or near):
            rows.append((at, column, "doubted", REASONS["doubted"] + 0.3 * sure * (p < 0.5), p))
        elif not has and (p >= 0.5 or near):
            rows.append((at, column, "missed", REASONS["missed"] + 0.3 * sure * (p >= 0.5), p))
    return pd.DataFrame(rows, columns=["at", "column_at", "reason", "score", "probability"])
