"""Answers of respondents, one row each, reduced on the spot to tables of groups; nothing of a single row comes out.

Groups under 10 respondents are suppressed together with what could be subtracted to reveal them. Which columns may be
counted at all is decided in survey_columns.py.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.need.checking import MIN_PEOPLE, find_group
from analysis.need.tables import NeedRow, NeedTable
from analysis.survey_columns import STATUS_WORDS, GroupColumn, HarmColumn, look_at, split_answer
from analysis.tables import Sheet
from corpus.errors import LacunaError
from corpus.framework import Framework

CHOSE = "people who chose to answer"


@dataclass(frozen=True, slots=True)
class Reduction:
    """What comes of a survey. ``suppressed``: facet -> groups left out, with none of their numbers."""

    tables: tuple[NeedTable, ...]
    suppressed: Mapping[str, tuple[str, ...]]
    kept_columns: tuple[str, ...]
    notes: tuple[str, ...]


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
    return [{known[value] for value in split_answer(cell) if value in known} for cell in sheet.column(group.heading)]


def _count(sheet: Sheet, single: Iterable[str], harm: HarmColumn) -> dict[str, Cell]:
    """Group ("" for nobody's) -> who answered, happened, witnessed."""
    out: dict[str, list[int]] = {}
    for tag, cell in zip(single, sheet.column(harm.heading), strict=True):
        said = {harm.status[value] for value in split_answer(cell) if value in harm.status}
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
