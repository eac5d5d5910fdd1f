"""From percentages to people: a prevalence times the sizes of the same groups is a burden, which may weigh a gap."""

from collections.abc import Iterable

from analysis.need.tables import NeedRow, NeedTable, tags_of
from corpus.errors import LacunaError
from corpus.framework import Framework

CONFIRM = (
    "The percentages and the sizes have to be about the same people. Only you can tell: the two tables come from the "
    "same place and share groups, no more."
)


def find_sizes(prevalence: NeedTable, tables: Iterable[NeedTable], framework: Framework) -> list[NeedTable]:
    """Group-size tables a prevalence could be multiplied by: same facet and place, two or more groups in common."""
    if prevalence.kind != "prevalence" or _overlap(prevalence, framework):
        return []
    groups = {row.group for row in prevalence.rows}
    return [
        table
        for table in tables
        if table.kind == "share"
        and (table.facet, table.place) == (prevalence.facet, prevalence.place)
        and len(groups & {row.group for row in table.rows}) >= 2
    ]


def multiply(prevalence: NeedTable, sizes: NeedTable, framework: Framework) -> NeedTable:
    """The burden table: size x percent for each group in both, the arithmetic in each row's note, both sources named.

    Groups in only one of them are left out: they have no need figure. Raises LacunaError where the two do not go
    together.
    """
    if prevalence.kind != "prevalence" or sizes.kind != "share":
        raise LacunaError("A burden table is made of a prevalence table and a table of group sizes (kind share).")
    if not find_sizes(prevalence, [sizes], framework):
        raise LacunaError(
            f'"{prevalence.id}" and "{sizes.id}" cannot be multiplied: they need the same facet and place and two or '
            "more groups in common, none of which contains another."
        )
    size_of = {row.group: row for row in sizes.rows}
    source = f"{'; '.join(prevalence.sources)} ({prevalence.year}), times {'; '.join(sizes.sources)} ({sizes.year})"
    rows = tuple(
        NeedRow(
            group=row.group,
            weight=size_of[row.group].weight * row.weight / 100,
            unit=f"{sizes.unit}, times {prevalence.unit}",
            source=source,
            source_url=" ".join(dict.fromkeys(f"{row.source_url} {size_of[row.group].source_url}".split())),
            note=f"{size_of[row.group].weight:,g} × {row.weight:g} % = "
            f"{size_of[row.group].weight * row.weight / 100:,.6g}",
        )
        for row in prevalence.rows
        if row.group in size_of
    )
    grade = next((g for g in ("copy", "account", "given") if g in (prevalence.grade, sizes.grade)), "own")
    return NeedTable(
        id=f"{prevalence.id}-x-{sizes.id}",
        kind="burden",
        facet=prevalence.facet,
        place=prevalence.place,
        year=max(prevalence.year, sizes.year),
        grade=grade,
        use="parity",
        rows=rows,
        voluntary=prevalence.voluntary,
    )


def _overlap(table: NeedTable, framework: Framework) -> bool:
    seen: set[str] = set()
    for row in table.rows:
        here = tags_of(framework, table.facet, row.group)
        if here & seen:
            return True
        seen |= here
    return False
