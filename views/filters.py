"""The filters in force, the same on every page and kept in the address."""

import streamlit as st

from views import widgets
from views.state import CODED_BY, State, Where

CODED_LABELS = {"": "People and rules", "people": "People only", "rules": "Rules only"}


def pick_where(state: State, *, label: str = "Filters") -> Where:
    """Draw the filters and say what they let through. Every choice is a parameter of the address."""
    with st.expander(label, expanded=False, key="filters"):
        chosen: dict[str, tuple[str, ...]] = {}
        columns = st.columns(2)
        for n, facet in enumerate(state.framework.facets):
            options = [tag.id for tag in facet.tags]
            with columns[n % 2]:
                picked = st.multiselect(
                    facet.label,
                    options,
                    key=f"f-{facet.id}",
                    bind="query-params",
                    format_func=facet.label_of,
                    placeholder="Any",
                )
            if picked:
                chosen[facet.id] = tuple(sorted(picked))
        low_at, high_at, by_at, scope_at = st.columns(4)
        low = low_at.number_input(
            "From year", 1800, 2200, value=None, key="from", bind="query-params", placeholder="Any"
        )
        high = high_at.number_input("To year", 1800, 2200, value=None, key="to", bind="query-params", placeholder="Any")
        coded_by = by_at.selectbox(
            "Coded by",
            list(CODED_BY),
            key="coded",
            bind="query-params",
            format_func=CODED_LABELS.__getitem__,
            help="People read the abstract or title; rules match words in it.",
        )
        only = scope_at.toggle(
            "Only screened in",
            key="screened",
            bind="query-params",
            help="Count only records a person ruled in scope. Otherwise unscreened ones count too, "
            "unless a rule suggests they are out.",
        )
    where = Where(tuple(sorted(chosen.items())), (_year(low), _year(high)), coded_by or "", bool(only))
    if not where.is_empty:
        st.text(f"Filters in force: {widgets.describe_where(state, where)}.")
    return where


def _year(value: float | None) -> int | None:
    return None if value is None else int(value)
