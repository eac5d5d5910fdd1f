"""What the rules' codes rest on, over the whole corpus at once: in which field each tag was found, and by which words.

For choosing what a person should look at. What one record was given, and why, is ``Corpus.assignments``.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from corpus.snapshot import Snapshot
from corpus.store import Corpus, coding

# Where a tag was found, weakest first; the number of a place is its position here. 0: no rule gave the tag.
PLACES = ("", "abstract", "keywords", "title")
_NUMBERS = {"title": 3, "keywords": 2, "mesh": 2, "publication_types": 2}
_HERE = "FROM shown s JOIN members m ON m.record = s.record JOIN passages p ON p.entry = m.entry"


def load_evidence(corpus: Corpus, snapshot: Snapshot) -> sparse.csr_matrix:
    """Records by tags, row for row beside ``snapshot``: the best place a rule found the tag in, as a PLACES number.

    Narrower tags do not speak for broader ones here, and people's rulings change nothing.
    """
    column_of, row_of = snapshot.column_of, snapshot.row_of
    rows: list[int] = []
    columns: list[int] = []
    places: list[int] = []
    for number, data in corpus.query(f"SELECT s.record, p.data {_HERE}"):
        row = int(row_of[number]) if number < len(row_of) else -1
        if row < 0:
            continue
        for facet, tag, _, field, _, _ in coding.unpack(data):
            column = column_of.get((facet, tag))
            if column is not None:
                rows.append(row)
                columns.append(column)
                places.append(_NUMBERS.get(field, 1))
    at = np.array(rows, dtype=np.int64) * len(column_of) + np.array(columns, dtype=np.int64)
    order = np.lexsort((-np.array(places, dtype=np.int8), at))
    at, firsts = np.unique(at[order], return_index=True)
    data = np.array(places, dtype=np.int8)[order][firsts]
    shape = (len(snapshot), len(column_of))
    return sparse.csr_matrix((data, (at // max(1, shape[1]), at % max(1, shape[1]))), shape=shape)


def load_ruled(corpus: Corpus, snapshot: Snapshot) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """What people have said, row for row beside ``snapshot``, whatever it was that they said.

    Records by tags: a ruling on the tag stands. Records by facets: somebody coded the facet in full, that is, a ruling
    says under which version of the framework.
    """
    back = find_withdrawn(corpus)
    facet_of = {facet: n for n, facet in enumerate(snapshot.framework.by_id)}
    column_of, row_of = snapshot.column_of, snapshot.row_of
    tags: set[tuple[int, int]] = set()
    facets: set[tuple[int, int]] = set()
    rows = corpus.query(
        "SELECT r.number, s.record, r.facet, r.tag, r.coded_under FROM rulings r "
        "JOIN ruling_entries x ON x.ruling = r.number JOIN entries e ON e.id = x.entry "
        "JOIN members m ON m.entry = e.no JOIN shown s ON s.record = m.record WHERE r.kind = 'tag'"
    )
    for number, record, facet, tag, under in rows:
        row = int(row_of[record]) if number not in back and record < len(row_of) else -1
        if row < 0:
            continue
        if (column := column_of.get((facet, tag))) is not None:
            tags.add((row, column))
        if under is not None and facet in facet_of:
            facets.add((row, facet_of[facet]))
    return _to_matrix(tags, (len(snapshot), len(column_of))), _to_matrix(facets, (len(snapshot), len(facet_of)))


def find_withdrawn(corpus: Corpus) -> set[int]:
    """The numbers of the rulings that somebody took back."""
    back: set[int] = set()
    for number, value in corpus.query("SELECT number, value FROM rulings WHERE kind = 'withdrawn' ORDER BY 1 DESC"):
        if number not in back:  # a taking back that was itself taken back does not count
            back.add(int(value))
    return back


def _to_matrix(pairs: Iterable[tuple[int, int]], shape: tuple[int, int]) -> sparse.csr_matrix:
    at = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return sparse.csr_matrix((np.ones(len(at), dtype=bool), (at[:, 0], at[:, 1])), shape=shape, dtype=bool)


@dataclass(frozen=True, slots=True)
class Earned:
    """One record that a rule gave a tag: by these words, in this field, with the words around them."""

    record: str
    entry: str
    field: str
    passage: str
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        """The passage as words are compared: small letters, single spaces."""
        return " ".join(self.passage.casefold().split())


AROUND = 90  # letters of the text shown on either side of a passage


def find_earned(corpus: Corpus, facet: str, tag: str) -> list[Earned]:
    """Every record of the corpus that a rule gave this very tag, in order of id, one row for each passage it earned.

    Raises UnknownIdError. What people ruled does not matter here.
    """
    corpus.framework.tag(facet, tag)
    begin = coding.pack([facet, tag])[:-1] + b","
    query = (
        f"SELECT r.id, e.id, p.data, {coding.SAID} {_HERE} JOIN records r ON r.no = s.record "
        "JOIN entries e ON e.no = m.entry JOIN facts f ON f.entry = m.entry WHERE instr(p.data, ?) ORDER BY r.id, e.id"
    )
    found = []
    for record, entry, passages, *said in corpus.query(query, (begin,)):
        fields = coding.unpack_fields(*said)
        for made in coding.unpack_passages(passages, fields):
            if (made.facet, made.tag) == (facet, tag):
                text = coding.text_of(fields, made.field)
                before, after = text[max(0, made.start - AROUND) : made.start], text[made.end : made.end + AROUND]
                found.append(Earned(record, entry, made.field, made.passage, before, after))
    return found


def count_words(earned: Iterable[Earned]) -> dict[tuple[str, str], int]:
    """How many records each (field, words) earned the tag for, the most frequent first."""
    seen = {(item.record, item.field, item.words) for item in earned}
    counts = Counter((field, words) for _, field, words in seen)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
