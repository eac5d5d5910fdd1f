"""How far long work has come: a bar that is moved a few times, and the place where a person can stop the work."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

UPDATES = 20  # a stage moves the bar this often at most
GROWTH = 1.5  # where the end is not known, the bar moves each time this much more is done


class Meter:
    """A ``Progress`` to hand to the pipeline. ``stopped``: the person's next click ended the run."""

    def __init__(self, bar: DeltaGenerator, n_files: int) -> None:
        self._bar = bar
        self._n_files = n_files
        self._stage = ""
        self._files = 0
        self._next = 0.0
        self.stopped = False

    def __call__(self, what: str, done: int, of: int) -> None:
        try:
            _ = "lacuna" in st.session_state  # where Streamlit ends a run that something newer has asked for
            if what != self._stage:
                self._stage, self._next = what, 0.0
                self._files += what.startswith("reading ")
            if done >= self._next or (of and done >= of):
                self._next = done + of / UPDATES if of else done * GROWTH
                share = done / of if of else (self._files - 0.5) / max(self._n_files, 1)
                words = f"{what[:1].upper()}{what[1:]}: {done:,}" + (f" of {of:,}" if of else " items")
                self._bar.progress(min(max(share, 0.0), 1.0), words)
        except BaseException:
            self.stopped = True
            raise
