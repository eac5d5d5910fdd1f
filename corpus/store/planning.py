"""What a change would make of the records, worked out before anything is changed.

Accepting, undoing, redoing and ruling are one routine: decide which entries will be live, resolve the components
the change touches, make the record rows that are missing (nobody sees them yet), then publish in one short transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.components import Pair, resolve
from corpus.errors import BusyError
from corpus.folding import fold
from corpus.records import LOOKED_UP, Fields, Link, Record, Ruling
from corpus.rules import Progress
from corpus.store import coding, rulings
from corpus.store.schema import get_version, insert_rows, last_number, read, retire_numbers, write, write_unseen

INDEXED_AT_ONCE = 4_000  # records; more at once make fewer pieces of the search index, and fewer to put together


@dataclass(frozen=True)
class Change:
    """What is about to be different: an import that becomes live or dead, or pairs ruled on."""

    accept: int | None = None
    undo: int | None = None
    ruled: tuple[Ruling, ...] = ()  # "same", "distinct" or "withdrawn", not stored yet
    erase: str | None = None  # an entry id


@dataclass
class Plan:
    """Record rows to hide and to show, valid at ``base_version``."""

    base_version: int
    hide: list[int] = field(default_factory=list)
    show: list[int] = field(default_factory=list)
    record_of: dict[int, int] = field(default_factory=dict)  # entry number -> record row, of all touched entries
    live_before: set[int] = field(default_factory=set)  # touched entries live at base_version
    idle: set[int] = field(default_factory=set)  # answers that were looked up and join no record


def make_plan(db: sqlite3.Connection, change: Change, progress: Progress) -> Plan:
    """Work out a change against the corpus as it is now, making missing record rows in short transactions."""
    for _ in range(TRIES):
        try:
            return _make_plan(db, change, progress)
        except _ErasedError:
            continue
    raise too_busy()


class _ErasedError(Exception):
    """An entry was erased while records were made: what was read of it may not be written."""


def _make_plan(db: sqlite3.Connection, change: Change, progress: Progress) -> Plan:
    with read(db):
        plan = Plan(base_version=get_version(db))
        pairs = rulings.active_pairs(db, extra=change.ruled)
        _touch(db, change, rulings.ever_ruled_pairs(db, change.ruled))
        ids = dict(db.execute("SELECT no, id FROM entries WHERE no IN (SELECT entry FROM touched)"))
        answers = find_answers(db, "no IN (SELECT entry FROM touched)")
        plan.live_before = _live(db, Change())
        live = _live(db, change)
        links = [
            Link(ids[a], ids[b], verdict, rule, score)
            if ids[a] < ids[b]
            else Link(ids[b], ids[a], verdict, rule, score)
            for a, b, verdict, rule, score in db.execute(
                # +: looked up one by one; as a second key SQLite would try every pair of touched entries
                "SELECT l.a, l.b, l.verdict, l.rule, l.score FROM touched t CROSS JOIN links l ON l.a = t.entry "
                "WHERE +l.b IN (SELECT entry FROM touched) AND l.verdict <> 'held'"
            )
        ]
        shown_now = dict(
            db.execute(
                "SELECT r.no, r.members FROM records r JOIN shown s ON s.record = r.no WHERE r.no IN "
                "(SELECT record FROM members WHERE entry IN (SELECT entry FROM touched))"
            )
        )
    number_of = {entry_id: number for number, entry_id in ids.items()}
    components, idle = part_answers(resolve((ids[n] for n in live), links, pairs), answers)
    plan.idle = {number_of[i] for i in idle}
    wanted = [sorted(number_of[i] for i in component) for component in components]
    rows = make_records(db, wanted, plan.base_version, progress)
    for members, row in zip(wanted, rows, strict=True):
        plan.record_of.update(dict.fromkeys(members, row))
    after = set(rows)
    plan.hide = sorted(set(shown_now) - after)
    plan.show = sorted(after - set(shown_now))
    return plan


def find_answers(db: sqlite3.Connection, where: str) -> set[str]:
    """The ids of entries that a service gave when it was asked about records."""
    return {i for (i,) in db.execute(f"SELECT id FROM entries WHERE {where} AND format = ?", (LOOKED_UP,))}


def part_answers(components: Iterable[tuple[str, ...]], answers: set[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """The components that are records, and the answers in those that hold nothing else: an answer is no record."""
    records: list[tuple[str, ...]] = []
    idle: list[str] = []
    for component in components:
        if answers.issuperset(component):
            idle += component
        else:
            records.append(component)
    return records, idle


def _touch(db: sqlite3.Connection, change: Change, ruled: Iterable[Pair]) -> None:
    """Fill the temporary table ``touched`` with the entries of a change and all that links or rulings tie to them."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS touched (entry INTEGER PRIMARY KEY)")
    db.execute("CREATE TEMP TABLE IF NOT EXISTS ruled (a INTEGER, b INTEGER)")
    db.execute("DELETE FROM touched")
    db.execute("DELETE FROM ruled")
    db.execute(
        "INSERT OR IGNORE INTO touched SELECT entry FROM origins WHERE import_id IN (?, ?)",
        (change.accept, change.undo),
    )
    named = {i for ruling in change.ruled for i in rulings.pair_of(db, ruling)} | {change.erase}
    db.executemany("INSERT OR IGNORE INTO touched SELECT no FROM entries WHERE id = ?", [(i,) for i in named])
    db.executemany(
        "INSERT INTO ruled SELECT x.no, y.no FROM entries x, entries y WHERE x.id = ? AND y.id = ?", list(ruled)
    )
    grown, size = -1, 0
    while grown != size:
        grown = size
        db.execute(
            "INSERT OR IGNORE INTO touched "
            "SELECT l.b FROM touched t JOIN links l ON l.a = t.entry WHERE l.verdict = 'same' "
            "UNION SELECT l.a FROM touched t JOIN links l ON l.b = t.entry WHERE l.verdict = 'same' "
            "UNION SELECT r.b FROM touched t JOIN ruled r ON r.a = t.entry "
            "UNION SELECT r.a FROM touched t JOIN ruled r ON r.b = t.entry "
            # whoever shares a shown record with a touched entry (a rule may have changed since)
            "UNION SELECT n.entry FROM touched t JOIN members m ON m.entry = t.entry "
            "JOIN shown s ON s.record = m.record JOIN members n ON n.record = m.record"
        )
        size = db.execute("SELECT count(*) FROM touched").fetchone()[0]


def _live(db: sqlite3.Connection, change: Change) -> set[int]:
    """Touched entries with an origin in an accepted import, as they would be after the change."""
    query = (
        "SELECT DISTINCT t.entry FROM touched t JOIN entries e ON e.no = t.entry JOIN origins o ON o.entry = t.entry "
        "JOIN imports i ON i.id = o.import_id WHERE e.erased IS NULL AND e.id IS NOT ? "
        "AND (i.state = 'accepted' OR i.id IS ?) AND i.id IS NOT ?"
    )
    return {n for (n,) in db.execute(query, (change.erase, change.accept, change.undo))}


def make_records(
    db: sqlite3.Connection, wanted: Sequence[Sequence[int]], version: int, progress: Progress
) -> list[int]:
    """The record row of each member list, made where there is none. Rows are invisible until shown.

    Raises _ErasedError if an entry was erased since that version.
    """
    keys = [",".join(map(str, members)) for members in wanted]
    rows = _rows_of(db, keys)
    missing = [(key, members) for key, members in zip(keys, wanted, strict=True) if key not in rows]
    done = 0
    for some in coding.batches(missing, INDEXED_AT_ONCE):
        rows.update(_insert_records(db, some, _fold_all(db, some), version))
        done += len(some)
        progress("indexing", done, len(missing))
    return [rows[key] for key in keys]


def _rows_of(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for some in coding.batches(keys, 500):
        marks = ",".join("?" * len(some))
        rows.update(db.execute(f"SELECT members, no FROM records WHERE members IN ({marks})", some))
    return rows


_INTO_RECORDS = f"INSERT INTO records (no, members, id, n_entries, has_abstract, {coding.COLUMNS})"
_Wanted = Sequence[tuple[str, Sequence[int]]]  # records to make: the entries as text and as numbers


def _fold_all(db: sqlite3.Connection, wanted: _Wanted) -> dict[str, Record]:
    """What the entries of those records say together that have several."""
    several = [(key, members) for key, members in wanted if len(members) > 1]
    facts: dict[int, tuple[str, Fields]] = {}
    for some in coding.batches((n for _, members in several for n in members), 500):
        marks = ",".join("?" * len(some))
        query = (
            f"SELECT f.entry, e.id, {coding.SAID} FROM facts f JOIN entries e ON e.no = f.entry "
            f"WHERE f.entry IN ({marks})"
        )
        facts.update((n, (entry_id, coding.unpack_fields(*said))) for n, entry_id, *said in db.execute(query, some))
    if not all(n in facts for _, members in several for n in members):
        raise _ErasedError
    return {key: fold(dict(facts[n] for n in members)) for key, members in several}


def _insert_records(
    db: sqlite3.Connection, wanted: _Wanted, folded: Mapping[str, Record], version: int
) -> dict[str, int]:
    """The rows of new records, in one transaction, with their words for searching."""
    with write_unseen(db):
        if db.execute("SELECT 1 FROM events WHERE version > ? AND what = 'erase'", (version,)).fetchone():
            raise _ErasedError
        rows = _rows_of(db, [key for key, _ in wanted])  # another process may have been quicker
        last = last_number(db, "records")
        new = [(no, *record) for no, record in enumerate((w for w in wanted if w[0] not in rows), last + 1)]
        db.executemany(  # most records are one entry: they say what it says
            f"{_INTO_RECORDS} SELECT ?, ?, (SELECT id FROM entries WHERE no = entry), 1, abstract IS NOT NULL, "
            f"{coding.COLUMNS} FROM facts WHERE entry = ?",
            [(no, key, members[0]) for no, key, members in new if key not in folded],
        )
        db.executemany(
            f"{_INTO_RECORDS} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_to_row(no, key, folded[key]) for no, key, _ in new if key in folded],
        )
        insert_rows(db, "INSERT INTO members", sorted((entry, no) for no, _, members in new for entry in members))
        db.execute(
            "INSERT INTO record_text (rowid, title, abstract, keywords, authors, venue) "
            "SELECT * FROM record_words WHERE no > ? ORDER BY no",
            (last,),
        )
    return rows | {key: no for no, key, _ in new}


def _to_row(no: int, key: str, record: Record) -> tuple[Any, ...]:
    return (no, key, record.id, len(record.entries), int(bool(record.abstract)), *coding.to_columns(record))


def remove_records(db: sqlite3.Connection, entries: str) -> None:
    """Take away the rows of all records made of any of these entries. Call inside a write."""
    retire_numbers(db, "records")
    for (row,) in db.execute(f"SELECT DISTINCT record FROM members WHERE entry IN ({entries})").fetchall():
        db.execute(
            "INSERT INTO record_text (record_text, rowid, title, abstract, keywords, authors, venue) "
            "SELECT 'delete', no, title, abstract, keywords, authors, venue FROM record_words WHERE no = ?",
            (row,),
        )
        db.execute("DELETE FROM records WHERE no = ?", (row,))
        db.execute("DELETE FROM members WHERE record = ?", (row,))
        db.execute("DELETE FROM planned WHERE record = ?", (row,))


@dataclass(frozen=True)
class Event:
    """One line of the corpus's history."""

    version: int
    what: str
    import_id: int | None = None
    note: str = ""
    who: str = ""
    at: str = ""


def publish(
    db: sqlite3.Connection,
    plan: Plan,
    event: Event,
    statements: Iterable[tuple[str, Sequence[object]]] = (),
    also: Callable[[int], None] | None = None,
) -> int | None:
    """Make a plan true in one transaction and return the new version; None if the corpus has moved since."""
    with write(db):
        if get_version(db) != plan.base_version:
            return None
        db.executemany("DELETE FROM shown WHERE record = ?", [(row,) for row in plan.hide])
        insert_rows(db, "INSERT OR IGNORE INTO shown", [(row,) for row in plan.show])
        version = raise_version(db, event)
        for statement, values in statements:
            db.execute(statement, tuple(values))
        if also is not None:
            also(version)
        return version


def raise_version(db: sqlite3.Connection, event: Event) -> int:
    """Count up the corpus version and note why. Call inside a write."""
    version = get_version(db) + 1
    db.execute("UPDATE meta SET value = ? WHERE key = 'corpus_version'", (version,))
    prints = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('framework', 'rules')"))
    db.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (version, event.what, event.import_id, event.note, event.who, event.at,
         prints.get("framework"), prints.get("rules")),
    )  # fmt: skip
    return version


TRIES = 20


def too_busy() -> BusyError:
    return BusyError("The corpus kept changing while this was worked out. Nothing was changed. Try again in a moment.")


def count_items(db: sqlite3.Connection, import_id: int, plan: Plan) -> dict[int, dict[str, int]]:
    """Per file of an import: found, new, merged, held, rejected (design.md section 4), each item counted once.

    What was erased is rejected: it is not let in again.
    """
    counts = {
        file_id: {"found": 0, "new": 0, "merged": 0, "held": 0, "rejected": 0}
        for (file_id,) in db.execute("SELECT id FROM files WHERE import_id = ? ORDER BY id", (import_id,))
    }
    existed = {row for number, row in plan.record_of.items() if number in plan.live_before}
    items = db.execute("SELECT file, entry FROM origins WHERE import_id = ? ORDER BY file, no", (import_id,)).fetchall()
    order: dict[int, int] = {}
    for position, (_, entry) in enumerate(items):
        order.setdefault(plan.record_of.get(entry, -entry), position)
    doubtful = _held_records(db, plan, existed, order)
    query = (
        "SELECT DISTINCT o.entry FROM origins o JOIN entries e ON e.no = o.entry "
        "WHERE o.import_id = ? AND e.erased IS NOT NULL"
    )
    erased = {entry for (entry,) in db.execute(query, (import_id,))}
    for position, (file_id, entry) in enumerate(items):
        row = plan.record_of.get(entry, -entry)
        if entry in erased:
            outcome = "rejected"
        elif entry in plan.idle:
            outcome = "held"
        elif row in existed or order[row] != position:
            outcome = "merged"
        else:
            outcome = "held" if row in doubtful else "new"
        counts[file_id][outcome] += 1
    for file_id, n in db.execute("SELECT file, count(*) FROM rejects WHERE import_id = ? GROUP BY file", (import_id,)):
        counts[file_id]["rejected"] += n
    for count in counts.values():
        count["found"] = count["new"] + count["merged"] + count["held"] + count["rejected"]
    return counts


def _held_records(db: sqlite3.Connection, plan: Plan, existed: set[int], order: Mapping[int, int]) -> set[int]:
    """New records with a doubt against an existing record or an earlier one of this import."""
    ruled = set(rulings.active_pairs(db))
    held: set[int] = set()
    query = (
        "SELECT l.a, l.b, x.id, y.id FROM links l JOIN entries x ON x.no = l.a JOIN entries y ON y.no = l.b "
        "WHERE l.verdict = 'held' AND (EXISTS (SELECT 1 FROM touched t WHERE t.entry = l.a) "
        "OR EXISTS (SELECT 1 FROM touched t WHERE t.entry = l.b))"
    )
    for a, b, a_id, b_id in db.execute(query):
        if (min(a_id, b_id), max(a_id, b_id)) in ruled:
            continue
        for one, other in ((a, b), (b, a)):
            row = plan.record_of.get(one)
            if row is None or row in existed or row not in order:
                continue
            other_row = plan.record_of.get(other)
            if other_row is None:  # untouched by this change: doubtful only if it is in the corpus
                if db.execute(
                    "SELECT 1 FROM members m JOIN shown s ON s.record = m.record WHERE m.entry = ?", (other,)
                ).fetchone():
                    held.add(row)
            elif other_row != row and (other_row in existed or order.get(other_row, -1) < order[row]):
                held.add(row)
    return held
