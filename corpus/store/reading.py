"""What the corpus says: records, where they came from, which tags they have and why.

Everything here only reads. A person's rulings are applied on top of what rules found.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from corpus.errors import UnknownIdError
from corpus.framework import Framework, TagKey
from corpus.records import Assignment, Entry, Fields, Link, Origin, Record, Ruling, from_plain
from corpus.store import coding, modelling, rulings
from corpus.store.schema import read

_RECORD = "r.no, r.id, r.year, r.title, r.venue, r.members, r.data, r.abstract"


def find_rows(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, list[int]]:
    """The shown record rows that now hold each entry id (one; two where rulings split what was one record)."""
    rows: dict[str, list[int]] = {}
    for some in coding.batches(dict.fromkeys(ids), 500):
        marks = ",".join("?" * len(some))
        query = (
            "SELECT e.id, m.record FROM entries e JOIN members m ON m.entry = e.no JOIN shown s ON s.record = m.record "
            f"WHERE e.id IN ({marks})"
        )
        for entry_id, row in db.execute(query, some):
            rows.setdefault(entry_id, []).append(row)
    return rows


def row_of(db: sqlite3.Connection, entry_id: str) -> int:
    """Raises UnknownIdError, saying whether the id is unknown or its import is not part of the corpus now."""
    rows = find_rows(db, [entry_id])
    if entry_id in rows:
        return rows[entry_id][0]
    stored = db.execute("SELECT erased FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if stored is None:
        raise UnknownIdError(f'Nothing in this corpus has the id "{entry_id}".')
    if stored[0] is not None:
        raise UnknownIdError(f'The entry "{entry_id}" was erased: {stored[0]}')
    raise UnknownIdError(
        f'The entry "{entry_id}" is kept, but no accepted import holds it now (undone or not accepted).'
    )


def load_records(db: sqlite3.Connection, rows: Sequence[int]) -> list[Record]:
    """Records of these rows, in the order asked for."""
    found: dict[int, Record] = {}
    with read(db):
        for some in coding.batches(rows, 500):
            marks = ",".join("?" * len(some))
            raw = db.execute(f"SELECT {_RECORD} FROM records r WHERE r.no IN ({marks})", some).fetchall()
            numbers = {int(n) for r in raw for n in r[5].split(",")}
            ids = entry_ids(db, numbers)
            for no, record_id, year, title, venue, members, data, abstract in raw:
                plain = json.loads(data)
                taken_from = plain.pop("taken_from", {})
                found[no] = Record(
                    id=record_id,
                    entries=tuple(sorted(ids[int(n)] for n in members.split(","))),
                    taken_from=taken_from,
                    year=year,
                    title=title,
                    venue=venue,
                    abstract=abstract,
                    **from_plain(plain),
                )
    return [found[row] for row in rows]


def entry_ids(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in coding.batches(sorted(set(numbers)), 500):
        marks = ",".join("?" * len(some))
        found.update(db.execute(f"SELECT no, id FROM entries WHERE no IN ({marks})", some))
    return found


def load_origins(db: sqlite3.Connection, entries: Iterable[str]) -> list[Origin]:
    """Every place these entries were met, in the order they were met; imports that are part of the corpus only."""
    found: list[tuple[int, Origin]] = []
    for some in coding.batches(sorted(set(entries)), 500):
        marks = ",".join("?" * len(some))
        query = (
            "SELECT o.no, e.id, o.import_id, f.name, e.format, o.line, i.source, i.search_date FROM origins o "
            "JOIN entries e ON e.no = o.entry JOIN files f ON f.id = o.file JOIN imports i ON i.id = o.import_id "
            f"WHERE i.state = 'accepted' AND e.id IN ({marks})"
        )
        found += [(row[0], Origin(*row[1:])) for row in db.execute(query, some)]
    return [origin for _, origin in sorted(found, key=lambda item: item[0])]


def load_entry(db: sqlite3.Connection, entry_id: str) -> Entry:
    """An entry exactly as its file had it. Raises UnknownIdError."""
    row = db.execute("SELECT format, data, erased FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if row is None or row[2] is not None:
        raise UnknownIdError(
            f'Nothing in this corpus has the id "{entry_id}"' + (f": erased, {row[2]}." if row else ".")
        )
    return coding.unpack_entry(row[0], row[1])


def load_fields(db: sqlite3.Connection, entries: Iterable[str]) -> dict[str, Fields]:
    """What each entry says by itself, interpreted, by entry id in order."""
    found: dict[str, Fields] = {}
    for some in coding.batches(sorted(set(entries)), 500):
        marks = ",".join("?" * len(some))
        query = (
            f"SELECT e.id, {coding.SAID} FROM entries e JOIN facts f ON f.entry = e.no WHERE e.id IN ({marks}) "
            "ORDER BY e.id"
        )
        found.update({entry_id: coding.unpack_fields(*said) for entry_id, *said in db.execute(query, some)})
    return found


def load_live_fields(db: sqlite3.Connection) -> Iterator[tuple[str, Fields]]:
    """What each entry of every record shown says, with its id; read a few at a time."""
    last = 0
    query = (
        f"SELECT DISTINCT f.entry, e.id, {coding.SAID} FROM facts f JOIN entries e ON e.no = f.entry "
        "JOIN members m ON m.entry = f.entry JOIN shown s ON s.record = m.record "
        "WHERE f.entry > ? ORDER BY f.entry LIMIT 1000"
    )
    while rows := db.execute(query, (last,)).fetchall():
        for _, entry_id, *said in rows:
            yield entry_id, coding.unpack_fields(*said)
        last = rows[-1][0]


def load_rule_tags(db: sqlite3.Connection, entries: Iterable[str]) -> dict[str, frozenset[TagKey]]:
    """What the rules gave each entry, by entry id; nothing a person ruled is in it."""
    found: dict[str, frozenset[TagKey]] = {}
    with read(db):
        tags = {no: (facet, tag) for no, facet, tag in db.execute("SELECT no, facet, tag FROM tags")}
        for some in coding.batches(dict.fromkeys(entries), 500):
            found.update(dict.fromkeys(some, frozenset()))
            marks = ",".join("?" * len(some))
            query = f"SELECT e.id, c.tags FROM entries e JOIN codes c ON c.entry = e.no WHERE e.id IN ({marks})"
            for entry_id, data in db.execute(query, some):
                found[entry_id] = frozenset(tags[int(n)] for n in coding.unpack_tags(data))
    return found


RulingsByEntry = Mapping[str, Sequence[Ruling]]


class TagRulings(NamedTuple):
    """The rulings on tags that stand at a version, oldest first, and the same by entry."""

    version: int
    rulings: Sequence[Ruling]
    by_entry: RulingsByEntry


def by_entry(some: Iterable[Ruling]) -> RulingsByEntry:
    """Rulings by each entry they name, in the order given."""
    found: dict[str, list[Ruling]] = {}
    for ruling in some:
        for entry in ruling.entries:
            found.setdefault(entry, []).append(ruling)
    return found


def load_assignments(
    db: sqlite3.Connection, framework: Framework, record: Record, ruled: RulingsByEntry
) -> tuple[Assignment, ...]:
    """What the record is tagged with after people's rulings: rule tags with passages, people's codes without.

    Framework order. A passage is cut from the entry it was found in; a folded text may differ.
    """
    known = set(framework.columns)
    found: dict[TagKey, list[Assignment]] = {}
    marks = ",".join("?" * len(record.entries))
    rows = db.execute(
        f"SELECT p.data, {coding.SAID} FROM entries e JOIN facts f ON f.entry = e.no "
        "JOIN passages p ON p.entry = e.no "
        f"WHERE e.id IN ({marks}) ORDER BY e.id",
        record.entries,
    )
    for passages, *said in rows:
        for assignment in coding.unpack_passages(passages, coding.unpack_fields(*said)):
            key = (assignment.facet, assignment.tag)
            if key in known and assignment not in found.setdefault(key, []):
                found[key].append(assignment)
    standing = standing_rulings(record, ruled)
    coded = {key[0] for key, ruling in standing.items() if ruling.coded_under is not None}
    for assignment in modelling.load_assignments(db, record.entries, coded):
        key = (assignment.facet, assignment.tag)
        if key in known and (key not in found or found[key][0].source == "model"):
            found.setdefault(key, []).append(assignment)
    for key, ruling in standing.items():
        if ruling.value == "rejected":
            found.pop(key, None)
        elif key in known:
            found.setdefault(key, []).insert(0, Assignment(*key, source="person"))
    return tuple(a for key in framework.columns for a in found.get(key, ()))


def standing_rulings(record: Record, ruled: RulingsByEntry) -> dict[TagKey, Ruling]:
    """The ruling that stands on each tag of the record: the latest on any of its entries."""
    some = {r.number: r for entry in record.entries for r in ruled.get(entry, ())}
    return {(r.facet, r.tag): r for _, r in sorted(some.items())}


def load_held(db: sqlite3.Connection, import_id: int | None = None) -> list[Link]:
    """Doubtful pairs that no ruling settles, both sides in the corpus, surest first.

    A ruling settles its own pair, and every pair across two records it keeps apart. Of several pairs across the same
    two records the surest stands for all: one question is asked once.
    """
    ruled = rulings.active_pairs(db)
    rows = find_rows(db, {entry for pair, verdict in ruled.items() if verdict == "distinct" for entry in pair})
    apart = {
        (min(one, other), max(one, other))
        for (a, b), verdict in ruled.items()
        if verdict == "distinct"
        for one in rows.get(a, ())
        for other in rows.get(b, ())
    }
    # CROSS JOIN: from the few held pairs to their records, never the other way round
    query = (
        "SELECT x.id, y.id, l.rule, l.score, l.why, m.record, n.record FROM links l "
        "CROSS JOIN entries x ON x.no = l.a CROSS JOIN entries y ON y.no = l.b "
        "CROSS JOIN members m ON m.entry = l.a CROSS JOIN shown s ON s.record = m.record "
        "CROSS JOIN members n ON n.entry = l.b CROSS JOIN shown t ON t.record = n.record "
        "WHERE l.verdict = 'held' AND m.record <> n.record"
    )
    values: tuple[int, ...] = ()
    if import_id is not None:
        query += " AND EXISTS (SELECT 1 FROM origins o WHERE o.import_id = ? AND o.entry IN (l.a, l.b))"
        values = (import_id,)
    surest: dict[tuple[int, int], Link] = {}
    for a, b, rule, score, why, one, other in db.execute(query, values):
        link, question = Link(min(a, b), max(a, b), "held", rule, score, why), (min(one, other), max(one, other))
        if (link.a, link.b) in ruled or question in apart:
            continue
        if question not in surest or _surest_first(link) < _surest_first(surest[question]):
            surest[question] = link
    return sorted(surest.values(), key=_surest_first)


def imports_in_doubt(db: sqlite3.Connection) -> dict[int, int]:
    """How many doubtful pairs each import met, by import id; imports that met none are left out."""
    query = (
        "SELECT DISTINCT o.import_id FROM (SELECT a, b FROM links WHERE verdict = 'held') l "
        "CROSS JOIN origins o ON o.entry IN (l.a, l.b) ORDER BY 1"
    )
    counts = {import_id: len(load_held(db, import_id)) for (import_id,) in db.execute(query).fetchall()}
    return {import_id: n for import_id, n in counts.items() if n}


def _surest_first(link: Link) -> tuple[float, str, str]:
    return -link.score, link.a, link.b


def why_merged(db: sqlite3.Connection, record: Record) -> list[Link]:
    """The judged pairs inside a record: why its entries are one work."""
    marks = ",".join("?" * len(record.entries))
    query = (
        "SELECT x.id, y.id, l.verdict, l.rule, l.score, l.why FROM links l JOIN entries x ON x.no = l.a "
        f"JOIN entries y ON y.no = l.b WHERE x.id IN ({marks}) AND y.id IN ({marks}) AND l.verdict = 'same'"
    )
    links = [Link(*row) for row in db.execute(query, record.entries * 2)]
    for (a, b), verdict in rulings.active_pairs(db).items():
        if verdict == "same" and a in record.entries and b in record.entries:
            links.append(Link(a, b, "same", "ruling", 1.0, "A person ruled that they are the same work."))
    return [replace(x, a=min(x.a, x.b), b=max(x.a, x.b)) for x in links]


def describe_statement(db: sqlite3.Connection, imports: Iterable[int] | None = None) -> str:
    """How the collection was put together: its sources, with the date of the search where one is known."""
    wanted = None if imports is None else set(imports)
    parts: list[str] = []
    unnamed = 0
    for import_id, source, date in db.execute("SELECT id, source, search_date FROM imports WHERE state = 'accepted'"):
        if wanted is not None and import_id not in wanted:
            continue
        if not source:
            unnamed += 1
            continue
        part = f"{source}, searched {date}" if date else source
        if part not in parts:
            parts.append(part)
    if unnamed:
        parts.append(f"{unnamed} upload{'s' if unnamed > 1 else ''} without a named source")
    counted = modelling.describe_counted(db)
    return "; ".join([*parts, *([counted] if counted and parts else [])]) or "nothing has been added yet"


def year_now(db: sqlite3.Connection) -> int:
    """The year the corpus counts as current: the latest search date, else the latest import date; 0 if empty."""
    query = "SELECT max(substr(search_date, 1, 4)), max(substr(at, 1, 4)) FROM imports WHERE state = 'accepted'"
    searched, imported = db.execute(query).fetchone()
    return int(searched or imported or 0)
