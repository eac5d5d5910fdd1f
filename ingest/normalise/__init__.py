"""What an entry says, interpreted the same way for every format.

A reader gives text under our field names; here it becomes identifiers, names, years, types and clean text. Anything
a file says that is not interpreted stays with the entry.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from corpus.records import LOOKED_UP, Author, Entry, Fields
from ingest.normalise.identifiers import find_doi, find_isbn, find_issn, find_pmcid, find_pmid
from ingest.normalise.names import to_author, to_authors
from ingest.normalise.text import clean, is_missing, to_abstract, to_list, to_number, to_pages, to_title
from ingest.normalise.vocabulary import to_language, to_type

EARLIEST_YEAR, LATEST_YEAR = 1500, 2040  # fixed, for the same file must say the same next year
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20[0-4]\d)(?=\D|$|(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?:\D|$))")
_NO_YEAR = re.compile(
    r"in\s?press|forthcoming|submitted|accepted|n\.?\s?d\.?$|no date|to appear|ahead of print|nan$|na$|none$",
    re.IGNORECASE,
)
_NONE: list[str] = []


def to_fields(entry: Entry) -> Fields:
    """The entry interpreted. What cannot be interpreted is missing here, never guessed."""
    given = entry.fields
    get = given.get
    urls, notes, dois, pmids = get("url", _NONE), get("note", _NONE), get("doi", _NONE), get("pmid", _NONE)
    numbers = [*get("isbn", _NONE), *get("issn", _NONE)]
    publication_types = to_list(get("publication_type", _NONE), ";|") if "publication_type" in given else ()
    types = get("type", _NONE)
    if types and types[0] in _VAGUE_TYPES:  # "@misc{..., note = {Preprint}}"
        types = [*types, *(text for text in (*notes, *get("howpublished", _NONE)) if len(text) < 30)]
    authors, cut = _authors(given)
    return Fields(
        title=_title(given),
        abstract=_first(get("abstract", _NONE), to_abstract),
        authors=authors,
        authors_cut=cut,
        year=_year(given),
        venue=_venue(given),
        volume=_first(get("volume", _NONE), to_number),
        issue=_first(get("issue", _NONE), to_number),
        pages=_pages(given),
        doi=find_doi(dois, urls, notes) if dois or urls or notes else None,
        pmid=find_pmid(pmids, urls, notes) if pmids or urls or notes else None,
        pmcid=find_pmcid(get("pmcid", _NONE), (*pmids, *urls, *notes)),
        isbn=find_isbn(numbers) if numbers else None,
        issn=find_issn(numbers) if numbers else None,
        url=_first(urls, _to_url),
        type=to_type(types, publication_types),
        language=_first(get("language", _NONE), to_language),
        keywords=to_list(get("keywords", _NONE), ";|•·,\n") if "keywords" in given else (),
        mesh=to_list(get("mesh", _NONE), ";|") if "mesh" in given else (),
        publication_types=publication_types,
        affiliations=_affiliations(given["affiliation"]) if "affiliation" in given else (),
        notes=to_list(notes, "") if notes else (),
        original_title=_first(get("original_title", _NONE), to_title),
        accession=_accession(given, entry.format) if "accession" in given else (),
        looked_up=entry.format == LOOKED_UP,
    )


def find_warnings(entry: Entry, fields: Fields) -> tuple[str, ...]:
    """Sentences about what the entry gave and we could not take, beside the reader's own. They never reject."""
    get = entry.fields.get
    found: list[str] = []
    if fields.title is None:
        found.append("There is no title.")
    years = get("year", _NONE) if fields.year is None else ()
    if years := [value for value in years if value.strip() and not _NO_YEAR.search(value)]:
        found.append(f'The year "{years[0][:40]}" is not one we can take ({EARLIEST_YEAR} to {LATEST_YEAR}).')
    dois = [value for value in get("doi", _NONE) if not is_missing(value.strip())]
    if dois and not any(["10." in value for value in dois]):
        found.append(f'"{dois[0][:60]}" is not a DOI.')
    elif dois and fields.doi is None:
        found.append(f'The DOI "{dois[0][:60]}" is malformed.')
    pmids = get("pmid", _NONE) if fields.pmid is None and fields.pmcid is None else ()
    if pmids := [value for value in pmids if not is_missing(value.strip())]:
        found.append(f'The PMID "{pmids[0][:40]}" is malformed.')
    if not fields.authors and get("author"):
        found.append(f'No name could be read from the authors "{get("author", _NONE)[0][:60]}".')
    return tuple(found)


def _first(values: Sequence[str], convert: Callable[[str], str | None]) -> str | None:
    for value in values:
        if converted := convert(value):
            return converted
    return None


def _title(given: Mapping[str, list[str]]) -> str | None:
    title = _first(given.get("title", _NONE), to_title)
    subtitle = _first(given.get("subtitle", _NONE), to_title) if title else None
    if title and subtitle and subtitle.casefold() not in title.casefold():
        return f"{title}{'' if title[-1] in ':?!' else ':'} {subtitle}"
    return title or _first(given.get("original_title", _NONE), to_title)


def _authors(given: Mapping[str, list[str]]) -> tuple[tuple[Author, ...], bool]:
    """Authors, else editors. Where a source gives short and full names, the full ones if none are missing."""
    authors, cut = to_authors(given.get("author", _NONE))
    if "author_full" in given:
        full, full_cut = to_authors(given["author_full"])
        if len(full) >= len(authors):
            authors, cut = full, full_cut
    return (authors, cut) if authors or "editor" not in given else to_authors(given["editor"])


def _year(given: Mapping[str, list[str]]) -> int | None:
    for name in ("year", "date"):
        for value in given.get(name, _NONE):
            if len(value) == 4 and value.isascii() and value.isdigit():  # most need no pattern
                if EARLIEST_YEAR <= int(value) <= LATEST_YEAR:
                    return int(value)
            elif match := _YEAR.search(value):
                year = int(match.group())
                if EARLIEST_YEAR <= year <= LATEST_YEAR:
                    return year
    return None


_VENUES = ("journal", "booktitle", "conference", "journal_abbreviated", "howpublished")
_VAGUE_TYPES = frozenset(("misc", "other", "generic", "gen", "unpublished", "online"))


def _venue(given: Mapping[str, list[str]]) -> str | None:
    for name in _VENUES:
        for value in given.get(name, _NONE):
            venue = clean(value).rstrip(",; ")
            if not is_missing(venue) and not (name == "howpublished" and ("://" in venue or "\\" in venue)):
                return venue
    return None


def _pages(given: Mapping[str, list[str]]) -> str | None:
    if pages := _first(given.get("pages", _NONE), to_pages):
        return pages
    start, end = _first(given.get("start_page", _NONE), to_pages), _first(given.get("end_page", _NONE), to_pages)
    if start:
        return to_pages(f"{start}-{end}") if end and "-" not in start and end != start else start
    return _first(given.get("article_number", _NONE), to_pages)


def _affiliations(values: Sequence[str]) -> tuple[str, ...]:
    """One cell of a table parts them by "|", and ";" may stand within one; or by ";", and " | " may stand within one.

    Where a format repeats the field, "|" is always text.
    """
    by_bars = len(values) == 1 and (";" not in values[0] or "|" in values[0].replace(" | ", " "))
    return to_list(values, "|;" if by_bars else ";")


def _to_url(text: str) -> str | None:
    url = text.split("|", 1)[0].strip() if "://" in text else text.strip()
    return None if is_missing(url) else url


# Accession numbers that say whose they are.
_ACCESSIONS = (
    ("WOS:", "WOS"), ("ISI:", "WOS"), ("BCI:", "BIOSIS"), ("MEDLINE:", "MEDLINE"), ("2-s2.0-", "SCOPUS"),
    ("https://openalex.org/", "OPENALEX"), ("CN-", "CENTRAL"), ("pub.", "DIMENSIONS"),
)  # fmt: skip


def _accession(given: Mapping[str, list[str]], format: str) -> tuple[str, ...]:
    """As "SOURCE:number". The source is in the number itself, or named by the entry, else its format stands there."""
    named = clean(given["source"][0]).replace(":", " ") if given.get("source") else format
    found: list[str] = []
    for value in given["accession"]:
        number = clean(value)
        if is_missing(number):
            continue
        source = next(((s, len(p) if p[-1] in ":/" else 0) for p, s in _ACCESSIONS if number.startswith(p)), (named, 0))
        found.append(f"{source[0]}:{number[source[1] :]}")
    return tuple(dict.fromkeys(found))


__all__ = ["EARLIEST_YEAR", "LATEST_YEAR", "clean", "find_warnings", "to_author", "to_authors", "to_fields"]
