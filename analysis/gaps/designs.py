"""What kind of research a cell holds: is there a review of it, and does any study stand high enough to answer?"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.axes import Axis
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage
from analysis.gaps.ratios import lower_tail
from analysis.roles import Ladder, read_ladders, read_roles
from corpus.errors import UnknownIdError
from corpus.framework import TagKey

N_NEAREST = 5
_NOT_EVALUATED_FROM = 3  # records
_SYNTHESIS_RANK = {"no_review": 0, "outdated_review": 1, "too_few": 2, "covered": 3}
_DESIGN_RANK = {"not_evaluated": 0, "below": 1, "not_yet": 2, "none": 3, "unknown": 4}


def synthesis_gap(coverage: Coverage, year_now: int | None = None) -> pd.DataFrame:
    """Cells with enough primary research for a review, and none, or one that has been overtaken.

    One row a tested cell: primary, reviews, last_year (of the last review), grade, and in components other_reviews,
    unknown_design, primary_since (the last review) and nearest (ids of reviews with one of the two tags; the broad
    ones often cover a cell without naming it). Grades: grade_synthesis. Empty without [roles] in the framework.
    """
    roles = read_roles(coverage.snapshot.framework)
    if roles.design is None:
        return _nothing()
    now = coverage.snapshot.year_now if year_now is None else year_now
    review = _with_any(coverage, roles.design, roles.review)
    other = _with_any(coverage, roles.design, roles.other_review) & ~review
    primary = _with_any(coverage, roles.design, roles.primary) & ~review
    known = _with_any(coverage, roles.design, [t.id for t in coverage.snapshot.framework.facet(roles.design).tags])
    standing, year = coverage.standing, coverage.year
    i, j = np.nonzero(coverage.tested)
    last = standing.latest(year, review)
    counts = {name: standing.count(mask) for name, mask in {"primary": primary, "reviews": review}.items()}
    parts = {
        "other_reviews": standing.count(other),
        "unknown_design": standing.count(~known),
        "primary_since": standing.count_after(primary, year, last),
    }
    newest = np.flatnonzero(review | other)
    newest = newest[np.lexsort((newest, -np.nan_to_num(year[newest])))]
    of_row, of_column = (_first_on(axis, newest) for axis in (coverage.row_axis, coverage.column_axis))
    named = sorted({k for places in (*of_row, *of_column) for k in places})
    ids = dict(zip(named, coverage.snapshot.frame["id"].take(newest[named]), strict=True))
    rows = []
    for a, b, observed, n_primary, n_reviews, latest, *of_parts in zip(
        i.tolist(), j.tolist(),
        *(x[i, j].tolist() for x in (coverage.observed.to_numpy(), *counts.values(), last, *parts.values())),
        strict=True,
    ):  # fmt: skip
        components: dict[str, Any] = dict(zip(parts, of_parts, strict=True))
        last_review = None if latest != latest else int(latest)
        grade = grade_synthesis(n_primary, n_reviews, last_review, components["primary_since"], now, coverage.constants)
        nearest: list[str] = []
        if grade in ("no_review", "outdated_review"):
            nearest = [ids[k] for k in sorted({*of_row[a], *of_column[b]})[:N_NEAREST]]
        rows.append(
            {
                "row_tag": coverage.rows[a].id,
                "column_tag": coverage.columns[b].id,
                "observed": observed,
                "primary": n_primary,
                "reviews": n_reviews,
                "last_year": last_review,
                "grade": grade,
                "kind": "synthesis" if grade in ("no_review", "outdated_review") else None,
                "components": components | {"nearest": nearest},
            }
        )
    rows.sort(
        key=lambda r: (
            _SYNTHESIS_RANK[r["grade"]],
            -r["components"]["primary_since"] if r["grade"] == "outdated_review" else -r["primary"],
            r["row_tag"],
            r["column_tag"],
        )
    )
    return _table(coverage, rows)


def _first_on(axis: Axis, order: np.ndarray) -> list[list[int]]:
    """For each line, where in ``order`` the first records on it stand, and on the line it is drawn under.

    No more than are ever named.
    """
    by_line = axis.has[order].tocsc()
    here = [np.sort(by_line.indices[a:b])[:N_NEAREST].tolist() for a, b in pairwise(by_line.indptr.tolist())]
    place = {line.id: n for n, line in enumerate(axis.lines)}
    return [here[n] + (here[place[line.parent]] if line.parent in place else []) for n, line in enumerate(axis.lines)]


def grade_synthesis(
    primary: int,
    reviews: int,
    last_review: int | None,
    primary_since: int,
    year_now: int,
    constants: Constants = DEFAULTS,
) -> str:
    """Whether a review is due. A review of unknown year is not called out of date.

    >>> grade_synthesis(7, 0, None, 0, 2025), grade_synthesis(12, 1, 2017, 6, 2025)
    ('no_review', 'outdated_review')
    """
    if primary < constants.min_primary:
        return "too_few"
    if not reviews:
        return "no_review"
    old = last_review is not None and year_now - last_review > constants.review_life
    return "outdated_review" if old and primary_since >= constants.min_primary else "covered"


def design_gap(coverage: Coverage, question: str | None = None) -> pd.DataFrame:
    """Cells in which no study stands as high on the question's ladder of designs as studies elsewhere do.

    One row a tested cell: highest_design, p, grade, and in components question, rung (from 1) of top_rung, lacking (the
    designs of the next rung), n_at_or_above, share_elsewhere (of n_comparable) and n_known. Only records with a design
    on the ladder are compared.
    Grades: "not_evaluated" (3 or more records, all of designs that recommend without evaluating), "below" (none at the
    next rung or above, and p at most 0.05), "not_yet" (none yet, as expected for so few), "unknown" (no known design),
    "none" (the top is reached). ``question`` None takes the first that suits. Empty without ladders; raises
    UnknownIdError for a question that is not there.
    """
    usual = _choose_ladder(coverage, question)
    facet = read_roles(coverage.snapshot.framework).design
    if facet is None:
        return _nothing()
    by_line = {} if question else _ladders_by_line(coverage)
    rows: list[dict[str, Any]] = []
    for ladder in {x.id: x for x in (usual, *by_line.values()) if x}.values():
        for row in _judge(coverage, facet, ladder):
            lines = (coverage.row_facet, row["row_tag"]), (coverage.column_facet, row["column_tag"])
            if next((by_line[line] for line in lines if line in by_line), usual) == ladder:
                rows.append(row)
    rows.sort(
        key=lambda r: (
            _DESIGN_RANK[r["grade"]],
            1.0 if r["p"] is None else r["p"],
            -r["observed"],
            r["row_tag"],
            r["column_tag"],
        )
    )
    return _table(coverage, rows)


def _ladders_by_line(coverage: Coverage) -> dict[TagKey, Ladder]:
    """Lines of the map all of whose tags a question names."""
    found: dict[TagKey, Ladder] = {}
    for ladder in read_ladders(coverage.snapshot.framework):
        for facet, lines in ((coverage.row_facet, coverage.rows), (coverage.column_facet, coverage.columns)):
            for line in lines:
                if line.tags and all((facet, tag) in ladder.tags for tag in line.tags):
                    found.setdefault((facet, line.id), ladder)
    return found


def _judge(coverage: Coverage, facet: str, ladder: Ladder) -> list[dict[str, Any]]:
    """Every tested cell by one question."""
    rungs = [_with_any(coverage, facet, tags) for tags in ladder.rungs]
    on_ladder = np.logical_or.reduce(rungs)
    above = [np.logical_or.reduce(rungs[k:]) for k in range(len(rungs))]
    codable = coverage.row_axis.specific & coverage.column_axis.specific
    n_all, k_all = int((on_ladder & codable).sum()), [int((mask & codable).sum()) for mask in above]
    standing = coverage.standing
    i, j = np.nonzero(coverage.tested)
    advice = _with_any(coverage, facet, ladder.advice) & ~_with_more_than(coverage, facet, ladder.advice)
    n_known, n_advice = (standing.count(mask)[i, j] for mask in (on_ladder, advice))
    n_above = np.stack([*(standing.count(mask)[i, j] for mask in above), n_known])  # the last is never asked for
    top = len(rungs)
    lacking = (n_above[:top] > 0).sum(axis=0)  # above a rung is never more than from it on
    judged = (n_known > 0) & (lacking < top)
    p = np.full(len(i), np.nan)
    p[judged] = lower_tail(0, n_all, np.array([*k_all, 0])[lacking[judged]], n_known[judged])
    rows = []
    for at, (a, b, n_here, n, highest) in enumerate(
        zip(
            i.tolist(), j.tolist(), coverage.observed.to_numpy()[i, j].tolist(), n_known.tolist(),
            (lacking - 1).tolist(), strict=True,
        )
    ):  # fmt: skip
        if n == 0:
            grade = "unknown"
        elif not judged[at]:
            grade = "none"
        else:
            grade = "below" if p[at] <= coverage.constants.q else "not_yet"
        if n_here >= _NOT_EVALUATED_FROM and n_advice[at] == n_here:
            grade = "not_evaluated"
        missing = highest + 1
        rows.append(
            {
                "row_tag": coverage.rows[a].id,
                "column_tag": coverage.columns[b].id,
                "observed": n_here,
                "highest_design": " or ".join(ladder.rungs[highest]) if highest >= 0 else None,
                "p": float(p[at]) if judged[at] else None,
                "grade": grade,
                "kind": {"not_evaluated": "evaluation", "below": "design"}.get(grade),
                "components": {
                    "question": ladder.question,
                    "rung": highest + 1 if highest >= 0 else None,
                    "top_rung": top,
                    "lacking": list(ladder.rungs[missing]) if missing < top else [],
                    "n_known": n,
                    "n_comparable": n_all,
                    "n_at_or_above": int(n_above[missing, at]),
                    "share_elsewhere": k_all[missing] / n_all if missing < top and n_all else None,
                },
            }
        )
    return rows


def _choose_ladder(coverage: Coverage, question: str | None) -> Ladder | None:
    ladders = read_ladders(coverage.snapshot.framework)
    axes = {coverage.row_facet, coverage.column_facet}
    for ladder in ladders:
        if ladder.id == question or (question is None and (not ladder.facets or axes & set(ladder.facets))):
            return ladder
    if question is None:
        return None
    raise UnknownIdError(f'There is no question "{question}". There are: {", ".join(x.id for x in ladders) or "none"}.')


def _with_any(coverage: Coverage, facet: str, tags: Sequence[str]) -> np.ndarray:
    out = np.zeros(len(coverage.snapshot), dtype=bool)
    for tag in tags:
        out |= coverage.snapshot.has(facet, tag)
    return out


def _with_more_than(coverage: Coverage, facet_id: str, tags: Sequence[str]) -> np.ndarray:
    """Records with a design other than these and what is narrower than these."""
    facet = coverage.snapshot.framework.facet(facet_id)
    inside = {narrow for tag in tags for narrow in facet.with_children(tag)}
    return _with_any(coverage, facet_id, [tag.id for tag in facet.tags if tag.id not in inside])


def _table(coverage: Coverage, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {name: np.empty(len(rows), dtype=object) for name in rows[0]} if rows else {}
    for name, values in columns.items():
        values[:] = [row[name] for row in rows]
    found = pd.DataFrame(columns, dtype=object) if rows else _nothing()
    found["row_facet"], found["column_facet"] = coverage.row_facet, coverage.column_facet
    return found


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=["row_tag", "column_tag", "observed", "grade", "kind", "components"], dtype=object)
