"""Topics as the command line and exports give them: one JSON-ready dict a topic, or lines to read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analysis.topics.fit import Topics
from analysis.topics.flags import TopicProfile

CAVEAT = (
    "Topics are groups of records with similar words: a way to browse, drawn differently by another seed. "
    "A flag compares a topic with this corpus, and is a lead to check, not proof that research is missing."
)


def to_rows(profiles: Sequence[TopicProfile]) -> list[dict[str, Any]]:
    """One dict a topic: id, label, words, size, stability, typical records, profile, flag and reasons.

    Null stands for unknown.
    """
    return [_row(profile) for profile in profiles]


def to_lines(topics: Topics, profiles: Sequence[TopicProfile], titles: Mapping[str, str]) -> Iterator[str]:
    """Topics as text, the largest first; ``titles`` of the typical records by id."""
    settings = topics.settings
    for profile in profiles:
        topic = profile.topic
        yield f"{topic.label}  [{topic.id}]"
        yield f"  {_records(len(topic))}; overlap with its best match under other seeds {topic.overlap:.2f}"
        for record in topic.typical:
            yield f"  - {titles.get(record) or record}"
        if profile.flag:
            yield f"  {profile.flag}: {profile.reason_words}"
        if profile.understudy is not None:
            parts = ", ".join(f"{name} {value:.2f}" for name, value in profile.parts.items())
            yield f"  under-study score {profile.understudy:.2f}, the mean of {parts}"
        yield ""
    chosen = "asked for" if settings.n_asked else "suggested by the size of the corpus"
    agreement = "" if topics.agreement is None else f"; agreement with other seeds {topics.agreement:.2f} (1 is full)"
    yield f"{len(topics.topics)} topics ({settings.n_asked or settings.n} {chosen}){agreement}."
    if topics.unassigned:
        yield f"{_records(len(topics.unassigned))} without a usable word: unassigned."
    yield CAVEAT


def _records(n: int) -> str:
    return "1 record" if n == 1 else f"{n:,} records"


def _row(profile: TopicProfile) -> dict[str, Any]:
    topic = profile.topic
    figures = {
        "expected_distinct": profile.expected_distinct,
        "n_distinct": profile.n_distinct,
        "breadth": profile.breadth,
        "recency": asdict(profile.recency) if profile.recency else None,
        "year_from": profile.year_from,
        "last_year": profile.last_year,
        "primary": profile.primary,
        "reviews": profile.reviews,
        "other_reviews": profile.other_reviews,
        "last_review": profile.last_review,
        "review_grade": profile.review_grade,
        "rung": profile.rung,
        "top_rung": profile.top_rung,
        "highest_design": profile.highest_design,
        "effective_countries": profile.effective_countries,
        "expected_countries": profile.expected_countries,
        "countries": dict(profile.countries),
        "missing": [{"facet": facet, "tag": tag} for facet, tag in profile.missing],
    }
    return {
        "id": topic.id,
        "label": topic.label,
        "words": list(topic.words),
        "n": len(topic),
        "n_counted": profile.n_records,
        "overlap": topic.overlap,
        "typical": list(topic.typical),
        "profile": figures,
        "understudy": profile.understudy,
        "parts": dict(profile.parts),
        "flag": profile.flag or None,
        "reasons": list(profile.reasons),
    }
