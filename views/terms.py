"""Terms: what earns a tag, changed here, with what the change would do shown before anything is saved."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from corpus.errors import FrameworkError, LacunaError
from corpus.framework import Facet, Tag, make_fingerprint
from corpus.records import Record
from corpus.terms import KEPT, LISTS, can_write, lists_of, read_file, save_file
from ingest.rules import open_corpus
from ingest.tagging.tagger import WEIGHTS
from views import address, widgets
from views.progress import Meter
from views.state import State
from views.trial import MOST, Trial, load_changed, try_lists, try_text

NAMES = {
    "terms": "Terms: each earns the tag",
    "weak": "Weak terms: each counts half",
    "unless": "Unless: a term inside one of these does not count",
    "headings": "Headings: a keyword or subject heading that gives the tag by itself",
    "wide": "Wider synonyms: only for checking an empty cell",
}
PLACES = {
    "title": "title", "keywords": "keywords and headings", "text": "abstract without sections",
    "background": "background", "aim": "aim", "methods": "methods", "results": "results", "conclusion": "conclusion",
}  # fmt: skip
SHOWN = 20  # records of each list
EARLIER = 10  # earlier texts offered
_TRIAL = "terms.trial"
_SAID = "terms.said"


def render(state: State) -> None:
    st.title("Terms")
    st.write(
        "The rules give a tag where its terms stand in a title, an abstract or a keyword. Change them here: the "
        "preview shows which records would gain or lose the tag, and which cells of the map would "
        "change, before you save."
    )
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    framework = state.framework
    with st.container(horizontal=True):
        facets = {facet.id: facet.label for facet in framework.facets}
        facet = framework.facet(address.choose_one("Facet", facets, "facet", framework.facets[0].id))
        tags = {tag.id: tag.label for tag in facet.tags}
        tag = facet.by_id[address.choose_one("Tag", tags, "tag", facet.tags[0].id)]
    _show_tag(state, facet, tag)
    st.header("What earns it", anchor=False)
    if not state.can_curate or framework.folder is None:
        st.write("Only a curator can change terms.")
        _show_lists(tag)
        return
    if make_fingerprint(framework.folder) != framework.fingerprint:
        st.warning("The framework's files have been changed since this page was opened. Reload the page to see them.")
        _show_lists(tag)
        return
    lists = _ask_lists(state, facet, tag)
    if lists is not None:
        _preview(state, facet, tag, lists)
    trial: Trial | None = st.session_state.get(_TRIAL)
    if trial and (trial.facet, trial.tag, trial.was) == (facet.id, tag.id, read_file(framework.folder, facet.id)):
        _show_trial(state, facet, trial)
    _show_earlier(state, facet, tag)


def _show_tag(state: State, facet: Facet, tag: Tag) -> None:
    st.header(widgets.plain(tag.label), anchor=False)
    if tag.definition:
        st.write(widgets.plain(tag.definition))
    n = int(state.corpus.snapshot().has(facet.id, tag.id).sum())
    words = [f"{n:,} records have it"]
    if tag.broader:
        words.append(f"it is narrower than {widgets.plain(facet.label_of(tag.broader))}")
    if tag.since > 1:
        words.append(f"it is there since version {tag.since} of the framework")
    st.write(". ".join(word[:1].upper() + word[1:] for word in words) + ".")
    weights = dict(WEIGHTS)
    for options in (state.framework.options, facet.options, tag.options):
        weights |= options.get("weights", {})
    counts = ", ".join(f"{PLACES[place]} {weights[place]:g}" for place in PLACES if weights[place])
    never = [PLACES[place] for place in PLACES if not weights[place]]
    uncounted = f" Not counted: {', '.join(never)}." if never else ""
    st.markdown(
        f":small[What an occurrence counts, by where it stands: {counts}. "
        f"The tag is given from {weights['needs']:g}.{uncounted}]"
    )


def _show_lists(tag: Tag) -> None:
    for name, terms in lists_of(tag).items():
        if terms:
            st.subheader(NAMES[name], anchor=False)
            st.text("\n".join(terms))


def _ask_lists(state: State, facet: Facet, tag: Tag) -> dict[str, list[str]] | None:
    """The form. What it holds if "Preview" was pressed, else None."""
    now = lists_of(tag)
    filed = f"{facet.id}.{tag.id}.{state.framework.fingerprint}"
    with st.form("terms.form", border=False):
        st.markdown(":small[One term a line. The syntax is in docs/framework.md.]")
        asked: dict[str, str] = {}
        for name in LISTS:
            asked[name] = st.text_area(
                NAMES[name],
                value="\n".join(now[name]),
                height=260 if name == "terms" else 120,
                key=f"terms.{name}.{filed}",
                max_chars=200_000,
            )
        pressed = st.form_submit_button("Preview", type="primary", key="terms.preview")
    if not pressed:
        return None
    return {name: [line.strip() for line in text.splitlines() if line.strip()] for name, text in asked.items()}


def _preview(state: State, facet: Facet, tag: Tag, lists: Mapping[str, Sequence[str]]) -> None:
    st.session_state.pop(_TRIAL, None)
    now = lists_of(tag)
    changed = {name: terms for name, terms in lists.items() if set(terms) != set(now[name])}
    if not changed:
        st.info("Nothing has been changed yet.")
        return
    bar = st.empty()
    try:
        st.session_state[_TRIAL] = try_lists(state.corpus, facet.id, tag.id, changed, Meter(bar, 1))
    except LacunaError as error:
        widgets.show_error(error)
    bar.empty()


def _show_trial(state: State, facet: Facet, trial: Trial) -> None:
    st.header("What would change", anchor=False)
    widgets.figures(
        {
            "Have it now": f"{trial.n_before:,}",
            "Would have it": f"{trial.n_after:,}",
            "Would gain it": f"{len(trial.gained):,}",
            "Would lose it": f"{len(trial.lost):,}",
            "Cells that change": f"{len(trial.cells):,}",
        }
    )
    _show_save(state, facet, trial)
    _show_cells(trial)
    if trial.others:
        st.subheader("Other tags, by the rules of the framework", anchor=False)
        lines = [
            f"- {widgets.plain(state.framework.facet(f).label)}: {widgets.plain(state.framework.tag(f, t).label)}, "
            f"{up:,} gain it, {down:,} lose it"
            for (f, t), up, down in trial.others
        ]
        st.markdown("\n".join(lines))
    if trial.n_counted_before != trial.n_counted_after:
        st.write(
            f"{trial.n_counted_after:,} records would be counted, neither ruled nor suggested out of scope; "
            f"now {trial.n_counted_before:,} are."
        )
    for title, ids in (("Would gain the tag", trial.gained), ("Would lose the tag", trial.lost)):
        if ids:
            st.subheader(f"{title}: {len(ids):,}", anchor=False)
            shown = state.corpus.records(ids[: min(SHOWN, MOST)])
            widgets.record_list(state, shown, key=f"terms.{title[6:10]}", snippet=partial(_passage, trial))
            if len(ids) > len(shown):
                st.write(f"And {len(ids) - len(shown):,} more.")


def _passage(trial: Trial, record: Record) -> str:
    return trial.passages.get(record.id, "Its words are in none of the entries shown.")


def _show_cells(trial: Trial) -> None:
    st.subheader("Cells of the headline maps", anchor=False)
    if trial.cells.empty:
        st.write("No cell changes, neither in count nor in grade.")
        return
    regraded = trial.cells["grade_before"] != trial.cells["grade_after"]
    st.write(f"{len(trial.cells):,} cells change in count or grade, {int(regraded.sum()):,} of them in grade.")
    table = pd.DataFrame(
        {
            "Cell": trial.cells["row_label"] + " × " + trial.cells["column_label"],
            "Now": trial.cells["before"],
            "Then": trial.cells["after"],
            "Grade now": trial.cells["grade_before"],
            "Grade then": trial.cells["grade_after"],
        }
    )
    st.dataframe(table, hide_index=True, key="terms.cells")


def _show_save(state: State, facet: Facet, trial: Trial) -> None:
    folder = state.framework.folder
    name = f"{facet.id}.toml"
    if folder is None or not can_write(folder, facet.id):
        st.write(
            "The framework's folder cannot be written here. Take the changed file and put it into a folder of your "
            "own, beside the other files of the framework; LACUNA_FRAMEWORK names that folder."
        )
        st.download_button(
            f"Download {name}", trial.text.encode(), file_name=name, mime="application/toml", key="terms.download"
        )
        return
    widgets.ask_curator()
    st.write("Saving changes only these lines of the file. Every record is tagged again, and the corpus version rises.")
    if st.button("Save", type="primary", key="terms.save"):
        _save(state, facet.id, trial.was, trial.text, f"{facet.id}/{trial.tag}")


def _save(state: State, facet: str, was: str, text: str, why: str) -> None:
    """Write the file, keep what it said before, and tag the corpus again."""
    folder = state.framework.folder
    if folder is None:
        return
    bar = st.empty()
    try:
        load_changed(state.framework, facet, text)
        save_file(folder, facet, text, was)
        state.corpus.keep(KEPT, facet, {"text": was, "why": why}, widgets.curator())
        with open_corpus(state.corpus.path, folder, progress=Meter(bar, 1)) as corpus:
            version = corpus.version
    except LacunaError as error:
        bar.empty()
        widgets.show_error(error)
        return
    st.session_state.pop(_TRIAL, None)
    st.session_state[_SAID] = f"Saved. Every record has been tagged again; the corpus is at version {version:,}."
    st.rerun()


def _show_earlier(state: State, facet: Facet, tag: Tag) -> None:
    """The texts that this facet's file had before each change made here, each of which can be put back."""
    folder = state.framework.folder
    if folder is None or not can_write(folder, facet.id):
        return
    earlier = [kept for kept in state.corpus.kept_before(KEPT, facet.id) if kept.value]
    if not earlier:
        return
    st.header(f"Earlier texts of {facet.id}.toml", anchor=False)
    st.write(
        "Each is the file as it was before a change made on this page. Putting one back can be undone in the same way."
    )
    for kept in reversed(earlier[-EARLIER:]):
        with st.container(horizontal=True, vertical_alignment="center", key=f"terms.kept.{kept.number}"):
            who = widgets.plain(kept.who or "somebody")
            st.write(
                f"Before the change of {widgets.plain(kept.value['why'])} by {who}, {kept.at[:16].replace('T', ' ')}"
            )
            show = st.button("Preview", key=f"terms.look.{kept.number}")
            back = st.button("Put back", key=f"terms.back.{kept.number}")
        was = read_file(folder, facet.id)
        if was == kept.value["text"] and (show or back):
            st.info("That is what the file says now.")
        elif show:
            try:
                st.session_state[_TRIAL] = try_text(state.corpus, facet.id, tag.id, was, kept.value["text"])
            except FrameworkError as error:
                widgets.show_error(error)
            else:
                st.rerun()
        elif back:
            _save(state, facet.id, was, kept.value["text"], f"{facet.id} (put back)")
