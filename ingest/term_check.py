"""What is odd about the terms of a framework: never met, met in nearly everything, the same in two tags, and so on.

Every term is looked for by itself, in the records of a corpus and in labelled sentences; the tagger puts terms
together and could not tell. Some findings are faults whatever the corpus; others are questions to whoever keeps the
framework, for a term may be rare, and two tags of a facet may mean to share one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.errors import FrameworkError
from corpus.framework import Facet, Framework, Tag
from corpus.records import Fields
from corpus.rules import Progress, no_progress
from corpus.terms import TermPlace
from ingest.tagging.matcher import Found, Matcher, Text
from ingest.tagging.tagger import TEXT_FIELDS, text_of
from ingest.tagging.terms import Term, TermError, to_term

EVERYTHING = 0.5  # a term met in more than this share of the records tells nothing apart
ENOUGH = 20  # records before a share is said
TWINS = 3  # matches before "every one of them is also the other tag's" is said

KINDS: Mapping[str, tuple[bool, str]] = {  # id -> whether it is a fault whatever the corpus, and what it means
    "twice": (True, "the same term twice in one tag"),
    "voided": (True, "a term that lies inside an unless of its own tag and so never counts"),
    "no-terms": (True, "a tag that nothing can earn: no terms, no headings, no rule gives it"),
    "no-tags": (True, "a group without tags"),
    "everything": (True, f"a term met in more than {EVERYTHING:.0%} of the records"),
    "overlap": (False, "the same term in two tags of a facet"),
    "swallows": (False, "a term that holds a term of another tag of the facet, which it therefore earns too"),
    "twin": (False, "a term of which every match is also another tag's"),
    "never": (False, "a term met in no record and in no labelled sentence"),
    "idle": (False, "an unless that keeps no term from counting, in no record and no labelled sentence"),
    "no-wide": (False, "no wider synonyms to check an empty cell with"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. ``line`` is 0 where no single line is meant; ``says`` has the particulars."""

    kind: str
    file: str
    line: int
    facet: str
    tag: str
    term: str
    says: str

    @property
    def is_fault(self) -> bool:
        return KINDS[self.kind][0]


@dataclass(frozen=True, slots=True)
class _Use:
    """A term in one list of one tag (by number)."""

    tag: int
    list: str
    term: str
    place: TermPlace


_Key = tuple[tuple[frozenset[object], ...], tuple[object, ...]]
_Hit = tuple[int, int, bool, int]  # first and last token, whether its words lie apart, the number of its term


@dataclass
class _Tally:
    """What was seen of each term (by number) and, beside a tag, of each that earns it or keeps it from counting."""

    records: int = 0
    met: Counter[int] = field(default_factory=Counter)  # records that a term is met in
    counted: Counter[tuple[int, int]] = field(default_factory=Counter)  # (tag, term) -> matches that count
    applied: set[tuple[int, int]] = field(default_factory=set)  # (tag, unless) that kept something from counting
    also: dict[tuple[int, int], set[int]] = field(default_factory=dict)  # (tag, term) -> tags that every match is of


def check_framework(
    framework: Framework,
    places: Iterable[TermPlace],
    records: Iterable[Fields],
    sentences: Iterable[str] = (),
    progress: Progress = no_progress,
    total: int = 0,
) -> list[Finding]:
    """All findings, faults first, in the order of KINDS and then of the files. Raises FrameworkError."""
    checked = _Checked(framework, places)
    tally = _Tally()
    for done, fields in enumerate(records, 1):
        checked.look(fields, tally)
        tally.records = done
        if done % 500 == 0:
            progress("looking for terms", done, total)
    labelled = _Tally()
    for sentence in sentences:
        checked.look(Fields(title=sentence), labelled)
    found = [*checked.structure(), *checked.alone(), *checked.seen(tally, labelled)]
    order = list(KINDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))


class _Checked:
    """A framework whose terms are looked for one by one."""

    def __init__(self, framework: Framework, places: Iterable[TermPlace]) -> None:
        self._framework = framework
        self._tags: list[tuple[Facet, Tag]] = [(facet, tag) for facet in framework.facets for tag in facet.tags]
        number = {(facet.id, tag.id): n for n, (facet, tag) in enumerate(self._tags)}
        self._uses = [_Use(number[place.facet, place.tag], place.list, place.term, place) for place in places]
        self._terms: dict[_Key, int] = {}  # what a term looks for -> its number
        self._read: list[Term] = []
        self._number: dict[tuple[str, str], int] = {}  # (facet, term as written) -> its number
        self._earn: dict[int, set[int]] = defaultdict(set)  # term -> tags
        self._keep: dict[int, set[int]] = defaultdict(set)  # unless -> tags
        self._place: dict[tuple[int, int], TermPlace] = {}  # (tag, term) -> where it stands
        for use in self._uses:
            if use.list in ("terms", "weak", "unless"):
                n = self._add(use.place.facet, use.term)
                (self._keep if use.list == "unless" else self._earn)[n].add(use.tag)
                self._place.setdefault((use.tag, n), use.place)
        for n, (facet, _) in enumerate(self._tags):
            for term in facet.options.get("unless", ()):
                self._keep[self._add(facet.id, term)].add(n)
        self._related = [
            {m for m, (other, near) in enumerate(self._tags) if other is facet and self._is_related(facet, tag, near)}
            for facet, tag in self._tags
        ]
        self._matcher: Matcher[tuple[int, ...]] = Matcher(self._read, lambda numbers: numbers)

    @staticmethod
    def _is_related(facet: Facet, one: Tag, other: Tag) -> bool:
        return one.id in facet.with_parents(other.id) or other.id in facet.with_parents(one.id)

    def _add(self, facet: str, text: str) -> int:
        if (facet, text) not in self._number:
            lists = {
                **self._framework.options.get("lists", {}),
                **self._framework.facet(facet).options.get("lists", {}),
            }
            try:
                term = to_term(text, lists)
            except TermError as error:
                raise FrameworkError(f"{facet}.toml", 0, str(error)) from error
            key: _Key = (tuple(frozenset(part) for part in term.parts), term.gaps)
            if key not in self._terms:
                self._terms[key] = len(self._read)
                self._read.append(term)
            self._number[facet, text] = self._terms[key]
        return self._number[facet, text]

    def _finding(self, kind: str, use: _Use, says: str) -> Finding:
        place = use.place
        return Finding(kind, place.file, place.line, place.facet, place.tag, place.term, says)

    def structure(self) -> Iterable[Finding]:
        """What can be said without looking for anything."""
        for facet in self._framework.facets:
            file = f"{facet.id}.toml"
            given = {row.get("give") for row in facet.options.get("rules", ())}
            for group in facet.groups:
                if not group.tags:
                    yield Finding("no-tags", file, 0, facet.id, "", "", f'the group "{group.id}" has no tags')
            bare = [tag for tag in facet.tags if not tag.wide]
            if len(bare) > len(facet.tags) / 2:
                yield Finding("no-wide", file, 0, facet.id, "", "", f"{len(bare)} of {len(facet.tags)} tags have none")
                bare = []
            for tag in bare:
                yield Finding("no-wide", file, 0, facet.id, tag.id, "", "wide is empty")
            for tag in facet.tags:
                if not (tag.terms or tag.headings or tag.options.get("weak") or tag.id in given):
                    yield Finding("no-terms", file, 0, facet.id, tag.id, "", "nothing but a person can give this tag")
        seen: dict[tuple[int, int], _Use] = {}
        for use in self._uses:
            if use.list in ("terms", "weak"):
                key = (use.tag, self._number[use.place.facet, use.term])
                if key in seen:
                    first = seen[key].place
                    yield self._finding("twice", use, f'as "{first.term}" in line {first.line} of the same tag')
                seen.setdefault(key, use)

    def alone(self) -> Iterable[Finding]:
        """What a term finds in its own words: terms of other tags that it holds, an unless that always voids it."""
        for use in self._uses:
            if use.list not in ("terms", "weak"):
                continue
            number = self._number[use.place.facet, use.term]
            facet = self._tags[use.tag][0]
            same = sorted(m for m in self._earn[number] - self._related[use.tag] if self._tags[m][0] is facet)
            for other in (m for m in same if m > use.tag):
                place = self._place[other, number]
                yield self._finding("overlap", use, f"also a term of {place.tag} ({place.file}:{place.line})")
            if any(mark in use.term for mark in "~>{|*="):
                continue
            text = Text(use.term)
            counted, contexts = self._split(text, self._matcher.find(text))
            whole = (0, len(text.tokens) - 1)
            mine = [hit for hit in counted.get(use.tag, ()) if hit[:2] == whole]
            if mine and self._voided(mine[0], contexts.get(use.tag, ())):
                yield self._finding("voided", use, "an unless of this tag takes it out of the count")
                continue
            for other, hits in counted.items():
                if self._tags[other][0] is not facet or other in self._related[use.tag] or other in same:
                    continue
                inner = next((hit for hit in hits if not self._voided(hit, contexts.get(other, ()))), None)
                if inner:
                    place = self._place[other, inner[3]]
                    words = f'holds "{place.term}", a term of {place.tag} ({place.file}:{place.line})'
                    yield self._finding("swallows", use, words)

    def look(self, fields: Fields, tally: _Tally) -> None:
        """Count what one record or sentence shows."""
        met: set[int] = set()
        for name in TEXT_FIELDS:
            if words := text_of(fields, name):
                text = Text(words)
                found = self._matcher.find(text)
                for numbers, _, _ in found:
                    met.update(numbers)
                self._count(*self._split(text, found), tally)
        tally.met.update(met)

    def _split(
        self, text: Text, found: Sequence[Found[tuple[int, ...]]]
    ) -> tuple[dict[int, list[_Hit]], dict[int, list[_Hit]]]:
        """Occurrences that would earn each tag, and those that would void them."""
        hits: dict[int, list[_Hit]] = {}
        contexts: dict[int, list[_Hit]] = {}
        for numbers, first, last in found:
            for number in numbers:
                hit = (first, last, bool(self._read[number].gaps), number)
                for tag in self._earn.get(number, ()):
                    hits.setdefault(tag, []).append(hit)
                for tag in self._keep.get(number, ()):
                    contexts.setdefault(tag, []).append(hit)
        return hits, contexts

    @staticmethod
    def _voided(hit: _Hit, contexts: Sequence[_Hit]) -> list[int]:
        """The contexts that keep an occurrence from counting; the same test as the tagger's."""
        first, last, near, _ = hit
        return [
            number
            for start, end, _, number in contexts
            if (start <= first and last <= end)
            or start < first <= end
            or (near and (start <= first <= end or start <= last <= end))
        ]

    def _count(self, hits: dict[int, list[_Hit]], contexts: dict[int, list[_Hit]], tally: _Tally) -> None:
        counted: dict[int, list[_Hit]] = {}
        for tag, here in hits.items():
            for hit in here:
                voiding = self._voided(hit, contexts[tag]) if tag in contexts else []
                tally.applied.update((tag, number) for number in voiding)
                if not voiding:
                    counted.setdefault(tag, []).append(hit)
        for tag, here in counted.items():
            facet = self._tags[tag][0]
            for hit in here:
                key = (tag, hit[3])
                tally.counted[key] += 1
                if tally.also.get(key, True):
                    others = {
                        other
                        for other, theirs in counted.items()
                        if other not in self._related[tag]
                        and self._tags[other][0] is facet
                        and any(_is_same_place(hit, their) for their in theirs)
                    }
                    tally.also[key] = tally.also[key] & others if key in tally.also else others

    def seen(self, tally: _Tally, labelled: _Tally) -> Iterable[Finding]:
        """What the records and the labelled sentences showed."""
        for use in self._uses:
            if use.list not in ("terms", "weak", "unless"):
                continue
            number = self._number[use.place.facet, use.term]
            key = (use.tag, number)
            if use.list == "unless":
                if key not in tally.applied and key not in labelled.applied:
                    yield self._finding("idle", use, f"met in {tally.met[number]:,} records, and applied in none")
                continue
            n = tally.met[number]
            if not n and not labelled.met[number]:
                yield self._finding("never", use, f"none of {tally.records:,} records")
            elif tally.records >= ENOUGH and n > EVERYTHING * tally.records:
                yield self._finding("everything", use, f"{n:,} of {tally.records:,} records ({n / tally.records:.0%})")
            if tally.counted[key] >= TWINS:
                for other in sorted(tally.also.get(key, ())):
                    if number not in {self._number[u.facet, u.term] for u in self._of(other)}:
                        label = self._tags[other][1].id
                        yield self._finding("twin", use, f"all {tally.counted[key]:,} matches also earn {label}")

    def _of(self, tag: int) -> list[TermPlace]:
        return [place for (owner, _), place in self._place.items() if owner == tag]


def _is_same_place(one: _Hit, other: _Hit) -> bool:
    """Whether two occurrences are of the same words: one lies in the other, and not in a gap between words."""
    (first, last, near, _), (start, end, apart, _) = one, other
    inside = start <= first and last <= end and not apart
    around = first <= start and end <= last and not near
    return inside or around or (first, last) == (start, end)
