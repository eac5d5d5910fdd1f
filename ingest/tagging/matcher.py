"""Finds all terms in a text in one pass.

The terms stand in a tree indexed by their first word. Words that fit the same patterns form a class, looked up once per
distinct word, and the tree is walked by classes, the steps remembered. So a text costs one look-up a word and a few
steps where a term may begin. All matches are found, nested ones too, and no term hides another. Who owns a term, and
what an occurrence is worth, is left to the tagger.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.tagging.terms import Pattern, Phrase, Term
from ingest.tagging.words import ABBREVIATIONS, SENTENCE_MARKS, TOKEN, fold, form

_MEMO_LIMIT = 300_000  # distinct words remembered; a corpus of millions of records has more misspellings than words
_NONE, _MARK = 0, 1  # the classes of words that fit no pattern, and of marks that may end a sentence

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


@dataclass(eq=False, slots=True)
class _State:
    """Where one can be in the tree after some words: several nodes at once, since a word may fit several patterns."""

    parts: frozenset[int]  # that end here
    terms: tuple[int, ...]  # that are one of these parts alone
    nears: tuple[_Near, ...]  # whose rarest part is one of these
    nodes: tuple[_Node, ...]  # those with a way on
    steps: "dict[int, _State | None]" = field(default_factory=dict)  # class of the next word -> state


class Text:
    """One text taken apart: its tokens, where they stand, and where its sentences end."""

    __slots__ = ("_starts", "sentence_ends", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = TOKEN.findall(text)
        self.sentence_ends: list[int] = []  # numbers of the tokens that end a sentence; the matcher fills it
        self._starts: list[int] = []

    def sentence_of(self, token: int) -> int:
        return bisect_left(self.sentence_ends, token)

    def offsets(self, span: Span) -> tuple[int, int]:
        """Where an occurrence starts and ends in the text, in characters."""
        starts, tokens, text = self._starts, self.tokens, self.text
        at = starts[-1] + len(tokens[len(starts) - 1]) if starts else 0
        for token in tokens[len(starts) : span[1] + 1]:
            # Nothing but spaces and signs lies between two tokens, so the next such string is the token.
            at = text.index(token, at)
            starts.append(at)
            at += len(token)
        return starts[span[0]], starts[span[1]] + len(tokens[span[1]])


class _Classes(dict[str, int]):
    """word -> the class of words that fit the same patterns; filled as words are met."""

    def __init__(self, matcher: "Matcher") -> None:
        self._matcher = matcher
        self._numbers: dict[tuple[int, ...], int] = {(): _NONE}
        self.patterns: list[tuple[int, ...]] = [(), ()]  # class -> pattern numbers

    def __missing__(self, token: str) -> int:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        if token in SENTENCE_MARKS:
            number = _MARK
        else:
            fits = self._matcher.classify(token)
            number = self._numbers.setdefault(fits, len(self.patterns))
            if number == len(self.patterns):
                self.patterns.append(fits)
        self[token] = number
        return number


class Matcher:
    """Terms ready to be found. ``find`` gives, per term number, where it occurs."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms: list[Term] = list(terms)
        self._classes = _Classes(self)
        self._patterns: dict[Pattern, int] = {}
        self._words: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._begins: dict[str, list[tuple[Pattern, int]]] = defaultdict(list)
        self._other: list[tuple[Pattern, int]] = []
        self._parts: dict[frozenset[Phrase], int] = {}
        self._same: dict[int, int] = {}  # by identity: terms read with one memo share their parts
        self._planted: set[int] = set()
        self._single: dict[int, list[int]] = defaultdict(list)  # part -> terms that are just this part
        self._near: dict[int, list[_Near]] = defaultdict(list)  # rarest part -> near-terms
        root = _Node()
        for number, term in enumerate(self.terms):
            parts = tuple(self._add_part(phrases, root) for phrases in term.parts)
            if len(parts) == 1:
                self._single[parts[0]].append(number)
            else:
                gaps = tuple((gap.words, gap.ordered) for gap in term.gaps)
                sizes = [len(phrases) for phrases in term.parts]
                self._near[parts[sizes.index(min(sizes))]].append(_Near(number, parts, gaps))
        self._start = _State(frozenset(), (), (), (root,))

    def _add_part(self, phrases: tuple[Phrase, ...], root: _Node) -> int:
        same = self._same.get(id(phrases))
        if same is not None:
            return same
        key = frozenset(phrases)
        number = self._parts.setdefault(key, len(self._parts))
        self._same[id(phrases)] = number
        if number not in self._planted:
            self._planted.add(number)
            for phrase in phrases:
                node = root
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

    def _step(self, state: _State, word_class: int) -> _State | None:
        """The state after one more word; None if no term goes on so. Remembered."""
        numbers = self._classes.patterns[word_class]
        nodes = [node.next[n] for node in state.nodes for n in numbers if n in node.next]
        after = None
        if nodes:
            parts = frozenset(part for node in nodes for part in node.parts)
            after = _State(
                parts,
                tuple(term for part in sorted(parts) for term in self._single.get(part, ())),
                tuple(near for part in sorted(parts) for near in self._near.get(part, ())),
                tuple(node for node in nodes if node.next),
            )
        state.steps[word_class] = after
        return after

    def find(self, text: Text) -> dict[int, list[Span]]:
        """Term number -> its occurrences. Sets the text's sentence ends."""
        tokens = text.tokens
        look_up = self._classes.__getitem__
        classes = [look_up(token) for token in tokens]
        classes.append(_NONE)
        reached: dict[_State, list[Span]] = {}
        ends = []
        start = self._start
        first_steps = start.steps
        for i, word_class in enumerate(classes):
            if word_class < 2:
                if word_class == _MARK:
                    ends.append(i)
                continue
            state = first_steps[word_class] if word_class in first_steps else self._step(start, word_class)
            at = i
            while state is not None:
                if state.parts:
                    if state in reached:
                        reached[state].append((i, at))
                    else:
                        reached[state] = [(i, at)]
                if not state.nodes:
                    break
                at += 1
                following = classes[at]
                if following < 2:
                    break
                steps = state.steps
                state = steps[following] if following in steps else self._step(state, following)
        if ends and not ABBREVIATIONS.isdisjoint(tokens):
            ends = [i for i in ends if tokens[i] != "." or i == 0 or tokens[i - 1] not in ABBREVIATIONS]
        text.sentence_ends = ends
        return self._to_terms(text, reached)

    def _to_terms(self, text: Text, reached: dict[_State, list[Span]]) -> dict[int, list[Span]]:
        """Occurrences of terms from the states reached: of one part at once, of near-terms by joining their parts."""
        found: dict[int, list[Span]] = {}
        present = frozenset().union(*[state.parts for state in reached])
        near: dict[int, _Near] = {}
        for state, spans in reached.items():
            for term in state.terms:
                found[term] = found[term] + spans if term in found else spans
            for candidate in state.nears:
                if present.issuperset(candidate.parts):
                    near[candidate.term] = candidate
        if not near:
            return found
        wanted = frozenset().union(*[candidate.parts for candidate in near.values()])
        spans_of: dict[int, list[Span]] = {}
        for state, spans in reached.items():
            for part in state.parts & wanted:
                spans_of[part] = spans_of[part] + spans if part in spans_of else spans
        for term, candidate in near.items():
            hits = _join(text, [spans_of[part] for part in candidate.parts], candidate.gaps)
            if hits:
                found[term] = hits
        return found


def _join(text: Text, parts: list[list[Span]], gaps: tuple[tuple[int, bool], ...]) -> list[Span]:
    """Occurrences of a near-term: chains of its parts, each close enough to the one before, in one sentence."""
    chains: list[tuple[Span, Span]] = [(span, span) for span in parts[0]]  # (whole, last part)
    for spans, (words, ordered) in zip(parts[1:], gaps, strict=True):
        longer: list[tuple[Span, Span]] = []
        for whole, last in chains:
            for span in spans:
                if span[0] > last[1]:
                    between = span[0] - last[1] - 1
                elif ordered or span[1] >= last[0]:
                    continue
                else:
                    between = last[0] - span[1] - 1
                if between <= words and text.sentence_of(span[0]) == text.sentence_of(last[0]):
                    longer.append(((min(whole[0], span[0]), max(whole[1], span[1])), span))
        chains = longer
        if not chains:
            return []
    return sorted({whole for whole, _ in chains})
