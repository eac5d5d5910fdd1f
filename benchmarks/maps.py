"""How much CPU maps and gap lists take at 100,000 and 1,000,000 records, made up here; processor time, not the clock.

The records are a snapshot made directly, frame and matrix: storing a million entries would take hours, and counting
sees none of that. Their tags are drawn so that a few are common and most are rare, as in real corpora.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import gaps
from analysis.answering import MEASURES as CELL_MEASURES
from analysis.coverage import Coverage, cross, cross_pairs
from corpus.command import framework_path
from corpus.framework import Framework, load_framework
from corpus.snapshot import CODED_BY, SCOPES, Snapshot

SIZES = (1_000, 100_000, 1_000_000)
NAMED = 0.7  # share of records that name anything on a facet
TWICE = 0.3  # of these, how many have a second tag
TIMES = 3


def run(data: Path | None = None, peers: bool = False, sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, Any]]:
    """CPU milliseconds, the best of three, at each size; ``data`` and ``peers`` change nothing."""
    framework = load_framework(framework_path())
    return {f"{n:,}": measure(make_up(framework, n)) for n in sizes}


def make_up(framework: Framework, n: int, seed: int = 0) -> Snapshot:
    """A snapshot of ``n`` records whose tags fall off as one over their place in the facet."""
    random = np.random.default_rng(seed)
    at: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    start = 0
    for facet in framework.facets:
        tags = list(facet.by_id)
        upto = np.cumsum(1 / np.arange(1, len(tags) + 1))
        named = np.flatnonzero(random.random(n) < NAMED)
        for rows in (named, named[random.random(len(named)) < TWICE]):
            drawn = np.searchsorted(upto / upto[-1], random.random(len(rows))).clip(max=len(tags) - 1)
            broader = np.array([tags.index(facet.by_id[t].broader or t) for t in tags])
            for column in (drawn, broader[drawn]):
                at.append(rows)
                columns.append(start + column)
        start += len(tags)
    rows, wanted = np.concatenate(at), np.concatenate(columns)
    matrix = sparse.csr_matrix((np.ones(len(rows), dtype=bool), (rows, wanted)), shape=(n, len(framework.columns)))
    matrix.sum_duplicates()
    frame = pd.DataFrame(
        {
            "no": np.arange(1, n + 1),
            "id": [f"{k:016x}" for k in range(n)],
            "title": "",
            "year": random.integers(1970, 2027, n).astype(float),
            "has_abstract": random.random(n) < 0.7,
            "coded_by": pd.Categorical.from_codes(np.full(n, CODED_BY.index("rules-abstract")), CODED_BY),
            "scope": pd.Categorical.from_codes(np.full(n, SCOPES.index("unscreened")), SCOPES),
            "suggested_out": np.zeros(n, dtype=bool),
            "n_entries": 1,
        }
    )
    return Snapshot(framework, frame, matrix, sparse.csr_matrix(matrix.shape, dtype=bool), year_now=2026)


def measure(snapshot: Snapshot) -> dict[str, Any]:
    """Milliseconds of CPU for each of the things a person waits for."""
    framework = snapshot.framework
    rows, columns = gaps.headline_pairs(framework)[-3]
    facet = framework.facets[0]
    where = {facet.id: [facet.tags[0].id]}
    pairs = gaps.all_pairs(framework)
    cross(snapshot, rows, columns)  # what is made once for each corpus version is made
    return {
        "one map, filtered": _cpu(lambda: gaps.find_gaps(cross(snapshot, rows, columns, where), "relative")),
        "all measures, filtered": _cpu(lambda: _judge_all(cross(snapshot, rows, columns, where))),
        "one map": _cpu(lambda: gaps.find_gaps(cross(snapshot, rows, columns), "relative")),
        "all pairs, groups": _cpu(lambda: gaps.judge(cross_pairs(snapshot, pairs, "group"))),
        "all pairs, filtered": _cpu(lambda: gaps.judge(cross_pairs(snapshot, pairs, "group", where=where))),
        "a third facet": _cpu(lambda: gaps.find_triples(snapshot, framework.facets[1].id)),
    }


def _judge_all(coverage: Coverage) -> list[pd.DataFrame]:
    """Everything that the map and the list of gaps say of a cell."""
    return [gaps.find_gaps(coverage, measure) for measure in (*CELL_MEASURES, "presence")]


def _cpu(task: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(TIMES):
        start = time.process_time()
        task()
        best = min(best, time.process_time() - start)
    return best * 1000
