"""What the columns of a sheet of answers hold: who a respondent is, what happened to them, or what may not be used.

Decided before any answer is counted: free text, names, addresses, employers and dates are refused.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analysis.need.checking import find_group
from analysis.tables import Sheet
from corpus.errors import LacunaError
from corpus.framework import Framework, TagKey

Status = Literal["happened", "witnessed", "both", "no"]
STATUS_WORDS = {"happened": "happened to me", "witnessed": "witnessed", "both": "both", "no": "no"}
_MAX_VALUES = 30  # a column with more different answers is no choice among groups
_MAX_WORDS = 8
_SEVERAL = re.compile(r"\s*[;|]\s*")

_EMAIL = re.compile(r"\S+@\S+\.\w+")
_WEB = re.compile(r"https?://|www\.")
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_PHONE = re.compile(r"\+?[\d ()./-]{8,}")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}-\d{1,2}(-\d{1,2})?([T ]\d.*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}([T ]\d.*)?|\d{1,2}:\d{2}(:\d{2})?|"
    r"(\d{1,2}\.? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (\d{1,2},? )?\d{4}",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(r"\b(date|time|timestamp|birth|born|dob|submitted|started|completed|year)\b", re.IGNORECASE)
_NAME_WORDS = re.compile(
    r"\b(name|first ?name|surname|initials|e-?mail|phone|mobile|address|postcode|zip|ip)\b", re.IGNORECASE
)
_EMPLOYER_WORDS = re.compile(
    r"\b(employer|hospital|trust|clinic|organi[sz]ation|institution|company|workplace name|site|ward|department|"
    r"school|university|faculty|practice name|line manager|supervisor name)\b",
    re.IGNORECASE,
)
_ID_WORDS = re.compile(r"\b(id|identifier|respondent|token|response|number|no)\b", re.IGNORECASE)
_PERSON = re.compile(r"[A-Z][a-z'’-]+ ([A-Z]\. ?)?[A-Z][a-z'’-]+")

_HAPPENED = re.compile(r"\b(happened to me|to me|experienced|myself|personally|i have been|i was)\b", re.IGNORECASE)
_WITNESSED = re.compile(r"\b(witness\w*|see|saw|seen|observed|colleague|someone else|another)\b", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_NO = re.compile(r"(no|never|none|neither|not at all|0|false|n)", re.IGNORECASE)
_YES = re.compile(
    r"(yes|y|1|true|once|often|sometimes|rarely|daily|weekly|monthly|several times|more than once)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column looks like. ``refused``: why it may not be used, or ""; ``values``: answers with their counts."""

    heading: str
    refused: str
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupColumn:
    """A column that says who a respondent is. ``tags``: answer -> tags or groups of ``facet``; "" is left out."""

    heading: str
    facet: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HarmColumn:
    """A column that says whether something happened. ``status``: answer -> what it means; others are no answer."""

    heading: str
    words: str
    status: Mapping[str, Status]
    tag: TagKey | None = None


def split_answer(cell: str) -> list[str]:
    """What a respondent chose, where several could be."""
    return _SEVERAL.split(cell)


def look_at(sheet: Sheet) -> tuple[Column, ...]:
    """Every column: usable with its answers, or refused with the reason."""
    return tuple(_look(heading, sheet.column(heading)) for heading in sheet.headings)


def _look(heading: str, cells: Sequence[str]) -> Column:
    counts = Counter(cell for cell in cells if cell)
    n = sum(counts.values())
    if not n:
        return Column(heading, "nobody answered")
    kinds = Counter[str]()
    for value, times in counts.items():
        for kind, pattern in (("mail", _EMAIL), ("web", _WEB)):
            kinds[kind] += times * bool(pattern.search(value))
        for kind, pattern in (("date", _DATE), ("ip", _IP), ("postcode", _POSTCODE), ("person", _PERSON)):
            kinds[kind] += times * bool(pattern.fullmatch(value))
        is_phone = _PHONE.fullmatch(value) and not _DATE.fullmatch(value) and sum(map(str.isdigit, value)) >= 8
        kinds["phone"] += times * bool(is_phone)
        kinds["number"] += times * bool(re.fullmatch(r"-?\d+(\.\d+)?", value))
    answers = Counter[str]()
    for value, times in counts.items():
        for part in split_answer(value):
            answers[part] += times
    many = len(answers) > _MAX_VALUES or len(answers) > max(8, n / 2)
    longest = max(len(value.split()) for value in answers)
    if kinds["mail"] or kinds["web"] or kinds["ip"] or kinds["phone"] > n / 10:
        return Column(heading, "holds e-mail or web addresses, telephone numbers or the like")
    if kinds["date"] > n / 10 or (_DATE_WORDS.search(heading) and (many or kinds["number"] > n / 2)):
        return Column(heading, "holds dates or times, by which a person could be recognised")
    if kinds["postcode"] > n / 10:
        return Column(heading, "holds postcodes")
    if _NAME_WORDS.search(heading) or (kinds["person"] > n / 2 and many):
        return Column(heading, "looks like names of people or how to reach them")
    if _EMPLOYER_WORDS.search(heading):
        return Column(heading, "looks like the name of an employer or a place of work")
    if longest > _MAX_WORDS and (many or len(answers) > 8):
        return Column(heading, "holds free text")
    if many:
        what = "numbers that differ from person to person" if kinds["number"] > n / 2 else "free text"
        return Column(heading, f"holds {what}: {len(answers):,} different answers, up to {_MAX_VALUES} are a choice")
    if _ID_WORDS.fullmatch(heading.strip()):
        return Column(heading, "numbers the respondents")
    return Column(heading, "", dict(sorted(answers.items(), key=lambda item: (-item[1], item[0]))))


def guess_group(column: Column, framework: Framework) -> GroupColumn | None:
    """The facet most of whose answers name one of its tags or groups; None if no answer does."""
    found: dict[str, dict[str, str]] = {}
    for value in column.values:
        facet, group = _find(value, framework)
        if facet:
            found.setdefault(facet, {})[value] = group
    if not found:
        return None
    facet = max(found, key=lambda f: (sum(column.values[v] for v in found[f]), f))
    return GroupColumn(column.heading, facet, {value: found[facet].get(value, "") for value in column.values})


def guess_harm(column: Column, framework: Framework) -> HarmColumn | None:
    """What each answer says, from its words; None unless some answer says that something happened, or did not."""
    seen = bool(_WITNESSED.search(column.heading))
    status: dict[str, Status] = {}
    for value in column.values:
        if _BOTH.search(value):
            status[value] = "both"
        elif _NO.fullmatch(value) or re.match(r"(no|never)\b", value, re.IGNORECASE):
            status[value] = "no"
        elif _WITNESSED.search(value):
            status[value] = "witnessed"
        elif _HAPPENED.search(value):
            status[value] = "happened"
        elif _YES.fullmatch(value):
            status[value] = "witnessed" if seen else "happened"
    if not set(status.values()) - {"no"}:
        return None
    return HarmColumn(column.heading, column.heading.strip(" ?:"), status, _tag_in(column.heading, framework))


def guess(column: Column, framework: Framework) -> tuple[GroupColumn | None, HarmColumn | None]:
    """What a column is likely to be: who the respondent is, or what happened; neither if it is refused."""
    if column.refused:
        return None, None
    harm = guess_harm(column, framework)
    return (None, harm) if harm else (guess_group(column, framework), None)


def to_group(column: Column, framework: Framework, said: Mapping[str, str]) -> GroupColumn:
    """A column of groups with what a person said of its answers over what is guessed. Raises LacunaError."""
    guessed = guess_group(column, framework)
    tags = dict(guessed.tags) if guessed else dict.fromkeys(column.values, "")
    facet = guessed.facet if guessed else ""
    for value, meaning in said.items():
        if value not in column.values:
            raise LacunaError(f'Nobody answered "{value}" in "{column.heading}".')
        found, tags[value], problem = find_group(meaning, framework) if meaning else (facet, "", "")
        if problem:
            raise LacunaError(f'"{value}" in "{column.heading}": {problem}')
        facet = found
    if not facet and not column.refused:
        raise LacunaError(f'Say what the answers in "{column.heading}" stand for: none names a tag of the framework.')
    kept = {value: tag if not tag or find_group(tag, framework)[0] == facet else "" for value, tag in tags.items()}
    return GroupColumn(column.heading, facet, kept)


def to_harm(column: Column, framework: Framework, said: Mapping[str, str]) -> HarmColumn:
    """A column of what happened with what a person said of its answers over what is guessed. Raises LacunaError."""
    guessed = guess_harm(column, framework)
    status: dict[str, Status] = dict(guessed.status) if guessed else {}
    known = {words: name for name, label in STATUS_WORDS.items() for words in (name, label)}
    for value, meaning in said.items():
        if value not in column.values or meaning not in known:
            raise LacunaError(
                f'"{value}" = "{meaning}" in "{column.heading}": the answer has to be one of the column, its meaning '
                f"one of {', '.join(STATUS_WORDS)}."
            )
        status[value] = known[meaning]  # type: ignore[assignment]
    if not set(status.values()) - {"no"} and not column.refused:
        raise LacunaError(f'Say which answers in "{column.heading}" mean that it happened.')
    words = column.heading.strip(" ?:")
    return HarmColumn(column.heading, words, status, _tag_in(column.heading, framework))


def _find(value: str, framework: Framework) -> tuple[str, str]:
    facet, group, problem = find_group(value, framework)
    if not problem and facet:
        return facet, group
    wanted = value.casefold().rstrip("s")
    for f in framework.facets:
        for tag in f.tags:
            known = {tag.id, tag.label, *tag.terms}
            if wanted in {name.casefold().replace("-", " ").rstrip("s") for name in known}:
                return f.id, tag.id
    return "", ""


def _tag_in(heading: str, framework: Framework) -> TagKey | None:
    """The tag whose label or id stands in a heading; the longest wins."""
    text = heading.casefold().replace("-", " ")
    best: tuple[int, TagKey] | None = None
    for facet in framework.facets:
        for tag in facet.tags:
            for name in (tag.label, tag.id, *tag.terms):
                words = name.casefold().replace("-", " ")
                if (
                    len(words) > 3
                    and re.search(rf"\b{re.escape(words)}\b", text)
                    and (best is None or len(words) > best[0])
                ):
                    best = len(words), (facet.id, tag.id)
    return best[1] if best else None
