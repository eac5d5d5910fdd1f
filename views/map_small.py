"""Small maps: the map once for each tag of a third facet, and for the records that name none of them."""

from typing import Any

import streamlit as st

from analysis import sentences
from corpus.framework import Facet
from views import map_options, map_view, widgets
from views.map_data import MapData, map_data
from views.map_looks import NOT_REPORTED, Look, judge_within
from views.map_options import Options
from views.state import Judged, State, Where

MAPS = "gap_map.small"


def show(
    state: State, judged: Judged, look: Look, options: Options, where: Where,
    chosen: tuple[str | None, str | None, str | None], on_pick: map_view.OnPick,
    frame: map_view.Frame,
) -> None:  # fmt: skip
    """Draw them on one scale. ``chosen``: the row, the column and the small map that are open."""
    facet = state.framework.facet(options.by)
    found = {tag: judge_within(state, look, where, facet.id, tag, judged.coverage) for tag in options.shown}
    rest = [tag.label for tag in map_options.tags_of(facet) if tag.id not in options.shown]
    st.write(
        f"One map for each tag of {sentences.lower_first(widgets.plain(facet.label))}, on one scale and in one order. "
        "A number is a count within that tag; what is expected comes from that tag's own records. A record with "
        "several tags is on several maps. Every grade here is exploratory: each map is a filtered view."
        + (f" Not shown: {widgets.plain(', '.join(rest))}; choose them above." if rest else "")
    )
    empty = [_label(facet, tag) for tag, within in found.items() if not within.coverage.n_codable]
    full = {tag: within for tag, within in found.items() if within.coverage.n_codable}
    if empty:
        st.write(f"No record tagged on both sides: {widgets.plain(', '.join(empty))}.")
    if full:
        maps = [(tag, _draw(facet, tag, within, chosen)) for tag, within in full.items()]
        scale = max(_largest(data) for _, data in maps)
        for _, data in maps:
            data["scale"] = scale
        map_view.show(map_view.small_data(maps), MAPS, on_pick, frame=frame)


def opened(state: State, judged: Judged, look: Look, options: Options, where: Where, of: str | None) -> Judged | None:
    """The small map named in the address; None if it is not among those shown."""
    if of not in options.shown:
        return None
    return judge_within(state, look, where, options.by, of, judged.coverage)


def filters_of(options: Options, where: Where, of: str) -> Where:
    """The filters that lead to a small map's records, for links; those without a tag cannot be filtered for."""
    if of == NOT_REPORTED:
        return where
    tags = dict(where.tags) | {options.by: (of,)}
    return Where(tuple(sorted(tags.items())), where.years, where.coded_by, where.only_in_scope)


def _draw(
    facet: Facet, tag: str, within: Judged, chosen: tuple[str | None, str | None, str | None]
) -> MapData:  # fmt: skip
    n = sentences.records_words(within.coverage.n_records)
    open_here = chosen[:2] if chosen[2] == tag else (None, None)
    title = f"{_label(facet, tag)}, {n}"
    return map_data(within.coverage, within.relative, absolute=within.absolute, title=title, chosen=open_here)


def _label(facet: Facet, tag: str) -> str:
    return "Not reported" if tag == NOT_REPORTED else facet.label_of(tag)


def _largest(data: MapData) -> int:
    """The largest count of a cell that is neither general nor hidden."""
    counts: list[Any] = [
        n
        for i, row in enumerate(data["observed"])
        for j, n in enumerate(row)
        if not (data["rows"][i]["extra"] or data["columns"][j]["extra"])
    ]
    return max([1, *counts])
