"""Finds all terms in a text in one pass.

The terms stand in a tree indexed by their first word; which words of a text can begin or continue a term is looked up
once per distinct word. All matches are found, nested ones too, and no term hides another. Who owns a term, and
what an occurrence is worth, is left to the tagger.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.tagging.terms import Pattern, Phrase, Term
from ingest.tagging.words import ABBREVIATIONS, SENTENCE_MARKS, TOKEN, fold, form

_MEMO_LIMIT = 300_000  # distinct words remembered; a corpus of millions of records has more misspellings than words

Span = tuple[int, int]  # first and last token of an occurrence, counted from 0


@dataclass(slots=True)
class _Node:
    next: dict[int, "_Node"] = field(default_factory=dict)  # pattern number -> node
    parts: list[int] = field(default_factory=list)  # parts that end here


@dataclass(frozen=True, slots=True)
class _Near:
    term: int
    parts: tuple[int, ...]
    gaps: tuple[tuple[int, bool], ...]


class Text:
    """One text taken apart: its tokens, where they stand, and where its sentences end."""

    __slots__ = ("_ends", "_spans", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = TOKEN.findall(text)
        self._spans: list[Span] | None = None
        self._ends: list[int] | None = None

    @property
    def sentence_ends(self) -> list[int]:
        """Numbers of the tokens that end a sentence."""
        if self._ends is None:
            tokens = self.tokens
            self._ends = [
                i
                for i, token in enumerate(tokens)
                if token in SENTENCE_MARKS and not (token == "." and i and tokens[i - 1].casefold() in ABBREVIATIONS)
            ]
        return self._ends

    def sentence_of(self, token: int) -> int:
        return bisect_left(self.sentence_ends, token)

    def offsets(self, span: Span) -> tuple[int, int]:
        """Where an occurrence starts and ends in the text, in characters."""
        if self._spans is None:
            self._spans = [m.span() for m in TOKEN.finditer(self.text)]
        return self._spans[span[0]][0], self._spans[span[1]][1]


class _Starts(dict[str, tuple[_Node, ...]]):
    """word -> the nodes it can begin; filled as words are met."""

    def __init__(self, matcher: "Matcher") -> None:
        self._matcher = matcher

    def __missing__(self, token: str) -> tuple[_Node, ...]:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        root = self._matcher.root
        found = tuple(root.next[n] for n in self._matcher.numbers_of[token] if n in root.next)
        self[token] = found
        return found


class _Numbers(dict[str, tuple[int, ...]]):
    """word -> numbers of the patterns it fits; filled as words are met."""

    def __init__(self, matcher: "Matcher") -> None:
        self._matcher = matcher

    def __missing__(self, token: str) -> tuple[int, ...]:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        found = self._matcher.classify(token)
        self[token] = found
        return found


class Matcher:
    """Terms ready to be found. ``find`` gives, per term number, where it occurs."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms: list[Term] = list(terms)
        self.root = _Node()
        self.numbers_of = _Numbers(self)
        self._starts = _Starts(self)
        self._patterns: dict[Pattern, int] = {}
        self._words: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._begins: dict[str, list[tuple[Pattern, int]]] = defaultdict(list)
        self._other: list[tuple[Pattern, int]] = []
        self._parts: dict[frozenset[Phrase], int] = {}
        self._single: dict[int, list[int]] = defaultdict(list)  # part -> terms that are just this part
        self._near: dict[int, list[_Near]] = defaultdict(list)  # first part -> near-terms
        for number, term in enumerate(self.terms):
            parts = tuple(self._add_part(phrases) for phrases in term.parts)
            if len(parts) == 1:
                self._single[parts[0]].append(number)
            else:
                gaps = tuple((gap.words, gap.ordered) for gap in term.gaps)
                self._near[parts[0]].append(_Near(number, parts, gaps))

    def _add_part(self, phrases: tuple[Phrase, ...]) -> int:
        key = frozenset(phrases)
        if key in self._parts:
            return self._parts[key]
        number = self._parts[key] = len(self._parts)
        for phrase in phrases:
            node = self.root
            for pattern in phrase:
                node = node.next.setdefault(self._add_pattern(pattern), _Node())
            node.parts.append(number)
        return number

    def _add_pattern(self, pattern: Pattern) -> int:
        if pattern in self._patterns:
            return self._patterns[pattern]
        number = self._patterns[pattern] = len(self._patterns)
        if pattern.kind == "word":
            self._words[pattern.texts[0]].append(number)
        elif pattern.kind == "exact":
            self._exact[pattern.texts[0]].append(number)
        elif pattern.kind == "begins":
            for letter in {text[0] for text in pattern.texts}:
                self._begins[letter].append((pattern, number))
        else:
            self._other.append((pattern, number))
        return number

    def classify(self, token: str) -> tuple[int, ...]:
        """Numbers of the patterns that a word fits."""
        if not token[0].isalnum():
            return ()
        folded, formed = fold(token), form(token)
        bare = token.replace(".", "").replace("’", "'").removesuffix("'s")
        found = {*self._words.get(formed, ()), *self._exact.get(bare, ())}
        for letter in {folded[:1], formed[:1]}:
            found.update(n for pattern, n in self._begins.get(letter, ()) if pattern.matches(token, folded, formed))
        found.update(n for pattern, n in self._other if pattern.matches(token, folded, formed))
        return tuple(sorted(found))

    def find(self, text: Text) -> dict[int, list[Span]]:
        """Term number -> its occurrences, in text order."""
        tokens = text.tokens
        starts, numbers_of = self._starts, self.numbers_of
        n_tokens = len(tokens)
        parts: dict[int, list[Span]] = {}
        for i, nodes in enumerate([starts[token] for token in tokens]):
            if not nodes:
                continue
            stack = [(node, i) for node in nodes]
            while stack:
                node, at = stack.pop()
                for part in node.parts:
                    if part in parts:
                        parts[part].append((i, at))
                    else:
                        parts[part] = [(i, at)]
                at += 1
                if node.next and at < n_tokens:
                    following = node.next
                    for number in numbers_of[tokens[at]]:
                        if number in following:
                            stack.append((following[number], at))
        found: dict[int, list[Span]] = {}
        for part, spans in parts.items():
            for term in self._single.get(part, ()):
                found[term] = spans
            for near in self._near.get(part, ()):
                if all(other in parts for other in near.parts):
                    hits = _join(text, near, parts)
                    if hits:
                        found[near.term] = hits
        return found


def _join(text: Text, near: _Near, parts: dict[int, list[Span]]) -> list[Span]:
    """Occurrences of a near-term: chains of its parts, each close enough to the one before, in one sentence."""
    chains: list[tuple[Span, Span]] = [(span, span) for span in parts[near.parts[0]]]  # (whole, last part)
    for part, (words, ordered) in zip(near.parts[1:], near.gaps, strict=True):
        longer: list[tuple[Span, Span]] = []
        for whole, last in chains:
            for span in parts[part]:
                between = span[0] - last[1] - 1 if span[0] > last[1] else last[0] - span[1] - 1
                if between < 0 or between > words or (ordered and span[0] < last[1]):
                    continue
                if text.sentence_of(span[0]) == text.sentence_of(last[0]):
                    longer.append(((min(whole[0], span[0]), max(whole[1], span[1])), span))
        chains = longer
    return sorted({whole for whole, _ in chains})
