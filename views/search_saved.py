"""Saved searches: words and filters under a name. Curators keep and delete them; everybody sees and opens them."""

from typing import Any

import streamlit as st

from corpus.errors import LacunaError
from views import filters, search_filters, widgets
from views.state import State, Where

KIND = "search"
LONGEST = 80  # characters of a name


def show(state: State, query: str, where: Where, sort: str) -> None:
    """A box with the searches that are saved, and a field to save the one on screen."""
    saved = state.corpus.kept(KIND)
    label = f"Saved searches ({len(saved):,})" if saved else "Saved searches"
    with st.popover(label, key="search.saved", on_change="rerun") as box:
        if box.open:
            show_inside(state, query, where, sort)


def show_inside(state: State, query: str, where: Where, sort: str) -> None:
    """The searches that are saved, each to open; for curators also to delete, and a name for the one on screen."""
    saved = state.corpus.kept(KIND)
    if not saved:
        st.write("No search is saved yet.")
    for name, kept in sorted(saved.items(), key=lambda pair: pair[0].lower()):
        open_at, delete_at = st.columns([5, 2], vertical_alignment="center")
        open_at.button(
            f":blue[{widgets.plain(name)}]",
            key=f"search.open.{name}",
            type="tertiary",
            help=widgets.plain(_describe(kept.value, kept.who)),
            on_click=put,
            args=(state, kept.value),
        )
        if state.can_curate:
            delete_at.button("Delete", key=f"search.delete.{name}", on_click=_forget, args=(state, name))
    if state.can_curate:
        _ask_name(state, to_value(query, where, sort))
    elif query or not where.is_empty:
        st.write("Curators can save a search here. The address of this page holds it as well.")


def _ask_name(state: State, value: dict[str, Any]) -> None:
    if not (value["q"] or value["filters"]):
        st.write("Search for something or set a filter, then save it here under a name.")
        return
    name = st.text_input("Save this search as", max_chars=LONGEST, key="search.name").strip()
    there = name in state.corpus.kept(KIND)
    if st.button("Save over the earlier one" if there else "Save", key="search.save", disabled=not name):
        try:
            state.corpus.keep(KIND, name, value, widgets.curator())
        except LacunaError as error:
            widgets.show_error(error)
            return
        st.toast(widgets.plain(f"Saved: {name}"))
        st.rerun()


def _forget(state: State, name: str) -> None:
    try:
        state.corpus.forget(KIND, name, widgets.curator())
    except LacunaError as error:
        widgets.show_error(error)


def to_value(query: str, where: Where, sort: str) -> dict[str, Any]:
    """A search as it is kept: what was typed, and the filters as the address has them."""
    return {"q": query, "filters": where.to_query(), "sort": sort}


def put(state: State, value: dict[str, Any]) -> None:
    """Callback: this search, as if it were typed and its filters chosen."""
    search_filters.put_where(state, to_where(state, value))
    put_query(str(value.get("q") or ""))
    st.session_state["sort"] = str(value.get("sort") or "relevance")


def to_where(state: State, value: dict[str, Any]) -> Where:
    """The filters of a search that was kept; what this framework does not have is left out."""
    given = value.get("filters") or {}
    tags = {
        facet.id: tuple(tag for tag in given.get(f"f-{facet.id}") or () if tag in filters.options_of(facet))
        for facet in state.framework.facets
    }
    years = tuple(int(given[name]) if str(given.get(name) or "").isdigit() else None for name in ("from", "to"))
    return Where(
        tuple(sorted((facet, some) for facet, some in tags.items() if some)),
        (years[0], years[1]),
        str(given.get("coded") or ""),
        given.get("screened") == "true",
    )


def put_query(query: str) -> None:
    """Callback: what is searched for, in the field or, if it has several lines, in the box."""
    many = "\n" in query.strip()
    st.session_state["lines"] = many
    st.session_state["strategy" if many else "q"] = query


def _describe(value: dict[str, Any], who: str) -> str:
    chosen = "; ".join(f"{name}: {given}" for name, given in (value.get("filters") or {}).items())
    said = " with ".join(part for part in (str(value.get("q") or "")[:200], chosen) if part)
    return f"{said} (saved by {who})" if who else said
