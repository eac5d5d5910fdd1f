"""RIS, for EndNote, Zotero, Mendeley and screening tools. Tags as in the specification of Reference Manager."""

from collections.abc import Iterable
from typing import TextIO

from corpus.export.coded import Coded, one_line, split_name, to_kinds
from corpus.framework import Framework

_TYPES = {"article": "JOUR", "book": "BOOK", "chapter": "CHAP", "conference": "CPAPER", "thesis": "THES",
          "report": "RPRT", "news": "NEWS", "dataset": "DATA", "web": "ELEC", "other": "GEN"}  # fmt: skip
_WITH_JOURNAL = frozenset(("JOUR", "NEWS", "CHAP", "CPAPER"))  # where T2 is what the work stands in


def write_ris(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """Codes go into U1, one line a facet, and the words behind them into U2: fields a person may use freely."""
    for coded in records:
        for tag, value in _lines(coded):
            if value:
                out.write(f"{tag}  - {value}\n")
        for facet, tags in coded.tags(framework).items():
            out.write(f"U1  - {facet}: {'; '.join(tags)}\n")
        for a in coded.assignments:
            if a.passage:
                out.write(f'U2  - {a.facet}: {a.tag}: "{one_line(a.passage)}" in the {a.field}\n')
        out.write("ER  - \n\n")


def _lines(coded: Coded) -> Iterable[tuple[str, str]]:
    record = coded.record
    kind = _TYPES.get(record.type or "", "JOUR" if record.venue else "GEN")
    start, _, end = (record.pages or "").partition("-")
    whole = not end or "-" in end or "," in end
    yield "TY", kind
    for author in record.authors:
        yield "AU", split_name(author)
    if record.authors_cut:
        yield "AU", "et al."
    yield "TI", one_line(record.title)
    yield "TT", one_line(record.original_title)
    yield "T2" if kind in _WITH_JOURNAL else "JF", one_line(record.venue)
    yield "PY", str(record.year or "")
    yield "VL", one_line(record.volume)
    yield "IS", one_line(record.issue)
    yield "SP", one_line(record.pages if whole else start)
    yield "EP", "" if whole else one_line(end)
    yield "SN", one_line(record.isbn)
    yield "SN", one_line(record.issn)
    yield "DO", one_line(record.doi)
    if record.pmid:
        yield "AN", record.pmid
        yield "DP", "PubMed"
    yield "C2", one_line(record.pmcid)
    yield "M3", "; ".join(to_kinds(record, _TYPES))
    yield "LA", one_line(record.language)
    for keyword in dict.fromkeys(record.keywords + record.mesh):
        yield "KW", one_line(keyword)
    yield "AB", one_line(record.abstract)
    for place in record.affiliations:
        yield "AD", one_line(place)
    for note in coded.notes:
        yield "N1", one_line(note)
    yield "UR", one_line(record.url)
