"""Finds all terms in a text in one pass.

The terms stand in a tree indexed by their first word. Words that fit the same patterns are one _Word, looked up once
per distinct spelling. What begins at a word is known from it and the word that follows, and looked up once per distinct
pair; only terms of three words and more are followed further through the tree. So a text costs two look-ups a word.
Parts of near-terms are put together sentence by sentence (near.py). All matches are found, nested ones too, and no term
hides another. Who owns a term, and what an occurrence is worth, is left to the tagger.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import compress, count
from typing import Generic, TypeVar

from ingest.tagging.near import NearTerms, Parts
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


@dataclass(eq=False, slots=True)
class _State(Generic[M]):
    """Where one can be in the tree after some words: several nodes at once, since a word may fit several patterns."""

    means: M | None  # of the terms that end here
    parts: frozenset[int]  # parts of near-terms that end here
    nodes: tuple[_Node, ...]  # those with a way on
    steps: "dict[_Word[M], _State[M]]" = field(default_factory=dict)


class _Word(Generic[M]):
    """All words that fit the same patterns."""

    __slots__ = ("alone", "begin", "patterns", "starts")

    def __init__(self, matcher: "Matcher[M]", patterns: tuple[int, ...], begin: _State[M] | None) -> None:
        self.patterns = patterns
        self.begin = begin  # where the tree goes from its root
        self.alone: _Start[M] | None = None  # what begins at it if no term goes on with the word that follows
        self.starts = _Starts(matcher, self)


# What begins at a word: what its terms mean and how many words further they end, the parts of near-terms, and where to
# go on.
_Start = tuple[tuple[tuple[M, int], ...], Parts | None, _State[M] | None]


class _Starts(dict[_Word[M] | None, _Start[M] | None], Generic[M]):
    """The word that follows a word -> what begins at the word, None if nothing does; filled as pairs are met."""

    __slots__ = ("_matcher", "_word")

    def __init__(self, matcher: "Matcher[M]", word: _Word[M]) -> None:
        self._matcher = matcher
        self._word = word

    def __missing__(self, following: _Word[M] | None) -> _Start[M] | None:
        start = self._matcher.to_start(self._word, following)
        self[following] = start
        return start


class _Words(dict[str, _Word[M] | None], Generic[M]):
    """word -> its _Word, None if it fits no pattern; filled as words are met."""

    def __init__(self, matcher: "Matcher[M]") -> None:
        self._matcher = matcher
        self._known: dict[tuple[int, ...], _Word[M]] = {}

    def __missing__(self, token: str) -> _Word[M] | None:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        patterns = self._matcher.classify(token)
        if not patterns:
            word = self._matcher.marks.get(token)
        else:
            word = self._known.get(patterns)
            if word is None:
                word = self._known[patterns] = self._matcher.to_word(patterns)
        self[token] = word
        return word

    def forget_pairs(self) -> None:
        """Forgets what begins at each word before each other."""
        for word in self._known.values():
            word.starts.clear()


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
        near: list[tuple[Term, tuple[int, ...], M]] = []
        for number, term in enumerate(terms):
            parts = tuple(self._add_part(phrases) for phrases in term.parts)
            if len(parts) == 1:
                self._single[parts[0]].append(number)
            else:
                near.append((term, parts, to_meaning((number,))))
        # Beginnings of words, those that a word with such a head may have; any word may have a short one.
        self._short = tuple(text for text in self._begins if len(text) < _HEAD)
        self._heads: dict[str, tuple[str, ...]] = {}
        for text in self._begins:
            if len(text) >= _HEAD:
                self._heads[text[:_HEAD]] = (text, *self._heads.get(text[:_HEAD], self._short))
        self._any_other = re.compile(
            "|".join(re.escape(text) for pattern, _ in self._other for text in pattern.texts) or r"(?!)"
        )
        self._dead: _State[M] = _State(None, frozenset(), ())
        self._end: _Word[M] = _Word(self, (), None)
        self._colon: _Word[M] = _Word(self, (), None)
        self.marks = {**dict.fromkeys(SENTENCE_MARKS, self._end), ":": self._colon}
        self._words = _Words(self)
        self._n_pairs = 0
        self._near = NearTerms(near)

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
        if token.isascii() and token.isalpha():
            bare, folded = token, token.lower()
        elif token[0].isalnum():
            bare, folded = token.replace(".", "").replace("’", "'").removesuffix("'s"), fold(token)
        else:
            return ()
        formed = spell(singular(folded))
        found = [*self._formed.get(formed, ()), *self._exact.get(bare, ())]
        for word in (folded,) if folded == formed else (folded, formed):
            beginnings = self._heads.get(word[:_HEAD], self._short)
            if word.startswith(beginnings):
                for text in beginnings:
                    if word.startswith(text):
                        found += self._begins[text]
        if self._any_other.search(token if token == formed else f"{token.replace('.', '')} {folded} {formed}"):
            found += (n for pattern, n in self._other if pattern.matches(token, folded, formed))
        return tuple(sorted(set(found))) if found else ()

    def to_word(self, patterns: tuple[int, ...]) -> _Word[M]:
        """The words that fit these patterns."""
        begin = self._to_state((self._root,), patterns)
        if begin is self._dead:
            return _Word(self, patterns, None)
        word = _Word(self, patterns, begin)
        word.alone = self._begin(begin, self._dead)
        return word

    def _to_state(self, nodes: tuple[_Node, ...], patterns: tuple[int, ...]) -> _State[M]:
        """The state after one more word."""
        after = [node.next[n] for node in nodes for n in patterns if n in node.next]
        if not after:
            return self._dead
        ended = sorted({part for node in after for part in node.parts})
        terms = [term for part in ended if part in self._single for term in self._single[part]]
        means = self._to_meaning(tuple(terms)) if terms else None
        return _State(means, self._near.parts.intersection(ended), tuple([node for node in after if node.next]))

    def _step(self, state: _State[M], word: _Word[M] | None) -> _State[M]:
        """The state after one more word."""
        if word is None or not state.nodes:
            return self._dead
        after = state.steps.get(word)
        if after is None:
            after = state.steps[word] = self._to_state(state.nodes, word.patterns)
        return after

    def to_start(self, word: _Word[M], following: _Word[M] | None) -> _Start[M] | None:
        """What begins at a word if that one follows; None if nothing does."""
        self._n_pairs += 1
        if self._n_pairs > _MEMO_LIMIT_PAIRS:
            self._words.forget_pairs()
            self._n_pairs = 0
        if word.begin is None:
            return None
        after = self._step(word.begin, following)
        return word.alone if after is self._dead else self._begin(word.begin, after)

    def _begin(self, one: _State[M], two: _State[M]) -> _Start[M] | None:
        """What begins where these are the states after one word and after two."""
        states = ((one, 0), (two, 1))
        means = tuple([(state.means, further) for state, further in states if state.means is not None])
        near = self._near.to_parts(tuple([(state.parts, further) for state, further in states if state.parts]))
        state = two if two.nodes else None
        return (means, near, state) if means or near or state else None

    def find(self, text: Text) -> list[Found[M]]:
        """All occurrences of all terms; of near-terms, some may come twice. Notes sentence ends and colons."""
        tokens = text.tokens
        words: list[_Word[M] | None] = [*map(self._words.__getitem__, tokens), None]
        found: list[Found[M]] = []
        ends: list[int] = []
        colons: list[int] = []
        begun: list[tuple[int, Parts]] = []  # parts of near-terms in the sentence so far, and where they begin
        for i in compress(count(), words):
            word = words[i]
            start = word.starts[words[i + 1]] if word else None
            if start is None:
                if word is self._colon:
                    colons.append(i)
                elif word is self._end and not (tokens[i] == "." and i and tokens[i - 1].lower() in ABBREVIATIONS):
                    ends.append(i)
                    if len(begun) > 1:
                        found += self._near.find(begun)
                    begun = []
                continue
            means, near, state = start
            for meaning, further in means:
                found.append((meaning, i, i + further))
            if near is not None:
                begun.append((i, near))
            if state is not None:
                at = i + 1
                while True:
                    at += 1
                    following = words[at]
                    if following is None:
                        break
                    state = state.steps.get(following) or self._step(state, following)
                    if state.means is not None:
                        found.append((state.means, i, at))
                    if state.parts and (near := self._near.to_parts(((state.parts, at - i),))):
                        begun.append((i, near))
                    if not state.nodes:
                        break
        if len(begun) > 1:
            found += self._near.find(begun)
        text.sentence_ends, text.colons = ends, colons
        return found
