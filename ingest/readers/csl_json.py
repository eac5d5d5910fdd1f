"""CSL-JSON as Zotero, Mendeley, Paperpile, pandoc and DOI content negotiation write it.

Also takes plain JSON with the names people give such things ("authors", "year", "journal"), as many scripts write it.
"""

import re
from collections.abc import Iterator
from typing import Any

from corpus.records import Entry
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.json_objects import Object, add, read_objects

NAMES = {
    "title": "title", "original-title": "original_title", "abstract": "abstract", "type": "type", "volume": "volume",
    "issue": "issue", "number": "issue", "page": "pages", "pages": "pages", "page-first": "start_page",
    "DOI": "doi", "doi": "doi", "PMID": "pmid", "pmid": "pmid", "PMCID": "pmcid", "pmcid": "pmcid", "ISBN": "isbn",
    "isbn": "isbn", "ISSN": "issn", "issn": "issn", "URL": "url", "url": "url", "language": "language", "note": "note",
    "publisher": "publisher", "publisher-place": "place", "edition": "edition", "collection-title": "series",
    "container-title-short": "journal_abbreviated", "journalAbbreviation": "journal_abbreviated",
    "event": "conference", "event-title": "conference", "genre": "publication_type", "source": "source",
    "archive_location": "archive_location", "year": "year", "journal": "journal", "venue": "journal",
    "keywords": "keywords", "date": "date", "publication_year": "year",
    # Zotero's own JSON, and Better BibTeX's
    "itemType": "type", "abstractNote": "abstract", "publicationTitle": "journal", "bookTitle": "booktitle",
    "proceedingsTitle": "booktitle", "conferenceName": "conference", "extra": "note", "place": "place",
    "libraryCatalog": "source", "university": "school",
    # Europe PMC and Semantic Scholar
    "authorString": "author", "journalTitle": "journal", "pubYear": "year", "pageInfo": "pages",
    "journalVolume": "volume", "abstractText": "abstract",
}  # fmt: skip
IDENTIFIERS = {"DOI": "doi", "PubMed": "pmid", "PubMedCentral": "pmcid"}
NAMED_LISTS = {"author": "author", "authors": "author", "editor": "editor", "container-author": "container-author"}
BOOK_TYPES = frozenset(("chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary", "entry"))
DATES = ("issued", "published", "published-print", "published-online")

_KEYS = re.compile(
    r'"(type|title|DOI|doi|author|authors|issued|container-title|id|abstract|year|journal|citation-key|ISSN|itemType)"'
    r"\s{0,9}:"
)


def read(lines: Lines) -> Iterator[Item]:
    """Items of a CSL-JSON file in file order."""
    return read_objects(lines, _is_record, _to_entry)


def _is_record(value: Object) -> bool:
    return "title" in value or "DOI" in value or ("id" in value and "type" in value)


def _to_entry(line: int, raw: str, item: Object) -> Entry:
    fields: dict[str, list[str]] = {}
    container = "booktitle" if str(item.get("type")) in BOOK_TYPES else "journal"
    for key, value in item.items():
        if key in NAMED_LISTS:
            for person in value if isinstance(value, list) else [value]:
                add(fields, NAMED_LISTS[key], to_name(person))
        elif key == "creators":
            for person in value if isinstance(value, list) else [value]:
                role = person.get("creatorType") if isinstance(person, dict) else ""
                add(fields, str(role or "author"), to_name(person))
        elif key == "tags" and isinstance(value, list):
            for tag in value:
                add(fields, "keywords", tag.get("tag") if isinstance(tag, dict) else tag)
        elif key == "journal" and isinstance(value, dict):
            for part, inside in value.items():
                add(fields, "journal" if part in ("name", "title") else NAMES.get(part) or part, inside)
        elif key == "externalIds" and isinstance(value, dict):
            for kind, number in value.items():
                add(fields, IDENTIFIERS.get(kind) or kind, number)
        elif key in DATES:
            add(fields, "date", to_date(value))
        elif key == "container-title":
            add(fields, container, value)
        elif key == "keyword":
            add(fields, "keywords", value.split("; ") if isinstance(value, str) and "; " in value else value)
        else:
            add(fields, NAMES.get(key, key), value)
    return Entry(format="csl_json", line=line, raw=raw, fields=fields)


def to_name(person: Any) -> str:
    """ "Family, Given" of a CSL name; a literal name of several words in braces."""
    if not isinstance(person, dict):
        return str(person or "")
    given = str(person.get("given") or person.get("firstName") or "")
    family = str(person.get("family") or person.get("lastName") or "")
    for particle in ("non-dropping-particle", "dropping-particle"):
        if person.get(particle):
            family = f"{person[particle]} {family}"
    if person.get("suffix"):
        given = f"{given} {person['suffix']}"
    if family:
        return f"{family}, {given}".rstrip(" ,")
    if literal := str(person.get("literal") or ""):
        whole = " " in literal and not literal.casefold().startswith(("et al", "and others"))
        return f"{{{literal}}}" if whole else literal  # in braces: a body's name is not to be taken apart
    return str(person.get("name") or given)


def to_date(date: Any) -> str:
    """ "2019-04-01" of a CSL date, as far as it goes."""
    if not isinstance(date, dict):
        return str(date or "")
    parts = date.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] and parts[0][0]:
        return "-".join(str(part).zfill(2) for part in parts[0] if part is not None)
    if date.get("year"):
        return "-".join(str(date[part]).zfill(2) for part in ("year", "month", "day") if date.get(part))
    return str(date.get("raw") or date.get("literal") or date.get("date-time") or "")


def looks_like(head: str) -> str | None:
    """Why this is CSL-JSON: JSON with two of its keys."""
    if head.lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return None
    keys = sorted(set(_KEYS.findall(head)))
    return f"it is JSON with the keys {keys[0]} and {keys[1]}" if len(keys) > 1 else None


READER = Reader(
    id="csl_json",
    name="CSL-JSON",
    suffixes=(".json",),
    looks_like=looks_like,
    read=read,
    how_to_export='In Zotero, choose "Export" and "CSL JSON".',
)
