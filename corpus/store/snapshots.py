"""Snapshots from the store: of now, of a proposal as if accepted, of any earlier version.

Counting needs little of a record (year, codes, scope), so only that is read, in bulk.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from corpus.cells import RuledCells, gather_cells
from corpus.components import resolve
from corpus.folding import fold
from corpus.framework import Framework, TagKey
from corpus.records import Link, Ruling
from corpus.snapshot import CODED_BY, SCOPES, Snapshot
from corpus.store import coding, modelling, planning, reading, rulings
from corpus.store.schema import get_version, read

MANY_MORE = 3  # times as many codes stored as are wanted: from then on only those are read


@dataclass(frozen=True)
class Head:
    """What counting needs of one record."""

    no: int  # record row; 0 if it has none
    id: str
    title: str
    year: int | None
    has_abstract: bool
    members: Sequence[int]  # entry numbers


Codes = tuple[Collection[TagKey], bool]  # the tags that the rules give one entry, and whether they suggest it out


def load_snapshot(
    db: sqlite3.Connection,
    framework: Framework,
    as_of: int | None = None,
    including: Sequence[int] = (),
    instead: Mapping[str, Codes] | None = None,
    ruled: reading.TagRulings | None = None,
) -> Snapshot:
    """A snapshot of the corpus now, at version ``as_of``, or as it would be with proposed imports accepted.

    ``instead``: for these entries the rules' codes are these, not the stored ones. ``ruled`` saves reading what
    people ruled on tags, where it is of the version in question.
    """
    with read(db):
        version = get_version(db)
        if as_of is not None and as_of < version:
            live_imports = _live_imports(db, as_of)
            heads = _heads_resolved(db, live_imports, as_of)
            at = as_of
        elif len(including) == 1 and is_planned(db, including[0], version):
            live_imports = None
            heads = _heads_planned(db, including[0])
            at = version
        elif including:
            live_imports = _live_imports(db, version) | set(including)
            heads = _heads_resolved(db, live_imports, version)
            at = version
        else:
            live_imports = None
            heads = load_heads(db, "SELECT record FROM shown")
            at = version
        heads.sort(key=lambda head: head.id)
        on_scope = rulings.active_rulings(db, ("scope",), at)
        frame, tags, not_yet = count_heads(db, framework, heads, at, instead or {}, ruled, on_scope)
        return Snapshot(
            framework=framework,
            frame=frame,
            tags=tags,
            not_yet=not_yet,
            version=at,
            statement=reading.describe_statement(db, live_imports),
            year_now=reading.year_now(db),
            cells=load_cells(db, framework, heads, at),
        )


def load_cells(db: sqlite3.Connection, framework: Framework, heads: Iterable[Head], as_of: int) -> RuledCells:
    """What people ruled on cells, as far as it is about these records."""
    on_cells = rulings.active_rulings(db, ("cell",), as_of)
    record_of = _records_of(db, heads, {entry for ruling in on_cells for entry in ruling.entries})
    return gather_cells(on_cells, framework, lambda r: [record_of[e] for e in r.entries if e in record_of])


def load_heads(db: sqlite3.Connection, rows: str) -> list[Head]:
    query = f"SELECT no, id, title, year, has_abstract, members FROM records WHERE no IN ({rows})"
    return [
        Head(no, record_id, title or "", year, bool(has_abstract), [int(n) for n in members.split(",")])
        for no, record_id, title, year, has_abstract, members in db.execute(query)
    ]


def is_planned(db: sqlite3.Connection, import_id: int, version: int) -> bool:
    row = db.execute("SELECT state, base_version FROM imports WHERE id = ?", (import_id,)).fetchone()
    return row is not None and row[0] == "proposed" and row[1] == version


def _heads_planned(db: sqlite3.Connection, import_id: int) -> list[Head]:
    number = int(import_id)
    return load_heads(
        db,
        "SELECT record FROM shown WHERE record NOT IN "
        f"(SELECT record FROM planned WHERE import_id = {number} AND NOT show) "
        f"UNION SELECT record FROM planned WHERE import_id = {number} AND show",
    )


def _live_imports(db: sqlite3.Connection, as_of: int) -> set[int]:
    """Imports that were part of the corpus at a version, by replaying its history."""
    live: set[int] = set()
    query = "SELECT what, import_id FROM events WHERE version <= ? AND import_id IS NOT NULL ORDER BY version"
    for what, import_id in db.execute(query, (as_of,)):
        if what in ("accept", "redo"):
            live.add(import_id)
        elif what == "undo":
            live.discard(import_id)
    return live


def _heads_resolved(db: sqlite3.Connection, imports: Iterable[int], as_of: int) -> list[Head]:
    """Records of a set of imports worked out from scratch, under the rulings of that version."""
    marks = ",".join(str(int(i)) for i in imports)
    ids = dict(
        db.execute(
            "SELECT e.no, e.id FROM entries e WHERE e.erased IS NULL AND e.no IN "
            f"(SELECT entry FROM origins WHERE import_id IN ({marks}))"
        )
    )
    links = [
        Link(min(ids[a], ids[b]), max(ids[a], ids[b]), verdict, rule, score)
        for a, b, verdict, rule, score in db.execute(
            "SELECT a, b, verdict, rule, score FROM links WHERE verdict <> 'held'"
        )
        if a in ids and b in ids
    ]
    number_of = {entry_id: number for number, entry_id in ids.items()}
    components, _ = planning.part_answers(
        resolve(ids.values(), links, rulings.active_pairs(db, as_of)), planning.find_answers(db, "erased IS NULL")
    )
    known = {head_key: head for head_key, head in _rows_by_members(db)}
    heads = []
    for component in components:
        members = sorted(number_of[i] for i in component)
        head = known.get(",".join(map(str, members)))
        heads.append(head or _fold_head(db, {number_of[i]: i for i in component}))
    return heads


def _rows_by_members(db: sqlite3.Connection) -> Iterable[tuple[str, Head]]:
    for no, record_id, title, year, has_abstract, members in db.execute(
        "SELECT no, id, title, year, has_abstract, members FROM records"
    ):
        yield members, Head(no, record_id, title or "", year, bool(has_abstract), [int(n) for n in members.split(",")])


def _fold_head(db: sqlite3.Connection, ids: Mapping[int, str]) -> Head:
    fields = {}
    for number, entry_id in ids.items():
        said = db.execute(f"SELECT {coding.SAID} FROM facts f WHERE f.entry = ?", (number,)).fetchone()
        fields[entry_id] = coding.unpack_fields(*said)
    record = fold(fields)
    return Head(0, record.id, record.title or "", record.year, bool(record.abstract), sorted(ids))


def count_heads(
    db: sqlite3.Connection,
    framework: Framework,
    heads: list[Head],
    as_of: int,
    instead: Mapping[str, Codes],
    known: reading.TagRulings | None,
    scope_rulings: Sequence[Ruling],
) -> tuple[pd.DataFrame, sparse.csr_matrix, sparse.csr_matrix]:
    """The frame and the two matrices of a snapshot of these records."""
    n = len(heads)
    column_of = {key: i for i, key in enumerate(framework.columns)}
    parents = _parent_matrix(framework)
    row_of_entry = {number: i for i, head in enumerate(heads) for number in head.members}
    numbers = _numbers_of(db, instead)
    tried = {numbers[entry]: codes for entry, codes in instead.items() if entry in numbers}
    found, outs = _rule_codes(db, column_of, row_of_entry, n, tried)
    is_known = known is not None and known.version == as_of
    tag_rulings = known.rulings if known and is_known else rulings.active_rulings(db, ("tag",), as_of)
    number_of = _numbers_of(db, {entry for ruling in (*tag_rulings, *scope_rulings) for entry in ruling.entries})
    ruled = _Ruled(framework, column_of, row_of_entry, number_of)
    for ruling in tag_rulings:
        ruled.apply(ruling)
    at, columns = modelling.load_matrix(db, framework, column_of, row_of_entry, ruled)
    if len(at):
        added = sparse.coo_matrix((np.ones(len(at), dtype=np.int32), (at, columns)), shape=found.shape)
        found = (found + added).tocsr()
    codes = _apply_rulings(found, ruled, parents)
    not_yet = _not_yet(framework, ruled, codes)
    scope = np.full(n, "unscreened", dtype=object)
    for ruling in scope_rulings:
        for i in ruled.rows(ruling):
            scope[i] = ruling.value
    has_abstract = np.array([head.has_abstract for head in heads], dtype=bool)
    coded_by = np.where(has_abstract, "rules-abstract", "rules-title").astype(object)
    for i, coded_from in ruled.coded_from.items():
        coded_by[i] = f"person-{coded_from}"
    frame = pd.DataFrame(
        {
            "no": np.array([head.no for head in heads], dtype=int),
            "id": pd.Series([head.id for head in heads], dtype=object),
            "title": pd.Series([head.title for head in heads], dtype=object),
            "year": np.array([np.nan if head.year is None else head.year for head in heads], dtype=float),
            "has_abstract": has_abstract,
            "coded_by": pd.Categorical(coded_by, CODED_BY),
            "scope": pd.Categorical(scope, SCOPES),
            # a person who coded a record read it, and outranks a rule that finds nothing in its title
            "suggested_out": (outs == np.array([len(head.members) for head in heads], dtype=int))
            & ~np.isin(coded_by, CODED_BY[:2]),
            "n_entries": np.array([len(head.members) for head in heads], dtype=int),
        }
    )
    return frame, codes, not_yet


def _rule_codes(
    db: sqlite3.Connection,
    column_of: Mapping[TagKey, int],
    row_of_entry: Mapping[int, int],
    n: int,
    instead: Mapping[int, Codes],
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Records by tags as the rules gave them, and how many of each record's entries are suggested out of scope."""
    numbers = db.execute("SELECT no, facet, tag FROM tags").fetchall()
    lookup = np.full(max([no for no, _, _ in numbers] + [0]) + 1, -1)
    for no, facet, tag in numbers:
        lookup[no] = column_of.get((facet, tag), -1)
    rows: list[int] = []
    blobs: list[bytes] = []
    outs = np.zeros(n, dtype=int)
    for entry, tags, out_of_scope in _stored_codes(db, row_of_entry):
        i = row_of_entry.get(entry)
        if i is not None and entry not in instead:
            rows.append(i)
            blobs.append(tags)
            outs[i] += out_of_scope is not None
    lengths = np.array([len(blob) // 2 for blob in blobs], dtype=int)
    row_index = np.repeat(np.array(rows, dtype=int), lengths)
    columns = lookup[np.frombuffer(b"".join(blobs), dtype=np.uint16).astype(int)]
    for entry, (keys, out) in instead.items():
        i = row_of_entry.get(entry)
        if i is not None:
            row_index = np.append(row_index, [i] * len(keys)).astype(int)
            columns = np.append(columns, [column_of[key] for key in keys]).astype(int)
            outs[i] += out
    keep = columns >= 0
    shape = (n, len(column_of))
    data = np.ones(int(keep.sum()), dtype=np.int32)
    return sparse.coo_matrix((data, (row_index[keep], columns[keep])), shape=shape).tocsr(), outs


def _stored_codes(db: sqlite3.Connection, entries: Collection[int]) -> Iterator[tuple[int, bytes, str | None]]:
    """The codes of at least these entries; of all there are, unless that is many more."""
    query = "SELECT entry, tags, out_of_scope FROM codes"
    (n_stored,) = db.execute("SELECT count(*) FROM codes").fetchone()
    if n_stored < MANY_MORE * len(entries):
        yield from db.execute(query)
        return
    for some in coding.batches(entries, 500):
        yield from db.execute(f"{query} WHERE entry IN ({','.join('?' * len(some))})", some)


def _parent_matrix(framework: Framework) -> sparse.csr_matrix:
    """Tags by tags: 1 from each tag to itself and everything broader."""
    column_of = {key: i for i, key in enumerate(framework.columns)}
    pairs = [
        (column_of[facet.id, tag.id], column_of[facet.id, broader])
        for facet in framework.facets
        for tag in facet.tags
        for broader in facet.with_parents(tag.id)
    ]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    size = len(column_of)
    return sparse.csr_matrix((np.ones(len(pairs), dtype=np.int32), (rows, columns)), shape=(size, size))


class _Ruled:
    """What people ruled on tags, by record row, the latest ruling on a question last."""

    def __init__(
        self,
        framework: Framework,
        column_of: Mapping[TagKey, int],
        row_of_entry: Mapping[int, int],
        number_of: Mapping[str, int],
    ) -> None:
        self._framework = framework
        self._column_of = column_of
        self._row_of_entry = row_of_entry
        self._number_of = number_of
        self.verdicts: dict[tuple[int, int], bool] = {}  # (record row, column) -> has it
        self.coded_under: dict[tuple[int, str], int] = {}  # (record row, facet) -> framework version
        self.coded_from: dict[int, str] = {}

    def rows(self, ruling: Ruling) -> set[int]:
        """Record rows the ruling applies to; none if it sleeps."""
        numbers = [self._number_of[entry] for entry in ruling.entries if entry in self._number_of]
        return {self._row_of_entry[n] for n in numbers if n in self._row_of_entry}

    def apply(self, ruling: Ruling) -> None:
        column = self._column_of.get((ruling.facet, ruling.tag))
        for i in self.rows(ruling):
            if column is not None:
                self.verdicts[i, column] = ruling.value != "rejected"
            if ruling.coded_under is not None:
                key = (i, ruling.facet)
                self.coded_under[key] = max(self.coded_under.get(key, 0), ruling.coded_under)
                if self.coded_from.get(i) != "abstract":
                    self.coded_from[i] = ruling.coded_from or "title"


def _apply_rulings(found: sparse.csr_matrix, ruled: _Ruled, parents: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rule codes with people's rulings on top and parents added; a rejected parent stays off only without children."""
    if ruled.verdicts:
        of_rules = found.tocoo()
        width = found.shape[1]
        asked = np.array([i * width + column for i, column in ruled.verdicts])
        given = asked[np.fromiter(ruled.verdicts.values(), dtype=bool, count=len(asked))]
        places = of_rules.row.astype(np.int64) * width + of_rules.col
        places = np.concatenate([places[~np.isin(places, asked)], given])
        data = np.ones(len(places), dtype=np.int32)
        found = sparse.coo_matrix((data, (places // width, places % width)), shape=found.shape).tocsr()
    codes = (found @ parents).tocsr()
    codes.data = np.ones_like(codes.data)
    codes = codes.astype(bool)
    codes.sort_indices()
    return codes


def _not_yet(framework: Framework, ruled: _Ruled, codes: sparse.csr_matrix) -> sparse.csr_matrix:
    """Tags newer than the version under which a person coded the record, unless the record has them."""
    newer = [
        (i, facet.id, tag.since)
        for facet in framework.facets
        for tag in facet.tags
        for i in [ruled._column_of[facet.id, tag.id]]
        if tag.since > 1
    ]
    least: dict[int, int] = {}
    for (i, _), under in ruled.coded_under.items():
        least[i] = min(least.get(i, under), under)
    rows, columns = [], []
    for i, under in least.items():
        for column, facet_id, since in newer:
            if since > ruled.coded_under.get((i, facet_id), under):
                rows.append(i)
                columns.append(column)
    shape = codes.shape
    table = sparse.csr_matrix((np.ones(len(rows), dtype=bool), (rows, columns)), shape=shape, dtype=bool)
    return (table > codes).tocsr() if len(rows) else table


def _records_of(db: sqlite3.Connection, heads: Iterable[Head], entries: Collection[str]) -> dict[str, str]:
    """The record of each of these entries that is part of the snapshot."""
    if not entries:
        return {}
    held = {number: head.id for head in heads for number in head.members}
    return {entry: held[number] for entry, number in _numbers_of(db, entries).items() if number in held}


def _numbers_of(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in coding.batches(sorted(ids), 500):
        marks = ",".join("?" * len(some))
        found.update(db.execute(f"SELECT id, no FROM entries WHERE id IN ({marks})", some))
    return found
