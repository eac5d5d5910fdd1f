"""Every term of a framework, with what it is for: tags it earns, tags it voids, a section it gives away, and so on.

Equal terms of many tags become one, and what can occur in one place is put together once (``Meaning``), so that the
tagger has little to do an occurrence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.errors import FrameworkError
from corpus.framework import Facet, Framework, Tag
from ingest.tagging.matcher import Matcher
from ingest.tagging.sections import Section
from ingest.tagging.terms import Memo, Term, TermError, to_term

WEAK = 0.5  # what a weak term counts beside others


@dataclass(frozen=True, slots=True)
class Aside:
    """What terms say besides earning tags."""

    unless: frozenset[int]  # tags (by number) that do not count here
    cues: tuple[Section, ...]
    negates: bool
    out: tuple[tuple[int, int], ...]  # (out-rule of the scope, term)


class Meaning(NamedTuple):
    """What one place in a text says by the terms that occur there."""

    tags: tuple[tuple[int, float], ...]  # (tag number, minus the strength: of occurrences the strong ones sort first)
    near: bool  # a near-term: its words lie apart
    aside: Aside | None


class Use:
    """What one term is for, while a tagger is built."""

    __slots__ = ("cue", "negates", "out", "tags", "term", "unless")

    def __init__(self, term: Term) -> None:
        self.term = term
        self.tags: dict[int, float] = {}
        self.unless: list[int] = []
        self.cue: Section | None = None
        self.negates = False
        self.out: list[int] = []


class Plan:
    """Collects terms from all over the framework; equal terms become one."""

    def __init__(self, framework: Framework, tags: Sequence[tuple[Facet, Tag]], wide: bool = False) -> None:
        self._lists: dict[str, dict[str, list[str]]] = {
            facet.id: {**framework.options.get("lists", {}), **facet.options.get("lists", {})}
            for facet in framework.facets
        }
        self._memos: dict[str, Memo] = {}
        self._uses: dict[tuple[str, str], Use] = {}
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

    def add(self, term: str, where: str) -> Use:
        """What a term is for so far, to be added to. Raises FrameworkError for one that cannot be read."""
        # A term without lists means the same everywhere.
        key = (where if "{" in term else "", term)
        if key not in self._uses:
            try:
                read = to_term(term, self._lists.get(where), self._memos.setdefault(key[0], {}))
            except TermError as error:
                raise FrameworkError(f"{where}.toml", 0, str(error)) from error
            self._uses[key] = Use(read)
        return self._uses[key]

    def build(self) -> Matcher[Meaning]:
        uses = tuple(self._uses.values())
        return Matcher((use.term for use in uses), lambda numbers: _to_meaning(uses, numbers))


def _to_meaning(uses: Sequence[Use], numbers: Sequence[int]) -> Meaning:
    """What terms say together where they occur together; of strong and weak terms of one tag the strong one counts."""
    here = [(number, uses[number]) for number in numbers]
    tags: dict[int, float] = {}
    more = near = False
    for _, use in here:
        for tag, strength in use.tags.items():
            tags[tag] = max(strength, tags.get(tag, 0.0))
        more = more or bool(use.unless or use.cue or use.negates or use.out)
        near = near or bool(use.term.gaps)
    strengths = tuple([(tag, -strength) for tag, strength in tags.items()])
    return Meaning(strengths, near, _to_aside(here) if more else None)


def _to_aside(here: Sequence[tuple[int, Use]]) -> Aside:
    return Aside(
        unless=frozenset(tag for _, use in here for tag in use.unless),
        cues=tuple(use.cue for _, use in here if use.cue is not None),
        negates=any(use.negates for _, use in here),
        out=tuple((rule, number) for number, use in here for rule in use.out),
    )
