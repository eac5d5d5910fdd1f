"""Author names made comparable, also where a database glued them together or kept initials only."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from corpus.records import Author
from ingest.dedupe.titles import fold, split_words

_PARTICLES = split_words("al bin da de del den der di dos du el la le mac mc o san st ten ter van von")
# "Adeli K.Lewis G. F.", "Bos A.de Vries R." and "Moraes ChristopherSun Yu": a name begins right after an initial's
# full stop, or at a capital after a small letter.
_GLUED = re.compile(
    r"(?<=[A-Z]\.)(?=[A-Z]['’]?[^\W\d_]+\b(?!\.)|(?:de|di|da|van|von|den|der|del|la|le|ten|ter|el|al|du|dos)\s)|"
    r"(?<=[a-zà-ÿ])(?<!\bMc)(?<!\bMac)(?<!\b[DL]e)(?<!\bD[iu])(?<!\bLa)(?<!\bVan)(?<!\bO)(?=[A-Z][a-zà-ÿ])"
)
_APOSTROPHE = re.compile(r"\b([OD])['’`]\s+")
_INITIALS = re.compile(r"(?:\b\w\b[\s.]*)+$")
_NOT_PEOPLE = split_words("others et al anonymous anon unknown none na and the of for group team jr sr iii")
MOST = 40  # names compared of one list: longer lists are consortia, and 40 say enough


class Name(NamedTuple):
    """One author. ``words`` are the parts longer than one letter, family and given."""

    family: str
    words: tuple[str, ...]
    initial: str


def to_names(authors: Sequence[Author]) -> tuple[Name, ...]:
    """Comparable names in the order given, at most MOST of them. Nobody ("Anonymous") is left out."""
    names: list[Name] = []
    for author in authors:
        names += _names_of(author.family, author.given, author.corporate)
        if len(names) >= MOST:
            break
    return tuple(names[:MOST])


@lru_cache(maxsize=32768)
def _names_of(family: str, given: str, corporate: bool) -> tuple[Name, ...]:
    """The name of one author; several where a database glued them together, none if it is nobody's."""
    if corporate:
        whole = "".join(fold(family).split())
        return (Name(whole, (), ""),) if whole not in _NOT_PEOPLE else ()
    if given and not _is_glued(given) and not _is_glued(family):
        name = _to_name(family, given)
        return (name,) if name else ()
    whole = f"{family} {given}".strip() if given else family
    pieces = [p for p in _GLUED.split(whole) if p.strip(" .,")]
    return tuple(n for n in (_from_whole(p) for p in pieces) if n)


def _is_glued(name: str) -> bool:
    """Whether another name begins in it: only after a full stop, or at a capital right after a small letter."""
    return ("." in name or not (name.istitle() or name[1:].islower())) and _GLUED.search(name) is not None


def fold_name(text: str) -> str:
    """Folded, with "Schroeder" and "Schröder" alike, and "O' Brien" as one word."""
    folded = fold(_APOSTROPHE.sub(r"\1", text) if "'" in text or "’" in text else text)
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


@lru_cache(maxsize=32768)
def _from_whole(piece: str) -> Name | None:
    piece = piece.strip(" ,;")
    if "'" in piece or "’" in piece:
        piece = _APOSTROPHE.sub(r"\1", piece)
    tail = _INITIALS.search(piece)
    if tail and tail.start():
        piece = piece[: tail.start()]
    words = piece.split()
    family = 1
    while family < len(words) and words[family - 1].lower().strip("'’") in _PARTICLES:
        family += 1
    return _to_name(" ".join(words[:family]), " ".join([*words[family:], tail[0] if tail else ""]))


def _to_name(family: str, given: str) -> Name | None:
    parts, others = fold_name(family).split(), fold_name(given).split()
    words = tuple([w for w in (*parts, *others) if len(w) > 1 and w not in _NOT_PEOPLE])
    if not words:
        return None
    return Name("".join(parts) or words[0], words, others[0][0] if others else "")


def match_names(a: Name, b: Name) -> bool:
    """Could these be one person? Families equal, one within the other, swapped with the given name, or misspelt."""
    if a.family == b.family:
        return True
    if not set(a.words).isdisjoint(b.words):
        return True
    short, long = sorted((a.family, b.family), key=len)
    if len(short) >= 6 and (long.startswith(short) or long.endswith(short)):
        return True
    if len(short) < 4 or (a.initial and b.initial and a.initial != b.initial):
        return False
    return fuzz.ratio(short, long) >= (75 if len(long) <= 15 else 90)


def compare_names(a: Sequence[Name], b: Sequence[Name]) -> tuple[float, bool]:
    """Share of the shorter list that is found in the longer, and whether the first names match."""
    if len(a) > len(b):
        a, b = b, a
    families = {n.family for n in b}
    found = sum(n.family in families or any(match_names(n, m) for m in b) for n in a)
    return found / len(a), match_names(a[0], b[0])
