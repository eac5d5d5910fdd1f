"""From items of a file to stored entries with their facts, keys, codes and links: all invisible.

Everything happens in short transactions under a ``reading`` import. The heavy work (interpreting, tagging,
matching) is done outside them, so other processes can write meanwhile.
"""

import sqlite3
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from corpus.framework import Framework
from corpus.records import Assignment, Entry, Fields, Link, Rejected
from corpus.rules import Progress, Rules, Tagger
from corpus.store import coding, planning
from corpus.store.processes import is_running, this_process
from corpus.store.schema import insert_rows, last_number, read, retire_numbers, write, write_unseen

K = TypeVar("K", bound=Hashable)

MATCHED_AT_ONCE = 4_000
ERASED = "This item was erased here and is not let in again"
EMPTY = "no title, author, identifier, venue or year could be read in it"


class Derived(NamedTuple):
    """What the rules make of one entry."""

    fields: Fields
    keys: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    warnings: tuple[str, ...]
    out_of_scope: str | None  # why a rule suggests that it is out of scope


class Fresh(NamedTuple):
    """What matching asks of an entry that was just staged."""

    fields: Fields
    keys: tuple[str, ...]


def derive(entries: Mapping[K, Entry], rules: Rules, tagger: Tagger) -> dict[K, Derived]:
    """What the rules make of some entries.

    Each step is done for all of them before the next: what it needs then stays at hand in the processor, which saves
    a twelfth of the time.
    """
    fields = {i: rules.interpret(entry) for i, entry in entries.items()}
    derived = {i: Derived(said, (), (), (), None) for i, said in fields.items() if said.is_empty}
    telling = {i: said for i, said in fields.items() if i not in derived}
    coded = {i: code(said, tagger) for i, said in telling.items()}
    keys = {i: rules.keys(said) for i, said in telling.items()}
    for i, said in telling.items():
        warnings = entries[i].warnings + rules.warn(entries[i], said)
        derived[i] = Derived(said, keys[i], coded[i][0], warnings, coded[i][1])
    return derived


def code(fields: Fields, tagger: Tagger) -> tuple[tuple[Assignment, ...], str | None]:
    """The tags of an entry, and why a rule suggests that it is out of scope."""
    assignments = tagger.assign(fields)
    in_scope, why = tagger.suggest_scope(fields, assignments)
    return assignments, None if in_scope else why


def name_tags(db: sqlite3.Connection, framework: Framework) -> dict[tuple[str, str], int]:
    """The store's own number of each tag; numbers are never reused. Call inside a write."""
    db.executemany("INSERT OR IGNORE INTO tags (facet, tag) VALUES (?, ?)", framework.columns)
    return tag_numbers(db)


def tag_numbers(db: sqlite3.Connection) -> dict[tuple[str, str], int]:
    return {(facet, tag): no for no, facet, tag in db.execute("SELECT no, facet, tag FROM tags")}


def start_import(db: sqlite3.Connection, about: Mapping[str, str | None], at: str) -> int:
    with write_unseen(db):
        cursor = db.execute(
            "INSERT INTO imports (state, who, at, source, search_string, search_date, process) "
            "VALUES ('reading', ?, ?, ?, ?, ?, ?)",
            (about.get("who"), at, about.get("source"), about.get("search_string"), about.get("search_date"),
             this_process()),
        )  # fmt: skip
    return int(cursor.lastrowid or 0)


def start_file(db: sqlite3.Connection, import_id: int, name: str, format: str | None, why: str, encoding: str) -> int:
    with write_unseen(db):
        cursor = db.execute(
            "INSERT INTO files (import_id, name, format, why, encoding) VALUES (?, ?, ?, ?, ?)",
            (import_id, clean(name), format, why, encoding),
        )
    return int(cursor.lastrowid or 0)


def finish_file(db: sqlite3.Connection, file_id: int, encoding: str | None, replaced: int, error: str | None) -> None:
    with write_unseen(db):
        db.execute(
            "UPDATE files SET encoding = coalesce(?, encoding), replaced = ?, error = ? WHERE id = ?",
            (encoding, replaced, error and clean(error), file_id),
        )


def stage(
    db: sqlite3.Connection,
    rules: Rules,
    tagger: Tagger,
    numbers: Mapping[tuple[str, str], int],
    import_id: int,
    file_id: int,
    items: Sequence[Entry | Rejected],
) -> dict[str, Fresh]:
    """Store one batch of items; what matching asks of the new ones, by id. Where nothing can be read is a reject."""
    first: dict[str, Entry] = {}
    named: list[tuple[str, Entry | Rejected]] = []  # with its id, "" if it has none
    for item in items:
        if isinstance(item, Rejected):
            named.append(("", item))
        else:
            entry_id = item.id
            first.setdefault(entry_id, item)
            named.append((entry_id, item))
    known = set(_numbers_of(db, first))

    def derive_telling(some: Iterable[str]) -> dict[str, Derived]:
        made_of = derive({i: first[i] for i in some}, rules, tagger)
        return {i: made for i, made in made_of.items() if not made.fields.is_empty}

    derived = derive_telling(i for i in first if i not in known)
    packed = {i: coding.pack_entry(first[i]) for i in derived}
    with write_unseen(db):
        stored = _numbers_of(db, first)  # another process may have stored some since we looked
        derived |= derive_telling(known - stored.keys())  # or stopped the upload that had brought them
        new = [i for i in derived if i not in stored]
        last = last_number(db, "entries")
        number_of = dict(zip(new, range(last + 1, last + 1 + len(new)), strict=True))
        db.executemany(
            "INSERT INTO entries (no, id, format, data) VALUES (?, ?, ?, ?)",
            [(number_of[i], i, first[i].format, packed.get(i) or coding.pack_entry(first[i])) for i in new],
        )
        insert_derived(db, numbers, [(number_of[i], derived[i]) for i in new])
        erased = _erased(db, known)
        warnings = [(first[i].line, text) for i, made in derived.items() for text in made.warnings]
        warnings += [(item.line, f"{ERASED}: {erased[i]}") for i, item in named if i in erased]
        db.executemany(
            "INSERT INTO warnings VALUES (?, ?, ?, ?)",
            [(import_id, file_id, line, clean(text)) for line, text in warnings],
        )
        number_of |= stored
        origins = [(number_of[i], import_id, file_id, item.line) for i, item in named if i in number_of]
        insert_rows(db, "INSERT INTO origins (entry, import_id, file, line)", origins)
        rejects = [
            item if isinstance(item, Rejected) else Rejected(item.line, item.raw, EMPTY)
            for i, item in named
            if i not in number_of
        ]
        db.executemany(
            "INSERT INTO rejects (import_id, file, line, reason, raw) VALUES (?, ?, ?, ?, ?)",
            [(import_id, file_id, bad.line, bad.reason, clean(bad.raw)) for bad in rejects],
        )
    return {i: Fresh(derived[i].fields, derived[i].keys) for i in new}


def _erased(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Why those of these entries were erased that were."""
    found: dict[str, str] = {}
    for some in coding.batches(ids, 500):
        query = f"SELECT id, erased FROM entries WHERE id IN ({','.join('?' * len(some))}) AND erased IS NOT NULL"
        found.update(db.execute(query, some))
    return found


def clean(text: str) -> str:
    """SQLite takes no lone surrogates; they only stand in for bytes that were not text, in names of files too."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _numbers_of(db: sqlite3.Connection, ids: Iterable[str], only: str = "") -> dict[str, int]:
    found: dict[str, int] = {}
    for some in coding.batches(set(ids), 500):
        marks = ",".join("?" * len(some))
        found.update(db.execute(f"SELECT id, no FROM entries WHERE id IN ({marks}) {only}", some))
    return found


def insert_derived(
    db: sqlite3.Connection, numbers: Mapping[tuple[str, str], int], made_of: Sequence[tuple[int, Derived]]
) -> None:
    """Facts, codes and passages of entries, by their numbers. Call inside a write."""
    facts = [(n, *coding.to_columns(made.fields)) for n, made in made_of]
    db.executemany(f"INSERT INTO facts (entry, {coding.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", facts)
    insert_rows(db, "INSERT INTO unmatched", [(n,) for n, _ in made_of])
    insert_codes(db, numbers, made_of)


def insert_keys(db: sqlite3.Connection, keys: Iterable[tuple[int, Sequence[str]]]) -> None:
    """What entries are found by when others are matched, by their numbers. Call inside a write."""
    insert_rows(db, "INSERT OR IGNORE INTO keys", sorted((key, n) for n, some in keys for key in some))


def insert_codes(
    db: sqlite3.Connection, numbers: Mapping[tuple[str, str], int], made_of: Sequence[tuple[int, Derived]]
) -> None:
    """Codes and passages of entries, by their numbers. Call inside a write."""
    codes = [
        (n, coding.pack_tags(numbers[a.facet, a.tag] for a in made.assignments), made.out_of_scope)
        for n, made in made_of
    ]
    db.executemany("INSERT INTO codes VALUES (?, ?, ?)", codes)
    passages = [(n, coding.pack_passages(made.assignments)) for n, made in made_of]
    db.executemany("INSERT INTO passages VALUES (?, ?)", passages)


def _fields_of(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for some in coding.batches(sorted(set(ids)), 500):
        marks = ",".join("?" * len(some))
        query = f"SELECT e.id, {coding.SAID} FROM facts f JOIN entries e ON e.no = f.entry WHERE e.id IN ({marks})"
        for entry_id, *said in db.execute(query, some):
            found[entry_id] = coding.unpack_fields(*said)
    return found


def _find_by_keys(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for some in coding.batches(sorted(set(keys)), 500):
        marks = ",".join("?" * len(some))
        query = f"SELECT k.key, e.id FROM keys k JOIN entries e ON e.no = k.entry WHERE k.key IN ({marks})"
        for key, entry_id in db.execute(query, some):
            found.setdefault(key, []).append(entry_id)
    return found


class StoredEntries:
    """The matcher's view of what is stored (corpus.rules.Known). ``found``: by the keys of new ones."""

    def __init__(self, db: sqlite3.Connection, found: Mapping[str, list[str]]) -> None:
        self._db = db
        self._found = found

    def with_keys(self, keys: Iterable[str]) -> dict[str, list[str]]:
        return {key: self._found[key] for key in keys if key in self._found}

    def fields_of(self, ids: Iterable[str]) -> dict[str, Fields]:
        return _fields_of(self._db, ids)

    def same_pairs(self, ids: Iterable[str]) -> set[tuple[str, str]]:
        reached: set[int] = set()
        pairs: set[tuple[int, int]] = set()
        with read(self._db):
            edge = set(_numbers_of(self._db, ids).values())
            while edge:
                reached |= edge
                found: set[tuple[int, int]] = set()
                for some in coding.batches(sorted(edge), 500):
                    marks = ",".join("?" * len(some))
                    for side in ("a", "b"):  # each has an index; asked for either, SQLite would look through all links
                        query = f"SELECT a, b FROM links WHERE {side} IN ({marks}) AND verdict = 'same'"
                        found.update(self._db.execute(query, some))
                pairs |= found
                edge = {number for pair in found for number in pair} - reached
            id_of = _ids_of(self._db, reached)
        return {(id_of[a], id_of[b]) for a, b in pairs}


def _ids_of(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in coding.batches(sorted(numbers), 500):
        found.update(db.execute(f"SELECT no, id FROM entries WHERE no IN ({','.join('?' * len(some))})", some))
    return found


def match_new(
    db: sqlite3.Connection, rules: Rules, import_id: int, fresh: Mapping[str, Fresh], progress: Progress
) -> None:
    """Judge this import's unmatched entries against each other and all stored ones, and keep the links.

    A few thousand at a time, each lot against all before it: the links are the same, and memory stays flat. ``fresh``
    is of entries just staged; of others it is read from the store. What shares a key with a lot is found, and the keys
    of the lot are stored, in one transaction: of two processes with one work each, the later finds the other's. What
    ties those to further entries is known once the other's links are stored: if some were stored meanwhile, the lot is
    matched again.
    """
    query = (
        "SELECT DISTINCT e.no, e.id FROM unmatched u JOIN origins o ON o.entry = u.entry "
        "JOIN entries e ON e.no = u.entry WHERE o.import_id = ? ORDER BY e.no"
    )
    waiting = db.execute(query, (import_id,)).fetchall()
    done = 0
    for some in coding.batches(waiting, MATCHED_AT_ONCE):
        number_of = {entry_id: number for number, entry_id in some}
        new = {i: fresh[i] for i in number_of if i in fresh}
        for i, said in _fields_of(db, number_of.keys() - new.keys()).items():
            new[i] = Fresh(said, rules.keys(said))
        for last in (False, False, True):
            with write_unseen(db):
                found = _find_by_keys(db, (key for entry in new.values() for key in entry.keys))
                insert_keys(db, ((number_of[i], entry.keys) for i, entry in new.items()))
                before = _count_saves(db)
            others = {key: ids for key, some_ids in found.items() if (ids := [i for i in some_ids if i not in new])}
            links = rules.match({i: entry.fields for i, entry in new.items()}, StoredEntries(db, others))
            if save_links(db, links, None if last else before):
                break
        with write_unseen(db):
            db.executemany("DELETE FROM unmatched WHERE entry = ?", [(number,) for number, _ in some])
        done += len(some)
        progress("looking for duplicates", done, len(waiting))


_SAVES = "saves of links"  # in meta: how often links were stored


def _count_saves(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_SAVES,)).fetchone()
    return int(row[0]) if row else 0


def save_links(db: sqlite3.Connection, links: Sequence[Link], before: int | None) -> bool:
    """Without those to an entry that went meanwhile, with an upload that was stopped or because it was erased.

    ``before`` is the number of saves when the links were looked for: False, and nothing is stored, if there were more.
    """
    for n, some in enumerate(coding.batches(links, 5000)):
        with write_unseen(db):
            saves = _count_saves(db)
            if n == 0 and before is not None and saves != before:
                return False
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_SAVES, saves + 1))
            number_of = _numbers_of(db, {i for link in some for i in (link.a, link.b)}, "AND erased IS NULL")
            insert_links(db, number_of, [x for x in some if x.a in number_of and x.b in number_of])
    return True


def insert_links(db: sqlite3.Connection, number_of: Mapping[str, int], links: Iterable[Link]) -> None:
    """Call inside a write."""
    db.executemany(
        "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?)",
        [(*sorted((number_of[x.a], number_of[x.b])), x.verdict, x.rule, x.score, x.why) for x in links],
    )


def drop_import(db: sqlite3.Connection, import_id: int) -> None:
    """Remove an import that never finished reading, and the entries only it had met."""
    with write(db):
        db.execute("CREATE TEMP TABLE IF NOT EXISTS gone (entry INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM gone")
        db.execute(
            "INSERT INTO gone SELECT DISTINCT entry FROM origins o WHERE import_id = ? AND NOT EXISTS "
            "(SELECT 1 FROM origins p WHERE p.entry = o.entry AND p.import_id <> ?)",
            (import_id, import_id),
        )
        planning.remove_records(db, "SELECT entry FROM gone")  # made for its preview
        retire_numbers(db, "entries")
        for table, column in (
            ("facts", "entry"),
            ("codes", "entry"),
            ("passages", "entry"),
            ("modelled", "entry"),
            ("unmatched", "entry"),
            ("entries", "no"),
        ):
            db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT entry FROM gone)")
        db.execute("DELETE FROM keys WHERE entry IN (SELECT entry FROM gone)")
        db.execute("DELETE FROM links WHERE a IN (SELECT entry FROM gone) OR b IN (SELECT entry FROM gone)")
        for table in ("origins", "rejects", "warnings", "files", "planned"):
            db.execute(f"DELETE FROM {table} WHERE import_id = ?", (import_id,))
        db.execute("DELETE FROM imports WHERE id = ?", (import_id,))


def drop_stale(db: sqlite3.Connection) -> None:
    """Remove what a process that died left half read."""
    stale = db.execute("SELECT id, process FROM imports WHERE state = 'reading'").fetchall()
    for import_id, process in stale:
        if not is_running(process):
            drop_import(db, import_id)
