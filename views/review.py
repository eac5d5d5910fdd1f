"""Review: doubtful pairs side by side, the surest first; one key says same, distinct or later, one takes it back."""

from difflib import SequenceMatcher

import streamlit as st

from corpus.records import Link, Record, Ruling
from views import widgets
from views.state import State

FIELDS = (
    ("title", "Title"),
    ("authors", "Authors"),
    ("year", "Year"),
    ("venue", "Journal or book"),
    ("volume", "Volume"),
    ("issue", "Issue"),
    ("pages", "Pages"),
    ("doi", "DOI"),
    ("pmid", "PubMed"),
    ("type", "Kind"),
    ("language", "Language"),
    ("abstract", "Abstract"),
)
_LAST = "review.last"  # number of the ruling just made, for Undo
_LATER = "review.later"  # pairs put off in this session


def render(state: State) -> None:
    st.title("Review")
    st.write(
        "Two entries that may be one work, and the reason for the doubt. Until you decide they are counted as two "
        "records. A decision is kept for good, is never asked again, and can be undone."
    )
    if not state.can_curate:
        st.info("Only a curator can decide. You can look.")
    imports = {i.id: f"Import {i.id}: {i.files[0].file if i.files else ''}" for i in state.corpus.imports()}
    only = st.selectbox(
        "From", [0, *imports], format_func=lambda i: imports.get(i, "All imports"), key="import", bind="query-params"
    )
    later: list[tuple[str, str]] = st.session_state.setdefault(_LATER, [])
    waiting = state.corpus.held(only or None)
    now = [link for link in waiting if (link.a, link.b) not in later]
    st.text(f"{len(waiting):,} pairs wait" + (f", {len(waiting) - len(now):,} of them put off" if later else ""))
    _show_undo(state)
    if not now:
        st.success("Nothing is left to decide." if not waiting else "Nothing is left but what you put off.")
        if waiting and st.button("Look at those again", key="review.again"):
            later.clear()
            st.rerun()
        return
    _show_pair(state, now[0])


def _show_pair(state: State, link: Link) -> None:
    same, distinct, skip = st.columns(3)
    if same.button("Same work", key="review.same", shortcut="s", disabled=not state.can_curate, width="stretch"):
        _rule(state, "same", link)
    if distinct.button(
        "Two works", key="review.distinct", shortcut="d", disabled=not state.can_curate, width="stretch"
    ):
        _rule(state, "distinct", link)
    if skip.button("Decide later", key="review.later_button", shortcut="l", width="stretch"):
        st.session_state[_LATER].append((link.a, link.b))
        st.rerun()
    st.write(f"**Why it is in doubt:** {widgets.plain(link.why)} ({link.score:.0%} sure that they are one work.)")
    left, right = state.corpus.record(link.a), state.corpus.record(link.b)
    rows = ["| | First | Second |", "|---|---|---|"]
    for name, label in FIELDS:
        one, other = _text(left, name), _text(right, name)
        if one or other:
            a, b = _mark(one, other)
            rows.append(f"| {label}{'' if one == other else ' ≠'} | {a} | {b} |")
    rows.append(f"| From | {_origins(state, left)} | {_origins(state, right)} |")
    st.markdown("\n".join(rows))
    st.write("≠ marks what differs; the differing words are in bold.")
    widgets.link(state, "record", "Open the first", id=left.id)
    widgets.link(state, "record", "Open the second", id=right.id)


def _text(record: Record, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    text = "" if value is None else str(value)
    return text if len(text) < 600 else text[:600] + "…"


def _mark(one: str, other: str) -> tuple[str, str]:
    """Both texts as markdown, words that differ in bold."""
    if one == other:
        return widgets.plain(one), widgets.plain(other)
    a, b = one.split(), other.split()
    out_a, out_b = [], []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for words, out in ((a[i:j], out_a), (b[k:m], out_b)):
            if words:
                text = widgets.plain(" ".join(words))
                out.append(text if kind == "equal" else f"**{text}**")
    return " ".join(out_a), " ".join(out_b)


def _origins(state: State, record: Record) -> str:
    return widgets.plain("; ".join(f"{o.file} line {o.line}" for o in state.corpus.origins(record)))


def _rule(state: State, kind: str, link: Link) -> None:
    (ruling,) = state.corpus.rule(Ruling(kind, (link.a, link.b)), who="curator")  # type: ignore[arg-type]
    st.session_state[_LAST] = (ruling.number, kind)
    st.rerun()


def _show_undo(state: State) -> None:
    last = st.session_state.get(_LAST)
    if last and state.can_curate:
        number, kind = last
        words = "one work" if kind == "same" else "two works"
        if st.button(f"Undo the last decision ({words})", key="review.undo", shortcut="u"):
            state.corpus.rule(Ruling("withdrawn", (), str(number)), who="curator")
            st.session_state[_LAST] = None
            st.rerun()
