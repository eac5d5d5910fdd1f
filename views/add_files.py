"""Add files: drop, see what would change, accept or decline, undo."""

import pandas as pd
import streamlit as st

from corpus.errors import LacunaError
from corpus.store import Import
from ingest.pipeline import Upload, ingest
from views import widgets
from views.state import State

COUNTS = ("found", "new", "merged", "held", "rejected")


def render(state: State) -> None:
    st.title("Add files")
    st.write(
        "Drop exports from your databases or reference manager. Nothing is part of the corpus until you accept it."
    )
    files = st.file_uploader("Citation files", accept_multiple_files=True, key="add_files.files")
    with st.expander("Where they come from (optional)"):
        source = st.text_input("Database or collection", key="add_files.source", placeholder="PubMed")
        search_string = st.text_area("Search that gave them", key="add_files.search")
        date = st.date_input("Date of the search", value=None, key="add_files.date")
    if st.button("Read the files", type="primary", disabled=not files, key="add_files.read"):
        with st.status("Reading…") as status:
            try:
                done = ingest(
                    [Upload(file.name, file.getvalue()) for file in files],
                    state.corpus,
                    accept=False,
                    who="curator",
                    source=source or None,
                    search_string=search_string or None,
                    search_date=date.isoformat() if date else None,
                    progress=lambda what, n, of: status.update(label=f"{what}: {n:,}" + (f" of {of:,}" if of else "")),
                )
            except LacunaError as error:
                widgets.show_error(error)
                return
        st.session_state["add_files.import"] = done.id
        if not done.totals["found"]:
            _show_report(done)
            return
    import_id = st.session_state.get("add_files.import")
    if import_id:
        try:
            _show_import(state, state.corpus.get_import(import_id))
        except LacunaError as error:
            widgets.show_error(error)


def _show_import(state: State, done: Import) -> None:
    _show_report(done)
    if done.state == "proposed":
        _show_preview(state, done)
        accept, decline = st.columns(2)
        if accept.button("Accept", type="primary", key="add_files.accept"):
            state.corpus.accept(done.id, who="curator")
            st.rerun()
        if decline.button("Decline", key="add_files.decline"):
            state.corpus.decline(done.id)
            st.rerun()
    elif done.state == "accepted":
        st.success(f"Accepted: {done.totals['new']:,} new records are part of the corpus.")
        if st.button("Undo", key="add_files.undo"):
            state.corpus.undo(done.id, who="curator")
            st.rerun()
    elif done.state == "undone":
        st.info("Undone: these files are no longer part of the corpus.")
        if st.button("Bring them back", key="add_files.redo"):
            state.corpus.redo(done.id, who="curator")
            st.rerun()
    else:
        st.info(f"This import is {done.state}.")


def _show_report(done: Import) -> None:
    st.header("Report")
    rows = [[f.file, f.format or "", f.encoding or "", *(getattr(f, name) for name in COUNTS)] for f in done.files]
    rows.append(["Total", "", "", *(done.totals[name] for name in COUNTS)])
    st.dataframe(
        pd.DataFrame(rows, columns=["File", "Format", "Encoding", *(c.capitalize() for c in COUNTS)]), hide_index=True
    )
    for file in done.files:
        if file.error:
            st.error(widgets.plain(file.error))
    rejects = [(f.file, r.line, r.reason, " ".join(r.raw.split())[:80]) for f in done.files for r in f.rejects]
    if rejects:
        st.subheader(f"{len(rejects):,} items could not be read")
        st.dataframe(pd.DataFrame(rejects, columns=["File", "Line", "Reason", "First words"]), hide_index=True)


def _show_preview(state: State, done: Import) -> None:
    """What accepting would change on the headline map."""
    pairs = state.framework.headline_pairs
    if not pairs:
        return
    rows, columns = pairs[0]
    before = state.coverage(rows, columns)
    after = state.coverage(rows, columns, level=before.level, including=(done.id,))
    filled = int(((before.observed.to_numpy() == 0) & (after.observed.to_numpy() > 0) & before.applicable).sum())
    st.write(
        f"{after.n_records - before.n_records:,} records would be added to the count; "
        f"{filled} empty cells would be filled."
    )
