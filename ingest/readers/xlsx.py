"""Excel workbooks (.xlsx): the first sheet whose headings are those of references, read as the table it is.

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
from itertools import chain, islice
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
    rows = _Rows(stream)
    yield from _as_xlsx(delimited.read(rows))
    if rows.problem:
        yield Rejected(rows.number + 1, "", rows.problem)


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
    """The rows of the sheet with the references, as lines of comma-separated values; one line a row."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.number = 0
        self.problem = ""

    def __iter__(self) -> Iterator[str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not know
            try:
                book = openpyxl.load_workbook(self._stream, read_only=True, data_only=True)
            except _DAMAGE as error:
                self.problem = f"the workbook is damaged ({error}). Save it again, or save it as CSV."
                return
            try:
                for line in self._lines(book):
                    self.number += 1
                    yield line
            except _DAMAGE as error:
                self.problem = f"the sheet is damaged after row {self.number} ({error}). What came before was read."
            finally:
                book.close()

    def _lines(self, book: Any) -> Iterator[str]:
        first: Iterator[str] | None = None
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # many programs write a wrong size
            rows = (_to_line(row) for row in sheet.iter_rows(values_only=True))
            head = list(islice(rows, _HEAD_ROWS))
            if any(head) and delimited.find_layout([line for line in head if line.strip()]).score:
                return (yield from chain(head, rows))
            if first is None and any(line.strip() for line in head):
                first = chain(head, rows)
        yield from first or ()


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
