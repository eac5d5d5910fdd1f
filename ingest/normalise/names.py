"""Names of authors: "Smith JA", "van der Berg, J. P.", bodies, and lists that exporters glue into one cell."""

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.records import Author
from ingest.normalise.text import clean, is_missing, to_literal_list

_AND = re.compile(r"\s+(?:and|&|und|et|y|e)\s+|\s*&\s+")
_INITIALS = re.compile(r"(?:[^\W\d_a-zà-ÿ]\.?[-\s]?){1,4}|(?:[^\W\d_]\.[-\s]?){1,5}")
_GLUED = re.compile(r"[^\W\d_][\w'’\- ]*\s(?:[A-ZÀ-Þ]\.?-?){1,4}(?:\s(?:Jr|Sr|II|III|2nd|3rd))?\.?")
_STARTS_WITH_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[-\s]?){1,3}\s(?:[a-z]{1,4}\s){0,3}[A-ZÀ-Þ][\w'’-]{2,40}")
_PERSON_ID = re.compile(
    r"\s*[(\[]?(?:\(\d{6,}\)|orcid:?\s*[\dXx-]+|\d{4}-\d{4}-\d{4}-\d{3}[\dXx])[)\]]?", re.IGNORECASE
)
_MARKS = re.compile(r"[\d*†‡§¶#]+$|^[\d*†‡§¶#]+")
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "2nd", "3rd", "4th"))
_DEGREES = frozenset(("md", "phd", "mph", "msc", "bsc", "rn", "dr", "dnp", "mbbs", "ma", "ms", "msn", "facs", "frcp"))
_BEFORE = "van von der den de del della di da das dos du la le las los el al bin ibn ben ter ten te zu zur af av st"
_PARTICLES = frozenset(_BEFORE.split())
_WORDS_OF_BODIES = """
group groups collaborators collaboration collaborative consortium committee society association associations
university universidad universidade institute institutes institution institut instituto department departments
ministry ministerio organisation organisations organization organizations council college centre centres center
centers foundation network agency bureau office commission team investigators trialists academy federation union
service services hospital hospitals board panel initiative inc ltd llc gmbh corporation company national world
united international european american royal government parliament library school clinic trust programm programme
project journal editors staff nations health medicine who nhs oecd unicef unesco contributors writers working study
collective alliance coalition consortia
"""
_BODY_WORDS = frozenset(_WORDS_OF_BODIES.split())
_BODY = re.compile(rf"\b(?:{'|'.join(sorted(_BODY_WORDS))}|universit[àéä]t?|ministère|task\s?force)\b", re.IGNORECASE)
_BREAKS = {n: " " for n in range(128) if not (chr(n).isalnum() or chr(n) == "_")}
_OTHERS = re.compile(
    r"[,;\s]*(?:\band\s+others|\bet\.?\s+al\.?|\bet\s+coll\.?|\bu\.\s?a\.|…|\.\.\.)\s*$", re.IGNORECASE
)
_NOBODY = frozenset(("anonymous", "anon", "[anonymous]", "no authors listed", "unknown", "[no author name available]"))
_ONLY_OTHERS = frozenset(("others", "et al", "et al.", "...", "…", "and others", "et. al.", "u.a.", "[et al]"))


def _is_body(text: str) -> bool:
    """Whether a word stands in it that stands in names of bodies."""
    low = text.lower()
    if not text.isascii() or "force" in low:
        return _BODY.search(text) is not None
    return low in _BODY_WORDS if low.isalpha() else not _BODY_WORDS.isdisjoint(low.translate(_BREAKS).split())


def _find_others(name: str) -> re.Match[str] | None:
    """Where "et al." stands at the end of a name."""
    end = name.rstrip()[-8:].lower()
    may_be = "al" in end or "others" in end or "..." in end or "…" in end or "coll" in end or "u." in end
    return _OTHERS.search(name) if may_be else None


def to_authors(values: Sequence[str]) -> tuple[tuple[Author, ...], bool]:
    """The names, and whether the list is cut ("and others")."""
    authors: list[Author] = []
    cut = False
    for value in values:
        if value[-1:] in ".…" and "," in value and ";" not in value and (match := _find_others(value)):
            cut = True
            value = value[: match.start()]
        for name in _split(value):
            author, with_others = _read_name(name)
            cut = cut or with_others
            if author is not None:
                authors.append(author)
    n_families = len({author.family for author in authors})
    return tuple(authors if n_families == len(authors) else dict.fromkeys(authors)), cut


@lru_cache(maxsize=20_000)
def _read_name(name: str) -> tuple[Author | None, bool]:
    """The name, and whether others are said to follow it."""
    if name.casefold() in _ONLY_OTHERS:
        return None, True
    if (name[-1:] in ".lsS…" or "al" in name[-4:]) and (match := _find_others(name)) and name[0] != "{":
        return to_author(name[: match.start()]), True
    return to_author(name), False


def _split(value: str) -> list[str]:
    """One field into names. BibTeX and tagged formats give one name a field; tables give all in one cell."""
    value = value.strip()
    if _is_usual(value):
        return [value]
    if value[:1] == "{" and value[-1:] == "}" and "}" not in value[1:-1]:
        return [part.strip() for part in value[1:-1].split(";")] if ";" in value else [value]
    literal = to_literal_list(value)
    if literal is not None:
        return literal
    for separator in (";", "|", "\n"):
        if separator in value:
            return [name.strip() for name in value.split(separator) if name.strip()]
    commas = value.count(",")
    if commas == 1 and value[-1] == "," and " " in value:  # how RIS and EndNote mark a body: not to be taken apart
        return [f"{{{value[:-1].strip()}}}"]
    if " and " in value or "&" in value:
        parts = [part.strip(" ,") for part in _AND.split(value) if part.strip(" ,")]
        # A body beside people is one of them: "Okafor, A. and Ministry of Health", not "Ministry of Health and Labour".
        people = [not _is_body(part) for part in parts]
        told = [part.count(",") == 1 or not (person or "," in part) for part, person in zip(parts, people, strict=True)]
        if len(parts) > 1 and (all(people) or (any(people) and all(told))):
            return [name for part in parts for name in _split_commas(part, part.count(","))]
    return _split_commas(value, commas) if commas else [value]


def _is_usual(value: str) -> bool:
    """Whether it is one name, "Okafor, Ada" or "Okafor, A. B.", and nothing else, as most are."""
    family, _, given = value.partition(", ")
    return (
        family.isalpha()
        and given.replace(".", "").replace(" ", "").isalpha()
        and " and " not in value
        and family.casefold() not in _ONLY_OTHERS
    )


def _is_glued(name: str) -> bool:
    """Whether it is "Smith JA": a name with its initials behind it."""
    return not name.isalpha() and _GLUED.fullmatch(name) is not None


def _split_commas(value: str, commas: int) -> list[str]:
    if not commas:
        return [value]
    parts = [part.strip() for part in value.split(",")]
    if parts[-1] == "":
        parts.pop()
    glued = [_is_glued(part) or part.casefold() in _ONLY_OTHERS for part in parts]
    if all(glued) or (any(glued) and all(g or _is_body(part) for g, part in zip(glued, parts, strict=True))):
        return parts  # "Smith JA, De la Cruz M, World Health Organization"
    if len(parts) == 2 and all(_STARTS_WITH_INITIALS.fullmatch(part) for part in parts):
        return parts  # "N Okafor, J van der Berg"
    if len(parts) < 3:
        return [value]
    if len(parts) % 2 == 0 and all(_INITIALS.fullmatch(given) for given in parts[1::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if all(" " in part and not _is_body(part) for part in parts):
        return parts  # "John Smith, Jane Doe, Mary Roe"
    return [value]


def to_author(name: str) -> Author | None:
    """One name; None if it is empty or says only that it is unknown."""
    if name[:1] == "{" and name[-1:] == "}":
        body = clean(name[1:-1].replace("{", "").replace("}", "")).strip(" ,;")
        return Author(body, corporate=True) if body else None
    name = clean(name)
    if "(" in name or name[-1:].isdigit() or "orcid" in name.casefold():
        name = _PERSON_ID.sub("", name)
    if not (name[:1].isalpha() and (name[-1:].isalpha() or name[-1:] == ".")):
        name = _MARKS.sub("", name)
    name = name.strip(" ,;|")
    if "," in name:
        return _with_comma(name)
    if is_missing(name) or name.casefold() in _NOBODY:
        return None
    if name.startswith("The ") or (_is_body(name) and not _is_glued(name)):
        return Author(name, corporate=True)
    return _without_comma(name)


def _with_comma(name: str) -> Author:
    family, _, given = name.partition(",")
    family, given = family.strip(), given.strip()
    is_plain = family and given and "," not in given and given.casefold() not in _SUFFIXES and not _is_body(given)
    if is_plain and (given.count(" ") < 3 or not _is_body(family)):
        return Author(family, given)
    parts = [part.strip() for part in name.split(",")]
    parts = [part for part in parts if part]
    suffix = ""
    while len(parts) > 2 and parts[-1].casefold().replace(".", "") in _DEGREES:
        parts.pop()
    for part in parts[1:]:
        if part.casefold() in _SUFFIXES:
            suffix = part
    parts = [part for part in parts if part != suffix or not suffix]
    if len(parts) == 1:
        return Author(parts[0], suffix) if suffix else (_without_comma(parts[0]) or Author(parts[0]))
    if len(parts) > 2 or (_is_body(name) and (len(parts[1].split()) > 3 or _is_body(parts[1]))):
        if _is_body(name):
            return Author(name, corporate=True)
        return Author(parts[0], " ".join(parts[1:] + ([suffix] if suffix else [])))
    return Author(parts[0], f"{parts[1]} {suffix}".strip())


def _without_comma(name: str) -> Author | None:
    words = name.split()
    if not words:
        return None
    suffix = words.pop() if len(words) > 2 and words[-1].casefold() in _SUFFIXES else ""
    if len(words) == 1:
        return Author(words[0], suffix)
    last, first = words[-1], words[0]
    # "Smith JA": initials behind. A family name all in capitals may be followed by a short given name in capitals.
    if _INITIALS.fullmatch(last) and len(last.replace(".", "")) <= (4 if not first.isupper() else 3):
        n = len(words) - 1
        while n > 1 and _INITIALS.fullmatch(words[n - 1]) and "." in words[n - 1] + last:
            n -= 1
        if not (_INITIALS.fullmatch(first) and len(first.replace(".", "")) <= 2 and n > 1):
            return Author(" ".join(words[:n]), " ".join([*words[n:], suffix]).strip())
    n = len(words) - 1
    while n > 1 and words[n - 1].casefold() in _PARTICLES:
        n -= 1
    if n == 1 and words[0].casefold() in _PARTICLES and words[0].islower():
        n = 0
    return Author(" ".join([*words[n:]]), " ".join([*words[:n], suffix]).strip())
