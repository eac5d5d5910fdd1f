"""Gaps as they stand on a page: in the words of analysis/sentences.py, graded, each a link to the records behind it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analysis import gaps, sentences
from analysis.answering import judge_cell, make_finding
from analysis.constants import DEFAULTS
from analysis.coverage import Coverage
from analysis.questions import Cell
from analysis.sentences import About
from analysis.studies import Study, find_study
from views import widgets
from views.map_words import CHECKS, GRADES
from views.state import State, Where

# grade -> (mark, colour of the badge); what is not here has no mark
BADGES = {
    "strong": ("▼ ", "blue"),
    "suggestive": ("▽ ", "blue"),
    "empty": ("☐ ", "gray"),
    "scarce": ("", "gray"),
}

STUDY_HEAD = "The smallest study that would help."

BARELY_RULE = (
    f"Listed is what has no record, or surely fewer than {round(100 * DEFAULTS.barely)} in 100 of the records that "
    "name anything of its kind. In brackets: the range in which the true share very likely lies (95 %)."
)
BARELY_NONE = (
    f"Nothing is, by the rule used: no record, or surely fewer than {round(100 * DEFAULTS.barely)} in 100 of at least "
    f"{DEFAULTS.barely_named} records that name anything of its kind."
)


def show_barely_present(state: State, where: Where, limit: int | None = None) -> int:
    """The tags hardly studied at all, facet by facet, each a link to its records; how many there are in all.

    Nothing is drawn if there are none.
    """
    found = state.barely_present(where)
    if found.empty:
        return 0
    told = _tell_barely(state.key, where, state)
    places = st.columns(max(2, len(told)), gap="medium")
    for place, (facet, lines) in zip(places, told, strict=False):
        with place, st.container(key=f"rows.barely.{facet}", gap="xsmall"):
            named = ""
            for tag, head, words in lines[:limit]:
                if head != named:
                    st.markdown(f"{widgets.plain(head)},")
                    named = head
                label = f":blue[{widgets.plain(words)}]"
                widgets.link(state, "gap-map", label, **row_query(state, facet, tag, where))
    return len(found)


@st.cache_data(max_entries=16, show_spinner=False)
def _tell_barely(
    key: tuple[str, int, str], where: Where, _state: State
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """For each facet its tags that are barely present: the tag, of how many, and what is said of it."""
    found, about = _state.barely_present(where), _state.about(where)
    told = []
    for facet in _state.framework.by_id:
        lines = []
        for gap in gaps.to_dicts(found[found["row_facet"] == facet]):
            concern = f"{gap['observed']:,} concern "
            head, _, tail = sentences.write_gap(gap, about).partition(f", {concern}")
            lines.append((gap["row_tag"], head, concern + tail.removesuffix(".")))
        if lines:
            told.append((facet, lines))
    return told


def show_gap(state: State, gap: Mapping[str, Any], about: About, key: str, where: Where) -> None:
    """One gap: its cell as a link, its grade and check, its sentence."""
    with st.container(border=True, key=f"card.{key}", gap="xsmall"):
        link_cell(state, gap, about, where)
        marks = badges(gap, about)
        st.markdown((f"{marks}  \n" if marks else "") + widgets.plain(sentences.write_gap(gap, about)))
        sides = (gap["row_facet"], gap["column_facet"])
        if gap["column_tag"] and all(facet in state.framework.by_id for facet in sides):
            show_study(
                _listed_study(state.key, where, gap["measure"], *sides, gap["row_tag"], gap["column_tag"], state, gap)
            )
            name = f"{sides[0]}={gap['row_tag']}*{sides[1]}={gap['column_tag']}"
            link_brief(state, name, where)


@st.cache_resource(max_entries=256, show_spinner=False)
def _listed_study(
    key: tuple[str, int, str],
    where: Where,
    measure: str,
    rows: str,
    columns: str,
    row: str,
    column: str,
    _state: State,
    _gap: Mapping[str, Any],
) -> Study | None:
    """The smallest study for a gap of the list, if the map shows its cell."""
    coverage = _state.coverage(rows, columns, where)
    if row not in coverage.observed.index or column not in coverage.observed.columns:
        return None
    return study_of(_state, coverage, row, column, _gap)


def link_brief(state: State, name: str, where: Where) -> None:
    """The brief on a cell of the list of gaps."""
    icon = ":material/description:"
    widgets.link(state, "brief", "Make a brief", icon=icon, cell=name, listed="1", **where.to_query())


def study_of(
    state: State, coverage: Coverage, row: str, column: str, gap: Mapping[str, Any] | None = None
) -> Study | None:
    """The smallest study that would close a cell; ``gap`` is what a list says of it, if it stands in one."""
    cell = Cell((coverage.row_facet, row), (coverage.column_facet, column))
    found = {gap["measure"]: gap} if gap else judge_cell(coverage, cell)
    return find_study(make_finding(coverage, cell, found), coverage.snapshot)


def show_study(study: Study | None) -> None:
    if study:
        st.markdown(f":small[**{STUDY_HEAD}** {widgets.plain(f'{study.sentence} {study.closes}')}]")


def link_cell(state: State, gap: Mapping[str, Any], about: About, where: Where) -> None:
    """The gap's name, which opens its cell on the map, or its row if it has no column."""
    if gap["row_tag"] is None:  # a whole facet
        st.markdown(f"**{widgets.plain(about.framework.facet(gap['row_facet']).label)}**")
        return
    name = sentences.upper_first(about.label_of(gap["row_facet"], gap["row_tag"]))
    if gap["column_tag"] is None:
        widgets.link(
            state,
            "gap-map",
            f":blue[{widgets.plain(name)}]",
            **row_query(state, gap["row_facet"], gap["row_tag"], where),
        )
        return
    name += f" × {about.label_of(gap['column_facet'], gap['column_tag'])}"
    query = {"rows": gap["row_facet"], "columns": gap["column_facet"], "row": gap["row_tag"], "col": gap["column_tag"]}
    widgets.link(state, "gap-map", f":blue[{widgets.plain(name)}]", **query, **where.to_query())


def badges(gap: Mapping[str, Any], about: About) -> str:
    """Grade and check in small labels, as markdown."""
    grade = gap["grade"]
    if not grade or grade == "none":
        return ""
    mark, colour = BADGES.get(grade, ("", "gray"))
    words = f":{colour}-badge[{mark}{sentences.upper_first(GRADES.get(grade, grade.replace('_', ' ')))}]"
    if about.filters:
        words += " :gray-badge[Exploratory: filtered view]"
    check = CHECKS.get(gap.get("check") or "", "")
    return words + (f" :gray-badge[{sentences.upper_first(check)}]" if check else "")


def row_query(state: State, facet: str, tag: str, where: Where) -> dict[str, Any]:
    """The address of one row of the map, by tags, beside the facet it is most often ranked against."""
    pairs = gaps.headline_pairs(state.framework)
    beside = [b if a == facet else a for a, b in pairs if facet in (a, b) and a != b]
    beside += [other for other in state.framework.by_id if other != facet]
    return {
        "rows": facet,
        "columns": (beside or [facet])[0],
        "level": "tag",
        "row": tag,
        **where.to_query(),
    }
