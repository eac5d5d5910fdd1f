"""How well a search typed as a sentence ranks, and how fast mixed searches are at 100,000 and 1,000,000 records.

A set is a folder with queries.csv (query_id, text), qrels.csv.gz (query_id, doc_id, relevance) and corpus.parquet (ID,
title, abstract ...); without one, the corpus is the Parquet file of the set's name anywhere in the folder above. The
product's own index is asked, as a page asks it. Speed is measured on records made up (benchmarks/scale.py).
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from benchmarks.scale import fill, measure_speed
from corpus.framework import Framework
from corpus.records import Assignment, Author, Entry, Fields, Link
from corpus.rules import Rules
from corpus.search import find
from corpus.store import Corpus

DEPTH = 1000  # hits of a query that are looked at
SPEED_AT = (100_000, 1_000_000)
_EMPTY = Framework("Search benchmark", 1, ())


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """nDCG@10 (linear gain), recall@100 and MAP (relevance of 1 or more); milliseconds of CPU under "speed"."""
    sets: dict[str, dict[str, Any]] = {}
    for path in sorted(data.rglob("queries.csv")):
        folder = path.parent
        own = folder / "corpus.parquet"
        found = [own] if own.exists() else sorted(data.parent.rglob(f"{folder.name}.parquet"))
        if not found or not (folder / "qrels.csv.gz").exists():
            continue
        with TemporaryDirectory() as temporary, _load(found[0], Path(temporary) / "c.sqlite") as corpus:
            sets[folder.name] = _measure(corpus, folder, pd.read_parquet(found[0]), peers)
    for n in SPEED_AT:
        with TemporaryDirectory() as temporary, fill(Path(temporary) / "c.sqlite", n, _EMPTY, _RULES) as corpus:
            sets[f"speed at {n:,}"] = measure_speed(corpus, peers=peers)
    return sets


# A corpus without a framework: entries are taken as they are, each is its own record.


def _interpret(entry: Entry) -> Fields:
    def first(name: str) -> str | None:
        return (entry.fields.get(name) or [None])[0]  # type: ignore[list-item]

    year = first("year")
    return Fields(
        title=first("title"),
        abstract=first("abstract"),
        venue=first("venue"),
        authors=tuple(Author(name) for name in entry.fields.get("author", ())),
        year=int(year) if year and year.isdigit() else None,
    )


class _NoTags:
    def assign(self, fields: Fields) -> tuple[Assignment, ...]:
        return ()

    def suggest_scope(self, fields: Fields, assignments: tuple[Assignment, ...]) -> tuple[bool, str]:
        return True, ""


def _match_nothing(entries: Any, known: Any = None, progress: Any = None) -> list[Link]:
    return []


_RULES = Rules(
    _interpret, lambda entry, fields: (), lambda fields: (), _match_nothing, lambda framework: _NoTags(), "search-1"
)


def _store(entries: list[Entry], path: Path) -> Corpus:
    corpus = Corpus.open(path, _EMPTY, _RULES, create=True)
    import_id = corpus.start_import()
    file_id = corpus.start_file(import_id, "set", "parquet")
    for start in range(0, len(entries), 500):
        corpus.stage(import_id, file_id, entries[start : start + 500])
    corpus.finish_file(file_id, "utf-8")
    corpus.propose(import_id)
    corpus.accept(import_id)
    return corpus


def _load(path: Path, at: Path) -> Corpus:
    frame = pd.read_parquet(path)
    frame = frame.drop_duplicates("ID")
    names = {"title": "title", "abstract": "abstract", "source": "venue", "author": "author", "year": "year"}
    entries = []
    for n, row in enumerate(frame.itertuples(index=False), 1):
        said = {to: getattr(row, name) for name, to in names.items() if name in frame.columns}
        fields = {name: [str(value)] for name, value in said.items() if not pd.isna(value) and str(value)}
        entries.append(Entry("parquet", n, f"ID={row.ID}", fields))
    return _store(entries, at)


def _measure(corpus: Corpus, folder: Path, frame: pd.DataFrame, peers: bool) -> dict[str, Any]:
    name_of = {Entry("parquet", 0, f"ID={name}", {}).id: str(name) for name in frame["ID"]}
    queries = pd.read_csv(folder / "queries.csv", dtype=str)
    judged = pd.read_csv(folder / "qrels.csv.gz", dtype={"query_id": str, "doc_id": str})
    known = set(name_of.values())
    truth = {
        str(query): {str(d): int(r) for d, r in zip(group["doc_id"], group["relevance"], strict=True)}
        for query, group in judged.groupby("query_id")
    }
    asked = [(q, text) for q, text in zip(queries["query_id"], queries["text"], strict=True) if q in truth]
    start = time.process_time()
    answers = {q: [name_of[hit.id] for hit in find(corpus, text, limit=DEPTH).hits] for q, text in asked}
    cpu = (time.process_time() - start) / max(len(asked), 1)
    result: dict[str, Any] = {"records": len(known), "queries": len(asked)}
    result |= _mean([_score(answers[q], truth[q], lambda r: r) for q, _ in asked])
    levels = sorted({r for relevances in truth.values() for r in relevances.values() if r > 0})
    result["cpu_ms"] = cpu * 1000
    if len(levels) > 1:
        result["levels"] = {
            f"{at} or more": _mean([_score(answers[q], truth[q], lambda r, at=at: int(r >= at)) for q, _ in asked])
            for at in levels
        }
    if peers:
        result["peers"] = {"BM25": _plain_bm25(frame, asked, truth)}
    return result


def _mean(scores: list[tuple[float, float, float]]) -> dict[str, float]:
    means = np.mean(scores, axis=0) if scores else np.zeros(3)
    return dict(zip(("ndcg@10", "recall@100", "map"), map(float, means), strict=True))


def _score(answer: list[str], truth: dict[str, int], gain: Any) -> tuple[float, float, float]:
    """nDCG@10, recall@100 and average precision. Source: Järvelin and Kekäläinen (2002), gains as given."""
    gains = [gain(truth.get(name, 0)) for name in answer]
    ideal = sorted((gain(r) for r in truth.values()), reverse=True)
    n_relevant = sum(g > 0 for g in ideal)
    if not n_relevant:
        return 0.0, 0.0, 0.0
    discounts = 1 / np.log2(np.arange(2, 12))
    ndcg = float(np.dot(gains[:10], discounts[: len(gains[:10])]) / np.dot(ideal[:10], discounts[: len(ideal[:10])]))
    recall = sum(g > 0 for g in gains[:100]) / n_relevant
    hits, precision = 0, 0.0
    for place, g in enumerate(gains, 1):
        if g > 0:
            hits += 1
            precision += hits / place
    return ndcg, recall, precision / n_relevant


Truth = dict[str, dict[str, int]]


def _plain_bm25(frame: pd.DataFrame, asked: list[tuple[str, str]], truth: Truth) -> dict[str, float]:
    """Okapi BM25 over title and abstract as one text, every word of the query wanted, for comparison."""
    names = frame["ID"].astype(str).to_numpy()
    texts = (frame["title"].fillna("") + " " + frame["abstract"].fillna("")).tolist()
    counter = CountVectorizer(token_pattern=r"[^\W_]+")
    tf = counter.fit_transform(texts).astype(float)
    length = np.asarray(tf.sum(axis=1)).ravel()
    df = np.asarray((tf > 0).sum(axis=0)).ravel()
    idf = np.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
    norm = 1.2 * (0.25 + 0.75 * length / length.mean())
    weights = tf.tocoo()
    weights.data = idf[weights.col] * weights.data * 2.2 / (weights.data + norm[weights.row])
    matrix = weights.tocsc()
    scores = []
    for q, text in asked:
        wanted = counter.transform([text]).indices
        score = np.asarray(matrix[:, wanted].sum(axis=1)).ravel()
        order = np.argsort(-score, kind="stable")[:DEPTH]
        scores.append(_score([names[n] for n in order if score[n] > 0], truth[q], lambda r: r))
    return _mean(scores)
