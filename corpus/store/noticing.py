"""Where the store finds retractions and corrections: few records show any sign of one, and only those are read."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from corpus.notices import POINTERS, Notices, find_notices
from corpus.records import Fields, Record
from corpus.store import reading
from corpus.store.schema import read, to_words

# Every title that read_mark or read_notice knows has one of these words.
_WORDS = "title : (retract* OR withdraw* OR expression OR errat* OR corrig* OR correction* OR vol)"
# So has everything else of a record that they look at.
_DATA = ("%retract%", "%withdrawn%", "%erratum%", "%correction%", "%corrigendum%", "%expression of concern%")


@dataclass
class Seen:
    """Record rows with a sign, among those up to ``last``. A row never changes; ``made`` says when all were made."""

    made: int = -1
    last: int = 0
    rows: set[int] = field(default_factory=set)


def load_notices(db: sqlite3.Connection, keys: Callable[[Fields], Iterable[str]], seen: Seen) -> Notices:
    """Notices by record id, of the records shown now. ``seen`` is kept from one call to the next and brought up."""
    with read(db):
        _look(db, seen)
        shown = {row for (row,) in db.execute("SELECT record FROM shown")}
        records = reading.load_records(db, sorted(seen.rows & shown))
        pointed = [(record, _pointers(db, record)) for record in records]

        def by_id(name: str) -> list[Record]:
            kind, _, value = name.partition(":")
            asked = Fields(doi=value) if kind == "doi" else Fields(pmid=value)
            return _with_keys(db, [key for key in keys(asked) if key.startswith("id:")])

        return find_notices(pointed, by_id, lambda title: _with_title(db, title))


def _look(db: sqlite3.Connection, seen: Seen) -> None:
    """Add the rows made since the last look; all of them again if rows were made anew or taken away."""
    query = "SELECT coalesce(max(version), 0) FROM events WHERE what IN ('rebuild', 'erase')"
    (made,) = db.execute(query).fetchone()
    if made != seen.made:
        seen.made, seen.last, seen.rows = made, 0, set()
    (last,) = db.execute("SELECT coalesce(max(no), 0) FROM records").fetchone()
    if last > seen.last:
        some = " OR ".join("data LIKE ?" for _ in _DATA)
        found = db.execute(f"SELECT no FROM records WHERE no > ? AND ({some})", (seen.last, *_DATA))
        seen.rows |= {row for (row,) in found}
        found = db.execute("SELECT rowid FROM record_text WHERE record_text MATCH ? AND rowid > ?", (_WORDS, seen.last))
        seen.rows |= {row for (row,) in found}
        seen.last = last


def _pointers(db: sqlite3.Connection, record: Record) -> list[str]:
    values: list[str] = []
    for entry_id in record.entries:
        fields = reading.load_entry(db, entry_id).fields
        values += [value for name in sorted(POINTERS & set(fields)) for value in fields[name]]
    return values


def _with_keys(db: sqlite3.Connection, keys: Iterable[str]) -> list[Record]:
    rows: set[int] = set()
    for key in keys:
        query = (
            "SELECT m.record FROM keys k JOIN members m ON m.entry = k.entry JOIN shown s ON s.record = m.record "
            "WHERE k.key = ?"
        )
        rows |= {row for (row,) in db.execute(query, (key,))}
    return reading.load_records(db, sorted(rows))


_MOST = 50  # records with one title; beyond that it is no title of one work


def _with_title(db: sqlite3.Connection, title: str) -> list[Record]:
    words = (to_words(title) or "").replace('"', " ")
    query = (
        "SELECT t.rowid FROM record_text t JOIN shown s ON s.record = t.rowid "
        "WHERE record_text MATCH ? ORDER BY t.rowid LIMIT ?"
    )
    rows = [row for (row,) in db.execute(query, (f'title : "{words}"', _MOST))]
    return reading.load_records(db, rows)
