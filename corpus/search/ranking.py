"""Which record comes first.

Up to RANKED records are ranked by BM25. Beyond that it would cost more than it tells: then those with the words in
title or keywords are ranked and come first, the rest by year; and what is shown says so. A search typed as a sentence
is ranked by how much of it a record has: BM25 in which singular and plural are one word.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from corpus.query import Both, Node, Not, Text, Value, fold, join_any, texts_of
from corpus.search.index import find_rows, score_rows, to_match
from corpus.search.marks import score_text
from corpus.store import Corpus

RANKED = 12_000
READ = 300  # records of a sentence's answer whose text is read again to rank them
K1, B, TITLE, KEYWORDS = 1.2, 0.75, 5.0, 3.0


def order_by_year(corpus: Corpus, rows: np.ndarray, newest: bool = True) -> np.ndarray:
    """Rows by year; those without a year come last, ties are in order of id."""
    year = corpus.snapshot().frame["year"].to_numpy(dtype=float)[rows]
    key = np.where(np.isnan(year), np.inf, -year if newest else year)
    return rows[np.lexsort((rows, key))]


def order_by_title(corpus: Corpus, rows: np.ndarray) -> np.ndarray:
    titles = corpus.snapshot().frame["title"].to_numpy(dtype=object)[rows]
    return rows[np.lexsort((rows, titles.astype(str)))] if len(rows) else rows


def rank(corpus: Corpus, node: Node, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """The rows found in order, their scores (0 where not ranked), and the order's name.

    Orders: "relevance"; "in-title" (words in title or keywords first, ranked; then newest); "newest".
    """
    rows = np.flatnonzero(mask)
    words = _to_ranked_words(corpus, node)
    if not words:
        return order_by_year(corpus, rows), np.zeros(len(rows)), "newest"
    if len(rows) <= RANKED:
        ordered, scores = _order_by_score(corpus, words, rows, mask)
        return ordered, scores, "relevance"
    in_title = find_rows(corpus, f"{{title keywords}} : ({words})")
    in_title = in_title[mask[in_title]]
    first, scores = np.empty(0, dtype=np.int64), np.empty(0)
    if 0 < len(in_title) <= RANKED:
        first, scores = _order_by_score(corpus, f"{{title keywords}} : ({words})", in_title, None)
    rest = mask.copy()
    rest[first] = False
    others = order_by_year(corpus, np.flatnonzero(rest))
    order = "in-title" if len(first) else "newest"
    return np.concatenate([first, others]), np.concatenate([scores, np.zeros(len(others))]), order


def _to_ranked_words(corpus: Corpus, node: Node) -> str:
    """The words that tell records found apart, as a MATCH string; "" if there are none."""
    whole = None if isinstance(node, Not | Value) else to_match(corpus, node)
    if whole is None and isinstance(node, Both):
        parts = [part for part in node.parts if not isinstance(part, Not | Value)]
        whole = to_match(corpus, Both(tuple(parts))) if parts else None
    if whole is None and (texts := texts_of(node)):
        whole = to_match(corpus, join_any(list(texts)))
    return whole or ""


def _order_by_score(
    corpus: Corpus, words: str, rows: np.ndarray, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Rows by BM25, best first, ties in order of id; those the words do not find come last with score 0."""
    # To hand over the rows costs as much as to score a few thousand that are thrown away.
    narrow = mask is not None and len(find_rows(corpus, words)) > 2 * len(rows)
    found, scores = score_rows(corpus, words, rows if narrow else None)
    by_row = np.zeros(len(corpus.snapshot()))
    by_row[found] = scores
    order = np.lexsort((rows, -by_row[rows]))
    return rows[order], by_row[rows][order]


def find_most(corpus: Corpus, texts: Sequence[Text], allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Records with most of the words of a sentence: a mask of them, a first score each, and the least number of words.

    The least is a third of the words, and two where there are four or more. If nothing has as many, fewer do.
    """
    n_words = np.zeros(len(allowed), dtype=np.int16)
    score = np.zeros(len(allowed))
    for text in texts:
        rows = find_rows(corpus, to_match(corpus, text) or "")
        n_words[rows] += 1
        score[rows] += _idf(len(allowed), len(rows))
    n_words[~allowed] = 0
    least = max(2 if len(texts) > 2 else 1, math.ceil(len(texts) / 3))
    least = max(min(least, int(n_words.max(initial=0))), 1)
    mask = n_words >= least
    return mask, np.where(mask, score, 0.0), least


def rank_sentence(
    corpus: Corpus, texts: Sequence[Text], mask: np.ndarray, score: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows by how much of the sentence they have; the READ best are read again and ranked by BM25.

    A word's weight is its rarity among all records; singular and plural are one word, and a word in the title
    counts TITLE times, among the keywords KEYWORDS times. Source: Robertson and Zaragoza, The Probabilistic Relevance
    Framework (2009), with fields weighted before saturation (section 3.6).
    """
    rows = np.flatnonzero(mask)
    rows = rows[np.lexsort((rows, -score[rows]))]
    head = rows[:READ]
    if not len(head):
        return rows, np.empty(0)
    weights = [_idf(len(mask), len(find_rows(corpus, to_match(corpus, text) or ""))) for text in texts]
    pattern = score_text(texts)
    numbers = corpus.snapshot().frame["no"].to_numpy()[head].tolist()
    marks = ",".join("?" * len(numbers))
    read = {
        row[0]: row[1:]
        for row in corpus.query(f"SELECT no, title, keywords, abstract FROM records WHERE no IN ({marks})", numbers)
    }
    counts, lengths = [], []
    for number in numbers:
        found: Counter[int] = Counter()
        length = 0
        for text, weight in zip(read[number], (TITLE, KEYWORDS, 1.0), strict=True):
            if text:
                for hit in pattern.finditer(fold(text)):
                    found[hit.lastindex or 0] += weight  # type: ignore[assignment]
                length += text.count(" ") + 1
        counts.append(found)
        lengths.append(length)
    mean = sum(lengths) / len(lengths)
    best = np.array([
        sum(
            weights[n - 1] * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean)) for n, tf in found.items()
        )
        for found, length in zip(counts, lengths, strict=True)
    ])  # fmt: skip
    everything = np.array([len(found) == len(texts) for found in counts])
    order = np.lexsort((head, -best, ~everything))
    tail = rows[READ:]
    floor = min(float(best.min()), 1.0) * 0.99
    top = float(score[tail].max(initial=1e-9)) or 1e-9
    return np.concatenate([head[order], tail]), np.concatenate([best[order], floor * score[tail] / top])


def _idf(n: int, df: int) -> float:
    return math.log(1 + (n - df + 0.5) / (df + 0.5))
