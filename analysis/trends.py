"""How the records spread over the years, over countries, journals and authors.

Counts of what is in the collection, with what is left out said beside them. None of this is a ranking: more records
of a journal or an author say how much of their work was collected, nothing about its worth.
"""

from collections import Counter
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


def count_names(values: Iterable[str | None]) -> pd.DataFrame:
    """How often each name comes up: name, records; the most frequent spelling stands for all.

    Spellings that differ only in letter case, "&", a leading "The" or a last dot are one name.
    """
    spellings: dict[str, Counter[str]] = {}
    for value in values:
        name = " ".join((value or "").split())
        if name:
            key = name.casefold().replace("&", "and").removeprefix("the ").rstrip(".")
            spellings.setdefault(key, Counter())[name] += 1
    rows = [(max(c, key=lambda s: (c[s], s)), sum(c.values())) for c in spellings.values()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(rows, columns=["name", "records"])
