"""What a person takes away from a search: records ticked, on any page and in any search, or all that were found."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.sentences import lower_first
from corpus.export import WRITERS, Coded, export
from corpus.export.reading_list import LISTS, build_list, save_list
from corpus.export.styles import STYLES
from corpus.notices import mark_of
from views import result_list, results
from views.state import State, Where

FORMATS = {
    "bib": "BibTeX (.bib), for Zotero, JabRef and LaTeX",
    "ris": "RIS (.ris), for EndNote, Zotero and Mendeley",
    "csv": "Table (.csv), for spreadsheets and statistics",
    "xlsx": "Excel workbook (.xlsx)",
    "json": "CSL-JSON (.json), for Zotero and Pandoc",
    "nbib": "PubMed (.nbib), for reference managers",
}
READING = {
    "docx": "Reading list for Word (.docx)",
    "html": "Reading list as a web page (.html)",
    "md": "Reading list in Markdown (.md)",
    "txt": "Reading list as plain text (.txt)",
}
TICKED = "search.ticked"
LIST = "search.list"


def ticked(state: State) -> set[str]:
    """The ids ticked in this session; ids the corpus no longer has fall away."""
    kept = st.session_state.setdefault(TICKED, (state.version, set()))
    if kept[0] != state.version:
        ids = state.corpus.snapshot().ids
        there = {i for i in kept[1] if (at := ids.searchsorted(i)) < len(ids) and ids[at] == i}
        kept = st.session_state[TICKED] = (state.version, there)
    return kept[1]


def say(n: int, of: int) -> str:
    """ "these 37 of 1,204 records", "all 1,204 records"."""
    if n == of:
        return f"all {n:,} records" if n != 1 else "the 1 record"
    return f"these {n:,} of {of:,} records" if n != 1 else f"this 1 of {of:,} records"


def show_list(state: State, query: str, where: Where, total: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """One page of what was found, each record to open or tick; and how many are ticked, to tick all or none."""
    n = len(ticked(state))
    ways = {"all": f"Select all {total:,}"} | ({"none": "Select none"} if n else {})
    chosen = {"said": f"{n:,} selected" if n else "Nothing selected", "ways": ways}
    result_list.show_records(state, rows, chosen, LIST, lambda: tick(state, query, where))


def tick(state: State, query: str, where: Where) -> None:
    """Callback of the list: what is ticked on the page shown, or the way that was pressed."""
    said, chosen = st.session_state[LIST].tick or {}, ticked(state)
    if said.get("way") == "all":
        chosen.update(results.find_ids(state, query, where))
    elif said.get("way") == "none":
        chosen.clear()
    else:
        chosen.difference_update(said.get("shown", ()))
        chosen.update(said.get("ticked", ()))


def show_export(state: State, query: str, where: Where, total: int, n_corpus: int) -> None:
    """Take the ticked records away, or all that were found where none is ticked."""
    if not total:
        st.popover("Take records away", width="stretch", key="search.export", disabled=True)
        return
    chosen = ticked(state)
    n = len(chosen) or total
    words = say(n, n_corpus)
    with st.popover(f"Take {words} away", width="stretch", key="search.export", on_change="rerun") as box:
        if not box.open:
            return
        if chosen:
            st.write("The records you selected, in this search or another. With none selected: all that were found.")
        names = FORMATS | READING
        kind = st.radio(
            "Format", [*WRITERS, *LISTS], key="search.format", format_func=lambda name: names.get(name, f".{name}")
        )
        ids = sorted(chosen)
        if kind in LISTS:
            _show_reading_list(state, kind, ids, query, where, words, n_corpus)
            return
        st.write("References with their codes. The file can be read here again with nothing lost.")
        st.download_button(
            f"Download {words}",
            lambda: write(state, ids or results.find_ids(state, query, where), kind),
            f"lacuna-{n}-records.{kind}",
            type="primary",
            key="search.download",
            on_click="ignore",
        )


def _show_reading_list(
    state: State, kind: str, ids: Sequence[str], query: str, where: Where, words: str, n_corpus: int
) -> None:
    """The choices of a reading list for teaching, and the button."""
    st.write("For teaching. Records about identifiable people are left out, and the list says how many.")
    style = st.selectbox("Style", list(STYLES), key="search.style", format_func=lambda name: STYLES[name].name)
    parts = {"": "One list"} | {f.id: f"By {lower_first(f.label)}" for f in state.framework.facets}
    parts |= {"topic": "By topic"}
    by = st.selectbox("Parts", list(parts), key="search.parts", format_func=lambda name: parts[name])
    st.download_button(
        f"Download a list of {words}",
        lambda: write_list(state, ids or results.find_ids(state, query, where), kind, style, by, n_corpus),
        f"lacuna-reading-list.{kind}",
        type="primary",
        key="search.download_list",
        on_click="ignore",
    )


def write_list(state: State, ids: Sequence[str], kind: str, style: str, by: str, n_corpus: int) -> bytes:
    """These records as a reading list. ``by``: a facet, "topic" or ""."""
    topics = None
    if by == "topic":
        found = state.topics()
        labels = {topic.id: topic.label for topic in found.topics}
        topics = {record: labels[topic] for record, topic in found.of.items() if topic in labels}
    reading = build_list(_coded(state, ids), state.framework, style, by or None, n_corpus, topics)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{kind}"
        save_list(path, reading)
        return path.read_bytes()


def _coded(state: State, ids: Sequence[str]) -> list[Coded]:
    notices = state.corpus.notices()
    return [Coded(r, state.corpus.assignments(r), mark_of(r.id, notices)) for r in state.corpus.records(ids)]


def write(state: State, ids: Sequence[str], kind: str) -> bytes:
    """These records as a file of this format."""
    coded = _coded(state, ids)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"records.{kind}"
        export(path, coded, state.framework)
        return path.read_bytes()
