"""Text that Ovid prints or mails: items numbered ``<1>``, fields tagged ("TI  - ") or named in words above them.

Ovid prints the search strategy before, between and after the items; it belongs to none of them.
"""

import re
from collections.abc import Iterator, Mapping

from ingest.readers.base import Item, Lines, Reader
from ingest.readers.ovid_source import split_authors, to_source_fields
from ingest.readers.tagged import Block, FieldMap, find_line, to_entry, to_numbered

NAMES = {
    "TI": "title", "AU": "author", "FA": "author_full", "AF": "author_full", "AB": "abstract", "JN": "journal",
    "JA": "journal_abbreviated", "YR": "year", "DP": "date", "VO": "volume", "IP": "issue", "PG": "pages",
    "DO": "doi", "DI": "doi", "PM": "pmid", "UI": "accession", "AN": "accession", "IS": "issn", "IB": "isbn",
    "LG": "language", "LA": "language", "PT": "publication_type", "DT": "publication_type", "MH": "mesh",
    "SH": "mesh", "KW": "keywords", "DE": "keywords", "KH": "keywords", "IN": "affiliation", "AD": "affiliation",
    "CP": "country", "PB": "publisher", "DB": "source", "OT": "original_title", "TT": "original_title",
    "ED": "editor", "BT": "booktitle", "LK": "url", "UR": "url",
}  # fmt: skip

WORDS = {
    "accession number": "accession", "unique identifier": "accession", "title": "title",
    "original title": "original_title", "foreign title": "original_title", "vernacular title": "original_title",
    "author": "author", "authors": "author", "author(s)": "author", "authors full name": "author_full",
    "author full name": "author_full", "book author": "author", "editor": "editor", "editors": "editor",
    "book editors": "editor", "source": "SO", "journal name": "journal", "journal": "journal", "abstract": "abstract",
    "book title": "booktitle", "mesh subject headings": "mesh", "subject headings": "mesh",
    "mesh headings": "mesh", "medical subject headings": "mesh", "emtree heading": "mesh",
    "keyword heading": "keywords", "keywords": "keywords", "author keywords": "keywords", "key concepts": "keywords",
    "publication type": "publication_type", "document type": "publication_type", "language": "language",
    "institution": "affiliation", "author affiliation": "affiliation", "affiliation": "affiliation",
    "country of publication": "country", "publisher": "publisher", "year of publication": "year",
    "publication year": "year", "year": "year", "date of publication": "date", "publication date": "date",
    "issn": "issn", "issn print": "issn", "issn electronic": "issn", "isbn": "isbn", "doi": "doi",
    "digital object identifier": "doi", "pmid": "pmid", "pubmed id": "pmid", "volume": "volume", "issue": "issue",
    "issue/part": "issue", "page": "pages", "pages": "pages", "database": "source", "notes": "note",
    "comments": "comments", "url": "url", "series": "series", "edition": "edition",
    "record owner": "record owner", "status": "status", "version id": "version id", "version": "version",
    "registry number": "registry number", "correspondence address": "correspondence address", "email": "email",
    "publishing": "publishing", "date created": "date created", "entry date": "entry date", "year entry": "year entry",
}  # fmt: skip

# One value on each line, where fields are named in words.
LISTS = frozenset(("mesh", "keywords"))
NAMED = frozenset(("author", "author_full", "editor"))

_FULL_STOP = re.compile(r"(?<![A-Z])\.\s+(?=[A-Z])|\s*;\s*")
_ITEM = re.compile(r"[ \t\ufeff]{0,9}<\s?\d{1,9}\s?\.?\s?>\s*")
_TAG = re.compile(r"[ \t]?([A-Z][A-Z0-9])[ \t]{1,3}-(?:[ \t](.*)|\s*$)", re.DOTALL)
_NAME = re.compile(r"([A-Z][A-Za-z()/&.,' -]{1,60}?)[ \t]*(?::[ \t]*(.*))?", re.DOTALL)
_STRATEGY = re.compile(
    r"(?:Database(?:\(s\))?: |Search Strategy|Searches|\*{9}|-{9}|={9}|_{9}|#\tSearches|Ovid Technologies, Inc)"
)
_START = re.compile(
    r"(?:^|(?<=[\r\n]))[ \t\ufeff]{0,9}<\s?\d{1,9}\s?\.?\s?>[ \t]*[\r\n]{1,2}(?![ \t]{0,9}TY[ \t]{0,3}-)"
)


def read(lines: Lines) -> Iterator[Item]:
    """Items of an Ovid file in file order, each from its ``<number>`` to the next or to a search strategy."""
    block: Block | None = None
    blank = in_words = False
    for number, line in to_numbered(lines):
        if _ITEM.fullmatch(line):
            if block is not None:
                yield to_entry("ovid", block, _to_fields)
            block, blank, in_words = Block(number), False, False
            block.raw.append(line)
            continue
        if block is None:
            continue
        if _STRATEGY.match(line) and not (in_words and block.tags and not block.tags[-1][1:]):
            if block.tags:
                yield to_entry("ovid", block, _to_fields)
            block = None
            continue
        block.raw.append(line)
        text = line.strip()
        if tag := _TAG.match(line):
            block.tags.append([tag[1], (tag[2] or "").strip()])
        elif text and line[0] not in " \t" and (named := _NAME.fullmatch(text)) and _is_name(named, blank, block):
            in_words = True
            block.tags.append([named[1].strip(), *([named[2]] if named[2] else [])])
        elif text and block.tags and (line[0] in " \t" or not blank):
            block.tags[-1].append(text)
        blank = not text
    if block is not None:
        yield to_entry("ovid", block, _to_fields)


def _is_name(named: re.Match[str], blank: bool, block: Block) -> bool:
    """Whether a line at the margin names a field, rather than going on with the text above it."""
    name = named[1].strip().lower()
    if name in WORDS or name.startswith("link to the "):
        return True
    if _is_tagged(block):
        return False
    # A name we do not know stands alone on its line, after a value or at the start, and never ends like a sentence.
    alone = named[2] is None and not named[1].rstrip().endswith((".", ","))
    return (
        alone and named[1][:1].isupper() and (not block.tags or len(block.tags[-1]) > 1) and len(named[1].split()) <= 5
    )


def _is_tagged(block: Block) -> bool:
    return bool(block.tags) and len(block.tags[0][0]) == 2


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    for name, *pieces in block.tags:
        field = NAMES.get(name) or WORDS.get(name.lower(), name)
        tagged = len(name) == 2
        if field in NAMED and not tagged:
            for author in split_authors(pieces):
                to.add(field, author)
        elif field == "publication_type" and not tagged:  # "Journal Article. Research Support, Non-U.S. Gov't."
            for kind in _FULL_STOP.split(" ".join(pieces).strip().removesuffix(".")):
                to.add(field, kind)
        elif field in NAMED or (field in LISTS and not tagged):
            for piece in pieces:
                to.add(field, piece)
        else:
            to.add(field, " ".join(pieces).strip())
    if len(to.fields.get("author_full", ())) >= len(to.fields.get("author", ())):
        if "author" in to.fields:
            to.rename("author", "author_short")
        to.rename("author_full", "author")
    said = [value for name in ("source", "status", "ST", "record owner", "RO") for value in to.fields.get(name, ())]
    if to.first("accession").isdigit() and "medline" in " ".join(said).lower():
        to.fields.setdefault("pmid", [to.first("accession")])
    for name, value in to_source_fields(to.first("SO")).items():
        if name == "editors":
            for editor in value.split("; ") if not to.first("editor") else ():
                to.add("editor", editor)
        elif not to.first(name):
            to.add(name, value)
    return to.fields


def looks_like(head: str) -> str | None:
    """Why this is Ovid text: a line that is only a number in angle brackets, and no RIS below it."""
    if number := find_line(_START, head):
        return f"line {number} numbers a record in angle brackets, as Ovid does"
    return None


READER = Reader(
    id="ovid",
    name="Ovid text",
    suffixes=(".txt", ".ovid", ".cgi"),
    looks_like=looks_like,
    read=read,
    how_to_export="In Ovid, export as RIS, or as .txt with complete references.",
)
