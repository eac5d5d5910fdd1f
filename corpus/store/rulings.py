"""What people decided: stored as they said it, applied latest first, never lost.

A ruling names entries. With none of them live it sleeps; it wakes when one is live again.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from corpus.components import Pair
from corpus.records import Ruling

_COLUMNS = "number, version, kind, value, facet, tag, reason, coded_from, coded_under, who, at, other_facet, other_tag"


def load_rulings(db: sqlite3.Connection, kinds: Sequence[str] = (), as_of: int | None = None) -> list[Ruling]:
    """All rulings in order of number, withdrawn ones and withdrawals included."""
    where, values = ["version <= ?"], [as_of if as_of is not None else 1 << 62]
    if kinds:
        where.append(f"kind IN ({','.join('?' * len(kinds))})")
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM rulings WHERE {' AND '.join(where)} ORDER BY number", (*values, *kinds)
    ).fetchall()
    entries: dict[int, list[str]] = {}
    named = "SELECT e.ruling, e.entry FROM rulings r CROSS JOIN ruling_entries e ON e.ruling = r.number WHERE r."
    for number, entry in db.execute(f"{named}{' AND r.'.join(where)} ORDER BY 1, 2", (*values, *kinds)):
        entries.setdefault(number, []).append(entry)
    return [
        Ruling(
            number=row[0], version=row[1], kind=row[2], value=row[3] or "", facet=row[4] or "", tag=row[5] or "",
            reason=row[6] or "", coded_from=row[7] or "", coded_under=row[8], who=row[9] or "", at=row[10] or "",
            other_facet=row[11] or "", other_tag=row[12] or "",
            entries=tuple(entries.get(row[0], ())),
        )
        for row in rows
    ]  # fmt: skip


def active_rulings(
    db: sqlite3.Connection, kinds: Sequence[str], as_of: int | None = None, extra: Iterable[Ruling] = ()
) -> list[Ruling]:
    """Rulings of these kinds that nobody took back, in order of number; ``extra`` come last, not stored yet."""
    rows = load_rulings(db, (*kinds, "withdrawn"), as_of) + list(extra)
    withdrawn: set[int] = set()
    for ruling in reversed(rows):  # a withdrawal that was itself withdrawn does not count
        if ruling.kind == "withdrawn" and ruling.number not in withdrawn:
            withdrawn.add(int(ruling.value))
    return [r for r in rows if r.kind in kinds and (r.number == 0 or r.number not in withdrawn)]


def active_pairs(db: sqlite3.Connection, as_of: int | None = None, extra: Iterable[Ruling] = ()) -> dict[Pair, str]:
    """What people say now of each pair they ruled on: "same" or "distinct"."""
    pairs: dict[Pair, str] = {}
    for ruling in active_rulings(db, ("same", "distinct"), as_of, extra):
        a, b = sorted(ruling.entries)
        pairs[a, b] = ruling.kind
    return pairs


def ever_ruled_pairs(db: sqlite3.Connection, extra: Iterable[Ruling] = ()) -> set[Pair]:
    """Every pair anybody ever ruled on: what a ruling, or taking it back, may touch."""
    rows = load_rulings(db, ("same", "distinct")) + [r for r in extra if r.kind in ("same", "distinct")]
    return {(min(r.entries), max(r.entries)) for r in rows}


def pair_of(db: sqlite3.Connection, ruling: Ruling) -> tuple[str, ...]:
    """The entries whose components a ruling may change: its pair, or the pair of the ruling it takes back."""
    if ruling.kind in ("same", "distinct"):
        return ruling.entries
    if ruling.kind == "withdrawn":
        number = int(ruling.value)
        query = "SELECT value FROM rulings WHERE number = ? AND kind = 'withdrawn'"
        while found := db.execute(query, (number,)).fetchone():
            number = int(found[0])  # taking back a taking back
        rows = db.execute(
            "SELECT e.entry FROM ruling_entries e JOIN rulings r ON r.number = e.ruling "
            "WHERE r.number = ? AND r.kind IN ('same', 'distinct')",
            (number,),
        )
        return tuple(entry for (entry,) in rows)
    return ()


def insert_ruling(db: sqlite3.Connection, ruling: Ruling, version: int) -> int:
    """Store a ruling at a version. Call inside a write."""
    cursor = db.execute(
        "INSERT INTO rulings (version, kind, value, facet, tag, reason, coded_from, coded_under, who, at, other_facet, "
        "other_tag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (version, ruling.kind, ruling.value, ruling.facet, ruling.tag, ruling.reason, ruling.coded_from,
         ruling.coded_under, ruling.who, ruling.at, ruling.other_facet, ruling.other_tag),
    )  # fmt: skip
    number = int(cursor.lastrowid or 0)
    db.executemany("INSERT INTO ruling_entries VALUES (?, ?)", [(entry, number) for entry in ruling.entries])
    return number
