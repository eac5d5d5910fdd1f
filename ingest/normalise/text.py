"""Text as people read it: without mark-up, invisible characters and what exporters put around it."""

import ast
import html
import re
import unicodedata
from collections.abc import Sequence

_TAG = re.compile(r"</?(?:jats:|ns\d:|mml:)?(?:i|b|u|em|strong|sub|sup|inf|sc|scp|tt|span|font|small|bold|italic|"
                  r"underline|styled-content|named-content|math|mi|mn|mo|mrow|mtext|msub|msup|a)(?:\s[^<>]{0,200})?/?>",
                  re.IGNORECASE)  # fmt: skip
_BREAK = re.compile(
    r"</?(?:jats:|ns\d:)?(?:p|br|div|li|ul|ol|sec|section|title|abstract|h[1-6]|label|list|list-item)"
    r"(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
# Soft hyphen, zero widths, direction marks, byte order mark, control characters.
_CODES = [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB,
          *range(9), *range(14, 28), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0), *range(0xFDD0, 0xFDF0)]  # fmt: skip
_ONLY_PRINTABLE = bytes(b if 32 <= b < 127 else 32 for b in range(256))
_INVISIBLE = dict.fromkeys(_CODES)
_ANY_INVISIBLE = re.compile(f"[{''.join(map(re.escape, map(chr, _CODES)))}]")
_JOINERS = {code: None for code in _CODES if code not in (0x200C, 0x200D)}  # letters of these scripts need them
_NEEDS_JOINERS = re.compile("[\u0600-\u0dff\u1780-\u17ff]")
_HALF = re.compile("[\ud800-\udfff]")  # half of a surrogate pair: a literal can say it, no encoding can hold it
_OUTSIDE_BRACKETS = re.compile(r";(?![^\[\]]{0,2000}\])")
_SEVERAL_STOPS = re.compile(r"(?:\.\.|\b\w)\.$")
_MISSING = frozenset(
    ("nan", "none", "null", "n/a", "untitled", "no title", "not available", "no title available", "[no title]",
     "[not available]", "[no title available]", "[no abstract available]", "no abstract available", "no abstract",
     "-", "--", ".", "?", "[]", "unknown title")
)  # fmt: skip
_LABEL = re.compile(r"^(?:abstract|summary|résumé|resumen)\s*[:.]\s+|^abstract(?=[A-Z][a-z])", re.IGNORECASE)
_DASHES = re.compile(r"\s*[-‐‑‒–—−]+\s*")
_PAGE_WORDS = re.compile(
    r"^(?:pp?|pages?|pgs?|s|seiten?|art(?:icle)?|unsp|no)\b\.?\s*(?:no\b\.?|number|id)?:?\s*", re.IGNORECASE
)
_SHORT_END = re.compile(r"^([A-Za-z]{0,3})(\d+)([A-Za-z]?)-([A-Za-z]{0,3})(\d+)([A-Za-z]?)$")
_NUMBER_WORDS = re.compile(
    r"^(?:vol(?:ume)?|no|nr|number|issue|iss|band|bd|heft|numéro|número|n(?=[°º.]))(?:\b\.?|(?=\d))\s*[°º:]?\s*",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """One line without tags, entities and invisible characters."""
    if "&" in text:
        text = html.unescape(text)
        if "&" in text and ";" in text:
            text = html.unescape(text)  # "&amp;lt;"
    if "<" in text:
        text = _BREAK.sub(" ", _TAG.sub("", text))
    # Printable is text with nothing invisible and no white space but blanks. Bytes tell in a third of the time.
    if text.isascii():
        plain = text.encode()
        is_printable = plain.translate(_ONLY_PRINTABLE) == plain
        text = text if is_printable else text.translate(_INVISIBLE)
    else:
        is_printable = text.isprintable()
        if not is_printable and _ANY_INVISIBLE.search(text):
            text = text.translate(_JOINERS if _NEEDS_JOINERS.search(text) else _INVISIBLE)
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    return text.strip() if is_printable and "  " not in text else " ".join(text.split())


def is_missing(text: str) -> bool:
    """Whether the text only says that there is none. ("NA" is R's word for it; in small letters it is a name.)"""
    return not text or text == "NA" or (len(text) < 24 and text.casefold() in _MISSING)


def to_title(text: str) -> str | None:
    """A title without its full stop, and without the brackets PubMed puts around a translated one."""
    title = clean(text)
    if "--" in title:
        title = title.replace("---", "—").replace("--", "–")
    if is_missing(title):
        return None
    if title[-1] == "." and not _SEVERAL_STOPS.search(title):
        title = title[:-1].rstrip()
    if title and title[0] == "[" and title[-1] == "]" and title.count("[") == 1:
        title = title[1:-1].strip()
        if title[-1:] == "." and not _SEVERAL_STOPS.search(title):
            title = title[:-1].rstrip()
    return title if title[:1].isalnum() or any(c.isalnum() for c in title) else None


def to_abstract(text: str) -> str | None:
    abstract = clean(text)
    if is_missing(abstract):
        return None
    return _LABEL.sub("", abstract) if abstract[:1] in "aAsSrR" else abstract


def to_pages(text: str) -> str | None:
    """ "123-9" and "pp. 123--129" give "123-129"; "S12-9" gives "S12-S19"; one page stands alone."""
    if text.isdigit():
        return text
    start, _, end = text.partition("–") if "–" in text else text.partition("-")
    if start.isdigit() and end.isdigit() and start.isascii() and end.isascii():  # most need no pattern
        end = start[: len(start) - len(end)] + end if len(end) < len(start) else end
        return start if start == end else f"{start}-{end}"
    pages = _DASHES.sub("-", clean(text)).strip(" -.,;:")
    pages = _PAGE_WORDS.sub("", pages) if pages and not pages[0].isdigit() else pages
    match = _SHORT_END.match(pages)
    if match:
        letters, start, tail, end_letters, end, end_tail = match.groups()
        if len(end) < len(start) and end_letters in ("", letters):
            end = start[: len(start) - len(end)] + end
        end_letters = end_letters or letters
        first, last = f"{letters}{start}{tail}", f"{end_letters}{end}{end_tail}"
        return first if first == last else f"{first}-{last}"
    return None if is_missing(pages) else pages


def to_number(text: str) -> str | None:
    """A volume or issue: "Vol. 12" and "12.0" (a spreadsheet's doing) give "12"."""
    if text.isdigit():
        return text
    number = clean(text)
    if is_missing(number):
        return None
    if number.endswith(".0") and number[:-2].isdigit():
        return number[:-2]
    number = _NUMBER_WORDS.sub("", number) if number[:1].isalpha() else number
    return _DASHES.sub("-", number) if not number.isalnum() else number or None


def to_list(values: Sequence[str], separators: str = ";|,") -> tuple[str, ...]:
    """Items of a field that is a list: as repeated fields, parted by the first separator that occurs, or "['a', 'b']".

    Each once, in order.
    """
    items: list[str] = []
    for value in values:
        literal = to_literal_list(value)
        if literal is not None:
            items += literal
            continue
        possible = separators if len(values) == 1 else ";" if ";" in separators else ""
        separator = next((s for s in possible if s in value), "")
        if separator == ";" and "[" in value:
            items += _OUTSIDE_BRACKETS.split(value)  # "[Okafor, A.; Lind, P.] University; [Roe, R.] Ward Trust"
        else:
            items += value.split(separator) if separator else [value]
    cleaned = dict.fromkeys(clean(item).strip(" .,;") if item[-1:] in ".,; " else clean(item) for item in items)
    return tuple(item for item in cleaned if item and not is_missing(item))


def to_literal_list(value: str) -> list[str] | None:
    """What a Python list written into a cell holds; None if it is none."""
    if value[:1] != "[" or value[1:2] not in ("'", '"') or len(value) > 100_000:
        return None
    try:
        parsed = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return [_HALF.sub("\ufffd", str(item)) for item in parsed] if isinstance(parsed, list) else None
