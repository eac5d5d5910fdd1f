"""What people ruled on cells: pairs of tags or groups from two facets, looked at as one question.

A cell may be ruled not applicable, or the result of a check may be kept: somebody looked outside this corpus, or
rejected a record that a search of the texts had offered. Rulings like any other, so none is ever lost.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from corpus.errors import LacunaError, UnknownIdError
from corpus.framework import Framework, NotApplicable, TagKey
from corpus.records import Ruling

Cell = tuple[TagKey, TagKey]

VALUES = {
    "not-applicable": "not applicable",
    "confirmed": "looked outside, found nothing",
    "found-outside": "looked outside, found records",
    "rejected": "not about this cell",  # of the records in ``entries``
}


def name_cell(a: TagKey, b: TagKey) -> Cell:
    """The same cell whichever side is named first."""
    return (a, b) if a <= b else (b, a)


def make_cell_ruling(a: TagKey, b: TagKey, value: str, reason: str = "", entries: tuple[str, ...] = ()) -> Ruling:
    """A ruling on the cell of two tags or groups; ``value`` is one of VALUES."""
    (facet, tag), (other_facet, other_tag) = name_cell(a, b)
    return Ruling("cell", entries, value, facet, tag, reason, other_facet=other_facet, other_tag=other_tag)


def cell_of(ruling: Ruling) -> Cell:
    return name_cell((ruling.facet, ruling.tag), (ruling.other_facet, ruling.other_tag))


def check_cell_ruling(ruling: Ruling, framework: Framework) -> None:
    """Raises UnknownIdError for a tag or group that is not there, LacunaError for a ruling that says nothing."""
    a, b = cell_of(ruling)
    for facet, tag in (a, b):
        framework.facet(facet).with_children(tag)
    if a == b:
        raise LacunaError("A cell needs two different tags or groups.")
    if ruling.value not in VALUES:
        raise LacunaError(f'A cell cannot be ruled "{ruling.value}". It can be: {", ".join(VALUES)}.')
    if ruling.value == "rejected" and not ruling.entries:
        raise LacunaError("Say which record is rejected for this cell.")
    if ruling.value != "rejected" and ruling.entries:
        raise LacunaError(f'"{ruling.value}" is said of a cell, not of a record.')
    if ruling.value != "rejected" and not ruling.reason.strip():
        raise LacunaError("A ruling on a cell needs a reason: why it means nothing, or where and when you looked.")


def is_known(ruling: Ruling, framework: Framework) -> bool:
    """Whether the framework still has both tags or groups of a ruling on a cell."""
    try:
        for facet, tag in cell_of(ruling):
            framework.facet(facet).with_children(tag)
    except UnknownIdError:
        return False
    return True


@dataclass(frozen=True)
class RuledCells:
    """The rulings on cells that stand at one corpus version.

    ``standing``: the latest of each cell, rejections apart; ``rejected``: ids of the records rejected for a cell.
    """

    standing: Mapping[Cell, Ruling] = field(default_factory=dict)
    rejected: Mapping[Cell, frozenset[str]] = field(default_factory=dict)

    def of(self, a: TagKey, b: TagKey) -> Ruling | None:
        """What stands on a cell."""
        return self.standing.get(name_cell(a, b))

    def rejected_of(self, a: TagKey, b: TagKey) -> frozenset[str]:
        return self.rejected.get(name_cell(a, b), frozenset())

    @property
    def not_applicable(self) -> tuple[NotApplicable, ...]:
        """As the framework's own pairs; tags or groups."""
        return tuple(
            NotApplicable(a, b, _words(ruling))
            for (a, b), ruling in self.standing.items()
            if ruling.value == "not-applicable"
        )

    def why_not_applicable(self, a: TagKey, b: TagKey, framework: Framework) -> str | None:
        """The reason why a pair of tags means nothing, ruled on it or on wider tags or groups that hold it."""
        for pair in self.not_applicable:
            for one, other in ((a, b), (b, a)):
                if _covers(pair.first, one, framework) and _covers(pair.second, other, framework):
                    return pair.reason
        return None


def _covers(wider: TagKey, key: TagKey, framework: Framework) -> bool:
    return wider[0] == key[0] and key[1] in framework.facet(wider[0]).with_children(wider[1])


def _words(ruling: Ruling) -> str:
    by = ", ".join(part for part in (ruling.who, ruling.at[:10]) if part)
    return f"{ruling.reason.strip().rstrip('.')}." + (f" Ruled by {by}." if by else "")


def gather_cells(
    rulings: Iterable[Ruling], framework: Framework, records_of: Callable[[Ruling], Iterable[str]]
) -> RuledCells:
    """What stands of rulings given oldest first. Those on tags that have vanished sleep.

    ``records_of`` names the records that now hold a ruling's entries.
    """
    standing: dict[Cell, Ruling] = {}
    rejected: dict[Cell, set[str]] = {}
    for ruling in rulings:
        if not is_known(ruling, framework):
            continue
        if ruling.value == "rejected":
            rejected.setdefault(cell_of(ruling), set()).update(records_of(ruling))
        else:
            standing[cell_of(ruling)] = ruling
    return RuledCells(standing, {cell: frozenset(ids) for cell, ids in rejected.items()})
