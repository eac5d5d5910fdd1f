"""The snapshot as if one proposed import were accepted, made from the snapshot of now.

A preview is looked at while somebody waits. What is there already has been counted; only what would come is read.
"""

import sqlite3
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse

from corpus.cells import RuledCells
from corpus.framework import Framework
from corpus.records import Ruling
from corpus.snapshot import Snapshot
from corpus.store import coding, reading, rulings, snapshots
from corpus.store.schema import get_version, read


def load_preview(
    db: sqlite3.Connection, framework: Framework, import_id: int, now: Snapshot, ruled: reading.TagRulings
) -> Snapshot | None:
    """What ``load_snapshot`` gives with one proposed import, made from the snapshot of ``now``: only the records that
    would come are read. None if its plan, or one of the others, is of another version.
    """
    with read(db):
        version = get_version(db)
        if now.version != version or ruled.version != version or not snapshots.is_planned(db, import_id, version):
            return None
        plan = f"SELECT record FROM planned WHERE import_id = {int(import_id)}"
        heads = snapshots.load_heads(db, f"{plan} AND show AND record NOT IN (SELECT record FROM shown)")
        several = (number for head in heads if len(head.members) > 1 for number in head.members)
        entries = [head.id for head in heads if len(head.members) == 1] + _ids_of(db, several)
        about = {ruling.number: ruling for entry in entries for ruling in ruled.by_entry.get(entry, ())}
        touching = [about[number] for number in sorted(about)]
        known = reading.TagRulings(version, touching, {})
        frame, tags, not_yet = snapshots.count_heads(
            db, framework, heads, version, {}, known, _scope_rulings(db, entries)
        )
        goes = [number for (number,) in db.execute(f"{plan} AND NOT show")]
        stays = ~np.isin(now.frame["no"].to_numpy(), goes)
        frame = pd.concat([now.frame[stays], frame], ignore_index=True)
        order = np.argsort(frame["id"].to_numpy(dtype=object), kind="stable")
        left = set(now.ids[~stays])
        cells = snapshots.load_cells(db, framework, heads, version)
        rejected = {
            cell: now.cells.rejected.get(cell, frozenset()) - left | came for cell, came in cells.rejected.items()
        }
        return Snapshot(
            framework=framework,
            frame=frame.take(order).reset_index(drop=True),
            tags=sparse.vstack([now.tags[stays], tags], format="csr")[order],
            not_yet=sparse.vstack([now.not_yet[stays], not_yet], format="csr")[order],
            version=version,
            statement=now.statement,
            year_now=now.year_now,
            cells=RuledCells(cells.standing, rejected),
        )


def _scope_rulings(db: sqlite3.Connection, entries: Iterable[str]) -> list[Ruling]:
    """The rulings on scope that stand, if any of them names one of these entries."""
    for some in coding.batches(entries, 500):
        named = f"SELECT ruling FROM ruling_entries WHERE entry IN ({','.join('?' * len(some))})"
        if db.execute(f"SELECT 1 FROM rulings WHERE kind = 'scope' AND number IN ({named})", some).fetchone():
            return rulings.active_rulings(db, ("scope",))
    return []


def _ids_of(db: sqlite3.Connection, numbers: Iterable[int]) -> list[str]:
    found: list[str] = []
    for some in coding.batches(numbers, 500):
        found += [i for (i,) in db.execute(f"SELECT id FROM entries WHERE no IN ({','.join('?' * len(some))})", some)]
    return found
