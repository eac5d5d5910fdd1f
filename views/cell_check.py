"""Is the gap real? For an opened cell: what a search of the texts finds, near misses, and what a person found outside.

Candidates are accepted or rejected one by one, and the result of a check is kept, as rulings that can be taken back.
"""

import threading
from collections.abc import Sequence

import streamlit as st

from analysis import sentences
from analysis.checks import Matches, check_cell
from analysis.coverage import Coverage
from analysis.gaps import CellCheck
from analysis.questions import build_sources
from analysis.strategies import build_strategies
from corpus.cells import make_cell_ruling
from corpus.errors import LacunaError
from corpus.framework import TagKey
from corpus.records import Record, Ruling
from corpus.rules import Progress
from ingest.tagging import Tagger, build_tagger
from views import long_work, widgets
from views.map_words import CHECKS
from views.state import State, Where

_ONE_AT_A_TIME = threading.Lock()  # a tagger remembers the last text it read
AT_ONCE = 5000  # records searched without being asked to
SHOWN = 5
SEARCH = long_work.Work(
    "cell.searching", "The search", "Searching the texts for words of both tags.", "Search the texts", holds=64
)

NAMES = {
    "confirmed": "I looked outside: nothing",
    "found-outside": "I looked outside: there is some",
    "not-applicable": "Does not apply",
}
HINTS = {
    "confirmed": "The claim then loses “Unchecked”; your name and the date stand beside it.",
    "found-outside": "The gap is then one of this collection alone. Add the records you found under Add files.",
    "not-applicable": "True by definition, or meaningless: never counted as a gap.",
}


def show(state: State, coverage: Coverage, row: str, column: str, where: Where) -> None:
    """The check of one cell; nothing for topics, which have no words of their own."""
    facets = coverage.row_facet, coverage.column_facet
    if any(facet not in state.framework.by_id for facet in facets):
        return
    cell = (facets[0], row), (facets[1], column)
    few = coverage.observed.loc[row, column] <= coverage.constants.few
    with st.expander("Is the gap real?", expanded=bool(few), key="cell.check"):
        _show_standing(state, coverage, cell)
        if coverage.why_not_applicable(row, column) is None and _wants_search(coverage):
            wanted = (state.key, where, facets, coverage.level, (row, column))
            check = long_work.find(SEARCH, wanted, lambda progress: _check(state, coverage, row, column, progress))
            if check is not None:
                _say_check(coverage, check)
                _show_candidates(state, coverage, cell, check)
                _show_near(state, coverage, cell, check)
        _show_strategies(state, cell)
        if state.can_curate:
            _show_form(state, cell)


def _wants_search(coverage: Coverage) -> bool:
    """A large collection is searched only when asked."""
    if coverage.n_records <= AT_ONCE:
        return True
    return st.toggle(f"Search the texts of all {coverage.n_records:,} records", key="cell.search")


@st.cache_resource(max_entries=4, show_spinner=False)
def _tagger(fingerprint: str, _state: State) -> Tagger:
    return build_tagger(_state.framework)


@st.cache_resource(max_entries=1, show_spinner=False)
def _matches(key: tuple[str, int, str], _state: State) -> Matches:
    """Whether a record has a tag's words, over all records; each is read when it is first asked for."""
    sources = build_sources(_state.corpus, _tagger(_state.framework.fingerprint, _state).find_wide)
    return sources.matches(_state.corpus.snapshot().ids.tolist()) if sources.matches else lambda *_: False


def _check(state: State, coverage: Coverage, row: str, column: str, progress: Progress) -> CellCheck:
    with _ONE_AT_A_TIME:
        return check_cell(coverage, row, column, _matches(state.key, state), progress=progress)


def _show_standing(state: State, coverage: Coverage, cell: tuple[TagKey, TagKey]) -> None:
    """What a person ruled on this cell, with a way back."""
    ruling = coverage.snapshot.cells.of(*cell)
    if ruling is None:
        return
    by = f"{ruling.who or 'someone not named'}, {ruling.at[:10]}"
    words = {"confirmed": "Looked outside, found nothing", "found-outside": "Looked outside, found records"}
    said = words.get(ruling.value, "Ruled not applicable")
    st.success(f"**{said}** ({widgets.plain(by)}): {widgets.plain(ruling.reason)}")
    if state.can_curate and st.button("Take this back", key="cell.undo"):
        _rule(state, Ruling("withdrawn", (), str(ruling.number)))


def _say_check(coverage: Coverage, check: CellCheck) -> None:
    searched = sentences.records_words(check.n_searched)
    st.markdown(
        f"**{sentences.upper_first(CHECKS[check.verdict])}.** Titles, abstracts and keywords of {searched} outside the "
        f"cell were searched for words of both tags: {len(check.hits):,} have both"
        + (f", {len(check.rejected):,} more were rejected by a person" if check.rejected else "")
        + f". {check.n_without_abstract:,} of the {check.n_codable:,} codable records have no abstract to search."
    )


def _show_candidates(state: State, coverage: Coverage, cell: tuple[TagKey, TagKey], check: CellCheck) -> None:
    if not check.hits:
        return
    st.markdown(f"**Candidates** ({len(check.hits):,}), those one tag short first")
    n_pages = -(-len(check.hits) // SHOWN)
    page = st.pagination(n_pages, key="cell.candidates") if n_pages > 1 else 1
    tagger = _tagger(state.framework.fingerprint, state)
    for record in state.corpus.records(check.hits[(min(page, n_pages) - 1) * SHOWN :][:SHOWN]):
        with widgets.cards(f"cell.candidate.{record.id}"):
            widgets.link(state, "record", widgets.plain(record.title) or "Without a title", id=record.id)
            found, missing = _words_found(coverage, cell, record, tagger)
            st.markdown(f":small[{widgets.plain(widgets.cite(record))}]  \n{found}")
            if state.can_curate:
                _show_choice(state, cell, record, missing)


def _words_found(
    coverage: Coverage, cell: tuple[TagKey, TagKey], record: Record, tagger: Tagger
) -> tuple[str, list[TagKey]]:
    """The words that stand for each tag, and the tags the record lacks: the first whose words it has, a side."""
    framework = coverage.snapshot.framework
    at = coverage.snapshot.ids.searchsorted(record.id)
    said, missing = [], []
    for facet, line in cell:
        tags = framework.facet(facet).with_children(line)
        has = any(coverage.snapshot.tags[at, coverage.snapshot.column_of[facet, tag]] for tag in tags)
        with _ONE_AT_A_TIME:
            hits = [(tag, found[0]) for tag in tags if (found := tagger.find_wide(record, facet, tag))]
        if hits:
            label = widgets.plain(framework.facet(facet).label_of(hits[0][0]))
            said.append(f"“{widgets.plain(hits[0][1].passage)}” for {label}" + (" (tagged)" if has else ""))
            missing += [] if has else [(facet, hits[0][0])]
    return "; ".join(said), missing


def _show_choice(state: State, cell: tuple[TagKey, TagKey], record: Record, missing: Sequence[TagKey]) -> None:
    labels = ", ".join(state.framework.facet(facet).label_of(tag) for facet, tag in missing)
    with st.container(horizontal=True, key=f"cell.choice.{record.id}"):
        if missing and st.button(f"Accept: add {widgets.plain(labels)}", key=f"cell.accept.{record.id}"):
            reason = "accepted as a candidate of a cell"
            _rule(state, *(Ruling("tag", record.entries, "added", f, t, reason) for f, t in missing))
        if st.button("Reject", key=f"cell.reject.{record.id}", help="Not about both: not offered again here"):
            _rule(state, make_cell_ruling(*cell, "rejected", entries=record.entries))


def _show_near(state: State, coverage: Coverage, cell: tuple[TagKey, TagKey], check: CellCheck) -> None:
    """How many records are one tag short, general, or silent, with ways to read them."""
    labels = [sentences.lower_first(state.framework.facet(facet).label_of(line)) for facet, line in cell]
    lines = [
        f"- {sentences.records_words(check.row_only)} on {widgets.plain(labels[0])} without a tag for "
        f"{widgets.plain(labels[1])}, {check.column_only:,} the other way round",
        f"- {sentences.records_words(len(check.general))} with one of the two and a general tag for the other",
        f"- {len(check.silent):,} of those one tag short have no abstract, so only their titles could be searched",
    ]
    st.markdown("**Near misses**\n" + "\n".join(lines))
    short = (*check.row_short[:3], *check.column_short[:3])
    if short:
        st.markdown("The newest that are one tag short:")
        with st.container(key="rows.cell.short", gap="xsmall"):
            for record in state.corpus.records(short):
                widgets.link(state, "record", widgets.plain(record.title) or "Without a title", id=record.id)


def _show_strategies(state: State, cell: tuple[TagKey, TagKey]) -> None:
    """Searches to paste elsewhere; nothing is asked of anybody until a link is pressed."""
    st.markdown("**Look outside this collection**: copy a search, or open it there.")
    full = st.checkbox("With every term of both tags, not only the main ones", key="cell.full")
    strategies = {s.database: s for s in build_strategies(state.framework, *cell, full)}
    chosen = st.radio("Database", list(strategies), horizontal=True, key="cell.database")
    strategy = strategies[chosen]
    st.code(strategy.query, language=None, wrap_lines=True, height=140)
    link = widgets.web_link(strategy.url)
    notes = " ".join(widgets.plain(note) for note in strategy.notes)
    st.markdown((f"[Open in {strategy.database}]({link}). " if link else "") + notes)


def _show_form(state: State, cell: tuple[TagKey, TagKey]) -> None:
    """Keep what was found."""
    st.markdown("**Keep what you found**")
    widgets.ask_curator()
    with st.form("cell.ruling", border=False):
        reason = st.text_input(
            "Where and when you looked and what you found, or why the cell means nothing",
            max_chars=500,
            placeholder="PubMed and Scopus, 5 January 2026: nothing on both",
        )
        with st.container(horizontal=True, key="cell.values"):
            pressed = [value for value, words in NAMES.items() if st.form_submit_button(words, help=HINTS[value])]
    for value in pressed:
        _rule(state, make_cell_ruling(*cell, value, reason))


def _rule(state: State, *rulings: Ruling) -> None:
    try:
        state.corpus.rule(*rulings, who=widgets.curator())
    except LacunaError as error:
        widgets.show_error(error)
        return
    st.rerun()
