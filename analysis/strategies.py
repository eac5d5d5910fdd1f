"""Search strategies for a cell, to paste into a database: has nobody written it, or is it only not in this corpus?

Built from the main terms and plain synonyms of the cell's two tags, as a librarian would begin, or, if asked for, from
all their terms and wide synonyms, which find too much rather than too little. Each database has rules of its own, kept
in one place here. What a database cannot express is left out, and said.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from analysis.clauses import Clause, holds, read_clauses, without_covered, words_of
from analysis.main_terms import MOST, choose_main
from corpus.framework import Framework

SCHOLAR_LIMIT = 256  # characters; Google Scholar cuts what is longer
_FIELD_TERMS = 2  # of each tag of the facet that holds a search to the field
SHORT = "The main terms only: begin with these. All terms of both tags: python -m analysis check --full."
_LINK_LIMIT = 4000  # characters of an address that browsers and servers take without trouble

# British and American, for databases that do not look for both by themselves.
_SPELLINGS = (
    ("behaviour", "behavior"), ("labour", "labor"), ("colour", "color"), ("organis", "organiz"),
    ("victimis", "victimiz"), ("marginalis", "marginaliz"), ("paediatr", "pediatr"), ("gynaecolog", "gynecolog"),
    ("anaesth", "anesth"), ("orthopaed", "orthoped"), ("centre", "center"), ("programme", "program"),
    ("counsell", "counsel"), ("defence", "defense"),
)  # fmt: skip

_OTHER_NUMBER = (("women", "woman"), ("men", "man"), ("wives", "wife"), ("children", "child"))
_NO_PLURAL = ("s", "men", "man", "ing", "ed", "al", "ic", "ism", "ness")

# Words that no database looks for, or reads as operators.
_IGNORED = {"a", "about", "and", "as", "at", "by", "for", "from", "in", "into", "is", "near", "not", "of", "on", "or",
            "our", "same", "that", "the", "their", "these", "this", "to", "was", "with"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Strategy:
    """``query`` as one pastes it; ``url``: a page that runs it, or else the page to paste it into; ``notes``: what the
    database could not express."""

    database: str
    query: str
    url: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database wants a search written.

    ``stem`` is the fewest letters before a "*"; ``left`` allows a leading one; ``inflects`` finds plurals and both
    spellings by itself. ``phrase`` writes a phrase, ``near`` joins parts that are near each other, ``side`` encloses
    the clauses of one tag.
    """

    name: str
    stem: int
    left: bool
    inflects: bool
    phrase: Callable[[str], str]
    near: Callable[[list[str], Clause], str]
    side: Callable[[str], str]
    link: Callable[[str], str]
    notes: tuple[str, ...] = ()


def build_strategies(
    framework: Framework, row: tuple[str, str], column: tuple[str, str], full: bool = False
) -> tuple[Strategy, ...]:
    """One strategy a database for (facet, tag or group) and (facet, tag or group), whichever is named first.

    Up to 12 terms a side, or with ``full`` every term and wide synonym. Raises UnknownIdError.
    """
    place = {facet.id: n for n, facet in enumerate(framework.facets)}
    framework.facet(row[0]), framework.facet(column[0])
    keys = sorted((row, column), key=lambda key: (place[key[0]], key[1]))
    return _write_all([_read_side(framework, key, full) for key in keys])


def build_tag_strategies(framework: Framework, facet_id: str, name: str, full: bool = False) -> tuple[Strategy, ...]:
    """One strategy a database for a single tag or group, held to the field by the first terms of another facet's tags.

    That facet is the framework's first, or, for a tag of it, the one it is ranked against first. Raises UnknownIdError.
    """
    first = framework.facets[0].id
    if facet_id == first:
        beside = [b if a == first else a for a, b in framework.headline_pairs if first in (a, b) and a != b]
        first = next(iter(beside), framework.facets[-1].id)
    field = []
    for tag in framework.facet(first).roots:
        plain = [clause for clause in choose_main(framework, first, tag.id) if len(clause.parts) == 1]
        field += (
            [] if tag.analysis else [Clause((clause.parts[0][:1],)) for clause in plain[: _FIELD_TERMS if full else 1]]
        )
    field = list(dict.fromkeys(field))
    beside_it = _Side(framework.facet(first).label, field if full else field[:MOST], len(field))
    return _write_all([_read_side(framework, (facet_id, name), full), beside_it])


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a search: what it is called, its terms, and how many there would be."""

    label: str
    clauses: Sequence[Clause]
    n_all: int


def _read_side(framework: Framework, key: tuple[str, str], full: bool) -> _Side:
    every = read_clauses(framework, *key)
    clauses = every if full else choose_main(framework, *key)
    return _Side(framework.facet(key[0]).label_of(key[1]), clauses, len(every))


def _write_all(parts: Sequence[_Side]) -> tuple[Strategy, ...]:
    sides = [side.clauses for side in parts]
    short = any(len(side.clauses) < side.n_all for side in parts)
    notes = (SHORT,) if short else ()
    scholar = _write_scholar(sides, [side.label for side in parts])
    return (*(_write(dialect, sides, notes) for dialect in DIALECTS), scholar)


def _write(dialect: Dialect, sides: Sequence[Sequence[Clause]], about: tuple[str, ...] = ()) -> Strategy:
    left_out: list[str] = []
    written = []
    for side in sides:
        kept = [fitted for clause in side if (fitted := _fit(clause, dialect, left_out)) is not None]
        clauses = without_covered(kept)
        written.append(dialect.side(" OR ".join(_write_clause(clause, dialect) for clause in clauses)))
    query = " AND ".join(written)
    has_near = any(len(clause.parts) > 1 for side in sides for clause in side)
    notes = [*about, *(dialect.notes if has_near else ())]
    if left_out:
        notes.append(f"Left out, as {dialect.name} cannot search them: {', '.join(dict.fromkeys(left_out))}.")
    return Strategy(dialect.name, query, dialect.link(query), tuple(notes))


def _fit(clause: Clause, dialect: Dialect, left_out: list[str]) -> Clause | None:
    """The clause with only phrases that the database can search, in all their forms; None if a part has none left."""
    parts = []
    for part in clause.parts:
        fitting = []
        for phrase in part:
            if all(_can_search(word, dialect) for word in phrase.split()):
                fitting += [phrase, *_closed(phrase)] if dialect.inflects else _forms(phrase)
            else:
                left_out.append(phrase)
        parts.append(tuple(dict.fromkeys(phrase for phrase in fitting if phrase not in _IGNORED)))
    return Clause(tuple(parts), clause.words, clause.ordered) if all(parts) else None


def _can_search(word: str, dialect: Dialect) -> bool:
    if word.startswith("*") and not dialect.left:
        return False
    return "*" not in word or len(word.strip("*")) >= dialect.stem


def _plural(phrase: str, last: str) -> list[str]:
    if not (last.isascii() and last.isalpha() and last.islower() and len(last) > 3) or last.endswith(_NO_PLURAL):
        return []
    if last.endswith("y") and last[-2] not in "aeiou":
        return [phrase[:-1] + "ies"]
    return [phrase + ("es" if last.endswith(("x", "z", "ch", "sh")) else "s")]


def _closed(phrase: str) -> list[str]:
    """A hyphened word written as one, as the framework's terms mean it to be found."""
    return [phrase.replace("-", "")] if re.fullmatch(r"\w+-\w+\*?", phrase) else []


def _forms(phrase: str) -> list[str]:
    """A phrase with its plural, written as one word, and in both spellings."""
    forms = [phrase, *_closed(phrase)]
    last = phrase.split()[-1]
    for many, one in _OTHER_NUMBER:
        if last in (many, one) or last.endswith(f"mid{one}"):
            forms.append(phrase.removesuffix(one) + many if last.endswith(one) else phrase.removesuffix(many) + one)
            break
    else:
        forms += _plural(phrase, last)
    for form in list(forms):
        for british, american in _SPELLINGS:
            if british in form:
                forms.append(form.replace(british, american))
            elif american in form:
                forms.append(form.replace(american, british))
    return forms


def _write_clause(clause: Clause, dialect: Dialect) -> str:
    parts = [" OR ".join(dialect.phrase(phrase) for phrase in part) for part in clause.parts]
    if len(parts) == 1:
        return parts[0]
    enclosed = [f"({text})" if len(part) > 1 else text for text, part in zip(parts, clause.parts, strict=True)]
    return dialect.near(enclosed, clause)


def _quoted(phrase: str) -> str:
    return f'"{phrase}"' if re.search(r"[^\w*]", phrase) else phrase


def _pubmed_phrase(phrase: str) -> str:
    """PubMed takes a "*" at the end of a phrase only; elsewhere the words are asked for one by one."""
    if "*" in phrase[:-1]:
        return "(" + " AND ".join(f"{_quoted(word)}[tiab]" for word in phrase.split()) + ")"
    return f"{_quoted(phrase)}[tiab]"


def _pubmed_link(query: str) -> str:
    address = f"https://pubmed.ncbi.nlm.nih.gov/?term={quote_plus(query)}"
    return address if len(address) <= _LINK_LIMIT else "https://pubmed.ncbi.nlm.nih.gov/advanced/"


def _write_scholar(sides: Sequence[Sequence[Clause]], labels: Sequence[str]) -> Strategy:
    """Google Scholar has no truncation, no nearness and little room: the first plain phrases of each tag, in turn."""
    written = []
    room = (SCHOLAR_LIMIT - 5) // 2
    for side, label in zip(sides, labels, strict=True):
        plain = [p for clause in side if len(clause.parts) == 1 for p in clause.parts[0] if "*" not in p]
        chosen: list[str] = []
        for phrase in plain or [label.lower()]:
            longer = " OR ".join(_quoted(p) for p in (*chosen, phrase))
            is_new = not any(holds(words_of(phrase), words_of(known)) for known in chosen)
            if is_new and len(longer) <= room:
                chosen.append(phrase)
        written.append("(" + " OR ".join(_quoted(p) for p in chosen) + ")")
    query = " ".join(written)
    note = f"Google Scholar takes {SCHOLAR_LIMIT} characters and no truncation: only a part of the terms is here."
    return Strategy("Google Scholar", query, f"https://scholar.google.com/scholar?q={quote_plus(query)}", (note,))


DIALECTS = (
    Dialect(
        name="PubMed",
        stem=4,
        left=False,
        inflects=False,
        phrase=_pubmed_phrase,
        near=lambda parts, clause: "(" + " AND ".join(parts) + ")",
        side=lambda text: f"({text})",
        link=_pubmed_link,
        notes=("PubMed cannot look for truncated words near each other: such terms ask for both words anywhere.",),
    ),
    Dialect(
        name="Scopus",
        stem=1,
        left=True,
        inflects=True,
        phrase=_quoted,
        # Operators and numbers may not be mixed in one expression.
        near=lambda parts, clause: "(" + f" {'PRE' if clause.ordered else 'W'}/{clause.words} ".join(parts) + ")",
        side=lambda text: f"TITLE-ABS-KEY({text})",
        link=lambda query: "https://www.scopus.com/search/form.uri?display=advanced",
    ),
    Dialect(
        name="Web of Science",
        stem=3,
        left=True,
        inflects=False,
        phrase=_quoted,
        near=lambda parts, clause: "(" + f" NEAR/{clause.words} ".join(parts) + ")",
        side=lambda text: f"TS=({text})",
        link=lambda query: "https://www.webofscience.com/wos/woscc/advanced-search",
    ),
)
