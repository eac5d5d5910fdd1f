"""Many pairs of facets judged together, so that the false-discovery rate covers the whole list."""

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from analysis.axes import Level, TopicLabels
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Where, cross_pairs
from analysis.gaps.absolute import CellCheck, absolute_gap, sort_absolute
from analysis.gaps.frame import caveats_of, to_gaps
from analysis.gaps.relative import Quality, cells_of, grade_cells
from corpus.errors import UnknownIdError
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot

Pair = tuple[str, str]


def scan(
    snapshot: Snapshot,
    pairs: Iterable[Pair] | None = None,
    level: Level | None = None,
    *,
    measure: str = "relative",
    where: Where | None = None,
    opened: Collection[TagKey] = (),
    topics: TopicLabels | None = None,
    quality: Quality | None = None,
    checks: Mapping[Pair, CellCheck] | None = None,
    constants: Constants = DEFAULTS,
) -> pd.DataFrame:
    """The gaps of many pairs of facets in one list, one row a tested cell; columns as in gaps.COLUMNS.

    ``measure`` is "relative" (graded together: q is over all pairs) or "absolute". Raises UnknownIdError.
    """
    chosen = headline_pairs(snapshot.framework) if pairs is None else list(pairs)
    coverages = cross_pairs(
        snapshot, chosen, level, where=where, opened=opened, topics=topics, constants=constants
    )  # fmt: skip
    caveats = caveats_of(coverages[0]) if coverages else []
    if measure == "relative":
        tables = [cells_of(coverage, quality) for coverage in coverages]
        return to_gaps(grade_cells(tables, constants) if tables else pd.DataFrame(), measure, caveats)
    if measure == "absolute":
        found = [absolute_gap(coverage, quality, checks) for coverage in coverages]
        return to_gaps(
            sort_absolute(pd.concat(found, ignore_index=True)) if found else pd.DataFrame(), measure, caveats
        )
    raise UnknownIdError(f'Many pairs can be scanned by "relative" or "absolute", not by "{measure}".')


def headline_pairs(framework: Framework) -> list[Pair]:
    """The pairs ranked by default: what the framework names, else every pair of facets."""
    return list(framework.headline_pairs) or all_pairs(framework)


def all_pairs(framework: Framework) -> list[Pair]:
    ids = [facet.id for facet in framework.facets]
    return [(a, b) for n, a in enumerate(ids) for b in ids[n + 1 :]]
