"""Opening a corpus, in a thread of its own: a visitor sees how far it is, and a closed tab does not stop it."""

import gc
import os
import threading
import time
from functools import lru_cache
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corpus.errors import LacunaError, StoreError
from corpus.framework import make_fingerprint
from corpus.store import Corpus
from ingest.founding import add_founding
from ingest.pipeline import ingest
from ingest.rules import open_corpus
from views.collections import Collection

LOOK = 0.2  # seconds between two looks at how far it is


class Opening:
    """One corpus on its way from the disk, or from nothing, to being open. All who ask for it wait for the same."""

    def __init__(self, collection: Collection) -> None:
        self.said = ("Opening the collection", 0, 0)
        self.corpus: Corpus | None = None
        self.error: LacunaError | None = None
        self._collection = collection
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _progress(self, what: str, done: int, of: int) -> None:
        self.said = (what, done, of)

    def _run(self) -> None:
        try:
            if not self._collection.path.exists():
                self._make()
            corpus = open_corpus(
                self._collection.path, self._collection.framework, create=True, progress=self._progress
            )
            corpus.snapshot()
            gc.unfreeze()
            gc.collect()
            gc.freeze()  # Streamlit collects after every run: what is read once need not be looked through again
            self.corpus = corpus
        except LacunaError as error:
            self.error = error
        except OSError as error:
            self.error = StoreError(f'"{self._collection.path}" cannot be made or opened: {error.strerror or error}.')

    def _make(self) -> None:
        """A new corpus with what it begins with, made beside its place and moved there whole."""
        path = self._collection.path
        unfinished = path.with_suffix(".making")
        for leftover in path.parent.glob(unfinished.name + "*") if path.parent.exists() else ():
            leftover.unlink()
        with open_corpus(unfinished, self._collection.framework, create=True) as corpus:
            if self._collection.is_founding:
                add_founding(corpus, progress=self._progress)
            elif self._collection.first_files:
                ingest(self._collection.first_files, corpus, who=SAMPLE_BY, source=SAMPLE, progress=self._progress)
            corpus.settle()
        os.replace(unfinished, path)


SAMPLE = "references made up to show how another field looks; no search, and no real study"
SAMPLE_BY = "the sample"


@st.cache_resource(show_spinner=False)
def _openings() -> tuple[threading.Lock, dict[tuple[str, str, str], Opening]]:
    return threading.Lock(), {}


def read_fingerprint(folder: Path) -> str:
    """The framework's fingerprint; its files are read again only once one of them has changed."""
    stamps = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.glob("*.toml")))
    return _read_fingerprint(folder, stamps)


@lru_cache(maxsize=8)
def _read_fingerprint(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> str:
    return make_fingerprint(folder)


def open_once(collection: Collection, fingerprint: str, place: DeltaGenerator) -> Corpus:
    """The corpus of a collection, opened once a process and framework; says how far it is while that takes time.

    It is said in ``place``, which is there in every run: what stands below must not move when nothing is said.
    ``fingerprint`` is the framework's: after a change of it the corpus is opened anew. Raises LacunaError.
    """
    lock, openings = _openings()
    key = (str(collection.path), str(collection.framework), fingerprint)
    with lock:
        opening = openings.get(key)
        if opening is None or (opening.is_over and not (opening.corpus and collection.path.exists())):
            for other in [other for other in openings if other[:2] == key[:2]]:
                del openings[other]
            opening = openings[key] = Opening(collection)
    opening.wait(LOOK)
    if not opening.is_over:
        started = time.monotonic()
        while not opening.is_over:
            place.progress(_share(opening.said), _words(opening.said, time.monotonic() - started))
            opening.wait(LOOK)
        place.empty()
    if opening.corpus is None:
        raise opening.error or StoreError("The collection could not be opened. The log of the app says why.")
    return opening.corpus


def _share(said: tuple[str, int, int]) -> float:
    _, done, of = said
    return min(1.0, done / of) if of else 0.0


def _words(said: tuple[str, int, int], seconds: float) -> str:
    what, done, of = said
    how_far = f": {done:,} of {of:,}" if of else f": {done:,}" if done else ""
    return (
        f"{what[:1].upper()}{what[1:]}{how_far} ({seconds:.0f} s). This is done once; you can close this page and "
        "come back."
    )
