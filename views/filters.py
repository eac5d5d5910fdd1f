"""The filters in force, the same on every page and kept in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from corpus.framework import Facet
from views import address, widgets
from views.state import State, Tags, Where

CODED_LABELS = {"": "People and rules", "people": "People only", "rules": "Rules only"}
YEARS = (1800, 2200)
YEAR_WIDTH = 128  # pixels: four digits and the two buttons beside them


def pick_where(state: State, *, label: str = "More filters", read: Where | None = None) -> Where:
    """Draw the filters and say what they let through. Every choice is a parameter of the address.

    ``read``: what ``read_where`` said in this run, where that was asked already.
    """
    with st.container(horizontal=True, gap="small", key="filters.line"):
        years = _years(drawn=True)
        place = widgets.more(label, "filters")
    where = replace(read or read_where(state), years=years)
    if place.open:
        with place:
            where = replace(_pick_more(state), years=years)
    if not where.is_empty:
        _show_in_force(state, where)
    return where


def read_where(state: State) -> Where:
    """What ``pick_where`` will say, with nothing drawn: for what is counted before a page is drawn."""
    chosen = {
        facet.id: address.choose_many(facet.label, options_of(facet), f"f-{facet.id}", drawn=False)
        for facet in state.framework.facets
        if f"f-{facet.id}" in st.query_params or f"f-{facet.id}" in st.session_state
    }
    return Where(_to_tags(chosen), _years(drawn=False), _coded_by(drawn=False), _only_screened(drawn=False))


def _pick_more(state: State) -> Where:
    """All filters but the years, as fields."""
    chosen = {}
    columns = st.columns(2)
    for n, facet in enumerate(state.framework.facets):
        with columns[n % 2]:
            chosen[facet.id] = address.choose_many(
                facet.label, options_of(facet), f"f-{facet.id}", placeholder="Any", help=facet.question
            )
    by_at, scope_at = st.columns(2, vertical_alignment="bottom")
    with by_at:
        coded_by = _coded_by(drawn=True)
    with scope_at:
        only = _only_screened(drawn=True)
    return Where(_to_tags(chosen), coded_by=coded_by, only_in_scope=only)


def _to_tags(chosen: Mapping[str, Sequence[str]]) -> Tags:
    return tuple(sorted((facet, tuple(sorted(tags))) for facet, tags in chosen.items() if tags))


def _years(drawn: bool) -> tuple[int | None, int | None]:
    width = {"width": YEAR_WIDTH} if drawn else {}
    return (
        address.choose_number("From year", *YEARS, key="from", drawn=drawn, **width),
        address.choose_number("To year", *YEARS, key="to", drawn=drawn, **width),
    )


def _coded_by(drawn: bool) -> str:
    hint = "People read the abstract or title; rules match words in it."
    return address.choose_one("Coded by", CODED_LABELS, "coded", "", drawn=drawn, help=hint)


def _only_screened(drawn: bool) -> bool:
    hint = (
        "Count only records a person ruled in scope. Otherwise unscreened ones count too, "
        "unless a rule suggests they are out."
    )
    return address.choose_whether("Only screened in", "screened", hint, drawn=drawn)


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
