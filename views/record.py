"""One record: what it says, where it came from, which tags it has and by which words, and what a curator may change."""

import streamlit as st

from corpus.errors import LacunaError
from corpus.records import Ruling
from views import widgets
from views.state import State


def render(state: State) -> None:
    entry_id = st.query_params.get("id", "")
    if not entry_id:
        st.title("Record")
        st.write("Open a record from a search or from a cell of the gap map.")
        return
    try:
        record = state.corpus.record(entry_id)
    except LacunaError as error:
        st.title("Record")
        widgets.show_error(error)
        return
    st.title(widgets.plain(record.title or "Without a title"))
    st.text(widgets.cite(record))
    _show_links(record)
    if record.abstract:
        st.header("Abstract")
        st.text(record.abstract)
    st.header("Codes")
    assignments = state.corpus.assignments(record)
    if not assignments:
        st.write("No tag of the framework was found in this record, and nobody has coded it.")
    for facet in state.framework.facets:
        here = [a for a in assignments if a.facet == facet.id]
        if here:
            st.subheader(facet.label)
            widgets.show_passages(state, here)
    if state.can_curate:
        _show_coding(state, record.id, record.entries)
    st.header("Where it came from")
    for origin in state.corpus.origins(record):
        st.text(
            f"{origin.file}, line {origin.line} ({origin.format}); import {origin.import_id}; "
            f"{origin.source or 'source not named'}"
        )
    for reason in state.corpus.why_merged(record):
        st.text(f"Two entries were joined: {reason.why}")
    with st.expander("The entries as the files had them"):
        for entry in record.entries:
            st.code(state.corpus.entry(entry).raw, language=None)


def _show_links(record) -> None:  # type: ignore[no-untyped-def]
    links = []
    if record.doi:
        links.append(f"[DOI {widgets.plain(record.doi)}]({widgets.doi_link(record.doi)})")
    if record.pmid and record.pmid.isdigit():
        links.append(f"[PubMed {record.pmid}](https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/)")
    if links:
        st.markdown(" · ".join(links))


def _show_coding(state: State, record_id: str, entries: tuple[str, ...]) -> None:
    with st.expander("Change the codes"), st.form(f"record.coding.{record_id}"):
        choices = [f"{facet}/{tag}" for facet, tag in state.framework.columns]
        chosen = st.selectbox("Tag", choices, format_func=lambda c: _label(state, c), key="record.tag")
        verdict = st.radio("Decision", ("added", "confirmed", "rejected"), horizontal=True, key="record.verdict")
        reason = st.text_input("Why (optional)", key="record.reason")
        if st.form_submit_button("Keep this decision"):
            facet, _, tag = chosen.partition("/")
            state.corpus.rule(Ruling("tag", entries, verdict, facet, tag, reason, coded_from="abstract"), who="curator")
            st.rerun()


def _label(state: State, choice: str) -> str:
    facet, _, tag = choice.partition("/")
    return f"{state.framework.facet(facet).label}: {state.framework.facet(facet).label_of(tag)}"
