"""Excel workbooks (.xlsx): each sheet whose headings are those of references, read as the table it is.

Each row becomes a line of comma-separated values and goes through the reader for tables, so both know the same
headings. Text instead of a workbook is taken as such lines: that is what the text of a rejected row looks like.
"""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl

from corpus.records import Entry, Rejected
from ingest.readers import delimited
from ingest.readers.base import Item, Reader

LARGEST = 1_000_000_000  # bytes all parts of a workbook may have together when unpacked
_HEAD_ROWS = 60

# What openpyxl raises on a damaged workbook depends on the part that is damaged.
_DAMAGE = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
           EOFError, OSError, NotImplementedError, RuntimeError)  # fmt: skip


def read(source: Path | bytes | BinaryIO) -> Iterator[Item]:
    """One entry a row. ``line`` is the number of the row in its sheet."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    if isinstance(stream, Path):
        with stream.open("rb") as opened:
            yield from _read(opened)
    else:
        yield from _read(stream)


def _read(stream: BinaryIO) -> Iterator[Item]:
    start = stream.read(4)
    stream.seek(0)
    if start[:2] != b"PK":
        text = stream.read().decode("utf-8-sig", "replace")
        yield from _as_xlsx(delimited.read(io.StringIO(text, newline="")))
        return
    if problem := _find_problem(stream):
        yield Rejected(1, "", problem)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not know
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        except _DAMAGE as error:
            yield Rejected(1, "", f"the workbook is damaged ({error}). Save it again, or save it as CSV.")
            return
        try:
            yield from _read_book(book)
        finally:
            book.close()


def _read_book(book: Any) -> Iterator[Item]:
    """The rows of every sheet with references; the sheet is told where there are several, or where it is hidden."""
    sheets = _find_sheets(book)
    for sheet in sheets:
        rows = _Rows(sheet)
        for item in _as_xlsx(delimited.read(rows)):
            if isinstance(item, Entry):
                if len(sheets) > 1:
                    item = replace(item, fields={**item.fields, "sheet": [sheet.title]})
                if sheet.sheet_state != "visible":
                    hidden = f'This row is on the hidden sheet "{sheet.title}".'
                    item = replace(item, warnings=(*item.warnings, hidden))
            elif len(sheets) > 1:
                item = replace(item, reason=f'{item.reason} (sheet "{sheet.title}")')
            yield item
        if rows.problem:
            yield Rejected(rows.number + 1, "", rows.problem)


def _find_sheets(book: Any) -> list[Any]:
    """All with two headings of references or more; else the first with one, else the first with anything in it."""
    scores: list[tuple[int, Any]] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # many programs write a wrong size
        try:
            head = [_to_line(row) for row in islice(sheet.iter_rows(values_only=True), _HEAD_ROWS)]
        except _DAMAGE:  # told when it is read
            scores.append((2, sheet))
            continue
        filled = [line for line in head if line.strip()]
        if filled:
            scores.append((delimited.find_layout(filled).score, sheet))
    return [sheet for score, sheet in scores if score > 1] or [
        sheet for _, sheet in sorted(scores, key=lambda scored: -scored[0])[:1]
    ]


def _as_xlsx(items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        yield replace(item, format="xlsx") if isinstance(item, Entry) else item


def _find_problem(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except _DAMAGE as error:
        return f"the workbook is damaged ({error}). Save it again, or save it as CSV."
    if size > LARGEST:
        return f"the workbook unpacks to {size / 1e9:.1f} GB; we open up to {LARGEST / 1e9:.0f} GB. Save it as CSV."
    return ""


class _Rows:
    """The rows of a sheet, as lines of comma-separated values; one line a row."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.number = 0
        self.problem = ""

    def __iter__(self) -> Iterator[str]:
        try:
            for row in self._sheet.iter_rows(values_only=True):
                self.number += 1
                yield _to_line(row)
        except _DAMAGE as error:
            self.problem = f"the sheet is damaged after row {self.number} ({error}). What came before was read."


def _to_line(row: tuple[Any, ...]) -> str:
    cells = [_to_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        return "\n"
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _to_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).replace("_x000D_", " ").split("\n")).replace("\r", " ").strip()


def looks_like(head: bytes) -> str | None:
    """Why this is a workbook: a zip file with the parts of one."""
    if head[:4] == b"PK\x03\x04" and (b"xl/" in head or (b"[Content_Types].xml" in head and b"word/" not in head)):
        return "it is a zip file with the parts of an Excel workbook"
    return None


READER = Reader(
    id="xlsx",
    name="Excel workbook",
    suffixes=(".xlsx", ".xlsm"),
    looks_like=looks_like,
    read=read,
    how_to_export="Excel saves .xlsx and CSV.",
    binary=True,
)
