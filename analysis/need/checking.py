"""A need table a person uploads, checked: every fault is said in a sentence with its line and what to do about it.

Format: a line of headings and a line a group. ``group`` (a tag or group of the framework by id or label, several joined
by "+"), ``weight``, ``source``, ``year`` and ``kind`` must be there; ``unit``, ``source_url``, ``note``, ``place`` and
``n`` (people behind the figure) may be.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from analysis.need.tables import KINDS, REST, NeedRow, NeedTable, tags_of
from analysis.tables import Sheet
from corpus.framework import Facet, Framework

REQUIRED = ("group", "weight", "source", "year", "kind")
OPTIONAL = ("unit", "source_url", "note", "place", "n")
MIN_PEOPLE = 10  # figures from fewer people may point at persons, and say little
_SLACK = 0.005  # rounding of shares that should add up to one
_NUMBER = re.compile(r"[-+]?(?=[.\d])(\d*|\d{1,3}([ ,\u00a0\u202f]\d{3})+)(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d{1,2}|[-+]?0,\d+")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Checked:
    """``table`` is None as long as there are ``problems``; ``notes`` are worth knowing and stop nothing."""

    table: NeedTable | None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]
    facet: str
    group: str
    weight: float | None
    percent: bool


def check_need(sheet: Sheet, framework: Framework, name: str, voluntary: bool = False) -> Checked:
    """The table in a sheet, or every fault found in it."""
    headings = {heading.casefold().replace(" ", "_"): heading for heading in sheet.headings}
    missing = [f'"{wanted}"' for wanted in REQUIRED if wanted not in headings]
    if missing:
        return Checked(
            None,
            (
                f"There is no column {', '.join(missing)}. A need table has the columns {', '.join(REQUIRED)}, and may "
                f"have {', '.join(OPTIONAL)}. It has: {', '.join(sheet.headings)}.",
            ),
        )
    if not sheet.rows:
        return Checked(None, ("There is no line below the headings.",))
    problems: list[str] = []
    lines = []
    for number, row in zip(sheet.lines, sheet.rows, strict=True):
        cells = dict(zip(sheet.headings, row, strict=True))
        named = {k: cells[headings[k]] for k in (*REQUIRED, *OPTIONAL) if k in headings}
        line, faults = _read_line(number, named, framework)
        problems += faults
        lines.append(line)
    kind = _one(lines, "kind", problems).casefold()
    source = _one(lines, "source", problems)
    year = _one(lines, "year", problems)
    if kind and kind not in KINDS:
        problems.append(f'The kind is "{kind}"; it must be one of {", ".join(KINDS)}.')
    if year and not _YEAR.fullmatch(year):
        problems.append(f'The year is "{year}"; write it with four digits, such as 2023.')
    facets = list(dict.fromkeys(line.facet for line in lines if line.facet))
    if len(facets) > 1:
        labels = " and ".join(framework.facet(facet).label for facet in facets)
        problems.append(f"The groups are of different facets ({labels}). Make one table of each.")
    problems += _find_twice(lines)
    if len(facets) == 1 and kind in ("share", "burden"):
        problems += _find_overlap(lines, framework, facets[0])
    unit = _one(lines, "unit", [])
    notes: list[str] = []
    if kind in KINDS and all(line.weight is not None for line in lines):
        problems += _check_weights(lines, kind, unit, notes)
    if problems or len(facets) != 1:
        return Checked(None, tuple(problems) or ("No line names a group of the framework.",), tuple(notes))
    percent = kind == "prevalence" or any(line.percent for line in lines)
    rows = tuple(
        NeedRow(
            group=line.group,
            weight=float(line.weight or 0),
            unit=unit or ("percent" if percent else ""),
            source=source,
            source_url=_web(line.cells.get("source_url", "")),
            note=line.cells.get("note", ""),
        )
        for line in lines
    )
    use = "context" if kind == "prevalence" else "parity"
    place = lines[0].cells.get("place", "")
    return Checked(NeedTable(name, kind, facets[0], place, int(year), "given", use, rows, voluntary), (), tuple(notes))


def _read_line(number: int, cells: Mapping[str, str], framework: Framework) -> tuple[_Line, list[str]]:
    where = f"Line {number}: "
    facet, group, problem = find_group(cells["group"], framework)
    faults = [where + problem] if problem else []
    text = cells["weight"].strip()
    percent = text.endswith("%")
    bare = text.rstrip("% ").strip()
    weight: float | None = None
    if not bare:
        faults.append(f"{where}there is no weight. A group without a figure is left out of the table, never zero.")
    elif _DECIMAL_COMMA.fullmatch(bare):
        faults.append(f'{where}"{text}": write decimals with a point, as in {bare.replace(",", ".")}.')
    elif not _NUMBER.fullmatch(bare):
        faults.append(f'{where}"{text}" is not a number.')
    else:
        weight = float(re.sub(r"[ ,\u00a0\u202f]", "", bare))
        if weight < 0:
            faults.append(f"{where}the weight {text} is below zero.")
    if not cells["source"]:
        faults.append(f"{where}there is no source. It is printed with every statement made from this table.")
    if not cells["year"]:
        faults.append(f"{where}there is no year.")
    n = cells.get("n", "")
    if n:
        if not n.replace(",", "").isdecimal():
            faults.append(f'{where}n is "{n}"; it is the number of people behind the figure, a whole number.')
        elif int(n.replace(",", "")) < MIN_PEOPLE:
            faults.append(
                f"{where}only {n} people stand behind this figure. Groups under {MIN_PEOPLE} are not taken: they may "
                "point at persons, and say little. Leave the line out, or join groups with +."
            )
    return _Line(number, cells, facet, group, weight, percent), faults


def find_group(text: str, framework: Framework) -> tuple[str, str, str]:
    """Facet, ids joined by "+", and what is wrong, of a group as a person wrote it: by id or by label."""
    if text.casefold() == REST:
        return "", REST, ""
    facets: list[str] = []
    ids: list[str] = []
    for part in (p.strip() for p in text.split("+")):
        found = [
            (f.id, i)
            for f in framework.facets
            for i, label in _names(f)
            if part.casefold() in (i.casefold(), label.casefold())
        ]
        if not found:
            return "", text, f'"{part}" is no tag or group of this framework.{_did_you_mean(part, framework)}'
        facets.append(found[0][0])
        ids.append(found[0][1])
    if len(set(facets)) > 1:
        return "", text, f'"{text}" joins tags of different facets.'
    return facets[0], "+".join(ids), ""


def _names(facet: Facet) -> list[tuple[str, str]]:
    return [(t.id, t.label) for t in facet.tags] + [(g.id, g.label) for g in facet.groups]


def _did_you_mean(part: str, framework: Framework) -> str:
    labels: dict[str, str] = {}
    for facet in framework.facets:
        for name, label in _names(facet):
            labels |= {name.casefold(): f"{name} ({label})", label.casefold(): f"{name} ({label})"}
    close = dict.fromkeys(labels[name] for name in get_close_matches(part.casefold(), labels, n=3, cutoff=0.6))
    return f" Did you mean {' or '.join(close)}?" if close else " The ids are on the page of the framework."


def _one(lines: Sequence[_Line], column: str, problems: list[str]) -> str:
    values = list(dict.fromkeys(line.cells[column].strip() for line in lines if line.cells.get(column, "").strip()))
    if len(values) > 1:
        problems.append(
            f'The column "{column}" says {" and ".join(repr(v) for v in values[:3])}. A table has one {column}: make a '
            "table of each."
        )
    return values[0] if values else ""


def _find_twice(lines: Sequence[_Line]) -> list[str]:
    first: dict[str, int] = {}
    out = []
    for line in lines:
        if line.group in first:
            out.append(f'Line {line.number}: "{line.group}" stands in line {first[line.group]} already.')
        first.setdefault(line.group, line.number)
    return out


def _find_overlap(lines: Sequence[_Line], framework: Framework, facet: str) -> list[str]:
    held = [(line, tags_of(framework, facet, line.group)) for line in lines if line.facet]
    out = []
    for n, (line, tags) in enumerate(held):
        for other, theirs in held[:n]:
            if tags & theirs and line.group != other.group:
                out.append(
                    f'Lines {other.number} and {line.number}: "{other.group}" and "{line.group}" overlap, so people '
                    "would be counted twice. Keep the wider one, or its parts."
                )
    return out


def _check_weights(lines: Sequence[_Line], kind: str, unit: str, notes: list[str]) -> list[str]:
    weights = [line.weight or 0.0 for line in lines]
    total = sum(weights)
    marked = [line.percent for line in lines]
    says_percent = bool(re.match(r"(percent|per cent|%)", unit.casefold())) or all(marked)
    says_fraction = bool(re.match(r"(fraction|share|proportion)", unit.casefold()))
    if any(marked) and not all(marked):
        return ['Some weights have a "%" and others not: write all of them the same way.']
    if not total:
        return ["All weights are zero."]
    if says_percent and max(weights) <= 1:
        return [
            f"The weights are percentages by their unit, but none is above 1: are they fractions? Write "
            f"{_number(100 * weights[0])} rather than {_number(weights[0])}."
        ]
    if says_fraction and max(weights) > 1:
        return [f"The weights are fractions by their unit, but {_number(max(weights))} is above 1: are they percent?"]
    if kind == "prevalence":
        if max(weights) > 100:
            return [f"{_number(max(weights))} percent is more than all of a group. Numbers of people are kind burden."]
        if not says_percent and max(weights) <= 1:
            return [
                "Percent or fractions? No weight is above 1. Write percentages, such as 34 for 34 %, and say percent "
                "in a column unit."
            ]
        return []
    of_whole = 100.0 if says_percent else 1.0 if says_fraction or (not unit and max(weights) < 1) else 0.0
    if not of_whole:
        people = _counts_people(unit)
        small = [x for x in lines if people and (x.weight or 0) < MIN_PEOPLE and not x.cells.get("n")]
        return [
            f"Line {line.number}: {_number(line.weight or 0)} people. Numbers under {MIN_PEOPLE} are not taken: they "
            "may point at persons. Leave the line out, or join groups with +."
            for line in small
        ]
    off = total / of_whole - 1
    if off > _SLACK:
        return [
            f"The shares add up to {100 * total / of_whole:.4g} %, more than the whole: is somebody counted twice, or "
            "is this a prevalence table?"
        ]
    if off < -_SLACK:
        return [
            f"The shares add up to {100 * total / of_whole:.4g} %, not 100 %. Add what is missing: further groups, or "
            f'a line with the group "{REST}" for the others.'
        ]
    if min(weights) < 1 < max(weights) and says_percent:
        notes.append(f"{_number(min(weights))} was read as {_number(min(weights))} %, not as a fraction.")
    return []


def _counts_people(unit: str) -> bool:
    return bool(re.match(r"(people|persons?|respondents?|workers?|cases?|staff|headcount)", unit.casefold()))


def _number(value: float) -> str:
    return f"{value:,g}"


def _web(address: str) -> str:
    kept = [part for part in address.split() if re.match(r"https?://\S+\.\S+", part)]
    return " ".join(kept)
