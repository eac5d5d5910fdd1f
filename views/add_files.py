"""Add files: drop, read, see what would change, accept or decline, undo."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.changes import Change, most_telling
from analysis.sentences import lower_first, upper_first
from corpus.errors import LacunaError, UnknownIdError, WrongStateError
from corpus.store import FileReport, Import
from ingest.pipeline import Upload, ingest
from ingest.readers import READERS, READERS_BY_ID
from ingest.reports import rejects_file
from views import gap_changes, widgets
from views.preview import Preview, get_ready, load_preview
from views.progress import Meter
from views.state import State

COUNTS = ("found", "new", "merged", "held", "rejected")
WHAT_COUNTS_MEAN = """
- **Found**: items in the file. Each is exactly one of the following.
- **New**: a record this collection did not have.
- **Merged**: the same work as a record that is here, or as an earlier item of these files. Its details are kept.
- **Held**: a new record that may be the same work as another. It counts by itself until a person decides under Review.
- **Rejected**: nothing in it could be read as a reference. The line and the reason are below.
"""
STATES = {
    "proposed": "waits for a decision",
    "accepted": "part of the corpus",
    "undone": "taken out again",
    "declined": "declined",
    "reading": "being read",
}
READ = "add_files.read"  # the button
FILES = "add_files.files"
READING = "add_files.reading"  # set while files are read: still there in the next run if that run was stopped
CHANGES_TOLD = 8
LINES_TOLD = 10  # of what could not be read; all of them when asked


def render(state: State) -> None:
    st.title("Add files")
    done = _find_chosen(state)
    reading = bool(st.session_state.get(READ))
    # In the run that reads, the preview takes the place of the drop: a second run would be waited for. In other runs
    # what stands here stays; an empty place to begin with would make the browser draw all of it anew.
    page = st.empty() if reading else st.container()
    if done is None:
        with page.container() if reading else page:
            done = _show_drop(state)
            if done is None:
                _show_earlier(state)
                if st.session_state.get(FILES) and not reading:
                    get_ready(state)  # last: all of the page stands, and a person now looks at its button
                return
        st.query_params["upload"] = str(done.id)
    with page.container() if reading else page:
        _show_import(state, done)


def _find_chosen(state: State) -> Import | None:
    """The upload that the address names."""
    chosen = st.query_params.get("upload", "")
    try:
        return state.corpus.get_import(int(chosen)) if chosen.isdecimal() else None
    except UnknownIdError as error:
        widgets.show_error(error)
        return None


def _show_drop(state: State) -> Import | None:
    """Where files are dropped; what they became, in the run that reads them and finds something in them."""
    st.write(
        "Drop exports from your databases or reference manager. **Nothing is saved to the collection before you accept "
        "it:** you first see what was found and what would change."
    )
    if st.session_state.pop(READING, False):
        st.info("Reading was stopped. Nothing of it was kept.")
    files = st.file_uploader(
        "Citation files, as many as you like",
        accept_multiple_files=True,
        key=FILES,
        help="We read " + ", ".join(reader.name for reader in READERS) + ". The content decides, not the name.",
    )
    with st.expander("Where they come from (optional, and shown beside every gap)"):
        about = _ask_about()
    buttons = st.container(horizontal=True)
    if not buttons.button("Read the files", type="primary", disabled=not files, key=READ):
        return None
    stop, bar = buttons.empty(), st.progress(0.0, "Starting")
    stop.button("Stop reading", key="add_files.stop", help="Nothing of these files is kept.")
    done = _read(state, [Upload(file.name, file.getvalue()) for file in files], about, bar)
    if done is not None and done.totals["found"]:
        return done
    stop.empty()
    bar.empty()
    if done is not None:
        st.warning("No reference was found in these files. Nothing was kept.")
        _show_trouble(done)
    return None


def _ask_about() -> dict[str, str | None]:
    source = st.text_input("Database or collection", key="add_files.source", placeholder="PubMed")
    search_string = st.text_area("Search that gave them", key="add_files.search", placeholder="nurs* AND harass*")
    date = st.date_input("Date of the search", value=None, key="add_files.date", max_value="today")
    return {
        "source": source.strip() or None,
        "search_string": search_string.strip() or None,
        "search_date": date.isoformat() if date else None,
    }


def _read(state: State, uploads: Sequence[Upload], about: dict[str, str | None], bar: DeltaGenerator) -> Import | None:
    """The files as a proposed import; None if they could not be read at all.

    A click on Stop ends this run from within ``progress``: the pipeline then forgets what it had staged.
    """
    st.session_state[READING] = True
    meter = Meter(bar, len(uploads))
    try:
        return ingest(uploads, state.corpus, accept=False, who=widgets.curator(), progress=meter, **about)  # type: ignore[arg-type]
    except LacunaError as error:
        widgets.show_error(error)
        return None
    finally:
        if not meter.stopped:
            del st.session_state[READING]


def _show_import(state: State, done: Import) -> None:
    totals = done.totals
    if done.state == "proposed":
        st.header("Look at it, then decide", anchor=False)
        st.write("**Nothing is saved to the collection yet.** This upload waits until you accept or decline it.")
    elif done.state == "accepted":
        _show_accepted(state, done)
    elif done.state == "undone":
        st.info(
            "Taken out again: these files are no longer part of the collection. They are kept, so they can come back."
        )
        _step(state, done, "Bring them back", "redo", "accepted")
    else:
        st.info(f"This upload is {STATES.get(done.state, done.state)}. It is not part of the collection.")
    changes = st.container() if done.state == "proposed" else None
    st.header("Report", anchor=False)
    st.text(f"Found {totals['found']:,} = " + " + ".join(f"{totals[name]:,} {name}" for name in COUNTS[1:]))
    _show_report(done)
    widgets.link(state, "add-files", "Add more files, or see earlier uploads")
    if changes is not None:
        with changes:  # last, though it stands above: a browser draws the rest while this is counted
            st.header("What would change", anchor=False)
            preview = load_preview(state, done.id)
            _show_preview(state, done, preview)
            _show_decision(state, done, preview.cells)


def _show_accepted(state: State, done: Import) -> None:
    n = done.totals["new"] + done.totals["held"]
    st.success(
        f"Accepted: {n:,} record{'' if n == 1 else 's'} joined the collection, now {len(state.corpus.snapshot()):,}."
    )
    if st.session_state.get("add_files.moved") == done.id:
        st.info(
            "The collection had changed since the preview, so the files were compared again. These are the new counts."
        )
    changes = st.session_state.get(f"add_files.changes.{done.id}", ())
    if changes:
        filled = sum(change.fills for change in changes)
        st.write(f"{len(changes):,} cells of the main maps grew; {filled:,} of them had been empty.")
        _show_changes(changes)
        for change in most_telling(changes)[:3]:
            widgets.link(
                state,
                "gap-map",
                f"{widgets.plain(change.row_label)}, {widgets.plain(change.column_label)}: "
                f"{change.before:,} before, {change.after:,} now",
                rows=change.rows,
                columns=change.columns,
                row=change.row,
                col=change.column,
            )
    if done.totals["held"]:
        widgets.link(state, "review", f"Decide on {done.totals['held']:,} held")
    widgets.link(state, "gap-map", "Open the gap map")
    _step(state, done, "Undo: take these files out again", "undo", "undone")


def _show_preview(state: State, done: Import, preview: Preview) -> None:
    """What accepting would change."""
    totals = done.totals
    n = totals["new"] + totals["held"]
    changes, grown = preview.cells, preview.grown
    filled = [change for change in changes if change.fills]
    widgets.figures(
        {
            "New records": f"{n:,}",
            "Empty cells filled": f"{len(filled):,}",
            "Other cells that grow": f"{len(changes) - len(filled):,}",
        }
    )
    if not n:
        st.write("Every item is here already. Accepting adds where they were found, and no record.")
    elif grown < n:
        st.write(
            f"{grown:,} of the {n:,} would be counted on the map; the rules take the others to be out of scope. "
            "A person can overrule that, record by record."
        )
    if n:
        gap_changes.show_preview(state, preview)
    if changes:
        st.write("Cells of the main maps, filled ones first:")
        _show_changes(changes)


def _show_changes(changes: Sequence[Change]) -> None:
    """The most telling cells in words; all of them as a list to scroll in."""
    told = most_telling(changes)
    rows = [
        (f"{c.row_label} × {lower_first(c.column_label, c.column)}", c.before, c.after) for c in told[:CHANGES_TOLD]
    ]
    widgets.small_table(["Cell", "Before", "After"], rows)
    if len(told) > CHANGES_TOLD:
        with widgets.more(f"All {len(told):,} cells", "add_files.cells") as place:
            if place.open:
                every = [(c.row_label, c.column_label, c.before, c.after) for c in told]
                names = ["Row", "Column", "Before", "After"]
                st.dataframe(pd.DataFrame(every, columns=names), hide_index=True, height=320)


def _show_decision(state: State, done: Import, changes: Sequence[Change]) -> None:
    if not state.can_curate:
        st.info("Thank you. A curator looks at every proposal before it becomes part of the collection.")
        return
    buttons = st.container(horizontal=True)
    if _step(state, done, "Accept", "accept", "accepted", buttons, type="primary", rerun=False):
        st.session_state[f"add_files.changes.{done.id}"] = tuple(changes)
        st.rerun()
    _step(state, done, "Decline", "decline", "declined", buttons)


def _step(
    state: State,
    done: Import,
    label: str,
    step: str,
    becomes: str,
    place: DeltaGenerator | None = None,
    *,
    type: str = "secondary",
    rerun: bool = True,
) -> bool:
    """A button that takes an import one step on. A second click finds the step taken and changes nothing."""
    if not state.can_curate:
        return False
    if not (place or st).button(label, type=type, key=f"add_files.{step}.{done.id}"):  # type: ignore[arg-type]
        return False
    try:
        bar = st.empty()  # a click on anything else stops the work, and nothing of it is kept
        with bar, st.spinner("One moment"):
            after = (
                state.corpus.decline(done.id)
                if step == "decline"
                else getattr(state.corpus, step)(done.id, who=widgets.curator(), progress=Meter(bar, 1))
            )
    except WrongStateError as error:
        after = state.corpus.get_import(done.id)
        if after.state != becomes:
            widgets.show_error(error)
            return False
    except LacunaError as error:
        widgets.show_error(error)
        return False
    if after.moved:
        st.session_state["add_files.moved"] = done.id
    if rerun:
        st.rerun()
    return True


def _show_report(done: Import) -> None:
    """What each file gave, what could not be read and why, and what was read with a doubt."""
    if len(done.files) == 1 and not done.files[0].error:
        st.markdown(f"**{widgets.plain(done.files[0].file)}** was read as {widgets.plain(_format(done.files[0]))}.")
    else:
        st.markdown("\n".join(map(_say_file, done.files[:LINES_TOLD])))
        with widgets.more(f"All {len(done.files):,} files as a table", "add_files.all") as place:
            if place.open:
                rows = [[f.file, _format(f), *(getattr(f, name) for name in COUNTS)] for f in done.files]
                rows.append(["All files", "", *(done.totals[name] for name in COUNTS)])
                names = ["File", "Format", *map(str.capitalize, COUNTS)]
                st.dataframe(pd.DataFrame(rows, columns=names), hide_index=True)
    with st.expander("What these words mean"):
        st.markdown(WHAT_COUNTS_MEAN)
    _show_trouble(done)
    rejects = [(f.file, r.line, r.reason, " ".join(r.raw.split())[:80]) for f in done.files for r in f.rejects]
    if rejects:
        st.subheader(f"{len(rejects):,} could not be read", anchor=False)
        _list_lines(rejects, ["File", "Line", "Why", "First words"], "rejects")
        st.write("Each file below holds just these items in its own format. Correct them there and add the file.")
        for n, file in enumerate(done.files):
            bad = rejects_file(file)
            if bad:
                st.download_button(
                    f"Download {bad.name}", bad.text, bad.name, key=f"add_files.rejects.{n}", on_click="ignore"
                )
    doubts = [(f.file, line, text) for f in done.files for line, text in f.warnings]
    if doubts:
        st.subheader(f"{len(doubts):,} read, with a remark", anchor=False)
        _list_lines(doubts, ["File", "Line", "Remark"], "doubts")


def _show_trouble(done: Import) -> None:
    """Files that could not be read, or not wholly."""
    for file in done.files:
        if file.error:
            st.error(widgets.plain(file.error))
        if file.replaced:
            st.warning(
                widgets.plain(
                    f'"{file.file}": {file.replaced:,} characters could not be decoded and stand as �. '
                    "If titles look wrong, export the file again as UTF-8."
                )
            )


def _say_file(file: FileReport) -> str:
    counts = ", ".join(f"{getattr(file, name):,} {name}" for name in COUNTS if getattr(file, name))
    return f"- **{widgets.plain(file.file)}**, {widgets.plain(_format(file))}: {counts or 'nothing found'}"


def _format(file: FileReport) -> str:
    return READERS_BY_ID[file.format].name if file.format in READERS_BY_ID else "not recognised"


def _list_lines(rows: Sequence[tuple[str, int, str] | tuple[str, int, str, str]], names: list[str], what: str) -> None:
    """The first lines of files in words, the wording of the file itself last; all as a table to scroll in, when asked.

    ``rows``: file, line, what is the matter, and the first words of the item.
    """
    lines = []
    for file, line, said, *words in rows[:LINES_TOLD]:
        told = f"{upper_first(said).rstrip('.')}."
        quoted = f" “{widgets.plain(words[0])}”" if words else ""
        lines.append(f"- **{widgets.plain(file)}, line {line:,}.** {widgets.plain(told)}{quoted}")
    st.markdown("\n".join(lines))
    if len(rows) > LINES_TOLD:
        with widgets.more(f"All {len(rows):,} as a table", f"add_files.{what}") as place:
            if place.open:
                st.dataframe(pd.DataFrame(rows, columns=names), hide_index=True, height=320)


def _show_earlier(state: State) -> None:
    imports = [done for done in reversed(state.corpus.imports()) if done.state != "reading"]
    waiting = [done for done in imports if done.state == "proposed"]
    if waiting:
        st.header(f"{len(waiting):,} waiting for a decision", anchor=False)
        for done in waiting:
            with st.container(border=True, key=f"add_files.waiting.{done.id}"):
                st.markdown(_describe(done))
                widgets.link(state, "add-files", "See what it would change, and decide", upload=done.id)
    rest = [done for done in imports if done.state != "proposed" and done.totals["found"]][:5]
    if rest:
        st.header("Earlier uploads", anchor=False)
        for done in rest:
            with st.container(border=True, key=f"add_files.earlier.{done.id}"):
                st.markdown(f"{_describe(done)} Now {STATES[done.state]}.")
                widgets.link(state, "add-files", "Open its report", upload=done.id)
        widgets.link(state, "history", "All uploads and versions")


def _describe(done: Import) -> str:
    files = ", ".join(file.file for file in done.files[:3]) + (
        f" and {len(done.files) - 3} more" if len(done.files) > 3 else ""
    )
    about = f"({done.totals['found']:,} found), added {done.at[:10]}" + (f" by {done.who}." if done.who else ".")
    return f"**{widgets.plain(files)}** {widgets.plain(about)}"
