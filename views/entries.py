"""The entries behind one record: why they were joined, which of them each field was taken from, and taking one out."""

import pandas as pd
import streamlit as st

from corpus.errors import LacunaError
from corpus.folding import RULES
from corpus.records import FIELD_NAMES, Fields, Record, Ruling
from views import widgets
from views.state import State

LABELS = {
    "venue": "Journal or book",
    "doi": "DOI",
    "pmid": "PubMed",
    "pmcid": "PubMed Central",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "Web page",
    "type": "Kind",
    "mesh": "Headings",
    "original_title": "Original title",
}
LONGEST = 160
_APART = "A person took this entry out of the record"


def show(state: State, record: Record) -> None:
    """Nothing for a record of one entry."""
    if len(record.entries) < 2:
        return
    st.subheader(f"{len(record.entries)} entries, one record", anchor=False)
    reasons = dict.fromkeys(link.why for link in state.corpus.why_merged(record))
    st.markdown("Why the entries were joined:\n" + "\n".join(f"- {widgets.plain(why)}" for why in reasons))
    names = {entry: f"Entry {n}" for n, entry in enumerate(record.entries, 1)}
    places = {entry: [] for entry in record.entries}
    for origin in state.corpus.origins(record):
        places[origin.entry].append(f"{origin.file}, line {origin.line}")
    st.markdown("\n".join(f"- {names[e]}: {widgets.plain('; '.join(places[e]))}" for e in record.entries))
    with st.expander("Which entry each field was taken from"):
        st.dataframe(to_table(record, state.corpus.fields_of(record), names), hide_index=True, row_height=None)
        st.write("Lists, such as keywords, hold what any entry says.")
    if state.can_curate:
        _show_taking_out(state, record, names)


def to_table(record: Record, fields: dict[str, Fields], names: dict[str, str]) -> pd.DataFrame:
    """One row a field that any entry has: the field, the entry it was taken from, what each entry says."""
    rows = []
    for name in FIELD_NAMES:
        texts = {entry: _text(said, name) for entry, said in fields.items()}
        if name in ("authors_cut", "looked_up") or not any(texts.values()):
            continue
        label = LABELS.get(name, name.replace("_", " ").capitalize())
        taken = "all" if RULES[name] == "union" else names.get(record.taken_from.get(name, ""), "")
        rows.append([label, taken, *(texts.get(entry, "") for entry in names)])
    return pd.DataFrame(rows, columns=["Field", "Taken from", *names.values()])


def _text(fields: Fields, name: str) -> str:
    value = getattr(fields, name)
    text = "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value in (None, False) else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def _show_taking_out(state: State, record: Record, names: dict[str, str]) -> None:
    st.write("Not one work? Take an entry out: it becomes a record of its own, and the rules will not join it again.")
    with st.container(horizontal=True, key="entries.out"):
        for entry, name in names.items():
            if st.button(f"Take out {name.lower()}", key=f"entries.out.{entry}"):
                apart = [
                    Ruling("distinct", (min(entry, other), max(entry, other)), reason=_APART)
                    for other in record.entries
                    if other != entry
                ]
                try:
                    state.corpus.rule(*apart, who=widgets.curator())
                except LacunaError as error:
                    widgets.show_error(error)
                    return
                st.toast("Two records now. History takes it back.")
                st.rerun()
            if len(names) == 2:
                break  # taking out either is the same
