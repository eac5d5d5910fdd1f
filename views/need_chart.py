"""The figure of the page Need; the page has its numbers as a table beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from views.charts import PALETTES

LEAST = 0.01  # where no attention at all is drawn on a log scale


def attention(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], grades: Mapping[str, str], theme: str = "light"
) -> go.Figure:
    """Attention to each group with its interval on a log scale, parity at 1 and what counts as near it shaded.

    ``rows``: parity gaps with grade, ratio, low and high, one a name; the first stands at the top.
    """
    ink, blue, orange = PALETTES.get(theme, PALETTES["light"])
    looks = {"under": ("triangle-down", orange), "over": ("triangle-up", blue), "near": ("circle", ink)}
    figure = go.Figure()
    for grade, label in grades.items():
        here = [(name, row) for name, row in zip(names, rows, strict=True) if row["grade"] == grade]
        if not here:
            continue
        symbol, colour = looks.get(grade, ("circle-open", ink))
        x = [max(LEAST, float(row["ratio"])) for _, row in here]
        figure.add_scatter(
            name=label,
            mode="markers",
            x=x,
            y=[name for name, _ in here],
            error_x={
                "type": "data",
                "array": [max(0.0, float(row["high"]) - at) for at, (_, row) in zip(x, here, strict=True)],
                "arrayminus": [
                    max(0.0, at - max(LEAST, float(row["low"]))) for at, (_, row) in zip(x, here, strict=True)
                ],
                "color": colour,
                "thickness": 1.5,
                "width": 4,
            },
            marker={"symbol": symbol, "color": colour, "size": 12, "line": {"width": 2, "color": colour}},
            text=[f"{name}: {row['ratio']:.2f} ({row['low']:.2f} to {row['high']:.2f})" for name, row in here],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.add_vrect(x0=0.8, x1=1.2, fillcolor=ink, opacity=0.12, line_width=0)
    figure.add_vline(x=1, line_dash="dash", line_width=1.5, line_color=ink)
    figure.update_layout(
        height=170 + 36 * len(names),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "top", "y": -0.3, "x": 0, "itemclick": False, "itemdoubleclick": False},
        xaxis={
            "title": "Records over need, as shares (1 = parity)",
            "type": "log",
            "tickvals": [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
            "ticktext": ["0.01", "0.03", "0.1", "0.3", "1", "3", "10", "30"],
            "fixedrange": True,
        },
        yaxis={
            "categoryorder": "array",
            "categoryarray": list(reversed(names)),
            "automargin": True,
            "fixedrange": True,
            "tickfont": {"size": 13, "color": ink},
        },
        dragmode=False,
        showlegend=True,
    )
    return figure
