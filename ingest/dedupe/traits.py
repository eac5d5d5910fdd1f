"""What deduplication looks at in one entry, computed once. Equal traits cannot be told apart by any rule."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from corpus.records import Fields
from ingest.dedupe.names import Name, to_names
from ingest.dedupe.places import Pages, to_issue, to_pages, to_venues, to_volume
from ingest.dedupe.titles import Title, fold, is_translated, to_titles

_PART_OF_DOI = re.compile(r"\.[gts]\d{3}$|(?<=^10\.7554/elife\.\d{5})\.\d{3}$")  # a figure or table of the work
_NOT_IN_DOI = bytes(
    b for b in range(256) if not chr(b).isalnum() or b > 127
)  # databases lose full stops and slashes: "10.3402/fnr.v57" and "10.3402/fnrv57"
_DOI = re.compile(r"10\.\d{3,9}/\S+")
_COCHRANE = re.compile(r"\bcd0\d{5}\b")
_ISSN = re.compile(r"\b\d{4}-?\d{3}[\dxX]\b")
_ISBN = re.compile(r"\b97[89][\d-]{10,14}\b|\b\d[\d-]{8,11}[\dxX]\b")
_PREPRINT_DOI = re.compile(
    r"10\.(1101/|2139/ssrn|48550/arxiv|31234/osf|31235/|31219/|21203/rs|20944/preprints|26434/chemrxiv|22541/au|36227/)"
)
_PREPRINT_VENUE = re.compile(
    r"\b((bio|med|psya|soca|chem|a)rxiv|ssrn|preprints?|research square|osf preprints|working papers?)\b"
)
_CONFERENCE_VENUE = re.compile(
    r"\b(proceedings of the \d+|conference|symposium|congress|meeting|workshop|annual convention)\b"
)
_SUPPLEMENT = re.compile(r"suppl|abstract|meeting", re.IGNORECASE)

MEDIUM = 15
LONG = 25  # letters from which a title tells works apart; "Editorial" and "Annual report" do not


class Traits(NamedTuple):
    kind: str
    form: str  # "preprint", "supplement" or ""
    titles: tuple[Title, ...]
    names: tuple[Name, ...]
    names_cut: bool
    year: int
    venues: tuple[tuple[str, ...], ...]
    volume: str
    issue: str
    pages: Pages | None
    doi: str  # letters and digits only
    pmid: str
    pmcid: str
    serials: frozenset[str]  # ISSNs
    isbns: frozenset[str]
    review: str  # number of a Cochrane review, which all its updates share
    translated: bool  # the title is, or was, in another language
    looked_up: bool  # an answer about a record: it is compared by identifier alone


def to_traits(fields: Fields) -> Traits:
    """Comparable traits of one entry, from its own fields only."""
    kind, titles = to_titles(fields.title, fields.original_title)
    if not kind and fields.type in ("erratum", "retraction"):
        kind = "erratum" if fields.type == "erratum" else "retraction notice"
    found = _DOI.search(unquote(fields.doi).lower()) if fields.doi else None
    doi = found[0].rstrip(".,;") if found else ""
    if doi[-3:].isdigit():
        doi = _PART_OF_DOI.sub("", doi)
    form = _find_form(fields, doi)
    numbers = f"{fields.issn or ''} {fields.isbn or ''} {fields.doi if not doi and fields.doi else ''}".strip()
    return Traits(
        kind,
        form,
        titles,
        to_names(fields.authors),
        fields.authors_cut,
        fields.year or 0,
        to_venues(fields.venue),
        to_volume(fields.volume, fields.year),
        to_issue(fields.volume, fields.issue),
        to_pages(fields.pages),
        doi.encode("ascii", "ignore").translate(None, _NOT_IN_DOI).decode() if doi else "",
        fields.pmid or "",
        fields.pmcid or "",
        _find_numbers(_ISSN, _ISBN.sub(" ", numbers)) if numbers else frozenset(),
        _find_numbers(_ISBN, numbers) if numbers else frozenset(),
        _find_review(fields),
        is_translated(fields.title, fields.original_title) or fields.language not in (None, "en"),
        fields.looked_up,
    )


def _find_numbers(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(n.replace("-", "").lower() for n in pattern.findall(text))


def _find_form(fields: Fields, doi: str) -> str:
    of_venue = _find_form_of_venue(fields.venue) if fields.venue else ""
    if fields.type == "preprint" or of_venue == "preprint" or _PREPRINT_DOI.match(doi):
        return "preprint"
    if fields.type == "conference" or of_venue:
        return "supplement"
    where = f"{fields.issue or ''}{fields.volume or ''}"
    if not where or where.isdigit():
        return ""
    return "supplement" if _SUPPLEMENT.search(f"{fields.issue or ''} {fields.volume or ''}") else ""


@lru_cache(maxsize=16384)
def _find_form_of_venue(venue: str) -> str:
    folded = fold(venue)
    if _PREPRINT_VENUE.search(folded):
        return "preprint"
    return "supplement" if _CONFERENCE_VENUE.search(folded) else ""


def _find_review(fields: Fields) -> str:
    """The number of a Cochrane review. A work that only cites one in its DOI field has another venue."""
    if fields.venue and "cochrane" not in fields.venue.lower():
        return ""
    numbers = f"{fields.doi or ''} {fields.pages or ''} {fields.issue or ''}".lower()
    found = _COCHRANE.search(numbers) if "cd0" in numbers else None
    return found[0] if found else ""


def find_anchors(traits: Traits) -> tuple[tuple[str, str], ...]:
    """Exact (class, value) facts of an entry. Two entries that are one work share two classes, or an "exact".

    rules.py holds every "same" to that, so an over-full key can be refined by anchors and lose nothing.
    """
    ids = [i for i in (traits.doi, traits.pmid, traits.pmcid, traits.review) if i]
    found = [("id", i) for i in ids]
    found += [("exact", f"{i} {t.compact}") for i in ids for t in traits.titles]
    found += [("title", t.compact) for t in traits.titles if len(t.compact) >= LONG]
    found += [("name", w) for w in {w for n in traits.names for w in (n.family, *n.words)}]
    if traits.year:
        found += [("year", str(traits.year)), ("year", str(traits.year + 1))]  # one year apart still meets
    if traits.pages:
        found.append(("page", str(traits.pages.first)))
    if traits.volume:
        found.append(("volume", traits.volume))
    return tuple(found)


def share_anchors(a: Traits, b: Traits) -> bool:
    shared = {kind for kind, _ in set(find_anchors(a)) & set(find_anchors(b))}
    return "exact" in shared or len(shared) >= 2
