"""MEDLINE tagged text as PubMed and PubMed Central write it (.nbib, "PubMed" format .txt).

A tag is padded to four characters and followed by "- "; wrapped lines are set in by six blanks. A record starts at its
PMID, or at its PMC number where there is one in front.
"""

import re
from collections.abc import Iterator, Mapping

from corpus.records import Rejected
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.tagged import Block, FieldMap, find_line, find_tags, is_below_ris, to_entry, to_numbered, to_value

NAMES = {
    "PMID": "pmid", "PMC": "pmcid", "TI": "title", "TT": "original_title", "CTI": "series", "AB": "abstract",
    "FAU": "author", "FED": "editor", "DP": "date", "JT": "journal",
    "TA": "journal_abbreviated", "VI": "volume", "IP": "issue", "PG": "pages", "IS": "issn", "ISBN": "isbn",
    "MH": "mesh", "OT": "keywords", "PT": "publication_type", "LA": "language", "PL": "place", "AD": "affiliation",
    "PB": "publisher", "EN": "edition", "UI": "accession", "DB": "source", "GN": "note",
}  # fmt: skip

STARTS = frozenset(("PMID", "PMC", "UI", "OWN"))
ONCE = frozenset(("PMID", "UI", "OWN", "TI"))  # what no record has twice

_TAG = re.compile(r"[ ]?([A-Z][A-Z0-9]{1,3}|ISBN)[ \t]{0,3}-(?:[ \t]|$)(.*)", re.DOTALL)
_START = re.compile(r"(?:^|(?<=[\r\n]))[ \t\ufeff]?(?:PMID[ \t]{0,3}-[ \t]{0,3}\d|PMC[ \t]{0,3}-[ \t]{1,3}PMC\d)")
_OTHERS = re.compile(r"(?:^|(?<=[\r\n]))(?:OWN |STAT|DCOM|FAU |JT  |PHST|EDAT|CRDT|MHDA)- ")
_ID_KIND = re.compile(r"(.*\S)\s*\[(doi|pii|bookaccession|pmcid?)\]", re.DOTALL)


def read(lines: Lines) -> Iterator[Item]:
    """Items of a MEDLINE file in file order. A file that is cut off in mid-record keeps what was read."""
    block: Block | None = None
    seen: set[str] = set()
    for part in _parts(lines):
        tags = {tag[0] for tag in part.tags}
        starts = _is_ris(part) or (block is not None and _is_ris(block) and part.tags[0][0] in STARTS)
        if block is None or starts or tags & seen & ONCE:
            if block is not None:
                yield _to_item(block)
            block, seen = part, tags
        else:  # a blank line in the middle of a record
            block.take(part)
            seen |= tags
    if block is not None:
        yield _to_item(block)


def _is_ris(block: Block) -> bool:
    return block.tags[0][0] == "TY"


def _to_item(block: Block) -> Item:
    if _is_ris(block):  # two files were put together
        return Rejected(block.line, block.text, "a record of RIS in a file of MEDLINE: save it as a file of its own")
    return to_entry("medline", block, _to_fields)


def _parts(lines: Lines) -> Iterator[Block]:
    """Runs of tags between blank lines, also parted where a tag that begins a record comes again."""
    part: Block | None = None
    begun: set[str] = set()
    blank = True  # the line before was blank, or there was none
    known: dict[str, str] = {}  # first six characters of a line -> its tag; there are some seventy
    for number, line in to_numbered(lines):
        if line[:6] == "      " and part is not None and (text := line.strip()):
            part.raw.append(line)
            part.tags[-1].append(" " + text)
            blank = False
            continue
        start = line[:6]
        tag = known.get(start, "")
        value = line[6:].strip() if tag else ""
        if not tag:
            tag, value = _read_tag(line)
            if tag and start[4:] == "- ":
                known[start] = tag
        if tag:
            if blank or part is None or tag == "TY" or (tag in STARTS and (tag in begun or _is_ris(part))):
                if part is not None:
                    yield part
                part, begun, blank = Block(number), set(), False
            if tag in STARTS:
                begun.add(tag)
            part.raw.append(line)
            part.tags.append([tag, value])
        elif part is not None:
            text = line.strip()
            part.raw.append(line)
            if text and (line[0] in " \t" or not blank):
                part.tags[-1].append(" " + text)
            blank = not text
    if part is not None:
        yield part


def _read_tag(line: str) -> tuple[str, str]:
    if line[4:6] == "- " and line[:1].isupper():
        tag = line[:4].rstrip()
        if tag.isalnum() and tag.isupper():
            return tag, line[6:].strip()
    if line[:1] in " \t" and line[1:2] in " \t":
        return "", ""
    if line.startswith("PMID-"):
        return "PMID", line[5:].strip()
    found = _TAG.match(line)
    return (found[1], found[2].strip()) if found else ("", "")


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    for tag in block.tags:
        name = tag[0]
        value = tag[1] if len(tag) == 2 else "".join(tag[1:]).strip()
        if name == "LID" or name == "AID":
            kind = _ID_KIND.fullmatch(value)
            if kind and kind[2] == "doi":
                if kind[1] not in to.fields.get("doi", ()):
                    to.add("doi", kind[1])
            else:
                to.add(name, value)
        elif name == "OT":
            to.add("keywords", value.removeprefix("*"))  # the star marks a major one
        elif name == "CN":
            to.add("author", f"{{{value}}}")  # a body's name is not to be taken apart
        else:
            to.add(NAMES.get(name, name), value)
    if len(to.fields.get("AU", ())) > sum(tag[0] == "FAU" for tag in block.tags):
        _add_initials(to, block)
    if not to.first("editor"):
        to.rename("ED", "editor")
    if to.first("title"):  # a chapter, if there is a book title
        to.rename("BTI", "booktitle")
    else:
        to.rename("BTI", "title")
    return to.fields


def _add_initials(to: FieldMap, block: Block) -> None:
    """Authors where some or all have initials only, as in older exports. A full name stands before its short one."""
    collective = [name for name in to.fields.pop("author", []) if name[0] == "{"]
    del to.fields["AU"]
    full = 0  # names whose short form is still to come
    for tag in block.tags:
        if tag[0] == "FAU":
            to.add("author", to_value(tag))
            full += 1
        elif tag[0] == "AU":
            to.add("AU" if full else "author", to_value(tag))
            full = max(full - 1, 0)
    for name in collective:
        to.add("author", name)


def looks_like(head: str) -> str | None:
    """Why this is MEDLINE: a PMID or PMC line, or three other tags that only MEDLINE has."""
    if (number := find_line(_START, head)) and not is_below_ris(number, head):
        return f"line {number} is a PMID tag"
    if len(find_tags(_OTHERS, head)) >= 3:
        return f"line {find_line(_OTHERS, head)} and others are tagged as in MEDLINE"
    return None


READER = Reader(
    id="medline",
    name="PubMed / MEDLINE",
    suffixes=(".nbib", ".txt", ".medline"),
    looks_like=looks_like,
    read=read,
    how_to_export='In PubMed, choose "Send to: Citation manager", or "Save" with the format PubMed.',
)
