"""Answers of respondents, one row each, reduced on the spot to tables of groups; nothing of a single row comes out.

Which columns may be looked at is decided before any answer is counted: free text, names, addresses, employers and dates
are refused. Groups under 10 respondents are suppressed together with what could be subtracted to reveal them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analysis.need.checking import MIN_PEOPLE, find_group
from analysis.need.tables import NeedRow, NeedTable
from analysis.tables import Sheet
from corpus.errors import LacunaError
from corpus.framework import Framework, TagKey

Status = Literal["happened", "witnessed", "both", "no"]
STATUS_WORDS = {"happened": "happened to me", "witnessed": "witnessed", "both": "both", "no": "no"}
CHOSE = "people who chose to answer"
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


@dataclass(frozen=True, slots=True)
class Reduction:
    """What comes of a survey. ``suppressed``: facet -> groups left out, with none of their numbers."""

    tables: tuple[NeedTable, ...]
    suppressed: Mapping[str, tuple[str, ...]]
    kept_columns: tuple[str, ...]
    notes: tuple[str, ...]


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
        for part in _SEVERAL.split(value):
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


def reduce_survey(
    sheet: Sheet,
    framework: Framework,
    groups: Sequence[GroupColumn],
    harms: Sequence[HarmColumn],
    *,
    name: str,
    source: str,
    year: int,
    place: str = "",
    voluntary: bool = True,
) -> Reduction:
    """Prevalence tables (happened to me, witnessed) and burden tables, one for each group column and harm column.

    A respondent who named several groups of one column counts in none of them, so that no overlap can be worked out.
    Witnessing gives no burden: several may have seen what happened to one. Raises LacunaError for a column that may not
    be used, or a mapping to a group the framework does not have.
    """
    _check(sheet, framework, groups, harms, source)
    tables: list[NeedTable] = []
    suppressed: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    for group in groups:
        of_row = _groups_of(sheet, group)
        several = sum(len(found) > 1 for found in of_row)
        if several >= MIN_PEOPLE:
            notes.append(f"{group.heading}: people who named several groups are counted in none of them.")
        single = [next(iter(found)) if len(found) == 1 else "" for found in of_row]
        counted = [_count(sheet, single, harm) for harm in harms]
        hidden = find_hidden(counted)
        if hidden:
            suppressed[group.heading] = tuple(sorted(hidden - {""}))
        for harm, cells in zip(harms, counted, strict=True):
            shown = {tag: cell for tag, cell in cells.items() if tag and tag not in hidden}
            table_name = f"{name}-{_slug(group.heading)}-{_slug(harm.heading)}"
            tables += _tables_of(group, harm, shown, table_name, source, year, place, voluntary)
    left = {g for groups_left in suppressed.values() for g in groups_left}
    if left:
        notes.append(
            f"{len(left)} groups have no figure: under {MIN_PEOPLE} respondents, or needed so that those cannot be "
            "worked out by subtraction. No figure is not zero."
        )
    if voluntary:
        notes.append(f"These are answers of {CHOSE}; they need not be like those of the others.")
    kept = dict.fromkeys([*(g.heading for g in groups), *(h.heading for h in harms)])
    return Reduction(tuple(tables), suppressed, tuple(kept), tuple(notes))


Cell = tuple[int, int, int]  # respondents who answered, those it happened to, those who witnessed it


def _check(
    sheet: Sheet, framework: Framework, groups: Sequence[GroupColumn], harms: Sequence[HarmColumn], source: str
) -> None:
    if not groups or not harms:
        raise LacunaError("Say of at least one column who the respondents are, and of one what happened.")
    if not source.strip():
        raise LacunaError("Name the source of the survey: it is printed with every statement made from it.")
    usable = {column.heading: column.refused for column in look_at(sheet)}
    for heading in [*(g.heading for g in groups), *(h.heading for h in harms)]:
        if heading not in usable:
            raise LacunaError(f'There is no column "{heading}". There are: {", ".join(sheet.headings)}.')
        if usable[heading]:
            raise LacunaError(f'The column "{heading}" may not be used: it {usable[heading]}.')
    for group in groups:
        for value, wanted in group.tags.items():
            if wanted:
                facet, _, problem = find_group(wanted, framework)
                if problem or facet != group.facet:
                    raise LacunaError(
                        f'"{value}" cannot stand for "{wanted}": '
                        + (problem or f'that is of the facet "{facet}", the column of "{group.facet}".')
                    )


def _groups_of(sheet: Sheet, group: GroupColumn) -> list[set[str]]:
    known = {value: tag for value, tag in group.tags.items() if tag}
    return [{known[value] for value in _SEVERAL.split(cell) if value in known} for cell in sheet.column(group.heading)]


def _count(sheet: Sheet, single: Iterable[str], harm: HarmColumn) -> dict[str, Cell]:
    """Group ("" for nobody's) -> who answered, happened, witnessed."""
    out: dict[str, list[int]] = {}
    for tag, cell in zip(single, sheet.column(harm.heading), strict=True):
        said = {harm.status[value] for value in _SEVERAL.split(cell) if value in harm.status}
        if said:
            counts = out.setdefault(tag, [0, 0, 0])
            counts[0] += 1
            counts[1] += bool(said & {"happened", "both"})
            counts[2] += bool(said & {"witnessed", "both"})
    return {tag: (n, happened, witnessed) for tag, (n, happened, witnessed) in out.items()}


def find_hidden(counted: Sequence[Mapping[str, Cell]]) -> set[str]:
    """The groups to suppress in all tables of one column, so that no count of theirs follows from the others.

    First those with 1 to 9 respondents to any question. Then, the totals taken as known, the smallest others until
    what is hidden is two groups or more with 10 respondents or more together, of whom not all and not none said yes.
    ``""`` (no group, or several) is never shown and counts as hidden.
    """
    everyone = {tag for cells in counted for tag in cells}
    hidden = {
        tag for tag in everyone if tag and any(0 < cells.get(tag, (0, 0, 0))[0] < MIN_PEOPLE for cells in counted)
    }
    if not hidden:
        return set()
    nobodys = {""} & everyone
    size = {tag: min(cells[tag][0] for cells in counted if tag in cells) for tag in everyone}
    waiting = sorted(everyone - hidden - {""}, key=lambda tag: (size[tag], tag))
    while waiting and any(_reveals(cells, hidden | nobodys) for cells in counted):
        hidden.add(waiting.pop(0))
    return hidden


def _reveals(cells: Mapping[str, Cell], hidden: set[str]) -> bool:
    """Whether a count of a hidden group could be worked out from this table's totals and what it shows."""
    here = [cells[tag] for tag in hidden if tag in cells and cells[tag][0]]
    if not here:
        return False
    n, *said = (sum(cell[k] for cell in here) for k in range(3))
    everybody, *all_said = (sum(cell[k] for cell in cells.values()) for k in range(3))
    told = [x for x, total in zip(said, all_said, strict=True) if 0 < total < everybody]
    return len(here) < 2 or n < MIN_PEOPLE or any(x in (0, n) for x in told)


def _tables_of(
    group: GroupColumn,
    harm: HarmColumn,
    shown: Mapping[str, Cell],
    name: str,
    source: str,
    year: int,
    place: str,
    voluntary: bool,
) -> list[NeedTable]:
    if not shown:
        return []

    def make(suffix: str, kind: str, use: str, unit: str, weights: Mapping[str, float]) -> NeedTable:
        rows = tuple(
            NeedRow(tag, weight, unit, source, "", f"{shown[tag][0]:,} respondents") for tag, weight in weights.items()
        )
        return NeedTable(f"{name}-{suffix}", kind, group.facet, place, year, "given", use, rows, voluntary)

    ordered = dict(sorted(shown.items(), key=lambda item: (-item[1][0], item[0])))
    out = []
    for suffix, at in (("happened", 1), ("witnessed", 2)):
        if any(cell[at] for cell in ordered.values()):
            rates = {tag: float(round(100 * cell[at] / cell[0])) for tag, cell in ordered.items()}
            unit = f"percent of respondents, {STATUS_WORDS[suffix]}: {harm.words}"
            out.append(make(suffix, "prevalence", "context", unit, rates))
    affected = {tag: float(cell[1]) for tag, cell in ordered.items()}
    if len(affected) > 1 and max(affected.values()) > 0:
        unit = f"respondents to whom it happened: {harm.words}"
        out.append(make("burden", "burden", "parity", unit, affected))
    return out


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:24].strip("-")
