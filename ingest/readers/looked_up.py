"""Answers that a service gave about records that are here: one JSON object a line, as ``ingest/enrich`` writes them.

Such an entry fills what no file says of its record, and is never a record of its own. An answer that was not to be
joined says why in ``left_out`` and is rejected with that reason.
"""

from collections.abc import Iterator

from corpus.records import LOOKED_UP, Entry, Rejected
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.json_objects import Object, add, read_objects

MARK = "looked_up"  # names the service
WHY_NOT = "left_out"
NAMES = ("doi", "pmid", "accession", "title", "year", "author", "abstract", "mesh", "publication_type", "language",
         "note")  # fmt: skip


def read(lines: Lines) -> Iterator[Item]:
    """Answers in file order."""
    for item in read_objects(lines, lambda value: MARK in value, _to_entry):
        if isinstance(item, Entry) and (reason := item.fields.get(WHY_NOT)):
            yield Rejected(item.line, item.raw, reason[0])
        else:
            yield item


def _to_entry(line: int, raw: str, answer: Object) -> Entry:
    fields: dict[str, list[str]] = {}
    add(fields, "source", answer.get(MARK))
    for name in (*NAMES, WHY_NOT):
        add(fields, name, answer.get(name))
    return Entry(format=LOOKED_UP, line=line, raw=raw, fields=fields)


def looks_like(head: str) -> str | None:
    """Why these are answers: the key that begins each of them."""
    return f'its first key is "{MARK}"' if head.lstrip("\ufeff \t\r\n").startswith(f'{{"{MARK}"') else None


READER = Reader(
    id=LOOKED_UP,
    name="Details looked up",
    suffixes=(".jsonl",),
    looks_like=looks_like,
    read=read,
)
