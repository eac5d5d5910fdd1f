"""How complete is the corpus? Figures about what it may be missing, each with what it may be read as.

No figure here estimates the size of the literature: estimates from overlapping sources fail where sources are related,
so that one is given only under its assumption and without an interval.
"""

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Where, in_scope
from analysis.gaps.ratios import wilson
from analysis.sentences import percent_words, records_words
from corpus.snapshot import Snapshot

_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval; None where there is nothing to take a share of."""

    found: int
    n: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is known of a corpus's gaps as a collection.

    ``coverage``: chance that the next record of this kind falls in a combination of tags already seen, with the
    interval of 200 resamples; ``at_least``: a lower bound of the combinations in the literature sampled.
    """

    facets: tuple[str, ...]
    n_combinations: int
    n_records: int
    coverage: float | None
    low: float | None
    high: float | None
    at_least: float


def recapture_rate(
    upload: Collection[Hashable], already_there: Collection[Hashable], constants: Constants = DEFAULTS
) -> Share:
    """How much of an upload was already in the corpus: the main figure, as it needs no model.

    >>> found = recapture_rate(range(40), range(26))
    >>> found.share, round(found.low, 4), round(found.high, 4)
    (0.65, 0.4951, 0.7787)
    """
    n, found = len(set(upload)), len(set(upload) & set(already_there))
    if not n:
        return Share(0, 0, None, None, None)
    low, high = wilson(found, n, constants.level)
    return Share(found, n, found / n, low, high)


def combination_coverage(counts: Sequence[int] | np.ndarray) -> float | None:
    """Good and Turing's estimate that the next record falls in a combination already seen; None without records.

    ``counts``: records per combination seen. Source: Chao and Jost 2012.
    """
    values = np.asarray(counts, dtype=float)
    n, f1, f2 = values.sum(), float((values == 1).sum()), float((values == 2).sum())
    if n == 0:
        return None
    if f1 == 0:
        return 1.0
    if f2 > 0:
        doubt = (n - 1) * f1 / ((n - 1) * f1 + 2 * f2)
    else:
        top = (n - 1) * (f1 - 1)
        doubt = top / (top + 2)
    return float(1 - f1 / n * doubt)


def chao_lower(counts: Sequence[int] | np.ndarray) -> float:
    """At least so many combinations exist in the literature sampled. Source: Chao 1984, bias-corrected form."""
    values = np.asarray(counts, dtype=float)
    n, f1, f2 = values.sum(), float((values == 1).sum()), float((values == 2).sum())
    return float((values > 0).sum() + ((n - 1) / n * f1 * (f1 - 1) / (2 * (f2 + 1)) if n else 0.0))


def two_source(n1: int, n2: int, both: int) -> tuple[float, float]:
    """Chapman's size and standard error, shown only as "if the two searches were independent"."""
    size = (n1 + 1) * (n2 + 1) / (both + 1) - 1
    spread = (n1 + 1) * (n2 + 1) * (n1 - both) * (n2 - both) / ((both + 1) ** 2 * (both + 2))
    return size, math.sqrt(spread)


def completeness(
    snapshot: Snapshot,
    facets: Sequence[str],
    where: Where | None = None,
    seed: int = 0,
    constants: Constants = DEFAULTS,
) -> Completeness:
    """How much of the combinations of some facets' tags the corpus has seen. Raises UnknownIdError.

    A record with several tags of a facet falls in several combinations; residual and analysis tags make none.
    """
    counted = in_scope(snapshot, where)
    cells, records = _combinations(counted, facets)
    names, counts = np.unique(cells, axis=0, return_counts=True) if len(cells) else (cells, np.array([], dtype=int))
    low = high = None
    if len(cells):
        rng = np.random.default_rng(seed)
        ids, owner = np.unique(records, return_inverse=True)
        place = np.unique(cells, axis=0, return_inverse=True)[1].ravel()
        draws = []
        for _ in range(_RESAMPLES):
            times = np.bincount(rng.integers(0, len(ids), len(ids)), minlength=len(ids))[owner]
            draws.append(combination_coverage(np.bincount(place, weights=times)) or 0.0)
        tail = 50 * (1 - constants.level)
        # A resample repeats records, so it sees fewer combinations once: its spread is right, its middle too high.
        shift = (combination_coverage(counts) or 0.0) - float(np.mean(draws))
        low, high = (float(np.clip(x + shift, 0, 1)) for x in np.percentile(draws, (tail, 100 - tail)))
    return Completeness(
        facets=tuple(facets),
        n_combinations=len(names),
        n_records=len(np.unique(records)),
        coverage=combination_coverage(counts),
        low=low,
        high=high,
        at_least=chao_lower(counts),
    )


def _combinations(snapshot: Snapshot, facets: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """One row a record and combination of root tags, one from each facet: the combination, and whose it is."""
    cells, records = np.empty((len(snapshot), 0), dtype=int), np.arange(len(snapshot))
    for facet_id in facets:
        facet = snapshot.framework.facet(facet_id)
        columns = [snapshot.column_of[facet_id, t.id] for t in facet.roots if not (t.residual or t.analysis)]
        has = snapshot.tags[:, columns].tocsr()
        n_tags = np.diff(has.indptr)[records]
        start = has.indptr[records]
        cells = np.repeat(cells, n_tags, axis=0)
        within = np.arange(len(cells)) - np.repeat(np.cumsum(n_tags) - n_tags, n_tags)
        tags = has.indices[np.repeat(start, n_tags) + within]
        cells = np.column_stack([cells, tags])
        records = np.repeat(records, n_tags)
    return cells, records


NO_SIZE = (
    "The size of the literature is not estimated: sources are seldom independent, and such estimates and their "
    "intervals are then wrong."
)


def write_recapture(share: Share) -> str:
    """How much of an upload was here already, in words; a percentage only of 20 records or more."""
    if share.share is None or share.low is None or share.high is None:
        return "It holds no record that counts here."
    if share.n < DEFAULTS.min_percent:
        return f"{share.found:,} of its {records_words(share.n)} {'was' if share.found == 1 else 'were'} already here."
    return (
        f"{percent_words(share.share)} of its {share.n:,} records were already here "
        f"({percent_words(share.low)} to {percent_words(share.high)})."
    )


def write_combinations(done: Completeness) -> str:
    """What is known of combinations of tags, in words; nothing of fewer than 20 records."""
    if done.coverage is None or done.low is None or done.high is None:
        return "no record has a specific tag on each of these."
    if done.n_records < DEFAULTS.min_percent:
        return f"too few to say ({records_words(done.n_records)})."
    return (
        f"{done.n_combinations:,} combinations seen in {records_words(done.n_records)}. The next such record falls in "
        f"one already seen {percent_words(done.coverage)} of the time ({percent_words(done.low)} to "
        f"{percent_words(done.high)}). At least {math.ceil(done.at_least):,} exist in the literature sampled."
    )


def write_two_source(n1: int, n2: int, both: int) -> str:
    """Chapman's figure with its condition first, without an interval."""
    if not both:
        return "If the two searches were independent: they share no record, so nothing can be said."
    size, _ = two_source(n1, n2, both)
    return (
        f"If the two searches were independent, about {size:,.0f} records would exist ({n1:,} and {n2:,} found, "
        f"{both:,} by both). They seldom are."
    )
