"""The filters of the search page: facets are chosen beside the results, the rest in fields; all in the address."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from corpus.framework import Facet
from views import address, filters, result_list, widgets
from views.state import State, Where

FACETS = "search.facets"


def read_tags(state: State) -> Where:
    """The facets the address asks for."""
    chosen = {facet.id: address.read_ids(f"f-{facet.id}", filters.options_of(facet)) for facet in _named(state)}
    for facet_id, tags in chosen.items():
        if tags != st.query_params.get_all(f"f-{facet_id}"):  # labels, or what is no tag
            _write(facet_id, tags)
    return Where(tuple(sorted((facet, tuple(sorted(tags))) for facet, tags in chosen.items() if tags)))


def _named(state: State) -> list[Facet]:
    return [facet for facet in state.framework.facets if f"f-{facet.id}" in st.query_params]


def read_where(state: State) -> Where:
    """All filters in force, with nothing drawn."""
    return pick_coding(pick_years(read_tags(state), drawn=False), drawn=False)


def pick_years(where: Where, *, drawn: bool = True) -> Where:
    """Two fields for the years."""
    with st.container(horizontal=True, gap="small") if drawn else nullcontext():
        low = address.choose_number("From year", *filters.YEARS, key="from", drawn=drawn)
        high = address.choose_number("To year", *filters.YEARS, key="to", drawn=drawn)
    return replace(where, years=(low, high))


def show_facets(state: State, where: Where, counts: Mapping[str, Mapping[str, int]]) -> None:
    """What the records found have in common, to be chosen."""
    result_list.show_facets(state, counts, where.tag_dict, FACETS, lambda: choose(state, FACETS))


def show_coding(where: Where) -> None:
    """The fields of ``pick_coding``, for those who open them."""
    with widgets.more("Coding and screening", "search.coding") as place:
        if place.open:
            pick_coding(where)


def pick_coding(where: Where, *, drawn: bool = True) -> Where:
    """Who coded, and whether a person screened."""
    hint = "People read the abstract or title; rules match words in it."
    coded_by = address.choose_one("Coded by", filters.CODED_LABELS, "coded", "", drawn=drawn, help=hint)
    hint = "Only records that a person ruled in scope."
    only = address.choose_whether("Only screened in", "screened", hint, drawn=drawn)
    return replace(where, coded_by=coded_by, only_in_scope=only)


def choose(state: State, key: str) -> None:
    """Callback of the facets beside the results: what is ticked there is the filter now."""
    for facet_id, tags in (st.session_state[key].choose or {}).items():
        if facet_id in state.framework.by_id:
            options = filters.options_of(state.framework.facet(facet_id))
            _write(facet_id, [tag for tag in tags if tag in options])


def put_where(state: State, where: Where) -> None:
    """Set all filters. For callbacks: a field that is on screen cannot be changed later in a run."""
    for facet in state.framework.facets:
        _write(facet.id, list(where.tag_dict.get(facet.id, ())))
    st.session_state["from"], st.session_state["to"] = where.years
    st.session_state["coded"] = where.coded_by
    st.session_state["screened"] = where.only_in_scope


def _write(facet_id: str, tags: list[str]) -> None:
    name = f"f-{facet_id}"
    if tags:
        st.query_params[name] = tags
    elif name in st.query_params:
        del st.query_params[name]


def show_in_force(state: State, where: Where) -> None:
    """Each filter as a button that takes it away."""
    if where.is_empty:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters.in-force"):
        st.text("Filters in force:", width="content")
        for facet_id, tags in where.tags:
            facet = state.framework.facet(facet_id)
            rest = replace(where, tags=tuple(pair for pair in where.tags if pair[0] != facet_id))
            _remove_button(state, f"{facet.label}: {' or '.join(map(facet.label_of, tags))}", f"f-{facet_id}", rest)
        low, high = where.years
        if low or high:
            words = f"Years {low} to {high}" if low and high else f"Since {low}" if low else f"Until {high}"
            _remove_button(state, words, "years", replace(where, years=(None, None)))
        if where.coded_by:
            words = f"Coded by {filters.CODED_LABELS[where.coded_by].lower()}"
            _remove_button(state, words, "coded", replace(where, coded_by=""))
        if where.only_in_scope:
            _remove_button(state, "Only screened in", "screened", replace(where, only_in_scope=False))
        if len(where.tags) + (where.years != (None, None)) + bool(where.coded_by) + where.only_in_scope > 1:
            st.button("Clear all", key="filters.clear", type="tertiary", on_click=put_where, args=(state, Where()))


def _remove_button(state: State, words: str, name: str, rest: Where) -> None:
    st.button(
        f"{widgets.plain(words)} ✕",
        key=f"filters.remove.{name}",
        help="Remove this filter",
        on_click=put_where,
        args=(state, rest),
    )
