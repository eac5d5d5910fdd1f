"""RefWorks tagged text: ``RT Journal Article`` starts an item, then one two-letter tag a line.

CNKI, Wanfang and other databases write it too, with all authors in one A1 line.
"""

import re
from collections.abc import Iterator, Mapping

from ingest.readers.base import Item, Lines, Reader
from ingest.readers.tagged import Block, FieldMap, find_line, is_below_ris, is_heading, to_entry, to_numbered, to_value

NAMES = {
    "RT": "type", "A1": "author", "T1": "title", "JF": "journal", "JO": "journal_abbreviated", "YR": "year",
    "FD": "date", "VO": "volume", "IS": "issue", "SP": "start_page", "OP": "end_page", "K1": "keywords",
    "AB": "abstract", "NO": "note", "A2": "editor", "ED": "edition", "PB": "publisher", "PP": "place",
    "T3": "series", "AD": "affiliation", "AN": "accession", "LA": "language", "DO": "doi", "UL": "url", "LK": "url",
    "OT": "original_title", "DB": "source", "DS": "source", "PM": "pmid",
}  # fmt: skip
_OTHERS = "SR ID T2 SN A3 A4 A5 A6 AV CL SF CN IP RD ST SL LL CR WT WV WP OL PMID FN GL"
KNOWN = frozenset(NAMES) | frozenset(_OTHERS.split()) | frozenset(f"U{n}" for n in range(1, 16))
AUTHORS = frozenset(("A1", "A2", "A3", "A4"))
PART_TYPES = ("book, section", "book section", "conference proceeding", "conference paper")

_TAG = re.compile(r"[ \t]{0,3}(PMID|U1[0-5]|[A-Z][A-Z0-9]|vo)(?:[ \t](.*)|[\r\n]*$)", re.DOTALL)
_START = re.compile(
    r"(?:^|(?<=[\r\n]))RT [^\r\n]{0,80}[\r\n]{1,4}(?=(?:SR|ID|A1|T1|JF|YR|A2|T2|AD|FD|K1|AB|DO|VO|SN|LA|OT|DS)[ \r\n])"
)
_HEAD = re.compile(r"[\ufeff\s]{0,99}Refworks Export Tagged Format", re.IGNORECASE)
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?:\s.*)?", re.DOTALL)


def read(lines: Lines) -> Iterator[Item]:
    """Items of a RefWorks file in file order. RT starts one; what stands before the first is the file's legend."""
    block: Block | None = None
    for number, line in to_numbered(lines):
        found = _TAG.match(line)
        tag = found[1].upper() if found and found[1].upper() in KNOWN else ""
        value = (found[2] or "").strip() if found else ""
        if tag == "RT" and value.lstrip("- ") == "Reference Type":  # the legend's own line
            continue
        if tag == "RT":
            if block is not None:
                yield to_entry("refworks", block, _to_fields)
            block = Block(number)
        if block is None:
            continue
        block.raw.append(line)
        if tag:
            block.tags.append([tag, value])
        elif (text := line.strip()) and text != "END" and not is_heading(line, block.raw[-2]):
            block.tags[-1].append(" " + text)
    if block is not None:
        yield to_entry("refworks", block, _to_fields)


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    kind = to_value(block.tags[0]).lower()
    for tag in block.tags:
        name, value = tag[0], to_value(tag)
        if name == "RT" and kind == "book, section":  # after its comma it would be a book
            to.add("type", "Book Section")
        elif name in AUTHORS and ";" in value:
            for author in value.split(";"):
                to.add(NAMES.get(name, name), author.strip())
        elif name in ("K1", "AD") and ";" in value:
            for item in value.split(";"):
                to.add(NAMES[name], item.strip())
        elif name == "SN":
            to.add("isbn" if _ISBN.fullmatch(value) else "issn", value)
        elif name == "T2":
            to.add("booktitle" if kind.startswith(PART_TYPES) else "title_secondary", value)
        elif name == "PMID":
            to.add("pmid", value)
        elif name == "VO" and value[:2] == "v.":  # CNKI: "v.41;No.365"
            to.add("volume", value[2:].partition(";")[0])
        else:
            to.add(NAMES.get(name, name), value)
    if not to.first("start_page"):
        to.rename("end_page", "pages")  # CNKI has all pages there
    if kind.startswith(PART_TYPES) and not to.first("booktitle"):
        to.rename("journal", "booktitle")
    return to.fields


def looks_like(head: str) -> str | None:
    """Why this is RefWorks tagged: its heading, or an RT line followed by a RefWorks tag."""
    if _HEAD.match(head):
        return 'it begins "Refworks Export Tagged Format"'
    if (number := find_line(_START, head)) and not is_below_ris(number, head):
        return f"line {number} is an RT tag"
    return None


READER = Reader(
    id="refworks",
    name="RefWorks tagged",
    suffixes=(".txt", ".refworks"),
    looks_like=looks_like,
    read=read,
    how_to_export='In RefWorks, choose "Export" and "RefWorks tagged format".',
)
