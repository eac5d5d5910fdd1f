"""Screening: in or out of scope, one record at a time by keyboard, or all that a search finds; and the PRISMA boxes."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from corpus.errors import LacunaError, QueryError, UnknownIdError
from corpus.prisma import Flow, count_flow, write_prisma
from corpus.records import Record, Ruling
from corpus.screening import (
    count_reasons,
    count_scope,
    list_reasons,
    list_screening,
    preview_scope,
    rule_scope,
    standing_ruling,
    suggest_scope,
    take_back,
)
from corpus.store import Corpus
from views import address, widgets
from views.state import State

MODES = {"one": "One record at a time", "many": "All that a search finds"}
WHICH = {
    "doubtful": "Suggested out by a rule",
    "waiting": "Not suggested out, not screened",
    "unscreened": "All not screened",
    "out": "Ruled out",
    "in": "Ruled in",
}
VERDICTS = {"in": "In scope", "out": "Out of scope", "unscreened": "Not screened"}
OTHER = "other"
_WORK = "screening.work"
_DONE = "screening.done"  # decisions of this session that can be undone: (numbers, words, place)
_ERROR = "screening.error"
SAMPLE = 10


@dataclass
class _Work:
    """One list and how far a person has come with it."""

    which: str
    ids: list[str]
    at: int = 0
    put_off: int = 0
    done: list[str] = field(default_factory=list)


def render(state: State) -> None:
    st.title("Screening")
    if not len(state.corpus.snapshot()):
        st.write("There is nothing to screen yet: this corpus has no records.")
        widgets.link(state, "add-files", "Add citation files")
        return
    st.write(
        "Does a record belong to the field at all? A rule suggests, you decide. Maps count what is in scope, and by "
        "default what is not screened unless a rule suggests that it is out."
    )
    counts = count_scope(state.corpus)
    counted = counts["in"] + counts["waiting"]
    st.markdown(
        f"**{counted:,} of {sum(counts.values()):,} records are counted**: {counts['in']:,} in scope and "
        f"{counts['waiting']:,} not screened. Left out: {counts['out']:,} out of scope and "
        f"{counts['suggested_out']:,} not screened that a rule suggests are out."
    )
    with st.container(horizontal=True, key="screening.head", vertical_alignment="bottom"):
        mode = address.choose_one("How", MODES, "mode", "one")
        if state.can_curate:
            widgets.ask_curator()
        else:
            st.info("Only a curator can decide. You can look.")
    if mode == "many":
        _show_many(state)
    else:
        _show_one(state)
    _show_flow(state)


# One at a time


def _show_one(state: State) -> None:
    if error := st.session_state.pop(_ERROR, None):
        st.error(widgets.plain(error))
    which = address.choose_one("Which", WHICH, "which", "doubtful")
    work: _Work | None = st.session_state.get(_WORK)
    if work is None or work.which != which:
        work = st.session_state[_WORK] = _Work(which, list_screening(state.corpus, which))
    record = _next_record(state, work)
    if record is None:
        st.header("Nothing is left here", anchor=False)
        st.write(_end_words(work))
        if st.button("Look again", key="screening.again", shortcut="g"):
            st.session_state[_WORK] = _Work(which, list_screening(state.corpus, which))
            st.rerun()
        _show_undo(state, work)
        return
    left = len(work.ids) - work.at
    st.header(f"{left:,} {'record is' if left == 1 else 'records are'} left here", anchor=False)
    buttons_at, record_at = st.container(), st.container()
    with record_at:
        _show_record(state, record)
    own = st.text_input("Another reason why it is out, then Out of scope", key="screening.own.one", max_chars=200)
    with buttons_at:
        _show_buttons(state, work, record, own.strip())


def _end_words(work: _Work) -> str:
    done = len(work.done)
    said = f"{done:,} decided in this session. " if done else ""
    return said + (f"{work.put_off:,} were put off." if work.put_off else "No record of this kind waits.")


def _next_record(state: State, work: _Work) -> Record | None:
    """The record at the list's place; those that have gone meanwhile are passed over."""
    while work.at < len(work.ids):
        try:
            return state.corpus.record(work.ids[work.at])
        except UnknownIdError:
            del work.ids[work.at]
    return None


def _ask_reason(state: State) -> str:
    """Why a record is ruled out: one of the list, or a person's own words. "" if nothing is chosen yet."""
    reasons = {**list_reasons(state.framework), OTHER: "Another reason"}
    choice_at, own_at = st.columns(2)
    with choice_at:
        chosen = st.selectbox(
            "Reason, if it is out",
            list(reasons),
            index=None,
            format_func=reasons.__getitem__,
            key="screening.reason.many",
            placeholder="Needed to rule out",
        )
    if chosen != OTHER:
        return f"{chosen}: {reasons[chosen]}" if chosen else ""
    own = own_at.text_input("In your words", key="screening.own.many", max_chars=200)
    return own.strip()


def _show_buttons(state: State, work: _Work, record: Record, reason: str) -> None:
    locked = not state.can_curate
    with st.container(horizontal=True, key="screening.buttons"):
        if st.button("In scope", key="screening.in", shortcut="i", type="primary", disabled=locked):
            _decide(state, work, record, "in", "")
        unready = locked or not reason
        said = "For another reason, written below; those here have numbers"
        if st.button("Out of scope", key="screening.out", shortcut="o", type="primary", disabled=unready, help=said):
            _decide(state, work, record, "out", reason)
        if st.button("Skip", key="screening.skip", shortcut="s"):
            work.at += 1
            work.put_off += 1
            st.rerun()
        if st.button("Back", key="screening.back", shortcut="b", disabled=work.at == 0):
            work.at -= 1
            st.rerun()
        _show_undo(state, work)
    with st.container(horizontal=True, key="screening.numbers", vertical_alignment="center"):
        st.markdown("Out, because:")
        for number, (reason_id, label) in enumerate(list(list_reasons(state.framework).items())[:9], 1):
            if st.button(
                label, key=f"screening.out.{reason_id}", shortcut=str(number), disabled=locked, type="secondary"
            ):
                _decide(state, work, record, "out", f"{reason_id}: {label}")


def _decide(state: State, work: _Work, record: Record, value: str, reason: str) -> None:
    _keep(state, work, record, value, reason)
    st.rerun()


def _keep(state: State, work: _Work, record: Record, value: str, reason: str) -> None:
    try:
        kept = rule_scope(state.corpus, [record.id], value, reason, widgets.curator())
    except LacunaError as error:
        st.session_state[_ERROR] = str(error)
        return
    _remember(kept, f"{VERDICTS[value]}: {_short(record.title)}", work.at)
    work.done.append(record.id)
    work.at += 1


def _short(title: str | None) -> str:
    text = title or "Without a title"
    return text if len(text) <= 40 else text[:39].rstrip() + "…"


def _remember(kept: Sequence[Ruling], words: str, place: int) -> None:
    st.session_state.setdefault(_DONE, []).append(([r.number for r in kept], words, place))


def _show_undo(state: State, work: _Work | None) -> None:
    done: list[tuple[list[int], str, int]] = st.session_state.get(_DONE, [])
    if not done or not state.can_curate:
        return
    numbers, words, place = done[-1]
    if st.button(f"Undo “{widgets.plain(words)}”", key="screening.undo", shortcut="u"):
        try:
            take_back(state.corpus, numbers, widgets.curator())
        except LacunaError as error:
            widgets.show_error(error)
            return
        done.pop()
        if work is not None and len(numbers) == 1:
            work.at = min(place, len(work.ids))
            work.done = work.done[:-1]
        st.rerun()


def _show_record(state: State, record: Record) -> None:
    suggestion = suggest_scope(state.corpus, record)
    ruling = standing_ruling(state.corpus, record)
    says = "out of scope" if suggestion.out else "in scope"
    with st.container(border=True, key="screening.record"):
        st.subheader(widgets.plain(record.title or "Without a title"), anchor=False)
        st.markdown(f":small[{widgets.plain(widgets.cite(record))}]")
        st.markdown(f"**The rule suggests: {says}.** {widgets.plain(suggestion.why)}")
        if ruling is not None:
            why = f" Reason: {ruling.reason}." if ruling.reason else ""
            by = (
                f"{VERDICTS.get(ruling.value, ruling.value)}, by {ruling.who or 'someone not named'}, {ruling.at[:10]}."
            )
            st.markdown(widgets.plain(f"Ruled already: {by}{why}"))
        st.markdown(widgets.plain(record.abstract) if record.abstract else "No abstract came with this record.")
        if record.keywords:
            st.markdown(f"**Authors' keywords:** {widgets.plain('; '.join(record.keywords))}")
        widgets.link(state, "record", "Open the record", id=record.id)


# Many at once


def _show_many(state: State) -> None:
    st.header("Which records", anchor=False)
    _show_undo(state, None)
    query = st.text_input(
        "Search, as on the Search page",
        key="screening.query",
        type="search",
        placeholder="Words, a “phrase”, or nurs*; nothing finds everything",
    ).strip()
    value_at, again_at = st.columns(2, vertical_alignment="bottom")
    with value_at:
        value = st.radio(
            "Rule what it finds", list(VERDICTS), index=1, format_func=VERDICTS.__getitem__, horizontal=True,
            key="screening.value",
        )  # fmt: skip
    again = again_at.toggle("Also those that a person ruled otherwise", key="screening.also")
    only = again_at.toggle("Only those a rule suggests out", key="screening.only")
    reason = _ask_reason(state) if value == "out" else ""
    try:
        preview = preview_scope(state.corpus, value, query, again=again, only_suggested_out=only)
    except QueryError as error:
        st.error(widgets.plain(f"This search cannot be read. At character {error.position + 1}: {error}"))
        return
    n = len(preview.ids)
    st.header(f"Preview: {n:,} of {preview.n_found:,} found would change", anchor=False)
    now = ", ".join(f"{preview.before[name]:,} {VERDICTS[name].lower()}" for name in VERDICTS)
    st.write(f"Of the {preview.n_found:,} found: {now}; {preview.n_suggested_out:,} suggested out by a rule.")
    st.write(
        f"{preview.n_same:,} are ruled so already, and {preview.n_kept:,} that a person ruled otherwise keep their "
        "ruling. Nothing is kept before you decide."
    )
    if not n:
        return
    label = f"{VERDICTS[value]}: all {n:,}"
    ready = state.can_curate and (value != "out" or bool(reason))
    help_ = None if ready else "A reason is needed" if state.can_curate else "Only a curator can decide"
    if st.button(label, key="screening.apply", type="primary", disabled=not ready, help=help_):
        try:
            kept = rule_scope(state.corpus, preview.ids, value, reason, widgets.curator())
        except LacunaError as error:
            widgets.show_error(error)
            return
        _remember(kept, f"{VERDICTS[value]}: {len(kept):,} records", 0)
        st.session_state.pop(_WORK, None)
        st.rerun()
    widgets.record_list(state, state.corpus.records(preview.ids[:SAMPLE]), key="screening.sample", query=query)
    if n > SAMPLE:
        st.write(f"and {n - SAMPLE:,} more.")


# The PRISMA boxes


def _show_flow(state: State) -> None:
    flow, reasons = _count_flow(state.key, state.corpus)
    st.header("For the PRISMA flow diagram", anchor=False)
    rows = (
        ("Records identified", flow.identified, "items in the files"),
        ("Duplicate records", flow.duplicates, "items that joined the record of another"),
        ("Could not be read", flow.unreadable, ""),
        ("Marked as ineligible by automation tools", flow.suggested_out, "suggested out, no person has looked"),
        ("Records screened", flow.screened, "a person ruled them in or out"),
        ("Records excluded", flow.excluded, "ruled out"),
        ("Reports sought for retrieval", flow.included, "ruled in"),
        ("Still to be screened", flow.waiting, "until then the boxes do not add up" if flow.waiting else ""),
    )
    lines = [
        "| Box | Records | What is counted |",
        "|---|---:|---|",
        *(f"| {name} | {n:,} | {what} |" for name, n, what in rows),
    ]
    st.markdown("\n".join(lines))
    if reasons:
        said = "; ".join(f"{why} ({n:,})" for why, n in reasons.items())
        st.markdown(widgets.plain(f"Why records were excluded: {said}."))
    st.download_button(
        "Download for the PRISMA flow-diagram tool (.csv)",
        lambda: _write_flow(state),
        "prisma.csv",
        "text/csv",
        key="screening.prisma",
        on_click="ignore",
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _count_flow(key: tuple[str, int, str], _corpus: Corpus) -> tuple[Flow, dict[str, int]]:
    return count_flow(_corpus), count_reasons(_corpus)


def _write_flow(state: State) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prisma.csv"
        write_prisma(count_flow(state.corpus), path)
        return path.read_bytes()
