"""Checking the store, deriving everything anew, erasing an entry, counting what is there."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.cells import is_known
from corpus.components import resolve
from corpus.framework import Framework
from corpus.records import LOOKED_UP, Link, Ruling
from corpus.rules import Progress, Rules
from corpus.snapshot import Snapshot
from corpus.store import coding, planning, rulings, staging
from corpus.store.schema import get_version, plain_errors, read, write


def find_faults(db: sqlite3.Connection) -> list[str]:
    """Sentences on what is wrong with the store; none if it is sound."""
    with plain_errors(), read(db):
        faults = [f"SQLite: {text}" for (text,) in db.execute("PRAGMA integrity_check") if text != "ok"]
        for sentence, query in _CHECKS:
            n = db.execute(query).fetchone()[0]
            if n:
                faults.append(sentence.format(n=n))
        faults += _crossed_rulings(db)
    try:
        with write(db):
            db.execute("INSERT INTO record_text (record_text, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        faults.append('The search index does not agree with the records. "python -m corpus rebuild" mends it.')
    return faults


_LIVE = "SELECT o.entry FROM origins o JOIN imports i ON i.id = o.import_id WHERE i.state = 'accepted'"

_CHECKS = (
    (
        "{n} live entries belong to no record.",
        f"SELECT count(*) FROM entries e WHERE e.erased IS NULL AND e.format <> '{LOOKED_UP}' "
        f"AND e.no IN ({_LIVE}) AND NOT EXISTS "
        "(SELECT 1 FROM members m JOIN shown s ON s.record = m.record WHERE m.entry = e.no)",
    ),
    (
        "{n} entries belong to two records at once.",
        "SELECT count(*) FROM (SELECT m.entry FROM members m JOIN shown s ON s.record = m.record "
        "GROUP BY m.entry HAVING count(*) > 1)",
    ),
    (
        "{n} records hold an entry that is not part of the corpus.",
        "SELECT count(DISTINCT m.record) FROM members m JOIN shown s ON s.record = m.record "
        "JOIN entries e ON e.no = m.entry "
        f"WHERE e.erased IS NOT NULL OR m.entry NOT IN ({_LIVE})",
    ),
    (
        "{n} records are not named after their smallest entry.",
        "SELECT count(*) FROM (SELECT r.id AS id, min(e.id) AS least FROM records r JOIN shown s ON s.record = r.no "
        "JOIN members m ON m.record = r.no JOIN entries e ON e.no = m.entry GROUP BY r.no) WHERE id <> least",
    ),
    ("{n} shown records have no row.", "SELECT count(*) FROM shown WHERE record NOT IN (SELECT no FROM records)"),
    ("{n} entries have no origin.", "SELECT count(*) FROM entries WHERE no NOT IN (SELECT entry FROM origins)"),
    (
        "{n} entries have no facts.",
        "SELECT count(*) FROM entries WHERE erased IS NULL AND no NOT IN (SELECT entry FROM facts)",
    ),
    (
        "{n} entries of accepted imports were never compared with the others.",
        f"SELECT count(*) FROM unmatched WHERE entry IN ({_LIVE})",
    ),
)


def _crossed_rulings(db: sqlite3.Connection) -> Iterator[str]:
    record_of = dict(
        db.execute(
            "SELECT e.id, m.record FROM entries e JOIN members m ON m.entry = e.no JOIN shown s ON s.record = m.record "
            "WHERE e.id IN (SELECT entry FROM ruling_entries)"
        )
    )
    for (a, b), verdict in rulings.active_pairs(db).items():
        if verdict == "distinct" and a in record_of and record_of[a] == record_of.get(b):
            yield f"Entries {a} and {b} are in one record though a person ruled them distinct."


def rebuild(db: sqlite3.Connection, framework: Framework, rules: Rules, at: str, why: str, progress: Progress) -> int:
    """Derive everything anew from entries and rulings; the new version. All of it or nothing: one transaction."""
    tagger = rules.build_tagger(framework)
    with write(db):
        for table in (
            "facts",
            "codes",
            "passages",
            "keys",
            "links",
            "unmatched",
            "records",
            "members",
            "shown",
            "planned",
        ):
            db.execute(f"DELETE FROM {table}")
        db.execute("INSERT INTO record_text (record_text) VALUES ('delete-all')")
        db.execute("DELETE FROM meta WHERE key = 'last of records'")
        numbers = staging.name_tags(db, framework)
        total = db.execute("SELECT count(*) FROM entries WHERE erased IS NULL").fetchone()[0]
        fields = {}
        for rows in _stored(db):
            entries = {number: coding.unpack_entry(format, data) for number, _, format, data in rows}
            made_of = staging.derive(entries, rules, tagger)
            staging.insert_derived(db, numbers, [(number, made_of[number]) for number in entries])
            staging.insert_keys(db, ((number, made_of[number].keys) for number in entries))
            fields.update({entry_id: made_of[number].fields for number, entry_id, _, _ in rows})
            progress("reading entries again", len(fields), total)
        links = rules.match(fields, None, progress)
        number_of = dict(db.execute("SELECT id, no FROM entries"))
        staging.insert_links(db, number_of, links)
        db.execute("DELETE FROM unmatched")
        _show_all(db, progress)
        remember_fingerprints(db, framework, rules)
        # a proposal is planned again when it is accepted
        db.execute("UPDATE imports SET base_version = NULL WHERE state = 'proposed'")
        return planning.raise_version(db, planning.Event(0, "rebuild", note=why, at=at))


def _stored(db: sqlite3.Connection) -> Iterator[list[tuple[int, str, str, bytes]]]:
    """Entries in order, a few at a time, so that the same connection can write between them."""
    last = 0
    while rows := db.execute(
        "SELECT no, id, format, data FROM entries WHERE no > ? AND erased IS NULL ORDER BY no LIMIT 500", (last,)
    ).fetchall():
        yield rows
        last = rows[-1][0]


def _show_all(db: sqlite3.Connection, progress: Progress) -> None:
    """Resolve every live entry and show the records. Call inside a write."""
    ids = dict(db.execute(f"SELECT no, id FROM entries WHERE erased IS NULL AND no IN ({_LIVE})"))
    number_of = {entry_id: number for number, entry_id in ids.items()}
    links = [
        Link(min(ids[a], ids[b]), max(ids[a], ids[b]), verdict, rule, score)
        for a, b, verdict, rule, score in db.execute(
            "SELECT a, b, verdict, rule, score FROM links WHERE verdict <> 'held'"
        )
        if a in ids and b in ids
    ]
    components, _ = planning.part_answers(
        resolve(ids.values(), links, rulings.active_pairs(db)), planning.find_answers(db, "erased IS NULL")
    )
    wanted = [sorted(number_of[i] for i in component) for component in components]
    rows = planning.make_records(db, wanted, get_version(db), progress)
    db.executemany("INSERT INTO shown VALUES (?)", [(row,) for row in rows])


def retag(db: sqlite3.Connection, framework: Framework, rules: Rules, at: str, progress: Progress) -> int:
    """Tag every entry anew under another framework; the new version. One transaction."""
    tagger = rules.build_tagger(framework)
    with write(db):
        numbers = staging.name_tags(db, framework)
        total = db.execute("SELECT count(*) FROM facts").fetchone()[0]
        db.execute("DELETE FROM codes")
        db.execute("DELETE FROM passages")
        last, done = 0, 0
        while rows := db.execute(
            f"SELECT f.entry, {coding.SAID} FROM facts f WHERE f.entry > ? ORDER BY f.entry LIMIT 500", (last,)
        ).fetchall():
            for number, *said in rows:
                fields = coding.unpack_fields(*said)
                assignments, out_of_scope = staging.code(fields, tagger)
                made = staging.Derived(fields, (), assignments, (), out_of_scope)
                staging.insert_codes(db, numbers, [(number, made)])
            last, done = rows[-1][0], done + len(rows)
            progress("tagging again", done, total)
        remember_fingerprints(db, framework, rules)
        return planning.raise_version(db, planning.Event(0, "framework", note=f"version {framework.version}", at=at))


def remember_fingerprints(db: sqlite3.Connection, framework: Framework, rules: Rules) -> None:
    """Call inside a write."""
    db.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)",
        (("framework", framework.fingerprint), ("rules", rules.fingerprint)),
    )


def fingerprints(db: sqlite3.Connection) -> tuple[str | None, str | None]:
    """Of the framework and the rules everything stored was derived with; None in a new store."""
    found = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('framework', 'rules')"))
    return found.get("framework"), found.get("rules")


def blank_entry(db: sqlite3.Connection, entry_id: str, reason: str) -> None:
    """Remove an entry's text everywhere; the id stays as a tombstone. Call inside a write."""
    (number,) = db.execute("SELECT no FROM entries WHERE id = ?", (entry_id,)).fetchone()
    planning.remove_records(db, str(number))
    for table in ("facts", "codes", "passages", "modelled", "keys", "unmatched"):
        db.execute(f"DELETE FROM {table} WHERE entry = ?", (number,))
    db.execute("DELETE FROM links WHERE a = ? OR b = ?", (number, number))
    db.execute(  # they quote it
        "DELETE FROM warnings WHERE (import_id, file, line) IN "
        "(SELECT import_id, file, line FROM origins WHERE entry = ?)",
        (number,),
    )
    db.execute("UPDATE entries SET data = NULL, erased = ? WHERE no = ?", (reason, number))
    db.execute("INSERT INTO record_text (record_text) VALUES ('optimize')")


@dataclass(frozen=True)
class Stats:
    records: int
    entries: int
    imports: int
    corpus_version: int
    n_in: int
    n_out: int
    n_unscreened: int
    tags: dict[str, dict[str, int]]


def count_stats(db: sqlite3.Connection, snapshot: Snapshot) -> Stats:
    """How much of everything there is: live entries, accepted imports, records per tag with parents expanded."""
    scope = snapshot.frame["scope"].value_counts()
    totals = snapshot.tags.sum(axis=0).A1 if len(snapshot) else [0] * len(snapshot.column_of)
    tags: dict[str, dict[str, int]] = {}
    for (facet, tag), column in snapshot.column_of.items():
        if totals[column]:
            tags.setdefault(facet, {})[tag] = int(totals[column])
    return Stats(
        records=len(snapshot),
        entries=int(snapshot.frame["n_entries"].sum()),
        imports=db.execute("SELECT count(*) FROM imports WHERE state = 'accepted'").fetchone()[0],
        corpus_version=snapshot.version,
        n_in=int(scope.get("in", 0)),
        n_out=int(scope.get("out", 0)),
        n_unscreened=int(scope.get("unscreened", 0)),
        tags=tags,
    )


def load_events(db: sqlite3.Connection) -> list[planning.Event]:
    rows = db.execute("SELECT version, what, import_id, note, who, at FROM events ORDER BY version")
    return [planning.Event(v, what, i, note or "", who or "", at or "") for v, what, i, note, who, at in rows]


def sleeping_or_vanished(db: sqlite3.Connection, framework: Framework) -> list[Ruling]:
    """Rulings on tags that this framework no longer has: kept, and listed."""
    known = {*framework.columns, *((facet, "") for facet in framework.by_id)}  # "": a facet coded in full
    some = rulings.active_rulings(db, ("tag", "cell"))
    return [r for r in some if not (is_known(r, framework) if r.kind == "cell" else (r.facet, r.tag) in known)]
