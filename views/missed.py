"""A study we missed: a DOI or a file of references becomes an ordinary proposal for a curator."""

import re

import streamlit as st

from corpus.errors import LacunaError
from corpus.search import search
from ingest.pipeline import Upload, ingest
from views import widgets
from views.state import State

LARGEST = 2_000_000  # bytes of a file: some thousand references
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)


def show(state: State, name: str, key: str) -> None:
    """``name``: the cell in words, kept with the proposal. Anybody may propose; only what is accepted is added."""
    with st.expander("Do you know a study we missed?", key=f"{key}.missed"):
        st.write(
            "Give its DOI, or a RIS file from your reference manager. It waits under Add files until a curator accepts "
            "it."
        )
        with st.form(f"{key}.missed.form", border=False, clear_on_submit=True):
            doi = st.text_input("DOI", placeholder="10.1000/xyz123", max_chars=300)
            title = st.text_input("Its title, if you have it", max_chars=500)
            file = st.file_uploader("Or a RIS file", type=["ris", "txt"], max_upload_size=2)
            sent = st.form_submit_button("Suggest it")
        if sent:
            _suggest(state, name, doi, title, (file.name, file.getvalue()) if file else None)


def _suggest(state: State, name: str, doi: str, title: str, file: tuple[str, bytes] | None) -> None:
    found = read_doi(doi)
    if not found and not file:
        st.error("A DOI begins with 10., for example 10.1000/xyz123. Give one, or choose a RIS file.")
        return
    if file and len(file[1]) > LARGEST:
        st.error("This file is larger than 2 MB. Add it on the page Add files.")
        return
    known = find_known(state, found) if found and not file else None
    if known:
        st.info("This study is here already. If a code is missing from it, say so on its page.")
        widgets.link(state, "record", "Open its page", icon=":material/arrow_forward:", id=known)
        return
    upload = Upload(*file) if file else Upload("suggested.ris", to_ris(found, title, name).encode())
    try:
        done = ingest(
            [upload], state.corpus, accept=False, who=widgets.curator(), source=f"suggested for {name}", format="ris"
        )
    except LacunaError as error:
        widgets.show_error(error)
        return
    if not done.totals["found"]:
        st.error("No reference could be read in this file. It should be RIS: each begins with a line TY  - JOUR.")
        return
    n = done.totals["found"]
    st.success(f"Thank you. {'It waits' if n == 1 else f'{n} references wait'} for a curator as upload {done.id}.")
    widgets.link(state, "add-files", "See what waits", icon=":material/upload_file:")


def read_doi(text: str) -> str:
    """The DOI in what was typed or pasted, lower case; "" if there is none.

    >>> read_doi("https://doi.org/10.1000/XYZ.")
    '10.1000/xyz'
    """
    found = _DOI.search(text or "")
    return found[0].rstrip(".,;)").casefold() if found else ""


def find_known(state: State, doi: str) -> str | None:
    """The id of the record with this DOI, if it is here."""
    try:
        hits, _ = search(state.corpus, f'doi:"{doi}"', limit=5)
    except LacunaError:
        return None
    return next((r.id for r in state.corpus.records([hit.id for hit in hits]) if r.doi == doi), None)


def to_ris(doi: str, title: str, name: str) -> str:
    """One reference, with what it was suggested for in its note."""
    lines = ["TY  - JOUR", f"TI  - {' '.join(title.split())}" if title.strip() else "", f"DO  - {doi}"]
    note = f"N1  - Suggested for {' '.join(name.split())}"
    return "\n".join([*(line for line in lines if line), note, "ER  - ", ""])
