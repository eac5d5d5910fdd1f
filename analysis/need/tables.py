"""Need tables as values: one source, one question, one row a group; from the folder that ships, or kept as JSON."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from corpus.errors import FileError
from corpus.framework import Framework
from corpus.snapshot import Snapshot

FOLDER = Path(__file__).parents[2] / "corpus" / "founding" / "need"  # the tables that ship
INDEX = "index.csv"
REST = "rest"  # what a table has beside the framework's groups: part of the whole, of neither share

Kind = Literal["share", "burden", "prevalence"]
KINDS = ("share", "burden", "prevalence")
USES = ("parity", "context")

# What was read when a figure was taken, in words; only the first is the source itself.
GRADES = {
    "own": "read on the source's own page",
    "account": "read in somebody else's account of the source: check the original",
    "copy": "read in a copy of the source's text: check the original",
    "given": "given by a user of this collection",
}

# Places in words; another is printed as the table has it.
PLACES = {
    "INT": "international",
    "AFR": "WHO African Region",
    "AMR": "WHO Region of the Americas",
    "EMR": "WHO Eastern Mediterranean Region",
    "EUR": "WHO European Region",
    "SEAR": "WHO South-East Asia Region",
    "WPR": "WHO Western Pacific Region",
    "AU": "Australia",
    "CA": "Canada",
    "CN": "China",
    "GB": "United Kingdom",
    "GB-ENG": "England",
    "IN": "India",
    "US": "United States",
}
_EVERYWHERE = frozenset(("international", "world", "the world", "worldwide", "global"))
_WITH_ARTICLE = ("WHO ", "United ")

UNLIKE = (
    "The figure is of {place}; the records are of all countries, so this compares unlike groups. Filter the records by "
    "country to compare like with like."
)
UNLIKE_FILTERED = "The figure is of {place}; see that the countries the records are filtered by are the same."
PLACE_NOT_STATED = "a place that its table does not name"

WHY_PREVALENCE = (
    "A prevalence table cannot weigh a gap: percentages of different groups are not parts of one whole, and adding "
    "them up would make a group look needy because it is small. Multiplied by the sizes of the same groups, from the "
    "same population, they become a burden table, which can."
)
WHY_CONTEXT = "This table lists only some parts of its whole, so it stands beside a gap and does not weigh one."


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One group's figure. ``group``: tags or groups of the framework joined by "+", which count together."""

    group: str
    weight: float
    unit: str = ""
    source: str = ""
    source_url: str = ""
    note: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.group.split("+"))


@dataclass(frozen=True, slots=True)
class NeedTable:
    """Figures of one source on one question.

    ``kind``: "share" (exclusive parts of a workforce), "burden" (people affected) or "prevalence" (percent of a group).
    ``use``: "parity" may weigh a gap, "context" stands beside it. ``grade``: a key of GRADES. ``voluntary``: the people
    asked chose to answer. ``years`` as printed, if the figures are of more than one.
    """

    id: str
    kind: str
    facet: str
    place: str
    year: int
    grade: str
    use: str
    rows: tuple[NeedRow, ...]
    voluntary: bool = False

    @property
    def unit(self) -> str:
        return self.rows[0].unit if self.rows else ""

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.source for row in self.rows))

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(url for row in self.rows for url in row.source_url.split()))

    @property
    def source(self) -> str:
        """The source as it is printed with every statement, without the year."""
        chose = "; people who chose to answer" if self.voluntary else ""
        return "; ".join(self.sources) + chose

    @property
    def place_words(self) -> str:
        """Where the figures are of, in words; "" if the table does not say."""
        return PLACES.get(self.place, self.place)

    @property
    def title(self) -> str:
        """What the table says, of where and when, for lists."""
        unit = self.unit[:1].upper() + self.unit[1:]
        return f"{unit or self.id} ({', '.join(str(part) for part in (self.place_words, self.year) if part)})"

    def to_frame(self) -> pd.DataFrame:
        """Columns facet, group, weight, source, year, kind, grade, place: what the parity measure takes."""
        return pd.DataFrame(
            [
                (self.facet, r.group, r.weight, self.source, self.year, self.kind, self.grade, self.place)
                for r in self.rows
            ],
            columns=["facet", "group", "weight", "source", "year", "kind", "grade", "place"],
        )


def say_unlike(place: str, by_country: bool = False) -> str:
    """What to know of a figure of one place beside records of all; "" for a figure of the world.

    ``by_country``: the records are filtered by country.

    >>> say_unlike("GB-ENG", by_country=True)
    'The figure is of England; see that the countries the records are filtered by are the same.'
    """
    words = PLACES.get(place, place).strip()
    if words.casefold() in _EVERYWHERE:
        return ""
    named = f"the {words}" if words.startswith(_WITH_ARTICLE) else words
    return (UNLIKE_FILTERED if by_country else UNLIKE).format(place=named or PLACE_NOT_STATED)


def why_not_weigh(table: NeedTable) -> str:
    """The sentence that says why this table may not weigh a gap; "" if it may."""
    if table.kind == "prevalence":
        return WHY_PREVALENCE
    return "" if table.use == "parity" else WHY_CONTEXT


def load_need(folder: Path = FOLDER) -> tuple[NeedTable, ...]:
    """The tables of a folder: ``index.csv`` and one file a table, in the order of the index. Raises FileError."""
    index = _read(folder / INDEX)
    return tuple(_to_table(folder, line) for line in index)


def _to_table(folder: Path, line: Mapping[str, str]) -> NeedTable:
    name = f"{line['table']}.csv"
    rows = _read(folder / name)
    try:
        table = NeedTable(
            id=line["table"],
            kind=line["kind"],
            facet=line["facet"],
            place=line["place"],
            year=int(line["year"]),
            grade=line["grade"],
            use=line["use"],
            rows=tuple(
                NeedRow(r["group"], float(r["weight"]), r["unit"], r["source"], r["source_url"], r["note"])
                for r in rows
            ),
            voluntary=line.get("chose_to_answer") == "yes",
        )
    except (KeyError, ValueError) as error:
        raise FileError(name, f"it is no need table ({error}).") from error
    if table.kind not in KINDS or table.use not in USES or table.grade not in GRADES or not all(table.sources):
        raise FileError(name, "its kind, use, grade or source is none we know; see index.csv.")
    return table


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))
    except OSError as error:
        raise FileError(path.name, f"it cannot be read ({error.strerror}).") from error


def to_dict(table: NeedTable) -> dict[str, Any]:
    """A table as JSON has it."""
    return asdict(table) | {"rows": [asdict(row) for row in table.rows]}


def from_dict(value: Mapping[str, Any]) -> NeedTable:
    return NeedTable(**{**value, "rows": tuple(NeedRow(**row) for row in value["rows"])})


def tags_of(framework: Framework, facet_id: str, group: str) -> frozenset[str]:
    """The tags a group of a table stands for, with all narrower ones; empty if the framework has it not."""
    facet = framework.by_id.get(facet_id)
    if facet is None:
        return frozenset()
    known = set(facet.by_id) | {g.id for g in facet.groups}
    parts = group.split("+")
    if not set(parts) <= known:
        return frozenset()
    return frozenset(tag for part in parts for tag in facet.with_children(part))


def is_residual(framework: Framework, facet_id: str, group: str) -> bool:
    """A general tag, or the rest of the whole: part of the table, compared with nothing."""
    if group == REST:
        return True
    known = framework.by_id[facet_id].by_id
    return all(part in known and known[part].residual for part in group.split("+"))


def masks_of(snapshot: Snapshot, facet_id: str, groups: Sequence[str]) -> np.ndarray:
    """Records x groups, 0 or 1: which record has any tag of each group."""
    columns = [
        [snapshot.column_of[facet_id, tag] for tag in sorted(tags_of(snapshot.framework, facet_id, group))]
        for group in groups
    ]
    out = np.zeros((len(snapshot), len(groups)), dtype=bool)
    for k, here in enumerate(columns):
        if here:
            out[np.unique(snapshot.columns_csc[:, here].indices), k] = True
    return out
