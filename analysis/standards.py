"""Laws, policies and professional standards against the evidence: what each asks, and what here evaluates that.

A remedy that a standard asks for and that no record here evaluates is a gap of its own: recommended, not evaluated.
The list ships as data, each row with its source; nothing here is legal advice.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Where, in_scope
from analysis.roles import Ladder, read_ladders, read_roles
from analysis.sentences import lower_first, records_words
from corpus.errors import FileError
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot

FILE = Path(__file__).parents[1] / "corpus" / "founding" / "standards.csv"
NEEDED = ("id", "title", "body", "jurisdiction", "year", "kind", "asks", "tags", "source_url", "own_page", "status")
COLUMNS = (
    "id", "title", "body", "jurisdiction", "year", "kind", "asks", "status", "own_page", "source", "facet", "tag",
    "n_records", "n_evaluating", "n_experimental", "n_advising", "n_reviews", "n_unknown", "n_same_harm",
    "n_evaluating_harm", "highest_design", "designs", "places", "grade",
)  # fmt: skip
SECONDARY = "secondary account, unverified"

SUMMARY = (
    "Concerns {remedy}. Of {records} here tagged with that, {evaluating} are primary research of any "
    "design{designs}{twice}{experimental}{harm}. {verdict}"
)
VERDICTS = {
    "not_evaluated": "Recommended, not evaluated here.",
    "few": "Hardly evaluated here.",
    "evaluated": "",
}
NOT_ADVICE = "This is not legal advice. Laws change: read the text itself before relying on it."
CAVEAT = (
    "A record tagged with a remedy may study it only in passing, and none of them need be about this text. How well a "
    "study was done is not judged."
)


@dataclass(frozen=True, slots=True)
class Standard:
    """A law, policy or professional standard. ``asks`` in our own words; ``tags``: what it concerns.

    ``own_page``: read on a page of the body itself; otherwise ``SECONDARY``. ``status`` is "" where no page dated it,
    which does not mean that it is in force.
    """

    id: str
    title: str
    body: str
    jurisdiction: str
    year: int | None
    kind: str
    asks: str
    tags: tuple[TagKey, ...]
    url: str
    sources: tuple[str, ...]
    own_page: bool
    status: str

    @property
    def country(self) -> str:
        """ISO code of the country, or INT, EU, Europe, Africa."""
        return self.jurisdiction.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Question:
    """What a framework says of remedies: the ladder that ranks designs that evaluate, and where a study took place."""

    ladder: Ladder
    design: str
    remedies: tuple[str, ...]  # facets
    places: tuple[str, ...]  # facets


def load_standards(path: Path = FILE) -> tuple[Standard, ...]:
    """The list that ships, by id. Raises FileError."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path.name, f"cannot be read: {error}.") from error
    missing = [name for name in NEEDED if rows and name not in rows[0]]
    if missing:
        raise FileError(path.name, f"has no column {', '.join(missing)}.")
    return tuple(
        Standard(
            id=row["id"],
            title=row["title"],
            body=row["body"],
            jurisdiction=row["jurisdiction"],
            year=int(row["year"]) if row["year"] else None,
            kind=row["kind"],
            asks=row["asks"],
            tags=tuple(_to_key(path, text) for text in row["tags"].split(";") if text),
            url=row.get("url") or "",
            sources=tuple(row["source_url"].split()),
            own_page=row["own_page"] == "yes",
            status=row["status"],
        )
        for row in rows
    )


def _to_key(path: Path, text: str) -> TagKey:
    facet, _, tag = text.strip().partition("/")
    if not facet or not tag:
        raise FileError(path.name, f'"{text}" is not facet/tag, for example intervention/training.')
    return facet, tag


def choose_standards(standards: Iterable[Standard], secondary: bool = False) -> tuple[Standard, ...]:
    """Those that may be shown without asking: read on the body's own page; all of them with ``secondary``."""
    return tuple(s for s in standards if secondary or s.own_page)


def read_question(framework: Framework) -> Question | None:
    """How this framework tells a remedy that is evaluated from one that is only recommended; None if it does not."""
    design = read_roles(framework).design
    ladder = next((x for x in read_ladders(framework) if x.advice and x.facets), None)
    if design is None or ladder is None:
        return None
    places = framework.options.get("study", {}).get("where", ())
    return Question(ladder, design, ladder.facets, tuple(f for f in places if f in framework.by_id))


def find_evidence(
    snapshot: Snapshot,
    standards: Sequence[Standard],
    where: Where | None = None,
    constants: Constants = DEFAULTS,
) -> pd.DataFrame:
    """What of this corpus evaluates the remedies that standards ask for: one row a standard and remedy, COLUMNS.

    ``n_evaluating``: records with the remedy and a design that can evaluate it: a rung of the ladder above advice, or
    other primary research. Commentary, guidance and reviews are no evaluation; reviews are counted apart.
    ``n_same_harm``: records that also carry one of the other tags the standard concerns, and ``n_evaluating_harm`` of
    these evaluate. ``designs`` and ``places`` count the evaluating records by tag.
    Grade: "not_evaluated" (none evaluates the remedy for that harm), "few" (at most FEW do) or "evaluated". Tags the
    framework does not have are passed over; without a ladder for remedies there is no row.
    """
    question = read_question(snapshot.framework)
    if question is None:
        return pd.DataFrame(columns=list(COLUMNS))
    counted = in_scope(snapshot, where)
    wanted = dict.fromkeys(key for s in standards for key in s.tags if key in counted.column_of)
    has = {key: counted.has(*key) for key in wanted}
    kinds = _kinds_of(counted, question)
    by_remedy = {key: _evidence_of(counted, question, kinds, has[key]) for key in wanted if key[0] in question.remedies}
    rows = []
    for standard in standards:
        known = [key for key in standard.tags if key in has]
        harms = [has[key] for key in known if key[0] not in question.remedies]
        about_harm = np.logical_or.reduce(harms) if harms else np.ones(len(counted), dtype=bool)
        for remedy in known:
            if remedy not in by_remedy:
                continue
            for_harm = has[remedy] & kinds.able & about_harm
            n = int(for_harm.sum())
            rows.append(
                {
                    **{name: getattr(standard, name) for name in _OF_STANDARD},
                    "source": " ".join(standard.sources),
                    "facet": remedy[0],
                    "tag": remedy[1],
                    **by_remedy[remedy],
                    "n_same_harm": int((has[remedy] & about_harm).sum()),
                    "n_evaluating_harm": n,
                    "highest_design": _highest(counted, question, for_harm),
                    "grade": "not_evaluated" if n == 0 else "few" if n <= constants.few else "evaluated",
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


_OF_STANDARD = ("id", "title", "body", "jurisdiction", "year", "kind", "asks", "status", "own_page")


def evaluating_ids(snapshot: Snapshot, remedy: TagKey, where: Where | None = None) -> list[str]:
    """The records that evaluate a remedy, newest first."""
    question = read_question(snapshot.framework)
    counted = in_scope(snapshot, where)
    if question is None or remedy not in counted.column_of:
        return []
    mask = counted.has(*remedy) & _kinds_of(counted, question).able
    return [str(counted.ids[k]) for k in counted.newest_first if mask[k]]


@dataclass(frozen=True, slots=True)
class _Kinds:
    """One bool a record: of a design that can evaluate, only advising, a review, of unknown design."""

    able: np.ndarray
    advising: np.ndarray
    review: np.ndarray
    unknown: np.ndarray


def _kinds_of(snapshot: Snapshot, question: Question) -> _Kinds:
    roles, advice = read_roles(snapshot.framework), set(question.ladder.advice)
    able = _any(snapshot, question.design, _able_tags(snapshot.framework, question))
    known = _any(snapshot, question.design, [tag.id for tag in snapshot.framework.facet(question.design).tags])
    return _Kinds(
        able=able,
        advising=_any(snapshot, question.design, advice) & ~able,
        review=_any(snapshot, question.design, (*roles.review, *roles.other_review)) & ~able,
        unknown=~known,
    )


def _able_tags(framework: Framework, question: Question) -> set[str]:
    """Designs that can evaluate: the ladder's above advice, and other primary research."""
    on_ladder = {tag for rung in question.ladder.rungs for tag in rung}
    return (on_ladder | set(read_roles(framework).primary)) - set(question.ladder.advice)


def _evidence_of(snapshot: Snapshot, question: Question, kinds: _Kinds, here: np.ndarray) -> dict[str, object]:
    evaluating = here & kinds.able
    counts = _count(snapshot, question.design, evaluating)
    places = [_count(snapshot, facet, evaluating) for facet in question.places]
    return {
        "n_records": int(here.sum()),
        "n_evaluating": int(evaluating.sum()),
        "n_experimental": int(
            (evaluating & _any(snapshot, question.design, read_roles(snapshot.framework).experimental)).sum()
        ),
        "n_advising": int((here & kinds.advising).sum()),
        "n_reviews": int((here & kinds.review).sum()),
        "n_unknown": int((here & kinds.unknown).sum()),
        "designs": {tag: n for tag, n in counts.items() if tag in _able_tags(snapshot.framework, question)},
        "places": {tag: n for counts in places for tag, n in counts.items()},
    }


def _highest(snapshot: Snapshot, question: Question, mask: np.ndarray) -> str | None:
    for rung in reversed(question.ladder.rungs):
        tags = [tag for tag in rung if tag not in question.ladder.advice]
        if tags and (_any(snapshot, question.design, tags) & mask).any():
            return " or ".join(tags)
    return None


def _count(snapshot: Snapshot, facet: str, mask: np.ndarray) -> dict[str, int]:
    """Records by root tag, most first; those without a record left out."""
    counts = {tag.id: int((snapshot.has(facet, tag.id) & mask).sum()) for tag in snapshot.framework.facet(facet).roots}
    return {tag: n for tag, n in sorted(counts.items(), key=lambda item: -item[1]) if n}


def _any(snapshot: Snapshot, facet: str, tags: Iterable[str]) -> np.ndarray:
    out = np.zeros(len(snapshot), dtype=bool)
    for tag in tags:
        out |= snapshot.has(facet, tag)
    return out


def write_evidence(row: Mapping[str, Any], framework: Framework) -> str:
    """One row of evidence in words."""
    question = read_question(framework)
    design = framework.facet(question.design) if question else None
    able, harm = int(row["n_evaluating"]), int(row["n_evaluating_harm"])
    experimental = read_roles(framework).experimental
    named = [f"{n:,} {lower_first(design.label_of(tag))}" for tag, n in row["designs"].items()] if design else []
    return SUMMARY.format(
        remedy=lower_first(framework.facet(row["facet"]).label_of(row["tag"])),
        records=records_words(row["n_records"]),
        evaluating=f"{able:,}",
        designs=f" ({', '.join(named)})" if named else "",
        twice="; a record may have two designs" if sum(row["designs"].values()) > able else "",
        experimental=f", {int(row['n_experimental']):,} of experimental designs" if experimental else "",
        harm=f", {harm:,} of them with the harm it is about" if harm != able else "",
        verdict=VERDICTS[row["grade"]],
    ).strip()
