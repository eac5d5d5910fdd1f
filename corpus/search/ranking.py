"""Which record comes first.

Up to RANKED records (of a large corpus, a fortieth of it) are ranked by BM25. Beyond that it would cost more than it
tells: those with the words in title or keywords are ranked and come first if they are few enough, the rest by year; and
what is shown says so. A search typed as a sentence is ranked by how much of it a record has: BM25 in which singular and
plural are one word.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.query import Both, Node, Not, Text, Value, fold, join_any, texts_of
from corpus.query.vocabulary import STOP_WORDS, other_forms
from corpus.search.index import find_rows, score_rows, to_match
from corpus.store import Corpus

RANKED = 8_000
READ = 300  # records of a sentence's answer whose text is read again to rank them
LEAST = 0.1  # of the weight of a sentence's words, that a record must have
COMMON, LARGE = 0.2, 10_000  # in a corpus so large, a word that this share of all records have tells little
_WORDS = re.compile(r"\w+|\W\W+")  # and what parts words by more than one character
K1, B, TITLE, KEYWORDS, PAIR = 1.2, 0.75, 5.0, 3.0, 0.3


def order_by_year(corpus: Corpus, mask: np.ndarray, newest: bool = True) -> np.ndarray:
    """The rows of a mask by year; those without a year come last, ties are in order of id."""
    snapshot = corpus.snapshot()
    if newest:
        return snapshot.newest_first[mask[snapshot.newest_first]]
    rows = np.flatnonzero(mask)
    year = snapshot.frame["year"].to_numpy(dtype=float)[rows]
    return rows[np.argsort(np.where(np.isnan(year), np.inf, year), kind="stable")]


def order_by_title(corpus: Corpus, mask: np.ndarray) -> np.ndarray:
    by_title = corpus.snapshot().by_title
    return by_title[mask[by_title]]


def rank(corpus: Corpus, node: Node, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """The rows found in order, their scores (0 where not ranked), and the order's name.

    Orders: "relevance"; "in-title" (words in title or keywords first, ranked; then newest); "newest".
    """
    rows = np.flatnonzero(mask)
    words = _to_ranked_words(corpus, node)
    if not words:
        return order_by_year(corpus, mask), np.zeros(len(rows)), "newest"
    most = max(RANKED, len(mask) // 40)
    if len(rows) <= most:
        ordered, scores = _order_by_score(corpus, words, rows)
        return ordered, scores, "relevance"
    first, scores = np.empty(0, dtype=np.int64), np.empty(0)
    if len(rows) <= 4 * most:
        in_title = find_rows(corpus, f"{{title keywords}} : ({words})")
        in_title = in_title[mask[in_title]]
        if 0 < len(in_title) <= most // 2:
            first, scores = _order_by_score(corpus, f"{{title keywords}} : ({words})", in_title)
    rest = mask.copy()
    rest[first] = False
    others = order_by_year(corpus, rest)
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


def _order_by_score(corpus: Corpus, words: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows by BM25, best first, ties in order of id; those the words do not find come last with score 0."""
    found, scores = score_rows(corpus, words, rows)
    by_row = np.zeros(len(corpus.snapshot()))
    by_row[found] = scores
    rows = np.sort(rows)
    order = np.argsort(-by_row[rows], kind="stable")
    return rows[order], by_row[rows][order]


def split_words(plain: Sequence[Text]) -> list[Text]:
    """The single words of a sentence: of "high-speed" either word may stand alone."""
    words = [text for text in plain if " " not in text.words]
    for text in plain:
        if " " in text.words:
            parts = [word for word in text.words.split() if len(word) > 1 and word not in STOP_WORDS]
            words += [Text(word, also=other_forms(word)) for word in parts]
    every = (Text(word) for text in plain for word in text.words.split())
    return list(dict.fromkeys(words)) or list(dict.fromkeys(every))


def find_most(corpus: Corpus, texts: Sequence[Text]) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Records with some words of a sentence: a mask of them, the weight of the words each has, and of each word.

    Those whose words weigh less than LEAST of the whole sentence are left out: they share only what is everywhere.
    For the same reason, in a corpus of more than LARGE records, a word that more than COMMON of them have finds none
    by itself if there is a rarer one; it counts where records are read again.
    """
    n = len(corpus.snapshot())
    most = int(COMMON * n) if n > LARGE else n
    known = _common_words(corpus)
    found: dict[int, np.ndarray] = {}
    totals = []
    for at, text in enumerate(texts):
        words = to_match(corpus, text) or ""
        if words not in known:
            found[at] = find_rows(corpus, words)
            if len(found[at]) > most:
                known[words] = len(found[at])
        totals.append(known.get(words, len(found.get(at, ()))))
    weights = [_idf(n, total) if total else 0.0 for total in totals]
    telling = [at for at, total in enumerate(totals) if 0 < total <= most] or range(len(texts))
    score = np.zeros(n)
    for at in telling:
        rows = found[at] if at in found else find_rows(corpus, to_match(corpus, texts[at]) or "")
        score[rows] += weights[at]
    mask = (score > 0) & (score >= LEAST * sum(weights))
    return mask, np.where(mask, score, 0.0), weights


_COMMON: dict[Path, tuple[int, dict[str, int]]] = {}


def _common_words(corpus: Corpus) -> dict[str, int]:
    """The common words met so far at this corpus version, each with the number of records that have it."""
    version = corpus.snapshot().version
    kept = _COMMON.get(corpus.path)
    if kept is None or kept[0] != version:
        kept = _COMMON[corpus.path] = version, {}
    return kept[1]


def rank_sentence(
    corpus: Corpus, texts: Sequence[Text], mask: np.ndarray, score: np.ndarray, weights: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows by how much of the sentence they have; the READ best are read again and ranked by BM25.

    A word's weight is its rarity among all records; singular and plural are one word, and a word in the title
    counts TITLE times, among the keywords KEYWORDS times. Two words of the sentence side by side add PAIR times the
    weight of the commoner. Source: Robertson and Zaragoza, The Probabilistic Relevance
    Framework (2009), with fields weighted before saturation (section 3.6).
    """
    rows = np.flatnonzero(mask)
    rows = rows[np.argsort(-score[rows], kind="stable")]
    head = rows[:READ]
    if not len(head):
        return rows, np.empty(0)
    number_of = {form: n for n, text in reversed(list(enumerate(texts, 1))) for form in (text.words, *text.also)}
    numbers = corpus.snapshot().frame["no"].to_numpy()[head].tolist()
    marks = ",".join("?" * len(numbers))
    read = {
        row[0]: row[1:]
        for row in corpus.query(f"SELECT no, title, keywords, abstract FROM records WHERE no IN ({marks})", numbers)
    }
    counts, lengths, together = [], [], []
    for number in numbers:
        found: Counter[int] = Counter()
        pairs: set[tuple[int, int]] = set()
        length = 0
        for text, weight in zip(read[number], (TITLE, KEYWORDS, 1.0), strict=True):
            if text:
                before = None  # the word of the sentence that stands just before, if one does
                for word in map(number_of.get, _WORDS.findall(fold(text))):
                    if word:
                        found[word] += weight  # type: ignore[assignment]
                        if before and word != before:
                            pairs.add((before, word))
                    before = word
                length += text.count(" ") + 1
        counts.append(found)
        together.append(sum(min(weights[a - 1], weights[b - 1]) for a, b in pairs))
        lengths.append(length)
    mean = sum(lengths) / len(lengths)
    best = PAIR * np.array(together)
    for n, (found, length) in enumerate(zip(counts, lengths, strict=True)):
        norm = K1 * (1 - B + B * length / mean)
        best[n] += sum(weights[word - 1] * tf * (K1 + 1) / (tf + norm) for word, tf in found.items())
    everything = np.array([len(found) == len(texts) for found in counts])
    order = np.lexsort((head, -best, ~everything))
    tail = rows[READ:]
    floor = min(float(best.min()), 1.0) * 0.99
    top = float(score[tail].max(initial=1e-9)) or 1e-9
    return np.concatenate([head[order], tail]), np.concatenate([best[order], floor * score[tail] / top])


def _idf(n: int, df: int) -> float:
    return math.log(1 + (n - df + 0.5) / (df + 0.5))
