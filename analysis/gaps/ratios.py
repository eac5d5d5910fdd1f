"""The statistics behind the gap measures: plain functions of numbers and arrays, knowing nothing of tags."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import bdtr, gammaincinv, gammaln, ndtri

from analysis.constants import DEFAULTS

_NEGLIGIBLE = 1e-17
_AT_A_TIME = 8  # terms added before looking which cells are done

Number = float | int | np.ndarray


def shortfall_ratio(
    observed: Number, expected: Number, prior: float = DEFAULTS.prior, level: float = DEFAULTS.level
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many times as many records as expected: ratio, low, high, elementwise.

    The true ratio has a Gamma(prior + observed, rate prior + expected) posterior; ``ratio`` is its mean, ``low`` and
    ``high`` the ends of its interval, and low is 0 where nothing was observed. NaN in, NaN out. Raises ValueError for
    negative counts. Source: shrunken observed-to-expected ratios of drug safety (Noren et al. 2013), read at the
    upper end.

    >>> [round(float(x), 4) for x in shortfall_ratio(2, 10)]
    [0.2727, 0.0562, 0.6568]
    """
    o, e = np.broadcast_arrays(np.asarray(observed, dtype=float), np.asarray(expected, dtype=float))
    if (o < 0).any() or (e < 0).any():
        raise ValueError("observed and expected cannot be negative")
    counts, place = np.unique(o, return_inverse=True)  # a quantile depends on the count alone, and counts repeat
    tail = (1 - level) / 2
    low, high = (gammaincinv(prior + counts, p)[place].reshape(o.shape) / (prior + e) for p in (tail, 1 - tail))
    return (prior + o) / (prior + e), np.where(o == 0, 0.0, low), high


def lower_tail(observed: Number, n: Number, n_row: Number, n_column: Number) -> np.ndarray:
    """P(X <= observed), X hypergeometric: how surprising so few are, elementwise.

    Of ``n`` records ``n_row`` have one tag and ``n_column`` the other; X of them have both if the tags are unrelated.
    The shorter tail is summed term by term until terms no longer matter, all cells at once.
    """
    o, n_, k, m = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (observed, n, n_row, n_column)))
    below = (o * n_ <= k * m) & (o < np.minimum(k, m))
    start = np.where(below, o, o + 1)
    possible = (start >= np.maximum(0, k + m - n_)) & (start <= np.minimum(k, m))
    at = np.where(possible, start, np.maximum(0, k + m - n_))
    log_term = (
        _log_choose(k, at) + _log_choose(n_ - k, m - at) - _log_choose(n_, m)
    )  # fmt: skip
    term = np.where(possible, np.exp(log_term), 0.0)
    total = _add_terms(term, at, below, n_, k, m)
    return np.clip(np.where(below, total, 1 - total), 0.0, 1.0)


def _add_terms(
    term: np.ndarray, at: np.ndarray, below: np.ndarray, n: np.ndarray, k: np.ndarray, m: np.ndarray
) -> np.ndarray:
    """The sum of a tail from its first ``term``; cells whose terms no longer matter are put aside as it goes."""
    total = term.ravel().copy()
    cells = np.flatnonzero(total > 0)
    x, n_, k_, m_ = (values.ravel()[cells].astype(float) for values in (at, n, k, m))
    down = below.ravel()[cells]
    # A step up turns a record with each tag alone into one with both and one with neither; a step down, the reverse.
    both, neither, row_only, column_only = x, n_ - k_ - m_ + x, k_ - x, m_ - x
    fewer = [np.where(down, both, row_only), np.where(down, neither, column_only)]
    more = [np.where(down, row_only, both) + 1, np.where(down, column_only, neither) + 1]
    left = total[cells]
    sums = left.copy()
    while len(cells):
        for _ in range(_AT_A_TIME):
            left *= fewer[0] * fewer[1] / np.maximum(more[0] * more[1], 1)
            sums += left
            for values in fewer:
                values -= 1
            for values in more:
                values += 1
        going = left > sums * _NEGLIGIBLE
        total[cells[~going]] = sums[~going]
        cells, left, sums = cells[going], left[going], sums[going]
        fewer, more = [values[going] for values in fewer], [values[going] for values in more]
    return total.reshape(term.shape)


def _log_choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def benjamini_hochberg(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """Each p-value's false-discovery rate within its family, in the order given.

    >>> benjamini_hochberg([.04, .01, .02]).round(3).tolist()
    [0.04, 0.03, 0.03]
    """
    values = np.asarray(p, dtype=float)
    n = len(values)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * n / np.arange(1, n + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1]
    out = np.empty(n)
    out[order] = np.minimum(adjusted, 1.0)
    return out


def wilson(found: float, n: float, level: float = DEFAULTS.level) -> tuple[float, float]:
    """Wilson's interval of a share; ``found`` may be fractional. NaN for n 0. Source: Wilson 1927."""
    if n <= 0:
        return math.nan, math.nan
    z = _z(level)
    share = found / n
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if found <= 0 else (middle - half) / scale
    high = 1.0 if found >= n else (middle + half) / scale
    return low, high


@lru_cache(maxsize=16)
def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))


Sample = tuple[int, int]  # (found, coded): of so many person-coded records with a tag, how many the tagger found


def pair_recall(
    recall_i: Sample | None, recall_j: Sample | None, unvalidated: float = DEFAULTS.unvalidated_recall
) -> float:
    """The share of records with both tags that tagging finds, at its cautious end.

    The product of the lower Wilson bounds of the two tags' recall; a tag without a sample counts with ``unvalidated``.
    """
    return cautious_recall(recall_i, unvalidated) * cautious_recall(recall_j, unvalidated)


def cautious_recall(sample: Sample | None, unvalidated: float = DEFAULTS.unvalidated_recall) -> float:
    """The lower Wilson bound of one tag's recall, or ``unvalidated`` without a sample."""
    return unvalidated if sample is None or sample[1] == 0 else wilson(*sample)[0]


def recall_with_search(recall: float, search_share: float) -> float:
    """The share found by tagging or by an independent text search that finds ``search_share`` of what there is."""
    return 1 - (1 - recall) * (1 - search_share)


@lru_cache(maxsize=65536)
def hidden_upper(observed: int, recall: float, alpha: float = 0.05) -> float:
    """The most records a cell can truly hold when ``observed`` were found.

    The largest n with P(Binomial(n, recall) <= observed) > alpha. Infinite if nothing can be found. Raises ValueError
    for a recall outside 0..1.

    >>> hidden_upper(0, .72)
    2.0
    """
    if not 0 <= recall <= 1:
        raise ValueError(f"recall must lie between 0 and 1, not {recall}")
    if recall == 0:
        return math.inf
    if recall == 1:
        return float(observed)
    low, high = observed, max(1, 2 * observed)
    while bdtr(observed, high, recall) > alpha:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if bdtr(observed, middle, recall) > alpha:
            low = middle
        else:
            high = middle
    return float(low)
