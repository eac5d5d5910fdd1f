"""The corpus: one SQLite file that other processes may use at the same time.

A facade. Each method is one thing a person or a page asks for; the work is in the modules beside this one. What is
asked of it and changes nothing is in answers.py.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from corpus.cells import check_cell_ruling
from corpus.errors import UnknownIdError, WrongStateError
from corpus.framework import Framework
from corpus.records import Entry, Rejected, Ruling
from corpus.rules import Progress, Rules, no_progress
from corpus.store import housekeeping, imports, keeping, modelling, planning, reading, rulings, staging
from corpus.store.answers import Answers
from corpus.store.imports import Import
from corpus.store.keeping import Kept
from corpus.store.planning import Change, Event
from corpus.store.schema import connect, get_version, insert_rows, read, write, write_unseen


class Corpus(Answers):
    """Open with ``Corpus.open``. Safe to share between threads: each has a connection of its own."""

    @classmethod
    def open(
        cls, path: Path, framework: Framework, rules: Rules, *, create: bool = False, progress: Progress = no_progress
    ) -> Self:
        """Open a corpus, or make an empty one with ``create``.

        If the framework or the rules have changed since it was last used, everything derived is derived again
        first. What a process that died left half read is dropped. Raises the StoreErrors.
        """
        connect(path, create).close()
        corpus = cls(path, framework, rules)
        db = corpus._db
        staging.drop_stale(db)
        known_framework, known_rules = housekeeping.fingerprints(db)
        if known_rules is None:
            with write(db):
                staging.name_tags(db, framework)
                housekeeping.remember_fingerprints(db, framework, rules)
        elif known_rules != rules.fingerprint:
            housekeeping.rebuild(db, framework, rules, now(), "the rules have changed", progress)
        elif known_framework != framework.fingerprint:
            housekeeping.retag(db, framework, rules, now(), progress)
        corpus.refresh_learner(progress=progress)
        return corpus

    # Imports

    def start_import(
        self,
        who: str = "",
        source: str | None = None,
        search_string: str | None = None,
        search_date: str | None = None,
        at: str | None = None,
    ) -> int:
        """Begin an upload; invisible until accepted. Its id."""
        about = {"who": who, "source": source, "search_string": search_string, "search_date": search_date}
        return staging.start_import(self._db, about, at or now())

    def start_file(self, import_id: int, name: str, format: str | None, why: str = "", encoding: str = "") -> int:
        return staging.start_file(self._db, import_id, name, format, why, encoding)

    def describe_file(self, file_id: int, format: str, why: str) -> None:
        """Note which reader was chosen for a file, and why."""
        with write_unseen(self._db):
            self._db.execute("UPDATE files SET format = ?, why = ? WHERE id = ?", (format, why, file_id))

    def finish_file(self, file_id: int, encoding: str | None, replaced: int = 0, error: str | None = None) -> None:
        staging.finish_file(self._db, file_id, encoding, replaced, error)

    def stage(self, import_id: int, file_id: int, items: Sequence[Entry | Rejected]) -> None:
        """Store a batch of items under an import that is being read."""
        fresh = self._fresh.setdefault(import_id, {})
        fresh.update(staging.stage(self._db, self._rules, self.tagger, self._tag_numbers, import_id, file_id, items))
        if len(fresh) >= staging.MATCHED_AT_ONCE:  # while what they say is at hand
            staging.match_new(self._db, self._rules, import_id, self._fresh.pop(import_id), no_progress)

    def propose(self, import_id: int, progress: Progress = no_progress) -> Import:
        """Match what was staged and work out what accepting would do. Changes nothing that anybody sees."""
        self._expect(import_id, "reading")
        modelling.derive_missing(self._db, self.framework, self._rules, progress)
        staging.match_new(self._db, self._rules, import_id, self._fresh.pop(import_id, {}), progress)
        plan = planning.make_plan(self._db, Change(accept=import_id), progress)
        with write(self._db):
            self._save_plan(import_id, plan)
            self._db.execute("UPDATE imports SET state = 'proposed' WHERE id = ?", (import_id,))
        return self.get_import(import_id)

    def _save_plan(self, import_id: int, plan: planning.Plan) -> None:
        counts = planning.count_items(self._db, import_id, plan)
        self._db.execute("DELETE FROM planned WHERE import_id = ?", (import_id,))
        rows = [(import_id, row, 0) for row in plan.hide] + [(import_id, row, 1) for row in plan.show]
        insert_rows(self._db, "INSERT INTO planned", rows)
        self._db.execute(
            "UPDATE imports SET base_version = ?, report = ? WHERE id = ?",
            (plan.base_version, json.dumps(counts), import_id),
        )

    def accept(self, import_id: int, who: str = "", progress: Progress = no_progress) -> Import:
        """Make a proposed import part of the corpus; if the corpus has moved since the preview, look again first."""
        self._expect(import_id, "proposed")
        before = self.get_import(import_id).totals
        for _ in range(planning.TRIES):
            stored = self._stored_plan(import_id)
            plan = stored or planning.make_plan(self._db, Change(accept=import_id), progress)
            if stored is None:  # worked out anew: the counts may differ from the preview's
                with write(self._db):
                    self._expect(import_id, "proposed")
                    self._save_plan(import_id, plan)
            event = Event(0, "accept", import_id, who=who, at=now())
            move = self._move(import_id, "proposed", "accepted")
            done = [("DELETE FROM planned WHERE import_id = ?", (import_id,))]
            if planning.publish(self._db, plan, event, done, move) is not None:
                accepted = self.get_import(import_id)
                return replace(accepted, moved=accepted.totals != before)
        raise planning.too_busy()

    def _stored_plan(self, import_id: int) -> planning.Plan | None:
        """The preview's plan, if the corpus has not moved since."""
        with read(self._db):
            query = "SELECT base_version FROM imports WHERE id = ?"
            (base,) = self._db.execute(query, (import_id,)).fetchone()
            if base != get_version(self._db):
                return None
            rows = self._db.execute("SELECT record, show FROM planned WHERE import_id = ?", (import_id,)).fetchall()
        return planning.Plan(base, [r for r, show in rows if not show], [r for r, show in rows if show])

    def decline(self, import_id: int, who: str = "") -> Import:
        """Set a proposed import aside. What it held is kept, but is not part of the corpus."""
        with write(self._db):
            self._expect(import_id, "proposed")
            query = "UPDATE imports SET state = 'declined', declined_by = ?, declined_at = ? WHERE id = ?"
            self._db.execute(query, (who, now(), import_id))
            self._db.execute("DELETE FROM planned WHERE import_id = ?", (import_id,))
        return self.get_import(import_id)

    def drop(self, import_id: int) -> None:
        """Forget an import that is still being read (the person stopped it), or a proposed one that holds nothing."""
        done = self.get_import(import_id)
        if done.state != "proposed" or done.totals["found"]:
            self._expect(import_id, "reading")
        self._fresh.pop(import_id, None)
        staging.drop_import(self._db, import_id)

    def undo(self, import_id: int, who: str = "", progress: Progress = no_progress) -> Import:
        """Take an accepted import out of the corpus again. ``redo`` brings it back."""
        self._expect(import_id, "accepted")
        event = Event(0, "undo", import_id, who=who, at=now())
        self._publish(Change(undo=import_id), event, (), progress, self._move(import_id, "accepted", "undone"))
        return self.get_import(import_id)

    def redo(self, import_id: int, who: str = "", progress: Progress = no_progress) -> Import:
        """Bring an undone import back."""
        self._expect(import_id, "undone")
        event = Event(0, "redo", import_id, who=who, at=now())
        self._publish(Change(accept=import_id), event, (), progress, self._move(import_id, "undone", "accepted"))
        return self.get_import(import_id)

    def _publish(
        self,
        change: Change,
        event: Event,
        statements: Sequence[tuple[str, Sequence[object]]],
        progress: Progress = no_progress,
        also: Callable[[int], None] | None = None,
    ) -> int:
        for _ in range(planning.TRIES):
            plan = planning.make_plan(self._db, change, progress)
            version = planning.publish(self._db, plan, event, statements, also)
            if version is not None:
                return version
        raise planning.too_busy()

    def _move(self, import_id: int, state: str, to: str) -> Callable[[int], None]:
        """What gives an import another state while a plan is published, unless somebody else was quicker."""

        def move(version: int) -> None:
            self._expect(import_id, state)
            self._db.execute("UPDATE imports SET state = ? WHERE id = ?", (to, import_id))

        return move

    def _expect(self, import_id: int, state: str) -> None:
        row = self._db.execute("SELECT state FROM imports WHERE id = ?", (import_id,)).fetchone()
        if row is None:
            raise UnknownIdError(f'There is no import {import_id}. "python -m corpus history" lists them.')
        if row[0] != state:
            raise WrongStateError(f"Import {import_id} is {row[0]}; this needs one that is {state}.")

    def imports(self) -> list[Import]:
        """All uploads, oldest first."""
        with read(self._db):  # an upload that is stopped meanwhile is in it or is not
            return [self.get_import(i) for (i,) in self._db.execute("SELECT id FROM imports ORDER BY id").fetchall()]

    def get_import(self, import_id: int) -> Import:
        """One upload with its report. Raises UnknownIdError."""
        return imports.load_import(self._db, import_id)

    # Rulings

    def rule(self, *some: Ruling, who: str = "", at: str | None = None) -> list[Ruling]:
        """Keep one or more decisions a person made together; one new version. The rulings as stored, with numbers.

        Raises UnknownIdError for a tag this framework does not have, or a ruling to take back that is not there;
        LacunaError for a ruling on a cell that says nothing.
        """
        when = at or now()
        stamped = tuple(replace(r, who=r.who or who, at=r.at or when) for r in some)
        for ruling in stamped:
            self._check_ruling(ruling)
        numbers: list[int] = []

        def store(version: int) -> None:
            numbers[:] = [rulings.insert_ruling(self._db, r, version) for r in stamped]

        event = Event(0, "ruling", note=_summarise(stamped), who=stamped[0].who if stamped else who, at=when)
        version = self._publish(Change(ruled=stamped), event, (), also=store)
        return [replace(r, number=n, version=version) for r, n in zip(stamped, numbers, strict=True)]

    def _check_ruling(self, ruling: Ruling) -> None:
        if ruling.kind == "tag" and ruling.value == "coded" and not ruling.tag:
            self.framework.facet(ruling.facet)
        elif ruling.kind == "tag":
            self.framework.tag(ruling.facet, ruling.tag)
        if ruling.kind == "cell":
            check_cell_ruling(ruling, self.framework)
        if ruling.kind in ("same", "distinct") and len(set(ruling.entries)) != 2:
            raise UnknownIdError(f'A ruling "{ruling.kind}" needs two different entries.')
        if ruling.kind == "withdrawn":
            found = self._db.execute("SELECT 1 FROM rulings WHERE number = ?", (int(ruling.value),)).fetchone()
            if not found:
                raise UnknownIdError(f"There is no ruling {ruling.value} to take back.")
        known = {e for (e,) in self._db.execute(
            f"SELECT id FROM entries WHERE id IN ({','.join('?' * len(ruling.entries))})", ruling.entries
        )}  # fmt: skip
        for entry in ruling.entries:
            if entry not in known:
                raise UnknownIdError(f'Nothing in this corpus has the id "{entry}".')

    # What people keep beside the records

    def kept(self, kind: str) -> dict[str, Kept]:
        """What is kept under a kind (saved searches, uploaded tables ...), by name."""
        return keeping.load_kept(self._db, kind)

    def kept_before(self, kind: str, name: str) -> list[Kept]:
        """All that was ever kept under a name, oldest first."""
        return keeping.load_earlier(self._db, kind, name)

    def kept_number(self, kind: str) -> int:
        """Grows with everything kept or forgotten under a kind; 0 if nothing ever was. For cache keys."""
        return keeping.load_number(self._db, kind)

    def keep(self, kind: str, name: str, value: Any, who: str) -> None:
        """Keep something JSON can hold under a name. What was there before stays readable."""
        keeping.keep(self._db, kind, name, value, who, now())

    def forget(self, kind: str, name: str, who: str) -> None:
        """Take a name away. What it held stays readable."""
        keeping.keep(self._db, kind, name, None, who, now())

    # What a learner adds

    def counted_facets(self) -> tuple[str, ...]:
        """The facets in which the tags of the kept learner count, as a curator switched them on."""
        return tuple(modelling.counted_facets(self._db))

    def count_learner(self, facets: Iterable[str], who: str = "", progress: Progress = no_progress) -> int:
        """Let the kept learner's tags count in these facets and no others; the version then. Raises UnknownIdError."""
        labels = {facet: self.framework.facet(facet).label for facet in sorted(set(facets))}
        with write(self._db):
            modelling.switch(self._db, labels, who, now())
            return self.refresh_learner(who, progress)

    def refresh_learner(self, who: str = "", progress: Progress = no_progress) -> int:
        """Bring what a learner adds up to date with it, the switch, the rules and the framework; the version then."""
        if not modelling.is_stale(self._db, self.framework, self._rules):
            return self.version
        with write(self._db):
            modelling.derive(self._db, self.framework, self._rules, progress)
            note = modelling.describe_counted(self._db) or "no tag of the learner counts"
            return planning.raise_version(self._db, Event(0, "learner", note=note, who=who, at=now()))

    # Housekeeping

    def rebuild(self, why: str = "asked for", progress: Progress = no_progress) -> int:
        """Derive everything anew from entries and rulings. The new version."""
        with write(self._db):
            version = housekeeping.rebuild(self._db, self.framework, self._rules, now(), why, progress)
            modelling.derive(self._db, self.framework, self._rules, progress)
        return version

    def erase(self, entry_id: str, reason: str, who: str = "") -> None:
        """Remove an entry's text everywhere and leave a tombstone. Cannot be undone; backups remain."""
        reading.load_entry(self._db, entry_id)

        def blank(version: int) -> None:
            housekeeping.blank_entry(self._db, entry_id, reason)

        event = Event(0, "erase", note=f"{entry_id}: {reason}", who=who, at=now())
        self._publish(Change(erase=entry_id), event, (), also=blank)
        self.settle()


def now() -> str:
    """The present moment as the store writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _summarise(some: Sequence[Ruling]) -> str:
    kinds: dict[str, int] = {}
    for ruling in some:
        name = f"{ruling.kind} {ruling.value}".strip() if ruling.kind in ("tag", "scope", "cell") else ruling.kind
        kinds[name] = kinds.get(name, 0) + 1
    return ", ".join(f"{n} x {name}" if n > 1 else name for name, n in kinds.items())
