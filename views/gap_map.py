"""The gap map: two facets crossed, every cell opening the records behind it."""

from dataclasses import dataclass, replace

import streamlit as st

from analysis import sentences
from analysis.axes import TOPIC, YEAR, Level
from analysis.coverage import Coverage
from corpus.errors import UnknownIdError
from views import (
    address,
    cell,
    filters,
    map_component,
    map_looks,
    map_options,
    map_small,
    map_take,
    map_versions,
    map_view,
    widgets,
)
from views.map_data import MapData
from views.map_looks import Look
from views.map_options import Options
from views.map_words import CODED_BY, say_comparable
from views.state import Judged, State, Where

LEVELS = {"": "As fine as the records allow", "group": "Groups", "tag": "Tags"}
LEVEL_IDS: dict[str, Level | None] = {"": None, "group": "group", "tag": "tag"}
SWITCH = {"": "Count all codes", "people": "Only people's codes", "rules": "Only rules' codes"}
HINT = "Choose a cell, a row or a column to read its records."
MAP = "gap_map.map"
OPENINGS = "gap_map.openings"  # how often a cell was opened on the map itself


def render(state: State) -> None:
    # Counted before anything is drawn: a page that comes in one piece is on screen sooner than one that comes in many.
    map_looks.judge(state, _read(state)[0], filters.read_where(state))
    st.title("Gap map")
    st.write(
        "Each cell counts the records that carry both tags, and compares them with the number to expect if the "
        "two were studied together as often as chance. Blue is fewer than expected, orange more."
    )
    look, options = map_options.pick(state, _pick(state), _close)
    _show(state, look, options)


@st.fragment
def _show(state: State, look: Look, options: Options) -> None:
    """The filters and the map, run by themselves: the choices above them need not be drawn again."""
    state = replace(state, version=state.corpus.version)
    now, options_now = _read(state)
    if (replace(now, opened=look.opened), options_now) != (look, options):
        st.rerun()  # a click on the map or beside it changed a choice above
    expected = filters.read_where(state)
    counted = _count(state, now, options, expected)
    where = filters.pick_where(state, read=expected)
    if where != expected:
        counted = _count(state, now, options, where)
    if counted is None:
        _say_empty(state, where.is_empty)
        return
    row, column, of = counted.chosen
    above = st.container() if row or column else None
    if above is None:
        st.markdown(HINT)
    if options.by:
        map_small.show(state, counted.judged, counted.look, options, where, counted.chosen, _pick_cell, counted.frame)
    else:
        shown = counted.data | {"cautions": [], "notes": counted.data["notes"][-1:]}  # the others stand around it

        def toggle(rows: list[str], columns: list[str]) -> None:
            if map_options.write_opened(counted.look, rows, columns):
                _close()

        map_view.show(shown, MAP, _pick_cell, toggle, counted.frame)
    if counted.compared:
        map_versions.show(state, counted.judged, counted.compared, where)
    map_take.show(state, counted.judged, counted.look, counted.data, where)
    if above is None:
        return
    with above:
        found = _say_chosen(counted.opened_on.coverage, row, column)
    if found:
        opened_where = map_small.filters_of(options, where, of) if of else where
        cell.show(state, counted.opened_on, row, column, opened_where)
        if OPENINGS in st.session_state:
            cell.scroll_to(st.session_state[OPENINGS])


@dataclass(frozen=True)
class _Counted:
    """All there is to draw of a map. ``chosen``: the row, the column and the small map that are open; ``opened_on``:
    the map on which they are."""

    look: Look
    judged: Judged
    compared: map_versions.Comparison | None
    chosen: tuple[str | None, str | None, str | None]
    opened_on: Judged
    data: MapData
    frame: map_view.Frame


def _count(state: State, look: Look, options: Options, where: Where) -> _Counted | None:
    """Everything that takes time, before anything is drawn: a browser draws once what comes at once.

    None if no record passes the filters.
    """
    judged = map_looks.judge(state, look, where)
    if not judged.coverage.n_records:
        return None
    row, column, of = _chosen()
    if look.level is None and judged.coverage.level == "group" and not _has(judged.coverage, row, column):
        # the address names a tag: a link from a list by tags
        look = replace(look, level="tag")
        judged = map_looks.judge(state, look, where)
    compared = None if options.since is None else map_versions.compare(state, judged, look, where, options.since)
    opened_on = judged
    if options.by and of:
        within = map_small.opened(state, judged, look, options, where, of)
        if within is None:
            row = column = of = None
        else:
            opened_on = within
    data = map_component.map_data(
        judged.coverage,
        judged.relative,
        absolute=judged.absolute,
        before=compared.before if compared else None,
        moved=compared.moved if compared else None,
        since=f"version {compared.since}" if compared else "",
        chosen=(None, None) if of else (row, column),
    )
    frame = _frame(state, judged.coverage, where.coded_by)
    return _Counted(look, judged, compared, (row, column, of), opened_on, data, frame)


def _pick_cell(row: str | None, column: str | None, of: str | None) -> None:
    """What a click on the map does, before the page runs again."""
    _write_address(row, column, of)
    st.session_state[OPENINGS] = st.session_state.get(OPENINGS, 0) + 1


def _read(state: State) -> tuple[Look, Options]:
    """What is chosen above the map, with nothing drawn."""
    labels, first = _axes(state)
    rows = address.choose_one("Rows", labels | {TOPIC: "Topic"}, "rows", first[0], drawn=False)
    columns = address.choose_one("Columns", labels, "columns", first[1], drawn=False)
    level = address.choose_one("Level", LEVELS, "level", "", drawn=False)
    n_topics = _choose_topics(state, rows, drawn=False)
    return map_options.read(state, Look(rows, columns, LEVEL_IDS[level], n_topics=n_topics))


def _pick(state: State) -> Look:
    """Rows, columns, level and, where topics are the rows, how many."""
    labels, first = _axes(state)
    places = st.columns([3, 3, 1, 3], vertical_alignment="bottom")
    with places[0]:
        rows = address.choose_one("Rows", labels | {TOPIC: "Topic"}, "rows", first[0], on_change=_start_anew)
    with places[1]:
        columns = address.choose_one("Columns", labels, "columns", first[1], on_change=_start_anew)
    places[2].button(
        "Swap",
        key="gap_map.swap",
        help="Rows become columns, columns rows",
        width="stretch",
        disabled=rows not in labels,
        on_click=_swap,
        args=(rows, columns),
    )
    with places[3]:
        level = address.choose_one(
            "Level",
            LEVELS,
            "level",
            "",
            on_change=_close,
            help="Groups gather tags, so that small collections can be compared. Tags are the finest codes.",
        )
    return Look(rows, columns, LEVEL_IDS[level], n_topics=_choose_topics(state, rows, drawn=True))


def _axes(state: State) -> tuple[dict[str, str], tuple[str, str]]:
    """What may be rows and columns, with labels, and which are at first."""
    labels = {facet.id: facet.label for facet in state.framework.facets}
    first = (state.framework.headline_pairs or ((next(iter(labels)), list(labels)[-1]),))[0]
    return labels if YEAR in labels else labels | {YEAR: "Year"}, first


def _choose_topics(state: State, rows: str, drawn: bool) -> int | None:
    """How many topics are the rows, where topics are."""
    if rows != TOPIC or TOPIC in state.framework.by_id:
        return None
    return address.choose_number(
        "Number of topics", 2, 60, "topics", drawn=drawn, placeholder="As many as suit the size"
    )


def _swap(rows: str, columns: str) -> None:
    st.session_state["rows"], st.session_state["columns"] = columns, rows
    st.session_state[map_options.ROWS_OF], st.session_state[map_options.COLUMNS_OF] = (
        st.session_state.get(key, "") for key in (map_options.COLUMNS_OF, map_options.ROWS_OF)
    )
    row, column, of = _chosen()
    _write_address(column, row, of)


def _chosen() -> tuple[str | None, str | None, str | None]:
    """The row, the column and the small map that are open."""
    row, column, of = (st.query_params.get(name) or None for name in ("row", "col", "of"))
    return row, column, of if st.query_params.get(map_options.BY) else None


def _close() -> None:
    _write_address(None, None)


def _start_anew() -> None:
    _close()
    map_options.forget()


def _write_address(row: str | None, column: str | None, of: str | None = None) -> None:
    """The opened cell as the address has it; another cell begins at its first page."""
    given = {name: value for name, value in (("row", row), ("col", column), ("of", of)) if value}
    for name in {"row", "col", "of"} - given.keys():
        st.query_params.pop(name, None)
    if given:
        st.query_params.update(given)  # in one go: the back button then undoes the whole step
    if "page" in st.session_state:
        st.session_state["page"] = 1


def _has(coverage: Coverage, row: str | None, column: str | None) -> bool:
    return (row is None or row in coverage.observed.index) and (column is None or column in coverage.observed.columns)


def _say_chosen(coverage: Coverage, row: str | None, column: str | None) -> bool:
    """One line above the map: what is open. False if the map has no such cell."""
    try:
        name, n = cell.name_cell(coverage, row, column), len(cell.ids_of(coverage, row, column))
    except UnknownIdError:
        st.info("The address names a cell that this map does not have. Choose one below.")
        return False
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        read = {0: "Read more", 1: "Read it"}.get(n, "Read them")
        words = f"Open: **{widgets.plain(name)}**, {sentences.records_words(n)}. [{read} below](#records)"
        st.markdown(words, width="content")
        st.button("Close", key="gap_map.close", on_click=_close, type="tertiary")
        if not (row and column):
            map_options.offer_zoom(coverage, row, column, _close)
    return True


def _frame(state: State, coverage: Coverage, coded_by: str) -> map_view.Frame:
    """What stands around the map: who coded what is counted, with a switch; the caveats."""
    counts = [f"{n:,} {CODED_BY[by]}" for by, n in coverage.coded_by.items() if n]
    said = f"{sentences.records_words(coverage.n_codable)} with tags on both sides, coded {', '.join(counts)}. "
    shown = "groups" if coverage.level == "group" else "tags"
    return map_view.Frame(
        basis=(said if counts else "") + say_comparable(coverage, shown),
        switch=tuple((choice, label) for choice, label in SWITCH.items() if choice != coded_by),
        caveats=widgets.say_caveats(state),
    )


def _say_empty(state: State, unfiltered: bool) -> None:
    if unfiltered:
        st.write("There is nothing to map yet: this collection has no records.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
    else:
        st.write("No record passes these filters. Remove one of them to see the map again.")
