"""Records cell by cell, against counts one can verify with a pencil."""

import numpy as np

from analysis.axes import build_axis
from analysis.standing import find_standing
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import build_snapshot

SMALL = Framework(
    "small",
    1,
    (
        Facet("f", "F", "Which f?", (Tag("a", "A"), Tag("b", "B"))),
        Facet("g", "G", "Which g?", (Tag("x", "X"), Tag("y", "Y"), Tag("z", "Z"))),
    ),
)
ROWS = [
    {"id": "r1", "year": 2001, "tags": {"f": "a", "g": "x"}},
    {"id": "r2", "year": 2005, "tags": {"f": "ab", "g": "xy"}},
    {"id": "r3", "year": 2020, "tags": {"f": "b"}},
    {"id": "r4", "tags": {"f": "a", "g": "y"}},
]


def stand(rows):
    snapshot = build_snapshot(SMALL, rows)
    year = snapshot.frame["year"].to_numpy(dtype=float)
    return find_standing(build_axis(snapshot, "f", "tag"), build_axis(snapshot, "g", "tag")), year


def test_every_record_stands_in_each_of_its_cells():
    standing, _ = stand(ROWS)
    assert standing.count(np.ones(4, dtype=bool)).tolist() == [[2, 2, 0], [1, 1, 0]]
    assert standing.count(np.array([True, False, True, False])).tolist() == [[1, 0, 0], [0, 0, 0]]


def test_the_latest_year_of_a_cell_is_of_the_records_asked_for():
    standing, year = stand(ROWS)
    assert np.nan_to_num(standing.latest(year)).tolist() == [[2005, 2005, 0], [2005, 2005, 0]]
    only_first = np.array([True, False, False, True])
    assert np.nan_to_num(standing.latest(year, only_first)).tolist() == [[2001, 0, 0], [0, 0, 0]]


def test_records_after_a_year_of_the_cell_s_own():
    standing, year = stand(ROWS)
    than = np.array([[2001.0, np.nan, 2001.0], [2005.0, 2004.0, 2001.0]])
    assert standing.count_after(np.ones(4, dtype=bool), year, than).tolist() == [[1, 0, 0], [0, 1, 0]]


def test_without_records_every_cell_is_empty():
    standing, year = stand([])
    assert standing.count(np.zeros(0, dtype=bool)).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert np.isnan(standing.latest(year)).all()
