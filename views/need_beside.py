"""Figures from outside that concern the tags of an opened cell, each with its source; they weigh nothing here."""

import streamlit as st

from analysis import need
from analysis.need import Figure
from analysis.sentences import lower_first
from corpus.framework import TagKey
from views import need_give, widgets
from views.state import State

SHOWN = 6


def show_figures(state: State, sides: list[TagKey]) -> None:
    """Need figures on these lines of the map: nothing is drawn where no table has one."""
    tables = need_give.all_tables(state)
    found = {side: list(need.figures_on(tables, state.framework, *side)) for side in sides}
    n = sum(map(len, found.values()))
    if not n:
        return
    with st.expander(f"Need figures: {n} from outside this collection"):
        st.write(
            "What sources outside say of these groups. Percentages of different groups cannot be added up or ranked "
            "against each other, and nothing on the map is weighed by them."
        )
        for (facet, line), figures in found.items():
            if figures:
                st.markdown(f"**{widgets.plain(state.framework.facet(facet).label_of(line))}**")
                st.markdown("\n".join(f"- {_words(state, figure)}" for figure in figures[:SHOWN]))
                if len(figures) > SHOWN:
                    widgets.link(state, "need", f"{len(figures) - SHOWN} more on the page Need", context=facet)


def _words(state: State, figure: Figure) -> str:
    """The figure with whom it is about, its source, and a mark where the source itself was not read."""
    facet = state.framework.facet(figure.table.facet)
    group = " or ".join(lower_first(facet.label_of(part), part) for part in figure.row.parts)
    mark = {"own": "", "given": " Given by a user."}.get(figure.table.grade, " The source itself was not read.")
    return widgets.plain(f"{group}: {figure.words}.{mark}".replace("..", "."))
