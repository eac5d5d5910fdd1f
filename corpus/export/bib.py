"""BibTeX in UTF-8, for LaTeX, JabRef and Zotero."""

import re
from collections.abc import Iterable
from typing import TextIO

from corpus.export.coded import Coded, join_words, one_line, to_kinds
from corpus.framework import Framework

_TYPES = {"book": "book", "chapter": "incollection", "conference": "inproceedings", "thesis": "phdthesis",
          "report": "techreport", "preprint": "unpublished", "web": "online",
          "dataset": "dataset", "other": "misc"}  # fmt: skip
_VENUES = {"incollection": "booktitle", "inproceedings": "booktitle", "techreport": "institution"}
_SPECIAL = re.compile(r"([&%$#_])")


def write_bib(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """Codes go into ``lacuna_<facet>`` fields, their words into ``lacuna_passages``: reference managers ignore them."""
    for coded in records:
        record = coded.record
        kind = _TYPES.get(record.type or "", "article" if record.venue else "misc")
        names = ["{" + _escape(str(a)) + "}" if a.corporate else _escape(str(a)) for a in record.authors]
        pairs = [
            ("author", " and ".join(names + ["others"] * record.authors_cut)),
            ("title", _escape(record.title)),
            ("origtitle", _escape(record.original_title)),
            ("note", _escape("\n".join(coded.notes))),
            (_VENUES.get(kind, "journal"), _escape(record.venue)),
            ("howpublished", _escape(record.venue) if kind == "techreport" else ""),  # what is read again as a venue
            ("year", str(record.year or "")),
            ("volume", _escape(record.volume)),
            ("number", _escape(record.issue)),
            ("pages", _escape(record.pages).replace("-", "--")),
            ("doi", record.doi or ""),
            ("pmid", record.pmid or ""),
            ("pmcid", record.pmcid or ""),
            ("isbn", record.isbn or ""),
            ("issn", record.issn or ""),
            ("url", record.url or ""),
            ("language", _escape(record.language)),
            ("keywords", _escape(join_words(record.keywords))),
            ("mesh", _escape(join_words(record.mesh))),
            ("document_type", _escape("; ".join(to_kinds(record, _TYPES.keys() - {"preprint"})))),
            ("affiliations", _escape("; ".join(record.affiliations))),
            ("abstract", _escape(record.abstract)),
            *((f"lacuna_{facet}", "; ".join(tags)) for facet, tags in coded.tags(framework).items()),
            ("lacuna_passages", _escape("; ".join(coded.passages))),
        ]
        lines = [f"  {name} = {{{value}}}" for name, value in pairs if value]
        out.write(f"@{kind}{{{record.id},\n" + ",\n".join(lines) + "\n}\n\n")


def _escape(text: str | None) -> str:
    """Text between braces: special characters escaped, backslashes and braces as commands."""
    text = one_line(text)
    text = text.replace("\\", "\0").replace("{", "\\{").replace("}", "\\}").replace("\0", r"\textbackslash{}")
    text = text.replace("~", r"\textasciitilde{}").replace("^", r"\textasciicircum{}")
    return _SPECIAL.sub(r"\\\1", text)
