"""What opened and what closed on the map since an earlier version, marked on the cells and listed beside."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analysis.gap_changes import compare_maps, write_change
from analysis.sentences import records_words
from views import widgets
from views.map_looks import Look, judge_then
from views.state import Judged, State, Where

MOVES = {"opened": "opened", "strengthened": "stronger", "closed": "closed", "weakened": "weaker"}
HEADS = {
    "relative": {
        "opened": "Gaps that opened",
        "strengthened": "Gaps that became stronger",
        "closed": "Gaps that closed",
        "weakened": "Gaps that became weaker",
    },
    "absolute": {
        "opened": "Cells that became empty or nearly so",
        "strengthened": "Cells that lost their last record",
        "closed": "Cells that now have more than a few records",
        "weakened": "Empty cells with their first records",
    },
}
LISTED = 12


@dataclass(frozen=True)
class Comparison:
    """``before``: the counts of the earlier version, in the lines of this map. ``moved``: marks, by (row, column)."""

    since: int
    before: pd.DataFrame
    n_records: int
    found: pd.DataFrame
    moved: dict[tuple[str, str], str]


def compare(state: State, judged: Judged, look: Look, where: Where, since: int) -> Comparison:
    """This map against an earlier version of the collection, under today's rules and framework."""
    then = judge_then(state, look, where, since, judged.coverage)
    found = compare_maps([then.coverage], [judged.coverage])
    relative = found[found["measure"] == "relative"]
    cells = zip(relative["row_tag"], relative["column_tag"], strict=True)
    moved = dict(zip(cells, relative["change"].map(MOVES), strict=True))
    return Comparison(since, then.coverage.observed, then.coverage.n_records, found, moved)


def show(state: State, judged: Judged, compared: Comparison, where: Where) -> None:
    """The changes in words. The map shows the same as marks."""
    st.header(f"What changed since version {compared.since}", anchor=False)
    n = judged.coverage.n_records
    st.write(
        f"{records_words(compared.n_records)} counted at version {compared.since}, {n:,} now, under today's rules and "
        "framework. A gap can open although nothing was lost: with more records, more is expected everywhere."
    )
    if compared.found.empty:
        st.write("No gap on this map opened, closed, or became stronger or weaker.")
        return
    about = state.about(where)
    for measure, heads in HEADS.items():
        for change, head in heads.items():
            rows = compared.found[(compared.found["measure"] == measure) & (compared.found["change"] == change)]
            if rows.empty:
                continue
            lines = [f"- {widgets.plain(write_change(row, about))}" for row in rows.head(LISTED).to_dict("records")]
            with st.expander(f"{head}: {len(rows):,}", expanded=measure == "relative"):
                st.markdown("\n".join(lines))
                if len(rows) > LISTED:
                    st.write(f"The other {len(rows) - LISTED:,} are marked on the map.")
