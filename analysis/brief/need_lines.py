"""Figures on need that stand beside the gaps of a brief, each with its source and what was read of it."""

from collections.abc import Iterable, Sequence

from analysis.need.lookup import Figure, figures_on
from analysis.need.tables import GRADES, NeedTable
from analysis.questions import Cell
from analysis.sentences import lower_first, upper_first
from corpus.framework import Framework

MOST = 3  # of one cell


def find_need(tables: Iterable[NeedTable], framework: Framework, cells: Sequence[Cell]) -> dict[str, tuple[str, ...]]:
    """Sentences by the name of a cell: figures read at their source first, then the exact group, then the latest."""
    every = tuple(tables)
    found = {}
    for cell in cells:
        keys = [key for key in (cell.row, cell.column) if key]
        figures = [(figure, name) for facet, name in keys for figure in figures_on(every, framework, facet, name)]
        figures.sort(key=lambda pair: (pair[0].table.grade != "own", pair[0].row.group != pair[1], -pair[0].table.year))
        found[cell.name] = tuple(dict.fromkeys(_say(figure, framework) for figure, _ in figures[:MOST]))
    return {name: lines for name, lines in found.items() if lines}


def _say(figure: Figure, framework: Framework) -> str:
    facet = framework.facet(figure.table.facet)
    group = " and ".join(lower_first(facet.label_of(part)) for part in figure.row.parts)
    place = {"INT": "international"}.get(figure.table.place, figure.table.place)
    where = f" ({place})" if place else ""
    read = f" This was {GRADES[figure.table.grade]}." if figure.table.grade != "own" else ""
    return f"{upper_first(group)}{where}: {figure.words.rstrip('.')}.{read}"
