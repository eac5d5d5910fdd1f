"""The Cochrane Library's plain text: "Record #1 of 25" above each item, then one tag a line, ``AU: Doe J``."""

import re
from collections.abc import Iterator, Mapping

from ingest.readers.base import Item, Lines, Reader
from ingest.readers.tagged import Block, FieldMap, find_line, to_entry, to_numbered, to_value

NAMES = {
    "ID": "accession", "AU": "author", "TI": "title", "SO": "journal", "YR": "year", "VL": "volume", "NO": "issue",
    "PG": "pages", "PM": "pmid", "PT": "publication_type", "KY": "keywords", "DOI": "doi", "AB": "abstract",
    "US": "url", "PB": "publisher", "LA": "language", "SN": "issn",
}  # fmt: skip

_ID = frozenset(("ID",))
_HEADING = re.compile(r"[ \t\ufeff]{0,9}Record #\d{1,9} of\b", re.IGNORECASE)
_TAG = re.compile(r"([A-Z]{2}|DOI):(?:[ \t](.*)|\s*$)", re.DOTALL)
_START = re.compile(r"(?:^|(?<=[\r\n]))[ \t\ufeff]{0,9}Record #\d{1,9} of \d{1,9}\s{1,4}(?:ID|AU|TI): ", re.IGNORECASE)


def read(lines: Lines) -> Iterator[Item]:
    """Items in file order. A heading starts one; so does an ID where the heading is damaged."""
    block: Block | None = None
    for number, line in to_numbered(lines):
        found = _TAG.match(line)
        if _HEADING.match(line) or (found and found[1] == "ID" and (block is None or block.has(_ID))):
            if block is not None:
                yield to_entry("cochrane", block, _to_fields)
            block = Block(number)
        if block is None:  # what stands before the first item belongs to none
            continue
        block.raw.append(line)
        if found:
            block.tags.append([found[1], (found[2] or "").strip()])
        elif block.tags and (text := line.strip()):
            block.tags[-1].append(" " + text)
    if block is not None:
        yield to_entry("cochrane", block, _to_fields)


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    for tag in block.tags:
        name, value = tag[0], to_value(tag)
        if name == "KY":  # headings of MEDLINE or Embase, the main ones starred
            for keyword in value.split(";"):
                to.add("mesh", keyword.strip())
        elif name == "PM" and not value.upper().startswith("PUBMED"):  # "EMBASE 612345678"
            to.add("accession", value)
        else:
            to.add(NAMES.get(name, name), value)
    return to.fields


def looks_like(head: str) -> str | None:
    """Why this is the Cochrane Library's text: a heading with tags and colons under it."""
    if number := find_line(_START, head):
        return f'line {number} is a heading of the form "Record #1 of 25", with tags and colons below'
    return None


READER = Reader(
    id="cochrane",
    name="Cochrane Library text",
    suffixes=(".txt",),
    looks_like=looks_like,
    read=read,
    how_to_export='In the Cochrane Library, choose "Export selected citation(s)" and "RIS" or "Plain text".',
)
