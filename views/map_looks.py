"""How the map is looked at: what is open, the group zoomed to, the order, and the maps that go with it.

The choices are in the address; the maps are computed once per corpus version and choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from analysis import gaps
from analysis.arrange import arrange, lines_of_group, order_lines
from analysis.axes import TOPIC, Level, openable_groups
from analysis.coverage import Coverage, cross
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot
from views.state import CODED_BY, Judged, State, Where

ORDERS = {"": "Framework order", "gaps": "Most gaps first", "similar": "Similar together"}
NOT_REPORTED = "none"  # the small map of records without any tag of its facet


@dataclass(frozen=True)
class Look:
    """Which map is meant, whatever the filters. ``rows_of`` and ``columns_of``: the group zoomed to, or ""."""

    rows: str
    columns: str
    level: Level | None = None
    opened: tuple[TagKey, ...] = ()
    rows_of: str = ""
    columns_of: str = ""
    order: str = ""
    n_topics: int | None = None

    @property
    def is_plain(self) -> bool:
        return not (self.rows_of or self.columns_of or self.order)

    @property
    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (self.rows, self.rows_of), (self.columns, self.columns_of)

    @property
    def all_opened(self) -> tuple[TagKey, ...]:
        """What is open, with the groups zoomed to."""
        zoomed = [side for side in self.sides if side[1]]
        return tuple(sorted({*self.opened, *zoomed}))


def read_opened(framework: Framework, given: Sequence[str]) -> tuple[TagKey, ...]:
    """Open lines as the address has them ("population.nursing"); what the framework does not have is passed over."""
    found = set()
    for name in given:
        facet_id, _, line = name.partition(".")
        facet = framework.by_id.get(facet_id)
        if facet and (line in openable_groups(facet) or (line in facet.by_id and facet.children(line))):
            found.add((facet_id, line))
    return tuple(sorted(found))


def after_toggle(look: Look, rows: Sequence[str], columns: Sequence[str]) -> tuple[TagKey, ...]:
    """What is open once a person has left these rows and columns open. One facet on both sides opens as one."""
    before = set(look.all_opened)
    now_rows, now_columns = {(look.rows, line) for line in rows}, {(look.columns, line) for line in columns}
    if look.rows != look.columns:
        return tuple(sorted(now_rows | now_columns))
    changed = (now_rows ^ before) | (now_columns ^ before)
    return tuple(sorted(before ^ changed))


def judge(state: State, look: Look, where: Where) -> Judged:
    """The map with the grades of its cells."""
    if look.is_plain:
        return state.judged(look.rows, look.columns, where, look.level, look.opened, look.n_topics)
    return _judge(state.key, look, where, state)


def judge_then(state: State, look: Look, where: Where, version: int, now: Coverage) -> Judged:
    """The same lines as ``now``, counted over the corpus as it was at an earlier version."""
    return _judge_then(state.key, replace(look, level=now.level), where, version, state, now)


def judge_within(state: State, look: Look, where: Where, facet: str, tag: str, now: Coverage) -> Judged:
    """The same lines as ``now``, counted over the records with one tag of a third facet, or with none of them."""
    return _judge_within(state.key, replace(look, level=now.level), where, facet, tag, state, now)


@st.cache_resource(max_entries=16, show_spinner=False)
def _judge(key: tuple[str, int, str], look: Look, where: Where, _state: State) -> Judged:
    coverage = _state.coverage(look.rows, look.columns, where, look.level, look.all_opened, n_topics=look.n_topics)
    whole = _state.judged(look.rows, look.columns, Where(), coverage.level, look.all_opened, look.n_topics)
    if where.is_empty:
        coverage = whole.coverage
    ids = order_lines(whole.coverage, whole.relative, look.order or "framework")
    kept = []
    for (facet, group), order in zip(look.sides, ids, strict=True):
        wanted = set(lines_of_group(coverage, _state.framework.facet(facet), group)) if group else set(order)
        kept.append([name for name in order if name in wanted])
    return _graded(arrange(coverage, kept[0], kept[1]))


@st.cache_resource(max_entries=8, show_spinner="Counting the earlier version…")
def _judge_then(
    key: tuple[str, int, str], look: Look, where: Where, version: int, _state: State, _now: Coverage
) -> Judged:
    snapshot = replace(_then(key, version, _state), quality=_state.snapshot().quality)
    snapshot = snapshot.where(where.tag_dict, where.years, CODED_BY[where.coded_by], where.only_in_scope)
    return _cross(snapshot, look, _state, _now)


@st.cache_resource(max_entries=4, show_spinner=False)
def _then(key: tuple[str, int, str], version: int, _state: State) -> Snapshot:
    return _state.corpus.snapshot(as_of=version)


@st.cache_resource(max_entries=64, show_spinner=False)
def _judge_within(
    key: tuple[str, int, str], look: Look, where: Where, facet_id: str, tag: str, _state: State, _now: Coverage
) -> Judged:
    snapshot = _now.snapshot
    facet = _state.framework.facet(facet_id)
    if tag == NOT_REPORTED:
        has_none = snapshot.tags[:, snapshot.facet_columns(facet_id)].getnnz(axis=1) == 0
        part = snapshot.keep(has_none, [f"{facet.label}: not reported"])
    else:
        part = snapshot.keep(snapshot.has(facet_id, tag), [f"{facet.label}: {facet.label_of(tag)}"])
    return _cross(part, look, _state, _now)


def _cross(snapshot: Snapshot, look: Look, state: State, now: Coverage) -> Judged:
    topics = state.topic_labels(look.n_topics) if TOPIC in (look.rows, look.columns) else None
    coverage = cross(snapshot, look.rows, look.columns, None, now.level, opened=look.all_opened, topics=topics)
    return _graded(arrange(coverage, list(now.observed.index), list(now.observed.columns)))


def _graded(coverage: Coverage) -> Judged:
    return Judged(coverage, gaps.find_gaps(coverage, "relative"), gaps.find_gaps(coverage, "absolute"))
