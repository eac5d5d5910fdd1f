"""A search as a person types or pastes it, as a tree.

Words, "phrases", prefix*, wom?n, AND OR NOT, NEAR/5, parentheses, field:word, PubMed's [tags] and Ovid's .suffixes.,
and whole strategies with numbered lines. Nothing a person typed ever reaches SQL or MATCH unquoted.
"""

import re
from collections.abc import Sequence

from corpus.errors import QueryError
from corpus.query.nodes import Both, Either, Near, Node, Not, Query, Text, Value, join_all, join_any, texts_of
from corpus.query.parser import Parser
from corpus.query.terms import fold, to_plain
from corpus.query.tokens import find_tokens

LONGEST = 20_000

_LINE = re.compile(r"^[ \t]*#?(\d{1,3})(?:[.):]\s*|\s+)(?=\S)", re.MULTILINE)
_REFERENCES = re.compile(r"[\d\s()#]*(?:(?:\b(?:and|or|not)\b)[\d\s()#]*)+", re.IGNORECASE)
_SHORT_LIST = re.compile(r"\s*(and|or)/([\d,\s-]+)\s*", re.IGNORECASE)
_LIMIT = re.compile(r"\s*limit\s+(\d+)\s+to\s+(.+?)\s*", re.IGNORECASE)
_LIMITS = re.compile(
    r"yr\s*=\s*\"?\s*(?P<low>\d{4})?\s*(?P<dash>-)?\s*(?P<high>\d{4}|current)?\s*\"?|(?P<language>[a-z]+)(?:\s+language)",
    re.IGNORECASE,
)


def parse_query(text: str, facets: Sequence[str] = ()) -> Node | None:
    """The tree of a search; None if it is empty. Raises QueryError, which says where it cannot be read.

    >>> parse_query('nurs* "sexual harassment"')
    Both(parts=(Text(words='nurs', prefix=True), Text(words='sexual harassment')))
    """
    return read_query(text, facets).node


def read_query(text: str, facets: Sequence[str] = ()) -> Query:
    """The tree, with notes on what was taken differently from what was typed. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(f"A search may have {LONGEST:,} characters; this one has {len(text):,}.", LONGEST)
    text = text.replace("\0", " ")
    starts = list(_LINE.finditer(text))
    numbers = [int(start[1]) for start in starts]
    if len(numbers) > 1 and starts[0].start() == 0 and numbers == sorted(set(numbers)):
        return _read_lines(text, starts, frozenset(facets))
    notes: list[str] = []
    found = find_tokens(text, frozenset(facets), notes)
    if found.plain:
        plain = to_plain(found.tokens)
        return Query(join_all(list(plain)) if plain else None, (), plain)
    if not found.tokens:
        return Query(None)
    kinds = [token.kind for token in found.tokens]
    if found.language == "pubmed" and "(" not in kinds and "OR" in kinds and "AND" in kinds[kinds.index("OR") :]:
        notes.append("AND and OR are read from left to right, as PubMed does. Brackets make it certain.")
    return Query(Parser(found.tokens, found.language).parse(), tuple(notes))


def _read_lines(text: str, starts: list[re.Match[str]], facets: frozenset[str]) -> Query:
    """A strategy with numbered lines; the last is what is looked for."""
    notes: list[str] = []
    lines: dict[int, Node | None] = {}
    used: set[int] = set()
    ends = [start.start() for start in starts[1:]] + [len(text)]
    ovid = any(find_tokens(text[s.end() : e], facets, []).language == "ovid" for s, e in zip(starts, ends, strict=True))
    for start, end in zip(starts, ends, strict=True):
        number = int(start[1])
        # A count of hits may stand behind the line.
        typed = re.sub(r"\t[\d,]+\s*$", "", text[start.end() : end]).rstrip()
        try:
            lines[number] = _read_line(typed, facets, lines, used, notes, ovid)
        except QueryError as error:
            raise QueryError(f"Line {number}: {error}", start.end() + error.position) from error
    unused = [str(number) for number in lines if number not in used and number != int(starts[-1][1])]
    if unused:
        notes.append(f"No later line uses {', '.join(unused)}, so the search leaves them out.")
    return Query(lines[int(starts[-1][1])], tuple(notes))


def _read_line(
    typed: str,
    facets: frozenset[str],
    lines: dict[int, Node | None],
    used: set[int],
    notes: list[str],
    ovid: bool,
) -> Node | None:
    if short := _SHORT_LIST.fullmatch(typed):
        typed = f" {short[1]} ".join(f"#{n}" for n in _to_numbers(short[2]))
    elif limit := _LIMIT.fullmatch(typed):
        used.add(int(limit[1]))
        if int(limit[1]) not in lines:
            raise QueryError(f"There is no line {limit[1]} before this one.", limit.start(1))
        return _join([lines[int(limit[1])], *_read_limits(limit[2], limit.start(2))])
    elif _REFERENCES.fullmatch(typed):
        typed = re.sub(r"(?<![#\d])(?=\d)", "#", typed)
    found = find_tokens(typed, facets, notes)
    used |= {int(token.text) for token in found.tokens if token.kind == "line"}
    if not found.tokens:
        return None
    return Parser(found.tokens, "ovid" if ovid else found.language, lines).parse()


def _to_numbers(typed: str) -> list[int]:
    numbers: list[int] = []
    for low, high in re.findall(r"(\d+)(?:\s*-\s*(\d+))?", typed):
        numbers += range(int(low), min(int(high or low), int(low) + 999) + 1)
    return numbers


def _read_limits(typed: str, position: int) -> list[Node]:
    """Ovid's limits to years and languages. Raises QueryError for any other."""
    nodes: list[Node] = []
    rest = _LIMITS.sub("", typed)
    if re.sub(r"\b(?:and|or)\b|[()\s,]", "", rest, flags=re.IGNORECASE):
        raise QueryError('Only years and languages can be limited here: limit 7 to (english language and yr="2015").',
                         position)  # fmt: skip
    for found in _LIMITS.finditer(typed):
        if found["language"]:
            nodes.append(Parser(find_tokens(f"language:{found['language']}", frozenset(), []).tokens, "").parse())  # type: ignore[arg-type]
        elif found["low"] or found["high"]:
            high = "" if (found["high"] or "").lower() == "current" else found["high"] or ""
            years = f"{found['low'] or ''}-{high}" if found["dash"] else found["low"]
            nodes.append(Value("year", years, position))
    return nodes


def _join(parts: list[Node | None]) -> Node | None:
    kept = [part for part in parts if part is not None]
    return join_all(kept) if kept else None


__all__ = ["Both", "Either", "Near", "Node", "Not", "Query", "Text", "Value", "fold", "join_any", "parse_query",
           "read_query", "texts_of"]  # fmt: skip
