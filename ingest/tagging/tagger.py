"""Which tags a record has, and the passage that earned each.

All terms of all facets are found in one pass over each field (matcher.py). Each occurrence is worth the weight of
its place (sections.py); a tag is given when its occurrences reach what it needs. Then the framework's rules apply
(rules.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from corpus.errors import FrameworkError
from corpus.framework import Facet, Framework, Tag, TagKey
from corpus.records import Assignment, Fields, Source
from ingest.tagging.matcher import Found, Matcher, Span, Text
from ingest.tagging.plan import Meaning, Plan
from ingest.tagging.rules import Passage, apply_rules, to_rules
from ingest.tagging.scope import to_scope
from ingest.tagging.sections import CUES, Section, find_sections
from ingest.tagging.words import form, split

# What an occurrence is worth where the framework does not say otherwise; the reasons are in docs/framework.md.
WEIGHTS: Mapping[str, float] = {
    "title": 2.0, "keywords": 2.0, "text": 1.0, "background": 0.4, "aim": 1.0, "methods": 1.0, "results": 1.0,
    "conclusion": 1.0, "needs": 1.0,
}  # fmt: skip

# Just before a term these take it out of the count; they must stand at most _REACH words before it.
NEGATIONS = (
    "excluding", "excluded", "exclude", "except", "except for", "unlike", "other than", "apart from", "rather than",
    "instead of", "not including", "with the exception of", "as opposed to", "regardless of", "irrespective of",
    "excepto", "a diferencia de", "sauf", "contrairement aux", "ausser", "exceto",
)  # fmt: skip
_REACH = 3

TEXT_FIELDS = ("title", "abstract", "keywords", "mesh", "publication_types")
_IMPORTED = frozenset(("keywords", "mesh", "publication_types"))
_SOURCES: Mapping[str, Source] = {name: "keyword" if name in _IMPORTED else "rule" for name in TEXT_FIELDS}


def text_of(fields: Fields, field: str) -> str:
    """A field as one text; offsets of assignments count in it. Items of a tuple field are joined by "; "."""
    value = getattr(fields, field)
    return value if isinstance(value, str) else "; ".join(value or ())


Read = dict[str, tuple[Text, list[Found[Meaning]]]]  # field -> its text and what was found in it
Occurrence = tuple[int, float, int, int]  # one that counts: tag number, what it is worth, first and last token
# Tag number, first token, -last, -strength, whether its words lie apart: in order the longest and strongest come first.
Hit = tuple[int, int, int, float, bool]


class Tagger:
    """Ready to tag. Build it once a framework; it remembers words, and the last record that it read."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self._rules = to_rules(framework)
        self._scope = to_scope(framework)
        self._tags: list[tuple[Facet, Tag]] = [(facet, tag) for facet in framework.facets for tag in facet.tags]
        self._keys: list[TagKey] = [(facet.id, tag.id) for facet, tag in self._tags]
        self._order = {key: number for number, key in enumerate(self._keys)}
        self._weights = [_weights(framework, facet, tag) for facet, tag in self._tags]
        self._needs = [weights["needs"] - 1e-9 for weights in self._weights]
        plan = Plan(framework, self._tags)
        for section, cues in CUES:
            for term in cues:
                plan.add(term, "cues").cue = section
        for term in NEGATIONS:
            plan.add(term, "negations").negates = True
        for number, rule in enumerate(self._scope.out):
            for term in rule.terms:
                plan.add(term, "framework.toml").out.append(number)
        self._matcher = plan.build()
        self._headings: dict[str, list[int]] = {}
        for tag_number, (_, tag) in enumerate(self._tags):
            for heading in tag.headings:
                self._headings.setdefault(_heading_key(heading), []).append(tag_number)
        self._to_heading = lru_cache(maxsize=50_000)(self._look_up_heading)
        self._wide: Matcher[Meaning] | None = None
        self._last: tuple[Fields, Read] | None = None

    def assign(self, fields: Fields) -> tuple[Assignment, ...]:
        """One assignment a tag, in framework order, each with the passage that speaks for it most."""
        read = self._read(fields)
        totals: dict[int, float] = {}
        best: dict[int, tuple[float, Passage]] = {}
        for name, (text, found) in read.items():
            for tag, worth, first, last in self._occurrences(name, text, found, fields):
                if tag not in totals:
                    totals[tag] = worth
                    best[tag] = worth, (name, first, last)
                    continue
                totals[tag] += worth
                if worth > best[tag][0]:
                    best[tag] = worth, (name, first, last)
        needs = self._needs
        given = {tag: best[tag][1] for tag in sorted(totals) if totals[tag] >= needs[tag]}
        if not given:
            return ()
        given = apply_rules(self._rules, given, totals, read.keys())
        return tuple([_to_assignment(self._keys[tag], given[tag], read) for tag in sorted(given)])

    def find_passages(self, fields: Fields) -> tuple[Assignment, ...]:
        """Every passage that counts for a tag, given or not: for showing a record with its words marked."""
        read = self._read(fields)
        return tuple(
            _to_assignment(self._keys[tag], (name, first, last), read)
            for name, (text, found) in read.items()
            for first, last, tag in sorted(
                (first, last, tag) for tag, _, first, last in self._occurrences(name, text, found, fields)
            )
        )

    def suggest_scope(self, fields: Fields, assignments: tuple[Assignment, ...]) -> tuple[bool, str]:
        """Whether the record seems in scope, and the reason in words. A suggestion only; a person rules."""
        against: list[tuple[int, str]] = []
        for name, (text, found) in self._read(fields).items():
            words: dict[tuple[int, int], Span] = {}  # the first occurrence of each term
            for (_, _, aside), first, last in found:
                if aside is None:
                    continue
                for out in aside.out:
                    if name in self._scope.out[out[0]].places:
                        words[out] = min((first, last), words.get(out, (first, last)))
            for (number, _), span in words.items():
                start, end = text.offsets(span)
                against.append((number, text.text[start:end]))
        return self._scope.suggest(assignments, sorted(against))

    def find_wide(self, fields: Fields, facet: str, tag: str) -> tuple[Assignment, ...]:
        """Passages with a term or a wider synonym of the tag: used to check an empty cell, never to count."""
        wanted = self._order[facet, tag]
        if self._wide is None:
            self._wide = Plan(self.framework, self._tags, wide=True).build()
        read = _read(fields, self._wide)
        return tuple(
            _to_assignment((facet, tag), (name, first, last), read)
            for name, (_, found) in read.items()
            for first, last in sorted({hit[1:] for hit in found if any(number == wanted for number, _ in hit[0].tags)})
        )

    def _read(self, fields: Fields) -> Read:
        """What is found in a record. The last one is remembered: its tags and its scope are asked one after another."""
        last = self._last
        if last is None or last[0] is not fields:
            last = self._last = (fields, _read(fields, self._matcher))
        return last[1]

    def _occurrences(self, field: str, text: Text, found: list[Found[Meaning]], fields: Fields) -> list[Occurrence]:
        """All occurrences in one field that count, without those in an ``unless`` context or after a negation."""
        if not found and field not in _IMPORTED:
            return []
        hits: list[Hit] = []
        cues: defaultdict[Section, list[int]] = defaultdict(list)
        negated: list[int] = []
        limiting: list[tuple[frozenset[int], Span]] = []
        for (tags, near, aside), first, last in found:
            for tag, minus_strength in tags:
                hits.append((tag, first, -last, minus_strength, near))
            if aside is not None:
                if aside.unless:
                    limiting.append((aside.unless, (first, last)))
                for cue in aside.cues:
                    cues[cue].append(first)
                if aside.negates:
                    negated.append(last)
        if field in _IMPORTED:
            self._add_headings(getattr(fields, field), hits)
        if not hits:
            return []
        hits.sort()
        sections = find_sections(text, cues) if field == "abstract" else None
        place = "title" if field == "title" else "keywords"
        counted: list[Occurrence] = []
        last_tag = end = -1
        contexts: list[Span] = []
        for tag, first, minus_last, minus_strength, near in hits:
            if tag != last_tag:
                last_tag, end = tag, -1
                if limiting:
                    contexts = [span for limited, span in limiting if tag in limited]
            if first <= end or (contexts and _in_context(first, -minus_last, near, contexts)):
                continue
            if negated and _is_negated(text, first, negated):
                continue
            weight = self._weights[tag][sections.at(first) if sections else place]
            if weight > 0:
                end = -minus_last
                counted.append((tag, -minus_strength * weight, first, end))
        return counted

    def _add_headings(self, items: tuple[str, ...], hits: list[Hit]) -> None:
        """Items of an imported list that as a whole are a heading of a tag."""
        first = 0
        for item in items:
            tags, main, whole = self._to_heading(item)
            for tag in tags:
                hits.append((tag, first, 1 - first - main, -1.0, False))
            first += whole + 1  # the ";" that joins the items

    def _look_up_heading(self, item: str) -> tuple[Sequence[int], int, int]:
        """The tags that an item gives, and its number of tokens without and with MeSH subheadings."""
        main = item.split("/", 1)[0]
        return self._headings.get(_heading_key(main), ()), len(split(main)), len(split(item))


def _read(fields: Fields, matcher: Matcher[Meaning]) -> Read:
    read: Read = {}
    for name in TEXT_FIELDS:
        words = text_of(fields, name)
        if words:
            text = Text(words)
            read[name] = text, matcher.find(text)
    return read


def _to_assignment(key: TagKey, passage: Passage, read: Read) -> Assignment:
    field, first, last = passage
    text = read[field][0]
    start, end = text.offsets((first, last))
    return Assignment(key[0], key[1], _SOURCES[field], field, start, end, text.text[start:end])


def build_tagger(framework: Framework) -> Tagger:
    """A tagger for a framework. Raises FrameworkError for a term, rule or scope that cannot be read."""
    return Tagger(framework)


def _heading_key(text: str) -> str:
    """A heading as it is compared: its words in their forms, without marks."""
    return " ".join(form(token) for token in split(text) if token[0].isalnum())


def _in_context(first: int, last: int, near: bool, contexts: Sequence[Span]) -> bool:
    """Whether an occurrence lies in a context in which it does not count, or a context runs into its first word.

    Of a near-term, whose words lie apart, either end may lie in one.
    """
    for start, end in contexts:
        if start <= first <= end:
            if near or first > start or last <= end:
                return True
        elif near and start <= last <= end:
            return True
    return False


def _is_negated(text: Text, first: int, negations: list[int]) -> bool:
    """Whether a negation stands just before, with no mark between."""
    for end in negations:
        if 0 < first - end <= _REACH + 1 and all(t[0].isalnum() for t in text.tokens[end + 1 : first]):
            return True
    return False


def _weights(framework: Framework, facet: Facet, tag: Tag) -> dict[str, float]:
    weights = dict(WEIGHTS)
    for where, options in ((("framework.toml"), framework.options), (facet.id, facet.options), (tag.id, tag.options)):
        given: Mapping[str, Any] = options.get("weights", {})
        unknown = set(given) - set(WEIGHTS)
        if unknown:
            raise FrameworkError(
                where, 0, f"weights names {', '.join(sorted(unknown))}; there are {', '.join(WEIGHTS)}."
            )
        weights.update({name: float(value) for name, value in given.items()})
    return weights
