"""Search: words, phrases, fields and tags; twenty records a page; references out."""

import io

import streamlit as st

from corpus.errors import QueryError
from corpus.export import WRITERS, Coded
from corpus.search import Filters, search, write_snippet
from views import filters, widgets
from views.state import State

PAGE = 20
SORTS = {"relevance": "Best match first", "newest": "Newest first", "oldest": "Oldest first", "title": "By title"}


def render(state: State) -> None:
    st.title("Search")
    query = st.text_input(
        "Search the records",
        key="q",
        bind="query-params",
        type="search",
        placeholder='nurs* "sexual harassment" NOT student*',
        help='Words, "phrases", AND OR NOT, brackets, prefix*, and fields such as title: author: year:2015-2020',
    )
    where = filters.pick_where(state)
    sort = st.selectbox("Order", list(SORTS), key="sort", bind="query-params", format_func=SORTS.__getitem__)
    chosen = Filters(where.tag_dict, where.years)
    page = max(1, int(st.session_state.get("search.page", 1)))
    try:
        hits, total = search(state.corpus, query, chosen, sort, PAGE, (page - 1) * PAGE)
    except QueryError as error:
        st.error(widgets.plain(f"At character {error.position + 1} of the search: {error}"))
        return
    st.text(f"{total:,} of {len(state.corpus.snapshot()):,} records")
    if not total:
        st.write("No record in this collection matches. Try fewer words, a prefix such as nurs*, or remove a filter.")
        return
    widgets.record_list(
        state,
        state.corpus.records(hit.id for hit in hits),
        key="search.records",
        snippet=lambda record: write_snippet(record.abstract, query, state.framework.by_id) if query else "",
    )
    if total > PAGE:
        st.pagination(-(-total // PAGE), key="search.page")
    _show_export(state, query, chosen, total)


def _show_export(state: State, query: str, chosen: Filters, total: int) -> None:
    with st.expander(f"Take these {total:,} of {len(state.corpus.snapshot()):,} records away"):
        kind = st.radio("Format", list(WRITERS), horizontal=True, key="search.format", format_func=str.upper)
        if st.button("Prepare the file", key="search.prepare"):
            hits, _ = search(state.corpus, query, chosen, "title", None)
            records = state.corpus.records(hit.id for hit in hits)
            out = io.StringIO()
            WRITERS[kind](out, [Coded(r, state.corpus.assignments(r)) for r in records], state.framework)
            st.download_button(
                f"Download {total:,} records", out.getvalue(), f"lacuna-records.{kind}", key="search.download"
            )
