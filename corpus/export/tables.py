"""Tables: CSV and Excel workbooks. What a spreadsheet would run as a formula is text in both."""

import csv
from collections.abc import Iterable
from typing import Any, BinaryIO, TextIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from corpus.export.coded import Coded, join_names, join_words
from corpus.framework import Framework

_COLUMNS = ("title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "pmid", "pmcid", "isbn", "issn",
            "type", "language", "keywords", "mesh", "abstract", "url", "publication_types", "original_title",
            "affiliations", "note")  # fmt: skip
_LONGEST = 32_767  # characters an Excel cell can hold


def defuse(text: str) -> str:
    """Text for a spreadsheet cell: what a spreadsheet would run as a formula begins with an apostrophe."""
    return "'" + text if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def to_row(coded: Coded, framework: Framework) -> dict[str, str]:
    """One record as text cells: id, bibliographic columns, each facet's tag ids joined by "; ", passages."""
    record = coded.record
    row = {"id": record.id}
    for name in _COLUMNS:
        value = "\n".join(coded.notes) if name == "note" else getattr(record, name)
        if name == "authors":
            cell = join_names(record.authors, record.authors_cut)
        elif isinstance(value, tuple):
            cell = join_words(value)
        else:
            cell = "" if value is None else str(value)
        row[name] = cell
    tags = coded.tags(framework)
    for facet in framework.facets:
        row[facet.id] = "; ".join(tags.get(facet.id, ()))
    row["passages"] = "\n".join(coded.passages)
    return row


def write_csv(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """UTF-8 CSV with a heading row; cells that would run as formulas are defused."""
    names = ["id", *_COLUMNS, *framework.by_id, "passages"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for coded in records:
        row = to_row(coded, framework)
        writer.writerow([defuse(row[name].replace("\0", " ")) for name in names])


def write_xlsx(out: BinaryIO, records: Iterable[Coded], framework: Framework) -> None:
    """Two sheets: References, as in CSV; and Codes, one row an assignment with the words or the person behind it."""
    book = Workbook(write_only=True)
    references, codes = book.create_sheet("References"), book.create_sheet("Codes")
    references.freeze_panes = codes.freeze_panes = "A2"
    names = ["id", *_COLUMNS, *framework.by_id]
    references.append([_cell(references, name) for name in names])
    heading = ("id", "facet", "tag", "label", "coded by", "found in", "words")
    codes.append([_cell(codes, name) for name in heading])
    for coded in records:
        row = to_row(coded, framework)
        cells = [_cell(references, row[name]) for name in names]
        if coded.record.year is not None:
            cells[names.index("year")] = WriteOnlyCell(references, coded.record.year)
        references.append(cells)
        for a in coded.assignments:
            label = framework.facet(a.facet).label_of(a.tag)
            said = (coded.record.id, a.facet, a.tag, label, a.source, a.field, a.passage)
            codes.append([_cell(codes, text) for text in said])
    book.save(out)


def _cell(sheet: WriteOnlyWorksheet, text: str) -> Any:
    """Always a text, whatever it looks like."""
    cell = WriteOnlyCell(sheet, defuse(ILLEGAL_CHARACTERS_RE.sub(" ", text))[:_LONGEST])
    cell.data_type = "s"
    return cell
