"""Objects of a JSON export one at a time: an array, JSON lines, one object, or an array inside a wrapper.

The file is never held whole: text is added until the next object can be decoded. A broken object costs itself;
reading goes on at the next object that looks like a record.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from corpus.records import Entry, Rejected
from ingest.readers.base import Item, Lines

Object = dict[str, Any]

LONGEST = 16_000_000  # characters of one object
PATIENCE = 5_000_000  # characters read in vain while looking for the end of damage; then it is looked for less closely
_DEEP = 50_000  # what an object nested too deep counts for: how far it was read is not known
_CHUNK = 1 << 18
_STRICT = json.JSONDecoder()
_LENIENT = json.JSONDecoder(strict=False)  # raw line ends and control characters within strings
_HALF = re.compile("[\ud800-\udfff]")  # half of a surrogate pair: JSON can say it, no encoding can hold it
_BETWEEN = re.compile(r"[\s\ufeff,\]}\x1e\x00]*")
_NEXT = re.compile(r"[,\]}\n]\s{0,200}\{")
_KEY = re.compile(r'\s{0,999},?\s{0,999}"([^"\\\n]{1,200})"\s{0,99}:\s{0,99}')

# Keys under which an export wraps its records, and those under which that wrapper itself is wrapped.
WRAPPERS = frozenset(("results", "items", "references", "data", "result", "records", "docs", "entries", "works",
                      "articles", "publications"))  # fmt: skip
OUTER = frozenset(("message", "data", "resultList", "response", "results"))
# Keys by which an object is a record itself, whatever lists it holds. A list of records may have a title too.
OWN = frozenset(("DOI", "doi", "author", "authors", "authorships", "creators", "issued", "year"))


class _Decoded(NamedTuple):
    """What stands at the buffer's place: an object and its length, or a problem and how far it could be read."""

    value: Object | None
    length: int
    problem: str = ""


class _Buffer:
    """Text that was read, the place reached in it, and the line of that place."""

    def __init__(self, lines: Lines) -> None:
        self._lines = iter(lines)
        self.text = ""
        self.at = 0
        self.stop = 0  # where the last word of the text ends
        self.line = 1
        self.done = False

    @property
    def rest(self) -> int:
        return len(self.text) - self.at

    def grow(self, by: int = _CHUNK) -> None:
        parts, size = [self.text[self.at :]], 0
        for line in self._lines:
            parts.append(line)
            size += len(line)
            if size >= by:
                break
        else:
            self.done = True
        self.text, self.at = "".join(parts), 0
        self.stop = len(self.text.rstrip())

    def take(self, to: int) -> str:
        taken = self.text[self.at : to]
        self.line += taken.count("\n")
        self.at = to
        return taken

    def skip_between(self) -> str:
        """Go to the next character that means something and return what was passed."""
        passed = ""
        while True:
            found = _BETWEEN.match(self.text, self.at)
            passed += self.take(found.end() if found else self.at)
            if self.rest or self.done:
                return passed[:100]
            self.grow()


def read_objects(
    lines: Lines, is_record: Callable[[Object], bool], to_entry: Callable[[int, str, Object], Entry]
) -> Iterator[Item]:
    """One item for each object, in file order.

    ``is_record`` tells a record from a part of one (an author, a reference) when reading goes on after damage.
    """
    buffer = _Buffer(lines)
    buffer.grow()
    buffer.skip_between()
    if buffer.text[buffer.at : buffer.at + 1] == "{":
        buffer.take(_find_records(buffer))
    ended = False  # the array of records was closed, and no object has come since
    while True:
        ended = "]" in buffer.skip_between() or ended
        if not buffer.rest:
            return
        opening = buffer.text[buffer.at]
        if opening == "[":
            buffer.take(buffer.at + 1)
            continue
        if ended and (key := _KEY.match(buffer.text, buffer.at)):
            _skip_value(buffer, key.end())  # what a wrapper says after its records
            continue
        line, ended = buffer.line, False
        found = _decode(buffer) if opening == "{" else _Decoded(None, 0, "a JSON object should start here")
        if found.value is not None:
            raw = buffer.take(buffer.at + found.length)
            yield from _unwrap(line, raw, found.value, is_record, to_entry)
        else:
            yield Rejected(line, _recover(buffer, is_record), found.problem)


def _find_records(buffer: _Buffer) -> int:
    """Where the records start: behind the bracket of a wrapper's array, or without a wrapper where the buffer is."""
    start, at = buffer.at, buffer.at + 1
    while key := _KEY.match(buffer.text, at):
        at = key.end()
        if key[1] in OWN or key[1] == "title":
            break
        opening = buffer.text[at : at + 1]
        if key[1] in WRAPPERS and opening == "[":
            return at + 1
        if key[1] in OUTER and opening == "{":
            start, at = at, at + 1
            continue
        try:
            _, at = _STRICT.raw_decode(buffer.text, at)
        except (ValueError, RecursionError):
            break
    return start


def _skip_value(buffer: _Buffer, at: int) -> None:
    buffer.take(at)
    while True:
        try:
            _, end = _STRICT.raw_decode(buffer.text, buffer.at)
        except (ValueError, RecursionError):
            if buffer.done or buffer.rest > LONGEST:
                buffer.take(min(buffer.at + 1, len(buffer.text)))
                return
            buffer.grow(max(_CHUNK, buffer.rest))
        else:
            buffer.take(end)
            return


def _decode(buffer: _Buffer) -> _Decoded:
    """Decode the object at the buffer's place, adding text while it is incomplete, twice as much each time."""
    while True:
        try:
            value, end = _STRICT.raw_decode(buffer.text, buffer.at)
            return _Decoded(value if isinstance(value, dict) else {}, end - buffer.at)
        except json.JSONDecodeError as error:
            cut_off = error.pos >= buffer.stop - 12 or error.msg.startswith("Unterminated string")
            if cut_off and not buffer.done and buffer.rest < LONGEST:
                buffer.grow(max(_CHUNK, buffer.rest))
                continue
            problem, reached = _to_problem(buffer, error, cut_off), error.pos - buffer.at
        except ValueError as error:
            return _Decoded(None, 1, f"the JSON holds a value that cannot be read: {str(error)[:100]}")
        except RecursionError:
            return _Decoded(None, _DEEP, "the JSON is nested too deep")
        if "control character" in problem:
            try:
                value, end = _LENIENT.raw_decode(buffer.text, buffer.at)
                if isinstance(value, dict):
                    return _Decoded(value, end - buffer.at)
            except (ValueError, RecursionError):
                pass
        return _Decoded(None, reached, problem)


def _to_problem(buffer: _Buffer, error: json.JSONDecodeError, cut_off: bool) -> str:
    if cut_off and buffer.done:
        return "the file ends in the middle of this object: it was cut off"
    if cut_off:
        return f"this object is longer than {LONGEST:,} characters"
    line = buffer.line + buffer.text.count("\n", buffer.at, error.pos)
    return f"the JSON is broken on line {line}: {error.msg}"


def _recover(buffer: _Buffer, is_record: Callable[[Object], bool]) -> str:
    """Go to the next object that is a record, or to the end, and return the text passed over.

    A broken object may have swallowed the next one, so this looks from its very start.
    """
    passed: list[str] = []
    search, spent = buffer.at + 1, 0
    while True:
        found = _NEXT.search(buffer.text, min(search, len(buffer.text)))
        if found:
            passed.append(buffer.take(found.end() - 1))
            next_one = _decode(buffer)
            if next_one.value is not None and is_record(next_one.value):
                return "".join(passed)
            if next_one.value is not None:
                search = buffer.at + max(next_one.length - 1, 1)
            else:
                spent += next_one.length + 1_000
                search = buffer.at + (1 if spent < PATIENCE else max(next_one.length - 3, 1))
        elif buffer.done:
            passed.append(buffer.take(len(buffer.text)))
            return "".join(passed)
        else:
            passed.append(buffer.take(max(len(buffer.text) - 300, buffer.at)))
            buffer.grow()
            search = buffer.at


def _unwrap(
    line: int,
    raw: str,
    value: Object,
    is_record: Callable[[Object], bool],
    to_entry: Callable[[int, str, Object], Entry],
) -> Iterator[Entry]:
    """The records in one object: itself, those of a page of results, or one under each key."""
    inner = value
    for key in OUTER:
        if isinstance(inner.get(key), dict) and OWN.isdisjoint(inner):
            inner = inner[key]
    found: list[Object] = []
    if OWN.isdisjoint(inner):
        for key in WRAPPERS:
            items = inner.get(key)
            if isinstance(items, list) and items and all(isinstance(item, dict) for item in items):
                found = items
                break
        else:
            under_keys = list(inner.values())
            if len(under_keys) > 1 and all(isinstance(item, dict) and is_record(item) for item in under_keys):
                found = under_keys
    if found:
        for item in found:
            yield to_entry(line, _to_json(item), item)
        return
    yield to_entry(line, raw if inner is value else _to_json(inner), inner)


def _to_json(value: Any) -> str:
    return _HALF.sub("\ufffd", json.dumps(value, ensure_ascii=False))


def to_texts(value: Any) -> list[str]:
    """Whatever a JSON value holds, as texts: one for each item of a list; objects stay JSON."""
    if value is None or value == "" or value == [] or value == {}:
        return []
    if isinstance(value, list):
        return [text for item in value for text in to_texts(item)]
    if isinstance(value, dict):
        return [_to_json(value)]
    if isinstance(value, bool):
        return [str(value).lower()]
    text = str(value).strip()
    return [text if text.isascii() else _HALF.sub("\ufffd", text)] if text else []


def to_objects(value: Any) -> list[Object]:
    """The objects in a list; none if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def to_object(value: Any) -> Object:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def add(fields: dict[str, list[str]], name: str, value: Any) -> None:
    """Append what ``value`` holds, if anything."""
    if texts := to_texts(value):
        fields.setdefault(name, []).extend(texts)
