"""Works as OpenAlex gives them: ``{"results": [...]}``, a list, JSON lines, or one work.

Abstracts come as an inverted index (word to positions) and are put back in order.
Source of the names: https://docs.openalex.org/api-entities/works/work-object
"""

import re
from collections.abc import Iterator
from typing import Any

from corpus.records import Entry
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.json_objects import Object, add, read_objects, to_object, to_objects, to_texts

NAMES = {
    "title": "title", "publication_year": "year", "publication_date": "date", "language": "language",
    "cited_by_count": "citations", "type_crossref": "publication_type", "type": "type",
}  # fmt: skip
BIBLIO = {"volume": "volume", "issue": "issue", "first_page": "start_page", "last_page": "end_page"}
DONE = frozenset(
    ("id", "display_name", "ids", "doi", "biblio", "authorships", "primary_location", "mesh", "keywords",
     "abstract_inverted_index", "abstract", "concepts", "topics")
)  # fmt: skip
_LONGEST = 50_000  # words of an abstract; more is damage

_KEYS = re.compile(
    r'"https?://openalex\.org/W\d|"(?:abstract_inverted_index|authorships|host_venue|cited_by_api_url)"\s{0,9}:'
)


def read(lines: Lines) -> Iterator[Item]:
    """Works in file order."""
    return read_objects(lines, _is_record, _to_entry)


def _is_record(value: Object) -> bool:
    return "/W" in str(value.get("id")) and ("title" in value or "display_name" in value or "authorships" in value)


def _to_entry(line: int, raw: str, work: Object) -> Entry:
    fields: dict[str, list[str]] = {}
    for key, field in NAMES.items():
        add(fields, field, work.get(key))
    if "title" not in fields:
        add(fields, "title", work.get("display_name"))
    _add_identifiers(fields, work)
    _add_place(fields, work)
    for authorship in to_objects(work.get("authorships")):
        name = to_object(authorship.get("author")).get("display_name")
        add(fields, "author", name or authorship.get("raw_author_name"))
        places = to_texts(authorship.get("raw_affiliation_strings") or authorship.get("raw_affiliation_string"))
        if not places:
            places = [str(place.get("display_name") or "") for place in to_objects(authorship.get("institutions"))]
        for field, values in (("affiliation", places), ("country", to_texts(authorship.get("countries")))):
            for value in values:
                if value not in fields.get(field, ()):
                    add(fields, field, value)
    add(fields, "abstract", to_abstract(work.get("abstract_inverted_index")) or work.get("abstract"))
    for heading in to_objects(work.get("mesh")):
        add(fields, "mesh", _to_mesh(heading))
    for key in ("keywords", "concepts", "topics"):  # OpenAlex's own guesses, not the authors' keywords
        for item in to_objects(work.get(key)):
            add(fields, f"openalex_{key}", item.get("display_name") or item.get("keyword"))
    if work.get("is_retracted") is True:  # said as PubMed says it
        add(fields, "publication_type", "Retracted Publication")
    for key, value in work.items():
        if key not in NAMES and key not in DONE:
            add(fields, key, value)
    return Entry(format="openalex", line=line, raw=raw, fields=fields)


def _add_identifiers(fields: dict[str, list[str]], work: Object) -> None:
    ids = to_object(work.get("ids"))
    add(fields, "doi", work.get("doi") or ids.get("doi"))
    for name in ("pmid", "pmcid"):
        add(fields, name, str(ids.get(name) or "").rstrip("/").rpartition("/")[2])
    add(fields, "accession", str(work.get("id") or "").rpartition("/")[2])
    add(fields, "source", "OpenAlex")


def _add_place(fields: dict[str, list[str]], work: Object) -> None:
    location = to_object(work.get("primary_location"))
    source = to_object(location.get("source")) or to_object(work.get("host_venue"))
    part = str(work.get("type")) in ("book-chapter", "book-section")
    add(fields, "booktitle" if part else "journal", source.get("display_name") or location.get("raw_source_name"))
    add(fields, "issn", source.get("issn_l") or source.get("issn"))
    add(fields, "publisher", source.get("host_organization_name") or source.get("publisher"))
    add(fields, "url", location.get("landing_page_url"))
    biblio = to_object(work.get("biblio"))
    for key, name in BIBLIO.items():
        add(fields, name, biblio.get(key))


def _to_mesh(heading: Object) -> str:
    star = "*" if heading.get("is_major_topic") else ""
    qualifier = heading.get("qualifier_name")
    name = str(heading.get("descriptor_name") or "")
    return f"{name}/{star}{qualifier}" if qualifier else star + name


def to_abstract(index: Any) -> str:
    """The text of an inverted index.

    >>> to_abstract({"help": [1], "Wards": [0, 2]})
    'Wards help Wards'
    """
    if not isinstance(index, dict):
        return ""
    places = (
        (place, word)
        for word, where in index.items()
        if isinstance(where, list)
        for place in where
        if isinstance(place, int)
    )
    return " ".join(word for _, word in sorted(places)[:_LONGEST])


def looks_like(head: str) -> str | None:
    """Why this is OpenAlex JSON: the address of a work, or a key that only OpenAlex writes."""
    if head.lstrip("\ufeff \t\r\n")[:1] in ("[", "{") and (found := _KEYS.search(head)):
        what = "addresses of works" if "openalex.org" in found[0] else f"key {found[0].split(':')[0].strip()}"
        return f"it is JSON with OpenAlex's {what}"
    return None


READER = Reader(
    id="openalex",
    name="OpenAlex JSON",
    suffixes=(".json", ".jsonl", ".ndjson"),
    looks_like=looks_like,
    read=read,
    how_to_export="OpenAlex's API gives works as JSON.",
)
