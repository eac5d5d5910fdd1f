"""Search: words, phrases, fields, tags and whole strategies; what else the records found have in common; a way out.

The list is drawn first and what is beside it after, so that nobody waits for counts before seeing what was found.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any, NamedTuple

import streamlit as st

from analysis.sentences import records_words
from corpus.errors import QueryError
from corpus.records import Record
from views import address, result_list, results, search_away, search_filters, search_saved, widgets
from views.state import State, Where

PAGE = 20
SORTS = {"relevance": "Best match first", "newest": "Newest first", "oldest": "Oldest first", "title": "By title"}
ORDERS = {
    "in-title": "Too many records to rank them all: those with the words in title or keywords come first, best match "
    "first; then the others, newest first.",
    "newest": "Newest first: these are too many records to rank, or nothing in the search tells them apart.",
}
HELP = """
| Type | To find |
|---|---|
| `nurses harassment` | both words, in any field, singular or plural |
| `"sexual harassment"` | the phrase |
| `nurs*` `wom?n` | nurse, nurses, nursing; woman, women |
| `nurses OR midwives` | either |
| `harassment NOT student*` | the first without the second |
| `nurs* NEAR/5 abuse` | at most five words between them |
| `title:resident*` `author:smith` `venue:lancet` | words of one field |
| `year:2015-2020` `doi:10.1000/x` | a year or an identifier |
| `population:nurse` `country:GB` | a tag |

A strategy of PubMed, Ovid, Web of Science or Scopus can be pasted: turn on “Several lines”.
"""
LINES_HELP = "Paste a strategy with one numbered line below the other; the last line is what is looked for."
EXAMPLE = "1 exp Nurses/\n2 (bully* or harass*).ti,ab.\n3 1 and 2"


def render(state: State) -> None:
    st.title("Search")
    n_corpus = len(state.corpus.snapshot())
    if not n_corpus:
        st.write("There is nothing to search yet: this corpus has no records.")
        widgets.link(state, "add-files", "Add citation files")
        return
    _show_search(state)


class _Answer(NamedTuple):
    """What a search finds, before anything of it is drawn; or why it cannot be read."""

    total: int = 0
    n_pages: int = 1
    notes: str = ""
    records: Sequence[Record] = ()
    rows: Sequence[dict[str, Any]] = ()  # as the list draws them
    fault: QueryError | None = None


@st.fragment
def _show_search(state: State) -> None:
    """All that changes with a search, run by itself: what stands around it need not be drawn again.

    While a browser draws what has come so far, what comes next has to wait. So all is found before anything is drawn,
    the list is drawn first, and what stands beside it is counted before it is drawn.
    """
    state = replace(state, version=state.corpus.version)
    n_corpus = len(state.corpus.snapshot())
    _come_back()
    many = _ask_lines(drawn=False)
    query = address.read_text("strategy" if many else "q").strip()
    where = search_filters.read_where(state)
    sort = _pick_order(drawn=False)
    answer = _find(state, query, where, sort)
    asked_at = st.container()
    with asked_at:
        _ask_query(many, n_corpus)
    list_at, beside = st.columns([7, 3], gap="large")
    with list_at:
        said_at, above = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
        if answer.total:
            search_away.show_list(state, query, where, answer.total, answer.rows)
    said = "This search cannot be read" if answer.fault else f"{answer.total:,} of {n_corpus:,} records"
    said_at.header(said, anchor=False)
    counts = results.count_tags(state, query, where) if answer.total else {}
    with above:
        _show_above(state, query, where, answer)
    with said_at:
        _pick_order()
    with list_at:
        if answer.n_pages > 1:
            address.choose_page(answer.n_pages, "page")
    with asked_at:
        with st.container(horizontal=True, vertical_alignment="center", key="search.ways"):
            _ask_lines()
            search_saved.show(state, query, where, sort)
        search_filters.show_in_force(state, where)
    with beside:
        search_away.show_export(state, query, where, answer.total, n_corpus)
        search_filters.pick_years(where)
        search_filters.show_facets(state, where, counts)
        search_filters.show_coding(where)
    address.keep_text("q", "" if many else query)
    address.keep_text("strategy", query if many else "")


def _come_back() -> None:
    """Going back from a record, the browser first comes by with the record's id alone: the search as it was left."""
    if "id" in st.query_params:
        st.query_params.from_dict(st.session_state.get(result_list.LEFT, {}))


def _find(state: State, query: str, where: Where, sort: str) -> _Answer:
    """The total, and the page asked for."""
    try:
        total = results.count(state, query, where)
    except QueryError as error:
        return _Answer(fault=error)
    asked = (query, where, sort)
    if st.session_state.setdefault("search.asked", asked) != asked:  # something else: from its first page
        st.session_state["search.asked"] = asked
        st.session_state["page"] = 1
    n_pages = max(1, ceil(total / PAGE))
    page = address.choose_page(n_pages, "page", drawn=False)
    if not total:
        return _Answer()
    found = results.find_page(state, query, where, sort, PAGE, page)
    notes = list(found.notes)
    if query and sort == "relevance" and found.order in ORDERS:
        notes.append(ORDERS[found.order])
    records = state.corpus.records(hit.id for hit in found.hits)
    rows = result_list.to_rows(state, records, query, search_away.ticked(state))
    return _Answer(total, n_pages, "\n".join(notes), records, rows)


def _show_above(state: State, query: str, where: Where, answer: _Answer) -> None:
    """How the search was read, what else may have been meant, and a way out where nothing is found."""
    if answer.notes:
        st.text(answer.notes)
    if answer.fault:
        _point_at(query, answer.fault)
        return
    _show_meant(state, query, where)
    if answer.total:
        widgets.show_content_note(state, answer.records)
    else:
        _show_ways_out(state, query, where)


def _ask_query(many: bool, n_corpus: int) -> None:
    """A line or, for a strategy, a box."""
    label = f"Search {n_corpus:,} records"
    if many:
        address.choose_text(label, "strategy", st.text_area, height=180, placeholder=EXAMPLE, help=HELP)
    else:
        address.choose_text(label, "q", type="search", placeholder="Words, a “phrase”, or nurs*", help=HELP)


def _ask_lines(*, drawn: bool = True) -> bool:
    more = {"on_change": _carry_over} if drawn else {}
    return address.choose_whether("Several lines", "lines", LINES_HELP, drawn=drawn, **more)


def _carry_over() -> None:
    """What stands in the field goes into the box and back."""
    if st.session_state["lines"]:
        st.session_state["strategy"] = st.session_state.get("q") or ""
    else:
        st.session_state["q"] = " ".join((st.session_state.get("strategy") or "").split())


def _pick_order(*, drawn: bool = True) -> str:
    return address.choose_one("Order", SORTS, "sort", "relevance", drawn=drawn, label_visibility="collapsed", width=200)


def _point_at(query: str, error: QueryError) -> None:
    """What is not understood, and the line with a mark below the place."""
    at = min(error.position, len(query))
    number = query.count("\n", 0, at) + 1
    start = query.rfind("\n", 0, at) + 1
    line = query[start:].split("\n", 1)[0]
    said = str(error).removeprefix(f"Line {number}: ")
    place = f"Line {number}, character {at - start + 1}" if "\n" in query else f"At character {at + 1}"
    st.error(widgets.plain(f"{place}: {said}"))
    before = max(0, at - start - 60)
    cut = line[before : before + 120]
    st.code(f"{cut}\n{' ' * (at - start - before)}^", language=None)
    st.markdown(HELP)


def _show_meant(state: State, query: str, where: Where) -> None:
    """Other spellings of words that no record has, and tags that the words name, each a button."""
    if not query:
        return
    words = results.suggest_words(state, query)
    tags = results.suggest_tags(state, query, where)
    if words:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search.meant"):
            st.text("Did you mean:", width="content")
            for n, (other, word) in enumerate(words[:4]):
                st.button(
                    f":blue[{widgets.plain(word)}]",
                    key=f"search.meant.{n}",
                    type="tertiary",
                    on_click=search_saved.put_query,
                    args=(other,),
                )
    if tags:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search.tags"):
            st.text("By code instead of words:", width="content")
            for n, way in enumerate(tags[:4]):
                words = f"{way.words} ({way.total:,})" + (f" with “{way.query}”" if way.query else "")
                st.button(
                    widgets.plain(words), key=f"search.tag.{n}", on_click=_use_tag, args=(state, way.query, way.where)
                )


def _use_tag(state: State, rest: str, where: Where) -> None:
    search_saved.put_query(rest)
    search_filters.put_where(state, where)


def _show_ways_out(state: State, query: str, where: Where) -> None:
    """What was looked for, which part of it finds nothing, and a button for each way out."""
    short = query if len(query) <= 200 else f"{query[:200]}…"
    asked = [f"the search “{short}”"] if query else []
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
            on_click=search_filters.put_where,
            args=(state, way.where),
        )
    if query and not where.is_empty and (total := results.count(state, query, Where())):
        st.button(
            f"Without any filter: {records_words(total)}",
            key="search.unfiltered",
            on_click=search_filters.put_where,
            args=(state, Where()),
        )
    elif not ways and query:
        st.write("Try fewer words, another spelling, or the beginning of a word with a star, such as nurs\\*.")
        st.markdown(HELP)
