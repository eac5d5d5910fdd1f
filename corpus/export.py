"""References out, with their codes: one writer a format, listed at the foot.

What we write we read again with nothing new and nothing lost. A stored record is never altered; escaping happens here.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from corpus.errors import LacunaError
from corpus.framework import Framework
from corpus.records import Assignment, Record


@dataclass(frozen=True)
class Coded:
    """A record with the tags it has. ``mark``: what must stand beside it, such as "Retracted" (corpus/notices.py)."""

    record: Record
    assignments: tuple[Assignment, ...]
    mark: str = ""

    def tags(self, framework: Framework) -> dict[str, list[str]]:
        """Tag ids by facet, parents added, framework order."""
        given = {(a.facet, a.tag) for a in self.assignments}
        found: dict[str, list[str]] = {}
        for facet in framework.facets:
            here = {p for f, tag in given if f == facet.id for p in facet.with_parents(tag)}
            if here:
                found[facet.id] = [tag.id for tag in facet.tags if tag.id in here]
        return found


def defuse(text: str) -> str:
    """Text for a spreadsheet cell: what a spreadsheet would run as a formula begins with an apostrophe."""
    return "'" + text if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r") else text


_CSV_COLUMNS = ("title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "pmid", "pmcid", "isbn", "issn",
                "type", "language", "keywords", "mesh", "abstract", "url", "note")  # fmt: skip


def to_row(coded: Coded, framework: Framework) -> dict[str, str]:
    """One record as text cells: id, bibliographic columns, a column for each facet with tag ids joined by "; "."""
    record = coded.record
    row = {"id": record.id}
    for name in _CSV_COLUMNS:
        value = coded.mark if name == "note" else getattr(record, name)
        if name == "authors":
            cell = "; ".join(map(str, record.authors)) + ("; et al." if record.authors_cut else "")
        elif isinstance(value, tuple):
            cell = "; ".join(value)
        else:
            cell = "" if value is None else str(value)
        row[name] = cell
    tags = coded.tags(framework)
    for facet in framework.facets:
        row[facet.id] = "; ".join(tags.get(facet.id, ()))
    return row


def write_csv(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """UTF-8 CSV with a heading row; cells that would run as formulas are defused."""
    names = ["id", *_CSV_COLUMNS, *framework.by_id]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for coded in records:
        row = to_row(coded, framework)
        writer.writerow([defuse(row[name]) for name in names])


_BIB_TYPES = {"book": "book", "chapter": "incollection", "conference": "inproceedings", "thesis": "phdthesis",
              "report": "techreport", "preprint": "unpublished", "web": "online"}  # fmt: skip
_BIB_SPECIAL = re.compile(r"([&%$#_])")


def write_bib(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """BibTeX in UTF-8. Codes go into ``lacuna_<facet>`` fields, which reference managers keep or ignore."""
    for coded in records:
        record = coded.record
        kind = _BIB_TYPES.get(record.type or "", "article" if record.venue else "misc")
        venue = {"incollection": "booktitle", "inproceedings": "booktitle", "techreport": "institution"}.get(
            kind, "journal"
        )
        names = ["{" + _bib(str(a)) + "}" if a.corporate else _bib(str(a)) for a in record.authors]
        pairs = [
            ("author", " and ".join(names + ["others"] * record.authors_cut)),
            ("title", _bib(record.title)),
            ("note", _bib(coded.mark)),
            (venue, _bib(record.venue)),
            ("year", str(record.year or "")),
            ("volume", _bib(record.volume)),
            ("number", _bib(record.issue)),
            ("pages", _bib(record.pages).replace("-", "--")),
            ("doi", record.doi or ""),
            ("pmid", record.pmid or ""),
            ("pmcid", record.pmcid or ""),
            ("isbn", record.isbn or ""),
            ("issn", record.issn or ""),
            ("url", record.url or ""),
            ("language", _bib(record.language)),
            ("keywords", _bib("; ".join(record.keywords))),
            ("mesh", _bib("; ".join(record.mesh))),
            ("abstract", _bib(record.abstract)),
            *((f"lacuna_{facet}", "; ".join(tags)) for facet, tags in coded.tags(framework).items()),
        ]
        lines = [f"  {name} = {{{value}}}" for name, value in pairs if value]
        out.write(f"@{kind}{{{record.id},\n" + ",\n".join(lines) + "\n}\n\n")


def _bib(text: str | None) -> str:
    """Text between braces: special characters escaped, backslashes and braces as commands."""
    if not text:
        return ""
    text = text.replace("\\", "\0").replace("{", "\\{").replace("}", "\\}").replace("\0", r"\textbackslash{}")
    text = text.replace("~", r"\textasciitilde{}").replace("^", r"\textasciicircum{}")
    return _BIB_SPECIAL.sub(r"\\\1", text)


Writer = Callable[[TextIO, Iterable[Coded], Framework], None]
WRITERS: dict[str, Writer] = {"bib": write_bib, "csv": write_csv}


def export(path: Path, records: Sequence[Coded], framework: Framework) -> None:
    """Write references to a file; its ending says the format. Raises LacunaError for one we do not write."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in WRITERS:
        raise LacunaError(f'"{path.name}": references can be exported as {", ".join("." + s for s in WRITERS)}.')
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            WRITERS[suffix](out, records, framework)
    except OSError as error:
        raise LacunaError(f'"{path}" cannot be written: {error.strerror}.') from error
