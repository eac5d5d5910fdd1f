"""Which records each upload met, and which of these were here already: what is known of how much is still missing."""

from dataclasses import dataclass

from corpus.records import LOOKED_UP
from corpus.store import Corpus

_ROWS = "SELECT record FROM shown"
_PLANNED = (
    "SELECT record FROM shown WHERE record NOT IN (SELECT record FROM planned WHERE import_id = {n} AND NOT show) "
    "UNION SELECT record FROM planned WHERE import_id = {n} AND show"
)


@dataclass(frozen=True, slots=True)
class Met:
    """The record rows an upload met, and those of them that earlier accepted uploads had met."""

    records: frozenset[int]
    already: frozenset[int]


def find_met(corpus: Corpus, import_id: int) -> Met:
    """The records of an accepted import, or of a proposed one as if it were accepted. Raises UnknownIdError.

    "Already" means by an accepted import with a lower number; for a proposed one, by any accepted import.
    """
    done = corpus.get_import(import_id)
    proposed = done.state == "proposed"
    rows = _PLANNED.format(n=done.id) if proposed else _ROWS
    earlier = "i.state = 'accepted'" + ("" if proposed else f" AND i.id < {done.id}")
    found = corpus.query(
        f"SELECT m.record, max(o.import_id = {done.id}), max({earlier}) FROM members m "
        "JOIN entries e ON e.no = m.entry JOIN origins o ON o.entry = e.no JOIN imports i ON i.id = o.import_id "
        f"WHERE m.record IN ({rows}) AND (i.state = 'accepted' OR i.id = {done.id}) AND e.format <> '{LOOKED_UP}' "
        "GROUP BY m.record"
    )
    mine = {record: bool(before) for record, here, before in found if here}
    if done.state not in ("accepted", "proposed"):
        mine = {}
    return Met(frozenset(mine), frozenset(record for record, before in mine.items() if before))
