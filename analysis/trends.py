"""How the records spread over the years, over countries, journals and authors.

Counts of what is in the collection, with what is left out said beside them. None of this is a ranking: more records
of a journal or an author say how much of their work was collected, nothing about its worth.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.axes import Level, TopicLabels, build_axis
from analysis.coverage import in_scope
from analysis.gaps.places import geography
from analysis.roles import read_roles
from corpus.snapshot import Snapshot

SHOWN_LINES = 5  # drawn unless somebody asks for others: more lines than this cannot be told apart
SPAN = 30  # years drawn at first


@dataclass(frozen=True)
class Trend:
    """Records per year.

    ``counts``: a row a year without gaps from the first to the last, a column a tag or group (most records first).
    ``totals``: all counted records of each year, whatever their tags. ``labels``: of the columns. ``incomplete``: the
    years that cannot be complete yet, the current year and those after it. ``n_no_year``: counted records left out.
    """

    counts: pd.DataFrame
    totals: pd.Series
    labels: dict[str, str]
    incomplete: tuple[int, ...]
    n_records: int
    n_no_year: int

    @property
    def shares(self) -> pd.DataFrame:
        """Each count as a share of all counted records of its year; NaN for a year without any."""
        return self.counts.div(self.totals.where(self.totals > 0), axis=0)


def count_years(snapshot: Snapshot, facet: str, level: Level = "tag", topics: TopicLabels | None = None) -> Trend:
    """Records per year of each root tag, or group, of a facet, or of topics. A record with two of them counts in both.

    Raises UnknownIdError.
    """
    counted = in_scope(snapshot)
    axis = build_axis(counted, facet, level, topics=topics)
    years = counted.frame["year"].to_numpy(dtype=float)
    dated = np.flatnonzero(~np.isnan(years))
    lines = [n for n, line in enumerate(axis.lines) if line.parent is None]
    ids = [axis.lines[n].id for n in lines]
    if not len(dated):
        empty = pd.DataFrame(0, index=pd.RangeIndex(0), columns=pd.Index(ids))
        return Trend(empty, pd.Series(dtype=int), {}, (), len(counted), len(counted))
    at = years[dated].astype(int)
    first, last = int(at.min()), int(at.max())
    index = pd.RangeIndex(first, last + 1)
    totals = np.bincount(at - first, minlength=len(index))
    row_year = np.full(len(counted), -1)
    row_year[dated] = at - first
    table = {}
    for n in lines:
        rows = row_year[axis.records_of(n)]
        table[axis.lines[n].id] = np.bincount(rows[rows >= 0], minlength=len(index))
    counts = pd.DataFrame(table, index=index)
    order = sorted(ids, key=lambda i: (-sum(table[i].tolist()), ids.index(i)))
    return Trend(
        counts=counts[order],
        totals=pd.Series(totals, index=index),
        labels={axis.lines[n].id: axis.lines[n].label for n in lines},
        incomplete=tuple(year for year in index if year >= snapshot.year_now),
        n_records=len(counted),
        n_no_year=len(counted) - len(dated),
    )


@dataclass(frozen=True)
class Places:
    """Countries studied, which are not those of the authors.

    ``table``: one row a country with a record: id, label, numeric (ISO 3166-1, "" if none), records, share (of the
    records that name a place). ``n_named``: records that name a place, international work included.
    """

    table: pd.DataFrame
    n_records: int
    n_named: int
    n_international: int
    n_no_country: int
    effective_countries: float | None


def count_places(snapshot: Snapshot) -> Places:
    """How many records study each country. Raises UnknownIdError if the framework has no country facet."""
    found = geography(snapshot)
    facet = snapshot.framework.facet(str(read_roles(snapshot.framework).country))
    n_named = found.n_records - found.n_no_country
    rows = [
        (str(i), facet.label_of(str(i)), str(facet.by_id[str(i)].options.get("iso-numeric", "")), int(n))
        for i, n in found.counts.items()
        if n
    ]
    table = pd.DataFrame(rows, columns=["id", "label", "numeric", "records"])
    table["share"] = table["records"] / n_named if n_named else 0.0
    table = table.sort_values(["records", "label"], ascending=[False, True]).reset_index(drop=True)
    return Places(table, found.n_records, n_named, found.n_international, found.n_no_country, found.effective_countries)


@dataclass(frozen=True)
class Names:
    """The names that records have, read once so that those of any part of the records are counted at once.

    ``spellings`` in order; ``name_of``: which name each spelling is one of; ``row``, ``spelling``: record by record.
    """

    spellings: np.ndarray
    name_of: np.ndarray
    row: np.ndarray
    spelling: np.ndarray

    def count(self, rows: np.ndarray | None = None) -> pd.DataFrame:
        """How often each name comes up: name, records. ``rows``: one bool a record; without it all are counted."""
        met = self.spelling if rows is None else self.spelling[rows[self.row]]
        times = np.bincount(met, minlength=len(self.spellings))
        here = np.flatnonzero(times)
        here = here[np.lexsort((here, times[here], self.name_of[here]))]  # a name's most frequent spelling comes last
        names = self.name_of[here]
        last = np.flatnonzero(np.append(names[1:] != names[:-1], True)) if len(here) else here
        totals = np.diff(np.concatenate(([0], np.cumsum(times[here])[last])))
        order = np.lexsort((here[last], -totals))
        return pd.DataFrame({"name": self.spellings[here[last][order]], "records": totals[order]})


def read_names(values: Iterable[Iterable[str | None]]) -> Names:
    """The names of each record; letter case, "&", a leading "The" and a last dot make no other name."""
    met = [(row, " ".join((value or "").split())) for row, names in enumerate(values) for value in names]
    met = [(row, name) for row, name in met if name]
    spellings = sorted({name for _, name in met})
    at = {name: n for n, name in enumerate(spellings)}
    keys: dict[str, int] = {}
    for name in spellings:
        keys.setdefault(_to_key(name), len(keys))
    return Names(
        np.array(spellings, dtype=object),
        np.array([keys[_to_key(name)] for name in spellings], dtype=np.int64),
        np.array([row for row, _ in met], dtype=np.int64),
        np.array([at[name] for _, name in met], dtype=np.int64),
    )


def _to_key(name: str) -> str:
    return name.casefold().replace("&", "and").removeprefix("the ").rstrip(".")


def count_names(values: Iterable[str | None]) -> pd.DataFrame:
    """How often each name comes up: name, records; the most frequent spelling stands for all (``read_names``)."""
    return read_names([values]).count()
