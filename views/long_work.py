"""Work that somebody may have to wait for: it says how far it is, can be told to stop, and is then as if never begun.

Work that is soon over puts nothing on the page. What was found is held for all visitors, under the key it was asked by.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from corpus.rules import Progress
from views.progress import Meter

PATIENCE = 0.5  # seconds of work before anything is said of it
_STOPPED = "long_work.stopped."  # and the key of the work: what was asked of it when a person stopped it
T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """One kind of long work. ``key``: of its buttons, and of what is held. ``name`` begins "... was stopped".

    ``says``: what is being done, and why. ``again``: the button with which a person goes on. ``holds``: answers held.
    """

    key: str
    name: str
    says: str
    again: str
    holds: int = 1


def find(work: Work, wanted: Hashable, make: Callable[[Progress], T]) -> T | None:
    """What ``make`` gives for what is ``wanted``, made once; None where a person stopped it, which is said here.

    ``make`` calls its ``progress`` often, and whatever that raises ends it.
    """
    held = _held(work.key, work.holds)
    if (found := held.get(wanted)) is not None:
        return cast(T, found)
    if st.session_state.get(_STOPPED + work.key) == wanted:
        say_stopped(work)
        st.button(work.again, type="primary", key=f"{work.key}.again", on_click=_go_on, args=(work.key,))
        return None
    made = run(work, wanted, make)
    held.put(wanted, made)
    return made


def run(work: Work, wanted: Hashable, make: Callable[[Progress], T]) -> T:
    """What ``make`` gives, held nowhere. A click on Stop ends this run of the page; ``was_stopped`` then says so."""
    waiting = _Waiting(work, wanted)
    made = make(waiting)
    waiting.clear()
    return made


def was_stopped(work: Work, wanted: Hashable) -> bool:
    """Whether a person stopped this in the run before; asked once."""
    if st.session_state.get(_STOPPED + work.key) != wanted:
        return False
    _go_on(work.key)
    return True


def say_stopped(work: Work) -> None:
    st.info(f"{work.name} was stopped. Nothing of it was kept.")


def _stop(key: str, wanted: Hashable) -> None:
    st.session_state[_STOPPED + key] = wanted


def _go_on(key: str) -> None:
    st.session_state.pop(_STOPPED + key, None)


class _Waiting:
    """A ``Progress`` that is silent at first; then it draws a bar with a Stop button above it."""

    def __init__(self, work: Work, wanted: Hashable) -> None:
        self._work = work
        self._wanted = wanted
        self._began = time.monotonic()
        self._meter: Meter | None = None

    def __call__(self, what: str, done: int, of: int) -> None:
        _ = "lacuna" in st.session_state  # where Streamlit ends a run that something newer has asked for
        if self._meter is None:
            if time.monotonic() - self._began < PATIENCE:
                return
            self._meter = self._draw()
        self._meter(what, done, of)

    def _draw(self) -> Meter:
        self._place = st.empty()
        with self._place.container():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(self._work.says, width="stretch")
                # A click in a fragment waits until the run before it is over. This one must end that run, so it is
                # made to belong to the whole page, wherever it stands.
                with ThreadState.scoped(fragment_id=None):
                    st.button(
                        "Stop",
                        key=f"{self._work.key}.stop",
                        icon=":material/stop_circle:",
                        on_click=_stop,
                        args=(self._work.key, self._wanted),
                        help="It ends after the step it is at.",
                    )
            return Meter(st.progress(0.0, "Starting"), 1)

    def clear(self) -> None:
        if self._meter is not None:
            self._place.empty()


class _Held:
    """The last answers to one kind of question, those asked for last kept longest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, wanted: Hashable) -> object | None:
        with self._lock:
            if wanted in self._answers:
                self._answers.move_to_end(wanted)
            return self._answers.get(wanted)

    def put(self, wanted: Hashable, answer: object) -> None:
        with self._lock:
            self._answers[wanted] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _held(key: str, size: int) -> _Held:
    return _Held(size)
