"""The gap map: two facets crossed, every cell opening the records behind it."""

import streamlit as st

from analysis import gaps, sentences
from analysis.coverage import Coverage
from corpus.errors import LacunaError
from views import filters, map_view, widgets
from views.map_component import map_data, to_csv
from views.state import State

LEVELS = {"": "As fine as the records allow", "group": "Groups", "tag": "Tags"}
SHOWN = 50


def render(state: State) -> None:
    st.title("Gap map")
    facets = [facet.id for facet in state.framework.facets]
    first = (state.framework.headline_pairs or ((facets[0], facets[-1]),))[0]
    rows_at, columns_at, level_at = st.columns(3)
    labels = {facet.id: facet.label for facet in state.framework.facets} | {"topic": "Topic"}
    rows = rows_at.selectbox(
        "Rows",
        [*facets, "topic"],
        index=facets.index(first[0]),
        key="rows",
        bind="query-params",
        format_func=labels.get,
    )
    columns = columns_at.selectbox(
        "Columns", facets, index=facets.index(first[1]), key="columns", bind="query-params", format_func=labels.get
    )
    level = level_at.selectbox("Level", list(LEVELS), key="level", bind="query-params", format_func=LEVELS.__getitem__)
    where = filters.pick_where(state)
    key = "gap_map.map"
    coverage = state.coverage(rows, columns, where, level or None, map_view.opened(key, rows, columns))
    if not coverage.n_records:
        _say_empty(state, where.is_empty)
        return
    if len(coverage.rows) > 60:
        coverage = coverage.without_empty_rows()
    relative = gaps.find_gaps(coverage, "relative")
    absolute = gaps.find_gaps(coverage, "absolute")
    data = map_data(coverage, relative, absolute=absolute)
    chosen = map_view.show(data, key=key)
    if chosen:
        st.query_params["row"], st.query_params["col"] = chosen[0] or "", chosen[1] or ""
        st.rerun()
    st.download_button(
        "Download these numbers (CSV)", to_csv(data), f"lacuna-{rows}-by-{columns}.csv", "text/csv", key="gap_map.csv"
    )
    widgets.show_caveats(state)
    row, column = st.query_params.get("row") or None, st.query_params.get("col") or None
    if row or column:
        _show_cell(state, coverage, row, column)


def _say_empty(state: State, unfiltered: bool) -> None:
    if unfiltered:
        st.write("There is nothing to map yet: this corpus has no records.")
        widgets.link(state, "add-files", "Add citation files")
    else:
        st.write("No record passes these filters. Remove one of them to see the map again.")


def _show_cell(state: State, coverage: Coverage, row: str | None, column: str | None) -> None:
    try:
        ids = coverage.ids(row, column) if row else _ids_of_column(coverage, column or "")
    except LacunaError:
        return  # the address names a line of another map
    labels = [line.label for line in coverage.rows if line.id == row] + [
        line.label for line in coverage.columns if line.id == column
    ]
    st.header(" and ".join(labels), anchor="records")
    if row and column:
        st.write(_say_cell(coverage, row, column))
    st.text(
        f"{len(ids):,} of {coverage.n_records:,} records"
        + (f"; the first {SHOWN} are shown" if len(ids) > SHOWN else "")
    )
    widgets.record_list(
        state,
        state.corpus.records(ids[:SHOWN]),
        facets=[f for f in (coverage.row_facet, coverage.column_facet) if f in state.framework.by_id],
        key="gap_map.records",
    )


def _ids_of_column(coverage: Coverage, column: str) -> list[str]:
    found = {i for line in coverage.rows for i in coverage.ids(line.id, column)}
    return sorted(found)


def _say_cell(coverage: Coverage, row: str, column: str) -> str:
    """What the measures say of one cell, in the method's words."""
    reason = coverage.why_not_applicable(row, column)
    if reason:
        return f"Not applicable: {reason}"
    about = sentences.make_about(coverage.snapshot)
    said = []
    for measure in ("relative", "absolute"):
        found = gaps.find_gaps(coverage, measure)
        here = found[(found["row_tag"] == row) & (found["column_tag"] == column)]
        if measure == "absolute":
            here = here[here["observed"] == 0]
        said += [sentences.write_gap(gap, about) for gap in here.to_dict("records")]
    return " ".join(said)
