"""A survey, one row a respondent, reduced to tables at once: its rows are in memory only, while the page is open."""

import streamlit as st

from analysis import survey, survey_columns
from analysis.need.checking import MIN_PEOPLE
from analysis.survey import Reduction
from analysis.survey_columns import Column, GroupColumn, HarmColumn
from analysis.tables import Sheet, read_sheet
from corpus.errors import LacunaError
from views import need_give, widgets
from views.filters import options_of
from views.state import State

NOTHING_KEPT = (
    "The rows of the file are looked at in memory and forgotten: nothing of a single respondent is stored, logged or "
    "part of the history. Only the tables you see below are kept, and only if you say so."
)
MEANS = {
    "": "not counted",
    "group": "who the respondent is",
    "harm": "whether it happened",
}
LEFT_OUT = "left out"


def render_survey(state: State) -> None:
    """Curators only: answers of people are not for every visitor of a shared collection."""
    if not state.can_curate:
        return
    with st.expander("Give a survey, one row a respondent"):
        st.write(NOTHING_KEPT)
        turn = st.session_state.setdefault("need.turn", 0)  # a new key empties the uploader once a file is done with
        file = st.file_uploader("Survey answers", type=["csv", "tsv", "txt", "xlsx"], key=f"need.survey.{turn}")
        if file is None:
            return
        try:
            sheet = read_sheet(file.name, file.getvalue())
            _map_and_reduce(state, sheet)
        except LacunaError as error:
            widgets.show_error(error)


def _map_and_reduce(state: State, sheet: Sheet) -> None:
    columns = survey_columns.look_at(sheet)
    refused = [column for column in columns if column.refused]
    usable = [column for column in columns if not column.refused]
    st.write(f"{len(sheet.rows):,} respondents, {len(columns)} columns, {len(refused)} of them refused.")
    if refused:
        st.table([{"Column refused": column.heading, "Why": f"It {column.refused}."} for column in refused])
    groups: list[GroupColumn] = []
    harms: list[HarmColumn] = []
    for n, column in enumerate(usable):
        with st.container(border=True, key=f"need.column.{n}"):
            found = _map(state, column, n)
        if isinstance(found, GroupColumn):
            groups.append(found)
        elif found:
            harms.append(found)
    left, right, third = st.columns([3, 1, 1])
    source = left.text_input("Who asked whom (printed with every statement)", max_chars=300, key="need.survey-source")
    year = right.number_input("Year", 1950, 2200, value=None, key="need.survey-year")
    place = third.text_input("Where (country code)", max_chars=10, key="need.survey-place")
    chose = st.checkbox("People chose to answer", value=True, key="need.survey-chose")
    if not groups or not harms or not source.strip() or year is None:
        st.write(
            "Needed: a column of who the respondents are, one of what happened, the source, and the year. "
            "Columns kept: " + (widgets.plain(", ".join(c.heading for c in (*groups, *harms))) or "none yet")
        )
        return
    name = sheet.name.rsplit(".", 1)[0][:40]
    made = survey.reduce_survey(
        sheet, state.framework, groups, harms,
        name=name, source=source.strip(), year=int(year), place=place.strip(), voluntary=chose,
    )  # fmt: skip
    _show(state, made)


def _map(state: State, column: Column, n: int) -> GroupColumn | HarmColumn | None:
    group, harm = survey_columns.guess(column, state.framework)
    at = "group" if group else "harm" if harm else ""
    what = st.selectbox(
        f"{widgets.plain(column.heading)} says", list(MEANS), index=list(MEANS).index(at), format_func=MEANS.get,
        key=f"need.what.{n}",
    )  # fmt: skip
    if what == "harm":
        status: dict[str, survey_columns.Status] = {}
        means = {"": LEFT_OUT} | survey_columns.STATUS_WORDS
        for k, (value, times) in enumerate(column.values.items()):
            guessed = harm.status.get(value, "") if harm else ""
            chosen = st.selectbox(
                f"“{widgets.plain(value)}” ({times:,})" if times >= MIN_PEOPLE else f"“{widgets.plain(value)}”",
                list(means), index=list(means).index(guessed), format_func=means.get, key=f"need.status.{n}.{k}",
            )  # fmt: skip
            if chosen:
                status[value] = chosen
        return HarmColumn(column.heading, column.heading.strip(" ?:"), status) if status else None
    if what == "group":
        facets = {facet.id: facet.label for facet in state.framework.facets}
        first = list(facets).index(group.facet) if group else 0
        facet = st.selectbox("of the facet", list(facets), index=first, format_func=facets.get, key=f"need.facet.{n}")
        options = {"": LEFT_OUT} | options_of(state.framework.facet(facet))
        tags = {}
        for k, value in enumerate(column.values):
            guessed = group.tags.get(value, "") if group and group.facet == facet else ""
            tags[value] = st.selectbox(
                f"“{widgets.plain(value)}” stands for", list(options), index=list(options).index(guessed),
                format_func=options.get, key=f"need.tag.{n}.{facet}.{k}",
            )  # fmt: skip
        return GroupColumn(column.heading, facet, tags) if any(tags.values()) else None
    return None


def _show(state: State, made: Reduction) -> None:
    st.subheader("What comes of it", anchor=False)
    st.write(
        f"Columns used: {widgets.plain(', '.join(made.kept_columns))}. Nothing else of the file was looked at further."
    )
    for note in made.notes:
        st.info(widgets.plain(note))
    for heading, hidden in made.suppressed.items():
        st.write(widgets.plain(f"Without figures, by {heading}: {', '.join(hidden)}."))
    if not made.tables:
        st.write("Too few people answered to say anything without pointing at somebody.")
        return
    for table in made.tables:
        facet = state.framework.facet(table.facet)
        st.markdown(f"**{widgets.plain(table.title)}** :small[{widgets.plain(table.source)}]")
        st.table(
            [{"Group": facet.label_of(row.group), "Figure": f"{row.weight:g}", "Of": row.note} for row in table.rows]
        )
    widgets.ask_curator()
    if st.button("Keep these tables, and forget the file", type="primary", key="need.survey-keep"):
        for table in made.tables:
            need_give.keep_table(state, table)
        turn = st.session_state.get("need.turn", 0)
        for key in [k for k in st.session_state if str(k).startswith("need.")]:
            del st.session_state[key]
        st.session_state["need.turn"] = turn + 1
        st.rerun()
