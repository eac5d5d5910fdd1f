"""Each text as a point, so that texts about the same thing lie close together.

Two views side by side: the text's own words reduced by latent semantic analysis, and the mean of its words'
vectors, where a word is described by the words it stands with anywhere in the corpus. The second is what lets two
titles meet that share a subject but no word. Where most records are titles alone, a third view may stand beside them:
sentence vectors made elsewhere (analysis/embedding.py). Measured together and apart in docs/topics.md.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

LSA_SIZE = 50  # at most
WORD_SIZE = 100  # at most
OWN_WEIGHT = 0.5  # of the first view beside the second
MEANING_WEIGHT = 0.5  # of the third beside the other two together
MEANING_SIZE = 64  # dimensions of the third
N_VIEWS = 3
FITTED_ON = 20_000  # texts the first view is learned from; all are placed in it
MAX_PAIRS = 10_000_000  # word pairs the second view is learned from: bounds time and memory on long texts
MAX_WORDS = 20_000  # words described in the second view, the most frequent first
_SMOOTHING = 0.75  # raises the chance of rare words, whose association would otherwise be overstated


def weigh(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Counts as TF-IDF: a word counts less the more texts have it, and little more for being repeated."""
    return sparse.csr_matrix(TfidfTransformer(sublinear_tf=True).fit_transform(counts.astype(np.float64)))


def suggest_sizes(n_texts: int) -> tuple[int, int]:
    """Dimensions of the two views: more than a corpus can fill would be noise, and other seeds find other topics.

    >>> [suggest_sizes(n) for n in (100, 1200, 100_000)]
    [(10, 15), (26, 52), (50, 100)]
    """
    word_size = min(WORD_SIZE, max(15, round(1.5 * n_texts**0.5)))
    return min(LSA_SIZE, max(10, word_size // 2)), word_size


def place_texts(
    weights: sparse.csr_matrix,
    seed: int,
    meanings: np.ndarray | None = None,
    report: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """One row a text, of length 1 (or 0): a point made of all views. float32.

    ``meanings``: a sentence vector for each text, if there are any. ``report`` is told how many views are done.
    """
    lsa_size, word_size = suggest_sizes(weights.shape[0])
    order = np.random.default_rng(seed).permutation(weights.shape[0])
    own = normalize(_lsa(weights, order, lsa_size, seed)) * OWN_WEIGHT
    report(1)
    frequent = _most_frequent(weights)
    shared = normalize(frequent @ _word_vectors(frequent, order, word_size, seed))
    points = normalize(np.hstack([own, shared]))
    report(2)
    if meanings is not None:
        points = normalize(np.hstack([points, MEANING_WEIGHT * _reduce(meanings, order, seed)]))
    report(N_VIEWS)
    return np.asarray(points, dtype=np.float32)


def _reduce(meanings: np.ndarray, order: np.ndarray, seed: int) -> np.ndarray:
    """Sentence vectors without what all of them share, in fewer dimensions; rows of length 1."""
    centred = np.asarray(meanings, dtype=np.float64) - meanings.mean(axis=0)
    if min(centred.shape) <= MEANING_SIZE:
        return np.asarray(normalize(centred))
    _, _, axes = randomized_svd(centred[np.sort(order[:FITTED_ON])], MEANING_SIZE, n_iter=4, random_state=seed)
    return np.asarray(normalize(centred @ axes.T))


def _lsa(weights: sparse.csr_matrix, order: np.ndarray, size: int, seed: int) -> np.ndarray:
    if weights.shape[1] <= size:
        return np.asarray(weights.toarray())
    if weights.shape[0] <= size:  # few texts with many words: their likeness to each other says all
        return np.asarray((weights @ weights.T).toarray())
    sample = weights[np.sort(order[:FITTED_ON])]
    _, _, axes = randomized_svd(sample, size, n_iter=5, random_state=seed)
    return np.asarray(weights @ axes.T)


def _most_frequent(weights: sparse.csr_matrix) -> sparse.csr_matrix:
    if weights.shape[1] <= MAX_WORDS:
        return weights
    n_texts = np.bincount(weights.indices, minlength=weights.shape[1])
    return weights[:, np.sort(np.argsort(-n_texts, kind="stable")[:MAX_WORDS])]


def _word_vectors(weights: sparse.csr_matrix, order: np.ndarray, size: int, seed: int) -> np.ndarray:
    """One row a word, from positive pointwise mutual information of words that share a text, reduced by SVD.

    Source: Levy, Goldberg and Dagan 2015, Improving distributional similarity with lessons learned from word
    embeddings (their smoothing, and singular values to the power one half).
    """
    n_words = weights.shape[1]
    lengths = np.diff(weights.indptr)[order].astype(np.int64)
    n_texts = max(1, int(np.searchsorted(np.cumsum(lengths**2), MAX_PAIRS)))
    present = weights[np.sort(order[:n_texts])].copy()
    present.data = np.ones_like(present.data)
    together = (present.T @ present).tocoo()
    apart = together.row != together.col
    row, column, count = together.row[apart], together.col[apart], together.data[apart]
    if len(count) == 0 or n_words <= 2:
        return np.zeros((n_words, 1))
    total = np.bincount(row, count, minlength=n_words)
    chance = total**_SMOOTHING
    chance /= chance.sum()
    information = np.log(count / (total[row] * chance[column]))
    positive = information > 0
    table = sparse.csr_matrix((information[positive], (row[positive], column[positive])), shape=(n_words, n_words))
    left, strength, _ = randomized_svd(table, min(size, n_words - 1), n_iter=4, random_state=seed)
    return np.asarray(normalize(left * np.sqrt(strength)))
