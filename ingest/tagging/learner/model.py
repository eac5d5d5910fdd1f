"""A fitted learner: what it thinks of a text's tags, and by which words.

It is plain numbers, kept as JSON, and needs nothing but this file to be used again.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from corpus.codings import add_parents
from corpus.framework import Framework, TagKey
from corpus.records import Assignment, Fields
from ingest.tagging.learner.validation import Validation
from ingest.tagging.learner.words import RULE, Place, count_words, find_words, weigh

SUGGEST_AT = 0.6  # a tag the rules did not give is suggested from this probability on
MIN_OF_KIND = 100  # examples with an abstract, or without, before anything is said of such texts
DOUBT_BELOW = 0.25  # a tag they gave is doubted below this one
_SHOWN_WORDS = 5

Kind = Literal["missed", "doubted"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag that the rules may have missed, or one they gave that the text may not have.

    ``words``: what speaks for it ("missed") or against it ("doubted") most, with its weight, the strongest first. A
    tag that the rules gave stands there as "rule: LABEL".
    """

    facet: str
    tag: str
    probability: float
    kind: Kind
    words: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """From a score to a probability: 1 / (1 + exp(-(slope * score + given, if the rules gave the tag, + middle)))."""

    slope: float
    given: float
    middle: float


@dataclass(frozen=True, slots=True)
class TagModel:
    """One tag's weights, and how their sum becomes a probability."""

    key: TagKey
    offset: float
    weights: Mapping[str, float]  # feature -> weight
    line: Calibration

    def probability(self, features: Mapping[str, float]) -> float:
        weights, line = self.weights, self.line
        score = self.offset + sum(value * weights.get(name, 0.0) for name, value in features.items())
        bonus = line.given if f"{RULE}{self.key[0]}/{self.key[1]}" in features else 0.0
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, line.slope * score + bonus + line.middle))))


@dataclass(frozen=True)
class Learner:
    """Fitted on people's codes by ``fit_learner``. ``too_few`` lists the tags left out, with their coded examples.

    ``n_abstracts`` of the examples had an abstract. What was learned from titles is wrong about abstracts, in which a
    word that is missing means more: of texts of a kind with few examples it says nothing.
    """

    framework: Framework
    rarity: Mapping[str, float]
    tags: tuple[TagModel, ...]
    too_few: tuple[tuple[TagKey, int], ...]
    validation: Validation
    n_examples: int
    n_abstracts: int = 0
    seed: int = 0

    def knows(self, has_abstract: bool) -> bool:
        """Whether it learned from enough texts with an abstract, or without, to say something of one."""
        n = self.n_abstracts if has_abstract else self.n_examples - self.n_abstracts
        return n >= MIN_OF_KIND

    def probabilities(self, fields: Fields, given: Iterable[TagKey]) -> dict[TagKey, float]:
        """How likely a person would give each learned tag; ``given`` are the rules' tags."""
        features = self._features(find_words(fields), add_parents(self.framework, given))
        return {model.key: model.probability(features) for model in self.tags}

    def suggest(
        self, fields: Fields, assignments: Iterable[Assignment], settled: Collection[TagKey] = ()
    ) -> tuple[Suggestion, ...]:
        """Tags that the rules seem to have missed, likeliest first, then those to doubt, least likely first.

        None where it ``knows`` too little of such texts.

        ``assignments`` are the text's tags now; of ``settled`` ones, and those a person gave, nothing is said.
        """
        if not self.knows(bool(fields.abstract)):
            return ()
        some = list(assignments)
        by_people = {(a.facet, a.tag) for a in some if a.source == "person"}
        given = add_parents(self.framework, ((a.facet, a.tag) for a in some if a.source in ("rule", "keyword")))
        decided = add_parents(self.framework, by_people) | set(settled)
        features = self._features(find_words(fields), given)
        found = []
        for model in self.tags:
            if model.key in decided:
                continue
            probability = model.probability(features)
            if model.key not in given and probability >= SUGGEST_AT:
                found.append(self._say(model, probability, "missed", features))
            elif model.key in given and probability < DOUBT_BELOW:
                found.append(self._say(model, probability, "doubted", features))
        found = self._narrowest(found)
        return tuple(
            sorted(
                found,
                key=lambda s: (s.kind == "doubted", s.probability if s.kind == "doubted" else -s.probability, s.tag),
            )
        )

    def assign(
        self, fields: Fields, assignments: Sequence[Assignment], facets: Collection[str]
    ) -> tuple[Assignment, ...]:
        """The missed tags of some facets as assignments of source "model", each with its strongest word's place."""
        if not self.knows(bool(fields.abstract)):
            return ()
        places = find_words(fields)
        given = add_parents(self.framework, ((a.facet, a.tag) for a in assignments))
        features = self._features(places, given)
        found = []
        for model in self.tags:
            if model.key[0] in facets and model.key not in given and model.probability(features) >= SUGGEST_AT:
                field, start, end, passage = self._passage(model, features, places, fields)
                found.append(Assignment(*model.key, "model", field, start, end, passage))
        return tuple(found)

    def _features(self, places: Mapping[str, Sequence[Place]], given: Iterable[TagKey]) -> dict[str, float]:
        return weigh(count_words(places), self.rarity, given)

    def _say(self, model: TagModel, probability: float, kind: Kind, features: Mapping[str, float]) -> Suggestion:
        sign = 1 if kind == "missed" else -1
        parts = {name: sign * value * model.weights.get(name, 0.0) for name, value in features.items()}
        strongest = sorted((-part, name) for name, part in parts.items() if part > 0)[:_SHOWN_WORDS]
        words = tuple((self._name(name), round(-part, 2)) for part, name in strongest)
        return Suggestion(*model.key, round(probability, 3), kind, words)

    def _name(self, feature: str) -> str:
        if not feature.startswith(RULE):
            return feature
        facet, _, tag = feature.removeprefix(RULE).partition("/")
        return f"rule: {self.framework.tag(facet, tag).label}"

    def _narrowest(self, found: Sequence[Suggestion]) -> list[Suggestion]:
        """Without the parents of tags that are suggested themselves: confirming the child gives the parent."""
        broader = {
            (s.facet, parent)
            for s in found
            if s.kind == "missed"
            for parent in self.framework.facet(s.facet).with_parents(s.tag)
            if parent != s.tag
        }
        return [s for s in found if s.kind == "doubted" or (s.facet, s.tag) not in broader]

    @staticmethod
    def _passage(
        model: TagModel, features: Mapping[str, float], places: Mapping[str, Sequence[Place]], fields: Fields
    ) -> tuple[str, int, int, str]:
        parts = {name: value * model.weights.get(name, 0.0) for name, value in features.items() if name in places}
        best = min(parts, key=lambda name: (-parts[name], name), default=None)
        if best is None or parts[best] <= 0:
            return "", 0, 0, ""
        field, start, end = places[best][0]
        value = getattr(fields, field)
        text = value if isinstance(value, str) else "; ".join(value)
        return field, start, end, text[start:end]

    def to_plain(self) -> dict[str, Any]:
        """As JSON: words once, weights by the number of their word."""
        names = sorted({name for model in self.tags for name in model.weights} | set(self.rarity))
        number = {name: n for n, name in enumerate(names)}
        return {
            "format": FORMAT,
            "framework": self.framework.version,
            "seed": self.seed,
            "n_examples": self.n_examples,
            "n_abstracts": self.n_abstracts,
            "names": names,
            "rarity": [[number[name], value] for name, value in sorted(self.rarity.items())],
            "tags": [
                {
                    "facet": model.key[0],
                    "tag": model.key[1],
                    "offset": model.offset,
                    "line": [model.line.slope, model.line.given, model.line.middle],
                    "names": [number[name] for name in sorted(model.weights)],
                    "weights": [model.weights[name] for name in sorted(model.weights)],
                }
                for model in self.tags
            ],
            "too_few": [[*key, n] for key, n in self.too_few],
            "validation": self.validation.to_plain(),
        }


FORMAT = 2


def to_learner(plain: Mapping[str, Any], framework: Framework) -> Learner | None:
    """What ``Learner.to_plain`` made, under a framework: tags it no longer has are left out.

    None if it is of another format, and has to be fitted anew.
    """
    if plain.get("format") != FORMAT:
        return None
    names = plain["names"]
    known = set(framework.columns)
    gone = {n for n, name in enumerate(names) if name.startswith(RULE) and _key(name) not in known}
    return Learner(
        framework=framework,
        rarity={names[n]: value for n, value in plain["rarity"]},
        tags=tuple(
            TagModel(
                key=(row["facet"], row["tag"]),
                offset=row["offset"],
                weights={names[n]: w for n, w in zip(row["names"], row["weights"], strict=True) if n not in gone},
                line=Calibration(*row["line"]),
            )
            for row in plain["tags"]
            if (row["facet"], row["tag"]) in known
        ),
        too_few=tuple(((facet, tag), n) for facet, tag, n in plain["too_few"]),
        validation=Validation.from_plain(plain["validation"]),
        n_examples=plain["n_examples"],
        n_abstracts=plain["n_abstracts"],
        seed=plain["seed"],
    )


def _key(feature: str) -> TagKey:
    facet, _, tag = feature.removeprefix(RULE).partition("/")
    return facet, tag
