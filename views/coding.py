"""Coding: one record at a time with its words marked, every decision a key; or many at once, by what earned a tag."""

from functools import partial
from typing import Any

import streamlit as st

from corpus.errors import UnknownIdError
from corpus.records import Record
from ingest.tagging.tagger import Tagger
from views import address, coding_acts, coding_bulk, coding_data, widgets
from views.coding_list import Choices, Work, counted_words, make_work
from views.map_component import asset
from views.state import State

MODES = {"one": "One record at a time", "many": "Many at once, by rule"}
SCOPES = {
    "counted": "Records counted on maps",
    "in": "Only ruled in scope",
    "unscreened": "Not screened yet",
    "all": "All but those ruled out",
}
WORDS = {
    "place": "Record {i} of {n}",
    "end_place": "End of the list",
    "done": "{n} checked",
    "previous": "Previous",
    "next": "Next",
    "skip": "Skip",
    "undo": "Undo “{what}”",
    "undone": "Taken back",
    "skipped": "Put aside until the list is made again",
    "loading": "Opening the record…",
    "end": "This is the end of the list. Make it again below, or choose something else to look at above.",
    "text": "The record",
    "codes": "Codes",
    "tags": "Tags",
    "add": "Add a code",
    "add_label": "Add a code: type part of its name",
    "no_tag": "No tag has these words",
    "no_code": "No code",
    "no_abstract": "No abstract came with this record: only its title and keywords can be read here.",
    "why": "Why it is asked",
    "confirm": "Confirm",
    "it_applies": "It applies",
    "reject": "Reject",
    "confirmed": "Confirmed",
    "rejected": "Rejected",
    "added": "Added",
    "all_checked": "All its codes are checked",
    "full": "coded in full",
    "full_button": "Facet coded in full",
    "under": "coded under framework version {n}",
    "state_given": "not checked yet",
    "state_confirmed": "confirmed",
    "state_added": "given by a person",
    "state_rejected": "rejected",
    "state_open": "does it apply?",
    "sign_given": "·",
    "sign_confirmed": "✓",
    "sign_added": "✓",
    "sign_rejected": "✕",
    "sign_open": "?",
    "keys_on": "Turn these keys off",
    "keys_off": "Turn these keys on",
}
KEY = "coding.record"
_WORK = "coding.work"
AHEAD, BEHIND = 2, 1  # records sent besides the one on screen, so that the next is there at once

_CODING = st.components.v2.component(
    "lacuna_coding", html='<div class="coding"></div>', css=asset("coding.css"), js=asset("coding.js")
)


def render(state: State) -> None:
    st.title("Coding")
    if not len(state.corpus.snapshot()):
        st.write("There is nothing to code yet: this corpus has no records.")
        widgets.link(state, "add-files", "Add citation files")
        return
    st.write(
        "Rules suggest codes, you decide. A decision outranks every rule, survives new rules and files, "
        "and can be undone."
    )
    with st.container(horizontal=True, key="coding.head", vertical_alignment="bottom"):
        mode = address.choose_one("How", MODES, "mode", "one")
        if state.can_curate:
            widgets.ask_curator()
        else:
            st.info("Only a curator can decide. You can look.")
    if mode == "many":
        coding_bulk.show(state)
    else:
        _show_one(state)


def _show_one(state: State) -> None:
    with st.expander("What to look at", key="coding.choices"):
        choices = _choose(state)
    work = _work_for(state, choices)
    _show_list(state, work)
    if not work.ids:
        return
    _CODING(data=_to_data(state, work), key=KEY, on_acts_change=partial(_take, state))


def _choose(state: State) -> Choices:
    """What a person wants to look at, kept in the address."""
    facets = {"": "Every facet", **{facet.id: facet.label for facet in state.framework.facets}}
    why_at, facet_at, tag_at, scope_at = st.columns(4)
    with why_at:
        reasons = {"": "Most useful first", **coding_data.REASON_LABELS}
        reason = address.choose_one("Why", reasons, "why", "")
    with facet_at:
        facet = address.choose_one("Facet", facets, "facet", "")
    tag = ""
    with tag_at:
        tags = {"": "Every tag"}
        if facet:
            tags |= {t.id: t.label for t in state.framework.facet(facet).tags}
        tag = address.choose_one("Tag", tags, "tag", "", disabled=not facet)
    with scope_at:
        scope = address.choose_one("Of", SCOPES, "of", "counted")
    return Choices(reason, facet, tag if facet else "", scope, st.query_params.get("id", ""))


def _work_for(state: State, choices: Choices) -> Work:
    """The list being worked on; another one as soon as something else is asked for."""
    work: Work | None = st.session_state.get(_WORK)
    if work is None or work.choices != choices:
        work = _make(state, choices, work)
    return work


def _make(state: State, choices: Choices, before: Work | None) -> Work:
    number, acked = (before.number + 1, before.acked) if before else (1, 0)
    work = make_work(state, choices, number, acked)
    if before:
        work.undo = list(before.undo)
    st.session_state[_WORK] = work
    return work


def _show_list(state: State, work: Work) -> None:
    """How many records wait, why, and a button that makes the list again."""
    of = counted_words(state, work.choices.scope)
    if not work.ids:
        st.write(f"Nothing of this kind waits to be checked among {of}.")
        st.button("Look at everything", on_click=_look_at_everything, key="coding.everything")
        return
    shown = f", the {len(work.ids):,} most useful of them in this list" if work.n_all > len(work.ids) else ""
    with st.container(horizontal=True, vertical_alignment="center", key="coding.list"):
        st.write(f"**{work.n_all:,} records** wait to be checked among {of}{shown}.")
        with st.popover("Why they wait"):
            lines = [f"- {coding_data.REASON_LABELS[reason]}: {n:,} records" for reason, n in work.counts.items()]
            st.markdown("\n".join(lines))
        if st.button("Make the list again", key="coding.again", help="With what was decided since"):
            _make(state, work.choices, work)
            st.rerun()


def _look_at_everything() -> None:
    for key, value in (("why", ""), ("facet", ""), ("tag", ""), ("of", "all")):
        st.session_state[key] = value


def _take(state: State) -> None:
    """Called when the component sends what was done."""
    work: Work | None = st.session_state.get(_WORK)
    sent: Any = st.session_state.get(KEY) or {}
    acts = sent.get("acts")
    if work is not None and acts:
        coding_acts.take(state.corpus, work, acts, widgets.curator(), state.can_curate)


def _to_data(state: State, work: Work) -> dict[str, Any]:
    """What the component draws: the list by id, the record on screen and its neighbours, and how facets are marked."""
    near = work.ids[max(0, work.at - BEHIND) : work.at + AHEAD + 1]
    records = []
    for record_id in near:
        try:
            records.append(to_record(state, state.corpus.record(record_id), work.items.get(record_id, [])))
        except UnknownIdError:
            continue  # taken out by somebody else meanwhile; the component says that it is being opened
    return {
        "list": work.number,
        "order": work.ids,
        "at": work.at,
        "acked": work.acked,
        "records": records,
        "facets": list(coding_data.facet_marks(state.framework).values()),
        "tags": coding_data.list_tags(state.framework),
        "undo": work.undo[-1].words if work.undo else "",
        "done": work.n_checked,
        "error": work.error,
        "can_curate": state.can_curate,
        "words": WORDS,
    }


def to_record(state: State, record: Record, items: list[dict[str, Any]]) -> dict[str, Any]:
    """One record as the component draws it."""
    assignments = state.corpus.assignments(record)
    tagger = state.corpus.tagger
    passages = tagger.find_passages(record) if isinstance(tagger, Tagger) else ()
    rulings = state.corpus.tag_rulings(record)
    cite = widgets.cite(record)
    return coding_data.to_record(state.framework, record, assignments, rulings, passages, items, cite)
