"""What a page is given: the corpus, what the address says, and numbers computed once per corpus version.

Cached results are shared by all visitors and never changed. Every key begins with the corpus file and its version, so a
change made by anybody, in this process or another, shows at the next click.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis import gaps
from analysis.axes import TOPIC, Level, TopicLabels
from analysis.coverage import Coverage, cross, in_scope
from analysis.quality import load_quality, measure_all, measured
from analysis.questions import Filters
from analysis.roles import read_roles
from analysis.sentences import About, make_about
from analysis.topics import (
    Topic,
    TopicProfile,
    Topics,
    find_flags,
    to_axis,
)
from analysis.trends import Names, Places, Trend, count_places, count_years, read_names
from corpus.errors import UnknownIdError
from corpus.framework import Framework, TagKey
from corpus.records import Assignment, Fields
from corpus.samples import KIND as SAMPLES
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from corpus.store.visitors import VisitorCorpus
from ingest.tagging.learner import KIND as LEARNER
from ingest.tagging.learner import Learner, load_learner
from views import topic_fit
from views.roles import LOCAL_CURATOR, Visitor

Tags = tuple[tuple[str, tuple[str, ...]], ...]  # ((facet, (tag, ...)), ...): a dict that can be a cache key


@dataclass(frozen=True)
class Where:
    """Filters in force. Hashable, so that it can be part of a cache key."""

    tags: Tags = ()
    years: tuple[int | None, int | None] = (None, None)
    coded_by: str = ""  # "", "people" or "rules"
    only_in_scope: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Where()

    @property
    def tag_dict(self) -> dict[str, list[str]]:
        return {facet: list(tags) for facet, tags in self.tags}

    def to_filters(self) -> Filters:
        """These filters as receipts and briefs keep them."""
        return Filters(self.tags, self.years, self.coded_by, self.only_in_scope)

    def to_query(self) -> dict[str, Any]:
        """These filters as an address has them, for links that keep them; filters.py reads them back."""
        query: dict[str, Any] = {f"f-{facet}": list(tags) for facet, tags in self.tags}
        low, high = self.years
        query |= {"from": low, "to": high, "coded": self.coded_by, "screened": "true" if self.only_in_scope else None}
        return {
            name: value if isinstance(value, list) else str(value)
            for name, value in query.items()
            if value not in (None, "")
        }


CODED_BY = {"": None, "people": ("person-abstract", "person-title"), "rules": ("rules-abstract", "rules-title")}


@dataclass(frozen=True)
class Judged:
    """A map's counts, with what two measures say of its cells."""

    coverage: Coverage
    relative: pd.DataFrame
    absolute: pd.DataFrame


@dataclass(frozen=True)
class State:
    """One visitor's view of one corpus. ``pages`` maps a page's key to its st.Page, for links."""

    corpus: Corpus
    version: int
    can_curate: bool = True
    pages: Mapping[str, Any] = field(default_factory=dict)
    visitor: Visitor = LOCAL_CURATOR

    @property
    def framework(self) -> Framework:
        return self.corpus.framework

    @property
    def key(self) -> tuple[str, int, str]:
        """What cached results of this corpus version are filed under."""
        samples = self.corpus.kept_number(SAMPLES)  # they grade gaps, and do not raise the version
        return str(self.corpus.path), self.version, f"{self.framework.fingerprint}/{samples}"

    def snapshot(self, where: Where = Where()) -> Snapshot:
        """The records that pass the filters, as a snapshot for counting."""
        return _snapshot(self.key, where, self.corpus)

    def about(self, where: Where = Where()) -> About:
        """What sentences about these records have to know."""
        return _about(self.key, where, self.corpus)

    def coverage(
        self,
        rows: str,
        columns: str,
        where: Where = Where(),
        level: Level | None = None,
        opened: tuple[TagKey, ...] = (),
        n_topics: int | None = None,
    ) -> Coverage:
        topics = self.topic_labels(n_topics) if "topic" in (rows, columns) else None
        return _coverage(self.key, rows, columns, where, level, opened, n_topics, self.corpus, topics)

    def judged(
        self,
        rows: str,
        columns: str,
        where: Where = Where(),
        level: Level | None = None,
        opened: tuple[TagKey, ...] = (),
        n_topics: int | None = None,
    ) -> Judged:
        """A map and the grades of its cells; without empty rows where there are very many (249 countries)."""
        topics = self.topic_labels(n_topics) if "topic" in (rows, columns) else None
        return _judged(self.key, rows, columns, where, level, opened, n_topics, self.corpus, topics)

    def gaps(
        self, measure: str = "relative", where: Where = Where(), pairs: tuple[tuple[str, str], ...] = ()
    ) -> pd.DataFrame:
        """The gaps of the headline pairs, or of these pairs, in one ranked list."""
        return _gaps(self.key, measure, where, pairs, self.corpus)

    def barely_present(self, where: Where = Where()) -> pd.DataFrame:
        """The tags hardly studied at all, thinnest first."""
        return _barely_present(self.key, where, self.corpus)

    def topics(self, n: int | None = None) -> Topics:
        """The topics of this version; where they take a while, the page shows how far it is and may be stopped."""
        return topic_fit.find(self.key, self.corpus, n)

    def subtopics(self, topic: Topic, n: int | None = None, within: int | None = None) -> Topics:
        """The topics among the records of one of ``n`` topics."""
        return topic_fit.find_within(self.key, self.corpus, topic, n, within)

    def topic_labels(self, n: int | None = None) -> TopicLabels:
        return to_axis(self.topics(n))

    def topic_profiles(self, n: int | None = None) -> tuple[TopicProfile, ...]:
        """Each topic against the whole collection, in the order of the topics; ``flag`` marks the under-studied."""
        return _profiles(self.key, n, self.corpus, self.topics(n))

    def subtopic_profiles(
        self, topic: Topic, inner: Topics, n: int | None = None, within: int | None = None
    ) -> tuple[TopicProfile, ...]:
        """Each topic within a topic, against the whole collection."""
        return _inner_profiles(self.key, (topic.id, n, within), self.corpus, inner)

    def topic_trend(self, n: int | None = None) -> Trend:
        """Records per year of each topic."""
        return _topic_trend(self.key, n, self.corpus, self.topics(n))

    def quality(self) -> dict[str, pd.DataFrame]:
        """How good the rules' tags are, a table for each thing they are compared with (analysis.quality)."""
        return _tag_quality(self.key, self.corpus)

    def learner(self) -> Learner | None:
        """The learner kept in the corpus; None if none was fitted there yet."""
        return _learner(self.key, self.corpus.kept_number(LEARNER), self.corpus)

    def trend(self, facet: str, where: Where = Where()) -> Trend:
        """Records per year of each tag of a facet."""
        return _trend(self.key, facet, where, self.corpus)

    def places(self, where: Where = Where()) -> Places | None:
        """Countries studied; None if the framework has no such facet."""
        return _places(self.key, where, self.corpus) if read_roles(self.framework).country else None

    def names(self, where: Where = Where()) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        """Venues and authors with their records, most first, and how many records have no venue."""
        return _names(self.key, where, self.corpus)

    def read_words(self, text: str) -> tuple[Assignment, ...]:
        """The tags that words typed by a person stand for, as they would be found in a title."""
        return self.corpus.tagger.assign(Fields(title=" ".join(text.split())))


def load_state(corpus: Corpus, pages: Mapping[str, Any] | None = None, can_curate: bool = True) -> State:
    """The state for this run; looks up the corpus version, so that other processes' changes are seen.

    Whoever is no curator gets a corpus that refuses every decision.
    """
    return State(corpus if can_curate else VisitorCorpus(corpus), corpus.version, can_curate, pages or {})


@st.cache_resource(max_entries=8, show_spinner=False)
def _snapshot(key: tuple[str, int, str], where: Where, _corpus: Corpus) -> Snapshot:
    snapshot = _measured(key, _corpus)
    return snapshot.where(where.tag_dict, where.years, CODED_BY[where.coded_by], where.only_in_scope)


@st.cache_resource(max_entries=2, show_spinner=False)
def _measured(key: tuple[str, int, str], _corpus: Corpus) -> Snapshot:
    """All records, with how good the rules' tags are: what filters are applied to."""
    return replace(_corpus.snapshot(), quality=_quality(key, _corpus))


@st.cache_resource(max_entries=4, show_spinner=False)
def _quality(key: tuple[str, int, str], _corpus: Corpus) -> dict[TagKey, tuple[int, int]]:
    return dict(measured(_corpus.snapshot(), _corpus).quality)


@st.cache_resource(max_entries=4, show_spinner="Comparing the rules' tags with people's…")
def _tag_quality(key: tuple[str, int, str], _corpus: Corpus) -> dict[str, pd.DataFrame]:
    samples, coded = load_quality(_corpus)
    return measure_all(samples, coded, _corpus.framework)


@st.cache_resource(max_entries=4, show_spinner=False)
def _learner(key: tuple[str, int, str], number: int, _corpus: Corpus) -> Learner | None:
    return load_learner(_corpus)


@st.cache_resource(max_entries=8, show_spinner=False)
def _about(key: tuple[str, int, str], where: Where, _corpus: Corpus) -> About:
    return make_about(_snapshot(key, where, _corpus))


@st.cache_resource(max_entries=32, show_spinner=False)
def _coverage(
    key: tuple[str, int, str],
    rows: str,
    columns: str,
    where: Where,
    level: Level | None,
    opened: tuple[TagKey, ...],
    n_topics: int | None,
    _corpus: Corpus,
    _topics: TopicLabels | None,
) -> Coverage:
    return cross(_snapshot(key, where, _corpus), rows, columns, None, level, opened=opened, topics=_topics)


MANY_ROWS = 60  # more than this, and rows in which no record stands are left out


@st.cache_resource(max_entries=16, show_spinner=False)
def _judged(
    key: tuple[str, int, str],
    rows: str,
    columns: str,
    where: Where,
    level: Level | None,
    opened: tuple[TagKey, ...],
    n_topics: int | None,
    _corpus: Corpus,
    _topics: TopicLabels | None,
) -> Judged:
    coverage = _coverage(key, rows, columns, where, level, opened, n_topics, _corpus, _topics)
    if len(coverage.rows) > MANY_ROWS:
        coverage = coverage.without_empty_rows()
    return Judged(coverage, gaps.find_gaps(coverage, "relative"), gaps.find_gaps(coverage, "absolute"))


@st.cache_resource(max_entries=32, show_spinner=False)
def _gaps(
    key: tuple[str, int, str], measure: str, where: Where, pairs: tuple[tuple[str, str], ...], _corpus: Corpus
) -> pd.DataFrame:
    return gaps.scan(_snapshot(key, where, _corpus), pairs or None, measure=measure)


@st.cache_resource(max_entries=16, show_spinner=False)
def _barely_present(key: tuple[str, int, str], where: Where, _corpus: Corpus) -> pd.DataFrame:
    return gaps.barely_present(_snapshot(key, where, _corpus))


@st.cache_resource(max_entries=4, show_spinner=False)
def _profiles(key: tuple[str, int, str], n: int | None, _corpus: Corpus, _topics: Topics) -> tuple[TopicProfile, ...]:
    snapshot = _snapshot(key, Where(), _corpus)
    return find_flags(_topics, snapshot, snapshot.year_now)


@st.cache_resource(max_entries=16, show_spinner=False)
def _inner_profiles(
    key: tuple[str, int, str], which: tuple[str, int | None, int | None], _corpus: Corpus, _inner: Topics
) -> tuple[TopicProfile, ...]:
    snapshot = _snapshot(key, Where(), _corpus)
    return find_flags(_inner, snapshot, snapshot.year_now)


@st.cache_resource(max_entries=4, show_spinner=False)
def _topic_trend(key: tuple[str, int, str], n: int | None, _corpus: Corpus, _topics: Topics) -> Trend:
    return count_years(_snapshot(key, Where(), _corpus), TOPIC, topics=to_axis(_topics))


def find_tag(framework: Framework, facet: str, tag: str) -> str:
    """The label of a tag or group named in an address; the id itself if the framework does not have it."""
    try:
        return framework.facet(facet).label_of(tag)
    except UnknownIdError:
        return tag


@st.cache_resource(max_entries=16, show_spinner=False)
def _trend(key: tuple[str, int, str], facet: str, where: Where, _corpus: Corpus) -> Trend:
    return count_years(_snapshot(key, where, _corpus), facet)


@st.cache_resource(max_entries=8, show_spinner=False)
def _places(key: tuple[str, int, str], where: Where, _corpus: Corpus) -> Places:
    return count_places(_snapshot(key, where, _corpus))


@st.cache_resource(max_entries=8, show_spinner="Counting journals and authors…")
def _names(key: tuple[str, int, str], where: Where, _corpus: Corpus) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    venues, authors, numbers = _read_names(key, _corpus)
    counted = np.isin(numbers, in_scope(_snapshot(key, where, _corpus)).frame["no"].to_numpy())
    with_venue = np.zeros(len(numbers), dtype=bool)
    with_venue[venues.row] = True
    return venues.count(counted), authors.count(counted), int((counted & ~with_venue).sum())


@st.cache_resource(max_entries=2, show_spinner="Reading the names of journals and authors…")
def _read_names(key: tuple[str, int, str], _corpus: Corpus) -> tuple[Names, Names, np.ndarray]:
    """Of every record: its venue, its authors, its number in the store."""
    rows = list(_corpus.query("SELECT r.no, r.venue, r.authors FROM records r JOIN shown s ON s.record = r.no"))
    return (
        read_names([venue] for _, venue, _ in rows),
        read_names((names or "").split("; ") for *_, names in rows),
        np.array([no for no, *_ in rows], dtype=np.int64),
    )
