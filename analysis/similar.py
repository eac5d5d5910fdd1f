"""Records like a record: about the same, whatever words a person would have searched for.

The search index gives the records that share most of its telling words; their texts and its own are weighed by TF-IDF
and placed by latent semantic analysis, and the nearest are returned. Nothing is built beforehand, so it costs the same
whether the corpus was changed a minute ago or a year, and hardly more for a million records than for a thousand.
Source of analysing only what was retrieved: Hull 1994, Improving text retrieval for the routing problem using LSI.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from analysis.embedding import embed
from corpus.query import fold
from corpus.query.vocabulary import STOP_WORDS, other_forms
from corpus.records import Record
from corpus.search.index import count_at_most, find_rows
from corpus.store import Corpus

WORDS = 25  # of a record, by which others are looked for
CANDIDATES = 300
LSA_SIZE = 40
TITLE, KEYWORDS = 3, 2  # times a word there counts
COMMON = 0.05  # a word that a larger share of all records have finds too many to look at ...
FLOOR = 500  # ... if these are more than this
LEAST = 0.05  # likeness below which two records have nothing to do with each other
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Similar:
    """A record like another: how much (0 to 1), and the words they share, most telling first."""

    id: str
    likeness: float
    words: tuple[str, ...]


def find_similar(corpus: Corpus, record: Record, n: int = 6) -> tuple[Similar, ...]:
    """The ``n`` records most like this one, best first; fewer if fewer share a telling word with it."""
    weights = _weigh_words(corpus, record)
    ids = _find_candidates(corpus, record, weights)
    others = corpus.records(ids)
    if not others:
        return ()
    texts = [_text_of(one) for one in (record, *others)]
    with threadpool_limits(limits=1):  # threads cost more than they bring on so few texts
        likeness = _compare(texts, {word: idf for word, (_, idf) in weights.items()})
    order = np.argsort(-likeness, kind="stable")[:n]
    telling = list(weights)
    out = []
    for at in order:
        if likeness[at] >= LEAST:
            here = set(_WORD.findall(fold(texts[at + 1])))
            shared = [word for word in telling if here & {word, *other_forms(word)}]
            out.append(Similar(others[at].id, round(float(likeness[at]), 3), tuple(shared[:3])))
    return tuple(out)


def _text_of(record: Record) -> str:
    """Title and keywords as often as they count, and the abstract."""
    title, keywords = record.title or "", "; ".join((*record.keywords, *record.mesh))
    return " ; ".join([title] * TITLE + [keywords] * KEYWORDS + [record.abstract or ""])


def _weigh_words(corpus: Corpus, record: Record) -> dict[str, tuple[float, float]]:
    """The record's telling words, the most telling first: weight by TF-IDF, and rarity; common ones are left out."""
    counts = Counter(word for word in _WORD.findall(fold(_text_of(record))) if word not in STOP_WORDS)
    total = len(corpus.snapshot())
    most = max(FLOOR, int(COMMON * total))
    weights = {}
    for word, count in counts.items():
        found = count_at_most(corpus, _match(word), most + 1)
        if 1 < found <= most:
            rarity = math.log((1 + total) / (1 + found)) + 1
            weights[word] = (1 + math.log(count)) * rarity, rarity
    best = sorted(weights, key=lambda word: (-weights[word][0], word))[:WORDS]
    return {word: weights[word] for word in best}


def _match(word: str) -> str:
    return "(" + " OR ".join(f'"{form}"' for form in (word, *other_forms(word))) + ")"


def _find_candidates(corpus: Corpus, record: Record, weights: dict[str, tuple[float, float]]) -> list[str]:
    """Ids of the records that share most of the telling words."""
    snapshot = corpus.snapshot()
    score = np.zeros(len(snapshot))
    for word, (weight, _) in weights.items():
        score[find_rows(corpus, _match(word))] += weight
    at = int(snapshot.ids.searchsorted(record.id))
    if at < len(snapshot) and snapshot.ids[at] == record.id:
        score[at] = 0
    rows = np.flatnonzero(score)
    rows = rows[np.argsort(-score[rows], kind="stable")][:CANDIDATES]
    return [str(snapshot.ids[row]) for row in rows]


def _compare(texts: Sequence[str], rarity: dict[str, float]) -> np.ndarray:
    """How like the first text each other is: the mean of the cosines by TF-IDF, LSA and, if installed, wordllama.

    ``rarity`` of words in the whole corpus: the texts were chosen by these words, so among them they look common.
    """
    vectoriser = TfidfVectorizer(
        preprocessor=fold, token_pattern=_WORD.pattern, stop_words=sorted(STOP_WORDS), sublinear_tf=True, norm=None
    )
    try:
        weighed = sparse.csr_matrix(vectoriser.fit_transform(texts))
    except ValueError:  # no text holds a word
        return np.zeros(len(texts) - 1)
    known = [(vectoriser.vocabulary_[word], idf) for word, idf in rarity.items() if word in vectoriser.vocabulary_]
    scale = np.ones(weighed.shape[1])
    for column, idf in known:
        scale[column] = idf / vectoriser.idf_[column]
    tfidf = normalize(sparse.csr_matrix(weighed.multiply(scale)))
    own = np.asarray((tfidf[1:] @ tfidf[0].T).todense()).ravel()
    together = np.asarray((tfidf @ tfidf.T).todense())
    values, axes = np.linalg.eigh(together)
    size = min(LSA_SIZE, len(texts))
    points = normalize(axes[:, -size:] * np.sqrt(values[-size:].clip(min=0)))
    views = [own, points[1:] @ points[0]]
    vectors = embed(texts)
    if vectors is not None:
        views.append(vectors[1:] @ vectors[0])
    return np.asarray(np.mean(views, axis=0)).clip(0, 1)
