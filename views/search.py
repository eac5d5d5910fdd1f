"""Search: words, phrases, fields, tags and whole strategies; what else the records found have in common; a way out.

The list is drawn first and what is beside it after, so that nobody waits for counts before seeing what was found.
"""

from dataclasses import replace
from math import ceil

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.sentences import records_words
from corpus.errors import QueryError
from corpus.search import Found
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
BOUND = {"strategy": str, "lines": "true".__eq__, "screened": "true".__eq__, "from": int, "to": int,
         "page": int}  # fmt: skip
LIST, FACETS = "search.list", "search.facets"


def render(state: State) -> None:
    st.title("Search")
    n_corpus = len(state.corpus.snapshot())
    if not n_corpus:
        st.write("There is nothing to search yet: this corpus has no records.")
        widgets.link(state, "add-files", "Add citation files")
        return
    _show_search(state)


@st.fragment
def _show_search(state: State) -> None:
    """All that changes with a search, run by itself: what stands around it need not be drawn again."""
    state = replace(state, version=state.corpus.version)
    n_corpus = len(state.corpus.snapshot())
    _come_back()
    query, ways_at = _ask_query(n_corpus)
    where = search_filters.read_where(state)
    sort = _pick_order(drawn=False)
    in_force_at = st.container()  # keeps its place when empty: what stands below is then not drawn anew
    list_at, beside = st.columns([7, 3], gap="large")
    with list_at:
        total = _show_found(state, query, where, sort, n_corpus)
    with ways_at:
        search_saved.show(state, query, where, sort)
    with in_force_at:
        search_filters.show_in_force(state, where)
    with beside:
        with st.container():
            if total is not None:
                search_away.show_export(state, query, where, total, n_corpus)
        search_filters.pick_years(where)
        if total is not None:
            counts = results.count_tags(state, query, where)
            result_list.show_facets(state, counts, where.tag_dict, FACETS, lambda: search_filters.choose(state, FACETS))
        with st.expander("Coding and screening", key="search.coding"):
            search_filters.pick_coding(where)
    address.keep_text("q", "" if st.session_state["lines"] else query)


def _come_back() -> None:
    """Going back from a record, the browser first comes by with the record's id alone: the search as it was left."""
    if "id" not in st.query_params:
        return
    left = st.session_state.get(result_list.LEFT, {})
    st.query_params.from_dict(left)
    for name, read in BOUND.items():
        if given := left.get(name):
            st.session_state[name] = read(given[0])


def _ask_query(n_corpus: int) -> tuple[str, DeltaGenerator]:
    """What was typed, one line or a strategy of several; and the place below it for saved searches."""
    field_at = st.container()
    ways_at = st.container(horizontal=True, vertical_alignment="center", key="search.ways")
    many = ways_at.toggle("Several lines", key="lines", bind="query-params", help=LINES_HELP, on_change=_carry_over)
    label = f"Search {n_corpus:,} records"
    if many:
        typed = field_at.text_area(
            label, key="strategy", bind="query-params", height=180, placeholder=EXAMPLE, help=HELP
        )
    else:
        with field_at:
            typed = address.choose_text(label, "q", type="search", placeholder="Words, a “phrase”, or nurs*", help=HELP)
    return str(typed or "").strip(), ways_at


def _carry_over() -> None:
    """What stands in the field goes into the box and back."""
    if st.session_state["lines"]:
        st.session_state["strategy"] = st.session_state.get("q") or ""
    else:
        st.session_state["q"] = " ".join((st.session_state.get("strategy") or "").split())


def _show_found(state: State, query: str, where: Where, sort: str, n_corpus: int) -> int | None:
    """The list, or what to do instead; the total, None if there is nothing to count.

    What stands above the list has its place and is drawn after it: browsers draw in turns what has come so far.
    """
    said_at = st.container(horizontal=True, vertical_alignment="bottom")
    above, list_at = st.container(), st.container()
    try:
        total = results.count(state, query, where)
    except QueryError as error:
        said_at.header("This search cannot be read", anchor=False)
        _point_at(query, error)
        total = None
    else:
        said_at.header(f"{total:,} of {n_corpus:,} records", anchor=False)
    if total:
        page = _pick_page(query, where, sort, ceil(total / PAGE))
        found = results.find_page(state, query, where, sort, PAGE, page)
        records = state.corpus.records(hit.id for hit in found.hits)
        with list_at:
            chosen = search_away.ticked(state)
            result_list.show_records(state, records, query, chosen, LIST, lambda: search_away.tick(LIST))
        with above:
            _show_notes(found, query, sort)
            _show_meant(state, query, where)
            widgets.show_content_note(state, records)
            search_away.show_selection(state, query, where, total)
    elif total == 0:
        _show_meant(state, query, where)
        _show_ways_out(state, query, where)
    with said_at:
        _pick_order()
    return total or None


def _pick_order(*, drawn: bool = True) -> str:
    return address.choose_one("Order", SORTS, "sort", "relevance", drawn=drawn, label_visibility="collapsed", width=200)


def _show_notes(found: Found, query: str, sort: str) -> None:
    """How the search was read and, if it is not the order asked for, in which order the records are."""
    notes = list(found.notes)
    if query and sort == "relevance" and found.order in ORDERS:
        notes.append(ORDERS[found.order])
    if notes:
        st.text("\n".join(notes))


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


def _pick_page(query: str, where: Where, sort: str, n_pages: int) -> int:
    """The page asked for; the first one again as soon as anything else is asked for."""
    asked = (query, where, sort)
    if st.session_state.setdefault("search.asked", asked) != asked:
        st.session_state["search.asked"] = asked
        st.session_state["page"] = 1
    if n_pages < 2:
        return 1
    return st.pagination(n_pages, key="page", bind="query-params")


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
