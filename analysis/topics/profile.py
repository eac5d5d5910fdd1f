"""What is known and missing within a topic, and whether it is little studied, with the reasons in words.

A topic's size depends on how records were grouped, so size is never scored. Every figure compares the topic with
the corpus it stands in, and says nothing about research outside it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import gammaln

from analysis.axes import TOPIC, TopicLabels
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import cross_pairs, in_scope
from analysis.gaps import judge, shortfall_ratio
from analysis.gaps.places import effective_number
from analysis.roles import Roles, read_roles
from analysis.topics.fit import Topic, Topics
from analysis.topics.flags import MIN_RECORDS, Ratio, ReviewGrade, TopicProfile, judge_topic, to_parts
from corpus.framework import TagKey
from corpus.snapshot import Snapshot


def expected_distinct(n_records: int, tag_totals: Sequence[int] | np.ndarray, n: int) -> float:
    """How many different tags a random sample of ``n`` of ``n_records`` would show.

    ``tag_totals``: records with each tag. The sum of 1 - C(N - K, n) / C(N, n), by way of log-gamma.

    >>> round(expected_distinct(10, [5, 3, 2, 1], 3), 4)
    2.4583
    """
    k = np.asarray(tag_totals, dtype=float)
    left = n_records - k
    possible = left >= n
    free = np.where(possible, left, n)
    log_none = gammaln(free + 1) - gammaln(free - n + 1) - gammaln(n_records + 1) + gammaln(n_records - n + 1)
    return float(np.sum(1 - np.where(possible, np.exp(log_none), 0.0)))


N_DRAWS = 200


def expected_effective_number(totals: Sequence[int] | np.ndarray, n: int, seed: int = 0) -> float | None:
    """How many equally frequent kinds a random draw of ``n`` out of ``totals`` is as diverse as, on average.

    Few things can be of few kinds only, so a small topic is compared with draws of its own size, not with the
    whole. Mean of 200 seeded draws; None if nothing is drawn.
    """
    counts = np.asarray(totals, dtype=np.int64)
    counts = counts[counts > 0]
    if not n or not len(counts):
        return None
    draws = np.random.default_rng(seed).multivariate_hypergeometric(counts, min(n, int(counts.sum())), size=N_DRAWS)
    return float(np.mean([effective_number(draw.tolist()) for draw in draws]))


def topic_profile(
    topic: Topic, snapshot: Snapshot, topics: Topics, year_now: int, constants: Constants = DEFAULTS
) -> TopicProfile:
    """One topic's profile. ``year_now`` is the year that counts as current."""
    return _Whole(snapshot, topics, year_now, constants).profile(topic)


def find_flags(
    topics: Topics, snapshot: Snapshot, year_now: int, constants: Constants = DEFAULTS
) -> tuple[TopicProfile, ...]:
    """All topics' profiles, in the order of the topics; ``flag`` marks the under-studied ones."""
    corpus = _Whole(snapshot, topics, year_now, constants)
    return tuple(corpus.profile(topic) for topic in topics.topics)


def to_axis(topics: Topics) -> TopicLabels:
    """The topics as the rows or columns of a map."""
    return TopicLabels(topics.of, {topic.id: topic.label for topic in topics.topics})


class _Whole:
    """What every topic is compared with, counted once."""

    def __init__(self, snapshot: Snapshot, topics: Topics, year_now: int, constants: Constants) -> None:
        self.counted = in_scope(snapshot)
        self.constants = constants
        self.roles: Roles = read_roles(snapshot.framework)
        self.year_now = year_now
        self.place = {record: row for row, record in enumerate(self.counted.ids)}
        self.year = self.counted.frame["year"].to_numpy(dtype=float)
        self.dated = ~np.isnan(self.year)
        self.recent = self.dated & (np.nan_to_num(self.year) >= self.year_from)
        framework = snapshot.framework
        self.specific = [
            self.counted.column_of[facet.id, tag.id]
            for facet in framework.facets
            for tag in facet.tags
            if not (tag.residual or tag.analysis)
        ]
        self.totals = self._count(np.arange(len(self.counted)))
        self.countries = self._columns(
            self.roles.country,
            [t.id for t in framework.facet(self.roles.country).tags if t.id not in self.roles.international]
            if self.roles.country
            else [],
        )
        self.missing = self._missing(topics)

    @property
    def year_from(self) -> int:
        return self.year_now - self.constants.recent

    def _columns(self, facet: str | None, tags: Sequence[str]) -> list[int]:
        return [self.counted.column_of[facet, tag] for tag in tags] if facet else []

    def _count(self, rows: np.ndarray) -> np.ndarray:
        """Records of each tag among some rows."""
        return np.asarray(self.counted.tags[rows].astype(np.int64).sum(axis=0)).ravel()

    def _missing(self, topics: Topics) -> dict[str, tuple[TagKey, ...]]:
        """Topic id -> tags graded strong or suggestive there, all topics and facets judged as one family."""
        pairs = [(TOPIC, facet.id) for facet in self.counted.framework.facets if facet.id != TOPIC]
        if not topics.topics or not len(self.counted):
            return {}
        found = judge(
            cross_pairs(self.counted, pairs, "tag", topics=to_axis(topics), constants=self.constants), "relative"
        )
        out: dict[str, tuple[TagKey, ...]] = {}
        graded = found[found["grade"].isin(("strong", "suggestive"))]
        for topic_id, facet, tag in graded[["row_tag", "column_facet", "column_tag"]].astype(str).to_numpy().tolist():
            out[topic_id] = (*out.get(topic_id, ()), (facet, tag))
        return out

    def profile(self, topic: Topic) -> TopicProfile:
        rows = np.array([self.place[record] for record in topic.ids if record in self.place], dtype=int)
        counts = self._count(rows)
        roles = self.roles
        expected = expected_distinct(len(self.counted), self.totals[self.specific], len(rows)) if len(rows) else 0.0
        n_distinct = int((counts[self.specific] > 0).sum())
        primary, reviews = self._with_any(rows, roles.primary), self._with_any(rows, roles.review)
        last_review = self._last_year(reviews)
        rung, highest = self._highest(counts)
        n_countries = int(counts[self.countries].sum())
        profile = TopicProfile(
            topic=topic,
            n_records=len(rows),
            n_distinct=n_distinct,
            expected_distinct=expected,
            breadth=n_distinct / expected if expected > 0 else None,
            recency=self._recency(rows),
            year_from=self.year_from,
            last_year=self._last_year(rows),
            primary=len(primary) if roles.primary else None,
            reviews=len(reviews) if roles.review else None,
            other_reviews=len(self._with_any(rows, roles.other_review)) if roles.other_review else None,
            last_review=last_review,
            review_grade=self._review_grade(primary, len(reviews), last_review) if roles.review else None,
            rung=rung,
            top_rung=len(roles.ladder) or None,
            highest_design=highest,
            effective_countries=effective_number(counts[self.countries].tolist()),
            expected_countries=expected_effective_number(self.totals[self.countries], n_countries),
            countries=self._by_country(counts),
            missing=self.missing.get(topic.id, ()),
        )
        parts = to_parts(profile, self.constants)
        flag, reasons = judge_topic(profile, self.counted.framework, roles, self.constants)
        judged = len(rows) >= MIN_RECORDS and parts
        return replace(
            profile,
            parts=parts if judged else {},
            understudy=float(np.mean(list(parts.values()))) if judged else None,
            flag=flag,
            reasons=reasons,
        )

    def _with_any(self, rows: np.ndarray, tags: Sequence[str]) -> np.ndarray:
        """The rows that have any of these designs."""
        if not tags:
            return rows[:0]
        columns = self._columns(self.roles.design, tags)
        return rows[np.asarray(self.counted.tags[rows][:, columns].sum(axis=1)).ravel() > 0]

    def _last_year(self, rows: np.ndarray) -> int | None:
        years = self.year[rows][self.dated[rows]]
        return int(years.max()) if len(years) else None

    def _recency(self, rows: np.ndarray) -> Ratio | None:
        n_dated, n_all = int(self.dated[rows].sum()), int(self.dated.sum())
        if not n_dated:
            return None
        observed, expected = int(self.recent[rows].sum()), n_dated * int(self.recent.sum()) / n_all
        ratio, low, high = shortfall_ratio(observed, expected, self.constants.prior, self.constants.level)
        return Ratio(observed, expected, float(ratio), float(low), float(high))

    def _review_grade(self, primary: np.ndarray, reviews: int, last_review: int | None) -> ReviewGrade:
        if len(primary) < self.constants.min_primary:
            return "too_few"
        if not reviews:
            return "no_review"
        if last_review is not None and self.year_now - last_review > self.constants.review_life:
            since = int((np.nan_to_num(self.year[primary]) > last_review).sum())
            if since >= self.constants.min_primary:
                return "outdated_review"
        return "covered"

    def _highest(self, counts: np.ndarray) -> tuple[int | None, str | None]:
        """The highest rung any record stands on, and the most frequent design on it."""
        for rung in range(len(self.roles.ladder), 0, -1):
            designs = self.roles.ladder[rung - 1]
            here = counts[self._columns(self.roles.design, designs)]
            if here.any():
                return rung, designs[int(np.argmax(here))]
        return None, None

    def _by_country(self, counts: np.ndarray) -> tuple[tuple[str, int], ...]:
        names = self.counted.framework.columns
        found = [(names[column][1], int(counts[column])) for column in self.countries if counts[column]]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))
