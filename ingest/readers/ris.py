"""RIS as EndNote, Ovid, EBSCO, ProQuest, Embase, Cochrane, Web of Science, Zotero and Mendeley write it.

Each of them departs from the specification somewhere, so this reads tags with any number of blanks around the
dash, records without ER, wrapped lines and headings between records. What a tag means depends on the record's type
(T2 is a journal, a book or a series); that is settled here, for nobody later knows what T2 was.
"""

import re
from collections.abc import Iterator, Mapping

from corpus.records import Rejected
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.tagged import Block, FieldMap, find_line, find_tags, is_heading, to_entry, to_numbered, to_value

NAMES = {
    "TY": "type", "T1": "title", "TI": "title", "CT": "title", "TT": "original_title", "T3": "series",
    "AU": "author", "A1": "author", "A2": "editor", "ED": "editor", "PY": "year", "Y1": "year", "DA": "date",
    "JF": "journal", "JA": "journal_abbreviated", "J1": "journal_abbreviated", "J2": "journal_abbreviated",
    "VL": "volume", "VO": "volume", "IS": "issue", "CP": "issue", "SP": "start_page", "EP": "end_page",
    "DO": "doi", "DI": "doi", "AB": "abstract", "KW": "keywords", "DE": "keywords", "LA": "language",
    "PB": "publisher", "CY": "place", "PP": "place", "ET": "edition", "UR": "url", "LK": "url",
    "AD": "affiliation", "AN": "accession", "DB": "source", "N1": "note", "RN": "note", "PMID": "pmid", "YR": "year",
    "M3": "publication_type",
}  # fmt: skip

# Tags that are read even when the blanks around the dash are missing or the letters are small.
_OTHERS = (
    "A3 A4 A5 A6 AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CR DP DS ED ER H1 H2 ID IP JO L1 L2 L3 L4 LB LL M1 M2 NO NV N2 "
    "OP PM PT RI RP SE SN SO SR ST T2 TA U1 U2 U3 U4 U5 VI VT XR Y2"
)
KNOWN = frozenset(NAMES) | frozenset(_OTHERS.split())
PEOPLE = frozenset(("AU", "A1", "A2", "ED"))
LONG = frozenset(("AB", "N2", "N1"))  # their lines stay lines
# Tags whose meaning depends on what they hold.
VARIABLE = PEOPLE | {"KW", "AD", "SN", "M3", "L3", "C1", "M1", "C2", "L1", "L2", "CP"}
NAMING = frozenset(("T1", "TI", "CT", "AU", "A1"))
DATING = (frozenset(("DO",)), frozenset(("PY", "Y1")))
IDENTITY = NAMING.union(*DATING)

JOURNAL_TYPES = frozenset(("JOUR", "JFULL", "EJOUR", "MGZN", "NEWS", "INPR", "ABST", "SER", "JOURNAL ARTICLE"))
PART_TYPES = frozenset(("CHAP", "ECHAP", "CONF", "CPAPER", "ENCYC", "DICT"))
TALK_TYPES = frozenset(("CONF", "CPAPER"))
BOOK_TYPES = frozenset(("BOOK", "EBOOK", "EDBOOK", "CHAP", "ECHAP", "ENCYC", "DICT"))
SERIES_TYPES = frozenset(("BOOK", "EBOOK", "EDBOOK", "RPRT", "THES", "GOVDOC"))

_TAG = re.compile(r"[ \t]{0,12}([A-Za-z][A-Za-z0-9])([ \t]{0,4})-([ \t]?)(.*)", re.DOTALL)
_START = re.compile(r"(?:^|(?<=[\r\n]))[ \t\ufeff]{0,12}TY[ \t]{0,4}-|TY[ \xa0]{2}[-–—]", re.IGNORECASE)
# What a word processor or a web page makes of "TY  - ".
_DRESSED = re.compile(r"\A([A-Z][A-Z0-9])[ \xa0]{2}[-–—][ \xa0]?")
_CANONICAL = re.compile(r"(?:^|(?<=[\r\n]))(T1|TI|AU|A1|PY|Y1|JF|JO|T2|ER)  - ")
# How a record of another format starts, where files were put together.
_FOREIGN = re.compile(r"PMID- \d|PT [A-Z][ \t]*[\r\n]|RT [A-Z]|%0 \S|@[A-Za-z]{4,15}\{")
FOREIGN = "a record of another format in a file of RIS: save it as a file of its own"
_DOI = re.compile(r"(?:doi:?\s{0,3}|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?|ftp)://|www\.|doi\b", re.IGNORECASE)
_PUBMED = re.compile(r"(?:^|\b)PUBMED\s{0,3}(\d{1,8})\b", re.IGNORECASE)
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx]")


def read(lines: Lines) -> Iterator[Item]:
    """Items of a RIS file in file order. Text between ER and the next tag belongs to nobody."""
    before: Block | None = None
    bare = False  # there is nothing but TY in ``before``
    for block in _blocks(lines):
        if before is None or not _goes_on(before, bare, block):
            if before is not None:
                yield _to_item(before)
            before, bare = block, _is_bare(block)
        else:
            before.take(block)
            bare = bare and _is_bare(block)
    if before is not None:
        yield _to_item(before)


def _goes_on(before: Block, bare: bool, block: Block) -> bool:
    """Whether ``block`` still belongs to the record before it.

    A file may repeat TY within a record, and another may leave out ER. It is the same record if the new TY brings
    no title or author and no second year or DOI, or if there was nothing but TY before it. Below a blank line it
    needs none of these to be a record.
    """
    if before.closed or block.orphan or before.tags[:1] == [[FOREIGN, ""]]:
        return False
    if before.orphan:
        return not before.has(IDENTITY)
    if bare:
        return True
    if not before.raw[-1].strip() and len(block.tags) > 1:  # a blank line above it, and more than a type below
        return False
    return not block.has(NAMING) and not any(block.has(once) and before.has(once) for once in DATING)


def _is_bare(block: Block) -> bool:
    return all(tag[0] == "TY" for tag in block.tags)


def _blocks(lines: Lines) -> Iterator[Block]:
    """One block per TY line, and one for each run of tags that stands outside a record."""
    block: Block | None = None
    small = blank = False  # this record writes its tags in small letters; the line before was blank
    foreign = False  # what is read is of another format
    for number, line in to_numbered(lines):
        if line[2:6] == "  - " and line[:2].isalnum() and line[:2].isupper():
            tag, value = line[:2], line[6:].strip()
        else:
            plain = line if line[:6].isascii() else _DRESSED.sub(r"\1  - ", line, count=1)
            tag, value = _read_tag(plain, small)
        if tag == "TY":
            if block is not None:
                yield block
            block, foreign = Block(number), False
            small = line.lstrip()[:2].islower()
        elif block is None or foreign:
            if _FOREIGN.match(line):
                if block is not None:
                    yield block
                block, foreign = Block(number, orphan=True), True
                block.tags.append([FOREIGN, ""])
            elif block is None:
                if not tag or tag == "ER" or tag not in KNOWN:
                    continue
                block = Block(number, orphan=True)
        block.raw.append(line)
        if foreign:
            continue
        if tag == "ER":
            block.closed = True
            yield block
            block = None
            if joined := _START.match(value):  # two files put together, the first without a last line end
                block = Block(number)
                block.raw.append(value + line[len(line.rstrip()) :])
                block.tags.append(["TY", value[joined.end() :].strip()])
        elif tag:
            block.tags.append([tag, value])
        elif not (text := line.strip()):
            blank = True
            continue
        elif block.tags and not is_heading(line, "" if blank else "-"):
            # A line that is set in continues the sentence; one at the margin may be a new paragraph or keyword.
            block.tags[-1].append((" " if line[0] in " \t" and not blank else "\n") + text)
        blank = False
    if block is not None:
        yield block


def _read_tag(line: str, small: bool) -> tuple[str, str]:
    """Tag and value of a line that is not in the canonical form, or two empty strings."""
    if line.rstrip() == "ER":
        return "ER", ""
    if line[:4] == "PMID" and line[4:].lstrip()[:1] == "-":
        return "PMID", line.partition("-")[2].strip()
    found = _TAG.match(line)
    if not found:
        return "", ""
    letters, gap, after, value = found.groups()
    tag = letters.upper()
    if tag not in KNOWN or (value and not after and not value.isspace() and not gap):  # "IS-based" is a word
        return "", ""
    if letters != tag and tag not in ("TY", "ER") and not small and len(gap) != 2:  # "is - as we saw -" is a sentence
        return "", ""
    if tag == "ER" and value.strip() and not _START.match(value):  # "ER - where they waited -" is one too
        return "", ""
    return tag, value.strip()


def _to_item(block: Block) -> Item:
    if not block.orphan:
        return to_entry("ris", block, _to_fields)
    if block.tags[0][0] == FOREIGN:
        return Rejected(block.line, block.text, FOREIGN)
    if block.has(IDENTITY):
        return to_entry("ris", block, _to_fields, ("No TY line: the type of this reference is unknown.",))
    return Rejected(
        block.line, block.text, "no TY line, title, author, year or DOI: which reference do these tags belong to?"
    )


def _to_fields(block: Block) -> Mapping[str, list[str]]:
    to = FieldMap()
    kind = next((tag[1].strip().upper() for tag in block.tags if tag[0] == "TY" and tag[1]), "")
    for tag in block.tags:
        name, value = tag[0], to_value(tag)
        if name not in VARIABLE:
            to.add(NAMES.get(name, name), value if name in LONG or len(tag) == 2 else value.replace("\n", " "))
        elif name in ("KW", "AD") and "\n" in value:
            for item in value.split("\n"):
                to.add(NAMES[name], item)
        elif len(tag) > 2 and name in PEOPLE and all("," in piece for piece in tag[1:]):
            for person in tag[1:]:  # one below the other, though only the first has a tag
                to.add(NAMES[name], person.strip())
        elif name == "SN":
            to.add("isbn" if kind in BOOK_TYPES or _ISBN.fullmatch(value) else "issn", value)
        elif name in ("M3", "L3"):
            to.add("doi" if _DOI.match(value) else NAMES.get(name, name), value)
        elif name == "C1" and value.lower().startswith("full publication date: "):  # JSTOR
            to.add("date", value.partition(": ")[2])
        elif name in ("M1", "C1") and (value.startswith(("[", "(")) or (len(value) > 25 and "," in value)):
            to.add("affiliation", value)  # Ovid, Embase and Web of Science put addresses here, EndNote a number
        elif name == "C2" and value[:3].upper() == "PMC":
            to.add("pmcid", value)
        elif name in ("L1", "L2") and _REMOTE.match(value):  # else a file on somebody's computer
            to.add("link", value)
        elif name == "CP" and kind in PART_TYPES and not value[:4].isdigit() and " " in value:
            to.add("conference", value)
        else:
            to.add(NAMES.get(name, name), value.replace("\n", " "))
    _settle_titles(to, kind)
    to.rename("N2", "abstract")
    to.rename("link", "url")
    if kind in JOURNAL_TYPES:
        to.rename("C7", "article_number")
    _settle_identifiers(to)
    return to.fields


def _settle_titles(to: FieldMap, kind: str) -> None:
    """Give T2, BT, JO and ST the meaning they have in a record of this type."""
    if kind in TALK_TYPES and to.first("C3") and not to.first("accession").startswith("WOS:"):
        to.rename("C3", "booktitle")  # the proceedings; T2 names the conference then
        to.rename("T2", "conference")
    if kind in PART_TYPES:
        to.rename("BT", "booktitle")
        to.rename("T2", "booktitle")
    elif kind in JOURNAL_TYPES:
        to.rename("T2", "journal")
        to.rename("BT", "journal")
    else:
        to.rename("BT", "title_secondary" if to.first("title") else "title")
        serial = to.first("volume") or to.first("issue") or kind == "BLOG"
        to.rename("T2", "series" if kind in SERIES_TYPES else "journal" if serial else "title_secondary")
    to.rename("JO", "journal_abbreviated" if to.first("journal") else "journal")
    if not to.first("title"):
        to.rename("ST", "title")


def _settle_identifiers(to: FieldMap) -> None:
    """Numbers whose meaning depends on the database: EndNote and Embase put PubMed's in AN and C5."""
    databases = " ".join(to.fields.get("source", []) + to.fields.get("DP", [])).lower()
    for name in ("C3", "PM"):  # "PUBMED 31000001,EMBASE 2001000002", as the Cochrane Library has it
        if (found := _PUBMED.search(to.first(name))) or (name == "PM" and to.first(name).isdigit()):
            to.add("pmid", found[1] if found else to.first(name))
    if "scopus" in databases and to.first("C2").isdigit():
        to.rename("C2", "pmid")
    if to.first("accession").startswith("WOS:"):
        to.rename("C1", "affiliation")
    if to.first("accession").isdigit() and to.first("DP").lower() in ("nlm", "pubmed"):
        to.rename("accession", "pmid")
    if "embase" in databases or "medline" in databases:
        if to.first("C5").isdigit():
            to.rename("C5", "pmid")
        if to.first("U2")[:1] == "L" and to.first("U2")[1:].isdigit():
            to.rename("U2", "accession")
    start = to.first("start_page")
    if "-" in start and not to.first("end_page") and start.replace("-", "").isdigit():
        to.rename("start_page", "pages")


def looks_like(head: str) -> str | None:
    """Why this is RIS: a TY line, or at least three lines tagged as RIS tags its lines."""
    if number := find_line(_START, head):
        return f"line {number} is a TY tag"
    if len(find_tags(_CANONICAL, head)) >= 3:
        return f"line {find_line(_CANONICAL, head)} and others are tagged as in RIS"
    return None


READER = Reader(
    id="ris",
    name="RIS",
    suffixes=(".ris", ".txt"),
    looks_like=looks_like,
    read=read,
    how_to_export="Nearly every database and reference manager exports RIS.",
)
