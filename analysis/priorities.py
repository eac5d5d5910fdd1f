"""Where to look first: a list for primary research and a list for synthesis, which ask for different work.

The score of the first is a sum of weighted parts and is never shown without them; how far its order can be trusted is
measured and stands beside it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.axes import Level
from analysis.constants import DEFAULTS, Constants
from analysis.coverage import Coverage, Where, cross_pairs
from analysis.gaps import design_gap, headline_pairs, relative_gaps, shortfall_ratio, synthesis_gap
from analysis.gaps.frame import LOOKED_VERDICTS, UNCHECKED
from corpus.cells import Cell, name_cell
from corpus.framework import TagKey
from corpus.snapshot import Snapshot

WEIGHTS: Mapping[str, float] = {"scarcity": 0.30, "shortfall": 0.30, "need": 0.20, "staleness": 0.10, "design": 0.10}
MIN_RECORDS = 3  # records both tags of a cell need before it is ranked
TOP = 20
ROBUST = 0.8  # chance of being among the first TOP from which the badge is given
POSITIONS_FROM = 2000  # records; below, bands are printed instead of positions
_DRAWS = 300
_KEY = ["row_facet", "row_tag", "column_facet", "column_tag"]
_DUE = ("no_review", "outdated_review")
_BANDS = ("strong", "suggestive")  # grades in the order of the list while nobody asked for a score
PARTS = {  # what each part of the score asks, for people
    "scarcity": "few records",
    "shortfall": "fewer than expected",
    "need": "less attention than need",
    "staleness": "nothing recent",
    "design": "no study that can answer",
}

# (facet, line) -> upper end of its attention from a need table, for the lines of a map
Attention = Callable[[Coverage], Mapping[TagKey, float]]


def rank_cells(
    snapshot: Snapshot,
    pairs: Collection[tuple[str, str]] | None = None,
    where: Where | None = None,
    level: Level | None = None,
    *,
    attention: Attention | None = None,
    pinned: Collection[Cell] = (),
    weights: Mapping[str, float] | None = None,
    seed: int = 0,
    constants: Constants = DEFAULTS,
) -> pd.DataFrame:
    """The two lists for many pairs of facets (default: the headline pairs): what ``priorities`` gives, and ``check``.

    ``attention`` reads a need table. Raises UnknownIdError.
    """
    chosen = headline_pairs(snapshot.framework) if pairs is None else pairs
    coverages = cross_pairs(snapshot, chosen, level, where=where, constants=constants)
    known: dict[TagKey, float] | None = None
    if attention is not None:
        known = {}
        for coverage in coverages:
            known.update(attention(coverage))
    cells = gather_cells(coverages, known)
    counted = coverages[0].snapshot if coverages else snapshot
    found = priorities(cells, snapshot.year_now, weights, len(counted), seed, constants, pinned)
    checks = []
    for facet, row, other, column in zip(*(found[name] for name in _KEY), strict=True):
        ruling = counted.cells.of((facet, row), (other, column))
        checks.append(LOOKED_VERDICTS.get(ruling.value, UNCHECKED) if ruling else UNCHECKED)
    return found.assign(check=pd.Series(checks, index=found.index, dtype=object))


def order_by_grade(found: pd.DataFrame) -> pd.DataFrame:
    """The lists while nobody asked for a score: primary research by grade, then by the upper end of the ratio.

    What the score is made of and what its draws gave is left out; the synthesis list has no score and stays as it is.
    """
    primary = found[found["list"] == "primary"]
    band = primary["grade"].map({grade: n for n, grade in enumerate(_BANDS)}).fillna(len(_BANDS))
    keys = primary.assign(_band=band).sort_values(["_band", "high", *_KEY], kind="stable")
    kept = pd.concat([primary.loc[keys.index], found[found["list"] == "synthesis"]], ignore_index=True)
    return kept.drop(columns=[name for name in _SCORED if name in kept])


_SCORED = ("score", "components", "rank_low", "rank_high", "p_top", "badge", "position")


def gather_cells(
    coverages: Sequence[Coverage], attention: Mapping[tuple[str, str], float] | None = None
) -> pd.DataFrame:
    """What is known of every tested cell of some maps, one row a cell: what ``priorities`` ranks.

    ``attention`` maps (facet, line) to the upper end of its attention from a need table; without one there is no
    column attention_high. Other columns: the cell's tags, observed, expected, high, grade, last_year, rung, top_rung,
    row_total, column_total, synthesis (its grade), primary, primary_since.
    """
    cells = relative_gaps(coverages)[[*_KEY, "observed", "expected", "high", "grade"]]
    known = pd.concat([_known(coverage) for coverage in coverages], ignore_index=True)
    out = cells.merge(known, on=_KEY, how="left", validate="one_to_one")
    if attention is not None:
        keys = zip(*(out[name] for name in _KEY), strict=True)
        out["attention_high"] = [
            min(attention.get((facet, row), 1.0), attention.get((other, column), 1.0))
            for facet, row, other, column in keys
        ]
    return out


def _known(coverage: Coverage) -> pd.DataFrame:
    i, j = np.nonzero(coverage.tested)
    known = pd.DataFrame(
        {
            "row_tag": [coverage.rows[k].id for k in i],
            "column_tag": [coverage.columns[k].id for k in j],
            "row_total": coverage.row_totals.to_numpy()[i],
            "column_total": coverage.column_totals.to_numpy()[j],
            "last_year": coverage.last_year.to_numpy()[i, j],
        }
    )
    reviews, designs = synthesis_gap(coverage), design_gap(coverage)
    for found, names in (
        (reviews.rename(columns={"grade": "synthesis"}), ("synthesis", "primary", "primary_since")),
        (designs, ("rung", "top_rung")),
    ):
        parts = pd.DataFrame(found["components"].tolist(), index=found.index)
        table = pd.concat([found[[n for n in found if n != "components"]], parts], axis=1)
        columns = {name: table.get(name, np.nan) for name in names}
        wanted = pd.DataFrame(columns, index=table.index).assign(
            row_tag=table["row_tag"], column_tag=table["column_tag"]
        )
        known = known.merge(wanted, on=["row_tag", "column_tag"], how="left")
    return known.assign(row_facet=coverage.row_facet, column_facet=coverage.column_facet)


def priorities(
    cells: pd.DataFrame,
    year_now: int,
    weights: Mapping[str, float] | None = None,
    n_records: int = 0,
    seed: int = 0,
    constants: Constants = DEFAULTS,
    pinned: Collection[Cell] = (),
) -> pd.DataFrame:
    """Cells in two lists, column ``list``: "primary" by score and "synthesis" without one. A cell is in one at most.

    Columns beside those of ``cells``: list, score, components (name -> contribution; they sum to the score),
    rank_low, rank_high (5 to 95 % of 300 draws of weights and counts), p_top, badge ("robust" or "order uncertain"),
    band (the grade) and position, which is None below 2,000 records. Ranked for primary research: cells both of whose
    tags have 3 or more records, that are comparable, for which a need is known, or that somebody ``pinned``. Without
    attention_high the weight of need is shared among the others.
    """
    due = cells["synthesis"].isin(_DUE)
    synthesis = cells[due].assign(list="synthesis", score=np.nan, badge=None, position=None)
    overtaken = synthesis["synthesis"] == "outdated_review"
    by = synthesis["primary_since"].where(overtaken, synthesis["primary"]).astype(float)
    synthesis = synthesis.assign(_late=overtaken, _by=-by).sort_values(["_late", "_by", *_KEY], kind="stable")
    enough = (cells["row_total"] >= MIN_RECORDS) & (cells["column_total"] >= MIN_RECORDS)
    ranked = cells["expected"] >= constants.min_expected
    if "attention_high" in cells:
        ranked |= cells["attention_high"].notna()
    if pinned:
        wanted = {name_cell(*cell) for cell in pinned}
        keys = zip(*(cells[name] for name in _KEY), strict=True)
        ranked |= np.array([name_cell((f, r), (g, c)) in wanted for f, r, g, c in keys], dtype=bool)
    primary = cells[~due & enough & ranked]
    parts = score_parts(primary, year_now, constants)
    chosen = _rescale(weights or WEIGHTS, parts)
    contributions = parts * pd.Series(chosen)
    primary = primary.assign(
        list="primary",
        score=contributions.sum(axis=1),
        components=pd.Series([dict(row) for row in contributions.to_dict("records")], index=parts.index, dtype=object),
        **_stability(primary, parts, chosen, seed, constants),
    ).sort_values(["score", *_KEY], ascending=[False, True, True, True, True], kind="stable")
    positions = [k + 1 if n_records >= POSITIONS_FROM else None for k in range(len(primary))]
    primary["position"] = pd.Series(positions, index=primary.index, dtype=object)
    out = pd.concat([primary, synthesis.drop(columns=["_late", "_by"])], ignore_index=True)
    return out.assign(band=out["grade"])


def score_parts(cells: pd.DataFrame, year_now: int, constants: Constants = DEFAULTS) -> pd.DataFrame:
    """The parts of the score, each 0 to 1, higher = less studied; ``need`` only if attention is known."""
    observed = cells["observed"].astype(float)
    parts = pd.DataFrame(index=cells.index)
    parts["scarcity"] = 1 / (1 + observed)
    comparable = cells["expected"] >= constants.min_expected
    parts["shortfall"] = (1 - cells["high"].astype(float)).clip(lower=0).where(comparable, 0.0)
    if "attention_high" in cells:
        parts["need"] = (1 - cells["attention_high"].astype(float)).clip(lower=0).fillna(0.0)
    age = (year_now - cells["last_year"].astype(float)) / constants.stale_years
    parts["staleness"] = age.clip(0, 1).fillna(0.0).where(observed > 0, 1.0)
    climbed = cells["rung"].astype(float) / cells["top_rung"].astype(float)
    parts["design"] = (1 - climbed).fillna(0.0).where(observed > 0, 1.0)
    return parts


def _rescale(weights: Mapping[str, float], parts: pd.DataFrame) -> dict[str, float]:
    total = sum(weights[str(name)] for name in parts)
    return {str(name): weights[str(name)] / total for name in parts}


def _stability(
    cells: pd.DataFrame, parts: pd.DataFrame, weights: Mapping[str, float], seed: int, constants: Constants
) -> dict[str, np.ndarray | list[str]]:
    """Where each cell would rank under other sensible weights and another sample of the same literature."""
    n = len(cells)
    if not n:
        return {"rank_low": np.zeros(0), "rank_high": np.zeros(0), "p_top": np.zeros(0), "badge": []}
    # Drawn in the order of the cells' names, so that the order of the rows given changes nothing.
    order = np.lexsort([cells[name].astype(str).to_numpy() for name in reversed(_KEY)])
    rng = np.random.default_rng(seed)
    names = [str(name) for name in parts]
    drawn = np.array([weights[name] for name in names]) * rng.uniform(0.5, 2.0, (_DRAWS, len(names)))
    drawn /= drawn.sum(axis=1, keepdims=True)
    observed, expected = (cells[name].to_numpy(dtype=float)[order] for name in ("observed", "expected"))
    rate = rng.gamma(constants.prior + observed, 1 / (constants.prior + expected), (_DRAWS, n))
    again = rng.poisson(rate * expected)
    high = shortfall_ratio(again, np.broadcast_to(expected, again.shape), constants.prior, constants.level)[2]
    fixed = {name: np.broadcast_to(parts[name].to_numpy(dtype=float)[order], again.shape) for name in names}
    fresh = fixed | {
        "scarcity": 1 / (1 + again),
        "shortfall": np.where(expected >= constants.min_expected, np.clip(1 - high, 0, None), 0.0),
        "staleness": np.where(again == 0, 1.0, fixed["staleness"]),
        "design": np.where(again == 0, 1.0, fixed["design"]),
    }
    scores = sum(drawn[:, [k]] * fresh[name] for k, name in enumerate(names))
    ranks = np.empty((_DRAWS, n))
    np.put_along_axis(ranks, np.argsort(-scores, axis=1, kind="stable"), np.arange(1, n + 1)[None, :], axis=1)
    back = np.argsort(order)
    p_top = (ranks <= TOP).mean(axis=0)[back]
    low, high_rank = np.percentile(ranks, (5, 95), axis=0)[:, back]
    return {
        "rank_low": low,
        "rank_high": high_rank,
        "p_top": p_top,
        "badge": ["robust" if p >= ROBUST else "order uncertain" for p in p_top],
    }
