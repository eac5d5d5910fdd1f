"""From one typed word or phrase to what is looked for: folded, with its wildcards, in its field."""

import re
import unicodedata

from corpus.errors import QueryError
from corpus.query.nodes import Both, Either, Near, Node, Not, Text, Value, join_all, join_any
from corpus.query.tokens import Token
from corpus.query.vocabulary import LANGUAGES, STOP_WORDS, other_forms
from corpus.store.schema import to_words

_PIECE = re.compile(r"[\w?$#~*]+")


def fold(text: str) -> str:
    """Lower case without accents, as the index has it."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in plain if not unicodedata.combining(character))


def to_text(value: str, position: int, language: str = "") -> Text | None:
    """Words in a row, wildcards and all; None if there is no word in it.

    ``wom?n`` is one character, ``colo$r`` one or none, ``nurs*`` and ``nurs$`` any number, ``nurs$3`` three at most.
    In Ovid's language ``?`` is one character or none and ``#`` exactly one.
    """
    spaced = to_words(value.replace("_", " ")) or ""
    pieces: list[str] = []
    for found in _PIECE.finditer(spaced):
        word = _to_pattern(fold(found[0]), language)
        if re.search(r"\w", word):
            pieces += word.split()
    if not pieces:
        return None
    prefix = bool(re.fullmatch(r"\w+\*", pieces[-1]))
    if prefix:
        pieces[-1] = pieces[-1][:-1]
    wild = any(re.search(r"[?~*]", piece) for piece in pieces)
    for piece in pieces:
        if wild and re.search(r"[?~*]", piece) and not re.match(r"\w", piece):
            raise QueryError(f'"{piece}" begins with a wildcard: write at least its first letter.', position)
    return Text(" ".join(pieces), prefix, wild=wild, position=position)


def _to_pattern(word: str, language: str) -> str:
    word = word.lstrip("$#~?")
    if not re.search(r"[?$#~*]", word):
        return word
    word = re.sub(r"[$*](\d)$", lambda limit: "~" * int(limit[1]), word)
    word = re.sub(r"\$$", "*", word)
    word = word.replace("$", "~")
    if language == "ovid":
        word = word.replace("?", "~").replace("#", "?")
    else:
        word = word.replace("#", " ")
        if not re.search(r"\w[?~*]\w|\*", word):
            word = word.rstrip("?")  # the end of a question
    return re.sub(r"\*+", "*", word)


def to_plain(tokens: tuple[Token, ...]) -> tuple[Text, ...]:
    """The words of a search typed without syntax, each with its singular or plural, without those that say nothing.

    A stop word in capitals among others that are not (WHO, IT) is kept: it is a name.
    """
    shouting = all(token.text.isupper() for token in tokens)
    every: list[Text] = []
    wanted: list[Text] = []
    for token in tokens:
        if (text := to_text(token.text.rstrip("?"), token.position)) is None:
            continue
        if " " not in text.words:
            text = Text(text.words, also=other_forms(text.words), position=token.position)
        every.append(text)
        name = token.text.isupper() and len(token.text) > 1 and not shouting
        if name or not STOP_WORDS.issuperset(text.words.split()):
            wanted.append(text)
    return tuple(dict.fromkeys(wanted or every))


def limit_to(node: Node, column: str, position: int) -> Node:
    """The node with its words looked for in these columns only, or compared with a field ("=year")."""
    if isinstance(node, Both):
        return Both(tuple(limit_to(part, column, position) for part in node.parts))
    if isinstance(node, Either):
        return Either(tuple(limit_to(part, column, position) for part in node.parts))
    if isinstance(node, Not):
        return Not(limit_to(node.of, column, position))
    if isinstance(node, Near):
        return Near(
            limit_to(node.left, column, position), limit_to(node.right, column, position), node.distance, node.position
        )
    if isinstance(node, Value) or node.column:
        return node
    if column.startswith("="):
        return to_value(column[1:], node.words, node.position)
    if column == "authors":
        return _to_author(node)
    return Text(node.words, node.prefix, column, node.also, node.wild, node.position)


def to_value(field: str, value: str, position: int) -> Node:
    """A compared field; names of languages become codes, and several years or names parted by commas mean any."""
    value = value.strip()
    if field == "language":
        value = LANGUAGES.get(value.lower(), value)
    return Value(field, value, position)


def _to_author(text: Text) -> Node:
    """Smith J and Smith JP find Smith, Jan P. as well: names stand surname first, with names or initials."""
    words = text.words.split()
    initials = words[-1]
    if len(words) < 2 or len(initials) > 3 or text.prefix or text.wild:
        return Text(text.words, text.prefix, "authors", (), text.wild, text.position)
    before = " ".join(words[:-1])
    forms = [f"{before} {initials}", " ".join([before, *initials]), f"{before} {initials[0]}"]
    return join_any([Text(form, form == forms[-1], "authors", position=text.position) for form in dict.fromkeys(forms)])


def near_all(words: str, distance: int, position: int) -> Node:
    """All words of a phrase near one another, in any order."""
    texts: list[Node] = [text for word in words.split() if (text := to_text(word, position))]
    pairs: list[Node] = [
        Near(texts[i], texts[j], distance + len(texts) - 2, position)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
    ]
    return join_all(pairs or texts)
