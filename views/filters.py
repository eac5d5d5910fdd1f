"""The filters in force, the same on every page and kept in the address."""

import streamlit as st

from corpus.framework import Facet
from views import address, widgets
from views.state import State, Where

CODED_LABELS = {"": "People and rules", "people": "People only", "rules": "Rules only"}
YEARS = (1800, 2200)


def pick_where(state: State, *, label: str = "Filters") -> Where:
    """Draw the filters and say what they let through. Every choice is a parameter of the address."""
    with st.expander(label, expanded=False, key="filters"):
        chosen: dict[str, tuple[str, ...]] = {}
        columns = st.columns(2)
        for n, facet in enumerate(state.framework.facets):
            with columns[n % 2]:
                picked = address.choose_many(
                    facet.label, options_of(facet), f"f-{facet.id}", placeholder="Any", help=facet.question
                )
            if picked:
                chosen[facet.id] = tuple(sorted(picked))
        low_at, high_at, by_at, scope_at = st.columns(4, vertical_alignment="bottom")
        with low_at:
            low = address.choose_number("From year", *YEARS, key="from")
        with high_at:
            high = address.choose_number("To year", *YEARS, key="to")
        with by_at:
            coded_by = address.choose_one(
                "Coded by",
                CODED_LABELS,
                "coded",
                "",
                help="People read the abstract or title; rules match words in it.",
            )
        with scope_at:
            only = address.choose_whether(
                "Only screened in",
                "screened",
                help="Count only records a person ruled in scope. Otherwise unscreened ones count too, "
                "unless a rule suggests they are out.",
            )
    where = Where(tuple(sorted(chosen.items())), (low, high), coded_by, only)
    if not where.is_empty:
        _show_in_force(state, where)
    return where


def options_of(facet: Facet) -> dict[str, str]:
    """Ids of groups, then of tags, with the label to choose by: a group marked as one, a tag below its parent.

    A tag wins over a group of the same id.
    """
    groups = {group.id: f"{group.label} (all)" for group in facet.groups}
    return groups | {
        tag.id: " › ".join(facet.label_of(t) for t in reversed(facet.with_parents(tag.id))) for tag in facet.tags
    }


def put_where(state: State, where: Where) -> None:
    """Set the filters. For callbacks: a filter that is on screen cannot be changed later in a run."""
    for facet in state.framework.facets:
        st.session_state[f"f-{facet.id}"] = list(where.tag_dict.get(facet.id, ()))
    st.session_state["from"], st.session_state["to"] = where.years
    st.session_state["coded"] = where.coded_by
    st.session_state["screened"] = where.only_in_scope


def _show_in_force(state: State, where: Where) -> None:
    """Each filter as a button that takes it away."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters.in-force"):
        st.text("Filters in force:", width="content")
        for facet_id, tags in where.tags:
            facet = state.framework.facet(facet_id)
            words = f"{facet.label}: {' or '.join(map(facet.label_of, tags))}"
            _remove_button(words, f"f-{facet_id}", {f"f-{facet_id}": []})
        low, high = where.years
        if low or high:
            words = f"Years {low} to {high}" if low and high else f"Since {low}" if low else f"Until {high}"
            _remove_button(words, "years", {"from": None, "to": None})
        if where.coded_by:
            _remove_button(f"Coded by {CODED_LABELS[where.coded_by].lower()}", "coded", {"coded": ""})
        if where.only_in_scope:
            _remove_button("Only screened in", "screened", {"screened": False})
        if len(where.tags) + (where.years != (None, None)) + bool(where.coded_by) + where.only_in_scope > 1:
            st.button("Clear all", key="filters.clear", type="tertiary", on_click=put_where, args=(state, Where()))


def _remove_button(words: str, name: str, values: dict[str, object]) -> None:
    st.button(
        f"{widgets.plain(words)} ✕",
        key=f"filters.remove.{name}",
        help="Remove this filter",
        on_click=st.session_state.update,
        args=(values,),
    )
