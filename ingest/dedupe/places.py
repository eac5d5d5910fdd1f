"""Where a work appeared, made comparable: venue, volume, issue, pages."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from ingest.dedupe.titles import fold, split_words

_STOP = split_words("of the and for in on an a de la le les des du et und der die das fur y e del di proc proceedings")
_MONTHS = {
    m: str(i)
    for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b", re.IGNORECASE)
_RANGE = re.compile(r"([a-z]{0,5})[\s.]*(\d+)[a-z]?(?:\s*[-–—]+\s*([a-z]{0,5})\s*(\d+))?", re.IGNORECASE)
_DAMAGED = re.compile(r"\s*\d{1,2}[A-Z]?\)")  # "1)": what is left of "50 (Suppl. 1)"
_LOST_FIRST = re.compile(r"\s*[a-z]+-\d{1,2}\s*$", re.IGNORECASE)  # "Suppl-29", "t-8": the first page went missing
_NUMBER = re.compile(r"\d+")
_MAY_PART = re.compile(r"[=/:(.]")
_PARTS = re.compile(r"\s*\.\s*Conference\b:?\s*|\s*[=/:]\s*|\s*\(\s*|\s*\.\s+(?=[A-Z][a-z]{3,} )")


class Pages(NamedTuple):
    """First page with its letters, and the last page (0 unknown)."""

    letters: str
    first: int
    last: int


def to_pages(text: str | None) -> Pages | None:
    """Pages of a range in any shape: "221-8", "S45", "e103114", and "10-Jun" as a spreadsheet wrote 10-6."""
    if not text:
        return None
    if text.isascii():  # the usual "221-228" needs no pattern
        start, _, end = text.partition("-")
        if start.isdigit() and len(start) <= 12 and (not end or end.isdigit()) and (first := int(start)):
            end = start[: len(start) - len(end)] + end if end and len(end) < len(start) else end
            return Pages("", first, int(end) if end else 0)
    if _LOST_FIRST.match(text) and not _MONTH.search(text):
        return None
    found = _RANGE.search(_MONTH.sub(lambda m: _MONTHS[m[1].lower()], text))
    if not found or int(found[2]) == 0 or len(found[2]) > 12:
        return None
    start, end = found[2], found[4] or ""
    if end and len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    return Pages(found[1].lower().replace("pp", "").removeprefix("p"), int(start), int(end) if end else 0)


def to_number(text: str | None) -> str:
    """The first number in a volume or issue; "" without one. "9 (8) (no pagination)" is volume 9."""
    if not text:
        return ""
    if text.isdigit() and text.isascii():
        return text.lstrip("0")
    if _DAMAGED.match(text):
        return ""
    found = _NUMBER.search(text)
    return found[0].lstrip("0") if found else ""


def to_volume(text: str | None, year: int | None) -> str:
    """The volume's number; "" where the year stands in for it, as in journals that have no volumes."""
    number = to_number(text)
    return "" if year and number == str(year) else number


def to_issue(volume: str | None, issue: str | None) -> str:
    """The issue, also where it was written behind the volume: "24 (1)"."""
    if issue:
        return to_number(issue)
    found = re.search(r"\(\D*(\d+)", volume) if volume and "(" in volume else None
    return found[1].lstrip("0") if found else ""


@lru_cache(maxsize=16384)
def to_venues(text: str | None) -> tuple[tuple[str, ...], ...]:
    """Words of the venue's name, and of each parallel name ("Zhonghua ... = Chinese journal of ...")."""
    if not text:
        return ()
    whole = _to_words(text)
    if not _MAY_PART.search(text):
        return (whole,) if whole else ()
    parts = [_to_words(p) for p in _PARTS.split(text)]
    return tuple(dict.fromkeys(w for w in (whole, *(p for p in parts if len("".join(p)) >= 4)) if w))


def _to_words(text: str) -> tuple[str, ...]:
    folded = fold(text).replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return tuple(w for w in folded.split() if w not in _STOP and not w.isdigit())


def same_venue(a: tuple[tuple[str, ...], ...], b: tuple[tuple[str, ...], ...]) -> bool:
    """One venue, allowing for abbreviation, acronym, parallel names and small differences."""
    return any(_same_name(x, y) for x in a for y in b)


def _same_name(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if a == b:
        return True
    if len(a) > len(b):
        a, b = b, a
    if len(a) == 1 and len(b) > 1:
        return _is_acronym(a[0], b)
    if (
        len(a) >= 2
        and len(b) <= len(a) + 3
        and all(x.startswith(y) or y.startswith(x) for x, y in zip(a, b, strict=False))
    ):
        return True
    return fuzz.ratio("".join(a), "".join(b)) >= 90


def _is_acronym(short: str, words: tuple[str, ...]) -> bool:
    """ "bmj" of "british medical journal", "amcis" of "americas conference information systems"."""
    if len(short) < 3 or short[0] != words[0][0]:
        return False
    at = 0
    for word in words:
        step = 0
        while step < 2 and at + step < len(short) and step < len(word) and short[at + step] == word[step]:
            step += 1
        if not step:
            return False
        if at + step < len(short) and step == 2 and short[at + 1] in {w[0] for w in words}:
            step = 1
        at += step
    return at == len(short)
