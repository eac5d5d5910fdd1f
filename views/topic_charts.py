"""Topics as views/assets/topics.js draws them: circles with names, shares with ranges, rows of small bars."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.sentences import records_words
from analysis.topics import TopicProfile, radii
from views.charts import FLAGGED

NARROWEST = 330  # pixels the figure has on a small screen: a name is written where it fits its circle even there
LETTER, LINE = 6.4, 14  # pixels of the font below
SPAN = 30  # years of a row of bars
EDGE_ROOM = 4  # pixels around the circles for the thickest edge
LARGEST, SMALLEST = 26, 9  # pixels across a mark
SHAPES = "◆ and a thick edge: flagged as under-studied. Dashed edge: unstable. Dotted edge: too small to judge."


def to_circles(profiles: Sequence[TopicProfile]) -> tuple[list[float], list[dict[str, Any]]]:
    """The box around all circles (x, y, width, height), and a circle a topic, in pixels of a small screen.

    Its area is the number of records, its place how alike topics are, its edge the flag. Each is numbered as the list
    beside it; the name stands in it where there is room.
    """
    at = np.array([profile.topic.at for profile in profiles], dtype=float).reshape(-1, 2)
    reach = radii(np.array([len(profile.topic) for profile in profiles]))
    low = (at - reach[:, None]).min(axis=0)
    size = (at + reach[:, None]).max(axis=0) - low
    scale = NARROWEST / float(max(size))
    drawn = [
        {
            "x": round((x - low[0]) * scale, 1),
            "y": round((low[1] + size[1] - y) * scale, 1),  # up is up
            "r": round(r * scale, 1),
            "flag": profile.flag,
            "lines": _lines(n, profile, r * scale),
            "name": f"{n}. {say_topic(profile)}",
        }
        for n, (profile, (x, y), r) in enumerate(zip(profiles, at.tolist(), reach.tolist(), strict=True), 1)
    ]
    edge = EDGE_ROOM
    return [-edge, -edge, round(size[0] * scale + 2 * edge, 1), round(size[1] * scale + 2 * edge, 1)], drawn


def _lines(number: int, profile: TopicProfile, pixels: float) -> list[str]:
    """The number, and the words below it where the circle has room for them."""
    first = f"◆ {number}" if profile.flag == FLAGGED else str(number)
    words = profile.topic.label.split(", ")
    high, wide = LINE * (len(words) + 1) / 2, LETTER * max(map(len, words)) / 2
    return [first, *words] if high**2 + (wide * 0.8) ** 2 <= pixels**2 else [first]


def say_topic(profile: TopicProfile) -> str:
    """A circle in words."""
    flag = f", {profile.flag}" if profile.flag else ""
    return f"{profile.topic.label}: {records_words(profile.n_records)}{flag}"


def to_shares(profiles: Sequence[TopicProfile], share: float) -> list[dict[str, Any]]:
    """Each topic's share of records from recent years, with its range, beside the whole collection's ``share``.

    The area of a mark is the topic's number of records. Topics without a dated record are left out.
    """
    dated = [profile for profile in profiles if profile.recency is not None and profile.recency.expected > 0]
    largest = max((profile.n_records for profile in dated), default=1)
    rows = []
    for profile in dated:
        recency = profile.recency
        assert recency is not None
        x = recency.observed * share / recency.expected
        low, high = min(x, recency.low * share), max(x, min(1.0, recency.high * share))  # no share is above 1
        rows.append({
            "label": profile.topic.label,
            "flag": FLAGGED if profile.flag == FLAGGED else "",
            "share": x,
            "low": low,
            "high": high,
            "size": max(SMALLEST, round(LARGEST * (profile.n_records / largest) ** 0.5)),
            "words": f"{records_words(profile.n_records)}, {recency.observed:,} since {profile.year_from}, about "
            f"{recency.expected:.0f} expected: {x:.0%} ({low:.0%} to {high:.0%})",
        })  # fmt: skip
    return rows


def say_circles(profiles: Sequence[TopicProfile]) -> str:
    """The figure in words."""
    largest = max(profiles, key=lambda profile: profile.n_records)
    said = (
        f"Each circle is a topic, numbered as in the list; its area is the number of records. The largest is "
        f"“{largest.topic.label}” with {records_words(largest.n_records)}. Circles stand near each other "
        "where records use similar words; up, down, left and right mean nothing."
    )
    return f"{said} {SHAPES}"


def to_bars(counts: pd.Series, incomplete: Sequence[int] = ()) -> dict[str, Any]:
    """Records per year as a row of small bars, each a share of the highest, with the numbers in words.

    ``counts``: by year, without gaps. Years that cannot be complete yet are drawn hollow.
    """
    shown = counts.iloc[-SPAN:]
    most = max(int(shown.max()), 1)
    shares = [[round(int(n) / most, 3), year not in incomplete] for year, n in shown.items()]
    return {"words": say_bars(counts, incomplete), "shares": shares}


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
