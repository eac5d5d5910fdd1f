"""How a question is answered: every cell found and judged, as a brief, a claim or a table then puts into words.

An answer holds the gap tables' own rows: whoever puts them into words takes the words from analysis/sentences.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from analysis import gaps, topics
from analysis.axes import Level
from analysis.checks import Matches, check_cell, choose_cell_level, count_searched
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, cross, cross_pairs
from analysis.gaps.absolute import CellCheck
from analysis.gaps.frame import to_gaps
from analysis.gaps.presence import presence_rows
from analysis.questions import MOST_CELLS, NO_SOURCES, Cell, Filters, Question, Sources
from corpus.errors import LacunaError, UnknownIdError
from corpus.framework import Facet, TagKey
from corpus.rules import Progress, no_progress
from corpus.snapshot import Snapshot


@dataclass(frozen=True)
class Finding:
    """What the corpus says of one cell.

    ``gaps``: by measure, the row of its gap table; empty where the cell is not judged, with the reason in ``why_not``.
    ``ids``: the records in it; ``near``: those one tag short. ``check``: the search of the texts, None if none was
    made. ``n_possible`` combinations of a single tag with those it is ranked against, ``n_comparable`` of them with
    enough records to compare.
    """

    cell: Cell
    level: Level
    coverage: Coverage | None
    gaps: Mapping[str, Mapping[str, Any]]
    ids: tuple[str, ...]
    near: tuple[str, ...]
    check: CellCheck | None = None
    why_not: str = ""
    n_possible: int = 0
    n_comparable: int = 0

    @property
    def verdict(self) -> str:
        return self.check.verdict if self.check else "unchecked"


@dataclass(frozen=True)
class Answer:
    """A question answered at one version. ``snapshot``: the records counted. ``profile``: of a topic."""

    question: Question
    snapshot: Snapshot
    findings: tuple[Finding, ...] = ()
    profile: topics.TopicProfile | None = None
    fitted: topics.Topics | None = field(default=None, repr=False)
    constants: Constants = DEFAULTS

    @property
    def ids(self) -> tuple[str, ...]:
        """All records behind the answer, each once."""
        groups = [finding.ids for finding in self.findings]
        if self.profile:
            groups.append(topic_ids(self.snapshot, self.profile))
        return tuple(dict.fromkeys(i for group in groups for i in group))


SEARCHED_UP_TO = 20_000  # records whose texts are searched while somebody waits
MEASURES = ("absolute", "relative", "synthesis", "stale", "design")


class TagCounts:
    """What tags say by themselves in one snapshot, whatever is asked: each facet counted when it is first met."""

    def __init__(self, counted: Snapshot, progress: Progress = no_progress) -> None:
        """``counted``: the records that count."""
        self.counted = counted
        self._progress = progress
        self.presence = cache(self._count_presence)
        self._compare = cache(self._count_comparable)

    def comparable(self, key: TagKey) -> tuple[int, int]:
        """How many combinations a tag is part of in the headline pairs, and how many of them can be compared."""
        facet, name = self.counted.framework.facet(key[0]), key[1]
        return self._compare(facet.id, "tag" if name in facet.by_id else "group", _parents(facet, name))[name]

    def _count_presence(self, facet: str) -> dict[str, dict[str, Any]]:
        """The row of each tag of a facet in the table of those barely present."""
        rows = gaps.to_dicts(to_gaps(presence_rows(self.counted, facet), "presence"))
        return {str(row["row_tag"]): row for row in rows}

    def _count_comparable(self, facet: str, level: Level, parents: tuple[str, ...]) -> dict[str, tuple[int, int]]:
        """``comparable`` of all lines that are drawn when these parents are open."""
        pairs = [pair for pair in gaps.headline_pairs(self.counted.framework) if facet in pair and pair[0] != pair[1]]
        found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        opened = [(facet, parent) for parent in parents]
        for coverage in cross_pairs(self.counted, pairs, level, opened=opened, progress=self._progress):
            is_row = coverage.row_facet == facet
            lines, across = (coverage.rows, 1) if is_row else (coverage.columns, 0)
            counts = zip(coverage.tested.sum(axis=across), coverage.comparable.sum(axis=across), strict=True)
            for line, (possible, comparable) in zip(lines, counts, strict=True):
                before = found[line.id]
                found[line.id] = before[0] + int(possible), before[1] + int(comparable)
        return found


def answer(
    question: Question,
    snapshot: Snapshot,
    sources: Sources = NO_SOURCES,
    by_tag: TagCounts | None = None,
    progress: Progress = no_progress,
) -> Answer:
    """Count and judge what is asked. ``snapshot``: the whole corpus at some version. Raises LacunaError.

    ``by_tag``: counts of this snapshot made for an earlier question, used where nothing is filtered. ``progress`` may
    raise, to stop.
    """
    counted = by_tag.counted if by_tag and question.filters == Filters() else question.filters.apply(snapshot)
    counts = by_tag if by_tag and counted is by_tag.counted else TagCounts(counted, progress)
    if question.topic:
        return _answer_topic(question, snapshot, counted, sources, progress)
    if not question.cells:
        raise LacunaError("Nothing is asked for: name a cell, a tag or a topic.")
    if len(question.cells) > MOST_CELLS:
        raise LacunaError(f"A brief holds up to {MOST_CELLS} gaps; {len(question.cells)} were asked for.")
    few = len(counted) <= SEARCHED_UP_TO
    matches = sources.matches(counted.ids.tolist()) if question.search and few and sources.matches else None
    listed = _Listed(counted, progress) if question.listed else None
    found = tuple(
        _answer_tag(counts, cell, matches, progress)
        if cell.column is None
        else _answer_cell(counted, cell, matches, listed, progress)
        for cell in question.cells
    )
    return Answer(question, counted, found)


def _answer_topic(
    question: Question, snapshot: Snapshot, counted: Snapshot, sources: Sources, progress: Progress
) -> Answer:
    """Topics are made of all records in scope, whatever the filters; the filters say which of them are counted."""
    if sources.find_topics is None:
        raise LacunaError("Topics have to be found before one can be asked for.")
    fitted = sources.find_topics(snapshot, question.n_topics, progress)
    for profile in topics.find_flags(fitted, counted, counted.year_now):
        if profile.topic.id == question.topic:
            return Answer(question, counted, profile=profile, fitted=fitted)
    raise UnknownIdError(f'There is no topic "{question.topic}" among the {len(fitted.topics)} found.')


def topic_ids(snapshot: Snapshot, profile: topics.TopicProfile) -> tuple[str, ...]:
    """The counted records of a topic, newest first."""
    mine = set(profile.topic.ids)
    return tuple(str(i) for i in snapshot.ids[snapshot.newest_first] if i in mine)


class _Listed:
    """The list of gaps that all headline pairs make together, each measure judged when it is first asked for."""

    def __init__(self, counted: Snapshot, progress: Progress = no_progress) -> None:
        self._coverages = cross_pairs(counted, gaps.headline_pairs(counted.framework), progress=progress)
        self._judge = cache(lambda measure: gaps.judge(self._coverages, measure))

    def coverage_of(self, cell: Cell) -> Coverage | None:
        """The coverage in which the list judges this cell."""
        for coverage in self._coverages:
            pair = (coverage.row_facet, coverage.column_facet)
            if cell.column and pair == (cell.row[0], cell.column[0]) and _is_tested(coverage, cell):
                return coverage
        return None

    def rows(self, measure: str, cell: Cell) -> list[dict[str, Any]]:
        return _rows_of(self._judge(measure), cell)


def _is_tested(coverage: Coverage, cell: Cell) -> bool:
    row, column = cell.row[1], cell.column[1] if cell.column else ""
    if row not in coverage.observed.index or column not in coverage.observed.columns:
        return False
    at = coverage.observed.index.get_loc(row), coverage.observed.columns.get_loc(column)
    return bool(coverage.tested[at])


def _answer_cell(
    counted: Snapshot, cell: Cell, matches: Matches | None, listed: _Listed | None, progress: Progress
) -> Finding:
    framework = counted.framework
    row, column = cell.row, cell.column or cell.row
    coverage = listed.coverage_of(cell) if listed else None
    is_listed = coverage is not None
    if coverage is None:
        level = choose_cell_level(framework, row, column)
        opened = [(f, p) for f, name in (row, column) for p in _parents(framework.facet(f), name)]
        coverage = cross(counted, row[0], column[0], None, level, opened=opened)
    check = check_cell(coverage, row[1], column[1], matches, progress=progress) if matches else None
    found = judge_cell(coverage, cell, check, listed if is_listed else None, progress)
    return make_finding(coverage, cell, found, check)


def judge_cell(
    coverage: Coverage,
    cell: Cell,
    check: CellCheck | None = None,
    listed: "_Listed | None" = None,
    progress: Progress = no_progress,
) -> dict[str, Mapping[str, Any]]:
    """What each measure says of a cell on its own map, or in the list of gaps."""
    search = {(cell.row[1], cell.column[1] if cell.column else ""): check} if check else None
    found: dict[str, Mapping[str, Any]] = {}
    for done, measure in enumerate(MEASURES, 1):
        if listed:
            here = listed.rows(measure, cell)
        elif measure == "absolute" and search:
            here = _rows_of(gaps.find_gaps(coverage, measure, search=search), cell)
        else:
            here = _rows_of(gaps.find_gaps(coverage, measure), cell)
        if here:
            found[measure] = here[0] | ({"check": check.verdict} if check else {})
        progress("judging the cell", done, len(MEASURES))
    return found


def make_finding(
    coverage: Coverage, cell: Cell, found: Mapping[str, Mapping[str, Any]], check: CellCheck | None = None
) -> Finding:
    """A cell of a coverage with its records and those one tag short."""
    counted, row, column = coverage.snapshot, cell.row, cell.column or cell.row
    ids = coverage.records_of(row[1], column[1])
    either = np.union1d(coverage.records_of(row[1]), _column_records(coverage, column[1]))
    return Finding(
        cell=cell,
        level=coverage.level,
        coverage=coverage,
        gaps=found,
        ids=_newest(counted, ids),
        near=_newest(counted, np.setdiff1d(either, ids)),
        check=check,
        why_not=_why_not(coverage, row[1], column[1]) if not found else "",
    )


def _why_not(coverage: Coverage, row: str, column: str) -> str:
    reason = coverage.why_not_applicable(row, column)
    if reason:
        return f"Not applicable, so never counted as a gap: {reason}"
    return "This cell is counted, not judged: one of its tags is general, or drawn below a wider one."


def _answer_tag(counts: TagCounts, cell: Cell, matches: Matches | None, progress: Progress) -> Finding:
    """A tag by itself; a group is the sum of its tags and has no row of its own in the measure."""
    counted = counts.counted
    facet_id, name = cell.row
    facet = counted.framework.facet(facet_id)
    tags = [(facet_id, tag) for tag in facet.with_children(name)]
    has = np.any([counted.has(*key) for key in tags], axis=0) if tags else np.zeros(len(counted), dtype=bool)
    row = counts.presence(facet_id).get(name)
    check = _check_tag(counted, tags, has, matches, progress) if matches else None
    possible, comparable = counts.comparable(cell.row)
    return Finding(
        cell=cell,
        level="tag" if name in facet.by_id else "group",
        coverage=None,
        gaps={"presence": row | {"check": check.verdict if check else "unchecked"}} if row else {},
        ids=_newest(counted, np.flatnonzero(has)),
        near=check.hits if check else (),
        check=check,
        why_not="" if row else "General tags and groups are counted, not judged by themselves.",
        n_possible=possible,
        n_comparable=comparable,
    )


def _check_tag(
    counted: Snapshot, tags: Sequence[TagKey], has: np.ndarray, matches: Matches, progress: Progress
) -> CellCheck:
    """Search every record without the tag for its words; the verdicts are those of ``check_cell``."""
    outside = np.flatnonzero(~has)
    hits = [i for _, i in count_searched(counted, outside, progress) if any(matches(i, *key) for key in tags)]
    n_without = int((~counted.frame["has_abstract"].to_numpy(dtype=bool)).sum())
    enough = len(counted) > 0 and 1 - n_without / len(counted) >= DEFAULTS.abstract_share
    verdict = "candidates" if hits else "verified_empty" if enough else "weakly_verified"
    return CellCheck(
        verdict=verdict,
        hits=tuple(hits),
        n_searched=len(outside),
        n_without_abstract=n_without,
        n_codable=len(counted),
    )


def _parents(facet: Facet, name: str) -> tuple[str, ...]:
    return facet.with_parents(name)[1:] if name in facet.by_id else ()


def _rows_of(table: Any, cell: Cell) -> list[dict[str, Any]]:
    """A gap table's rows on a cell. A measure that judges nothing has no such columns."""
    here = (table["row_facet"] == cell.row[0]) & (table["row_tag"] == cell.row[1])
    if cell.column:
        here &= (table["column_facet"] == cell.column[0]) & (table["column_tag"] == cell.column[1])
    return gaps.to_dicts(table[here])


def _column_records(coverage: Coverage, column: str) -> np.ndarray:
    return coverage.column_axis.records_of([line.id for line in coverage.columns].index(column))


def _newest(snapshot: Snapshot, at: np.ndarray) -> tuple[str, ...]:
    mask = np.zeros(len(snapshot), dtype=bool)
    mask[at] = True
    order = snapshot.newest_first
    return tuple(str(i) for i in snapshot.ids[order[mask[order]]])
