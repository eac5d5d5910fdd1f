"""Where to look first: a list for primary research, one for a synthesis; a score only if asked for, with its parts."""

import pandas as pd
import streamlit as st

from analysis import csv_out, gaps, sentences
from analysis.priorities import POSITIONS_FROM, ROBUST, TOP, WEIGHTS, order_by_grade, rank_cells
from analysis.priority_words import describe_band, describe_parts, describe_row
from analysis.receipts import note_of
from analysis.recounts import Ranking, make_priorities_receipt
from views import gap_cards, widgets
from views.state import State, Where

ID = "priorities"
LABEL = "Where to look first"
PAGE = 10
TITLES = {"primary": "For primary research", "synthesis": "For a synthesis"}
HINTS = {
    "primary": "Cells that call for new studies: strong gaps first, then suggestive ones, then the rest that can be "
    "compared. Within each, the lowest upper end of the range first.",
    "synthesis": "Cells with enough primary research for a review and none, or with one that has been overtaken. Most "
    "studies first. There is no score.",
}


def render_lists(state: State, pairs: tuple[tuple[str, str], ...], where: Where) -> None:
    """Both lists of the headline pairs, or of these pairs."""
    scored = st.toggle(
        "Rank primary research by a combined score",
        key="score",
        bind="query-params",
        help="A sum of several parts, always shown with them. The order is less certain than the grades.",
    )
    found = _ranked(state.key, pairs, where, state)
    shown = found if scored else order_by_grade(found)
    about = state.about(where)
    for name, title in TITLES.items():
        _show_list(state, name, title, shown[shown["list"] == name], about, where, scored)
    if scored and about.n_records < POSITIONS_FROM:
        st.write(f"Under {POSITIONS_FROM:,} records no position is given: go by the grades and by the bands of ranks.")

    def table() -> str:
        counted, ranking = state.snapshot(where), Ranking(pairs or gaps.headline_pairs(state.framework), scored=scored)
        receipt = make_priorities_receipt(shown, counted, ranking, where.to_filters(), state.corpus.rules_fingerprint)
        notes = (*((_weights(),) if scored else ()), note_of(receipt))
        return csv_out.write_csv(shown, counted, LABEL, notes=notes)

    st.download_button(
        "Both lists (CSV)",
        table,
        "lacuna-priorities.csv",
        "text/csv",
        key="priorities.download",
        icon=":material/download:",
        on_click="ignore",
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _ranked(key: tuple[str, int, str], pairs: tuple[tuple[str, str], ...], where: Where, _state: State) -> pd.DataFrame:
    return rank_cells(_state.snapshot(where), pairs or None)


def _weights() -> str:
    return f"Weights: {', '.join(f'{name}={weight:g}' for name, weight in WEIGHTS.items())}"


def _show_list(
    state: State, name: str, title: str, rows: pd.DataFrame, about: sentences.About, where: Where, scored: bool
) -> None:
    st.header(f"{title}: {len(rows):,} cells", anchor=False)
    by_score = scored and name == "primary"
    st.write(_score_hint() if by_score else HINTS[name])
    n_pages = -(-len(rows) // PAGE)
    place = st.container()
    page = st.pagination(n_pages, key=f"page-priorities-{name}", bind="query-params") if n_pages > 1 else 1
    with place:
        for n, row in enumerate(gaps.to_dicts(rows.iloc[(min(page, max(n_pages, 1)) - 1) * PAGE :][:PAGE])):
            with st.container(border=True, key=f"card.priorities.{name}.{n}", gap="xsmall"):
                gap_cards.link_cell(state, row, about, where)
                st.markdown(widgets.plain(describe_row(row, about)))
                if by_score:
                    colour = "blue" if row["badge"] == "robust" else "gray"
                    badge = f":{colour}-badge[{sentences.upper_first(row['badge'])}]"
                    st.markdown(
                        f"{badge} {sentences.upper_first(widgets.plain(describe_parts(row)))}; "
                        f"{widgets.plain(describe_band(row))}."
                    )


def _score_hint() -> str:
    return (
        "The score is the sum of the parts printed beside it. Each rank was drawn 300 times, with weights of half to "
        f"twice their size and counts as another sample might have given them: “robust” means among the first {TOP} in "
        f"{ROBUST:.0%} of the draws or more."
    )
