"""The smallest study that would close a gap: whom, where, of what, by which design and to measure what.

What the gap names is given. The rest is what the nearest records here have most often, so that the study can build on
them; another choice may suit as well, and the words say so. Nothing is said of how many people such a study needs.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.answering import Finding
from analysis.constants import DEFAULTS, Constants
from analysis.roles import Ladder, read_ladders, read_roles
from analysis.sentences import lower_first, records_words, upper_first
from analysis.topics import find_never_typical
from corpus.errors import FrameworkError
from corpus.framework import Facet, Framework, TagKey
from corpus.snapshot import Snapshot

N_NEAREST = 3
_LEAST = 3  # records that have to agree on a tag before it is taken from them
PARTS = ("people", "where", "subject", "outcome")  # the order of PICO, the place beside the people


@dataclass(frozen=True, slots=True)
class Choice:
    """One part of the study. ``given``: the gap names it; else ``n`` of ``of`` records nearby have it."""

    part: str
    facet: str
    label: str
    given: bool
    n: int = 0
    of: int = 0


@dataclass(frozen=True)
class Study:
    """``sentence`` names all parts in the order of PICO. ``closes`` says what one such study would change,
    ``chosen`` which parts were not given. ``nearest``: ids of records to build on, the nearest first."""

    choices: tuple[Choice, ...]
    design: str
    question: str
    sentence: str
    closes: str
    chosen: str
    nearest: tuple[str, ...]


def find_study(
    finding: Finding, snapshot: Snapshot, excluded: frozenset[str] = frozenset(), constants: Constants = DEFAULTS
) -> Study | None:
    """The study for one finding of this snapshot; None where the combination does not apply.

    ``excluded``: ids of records nobody should build on, such as retracted ones.
    """
    framework = snapshot.framework
    if finding.cell.column is not None and not finding.gaps:
        return None
    given = [key for key in (finding.cell.row, finding.cell.column) if key]
    around = np.sort(_find_rows(snapshot, [*finding.ids, *finding.near]))
    choices = tuple(_choose(framework, snapshot, given, around))
    design, question = _find_design(framework, snapshot, finding)
    return Study(
        choices=choices,
        design=design,
        question=question,
        sentence=_write(choices, design),
        closes=_say_closes(finding, constants),
        chosen=_say_chosen(framework, choices),
        nearest=_find_nearest(snapshot, finding, choices, excluded | find_never_typical(snapshot)),
    )


def read_parts(framework: Framework) -> dict[str, tuple[str, ...]]:
    """Which facets say whom a study is of, where, of what and what it measures: the framework's [study].

    Raises FrameworkError for a facet that is not there. Empty without the table.
    """
    table: Mapping[str, Any] = framework.options.get("study", {})
    for part, facets in table.items():
        for facet in facets:
            if part not in PARTS or facet not in framework.by_id:
                known = ", ".join(PARTS)
                raise FrameworkError(
                    "framework.toml", 0, f'[study] has "{part}": "{facet}"; it names facets under {known}.'
                )
    return {part: tuple(table.get(part, ())) for part in PARTS}


def _choose(framework: Framework, snapshot: Snapshot, given: Sequence[TagKey], around: np.ndarray) -> Iterator[Choice]:
    parts = read_parts(framework)
    named = {facet for facets in parts.values() for facet in facets}
    for facet, name in given:
        if facet not in named:
            yield Choice("subject", facet, framework.facet(facet).label_of(name), True)
    asked = {facet for facet, _ in given}
    for part, facets in parts.items():
        for facet in facets:
            names = [name for given_facet, name in given if given_facet == facet]
            for name in names:
                yield Choice(part, facet, framework.facet(facet).label_of(name), True)
            # one subject is enough, and nobody is given an identity that the gap does not name
            enough = part in ("subject", "outcome") and asked & set(facets)
            if names or enough or (part == "people" and facet != facets[0]):
                continue
            choice = _commonest(framework, snapshot, framework.facet(facet), part, given, around)
            if choice:
                yield choice
                if part == "subject":
                    break


def _commonest(
    framework: Framework, snapshot: Snapshot, facet: Facet, part: str, given: Sequence[TagKey], around: np.ndarray
) -> Choice | None:
    """The tag that most records nearby have; None if fewer than 3 agree on one."""
    best: tuple[int, str] | None = None
    for tag in facet.roots:
        if tag.residual or tag.analysis or any(framework.why_not_applicable(key, (facet.id, tag.id)) for key in given):
            continue
        n = int(snapshot.has(facet.id, tag.id)[around].sum())
        if n >= _LEAST and (best is None or n > best[0]):
            best = n, tag.label
    return Choice(part, facet.id, best[1], False, best[0], len(around)) if best else None


def _find_design(framework: Framework, snapshot: Snapshot, finding: Finding) -> tuple[str, str]:
    """The lowest design that the cell lacks, and the question it answers; a review where that is what is due."""
    roles = read_roles(framework)
    if roles.design is None:
        return "", ""
    facet = framework.facet(roles.design)
    review = finding.gaps.get("synthesis", {}).get("grade")
    shortage = finding.gaps.get("relative", {}).get("grade") in ("strong", "suggestive") or len(finding.ids) <= 2
    if review in ("no_review", "outdated_review") and roles.review and not shortage:
        return _labels(facet, roles.review), "What do the studies say together?"
    ladder = _ladder_of(framework, finding)
    if ladder is None:
        return "", ""
    rungs = [tuple(tag for tag in rung if tag not in ladder.advice) for rung in ladder.rungs]
    inside = np.zeros(len(snapshot), dtype=bool)
    inside[_find_rows(snapshot, finding.ids)] = True
    reached = [any((snapshot.has(facet.id, tag) & inside).any() for tag in rung) for rung in ladder.rungs]
    done = max((n for n, has in enumerate(reached, 1) if has), default=0)
    wanted = next((rung for rung in rungs[done:] if rung), rungs[-1])
    return _labels(facet, wanted), ladder.question


def _ladder_of(framework: Framework, finding: Finding) -> Ladder | None:
    asked = (finding.gaps.get("design", {}).get("components") or {}).get("question")
    ladders = read_ladders(framework)
    axes = {key[0] for key in (finding.cell.row, finding.cell.column) if key}
    for ladder in ladders:
        if ladder.question == asked or (not asked and (not ladder.facets or axes & set(ladder.facets))):
            return ladder
    return None


def _labels(facet: Facet, tags: Sequence[str]) -> str:
    return " or ".join(f"“{lower_first(facet.label_of(tag))}”" for tag in tags)


def _write(choices: Sequence[Choice], design: str) -> str:
    """All parts in one sentence, in the order of PICO."""
    of = {part: [_quoted(choice.label) for choice in choices if choice.part == part] for part in PARTS}
    said = []
    if of["people"]:
        first, *more = of["people"]
        said.append(f"among {first}" + (f" ({', '.join(more)})" if more else ""))
    if of["where"]:
        said.append(f"setting: {', '.join(of['where'])}")
    if of["subject"]:
        said.append(f"on {' and '.join(of['subject'])}")
    measures = f" that measures {' and '.join(of['outcome'])}" if of["outcome"] else ""
    kind = f"a study of the design {design}" if design else "a study"
    return upper_first(f"{', '.join(said)}: {kind}{measures}.")


def _quoted(label: str) -> str:
    """A label inside a sentence, in quotation marks where its own words would run into ours."""
    words = lower_first(label)
    return f"“{words}”" if " and " in words or " or " in words or "," in words else words


def _say_closes(finding: Finding, constants: Constants) -> str:
    relative = finding.gaps.get("relative", {})
    n = len(finding.ids)
    if relative.get("grade") in ("strong", "suggestive"):
        missing = max(
            1, math.ceil(constants.ratio_gap * (constants.prior + relative["expected"]) - constants.prior - n)
        )
        if missing == 1:
            return "One such study would bring the cell to half of what is expected, where it is no longer listed."
        return (
            f"One such study is a start: about {missing:,} more records would bring the cell to half of what is "
            "expected, where it is no longer listed."
        )
    if n <= constants.few:
        if n == 0:
            return "One such study would be the first record here."
        return f"With one such study there would be {records_words(n + 1)} here."
    return "One such study would add what the records here lack."


def _say_chosen(framework: Framework, choices: Sequence[Choice]) -> str:
    chosen = [choice for choice in choices if not choice.given]
    if not chosen:
        return ""
    named = [f"{lower_first(framework.facet(c.facet).label)} ({c.n:,} of {c.of:,})" for c in chosen]
    return (
        f"Taken from the nearest records here, which most often have it: {', '.join(named)}. "
        "Another choice may suit you better."
    )


def _find_rows(snapshot: Snapshot, ids: Sequence[str]) -> np.ndarray:
    """The places of these records in the snapshot; those it does not hold are left out. Its ids are in order."""
    wanted = np.array(sorted(set(ids)), dtype=snapshot.ids.dtype)
    if not len(wanted) or not len(snapshot):
        return np.zeros(0, dtype=int)
    at = np.searchsorted(snapshot.ids, wanted).clip(max=len(snapshot) - 1)
    return np.asarray(at[snapshot.ids[at] == wanted])


def _find_nearest(
    snapshot: Snapshot, finding: Finding, choices: Sequence[Choice], excluded: frozenset[str]
) -> tuple[str, ...]:
    """Records in the cell first, then those one tag short that have most of the study's other parts, newest first."""
    framework = snapshot.framework
    wanted = []
    for choice in choices:
        facet = framework.facet(choice.facet)
        tags = [tag.id for tag in facet.tags if tag.label == choice.label and not choice.given]
        wanted += [snapshot.has(facet.id, tag) for tag in tags]
    rows = _find_rows(snapshot, [*finding.ids, *finding.near])
    place = {str(snapshot.ids[n]): int(n) for n in rows}
    order = [i for i in (*finding.ids, *finding.near) if i not in excluded and i in place]
    inside = set(finding.ids)
    order.sort(key=lambda i: (i not in inside, -sum(int(has[place[i]]) for has in wanted)))
    return tuple(order[:N_NEAREST])
