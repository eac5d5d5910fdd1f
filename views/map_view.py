"""The gap map as a component of the app: what ``map_component.map_data`` says, drawn, and the cell a person chose."""

from typing import Any

import streamlit as st

from corpus.framework import TagKey
from views.map_component import MapData, asset, script

_MAP = st.components.v2.component(
    "lacuna_gap_map",
    html='<div class="lacuna"></div>',
    css=asset("map.css"),
    js=script("embed"),
)


def show(data: MapData, key: str) -> tuple[str | None, str | None] | None:
    """Draw the map; the cell just chosen as (row, column), or None.

    (row, None) and (None, column) are headings. A choice is given once, in the rerun it causes: write it to the
    address.
    """
    chosen: Any = _MAP(data=data, key=key, on_cell_change=_ignore, on_open_change=_ignore).cell
    return (chosen["row"], chosen["column"]) if chosen else None


def opened(key: str, row_facet: str, column_facet: str) -> tuple[TagKey, ...]:
    """The parents whose narrower tags a person has opened on this map; pass them to ``coverage.cross(opened=...)``."""
    state = st.session_state.get(key) or {}
    lines = state.get("open") or {}
    keys = [(row_facet, tag) for tag in lines.get("rows", ())] + [
        (column_facet, tag) for tag in lines.get("columns", ())
    ]
    return tuple(sorted(keys))


def _ignore() -> None:
    """A trigger needs a callback to be reported; what follows is the page's business."""
