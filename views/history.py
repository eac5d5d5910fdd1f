"""History: every version and what made it, each upload with its report, and the corpus as it was at any version."""

import pandas as pd
import streamlit as st

from views import widgets
from views.state import State

STATES = {
    "accepted": "part of the corpus",
    "proposed": "waits to be accepted",
    "undone": "taken out again",
    "declined": "declined",
    "reading": "being read",
}


def render(state: State) -> None:
    st.title("History")
    events = state.corpus.history()
    if not events:
        st.write("Nothing has happened yet. The first upload makes version 1.")
        widgets.link(state, "add-files", "Add citation files")
        return
    st.header("Versions")
    rows = [(e.version, e.at, e.who or "not named", e.what, e.import_id or "", e.note) for e in reversed(events)]
    names = ["Version", "When (UTC)", "Who", "What", "Import", "Note"]
    st.dataframe(pd.DataFrame(rows, columns=names).astype(str), hide_index=True)
    st.header("The corpus as it was")
    at = st.number_input(
        "Version", 0, state.version, value=state.version, key="as-of", bind="query-params", help="Today's rules apply."
    )
    then = state.corpus.snapshot(as_of=int(at))
    now = len(state.corpus.snapshot())
    st.text(
        f"At version {int(at)}: {len(then):,} records, {len(then.where()):,} of them counted. Now: {now:,} records."
    )
    st.header("Uploads")
    for done in reversed(state.corpus.imports()):
        totals = done.totals
        with st.container(border=True, key=f"history.import.{done.id}"):
            st.subheader(f"Import {done.id}: {STATES.get(done.state, done.state)}")
            st.text(f"{done.at}, {done.who or 'not named'}. Source: {done.source or 'not named'}.")
            st.text(", ".join(f"{totals[k]:,} {k}" for k in ("found", "new", "merged", "held", "rejected")))
            for file in done.files:
                st.text(f"{file.file}: {file.format or 'not recognised'}" + (f". {file.error}" if file.error else ""))
            _show_step(state, done.id, done.state)


def _show_step(state: State, import_id: int, now: str) -> None:
    if not state.can_curate:
        return
    steps = {"accepted": ("Undo", state.corpus.undo), "undone": ("Bring back", state.corpus.redo)}
    if now == "proposed":
        steps["proposed"] = ("Accept", state.corpus.accept)
    if now in steps:
        label, step = steps[now]
        if st.button(label, key=f"history.step.{import_id}"):
            step(import_id, "curator")
            st.rerun()
