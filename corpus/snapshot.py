"""An immutable view of one corpus version, made for counting.

A frame with one row a record and, row for row beside it, a sparse matrix of records by tags. Pages and
analyses share it and never change it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from corpus.cells import RuledCells
from corpus.framework import Framework, TagKey

CODED_BY = ("person-abstract", "person-title", "rules-abstract", "rules-title")
CODED_BY_WORDS = {
    "person-abstract": "people from abstracts",
    "person-title": "people from titles",
    "rules-abstract": "rules from abstracts",
    "rules-title": "rules from titles alone",
}
SCOPES = ("in", "out", "unscreened")


@dataclass(frozen=True)
class Snapshot:
    """Records and their tags at one corpus version.

    ``frame``: one row a record, index 0..n-1 (the matrix row), sorted by record id. Columns:
      no (int: the store's number of the record's row, 0 if it has none), id (str), title (str, "" if none),
      year (float, NaN if unknown), has_abstract (bool),
      coded_by (categorical over CODED_BY: the best reading behind the record's codes),
      scope (categorical over SCOPES), suggested_out (bool: a rule suggests it is out of scope),
      n_entries (int).
    ``tags``: CSR of bool, records x ``framework.columns``; parents are set wherever a child is.
    ``not_yet``: CSR of bool, same shape: the tag is newer than the framework version under which a person
      coded this record's facet, and no rule gave it ("not yet coded", never absent).
    ``statement``: how the collection was put together; stands beside every gap.
    ``year_now``: the year the corpus counts as current.
    ``quality``: of so many person-coded texts with a tag, how many the rules find: tag -> (found, coded); a tag that
      nobody measured is not there (analysis/quality.py).
    ``cells``: what people ruled on pairs of tags.
    """

    framework: Framework
    frame: pd.DataFrame
    tags: sparse.csr_matrix
    not_yet: sparse.csr_matrix
    version: int = 0
    statement: str = ""
    year_now: int = 0
    filters: tuple[str, ...] = field(default=())  # in words, printed above every figure
    quality: Mapping[TagKey, tuple[int, int]] = field(default_factory=dict)
    cells: RuledCells = field(default_factory=RuledCells)
    whole: "Snapshot | None" = field(default=None, repr=False, compare=False)  # what these records were taken from
    rows: np.ndarray | None = field(default=None, repr=False, compare=False)  # which of its rows they are

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def memory(self) -> dict[Hashable, Any]:
        """What others make of all these records and would make again, kept as long as the snapshot is."""
        return {}

    @cached_property
    def column_of(self) -> dict[TagKey, int]:
        return {key: n for n, key in enumerate(self.framework.columns)}

    @cached_property
    def ids(self) -> np.ndarray:
        return self.frame["id"].to_numpy(dtype=object)

    @cached_property
    def row_of(self) -> np.ndarray:
        """The row of each record number of the store; -1 where that record is not in this snapshot."""
        numbers = self.frame["no"].to_numpy(dtype=np.int64)
        rows = np.full(int(numbers.max(initial=0)) + 1, -1, dtype=np.int64)
        rows[numbers] = np.arange(len(numbers))
        return rows

    @cached_property
    def newest_first(self) -> np.ndarray:
        """Rows by year, latest first; those without a year come last, ties are in order of id."""
        year = self.frame["year"].to_numpy(dtype=float)
        return np.argsort(np.where(np.isnan(year), np.inf, -year), kind="stable")

    @cached_property
    def by_title(self) -> np.ndarray:
        """Rows by title, ties in order of id."""
        return np.argsort(self.frame["title"].to_numpy(dtype=object), kind="stable")

    @cached_property
    def columns_csc(self) -> sparse.csc_matrix:
        """The tag matrix by column: one tag's records without a scan."""
        return self.tags.tocsc()

    def facet_columns(self, facet_id: str) -> list[int]:
        return [self.column_of[facet_id, tag.id] for tag in self.framework.facet(facet_id).tags]

    def has(self, facet_id: str, tag_id: str) -> np.ndarray:
        """One bool a record: has this tag (children included)."""
        mask = np.zeros(len(self), dtype=bool)
        tags, at = self.columns_csc, self.column_of[facet_id, tag_id]
        mask[tags.indices[tags.indptr[at] : tags.indptr[at + 1]]] = True
        return mask

    def keep(self, mask: np.ndarray, filters: Sequence[str] = ()) -> "Snapshot":
        """The records where ``mask`` is true, as a snapshot; ``filters`` says in words what was kept."""
        rows = np.flatnonzero(mask)
        return replace(
            self,
            frame=self.frame.iloc[rows].reset_index(drop=True),
            tags=self.tags[rows],
            not_yet=self.not_yet[rows],
            filters=self.filters + tuple(filters),
            whole=self.whole or self,
            rows=rows if self.rows is None else self.rows[rows],
        )

    @cached_property
    def counted(self) -> np.ndarray:
        """One bool a record: neither ruled out of scope nor, unscreened, suggested to be out by a rule."""
        scope = self.frame["scope"].cat.codes.to_numpy()
        suggested_out = self.frame["suggested_out"].to_numpy(dtype=bool)
        return (scope != SCOPES.index("out")) & ~((scope == SCOPES.index("unscreened")) & suggested_out)

    def where(
        self,
        tags: Mapping[str, Iterable[str]] | None = None,
        years: tuple[int | None, int | None] | None = None,
        coded_by: Iterable[str] | None = None,
        only_in_scope: bool = False,
    ) -> "Snapshot":
        """The records that pass: *or* within a facet, *and* between facets; a group includes its tags.

        By default, what is ruled out of scope, or unscreened and suggested out, is not counted;
        ``only_in_scope`` counts only what a person ruled in. Years are inclusive; a record without a
        year passes only if no year is asked for. Raises UnknownIdError.
        """
        frame = self.frame
        scope = frame["scope"].cat.codes.to_numpy()
        if only_in_scope:
            mask = scope == SCOPES.index("in")
            words = ["only records a person ruled in scope"]
            left_out = ""
        else:
            mask = self.counted.copy()
            words = []
            left_out = _say_left_out(scope, mask)
        for facet_id, wanted in (tags or {}).items():
            facet = self.framework.facet(facet_id)
            chosen = list(wanted)
            if not chosen:
                continue
            any_of = np.zeros(len(self), dtype=bool)
            for name in chosen:
                for tag_id in facet.with_children(name):
                    any_of |= self.has(facet_id, tag_id)
            mask &= any_of
            words.append(f"{facet.label}: {' or '.join(facet.label_of(name) for name in chosen)}")
        if years and (years[0] is not None or years[1] is not None):
            year = frame["year"].to_numpy(dtype=float)
            low, high = years
            mask &= ~np.isnan(year)
            if low is not None:
                mask &= year >= low
            if high is not None:
                mask &= year <= high
            words.append(f"years: {low or 'any'} to {high or 'any'}")
        if coded_by is not None:
            wanted_by = tuple(coded_by)
            mask &= np.isin(frame["coded_by"].cat.codes.to_numpy(), [CODED_BY.index(name) for name in wanted_by])
            words.append("coded by " + " or ".join(CODED_BY_WORDS[name] for name in wanted_by))
        kept = self.keep(mask, words)
        return replace(kept, statement="; ".join(filter(None, (self.statement, left_out)))) if left_out else kept


def _say_left_out(scope: np.ndarray, counted: np.ndarray) -> str:
    """What is counted where something is not: it belongs to how the collection was put together. "" for nothing."""
    n_out = int((scope == SCOPES.index("out")).sum())
    n_suggested = int((~counted).sum()) - n_out
    parts = [f"{n_out:,} ruled out of scope"] * bool(n_out)
    parts += [f"{n_suggested:,} not screened that a rule suggests are out"] * bool(n_suggested)
    said = f"{int(counted.sum()):,} of {len(counted):,} records are counted, without {' and '.join(parts)}"
    return said if parts else ""


def build_snapshot(framework: Framework, rows: Sequence[Mapping[str, object]], **about: object) -> Snapshot:
    """A snapshot from plain rows: ``{"id", "title", "year", "tags": {facet: [tag, ...]}, ...}``.

    For tests, benchmarks and small tables; the store builds its own in bulk. Missing columns get their defaults:
    no abstract, coded by rules from the title, unscreened, not suggested out. ``not_yet`` may be given the same way as
    ``tags``. Rows may come in any order.
    """
    rows = sorted(rows, key=lambda row: str(row["id"]))
    column_of = {key: n for n, key in enumerate(framework.columns)}

    def matrix(name: str, parents: bool) -> sparse.csr_matrix:
        indptr, indices = [0], []
        for row in rows:
            here: set[int] = set()
            for facet_id, tag_ids in (row.get(name) or {}).items():  # type: ignore[attr-defined]
                facet = framework.facet(facet_id)
                for tag_id in tag_ids:
                    framework.tag(facet_id, tag_id)
                    chain = facet.with_parents(tag_id) if parents else (tag_id,)
                    here.update(column_of[facet_id, t] for t in chain)
            indices.extend(sorted(here))
            indptr.append(len(indices))
        data = np.ones(len(indices), dtype=bool)
        return sparse.csr_matrix((data, indices, indptr), shape=(len(rows), len(column_of)), dtype=bool)

    frame = pd.DataFrame(
        {
            "no": np.zeros(len(rows), dtype=int),
            "id": [str(row["id"]) for row in rows],
            "title": [str(row.get("title") or "") for row in rows],
            "year": np.array(
                [np.nan if row.get("year") is None else float(str(row["year"])) for row in rows], dtype=float
            ),
            "has_abstract": np.array([bool(row.get("has_abstract", False)) for row in rows], dtype=bool),
            "coded_by": pd.Categorical([row.get("coded_by", "rules-title") for row in rows], CODED_BY),
            "scope": pd.Categorical([row.get("scope", "unscreened") for row in rows], SCOPES),
            "suggested_out": np.array([bool(row.get("suggested_out", False)) for row in rows], dtype=bool),
            "n_entries": np.array([int(str(row.get("n_entries", 1))) for row in rows], dtype=int),
        }
    )
    return Snapshot(framework, frame, matrix("tags", True), matrix("not_yet", False), **about)  # type: ignore[arg-type]
