"""EndNote's XML export: ``<record>`` elements, their text wrapped in ``<style>`` markup."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from corpus.records import Entry
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.xml_elements import add, add_rest, read_elements, to_text

NAMES = {
    "titles/title": "title", "titles/tertiary-title": "series", "titles/translated-title": "original_title",
    "periodical/full-title": "journal", "periodical/abbr-1": "journal_abbreviated",
    "alt-periodical/full-title": "journal_abbreviated", "titles/alt-title": "journal_abbreviated",
    "dates/year": "year", "dates/pub-dates/date": "date", "pages": "pages", "volume": "volume", "number": "issue",
    "issue": "issue", "edition": "edition", "publisher": "publisher", "pub-location": "place", "abstract": "abstract",
    "electronic-resource-num": "doi", "language": "language", "notes": "note", "research-notes": "note",
    "accession-num": "accession", "remote-database-name": "source",
    "work-type": "publication_type", "urls/related-urls/url": "url", "urls/web-urls/url": "url",
    "keywords/keyword": "keywords", "contributors/authors/author": "author",
    "contributors/secondary-authors/author": "editor",
}  # fmt: skip

# Reference types whose secondary title is a journal, a book or a series.
JOURNALS = frozenset(("journal article", "electronic article", "magazine article", "newspaper article"))
TALKS = frozenset(("conference paper", "conference proceedings"))
PARTS = TALKS | {"book section", "encyclopedia", "electronic book section"}
SERIES = frozenset(("book", "edited book", "report"))

# EndNote's numbers, for files that give no name with them.
TYPES = {
    "5": "Book Section", "6": "Book", "10": "Conference Proceedings", "12": "Web Page", "13": "Generic",
    "17": "Journal Article", "19": "Magazine Article", "23": "Newspaper Article", "27": "Report", "28": "Edited Book",
    "32": "Thesis", "34": "Unpublished Work", "43": "Electronic Article", "44": "Electronic Book",
    "46": "Government Document", "47": "Conference Paper",
}  # fmt: skip

KNOWN = frozenset(path.split("/")[0] for path in NAMES) | frozenset(
    ("ref-type", "titles", "database", "source-app", "foreign-keys", "isbn", "custom2", "custom3", "custom7",
     "rec-number", "auth-address")
)  # fmt: skip
_START = re.compile(r"<xml\b[^<>]{0,200}>\s{0,99}<records\b|<records\b[^<>]{0,200}>\s{0,99}<record\b|<ref-type\b")
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?:\s.*)?", re.DOTALL)


def read(lines: Lines) -> Iterator[Item]:
    """Items of an EndNote XML file in file order."""
    return read_elements(lines, ("record",), (), _to_entry)


def _to_entry(line: int, raw: str, record: ElementTree.Element) -> Entry:
    fields: dict[str, list[str]] = {}
    kind = ""
    if (ref_type := record.find("ref-type")) is not None:
        kind = ref_type.get("name") or TYPES.get(to_text(ref_type), to_text(ref_type))
        add(fields, "type", kind)
    for path, name in NAMES.items():
        for element in record.iterfind(path):
            add(fields, name, to_text(element))
    _add_containers(fields, kind.lower(), record)
    for address in to_text(record.find("auth-address")).replace("\r", "\n").split("\n"):
        add(fields, "affiliation", address.strip())
    for element in record.iterfind("urls/pdf-urls/url"):
        link = to_text(element)
        add(fields, "url" if "://" in link and not link.startswith(("internal-", "file:")) else "pdf-urls", link)
    for number in to_text(record.find("isbn")).replace("\r", "\n").split("\n"):
        add(fields, "isbn" if _ISBN.fullmatch(number.strip()) else "issn", number.strip())
    custom = to_text(record.find("custom2"))
    add(fields, "pmcid" if custom[:3].upper() == "PMC" else "custom2", custom)
    if fields.get("accession", [""])[0].isdigit() and to_text(record.find("remote-database-provider")).lower() == "nlm":
        fields["pmid"] = fields.pop("accession")
    add(fields, "database", to_text(record.find("database")))
    add(fields, "rec-number", to_text(record.find("rec-number")))
    add_rest(fields, record, KNOWN)
    for group in ("tertiary-authors", "subsidiary-authors", "translated-authors"):
        for author in record.iterfind(f"contributors/{group}/author"):
            add(fields, group, to_text(author))
    return Entry(format="endnote_xml", line=line, raw=raw, fields=fields)


def _add_containers(fields: dict[str, list[str]], kind: str, record: ElementTree.Element) -> None:
    """What the secondary title and EndNote's custom fields 3 and 7 are in a reference of this type."""
    title = to_text(record.find("titles/secondary-title"))
    proceedings = to_text(record.find("custom3"))
    if kind in TALKS and proceedings:
        add(fields, "booktitle", proceedings)
        add(fields, "conference", title)
    elif kind in PARTS:
        add(fields, "booktitle", title)
    elif kind in SERIES:
        add(fields, "series", title)
    elif "journal" not in fields and (kind in JOURNALS or "volume" in fields or "issue" in fields) and kind != "thesis":
        add(fields, "journal", title)
    else:
        add(fields, "title_secondary", title)
    if not (kind in TALKS and proceedings):
        add(fields, "custom3", proceedings)
    add(fields, "article_number" if kind in JOURNALS else "custom7", to_text(record.find("custom7")))


def looks_like(head: str) -> str | None:
    """Why this is EndNote XML: its records element or a ref-type."""
    if head.lstrip("\ufeff \t\r\n")[:1] == "<" and (found := _START.search(head)):
        return f'it holds "{" ".join(found[0].split())[:40]}"'
    return None


READER = Reader(
    id="endnote_xml",
    name="EndNote XML",
    suffixes=(".xml",),
    looks_like=looks_like,
    read=read,
    how_to_export="In EndNote, choose File, Export, and save as XML.",
)
