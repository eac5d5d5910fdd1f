"""How complete the collection is, as far as that can be said: a section of About the collection."""

import streamlit as st

from analysis import gaps, sentences
from analysis.completeness import (
    NO_SIZE,
    Completeness,
    completeness,
    recapture_rate,
    write_combinations,
    write_recapture,
)
from corpus.overlap import find_met
from views import widgets
from views.state import State


def show(state: State) -> None:
    """How much of each later upload was here already, and how often combinations of tags are new."""
    st.header("How complete it is", anchor=False)
    later = [done for done in state.corpus.imports() if done.state == "accepted"][1:]
    if not later:
        st.write("Nothing was added to the first upload yet. How much of the next one is here already will say most.")
    for done in later[-5:]:
        met = find_met(state.corpus, done.id)
        source = f" ({done.source})" if done.source else ""
        said = write_recapture(recapture_rate(met.records, met.already))
        st.markdown(f"Import {done.id}{widgets.plain(source)}: {widgets.plain(said)}")
    done = _combinations(state.key, state)
    labels = " and ".join(sentences.lower_first(state.framework.facet(facet).label) for facet in done.facets)
    st.markdown(f"{widgets.plain(sentences.upper_first(labels))}: {widgets.plain(write_combinations(done))} {NO_SIZE}")


@st.cache_data(max_entries=4, show_spinner=False)
def _combinations(key: tuple[str, int, str], _state: State) -> Completeness:
    return completeness(_state.snapshot(), gaps.headline_pairs(_state.framework)[0])
