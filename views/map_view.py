"""The gap map as a component of the app: what ``map_component.map_data`` says, drawn, and what a person does on it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from views.map_component import MapData, asset, script

_MAP = st.components.v2.component(
    "lacuna_gap_map",
    html='<div class="above"></div><div class="lacuna"></div><div class="below"></div>',
    css=asset("map.css") + asset("map_embed.css"),
    js=script("embed"),
)

OnPick = Callable[[str | None, str | None, str | None], None]
OnOpen = Callable[[list[str], list[str]], None]


@dataclass(frozen=True)
class Frame:
    """What stands above the map, with ``switch``, the other choices of whose codes count (id, label), and below it."""

    basis: str = ""
    switch: tuple[tuple[str, str], ...] = ()
    caveats: str = ""


def show(
    data: Mapping[str, Any], key: str, on_pick: OnPick, on_open: OnOpen | None = None, frame: Frame = Frame()
) -> None:
    """Draw a map, or small maps (``small_data``), and call back before the run that an act of the person causes.

    ``on_pick(row, column, of)``: a cell, or a heading with the other None; ``of`` is the small map it is on.
    ``on_open(rows, columns)``: the ids of all lines that are open now. Write both to the address.
    """

    def pick() -> None:
        if chosen := _said(key, "cell"):
            on_pick(chosen["row"], chosen["column"], chosen["of"])

    def open_lines() -> None:
        if on_open and (lines := _said(key, "open")):
            on_open(lines["rows"], lines["columns"])

    def switch() -> None:
        chosen = _said(key, "coded")
        if chosen is not None:
            st.session_state["coded"] = chosen["to"]

    drawn = {**data, "frame": asdict(frame)}
    _MAP(data=drawn, key=key, on_cell_change=pick, on_open_change=open_lines, on_coded_change=switch)


def small_data(maps: list[tuple[str, MapData]]) -> dict[str, Any]:
    """Several maps of the same lines as the component takes them, what they share said once. Ids with their maps."""
    first = maps[0][1]
    own = (
        "title",
        "observed",
        "expected",
        "ratio",
        "low",
        "high",
        "grade",
        "state",
        "chosen",
        "n_codable",
        "n_records",
    )
    unused = {"segments": None, "designs": [], "notes": [], "cautions": [], "summary": "", "reasons": first["reasons"]}
    nothing = [[None] * len(first["columns"]) for _ in first["rows"]]
    shared = {name: value for name, value in first.items() if name not in own}
    shared |= unused | {
        "filters": [],
        "check": nothing,
        "hidden": nothing,
        "unvalidated": nothing,
        "last_year": nothing,
    }
    return {
        "shared": shared,
        "maps": [
            {name: data[name] for name in own}
            | {"id": name_of, "row_totals": _totals(data["rows"]), "column_totals": _totals(data["columns"])}
            for name_of, data in maps
        ],
    }


def _totals(lines: list[dict[str, Any]]) -> list[int]:
    return [line["total"] for line in lines]


def _said(key: str, name: str) -> Any:
    """What the component reports in the run it causes."""
    return (st.session_state.get(key) or {}).get(name)
