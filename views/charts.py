"""Figures. Each function returns one; the page that shows it has its numbers as a table beside it."""

import html
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

FLAGGED = "under-studied"
Interval = tuple[float, float, float] | None  # a share and the ends of its interval

# Ink for words and the two colours of marks, for the light and the dark theme of .streamlit/config.toml
PALETTES = {"light": ("#3a4653", "#0072b2", "#d55e00"), "dark": ("#c3ccd5", "#5aa9e6", "#f08a3c")}


def shares_with_intervals(
    labels: Sequence[str], series: Mapping[str, Sequence[Interval]], theme: str = "light"
) -> go.Figure:
    """Several shares a row, each a mark with its interval; the first row at the top. A share of None is left out."""
    ink, *colours = PALETTES.get(theme, PALETTES["light"])
    figure = go.Figure()
    for n, (name, values) in enumerate(series.items()):
        shift = 0.2 * (n - (len(series) - 1) / 2)  # side by side, so that no interval hides another
        here = [(at, value) for at, value in enumerate(values) if value is not None]
        figure.add_scatter(
            name=name,
            mode="markers",
            x=[share for _, (share, _, _) in here],
            y=[at + shift for at, _ in here],
            text=[html.escape(labels[at]) for at, _ in here],
            error_x={
                "type": "data",
                "array": [high - share for _, (share, _, high) in here],
                "arrayminus": [share - low for _, (share, low, _) in here],
                "color": colours[n % 2],
                "thickness": 1.5,
                "width": 4,
            },
            marker={"symbol": ("circle", "diamond")[n % 2], "color": colours[n % 2], "size": 10},
            hovertemplate="%{text}<br>" + name + " %{x:.0%}<extra></extra>",
        )
    figure.update_layout(
        height=120 + 38 * len(labels),
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.0,
            "x": 0,
            "itemclick": False,
            "itemdoubleclick": False,
        },
        xaxis={"tickformat": ".0%", "range": [-0.02, 1.03], "zeroline": False, "fixedrange": True},
        yaxis={
            "tickvals": list(range(len(labels))),
            "ticktext": [html.escape(label) for label in labels],
            "range": [len(labels) - 0.4, -0.6],
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
            "tickfont": {"size": 13, "color": ink},
        },
        dragmode=False,
    )
    return figure


LINES = (("solid", "circle"), ("dash", "square"), ("dot", "diamond"), ("dashdot", "triangle-up"), ("longdash", "x"))
COLOURS = {
    "light": ("#0072b2", "#d55e00", "#6a51a3", "#00735a", "#444444"),
    "dark": ("#5aa9e6", "#f08a3c", "#b39ddb", "#4cc9a6", "#c3ccd5"),
}


def years(
    values: pd.DataFrame, labels: Mapping[str, str], incomplete: Sequence[int], is_share: bool, theme: str = "light"
) -> go.Figure:
    """One line a column, over the years of the index; told apart by dash and mark as well as colour.

    Years that cannot be complete yet have hollow marks. A year without a value is a break in the line.
    """
    ink = PALETTES.get(theme, PALETTES["light"])[0]
    colours = COLOURS.get(theme, COLOURS["light"])
    lines = []
    for n, name in enumerate(values.columns):
        dash, symbol = LINES[n % len(LINES)]
        colour = colours[n % len(colours)]
        label = html.escape(labels.get(name, name))
        lines.append({
            "type": "scatter",
            "name": label,
            "x": [int(year) for year in values.index],
            "y": [None if pd.isna(y) else float(y) for y in values[name]],
            "mode": "lines+markers",
            "line": {"dash": dash, "color": colour, "width": 2},
            "marker": {
                "symbol": [f"{symbol}-open" if year in incomplete else symbol for year in values.index],
                "size": 8,
                "color": colour,
                "line": {"width": 2, "color": colour},
            },
            "hovertemplate": f"{label}, %{{x}}: %{{y:{'.0%' if is_share else ',d'}}}<extra></extra>",
        })  # fmt: skip
    layout = {
        "height": 420,
        "margin": {"l": 8, "r": 8, "t": 16, "b": 8},
        "showlegend": True,
        "legend": {
            "orientation": "h", "yanchor": "top", "y": -0.12, "x": 0, "itemclick": False, "itemdoubleclick": False
        },
        "font": {"color": ink, "size": 13},
        "xaxis": {"fixedrange": True, "tickformat": "d", "tickfont": {"color": ink}},
        "yaxis": {
            "title": {"text": "Share of the year's records" if is_share else "Records"},
            "tickformat": ".0%" if is_share else ",d",
            "rangemode": "tozero",
            "fixedrange": True,
            "tickfont": {"color": ink},
        },
        "dragmode": False,
    }  # fmt: skip
    # To have each property checked takes longer than all else on the page; a test has it checked.
    return go.Figure({"data": lines, "layout": layout}, _validate=False)
