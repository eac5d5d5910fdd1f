"""What became of the gaps, on screen: between two versions, or with an upload that waits."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analysis import gaps
from analysis.gap_changes import CHANGES, count_changes, find_changes, write_change
from corpus.snapshot import Snapshot
from views import widgets
from views.state import State

SHOWN = 5
Compared = tuple[pd.DataFrame, dict[str, str]]
LABELS = {"opened": "Gaps opened", "strengthened": "Strengthened", "closed": "Gaps closed", "weakened": "Weakened"}
HINTS = {
    "relative": "Fewer records than expected: suggestive or strong.",
    "absolute": "No or few records: empty, or one or two.",
}


def show_between(state: State) -> None:
    """Choose two versions, and see what became of the gaps between them."""
    st.header("What changed between two versions", anchor=False)
    if state.version < 1:
        st.write("There is only one version yet.")
        return
    left, right = st.columns(2)
    first = left.number_input(
        "From version", 0, state.version, value=max(state.version - 1, 0), key="changes-from", bind="query-params"
    )
    last = right.number_input(
        "To version", 0, state.version, value=state.version, key="changes-to", bind="query-params"
    )
    if first == last:
        st.write("Choose two different versions.")
        return
    _show(state, _between(state.key, int(first), int(last), state))


def show_import(state: State, import_id: int) -> None:
    """What accepting a proposed upload would do to the gaps."""
    _show(state, _with_import(state.key, import_id, state))


@st.cache_data(max_entries=4, show_spinner="Comparing the two versions…")
def _between(key: tuple[str, int, str], first: int, last: int, _state: State) -> Compared:
    corpus = _state.corpus
    return _compare(corpus.snapshot(as_of=first), corpus.snapshot(as_of=last))


@st.cache_data(max_entries=4, show_spinner="Looking at the gaps…")
def _with_import(key: tuple[str, int, str], import_id: int, _state: State) -> Compared:
    return _compare(_state.corpus.snapshot(), _state.corpus.snapshot(including=(import_id,)))


def _compare(before: Snapshot, after: Snapshot) -> Compared:
    """The changes, and the titles of the records that did them: some are in one snapshot alone."""
    found = find_changes(before, after)
    moved = {i for name in ("came", "went", "recoded") for ids in found[name] for i in ids}
    titles: dict[str, str] = {}
    for snapshot in (before, after):
        frame = snapshot.frame[snapshot.frame["id"].isin(moved)]
        titles.update(zip(frame["id"], frame["title"], strict=True))
    return found, titles


def _show(state: State, compared: Compared) -> None:
    found, titles = compared
    if found.empty:
        st.write("No gap opened, closed, became stronger or weaker.")
        return
    about = state.about()
    for measure, hint in HINTS.items():
        here = found[found["measure"] == measure]
        counts = count_changes(here)
        if here.empty:
            continue
        said = ", ".join(f"{LABELS[name].lower()} {n:,}" for name, n in counts.items() if n)
        st.markdown(f"**{hint}** {said[:1].upper()}{said[1:]}.")
        with st.expander(f"The {len(here):,} cells"):
            for change in CHANGES:
                some = gaps.to_dicts(here[here["change"] == change])
                if not some:
                    continue
                more = f", the first {SHOWN} with their records" if len(some) > SHOWN else ""
                st.markdown(f"**{LABELS[change]}: {len(some):,}**{more}")
                for row in some[:SHOWN]:
                    st.markdown(f"- {widgets.plain(write_change(row, about))}")
                    _show_records(row, titles)
                if len(some) > SHOWN:
                    st.markdown("\n".join(f"- {widgets.plain(write_change(row, about))}" for row in some[SHOWN:]))


def _show_records(row: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    """The first records that did it, by title."""
    ids = [*row["came"], *row["went"], *row["recoded"]][:3]
    if ids:
        st.markdown("\n".join(f"    - {widgets.plain(titles.get(i)) or 'Without a title'}" for i in ids))
