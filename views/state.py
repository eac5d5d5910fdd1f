"""What a page is given: the corpus, what the address says, and numbers computed once per corpus version.

Cached results are shared by all visitors and never changed. Every key begins with the corpus file and its version, so a
change made by anybody, in this process or another, shows at the next click.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from analysis import gaps
from analysis.axes import Level, TopicLabels
from analysis.coverage import Coverage, cross
from analysis.topics import Topics, TopicText, fit_topics
from corpus.errors import UnknownIdError
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot
from corpus.store import Corpus

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


CODED_BY = {"": None, "people": ("person-abstract", "person-title"), "rules": ("rules-abstract", "rules-title")}


@dataclass(frozen=True)
class State:
    """One visitor's view of one corpus. ``pages`` maps a page's key to its st.Page, for links."""

    corpus: Corpus
    version: int
    can_curate: bool = True
    pages: Mapping[str, Any] = field(default_factory=dict)

    @property
    def framework(self) -> Framework:
        return self.corpus.framework

    @property
    def _key(self) -> tuple[str, int, str]:
        return str(self.corpus.path), self.version, self.framework.fingerprint

    def snapshot(self, where: Where = Where(), including: tuple[int, ...] = ()) -> Snapshot:
        """The records that pass the filters, as a snapshot for counting."""
        return _snapshot(self._key, where, including, self.corpus)

    def coverage(
        self,
        rows: str,
        columns: str,
        where: Where = Where(),
        level: Level | None = None,
        opened: tuple[TagKey, ...] = (),
        including: tuple[int, ...] = (),
    ) -> Coverage:
        topics = self.topic_labels() if "topic" in (rows, columns) else None
        return _coverage(self._key, rows, columns, where, level, opened, including, self.corpus, topics)

    def gaps(
        self, measure: str = "relative", where: Where = Where(), pairs: tuple[tuple[str, str], ...] = ()
    ) -> pd.DataFrame:
        """The gaps of the headline pairs, or of these pairs, in one ranked list."""
        return _gaps(self._key, measure, where, pairs, self.corpus)

    def topics(self, n: int | None = None) -> Topics:
        return _topics(self._key, n, self.corpus)

    def topic_labels(self) -> TopicLabels:
        topics = self.topics()
        return TopicLabels(of=topics.of, labels={topic.id: topic.label for topic in topics.topics})


def load_state(corpus: Corpus, pages: Mapping[str, Any] | None = None, can_curate: bool = True) -> State:
    """The state for this run; looks up the corpus version, so that other processes' changes are seen."""
    return State(corpus, corpus.version, can_curate, pages or {})


@st.cache_resource(max_entries=8, show_spinner=False)
def _snapshot(key: tuple[str, int, str], where: Where, including: tuple[int, ...], _corpus: Corpus) -> Snapshot:
    snapshot = _corpus.snapshot(including=including) if including else _corpus.snapshot()
    return snapshot.where(where.tag_dict, where.years, CODED_BY[where.coded_by], where.only_in_scope)


@st.cache_resource(max_entries=32, show_spinner=False)
def _coverage(
    key: tuple[str, int, str],
    rows: str,
    columns: str,
    where: Where,
    level: Level | None,
    opened: tuple[TagKey, ...],
    including: tuple[int, ...],
    _corpus: Corpus,
    _topics: TopicLabels | None,
) -> Coverage:
    return cross(_snapshot(key, where, including, _corpus), rows, columns, None, level, opened=opened, topics=_topics)


@st.cache_data(max_entries=32, show_spinner=False)
def _gaps(
    key: tuple[str, int, str], measure: str, where: Where, pairs: tuple[tuple[str, str], ...], _corpus: Corpus
) -> pd.DataFrame:
    return gaps.scan(_snapshot(key, where, (), _corpus), pairs or None, measure=measure)


@st.cache_resource(max_entries=4, show_spinner="Grouping the records into topics…")
def _topics(key: tuple[str, int, str], n: int | None, _corpus: Corpus) -> Topics:
    snapshot = _snapshot(key, Where(), (), _corpus)
    records = _corpus.records(snapshot.ids.tolist())
    return fit_topics([TopicText(r.id, r.title, r.abstract, r.keywords) for r in records], n)


def find_tag(framework: Framework, facet: str, tag: str) -> str:
    """The label of a tag or group named in an address; the id itself if the framework does not have it."""
    try:
        return framework.facet(facet).label_of(tag)
    except UnknownIdError:
        return tag
