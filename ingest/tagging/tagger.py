"""Which tags a record has, and the passage that earned each.

All terms of all facets are found in one pass over each field (matcher.py). Each occurrence is worth the weight of
its place (sections.py); a tag is given when its occurrences reach what it needs. Then the framework's rules apply
(rules.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from corpus.errors import FrameworkError
from corpus.framework import Facet, Framework, Tag, TagKey
from corpus.records import Assignment, Fields
from ingest.tagging.matcher import Matcher, Span, Text
from ingest.tagging.rules import apply_rules, to_rules
from ingest.tagging.scope import to_scope
from ingest.tagging.sections import CUES, Section, find_sections
from ingest.tagging.terms import Memo, Term, TermError, to_term
from ingest.tagging.words import TOKEN, form

# What an occurrence is worth where the framework does not say otherwise; the reasons are in docs/framework.md.
WEIGHTS: Mapping[str, float] = {
    "title": 2.0, "keywords": 2.0, "text": 1.0, "background": 0.4, "aim": 1.0, "methods": 1.0, "results": 1.0,
    "conclusion": 1.0, "needs": 1.0,
}  # fmt: skip
WEAK = 0.5

# Just before a term these take it out of the count; they must stand at most _REACH words before it.
NEGATIONS = (
    "excluding", "excluded", "exclude", "except", "except for", "unlike", "other than", "apart from", "rather than",
    "instead of", "not including", "with the exception of", "as opposed to", "regardless of", "irrespective of",
    "excepto", "a diferencia de", "sauf", "contrairement aux", "ausser", "exceto",
)  # fmt: skip
_REACH = 3

TEXT_FIELDS = ("title", "abstract", "keywords", "mesh", "publication_types")
_IMPORTED = frozenset(("keywords", "mesh", "publication_types"))


def text_of(fields: Fields, field: str) -> str:
    """A field as one text; offsets of assignments count in it. Items of a tuple field are joined by "; "."""
    value = getattr(fields, field)
    return value if isinstance(value, str) else "; ".join(value or ())


def _texts(fields: Fields) -> dict[str, Text]:
    found = {name: text_of(fields, name) for name in TEXT_FIELDS}
    return {name: Text(text) for name, text in found.items() if text}


class Occurrence(NamedTuple):
    """A term of a tag in a text. ``worth`` is its weight there."""

    tag: int
    field: str
    span: Span
    worth: float


Hit = tuple[Span, float, bool]  # where, strength, whether its words lie apart


@dataclass(frozen=True, slots=True)
class _Uses:
    """What a term number is for."""

    tags: tuple[tuple[int, float], ...]  # (tag number, strength)
    near: bool  # a near-term: its words lie apart
    unless: frozenset[int]  # tag numbers
    cue: Section | None
    negates: bool
    out: tuple[int, ...]  # out-rules of the scope


class Tagger:
    """Ready to tag. Build it once a framework; it holds no state of the records it has seen beyond a word memory."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self._rules = to_rules(framework)
        self._scope = to_scope(framework)
        self._tags: list[tuple[Facet, Tag]] = [(facet, tag) for facet in framework.facets for tag in facet.tags]
        self._keys: list[TagKey] = [(facet.id, tag.id) for facet, tag in self._tags]
        self._order = {key: number for number, key in enumerate(self._keys)}
        self._weights = [_weights(framework, facet, tag) for facet, tag in self._tags]
        plan = _Plan(framework, self._tags)
        for section, cues in CUES:
            for term in cues:
                plan.add(term, "cues").cue = section
        for term in NEGATIONS:
            plan.add(term, "negations").negates = True
        for number, rule in enumerate(self._scope.out):
            for term in rule.terms:
                plan.add(term, "framework.toml").out.append(number)
        self._matcher, self._uses = plan.build()
        self._headings: dict[str, list[int]] = {}
        for tag_number, (_, tag) in enumerate(self._tags):
            for heading in tag.headings:
                self._headings.setdefault(_heading_key(heading), []).append(tag_number)
        self._wide: tuple[Matcher, tuple[_Uses, ...]] | None = None

    def assign(self, fields: Fields) -> tuple[Assignment, ...]:
        """One assignment a tag, in framework order, each with the passage that speaks for it most."""
        texts = _texts(fields)
        totals: dict[int, float] = {}
        best: dict[int, Occurrence] = {}
        for name, text in texts.items():
            for hit in self._occurrences(name, text, fields):
                totals[hit.tag] = totals.get(hit.tag, 0.0) + hit.worth
                if hit.tag not in best or hit.worth > best[hit.tag].worth:
                    best[hit.tag] = hit
        given = {
            self._keys[tag]: self._to_assignment(best[tag], texts)
            for tag in sorted(totals)
            if totals[tag] >= self._weights[tag]["needs"] - 1e-9
        }
        worth = {self._keys[tag]: total for tag, total in totals.items()}
        given = apply_rules(self._rules, self.framework, given, worth, texts.keys())
        return tuple(given[key] for key in sorted(given, key=self._order.__getitem__))

    def find_passages(self, fields: Fields) -> tuple[Assignment, ...]:
        """Every passage that counts for a tag, given or not: for showing a record with its words marked."""
        texts = _texts(fields)
        return tuple(
            self._to_assignment(hit, texts)
            for name, text in texts.items()
            for hit in self._occurrences(name, text, fields)
        )

    def suggest_scope(self, fields: Fields, assignments: tuple[Assignment, ...]) -> tuple[bool, str]:
        """Whether the record seems in scope, and the reason in words. A suggestion only; a person rules."""
        found: list[tuple[int, str]] = []
        places = {place for rule in self._scope.out for place in rule.places}
        for name in TEXT_FIELDS:
            words = text_of(fields, name)
            if not words or name not in places:
                continue
            text = Text(words)
            for term, spans in self._matcher.find(text).items():
                for number in self._uses[term].out:
                    if name in self._scope.out[number].places:
                        start, end = text.offsets(spans[0])
                        found.append((number, words[start:end]))
        return self._scope.suggest(assignments, sorted(found))

    def find_wide(self, fields: Fields, facet: str, tag: str) -> tuple[Assignment, ...]:
        """Passages with a term or a wider synonym of the tag: used to check an empty cell, never to count."""
        wanted = self._keys.index((facet, tag))
        if self._wide is None:
            plan = _Plan(self.framework, self._tags, wide=True)
            self._wide = plan.build()
        matcher, uses = self._wide
        passages = []
        for name in TEXT_FIELDS:
            text = Text(text_of(fields, name))
            for term, spans in matcher.find(text).items():
                if any(number == wanted for number, _ in uses[term].tags):
                    passages += [
                        self._to_assignment(Occurrence(wanted, name, span, 0.0), {name: text}) for span in spans
                    ]
        return tuple(passages)

    def _to_assignment(self, hit: Occurrence, texts: Mapping[str, Text]) -> Assignment:
        facet, tag = self._keys[hit.tag]
        text = texts[hit.field]
        start, end = text.offsets(hit.span)
        source = "keyword" if hit.field in _IMPORTED else "rule"
        return Assignment(facet, tag, source, hit.field, start, end, text.text[start:end])  # type: ignore[arg-type]

    def _occurrences(self, field: str, text: Text, fields: Fields) -> list[Occurrence]:
        """All occurrences in one field that count, without those in an ``unless`` context or after a negation."""
        found = self._matcher.find(text)
        uses = self._uses
        hits: dict[int, list[Hit]] = {}
        cues: dict[Section, list[int]] = {}
        negated: list[int] = []
        limiting: list[tuple[frozenset[int], list[Span]]] = []
        for term, spans in found.items():
            use = uses[term]
            for tag, strength in use.tags:
                for span in spans:
                    if tag in hits:
                        hits[tag].append((span, strength, use.near))
                    else:
                        hits[tag] = [(span, strength, use.near)]
            if use.unless:
                limiting.append((use.unless, spans))
            if use.cue is not None:
                cues.setdefault(use.cue, []).extend([span[0] for span in spans])
            if use.negates:
                negated += [span[1] for span in spans]
        if field in _IMPORTED:
            self._add_headings(getattr(fields, field), hits)
        unless: dict[int, list[Span]] = {}
        for tags, spans in limiting:
            for tag in tags & hits.keys():
                unless.setdefault(tag, []).extend(spans)
        if not hits:
            return []
        sections = find_sections(text, cues) if field == "abstract" else None
        place = "title" if field == "title" else "keywords"
        result = []
        for tag, here in hits.items():
            weights = self._weights[tag]
            contexts = unless.get(tag, ())
            end = -1
            if len(here) > 1:
                here.sort(key=_longest_first)
            for span, strength, near in here:
                if span[0] <= end or (contexts and _in_context(span, near, contexts)):
                    continue
                if negated and _is_negated(text, span, negated):
                    continue
                worth = strength * weights[sections.at(span[0]) if sections else place]
                if worth > 0:
                    end = span[1]
                    result.append(Occurrence(tag, field, span, worth))
        return result

    def _add_headings(self, items: tuple[str, ...], hits: dict[int, list[Hit]]) -> None:
        """Items of an imported list that as a whole are a heading of a tag; MeSH subheadings are left aside."""
        first = 0
        for item in items:
            main = item.split("/", 1)[0]
            tags = self._headings.get(_heading_key(main))
            if tags:
                span = (first, first + len(TOKEN.findall(main)) - 1)
                for tag in tags:
                    hits.setdefault(tag, []).append((span, 1.0, False))
            first += len(TOKEN.findall(item)) + 1  # the ";" that joins the items


def _longest_first(hit: Hit) -> tuple[int, int, float]:
    """By place, the longest first: of overlapping occurrences one counts."""
    return hit[0][0], -hit[0][1], -hit[1]


def build_tagger(framework: Framework) -> Tagger:
    """A tagger for a framework. Raises FrameworkError for a term, rule or scope that cannot be read."""
    return Tagger(framework)


def _heading_key(text: str) -> str:
    """A heading as it is compared: its words in their forms, without marks."""
    return " ".join(form(token) for token in TOKEN.findall(text) if token[0].isalnum())


def _in_context(span: Span, near: bool, contexts: Sequence[Span]) -> bool:
    """Whether an occurrence lies in a context in which it does not count, or a context runs into its first word.

    Of a near-term, whose words lie apart, either end may lie in one.
    """
    first, last = span
    return any(
        (start <= first and last <= end)
        or start < first <= end
        or (near and (start <= first <= end or start <= last <= end))
        for start, end in contexts
    )


def _is_negated(text: Text, span: Span, negations: list[int]) -> bool:
    """Whether a negation stands just before, with no mark between."""
    for end in negations:
        if 0 < span[0] - end <= _REACH + 1 and all(t[0].isalnum() for t in text.tokens[end + 1 : span[0]]):
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


class _Draft:
    """What a term is for, while the tagger is built."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.tags: dict[int, float] = {}
        self.unless: list[int] = []
        self.cue: Section | None = None
        self.negates = False
        self.out: list[int] = []


class _Plan:
    """Collects terms from all over the framework; equal terms become one."""

    def __init__(self, framework: Framework, tags: list[tuple[Facet, Tag]], wide: bool = False) -> None:
        self._lists: dict[str, dict[str, list[str]]] = {
            facet.id: {**framework.options.get("lists", {}), **facet.options.get("lists", {})}
            for facet in framework.facets
        }
        self._memos: dict[str, Memo] = {}
        self._drafts: dict[tuple[str, str], _Draft] = {}
        self._written: dict[tuple[str, str], _Draft] = {}
        for number, (facet, tag) in enumerate(tags):
            for term in tag.terms:
                self.add(term, facet.id).tags[number] = 1.0
            for term in tag.options.get("weak", ()):
                self.add(term, facet.id).tags.setdefault(number, WEAK)
            if wide:
                for term in tag.wide:
                    self.add(term, facet.id).tags[number] = 1.0
            for term in (*tag.unless, *facet.options.get("unless", ())):
                self.add(term, facet.id).unless.append(number)

    def add(self, term: str, where: str) -> _Draft:
        # A term without lists means the same everywhere.
        key = (where if "{" in term else "", term)
        if key not in self._drafts:
            try:
                read = to_term(term, self._lists.get(where), self._memos.setdefault(key[0], {}))
            except TermError as error:
                raise FrameworkError(f"{where}.toml", 0, str(error)) from error
            self._drafts[key] = _Draft(read)
        return self._drafts[key]

    def build(self) -> tuple[Matcher, tuple[_Uses, ...]]:
        uses = tuple(
            _Uses(tuple(d.tags.items()), len(d.term.parts) > 1, frozenset(d.unless), d.cue, d.negates, tuple(d.out))
            for d in self._drafts.values()
        )
        return Matcher(draft.term for draft in self._drafts.values()), uses
