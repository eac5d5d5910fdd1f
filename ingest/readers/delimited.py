"""Tables as text: comma, semicolon, tab or bar between cells, with the headings of any database or made by hand.

Rows are put together here rather than by the csv module, which lets one stray quotation mark swallow all rows up to
the next one. The module still takes each row apart.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from corpus.records import Entry, Rejected
from ingest.readers.base import Item, Reader
from ingest.readers.delimited_columns import is_known, may_be_headings, score_headings, to_columns
from ingest.readers.embase import split_source

csv.field_size_limit(2**31 - 1)  # one cell may hold an abstract and everything else

_DELIMITERS = ",\t;|"
_ALONE = "\x1f"  # for a table of one column: a delimiter that does not occur
_HEAD_LINES = 60
_FORMULA = ("=", "+", "-", "@")
_HEADER_WITHIN = 25  # rows before the header at most: what an export says about itself
_HEADER_LENGTH = 50_000  # characters; an export of every OpenAlex field has 5,000
_HEADING_LENGTH = 60  # characters of one heading
_ROW_LINES = 5_000  # lines one row may run over
MAX_ROW = 2_000_000  # characters
_SHOWN_OF_TOO_LONG = 20_000
_TOTAL = re.compile(
    r"(?:grand )?(?:totals?|sum|count|summe|gesamt|anzahl|suma|recuento|somme|nombre)\b[^\w]{0,9}[\d., ]{0,12}",
    re.IGNORECASE,
)
_GROUPS = frozenset(("Group Authors", "CA", "Book Authors", "BA"))
_WORD = re.compile(r"\w")
# A row with something in one of these can be found or cited again.
_CORE = frozenset(
    {"title", "original_title", "title_secondary", "author", "author_full", "editor", "doi", "pmid", "pmcid", "isbn",
     "journal", "booktitle", "journal_abbreviated", "year", "date", "abstract"}
)  # fmt: skip


# "Ward Pract. 2019 Mar;12(3):10-19. doi: ..." in PubMed's table, which has no other place for it.
_CITATION = re.compile(
    r"[^.;]{1,200}\. \d{4}[^.;:]{0,20}(?:;(?P<volume>[^.;:()]{0,30})(?:\((?P<issue>[^()]{1,40})\))?)?"
    r"(?::(?P<pages>[^.;:]{1,40}))?\."
)


class Layout(NamedTuple):
    """How a table is laid out. ``header_line`` counts from 0; ``score`` is 0 if no heading is known."""

    delimiter: str
    quoted: bool
    escape: str | None  # "\\" where quotation marks inside cells are written so
    header_line: int
    header: tuple[str, ...]
    score: int


class Row(NamedTuple):
    """One row: where it starts, its text as in the file, its cells, and in words what is wrong with it, if anything."""

    line: int
    raw: str
    cells: list[str]
    trouble: str = ""


def read(lines: Iterable[str]) -> Iterator[Item]:
    """One entry a row, in file order. Repeated header rows and blank rows are no items. Format: see docs/formats.md."""
    stream = iter(re.findall(r".*\n|.+\Z", lines) if isinstance(lines, str) else lines)
    head = list(islice(stream, _HEAD_LINES))
    layout = find_layout(head)
    rows = _rows(chain(head[layout.header_line :], stream), layout)
    header = next(rows, None)
    if header is None:
        return
    if not layout.score:
        yield from _refuse(header, rows)
        return
    columns, headings = to_columns(layout.header), header.raw
    for row in rows:
        if row.trouble == _TOO_LONG or (tuple(row.cells) != layout.header and any(map(str.strip, row.cells))):
            if _is_header(row):  # another table below the first
                columns, headings = to_columns(row.cells), row.raw
            else:
                yield _to_item(row, headings, columns)
        elif tuple(row.cells) == layout.header:
            columns, headings = to_columns(layout.header), header.raw


def _refuse(header: Row, rows: Iterator[Row]) -> Iterator[Rejected]:
    """Every row, because no column is known. One line alone is refused itself."""
    shown = ", ".join(f'"{cell[:40]}"' for cell in header.cells[:8] if cell)
    reason = f"no column was recognised among {shown or 'none'}: name one of them title, authors, year or doi"
    first = next(rows, None)
    if first is None:
        yield Rejected(header.line, header.raw, reason)
    else:
        for row in chain([first], rows):
            yield Rejected(row.line, f"{header.raw}\n{row.raw}", reason)


def _is_header(row: Row) -> bool:
    """Whether a row below the first names columns: three known headings or more, and no more cells that are none."""
    if not may_be_headings(row.cells):
        return False
    filled = [cell for cell in row.cells if cell.strip()]
    if len(filled) < 3 or max(map(len, filled)) > _HEADING_LENGTH or any(cell.strip().isdigit() for cell in filled):
        return False
    score = score_headings(row.cells)
    return score > 2 and score * 2 >= len(filled)


def _to_item(row: Row, header: str, columns: Sequence[str]) -> Item:
    raw = f"{header}\n{row.raw}"
    if row.trouble == _TOO_LONG:
        return Rejected(row.line, raw, row.trouble)
    fields: dict[str, list[str]] = {}
    for column, cell in zip(columns, row.cells, strict=False):
        if cell and (value := cell.strip()):
            if value[0] in "='" and not (value := _without_guard(value)):
                continue
            fields.setdefault(column, []).append(value)
    if len(fields) < 3 and _is_total([cell for cell in row.cells if cell.strip()]):
        return Rejected(row.line, raw, "a row of totals: it names no reference")
    for number, cell in enumerate(row.cells[len(columns) :], start=len(columns) + 1):
        if cell.strip():
            fields.setdefault(f"column {number}", []).append(cell.strip())
    if not _GROUPS.isdisjoint(fields):
        _add_groups(fields)
    if "Citation" in fields and "pmid" in columns and "volume" not in columns:
        _add_citation(fields)
    if ") " in (journal := fields.get("journal", [""])[0]) and "volume" in (parts := split_source(journal)):
        fields["journal"] = [parts.pop("journal")]  # Embase: "Ward Practice (2019) 12:3 (10-19)"
        for name, part in parts.items():
            fields.setdefault(name, [part])
    n, n_columns = len(row.cells), len(columns)
    if n == 1 < n_columns - 1:
        return Rejected(row.line, raw, f"one cell where the header has {n_columns}")
    if not any(_WORD.search(value) for name in _CORE & fields.keys() for value in fields[name]):
        return Rejected(row.line, raw, "no title, author, identifier, journal or year in this row")
    warnings = [row.trouble] if row.trouble else []
    if any(f"column {number}" in fields for number in range(n_columns + 1, n + 1)):
        warnings.append(
            f"{n} cells where the header has {n_columns}: is a separator in a cell without quotation marks?"
        )
    elif n < n_columns - 1 and n_columns - n > n_columns // 2:
        warnings.append(f"only {n} cells where the header has {n_columns}")
    return Entry("delimited", row.line, raw, fields, tuple(warnings))


def _without_guard(value: str) -> str:
    """A cell without what only kept a spreadsheet from running it, or from making a number of it."""
    if value[:2] == '="' and value[-1] == '"' and value.count('"') == 2:
        return value[2:-1].strip()
    return value[1:] if value[0] == "'" and value[1:].lstrip()[:1] in _FORMULA else value


def _is_total(cells: Sequence[str]) -> bool:
    """Whether a row only says how many there are: "Total", "120"."""
    return 0 < len(cells) < 3 and _TOTAL.fullmatch(" ".join(cells).strip()) is not None


def _add_groups(fields: dict[str, list[str]]) -> None:
    """Web of Science's bodies among the authors, and the authors of a book where there are no others."""
    for heading in ("Book Authors", "BA"):
        if heading in fields and not fields.keys() & {"author", "author_full"}:
            fields["author"] = fields.pop(heading)
    for heading in ("Group Authors", "CA"):
        for group in "; ".join(fields.pop(heading, ())).split("; "):
            if group:
                for name in ("author", "author_full") if "author_full" in fields else ("author",):
                    fields.setdefault(name, []).append(f"{{{group}}}")


def _add_citation(fields: dict[str, list[str]]) -> None:
    """Volume, issue and pages out of PubMed's citation."""
    if found := _CITATION.match(fields.get("Citation", [""])[0]):
        for name, value in found.groupdict().items():
            if value and value.strip():
                fields.setdefault(name, []).append(value.strip())


def find_layout(head: Sequence[str]) -> Layout:
    """Separator, quoting and header row, from the first lines: the choice that gives most known headings."""
    lines = [line.rstrip("\n") for line in head]
    text = "\n".join(lines)
    escape = "\\" if '\\"' in text and '""' not in text else None
    best = Layout(",", True, escape, 0, (), 0)
    for delimiter in _DELIMITERS:
        quoted = delimiter != "\t" or _quotes_are_used(lines)
        for number, line in enumerate(lines[:_HEADER_WITHIN]):
            if delimiter in line and len(line) < _HEADER_LENGTH:
                cells = _cells(line, best._replace(delimiter=delimiter, quoted=quoted))
                score = score_headings(cells)
                if score > best.score and (score > 1 or not "".join(lines[:number]).strip()):
                    best = Layout(delimiter, quoted, escape, number, tuple(cells), score)
    if best.score:
        return best
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    line = lines[first] if lines else ""
    if not any(delimiter in line for delimiter in _DELIMITERS) and score_headings([line]):
        return Layout(_ALONE, True, escape, first, (line.strip().strip('"'),), 1)
    delimiter = max(_DELIMITERS, key=lambda d: min((line.count(d) for line in lines[:20] if line.strip()), default=0))
    layout = best._replace(delimiter=delimiter, header_line=first)
    return layout._replace(header=tuple(_cells(line, layout)))


def _quotes_are_used(lines: Sequence[str]) -> bool:
    """In tab-separated text: do quotation marks enclose cells, or are they part of the titles?"""
    cells = [cell for line in lines for cell in line.split("\t") if cell.startswith('"')]
    return bool(cells) and sum(len(cell) > 1 and cell.endswith('"') for cell in cells) >= 0.9 * len(cells)


def _rows(lines: Iterable[str], layout: Layout) -> Iterator[Row]:
    """Rows put together from lines. A quotation mark that never closes costs its own row only."""
    source = iter(lines)
    waiting: list[str] = []  # lines given back after a row that was none, the next one last
    number = layout.header_line
    while (line := waiting.pop() if waiting else next(source, None)) is not None:
        number += 1
        if line.isspace():
            continue
        raw = line.rstrip("\n")
        if len(line) > MAX_ROW:
            yield Row(number, raw[:_SHOWN_OF_TOO_LONG], [], _TOO_LONG)
        elif not layout.quoted or not _is_open(raw, layout) or _strict_cells(raw, layout) is not None:
            yield Row(number, raw, _cells(raw, layout))
        else:
            # An odd number of marks: a cell runs on over the next lines, or one mark is stray.
            more = _lines_to_next_mark(waiting, source, layout)
            whole = (line + "".join(more)).rstrip("\n")
            cells = _joined_cells(whole, more, layout)
            if cells is not None:
                yield Row(number, whole, cells)
                number += len(more)
            else:
                waiting += reversed(more)
                yield _stray(number, raw, layout)


_UNCLOSED = "a quotation mark in this row is never closed"
_TOO_LONG = f"longer than {MAX_ROW:,} characters"


def _lines_to_next_mark(waiting: list[str], source: Iterator[str], layout: Layout) -> list[str]:
    """The lines up to and with the next that has an odd number of marks, taken from ``waiting`` first."""
    more: list[str] = []
    size = 0
    while len(more) < _ROW_LINES and size < MAX_ROW:
        line = waiting.pop() if waiting else next(source, None)
        if line is None:
            break
        more.append(line)
        size += len(line)
        if _is_open(line, layout):
            break
    return more


def _joined_cells(whole: str, more: Sequence[str], layout: Layout) -> list[str] | None:
    """The cells of several lines taken as one row; None if one of the lines is rather a row of its own."""
    n_cells = len(layout.header)
    cells = _strict_cells(whole, layout)
    if cells is not None and len(cells) >= n_cells - 1:
        return cells
    if any(_is_row(line, layout) for line in more):
        return None
    if cells is not None:
        return cells
    loose = _cells(whole, layout)
    return loose if len(loose) == n_cells else None


def _stray(number: int, raw: str, layout: Layout) -> Row:
    cells = _cells(raw, layout)
    if len(cells) == len(layout.header):
        return Row(number, raw, cells, _UNCLOSED)
    cells = [cell.strip('"') for cell in raw.split(layout.delimiter)]
    return Row(number, raw, cells, _UNCLOSED)


def _is_open(text: str, layout: Layout) -> bool:
    n = text.count('"') - (text.count('\\"') if layout.escape else 0)
    return n % 2 == 1


def _is_row(line: str, layout: Layout) -> bool:
    """Whether a line is a whole row by itself."""
    if len(layout.header) < 3 or line.count(layout.delimiter) < len(layout.header) - 1:
        return False
    cells = _strict_cells(line.rstrip("\n"), layout)
    return cells is not None and len(cells) == len(layout.header)


def _strict_cells(text: str, layout: Layout) -> list[str] | None:
    try:
        rows = list(csv.reader([text], delimiter=layout.delimiter, escapechar=layout.escape, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _cells(text: str, layout: Layout) -> list[str]:
    if not layout.quoted:
        return text.split(layout.delimiter)
    try:
        rows = list(csv.reader([text], delimiter=layout.delimiter, escapechar=layout.escape))
    except csv.Error:
        return text.split(layout.delimiter)
    return rows[0] if len(rows) == 1 else text.split(layout.delimiter)


_SAID = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars", _ALONE: "one column"}


def _looks_like(head: str) -> str | None:
    lines = head.split("\n")[:_HEAD_LINES]
    layout = find_layout([line[:20_000] for line in lines])
    if not layout.score or (layout.delimiter == _ALONE and len(lines) < 2):
        return None
    known = [cell for cell, column in zip(layout.header, to_columns(layout.header), strict=True) if is_known(column)]
    shown = ", ".join(f'"{cell}"' for cell in known[:3])
    return f"a table ({_SAID[layout.delimiter]}) with {'the column' if len(known) == 1 else 'columns such as'} {shown}"


READER = Reader(
    "delimited",
    "tables (.csv, .tsv)",
    (".csv", ".tsv", ".tab"),
    _looks_like,
    read,
    how_to_export="From a spreadsheet, save as CSV (UTF-8) with one row of column names.",
)
