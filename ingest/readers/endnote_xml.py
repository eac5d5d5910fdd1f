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
    "auth-address": "affiliation", "accession-num": "accession", "remote-database-name": "source",
    "work-type": "publication_type", "urls/related-urls/url": "url", "urls/web-urls/url": "url",
    "urls/pdf-urls/url": "url",
    "keywords/keyword": "keywords", "contributors/authors/author": "author",
    "contributors/secondary-authors/author": "editor",
}  # fmt: skip

# Reference types whose secondary title is a journal, a book or a series.
JOURNALS = frozenset(("journal article", "electronic article", "magazine article", "newspaper article"))
PARTS = frozenset(
    ("book section", "conference paper", "conference proceedings", "encyclopedia", "electronic book section")
)

KNOWN = frozenset(path.split("/")[0] for path in NAMES) | frozenset(
    ("ref-type", "titles", "database", "source-app", "foreign-keys", "isbn", "custom2", "rec-number")
)
_START = re.compile(r"<xml\b[^<>]{0,200}>\s{0,99}<records\b|<records\b[^<>]{0,200}>\s{0,99}<record\b|<ref-type\b")
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?:\s.*)?", re.DOTALL)


def read(lines: Lines) -> Iterator[Item]:
    """Items of an EndNote XML file in file order."""
    return read_elements(lines, ("record",), (), _to_entry)


def _to_entry(line: int, raw: str, record: ElementTree.Element) -> Entry:
    fields: dict[str, list[str]] = {}
    kind = ""
    if (ref_type := record.find("ref-type")) is not None:
        kind = ref_type.get("name") or to_text(ref_type)
        add(fields, "type", kind)
    for path, name in NAMES.items():
        for element in record.iterfind(path):
            add(fields, name, to_text(element))
    _add_secondary_title(fields, kind.lower(), to_text(record.find("titles/secondary-title")))
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


def _add_secondary_title(fields: dict[str, list[str]], kind: str, title: str) -> None:
    if not title:
        return
    if kind in JOURNALS:
        name = "journal" if "journal" not in fields else "title_secondary"
    else:
        name = (
            "booktitle"
            if kind in PARTS
            else "series"
            if kind in ("book", "edited book", "report")
            else "title_secondary"
        )
    add(fields, name, title)


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
