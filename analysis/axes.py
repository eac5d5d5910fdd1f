"""The rows and columns of a map: which lines a facet gives at a level, and which records stand behind each.

A line is a root tag, a group, a tag or child drawn under its group or parent, or an extra (residual, analysis or
ungrouped tag). What the lines of two facets say together is coverage.py's business.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from corpus.errors import UnknownIdError
from corpus.framework import Facet, Group, Tag, TagKey
from corpus.snapshot import Snapshot

Level = Literal["group", "tag"]
State = Literal["tested", "child", "opened", "not-yet", "residual", "analysis", "ungrouped"]

TOPIC = "topic"  # the axes that are no facet of the framework
YEAR = "year"
NO_YEAR = "no-year"
BAND = 5  # years on a line
MOST_BANDS = 9  # lines of years; what is earlier shares the first
UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Line:
    """One row or column of a map. A record counts here if it has any of ``tags``.

    ``state``: "tested"; "child" is drawn under ``parent`` and not tested; "opened" is a parent whose children are
    tested instead of it; "not-yet" is a tag too new to judge; "residual", "analysis" and "ungrouped" are extras,
    counted over all records.
    """

    id: str
    label: str
    tags: tuple[str, ...]
    state: State = "tested"
    parent: str | None = None

    @property
    def is_extra(self) -> bool:
        return self.state in ("residual", "analysis", "ungrouped")


@dataclass(frozen=True)
class TopicLabels:
    """Topics as an axis. ``of``: record id -> topic id, none being unassigned; ``labels``: topic id -> label."""

    of: Mapping[str, str]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Axis:
    """The lines of one facet and, over a snapshot's records, who has them.

    ``has``: CSR of int32, records x lines. ``specific``: one bool a record, has something that makes it codable here.
    ``residual``: has a residual tag of the facet. ``not_yet``: CSR like ``has``, or None if everything is coded.
    """

    facet: str
    label: str
    lines: tuple[Line, ...]
    has: sparse.csr_matrix
    specific: np.ndarray
    residual: np.ndarray
    not_yet: sparse.csr_matrix | None = None

    @cached_property
    def ids(self) -> pd.Index:
        """The ids of the lines, as tables of counts have them."""
        return pd.Index([line.id for line in self.lines])

    @cached_property
    def by_line(self) -> sparse.csr_matrix:
        """Lines x records: one line's records without a scan."""
        return self.has.T.tocsr()

    def take(self, rows: np.ndarray) -> "Axis":
        """The same lines over some of the records."""
        not_yet = None if self.not_yet is None else self.not_yet[rows]
        return replace(
            self,
            has=self.has[rows],
            specific=self.specific[rows],
            residual=self.residual[rows],
            not_yet=not_yet if not_yet is not None and not_yet.nnz else None,
        )

    def count_of(self, position: int) -> int:
        """How many records count on this line."""
        start, stop = self.by_line.indptr[position : position + 2]
        return int(stop - start)

    def records_of(self, position: int) -> np.ndarray:
        """Rows of the snapshot that count on this line, ascending."""
        start, stop = self.by_line.indptr[position : position + 2]
        return np.sort(self.by_line.indices[start:stop])


def build_axis(
    snapshot: Snapshot,
    facet_id: str,
    level: Level,
    opened: Collection[TagKey] = (),
    topics: TopicLabels | None = None,
    nested: bool = False,
) -> Axis:
    """The axis of a facet, of topics if ``facet_id`` is "topic", or of five-year bands if it is "year".

    Facets without groups show their root tags.

    By groups, the tags of a group are drawn under it when it is ``opened``, and tested instead of it; ``nested`` draws
    them all, tested only where opened. Raises UnknownIdError for a facet that is not there, or for topics that were
    not passed.
    """
    if facet_id == TOPIC and TOPIC not in snapshot.framework.by_id:
        return _topic_axis(snapshot, topics)
    if facet_id == YEAR and YEAR not in snapshot.framework.by_id:
        return _year_axis(snapshot)
    here_opened = frozenset(tag for facet_of, tag in opened if facet_of == facet_id)
    whole = snapshot.whole or snapshot
    kept = whole.memory.setdefault(("axis", facet_id, level, here_opened, nested), [])
    if not kept:
        kept.append(_facet_axis(whole, facet_id, level, here_opened, nested))
    axis: Axis = kept[0]
    return axis if snapshot.rows is None else axis.take(snapshot.rows)


def _facet_axis(snapshot: Snapshot, facet_id: str, level: Level, here_opened: Collection[str], nested: bool) -> Axis:
    facet = snapshot.framework.facet(facet_id)
    by_group = level == "group" and bool(facet.groups)
    lines = tuple(_group_lines(facet, here_opened, nested) if by_group else _tag_lines(facet, here_opened))
    first = snapshot.column_of[facet_id, facet.tags[0].id]  # a facet's columns stand side by side
    here = slice(first, first + len(facet.tags))
    place = {tag.id: n for n, tag in enumerate(facet.tags)}

    def members(tag_lists: Sequence[Sequence[str]]) -> sparse.csc_matrix:
        pairs = [(place[tag], n) for n, tags in enumerate(tag_lists) for tag in tags]
        at, to = ([p[k] for p in pairs] for k in (0, 1))
        return sparse.csc_matrix((np.ones(len(pairs), np.int32), (at, to)), shape=(len(place), len(tag_lists)))

    residual = [tag.id for tag in facet.tags if tag.residual]
    specific = (
        [tag for group in facet.groups for tag in group.tags]
        if by_group
        else [tag.id for tag in facet.roots if not (tag.residual or tag.analysis)]
    )
    tag_lists = [line.tags for line in lines]
    wide = snapshot.columns_csc[:, here].astype(np.int32) @ members([*tag_lists, sorted(set(specific)), residual])
    wide.data.fill(1)
    n_lines = len(lines)

    def has_any(column: int) -> np.ndarray:
        mask = np.zeros(len(snapshot), dtype=bool)
        mask[wide.indices[wide.indptr[column] : wide.indptr[column + 1]]] = True
        return mask

    has = wide[:, :n_lines].tocsr()
    not_yet = None
    if ((snapshot.not_yet.indices >= here.start) & (snapshot.not_yet.indices < here.stop)).any():
        # A line of several tags is not yet coded only where none of them is: one old tag judged is a judgement.
        counts = (snapshot.not_yet[:, here].astype(np.int32) @ members(tag_lists)).tocoo()
        sizes = np.array([len(tags) for tags in tag_lists])
        full = counts.data == sizes[counts.col]
        if full.any():
            at = (counts.row[full], counts.col[full])
            marks = sparse.csr_matrix((np.ones(int(full.sum()), np.int32), at), shape=(len(snapshot), n_lines))
            not_yet = marks - marks.multiply(has)
            not_yet.eliminate_zeros()
    return Axis(
        facet=facet_id,
        label=facet.label,
        lines=lines,
        has=has,
        specific=has_any(n_lines),
        residual=has_any(n_lines + 1),
        not_yet=not_yet,
    )


def openable_groups(facet: Facet) -> dict[str, tuple[str, ...]]:
    """Groups whose tags can be drawn under them, with the ids of the lines that gives, in order.

    A group cannot be opened if one of those lines would stand elsewhere too: a tag of two groups, or of a group's name.
    """
    drawn = {
        group.id: [line.id for tag in _tops(facet, group) for line in _with_children(facet, tag, (), tested=False)]
        for group in facet.groups
    }
    times = Counter([*drawn, *(line for lines in drawn.values() for line in lines)])
    return {group: tuple(lines) for group, lines in drawn.items() if all(times[line] == 1 for line in lines)}


def _tops(facet: Facet, group: Group) -> list[Tag]:
    """The tags of a group that stand under no other of its tags."""
    return [facet.by_id[tag] for tag in group.tags if not set(facet.with_parents(tag)) & (set(group.tags) - {tag})]


def _group_lines(facet: Facet, opened: Collection[str], nested: bool) -> Iterator[Line]:
    grouped = {tag for group in facet.groups for tag in group.tags}
    openable = openable_groups(facet)
    for group in facet.groups:
        is_opened = group.id in opened and group.id in openable
        yield Line(group.id, group.label, group.tags, "opened" if is_opened else "tested")
        if is_opened or (nested and group.id in openable):
            for tag in _tops(facet, group):
                for line in _with_children(facet, tag, opened, tested=is_opened):
                    yield replace(line, parent=group.id) if line.id == tag.id else line
    for tag in facet.roots:
        if tag.id not in grouped:
            yield Line(tag.id, tag.label, (tag.id,), _extra_state(tag) or "ungrouped")


def _tag_lines(facet: Facet, opened: Collection[str]) -> Iterator[Line]:
    extras = []
    for root in facet.roots:
        state = _extra_state(root)
        if state:
            extras.append(Line(root.id, root.label, (root.id,), state))
        else:
            yield from _with_children(facet, root, opened, tested=True)
    yield from extras


def _with_children(facet: Facet, tag: Tag, opened: Collection[str], tested: bool) -> Iterator[Line]:
    children = facet.children(tag.id)
    is_opened = tested and bool(children) and tag.id in opened
    state: State = _extra_state(tag) or ("opened" if is_opened else "tested" if tested else "child")
    yield Line(tag.id, tag.label, (tag.id,), state, tag.broader)
    for child in children:
        yield from _with_children(facet, child, opened, tested=is_opened)


def _extra_state(tag: Tag) -> State | None:
    if tag.residual:
        return "residual"
    return "analysis" if tag.analysis else None


def _topic_axis(snapshot: Snapshot, topics: TopicLabels | None) -> Axis:
    if topics is None:
        raise UnknownIdError("Topics have to be found before they can be the rows of a map: pass topics=.")
    lines = [Line(topic_id, label, ()) for topic_id, label in topics.labels.items()]
    lines.append(Line(UNASSIGNED, "Unassigned", (), "residual"))
    last = len(lines) - 1
    place = {line.id: k for k, line in enumerate(lines)}
    column = np.array([place.get(topics.of.get(record_id, UNASSIGNED), last) for record_id in snapshot.ids], dtype=int)
    return _one_line_each(TOPIC, "Topic", lines, column)


def _year_axis(snapshot: Snapshot) -> Axis:
    """Bands of five calendar years, 2020 to 2024 and so on; the last may not be over, the first may hold more."""
    year = snapshot.frame["year"].to_numpy(dtype=float)
    known = year[~np.isnan(year)].astype(int)
    starts = range(int(known.min()) // BAND * BAND, int(known.max()) + 1, BAND) if len(known) else range(0)
    starts = starts[-MOST_BANDS:]
    lines = [Line(f"{at}-{at + BAND - 1}", f"{at} to {at + BAND - 1}", ()) for at in starts]
    if len(known) and int(known.min()) < starts[0]:
        lines[0] = Line(f"to-{starts[1] - 1}", f"Up to {starts[1] - 1}", ())
    if lines and starts[-1] + BAND > snapshot.year_now >= starts[-1]:
        lines[-1] = Line(lines[-1].id, f"Since {starts[-1]}", ())
    lines.append(Line(NO_YEAR, "Year unknown", (), "residual"))
    column = np.full(len(year), len(lines) - 1)
    if len(known):
        column[~np.isnan(year)] = ((known - starts[0]) // BAND).clip(min=0)
    return _one_line_each(YEAR, "Year", lines, column)


def _one_line_each(axis_id: str, label: str, lines: Sequence[Line], column: np.ndarray) -> Axis:
    """An axis on which each record stands on one line; the last line takes those that belong nowhere."""
    n = len(lines)
    ones = np.ones(len(column), np.int32)
    has = sparse.csr_matrix((ones, (np.arange(len(column)), column)), shape=(len(column), n))
    return Axis(axis_id, label, tuple(lines), has, specific=column < n - 1, residual=column == n - 1)
