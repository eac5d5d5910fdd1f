"""What the page of topics draws as elements of its own: circles with a list, shares with ranges, a card a topic.

A dozen cards of Streamlit's own parts are two hundred elements, and each of its charts takes a browser as long as a
whole bare page. The script (views/assets/topics.js) sets text only; what it is given is made here.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from analysis.sentences import records_words, upper_first
from analysis.topics import TopicProfile
from analysis.trends import Trend
from views import topic_charts, widgets
from views.charts import FLAGGED, PALETTES
from views.map_component import asset
from views.state import State

BADGES = {FLAGGED: "◆ Under-studied", "unstable": "Unstable", "small": "Too small to judge"}
CARD_WORDS = {"covers": "What it covers", "typical": "Typical records:"}
OPEN = "Open this topic: its records, the topics within it, terms for a tag"
FEW = 0.4  # up to this share, a scale has a mark every tenth; above, every fifth
LEFT = "topics.left"  # the address of the page when a link on it was followed
Link = dict[str, Any]

_TOPICS = st.components.v2.component(
    "lacuna_topics", html='<div class="lacuna-topics"></div>', css=asset("topics.css"), js=asset("topics.js")
)


def come_back() -> None:
    """Going back from a record, the browser first comes by with the record's id alone: the page as it was left."""
    if "id" in st.query_params:
        st.query_params.from_dict(st.session_state.get(LEFT, {}))


def to_link(page: str, label: str, **query: object) -> Link:
    """A link as the script draws it: its words, its address, and where it leads within the app."""
    given = {name: str(value) for name, value in query.items() if value not in (None, "")}
    return {"label": label, "href": f"{page}?{urlencode(given)}", "page": page, "query": given}


def show_circles(state: State, profiles: Sequence[TopicProfile], key: str, name: str, **query: object) -> None:
    """Circles beside a numbered list of links; ``query``: the address they lead to, in which ``name`` is the topic."""
    box, circles = topic_charts.to_circles(profiles)
    for n, (circle, profile) in enumerate(zip(circles, profiles, strict=True), 1):
        mark = "◆ " if profile.flag == FLAGGED else ""
        label = f"{n}. {mark}{profile.topic.label} ({profile.n_records:,})"
        circle["link"] = to_link("topics", label, **query | {name: profile.topic.id})
    words = {"figure": f"{len(circles)} topics as circles, numbered as in the list"}
    _draw(state, f"{key}.circles", {"kind": "circles", "box": box, "circles": circles, "words": words})


def show_shares(state: State, profiles: Sequence[TopicProfile], share: float, key: str) -> None:
    """Each topic's share of recent records with its range, beside that of the whole collection."""
    rows = topic_charts.to_shares(profiles, share)
    step = 0.1 if max(row["high"] for row in rows) <= FEW else 0.2
    most = max(share, *(row["high"] for row in rows))
    words = {
        "figure": "Share of recent records, topic by topic",
        "whole": f"whole collection {share:.0%}",
        "mark": "◆",
        "key": f"Share since {profiles[0].year_from}. The larger a mark, the more records. ◆: flagged as under-studied",
    }
    data = {"kind": "pace", "rows": rows, "whole": share, "most": min(1.0, most * 1.02), "step": step, "words": words}
    _draw(state, key, data)


def show_cards(state: State, sections: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]], key: str) -> None:
    """A heading, what it means and the cards of each section."""
    made = [{"title": title, "meaning": meaning, "cards": cards} for title, meaning, cards in sections]
    _draw(state, key, {"kind": "cards", "sections": made, "words": CARD_WORDS})


def to_card(
    profile: TopicProfile,
    titles: Sequence[tuple[str, str | None]],
    trend: Trend,
    covers: Sequence[str],
    ways: Sequence[Link],
    asked: int | None,
) -> dict[str, Any]:
    """A topic as the script draws it. ``titles``: id and title of its typical records."""
    own = profile.topic
    has_years = own.id in trend.counts and len(trend.counts)
    return {
        "label": own.label,
        "flag": profile.flag,
        "badge": BADGES.get(profile.flag, ""),
        "size": f"{records_words(profile.n_records)}." if profile.flag != "small" else "",  # its reason says it
        "reasons": f"{upper_first(profile.reason_words)}." if profile.reasons else "",
        "bars": topic_charts.to_bars(trend.counts[own.id], trend.incomplete) if has_years else None,
        "typical": [to_link("record", " ".join((title or "Without a title").split()), id=i) for i, title in titles],
        "covers": list(covers),
        "open": to_link("topics", OPEN, topic=own.id, topics=asked),
        "ways": list(ways),
    }


def _draw(state: State, key: str, data: dict[str, Any]) -> None:
    """Draw it, and go where a link in it that was followed leads."""
    _, plain, flagged = PALETTES.get(widgets.theme(), PALETTES["light"])
    colours = {"plain": plain, "flagged": flagged}
    opened: Any = _TOPICS(data=data | {"colours": colours}, key=key, on_open_change=_ignore).open
    if not opened:
        return
    page, query = opened
    if page == "topics":  # the page we are on
        for name, value in query.items():
            st.query_params[name] = value
        st.query_params.pop("page", None)
        st.rerun()
    if page in state.pages:
        st.session_state[LEFT] = dict(st.query_params)
        st.switch_page(state.pages[page], query_params=query)


def _ignore() -> None:
    """A trigger needs a callback to be reported; what follows is done where it is drawn."""
