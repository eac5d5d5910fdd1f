"""Which records stand in which cells of a map: one list that every count of a kind of record is taken from."""

from dataclasses import dataclass

import numpy as np

from analysis.axes import Axis


@dataclass(frozen=True, eq=False)
class Standing:
    """Every record in every cell that it stands in, one entry each.

    ``cell``: the cell's place, row by row; ``record``: the record's row in the snapshot. ``shape``: rows, columns.
    """

    shape: tuple[int, int]
    cell: np.ndarray
    record: np.ndarray

    def count(self, mask: np.ndarray) -> np.ndarray:
        """How many of each cell's records ``mask`` is true for."""
        return self._count_entries(mask[self.record])

    def latest(self, year: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """The latest year of each cell's records, of those for which ``mask`` is true; NaN if none is known."""
        known = np.nan_to_num(year if mask is None else np.where(mask, year, 0.0))
        values = np.zeros(self.shape[0] * self.shape[1])
        np.maximum.at(values, self.cell, known[self.record])
        values[values == 0] = np.nan
        return values.reshape(self.shape)

    def count_after(self, mask: np.ndarray, year: np.ndarray, than: np.ndarray) -> np.ndarray:
        """How many of each cell's records for which ``mask`` is true are of a year after the cell's own in ``than``."""
        with np.errstate(invalid="ignore"):
            return self._count_entries(mask[self.record] & (year[self.record] > than.ravel()[self.cell]))

    def _count_entries(self, wanted: np.ndarray) -> np.ndarray:
        counts = np.bincount(self.cell[wanted], minlength=self.shape[0] * self.shape[1])
        return counts.reshape(self.shape)


def find_standing(rows: Axis, columns: Axis) -> Standing:
    """The records of two axes over the same snapshot, cell by cell."""
    a, b = rows.has, columns.has
    shape = a.shape[1], b.shape[1]
    record = np.repeat(np.arange(a.shape[0], dtype=np.int32), np.diff(a.indptr))  # of each entry of a
    times = np.diff(b.indptr)[record]  # how many columns it meets
    ends = np.cumsum(times)
    first = b.indptr[record] - (ends - times)
    column = b.indices[np.repeat(first, times) + np.arange(ends[-1] if len(ends) else 0)]
    cell = np.repeat(a.indices * np.int32(shape[1]), times) + column.astype(np.int32)
    return Standing(shape, cell, np.repeat(record, times))
