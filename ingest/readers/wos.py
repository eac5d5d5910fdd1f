"""Web of Science plain text (.txt, .ciw, .isi): two-letter tags, lines set in by three blanks continue, ER ends.

Its tab-delimited export is read by the delimited reader, which knows the same tags as headings.
"""

import re
from collections.abc import Iterator, Mapping

from ingest.readers.base import Item, Lines, Reader
from ingest.readers.tagged import Block, FieldMap, find_line, is_below_ris, to_entry, to_numbered

NAMES = {
    "PT": "type", "TI": "title", "FT": "original_title", "SO": "journal", "SE": "series", "J9": "journal_abbreviated",
    "JI": "journal_abbreviated", "LA": "language", "DT": "publication_type", "AB": "abstract", "PY": "year",
    "VL": "volume", "IS": "issue", "BP": "start_page", "EP": "end_page", "PS": "pages", "AR": "article_number",
    "DI": "doi", "PM": "pmid", "UT": "accession", "SN": "issn", "EI": "issn", "BN": "isbn",
    "DE": "keywords", "ID": "keywords_plus", "MH": "mesh", "C1": "affiliation", "PU": "publisher", "PI": "place",
    "CT": "conference", "TC": "citations", "BE": "editor", "ED": "editor", "CA": "author", "UR": "url",
    "DB": "source",
}  # fmt: skip

# Each line of these is an item of its own; in all others a line set in goes on with the sentence.
LISTS = frozenset(("AU", "AF", "BA", "BF", "BE", "ED", "GP", "CA", "CR", "C1", "C3", "MH", "UR"))
SPLIT = frozenset(("DE", "ID", "DT"))  # items parted by semicolons

_TAG = re.compile(r"([A-Z][A-Z0-9])(?:[ \t](.*)|[\r\n]*$)", re.DOTALL)
_FILE = re.compile(r"[\ufeff\s]{0,99}FN [^\r\n]{0,200}[\r\n]{1,4}VR ")
_RECORD = re.compile(r"(?:^|(?<=[\r\n]))PT [A-Z][^\r\n]{0,20}[\r\n]{1,2}(?=[A-Z][A-Z0-9] \S)")


def read(lines: Lines) -> Iterator[Item]:
    """Items of a Web of Science file in file order. PT starts one, ER ends it; either may be missing."""
    for block in _blocks(lines):
        yield to_entry("wos", block, _to_fields)


def _blocks(lines: Lines) -> Iterator[Block]:
    block: Block | None = None
    for number, line in to_numbered(lines):
        found = _TAG.match(line)
        tag = found[1] if found else ""
        value = (found[2] or "").strip() if found else ""
        if tag in ("FN", "VR", "EF") and (block is None or tag == "EF"):
            continue
        if tag == "ER" and not value:
            if block is not None:
                block.raw.append(line)
                yield block
            block = None
            continue
        if tag == "PT" or (block is None and (tag in NAMES or tag in LISTS)):
            if block is not None:
                yield block
            block = Block(number)
        if block is None:
            continue
        block.raw.append(line)
        if tag:
            block.tags.append([tag, value])
        elif text := line.strip():
            block.tags[-1].append(text)
    if block is not None:
        yield block


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    for name, *pieces in block.tags:
        if name in LISTS:
            for piece in pieces:
                to.add(NAMES.get(name, name), piece)
        elif name in SPLIT:
            for piece in " ".join(pieces).split(";"):
                to.add(NAMES.get(name, name), piece.strip())
        else:
            to.add(NAMES.get(name, name), " ".join(pieces).strip())
    full = to.fields.get("AF", [])
    groups = to.fields.pop("author", [])
    # Full names where there is one for each short name; book authors where there are no others.
    for names in ("AF", "BF") if len(full) >= len(to.fields.get("AU", [])) and full else ("AU", "BA"):
        if "author" not in to.fields:
            to.rename(names, "author")
    for group in groups:
        to.add("author", f"{{{group}}}")  # a body's name is not to be taken apart
    if to.first("type")[:1] == "B" or (to.first("type") == "S" and to.first("isbn")):
        to.rename("journal", "booktitle")
    if not to.first("doi") and not any("chapter" in kind.lower() for kind in to.fields.get("publication_type", ())):
        to.rename("D2", "doi")  # the book's own; of a chapter it would be another work's
    month = to.fields.pop("PD", None)
    if month:
        to.add("date", f"{month[0]} {to.first('year')}".strip() if to.first("year") not in month[0] else month[0])
    to.rename("EA", "date")  # early access: the date of what has no other yet
    return to.fields


def looks_like(head: str) -> str | None:
    """Why this is Web of Science plain text: its FN and VR lines, or a PT line followed by a tag."""
    if _FILE.match(head):
        return "it begins with FN and VR lines"
    if (number := find_line(_RECORD, head)) and not is_below_ris(number, head):
        return f"line {number} is a PT tag"
    return None


READER = Reader(
    id="wos",
    name="Web of Science plain text",
    suffixes=(".ciw", ".isi", ".txt"),
    looks_like=looks_like,
    read=read,
    how_to_export='In Web of Science, choose "Export: Plain text file" with the full record.',
)
