"""Many codes at once: all records in which the same words earned a tag, looked at together and ruled in one step."""

from collections.abc import Sequence

import streamlit as st

from corpus.errors import LacunaError
from corpus.evidence import Earned, count_words, find_earned, load_ruled
from corpus.records import Ruling
from corpus.screening import take_back
from views import address, widgets
from views.state import State

SAMPLE = 12
_DONE = "coding.bulk"  # the rulings made here last: (numbers, words)


def show(state: State) -> None:
    """Choose words, look at where they stand, then confirm or reject the tag in all of these records."""
    st.header("Which codes", anchor=False)
    _show_undo(state)
    facet_at, tag_at = st.columns(2)
    with facet_at:
        facets = {facet.id: facet.label for facet in state.framework.facets}
        facet_id = address.choose_one("Facet", facets, "facet", next(iter(facets)))
    facet = state.framework.facet(facet_id)
    with tag_at:
        tag = address.choose_one("Tag", {t.id: t.label for t in facet.tags}, "tag", facet.tags[0].id)
    label = facet.label_of(tag)
    waiting, n_ruled = _find_waiting(state, facet_id, tag)
    if not waiting:
        st.write(
            widgets.plain(f"No rule gave “{label}” to a record that nobody has ruled on.")
            + (f" People have ruled on {n_ruled:,}." if n_ruled else "")
        )
        return
    counts = count_words(waiting)
    options = {f"{field}:{words}": f"“{words}” in the {_name(field)} ({n:,})" for (field, words), n in counts.items()}
    chosen = st.multiselect(
        "Words that earned it, with the records that nobody has ruled on",
        list(options),
        key="coding.words",
        format_func=lambda i: options.get(i, i),
        placeholder="Choose one or more",
    )
    if not chosen:
        n = len({item.record for item in waiting})
        st.write(f"{n:,} records have this tag by rule alone; people have ruled on {n_ruled:,} others.")
        return
    some = [item for item in waiting if f"{item.field}:{item.words}" in chosen]
    _show_preview(state, facet_id, tag, some, "; ".join(options[i].rsplit(" (", 1)[0] for i in chosen if i in options))


def _find_waiting(state: State, facet: str, tag: str) -> tuple[list[Earned], int]:
    """Where rules found the tag in records that nobody ruled on, and how many others somebody did rule on."""
    earned = find_earned(state.corpus, facet, tag)
    snapshot = state.corpus.snapshot()
    ruled, _ = load_ruled(state.corpus, snapshot)
    rows = ruled.tocsc().getcol(snapshot.column_of[facet, tag]).indices
    decided = set(snapshot.ids[rows])
    return [e for e in earned if e.record not in decided], len({e.record for e in earned} & decided)


def _show_preview(state: State, facet_id: str, tag: str, some: Sequence[Earned], words: str) -> None:
    ids = list(dict.fromkeys(item.record for item in some))
    label = state.framework.facet(facet_id).label_of(tag)
    n = f"{len(ids):,} records" if len(ids) != 1 else "1 record"
    st.header(f"Preview: {n}", anchor=False)
    st.write(widgets.plain(f"“{label}” was earned by {words}. Nothing is kept before you decide."))
    if state.can_curate:
        with st.container(horizontal=True, key="coding.bulk.buttons"):
            for verdict, does in (("confirmed", "Confirm"), ("rejected", "Reject")):
                if st.button(f"{does} “{widgets.plain(label)}” in {n}", key=f"coding.bulk.{verdict}"):
                    _rule(state, facet_id, tag, verdict, ids, words)
    else:
        st.info("Only a curator can decide. You can look.")
    first = list({item.record: item for item in some}.values())[:SAMPLE]
    titles = {record.id: record.title for record in state.corpus.records(item.record for item in first)}
    for item in first:
        with widgets.cards(f"coding.sample.{item.record}"):
            widgets.link(state, "record", widgets.plain(titles.get(item.record)) or "Without a title", id=item.record)
            before, after = widgets.plain(item.before), widgets.plain(item.after)
            passage = f":blue-background[**{widgets.plain(item.passage)}**]"
            st.markdown(f":small[In the {_name(item.field)}:] … {before} {passage} {after} …")
    if len(ids) > len(first):
        st.write(f"and {len(ids) - len(first):,} more like these.")


def _rule(state: State, facet: str, tag: str, verdict: str, ids: Sequence[str], words: str) -> None:
    rulings = [
        Ruling("tag", record.entries, verdict, facet, tag, f"together, as earned by {words}")
        for record in state.corpus.records(ids)
    ]
    try:
        kept = state.corpus.rule(*rulings, who=widgets.curator())
    except LacunaError as error:
        widgets.show_error(error)
        return
    label = state.framework.facet(facet).label_of(tag)
    said = f"{'Confirmed' if verdict == 'confirmed' else 'Rejected'}: {label}, {len(kept):,} records"
    st.session_state[_DONE] = ([ruling.number for ruling in kept], said)
    st.rerun()


def _show_undo(state: State) -> None:
    """What was done here last, with a button that takes all of it back."""
    done: tuple[list[int], str] | None = st.session_state.get(_DONE)
    if done is None or not state.can_curate:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="coding.bulk.done"):
        st.success(widgets.plain(f"{done[1]}. It is one decision: one version of the corpus, taken back in one step."))
        if st.button("Undo all of it", key="coding.bulk.undo", shortcut="u"):
            try:
                take_back(state.corpus, done[0], widgets.curator())
            except LacunaError as error:
                widgets.show_error(error)
                return
            del st.session_state[_DONE]
            st.rerun()


def _name(field: str) -> str:
    return {"keywords": "authors' keywords", "mesh": "headings"}.get(field, field.replace("_", " "))
