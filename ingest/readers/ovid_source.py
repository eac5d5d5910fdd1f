"""What Ovid packs into one line: the source ("Journal. 12(3):45-67, 2001 Jan.") and the names of all authors."""

import re
from collections.abc import Sequence

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Spring|Summer|Fall|Autumn|Winter"
_YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")
_PLACE = re.compile(  # volume(issue):pages, volume:pages, Vol.12(3), Vol 12(3)
    r"(?:\bVol(?:ume)?\.?\s{0,2})?\b(\d{1,5}[A-Za-z]?)\s{0,2}(?:\(([^()]{1,40})\))?\s{0,2}(?:\([^()]{1,40}\)\s{0,2})?"
    r"(?::\s{0,2}([A-Za-z]{0,3}\d[\w.-]{0,30})?|(?=,|\.|\s|$))"
)
_PAGES = re.compile(r"\bpp?\.?\s{0,2}([A-Za-z]?\d[\w-]{0,30})", re.IGNORECASE)
_ARTICLE = re.compile(r"\bArticle Number:\s{0,3}([A-Za-z0-9_-]{1,30})", re.IGNORECASE)
_NO_PAGES = re.compile(r"\s?\(no pagination\)", re.IGNORECASE)
_IN_BOOK = re.compile(  # Berg, Ann [Ed]; Roe, R. [Ed]. (2004). Handbook of wards. (pp. 63-88). xii, 315 pp. ...
    r"(?:In:?\s)?(?P<editors>[^()\[\]]{2,80}\[Eds?\].{0,1000}?)\s?\((?P<year>\d{4})\)\.\s(?P<booktitle>.{3,300}?)\.\s"
    r"\(pp?\.\s?(?P<pages>[\w-]{1,20})\)"
)
_EDITOR = re.compile(r"\s*\[Eds?\][\s;.&,]*(?:and\s)?", re.IGNORECASE)
_DATE = re.compile(  # June 2019, 2001 Jan 4, Mar-Apr 2020
    rf"\b(?:(?:(?:{_MONTHS})[a-z]{{0,6}}\.?[ -]{{0,2}}){{1,2}}(?:\d{{1,2}},?\s)?)?(?:1[6-9]\d\d|20\d\d)\b"
    rf"(?:\s(?:{_MONTHS})[a-z]{{0,6}}\b(?:\s\d{{1,2}}\b)?)?",
    re.IGNORECASE,
)
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")  # ends the list, not an initial
_FULL_NAME = re.compile(r"(?<=\.)\s+(?=[^\s,.][^,.]{0,60},)")
_SHORT_NAME = re.compile(r"(?<=[A-Z])\.\s+|\.\s{2,}")


def to_source_fields(source: str) -> dict[str, str]:
    """Journal, volume, issue, pages, year and date, as far as an Ovid source line tells them.

    >>> to_source_fields("Journal of Wards. 12(3):45-67, 2001 Jan.")["volume"]
    '12'
    """
    source = _NO_PAGES.sub("", " ".join(source[:2000].split()))
    if not source:
        return {}
    if book := _IN_BOOK.match(source):
        found = book.groupdict()
        return found | {"editors": "; ".join(name for name in _EDITOR.split(found["editors"]) if name)}
    found = {}
    if article := _ARTICLE.search(source):
        found["article_number"] = article[1]
    dates = [m for m in _DATE.finditer(source)]
    place = _find_place(source, dates)
    if place:
        found["volume"] = place[1]
        if place[2]:
            found["issue"] = place[2]
        if place[3]:
            found["pages"] = place[3].rstrip(".-")
    if "pages" not in found and (pages := _PAGES.search(source, place.end() if place else 0)):
        found["pages"] = pages[1].rstrip(".-")
    date = next((m for m in dates if place and m.start() >= place.end()), None) or (dates[-1] if dates else None)
    if date:
        found["date"] = date[0].strip()
        if year := _YEAR.search(date[0]):
            found["year"] = year[0]
    end = min((m.start() for m in (place, date) if m), default=len(source))
    journal = source[:end].rstrip(" .,;:")
    if journal:
        found["journal"] = journal
    return found


def _find_place(source: str, dates: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The volume: the first number that is no part of a date and that brings an issue, pages or "Vol" with it.

    Or it stands alone between the journal's full stop and the date.
    """
    for match in _PLACE.finditer(source):
        if any(date.start() <= match.start() < date.end() for date in dates):
            continue
        if match[2] or match[3] or match[0].lower().startswith("vol"):
            return match
        alone = source[: match.start()].endswith(". ") and source[match.end() : match.end() + 2] == ", "
        if alone and any(date.start() == match.end() + 2 for date in dates):  # "Ward Medicine. 5, 2018."
            return match
    return None


def split_authors(lines: Sequence[str]) -> list[str]:
    """Single names out of the lines of an Ovid author field.

    >>> split_authors(["Smith, Ann B. Jones, C. D."])
    ['Smith, Ann B.', 'Jones, C. D.']
    """
    names: list[str] = []
    for line in lines:
        if ";" in line:
            parts = line.split(";")
        elif "," in line:
            parts = _FULL_NAME.split(line)
        else:
            parts = _SHORT_NAME.split(line)
        names += [_FULL_STOP.sub("", part.strip()) for part in parts if part.strip(" .")]
    return names
