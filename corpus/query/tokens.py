"""From characters to tokens: words, phrases, operators, brackets and the field marks of several search languages."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from corpus.errors import QueryError
from corpus.query.vocabulary import (
    CALL_FIELDS,
    OVID_FIELDS,
    OVID_SUBHEADINGS,
    PUBMED_TAGS,
    STOP_WORDS,
    TEXT_FIELDS,
    VALUE_FIELDS,
)


@dataclass(frozen=True)
class Token:
    """``kind``: word, phrase, heading, value, (, ), AND, OR, NOT, NEAR, field (before), tag (after), line, range.

    ``text`` is what was typed; for fields and tags their columns, or "=name" of a compared field; for NEAR and for a
    PubMed tag with a distance (``"a b"[tiab:~3]``), ``distance`` is the number of words that may stand between.
    """

    kind: str
    text: str
    position: int
    distance: int = -1


_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\xa0": " ", "‐": "-", "‑": "-"})
_RANGE = re.compile(
    r'"?(\d{4})[\d/]*"?\s*(?:\[([^\]]+)\])?\s*:\s*"?(\d{4})[\d/]*"?\s*\[\s*([^\]]+?)\s*\]', re.IGNORECASE
)
_NEAR = re.compile(r"(?:(near|onear|w|pre)/(\d{1,2})|(near|adj)(\d{1,2})?)(?=[\s(\"]|$)", re.IGNORECASE)
_BOOLEAN = re.compile(r"(AND NOT|AND|OR|NOT)(?=[\s()\"]|$)")
_LOWER = re.compile(r"(and not|and|or|not)(?=[\s()\"]|$)", re.IGNORECASE)
_SYMBOL = re.compile(r"(&&|\|\||\||&)(?=\s)")
_FIELD = re.compile(r"([^\W\d_][\w-]*)\s*(:|=(?=[\"(\w]))\s*")
_CALL = re.compile(r"([A-Za-z][A-Za-z,-]*)\(")
_HEADING = re.compile(
    r"(?P<exp>exp(?:lode)?\s+)?(?P<star>\*)?(?P<quote>\")?"
    r"(?P<name>[A-Za-z](?:(?!\b(?:or|not|adj\d*)\b)[\w ,'&.\-()])*?)"
    r"(?(quote)\")/(?P<sub>[a-z]{2}(?:\s*,\s*[a-z]{2})*)?(?=[\s)]|$)"
)
_SUFFIX = re.compile(r"\.([a-z0-9]{2}(?:\s?,\s?[a-z0-9]{2})*)\.?(?=[\s)]|$)", re.IGNORECASE)
_TAG = re.compile(r"\[([^\]]*)\]")
_LINE = re.compile(r"#(\d+)\b")
_WORD = re.compile(r"[^\s()\"\[\]]+")
_OVID = re.compile(
    r"\.(?:mp|tw|ti|ab|kw|kf|af|hw|sh|au|jn|pt|lg)(?:\s?,\s?[a-z]{2})*\.(?=[\s)]|$)|\badj\d*\s|\bexp\s+\*?[\"A-Z]|\w/\s*$"
    r"|[a-z]/(?=\s+(?:or|and)\b)",
)
_SYNTAX = re.compile(r"[\"*\[\]]|\w[?$#~]\w|\w\$|\b(?:AND|OR|NOT)\b|\b(?:NEAR|near|w|pre)/\d|\badj\d|(?<!\w)#\d")
_EVERY_OTHER = re.compile(r"\s*[\w-]+(?:\s+(?:and|or|not)\s+[\w-]+)+\s*")
_INSIDE = re.compile(r"\(([^()]*)\)")
_OPERATORS = frozenset({"and", "or", "not"})


@dataclass(frozen=True)
class Tokens:
    """``language``: "ovid" or "pubmed" where marks of theirs stand in it, else "". ``plain``: no syntax at all."""

    tokens: tuple[Token, ...]
    language: str
    plain: bool


def find_tokens(text: str, facets: frozenset[str], notes: list[str]) -> Tokens:
    """Raises QueryError at a field or tag that is not known."""
    text = text.translate(_QUOTES)
    tags = [found[1] for found in _TAG.finditer(text)]
    language = "pubmed" if tags else "ovid" if _OVID.search(text) else ""
    loose = bool(_SYNTAX.search(text) or language or _EVERY_OTHER.fullmatch(text) or _has_groups(text))
    scanner = _Scanner(text, facets, language, loose, notes)
    tokens = scanner.scan()
    if not loose:  # brackets as they stand in prose
        tokens = [token for token in tokens if token.kind not in "()"]
    plain = bool(tokens) and not loose and all(token.kind == "word" for token in tokens)
    return Tokens(tuple(tokens), language, plain)


def _has_groups(text: str) -> bool:
    """Whether brackets group what is looked for: they hold and, or, not between words that carry meaning."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return True
    inside = [set(re.findall(r"[a-z]+", found[1].lower())) for found in _INSIDE.finditer(text)]
    called = any(found[1].lower() in CALL_FIELDS for found in _CALL.finditer(text))
    return (
        bool(depth) or called or any(words & _OPERATORS and not words & (STOP_WORDS - _OPERATORS) for words in inside)
    )


class _Scanner:
    def __init__(self, text: str, facets: frozenset[str], language: str, loose: bool, notes: list[str]) -> None:
        self.text, self.facets, self.language, self.loose, self.notes = text, facets, language, loose, notes
        self.at = 0
        self.tokens: list[Token] = []

    def scan(self) -> list[Token]:
        steps: tuple[Callable[[], bool], ...] = (
            self._range, self._operator, self._near, self._line, self._heading, self._call, self._field, self._phrase,
            self._tag, self._suffix, self._word,
        )  # fmt: skip
        while self.at < len(self.text):
            character = self.text[self.at]
            if character.isspace():
                self.at += 1
            elif character in "()":
                self._put(character, character, 1)
            else:
                next(step for step in steps if step())
        return self.tokens

    def _put(self, kind: str, text: str, length: int, distance: int = -1) -> bool:
        self.tokens.append(Token(kind, text, self.at, distance))
        self.at += length
        return True

    def _at_start(self) -> bool:
        return self.at == 0 or self.text[self.at - 1] in ' \t\r\n()"]'

    def _range(self) -> bool:
        """PubMed's dates: 2015:2020[dp], "2015/01/01"[PDAT] : "2020"[PDAT]."""
        found = _RANGE.match(self.text, self.at)
        if not found or PUBMED_TAGS.get(found[4].lower()) != "=year":
            return False
        return self._put("range", f"{found[1]}-{'' if found[3] == '3000' else found[3]}", len(found[0]))

    def _operator(self) -> bool:
        if self.loose:
            found = _LOWER.match(self.text, self.at) or _SYMBOL.match(self.text, self.at)
        else:
            found = _BOOLEAN.match(self.text, self.at)
        if not found or not self._at_start():
            return False
        name = {"AND NOT": "NOT", "&&": "AND", "&": "AND", "||": "OR", "|": "OR"}.get(
            found[1].upper(), found[1].upper()
        )
        return self._put(name, found[1], len(found[0]))

    def _near(self) -> bool:
        found = _NEAR.match(self.text, self.at)
        if not found or not self._at_start() or not (self.loose or found[2]) or not self.tokens:
            return False
        if found[3] and not found[4] and found[3].lower() == "near" and found[3] != "NEAR":
            return False  # the word
        if found[3] and not found[4] and found[3].lower() == "adj" and self.language != "ovid":
            return False
        # Ovid's adj3 is "within three words": two others between. NEAR/3 of the rest lets three stand between.
        if found[3] and found[3].lower() == "adj":
            distance = max(int(found[4] or 1) - 1, 0)
        else:
            distance = int(found[2] or found[4] or 15)
        return self._put("NEAR", found[0], len(found[0]), distance)

    def _line(self) -> bool:
        found = _LINE.match(self.text, self.at)
        return self._put("line", found[1], len(found[0])) if found else False

    def _heading(self) -> bool:
        """Ovid's headings: exp Nurses/, *Bullying/px."""
        found = _HEADING.match(self.text, self.at)
        if not found or not self._at_start():
            return False
        marked = found["exp"] or found["star"] or (self.language == "ovid" and found["name"][:1].isupper())
        subs = re.findall(r"[a-z]{2}", found["sub"] or "")
        if not marked or not all(sub in OVID_SUBHEADINGS for sub in subs):
            return False
        if found["exp"]:
            self._note(f'"{found["name"]}" finds that heading only: narrower headings are not known here.')
        if subs:
            self._note(f'"{found["name"]}/{found["sub"]}" is searched without its subheading.')
        return self._put("heading", found["name"], len(found[0]))

    def _call(self) -> bool:
        found = _CALL.match(self.text, self.at)
        if not found or not self._at_start() or found[1].lower() not in CALL_FIELDS:
            return False
        if not (found[1].isupper() or "-" in found[1]):
            return False
        return self._put("field", CALL_FIELDS[found[1].lower()], len(found[1]))

    def _field(self) -> bool:
        found = _FIELD.match(self.text, self.at)
        if not found or not self._at_start():
            return False
        name = found[1].lower()
        if found[2] == "=" and not (found[1].isupper() and len(name) == 2):
            return False
        facet = next((f for f in self.facets if f.lower() == name), None)
        column = f"={facet}" if facet else f"={VALUE_FIELDS[name]}" if name in VALUE_FIELDS else TEXT_FIELDS.get(name)
        if column is None:  # "burnout: a review" names no field
            return False
        self._put("field", column, len(found[0]))
        if column.startswith("=") and (value := re.compile(r"[^\s\"(][^\s\"]*").match(self.text, self.at)):
            typed = value[0]
            while typed.endswith(")") and typed.count(")") > typed.count("("):
                typed = typed[:-1]
            self._put("value", typed, len(typed))
        return True

    def _phrase(self) -> bool:
        if self.text[self.at] != '"':
            return False
        end = self.text.find('"', self.at + 1)
        end = len(self.text) if end < 0 else end
        return self._put("phrase", self.text[self.at + 1 : end], end + 1 - self.at)

    def _tag(self) -> bool:
        found = _TAG.match(self.text, self.at)
        if not found:
            if self.text[self.at] in "[]":
                raise QueryError("This square bracket has no other half. A field tag looks like nurs*[tiab].", self.at)
            return False
        name = " ".join(found[1].lower().split())
        distance = -1
        if close := re.fullmatch(r"(.+?):~(\d+)", name):
            name, distance = close[1], int(close[2])
        if name not in PUBMED_TAGS:
            raise QueryError(
                f'"[{found[1]}]" is no field that is searched here. There are [ti], [tiab], [tw], [mh], [au], [ta], '
                "[dp], [la], [pt] and [all]. Take this part out, or give it one of these.",
                self.at,
            )
        if name.endswith(":noexp"):
            pass
        elif PUBMED_TAGS[name] == "keywords" and name != "ot":
            self._note("MeSH headings are found by their own name; narrower headings are not added.")
        return self._put("tag", PUBMED_TAGS[name], len(found[0]), distance)

    def _suffix(self) -> bool:
        """Ovid's fields behind a bracket or a phrase; those behind a word are split off by ``_word``."""
        found = _SUFFIX.match(self.text, self.at)
        if not found or not self.tokens:
            return False
        columns = _to_columns(found[1], self.at)
        return columns is not None and self._put("tag", columns, len(found[0]))

    def _word(self) -> bool:
        found = _WORD.match(self.text, self.at)
        if not found:
            self.at += 1
            return True
        word = found[0]
        if suffix := _SUFFIX.search(self.text, self.at, self.at + len(word) + 12):
            inside = suffix.start() < self.at + len(word)
            columns = _to_columns(suffix[1], suffix.start()) if inside and suffix.start() > self.at else None
            if columns is not None and suffix[0].endswith("."):
                self._put("word", self.text[self.at : suffix.start()], suffix.start() - self.at)
                return self._put("tag", columns, len(suffix[0]))
        return self._put("word", word, len(word))

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def _to_columns(names: str, position: int) -> str | None:
    """The columns of Ovid's field names; None if these are no fields. Raises QueryError if only some are."""
    asked = [name.strip().lower() for name in names.split(",")]
    known = [name for name in asked if name in OVID_FIELDS]
    if not known:
        return None
    if len(known) < len(asked):
        unknown = next(name for name in asked if name not in OVID_FIELDS)
        raise QueryError(f'".{unknown}." is no field that is searched here. Take it out of the list.', position)
    columns = [OVID_FIELDS[name] for name in known]
    if any(column.startswith("=") or not column for column in columns):
        return columns[0]
    return " ".join(dict.fromkeys(part for column in columns for part in column.split()))
