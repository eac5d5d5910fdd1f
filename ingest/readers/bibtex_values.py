"""Values of BibTeX fields: pieces joined by #, @string and month macros, and fields swallowed by a missing comma.

Everything here goes over its text once, forwards, whatever the nesting.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_BRACE = re.compile(r"(?<!\\)[{}]")
_QUOTE_OR_BRACE = re.compile(r'(?<!\\)[{}"]')
_BARE = re.compile(r'[^\s,{}"#=()]+')
_SPACE = re.compile(r"\s*")
_JOIN = re.compile(r"\s*#\s*")
# Parts of an entry without anything unusual. The quantifiers are possessive: each character is looked at once.
_PLAIN_KEY = re.compile(r"[ \t]*+([^\s,{}()=\"#%\\]++)[ \t]*+,")
_PLAIN_FIELD = re.compile(
    r"\s*+([A-Za-z][A-Za-z0-9_-]*+)\s*+=\s*+"
    r"(\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}|\"[^\"{}]*+\"|[0-9]++|[A-Za-z]++)\s*+(,|(?=\}))"
)
_BEFORE_VALUE = re.compile(r"\s*+,\s*+([A-Za-z][A-Za-z0-9_-]*+)\s*+=\s*+")
_PLAIN_END = re.compile(r"\s*+\}")
_ESCAPED_MARK = re.compile(r"\\[{}\"]")
_ANOTHER_START = re.compile(r"\n[ \t]*+@")
FIELD_NAME = re.compile(r'\s*([^\s=,{}()"#%\\]+)\s*=\s*')
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
MAX_EXPANSION = 100_000  # characters; @string definitions that double each other are cut here

MONTHS = {
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June", "jul": "July",
    "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip


class Piece(NamedTuple):
    """One operand of a concatenation. ``bare`` is a number or the name of a macro."""

    text: str
    bare: bool

    @property
    def is_name(self) -> bool:
        return self.bare and not self.text.isdigit()


class Value(NamedTuple):
    """The pieces of one value and the position after it. ``closed`` is False if a brace or quote never closes."""

    pieces: list[Piece]
    end: int
    closed: bool


def read_value(text: str, position: int) -> Value:
    """``{...}``, ``"..."`` and bare words, joined by #, from ``position`` on."""
    pieces: list[Piece] = []
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]  # always matches
        start = text[position : position + 1]
        if start == "{":
            end = find_close(text, position)
        elif start == '"':
            end = _find_quote(text, position)
        elif match := _BARE.match(text, position):
            pieces.append(Piece(match.group(), True))
            end = match.end()
        else:
            return Value(pieces, position, True)
        if end < 0:
            return Value(pieces, position, False)
        if start in '{"' and start:
            pieces.append(Piece(text[position + 1 : end - 1], False))
        position = end
        join = _JOIN.match(text, position)
        if not join:
            return Value(pieces, position, True)
        position = join.end()


class Plain(NamedTuple):
    """An entry read in one go: its key, its fields, and the position after it.

    Where ``is_simple``, all values stood in braces and hold none, and the braces are gone; else they are as written.
    """

    key: str
    pairs: list[tuple[str, str]]
    end: int
    is_simple: bool


def read_plain(text: str, position: int) -> Plain | None:
    """What stands in ``@type{...}``, from behind the brace on; None if anything about it is unusual.

    Usual are a key and fields parted by commas, values in braces (three deep), in quotes or bare, no escaped brace,
    nothing that could be the start of another entry, and nothing behind the closing brace.
    """
    if "\\" in text and _ESCAPED_MARK.search(text):
        return None
    if text.find("@", position) >= 0 and _ANOTHER_START.search(text, position):
        return None
    key = _PLAIN_KEY.match(text, position)
    if not key:
        return None
    if pairs := _read_simple(text, key.end() - 1):
        return Plain(key[1], pairs, text.rfind("}") + 1, True)
    position, comma = key.end(), ","
    while comma and (field := _PLAIN_FIELD.match(text, position)):
        name, value, comma = field.groups()
        pairs.append((name, value))
        position = field.end()
    end = _PLAIN_END.match(text, position)
    if not pairs or not end or text[end.end() :].strip():
        return None
    return Plain(key.group(1), pairs, end.end(), False)


def _read_simple(text: str, position: int) -> list[tuple[str, str]]:
    """All fields from a comma on, if each value stands in braces and holds none; else nothing."""
    parts = text[position:].split("}")
    if len(parts) < 3 or parts[-1].strip() or parts[-2].strip() not in ("", ","):
        return []
    pairs: list[tuple[str, str]] = []
    for part in parts[:-2]:
        before, brace, value = part.partition("{")
        name = _to_name(before) if len(before) < 100 else ""
        if not brace or not name or "{" in value:
            return []
        pairs.append((name, value))
    return pairs


@lru_cache(maxsize=1_000)
def _to_name(before: str) -> str:
    """The name in ", name =", what stands before a value; "" if it is anything else."""
    match = _BEFORE_VALUE.fullmatch(before)
    return match[1] if match else ""


def find_close(text: str, position: int) -> int:
    """The position after the brace that closes the one at ``position``; -1 if none does."""
    depth = 0
    for match in _BRACE.finditer(text, position):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.end()
    return -1


def _find_quote(text: str, position: int) -> int:
    depth = 0
    for match in _QUOTE_OR_BRACE.finditer(text, position + 1):
        mark = match.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            return match.end()
    return text.find('"', position + 1) + 1 or -1  # braces inside do not balance: the next quote ends it


def join_pieces(pieces: list[Piece], macros: Mapping[str, str], unknown: list[str]) -> str:
    """The value as text, macros replaced. Names of macros that nobody defined are added to ``unknown`` and kept."""
    return "".join(_expand(p, macros, unknown) for p in pieces) if pieces else ""


def _expand(piece: Piece, macros: Mapping[str, str], unknown: list[str]) -> str:
    if not piece.is_name:
        return piece.text
    name = piece.text.lower()
    if name in macros:
        return macros[name]
    if name in MONTHS:
        return MONTHS[name]
    if name[0].isalpha():
        unknown.append(piece.text)
    return piece.text


def resolve_macros(definitions: Mapping[str, str]) -> dict[str, str]:
    """@string definitions as written -> their text. They may name each other; cycles stay as they are."""
    resolved: dict[str, str] = {}
    for name in definitions:
        _resolve(name, definitions, resolved)
    return resolved


def _resolve(name: str, definitions: Mapping[str, str], resolved: dict[str, str]) -> None:
    # Depth first without recursion: a chain of ten thousand definitions is allowed.
    stack, open_names = [name], {name}
    while stack:
        top = stack[-1]
        pieces = read_value(definitions[top], 0).pieces
        wanted = [p.text.lower() for p in pieces if p.bare]
        missing = next((w for w in wanted if w in definitions and w not in resolved and w not in open_names), None)
        if missing is not None:
            stack.append(missing)
            open_names.add(missing)
            continue
        resolved.setdefault(top, join_pieces(pieces, resolved, [])[:MAX_EXPANSION])
        open_names.discard(stack.pop())


def split_names(value: str) -> list[str]:
    """The names of an author field: parted at "and" outside braces."""
    value = value.strip()
    if "{" not in value:
        if "  " not in value and value.isprintable():  # no white space but single blanks
            parts = value.split(" and ")
            if value.lower().count(" and ") == len(parts) - 1:
                return [part for part in parts if part]
        return [name for name in (n.strip() for n in _AND.split(value)) if name]
    if value[0] == "{" and find_close(value, 0) == len(value):
        inner = [name.strip() for name in _AND.split(value[1:-1])]
        # The whole list in braces of its own: each part is "Family, Given".
        if len(inner) > 1 and all(name.count(",") == 1 for name in inner):
            return inner
    names: list[str] = []
    start = depth = position = 0
    for match in _AND.finditer(value):
        for brace in _BRACE.finditer(value, position, match.start()):
            depth = max(depth + (1 if brace.group() == "{" else -1), 0)
        position = match.start()
        if depth == 0:
            names.append(value[start : match.start()].strip())
            start = match.end()
    names.append(value[start:].strip())
    return [name for name in names if name]
