"""DOI, PMID, PMCID, ISBN and ISSN in any spelling, from their own fields or from addresses and notes."""

import html
import re
from collections.abc import Sequence
from urllib.parse import unquote

_PLAIN_DOI = re.compile(r"10\.\d{4,9}/[a-z0-9._()/:\-]*[a-z0-9]")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d{1,9}){0,3}\s?/\s?[^\s\"“”|{}\\^`]+", re.IGNORECASE)
_NEXT_DOI = re.compile(r"(?:[;,|]|(?<=[^/.(]))\s*(?:https?://|doi:|10\.\d{4,9}/)", re.IGNORECASE)
_SAYS_DOI = re.compile(r"^\W*(?:doi\b|https?://(?:dx\.)?doi\.org/|10\.\d{4,9}/)", re.IGNORECASE)
_PART_OF_ADDRESS = re.compile(
    r"(?:/(?:abstract|full|fulltext|pdf|epdf|epub|html|meta|references|summary|asset|suppl_file)(?:/.*)?|\.pdf|\.full|"
    r"\.abstract|\.short|\.long)$"
)
_PMID = re.compile(r"(?<!\d)\d{1,8}(?![\d-])")
_PMID_NOTE = re.compile(r"\bPMID\b[\s:{}]{0,4}(\d{4,8})\b", re.IGNORECASE)
# What stands behind one of these in a note is the number of another work.
_OF_ANOTHER = re.compile(
    r"\b(?:comments?|erratum|errata|corrections?|corrigend\w+|corrected|retract\w+|updates?|republish\w+|reprint\w*|"
    r"summary|original|reply|response|cites|cited|see)\b",
    re.IGNORECASE,
)
_PMID_ADDRESS = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/|pubmed/)(\d{4,8})\b")
_PMCID = re.compile(r"PMC\s?(\d{3,9})\b", re.IGNORECASE)
_ISSN = re.compile(r"(?<![\d-])(\d{4})[-–‐]?(\d{3}[\dXx])(?![\d-])")
_ISBN = re.compile(r"(?<![\d])(?:97[89][-\s–]?)?\d(?:[-\s–]?\d){8}[-\s–]?[\dXx](?![\d])")


def to_doi(text: str) -> str | None:
    """The first DOI in the text, bare and in small letters; None if there is none.

    >>> to_doi("https://doi.org/10.1136/BMJ.L987.")
    '10.1136/bmj.l987'
    """
    plain = text.lower()
    if _PLAIN_DOI.fullmatch(plain) and plain.count("(") == plain.count(")"):
        return plain
    if "10." not in plain:
        return None
    if "&" in plain:
        plain = html.unescape(plain)
    if "%" in plain:
        plain = unquote(plain)
    match = _DOI.search(plain)
    if not match:
        return None
    doi = re.sub(r"\s", "", match.group())
    if (following := _NEXT_DOI.search(doi, 8)) is not None:
        doi = doi[: following.start()]
    if "(sici)" not in doi:
        doi = doi.split("<", 1)[0].split(">", 1)[0]
    if "://" in plain[: match.start()]:
        doi = re.split(r"[?#&]", doi, maxsplit=1)[0]
        doi = _PART_OF_ADDRESS.sub("", doi)
    return _trim(doi)


def _trim(doi: str) -> str | None:
    while doi and (doi[-1] in ".,;:'\"*" or (doi[-1] in ")]>" and doi.count(doi[-1]) > doi.count(_OPEN[doi[-1]]))):
        doi = doi[:-1]
    return doi if len(doi.partition("/")[2]) > 0 else None


_OPEN = {")": "(", "]": "[", ">": "<"}


# The address of a work's reference list: the entry read there is another work.
_LIST_ADDRESS = re.compile(r"/(?:refs?|references|citedby|citations?|suppl)(?:/|\?|$)", re.IGNORECASE)


def find_doi(dois: Sequence[str], urls: Sequence[str], notes: Sequence[str]) -> str | None:
    """From the DOI field, else from an address that holds one, else from a note that begins with one."""
    for text in dois:
        if doi := to_doi(text):
            return doi
    for url in urls:
        if "10." in url and not _LIST_ADDRESS.search(url) and (doi := to_doi(url)):
            return doi
    for note in notes:
        if "10." in note and _SAYS_DOI.match(note) and (doi := to_doi(note)):
            return doi
    return None


def find_pmid(pmids: Sequence[str], urls: Sequence[str], notes: Sequence[str]) -> str | None:
    for text in pmids:
        digits = text if text.isdigit() else (match.group() if (match := _PMID.search(_without_pmc(text))) else "")
        if 0 < len(digits.lstrip("0")) <= 8:
            return digits.lstrip("0")
    for url in urls:
        if "pubmed" in url and (match := _PMID_ADDRESS.search(url)):
            return match.group(1)
    for note in notes:
        if (match := _PMID_NOTE.search(note)) and not _OF_ANOTHER.search(note, 0, match.start()):
            return match.group(1)
    return None


def _without_pmc(text: str) -> str:
    return _PMCID.sub("", text)


def find_pmcid(pmcids: Sequence[str], others: Sequence[str]) -> str | None:
    """``others`` are fields in which a number needs its letters: PMID, addresses, notes."""
    for text in pmcids:
        if match := _PMCID.search(text):
            return "PMC" + match.group(1)
        digits = text.strip().removesuffix(".0")
        if digits.isdigit() and 3 <= len(digits) <= 9:
            return "PMC" + digits
    for text in others:
        if ("PMC" in text or "pmc" in text) and (match := _PMCID.search(text)):
            return "PMC" + match.group(1)
    return None


def find_issn(values: Sequence[str]) -> str | None:
    """ "1234-567X", from fields that may hold ISBNs too."""
    for value in values:
        for match in _ISSN.finditer(value):
            if not _ISBN.search(value) or len(re.sub(r"\D", "", value)) <= 8:
                return f"{match.group(1)}-{match.group(2).upper()}"
    return None


def find_isbn(values: Sequence[str]) -> str | None:
    """13 digits if the check digit is right, else as given without hyphens."""
    for value in values:
        if len(value) >= 10 and (match := _ISBN.search(value)):
            digits = re.sub(r"[-\s–]", "", match.group()).upper()
            if len(digits) == 10 and _is_isbn10(digits):
                digits = _to_isbn13(digits)
            if len(digits) in (10, 13):
                return digits
    return None


def _is_isbn10(digits: str) -> bool:
    values = [10 if d == "X" else int(d) for d in digits]
    return sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True)) % 11 == 0


def _to_isbn13(digits: str) -> str:
    body = "978" + digits[:9]
    check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body)) % 10
    return f"{body}{check}"
