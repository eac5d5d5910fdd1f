"""How the full-text index is asked: a tree of words becomes one MATCH string, its answer the rows of a snapshot.

The one place that knows FTS5; another back end would implement ``find_rows``, ``score_rows`` and ``find_words``.
"""

import json
import re
from itertools import product

import numpy as np

from corpus.errors import QueryError
from corpus.query import Both, Either, Near, Node, Not, Text, Value
from corpus.store import Corpus

WEIGHTS = "10.0, 1.0, 5.0, 2.0, 1.0"  # title, abstract, keywords, authors, venue
EXPANDED = 500  # words that one wildcard may stand for
COMBINED = 1_000  # combinations that NEAR, or several wildcards in one phrase, may stand for
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.record_vocabulary USING fts5vocab ('main', 'record_text', 'row')"
_MARKS = {"?": r"\w", "~": r"\w?", "*": r"\w*"}


def find_words(corpus: Corpus, beginning: str) -> list[tuple[str, int]]:
    """Words of the index that begin so, each with the number of record rows it stands in; in alphabetical order."""
    corpus.query(_VOCABULARY)
    return corpus.query(
        "SELECT term, doc FROM temp.record_vocabulary WHERE term >= ? AND term < ?",
        (beginning, beginning + "\U0010ffff"),
    )


def expand(corpus: Corpus, pattern: str, position: int) -> list[str]:
    """The words of the index that a pattern stands for. Raises QueryError if there are more than EXPANDED."""
    beginning = re.split(r"[?~*]", pattern)[0]
    if pattern[len(beginning) :].startswith("~") and not beginning[:-1]:
        raise QueryError(f'"{pattern}" begins with too few letters to look it up.', position)
    wanted = re.compile("".join(_MARKS.get(character, re.escape(character)) for character in pattern))
    words = [word for word, _ in find_words(corpus, beginning) if wanted.fullmatch(word)]
    if len(words) > EXPANDED:
        raise QueryError(
            f'"{pattern}" stands for {len(words):,} different words here; {EXPANDED} are the most. Write more letters.',
            position,
        )
    return words


def to_match(corpus: Corpus, node: Node) -> str | None:
    """The whole tree as one MATCH string, if it is made of words alone and excludes nothing by itself.

    "" if it can match nothing (a wildcard that stands for no word of the index).
    """
    if isinstance(node, Text):
        return _in_columns(_any(f'"{phrase}"{star}' for phrase, star in _phrases(corpus, node)), node.column)
    if isinstance(node, Near):
        return _near(corpus, node)
    if isinstance(node, Either):
        parts = [to_match(corpus, part) for part in node.parts]
        return None if None in parts else _any(part for part in parts if part)
    if isinstance(node, Both):
        wanted = [to_match(corpus, part) for part in node.parts if not isinstance(part, Not)]
        unwanted = [to_match(corpus, part.of) for part in node.parts if isinstance(part, Not)]
        if not wanted or None in wanted or None in unwanted:
            return None
        if "" in wanted:
            return ""
        found = "(" + " AND ".join(part for part in wanted if part) + ")"
        without = "".join(f" NOT {part}" for part in unwanted if part)
        return f"({found}{without})" if without else found
    return None


def _any(parts) -> str:  # type: ignore[no-untyped-def]
    kept = list(dict.fromkeys(parts))
    return kept[0] if len(kept) == 1 else "(" + " OR ".join(kept) + ")" if kept else ""


def _in_columns(found: str, column: str) -> str:
    return f"{{{column}}} : {found}" if found and column else found


def _phrases(corpus: Corpus, text: Text) -> list[tuple[str, str]]:
    """The phrases a text stands for, each with "*" if its last word may go on."""
    star = "*" if text.prefix else ""
    if not text.wild:
        return [(words, star) for words in (text.words, *text.also)]
    pieces = text.words.split()
    choices = []
    for n, piece in enumerate(pieces):
        last = n == len(pieces) - 1
        literal = not re.search(r"[?~*]", piece) or (last and star)
        choices.append([piece] if literal else expand(corpus, piece, text.position))
    if np.prod([len(words) for words in choices], dtype=float) > COMBINED:
        raise QueryError(
            f'The wildcards of "{text.words}" stand for too many phrases together. Write more letters.', text.position
        )
    return [(" ".join(words), star) for words in product(*choices)]


def _near(corpus: Corpus, near: Near) -> str:
    groups, columns = _near_groups(corpus, near)
    if len(groups) > COMBINED:
        raise QueryError(
            f"The two sides of this make {len(groups):,} combinations; {COMBINED:,} are the most. Use fewer words.",
            near.position,
        )
    found = _any(f"NEAR({' '.join(group)}, {near.distance})" for group in groups)
    return _in_columns(found, columns)


def _near_groups(corpus: Corpus, node: Node) -> tuple[list[tuple[str, ...]], str]:
    """Every choice of one phrase a part, and the columns that all parts allow."""
    if isinstance(node, Text):
        return [(f'"{phrase}"{star}',) for phrase, star in _phrases(corpus, node)], node.column
    if isinstance(node, Either):
        found = [_near_groups(corpus, part) for part in node.parts]
        return [group for groups, _ in found for group in groups], _common([columns for _, columns in found])
    if isinstance(node, Near | Both):
        parts = (node.left, node.right) if isinstance(node, Near) else node.parts
        found = [_near_groups(corpus, part) for part in parts]
        size = np.prod([len(groups) for groups, _ in found], dtype=float)
        if size > COMBINED:
            raise QueryError(
                f"What stands near each other here makes {int(size):,} combinations; {COMBINED:,} are the most. "
                "Use fewer words.",
                getattr(node, "position", 0),
            )
        groups = [tuple(p for group in choice for p in group) for choice in product(*(groups for groups, _ in found))]
        return groups, _common([columns for _, columns in found])
    position = node.position if isinstance(node, Value) else 0
    raise QueryError("Only words, phrases and OR can stand beside NEAR.", position)


def _common(columns: list[str]) -> str:
    limited = [set(names.split()) for names in columns if names]
    return " ".join(sorted(set.intersection(*limited))) if limited else ""


def find_rows(corpus: Corpus, match: str) -> np.ndarray:
    """Rows of the current snapshot that a MATCH string finds, unsorted. One pass over the index, nothing else read."""
    if not match:
        return np.empty(0, dtype=np.int64)
    found = corpus.query("SELECT group_concat(rowid) FROM record_text WHERE record_text MATCH ?", (match,))[0][0]
    return to_rows(corpus, np.fromstring(found or "", dtype=np.int64, sep=","))


def has_rows(corpus: Corpus, match: str) -> bool:
    """Whether a MATCH string finds any record of the corpus; stops at the first."""
    query = "SELECT 1 FROM record_text WHERE record_text MATCH ? AND +rowid IN (SELECT record FROM shown) LIMIT 1"
    return bool(match) and bool(corpus.query(query, (match,)))


def count_at_most(corpus: Corpus, match: str, most: int) -> int:
    """How many record rows a MATCH string finds, counted no further than ``most``."""
    query = "SELECT count(*) FROM (SELECT 1 FROM record_text WHERE record_text MATCH ? LIMIT ?)"
    return int(corpus.query(query, (match, most))[0][0]) if match else 0


def to_rows(corpus: Corpus, numbers: np.ndarray) -> np.ndarray:
    """Rows of the current snapshot by record number; records that are not shown are left out."""
    row_of = corpus.snapshot().row_of
    rows: np.ndarray = row_of[numbers[numbers < len(row_of)]]
    return rows[rows >= 0]


def score_rows(corpus: Corpus, match: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those of the rows that a MATCH string finds, and their BM25 scores: higher is better."""
    wanted = corpus.snapshot().frame["no"].to_numpy()[rows]
    # The plus keeps SQLite from asking the index anew for every single row.
    found = corpus.query(
        f"SELECT rowid, -bm25(record_text, {WEIGHTS}) FROM record_text WHERE record_text MATCH ? "
        "AND +rowid IN (SELECT value FROM json_each(?))",
        (match, json.dumps(wanted.tolist())),
    )
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0)
    numbers, scores = np.array(found, dtype=float).T
    return corpus.snapshot().row_of[numbers.astype(np.int64)], scores
