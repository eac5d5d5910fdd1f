"""Three facets together: triples rarer than the three pair maps explain, in words, each a way to its records."""

import pandas as pd
import streamlit as st

from analysis import gaps, sentences
from views import gap_cards, widgets
from views.map_words import GRADES
from views.state import State, Where

SHOWN = 20


def render_triples(state: State, third: str, pairs: tuple[tuple[str, str], ...], where: Where) -> None:
    """The list for one third facet, with the headline pairs or the one pair chosen."""
    label = state.framework.facet(third).label
    st.header(f"Three facets together: with {sentences.lower_first(label)}", anchor=False)
    st.write(f"{sentences.TRIPLE_EXPECTED} Facets with groups are compared by groups.")
    found = _triples(state.key, third, pairs, where, state)
    if found.empty:
        st.write("Choose a pair of facets without this one: three different facets are needed.")
        return
    about = state.about(where)
    listed = found[found["grade"].isin(sentences.CLAIMS)]
    few = int((found["grade"] == "not comparable").sum())
    st.write(
        f"{len(found) - few:,} of {len(found):,} triples could be compared, and {len(listed):,} are gaps. The others "
        "have too few records to say anything."
    )
    for number, gap in enumerate(gaps.to_dicts(listed.head(SHOWN))):
        with st.container(border=True, key=f"card.triples.{number}", gap="xsmall"):
            names = [about.label_of(gap[f"{side}_facet"], gap[f"{side}_tag"]) for side in ("row", "column", "third")]
            widgets.link(
                state,
                "gap-map",
                widgets.plain(sentences.upper_first(" × ".join(names))),
                rows=gap["row_facet"], columns=gap["column_facet"], level="group", row=gap["row_tag"],
                col=gap["column_tag"], **(where.to_query() | {f"f-{third}": [gap["third_tag"]]}),
            )  # fmt: skip
            st.markdown(gap_cards.badges(gap, about) + "  \n" + widgets.plain(sentences.write_gap(gap, about)))
    if not listed.empty:
        st.write(sentences.SELECTION)
    compared = found[found["grade"] != "not comparable"]
    with st.expander(f"The {len(compared):,} compared, as a table"):
        st.dataframe(_table(compared, about), hide_index=True)


@st.cache_data(max_entries=16, show_spinner=False)
def _triples(
    key: tuple[str, int, str], third: str, pairs: tuple[tuple[str, str], ...], where: Where, _state: State
) -> pd.DataFrame:
    return gaps.find_triples(_state.snapshot(where), third, pairs or None)


def _table(found: pd.DataFrame, about: sentences.About) -> pd.DataFrame:
    rows = gaps.to_dicts(found)
    names = {"Row": "row", "Column": "column", "Third": "third"}
    table: dict[str, list[object]] = {
        head: [sentences.upper_first(about.label_of(r[f"{side}_facet"], r[f"{side}_tag"])) for r in rows]
        for head, side in names.items()
    }
    table |= {"Records": [int(r["observed"]) for r in rows], "Expected": [round(float(r["expected"]), 1) for r in rows]}
    for head in ("Ratio", "Low", "High"):
        table[head] = [round(float(r[head.lower()]), 2) for r in rows]
    table["q"] = [round(float(r["q"]), 3) for r in rows]
    table["Grade"] = [sentences.upper_first(GRADES.get(r["grade"], r["grade"])) for r in rows]
    return pd.DataFrame(table)
