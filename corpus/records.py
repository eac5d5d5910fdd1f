"""The nouns of the store as plain values: what a file gave, what we read from it, what people ruled.

Everything here is frozen. Missing is None or an empty tuple, never "" and never NaN.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Literal, NamedTuple

LOOKED_UP = "looked_up"  # the format of an answer that a service gave about a record that is here


def normalise_raw(raw: str) -> str:
    """Raw text as it is hashed: line ends as \\n, outer white space gone."""
    return (raw.replace("\r\n", "\n").replace("\r", "\n") if "\r" in raw else raw).strip()


def make_entry_id(format: str, raw: str) -> str:
    """20 hex digits that are the same for the same item anywhere (design.md, Identity 1)."""
    text = f"{format}\n{normalise_raw(raw)}"
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a file had it. ``fields`` keeps repeated and unknown tags, in file order."""

    format: str  # the reader's id: "bibtex", "delimited", "ris", ...
    line: int  # where it starts in the decoded file, from 1
    raw: str
    fields: Mapping[str, list[str]]
    warnings: tuple[str, ...] = ()  # sentences; they never reject

    @property
    def id(self) -> str:
        return make_entry_id(self.format, self.raw)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that could not be read. ``raw`` is kept so that it can be corrected and uploaded."""

    line: int
    raw: str
    reason: str


class Author(NamedTuple):
    """One name. A corporate name is all ``family`` with ``corporate`` set."""

    family: str
    given: str = ""
    corporate: bool = False

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What one entry says, interpreted the same way for every format.

    Identifiers are bare and lower case (``doi`` without resolver; ``pmid`` digits only; ``pmcid``
    "PMC123"). ``language`` is ISO 639-1 where known, else as given. ``type`` is one of TYPES.
    """

    title: str | None = None
    abstract: str | None = None
    authors: tuple[Author, ...] = ()
    authors_cut: bool = False  # "and others": the list is longer than what is here
    year: int | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    isbn: str | None = None
    issn: str | None = None
    url: str | None = None
    type: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()  # the authors' keywords
    mesh: tuple[str, ...] = ()  # MeSH and other controlled headings
    publication_types: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    original_title: str | None = None  # a bracketed or parallel title in another language
    accession: tuple[str, ...] = ()  # accession numbers as "SOURCE:number"
    looked_up: bool = False  # an answer a service gave when asked: it fills what no file says, and is never a record

    @property
    def is_empty(self) -> bool:
        """No title, author, identifier, venue or year: nothing one could cite or find again."""
        return not (
            self.title or self.authors or self.doi or self.pmid or self.pmcid or self.isbn or self.venue or self.year
        )


TYPES = ("article", "review", "book", "chapter", "conference", "thesis", "report", "preprint", "news", "letter",
         "editorial", "erratum", "retraction", "comment", "dataset", "web", "other")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Fields):
    """One bibliographic record, the unit every count is made of.

    Several entries may stand behind it; each keeps its Origin, so nothing a user gave is ever lost.
    """

    id: str  # the smallest entry id behind it
    entries: tuple[str, ...]
    taken_from: Mapping[str, str] = field(default_factory=dict)  # field name -> entry id, where entries differ


FIELD_NAMES = tuple(f.name for f in fields(Fields))
_get_all = attrgetter(*FIELD_NAMES)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry was met."""

    entry: str
    import_id: int
    file: str
    format: str
    line: int
    source: str | None = None  # database or collection, as the person named it
    search_date: str | None = None


Source = Literal["rule", "keyword", "model", "person"]


class Assignment(NamedTuple):
    """This text has this tag, because of this passage.

    ``start`` and ``end`` are offsets into the field's text: for a tuple field such as ``keywords``
    into the items joined by "; ". ``passage`` is that slice. A person's code has no passage.
    """

    facet: str
    tag: str
    source: Source = "rule"
    field: str = ""
    start: int = 0
    end: int = 0
    passage: str = ""


Verdict = Literal["same", "distinct", "held"]


@dataclass(frozen=True, slots=True)
class Link:
    """A judged pair of entries, ``a`` < ``b``. ``score`` in 0..1: how sure the verdict is."""

    a: str
    b: str
    verdict: Verdict
    rule: str  # id of the row in the decision table
    score: float
    why: str = ""  # a sentence for a person


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision. It names entries, never records, so it survives re-folding.

    kind "same" / "distinct": entries is the pair. kind "tag": facet, tag and ``value`` in added,
    confirmed, rejected; or no tag and value "coded": the facet was coded in full. kind "scope":
    ``value`` in in, out, unscreened. kind "withdrawn": ``value`` is the number of the ruling it takes
    back. kind "cell": two tags or groups, ``value`` one of corpus.cells.VALUES, entries only of a record rejected
    for it. The latest ruling on a question wins.
    """

    kind: Literal["same", "distinct", "tag", "scope", "cell", "withdrawn"]
    entries: tuple[str, ...]
    value: str = ""
    facet: str = ""
    tag: str = ""
    reason: str = ""
    coded_from: str = ""  # "abstract" or "title": what the person read
    coded_under: int | None = None  # framework version a person coded under
    who: str = ""
    at: str = ""  # ISO 8601, UTC
    number: int = 0  # given by the store
    version: int = 0  # corpus version that it made
    other_facet: str = ""  # with ``other_tag``: the other side of a cell
    other_tag: str = ""


def to_plain(value: Fields) -> dict[str, Any]:
    """A JSON-ready dict without missing values. ``to_fields_value`` reads it back."""
    plain = {
        name: v
        for name, v in zip(FIELD_NAMES, _get_all(value), strict=True)
        if v or not (v is None or v is False or v == ())
    }
    if value.authors:
        plain["authors"] = [[a.family, a.given, a.corporate] for a in value.authors]
    return plain


def from_plain(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments for Fields or Record from what ``to_plain`` made."""
    out: dict[str, Any] = {}
    for name, v in plain.items():
        if name == "authors":
            out[name] = tuple(Author(*a) for a in v)
        else:
            out[name] = tuple(v) if isinstance(v, list) else v
    return out
