"""A tag's terms taken apart: phrases, words near each other, and which phrase finds what another one finds.

The syntax of terms is in docs/framework.md.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from corpus.framework import Framework

_GAP = re.compile(r"\s+([~>])(\d+)\s+")
_LIST = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Clause:
    """One term: parts that stand near each other, each a set of phrases of which one must stand there."""

    parts: tuple[tuple[str, ...], ...]
    words: int = 0  # at most so many between two parts
    ordered: bool = False


def read_clauses(framework: Framework, facet_id: str, name: str) -> list[Clause]:
    """The terms and wide synonyms of a tag and its narrower ones, or of a group's tags, each once."""
    facet = framework.facet(facet_id)
    lists = {**framework.options.get("lists", {}), **facet.options.get("lists", {})}
    tags = [facet.by_id[tag] for tag in facet.with_children(name)]
    return to_clauses([*(t for tag in tags for t in tag.terms), *(t for tag in tags for t in tag.wide)], lists)


def to_clauses(terms: Iterable[str], lists: Mapping[str, Sequence[str]]) -> list[Clause]:
    """Terms as a framework writes them, each once; ``lists``: what {name} stands for."""
    return list(dict.fromkeys(_to_clause(term, lists) for term in terms))


def _to_clause(term: str, lists: Mapping[str, Sequence[str]]) -> Clause:
    pieces = _GAP.split(term.strip())
    marks, numbers = pieces[1::3], [int(n) for n in pieces[2::3]]
    parts = tuple(tuple(dict.fromkeys(_phrases(piece, lists))) for piece in pieces[0::3])
    return Clause(parts, max(numbers, default=0), bool(marks) and set(marks) == {">"})


def _phrases(piece: str, lists: Mapping[str, Sequence[str]]) -> Iterable[str]:
    found = _LIST.search(piece)
    if found:
        for item in lists.get(found[1], ()):
            yield from _phrases(piece[: found.start()] + item + piece[found.end() :], lists)
        return
    for words in itertools.product(*(word.split("|") for word in piece.split())):
        yield " ".join(word.removeprefix("=").replace("’", "'") for word in words)


def without_covered(clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses that find something of their own: "sexual harassment" goes where "harass*" stands already."""
    plain = dict.fromkeys(phrase for clause in clauses if len(clause.parts) == 1 for phrase in clause.parts[0])
    index: dict[str, list[tuple[str, ...]]] = {}  # by first word
    for phrase in plain:
        index.setdefault(words_of(phrase)[0], []).append(words_of(phrase))

    @cache
    def is_covered(phrase: str) -> bool:
        words = words_of(phrase)
        firsts = index.keys() & {pattern for word in words for pattern in _patterns(word)}
        return any(wider != words and holds(words, wider) for first in firsts for wider in index[first])

    kept = tuple(phrase for phrase in plain if not is_covered(phrase))
    near = [
        clause
        for clause in clauses
        if len(clause.parts) > 1
        and not any(all(phrase in plain or is_covered(phrase) for phrase in part) for part in clause.parts)
    ]
    return [*(Clause(((phrase,),)) for phrase in kept), *dict.fromkeys(near)]


def is_wider(wider: str, phrase: str) -> bool:
    """Whether every text with ``phrase`` has ``wider``, too, and they are not the same."""
    return words_of(wider) != words_of(phrase) and holds(words_of(phrase), words_of(wider))


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase word by word, as it is compared."""
    return tuple(phrase.lower().replace("-", " ").split())


def _patterns(word: str) -> Iterable[str]:
    """Every pattern that finds a word."""
    yield word
    bare = word.strip("*")
    for start in range(len(bare)):
        yield f"*{bare[start:]}"
        for end in range(start + 1, len(bare) + 1):
            yield f"*{bare[start:end]}*"
    for end in range(1, len(bare) + 1):
        yield f"{bare[:end]}*"


def holds(words: tuple[str, ...], wider: tuple[str, ...]) -> bool:
    """Whether every text with the phrase ``words`` has the phrase ``wider``, too."""
    return any(
        all(fits(word, pattern) for word, pattern in zip(words[at:], wider, strict=False))
        for at in range(len(words) - len(wider) + 1)
    )


def fits(word: str, pattern: str) -> bool:
    """Whether a pattern, which may have a star at either end, finds a word."""
    bare = pattern.strip("*")
    if pattern.startswith("*") and pattern.endswith("*"):
        return bare in word
    if pattern.endswith("*"):
        return word.startswith(bare)
    if pattern.startswith("*"):
        return word.endswith(bare)
    return word == pattern
