"""Waiting for topics: many records take a while to group, so the page says how far it is and can be told to stop.

Any page that asks for topics comes through here. What was found is held for all visitors, and kept in the corpus.
"""

from collections.abc import Callable

import streamlit as st

from analysis.topics import Topic, Topics, find_subtopics, find_topics
from corpus.rules import Progress
from corpus.store import Corpus
from views.progress import Meter

AT_ONCE = 3_000  # records that are grouped in a few seconds: a word is enough
STOPPED = "topics.stopped"
_Fits = dict[tuple[str, int | None, int | None], Topics]  # by (topic or "", how many topics, how many within)


def find(key: tuple[str, int, str], corpus: Corpus, n: int | None) -> Topics:
    """The topics of this corpus version; the page ends here if a person stops the grouping."""
    n_records = len(corpus.snapshot())
    return _find(key, ("", n, None), n_records, lambda progress: find_topics(corpus, n, progress=progress))


def find_within(key: tuple[str, int, str], corpus: Corpus, topic: Topic, n: int | None, within: int | None) -> Topics:
    """The topics among one topic's records. ``n``: how many topics that one was found among."""
    wanted = (topic.id, n, within)
    return _find(key, wanted, len(topic), lambda progress: find_subtopics(corpus, topic, within, progress))


def _find(
    key: tuple[str, int, str],
    wanted: tuple[str, int | None, int | None],
    n_records: int,
    work: Callable[[Progress], Topics],
) -> Topics:
    fits = _fits(key)
    if wanted in fits:
        return fits[wanted]
    if n_records <= AT_ONCE:
        with st.spinner("Grouping the records into topics…"):
            fits[wanted] = work(_alive)
        return fits[wanted]
    stopped = (key, wanted)
    if st.session_state.get(STOPPED) == stopped:
        st.info("Grouping was stopped. Nothing of it was kept.")
        if not st.button("Group the records", type="primary", key="topics.again"):
            st.stop()
        del st.session_state[STOPPED]
    fits[wanted] = _work(stopped, n_records, work)
    return fits[wanted]


def _work(
    stopped: tuple[tuple[str, int, str], tuple[str, int | None, int | None]],
    n_records: int,
    work: Callable[[Progress], Topics],
) -> Topics:
    place = st.empty()
    with place.container():
        st.write(
            f"Grouping {n_records:,} records by their words. This is done once for each version of the "
            "collection and then kept."
        )
        st.button(
            "Stop grouping",
            key="topics.stop",
            on_click=st.session_state.update,
            args=({STOPPED: stopped},),
            help="It ends after the step it is at.",
        )
        with st.status("Grouping", expanded=True):
            found = work(Meter(st.progress(0.0, "Starting"), 1))
    place.empty()
    return found


def _alive(what: str, done: int, of: int) -> None:
    """Ends a run that something newer has asked for, without a word on the screen."""
    _ = "lacuna" in st.session_state


@st.cache_resource(max_entries=4, show_spinner=False)
def _fits(key: tuple[str, int, str]) -> _Fits:
    return {}
