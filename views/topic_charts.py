"""Topics drawn: as circles with their names, and as a row of small bars, records year by year."""

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.sentences import records_words
from analysis.topics import TopicProfile, radii
from views.charts import FLAGGED, PALETTES

NARROWEST = 330  # pixels the figure has on a small screen: a name is written where it fits its circle even there
LETTER, LINE = 6.4, 14  # pixels of the font below
SPAN = 30  # years of a row of bars
EDGES = {FLAGGED: ("solid", 4), "": ("solid", 1.5), "unstable": ("dash", 1.5), "small": ("dot", 1.5)}
SHAPES = "◆ and a thick edge: flagged as under-studied. Dashed edge: unstable. Dotted edge: too small to judge."


def circles(profiles: Sequence[TopicProfile], theme: str = "light") -> go.Figure:
    """A circle a topic: its area is the number of records, its place how alike topics are, its edge the flag.

    Each is numbered as the list beside it; the name stands in it where there is room. ``customdata``: the topic's id.
    """
    ink, plain, flagged = PALETTES.get(theme, PALETTES["light"])
    at = np.array([profile.topic.at for profile in profiles], dtype=float).reshape(-1, 2)
    reach = radii(np.array([len(profile.topic) for profile in profiles]))
    low = (at - reach[:, None]).min(axis=0)
    high = (at + reach[:, None]).max(axis=0)
    scale = NARROWEST / float(max(high - low))
    figure = go.Figure()
    figure.add_scatter(**_targets(profiles, at, reach))
    shapes, names = [], []  # handed over all at once: plotly checks the whole list again at each that is added
    for n, (profile, (x, y), r) in enumerate(zip(profiles, at, reach, strict=True), 1):
        colour = flagged if profile.flag == FLAGGED else plain
        dash, width = EDGES.get(profile.flag, EDGES[""])
        circle = {"type": "circle", "x0": x - r, "x1": x + r, "y0": y - r, "y1": y + r}
        shapes += [
            circle | {"fillcolor": colour, "opacity": 0.22, "line": {"width": 0}, "layer": "below"},
            circle | {"line": {"color": colour, "dash": dash, "width": width}},
        ]
        name = _name(n, profile, r * scale)
        names.append({"x": x, "y": y, "text": name, "showarrow": False, "font": {"size": 12, "color": ink}})
    figure.update_layout(shapes=shapes, annotations=names)
    axis = {"visible": False, "fixedrange": True}
    figure.update_layout(
        height=470,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        xaxis=axis | {"range": [low[0] - 0.02, high[0] + 0.02]},
        yaxis=axis | {"range": [low[1] - 0.02, high[1] + 0.02], "scaleanchor": "x", "scaleratio": 1},
    )
    return figure


def _targets(profiles: Sequence[TopicProfile], at: np.ndarray, reach: np.ndarray) -> dict[str, object]:
    """Points nobody sees, spread over each circle, for the pointer to meet."""
    ring = [(0.0, 0.0)] + [
        (share * np.cos(turn), share * np.sin(turn))
        for share, n in ((0.45, 6), (0.85, 12))
        for turn in 2 * np.pi * np.arange(n) / n
    ]
    spread = np.array(ring)
    points = np.concatenate([at[k] + spread * reach[k] for k in range(len(profiles))])
    of = [profile for profile in profiles for _ in ring]
    hidden = {"marker": {"opacity": 0}}
    return {
        "x": points[:, 0].round(4).tolist(),
        "y": points[:, 1].round(4).tolist(),
        "mode": "markers",
        "marker": {"size": 16, "opacity": 0},
        "selected": hidden,
        "unselected": hidden,
        "customdata": [profile.topic.id for profile in of],
        "text": [_hover(profile) for profile in of],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _name(number: int, profile: TopicProfile, pixels: float) -> str:
    """The number, and the words below it where the circle has room for them."""
    mark = "◆ " if profile.flag == FLAGGED else ""
    lines = [f"<b>{mark}{number}</b>"]
    words = profile.topic.label.split(", ")
    high, wide = LINE * (len(words) + 1) / 2, LETTER * max(map(len, words)) / 2
    if high**2 + (wide * 0.8) ** 2 <= pixels**2:
        lines += [html.escape(word) for word in words]
    return "<br>".join(lines)


def _hover(profile: TopicProfile) -> str:
    flag = f"<br>{profile.flag}" if profile.flag else ""
    return f"<b>{html.escape(profile.topic.label)}</b><br>{records_words(profile.n_records)}{flag}"


def say_circles(profiles: Sequence[TopicProfile]) -> str:
    """The figure in words."""
    largest = max(profiles, key=lambda profile: profile.n_records)
    said = (
        f"Each circle is a topic, numbered as in the list; its area is the number of records. The largest is "
        f"“{largest.topic.label}” with {records_words(largest.n_records)}. Circles stand near each other "
        "where records use similar words; up, down, left and right mean nothing."
    )
    return f"{said} {SHAPES}"


def bars(counts: pd.Series, incomplete: Sequence[int] = ()) -> str:
    """Records per year as a row of small bars, with the numbers as its text alternative. Safe HTML: numbers alone.

    ``counts``: by year, without gaps. Years that cannot be complete yet are drawn hollow.
    """
    shown = counts.iloc[-SPAN:]
    most = max(int(shown.max()), 1)
    pieces = []
    for year, n in shown.items():
        fill = "" if year in incomplete else "background:currentcolor;"
        height = max(round(32 * int(n) / most), 1)
        pieces.append(
            f'<span style="flex:1 1 0;max-width:9px;height:{height}px;{fill}border:1px solid currentcolor;'
            'box-sizing:border-box"></span>'
        )
    row = (
        f'<div role="img" aria-label="{say_bars(counts, incomplete)}" style="display:flex;align-items:flex-end;'
        f'gap:2px;height:34px;max-width:21rem;opacity:.75">{"".join(pieces)}</div>'
    )
    return row


def say_bars(counts: pd.Series, incomplete: Sequence[int] = ()) -> str:
    """The row of bars in words."""
    shown = counts.iloc[-SPAN:]
    if not len(shown):
        return "No record says when it appeared."
    first, last = int(shown.index[0]), int(shown.index[-1])
    peak = int(shown.idxmax())
    said = f"Records per year, {first} to {last}: most in {peak} ({int(shown.max()):,})"
    complete = [year for year in shown.index if year not in incomplete]
    if complete:
        said += f", {int(shown[complete[-1]]):,} in {complete[-1]}"
    before = int(counts.iloc[:-SPAN].sum())
    return said + (f"; {before:,} earlier." if before else ".")
