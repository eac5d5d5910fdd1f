"""What the tagged line formats (RIS, MEDLINE, Ovid, Web of Science, RefWorks, EndNote tagged) have in common.

Each of those readers decides where an item starts and which lines carry a tag; here live the counting of lines,
the block of tags that an item is made of, and the step from tags to named fields.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from corpus.records import Entry
from ingest.readers.base import Lines

# Exports number their records: "12." or "<12>" after a blank line, "Record #12 of 345" anywhere.
_NUMBER = re.compile(r"\d{1,7}[.:]\s*|<\d{1,7}\s?\.?\s?>\s*")
_RIS = re.compile(r"[ \t\ufeff]{0,12}TY[ \t]{1,4}- ?[A-Z]")
_LINE_END = re.compile(r"[\r\n]")
_COUNT = re.compile(r"Record\s{1,3}#?\d{1,9}\s{1,3}of\s{1,3}\d{1,9}\b", re.IGNORECASE)


def is_heading(line: str, before: str) -> bool:
    """Whether a line numbers the record that follows; ``before`` is the line above it."""
    return (not before.strip() and _NUMBER.fullmatch(line) is not None) or _COUNT.match(line) is not None


def to_numbered(lines: Lines) -> Iterator[tuple[int, str]]:
    """Lines counted from 1, with their ends, also split at a lone carriage return; byte-order marks are gone."""
    number = 0
    for line in lines:
        number += 1
        if not line.isascii() and "\ufeff" in line:
            line = line.replace("\ufeff", "")
        if "\r" in line and "\r" in (body := line.rstrip("\r\n")):
            *first, last = body.split("\r")
            for piece in first:
                yield number, piece + "\r"
                number += 1
            line = last + line[len(body) :]
        yield number, line


class Block:
    """The lines of one item and the tags found in them, in file order, while it is being read.

    ``tags`` holds ``[tag, piece, piece, ...]``; the pieces are parts of one value (wrapped lines).
    """

    __slots__ = ("closed", "line", "orphan", "raw", "tags")

    def __init__(self, line: int, orphan: bool = False) -> None:
        self.line = line
        self.raw: list[str] = []
        self.tags: list[list[str]] = []
        self.closed = False  # its end mark was seen
        self.orphan = orphan  # it began without a start mark

    def has(self, names: frozenset[str]) -> bool:
        """Whether a tag in ``names`` has a value here."""
        return any(tag[0] in names and any(tag[1:]) for tag in self.tags)

    def take(self, other: "Block") -> None:
        """Append the lines and tags of the block that follows."""
        self.raw += other.raw
        self.tags += other.tags
        self.closed = other.closed
        self.orphan = other.orphan

    @property
    def text(self) -> str:
        """The lines as they were, without the blank lines and the next item's heading at the end."""
        end = len(self.raw)
        while end > 1 and (not self.raw[end - 1].strip() or is_heading(self.raw[end - 1], self.raw[end - 2])):
            end -= 1
        return "".join(self.raw[:end])


class FieldMap:
    """Named fields while they are filled: values in file order, empty ones left out."""

    __slots__ = ("fields",)

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        if value:
            if name in self.fields:
                self.fields[name].append(value)
            else:
                self.fields[name] = [value]

    def first(self, name: str) -> str:
        values = self.fields.get(name)
        return values[0] if values else ""

    def rename(self, old: str, new: str) -> None:
        """Move the values of ``old`` behind those of ``new``."""
        if old in self.fields:
            self.fields.setdefault(new, []).extend(self.fields.pop(old))


def to_value(tag: list[str]) -> str:
    """The value of one tag with its wrapped lines."""
    return tag[1] if len(tag) == 2 else "".join(tag[1:]).strip()


def to_entry(
    format: str, block: Block, to_fields: Callable[[Block], Mapping[str, list[str]]], warnings: tuple[str, ...] = ()
) -> Entry:
    """The entry that a block is."""
    return Entry(format=format, line=block.line, raw=block.text, fields=to_fields(block), warnings=warnings)


def find_line(pattern: re.Pattern[str], head: str) -> int:
    """Number of the first line in ``head`` where ``pattern`` matches, or 0. The pattern must ask for a line's start."""
    for start in _line_starts(head):
        if pattern.match(head, start):
            before = head[:start].replace("\r\n", "\n").replace("\r", "\n")
            return before.count("\n") + 1
    return 0


def is_below_ris(number: int, head: str) -> bool:
    """Whether a RIS record starts above line ``number``: then the file is RIS, whatever else was put into it."""
    return 0 < find_line(_RIS, head) < number


def find_tags(pattern: re.Pattern[str], head: str) -> set[str]:
    """What ``pattern`` says, or its group, at the starts of lines of ``head``."""
    found = (pattern.match(head, start) for start in _line_starts(head))
    return {match[match.lastindex or 0] for match in found if match}


@lru_cache(maxsize=1)
def _line_starts(head: str) -> tuple[int, ...]:
    """Many readers look at the same head, and a pattern tried at each character is ten times slower."""
    return (0, *(end.end() for end in _LINE_END.finditer(head)))
