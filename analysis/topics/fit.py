"""Group records by what their texts speak of: fitting, numbering, and how sure the grouping is.

The same texts give the same topics, in any order, on any number of cores: everything is sorted by record id first,
seeds are fixed, and the numerical libraries work on one thread, because sums split over threads round differently.
"""

import math
import threading
import warnings
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from analysis.axes import UNASSIGNED
from analysis.topics.identity import match_earlier
from analysis.topics.labels import still_fits, to_ids, to_labels, top_words
from analysis.topics.layout import lay_out
from analysis.topics.vectors import N_VIEWS, place_texts, suggest_sizes, weigh
from analysis.topics.words import Words, count_words
from corpus.rules import Progress, no_progress

MAX_SUGGESTED = 40
N_SEEDS = 5  # other seeds a topic's stability is measured on
N_TYPICAL = 3
MOSTLY_TITLES = 0.5  # share of texts with an abstract below which sentence vectors help
_STARTS = (10, 50)  # k-means starts, of which the tightest is taken: fewest on many records, most on few
_MIN_DF = ((20, 1), (2_000, 2), (20_000, 3), (math.inf, 5))  # (with fewer texts than this, a word must stand in these)
_START_POINTS = 60_000  # points times starts that cost little
_FITTED_ON = 10_000  # records the starts are tried on; the best then settles on all of them

Embed = Callable[[Sequence[str]], np.ndarray | None]  # a vector for each text; None where there are none to be had

_one_fit_at_a_time = threading.Lock()  # the thread limit holds for the whole process: two fits would undo each other's


@dataclass(frozen=True, slots=True)
class TopicText:
    """What a record says in words."""

    id: str
    title: str | None = None
    abstract: str | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """Records whose texts are alike. A way to browse, not a finding: another seed draws other borders.

    ``overlap``: mean over other seeds of the share of records (Jaccard) it has in common with its best match there.
    """

    id: str  # kebab-case, from its first words
    label: str  # its most telling words
    words: tuple[str, ...]
    ids: tuple[str, ...]  # of its records, ascending
    typical: tuple[str, ...]  # ids of up to three records nearest its middle
    overlap: float
    at: tuple[float, float] = (0.0, 0.0)  # where its circle stands (layout.py)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Settings:
    """How topics were fitted; printed with them. ``n_asked`` is None if the number was suggested.

    ``mostly_titles``: few texts have an abstract; ``embedded``: sentence vectors were used for that reason.
    """

    n_asked: int | None
    n: int
    seed: int
    min_df: int
    n_records: int
    n_usable: int
    lsa_size: int
    word_size: int
    n_seeds: int = N_SEEDS
    mostly_titles: bool = False
    embedded: bool = False


@dataclass(frozen=True)
class Topics:
    """All topics, the largest first. ``agreement``: mean adjusted Rand index with other seeds; None without topics."""

    topics: tuple[Topic, ...]
    unassigned: tuple[str, ...]  # ids of records without a usable word
    settings: Settings
    agreement: float | None = None
    of: dict[str, str] = field(default_factory=dict)  # record id -> topic id or "unassigned"

    def __getitem__(self, topic_id: str) -> Topic:
        return next(topic for topic in self.topics if topic.id == topic_id)


def suggest_n(n_records: int) -> int:
    """How many topics to start with: the square root of the records over 3, from 1 to 40.

    That leaves a mean topic three times the square root: 30 records of 100, 100 of 1,200, enough to judge most.

    >>> [suggest_n(n) for n in (0, 1, 20, 100, 1200, 100_000)]
    [0, 1, 1, 3, 12, 40]
    """
    if n_records <= 0:
        return 0
    return max(1, min(MAX_SUGGESTED, round(math.sqrt(n_records) / 3)))


def fit_topics(
    texts: Sequence[TopicText],
    n: int | None = None,
    seed: int = 0,
    *,
    previous: Topics | None = None,
    never_typical: Collection[str] = (),
    embed: Embed | None = None,
    progress: Progress = no_progress,
) -> Topics:
    """Group texts into ``n`` topics, or as many as ``suggest_n`` says; fewer if not enough texts differ.

    A record whose text has no usable word is unassigned. With ``previous`` (an earlier fit of this corpus), a topic
    that shares at least half of its records with an old one keeps its id, and its label while the label's words occur
    in it. ``never_typical``: ids of records not to be shown as examples. ``embed`` gives sentence vectors; it is asked
    only where most texts have no abstract. ``progress`` may raise, to stop. Raises ValueError for n below 1 or an id
    given twice.
    """
    if n is not None and n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    ordered = sorted(texts, key=lambda text: text.id)
    ids = np.array([text.id for text in ordered], dtype=object)
    if len(set(ids)) < len(ids):
        raise ValueError("an id is given twice")
    words = count_words(
        [_title_and_rest(text) for text in ordered], lambda done, of: progress("reading words", done, of)
    )
    min_df = _min_df(len(ordered))
    counts = words.by_base
    common = np.diff(counts.tocsc().indptr) >= min_df
    counts = counts[:, np.flatnonzero(common)]
    usable = np.flatnonzero(np.diff(counts.indptr) > 0)
    titles = sum(bool(text.abstract) for text in ordered) < MOSTLY_TITLES * len(ordered)
    settings = Settings(n, 0, seed, min_df, len(ids), len(usable), *suggest_sizes(len(usable)), mostly_titles=titles)
    if not len(usable):
        return Topics((), tuple(ids), settings, None, dict.fromkeys(ids, UNASSIGNED))
    with _one_fit_at_a_time, threadpool_limits(limits=1):
        progress("comparing texts", 0, N_VIEWS)
        meanings = embed([_title_and_keywords(ordered[k]) for k in usable]) if embed and titles else None
        points = place_texts(
            weigh(counts[usable]), seed, meanings, lambda done: progress("comparing texts", done, N_VIEWS)
        )
        k = min(n or suggest_n(len(usable)), _n_distinct(points, n or MAX_SUGGESTED))
        progress("grouping", 0, 1)
        labels = _group(points, k, seed)
        overlaps, agreement = _stability(points, labels, k, seed, progress)
    topics = _name(words, ids, usable, points, labels, overlaps, previous, frozenset(never_typical))
    progress("naming topics", 1, 1)
    of = dict.fromkeys(ids, UNASSIGNED) | {record: topic.id for topic in topics for record in topic.ids}
    return Topics(
        topics=topics,
        unassigned=tuple(record for record in ids if of[record] == UNASSIGNED),
        settings=replace(settings, n=len(topics), embedded=meanings is not None),
        agreement=agreement,
        of=of,
    )


def _title_and_rest(text: TopicText) -> tuple[str, str]:
    return text.title or "", " . ".join([text.abstract or "", *text.keywords])


def _title_and_keywords(text: TopicText) -> str:
    return " ; ".join(filter(None, (text.title, *text.keywords)))


def _min_df(n_texts: int) -> int:
    """Texts a word must stand in to count: in a handful of texts every word, in many not the slips of the pen."""
    return next(count for below, count in _MIN_DF if n_texts < below)


def _n_distinct(points: np.ndarray, enough: int) -> int:
    """How many points differ; counting stops where it is sure to be enough."""
    for size in (20 * enough, len(points)):
        found = len(np.unique(points[:size].round(5), axis=0))
        if found >= enough:
            break
    return found


def _group(points: np.ndarray, k: int, seed: int) -> np.ndarray:
    """The number of a group for each point, 0..k-1; a group may stay empty."""
    if len(points) <= _FITTED_ON:
        return np.asarray(_k_means(points, k, seed, _n_starts(len(points))).labels_)
    sample = points[np.sort(np.random.default_rng(seed).permutation(len(points))[:_FITTED_ON])]
    start = _k_means(sample, k, seed, _n_starts(len(sample))).cluster_centers_
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return np.asarray(KMeans(k, init=start, n_init=1, max_iter=50).fit(points).labels_)


def _n_starts(n_points: int) -> int:
    fewest, most = _STARTS
    return max(fewest, min(most, _START_POINTS // n_points))


def _k_means(points: np.ndarray, k: int, seed: int, starts: int) -> KMeans:
    # The warning says that there are fewer groups than asked for, which the result says as well.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return KMeans(k, n_init=starts, random_state=seed).fit(points)


def _stability(
    points: np.ndarray, labels: np.ndarray, k: int, seed: int, progress: Progress
) -> tuple[np.ndarray, float]:
    """For each group its mean overlap with its best match under other seeds, and how far all groups agree."""
    chosen = np.sort(np.random.default_rng(seed).permutation(len(points))[:_FITTED_ON])
    sample, ours = points[chosen], labels[chosen]
    overlaps, agreements = [], []
    starts = _n_starts(len(sample)) // 2  # fewer than ours: the stability shown errs on the cautious side
    for step in range(1, N_SEEDS + 1):
        theirs = np.asarray(_k_means(sample, k, seed + step, starts).labels_)
        overlaps.append(_overlap(ours, theirs, k).max(axis=1))
        agreements.append(float(adjusted_rand_score(ours, theirs)))
        progress("grouping again from other starts", step, N_SEEDS)
    return np.mean(overlaps, axis=0), float(np.mean(agreements))


def _overlap(ours: np.ndarray, theirs: np.ndarray, k: int) -> np.ndarray:
    """Jaccard index of each of our groups with each of theirs."""
    both = np.zeros((k, k))
    np.add.at(both, (ours, theirs), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    return both / np.maximum(either, 1)


def _name(
    words: Words,
    ids: np.ndarray,
    usable: np.ndarray,
    points: np.ndarray,
    labels: np.ndarray,
    overlaps: np.ndarray,
    previous: Topics | None,
    never_typical: frozenset[str],
) -> tuple[Topic, ...]:
    """Groups as topics, by size and then words, so that the order says nothing about the algorithm."""
    groups = np.unique(labels)
    members = {int(g): np.flatnonzero(labels == g) for g in groups}
    said = dict(zip(members, top_words(words, [usable[at] for at in members.values()]), strict=True))
    order = sorted(members, key=lambda g: (-len(members[g]), said[g], ids[usable[members[g][0]]]))
    records = [tuple(ids[usable[members[g]]]) for g in order]
    earlier = {} if previous is None else {r: topic.id for topic in previous.topics for r in topic.ids}
    kept = match_earlier(records, earlier)
    old = {topic.id: topic.label for topic in previous.topics} if previous else {}
    kept_labels = [
        old[topic_id] if topic_id and still_fits(words, usable[members[g]], old[topic_id]) else None
        for g, topic_id in zip(order, kept, strict=True)
    ]
    names = to_labels([said[g] for g in order], kept_labels)
    middles = np.array([points[members[g]].mean(axis=0) for g in order])
    places = lay_out(middles, np.array([len(members[g]) for g in order])).round(4)
    return tuple(
        Topic(
            id=topic_id,
            label=label,
            words=said[g],
            ids=own,
            typical=_typical(points[members[g]], own, never_typical),
            overlap=float(overlaps[g]),
            at=(float(place[0]), float(place[1])),
        )
        for g, label, own, topic_id, place in zip(
            order, names, records, to_ids([said[g] for g in order], kept), places, strict=True
        )
    )


def _typical(points: np.ndarray, ids: tuple[str, ...], never: frozenset[str]) -> tuple[str, ...]:
    distance = -(points @ points.mean(axis=0)).round(5)
    ranked = np.argsort(distance, kind="stable")
    return tuple(ids[k] for k in ranked if ids[k] not in never)[:N_TYPICAL]
