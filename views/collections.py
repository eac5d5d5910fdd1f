"""The collections this copy of the app can open: the one it was started with, and samples of other fields beside it.

A sample is a folder of ``examples/``: a framework, and references made up to show what it does. Its corpus is made at
the first visit, in a file beside the main one. Which of them a person looks at is kept in the session; an address may
name it too (``?collection=freshwater``).
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from corpus.command import DEFAULT_FRAMEWORK, corpus_path, framework_path

CHOSEN = "collection"  # in the session, and in an address
KEPT = ("curator",)  # what stays when somebody goes to another collection; filters of one mean nothing in another
EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Collection:
    """A corpus and the framework it is sorted by. ``first_files``: what a new corpus begins with, "" for founding."""

    id: str
    label: str
    path: Path
    framework: Path
    first_files: tuple[Path, ...] = ()
    is_sample: bool = False
    about: str = ""

    @property
    def is_founding(self) -> bool:
        """Whether the founding collection belongs into it when it is made."""
        return self.framework.resolve() == DEFAULT_FRAMEWORK.resolve()


def collections() -> tuple[Collection, ...]:
    """The main collection first, then the samples."""
    main = corpus_path()
    return Collection("", "the main collection", main, framework_path()), *(
        Collection(
            name,
            label,
            main.with_name(f"{main.stem}-{name}.sqlite"),
            EXAMPLES / name,
            (EXAMPLES / name / "sample.bib",),
            True,
            about,
        )
        for name, label, about in SAMPLES
    )


def chosen() -> Collection:
    """The collection this session looks at; the main one if the address names none that is there."""
    known = {one.id: one for one in collections()}
    if CHOSEN not in st.session_state:
        st.session_state[CHOSEN] = st.query_params.get(CHOSEN, "")
    return known.get(st.session_state[CHOSEN], known[""])


def choose(collection_id: str) -> None:
    """Callback: go to another collection, leaving the filters of this one behind."""
    kept = {name: st.session_state[name] for name in KEPT if name in st.session_state}
    st.session_state.clear()
    st.session_state.update(kept | {CHOSEN: collection_id})
    st.query_params.clear()


def show_banner() -> None:
    """On every page of a sample: what it is, and the way back."""
    here = chosen()
    if not here.is_sample:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="collections.banner"):
        st.markdown(f"**Sample: {here.label}.** Its references are made up.", width="content")
        st.button("Back to the main collection", key="collections.back", type="tertiary", on_click=choose, args=("",))


def show_samples() -> None:
    """A button for each sample of another field; in a sample, nothing."""
    if chosen().is_sample:
        return
    for one in collections():
        if one.is_sample:
            st.button(
                f"Try it on another field: {one.label}",
                key=f"collections.try.{one.id}",
                icon=":material/swap_horiz:",
                help=one.about,
                on_click=choose,
                args=(one.id,),
            )


SAMPLES = (
    (
        "freshwater",
        "restoring lakes and rivers",
        "Opens a second collection beside this one, with its own framework and made-up references. Nothing here "
        "changes, and one click brings you back.",
    ),
)
