"""The start: what is barely here, what is flagged, the strongest gaps, and three doors."""

import streamlit as st

from analysis import gaps, sentences
from views import widgets
from views.state import State


def render(state: State) -> None:
    st.title("What is known, and what is missing")
    snapshot = state.snapshot()
    if not len(snapshot):
        st.write("This corpus has no records yet. Add citation files, and the first map is drawn from them.")
        widgets.link(state, "add-files", "Add citation files")
        return
    name = widgets.plain(state.framework.name.lower())
    st.write(
        f"{len(snapshot):,} records on **{name}**, coded with {len(state.framework.facets)} facets. The gaps in them are "
        "computed, graded and explained, down to the words that earned each code."
    )
    about = sentences.make_about(snapshot)
    st.header("Barely present")
    barely = gaps.barely_present(snapshot).head(5)
    for gap in barely.to_dict("records"):
        st.markdown("- " + widgets.plain(sentences.write_gap(gap, about)))
    st.header("The strongest gaps")
    found = state.gaps()
    for gap in found[found["grade"] == "strong"].head(3).to_dict("records"):
        st.markdown("- " + widgets.plain(sentences.write_gap(gap, about)))
    widgets.show_caveats(state)
    doors = st.columns(3)
    for door, (page, label, text) in zip(doors, DOORS, strict=True):
        with door, st.container(border=True):
            widgets.link(state, page, label)
            st.write(text)


DOORS = (
    ("search", "Find records", "Search the corpus, see the codes and the words behind them, and take references away."),
    ("gap-map", "See the gaps", "Cross any two facets. Every number opens to the records behind it."),
    ("add-files", "Add files", "Drop exports from any database. See what would change before anything does."),
)
