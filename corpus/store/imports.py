"""Uploads and what became of them, as the store tells it."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

from corpus.errors import UnknownIdError
from corpus.records import Rejected


@dataclass(frozen=True)
class FileReport:
    """What became of one uploaded file."""

    file: str
    format: str | None
    why: str
    encoding: str | None
    replaced: int
    error: str | None
    found: int = 0
    new: int = 0
    merged: int = 0
    held: int = 0
    rejected: int = 0
    rejects: tuple[Rejected, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()  # (line, sentence); nothing was rejected for these


@dataclass(frozen=True)
class Import:
    """One upload. ``state``: reading, proposed, accepted, declined or undone."""

    id: int
    state: str
    who: str
    at: str
    source: str | None
    search_string: str | None
    search_date: str | None
    files: tuple[FileReport, ...]
    declined_by: str = ""
    declined_at: str = ""
    moved: bool = False  # the corpus changed between preview and acceptance, and so did the counts

    @property
    def totals(self) -> dict[str, int]:
        return {n: sum(getattr(f, n) for f in self.files) for n in ("found", "new", "merged", "held", "rejected")}


def load_import(db: sqlite3.Connection, import_id: int) -> Import:
    """One upload with its report. Raises UnknownIdError."""
    query = (
        "SELECT id, state, who, at, source, search_string, search_date, report, declined_by, declined_at "
        "FROM imports WHERE id = ?"
    )
    row = db.execute(query, (import_id,)).fetchone()
    if row is None:
        raise UnknownIdError(f'There is no import {import_id}. "python -m corpus history" lists them.')
    counts = json.loads(row[7] or "{}")
    rejects: dict[int, list[Rejected]] = {}
    query = "SELECT file, line, raw, reason FROM rejects WHERE import_id = ? ORDER BY file, line, no"
    for file_id, line, raw, reason in db.execute(query, (import_id,)):
        rejects.setdefault(file_id, []).append(Rejected(line, raw, reason))
    warnings: dict[int, list[tuple[int, str]]] = {}
    query = "SELECT file, line, text FROM warnings WHERE import_id = ? ORDER BY file, line"
    for file_id, line, text in db.execute(query, (import_id,)):
        warnings.setdefault(file_id, []).append((line, text))
    query = "SELECT id, name, format, why, encoding, replaced, error FROM files WHERE import_id = ? ORDER BY id"
    files = [
        FileReport(name, format, why or "", encoding, replaced, error, rejects=tuple(rejects.get(file_id, ())),
                   warnings=tuple(warnings.get(file_id, ())), **counts.get(str(file_id), {}))
        for file_id, name, format, why, encoding, replaced, error in db.execute(query, (import_id,))
    ]  # fmt: skip
    return Import(
        row[0], row[1], row[2] or "", row[3] or "", row[4], row[5], row[6], tuple(files), row[8] or "", row[9] or ""
    )


def to_json(value: Import) -> dict[str, Any]:
    """An import as `ingest --json` prints it (design.md section 5)."""
    files = []
    for file in value.files:
        plain = asdict(file)
        plain["rejects"] = [{"line": r.line, "reason": r.reason, "text": r.raw} for r in file.rejects]
        plain["warnings"] = [{"line": line, "text": text} for line, text in file.warnings]
        files.append(plain)
    return {"import": value.id, "state": value.state, "files": files, "totals": value.totals}
