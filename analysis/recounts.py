"""What receipts are of: the numbers of a brief, a map or a list of gaps, counted the same way each time.

Each kind has a question in plain JSON, a count of it, and a row in RECOUNTS that counts it again at any version.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analysis import gaps
from analysis.answering import Answer, answer
from analysis.axes import Level
from analysis.coverage import Coverage, cross
from analysis.priorities import order_by_grade, rank_cells
from analysis.questions import Filters, Question, Sources, to_cell
from analysis.receipts import Numbers, Plain, Receipt, ReceiptError, make_receipt, to_plain
from analysis.sentences import CLAIMS
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot


def to_plain_question(question: Question) -> dict[str, Any]:
    plain = asdict(question) | {"cells": [cell.name for cell in question.cells]}
    plain["filters"] = to_plain_filters(question.filters)
    return plain


def to_plain_filters(filters: Filters) -> dict[str, Any]:
    return {
        "tags": {facet: list(tags) for facet, tags in filters.tags},
        "years": list(filters.years),
        "coded_by": filters.coded_by,
        "only_in_scope": filters.only_in_scope,
    }


def read_question(plain: Plain, framework: Framework) -> Question:
    """Raises LacunaError."""
    try:
        return Question(
            cells=tuple(to_cell(name, framework) for name in plain["cells"]),
            topic=plain["topic"],
            n_topics=plain["n_topics"],
            filters=_read_filters(plain["filters"]),
            listed=plain["listed"],
            search=plain["search"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ReceiptError("The question in this receipt is not complete.") from error


def _read_filters(plain: Plain) -> Filters:
    low, high = plain["years"]
    tags = tuple(sorted((facet, tuple(names)) for facet, names in plain["tags"].items()))
    return Filters(tags, (low, high), plain["coded_by"], plain["only_in_scope"])


def count_brief(answered: Answer) -> Numbers:
    """Every number a brief prints of its cells or its topic."""
    numbers: dict[str, Any] = {"records counted": len(answered.snapshot)}
    records: dict[str, Sequence[str]] = {}
    for finding in answered.findings:
        name = finding.cell.name
        records[name] = finding.ids
        numbers[f"{name}: records"] = len(finding.ids)
        numbers[f"{name}: search of the texts"] = finding.verdict
        if finding.check:
            numbers[f"{name}: candidates"] = len(finding.check.hits)
            numbers[f"{name}: texts searched"] = finding.check.n_searched
        if finding.cell.column is None:
            numbers[f"{name}: comparable combinations"] = [finding.n_comparable, finding.n_possible]
        for measure, gap in finding.gaps.items():
            for column in _NUMBERS:
                if gap.get(column) is not None:
                    numbers[f"{name}: {measure}, {column}"] = gap[column]
    if answered.profile:
        profile = answered.profile
        name = f"topic={profile.topic.id}"
        records[name] = tuple(i for i in answered.snapshot.ids if i in set(profile.topic.ids))
        for field in _TOPIC_NUMBERS:
            numbers[f"{name}: {field}"] = getattr(profile, field)
    return Numbers(numbers, records, answered.snapshot)


_NUMBERS = ("observed", "expected", "ratio", "low", "high", "q", "grade", "hidden_upper", "general", "last_year",
            "highest_design", "primary", "reviews")  # fmt: skip
_TOPIC_NUMBERS = ("n_records", "n_distinct", "expected_distinct", "breadth", "last_year", "primary", "reviews",
                  "last_review", "review_grade", "highest_design", "flag", "reason_words")  # fmt: skip


def count_map(coverage: Coverage, relative: pd.DataFrame) -> Numbers:
    """Every count of a map, and its graded cells."""
    graded = {
        f"{gap['row_tag']}*{gap['column_tag']}": gap["grade"]
        for gap in gaps.to_dicts(relative)
        if gap["grade"] in ("strong", "suggestive", "cluster")
    }
    observed = coverage.observed
    numbers: dict[str, Any] = {
        "records counted": coverage.n_records,
        "records tagged on both sides": coverage.n_codable,
    }
    numbers["columns"] = list(observed.columns)
    numbers |= {f"row {row}": [int(n) for n in observed.loc[row]] for row in observed.index}
    numbers |= {f"grade {name}": grade for name, grade in sorted(graded.items())}
    return Numbers(numbers, {}, coverage.snapshot)


def count_gaps(found: pd.DataFrame, counted: Snapshot) -> Numbers:
    """How many cells have which grade, what is claimed of which, and a hash of the whole list."""
    rows = gaps.to_dicts(found)
    numbers: dict[str, Any] = {"records counted": len(counted), "cells judged": len(rows)}
    names = ("row_facet", "row_tag", "column_facet", "column_tag")
    every = []
    claimed = []
    for gap in rows:
        sides = [gap[name] for name in names]
        every.append([*sides, *(to_plain(gap[column]) for column in _NUMBERS)])
        grade = f"cells graded {gap['grade'] or 'none'}"
        numbers[grade] = numbers.get(grade, 0) + 1
        if gap["grade"] in CLAIMS - {"empty", "scarce"}:
            name = f"{sides[0]}={sides[1]}" + (f"*{sides[2]}={sides[3]}" if sides[3] else "")
            claimed.append((name, f"{gap['grade']}, {to_plain(gap['observed'])}"))
    numbers |= dict(claimed)
    text = json.dumps(every, ensure_ascii=True, separators=(",", ":"))
    numbers["hash of all rows"] = hashlib.sha256(text.encode()).hexdigest()
    return Numbers(numbers, {}, counted)


def count_rows(found: pd.DataFrame, counted: Snapshot) -> Numbers:
    """How many rows of a list have which grade, and a hash of all of it in its order."""
    rows = gaps.to_dicts(found)
    numbers: dict[str, Any] = {"records counted": len(counted), "rows": len(rows)}
    for row in rows:
        grade = f"rows graded {row.get('grade') or 'none'}"
        numbers[grade] = numbers.get(grade, 0) + 1
    text = json.dumps(to_plain(rows), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    numbers["hash of all rows"] = hashlib.sha256(text.encode()).hexdigest()
    return Numbers(numbers, {}, counted)


def make_map_receipt(
    coverage: Coverage, relative: pd.DataFrame, filters: Filters, rules: str, opened: Collection[TagKey] = ()
) -> Receipt:
    """The receipt of a map of two facets; a map of topics has none."""
    question = {
        "rows": coverage.row_facet,
        "columns": coverage.column_facet,
        "level": coverage.level,
        "rows_shown": len(coverage.rows),
        "opened": [list(key) for key in opened],
        "filters": to_plain_filters(filters),
    }
    return make_receipt("map", question, count_map(coverage, relative), rules, coverage.constants)


def make_gaps_receipt(
    found: pd.DataFrame,
    counted: Snapshot,
    measure: str,
    pairs: Sequence[tuple[str, str]],
    filters: Filters,
    rules: str,
    level: Level | None = None,
) -> Receipt:
    """The receipt of a list of gaps."""
    question = {
        "measure": measure,
        "pairs": [list(pair) for pair in pairs],
        "level": level,
        "filters": to_plain_filters(filters),
    }
    return make_receipt("gaps", question, count_gaps(found, counted), rules)


def make_triples_receipt(
    found: pd.DataFrame,
    counted: Snapshot,
    third: str,
    pairs: Sequence[tuple[str, str]],
    filters: Filters,
    rules: str,
    level: Level,
) -> Receipt:
    """The receipt of a list of triples."""
    question = {
        "third": third,
        "pairs": [list(pair) for pair in pairs],
        "level": level,
        "filters": to_plain_filters(filters),
    }
    return make_receipt("triples", question, count_rows(found, counted), rules)


@dataclass(frozen=True)
class Ranking:
    """What the lists of priorities depend on beside the records. ``need``: the table they are weighed with."""

    pairs: Sequence[tuple[str, str]]
    level: Level | None = None
    scored: bool = False
    pinned: Sequence[tuple[TagKey, TagKey]] = ()
    seed: int = 0
    need: pd.DataFrame | None = None

    def rank(self, counted: Snapshot) -> pd.DataFrame:
        """Both lists. Raises UnknownIdError."""
        frame = self.need
        found = rank_cells(
            counted,
            self.pairs,
            level=self.level,
            attention=None if frame is None else lambda coverage: gaps.attention(coverage, frame),
            pinned=self.pinned,
            seed=self.seed,
        )
        return found if self.scored else order_by_grade(found)


def make_priorities_receipt(
    found: pd.DataFrame, counted: Snapshot, ranking: Ranking, filters: Filters, rules: str
) -> Receipt:
    """The receipt of both lists of priorities."""
    question = {
        "pairs": [list(pair) for pair in ranking.pairs],
        "level": ranking.level,
        "scored": ranking.scored,
        "pinned": [[list(key) for key in cell] for cell in ranking.pinned],
        "seed": ranking.seed,
        "need": None if ranking.need is None else gaps.to_dicts(ranking.need),
        "filters": to_plain_filters(filters),
    }
    return make_receipt("priorities", question, count_rows(found, counted), rules)


def _recount_triples(plain: Plain, snapshot: Snapshot, sources: Sources) -> Numbers:
    counted = _read_filters(plain["filters"]).apply(snapshot)
    pairs = [(a, b) for a, b in plain["pairs"]]
    return count_rows(gaps.find_triples(counted, plain["third"], pairs, plain["level"]), counted)


def _recount_priorities(plain: Plain, snapshot: Snapshot, sources: Sources) -> Numbers:
    counted = _read_filters(plain["filters"]).apply(snapshot)
    ranking = Ranking(
        pairs=[(a, b) for a, b in plain["pairs"]],
        level=plain["level"],
        scored=plain["scored"],
        pinned=[((a[0], a[1]), (b[0], b[1])) for a, b in plain["pinned"]],
        seed=plain["seed"],
        need=None if plain["need"] is None else pd.DataFrame(plain["need"]),
    )
    return count_rows(ranking.rank(counted), counted)


def _recount_brief(plain: Plain, snapshot: Snapshot, sources: Sources) -> Numbers:
    return count_brief(answer(read_question(plain, snapshot.framework), snapshot, sources))


def _recount_map(plain: Plain, snapshot: Snapshot, sources: Sources) -> Numbers:
    counted = _read_filters(plain["filters"]).apply(snapshot)
    opened = [(facet, tag) for facet, tag in plain["opened"]]
    coverage = cross(counted, plain["rows"], plain["columns"], None, plain["level"], opened=opened)
    if plain["rows_shown"] < len(coverage.rows):
        coverage = coverage.without_empty_rows()
    return count_map(coverage, gaps.find_gaps(coverage, "relative"))


def _recount_gaps(plain: Plain, snapshot: Snapshot, sources: Sources) -> Numbers:
    counted = _read_filters(plain["filters"]).apply(snapshot)
    pairs = [(a, b) for a, b in plain["pairs"]]
    return count_gaps(gaps.scan(counted, pairs, plain["level"], measure=plain["measure"]), counted)


RECOUNTS: dict[str, Callable[[Plain, Snapshot, Sources], Numbers]] = {
    "brief": _recount_brief,
    "map": _recount_map,
    "gaps": _recount_gaps,
    "triples": _recount_triples,
    "priorities": _recount_priorities,
}
