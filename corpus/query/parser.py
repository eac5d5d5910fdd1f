"""From tokens to a tree. AND binds closer than OR, but PubMed's searches are read as it does, from left to right."""

from collections.abc import Mapping, Sequence

from corpus.errors import QueryError
from corpus.query.nodes import Near, Node, Not, Text, join_all, join_any
from corpus.query.terms import limit_to, near_all, to_text, to_value
from corpus.query.tokens import Token

DEPTH = 60
_TERMS = ("word", "phrase", "heading", "value", "(", "field", "NOT", "line", "range")


class Parser:
    """One search, or one line of a strategy; ``lines`` are the earlier ones, by number."""

    def __init__(self, tokens: Sequence[Token], language: str, lines: Mapping[int, Node | None] | None = None) -> None:
        self.tokens = tokens
        self.language = language
        self.lines = lines or {}
        self.at = 0
        self.depth = 0

    def parse(self) -> Node | None:
        """Raises QueryError where the tokens make no sense."""
        node = self._either()
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == ")":
                raise QueryError("There is a closing bracket too many.", token.position)
            if token.kind == "tag":
                raise QueryError(f'"{token.text or "all"}" is a field, but no word stands before it.', token.position)
            raise QueryError(f'"{token.text}" needs something before and after it.', token.position)
        return node

    def _kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def _either(self) -> Node | None:
        if self.language == "pubmed":
            return self._chain()
        parts = [self._both()]
        while self._kind() == "OR":
            self.at += 1
            parts.append(self._both())
        return _join_any(parts)

    def _both(self) -> Node | None:
        parts = [self._near()]
        while self._kind() in _TERMS or self._kind() == "AND":
            if self._kind() == "AND":
                self.at += 1
            parts.append(self._near())
        return _join_all(parts)

    def _chain(self) -> Node | None:
        """Left to right: a OR b AND c is (a OR b) AND c."""
        node = self._near()
        while self._kind() in _TERMS or self._kind() in ("AND", "OR"):
            operator = self._kind()
            if operator in ("AND", "OR"):
                self.at += 1
            right = self._near()
            node = _join_any([node, right]) if operator == "OR" else _join_all([node, right])
        return node

    def _near(self) -> Node | None:
        node = self._one()
        while self._kind() == "NEAR":
            token = self.tokens[self.at]
            self.at += 1
            right = self._one()
            if node is None or right is None or isinstance(node, Not) or isinstance(right, Not):
                raise QueryError(f'"{token.text}" stands between two words, phrases or brackets.', token.position)
            if self.language == "ovid" and isinstance(right, Text) and right.column:
                node = limit_to(node, right.column, token.position)  # a suffix is about all that is near
            node = Near(node, right, token.distance, token.position)
        return node

    def _one(self) -> Node | None:
        kind = self._kind()
        if not kind:
            raise QueryError(
                "Something is missing at the end of the search.", self.tokens[-1].position if self.tokens else 0
            )
        token = self.tokens[self.at]
        self.at += 1
        if kind == "NOT":
            node = self._deeper(self._one, token)
            return None if node is None else Not(node)
        if kind == "(":
            return self._tagged(self._group(token), token)
        if kind == "field":
            return self._field(token)
        if kind == "line":
            return self._line(token)
        if kind == "range":
            return to_value("year", token.text, token.position)
        if kind in ("word", "phrase", "heading", "value"):
            return self._tagged(self._words(token), token)
        raise QueryError(f'"{token.text}" needs something before and after it.', token.position)

    def _group(self, token: Token) -> Node | None:
        if self._kind() == ")":
            self.at += 1
            return None
        node = self._deeper(self._either, token)
        if self._kind() != ")":
            raise QueryError("A bracket is opened here and never closed.", token.position)
        self.at += 1
        return node

    def _deeper(self, read, token: Token) -> Node | None:  # type: ignore[no-untyped-def]
        self.depth += 1
        if self.depth > DEPTH:
            raise QueryError(f"More than {DEPTH} brackets stand inside one another.", token.position)
        node: Node | None = read()
        self.depth -= 1
        return node

    def _words(self, token: Token) -> Node | None:
        """One word or phrase. Words side by side that share a tag, or are Ovid's, are a phrase."""
        typed = token.text
        if token.kind == "word":
            run = 0
            while self._kind(run) == "word":
                run += 1
            if run and (self.language == "ovid" or self._kind(run) == "tag"):
                typed = " ".join([typed, *(t.text for t in self.tokens[self.at : self.at + run])])
                self.at += run
        text = to_text(typed, token.position, self.language)
        if text is not None and token.kind == "heading":
            return Text(text.words, text.prefix, "keywords", (), text.wild, text.position)
        if self._kind() == "tag":
            tag = self.tokens[self.at]
            if tag.text.startswith("="):
                self.at += 1
                return to_value(tag.text[1:], typed, token.position)
            if tag.distance >= 0:
                self.at += 1
                return limit_to(near_all(typed, tag.distance, token.position), tag.text, token.position)
        return text

    def _tagged(self, node: Node | None, token: Token) -> Node | None:
        while self._kind() == "tag":
            tag = self.tokens[self.at]
            self.at += 1
            if node is not None and tag.text:
                node = limit_to(node, tag.text, token.position)
        return node

    def _field(self, token: Token) -> Node | None:
        name = token.text
        if self._kind() not in ("word", "phrase", "value", "(", "heading"):
            raise QueryError("A field is named here, but nothing stands after it.", token.position)
        after = self.tokens[self.at]
        self.at += 1
        if after.kind != "(" and name.startswith("="):
            return to_value(name[1:], after.text, token.position)
        node = self._group(after) if after.kind == "(" else to_text(after.text, after.position, self.language)
        return limit_to(node, name, token.position) if node is not None and name else node

    def _line(self, token: Token) -> Node | None:
        number = int(token.text)
        if number not in self.lines:
            raise QueryError(
                f'"#{number}" is another line of a strategy, which is not here. Paste all lines, each with its number.',
                token.position,
            )
        return self.lines[number]


def _join_all(parts: list[Node | None]) -> Node | None:
    kept = [part for part in parts if part is not None]
    return join_all(kept) if kept else None


def _join_any(parts: list[Node | None]) -> Node | None:
    kept = [part for part in parts if part is not None]
    return join_any(kept) if kept else None
