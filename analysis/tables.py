"""A small table from a file a person uploads: headings and rows of text, from CSV or an Excel workbook.

For tables of figures and survey answers, which have headings of their own; exports of references are read by the
readers. Nothing is written anywhere.
"""

import csv
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from corpus.errors import TooLargeError, UndecodableError, UnknownFormatError

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 500
_UNPACKED = 500_000_000
_DAMAGE = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
           EOFError, OSError, NotImplementedError, RuntimeError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text. ``lines``: where each row stands in its file; every row is as long as the headings."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, heading: str) -> list[str]:
        at = self.headings.index(heading)
        return [row[at] for row in self.rows]


def read_sheet(name: str, data: bytes) -> Sheet:
    """Raises UnknownFormatError, UndecodableError or TooLargeError, saying what to do."""
    if len(data) > MAX_BYTES:
        raise TooLargeError(name, f"tables of up to {MAX_BYTES / 1e6:.0f} MB are read. Leave out columns not needed.")
    rows = _read_workbook(name, data) if data[:2] == b"PK" else _read_text(name, data)
    numbered = [(n, [cell.strip() for cell in row]) for n, row in enumerate(rows, 1)]
    filled = [(n, row) for n, row in numbered if any(row) and not row[0].startswith("#")]
    if not filled:
        raise UnknownFormatError(name, "there is nothing in it. A table has a line of headings and rows below.")
    headings = filled[0][1]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    if width > MAX_COLUMNS:
        raise TooLargeError(name, f"it has {width:,} columns; up to {MAX_COLUMNS} are read.")
    if "" in headings or len(set(headings)) < width:
        raise UnknownFormatError(name, "every column needs a heading, and each heading may stand once.")
    if len(filled) - 1 > MAX_ROWS:
        raise TooLargeError(name, f"it has more than {MAX_ROWS:,} rows.")
    body = [(n, tuple((row + [""] * width)[:width])) for n, row in filled[1:]]
    return Sheet(name, tuple(headings), tuple(row for _, row in body), tuple(n for n, _ in body))


def _read_text(name: str, data: bytes) -> list[list[str]]:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnknownFormatError(name, "it is neither text nor an Excel workbook (.xlsx). Save it as CSV or .xlsx.")
    for codec in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(codec)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UndecodableError(name, "its letters cannot be read. Save it as CSV in UTF-8.")
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(2**31 - 1)
    return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), MAX_ROWS + 1000))


def _read_workbook(name: str, data: bytes) -> list[list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not know
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
                    raise TooLargeError(name, "the workbook is too large when unpacked. Save the sheet as CSV.")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    sheet.reset_dimensions()  # many programs write a wrong size
                    rows = islice(sheet.iter_rows(values_only=True), MAX_ROWS + 1000)
                    found = [[_to_text(cell) for cell in row] or [""] for row in rows]
                    if any(any(row) for row in found):
                        return found
            finally:
                book.close()
        except _DAMAGE as error:
            raise UnknownFormatError(name, "the workbook is damaged. Save it again, or save it as CSV.") from error
    return []


def _to_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
