"""What a corpus says, and the connection it says it through. Nothing here changes what is in it.

A facade: the work is in the modules beside this one. What changes a corpus is in corpus.py.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from corpus.framework import Framework, TagKey
from corpus.notices import Notices
from corpus.records import Assignment, Entry, Fields, Link, Origin, Record, Ruling
from corpus.rules import Rules, Tagger
from corpus.snapshot import Snapshot
from corpus.store import housekeeping, noticing, previews, reading, rulings, snapshots
from corpus.store.lending import Lent, Opened, take
from corpus.store.planning import Event
from corpus.store.schema import get_version, plain_errors, read
from corpus.store.staging import Fresh, tag_numbers


class Answers:
    """The reading half of ``Corpus``."""

    def __init__(self, path: Path, framework: Framework, rules: Rules) -> None:
        self.path = path
        self.framework = framework
        self._rules = rules
        self._local = threading.local()
        self._idle: deque[Opened] = deque()
        self._fresh: dict[int, dict[str, Fresh]] = {}  # by import, entries that wait to be matched
        self._snapshot: Snapshot | None = None
        self._ruled: reading.TagRulings | None = None
        self._notices: tuple[int, Notices] | None = None
        self._noticed = noticing.Seen()
        self._noticing = threading.Lock()

    @cached_property
    def tagger(self) -> Tagger:
        """Finds tags in a text as it does in entries; built at first use."""
        return self._rules.build_tagger(self.framework)

    @cached_property
    def _tag_numbers(self) -> Mapping[TagKey, int]:
        return tag_numbers(self._db)

    @property
    def rules_fingerprint(self) -> str:
        """Changes with the rules that derive fields, records and codes; receipts name it."""
        return self._rules.fingerprint

    @property
    def _db(self) -> sqlite3.Connection:
        lent: Lent | None = getattr(self._local, "lent", None)
        if lent is None:
            lent = self._local.lent = Lent(take(self._idle, self.path), self._idle)
        return lent.opened.db

    def settle(self) -> None:
        """Write everything into the one file, so that it can be copied or moved once closed."""
        with plain_errors(self.path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close this thread's connection and those that wait for a thread; what other threads hold stays with them."""
        self._local.lent = None
        while self._idle:
            self._idle.pop().db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def version(self) -> int:
        """Counts up with every change. Another process's changes show at the next look."""
        return get_version(self._db)

    @property
    def statement(self) -> str:
        """How the collection was put together; stands beside every gap."""
        return reading.describe_statement(self._db)

    @property
    def year_now(self) -> int:
        return reading.year_now(self._db)

    def snapshot(self, as_of: int | None = None, including: Sequence[int] = ()) -> Snapshot:
        """A view for counting: now, as of an earlier version, or as if proposed imports were accepted."""
        if as_of is None and not including:
            cached = self._snapshot
            if cached is None or cached.version != self.version:
                ruled = self._read_tag_rulings()
                cached = self._snapshot = snapshots.load_snapshot(self._db, self.framework, ruled=ruled)
            return cached
        known = self._read_tag_rulings() if as_of is None else None
        if known and len(including) == 1:
            preview = previews.load_preview(self._db, self.framework, including[0], self.snapshot(), known)
            if preview is not None:
                return preview
        return snapshots.load_snapshot(self._db, self.framework, as_of, including, ruled=known)

    def snapshot_if(self, framework: Framework, codes: Mapping[str, snapshots.Codes]) -> Snapshot:
        """The snapshot as it would be if the rules had given these entries these codes; nothing is kept.

        ``framework`` must have the same facets and tags as the corpus's own.
        """
        return snapshots.load_snapshot(self._db, framework, instead=codes)

    def live_fields(self) -> Iterator[tuple[str, Fields]]:
        """What each entry that is part of the corpus now says by itself, with its id."""
        return reading.load_live_fields(self._db)

    def records(self, ids: Iterable[str] | None = None) -> list[Record]:
        """Records in the order asked for, by any entry id they hold; all of them, by id, without ``ids``.

        An id of nothing that is in the corpus now is left out.
        """
        with read(self._db):
            if ids is None:
                rows = [
                    row
                    for (row,) in self._db.execute(
                        "SELECT r.no FROM records r JOIN shown s ON s.record = r.no ORDER BY r.id"
                    )
                ]
            else:
                asked = list(ids)
                found = reading.find_rows(self._db, asked)
                rows = list(dict.fromkeys(row for i in asked for row in found.get(i, ())))
            return reading.load_records(self._db, rows)

    def record(self, entry_id: str) -> Record:
        """The record that now holds an entry. Raises UnknownIdError, which says what became of it."""
        with read(self._db):
            return reading.load_records(self._db, [reading.row_of(self._db, entry_id)])[0]

    def entry(self, entry_id: str) -> Entry:
        """An entry exactly as its file had it. Raises UnknownIdError."""
        return reading.load_entry(self._db, entry_id)

    def origins(self, record: Record) -> list[Origin]:
        return reading.load_origins(self._db, record.entries)

    def assignments(self, record: Record) -> tuple[Assignment, ...]:
        """The record's tags, with the words or the person behind each, after people's rulings."""
        return reading.load_assignments(self._db, self.framework, record, self._tag_rulings())

    def _read_tag_rulings(self) -> reading.TagRulings:
        """The rulings on tags that nobody took back, read once a version."""
        if self._ruled is None or self._ruled.version != self.version:
            with read(self._db):
                found = rulings.active_rulings(self._db, ("tag",))
                self._ruled = reading.TagRulings(self.version, found, reading.by_entry(found))
        return self._ruled

    def _tag_rulings(self) -> reading.RulingsByEntry:
        return self._read_tag_rulings().by_entry

    def entries_ruled_on(self) -> frozenset[str]:
        """The entries that a ruling on a tag names which nobody took back."""
        return frozenset(self._tag_rulings())

    def rule_tags(self, entries: Iterable[str]) -> dict[str, frozenset[TagKey]]:
        """The tags that the rules gave each of these entries, before any ruling; none for an unknown one."""
        return reading.load_rule_tags(self._db, entries)

    def tag_rulings(self, record: Record) -> dict[TagKey, Ruling]:
        """The ruling that stands on each tag of the record, rejections included."""
        return reading.standing_rulings(record, self._tag_rulings())

    def notices(self) -> Notices:
        """Retractions, expressions of concern and corrections, by the id of each record they are about or are."""
        with self._noticing:
            version = self.version
            if self._notices is None or self._notices[0] != version:
                self._notices = version, noticing.load_notices(self._db, self._rules.keys, self._noticed)
            return self._notices[1]

    def fields_of(self, record: Record) -> dict[str, Fields]:
        """What each entry behind a record says by itself, by entry id."""
        return reading.load_fields(self._db, record.entries)

    def why_merged(self, record: Record) -> list[Link]:
        return reading.why_merged(self._db, record)

    def held(self, import_id: int | None = None) -> list[Link]:
        """Doubtful pairs that wait for a person, surest first; those an import met, with ``import_id``."""
        return reading.load_held(self._db, import_id)

    def imports_in_doubt(self) -> dict[int, int]:
        """How many of the doubtful pairs each import met, by import id; those that met none are left out."""
        return reading.imports_in_doubt(self._db)

    def rulings(self, kinds: Sequence[str] = ()) -> list[Ruling]:
        return rulings.load_rulings(self._db, kinds)

    def history(self) -> list[Event]:
        """Every version and what made it, oldest first."""
        return housekeeping.load_events(self._db)

    def stats(self) -> housekeeping.Stats:
        return housekeeping.count_stats(self._db, self.snapshot())

    def check(self) -> list[str]:
        """Sentences on what is wrong with the store; empty if it is sound."""
        return housekeeping.find_faults(self._db)

    def vanished_rulings(self) -> list[Ruling]:
        """Rulings on tags this framework does not have. They are kept and apply again if the tag comes back."""
        return housekeeping.sleeping_or_vanished(self._db, self.framework)

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a read-only query; for corpus/search.py, which knows the tables."""
        with plain_errors():
            return self._db.execute(sql, tuple(values)).fetchall()
