"""When a topic counts as under-studied, and how that is said.

The rules are those of docs/topics.md. A flag is never given without its reasons in words, and the score never
without its parts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.constants import Constants
from analysis.roles import Roles
from analysis.topics.fit import Topic
from corpus.framework import Framework, TagKey

MIN_RECORDS = 20  # below this a topic is too small to judge
MIN_OVERLAP = 0.6  # below this other seeds do not find the topic again
MIN_REASONS = 2

Flag = Literal["under-studied", "small", "unstable", ""]
ReviewGrade = Literal["no_review", "outdated_review", "too_few", "covered"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Seen against expected, with its interval."""

    observed: int
    expected: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class TopicProfile:
    """One topic against the whole corpus. None: the framework or the records do not say.

    ``breadth``: distinct tags seen / expected in a random sample of as many records; below 1 is narrower than chance.
    ``recency``: records of recent years against those expected of as many dated ones. ``rung`` of ``top_rung``: the
    highest design on the framework's ladder, from 1. ``missing``: tags with fewer records than expected inside the
    topic, graded strong or suggestive. ``parts``: what ``understudy`` is the mean of; shown only with them.
    """

    topic: Topic
    n_records: int  # counted: in scope and passing the filters of the snapshot
    n_distinct: int
    expected_distinct: float
    breadth: float | None
    recency: Ratio | None
    year_from: int  # the first year that counts as recent
    last_year: int | None
    primary: int | None
    reviews: int | None
    other_reviews: int | None
    last_review: int | None
    review_grade: ReviewGrade | None
    rung: int | None
    top_rung: int | None
    highest_design: str | None  # tag id
    effective_countries: float | None
    expected_countries: float | None
    countries: tuple[tuple[str, int], ...]  # (tag id, records), most first
    missing: tuple[TagKey, ...]
    parts: Mapping[str, float] = field(default_factory=dict)
    understudy: float | None = None
    flag: Flag = ""
    reasons: tuple[str, ...] = ()

    @property
    def reason_words(self) -> str:
        """The flag's reasons as one phrase."""
        return "; ".join(self.reasons)


def to_parts(profile: TopicProfile, constants: Constants) -> dict[str, float]:
    """The components of the under-study score that can be known, each 0 to 1, higher = less studied."""
    parts: dict[str, float] = {}
    if profile.breadth is not None:
        parts["breadth"] = 1 - min(1.0, profile.breadth)
    if profile.recency is not None:
        parts["recency"] = 1 - min(1.0, profile.recency.high)
    if profile.reviews is not None and (profile.primary or 0) >= constants.min_primary:
        parts["no_review"] = 0.0 if profile.reviews else 1.0
    if profile.rung is not None and profile.top_rung:
        parts["design"] = 1 - profile.rung / profile.top_rung
    if profile.effective_countries is not None and profile.expected_countries:
        parts["countries"] = 1 - min(1.0, profile.effective_countries / profile.expected_countries)
    return parts


def judge_topic(
    profile: TopicProfile, framework: Framework, roles: Roles, constants: Constants
) -> tuple[Flag, tuple[str, ...]]:
    """The flag and its reasons in words; no reasons without a flag."""
    if profile.n_records < MIN_RECORDS:
        return "small", (f"{profile.n_records} records: too few to judge (at least {MIN_RECORDS})",)
    if profile.topic.overlap < MIN_OVERLAP:
        overlap = f"{profile.topic.overlap:.2f}"
        return "unstable", (f"other seeds draw it differently (overlap {overlap}, at least {MIN_OVERLAP} needed)",)
    reasons = tuple(_reasons(profile, framework, roles, constants))
    return ("under-studied", reasons) if len(reasons) >= MIN_REASONS else ("", ())


def _reasons(profile: TopicProfile, framework: Framework, roles: Roles, constants: Constants) -> Iterator[str]:
    recency = profile.recency
    if recency is not None and recency.high < constants.upper_gap:
        expected = f"{recency.expected:.0f} would be expected"
        if recency.observed:
            yield f"{recency.observed} since {profile.year_from} where {expected}"
        else:
            yield f"nothing since {profile.last_year} where {expected}"
    if profile.review_grade == "no_review":
        yield f"no review of its {profile.primary} primary records"
    if profile.rung is not None and profile.top_rung and profile.rung < profile.top_rung / 2:
        design = framework.tag(roles.design or "", profile.highest_design or "").label
        yield f"no study design above {design[0].lower() + design[1:]}"
    seen, expected_number = profile.effective_countries, profile.expected_countries
    if seen is not None and expected_number is not None and seen < expected_number / 2:
        yield _country_words(profile, framework, roles)
    if profile.breadth is not None and profile.breadth < constants.upper_gap:
        yield f"{profile.n_distinct} different tags where {profile.expected_distinct:.0f} would be expected"


def _country_words(profile: TopicProfile, framework: Framework, roles: Roles) -> str:
    first = framework.tag(roles.country or "", profile.countries[0][0]).label
    if len(profile.countries) == 1:
        return f"one country ({first})"
    return (
        f"{len(profile.countries)} countries, most often {first}; so uneven that they count as "
        f"{profile.effective_countries:.1f} where {profile.expected_countries:.1f} would be expected"
    )
