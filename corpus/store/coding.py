"""How entries, facts and codes are written into the store's blobs and read back."""

import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np

from corpus.records import Assignment, Entry, Fields, Record, from_plain, to_plain

T = TypeVar("T")


_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def to_json(value: Any) -> str:
    return _JSON.encode(value)


def pack(value: Any) -> bytes:
    """JSON as it is: for what is written once and read often."""
    return _JSON.encode(value).encode("utf-8", "surrogatepass")


def pack_tightly(value: Any) -> bytes:
    """JSON compressed, a third of the size: for what is kept and seldom read."""
    return zlib.compress(pack(value), 1)


def unpack(data: bytes) -> Any:
    """What either of them packed; zlib's first byte begins no JSON."""
    plain = zlib.decompress(data) if data[:1] == b"x" else data
    return json.loads(plain.decode("utf-8", "surrogatepass"))


_LONG = 10_000  # characters of raw text from which compressing is worth its time
_SHORT = 12  # characters of a value that are no longer than saying where it stands
_TEXT_BEHIND = b"\n"  # no JSON of ours begins with it


def pack_entry(entry: Entry) -> bytes:
    """An entry's raw text and fields. A value that stands in the raw text as it is becomes [start, length].

    The raw text stands as it is behind a line with the rest; in JSON each of its characters would be looked at.
    """
    raw = entry.raw
    fields: dict[str, list[str | tuple[int, int]]] = {}
    for name, values in entry.fields.items():
        fields[name] = places = []
        for value in values:
            at = raw.find(value) if len(value) > _SHORT else -1
            places.append(value if at < 0 else (at, len(value)))
    if len(raw) > _LONG:
        return pack_tightly([raw, fields, entry.warnings])
    return f"\n{to_json([fields, entry.warnings])}\n{raw}".encode("utf-8", "surrogatepass")


def unpack_entry(format: str, data: bytes, line: int = 0) -> Entry:
    if data.startswith(_TEXT_BEHIND):
        _, rest, raw = data.decode("utf-8", "surrogatepass").split("\n", 2)
        places, warnings = json.loads(rest)
    else:
        raw, places, warnings = unpack(data)
    fields = {
        name: [value if isinstance(value, str) else raw[value[0] : value[0] + value[1]] for value in values]
        for name, values in places.items()
    }
    return Entry(format=format, line=line, raw=raw, fields=fields, warnings=tuple(warnings))


class Columns(NamedTuple):
    """What an entry or a record says, as the tables ``facts`` and ``records`` have it.

    Columns for counting, searching and listing; in ``data`` as JSON all that the first four of them do not hold.
    """

    title: str | None
    venue: str | None
    year: int | None
    abstract: str | None
    data: str
    authors: str | None
    keywords: str | None


COLUMNS = ", ".join(Columns._fields)
SAID = "f.title, f.venue, f.year, f.abstract, f.data"  # of a row of facts, as ``unpack_fields`` takes it


def to_columns(said: Fields) -> Columns:
    """Of an entry's fields or of a record."""
    plain = to_plain(said)
    take = plain.pop
    title, venue, year, abstract = take("title", None), take("venue", None), take("year", None), take("abstract", None)
    if isinstance(said, Record) and said.taken_from:
        plain["taken_from"] = dict(said.taken_from)
    authors = "; ".join(map(str, said.authors)) or None
    keywords = "; ".join(dict.fromkeys(said.keywords + said.mesh)) or None
    return Columns(title, venue, year, abstract, to_json(plain), authors, keywords)


def unpack_fields(title: str | None, venue: str | None, year: int | None, abstract: str | None, data: str) -> Fields:
    return Fields(title=title, venue=venue, year=year, abstract=abstract, **from_plain(json.loads(data)))


def pack_tags(numbers: Iterable[int]) -> bytes:
    return array("H", sorted(set(numbers))).tobytes()


def unpack_tags(data: bytes) -> np.ndarray:
    return np.frombuffer(data, dtype=np.uint16)


@cache
def _to_beginning(facet: str, tag: str, source: str, field: str) -> str:
    return to_json([facet, tag, source, field])[:-1]


def pack_passages(assignments: Sequence[Assignment]) -> bytes:
    """A JSON list of [facet, tag, source, field, start, end]; there are few beginnings, so each is written once."""
    found = [f"{_to_beginning(a.facet, a.tag, a.source, a.field)},{a.start},{a.end}]" for a in assignments]
    return f"[{','.join(found)}]".encode()


def unpack_passages(data: bytes, fields: Fields) -> tuple[Assignment, ...]:
    """Assignments with their passages cut from the entry's own text."""
    texts: dict[str, str] = {}
    out = []
    for facet, tag, source, name, start, end in unpack(data):
        if name not in texts:
            texts[name] = text_of(fields, name)
        out.append(Assignment(facet, tag, source, name, start, end, texts[name][start:end]))
    return tuple(out)


def text_of(fields: Fields, name: str) -> str:
    """A field's text as passages count it: the items of a list joined by "; "."""
    value = getattr(fields, name, None) if name else None
    if value is None:
        return ""
    return value if isinstance(value, str) else "; ".join(str(v) for v in value)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
