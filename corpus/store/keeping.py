"""What people keep beside the records: saved searches, tables they uploaded, marks, samples, switches.

One small append-only table: a kind, a name, a JSON value, who and when. The latest value of a name is the one that
holds; an empty one means that it was taken away. None of this changes which records there are or what they say, so
the corpus version stays as it is; what does is a ruling.
"""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from corpus.store.schema import read, write


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing a person keeps. ``value`` is what JSON can hold; None once it was taken away."""

    kind: str
    name: str
    value: Any
    who: str
    at: str
    number: int


def load_kept(db: sqlite3.Connection, kind: str) -> dict[str, Kept]:
    """What is kept under a kind now, by name, in the order of the names."""
    with read(db):
        rows = db.execute(
            "SELECT name, value, who, at, number FROM kept WHERE number IN "
            "(SELECT max(number) FROM kept WHERE kind = ? GROUP BY name) AND value IS NOT NULL ORDER BY name",
            (kind,),
        ).fetchall()
    return {name: Kept(kind, name, json.loads(value), who, at, number) for name, value, who, at, number in rows}


def load_earlier(db: sqlite3.Connection, kind: str, name: str) -> list[Kept]:
    """All that was ever kept under a name, oldest first; a value of None where it was taken away."""
    with read(db):
        rows = db.execute(
            "SELECT value, who, at, number FROM kept WHERE kind = ? AND name = ? ORDER BY number", (kind, name)
        ).fetchall()
    return [Kept(kind, name, None if v is None else json.loads(v), who, at, n) for v, who, at, n in rows]


def load_number(db: sqlite3.Connection, kind: str) -> int:
    """The number of the latest thing kept or taken away under a kind; 0 if there never was one."""
    with read(db):
        (number,) = db.execute("SELECT coalesce(max(number), 0) FROM kept WHERE kind = ?", (kind,)).fetchone()
    return int(number)


def keep(db: sqlite3.Connection, kind: str, name: str, value: Any, who: str, at: str) -> int:
    """Add a value, or with None take the name away. Its number, which grows with each."""
    text = None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    with write(db):
        cursor = db.execute(
            "INSERT INTO kept (kind, name, value, who, at) VALUES (?, ?, ?, ?, ?)", (kind, name, text, who, at)
        )
    return int(cursor.lastrowid or 0)
