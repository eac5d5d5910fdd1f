"""Tables to take away: CSV that says in its first lines how it was made, and is safe to open in a spreadsheet."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis import sentences
from analysis.constants import DEFAULTS, Constants
from analysis.receipts import seal_rows
from corpus.export import defuse
from corpus.snapshot import Snapshot


def header_lines(snapshot: Snapshot, title: str, constants: Mapping[str, float] | None = None) -> list[str]:
    """What every export begins with: what it is, of which records, by which numbers, and what it cannot say."""
    numbers = DEFAULTS.as_dict() if constants is None else constants
    return [
        title,
        f"Corpus version {snapshot.version}: {len(snapshot)} records",
        f"Framework {snapshot.framework.name}, {snapshot.framework.fingerprint}",
        f"Constants: {', '.join(f'{name}={value:g}' for name, value in numbers.items())}",
        f"Filters: {'; '.join(snapshot.filters) or 'none'}",
        f"How the corpus was put together: {snapshot.statement or 'not stated'}",
        sentences.ALWAYS,
    ]


def write_csv(
    table: pd.DataFrame, snapshot: Snapshot, title: str, constants: Constants = DEFAULTS, notes: tuple[str, ...] = ()
) -> str:
    """A table as text: how it was made in the first lines, each starting with #, then a heading row.

    Cells that a spreadsheet would run as formulas are defused; a list or a dict in a cell is written as JSON.
    A receipt among the notes gets a hash of the rows, so that an altered row can be told.
    """
    rows = [list(table.columns), *([_cell(v) for v in row] for row in table.astype(object).itertuples(index=False))]
    return join_csv((*header_lines(snapshot, title, constants.as_dict()), *notes), rows)


def join_csv(header: Iterable[str], rows: Iterable[Sequence[Any]]) -> str:
    """Header lines and rows as CSV; a receipt among the lines gets the hash of the rows."""
    body = _to_text(rows)
    return _to_text([f"# {line}"] for line in seal_rows(header, body)) + body


def _to_text(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, list | tuple | dict):
        return defuse(json.dumps(_plain(value), ensure_ascii=False)) if value else ""
    return "" if pd.isna(value) else value


def _plain(value: Any) -> Any:
    """JSON has no numpy numbers and no infinity."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
