"""Figures on need that stand beside the gaps of a brief, each with its source and what was read of it."""

from collections.abc import Iterable, Sequence

from analysis.need.lookup import Figure, figures_on
from analysis.need.tables import GRADES, NeedTable, say_unlike
from analysis.questions import Cell, Filters
from analysis.roles import read_roles
from analysis.sentences import lower_first, upper_first
from corpus.framework import Framework

NO_FILTERS = Filters()
MOST = 3  # of one cell


def find_need(
    tables: Iterable[NeedTable], framework: Framework, cells: Sequence[Cell], filters: Filters = NO_FILTERS
) -> dict[str, tuple[str, ...]]:
    """Sentences by the name of a cell: figures read at their source first, then the exact group, then the latest.

    A figure of one place says that the records, unless ``filters`` say otherwise, are of all.
    """
    country = read_roles(framework).country
    by_country = any(facet == country for facet, _ in filters.tags)
    every = tuple(tables)
    found = {}
    for cell in cells:
        keys = [key for key in (cell.row, cell.column) if key]
        figures = [(figure, name) for facet, name in keys for figure in figures_on(every, framework, facet, name)]
        figures.sort(key=lambda pair: (pair[0].table.grade != "own", pair[0].row.group != pair[1], -pair[0].table.year))
        found[cell.name] = tuple(dict.fromkeys(_say(figure, framework, by_country) for figure, _ in figures[:MOST]))
    return {name: lines for name, lines in found.items() if lines}


def _say(figure: Figure, framework: Framework, by_country: bool) -> str:
    facet = framework.facet(figure.table.facet)
    group = " and ".join(lower_first(facet.label_of(part)) for part in figure.row.parts)
    place = figure.table.place_words
    where = f" ({place})" if place else ""
    read = f" This was {GRADES[figure.table.grade]}." if figure.table.grade != "own" else ""
    said = say_unlike(figure.table.place, by_country)
    unlike = f" {said}" if said else ""
    return f"{upper_first(group)}{where}: {figure.words.rstrip('.')}.{read}{unlike}"
