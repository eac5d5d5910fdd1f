"""More like this, on a record's page."""

import streamlit as st

from analysis.similar import Similar, find_similar
from corpus.records import Record
from corpus.store import Corpus
from views import widgets
from views.state import State


def show(state: State, record: Record) -> None:
    """The records most like this one, each with the words they share."""
    found = _similar(state.key, record.id, state.corpus)
    st.header("More like this", anchor=False)
    if not found:
        st.write("No record in this collection shares a telling word with this one.")
        return
    others = state.corpus.records(one.id for one in found)
    words = {one.id: one.words for one in found}
    with st.container(key="rows-similar", gap="xsmall"):
        for other in others:
            widgets.link(state, "record", widgets.plain(other.title or "Without a title"), id=other.id)
            shared = f" Shares: {', '.join(words[other.id])}." if words.get(other.id) else ""
            st.markdown(f":small[{widgets.plain(widgets.cite(other) + shared)}]")


@st.cache_data(max_entries=256, show_spinner="Looking for records like this one…")
def _similar(key: tuple[str, int, str], record_id: str, _corpus: Corpus) -> tuple[Similar, ...]:
    return find_similar(_corpus, _corpus.record(record_id))
