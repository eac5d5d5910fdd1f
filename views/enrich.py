"""Look up: missing abstracts, headings, publication types and languages from OpenAlex or PubMed, only when asked."""

import pandas as pd
import streamlit as st

from corpus.errors import LacunaError, ServiceError, UnknownIdError, WrongStateError
from corpus.store import Import
from ingest.enrich import (
    MISSING,
    Plan,
    check_mail,
    describe_filled,
    describe_rest,
    describe_sending,
    fill,
    look_up,
    make_plan,
)
from ingest.enrich.memory import KIND
from views import address, widgets
from views.progress import Meter
from views.state import State

WHERE = {"openalex": "OpenAlex (all fields)", "pubmed": "PubMed (medicine and nursing)"}
NAMES = {name: said[:1].upper() + said[1:] for name, (_, said) in MISSING.items()}
ASKING = "look_up.asking"  # set while questions are sent: still there in the next run if that run was stopped
SAID = "look_up.said"  # (import or None, sentences): what the last look-up of this session came to


def render(state: State) -> None:
    st.title("Look up")
    st.write(
        "Titles alone say little about a study. OpenAlex and PubMed can be asked for missing abstracts, MeSH headings, "
        "publication types and languages, by DOI or PubMed number. **Nothing is sent before you press the button,** "
        "what your files say is never changed, and one click takes everything out again."
    )
    if not state.can_curate:
        st.info("Only a curator can look records up. If you are one, sign in first.")
        return
    if st.session_state.pop(ASKING, False):
        st.info("Stopped. What had come is kept, and looking up goes on where it was.")
    _show_result(state)
    _show_question(state)


def _show_question(state: State) -> None:
    st.header("What would be sent", anchor=False)
    left, right = st.columns(2)
    with left:
        service = address.choose_one("Ask", WHERE, "look-up.at", "openalex")
    with right:
        mail = st.text_input(
            "Your mail address (optional)",
            key="look_up.mail",
            autocomplete="email",
            help="Sent along, so that the service can write to you if something goes wrong, before it shuts you out.",
        )
    chosen = st.pills(
        "Fill in",
        list(NAMES),
        selection_mode="multi",
        default=list(NAMES),
        format_func=lambda name: f":blue[{NAMES[name]}]",  # Streamlit's own accent has too little contrast in the dark
        key="look_up.missing",
    )
    if not chosen:
        st.write("Choose what to fill in.")
        return
    plan = _plan(state.key, state.corpus.kept_number(KIND), service, tuple(chosen), state.corpus)
    try:
        mail = check_mail(mail)
    except LacunaError as error:
        widgets.show_error(error)
        return
    st.text("\n".join(describe_sending(plan, mail)))
    for sentence in describe_rest(plan):
        st.markdown(f":small[{widgets.plain(sentence)}]")
    if not plan.ask and not plan.n_waiting:
        return
    n = len(plan.ask)
    label = f"Look up {n:,} record{'s' * (n != 1)}" if n else "Fill in what came"
    buttons = st.container(horizontal=True)
    if not buttons.button(label, type="primary", key="look_up.go"):
        return
    buttons.button("Stop", key="look_up.stop", help="What has come by then is kept.")
    _run(state, plan, mail)


@st.cache_resource(max_entries=4, show_spinner="Looking what is missing…")
def _plan(key: tuple[str, int, str], asked: int, service: str, missing: tuple[str, ...], _corpus) -> Plan:  # type: ignore[no-untyped-def]
    return make_plan(_corpus, service, missing)


def _run(state: State, plan: Plan, mail: str) -> None:
    """Ask, fill in and show. A click on Stop ends this run from within ``meter``: what came before is kept."""
    st.session_state[ASKING] = True
    problem: LacunaError | None = None
    with st.status(f"Looking up at {plan.service.name}", expanded=True):
        meter = Meter(st.progress(0.0, "Starting"), 1)
        try:
            try:
                look_up(state.corpus, plan, mail, widgets.curator(), meter)
            except ServiceError as error:
                problem = error
            result = fill(state.corpus, plan, widgets.curator(), meter)
        except LacunaError as error:
            widgets.show_error(error)
            return
        finally:
            if not meter.stopped:
                del st.session_state[ASKING]
    said = describe_filled(result) if result.n_asked else []
    st.session_state[SAID] = (result.done and result.done.id, said, str(problem or ""))
    st.rerun()


def _show_result(state: State) -> None:
    """What the last look-up came to, and the way back."""
    import_id, said, problem = st.session_state.get(SAID, (None, [], ""))
    if problem:
        st.error(widgets.plain(problem), icon="⚠️")
    if not said:
        return
    st.header("What came of it", anchor=False)
    try:
        done = state.corpus.get_import(import_id) if import_id else None
    except UnknownIdError:
        done = None
    if done is not None and done.state == "undone":
        st.info("Taken out again: the records are as they were. History can bring it back.")
        return
    st.success(widgets.plain(said[0]))
    for sentence in said[1:]:
        st.text(sentence)
    if done is not None:
        _show_rejects(done)
        _show_undo(state, done)


def _show_rejects(done: Import) -> None:
    rows = [(reject.reason,) for file in done.files for reject in file.rejects]
    if rows:
        with st.expander(f"{len(rows):,} answers were left out, and why"):
            st.dataframe(pd.DataFrame(rows, columns=["Why"]), hide_index=True, row_height=None)


def _show_undo(state: State, done: Import) -> None:
    widgets.link(state, "add-files", "Open its report", upload=done.id)
    if not st.button("Undo: take all of it out again", key=f"look_up.undo.{done.id}"):
        return
    try:
        with st.spinner("One moment"):
            state.corpus.undo(done.id, who=widgets.curator())
    except WrongStateError as error:
        if state.corpus.get_import(done.id).state != "undone":
            widgets.show_error(error)
            return
    st.rerun()
