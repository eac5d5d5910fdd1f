"""What became of the gaps, on screen: between two versions, or with an upload that waits."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analysis import gaps
from analysis.gap_changes import CHANGES, count_changes, find_changes, write_change
from analysis.sentences import About
from corpus.rules import Progress
from views import long_work, widgets
from views.preview import Preview, find_titles
from views.state import State

SHOWN = 5
Compared = tuple[pd.DataFrame, Mapping[str, str]]
COMPARISON = long_work.Work("changes", "The comparison", "Comparing the two versions.", "Compare them", holds=4)
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
    one, other = int(first), int(last)
    compared = long_work.find(
        COMPARISON, (state.key, one, other), lambda progress: _compare(state, one, other, progress)
    )
    if compared is not None:
        _show(state, compared)


def show_preview(state: State, preview: Preview) -> None:
    """What accepting a proposed upload would do to the gaps."""
    _show(state, (preview.gaps, preview.titles))


def _compare(state: State, first: int, last: int, progress: Progress) -> Compared:
    progress("taking the two versions", 0, 2)
    before = state.corpus.snapshot(as_of=first)
    progress("taking the two versions", 1, 2)
    after = state.corpus.snapshot(as_of=last)
    found = find_changes(before, after, progress=progress)
    return found, find_titles(found, before, after)


def _show(state: State, compared: Compared) -> None:
    found, titles = compared
    if found.empty:
        st.write("No gap opened, closed, became stronger or weaker.")
        return
    for measure, hint in HINTS.items():
        here = found[found["measure"] == measure]
        if here.empty:
            continue
        counts = count_changes(here)
        said = ", ".join(f"{LABELS[name].lower()} {n:,}" for name, n in counts.items() if n)
        st.markdown(f"**{hint}** {said[:1].upper()}{said[1:]}.")
        with widgets.more("The cell" if len(here) == 1 else f"The {len(here):,} cells", f"changes.{measure}") as place:
            if place.open:
                st.markdown(_list_cells(here, state.about(), titles))


def _list_cells(here: pd.DataFrame, about: About, titles: Mapping[str, str]) -> str:
    """Every cell of a measure in words, by what became of it; the first of each with their records."""
    lines: list[str] = []
    for change in CHANGES:
        some = gaps.to_dicts(here[here["change"] == change])
        if not some:
            continue
        more = f", the first {SHOWN} with their records" if len(some) > SHOWN else ""
        lines += ["", f"**{LABELS[change]}: {len(some):,}**{more}", ""]
        for n, row in enumerate(some):
            lines.append(f"- {widgets.plain(write_change(row, about))}")
            if n < SHOWN:
                lines += _list_records(row, titles)
    return "\n".join(lines)


def _list_records(row: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """The first records that did it, by title."""
    ids = [*row["came"], *row["went"], *row["recoded"]][:3]
    return [f"    - {widgets.plain(titles.get(i)) or 'Without a title'}" for i in ids]
