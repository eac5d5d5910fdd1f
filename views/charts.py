"""Figures. Each function returns one; the page that shows it has its numbers as a table beside it."""

import html
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from analysis.topics import TopicProfile

FLAGGED = "under-studied"
Interval = tuple[float, float, float] | None  # a share and the ends of its interval

# Ink for words and the two colours of marks, for the light and the dark theme of .streamlit/config.toml
PALETTES = {"light": ("#3a4653", "#0072b2", "#d55e00"), "dark": ("#c3ccd5", "#5aa9e6", "#f08a3c")}


def topic_recency(profiles: Sequence[TopicProfile], share: float, theme: str = "light") -> go.Figure:
    """Each topic's share of records from recent years, with its interval, beside the whole collection's ``share``.

    One row a topic, the first at the top; the area of a mark is the topic's number of records. Flagged topics are
    diamonds, the others circles. Topics without a dated record are left out.
    """
    dated = [profile for profile in profiles if profile.recency is not None and profile.recency.expected > 0]
    ink, *colours = PALETTES.get(theme, PALETTES["light"])
    figure = go.Figure()
    largest = max((profile.n_records for profile in dated), default=1)
    for name, symbol, colour, here in (
        ("Not flagged", "circle", colours[0], [p for p in dated if p.flag != FLAGGED]),
        ("Flagged as under-studied", "diamond", colours[1], [p for p in dated if p.flag == FLAGGED]),
    ):
        points = [_point(profile, share) for profile in here]
        figure.add_scatter(
            name=name,
            mode="markers",
            x=[x for x, _, _ in points],
            y=[profile.topic.label for profile in here],
            error_x={
                "type": "data",
                "array": [high - x for x, _, high in points],
                "arrayminus": [x - low for x, low, _ in points],
                "color": colour,
                "thickness": 1.5,
                "width": 4,
            },
            marker={
                "symbol": symbol,
                "color": colour,
                "size": [profile.n_records for profile in here],
                "sizemode": "area",
                "sizeref": 2 * largest / 26**2,
                "sizemin": 5,
                "opacity": 1,
            },
            text=[_hover(profile, share) for profile in here],
            hovertemplate="%{text}<extra></extra>",
        )
    year = dated[0].year_from if dated else ""
    figure.add_vline(x=share, line_dash="dash", line_width=1.5, line_color=ink)
    figure.add_annotation(
        x=share,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"whole collection {share:.0%}",
        showarrow=False,
        font={"size": 13, "color": ink},
    )
    figure.update_layout(
        height=150 + 34 * len(dated),
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        legend={"orientation": "h", "yanchor": "top", "y": -0.16, "x": 0, "itemclick": False, "itemdoubleclick": False},
        xaxis={
            "title": {"text": f"Share since {year}", "standoff": 8},
            "automargin": True,
            "tickformat": ".0%",
            "rangemode": "tozero",
            "fixedrange": True,
        },
        yaxis={
            "categoryorder": "array",
            "categoryarray": [profile.topic.label for profile in reversed(dated)],
            "automargin": True,
            "fixedrange": True,
            "tickfont": {"size": 13, "color": ink},
        },
        dragmode=False,
    )
    return figure


def _point(profile: TopicProfile, share: float) -> tuple[float, float, float]:
    """Share of recent records, with the ends of its interval (no share is above 1)."""
    recency = profile.recency
    assert recency is not None
    n_dated = recency.expected / share
    x = recency.observed / n_dated
    return x, min(x, recency.low * share), max(x, min(1.0, recency.high * share))


def _hover(profile: TopicProfile, share: float) -> str:
    recency = profile.recency
    assert recency is not None
    x, low, high = _point(profile, share)
    label = profile.topic.label.replace("<", "&lt;")
    return (
        f"<b>{label}</b><br>{profile.n_records:,} records<br>{recency.observed:,} since {profile.year_from}, "
        f"about {recency.expected:.0f} expected<br>{x:.0%} ({low:.0%} to {high:.0%})"
    )


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
    figure = go.Figure()
    for n, name in enumerate(values.columns):
        dash, symbol = LINES[n % len(LINES)]
        colour = colours[n % len(colours)]
        label = html.escape(labels.get(name, name))
        figure.add_scatter(
            name=label,
            x=[int(year) for year in values.index],
            y=[None if pd.isna(y) else float(y) for y in values[name]],
            mode="lines+markers",
            line={"dash": dash, "color": colour, "width": 2},
            marker={
                "symbol": [f"{symbol}-open" if year in incomplete else symbol for year in values.index],
                "size": 8,
                "color": colour,
                "line": {"width": 2, "color": colour},
            },
            hovertemplate=f"{label}, %{{x}}: %{{y:{'.0%' if is_share else ',d'}}}<extra></extra>",
        )
    figure.update_layout(
        height=420,
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
        showlegend=True,
        legend={"orientation": "h", "yanchor": "top", "y": -0.12, "x": 0, "itemclick": False, "itemdoubleclick": False},
        font={"color": ink, "size": 13},
        xaxis={"fixedrange": True, "tickformat": "d", "tickfont": {"color": ink}},
        yaxis={
            "title": "Share of the year's records" if is_share else "Records",
            "tickformat": ".0%" if is_share else ",d",
            "rangemode": "tozero",
            "fixedrange": True,
            "tickfont": {"color": ink},
        },
        dragmode=False,
    )
    return figure
