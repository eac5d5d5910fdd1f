"""A search as a tree. Nothing here knows how it was typed or how an index is asked."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """Words in a row. ``prefix``: the last may go on. ``column``: the columns looked in, parted by spaces; "" is all.

    ``also``: other forms of a single word that count as well (singular, plural). ``wild``: the words hold wildcards:
    ``?`` one character, ``~`` one or none, ``*`` any number.
    """

    words: str
    prefix: bool = False
    column: str = ""
    also: tuple[str, ...] = ()
    wild: bool = False
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Value:
    """A field that is compared, not searched: year, doi, a facet of the framework."""

    field: str
    value: str
    position: int


@dataclass(frozen=True)
class Near:
    """Words of both sides with at most ``distance`` others between them, in either order."""

    left: "Node"
    right: "Node"
    distance: int
    position: int


@dataclass(frozen=True)
class Not:
    of: "Node"


@dataclass(frozen=True)
class Both:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Node", ...]


Node = Text | Value | Near | Not | Both | Either


@dataclass(frozen=True)
class Query:
    """A search as it was understood. ``notes``: sentences on what was taken differently from what was typed.

    ``plain``: the words, if it was typed without any syntax and may be read as a sentence; else none.
    """

    node: Node | None
    notes: tuple[str, ...] = ()
    plain: tuple[Text, ...] = ()


def texts_of(node: Node | None) -> list[Text]:
    """The words looked for (not those excluded): for ranking and for showing why a record was found."""
    if isinstance(node, Text):
        return [node]
    if isinstance(node, Near):
        return texts_of(node.left) + texts_of(node.right)
    if isinstance(node, Both | Either):
        return [text for part in node.parts for text in texts_of(part)]
    return []


def join_all(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Both(tuple(parts))


def join_any(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))
