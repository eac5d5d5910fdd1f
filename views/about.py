"""About the collection: how it was put together, what is in it, and its history."""

import pandas as pd
import streamlit as st

from views import widgets
from views.state import State


def render(state: State) -> None:
    st.title("About the collection")
    stats = state.corpus.stats()
    st.write(
        f"{stats.records:,} records from {stats.entries:,} entries of {stats.imports:,} imports; corpus version "
        f"{stats.corpus_version}. How it was put together: {widgets.plain(state.corpus.statement)}."
    )
    st.header("Framework")
    st.write(f"{widgets.plain(state.framework.name)}, version {state.framework.version}.")
    for facet in state.framework.facets:
        st.subheader(facet.label)
        st.write(widgets.plain(facet.question))
        counts = stats.tags.get(facet.id, {})
        rows = [
            (tag.label, tag.definition, counts.get(tag.id, 0))
            for tag in facet.tags
            if counts.get(tag.id) or len(facet.tags) < 60
        ]
        st.dataframe(pd.DataFrame(rows, columns=["Tag", "Definition", "Records"]), hide_index=True)
    st.header("History")
    events = [(e.version, e.at, e.who, e.what, e.import_id or "", e.note) for e in state.corpus.history()]
    st.dataframe(
        pd.DataFrame(events, columns=["Version", "When", "Who", "What", "Import", "Note"]).astype(str), hide_index=True
    )
