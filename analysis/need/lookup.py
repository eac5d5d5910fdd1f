"""Which tables there are for a framework, and which of their figures concern a tag."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.need.tables import FOLDER, NeedRow, NeedTable, from_dict, is_residual, load_need, tags_of, why_not_weigh
from corpus.framework import Framework


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a table that concerns a tag or group."""

    table: NeedTable
    row: NeedRow

    @property
    def words(self) -> str:
        """The figure with its unit, source, year and what was read."""
        note = f" ({self.row.note})" if self.row.note else ""
        unit = f" {self.table.unit}" if self.table.unit else ""
        year = str(self.table.year)
        dated = self.table.source if year in self.table.source else f"{self.table.source}, {year}"
        return f"{self.row.weight:,g}{unit}{note}. Source: {dated}"


def need_tables(
    framework: Framework, kept: Mapping[str, Mapping[str, Any]] | None = None, folder: Path = FOLDER
) -> tuple[NeedTable, ...]:
    """What can be looked up in this framework: tables people gave (name -> value), then those that ship."""
    given = [from_dict(value) for value in (kept or {}).values()]
    shipped = load_need(folder) if folder.is_dir() else ()
    return tuple(t for t in (*given, *shipped) if any(tags_of(framework, t.facet, r.group) for r in t.rows))


def weighing(tables: Iterable[NeedTable], framework: Framework) -> tuple[NeedTable, ...]:
    """Those that may weigh a gap: usable for parity, with two or more groups to compare."""
    return tuple(t for t in tables if not why_not_weigh(t) and len(_compared(t, framework)) > 1)


def figures_on(tables: Iterable[NeedTable], framework: Framework, facet: str, line: str) -> Iterator[Figure]:
    """The figures whose group is this tag or group of the framework, or lies within it or around it."""
    if facet not in framework.by_id:
        return
    wanted = tags_of(framework, facet, line)
    for table in tables:
        if table.facet == facet:
            for row in table.rows:
                here = tags_of(framework, facet, row.group)
                if here and (here <= wanted or wanted <= here):
                    yield Figure(table, row)


def _compared(table: NeedTable, framework: Framework) -> list[str]:
    return [
        row.group
        for row in table.rows
        if tags_of(framework, table.facet, row.group) and not is_residual(framework, table.facet, row.group)
    ]
