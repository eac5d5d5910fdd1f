"""How many records a cell would hold by chance, under three models of what chance is."""

import numpy as np

_CYCLES = 500
_SETTLED = 1e-6


def expected_independent(row_totals: np.ndarray, column_totals: np.ndarray, n_codable: int | np.ndarray) -> np.ndarray:
    """Records each cell would hold if its two tags were studied together no more and no less than chance.

    row_i * column_j / n, n being the codable records, not the sum of the cells: a record with two tags sits in two
    cells. Takes the two margins, or tables of them where ``n_codable`` is a table too. No codable record: 0.
    Source: Agresti, Categorical Data Analysis, ch. 3.

    >>> expected_independent(np.array([40]), np.array([50]), 200)
    array([[10.]])
    """
    rows, columns, n = (np.asarray(x, dtype=float) for x in (row_totals, column_totals, n_codable))
    product = np.multiply.outer(rows, columns) if rows.ndim == 1 else rows * columns
    return np.where(n > 0, product / np.maximum(n, 1.0), 0.0)


def expected_stratified(rows: np.ndarray, columns: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """The same within each stratum, added up: for corpora in which reviews, carrying many tags, dominate.

    ``rows`` and ``columns`` are records x tags, 0 or 1; ``stratum`` names each record's stratum. Costs power in small
    corpora, so it is an option and never the default.
    """
    a, b = np.asarray(rows, dtype=float), np.asarray(columns, dtype=float)
    total = np.zeros((a.shape[1], b.shape[1]))
    for name in np.unique(stratum):
        here = np.asarray(stratum) == name
        total += expected_independent(a[here].sum(axis=0), b[here].sum(axis=0), int(here.sum()))
    return total


def expected_two_way(observed: np.ndarray) -> np.ndarray:
    """Records each triple would hold if only the three pairs of facets mattered.

    ``observed`` has three dimensions. Fitted by iterative proportional fitting from a constant table until no cell
    moves by more than 1e-6. A triple that falls short of this says something the three pair maps do not. Where a
    margin is all zero, 0. Source: Deming and Stephan 1940; Agresti, ch. 9.
    """
    seen = np.asarray(observed, dtype=float)
    fitted = np.full(seen.shape, seen.mean() if seen.size else 0.0)
    for _ in range(_CYCLES):
        before = fitted
        for axis in range(3):
            target, now = seen.sum(axis=axis, keepdims=True), fitted.sum(axis=axis, keepdims=True)
            fitted = fitted * np.divide(target, now, out=np.zeros_like(target), where=now > 0)
        if not fitted.size or np.abs(fitted - before).max() < _SETTLED:
            break
    return fitted
