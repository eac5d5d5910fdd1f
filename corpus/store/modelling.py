"""Tags that a learner adds, where a curator lets it count: derived data like the rules' tags, kept apart from them.

For each facet that is switched on the table ``modelled`` has what the kept learner adds to an entry. It is filled anew
whenever the learner, the switch, the rules or the framework change, and emptied when the switch is off. A person
outranks it: where somebody went through a facet of a record, nothing of the learner counts there.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from corpus.framework import Framework, TagKey
from corpus.records import Assignment
from corpus.rules import Model, Progress, Rules
from corpus.store import coding, keeping, staging
from corpus.store.schema import read, write

LEARNER, MODEL = "learner", "model"  # the kind and the name a learner is kept under
COUNTED, SWITCH = "learner-counted", "facets"  # of the switch: {facet: its label}
_MARK = "modelled"  # in meta: what the table was filled by


class Ruled(Protocol):
    """What people coded, by record row."""

    coded_under: dict[tuple[int, str], int]


def counted_facets(db: sqlite3.Connection) -> dict[str, str]:
    """The facets in which the learner's tags count, with their labels."""
    kept = keeping.load_kept(db, COUNTED).get(SWITCH)
    return dict(kept.value) if kept else {}


def describe_counted(db: sqlite3.Connection) -> str:
    """What has to stand beside every count while some of the learner's tags are in it; "" otherwise."""
    labels = counted_facets(db) if _mark(db) else {}
    return f"tags suggested by the learner are counted for {', '.join(labels.values())}" if labels else ""


def _mark(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_MARK,)).fetchone()
    return str(row[0]) if row else ""


def _wanted(db: sqlite3.Connection, framework: Framework, rules: Rules) -> str:
    """What the table should be filled by now; "" for nothing."""
    facets = [facet for facet in sorted(counted_facets(db)) if facet in framework.by_id]
    model = keeping.load_number(db, LEARNER)
    if not facets or not model or rules.read_model is None:
        return ""
    return f"{model} {','.join(facets)} {framework.fingerprint} {rules.fingerprint}"


def is_stale(db: sqlite3.Connection, framework: Framework, rules: Rules) -> bool:
    """Whether the table is not what it should be now."""
    with read(db):
        return _mark(db) != _wanted(db, framework, rules)


def derive(db: sqlite3.Connection, framework: Framework, rules: Rules, progress: Progress) -> None:
    """Fill the table anew, or empty it. Call inside a write."""
    db.execute("DELETE FROM modelled")
    wanted = _wanted(db, framework, rules)
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_MARK, wanted))
    derive_missing(db, framework, rules, progress)


def derive_missing(db: sqlite3.Connection, framework: Framework, rules: Rules, progress: Progress) -> None:
    """What the learner adds to the entries that it has not looked at yet: those of an upload."""
    model = _load_model(db, framework, rules) if _mark(db) else None
    if model is None:
        return
    facets = counted_facets(db).keys() & framework.by_id.keys()
    waiting = [n for (n,) in db.execute("SELECT entry FROM facts WHERE entry NOT IN (SELECT entry FROM modelled)")]
    done = 0
    for some in coding.batches(sorted(waiting), 500):
        marks = ",".join("?" * len(some))
        query = (
            f"SELECT f.entry, p.data, {coding.SAID} FROM facts f JOIN passages p ON p.entry = f.entry "
            f"WHERE f.entry IN ({marks})"
        )
        rows = []
        for entry, passages, *said in db.execute(query, some).fetchall():
            fields = coding.unpack_fields(*said)
            rows.append((entry, model.assign(fields, coding.unpack_passages(passages, fields), facets)))
        with write(db):
            numbers = staging.tag_numbers(db)
            db.executemany(
                "INSERT OR REPLACE INTO modelled VALUES (?, ?, ?)",
                [
                    (entry, coding.pack_tags(numbers[a.facet, a.tag] for a in found), coding.pack_passages(found))
                    for entry, found in rows
                ],
            )
        done += len(some)
        progress("asking the learner", done, len(waiting))


def _load_model(db: sqlite3.Connection, framework: Framework, rules: Rules) -> Model | None:
    kept = keeping.load_kept(db, LEARNER).get(MODEL)
    return rules.read_model(kept.value, framework) if kept and rules.read_model else None


def load_matrix(
    db: sqlite3.Connection, framework: Framework, column_of: Mapping[TagKey, int], row_of_entry: Mapping[int, int],
    ruled: Ruled,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Record rows and tag columns of what the learner adds, without facets that a person went through."""
    if not _mark(db):
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    columns = {no: column_of.get((facet, tag), -1) for no, facet, tag in db.execute("SELECT no, facet, tag FROM tags")}
    facet_of = [facet for facet, _ in framework.columns]
    pairs = set()
    for entry, tags in db.execute("SELECT entry, tags FROM modelled WHERE length(tags) > 0"):
        row = row_of_entry.get(entry)
        if row is None:
            continue
        for number in coding.unpack_tags(tags).tolist():
            column = columns[number]
            if column >= 0 and (row, facet_of[column]) not in ruled.coded_under:
                pairs.add((row, column))
    ordered = sorted(pairs)
    return np.array([r for r, _ in ordered], dtype=int), np.array([c for _, c in ordered], dtype=int)


def load_assignments(db: sqlite3.Connection, entries: Collection[str], coded_facets: Iterable[str]) -> list[Assignment]:
    """What the learner adds to a record's entries, without facets that a person went through."""
    if not _mark(db):
        return []
    marks = ",".join("?" * len(entries))
    query = (
        f"SELECT m.data, {coding.SAID} FROM entries e JOIN facts f ON f.entry = e.no "
        "JOIN modelled m ON m.entry = e.no "
        f"WHERE e.id IN ({marks}) ORDER BY e.id"
    )
    closed = set(coded_facets)
    found: list[Assignment] = []
    for data, *said in db.execute(query, tuple(entries)):
        found += [a for a in coding.unpack_passages(data, coding.unpack_fields(*said)) if a.facet not in closed]
    return found


def switch(db: sqlite3.Connection, facets: Mapping[str, str], who: str, at: str) -> None:
    """Let the learner's tags count in these facets (with their labels), and in no others. Call inside a write."""
    value: Any = dict(facets) or None
    keeping.keep(db, COUNTED, SWITCH, value, who, at)
