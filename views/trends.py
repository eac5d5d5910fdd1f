"""Trends and places: records per year by any facet, countries studied, journals and authors."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.sentences import lower_first, records_words
from analysis.trends import SHOWN_LINES, SPAN, Places, Trend
from views import address, charts, filters, gap_table, widgets
from views.state import State, Where

WORLD = Path(__file__).parent / "assets" / "world.json"  # Natural Earth, 1:110 million; public domain
MEASURES = {"records": "Records", "share": "Share of the year's records"}
NAMES_SHOWN = 10


def render(state: State) -> None:
    if not len(state.snapshot()):
        st.title("Trends and places")
        st.write("There is nothing to count yet: this collection has no records.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
        return
    st.title("Trends and places")
    _show_counts(state)


@st.fragment
def _show_counts(state: State) -> None:
    """All that changes with a filter, run by itself: what stands around it need not be drawn again."""
    state = replace(state, version=state.corpus.version)
    # Counted before anything is drawn: a page that comes in one piece is on screen sooner than one that comes in many.
    wanted = filters.read_where(state)
    state.trend(address.choose_one("By", _facets(state), "by", next(iter(_facets(state))), drawn=False), wanted)
    state.places(wanted)
    state.names(wanted)
    where = filters.pick_where(state, read=wanted)
    n_records = len(state.snapshot(where))
    if not n_records:
        st.write("No record passes these filters. Remove one of them to see the counts again.")
        return
    st.write(
        f"{records_words(n_records)} counted. These are counts of what was collected: they say when, where and in "
        "which journals it appeared, not how common a problem is or how good the work."
    )
    chart = _show_years(state, where)
    _show_places(state, where)
    _show_names(state, where)
    widgets.show_caveats(state)
    if chart:  # the slowest to draw, and said in words and numbers already
        place, figure = chart
        place.plotly_chart(figure, key="trends.years", config={"displayModeBar": False})


def _show_years(state: State, where: Where) -> tuple[DeltaGenerator, go.Figure] | None:
    """All but the chart, which is given back with its place."""
    st.header("Year by year", anchor=False)
    facets = _facets(state)
    by_at, how_at = st.columns([2, 1])
    with by_at:
        facet_id = address.choose_one("By", facets, "by", next(iter(facets)))
    with how_at:
        measure = address.choose_one("Show", MEASURES, "show", "records")
    trend = state.trend(facet_id, where)
    if not len(trend.counts):
        st.write("None of these records says when it appeared.")
        return None
    present = [i for i in trend.counts if trend.counts[i].any()]
    picked = address.choose_many(
        "Lines", {i: trend.labels[i] for i in present}, f"lines-{facet_id}", placeholder="The most frequent"
    )
    lines = picked or present[:SHOWN_LINES]
    values = trend.shares if measure == "share" else trend.counts
    st.markdown(widgets.plain(say_years(trend, lines)))
    last = int(trend.counts.index[-1])
    shown = values.loc[values.index > last - SPAN, lines]
    figure = charts.years(shown, trend.labels, trend.incomplete, measure == "share", widgets.theme())
    chart_at = st.container()
    table = values[lines].rename(columns=trend.labels).rename_axis("Year").reset_index()
    table["All records"] = trend.totals.to_numpy()
    with widgets.more("Numbers behind this chart", "trends.numbers") as place:
        if place.open:
            st.dataframe(table, hide_index=True, key="trends.years.table")
            _download(state, where, table, "records per year", "lacuna-years.csv")
    return chart_at, figure


def _facets(state: State) -> dict[str, str]:
    return {facet.id: facet.label for facet in state.framework.facets}


def say_years(trend: Trend, lines: list[str]) -> str:
    """The figure in words: what is left out, which years are not complete, and the largest line."""
    said = []
    if trend.n_no_year:
        said.append(f"{records_words(trend.n_no_year)} without a year left out.")
    if trend.incomplete:
        said.append(
            f"{' and '.join(map(str, trend.incomplete))}, marked with a hollow sign, cannot be complete yet: a fall "
            "there is no trend."
        )
    first, last = int(trend.counts.index[0]), int(trend.counts.index[-1])
    if lines:
        most = trend.counts[lines[0]]
        peak = int(most.idxmax())
        label = lower_first(trend.labels[lines[0]])
        said.append(
            f"From {first} to {last}, {label} comes up in {records_words(int(most.sum()))}; "
            f"most in one year: {int(most.max()):,} of {int(trend.totals[peak]):,} in {peak}."
        )
    if last - first >= SPAN:
        said.append(f"Drawn are the last {SPAN} years; the table has all.")
    return " ".join(said)


def _show_places(state: State, where: Where) -> None:
    places = state.places(where)
    if places is None:
        return
    st.header("Countries studied", anchor=False)
    if not len(places.table):
        st.markdown(widgets.plain(say_places(places)))
        return
    table = places.table[["label", "records", "share"]].set_axis(["Country", "Records", "Share"], axis=1)
    words_at, table_at = st.columns(2, gap="medium")
    with words_at:
        st.markdown(widgets.plain(say_places(places)))
    with table_at:
        first = table.head(NAMES_SHOWN)
        st.table(
            first.assign(Country=first["Country"].map(widgets.plain), Share=first["Share"].map("{:.0%}".format)),
            hide_index=True,
            border="horizontal",
        )
    with widgets.more("World map", "trends.world") as place:
        if place.open:
            _show_map(places)
    with widgets.more(f"All {len(table):,} countries as a table", "trends.countries") as place:
        if place.open:
            percent = {"Share": st.column_config.NumberColumn(format="percent")}
            st.dataframe(table, hide_index=True, key="trends.places.table", column_config=percent)
            _download(state, where, table, "countries studied", "lacuna-countries.csv")


def _show_map(places: Places) -> None:
    """The countries on a map of the world, with the names of those it is too small for."""
    world = _world()
    st.write("No record here names the countries left plain, which does not say that nothing is known there.")
    st.vega_lite_chart(spec=world_map(places.table, world), key="trends.map")
    missing = places.table[~places.table["numeric"].isin(_drawn(world))]
    if len(missing):
        named = ", ".join(f"{label} ({n:,})" for label, n in zip(missing["label"], missing["records"], strict=True))
        st.markdown(widgets.plain(f"Too small to see on this map: {named}."))


def say_places(places: Places) -> str:
    """What the table and the map show and what they cannot."""
    said = (
        f"{places.n_named:,} of {records_words(places.n_records)} name where the people studied were; "
        f"{places.n_no_country:,} name no place. Authors' addresses do not count."
    )
    if places.n_international:
        said += f" {records_words(places.n_international)} of work in three or more world regions stand apart."
    if len(places.table):
        top = places.table.iloc[0]
        said += (
            f" Most often studied: {top['label']}, {top['records']:,} ({top['share']:.0%} of those that name a place)."
        )
    if places.effective_countries is not None:
        said += f" The spread is that of about {places.effective_countries:.0f} countries studied equally often."
    return said


@st.cache_resource
def _world() -> dict[str, Any]:
    return json.loads(WORLD.read_text(encoding="utf-8"))


def _drawn(world: dict[str, Any]) -> set[str]:
    return {shape["id"] for shape in world["objects"]["countries"]["geometries"] if "id" in shape}


def world_map(table: pd.DataFrame, world: dict[str, Any]) -> dict[str, Any]:
    """Countries shaded by their records, on a logarithmic scale; the others are outlines. A Vega-Lite specification.

    Written out rather than built: to check and copy the shapes of all countries took over a second at each visit.
    """
    shapes = {"values": world, "format": {"type": "topojson", "feature": "countries"}}
    outline = {"type": "geoshape", "stroke": "#8888", "strokeWidth": 0.4, "aria": False}  # the table below has names
    numbers = {"values": table[["numeric", "label", "records"]].to_dict("records")}
    studied = {
        "mark": outline,
        "transform": [
            {"lookup": "id", "from": {"data": numbers, "key": "numeric", "fields": ["label", "records"]}},
            {"filter": "isValid(datum.records)"},
        ],
        "encoding": {
            "color": {
                "field": "records",
                "type": "quantitative",
                "scale": {"type": "log", "scheme": "cividis"},
                "legend": {"title": "Records", "orient": "bottom", "format": ",d", "tickCount": 5},
            },
            "tooltip": [
                {"field": "label", "type": "nominal", "title": "Country"},
                {"field": "records", "type": "quantitative", "title": "Records", "format": ",d"},
            ],
        },
    }
    return {
        "data": shapes,
        "layer": [{"mark": outline | {"fill": "#8884"}}, studied],
        "projection": {"type": "equalEarth"},
        "height": 420,
        "background": "transparent",
    }


def _show_names(state: State, where: Where) -> None:
    st.header("Journals and authors", anchor=False)
    venues, authors, alone = state.names(where)
    st.write(
        "As the records name them. Two people with one name count as one, and one person with two spellings as two; "
        "nothing here measures anybody."
    )
    for at, title, table, key in zip(
        st.columns(2), ("Journals and other venues", "Authors"), (venues, authors), ("venues", "authors"), strict=True
    ):
        with at:
            st.subheader(title, anchor=False)
            shown = table.set_axis(["Name", "Records"], axis=1)
            if not len(shown):
                st.write("None is named.")
                continue
            first = shown.head(NAMES_SHOWN)
            st.table(first.assign(Name=first["Name"].map(widgets.plain)), hide_index=True, border="horizontal")
            with widgets.more(f"All {len(shown):,} {title.lower()}", f"trends.all.{key}") as place:
                if place.open:
                    st.dataframe(shown, hide_index=True, height=420, key=f"trends.{key}")
                    _download(state, where, shown, title.lower(), f"lacuna-{key}.csv")
    if alone:
        st.write(f"{records_words(alone)} without a venue.")


def _download(state: State, where: Where, table: pd.DataFrame, what: str, name: str) -> None:
    st.download_button(
        f"{what[0].upper()}{what[1:]} (CSV)",
        lambda: gap_table.to_csv(table, state.snapshot(where), what),
        name,
        "text/csv",
        key=f"trends.{name}",
        icon=":material/download:",
        on_click="ignore",
    )
