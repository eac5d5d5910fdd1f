"""The gap map: two facets crossed, every cell opening the records behind it."""

from typing import Any

import streamlit as st

from analysis import sentences
from analysis.axes import TOPIC
from analysis.coverage import Coverage
from analysis.receipts import note_of
from analysis.recounts import make_map_receipt
from corpus.errors import UnknownIdError
from views import address, cell, filters, map_component, map_view, widgets
from views.map_words import CODED_BY
from views.state import Judged, State, Where

LEVELS = {"": "As fine as the records allow", "group": "Groups", "tag": "Tags"}
SWITCH = {"": "Count all codes", "people": "Only people's codes", "rules": "Only rules' codes"}
MAP = "gap_map.map"
OPENINGS = "gap_map.openings"  # how often a cell was opened on the map itself


def render(state: State) -> None:
    st.title("Gap map")
    st.write(
        "Each cell counts the records that carry both tags, and compares them with the number to expect if the "
        "two were studied together as often as chance. Blue is fewer than expected, orange more."
    )
    rows, columns, level, n_topics = _pick(state)
    where = filters.pick_where(state)
    judged = state.judged(rows, columns, where, level or None, map_view.opened(MAP, rows, columns), n_topics)
    coverage = judged.coverage
    if not coverage.n_records:
        _say_empty(state, where.is_empty)
        return
    row, column = _chosen()
    if level == "" and coverage.level == "group" and not _has(coverage, row, column):
        # the address names a tag: a link from a list by tags
        judged = state.judged(rows, columns, where, "tag", map_view.opened(MAP, rows, columns), n_topics)
        coverage = judged.coverage
    above = st.container()
    data = map_component.map_data(coverage, judged.relative, absolute=judged.absolute)
    clicked = map_view.show(data | {"cautions": [], "notes": data["notes"][-1:]}, key=MAP)  # the others stand above
    if clicked:
        _write_address(*clicked)
        st.session_state[OPENINGS] = st.session_state.get(OPENINGS, 0) + 1
        st.rerun()
    _show_downloads(state, judged, data, where)
    widgets.show_caveats(state)
    with above:
        _say_basis(coverage, where.coded_by)
        found = _say_chosen(coverage, row, column)
    if found and (row or column):
        cell.show(state, judged, row, column, where)
        if OPENINGS in st.session_state:
            cell.scroll_to(st.session_state[OPENINGS])


def _pick(state: State) -> tuple[str, str, str, int | None]:
    """Rows, columns, level and, where topics are the rows, how many."""
    labels = {facet.id: facet.label for facet in state.framework.facets}
    first = (state.framework.headline_pairs or ((next(iter(labels)), list(labels)[-1]),))[0]
    places = st.columns([3, 3, 1, 3], vertical_alignment="bottom")
    with places[0]:
        rows = address.choose_one("Rows", labels | {TOPIC: "Topic"}, "rows", first[0], on_change=_close)
    with places[1]:
        columns = address.choose_one("Columns", labels, "columns", first[1], on_change=_close)
    is_topic = rows == TOPIC and TOPIC not in labels
    places[2].button(
        "Swap",
        key="gap_map.swap",
        help="Rows become columns, columns rows",
        width="stretch",
        disabled=is_topic,
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
    n_topics = None
    if is_topic:
        n_topics = st.number_input(
            "Number of topics",
            2,
            60,
            value=None,
            key="topics",
            bind="query-params",
            placeholder="As many as suit the size",
        )
    return rows, columns, level, int(n_topics) if n_topics else None


def _swap(rows: str, columns: str) -> None:
    st.session_state["rows"], st.session_state["columns"] = columns, rows
    row, column = _chosen()
    _write_address(column, row)


def _chosen() -> tuple[str | None, str | None]:
    return st.query_params.get("row") or None, st.query_params.get("col") or None


def _close() -> None:
    _write_address(None, None)


def _write_address(row: str | None, column: str | None) -> None:
    """The opened cell as the address has it; another cell begins at its first page."""
    given = {name: value for name, value in (("row", row), ("col", column)) if value}
    for name in {"row", "col"} - given.keys():
        st.query_params.pop(name, None)
    if given:
        st.query_params.update(given)  # in one go: the back button then undoes the whole step
    if "page" in st.session_state:
        st.session_state["page"] = 1


def _has(coverage: Coverage, row: str | None, column: str | None) -> bool:
    return (row is None or row in coverage.observed.index) and (column is None or column in coverage.observed.columns)


def _say_chosen(coverage: Coverage, row: str | None, column: str | None) -> bool:
    """One line above the map: what is open, or how to open something. False if the map has no such cell."""
    if not row and not column:
        st.markdown("Choose a cell, a row or a column to read its records.")
        return True
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
    return True


def _say_basis(coverage: Coverage, coded_by: str) -> None:
    """Who coded what is counted, with a switch, and how much of the map can be judged."""
    counts = [f"{n:,} {CODED_BY[by]}" for by, n in coverage.coded_by.items() if n]
    said = f"{sentences.records_words(coverage.n_codable)} with tags on both sides, coded {', '.join(counts)}. "
    share = coverage.comparable_share
    shown = "groups" if coverage.level == "group" else "tags"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="gap_map.basis"):
        st.markdown(
            (said if counts else "")
            + f"Shown by {shown}: {share:.0%} of these cells have enough records on both sides to be compared."
        )
        for choice, label in SWITCH.items():
            if choice != coded_by:
                st.button(
                    label,
                    key=f"gap_map.coded.{choice or 'all'}",
                    type="tertiary",
                    on_click=st.session_state.update,
                    args=({"coded": choice},),
                )


def _show_downloads(state: State, judged: Judged, data: map_component.MapData, where: Where) -> None:
    """The map to take away: its numbers, and one file that opens without this app."""
    coverage = judged.coverage
    name = f"lacuna-{coverage.row_facet}-by-{coverage.column_facet}"

    def page() -> str:
        records = state.corpus.records(coverage.snapshot.ids.tolist())
        return map_component.html(coverage, judged.relative, records=records, absolute=judged.absolute)

    def numbers() -> str:
        if TOPIC in (coverage.row_facet, coverage.column_facet):
            return map_component.to_csv(data)  # topics are grouped anew each time: no receipt for their map
        opened = map_view.opened(MAP, coverage.row_facet, coverage.column_facet)
        rules = state.corpus.rules_fingerprint
        receipt = make_map_receipt(coverage, judged.relative, where.to_filters(), rules, opened)
        return map_component.to_csv(data, [note_of(receipt)])

    with st.container(horizontal=True):
        _download(
            "Numbers (CSV)", numbers, f"{name}.csv", "text/csv", "Every cell, with how it was counted in the header."
        )
        _download(
            "This map as one file (HTML)",
            page,
            f"{name}.html",
            "text/html",
            "Opens from disk or a web site, without this app. Its cells open their references.",
        )


def _download(label: str, make: Any, name: str, kind: str, hint: str) -> None:
    st.download_button(
        label,
        make,
        name,
        kind,
        key=f"gap_map.download.{kind}",
        help=hint,
        icon=":material/download:",
        on_click="ignore",
    )


def _say_empty(state: State, unfiltered: bool) -> None:
    if unfiltered:
        st.write("There is nothing to map yet: this collection has no records.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
    else:
        st.write("No record passes these filters. Remove one of them to see the map again.")
