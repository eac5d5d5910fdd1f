"""Search: words, phrases, fields and tags; twenty records a page; what else they have in common; references out."""

import tempfile
from pathlib import Path

import streamlit as st

from analysis.sentences import records_words
from corpus.errors import LacunaError, QueryError
from corpus.export import WRITERS, Coded, export
from corpus.framework import Facet
from corpus.notices import mark_of
from corpus.records import Record
from corpus.search import write_snippet
from views import address, filters, results, widgets
from views.results import Found
from views.state import State, Where

PAGE = 20
SORTS = {"relevance": "Best match first", "newest": "Newest first", "oldest": "Oldest first", "title": "By title"}
HELP = """
| Type | To find |
|---|---|
| `nurses harassment` | both words, in any field |
| `"sexual harassment"` | the phrase |
| `nurs*` | nurse, nurses, nursing |
| `nurses OR midwives` | either |
| `harassment NOT student*` | the first without the second |
| `title:resident*` `author:smith` `journal:lancet` | words of one field |
| `year:2015-2020` `doi:10.1000/x` | a year or an identifier |
"""
FORMATS = {
    "bib": "BibTeX (.bib), for Zotero, JabRef and LaTeX",
    "ris": "RIS (.ris), for EndNote, Zotero and Mendeley",
    "csv": "Table (.csv), for spreadsheets and statistics",
    "xlsx": "Excel workbook (.xlsx)",
    "json": "CSL-JSON (.json), for Zotero and Pandoc",
    "nbib": "PubMed (.nbib), for reference managers",
}
TAGS_SHOWN = 6
FACETS_OPEN = 3


def render(state: State) -> None:
    st.title("Search")
    n_corpus = len(state.corpus.snapshot())
    if not n_corpus:
        st.write("There is nothing to search yet: this corpus has no records.")
        widgets.link(state, "add-files", "Add citation files")
        return
    query = st.text_input(
        f"Search {n_corpus:,} records",
        key="q",
        bind="query-params",
        type="search",
        placeholder="Words, a “phrase”, or nurs*",
        help=HELP,
    ).strip()
    where = filters.pick_where(state)
    try:
        found = results.count(state, query, where)
    except QueryError as error:
        st.error(widgets.plain(f"This search cannot be read. At character {error.position + 1}: {error}"))
        st.markdown(HELP)
        return
    if not found.total:
        _show_ways_out(state, query, where, n_corpus)
        return
    list_at, counts_at = st.columns([7, 3], gap="large")
    with list_at:
        _show_list(state, query, where, found, n_corpus)
    with counts_at:
        _show_export(state, query, where, found.total, n_corpus)
        _show_counts(state, where, found)


def _show_list(state: State, query: str, where: Where, found: Found, n_corpus: int) -> None:
    said_at, sort_at = st.columns([3, 2], vertical_alignment="bottom")
    said_at.header(f"{found.total:,} of {n_corpus:,} records", anchor=False)
    for note in results.find_notes(state, query):
        st.text(note)
    sorts = {name: label for name, label in SORTS.items() if query or name != "relevance"}
    with sort_at:
        sort = address.choose_one("Order", sorts, "sort", next(iter(sorts)), label_visibility="collapsed")
    cards = st.container()
    page = _pick_page(query, where, sort, -(-found.total // PAGE))
    hits = results.find_page(state, query, where, sort, PAGE, page)
    records = state.corpus.records(hit.id for hit in hits)
    with cards:
        widgets.record_list(
            state,
            records,
            key="search.records",
            snippet=lambda record: write_snippet(record.abstract, query, state.framework.by_id) if query else "",
            query=query,
            codes=lambda record: _codes(state, record),
        )


def _pick_page(query: str, where: Where, sort: str, n_pages: int) -> int:
    """The page asked for; the first one again as soon as anything else is asked for."""
    asked = (query, where, sort)
    if st.session_state.setdefault("search.asked", asked) != asked:
        st.session_state["search.asked"] = asked
        st.session_state["page"] = 1
    if n_pages < 2:
        return 1
    return st.pagination(n_pages, key="page", bind="query-params")


def _codes(state: State, record: Record) -> str:
    """The record's tags in a line, without those a narrower one says better."""
    snapshot = state.corpus.snapshot()
    row = snapshot.ids.searchsorted(record.id)
    keys = [snapshot.framework.columns[column] for column in snapshot.tags[row].indices]
    implied = {(f, p) for f, tag in keys for p in state.framework.facet(f).with_parents(tag)[1:]}
    return "; ".join(
        state.framework.facet(f).label_of(tag) for f, tag in sorted(keys, key=keys.index) if (f, tag) not in implied
    )


def _show_counts(state: State, where: Where, found: Found) -> None:
    """What the records found are tagged with; a tag is a button that narrows the search to it."""
    facets = [f for f in _by_interest(state) if f.id in found.tags and f.id not in where.tag_dict]
    if not facets:
        return
    st.header("Among these", anchor=False)
    for n, facet in enumerate(facets):
        counts = sorted(found.tags[facet.id].items(), key=lambda pair: (-pair[1], pair[0]))
        with st.expander(facet.label, expanded=n < FACETS_OPEN, key=f"search.facet.{facet.id}"):
            for tag, n_records in counts[:TAGS_SHOWN]:
                st.button(
                    f"{widgets.plain(facet.label_of(tag))} · {n_records:,}",
                    key=f"search.narrow.{facet.id}.{tag}",
                    type="tertiary",
                    help="Show only these",
                    on_click=st.session_state.update,
                    args=({f"f-{facet.id}": [tag]},),
                )
            if len(counts) > TAGS_SHOWN:
                st.markdown(f":small[{len(counts) - TAGS_SHOWN} more under Filters]")


def _by_interest(state: State) -> list[Facet]:
    """Facets of the headline pairs first, in their order."""
    ids = [facet for pair in state.framework.headline_pairs for facet in pair] + list(state.framework.by_id)
    return [state.framework.facet(facet) for facet in dict.fromkeys(ids)]


def _show_export(state: State, query: str, where: Where, total: int, n_corpus: int) -> None:
    every = total == n_corpus
    words = f"all {total:,} records" if every else f"these {total:,} of {n_corpus:,} records"
    with st.popover(f"Take {words} away", width="stretch", key="search.export"):
        st.write("References with their codes. The file can be read here again with nothing lost.")
        kind = st.radio(
            "Format", list(WRITERS), key="search.format", format_func=lambda name: FORMATS.get(name, f".{name}")
        )
        st.download_button(
            f"Download {words}",
            lambda: _write(state, query, where, kind),
            f"lacuna-{total}-records.{kind}",
            type="primary",
            key="search.download",
            on_click="ignore",
        )


def _write(state: State, query: str, where: Where, kind: str) -> bytes:
    """The records found, as a file of this format."""
    hits = results.find_page(state, query, where, "title", None)
    records = state.corpus.records(hit.id for hit in hits)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"records.{kind}"
        notices = state.corpus.notices()
        coded = [Coded(r, state.corpus.assignments(r), mark_of(r.id, notices)) for r in records]
        export(path, coded, state.framework)
        return path.read_bytes()


def _show_ways_out(state: State, query: str, where: Where, n_corpus: int) -> None:
    """What was looked for, which part of it finds nothing, and a button for each way out."""
    st.header(f"0 of {n_corpus:,} records", anchor=False)
    asked = [f"the search “{query}”"] if query else []
    asked += [] if where.is_empty else [f"the filters {widgets.describe_where(state, where)}"]
    st.write(
        widgets.plain(f"No record in this collection matches {' with '.join(asked)}.")
        + " That says nothing of the literature outside it."
    )
    words = results.count_words(state, query, where) if query else []
    for text, total in words if len(words) > 1 else ():
        st.markdown(f"- {widgets.plain(text)}: {records_words(total)} by itself")
    ways = results.find_ways(state, query, where)
    if ways:
        st.write("What would find something, the narrowest filter first:")
    for n, way in enumerate(ways[:6]):
        st.button(
            f"{widgets.plain(way.words)}: {records_words(way.total)}",
            key=f"search.way.{n}",
            on_click=filters.put_where,
            args=(state, way.where),
        )
    if query and not where.is_empty and (total := _total(state, query, Where())):
        st.button(
            f"Without any filter: {records_words(total)}",
            key="search.unfiltered",
            on_click=filters.put_where,
            args=(state, Where()),
        )
    elif not ways and query:
        st.write("Try fewer words, another spelling, or the beginning of a word with a star, such as nurs\\*.")
        st.markdown(HELP)


def _total(state: State, query: str, where: Where) -> int:
    try:
        return results.count(state, query, where).total
    except LacunaError:
        return 0
