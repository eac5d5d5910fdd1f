"""Embase's CSV with a field to a row: ``"TITLE","..."``, then ``"AUTHOR NAMES","Doe J.","Roe A."``, and so on.

Its other CSV, with a record to a row, is an ordinary table (delimited.py).
"""

import csv
import re
from collections.abc import Iterator, Mapping

from ingest.readers.base import Item, Lines, Reader
from ingest.readers.delimited_columns import to_columns
from ingest.readers.tagged import Block, FieldMap, find_line, to_entry, to_numbered

# What the headings of tables do not say, or say of something else.
NAMES = {
    "SOURCE": "journal",
    "AUTHOR ADDRESSES": "affiliation",
    "ORIGINAL (NON-ENGLISH) TITLE": "original_title",
    "LANGUAGE OF ARTICLE": "language",
    "BOOK PUBLISHER": "publisher",
    "PUI": "accession",
    "FULL TEXT LINK": "url",
    "EMBASE LINK": "url",
}
_TITLE = frozenset(("TITLE",))
_LABEL = re.compile(r'("?)([A-Z][A-Z0-9 ()/,&-]{1,60})\1,')
_TERMS = re.compile(r"EMTREE .*INDEX TERMS(?P<major> \(MAJOR FOCUS\))?")
# "Ward Practice (2019) 12:3 (45-67). Date of Publication: 1 Mar 2019"
_SOURCE = re.compile(
    r"(?P<journal>.+?) \((?P<year>\d{4})\)(?: (?P<volume>[^\s:(.]+)(?::(?P<issue>[^\s(.]+))?)?"
    r"(?: \((?P<pages>[^()]{1,40})\))?(?=[. ]|$)"
)
_ARTICLE = re.compile(r"Article Number: ([^\s.]+)")
_START = re.compile(r'^"?TITLE"?,', re.MULTILINE)
_OTHER = re.compile(
    r'^"?(?:AUTHOR NAMES|AUTHOR ADDRESSES|SOURCE|PUBLICATION YEAR|PUBLICATION TYPE|PUI)"?,', re.MULTILINE
)


def read(lines: Lines) -> Iterator[Item]:
    """Items in file order. A title starts one, and so does any field after a blank line."""
    block: Block | None = None
    apart = False  # a blank line was the last
    for number, line in to_numbered(lines):
        found = _LABEL.match(line)
        if found and (block is None or apart or (found[2] in _TITLE and block.has(_TITLE))):
            if block is not None:
                yield to_entry("embase", block, _to_fields)
            block = Block(number)
        if block is None:  # what stands before the first field belongs to no record
            continue
        apart = not line.strip()
        block.raw.append(line)
        if found:
            block.tags.append([found[2], line[found.end() :]])
        elif not apart:
            block.tags[-1].append(line)
    if block is not None:
        yield to_entry("embase", block, _to_fields)


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    for label, *pieces in block.tags:
        values = _to_cells("".join(pieces))
        if terms := _TERMS.fullmatch(label):
            for value in values:
                to.add("mesh", f"*{value}" if terms["major"] else value)
        elif label == "SOURCE":
            for value in values:
                for name, part in split_source(value).items():
                    to.add(name, part)
        else:
            name = NAMES.get(label) or to_columns([label])[0]
            for value in values:
                to.add(name, value)
    return to.fields


def _to_cells(text: str) -> list[str]:
    try:
        (cells,) = csv.reader([text.strip()])
    except (csv.Error, ValueError):  # a mark that never closes
        cells = [text.strip()]
    return [cell.strip().strip('"') for cell in cells]


def split_source(value: str) -> dict[str, str]:
    """Journal, year, volume, issue and pages from one line; the line as the journal if it is built otherwise."""
    found = _SOURCE.match(value)
    if not found:
        return {"journal": value}
    parts = {name: part for name, part in found.groupdict().items() if part}
    if article := _ARTICLE.search(value):
        parts["article_number"] = article[1]
    return parts


def looks_like(head: str) -> str | None:
    """Why this is Embase's CSV by rows: a line with a title, and one that begins with another field's name."""
    if (number := find_line(_START, head)) and find_line(_OTHER, head):
        return f'line {number} is a field of its own, "TITLE", and so are the lines below'
    return None


READER = Reader(
    id="embase",
    name="Embase CSV by rows",
    suffixes=(),
    looks_like=looks_like,
    read=read,
    how_to_export="In Embase, choose Export and RIS, or CSV with a field to a row or to a column.",
)
