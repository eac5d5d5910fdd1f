"""How fast mixed searches are at 100,000 and 1,000,000 records, which are made up here; tantivy beside it.

The records are written straight into the store's tables and its index: to stage, match and tag a million entries would
take hours, and a search sees none of that. A test holds that a corpus filled so answers as one that was added to.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corpus.framework import Framework
from corpus.rules import Rules
from corpus.search import find
from corpus.store import Corpus

KINDS = ("single", "and", "phrase", "prefix", "field", "common", "near", "sentence")
N_WORDS = 130  # of a record, 12 of them its title
BATCH = 10_000
Row = tuple[str, str, str, str, int]  # title, abstract, authors, venue, year


def make_up(n: int, seed: int = 0) -> Iterator[Row]:
    """Records of made-up words whose frequencies fall as in real text, so that some stand in nearly every record."""
    random = np.random.default_rng(seed)
    syllables = [c + v for c in "bdfghklmnprstvz" for v in "aeiou"]
    lengths = random.integers(2, 5, 20_000)
    words = np.array(sorted({"".join(random.choice(syllables, k)) for k in lengths}))
    random.shuffle(words)
    upto = np.cumsum(1 / np.arange(1, len(words) + 1))
    upto /= upto[-1]
    spoken = words.tolist()
    for start in range(0, n, BATCH):
        size = min(BATCH, n - start)
        drawn = np.searchsorted(upto, random.random((size, N_WORDS))).clip(max=len(spoken) - 1).tolist()
        for number, row in enumerate(drawn, start):
            text = [spoken[word] for word in row]
            yield " ".join(text[:12]), " ".join(text[12:]), text[1], f"Journal of {text[0]}", 1970 + number % 55


def fill(path: Path, n: int, framework: Framework, rules: Rules, seed: int = 0) -> Corpus:
    """A corpus of ``n`` records made up, one entry behind each, written straight into the tables."""
    Corpus.open(path, framework, rules, create=True).close()
    corpus = Corpus.open(path, framework, rules)
    db = corpus._db
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN IMMEDIATE")
    rows: list[tuple[Any, ...]] = []
    for no, (title, abstract, authors, venue, year) in enumerate(make_up(n, seed), 1):
        name = sha256(f"{seed}.{no}".encode()).hexdigest()[:16]
        data = json.dumps({"authors": [[authors, None, False]]})
        rows.append((no, name, str(no), 1, 1, data, year, title, abstract, None, authors, venue))
        if len(rows) == BATCH or no == n:
            _insert(db, rows)
            rows = []
    db.execute("UPDATE meta SET value = 1 WHERE key = 'corpus_version'")
    db.execute("COMMIT")
    db.execute("PRAGMA synchronous = FULL")
    corpus.settle()
    return corpus


def _insert(db: Any, rows: list[tuple[Any, ...]]) -> None:
    numbers = [(row[0],) for row in rows]
    db.executemany("INSERT INTO entries (no, id, format) VALUES (?, ?, 'made-up')", [row[:2] for row in rows])
    db.executemany("INSERT INTO members VALUES (?, ?)", [(row[0], row[0]) for row in rows])
    db.executemany(
        "INSERT INTO records (no, id, members, n_entries, has_abstract, data, year, title, abstract, keywords, "
        "authors, venue) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.executemany(
        "INSERT INTO record_text (rowid, title, abstract, keywords, authors, venue) VALUES (?, ?, ?, ?, ?, ?)",
        [(row[0], *row[7:]) for row in rows],
    )
    db.executemany("INSERT INTO shown VALUES (?)", numbers)


def ask(titles: list[list[str]], n: int) -> list[tuple[str, str]]:
    """``n`` searches of each kind, made of words of the records: (kind, search)."""
    taken = [words for words in titles if len(words) > 6]
    counts = pd.Series([word for words in titles for word in words]).value_counts()
    common, rare = list(counts.index[:8]), list(counts.index[len(counts) // 2 :])
    asked = []
    for i in range(n):
        words = taken[i % len(taken)]
        asked += [
            ("single", rare[i % len(rare)]),
            ("and", f"{words[0]} {words[3]}"),
            ("phrase", f'"{words[1]} {words[2]}"'),
            ("prefix", f"{words[2][:3]}*"),
            ("field", f"title:{words[4]} year:1990-2010"),
            ("common", common[i % len(common)]),
            ("near", f"{words[1]} NEAR/5 {words[4]}"),
            ("sentence", " ".join(words[:7])),
        ]
    return asked


def measure_speed(corpus: Corpus, n: int = 20, seed: int = 0, peers: bool = False) -> dict[str, Any]:
    """CPU milliseconds of the first page of searches of every kind: median and 95th percentile; sentences apart."""
    frame = corpus.snapshot().frame  # loaded once a version, not once a search
    at = np.random.default_rng(seed).integers(0, len(frame), n * 4)
    asked = ask([title.lower().split() for title in frame["title"].iloc[at]], n)
    find(corpus, f'"{asked[0][1]}"')
    spent = _time(asked, lambda kind, query: find(corpus, query))
    measured = _summarise(spent)
    if peers:
        measured["tantivy"] = _ask_tantivy(corpus.path, asked)
    return measured


def _time(asked: list[tuple[str, str]], answer: Callable[[str, str], object]) -> list[tuple[str, float]]:
    spent = []
    for kind, query in asked:
        start = time.process_time()
        answer(kind, query)
        spent.append((kind, (time.process_time() - start) * 1000))
    return spent


def _summarise(spent: list[tuple[str, float]]) -> dict[str, Any]:
    mixed = [ms for kind, ms in spent if kind != "sentence"]
    of_kind = {kind: [ms for k, ms in spent if k == kind] for kind in KINDS}
    return {
        "median_ms": float(np.median(mixed)),
        "p95_ms": float(np.percentile(mixed, 95)),
        "sentence_p95_ms": float(np.percentile(of_kind["sentence"], 95)),
        "by kind": {
            kind: {"median_ms": float(np.median(times)), "p95_ms": float(np.percentile(times, 95))}
            for kind, times in of_kind.items()
        },
    }


# Run by the Python that LACUNA_PEERS names: the same texts in a tantivy index of one segment, the same searches.
_TANTIVY = """
import json, sqlite3, sys, tempfile, time
import tantivy
builder = tantivy.SchemaBuilder()
for name in ("title", "abstract", "keywords", "authors", "venue"):
    builder.add_text_field(name)
builder.add_integer_field("year", indexed=True, stored=False)
builder.add_integer_field("no", stored=True, indexed=False)
schema = builder.build()
fields = ["title", "abstract", "keywords", "authors", "venue"]
with tempfile.TemporaryDirectory() as folder:
    index = tantivy.Index(schema, folder)
    writer = index.writer(500_000_000, num_threads=1)
    rows = sqlite3.connect(sys.argv[1]).execute("SELECT no, title, abstract, authors, venue, year FROM records")
    for no, title, abstract, authors, venue, year in rows:
        texts = {"title": title, "abstract": abstract, "authors": authors, "venue": venue}
        writer.add_document(tantivy.Document(no=no, year=year, **texts))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    boosts = {"title": 10.0, "keywords": 5.0, "authors": 2.0}

    def read(kind, query):
        if kind == "prefix":
            parts = [tantivy.Query.regex_query(schema, f, query[:-1] + ".*") for f in fields]
            return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
        if kind == "and":
            query = " AND ".join(query.split())
        elif kind == "field":
            word, years = query.split()
            low, high = years.removeprefix("year:").split("-")
            query = f"{word} AND year:[{low} TO {high}]"
        elif kind == "near":
            left, _, right = query.split()
            query = f'"{left} {right}"~5'
        return index.parse_query(query, fields, field_boosts=boosts)

    spent = []
    for kind, query in json.load(sys.stdin):
        start = time.process_time()
        found = searcher.search(read(kind, query), 20, count=True)
        [searcher.doc(address) for _, address in found.hits]
        spent.append((kind, (time.process_time() - start) * 1000))
    print(json.dumps(spent))
"""


def _ask_tantivy(path: Path, asked: list[tuple[str, str]]) -> dict[str, Any]:
    python = os.environ.get("LACUNA_PEERS")
    if not python:
        return {"state": "not installed: set LACUNA_PEERS to the python of an environment that has tantivy"}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-c", _TANTIVY, str(path)], input=json.dumps(asked), capture_output=True, text=True, cwd=folder
        )
    if done.returncode:
        return {"state": f"did not run: {done.stderr.strip().splitlines()[-1:]}"}
    summary = _summarise([(kind, ms) for kind, ms in json.loads(done.stdout)])
    kinds = {f"{kind}_p95_ms": times["p95_ms"] for kind, times in summary.pop("by kind").items()}
    return summary | kinds
