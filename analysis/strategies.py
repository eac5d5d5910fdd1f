"""Search strategies for a cell, to paste into a database: has nobody written it, or is it only not in this corpus?

Built from the terms and wide synonyms of the cell's two tags, so they find too much rather than too little. The syntax
of terms is in docs/framework.md; each database has rules of its own, kept in one place here. What a database cannot
express is left out, and said.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote_plus

from corpus.framework import Framework

SCHOLAR_LIMIT = 256  # characters; Google Scholar cuts what is longer
_FIELD_TERMS = 2  # of each tag of the facet that holds a search to the field
_LINK_LIMIT = 4000  # characters of an address that browsers and servers take without trouble

_GAP = re.compile(r"\s+([~>])(\d+)\s+")
_LIST = re.compile(r"\{([^{}]*)\}")

# British and American, for databases that do not look for both by themselves.
_SPELLINGS = (
    ("behaviour", "behavior"), ("labour", "labor"), ("colour", "color"), ("organis", "organiz"),
    ("victimis", "victimiz"), ("marginalis", "marginaliz"), ("paediatr", "pediatr"), ("gynaecolog", "gynecolog"),
    ("anaesth", "anesth"), ("orthopaed", "orthoped"), ("centre", "center"), ("programme", "program"),
    ("counsell", "counsel"), ("defence", "defense"),
)  # fmt: skip

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
class Clause:
    """One term: parts that stand near each other, each a set of phrases of which one must stand there."""

    parts: tuple[tuple[str, ...], ...]
    words: int = 0  # at most so many between two parts
    ordered: bool = False


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


def build_strategies(framework: Framework, row: tuple[str, str], column: tuple[str, str]) -> tuple[Strategy, ...]:
    """One strategy a database for (facet, tag or group) and (facet, tag or group). Raises UnknownIdError."""
    sides = [read_clauses(framework, *key) for key in (row, column)]
    labels = [framework.facet(facet).label_of(name) for facet, name in (row, column)]
    return (*(_write(dialect, sides) for dialect in DIALECTS), _write_scholar(sides, labels))


def build_tag_strategies(framework: Framework, facet_id: str, name: str) -> tuple[Strategy, ...]:
    """One strategy a database for a single tag or group, held to the field by the first terms of another facet's tags.

    That facet is the framework's first, or, for a tag of it, the one it is ranked against first. Raises UnknownIdError.
    """
    first = framework.facets[0].id
    if facet_id == first:
        beside = [b if a == first else a for a, b in framework.headline_pairs if first in (a, b) and a != b]
        first = next(iter(beside), framework.facets[-1].id)
    field = []
    for tag in framework.facet(first).roots:
        plain = [clause for clause in read_clauses(framework, first, tag.id) if len(clause.parts) == 1]
        field += [] if tag.analysis else [Clause((clause.parts[0][:1],)) for clause in plain[:_FIELD_TERMS]]
    sides = [read_clauses(framework, facet_id, name), list(dict.fromkeys(field))]
    labels = [framework.facet(facet_id).label_of(name), framework.facet(first).label]
    return (*(_write(dialect, sides) for dialect in DIALECTS), _write_scholar(sides, labels))


def read_clauses(framework: Framework, facet_id: str, name: str) -> list[Clause]:
    """The terms and wide synonyms of a tag and its narrower ones, or of a group's tags, each once."""
    facet = framework.facet(facet_id)
    lists = {**framework.options.get("lists", {}), **facet.options.get("lists", {})}
    tags = [facet.by_id[tag] for tag in facet.with_children(name)]
    terms = [*(term for tag in tags for term in tag.terms), *(term for tag in tags for term in tag.wide)]
    return list(dict.fromkeys(_to_clause(term, lists) for term in terms))


def _to_clause(term: str, lists: Mapping[str, Sequence[str]]) -> Clause:
    pieces = _GAP.split(term.strip())
    marks, numbers = pieces[1::3], [int(n) for n in pieces[2::3]]
    parts = tuple(tuple(dict.fromkeys(_phrases(piece, lists))) for piece in pieces[0::3])
    return Clause(parts, max(numbers, default=0), bool(marks) and set(marks) == {">"})


def _phrases(piece: str, lists: Mapping[str, Sequence[str]]) -> Iterable[str]:
    found = _LIST.search(piece)
    if found:
        for item in lists.get(found[1], ()):
            yield from _phrases(piece[: found.start()] + item + piece[found.end() :], lists)
        return
    for words in itertools.product(*(word.split("|") for word in piece.split())):
        yield " ".join(word.removeprefix("=").replace("’", "'") for word in words)


def _write(dialect: Dialect, sides: Sequence[Sequence[Clause]]) -> Strategy:
    left_out: list[str] = []
    written = []
    for side in sides:
        kept = [fitted for clause in side if (fitted := _fit(clause, dialect, left_out)) is not None]
        clauses = _without_covered(kept)
        written.append(dialect.side(" OR ".join(_write_clause(clause, dialect) for clause in clauses)))
    query = " AND ".join(written)
    has_near = any(len(clause.parts) > 1 for side in sides for clause in side)
    notes = [*(dialect.notes if has_near else ())]
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


def _closed(phrase: str) -> list[str]:
    """A hyphened word written as one, as the framework's terms mean it to be found."""
    return [phrase.replace("-", "")] if re.fullmatch(r"\w+-\w+\*?", phrase) else []


def _forms(phrase: str) -> list[str]:
    """A phrase with its plural, written as one word, and in both spellings."""
    forms = [phrase, *_closed(phrase)]
    last = phrase.split()[-1]
    if last.isalpha() and last.islower() and len(last) > 3 and not last.endswith(_NO_PLURAL):
        if last.endswith("y") and last[-2] not in "aeiou":
            forms.append(phrase[:-1] + "ies")
        else:
            forms.append(phrase + ("es" if last.endswith(("x", "z", "ch", "sh")) else "s"))
    for form in list(forms):
        for british, american in _SPELLINGS:
            if british in form:
                forms.append(form.replace(british, american))
            elif american in form:
                forms.append(form.replace(american, british))
    return forms


def _without_covered(clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses that find something of their own: "sexual harassment" goes where "harass*" stands already."""
    plain = dict.fromkeys(phrase for clause in clauses if len(clause.parts) == 1 for phrase in clause.parts[0])
    index: dict[str, list[tuple[str, ...]]] = {}  # by first word
    for phrase in plain:
        index.setdefault(_words(phrase)[0], []).append(_words(phrase))

    @cache
    def is_covered(phrase: str) -> bool:
        words = _words(phrase)
        firsts = index.keys() & {pattern for word in words for pattern in _patterns(word)}
        return any(wider != words and _holds(words, wider) for first in firsts for wider in index[first])

    kept = tuple(phrase for phrase in plain if not is_covered(phrase))
    near = [
        clause
        for clause in clauses
        if len(clause.parts) > 1
        and not any(all(phrase in plain or is_covered(phrase) for phrase in part) for part in clause.parts)
    ]
    return [*(Clause(((phrase,),)) for phrase in kept), *dict.fromkeys(near)]


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.lower().replace("-", " ").split())


def _patterns(word: str) -> Iterable[str]:
    """Every pattern that finds a word."""
    yield word
    bare = word.strip("*")
    for start in range(len(bare)):
        yield f"*{bare[start:]}"
        for end in range(start + 1, len(bare) + 1):
            yield f"*{bare[start:end]}*"
    for end in range(1, len(bare) + 1):
        yield f"{bare[:end]}*"


def _holds(words: tuple[str, ...], wider: tuple[str, ...]) -> bool:
    """Whether every text with the phrase ``words`` has the phrase ``wider``, too."""
    return any(
        all(_fits(word, pattern) for word, pattern in zip(words[at:], wider, strict=False))
        for at in range(len(words) - len(wider) + 1)
    )


def _fits(word: str, pattern: str) -> bool:
    bare = pattern.strip("*")
    if pattern.startswith("*") and pattern.endswith("*"):
        return bare in word
    if pattern.endswith("*"):
        return word.startswith(bare)
    if pattern.startswith("*"):
        return word.endswith(bare)
    return word == pattern


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
            is_new = not any(_holds(_words(phrase), _words(known)) for known in chosen)
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
