"""Works as Crossref's API gives them: one work, a list, JSON lines, or ``{"message": {"items": [...]}}``.

Source of the names: https://api.crossref.org/swagger-ui
"""

import re
from collections.abc import Iterator
from typing import Any

from corpus.records import Entry
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.csl_json import to_date, to_name
from ingest.readers.json_objects import Object, add, read_objects, to_objects

NAMES = {
    "title": "title", "original-title": "original_title", "subtitle": "subtitle", "abstract": "abstract",
    "type": "type", "volume": "volume", "issue": "issue", "page": "pages", "article-number": "article_number",
    "DOI": "doi", "ISBN": "isbn", "ISSN": "issn", "URL": "url", "language": "language", "publisher": "publisher",
    "publisher-location": "place", "short-container-title": "journal_abbreviated", "subject": "subject",
    "is-referenced-by-count": "citations", "edition-number": "edition", "source": "source",
}  # fmt: skip
PART_TYPES = frozenset(("book-chapter", "book-section", "book-part", "proceedings-article", "reference-entry"))
# The dates of publication, the one that counts first.
DATES = ("published-print", "published", "issued", "published-online", "posted")

_KEYS = re.compile(r'"(?:message-type|reference-count|is-referenced-by-count|references-count|content-domain)"\s{0,9}:')


def read(lines: Lines) -> Iterator[Item]:
    """Works in file order."""
    return read_objects(lines, _is_record, _to_entry)


def _is_record(value: Object) -> bool:
    return "DOI" in value and ("type" in value or "title" in value)


def _to_entry(line: int, raw: str, work: Object) -> Entry:
    fields: dict[str, list[str]] = {}
    for key, value in work.items():
        if key in ("author", "editor"):
            _add_people(fields, key, value)
        elif key == "container-title":
            _add_containers(fields, value, str(work.get("type")))
        elif key == "event" and isinstance(value, dict):
            add(fields, "conference", value.get("name"))
        elif key not in DATES:
            add(fields, NAMES.get(key, key), value)
    for key in DATES:
        add(fields, "date", to_date(work.get(key)))
    return Entry(format="crossref", line=line, raw=raw, fields=fields)


def _add_people(fields: dict[str, list[str]], name: str, people: Any) -> None:
    for person in people if isinstance(people, list) else [people]:
        if not isinstance(person, dict):
            add(fields, name, to_name(person))
            continue
        body = "" if person.get("family") else str(person.get("name") or "")
        add(fields, name, f"{{{body}}}" if " " in body else to_name(person))  # a body is not to be taken apart
        for place in to_objects(person.get("affiliation")):
            add(fields, "affiliation", place.get("name"))
        add(fields, "orcid", person.get("ORCID"))


def _add_containers(fields: dict[str, list[str]], titles: Any, kind: str) -> None:
    """The last title of a chapter is its book, those before are series."""
    if kind in PART_TYPES and isinstance(titles, list) and titles:
        add(fields, "booktitle", titles[-1])
        add(fields, "series", titles[:-1])
    else:
        add(fields, "booktitle" if kind in PART_TYPES else "journal", titles)


def looks_like(head: str) -> str | None:
    """Why this is Crossref JSON: a key that only Crossref writes."""
    if head.lstrip("\ufeff \t\r\n")[:1] in ("[", "{") and (found := _KEYS.search(head)):
        return f"it is JSON with Crossref's key {found[0].split(':')[0].strip()}"
    return None


READER = Reader(
    id="crossref",
    name="Crossref JSON",
    suffixes=(".json", ".jsonl", ".ndjson"),
    looks_like=looks_like,
    read=read,
    how_to_export="Crossref's API gives works as JSON.",
)
