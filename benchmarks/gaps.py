"""Do graded gaps hold? Gaps planted in made-up corpora, and the years after a cut in coded maps of other fields.

Planted: six facets with dependent tags, records of uneven breadth, 14 pairs of tags kept apart; the truth is the ratio
in a very large draw of the same model. Over time: a coded map's early records are graded and its later ones show
whether the shortfall lasted.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import nbinom

from analysis.coverage import Coverage, cross_pairs
from analysis.gaps import judge
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import CODED_BY, SCOPES, Snapshot

SIZES = {500: 24, 5_000: 24, 50_000: 24}  # records: draws; 14 gaps a draw, so 24 draws hold a share to about .02
TAGGERS = ((0.70, 0.90), (0.85, 0.95), (1.0, 1.0))  # recall, precision
TOP = 20
IMMATERIAL = 0.8  # a true ratio from here on is no shortfall worth the name

_FACETS = (7, 8, 8, 9, 9, 10)  # tags: 51, in 1,081 pairs between facets
_TAGS_A_FACET = 0.9  # a record of ordinary breadth, before themes
_ZIPF = 1.2
_THEME = 1.0  # spread of the log rates between themes: many cells are thin by nature
_RARE = 0.4  # share of pairs too rare to plant a gap in
_PLANTED = 14
_KEPT = (0.0, 0.1, 0.25)  # share of the co-occurrences of a planted pair that stay
_TRUTH = 1_000_000  # records of the draw that stands for the truth
_CUTS = (0.3, 0.4, 0.5, 0.6)  # share of the dated records before each cut
_MOST_TAGS = 150  # columns with more codes than this are lists of names, not facets
_RESIDUAL = re.compile(r"(not?\b.*|n/?a|un(clear|known|specified).*|other.*|mixed|general|-*)", re.IGNORECASE)


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """Planted gaps by corpus size and tagger, then every coded map found that has years."""
    sets = find_planted()
    for path in sorted([*data.rglob("*.csv.gz"), *data.rglob("*.csv")]):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "year" in frame.columns and sum(name.startswith("code_") for name in frame.columns) > 1:
            sets[path.name.split(".")[0]] = measure_over_time(frame)
    return sets


def find_planted(sizes: dict[int, int] = SIZES, truth: int = _TRUTH) -> dict[str, dict[str, Any]]:
    """recall@20 of planted gaps by ours and by other scores; strong calls a corpus and how many are immaterial.

    ceiling@20 is what the true ratios themselves would find: other pairs may be thinner by nature than a planted one.
    """
    framework = _make_framework()
    rows: dict[tuple[int, int], list[dict[str, float]]] = {}
    for seed in range(max(sizes.values())):
        rng = np.random.default_rng(seed)
        model = _Model(rng)
        true_ratio = _true_ratios(model, rng, truth)
        for n, draws in sizes.items():
            if seed >= draws:
                continue
            true_tags = model.draw(n, rng)
            for k, (recall, precision) in enumerate(TAGGERS):
                found = _tag(true_tags, recall, precision, rng)
                rows.setdefault((n, k), []).append(_measure(framework, found, model.planted, true_ratio, rng))
    out = {}
    for (n, k), measured in sorted(rows.items()):
        recall, precision = TAGGERS[k]
        total = pd.DataFrame(measured).sum()
        mean = pd.DataFrame(measured).mean()
        out[f"{n:,} records, tagger {recall:.2f}/{precision:.2f}"] = {
            "recall@20": float(mean["ours"]),
            "ceiling@20": float(mean["ceiling"]),
            "strong": float(mean["strong"]),
            "immaterial": float(total["immaterial"] / total["strong"]) if total["strong"] else None,
            "upper_cover": float(mean["upper_cover"]),
            "cpu_s": float(mean["cpu_s"]),
        } | {f"{name}@20": float(mean[name]) for name in SCORES}
    return out


class _Model:
    """Records of one made-up field: each has a theme and a breadth, which say how likely each tag is."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.facet = np.repeat(np.arange(len(_FACETS)), _FACETS)
        m = len(self.facet)
        base = np.concatenate(
            [_TAGS_A_FACET * (w := 1 / np.arange(1, size + 1) ** _ZIPF) / w.sum() for size in _FACETS]
        )
        self.rates = base * np.exp(rng.normal(0, _THEME, (6, m)))  # six themes
        i, j = np.triu_indices(m, 1)
        apart = self.facet[i] != self.facet[j]
        # A gap can only be planted where there would be something.
        expected = (self.rates.mean(0)[i] * self.rates.mean(0)[j])[apart]
        rich = np.flatnonzero(expected >= np.quantile(expected, _RARE))
        chosen = rng.choice(rich, _PLANTED, replace=False)
        self.planted = [(int(i[apart][c]), int(j[apart][c])) for c in chosen]
        self.kept = [_KEPT[k % len(_KEPT)] for k in range(_PLANTED)]

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Records by tags, bool."""
        theme = rng.integers(0, 6, n)
        breadth = rng.lognormal(0, 0.5, n).astype(np.float32)
        chance = 1 - np.exp(-self.rates.astype(np.float32)[theme] * breadth[:, None])
        has = rng.random(chance.shape, dtype=np.float32) < chance
        for (a, b), kept in zip(self.planted, self.kept, strict=True):
            lost = np.flatnonzero(has[:, a] & has[:, b])
            lost = lost[rng.random(len(lost)) >= kept]
            first = rng.random(len(lost)) < 0.5
            has[lost[first], a] = False
            has[lost[~first], b] = False
        return has


def _true_ratios(model: _Model, rng: np.random.Generator, n: int) -> np.ndarray:
    """Tags by tags: how many times as many as if the two were unrelated, among records codable on both facets."""
    m = len(model.facet)
    whole = np.zeros((m + len(_FACETS), m + len(_FACETS)))
    for start in range(0, n, 100_000):
        has = model.draw(min(100_000, n - start), rng)
        both = np.hstack([has, _any(has, model.facet)]).astype(np.float32)
        whole += both.T @ both
    together, with_facet, facets = whole[:m, :m], whole[:m, m:], whole[m:, m:]
    n_row = with_facet[:, model.facet]  # records with tag i that are codable on the facet of tag j
    return together * facets[np.ix_(model.facet, model.facet)] / np.maximum(n_row * n_row.T, 1)


def _any(has: np.ndarray, facet: np.ndarray) -> np.ndarray:
    return np.stack([has[:, facet == f].any(axis=1) for f in range(len(_FACETS))], axis=1)


def _tag(true_tags: np.ndarray, recall: float, precision: float, rng: np.random.Generator) -> np.ndarray:
    """What a tagger finds: misses and false tags independent, recall differing by tag."""
    m = true_tags.shape[1]
    of_tag = np.clip(recall + rng.uniform(-0.1, 0.1, m), 0, 1) if recall < 1 else np.ones(m)
    found = true_tags & (rng.random(true_tags.shape) < of_tag)
    false_share = found.sum(0) * (1 - precision) / precision / np.maximum((~true_tags).sum(0), 1)
    return found | (~true_tags & (rng.random(true_tags.shape) < false_share))


def _measure(
    framework: Framework,
    found: np.ndarray,
    planted: list[tuple[int, int]],
    true_ratio: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, float]:
    snapshot = _to_snapshot(framework, found)
    facets = [facet.id for facet in framework.facets]
    start = time.process_time()
    coverages = cross_pairs(snapshot, [(a, b) for n, b in enumerate(facets) for a in facets[:n]], "tag")
    table = judge(coverages)
    seconds = time.process_time() - start
    place = {tag: n for n, (_, tag) in enumerate(framework.columns)}
    pairs = [tuple(sorted((place[a], place[b]))) for a, b in zip(table["row_tag"], table["column_tag"], strict=True)]
    wanted = np.array([pair in set(planted) for pair in pairs])
    truth = np.array([true_ratio[pair] for pair in pairs])
    strong = (table["grade"] == "strong").to_numpy()
    comparable = (table["grade"] != "not comparable").to_numpy()
    figures = {
        "ours": float(wanted[:TOP].sum() / len(planted)),
        "ceiling": float(wanted[np.argsort(truth, kind="stable")[:TOP]].sum() / len(planted)),
        "strong": float(strong.sum()),
        "immaterial": float((strong & (truth >= IMMATERIAL)).sum()),
        "upper_cover": float((truth <= table["high"].to_numpy(dtype=float))[comparable].mean()),
        "cpu_s": seconds,
    }
    size = dict(zip(((c.row_facet, c.column_facet) for c in coverages), (c.n_codable for c in coverages), strict=True))
    n_codable = np.array([size[key] for key in zip(table["row_facet"], table["column_facet"], strict=True)])
    for name, top in _tops(table, n_codable, rng).items():
        figures[name] = float(wanted[top].sum() / len(planted))
    return figures


def _tops(table: pd.DataFrame, n_codable: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Where the first 20 by each other score stand; ties, which are many, by lot."""
    o, e = (table[name].to_numpy(dtype=float) for name in ("observed", "expected"))
    lot = rng.random(len(table))
    return {name: np.lexsort((lot, score(o, e, n_codable)))[:TOP] for name, score in SCORES.items()}


def _npmi(o: np.ndarray, e: np.ndarray, n: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((o > 0) & (o < n), np.log(o / e) / -np.log(o / n), -1.0)


def _to_snapshot(framework: Framework, found: np.ndarray, year: np.ndarray | None = None) -> Snapshot:
    n = len(found)
    codes = np.zeros(n, dtype=int)
    frame = pd.DataFrame(
        {
            "no": codes,
            "id": [f"{k:07d}" for k in range(n)],
            "title": "",
            "year": np.full(n, np.nan) if year is None else year.astype(float),
            "has_abstract": True,
            "coded_by": pd.Categorical.from_codes(codes, CODED_BY),
            "scope": pd.Categorical.from_codes(codes, SCOPES),
            "suggested_out": False,
            "n_entries": 1,
        }
    )
    return Snapshot(framework, frame, sparse.csr_matrix(found), sparse.csr_matrix(found.shape, dtype=bool))


def _make_framework() -> Framework:
    return Framework(
        "Made up",
        1,
        tuple(
            Facet(f"f{f}", f"Facet {f}", "?", tuple(Tag(f"t{f}-{t}", f"Tag {f}.{t}") for t in range(size)))
            for f, size in enumerate(_FACETS)
        ),
    )


def measure_over_time(frame: pd.DataFrame) -> dict[str, Any]:
    """Later observed over later expected, by the grade that the records before a cut gave, over several cuts."""
    framework, found, year = to_map(frame)
    dated = np.flatnonzero((year >= 1800) & (year <= 2100))
    cuts = sorted({int(np.quantile(year[dated], share)) for share in _CUTS})
    cells = pd.concat([_grade_and_follow(framework, found[dated], year[dated], cut) for cut in cuts], ignore_index=True)
    metrics: dict[str, Any] = {"records": len(dated), "cells": len(cells) // max(len(cuts), 1)}
    strong = cells[cells["grade"] == "strong"]
    metrics["strong_ratio"] = _ratio(strong)
    metrics["suggestive_ratio"] = _ratio(cells[cells["grade"] == "suggestive"])
    metrics["predictive_cover"] = float(cells["covered"].mean()) if len(cells) else None
    metrics["cuts"] = {str(cut): {"records_before": int((year[dated] <= cut).sum())} for cut in cuts}
    by_grade: dict[str, Any] = {}
    for name in ("strong", "suggestive", "below, not graded", "not below", "empty, E < 3", "not empty, E < 3"):
        here = cells[cells["class"] == name]
        enough = here[here["later_expected"] >= 1]
        ratio = enough["later"] / enough["later_expected"]
        by_grade[name] = {
            "cells": len(here),
            "later_ratio": _ratio(here),
            "later_below_half": float((ratio < 0.5).mean()) if len(enough) else None,
            "caught_up": float((ratio >= 1).mean()) if len(enough) else None,
            "covered": float(here["covered"].mean()) if len(here) else None,
        }
    metrics["by_grade"] = by_grade
    rng = np.random.default_rng(0)
    tops: dict[str, list[pd.DataFrame]] = {}
    for _, here in cells.groupby("cut"):
        tops.setdefault("ours", []).append(here.head(TOP))
        for name, at in _tops(here, here["n_codable"].to_numpy(dtype=float), rng).items():
            tops.setdefault(name, []).append(here.iloc[at])
    metrics["top_20_later_ratio"] = {name: _ratio(pd.concat(parts)) for name, parts in tops.items()}
    return metrics


def _ratio(cells: pd.DataFrame) -> float | None:
    expected = float(cells["later_expected"].sum())
    return float(cells["later"].sum()) / expected if expected > 0 else None


def to_map(frame: pd.DataFrame) -> tuple[Framework, np.ndarray, np.ndarray]:
    """A coded map as framework, records by tags and years: every ``code_`` column a facet, its codes joined by "|"."""
    facets, columns = [], []
    for name in (name for name in frame.columns if name.startswith("code_")):
        coded = [{part.strip() for part in cell.split("|") if part.strip()} for cell in frame[name]]
        values = sorted({value for here in coded for value in here})
        if not 2 <= len(values) <= _MOST_TAGS:
            continue
        tags = tuple(Tag(f"t{n}", value, residual=bool(_RESIDUAL.fullmatch(value))) for n, value in enumerate(values))
        facets.append(Facet(name.removeprefix("code_").replace("_", "-"), name, "?", tags))
        columns.append(np.array([[value in here for value in values] for here in coded], dtype=bool))
    year = pd.to_numeric(frame["year"], errors="coerce").to_numpy(dtype=float)
    return Framework("Coded map", 1, tuple(facets)), np.hstack(columns), year


def _grade_and_follow(framework: Framework, found: np.ndarray, year: np.ndarray, cut: int) -> pd.DataFrame:
    """One row a tested cell: its grade by the records up to ``cut``, and what came after."""
    facets = [facet.id for facet in framework.facets]
    pairs = [(a, b) for n, b in enumerate(facets) for a in facets[:n]]
    before, after = (
        cross_pairs(_to_snapshot(framework, found[when], year[when]), pairs, "tag")
        for when in (year <= cut, year > cut)
    )
    table = judge(before)
    later = {(c.row_facet, c.column_facet): c for c in after}
    sizes = {(c.row_facet, c.column_facet): c.n_codable for c in before}
    rows = []
    for gap in table.itertuples():
        then: Coverage = later[gap.row_facet, gap.column_facet]
        expected = float(then.expected.at[gap.row_tag, gap.column_tag])
        count = int(then.observed.at[gap.row_tag, gap.column_tag])
        shape, scale = 1.0 + gap.observed, 1.0 + gap.expected
        share = scale / (scale + expected)
        low, high = nbinom.ppf((0.025, 0.975), shape, share) if expected > 0 else (0, 0)
        few = gap.grade == "not comparable"
        if few:
            name = "empty, E < 3" if gap.observed == 0 else "not empty, E < 3"
        elif gap.grade in ("strong", "suggestive"):
            name = gap.grade
        else:
            name = "below, not graded" if gap.high < 1 else "not below"
        rows.append(
            {
                "cut": cut, "grade": gap.grade, "class": name, "observed": gap.observed, "expected": gap.expected,
                "n_codable": sizes[gap.row_facet, gap.column_facet], "later": count, "later_expected": expected,
                "covered": low <= count <= high,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


# Other ways to order cells, lowest first: score(observed, expected, codable records).
SCORES: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "count": lambda o, e, n: o,
    "lift": lambda o, e, n: o / np.maximum(e, 1e-12),
    "pearson": lambda o, e, n: (o - e) / np.sqrt(np.maximum(e, 1e-12)),
    "npmi": _npmi,
}
