"""The gaps, ranked and in words: barely present first, then what a measure finds, each with a way to its records."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analysis import gaps, sentences
from analysis.receipts import note_of
from analysis.recounts import make_gaps_receipt
from analysis.roles import read_roles
from analysis.sentences import About
from corpus.framework import Framework
from views import address, filters, gap_cards, gap_table, priority_lists, triple_list, widgets
from views.map_words import GRADES
from views.state import State, Where

PAGE = 10
HEADLINE = ""


@dataclass(frozen=True)
class Section:
    """Gaps of one grade: what it means, and the rows."""

    key: str
    title: str
    hint: str
    rows: pd.DataFrame


def render(state: State) -> None:
    st.title("Gaps")
    st.write("Where this collection has few records or none, the surest first. Each gap opens the records behind it.")
    measure, pairs = _pick(state)
    where = filters.pick_where(state)
    snapshot = state.snapshot(where)
    if not len(snapshot):
        _say_empty(state, where)
        return
    widgets.show_caveats(state)
    if measure == priority_lists.ID:
        priority_lists.render_lists(state, pairs, where)
        return
    third = _pick_third(state) if measure == "relative" else ""
    if third:
        triple_list.render_triples(state, third, pairs, where)
        return
    about = state.about(where)
    if measure == "relative" and not pairs:
        _show_barely_present(state, where)
    pairs = _pairs_for(measure, state.framework, pairs)
    found = state.gaps(measure, where, pairs)
    label = gaps.find_measure(measure).label
    st.header(label, anchor=False)
    st.write(EXPLAINED.get(measure, ""))
    if found.empty:
        st.write(NOTHING.get(measure, "This measure finds no cell to judge here."))
        if measure == "parity":
            widgets.link(state, "need", "Compare with figures from outside")
        return
    if measure == "geography":
        _show_countries(state, where, found, about)
    else:
        sections = list(find_sections(measure, found))
        for section in sections:
            _show_section(state, section, about, where)
        if not sections:
            st.write(f"None of the {len(found):,} cells looked at is flagged.")
    _say_rest(measure, found)
    _show_table(state, _table(state.key, measure, where, pairs, state), where, f"Gaps: {label}", measure, pairs)


def _pick(state: State) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The measure and, unless the headline pairs are meant, the pair of facets."""
    framework = state.framework
    n = len(gaps.headline_pairs(framework))
    pairs = {f"{a}.{b}": (a, b) for a, b in gaps.all_pairs(framework)}
    labels = {HEADLINE: f"The {n} pairs that matter most"} | {
        key: f"{framework.facet(a).label} × {sentences.lower_first(framework.facet(b).label)}"
        for key, (a, b) in pairs.items()
    }
    left, right = st.columns(2)
    with left:
        measure = address.choose_one(
            "Kind of gap",
            {m.id: m.label for m in gaps.MEASURES} | {priority_lists.ID: priority_lists.LABEL},
            "measure",
            "relative",
            on_change=_first_page,
        )
    with right:
        pair = address.choose_one(
            "Facets compared",
            labels,
            "pair",
            HEADLINE,
            help="Gaps are judged together: more pairs, more care before a gap is called strong.",
            on_change=_first_page,
        )
    return measure, (pairs[pair],) if pair != HEADLINE else ()


def _pick_third(state: State) -> str:
    """A third facet to look at with each pair, or "" for pairs alone."""
    options = {"": "None: pairs alone"} | {facet.id: facet.label for facet in state.framework.facets}
    return address.choose_one(
        "Three facets together: a third facet",
        options,
        "third",
        "",
        help="Lists combinations of three tags that are rarer than the maps of each two of the facets would explain.",
    )


def _first_page() -> None:
    for name in list(st.session_state):
        if str(name).startswith("page-"):
            st.session_state[name] = 1


def _pairs_for(measure: str, framework: Framework, chosen: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What to scan: countries stand in the rows when countries are judged."""
    country = read_roles(framework).country
    if measure == "geography" and country:
        other = next((facet.id for facet in framework.facets if facet.id != country), country)
        return ((country, other),)
    return chosen


def find_sections(measure: str, found: pd.DataFrame) -> Iterator[Section]:
    """The list in parts, each gap once."""
    grades = found["grade"]
    if measure == "relative":
        for grade in ("strong", "suggestive"):
            yield Section(grade, upper(GRADES[grade]) + "s", HINTS[grade], found[grades == grade])
        listed = grades.isin(("strong", "suggestive"))
        empty = (found["observed"] == 0) & (grades != "not comparable")
        yield Section("empty", "Other empty cells with 3 or more expected", HINTS["empty"], found[empty & ~listed])
    elif measure == "reporting":
        yield Section("all", "Facets", "", found)
    else:
        claims = [grade for grade in found["grade"].unique() if grade in sentences.CLAIMS | {"barely"}]
        for grade in claims:
            yield Section(grade, upper(GRADES.get(grade, grade.replace("_", " "))), "", found[grades == grade])


def upper(words: str) -> str:
    return sentences.upper_first(words)


def _show_barely_present(state: State, where: Where) -> None:
    st.header("Barely present", anchor=False)
    st.write("These can seldom be compared further down, because so little is here, so they come first.")
    if gap_cards.show_barely_present(state, where):
        st.markdown(f":small[{gap_cards.BARELY_RULE}]")
    else:
        st.write(gap_cards.BARELY_NONE)


def _show_section(state: State, section: Section, about: About, where: Where) -> None:
    n = len(section.rows)
    st.subheader(f"{section.title}: {n:,}", anchor=False)
    if not n:
        return
    if section.hint:
        st.write(section.hint)
    n_pages = -(-n // PAGE)
    place = st.container()
    page = 1
    if n_pages > 1:
        page = st.pagination(n_pages, key=f"page-{section.key}", bind="query-params")
    with place:
        rows = section.rows.iloc[(page - 1) * PAGE : page * PAGE]
        for number, gap in enumerate(gaps.to_dicts(rows)):
            gap_cards.show_gap(state, gap, about, f"gaps.{section.key}.{number}", where)


def _show_countries(state: State, where: Where, found: pd.DataFrame, about: About) -> None:
    """Countries by name, with their records; nearly all of 249 would be cards of nothing."""
    for said in sentences.write_places(gaps.geography(state.snapshot(where))):
        st.write(widgets.plain(said))
    rows = [(int(gap["observed"]), about.label_of(gap["row_facet"], gap["row_tag"])) for gap in gaps.to_dicts(found)]
    named = sorted((row for row in rows if row[0]), key=lambda row: (-row[0], row[1]))
    st.subheader(f"Named as studied: {len(named):,} of {len(rows):,}", anchor=False)
    st.write(widgets.plain("; ".join(f"{label} ({n:,})" for n, label in named) or "None."))
    none = sorted(label for n, label in rows if not n)
    st.subheader(f"No record here names them as studied: {len(none):,}", anchor=False)
    st.write(widgets.plain("; ".join(none) or "None."))


def _say_rest(measure: str, found: pd.DataFrame) -> None:
    """What is not listed, and what being listed does to a number."""
    if measure == "relative":
        few = int((found["grade"] == "not comparable").sum())
        compared = len(found) - few
        st.write(
            f"{compared:,} cells were compared. {few:,} more have too few records on one side to be compared, often "
            "because so little is here; that they are not listed does not mean that there is no gap."
        )
    if found["grade"].isin(("strong", "suggestive")).any():
        st.write(sentences.SELECTION)
    if chance := sentences.say_chance(found):
        st.write(chance)


@st.cache_data(max_entries=16, show_spinner=False)
def _table(
    key: tuple[str, int, str], measure: str, where: Where, pairs: tuple[tuple[str, str], ...], _state: State
) -> pd.DataFrame:
    return gap_table.to_table(_state.gaps(measure, where, pairs), _state.about(where))


def _show_table(
    state: State, table: pd.DataFrame, where: Where, title: str, measure: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    def numbers() -> str:
        counted, rules = state.snapshot(where), state.corpus.rules_fingerprint
        asked = pairs or tuple(gaps.headline_pairs(state.framework))
        receipt = make_gaps_receipt(
            state.gaps(measure, where, pairs), counted, measure, asked, where.to_filters(), rules
        )
        return gap_table.to_csv(table, counted, title, notes=(note_of(receipt),))

    with st.expander(f"All {len(table):,} as a table"):
        st.dataframe(table, hide_index=True, height=420)
    st.download_button(
        "This list (CSV)",
        numbers,
        f"lacuna-gaps-{measure}.csv",
        "text/csv",
        key="gaps.download",
        icon=":material/download:",
        on_click="ignore",
        help="Every cell judged, with constants, filters and version in its header.",
    )


def _say_empty(state: State, where: Where) -> None:
    if where.is_empty:
        st.write("There are no records to judge yet.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
    else:
        st.write("No record passes these filters. Remove one of them to see gaps again.")


HINTS = {
    "strong": "Fewer than half as many records as expected, and hard to put down to chance. In trials of the method, "
    "fewer than 1 in 10 of these were not really thin.",
    "suggestive": "Fewer than half as many records as expected, on less evidence. About 1 in 4 is not really thin: "
    "a lead to check, not a finding.",
    "empty": "No record carries both tags, but chance alone could explain it.",
}

EXPLAINED = {
    "relative": "If two tags had nothing to do with each other, a certain number of records would carry both. "
    "These cells have clearly fewer. Ranked by the upper end of the range, the lowest first.",
    "absolute": "Cells with no record, or with one or two. No comparison is made: where both tags are rare, an "
    "empty cell is no surprise. Those in which most records would be expected come first.",
    "presence": "How many of the records that name a facet at all concern each tag.",
    "synthesis": "Cells with at least five primary studies and no systematic review, or with a review that five or "
    "more studies have since overtaken. Broad reviews may cover a cell without naming it.",
    "stale": "Cells in which nothing, or little, has appeared of late while the rest of the collection grew.",
    "design": "Cells whose studies are of kinds that cannot answer the question asked of them.",
    "parity": "Groups that get less attention here than their share of the workforce, or of the harm.",
    "geography": "Countries that records name as studied, and those that none names.",
    "reporting": "How many records do not say whom or what they concern.",
}

NOTHING = {
    "parity": "This needs figures from outside, with their source. None has been given to this list: the page Need "
    "compares with the tables there are, one at a time.",
    "geography": "This framework has no facet for countries.",
}
