"""PubMed's tagged format (.nbib), for reference managers that take it. It has no place for codes."""

import textwrap
from collections.abc import Iterable
from typing import TextIO

from corpus.export.coded import Coded, one_line, to_kinds
from corpus.framework import Framework

_LANGUAGES = {"en": "eng", "fr": "fre", "de": "ger", "es": "spa", "pt": "por", "it": "ita", "nl": "dut", "da": "dan",
              "sv": "swe", "no": "nor", "fi": "fin", "pl": "pol", "cs": "cze", "hu": "hun", "tr": "tur", "el": "gre",
              "ru": "rus", "uk": "ukr", "ar": "ara", "he": "heb", "fa": "per", "zh": "chi", "ja": "jpn",
              "ko": "kor"}  # fmt: skip


def write_nbib(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """One block a record, parted by blank lines; long values go on in lines set in by six blanks."""
    for coded in records:
        for tag, value in _lines(coded):
            if value:
                wrapped = textwrap.wrap(value, 82, break_long_words=False, break_on_hyphens=False)
                out.write(f"{tag:<4}- " + "\n      ".join(wrapped) + "\n")
        out.write("\n")


def _lines(coded: Coded) -> Iterable[tuple[str, str]]:
    record = coded.record
    yield "PMID", record.pmid or ""
    yield "OWN", "NLM" if record.pmid else "NOTNLM"
    yield "IS", one_line(record.issn)
    yield "ISBN", one_line(record.isbn)
    yield "VI", one_line(record.volume)
    yield "IP", one_line(record.issue)
    yield "DP", str(record.year or "")
    yield "TI", one_line(record.title)
    yield "PG", one_line(record.pages)
    yield "LID", f"{record.doi} [doi]" if record.doi else ""
    yield "AB", one_line(record.abstract)
    for author in record.authors:
        yield "CN" if author.corporate else "FAU", one_line(str(author))
    if record.authors_cut:
        yield "FAU", "et al."
    for place in record.affiliations:
        yield "AD", one_line(place)
    yield "LA", _LANGUAGES.get(record.language or "", one_line(record.language))
    for kind in to_kinds(record, ()):
        yield "PT", kind
    yield "TT", one_line(record.original_title)
    yield "JT", one_line(record.venue)
    for heading in record.mesh:
        yield "MH", one_line(heading)
    for keyword in record.keywords:
        yield "OT", one_line(keyword)
    for note in coded.notes:
        yield "GN", one_line(note)
    yield "PMC", record.pmcid or ""
