"""The app: page settings, the corpus, the list of pages. `make app` starts it."""

import gc
import os
import threading
from dataclasses import replace
from pathlib import Path

import streamlit as st

from corpus.command import corpus_path, framework_path
from corpus.errors import LacunaError
from corpus.framework import make_fingerprint
from corpus.store import Corpus
from ingest.founding import add_founding
from ingest.rules import open_corpus
from views import pages, widgets
from views.roles import load_visitor
from views.state import load_state


def make_corpus(path: Path, report: st.delta_generator.DeltaGenerator) -> None:
    """A corpus from the founding collection, made beside its place and moved there whole."""
    unfinished = path.with_suffix(".making")
    for leftover in path.parent.glob(unfinished.name + "*") if path.parent.exists() else ():
        leftover.unlink()

    def progress(what: str, done: int, of: int) -> None:
        report.progress(min(1.0, done / of) if of else 0.0, f"Setting up the founding collection: {what}, {done:,}")

    with open_corpus(unfinished, framework_path(), create=True) as corpus:
        add_founding(corpus, progress=progress)
        corpus.settle()
    os.replace(unfinished, path)


@st.cache_resource(show_spinner=False)
def setup_lock() -> threading.Lock:
    return threading.Lock()


@st.cache_resource(show_spinner="Opening the corpus…", max_entries=2)
def warm_corpus(path: str, framework: str, fingerprint: str) -> Corpus:
    """The corpus, opened once a process and framework; what it needs is imported, then left alone by the collector."""
    import plotly.express  # noqa: F401 (imported now so that no visitor waits for it)

    corpus = open_corpus(Path(path), Path(framework), create=True)
    corpus.snapshot()
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return corpus


def main() -> None:
    st.set_page_config(page_title="Lacuna", page_icon="🔍", layout="wide")
    path = corpus_path()
    try:
        with setup_lock():
            if not path.exists():
                waiting = st.empty()
                waiting.progress(0.0, "Setting up the founding collection. This is done once.")
                make_corpus(path, waiting)
                waiting.empty()
        corpus = warm_corpus(str(path), str(framework_path()), make_fingerprint(framework_path()))
        visitor = load_visitor()
        if visitor.name:
            st.session_state["curator"] = visitor.name
        state = replace(load_state(corpus, can_curate=visitor.can_curate), visitor=visitor)
    except LacunaError as error:
        widgets.show_error(error)
        st.stop()
    pages.run(state)


if __name__ == "__main__":
    main()
