"""Finds all terms in a text in one pass.

The terms stand in a tree indexed by their first word. Words that fit the same patterns are one _Word, looked up once
per distinct spelling. What begins at a word is known from it and the word that follows, and looked up once per distinct
pair; only terms of three words and more are followed further through the tree. So a text costs two look-ups a word.
Near-terms are looked at where all their parts occur in one sentence. All matches are found, nested ones too, and no
term hides another. Who owns a term, and what an occurrence is worth, is left to the tagger.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Generic, TypeVar

from ingest.tagging.near import chain, to_numbers
from ingest.tagging.terms import Pattern, Phrase, Term
from ingest.tagging.text import Span, Text
from ingest.tagging.words import ABBREVIATIONS, SENTENCE_MARKS, fold, singular, spell

# Distinct words and pairs remembered; a corpus of millions of records has more misspellings than words.
_MEMO_LIMIT = 300_000
_MEMO_LIMIT_PAIRS = 200_000
_HEAD = 3

__all__ = ["Found", "Matcher", "Span", "Text"]

M = TypeVar("M")  # what terms mean to the caller
Found = tuple[M, int, int]  # an occurrence: what its terms mean, its first and its last token


@dataclass(slots=True)
class _Node:
    next: dict[int, "_Node"] = field(default_factory=dict)  # pattern number -> node
    parts: list[int] = field(default_factory=list)  # parts that end here


# A near-term: what it means, its first part, and each further one: how far off it may be, whether only after.
_Near = tuple[M, int, tuple[tuple[int, int, bool], ...]]


@dataclass(eq=False, slots=True)
class _State(Generic[M]):
    """Where one can be in the tree after some words: several nodes at once, since a word may fit several patterns."""

    means: M | None  # of the terms that end here
    parts: frozenset[int]  # parts of near-terms that end here
    bits: int  # the same, a bit for each place of each near-term
    nodes: tuple[_Node, ...]  # those with a way on
    steps: "dict[_Word[M], _State[M]]" = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class _Word(Generic[M]):
    """All words that fit the same patterns."""

    patterns: tuple[int, ...]
    begin: _State[M] | None  # where the tree goes from its root


@dataclass(eq=False, slots=True)
class _Start(Generic[M]):
    """What begins at a word."""

    means: tuple[tuple[M, int], ...] = ()  # what its terms mean, and how many words further they end
    bits: int = 0  # of the parts of near-terms that begin here
    parts: tuple[tuple[frozenset[int], int], ...] = ()  # those parts, and how many words further they end
    state: _State[M] | None = None  # where to go on


# What a near-term of two parts means, if the one part begins at a word and the other at least and at most so many words
# further, and how far from there its last word is.
_Joined = tuple[M, int, int, int]


class _Words(dict[str, _Word[M] | None], Generic[M]):
    """word -> its _Word, None if it fits no pattern; filled as words are met."""

    def __init__(self, matcher: "Matcher[M]") -> None:
        self._matcher = matcher
        self._known: dict[tuple[int, ...], _Word[M] | None] = {(): None}

    def __missing__(self, token: str) -> _Word[M] | None:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        if token in SENTENCE_MARKS:
            word: _Word[M] | None = self._matcher.mark
        else:
            patterns = self._matcher.classify(token)
            if patterns not in self._known:
                self._known[patterns] = self._matcher.to_word(patterns)
            word = self._known[patterns]
        self[token] = word
        return word


class _Starts(dict[tuple[_Word[M] | None, _Word[M] | None], _Start[M] | None], Generic[M]):
    """A word and the one that follows -> what begins there, None if nothing does; filled as pairs are met."""

    def __init__(self, matcher: "Matcher[M]") -> None:
        self._matcher = matcher
        self._known: dict[tuple[_State[M], _State[M]], _Start[M] | None] = {}

    def __missing__(self, pair: tuple[_Word[M] | None, _Word[M] | None]) -> _Start[M] | None:
        if len(self) > _MEMO_LIMIT_PAIRS:
            self.clear()
        word, following = pair
        start: _Start[M] | None = None
        if word is self._matcher.mark:
            start = self._matcher.end_of_phrase
        elif word is not None and word.begin is not None:
            states = word.begin, self._matcher.step(word.begin, following)
            if states not in self._known:
                self._known[states] = _to_start(*states)
            start = self._known[states]
        self[pair] = start
        return start


class _Pairs(dict[tuple[_Start[M], _Start[M]], tuple[_Joined[M], ...]], Generic[M]):
    """What begins at a word and what begins further on -> the near-terms of two parts that they may make together."""

    def __init__(self, matcher: "Matcher[M]") -> None:
        self._matcher = matcher

    def __missing__(self, pair: tuple[_Start[M], _Start[M]]) -> tuple[_Joined[M], ...]:
        if len(self) > _MEMO_LIMIT_PAIRS:
            self.clear()
        joined = self[pair] = self._matcher.join(*pair)
        return joined


def _to_start(one: _State[M], two: _State[M]) -> _Start[M] | None:
    """What begins where these are the states after one word and after two."""
    states = ((one, 0), (two, 1))
    start = _Start(
        tuple((state.means, further) for state, further in states if state.means is not None),
        one.bits | two.bits,
        tuple((state.parts, further) for state, further in states if state.bits),
        two if two.nodes else None,
    )
    return start if start.means or start.bits or start.state else None


class Matcher(Generic[M]):
    """Terms ready to be found.

    ``to_meaning`` is asked once for every set of terms that can occur in one place, and gets their numbers.
    """

    def __init__(self, terms: Iterable[Term], to_meaning: Callable[[tuple[int, ...]], M]) -> None:
        self._to_meaning = to_meaning
        self._patterns: dict[Pattern, int] = {}
        self._formed: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._begins: dict[str, list[int]] = defaultdict(list)
        self._other: list[tuple[Pattern, int]] = []
        self._parts: dict[frozenset[Phrase], int] = {}
        self._same: dict[int, int] = {}  # by identity: terms read with one memo share their parts
        self._single: dict[int, list[int]] = defaultdict(list)  # part -> terms that are just this part
        self._root = _Node()
        near: list[tuple[int, tuple[int, ...], Term]] = []
        for number, term in enumerate(terms):
            parts = tuple(self._add_part(phrases) for phrases in term.parts)
            if len(parts) == 1:
                self._single[parts[0]].append(number)
            else:
                near.append((number, parts, term))
        self._lengths: dict[str, set[int]] = defaultdict(set)  # how long beginnings of words are, by how they begin
        for text in self._begins:
            if len(text) >= _HEAD:
                self._lengths[text[:_HEAD]].add(len(text))
        self._any_other = re.compile(
            "|".join(re.escape(text) for pattern, _ in self._other for text in pattern.texts) or r"(?!)"
        )
        self._dead: _State[M] = _State(None, frozenset(), 0, ())
        self.mark: _Word[M] = _Word((), None)
        self.end_of_phrase: _Start[M] = _Start()
        self._words = _Words(self)
        self._starts = _Starts(self)
        self._pairs = _Pairs(self)
        self._index_near(near)

    def _index_near(self, near: list[tuple[int, tuple[int, ...], Term]]) -> None:
        """Gives each place of each near-term a bit: all first places, all second ones, and so on."""
        near.sort(key=lambda row: -len(row[1]))  # terms of many parts first, so that later places need few bits
        self._near: list[_Near[M]] = [
            (
                self._to_meaning((number,)),
                parts[0],
                tuple((part, gap.words + 1, gap.ordered) for part, gap in zip(parts[1:], term.gaps, strict=True)),
            )
            for number, parts, term in near
        ]
        self._bits: dict[int, int] = defaultdict(int)  # part -> its places
        self._places: list[tuple[int, int]] = []  # where the bits of a place begin, and those of terms without it
        first, everyone = 0, (1 << len(near)) - 1
        for place in range(max((len(parts) for _, parts, _ in near), default=0)):
            here = [parts[place] for _, parts, _ in near if len(parts) > place]
            for n, part in enumerate(here):
                self._bits[part] |= 1 << (first + n)
            self._places.append((first, everyone ^ ((1 << len(here)) - 1)))
            first += len(here)
        self._all_near = everyone
        self._two_parts = sum(1 << number for number, (_, _, gaps) in enumerate(self._near) if len(gaps) == 1)
        self._longer: dict[tuple[_State[M], int], _Start[M]] = {}

    def _add_part(self, phrases: tuple[Phrase, ...]) -> int:
        same = self._same.get(id(phrases))
        if same is not None:
            return same
        key = frozenset(phrases)
        if key not in self._parts:
            self._parts[key] = number = len(self._parts)
            for phrase in phrases:
                node = self._root
                for pattern in phrase:
                    node = node.next.setdefault(self._add_pattern(pattern), _Node())
                node.parts.append(number)
        self._same[id(phrases)] = self._parts[key]
        return self._parts[key]

    def _add_pattern(self, pattern: Pattern) -> int:
        if pattern in self._patterns:
            return self._patterns[pattern]
        number = self._patterns[pattern] = len(self._patterns)
        if pattern.kind == "word":
            self._formed[pattern.texts[0]].append(number)
        elif pattern.kind == "exact":
            self._exact[pattern.texts[0]].append(number)
        elif pattern.kind == "begins":
            for text in pattern.texts:
                self._begins[text].append(number)
        else:
            self._other.append((pattern, number))
        return number

    def classify(self, token: str) -> tuple[int, ...]:
        """Numbers of the patterns that a word fits."""
        if not token[0].isalnum():
            return ()
        folded = fold(token)
        formed = spell(singular(folded))
        bare = token.replace(".", "").replace("’", "'").removesuffix("'s")
        found = {*self._formed.get(formed, ()), *self._exact.get(bare, ())}
        begins = self._begins
        for word in (folded,) if folded == formed else (folded, formed):
            for length in self._lengths.get(word[:_HEAD], ()):
                if word[:length] in begins:
                    found.update(begins[word[:length]])
            for length in range(1, _HEAD):
                if word[:length] in begins:
                    found.update(begins[word[:length]])
        if self._any_other.search(f"{token.replace('.', '')} {folded} {formed}"):
            found.update(n for pattern, n in self._other if pattern.matches(token, folded, formed))
        return tuple(sorted(found))

    def to_word(self, patterns: tuple[int, ...]) -> _Word[M] | None:
        """The words that fit these patterns; None if no term has them."""
        begin = self._to_state((self._root,), patterns)
        return _Word(patterns, None if begin is self._dead else begin)

    def _to_state(self, nodes: tuple[_Node, ...], patterns: tuple[int, ...]) -> _State[M]:
        """The state after one more word."""
        after = [node.next[n] for node in nodes for n in patterns if n in node.next]
        if not after:
            return self._dead
        ended = sorted({part for node in after for part in node.parts})
        terms = tuple(term for part in ended for term in self._single.get(part, ()))
        near = frozenset(part for part in ended if part in self._bits)
        bits = 0
        for part in near:
            bits |= self._bits[part]
        means = self._to_meaning(terms) if terms else None
        return _State(means, near, bits, tuple(node for node in after if node.next))

    def step(self, state: _State[M], word: _Word[M] | None) -> _State[M]:
        """The state after one more word."""
        if word is None or not state.nodes:
            return self._dead
        after = state.steps.get(word)
        if after is None:
            after = state.steps[word] = self._to_state(state.nodes, word.patterns)
        return after

    def join(self, one: _Start[M], two: _Start[M]) -> tuple[_Joined[M], ...]:
        """The near-terms of two parts that lie in what begins at a word and in what begins further on."""
        (first, _), (second, _) = self._places[:2]
        either = (one.bits >> first) & (two.bits >> second) | (two.bits >> first) & (one.bits >> second)
        near = [self._near[number] for number in to_numbers(either & self._two_parts)]
        joined: list[_Joined[M]] = []
        for parts, end in one.parts:
            for others, further in two.parts:
                for means, part, ((other, reach, ordered),) in near:
                    if (part in parts and other in others) or (not ordered and part in others and other in parts):
                        joined.append((means, end + 1, end + reach, further))
        return tuple(joined)

    def find(self, text: Text) -> list[Found[M]]:
        """All occurrences of all terms; of near-terms, some may come twice. Sets the text's sentence ends."""
        tokens = text.tokens
        words: list[_Word[M] | None] = [*map(self._words.__getitem__, tokens), None]
        starts = self._starts
        found: list[Found[M]] = []
        ends: list[int] = []
        # Of the sentence so far: where parts of near-terms begin, and which there are.
        begun: list[tuple[int, _Start[M]]] = []
        bits = 0
        mark = self.end_of_phrase
        for i in [i for i, word in enumerate(words) if word is not None]:
            start = starts[words[i], words[i + 1]]
            if start is None:
                continue
            if start.bits:
                bits |= start.bits
                begun.append((i, start))
            if start.means:
                for meaning, further in start.means:
                    found.append((meaning, i, i + further))
            state = start.state
            if state is not None:
                at = i + 1
                while True:
                    at += 1
                    following = words[at]
                    if following is None:
                        break
                    state = state.steps.get(following) or self.step(state, following)
                    if state.means is not None:
                        found.append((state.means, i, at))
                    if state.bits:
                        bits |= state.bits
                        begun.append((i, self._to_longer(state, at - i)))
                    if not state.nodes:
                        break
            elif start is mark and not (tokens[i] == "." and i and tokens[i - 1].lower() in ABBREVIATIONS):
                ends.append(i)
                if bits:
                    self._find_near(begun, bits, found)
                    begun, bits = [], 0
        if bits:
            self._find_near(begun, bits, found)
        text.sentence_ends = ends
        return found

    def _to_longer(self, state: _State[M], further: int) -> _Start[M]:
        """Parts of near-terms that are of three words and more, as what begins at the first of them."""
        key = state, further
        if key not in self._longer:
            self._longer[key] = _Start(bits=state.bits, parts=((state.parts, further),))
        return self._longer[key]

    def _find_near(self, begun: list[tuple[int, _Start[M]]], bits: int, found: list[Found[M]]) -> None:
        """Adds the near-terms of one sentence in which ``bits`` occur: the parts that began."""
        candidates = self._all_near
        for first, without in self._places:
            candidates &= (bits >> first) | without
            if not candidates:
                return
        wanted = 0
        for first, _ in self._places:
            wanted |= candidates << first
        here = [where for where in begun if where[1].bits & wanted]
        pairs = self._pairs
        for (i, one), (j, two) in combinations(here, 2):
            for means, least, most, further in pairs[one, two]:
                if least <= j - i <= most:
                    found.append((means, i, j + further))
        for number in to_numbers(candidates & ~self._two_parts):
            means, part, gaps = self._near[number]
            spans = {
                one: [(i, i + further) for i, start in here for parts, further in start.parts if one in parts]
                for one in (part, *(other for other, _, _ in gaps))
            }
            found += [(means, first, last) for first, last in chain(spans, part, gaps)]
