"""Retractions, expressions of concern and corrections: which record is one, and which record it is about.

A wrong word here harms people, so every sign is listed with its reason, and a doubtful one counts only where the
work it is about is found. What is found is derived: nothing of it is stored.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.records import Fields, Record

Kind = Literal["retraction", "withdrawal", "concern", "erratum"]

MARKS: Mapping[Kind, str] = {  # said of the work itself
    "retraction": "Retracted",
    "withdrawal": "Withdrawn",
    "concern": "Expression of concern",
    "erratum": "Corrected",
}
NAMES: Mapping[Kind, str] = {  # said of the notice
    "retraction": "Retraction notice",
    "withdrawal": "Withdrawal notice",
    "concern": "Expression of concern",
    "erratum": "Correction",
}
GRAVE: tuple[Kind, ...] = ("retraction", "withdrawal", "concern")  # what a reader must know before citing


@dataclass(frozen=True, slots=True)
class Notice:
    """Something published about a work: it was retracted, withdrawn, doubted or corrected. Ids are record ids.

    ``of`` is None where the work is not in the corpus, ``by`` where the record itself says so and no notice is here.
    """

    kind: Kind
    of: str | None
    by: str | None
    why: str  # a sentence: what says so


Notices = Mapping[str, Sequence[Notice]]  # record id -> notices it is about or is; records without any are left out


def mark_of(record_id: str, notices: Notices) -> str:
    """What must stand beside a record wherever it is shown, the gravest first; "" for nearly all records.

    >>> mark_of("a", {"a": (Notice("erratum", "a", "b", ""), Notice("retraction", "a", None, ""))})
    'Retracted'
    >>> mark_of("b", {"b": (Notice("erratum", "a", "b", ""),)})
    'Correction'
    """
    here = notices.get(record_id, ())
    about = {notice.kind for notice in here if notice.of == record_id}
    if about:
        return next(MARKS[kind] for kind in MARKS if kind in about)
    return next((NAMES[notice.kind] for notice in here), "")


def is_grave(record_id: str, notices: Notices) -> bool:
    """Whether the work was retracted, withdrawn or doubted."""
    return any(notice.of == record_id and notice.kind in GRAVE for notice in notices.get(record_id, ()))


# Signs on the work itself.

_OWN_TITLES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc]
    for kind, pattern in (
        # publishers and PubMed put it in front: "RETRACTED: ...", "Retracted Article: ...", "[Retracted] ..."
        ("retraction", r"^\W*retracted(?: (?:article|paper|chapter|manuscript|publication))?\s*(?:[:\])—–-]|\. )"),
        # Web of Science puts it behind: "... (Retracted article. See vol. 7, pg. 98, 2010)"
        ("retraction", r"[\[(]\s*retracted\b[^\])]*[\])]?\W*$"),
        # Cochrane and articles in press: "WITHDRAWN: ..."
        ("withdrawal", r"^\W*withdrawn(?: (?:article|paper|review))?\s*[:\])]"),
        ("withdrawal", r"[\[(]\s*withdrawn\b[^\])]*[\])]\W*$"),
    )
)
_OWN_TYPES: Mapping[str, Kind] = {
    "retracted publication": "retraction",  # PubMed
    "retracted article": "retraction",
    "retracted": "retraction",
    "withdrawn publication": "withdrawal",
}
_OWN_NOTE = re.compile(r"^(retracted|withdrawn)\b.{0,60}$", re.IGNORECASE)  # Zotero, EndNote, our own exports


def read_mark(fields: Fields) -> tuple[Kind, str] | None:
    """What a record says about itself, and where it says so; None for nearly all."""
    for value in fields.publication_types:
        if kind := _OWN_TYPES.get(value.casefold()):
            return kind, f"Its publication type is “{value}”."
    for kind, pattern in _OWN_TITLES:
        if fields.title and pattern.search(fields.title):
            return kind, f"Its title says “{MARKS[kind].lower()}”."
    for note in fields.notes:
        if found := _OWN_NOTE.match(note):
            kind = "retraction" if found[1].casefold() == "retracted" else "withdrawal"
            return kind, f"A note with it says “{found[1].lower()}”."
    return None


def strip_mark(title: str) -> str:
    """A title without the publisher's "RETRACTED: " or "(Retracted article ...)".

    >>> strip_mark("RETRACTED ARTICLE: Rest and recovery")
    'Rest and recovery'
    """
    for _, pattern in _OWN_TITLES:
        title = pattern.sub("", title).strip()
    return title


# Signs that a record is a notice. ``sure``: the words alone say so; else only with the work it is about.

_NOTICE_TITLES: tuple[tuple[Kind, bool, re.Pattern[str]], ...] = tuple(
    (kind, sure, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc]
    for kind, sure, pattern in (
        ("retraction", True, r"^retraction (?:note|notice|statement)(?: (?:to|for|of))?\b[:.\s—–-]*(?P<about>.*)$"),
        ("retraction", True, r"^notice of retraction(?: (?:to|for|of))?\b[:.\s—–-]*(?P<about>.*)$"),
        ("retraction", True, r"^(?P<about>.+)[\[(]\s*retraction of\b[^\])]*[\])]?\W*$"),  # Web of Science
        ("retraction", True, r"^retraction(?::\s*|\W*$)(?P<about>.*)$"),
        # "Retraction of the placenta" is a work of its own
        ("retraction", False, r"^retraction(?: (?:to|for|of|from))?\b[:.\s—–-]*(?P<about>.*)$"),
        ("withdrawal", True, r"^(?:withdrawal notice|notice of withdrawal)(?: (?:to|for|of))?\b[:.\s—–-]*"
                             r"(?P<about>.*)$"),
        # "Withdrawal: a qualitative study"
        ("withdrawal", False, r"^withdrawal(?: (?:to|for|of))?\b[:.\s—–-]*(?P<about>.*)$"),
        ("concern", True, r"^(?:editorial )?expression of concern(?: (?:to|for|on|about|regarding))?\b[:.\s—–-]*"
                          r"(?P<about>.*)$"),
        ("erratum", True, r"^(?:author |publisher |editorial )?(?:erratum|errata|corrigendum|corrigenda)"
                          r"(?: (?:to|for|in|on))?\b[:.\s—–-]*(?P<about>.*)$"),
        ("erratum", True, r"^(?:author|publisher|editorial) correction(?: (?:to|for|of))?\b[:.\s—–-]*(?P<about>.*)$"),
        ("erratum", True, r"^correction(?: (?:to|for|notice))?:\s*(?P<about>.*)$"),
        # "Correction to reimbursement rates" is a work of its own; so is "Correction of anaemia"
        ("erratum", False, r"^corrections?(?: notice)?(?: (?:to|for|of|in))?\b[:.\s—–-]*(?P<about>.*)$"),
        # Web of Science names a correction by the work it mends: "... (vol 12, pg 305, 2017)"
        ("erratum", True, r"^(?P<about>.+)\(vol\.? \w+,? (?:pp?g?\.? |art\.? )?[\w-]+,? (?:19|20)\d\d\)\W*$"),
        ("erratum", False, r"^(?P<about>.+?)[\s:.(\[—–-]+(?:erratum|corrigendum|correction)\W*$"),
        ("retraction", False, r"^(?P<about>.+?)[\s:.(\[—–-]+retraction(?: notice)?\W*$"),
    )
)  # fmt: skip
_NOTICE_TYPES: Mapping[str, Kind] = {
    "retraction of publication": "retraction",
    "retraction notice": "retraction",
    "retraction": "retraction",
    "expression of concern": "concern",
    "published erratum": "erratum",
    "erratum": "erratum",
    "correction": "erratum",
    "corrigendum": "erratum",
}
_QUOTED = re.compile(r"[“\"«‘']([^“”\"«»]{12,})[”\"»’']")
_TAIL = re.compile(r"\s*[\[(][^\[\]()]*\d[^\[\]()]*[\])]?\W*$")  # "[J Work 12 (2010) 1-5]"
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>\[\]{}|]+", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:?\s*(\d{4,9})\b", re.IGNORECASE)
# Fields of an entry that name the work: PubMed's "retraction of", "erratum for", ...; Crossref's update-to.
POINTERS = frozenset(("ROF", "EFR", "ECF", "update-to", "update_to"))


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a notice says of the work it is about, before that work is looked for."""

    kind: Kind
    sure: bool
    why: str
    titles: tuple[str, ...]  # possible titles of the work, the likeliest first
    dois: tuple[str, ...]
    pmids: tuple[str, ...]


def read_notice(fields: Fields, pointers: Iterable[str] = ()) -> Pointer | None:
    """What a record points at if it is, or may be, a notice. ``pointers``: the values of its entries' POINTERS."""
    title = " ".join((fields.title or "").split())
    by_type = next((k for t in fields.publication_types if (k := _NOTICE_TYPES.get(t.casefold()))), None)
    if by_type is None and fields.type in ("retraction", "erratum"):
        by_type = "retraction" if fields.type == "retraction" else "erratum"
    found = next(((k, sure, m["about"]) for k, sure, p in _NOTICE_TITLES if (m := p.match(title))), None)
    if found is None and by_type is None:
        return None
    kind, sure, about = found or (by_type or "erratum", True, title)
    if by_type is not None:
        kind = kind if kind in GRAVE else by_type
        sure = True
    why = "Its title says so." if found else "Its publication type says so."
    own = (fields.doi or "").casefold()
    named = " ".join(pointers)
    dois = {d for d in find_dois(named) if d != own}
    if not dois:  # in running text a second address may be of anything: the work copied from, say
        text = " ".join((title, fields.abstract or "", *fields.notes))
        mentioned = {d for d in find_dois(text) if d != own}
        dois = mentioned if len(mentioned) == 1 else set()
    pmids = {p for p in _PMID.findall(named) if p != fields.pmid}
    return Pointer(kind, sure, why, tuple(_titles(about)), tuple(sorted(dois)), tuple(sorted(pmids)))


def find_dois(text: str) -> list[str]:
    """DOIs in running text, lower case, without the punctuation behind them."""
    return [found.rstrip(".,;:)'”’").casefold() for found in _DOI.findall(text)]


def _titles(about: str) -> Iterable[str]:
    """What may be the work's title in "Smith et al. Title. Journal 2010" or in "'Title' [Journal 12 (2010) 1-5]"."""
    quoted = [found.strip() for found in _QUOTED.findall(about)]
    bare = _TAIL.sub("", about).strip(" .'\"“”‘’")
    parts = [part for part in re.split(r"(?<=[.?!])\s+", bare) if len(to_letters(part)) >= LEAST_LETTERS]
    for text in dict.fromkeys([*quoted, about.strip(), bare, *parts]):
        if len(to_letters(text)) >= LEAST_LETTERS:
            yield text


LEAST_LETTERS = 20  # below this a title says too little: "Introduction"
TELLING_LETTERS = 40  # from here on a title is enough where the notice is signed by others, its editors


def to_letters(title: str | None) -> str:
    """A title as compared: letters and digits alone, lower case, without a publisher's label."""
    return "".join(c for c in strip_mark(title or "").casefold() if c.isalnum())


Lookup = Callable[[str], Iterable[Record]]


def find_notices(
    records: Iterable[tuple[Record, Sequence[str]]], by_id: Lookup, by_title: Lookup
) -> dict[str, tuple[Notice, ...]]:
    """Notices by record id, among the records that may be or have one, each with its entries' POINTERS.

    ``by_id`` finds records with a DOI ("doi:...") or PMID ("pmid:..."); ``by_title`` those whose title holds the words
    of a title. Both may give too many.
    """
    found: list[Notice] = []
    marked: dict[str, tuple[Kind, str]] = {}
    for record, pointers in sorted(records, key=lambda item: item[0].id):
        own = read_mark(record)
        if own:
            marked[record.id] = own
            continue
        pointer = read_notice(record, pointers)
        if pointer is None:
            continue
        work = _find_work(record, pointer, by_id, by_title)
        if work is not None:
            found.append(Notice(pointer.kind, work[0].id, record.id, work[1]))
        elif pointer.sure:
            found.append(Notice(pointer.kind, None, record.id, pointer.why))
    announced = {(notice.of, notice.kind) for notice in found}
    for record_id, (kind, why) in marked.items():
        if (record_id, kind) not in announced:
            found.append(Notice(kind, record_id, None, why))
    out: dict[str, list[Notice]] = {}
    for notice in found:
        for record_id in dict.fromkeys(i for i in (notice.of, notice.by) if i):
            out.setdefault(record_id, []).append(notice)
    return {record_id: tuple(some) for record_id, some in out.items()}


def _find_work(notice: Record, pointer: Pointer, by_id: Lookup, by_title: Lookup) -> tuple[Record, str] | None:
    for doi in pointer.dois:
        for work in by_id(f"doi:{doi}"):
            if work.id != notice.id and work.doi == doi:
                return work, f"The notice names the DOI {doi}."
    for pmid in pointer.pmids:
        for work in by_id(f"pmid:{pmid}"):
            if work.id != notice.id and work.pmid == pmid:
                return work, f"The notice names the PubMed number {pmid}."
    for title in pointer.titles:
        letters = to_letters(title)
        works = [w for w in by_title(title) if to_letters(w.title) == letters and _may_be(w, notice)]
        signed = [w for w in works if _same_people(w, notice)]
        for some in (signed, [w for w in signed if w.venue and w.venue == notice.venue]):
            if len(some) == 1:
                return some[0], "Title and authors of notice and work agree."
        if not signed and len(works) == 1 and len(letters) >= TELLING_LETTERS:
            return works[0], "The notice names its title, and no other record has that title."
    return None


def _may_be(work: Record, notice: Record) -> bool:
    """A notice is not about itself or about another notice, and does not come before the work."""
    if work.id == notice.id or ((other := read_notice(work)) is not None and other.sure):
        return False
    return work.year is None or notice.year is None or notice.year >= work.year - 1


def _same_people(work: Record, notice: Record) -> bool:
    ours = {author.family.casefold() for author in notice.authors if not author.corporate}
    return not ours or not work.authors or any(author.family.casefold() in ours for author in work.authors)
