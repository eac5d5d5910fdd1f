"""The services that can be asked, and how each is asked: a list of identifiers in, answers out.

OpenAlex: https://developers.openalex.org/guides/filtering (a filter takes up to 100 values parted by "|").
PubMed: https://www.ncbi.nlm.nih.gov/books/NBK25497/ (three requests a second at most, an address to write to).
"""

import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from corpus.records import Entry
from ingest.enrich.client import Client
from ingest.normalise import to_fields
from ingest.readers import openalex, pubmed_xml


@dataclass(frozen=True)
class Answer:
    """What a service says of one work, as far as we want to know it."""

    doi: str | None = None
    pmid: str | None = None
    accession: str = ""
    title: str | None = None
    year: int | None = None
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    mesh: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    language: str | None = None
    retracted: bool = False

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it, without what is missing."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Answer":
        known = {f.name for f in fields(cls)}
        said: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in plain.items() if n in known}
        return cls(**said)


@dataclass(frozen=True)
class Service:
    """One service. ``kinds``: the identifiers it is asked by, the preferred one first."""

    id: str
    name: str
    default_address: str
    address_setting: str  # environment variables: another address, and a key of your own
    key_setting: str
    kinds: tuple[str, ...]
    per_request: int
    pause: float  # seconds from one request to the next
    requests: Callable[[str], int]  # how many requests one list takes, by the kind of identifier
    ask: Callable[[Client, str, Sequence[str], str, str], list[Answer]]  # client, kind, identifiers, mail, key

    @property
    def address(self) -> str:
        return os.environ.get(self.address_setting) or self.default_address

    @property
    def host(self) -> str:
        return self.address.partition("://")[2].partition("/")[0] or self.address

    @property
    def key(self) -> str:
        return os.environ.get(self.key_setting, "")


_OPENALEX_FIELDS = (
    "id,doi,ids,title,publication_year,authorships,abstract_inverted_index,mesh,language,type,is_retracted"
)
_OPENALEX_TYPES = {
    "article": "Journal Article", "book-chapter": "Book Chapter", "dissertation": "Dissertation",
    "erratum": "Published Erratum",
}  # fmt: skip
_RETRACTED = frozenset(("retracted publication", "retracted article"))


def _ask_openalex(client: Client, kind: str, asked: Sequence[str], mail: str, key: str) -> list[Answer]:
    params = {"filter": f"{kind}:{'|'.join(asked)}", "per-page": "100", "select": _OPENALEX_FIELDS}
    if mail:
        params["mailto"] = mail
    if key:
        params["api_key"] = key
    return client.ask("works", params, _read_openalex)


def _read_openalex(text: str) -> list[Answer]:
    """The works of one page. Raises ValueError if it is not one."""
    if not re.search(r'"results"\s*:\s*\[', text):
        raise ValueError("it is no list of works")
    answers = []
    for item in openalex.read(io.StringIO(text)):
        if not isinstance(item, Entry):
            raise ValueError(item.reason)
        if item.fields.get("title"):
            types = item.fields.get("type", [])
            named = tuple(_OPENALEX_TYPES.get(t, t.replace("-", " ").capitalize()) for t in types)
            answers.append(_to_answer(item, named))
    return answers


def _ask_pubmed(client: Client, kind: str, asked: Sequence[str], mail: str, key: str) -> list[Answer]:
    common = {"db": "pubmed", "tool": "lacuna"}
    if mail:
        common["email"] = mail
    if key:
        common["api_key"] = key
    numbers: Sequence[str] = asked
    if kind == "doi":
        term = " OR ".join(f'"{doi}"[doi]' for doi in asked)
        query = {**common, "term": term, "retmax": str(2 * len(asked)), "retmode": "xml"}
        numbers = client.ask("esearch.fcgi", query, _read_numbers, post=True)
        if not numbers:
            return []
    question = {**common, "id": ",".join(numbers), "retmode": "xml"}
    return client.ask("efetch.fcgi", question, _read_pubmed, post=True)


def _read_numbers(text: str) -> list[str]:
    found = re.search(r"<IdList\s*/>|<IdList>(.*?)</IdList>", text, re.DOTALL)
    if not found:
        raise ValueError("it is no list of PubMed numbers")
    return re.findall(r"<Id>\s*(\d+)\s*</Id>", found[1] or "")


def _read_pubmed(text: str) -> list[Answer]:
    """The records of a reply. Raises ValueError if it is not a whole one."""
    if "<PubmedArticleSet" not in text or not re.search(r"</PubmedArticleSet>|<PubmedArticleSet\s*/>", text):
        raise ValueError("it is no whole set of PubMed records")
    answers = []
    for item in pubmed_xml.read(io.StringIO(text)):
        if not isinstance(item, Entry):
            raise ValueError(item.reason)
        answers.append(_to_answer(item))
    return answers


def _to_answer(entry: Entry, types: tuple[str, ...] | None = None) -> Answer:
    said = to_fields(entry)
    types = said.publication_types if types is None else types
    retracted = any(t.casefold() in _RETRACTED for t in said.publication_types)
    return Answer(
        doi=said.doi,
        pmid=said.pmid,
        accession=(entry.fields.get("accession") or [""])[0],
        title=said.title,
        year=said.year,
        authors=tuple(map(str, said.authors)),
        abstract=said.abstract,
        mesh=said.mesh,
        publication_types=tuple(t for t in types if t.casefold() not in _RETRACTED),
        language=said.language,
        retracted=retracted,
    )


SERVICES = {
    service.id: service
    for service in (
        Service("openalex", "OpenAlex", "https://api.openalex.org/", "LACUNA_OPENALEX_ADDRESS", "LACUNA_OPENALEX_KEY",
                ("doi", "pmid"), 50, 1.0, lambda kind: 1, _ask_openalex),
        Service("pubmed", "PubMed", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", "LACUNA_PUBMED_ADDRESS",
                "LACUNA_PUBMED_KEY", ("pmid", "doi"), 100, 0.5, lambda kind: 2 if kind == "doi" else 1, _ask_pubmed),
    )
}  # fmt: skip
