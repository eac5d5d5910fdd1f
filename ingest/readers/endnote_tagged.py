"""EndNote tagged (also called Refer or BibIX): ``%A Author``, one field a line. Suffix .enw."""

import re
from collections.abc import Iterator, Mapping

from ingest.readers.base import Item, Lines, Reader
from ingest.readers.tagged import Block, FieldMap, find_line, is_below_ris, to_entry, to_numbered, to_value

NAMES = {
    "%0": "type", "%A": "author", "%T": "title", "%E": "editor", "%D": "year", "%8": "date", "%J": "journal",
    "%B": "title_secondary", "%S": "series", "%V": "volume", "%N": "issue", "%P": "pages", "%I": "publisher",
    "%C": "place", "%X": "abstract", "%K": "keywords", "%R": "doi", "%U": "url", "%M": "accession",
    "%+": "affiliation", "%G": "language", "%Q": "original_title", "%Z": "note", "%O": "note", "%7": "edition",
    "%9": "publication_type", "%~": "source", "%&": "start_page",
}  # fmt: skip

# What %B, the title of the containing work, is called for these types (%0 in small letters).
CONTAINERS = {
    "journal article": "journal", "electronic article": "journal", "magazine article": "journal",
    "newspaper article": "journal", "book section": "booktitle", "conference paper": "booktitle",
    "conference proceedings": "booktitle", "electronic book section": "booktitle", "encyclopedia": "booktitle",
    "book": "series", "edited book": "series", "report": "series",
}  # fmt: skip

TALKS = ("conference paper", "conference proceedings")

_MARKS = "0-9A-Z~@!+&*()<>?$^=#\\[\\]/"
_TAG = re.compile(rf"[ \t]{{0,40}}(%[{_MARKS}])(?:[ \t](.*)|\s*$)", re.DOTALL)
_LINE = re.compile(rf"(?:^|(?<=[\r\n]))%[{_MARKS}](?=[ \t\r\n])")
_TYPE = re.compile(r"(?:^|(?<=[\r\n]))[ \t\ufeff]{0,40}%0[ \t]{1,4}\S")
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?:\s.*)?", re.DOTALL)


def read(lines: Lines) -> Iterator[Item]:
    """Items in file order. %0 starts one; where there is no %0, a blank line parts them."""
    for block in _blocks(lines):
        yield to_entry("endnote_tagged", block, _to_fields)


def _blocks(lines: Lines) -> Iterator[Block]:
    block: Block | None = None
    typed = titled = blank = False
    for number, line in to_numbered(lines):
        found = _TAG.match(line) if "%" in line[:41] else None
        if found:
            # In a record with %0, a blank line may be part of an abstract; a second title is a second record.
            tag, value = found[1], (found[2] or "").strip()
            if block is None or tag == "%0" or (blank and (not typed or (titled and tag in ("%A", "%T")))):
                if block is not None:
                    yield block
                block, typed, titled = Block(number), tag == "%0", False
            titled = titled or tag == "%T"
            block.raw.append(line)
            block.tags.append([tag, value])
        elif block is not None:
            block.raw.append(line)
            if text := line.strip():
                block.tags[-1].append("\n" + text)
        blank = not line.strip()
    if block is not None:
        yield block


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    kind = next((tag[1].lower() for tag in block.tags if tag[0] == "%0"), "")
    for tag in block.tags:
        name, value = tag[0], to_value(tag)
        if name == "%K":
            for keyword in value.split("\n"):
                to.add("keywords", keyword)
        elif name == "%A":
            for author in value.split("\n"):
                to.add("author", author)
        elif name == "%@":
            to.add("isbn" if _ISBN.fullmatch(value) else "issn", value)
        elif name == "%B" and kind in CONTAINERS:
            to.add(CONTAINERS[kind], value)
        elif name == "%2" and value[:3].upper() == "PMC":
            to.add("pmcid", value)
        elif name in ("%X", "%Z", "%O"):
            to.add(NAMES[name], value)
        else:
            to.add(NAMES.get(name, name), value.replace("\n", " "))
    if kind in TALKS and to.first("%3"):  # the proceedings; %B names the conference then
        to.rename("booktitle", "conference")
        to.rename("%3", "booktitle")
    if CONTAINERS.get(kind) == "journal":
        to.rename("%]", "article_number")
    if kind == "generic" and (to.first("volume") or to.first("issue")):
        to.rename("title_secondary", "journal")
    if to.first("accession").isdigit() and to.first("%W").lower() in ("nlm", "pubmed"):
        to.rename("accession", "pmid")
    return to.fields


def looks_like(head: str) -> str | None:
    """Why this is EndNote tagged: a %0 line, or a first line that is a percent tag."""
    if (number := find_line(_TYPE, head)) and not is_below_ris(number, head):
        return f"line {number} is a %0 tag"
    start = head.lstrip("\ufeff \t\r\n")
    if _LINE.match(start):
        return f'its first line is tagged "{start[:2]}"'
    return None


READER = Reader(
    id="endnote_tagged",
    name="EndNote tagged (Refer)",
    suffixes=(".enw", ".refer", ".txt"),
    looks_like=looks_like,
    read=read,
    how_to_export='In EndNote, export with the output style "EndNote Export".',
)
