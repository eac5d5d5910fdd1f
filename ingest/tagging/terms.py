"""Terms as people write them in a framework file, taken apart for the matcher. The syntax is in docs/framework.md."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from ingest.tagging.words import fold, form, spell

Kind = Literal["word", "exact", "exact-begins", "begins", "ends", "holds"]


class Pattern(NamedTuple):
    """What one word of a term may be. ``texts`` are alternatives for a card (two spellings of its beginning)."""

    kind: Kind
    texts: tuple[str, ...]

    def matches(self, token: str, folded: str, formed: str) -> bool:
        """Whether a word of a text fits; ``folded`` and ``formed`` are its fold() and form()."""
        if self.kind == "word":
            return formed == self.texts[0]
        if self.kind == "exact":
            return token.replace(".", "").replace("’", "'").removesuffix("'s") == self.texts[0]
        if self.kind == "exact-begins":
            return token.replace(".", "").startswith(self.texts)
        if self.kind == "begins":
            return folded.startswith(self.texts) or formed.startswith(self.texts)
        if self.kind == "ends":
            return folded.endswith(self.texts) or formed.endswith(self.texts)
        return any(text in folded or text in formed for text in self.texts)


Phrase = tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """How two parts of a near-term lie: at most ``words`` between them, in this order if ``ordered``."""

    words: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its parts, each a set of phrases of which one must stand there, and the gaps between the parts."""

    text: str
    parts: tuple[tuple[Phrase, ...], ...]
    gaps: tuple[Gap, ...] = ()


class TermError(ValueError):
    """A term that does not follow the syntax. The message says which and why."""


_GAP = re.compile(r"\s+([~>])(\d+)\s+")
_LIST = re.compile(r"\{([^{}]*)\}")
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


Memo = dict[str, tuple[Phrase, ...]]  # part of a term as written -> its phrases


def to_term(text: str, lists: Mapping[str, Sequence[str]] | None = None, memo: Memo | None = None) -> Term:
    """Read one term. ``lists`` are the named lists that ``{name}`` may refer to. Raises TermError.

    With ``memo``, parts read before with the same lists are not read again.
    """
    pieces = _GAP.split(text.strip()) if "~" in text or ">" in text else [text.strip()]
    gaps = tuple(Gap(int(number), mark == ">") for mark, number in zip(pieces[1::3], pieces[2::3], strict=True))
    memo = {} if memo is None else memo
    for piece in pieces[0::3]:
        if piece not in memo:
            memo[piece] = _to_phrases(piece, text, lists or {})
    return Term(text, tuple(memo[piece] for piece in pieces[0::3]), gaps)


def _to_phrases(piece: str, term: str, lists: Mapping[str, Sequence[str]]) -> tuple[Phrase, ...]:
    """Every way in which one part may be written, each a phrase."""
    phrases: dict[Phrase, None] = {}
    for plain in _fill(piece, term, lists):
        try:
            words = [_ways(word) for word in plain.split()]
        except TermError as error:
            raise TermError(f'the term "{term}" {error}') from error
        if not words:
            raise TermError(f'the term "{term}" has an empty part.')
        for choice in itertools.product(*words):
            phrases[sum(choice, ())] = None
    return tuple(phrases)


def _fill(piece: str, term: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    """The part with each {name} replaced by each item of that list."""
    found = _LIST.search(piece)
    if not found:
        if "{" in piece or "}" in piece:
            raise TermError(f'the term "{term}" has a brace that is not part of a {{list}}.')
        return [piece]
    if found[1] not in lists:
        raise TermError(f'the term "{term}" names the list "{found[1]}", which is not in [lists].')
    filled: list[str] = []
    for item in lists[found[1]]:
        if _LIST.search(item) or _GAP.search(item):
            raise TermError(f'the list "{found[1]}" may not hold another list or a near-term: "{item}".')
        filled += _fill(piece[: found.start()] + item + piece[found.end() :], term, lists)
    return filled


@lru_cache(maxsize=50_000)
def _ways(word: str) -> tuple[Phrase, ...]:
    """The phrases that one word of a term stands for: its | alternatives, each with and without its hyphens."""
    ways: list[Phrase] = []
    for option in word.split("|"):
        exact = option.startswith("=")
        bare = option.removeprefix("=")
        pieces = [p for p in re.split(r"[-/]", bare) if p.strip("*")]
        if not pieces:
            raise TermError("has an empty word.")
        ways.append(tuple(_to_pattern(p, exact) for p in pieces))
        if len(pieces) > 1:
            ways.append((_to_pattern("".join(pieces), exact),))
    return tuple(ways)


def _to_pattern(piece: str, exact: bool) -> Pattern:
    bare = piece.strip("*").replace(".", "").rstrip("'’")
    if not _WORDS.fullmatch(bare):
        raise TermError(f'has "{piece}", which is not one word: write words with spaces or hyphens.')
    if exact:
        return Pattern("exact-begins" if piece.endswith("*") else "exact", (bare,))
    if "*" not in piece:
        return Pattern("word", (form(bare),))
    folded = fold(bare)
    texts = {folded, spell(folded)}
    if piece.endswith("*"):
        texts |= {text[:-2] + "iz" for text in texts if text.endswith("is") and len(text) > 4}
    kind: Kind = "holds" if piece.startswith("*") and piece.endswith("*") else ("ends" if piece[0] == "*" else "begins")
    return Pattern(kind, tuple(sorted(texts)))
