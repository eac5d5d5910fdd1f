"""How well topics match groups that people made, how far seeds agree, and what a fit costs.

A set is a Parquet file with a title and a column "review" or "topic" that names each record's group; if it has
abstracts, it is measured with titles alone as well. The true number of groups is given. Where the optional wordllama is
installed, titles are grouped with its sentence vectors too. ``run_speed`` makes its own texts.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.preprocessing import normalize

from analysis.embedding import PACKAGE, embed, is_installed
from analysis.topics import Embed, TopicText, fit_topics

_GROUP_COLUMNS = ("review", "topic")
_SEEDS = (0, 1, 2)
_SPEED = (100_000, 40, 155)  # texts, groups, words a text
_WORDS_KNOWN = 30_000
_OWN_WORDS = 400  # of a group
_OWN_SHARE = 0.25  # of a text's words


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """NMI, ARI and accuracy (means over seeds), agreement between seeds (seed_ari) and CPU seconds of one fit."""
    sets: dict[str, dict[str, Any]] = {}
    for path in sorted(data.rglob("*.parquet")):
        frame = pd.read_parquet(path)
        group = next((name for name in _GROUP_COLUMNS if name in frame.columns), None)
        if group is None or "title" not in frame.columns:
            continue
        truth = frame[group].astype(str).to_numpy()
        title = frame["title"].fillna("").astype(str).tolist()
        if "abstract" in frame.columns:
            abstract = frame["abstract"].fillna("").astype(str).tolist()
            sets[path.stem] = _measure(title, abstract, truth, peers)
        name = f"{path.stem}, titles only" if "abstract" in frame.columns else path.stem
        sets[name] = _measure(title, [""] * len(title), truth, peers)
        if is_installed():
            sets[f"{name}, with {PACKAGE}"] = _measure(title, [""] * len(title), truth, False, embed)
    return sets


def run_speed(data: Path | None = None) -> dict[str, dict[str, Any]]:
    """CPU seconds of one fit of 100,000 made-up abstracts, stability included; ``data`` is not needed."""
    n, k, length = _SPEED
    texts, truth = _make_texts(n, k, length)
    start = time.process_time()
    topics = fit_topics(texts, n=k)
    seconds = time.process_time() - start
    found = np.array([topics.of[text.id] for text in texts], dtype=object)
    result = {
        "records": n,
        "groups": k,
        "nmi": float(normalized_mutual_info_score(truth, found)),
        "seed_ari": topics.agreement,
        "cpu_s": seconds,
    }
    return {f"made-up abstracts of {length} words": result}


def _make_texts(n: int, k: int, length: int) -> tuple[list[TopicText], np.ndarray]:
    """Texts whose words follow Zipf's law; each group draws a quarter of them from words of its own."""
    draw = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = np.array(["".join(row) for row in letters[draw.integers(0, 26, (_WORDS_KNOWN, 7))]], dtype=object)
    chance = 1 / np.arange(1, _WORDS_KNOWN + 1)
    own = np.array([draw.permutation(_WORDS_KNOWN)[:_OWN_WORDS] for _ in range(k)])
    truth = draw.integers(0, k, n)
    texts = []
    for at, group in enumerate(truth):
        said = draw.choice(_WORDS_KNOWN, length, p=chance / chance.sum())
        mine = draw.random(length) < _OWN_SHARE
        said[mine] = draw.choice(own[group], int(mine.sum()))
        spoken = words[said]
        texts.append(TopicText(f"{at:09d}", " ".join(spoken[:12]), " ".join(spoken[12:])))
    return texts, truth


def _measure(
    titles: list[str], abstracts: list[str], truth: np.ndarray, peers: bool, embed: Embed | None = None
) -> dict[str, Any]:
    k = len(set(truth))
    texts = [TopicText(f"{n:09d}", t, a) for n, (t, a) in enumerate(zip(titles, abstracts, strict=True))]
    runs, seconds = [], []
    for seed in _SEEDS:
        start = time.process_time()
        topics = fit_topics(texts, n=k, seed=seed, embed=embed)
        seconds.append(time.process_time() - start)
        runs.append(np.array([topics.of[text.id] for text in texts], dtype=object))
    result: dict[str, Any] = {"records": len(texts), "groups": k} | _scores(truth, runs)
    result["cpu_s"] = float(np.mean(seconds))
    if peers:
        result["peers"] = {"TF-IDF, SVD, k-means": _plain(titles, abstracts, truth, k)}
    return result


def _scores(truth: np.ndarray, runs: list[np.ndarray]) -> dict[str, float]:
    pairs = [(a, b) for n, a in enumerate(runs) for b in runs[:n]]
    return {
        "nmi": float(np.mean([normalized_mutual_info_score(truth, found) for found in runs])),
        "ari": float(np.mean([adjusted_rand_score(truth, found) for found in runs])),
        "accuracy": float(np.mean([_accuracy(truth, found) for found in runs])),
        "seed_ari": float(np.mean([adjusted_rand_score(a, b) for a, b in pairs])),
    }


def _accuracy(truth: np.ndarray, found: np.ndarray) -> float:
    """Share of records in the right group once groups and topics are matched as well as they can be."""
    table = pd.crosstab(pd.Series(truth), pd.Series(found)).to_numpy()
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum() / len(truth))


def _plain(titles: list[str], abstracts: list[str], truth: np.ndarray, k: int) -> dict[str, float]:
    """The textbook pipeline, for comparison."""
    texts = [f"{t} {a}".lower() for t, a in zip(titles, abstracts, strict=True)]
    runs, seconds = [], []
    for seed in _SEEDS:
        start = time.process_time()
        weights = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=3, max_df=0.5).fit_transform(texts)
        points = normalize(TruncatedSVD(min(50, weights.shape[1] - 1), random_state=seed).fit_transform(weights))
        runs.append(KMeans(k, n_init=4, random_state=seed).fit(points).labels_)
        seconds.append(time.process_time() - start)
    return _scores(truth, runs) | {"cpu_s": float(np.mean(seconds))}
