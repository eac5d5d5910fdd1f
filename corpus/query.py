"""A search as a person types it, as a tree, and as SQL with parameters.

Words, "phrases", prefix*, AND OR NOT, parentheses, field:word. Nothing a person typed ever reaches SQL or MATCH
unquoted. Words side by side mean AND.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.errors import QueryError
from corpus.store.schema import to_words

# What a person may call a field -> the column of the index.
TEXT_FIELDS = {
    "title": "title", "ti": "title", "abstract": "abstract", "ab": "abstract", "keywords": "keywords",
    "keyword": "keywords", "kw": "keywords", "author": "authors", "authors": "authors", "au": "authors",
    "venue": "venue", "journal": "venue", "so": "venue",
}  # fmt: skip
_ID_FIELDS = ("doi", "pmid", "pmcid", "issn", "isbn", "language", "type")


@dataclass(frozen=True)
class Text:
    """Words in a row; ``prefix``: the last may go on. ``column`` limits them to one field."""

    words: str
    prefix: bool = False
    column: str = ""


@dataclass(frozen=True)
class Value:
    """A field that is compared, not searched: year, doi, a facet of the framework."""

    field: str
    value: str
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


Node = Text | Value | Not | Both | Either

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>\() | (?P<close>\))
    | (?:(?P<field>[^\W\d_][\w-]*):\s*)?(?:
          ["“”](?P<phrase>[^"“”]*)(?P<shut>["“”]|$)
        | (?P<word>[^\s()"“”]+))
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str  # "(", ")", "AND", "OR", "NOT", "term"
    position: int
    node: Node | None = None


def parse_query(text: str, facets: Sequence[str] = ()) -> Node | None:
    """The tree of a query; None if it is empty. Raises QueryError, which says where it cannot be read.

    >>> parse_query('nurs* "sexual harassment"')
    Both(parts=(Text(words='nurs', prefix=True, column=''), Text(words='sexual harassment', prefix=False, column='')))
    """
    tokens = _tokens(text, frozenset(facets))
    if not tokens:
        return None
    parser = _Parser(tokens)
    node = parser.either()
    if parser.at < len(tokens):
        raise QueryError("There is a closing bracket too many.", tokens[parser.at].position)
    return node


def _tokens(text: str, facets: frozenset[str]) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        position = match.start() + len(match[0]) - len(match[0].lstrip())
        if match["open"] or match["close"]:
            tokens.append(_Token(match["open"] or match["close"], position))
        elif match["word"] in ("AND", "OR", "NOT") and not match["field"]:
            tokens.append(_Token(match["word"], position))
        elif node := _term(match, position, facets):
            tokens.append(_Token("term", position, node))
    return tokens


def _term(match: re.Match[str], position: int, facets: frozenset[str]) -> Node | None:
    name = (match["field"] or "").lower()
    value = match["phrase"] if match["phrase"] is not None else match["word"]
    if name in facets or name in _ID_FIELDS or name == "year":
        return Value(name, value.strip(), position)
    found = _text(value, TEXT_FIELDS.get(name, ""))
    if name and name not in TEXT_FIELDS:  # "burnout: a review" names no field
        before = _text(name, "")
        return Both((before, found)) if before and found else before or found
    return found


def _text(value: str, column: str) -> Text | None:
    words = " ".join(re.findall(r"[^\W_]+", to_words(value) or ""))
    return Text(words, value.endswith("*"), column) if words else None


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def either(self) -> Node:
        parts = [self.both()]
        while self._kind() == "OR":
            self.at += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Node:
        parts = [self.one()]
        while self._kind() not in ("", ")", "OR"):
            if self._kind() == "AND":
                self.at += 1
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self) -> Node:
        kind = self._kind()
        if kind == "NOT":
            self.at += 1
            return Not(self.one())
        if kind == "(":
            start = self.tokens[self.at].position
            self.at += 1
            node = self.either()
            if self._kind() != ")":
                raise QueryError("A bracket is opened here and never closed.", start)
            self.at += 1
            return node
        if kind == "term":
            node_found = self.tokens[self.at].node
            self.at += 1
            assert node_found is not None
            return node_found
        if kind:
            position = self.tokens[self.at].position
            raise QueryError(f'"{kind}" needs something before and after it.', position)
        raise QueryError("Something is missing at the end of the search.", self.tokens[-1].position)


def match_string(text: Text) -> str:
    """One FTS5 term, quoted."""
    words = '"' + text.words.replace('"', '""') + '"' + ("*" if text.prefix else "")
    return f"{text.column} : {words}" if text.column else words


def texts_of(node: Node | None) -> list[Text]:
    """The words looked for (not those excluded): for ranking and for showing why a record was found."""
    if isinstance(node, Text):
        return [node]
    if isinstance(node, Both | Either):
        return [text for part in node.parts for text in texts_of(part)]
    return []


def only_text(node: Node) -> str | None:
    """The whole tree as one MATCH string, if it is made of words alone and excludes nothing by itself."""
    if isinstance(node, Text):
        return match_string(node)
    if isinstance(node, Either):
        parts = [only_text(part) for part in node.parts]
        return None if None in parts else "(" + " OR ".join(p for p in parts if p) + ")"
    if isinstance(node, Both):
        wanted = [only_text(part) for part in node.parts if not isinstance(part, Not)]
        unwanted = [only_text(part.of) for part in node.parts if isinstance(part, Not)]
        if not wanted or None in wanted or None in unwanted:
            return None
        found = "(" + " AND ".join(p for p in wanted if p) + ")"
        return found + "".join(f" NOT {p}" for p in unwanted if p)
    return None


ResolveTag = Callable[[str, str, int], str]  # facet, tag, position -> SQL list of record numbers


def to_sql(node: Node, resolve_tag: ResolveTag, values: list[object]) -> str:
    """A condition on ``records r``; what a person typed goes into ``values`` only."""
    if not isinstance(node, Value | Not) and (whole := only_text(node)):
        values.append(whole)
        return "r.no IN (SELECT rowid FROM record_text WHERE record_text MATCH ?)"
    if isinstance(node, Not):
        return f"NOT ({to_sql(node.of, resolve_tag, values)})"
    if isinstance(node, Both):
        return "(" + " AND ".join(to_sql(part, resolve_tag, values) for part in node.parts) + ")"
    if isinstance(node, Either):
        return "(" + " OR ".join(to_sql(part, resolve_tag, values) for part in node.parts) + ")"
    assert isinstance(node, Value)
    if node.field == "year":
        low, high = parse_years(node)
        values.extend((low, high))
        return "r.year BETWEEN ? AND ?"
    if node.field in _ID_FIELDS:
        values.append(node.value.lower() if node.field != "pmcid" else node.value.upper())
        return f"lower(json_extract(r.data, '$.{node.field}')) = lower(?)"
    values.append(resolve_tag(node.field, node.value, node.position))
    return "r.no IN (SELECT value FROM json_each(?))"


def parse_years(node: Value) -> tuple[int, int]:
    """``2015``, ``2015-2020``, ``2015-`` or ``-2020``, inclusive. Raises QueryError."""
    match = re.fullmatch(r"(\d{4})?(?:(\s*(?:-|–|\.\.)\s*)(\d{4})?)?", node.value)
    if not match or not (match[1] or match[3]):
        raise QueryError(
            f'"year:{node.value}" is no year: write year:2015, year:2015-2020 or year:2015-.', node.position
        )
    low = int(match[1]) if match[1] else 0
    if match[2] is None:
        return low, low
    return low, int(match[3]) if match[3] else 9999
