"""A BibTeX file cut into blocks at the lines that start an entry, so that memory stays flat whatever the file's size.

To look for "@" in many lines at once is several times faster than to look at each line.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ingest.readers.base import to_pieces

MAX_BLOCK = 2_000_000  # characters; an entry is two thousand
_SHOWN_OF_TOO_LONG = 20_000

_START = re.compile(r"[ \t\ufeff]*@[ \t]*[^\s@{}(),=\"#%'\\]+[ \t]*(\{|\((?=[^\s,()=]+\s*,)|$)")
_NEXT_IN_LINE = re.compile(r"(?<=[})])\s*(?=@\w[\w-]*\s*\{[^\s{},=]*,)")


class Block(NamedTuple):
    """The text from one line that begins with ``@word{`` to the next. ``too_long`` if not all of it was kept."""

    line: int
    text: str
    too_long: bool = False


def cut_blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The text from each line that begins with ``@word{`` to the next such line."""
    held: list[str] = []  # the block as far as it has come, but for what is in ``text``
    size, first, line, text = 0, 1, 1, ""
    for piece in chain(to_pieces(lines), ("",)):
        text += piece
        starts, decided = _find_starts(text, is_all=not piece)
        at = 0
        for start in starts:
            yield from _cut(first, "".join((*held, text[at:start])))
            line += text.count("\n", at, start)
            held, size, first, at = [], 0, line, start
        line += text.count("\n", at, decided)
        if size <= MAX_BLOCK:
            held.append(text[at:decided])
        size += decided - at
        text = text[decided:]
    yield from _cut(first, "".join(held))


def _find_starts(text: str, is_all: bool) -> tuple[list[int], int]:
    """Where the lines begin that start an entry, and up to where that is certain.

    "@article" alone on a line is a start if the brace is on the next line, which may not be here yet.
    """
    starts: list[int] = []
    position = 0
    while (at := text.find("@", position)) >= 0:
        start = text.rfind("\n", position, at) + 1 or position
        position = text.find("\n", at) + 1 or len(text)
        match = _START.match(text, start, position)
        if match and not match[1]:
            if position == len(text) and not is_all:
                return starts, start
            following = text[position : text.find("\n", position) + 1 or len(text)]
            if following.lstrip()[:1] not in ("{", "("):
                continue
        if match:
            starts.append(start)
    return starts, len(text)


def _cut(first: int, text: str) -> Iterator[Block]:
    """Usually one block. A file without line ends is cut where an entry closes and the next one starts."""
    if len(text) < 200_000:
        if text and not text.isspace():
            yield Block(first, text)
        return
    if len(text) > MAX_BLOCK:
        text = text[: text.find("\n", MAX_BLOCK) + 1 or len(text)]
    for part in _NEXT_IN_LINE.split(text):
        too_long = len(part) > MAX_BLOCK
        if part.strip():
            yield Block(first, part[:_SHOWN_OF_TOO_LONG] if too_long else part, too_long)
        first += part.count("\n")
