"""The gaps, ranked and in words: barely present first, then fewer than expected, each with a way to its records."""

import streamlit as st

from analysis import gaps, sentences
from views import filters, widgets
from views.state import State

SHOWN = 25
GRADES = {"strong": "Strong", "suggestive": "Suggestive (a lead, to be checked)"}


def render(state: State) -> None:
    st.title("Gaps")
    where = filters.pick_where(state)
    snapshot = state.snapshot(where)
    if not len(snapshot):
        st.write("There are no records to judge. Add files, or remove a filter.")
        return
    widgets.show_caveats(state)
    about = sentences.make_about(snapshot)
    st.header("Barely present")
    st.write("Who and what is hardly here at all. No comparison is needed for this, and none is made.")
    barely = gaps.barely_present(snapshot)
    for gap in barely.to_dict("records"):
        st.markdown("- " + widgets.plain(sentences.write_gap(gap, about)))
    if barely.empty:
        st.write("No tag is barely present.")
    st.header("Fewer records than expected")
    found = state.gaps("relative", where)
    judged = found[found["grade"] != "not comparable"]
    for grade, label in GRADES.items():
        here = judged[judged["grade"] == grade].head(SHOWN)
        st.subheader(f"{label}: {int((judged['grade'] == grade).sum())} of {len(judged)} cells compared")
        for n, gap in enumerate(here.to_dict("records")):
            _show_gap(state, gap, about, f"{grade}.{n}")
    st.write(
        f"{int((found['grade'] == 'not comparable').sum())} further cells have too few records on one side to be "
        "compared, often because so little is here."
    )
    with st.expander("As a table"):
        columns = [
            "row_facet",
            "row_tag",
            "column_facet",
            "column_tag",
            "observed",
            "expected",
            "ratio",
            "low",
            "high",
            "grade",
        ]
        st.dataframe(judged[columns], hide_index=True)


def _show_gap(state: State, gap: dict[str, object], about: sentences.About, key: str) -> None:
    with st.container(border=True, key=f"gaps.{key}"):
        st.write(widgets.plain(sentences.write_gap(gap, about)))
        widgets.link(
            state,
            "gap-map",
            "Open this cell on the map",
            rows=gap["row_facet"],
            columns=gap["column_facet"],
            row=gap["row_tag"],
            col=gap["column_tag"],
        )
