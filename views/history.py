"""History: what people decided, each upload with its report, every version, and the corpus as it was at any of them."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from corpus.errors import LacunaError
from corpus.history import KINDS, Decision, describe_rulings, list_decisions, look_back
from corpus.records import Ruling
from corpus.store import Import
from views import address, gap_changes, widgets
from views.state import State

STATES = {
    "accepted": "part of the corpus",
    "proposed": "waits to be accepted",
    "undone": "taken out again",
    "declined": "declined",
    "reading": "being read",
}
WHAT = {
    "accept": "Accepted import {n}",
    "undo": "Took out import {n}",
    "redo": "Brought back import {n}",
    "ruling": "Decided",
    "rebuild": "Derived everything anew",
    "framework": "Changed the framework",
    "erase": "Erased an entry",
    "learner": "Changed what the learner adds",
}
LABELS = {"duplicates": "Same or two works", "codes": "Codes", "scope": "Scope", "cells": "Cells"}
PAGE = 10
LISTED = 200


def render(state: State) -> None:
    st.title("History")
    events = state.corpus.history()
    imports = state.corpus.imports()
    if not events and not imports:
        st.write("Nothing has happened yet. The first upload makes version 1.")
        widgets.link(state, "add-files", "Add citation files")
        return
    st.write(
        f"The corpus is at version {state.version}. Every upload and decision raises it by one. All can be taken back, "
        "and what is taken back can be brought back: nothing is lost."
    )
    if state.can_curate:
        widgets.ask_curator()
    _show_imports(state, imports)
    _show_decisions(state)
    _show_versions(state)
    gap_changes.show_between(state)
    _show_then(state)


# Uploads


def _show_imports(state: State, imports: Sequence[Import]) -> None:
    st.header("Uploads", anchor=False)
    if not imports:
        st.write("Nothing was uploaded yet.")
    for done in _page(list(reversed(imports)), "imports"):
        with st.container(border=True, gap="xsmall", key=f"history.import.{done.id}"):
            st.subheader(f"Import {done.id}: {STATES.get(done.state, done.state)}", anchor=False)
            st.markdown(widgets.plain(_about(done)))
            totals = ", ".join(f"{done.totals[k]:,} {k}" for k in ("found", "new", "merged", "held", "rejected"))
            st.markdown(f"{totals}.")
            for file in done.files:
                read = file.error or f"read as {file.format or 'nothing we know'}"
                st.markdown(widgets.plain(f"{file.file}: {read}"))
            if state.can_curate:
                _show_steps(state, done)


def _about(done: Import) -> str:
    parts = [f"Uploaded by {done.who or 'someone not named'}, {_when(done.at)}"]
    source = f"Source: {done.source or 'not named'}" + (f", searched {done.search_date}" if done.search_date else "")
    declined = [f"Declined by {done.declined_by or 'someone not named'}, {_when(done.declined_at)}"]
    return ". ".join([*parts, source, *declined * (done.state == "declined")]) + "."


def _show_steps(state: State, done: Import) -> None:
    steps: dict[str, list[tuple[str, Callable[[int, str], object]]]] = {
        "proposed": [("Accept", state.corpus.accept), ("Decline", state.corpus.decline)],
        "accepted": [("Take out again", state.corpus.undo)],
        "undone": [("Bring back", state.corpus.redo)],
    }
    with st.container(horizontal=True, key=f"history.steps.{done.id}"):
        for label, step in steps.get(done.state, ()):
            if st.button(label, key=f"history.{label}.{done.id}", help=f"{label}: import {done.id}"):
                try:
                    step(done.id, widgets.curator())
                except LacunaError as error:
                    widgets.show_error(error)
                    return
                st.rerun()


# Decisions


def _show_decisions(state: State) -> None:
    st.header("Decisions", anchor=False)
    kind = address.choose_one("Which", {"all": "All decisions", **LABELS}, "decisions", "all")
    decisions = list_decisions(state.corpus, KINDS.get(kind, ()))
    back = sum(decision.taken_back is not None for decision in decisions)
    if not decisions:
        st.write("Nobody has decided anything of this kind yet.")
        widgets.link(state, "review", "Review doubtful pairs")
        return
    n = f"{len(decisions):,} decision{'' if len(decisions) == 1 else 's'}"
    st.write(f"{n}, {back:,} of them taken back. The newest first.")
    some = _page(decisions, "decisions")
    for decision, words in zip(some, describe_rulings(state.corpus, [d.ruling for d in some]), strict=True):
        _show_decision(state, decision, words)


def _show_decision(state: State, decision: Decision, words: str) -> None:
    ruling, back = decision.ruling, decision.taken_back
    by = f"{ruling.who or 'Someone not named'}, {_when(ruling.at)}, version {ruling.version}"
    why = f". Reason: {ruling.reason}" if ruling.reason else ""
    undone = f". Taken back by {back.who or 'someone not named'}, {_when(back.at)}" if back else ""
    with st.container(border=True, key=f"history.ruling.{ruling.number}"):
        text, button = st.columns([6, 2], vertical_alignment="center")
        said = f"~~{widgets.plain(words)}~~" if back else f"**{widgets.plain(words)}**"
        text.markdown(f"{said}  \n{widgets.plain(f'{by}{why}{undone}.')}")
        if not state.can_curate:
            return
        number, label = (back.number, "Decide so again") if back else (ruling.number, "Take back")
        if button.button(label, key=f"history.ruling.{label}.{number}", help=f"{label}: decision {ruling.number}"):
            try:
                state.corpus.rule(Ruling("withdrawn", (), str(number)), who=widgets.curator())
            except LacunaError as error:
                widgets.show_error(error)
                return
            st.rerun()


# Versions


def _show_versions(state: State) -> None:
    st.header("Versions", anchor=False)
    events = list(reversed(state.corpus.history()))
    if not events:
        st.write("Nothing was accepted yet: the corpus is empty.")
        return
    rows = [
        (e.version, _when(e.at), e.who or "not named", WHAT.get(e.what, e.what).format(n=e.import_id), e.note)
        for e in events
    ]
    names = ["Version", "When (UTC)", "Who", "What", "Note"]
    st.dataframe(
        pd.DataFrame(rows, columns=names).astype(str), hide_index=True, height="auto" if len(rows) < 10 else 360
    )


def _show_then(state: State) -> None:
    st.header("The corpus as it was", anchor=False)
    version = st.number_input(
        "At version", 0, max(state.version, 0), value=state.version, key="as-of", bind="query-params", width=200
    )
    then = look_back(state.corpus, int(version))
    counted = len(then.snapshot.where())
    st.markdown(
        f"**{len(then.snapshot):,} records**, {counted:,} of them counted on maps. {_since(then.new, then.gone)}"
    )
    st.write(
        widgets.plain(f"How it was put together: {then.snapshot.statement}.") + " Today's rules and framework apply."
    )
    for label, some in (("Came since", then.new), ("Gone since, or joined with another", then.gone)):
        if some:
            more = f", the first {LISTED} shown" if len(some) > LISTED else ""
            with st.expander(f"{label}: {len(some):,} records{more}"):
                frame = pd.DataFrame([(title, i) for i, title in some[:LISTED]], columns=["Title", "Record"])
                st.dataframe(frame, hide_index=True)


def _since(new: Sequence[object], gone: Sequence[object]) -> str:
    if not new and not gone:
        return "The same records as now."
    return f"Since then {len(new):,} came and {len(gone):,} went."


def _page(items: list, name: str) -> list:  # type: ignore[type-arg]
    """The items of one page, the first unless another is chosen."""
    n_pages = -(-len(items) // PAGE)
    if n_pages < 2:
        return items
    page = st.pagination(n_pages, key=f"history.{name}.page")
    page = min(page, n_pages)
    return items[(page - 1) * PAGE : page * PAGE]


def _when(at: str) -> str:
    """A moment as the store writes it, for people: date and minute."""
    return at[:16].replace("T", " ")
