"""Near-terms: terms of several parts that lie within some words of each other, in one sentence.

What begins at a word, as far as near-terms go, is its ``Parts``: one object for all words at which the same begins. Of
each near-term two parts that follow each other, the closest ones, are its pair. A sentence is looked at word by word
only for near-terms of which both parts of the pair begin in it; and which near-terms two ``Parts`` make together, and
at which distance, is looked up once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from ingest.tagging.terms import Term
from ingest.tagging.text import Span

M = TypeVar("M")  # what terms mean to the caller

_MEMO_LIMIT = 200_000  # pairs of Parts remembered

# A near-term (by its number) of which the pair is here if its other part begins at least and at most so many words
# further, and how far from there its last word is.
_Joined = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _NearTerm(Generic[M]):
    means: M
    first: int  # its first part, and of each further one: which it is, how far off at most, whether only after
    others: tuple[tuple[int, int, bool], ...]
    pair: tuple[int, int, int, bool]  # the part and the next that lie closest, how far off, whether only after


@dataclass(eq=False, slots=True)
class Parts:
    """Parts of near-terms that begin at a word."""

    ends: tuple[tuple[frozenset[int], int], ...]  # parts, and how many words further they end
    places: int  # a bit for each near-term that has one first in its pair; above these, for each that has one second
    terms: frozenset[int]  # the numbers of those near-terms


class NearTerms(Generic[M]):
    """Near-terms ready to be found. Each comes with its parts by number, and with what it means."""

    def __init__(self, terms: Iterable[tuple[Term, tuple[int, ...], M]]) -> None:
        self._terms: list[_NearTerm[M]] = []
        first: defaultdict[int, int] = defaultdict(int)
        second: defaultdict[int, int] = defaultdict(int)
        for number, (term, parts, means) in enumerate(terms):
            others = tuple((part, gap.words + 1, gap.ordered) for part, gap in zip(parts[1:], term.gaps, strict=True))
            pairs = [(part, *other) for part, other in zip(parts, others, strict=False)]
            pair = min(pairs, key=lambda pair: pair[2])
            self._terms.append(_NearTerm(means, parts[0], others, pair))
            first[pair[0]] |= 1 << number
            second[pair[1]] |= 1 << number
        self.parts = frozenset(part for term in self._terms for part in _parts_of(term))
        self._first, self._second = dict(first), dict(second)
        self._known: dict[tuple[tuple[frozenset[int], int], ...], Parts] = {}
        self._pairs = _Pairs(self.join)

    def to_parts(self, ends: tuple[tuple[frozenset[int], int], ...]) -> Parts | None:
        """The parts that begin at a word, each with the number of words to its end; None if there are none."""
        if ends and ends not in self._known:
            first = second = 0
            for parts, _ in ends:
                for part in parts:
                    first |= self._first.get(part, 0)
                    second |= self._second.get(part, 0)
            places = first | second << len(self._terms)
            self._known[ends] = Parts(ends, places, frozenset(_to_numbers(first | second)))
        return self._known.get(ends)

    def find(self, begun: Sequence[tuple[int, Parts]]) -> list[tuple[M, int, int]]:
        """What is found in a sentence: ``begun`` are the parts that begin in it, each with its token, in order."""
        places = 0
        for _, parts in begun:
            places |= parts.places
        both = places & (places >> len(self._terms))
        if not both:
            return []
        terms = frozenset(_to_numbers(both))
        here = [where for where in begun if not terms.isdisjoint(where[1].terms)]
        found: list[tuple[M, int, int]] = []
        longer: dict[int, _NearTerm[M]] = {}  # those of three parts and more
        pairs = self._pairs
        for (i, one), (j, two) in combinations(here, 2):
            for number, least, most, further in pairs[one, two]:
                if least <= j - i <= most:
                    term = self._terms[number]
                    if len(term.others) == 1:
                        found.append((term.means, i, j + further))
                    else:
                        longer[number] = term
        for term in longer.values():
            found += [(term.means, first, last) for first, last in _chain(term, begun)]
        return found

    def join(self, one: Parts, two: Parts) -> tuple[_Joined, ...]:
        """The near-terms of which the pair lies in what begins at a word and in what begins further on."""
        joined: list[_Joined] = []
        for number in one.terms & two.terms:
            part, other, reach, ordered = self._terms[number].pair
            for parts, end in one.ends:
                for others, further in two.ends:
                    if (part in parts and other in others) or (not ordered and part in others and other in parts):
                        joined.append((number, end + 1, end + reach, further))
        return tuple(joined)


class _Pairs(dict[tuple[Parts, Parts], tuple[_Joined, ...]]):
    """What ``join`` says of two Parts; filled as they are met."""

    def __init__(self, join: Callable[[Parts, Parts], tuple[_Joined, ...]]) -> None:
        self._join = join

    def __missing__(self, pair: tuple[Parts, Parts]) -> tuple[_Joined, ...]:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        joined = self[pair] = self._join(*pair)
        return joined


def _parts_of(term: _NearTerm[M]) -> Iterator[int]:
    yield term.first
    for part, _, _ in term.others:
        yield part


def _to_numbers(bits: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        yield lowest.bit_length() - 1


def _chain(term: _NearTerm[M], begun: Iterable[tuple[int, Parts]]) -> list[Span]:
    """From where to where a near-term of three parts and more reaches, wherever it stands in a sentence."""
    spans: dict[int, list[Span]] = {part: [] for part in _parts_of(term)}
    for i, what in begun:
        for parts, further in what.ends:
            for part in parts.intersection(spans):
                spans[part].append((i, i + further))
    # (from and to where the parts so far reach, the last of them)
    chains = [(first, last, first, last) for first, last in spans[term.first]]
    for other, reach, ordered in term.others:
        longer = []
        for first, last, i, j in chains:
            for at, to in spans[other]:
                if at > j:
                    if at - j <= reach:
                        longer.append((first, max(to, last), at, to))
                elif not ordered and 0 < i - to <= reach:
                    longer.append((min(at, first), last, at, to))
        chains = longer
    return [(first, last) for first, last, _, _ in chains]
