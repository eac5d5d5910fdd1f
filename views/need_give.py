"""Tables of figures that people give: read, checked line by line, kept with their source, replaced or taken away."""

import streamlit as st

from analysis import need
from analysis.need import NeedTable
from analysis.need.checking import OPTIONAL, REQUIRED
from analysis.tables import read_sheet
from corpus.errors import LacunaError
from views import widgets
from views.state import State

KIND = "need"  # what these are kept under in the corpus
EXAMPLE = (
    "group,weight,unit,source,year,kind\n"
    "{first},60,percent of staff,Name of the source,2023,share\n"
    "{second},40,percent of staff,Name of the source,2023,share\n"
)


def all_tables(state: State) -> tuple[NeedTable, ...]:
    """Those given to this corpus, then those that ship."""
    kept = {name: item.value for name, item in state.corpus.kept(KIND).items()}
    return need.need_tables(state.framework, kept)


def keep_table(state: State, table: NeedTable) -> None:
    """Keep a table under its name; one of the same name is replaced and stays in the history of what was kept."""
    state.corpus.keep(KIND, table.id, need.to_dict(table), widgets.curator())


def render_own(state: State) -> None:
    """Tables already given, and a place for another."""
    kept = state.corpus.kept(KIND)
    for name, item in kept.items():
        table = need.from_dict(item.value)
        with st.container(horizontal=True, vertical_alignment="center", key=f"need.kept.{name}"):
            st.markdown(
                f"**{widgets.plain(name)}**: {widgets.plain(table.title)}. {widgets.plain(table.source)}, "
                f"{table.year}. "
                f":small[Given by {widgets.plain(item.who)}, {item.at[:10]}]"
            )
            if state.can_curate and st.button("Take away", key=f"need.forget.{name}"):
                state.corpus.forget(KIND, name, widgets.curator())
                st.rerun()
    if not state.can_curate:
        st.write("Only curators can add tables here. Send yours to one, with its source.")
        return
    with st.expander("Give a table of figures", expanded=not kept):
        _give(state)


def _give(state: State) -> None:
    st.markdown(
        f"CSV or Excel, a line a group. Columns: {', '.join(f'`{name}`' for name in REQUIRED)}, and if you like "
        f"{', '.join(f'`{name}`' for name in OPTIONAL)}. Kind is `share` (parts of one whole), `burden` (people "
        "affected) or `prevalence` (percent of each group, shown beside gaps and never a weight)."
    )
    st.download_button("An example to fill in (CSV)", _example(state), "need-table.csv", "text/csv", key="need.example",
                       on_click="ignore")  # fmt: skip
    file = st.file_uploader("Table of figures", type=["csv", "tsv", "txt", "xlsx"], key="need.file")
    chose = st.checkbox("The figures are from people who chose to answer", key="need.chose")
    if file is None:
        return
    name = st.text_input("Name of the table", value=file.name.rsplit(".", 1)[0][:60], max_chars=60, key="need.name")
    try:
        checked = need.check_need(
            read_sheet(file.name, file.getvalue()), state.framework, name.strip() or "table", chose
        )
    except LacunaError as error:
        widgets.show_error(error)
        return
    for problem in checked.problems:
        st.error(widgets.plain(problem), icon="⚠️")
    for note in checked.notes:
        st.info(widgets.plain(note))
    if checked.table is None:
        st.write("Nothing was kept. Change the file and give it again.")
        return
    table = checked.table
    facet = state.framework.facet(table.facet)
    st.table(
        [
            {"Group": " or ".join(map(facet.label_of, row.parts)), "Figure": f"{row.weight:,g}", "Note": row.note}
            for row in table.rows
        ]
    )
    if reason := need.why_not_weigh(table):
        st.info(reason)
    replaces = table.id in state.corpus.kept(KIND)
    widgets.ask_curator()
    if st.button("Replace the table of this name" if replaces else "Keep this table", type="primary", key="need.keep"):
        keep_table(state, table)
        st.rerun()


def _example(state: State) -> str:
    facet = next((f for f in state.framework.facets if sum(not t.residual for t in f.roots) > 1), None)
    ids = [tag.id for tag in facet.roots if not tag.residual][:2] if facet else ["one", "two"]
    return EXAMPLE.format(first=ids[0], second=ids[1])
