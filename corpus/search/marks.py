"""Why a record was found: the words of a search in its text."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from corpus.errors import QueryError
from corpus.query import fold, parse_query, texts_of

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WILD = {"?": r"\w", "~": r"\w?", "*": r"\w*"}


def find_marks(text: str, query: str, facets: Iterable[str] = ()) -> list[tuple[int, int]]:
    """Where the words of a search stand in a text: (start, end), in order, not overlapping."""
    folded = _fold(text)
    marks = [match.span() for pattern in _to_patterns(query, tuple(facets)) for match in pattern.finditer(folded)]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@lru_cache(maxsize=32)
def _to_patterns(query: str, facets: tuple[str, ...]) -> tuple["re.Pattern[str]", ...]:
    """What to look for in a folded text; nothing if the search cannot be read."""
    try:
        node = parse_query(query, facets)
    except QueryError:
        return ()
    found: list[str] = []
    for term in texts_of(node):
        for words in (term.words, *term.also):
            ending = r"\w*" if term.prefix else r"(?!\w)"
            found.append(rf"(?<!\w){_to_regex(words)}{ending}")
        if not term.words.isascii():  # no spaces stand between the words of some scripts
            found += [re.escape(word) for word in term.words.split()]
    return tuple(re.compile(pattern) for pattern in dict.fromkeys(found))


def _to_regex(words: str) -> str:
    return r"[\W_]+".join(
        "".join(_WILD.get(character, re.escape(character)) for character in _fold(word)) for word in words.split()
    )


def _fold(text: str) -> str:
    """Lower case without accents, the same length as the text, so that positions hold."""
    return text.lower() if text.isascii() else _NOT_ASCII.sub(_to_plain, text).lower()


def _to_plain(found: "re.Match[str]") -> str:
    return _plain(found[0])


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)[:1].lower()
    return plain if len(plain) == 1 else character


def write_snippet(text: str | None, query: str, facets: Iterable[str] = (), width: int = 240) -> str:
    """The stretch of a text that shows why it was found; its beginning if nothing of the query stands in it."""
    if not text:
        return ""
    marks = find_marks(text, query, facets)
    start = _best_start(marks, width) if marks else 0
    end = min(len(text), start + width)
    if start:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = text.rfind(" ", start, end) if text.rfind(" ", start, end) > start else end
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")


def _best_start(marks: list[tuple[int, int]], width: int) -> int:
    """Where a stretch of this width begins that holds most marks; the first of them if several do."""
    room = width * 2 // 3
    counts = [sum(start <= other[0] and other[1] <= start + room for other in marks) for start, _ in marks]
    return max(0, marks[counts.index(max(counts))][0] - width // 3)


__all__ = ["find_marks", "fold", "write_snippet"]
