"""All counts of many pairs of facets from one pass over the records, where one product a pair would cost more."""

from collections.abc import Iterable
from functools import cache, cached_property

import numpy as np
from threadpoolctl import ThreadpoolController

from analysis.axes import Axis

WIDEST = 64  # lines of an axis up to which it takes part; wider ones are sparse enough to be multiplied by themselves
_CHUNK = 32_768  # records made dense at a time


@cache
def _threads() -> ThreadpoolController:
    """The libraries that multiply: looking for them takes as long as the product itself."""
    return ThreadpoolController()


class Products:
    """Counts of some axes with one another, computed when first asked for.

    Each axis has its lines and two further columns: has something specific, has something residual. Counts are exact:
    a sum of ones stays below 2 to the 24th in every chunk, and chunks are added as whole numbers.
    """

    def __init__(self, axes: Iterable[Axis]) -> None:
        self._axes = [axis for axis in axes if len(axis.lines) <= WIDEST]
        self._start: dict[int, int] = {}
        at = 0
        for axis in self._axes:
            self._start[id(axis)] = at
            at += len(axis.lines) + 2
        self._width = at

    def knows(self, a: Axis, b: Axis) -> bool:
        return id(a) in self._start and id(b) in self._start

    def observed(self, a: Axis, b: Axis) -> np.ndarray:
        """Records with both lines, lines of ``a`` by lines of ``b``."""
        return self._gram[self._lines(a), self._lines(b)]

    def with_specific(self, a: Axis, b: Axis) -> np.ndarray:
        """Records of each line of ``a`` that have something specific on ``b``."""
        return self._gram[self._lines(a), self._start[id(b)] + len(b.lines)]

    def with_residual(self, a: Axis, b: Axis) -> np.ndarray:
        """Records of each line of ``a`` that have something residual on ``b``."""
        return self._gram[self._lines(a), self._start[id(b)] + len(b.lines) + 1]

    def _lines(self, axis: Axis) -> slice:
        start = self._start[id(axis)]
        return slice(start, start + len(axis.lines))

    @cached_property
    def _gram(self) -> np.ndarray:
        total = np.zeros((self._width, self._width), dtype=np.int64)
        n = len(self._axes[0].specific) if self._axes else 0
        dense = np.empty((min(_CHUNK, n), self._width), dtype=np.float32)
        for low in range(0, n, _CHUNK):
            here = slice(low, min(low + _CHUNK, n))
            block = dense[: here.stop - low]
            block.fill(0)
            for axis in self._axes:
                at, width = self._start[id(axis)], len(axis.lines)
                first, last = axis.has.indptr[low], axis.has.indptr[here.stop]
                rows = np.repeat(np.arange(here.stop - low), np.diff(axis.has.indptr[low : here.stop + 1]))
                block[rows, axis.has.indices[first:last] + at] = axis.has.data[first:last]
                block[:, at + width] = axis.specific[here]
                block[:, at + width + 1] = axis.residual[here]
            with _threads().limit(limits=1, user_api="blas"):  # they would wait for each other longer than they work
                total += (block.T @ block).astype(np.int64)
        return total
