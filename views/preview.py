"""What accepting an upload would change: cells of the main maps, and gaps. Worked out once a version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from analysis import gaps
from analysis.changes import Change, compare_cells
from analysis.coverage import Coverage, cross_pairs, in_scope
from analysis.gap_changes import STEPS, compare_maps, cross_like
from corpus.snapshot import Snapshot
from views.state import State

Grades = Mapping[str, Mapping[gaps.Cell, str]]  # of each cell, by measure


@dataclass(frozen=True)
class Preview:
    """``grown``: records that would be counted. ``gaps``: a table as analysis.gap_changes makes it."""

    cells: tuple[Change, ...]
    grown: int
    gaps: pd.DataFrame
    titles: Mapping[str, str]  # of the records that moved a gap


def load_preview(state: State, import_id: int) -> Preview:
    """What the headline maps, and the gaps in them, would become if this upload were accepted."""
    return _preview(state.key, import_id, state)


def get_ready(state: State) -> None:
    """Count and build what the first upload of a version would wait for: for a page where somebody is about to read."""
    _ = state.corpus.tagger
    _before(state.key, state)


@st.cache_resource(max_entries=8, show_spinner="Looking at the gaps…")
def _preview(key: tuple[str, int, str], import_id: int, _state: State) -> Preview:
    before = _state.snapshot()
    after = replace(_state.corpus.snapshot(including=(import_id,)), quality=before.quality)
    counted = in_scope(after)
    if len(in_scope(before)):
        first, known = _before(key, _state)
        last = cross_like(counted, first)
    else:
        last = cross_pairs(counted, gaps.headline_pairs(_state.framework))
        first, known = cross_like(before, last), {}
    found = compare_maps(first, last, known=known)
    return Preview(
        cells=tuple(change for was, now in zip(first, last, strict=True) for change in compare_cells(was, now)),
        grown=last[0].n_records - first[0].n_records,
        gaps=found,
        titles=find_titles(found, before, after),
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _before(key: tuple[str, int, str], _state: State) -> tuple[list[Coverage], Grades]:
    """The headline maps as they are, and what the measures say of their cells."""
    maps = cross_pairs(_state.snapshot(), gaps.headline_pairs(_state.framework))
    return maps, {measure: gaps.grades_of(_state.gaps(measure)) for measure in STEPS}


def find_titles(found: pd.DataFrame, *snapshots: Snapshot) -> dict[str, str]:
    """The titles of the records that moved gaps: some are in one snapshot alone."""
    moved = {i for name in ("came", "went", "recoded") for ids in found[name] for i in ids}
    titles: dict[str, str] = {}
    for snapshot in snapshots:
        frame = snapshot.frame[snapshot.frame["id"].isin(moved)]
        titles.update(zip(frame["id"], frame["title"], strict=True))
    return titles
