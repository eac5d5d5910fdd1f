"""The gap map as one HTML file that opens from disk, as CSV, and the scripts that draw it.

The same scripts (views/assets/) draw the component in the app and the file; what they draw is map_data.py's.
"""

import base64
import html as markup
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from analysis.coverage import Coverage
from analysis.csv_out import join_csv
from analysis.sentences import ALWAYS
from corpus.records import Record
from views.map_data import MapData, design_facet, group_of_record, map_data, summary_sentence

__all__ = ["ASSETS", "MapData", "asset", "html", "map_data", "script", "summary_sentence", "to_csv"]

ASSETS = Path(__file__).parent / "assets"


def html(
    coverage: Coverage,
    gaps: pd.DataFrame | None = None,
    *,
    records: Iterable[Record] = (),
    marks: Mapping[str, str] | None = None,
    content_note: str | None = None,
    **options: Any,
) -> str:
    """The map as one HTML file: no request to anywhere, references inside, works by keyboard, prints.

    ``records`` are those of ``coverage.snapshot``; without them cells open an empty list. ``marks`` by record id
    stand before a title ("Retracted"). ``content_note`` is shown before any list of references; by default the
    framework's own. ``options`` go to ``map_data``.
    """
    data = map_data(coverage, gaps, **options)
    framework = coverage.snapshot.framework
    group_of = group_of_record(coverage, design_facet(framework, options.get("segments")))
    venues, rows = _references(coverage, records, group_of, marks or {})
    page = {
        "map": data | {"cautions": []},  # they head the page
        "packed": _pack({"records": rows, "venues": venues, "csv": to_csv(data)}),
        "content_note": framework.options.get("content-note", "") if content_note is None else content_note,
    }
    return _page(page)


def to_csv(data: MapData, notes: Iterable[str] = ()) -> str:
    """The map as text: how it was made in the first lines (each starting with #), then one line a cell.

    ``notes`` are further lines of the header, such as a receipt.
    """
    constants = ", ".join(f"{name}={value:g}" for name, value in data["constants"].items())
    header = (
        data["title"],
        f"Corpus version {data['corpus_version']}: {data['n_records']} records, {data['n_codable']} on both sides",
        f"Framework {data['framework']}",
        f"Constants: {constants}",
        f"Filters: {'; '.join(data['filters']) or 'none'}",
        f"How the corpus was put together: {data['statement'] or 'not stated'}",
        ALWAYS,
        *notes,
    )
    rows: list[list[object]] = [
        ["row", "row_id", "column", "column_id", "records", "expected", "ratio", "low", "high", "grade", "check",
         "hidden_upper", "latest_year", "state"]
    ]  # fmt: skip
    for i, row in enumerate(data["rows"]):
        for j, column in enumerate(data["columns"]):
            if data["state"][i][j] == "blank":
                continue
            names = ("observed", "expected", "ratio", "low", "high", "grade", "check", "hidden", "last_year", "state")
            values = [data[name][i][j] for name in names]
            rows.append([_safe(v) for v in (row["label"], row["id"], column["label"], column["id"], *values)])
    return join_csv(header, rows)


def script(part: str) -> str:
    """The drawing script with the door for ``part``: "embed" for the app, "page" for the file."""
    names = (
        "map.js",
        "map_redraw.js",
        "map_cell.js",
        "map_key.js",
        *(["map_small.js"] if part == "embed" else []),
        f"map_{part}.js",
    )
    return "\n".join(asset(name) for name in names)


@cache
def asset(name: str) -> str:
    """The text of a file in views/assets."""
    return (ASSETS / name).read_text(encoding="utf-8")


def _safe(value: object) -> object:
    """A spreadsheet must not take a label for a formula."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _references(
    coverage: Coverage, records: Iterable[Record], group_of: np.ndarray | None, marks: Mapping[str, str]
) -> tuple[list[str], list[list[object]]]:
    """Venues, and one short row a record: title, authors, venue, year, link, design, rows, columns (map_page.js)."""
    position = {record_id: n for n, record_id in enumerate(coverage.snapshot.ids)}
    a, b = coverage.row_axis.has, coverage.column_axis.has
    venues: dict[str, int] = {}
    out: list[list[object]] = []
    for record in records:
        n = position.get(record.id)
        if n is None:
            continue
        rows = sorted(a.indices[a.indptr[n] : a.indptr[n + 1]].tolist())
        columns = sorted(b.indices[b.indptr[n] : b.indptr[n + 1]].tolist())
        if not rows and not columns:
            continue
        venue = venues.setdefault(record.venue or "", len(venues))
        design = None if group_of is None else int(group_of[n])
        title = f"[{marks[record.id]}] {record.title or ''}" if record.id in marks else record.title or ""
        out.append([title, _names(record), venue, record.year, _link(record), design, rows, columns])
    out.sort(key=lambda row: (-(row[3] or 0), str(row[0])))  # type: ignore[operator]
    return list(venues), out


def _pack(data: Mapping[str, Any]) -> str:
    """The bulk of the file at a third of its size; map_page.js unpacks it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _names(record: Record) -> str:
    families = [author.family for author in record.authors]
    if len(families) > 2 or record.authors_cut:
        return f"{families[0]} et al." if families else ""
    return " & ".join(families)


def _link(record: Record) -> str:
    """A DOI or PubMed number as map_page.js takes them (the resolver is added there: it is the same for thousands)."""
    if record.doi:
        return quote(record.doi, safe="/()")
    if record.pmid and record.pmid.isdigit():
        return record.pmid
    return record.url if record.url and record.url.startswith(("https://", "http://")) else ""


def _page(page: Mapping[str, Any]) -> str:
    data = page["map"]
    text = {
        "title": data["title"],
        "summary": data["summary"],
        "statement": data["statement"] or "not stated",
        "always": ALWAYS,
        "note": page["content_note"],
        "filters": "; ".join(data["filters"]),
        "version": f"Corpus version {data['corpus_version']}. Framework {data['framework'] or 'not named'}.",
        "constants": ", ".join(f"{name} {value:g}" for name, value in data["constants"].items()),
    }
    designs = "".join(
        f'<option value="{k}">{markup.escape(design["label"].capitalize())}</option>'
        for k, design in enumerate(data["designs"])
    )
    parts = {name: markup.escape(value) for name, value in text.items()} | {
        "designs": designs,
        "css": asset("map.css") + asset("map_page.css"),
        "script": script("page"),
        # "<" is written so that no title can end the script element it stands in
        "data": json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"),
    }
    return re.sub(r"\[\[([a-z]+)\]\]", lambda found: parts[found[1]], asset("map_page.html"))
