"""The records a search found and the counts beside them, each list drawn as one element.

Twenty cards and a dozen facets made of Streamlit's own parts are two hundred elements, which take a browser longer than
the search itself. The scripts (views/assets/results.js) set text only; what they are given is made here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from corpus.framework import Facet
from corpus.notices import is_grave, mark_of
from corpus.records import Record
from corpus.search import find_marks, write_snippet
from corpus.snapshot import Snapshot
from views import widgets
from views.map_component import asset
from views.state import State

FACETS_OPEN = 3
TAGS_SHOWN = 6
WORDS = {"publication": "Open the publication", "codes": "Codes", "tick": "Select “{}”"}
FACET_WORDS = {"chosen": "({} chosen)", "more": "{} more"}
LEFT = "search.left"  # the address of the search a record was opened from
Piece = tuple[str, bool]

_RESULTS = st.components.v2.component(
    "lacuna_results", html='<div class="lacuna-results"></div>', css=asset("results.css"), js=asset("results.js")
)


def show_records(
    state: State,
    rows: Sequence[Mapping[str, Any]],
    chosen: Mapping[str, Any],
    key: str,
    on_tick: Callable[[], None],
) -> None:
    """The records of one page; a title opens the record, a tick is handed to ``on_tick`` through the session.

    ``chosen``: what is said of the ticks above the list, and by name the ways to tick many at once.
    """
    data = {"words": WORDS, "chosen": chosen, "records": rows}
    opened: Any = _RESULTS(data=data, key=key, on_open_change=_ignore, on_tick_change=on_tick).open
    if opened and "record" in state.pages:
        st.session_state[LEFT] = {name: st.query_params.get_all(name) for name in st.query_params}
        st.switch_page(state.pages["record"], query_params={"id": opened})


def to_rows(state: State, records: Sequence[Record], query: str, ticked: Collection[str] = ()) -> list[dict[str, Any]]:
    """The records as the script draws them: texts as pieces, the marked ones true."""
    facets = tuple(state.framework.by_id)
    notices, snapshot = state.corpus.notices(), state.corpus.snapshot()
    rows = []
    for record in records:
        title = " ".join((record.title or "Without a title").split())
        snippet = write_snippet(record.abstract, query, facets) if query else ""
        rows.append({
            "id": record.id,
            "href": f"record?id={quote(record.id)}",
            "name": title,
            "title": to_pieces(title, query, facets),
            "cite": widgets.cite(record),
            "doi": widgets.doi_link(record.doi) if record.doi else "",
            "snippet": to_pieces(" ".join(snippet.split()), query, facets) if snippet else [],
            "codes": _codes(snapshot, record),
            "badge": mark_of(record.id, notices),
            "grave": is_grave(record.id, notices),
            "ticked": record.id in ticked,
        })  # fmt: skip
    return rows


def to_pieces(text: str, query: str, facets: Sequence[str]) -> list[Piece]:
    """A text cut where the words of a search begin and end."""
    pieces: list[Piece] = []
    at = 0
    for start, end in find_marks(text, query, facets) if query else ():
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def _codes(snapshot: Snapshot, record: Record) -> str:
    """The record's tags in a line, without those a narrower one says better."""
    row = snapshot.ids.searchsorted(record.id)
    if row >= len(snapshot) or snapshot.ids[row] != record.id:
        return ""
    columns = snapshot.tags.indices[snapshot.tags.indptr[row] : snapshot.tags.indptr[row + 1]]
    keys = [snapshot.framework.columns[column] for column in sorted(columns)]
    facets = snapshot.framework.by_id
    implied = {(f, p) for f, tag in keys for p in facets[f].with_parents(tag)[1:]}
    return "; ".join(facets[f].label_of(tag) for f, tag in keys if (f, tag) not in implied)


def show_facets(
    state: State,
    counts: Mapping[str, Mapping[str, int]],
    chosen: Mapping[str, Sequence[str]],
    key: str,
    on_choose: Callable[[], None],
) -> None:
    """What the records found are tagged with, facet by facet, to be chosen; the choice is handed to ``on_choose``."""
    facets = to_facets(state, counts, chosen)
    if facets:
        _RESULTS(data={"words": FACET_WORDS, "facets": facets}, key=key, on_choose_change=on_choose)


def to_facets(
    state: State, counts: Mapping[str, Mapping[str, int]], chosen: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """The facets as the script draws them: those of the headline pairs first, chosen tags before the others."""
    facets = []
    for facet in _by_interest(state):
        here, on = counts.get(facet.id, {}), list(chosen.get(facet.id, ()))
        if not here and not on:
            continue
        rest = sorted((tag for tag in here if tag not in on), key=lambda tag: (-here[tag], facet.label_of(tag)))
        groups = {group.id for group in facet.groups} - facet.by_id.keys()  # are counted by their tags
        tags = [
            {
                "id": tag,
                "label": facet.label_of(tag),
                "count": None if tag in groups else here.get(tag, 0),
                "on": tag in on,
            }
            for tag in (*on, *rest)
        ]
        opened = bool(on) or len(facets) < FACETS_OPEN
        facets.append(
            {"id": facet.id, "label": facet.label, "open": opened, "few": max(TAGS_SHOWN, len(on)), "tags": tags}
        )
    return facets


def _by_interest(state: State) -> list[Facet]:
    """Facets of the headline pairs first, in their order."""
    ids = [facet for pair in state.framework.headline_pairs for facet in pair] + list(state.framework.by_id)
    return [state.framework.facet(facet) for facet in dict.fromkeys(ids)]


def _ignore() -> None:
    """A trigger needs a callback to be reported; what follows is the page's business."""
