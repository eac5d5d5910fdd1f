"""Fitting a learner on people's codes: one logistic regression a tag, its probabilities calibrated on unseen texts."""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from corpus.codings import Coding
from corpus.framework import Framework, TagKey
from corpus.rules import Progress, no_progress
from ingest.tagging.learner.model import DOUBT_BELOW, SUGGEST_AT, Calibration, Learner, TagModel
from ingest.tagging.learner.validation import FacetValidation, Tally, Validation, measure_calibration
from ingest.tagging.learner.words import count_words, find_words, weigh

MIN_EXAMPLES = 20  # coded examples with the tag, and without it: fewer cannot be learned from or checked
FOLDS = 5
_MIN_TEXTS = 3  # texts that hold a word before it counts
_PENALTY = 1.0  # scikit-learn's C
_SMALL = 0.01  # weights below this change no probability that one would see


def fit_learner(
    examples: Sequence[Coding], framework: Framework, seed: int = 0, progress: Progress = no_progress
) -> Learner:
    """A learner of every tag with enough examples. The same examples in any order give the same learner."""
    some = sorted(examples, key=lambda coding: coding.id)
    counts = [count_words(find_words(coding.fields)) for coding in some]
    rarity = _rarity(counts)
    features = [weigh(count, rarity, coding.given) for count, coding in zip(counts, some, strict=True)]
    names = sorted({name for row in features for name in row})
    table = _table(features, names)
    order = [hashlib.blake2b(f"{seed}:{coding.id}".encode(), digest_size=8).digest() for coding in some]
    models: list[TagModel] = []
    too_few: list[tuple[TagKey, int]] = []
    unseen: dict[TagKey, dict[int, float]] = {}  # tag -> example -> probability from the folds it was not in
    for facet in framework.facets:
        for tag in facet.tags:
            key = (facet.id, tag.id)
            progress("learning tags", len(models) + len(too_few), len(framework.columns))
            said = [coding.says(key, tag.since) for coding in some]
            rows = np.array([i for i, value in enumerate(said) if value is not None], dtype=int)
            labels = np.array([bool(said[i]) for i in rows], dtype=bool)
            given = np.array([key in some[i].given for i in rows], dtype=bool)
            n = int(labels.sum())
            if min(n, len(labels) - n) < MIN_EXAMPLES:
                too_few.append((key, n))
                continue
            folds = _folds(rows, labels, order)
            scores = _unseen_scores(table[rows], labels, folds, seed)
            unseen[key] = dict(
                zip(rows.tolist(), _unseen_probabilities(scores, given, labels, folds).tolist(), strict=True)
            )
            models.append(_fit_tag(key, table[rows], labels, names, fit_calibration(scores, given, labels), seed))
    return Learner(
        framework=framework,
        rarity={word: round(value, 4) for word, value in rarity.items()},
        tags=tuple(models),
        too_few=tuple(too_few),
        validation=_validate(some, framework, unseen),
        n_examples=len(some),
        n_abstracts=sum(bool(coding.fields.abstract) for coding in some),
        seed=seed,
    )


def _rarity(counts: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Inverse document frequency of every word in enough texts. Source: scikit-learn's TfidfTransformer, smoothed."""
    texts = Counter(word for count in counts for word in count)
    n = len(counts)
    return {word: math.log((1 + n) / (1 + k)) + 1 for word, k in sorted(texts.items()) if k >= _MIN_TEXTS}


def _table(features: Sequence[Mapping[str, float]], names: Sequence[str]) -> sparse.csr_matrix:
    column = {name: n for n, name in enumerate(names)}
    indptr, indices, data = [0], [], []
    for row in features:
        for name in sorted(row):
            indices.append(column[name])
            data.append(row[name])
        indptr.append(len(indices))
    return sparse.csr_matrix((data, indices, indptr), shape=(len(features), len(names)), dtype=float)


def _folds(rows: np.ndarray, labels: np.ndarray, order: Sequence[bytes]) -> np.ndarray:
    """A fold for each example, examples with and without the tag dealt out evenly, whatever their order."""
    folds = np.zeros(len(rows), dtype=int)
    for label in (False, True):
        here = [n for n in range(len(rows)) if labels[n] == label]
        for place, n in enumerate(sorted(here, key=lambda n: order[int(rows[n])])):
            folds[n] = place % FOLDS
    return folds


def _regression(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression  # half a second that only fitting should cost

    return LogisticRegression(C=_PENALTY, solver="liblinear", random_state=seed)


def _unseen_scores(table: sparse.csr_matrix, labels: np.ndarray, folds: np.ndarray, seed: int) -> np.ndarray:
    """Each example's score from a regression on the other folds."""
    scores = np.zeros(len(labels))
    for fold in range(FOLDS):
        test = folds == fold
        scores[test] = _regression(seed).fit(table[~test], labels[~test]).decision_function(table[test])
    return scores


def _unseen_probabilities(scores: np.ndarray, given: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Each example's probability, by a calibration that has not seen it either."""
    found = np.zeros(len(labels))
    for fold in range(FOLDS):
        test = folds == fold
        line = fit_calibration(scores[~test], given[~test], labels[~test])
        found[test] = _sigmoid(line.slope * scores[test] + line.given * given[test] + line.middle)
    return found


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def fit_calibration(scores: np.ndarray, given: np.ndarray, labels: np.ndarray) -> Calibration:
    """The sigmoid that turns scores into probabilities, by Newton's method.

    Source: Platt (1999), with his targets. Beside the score it weighs whether the rules gave the tag: what they gave
    is right more often than the penalised score alone says. The slope is kept from turning negative.
    """
    n_yes = int(labels.sum())
    n_no = len(labels) - n_yes
    target = np.where(labels, (n_yes + 1) / (n_yes + 2), 1 / (n_no + 2))
    at = np.array([1.0, 0.0, math.log((n_yes + 1) / (n_no + 1))])
    columns = np.column_stack([scores, given.astype(float), np.ones_like(scores)])
    ridge = np.array([1e-6, 0.1, 1e-9])
    for _ in range(50):
        p = _sigmoid(columns @ at)
        gradient = columns.T @ (p - target) + ridge * at
        hessian = (columns * (p * (1 - p))[:, None]).T @ columns + np.diag(ridge) + 1e-9 * np.eye(3)
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        at = at - step
        if float(np.abs(step).max()) < 1e-9:
            break
    slope, bonus, middle = (round(float(x), 6) for x in at)
    return Calibration(max(0.0, slope), bonus, middle)


def _fit_tag(
    key: TagKey, table: sparse.csr_matrix, labels: np.ndarray, names: Sequence[str], line: Calibration, seed: int
) -> TagModel:
    fitted = _regression(seed).fit(table, labels)
    weights = {names[n]: round(float(w), 3) for n, w in enumerate(fitted.coef_[0]) if abs(w) >= _SMALL}
    return TagModel(key, round(float(fitted.intercept_[0]), 6), weights, line)


def _validate(some: Sequence[Coding], framework: Framework, unseen: Mapping[TagKey, Mapping[int, float]]) -> Validation:
    pairs: list[tuple[float, bool]] = []
    constant = 0.0
    facets: dict[str, FacetValidation] = {}
    for facet in framework.facets:
        rules, both = Tally(), Tally()
        added = added_right = doubted = doubted_right = 0
        records: set[int] = set()
        for tag in facet.tags:
            key = (facet.id, tag.id)
            probabilities = unseen.get(key, {})
            said = {i: value for i, c in enumerate(some) if (value := c.says(key, tag.since)) is not None}
            share = sum(said.values()) / len(said) if said else 0.0
            for i, has_it in said.items():
                records.add(i)
                given = key in some[i].given
                p = probabilities.get(i)
                adds = p is not None and p >= SUGGEST_AT and not given
                rules += _tally(given, has_it)
                both += _tally(given or adds, has_it)
                if p is not None:
                    pairs.append((p, has_it))
                    constant += (share - has_it) ** 2
                    if adds:
                        added, added_right = added + 1, added_right + has_it
                    if given and p < DOUBT_BELOW:
                        doubted, doubted_right = doubted + 1, doubted_right + (not has_it)
        if records:
            facets[facet.id] = FacetValidation(rules, both, added, added_right, doubted, doubted_right, len(records))
    error, bins = measure_calibration(pairs)
    n = max(1, len(pairs))
    return Validation(
        folds=FOLDS,
        n=len(pairs),
        brier=round(sum((p - t) ** 2 for p, t in pairs) / n, 5),
        brier_constant=round(constant / n, 5),
        calibration_error=error,
        bins=bins,
        facets=facets,
    )


def _tally(given: bool, has_it: bool) -> Tally:
    return Tally(int(given and has_it), int(given and not has_it), int(has_it and not given))
