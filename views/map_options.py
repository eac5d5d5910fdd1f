"""The choices beside the gap map: zoom, order, small maps and an earlier version. All of them are in the address."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

import streamlit as st

from analysis.axes import TOPIC, openable_groups
from analysis.coverage import Coverage
from corpus.framework import Facet, Tag
from views import address, widgets
from views.map_looks import NOT_REPORTED, ORDERS, Look, after_toggle, read_opened
from views.state import State

AT_MOST = 6  # small maps shown at first; the rest are a choice away
OPENED, ROWS_OF, COLUMNS_OF, ORDER, BY, SHOWN, SINCE = "open", "rows-of", "columns-of", "order", "by", "shown", "since"


@dataclass(frozen=True)
class Options:
    """What goes with the map: ``by`` and ``shown`` for small maps, ``since`` for an earlier version."""

    by: str = ""
    shown: tuple[str, ...] = ()
    since: int | None = None


def pick(state: State, look: Look, close: Callable[[], None]) -> tuple[Look, Options]:
    """Draw the choices; ``close`` runs when one of them changes which cells there are."""
    with widgets.more("Zoom, order, small maps, earlier versions", "gap_map.options") as place:
        chosen, options = _choose(state, look, close, drawn=True) if place.open else read(state, look)
    _show_in_force(state, chosen)
    return chosen, options


def read(state: State, look: Look) -> tuple[Look, Options]:
    """What ``pick`` will say, with nothing drawn."""
    return _choose(state, look, lambda: None, drawn=False)


def _choose(state: State, look: Look, close: Callable[[], None], drawn: bool) -> tuple[Look, Options]:
    look = replace(look, opened=read_opened(state.framework, st.query_params.get_all(OPENED)))
    labels = {facet.id: facet.label for facet in state.framework.facets}
    left, right = st.columns(2) if drawn else (nullcontext(), nullcontext())
    with left:
        rows_of = _pick_group(state, look.rows, "Only the rows of", ROWS_OF, close, drawn)
    with right:
        columns_of = _pick_group(state, look.columns, "Only the columns of", COLUMNS_OF, close, drawn)
    with left:
        order = address.choose_one(
            "Order",
            ORDERS,
            ORDER,
            "",
            drawn=drawn,
            help="Taken from the whole collection, so that no filter moves a row. “Most gaps first” adds up how "
            "far the cells of a row or column surely fall short; “similar together” puts those beside each other "
            "that are studied with the same things.",
        )
    with right:
        by = address.choose_one(
            "Small maps, one for each tag of",
            {"": "None"} | {i: label for i, label in labels.items() if i not in (look.rows, look.columns)},
            BY,
            "",
            drawn=drawn,
            on_change=close,
            help="The same map over the records of each tag, on one scale and in one order, each compared with "
            "what its own records lead one to expect.",
        )
    with left:
        since = _pick_version(state, drawn) if not by else None
    with right:
        shown = _pick_shown(state.framework.facet(by), drawn) if by else ()
    return replace(look, rows_of=rows_of, columns_of=columns_of, order=order), Options(by, shown, since)


def offer_zoom(coverage: Coverage, row: str | None, column: str | None, close: Callable[[], None]) -> None:
    """Beside an opened heading of a group: the way to its tags alone."""
    key, facet_id, line = (ROWS_OF, coverage.row_facet, row) if row else (COLUMNS_OF, coverage.column_facet, column)
    facet = coverage.snapshot.framework.by_id.get(facet_id)
    if facet is None or line not in openable_groups(facet) or st.session_state.get(key) == line:
        return

    def zoom() -> None:
        st.session_state[key] = line
        close()

    st.button("Show only its tags", key="gap_map.zoom-in", on_click=zoom, type="tertiary")


def write_opened(look: Look, rows: list[str], columns: list[str]) -> bool:
    """Keep in the address what a person left open on the map; True if something was closed by that."""
    before = set(look.all_opened)
    now = after_toggle(look, rows, columns)
    for key, (facet, group) in zip((ROWS_OF, COLUMNS_OF), look.sides, strict=True):
        if group and (facet, group) not in now:  # to close the group zoomed to is to see all again
            st.session_state[key] = ""
            st.query_params.pop(key, None)
    zoomed = {side for side in look.sides if side[1]}
    _put(OPENED, [f"{facet}.{line}" for facet, line in now if (facet, line) not in zoomed - set(look.opened)])
    return bool(before - set(now))


def forget() -> None:
    """Leave out of the address what only made sense for the old rows and columns."""
    for key in (ROWS_OF, COLUMNS_OF, BY):
        st.session_state.pop(key, None)
    for key in (OPENED, ROWS_OF, COLUMNS_OF, BY, SHOWN):
        st.query_params.pop(key, None)


def tags_of(facet: Facet) -> list[Tag]:
    """The tags that get a small map each."""
    return [tag for tag in facet.roots if not tag.analysis]


def _pick_group(state: State, facet_id: str, label: str, key: str, close: Callable[[], None], drawn: bool) -> str:
    facet = state.framework.by_id.get(facet_id)
    groups = openable_groups(facet) if facet and facet_id != TOPIC else {}
    options = {"": "All groups"} | {g.id: g.label for g in (facet.groups if facet else ()) if g.id in groups}
    if len(options) == 1:
        return ""
    hint = "Zoom to one group: its tags alone, judged one by one."
    name = f"{label} ({facet.label if facet else ''})"
    return address.choose_one(name, options, key, "", drawn=drawn, on_change=close, help=hint)


def _pick_version(state: State, drawn: bool) -> int | None:
    """An earlier version to compare with, if there is one."""
    if state.version < 1:
        return None
    return address.choose_number(
        "Compare with version",
        0,
        state.version - 1,
        SINCE,
        drawn=drawn,
        placeholder="None",
        help=f"Marks what opened and what closed since then. The collection is at version {state.version}; History "
        "lists them all.",
    )


def _pick_shown(facet: Facet, drawn: bool) -> tuple[str, ...]:
    options = {tag.id: tag.label for tag in tags_of(facet)} | {NOT_REPORTED: "Not reported"}
    first = [*[i for i in options if i != NOT_REPORTED][: AT_MOST - 1], NOT_REPORTED]
    chosen = address.choose_many(
        "Shown",
        options,
        SHOWN,
        drawn=drawn,
        placeholder=f"The first {len(first) - 1}, and not reported",
        max_selections=12,
    )
    return tuple(i for i in options if i in (chosen or first))


def _show_in_force(state: State, look: Look) -> None:
    """A zoom hides most of the map: it is said above it, with the way back."""
    zoomed = [(key, facet, group) for key, facet, group in
              ((ROWS_OF, look.rows, look.rows_of), (COLUMNS_OF, look.columns, look.columns_of)) if group]  # fmt: skip
    if not zoomed:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="gap_map.zoomed"):
        st.text("Zoomed to:", width="content")
        for key, facet, group in zoomed:
            label = next(g.label for g in state.framework.facet(facet).groups if g.id == group)
            st.button(
                f"{widgets.plain(label)} ✕",
                key=f"gap_map.zoom.{key}",
                help="Show all groups again",
                on_click=st.session_state.update,
                args=({key: ""},),
            )


def _put(key: str, values: list[str]) -> None:
    if values:
        st.query_params[key] = values
    else:
        st.query_params.pop(key, None)
