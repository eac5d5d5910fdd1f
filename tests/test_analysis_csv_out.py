"""Tables to take away say how they were made, and nothing in them runs in a spreadsheet."""

import csv
import io

import numpy as np
import pandas as pd

from analysis.csv_out import write_csv
from corpus.snapshot import build_snapshot


def test_the_header_says_version_constants_filters_and_statement(tiny_framework):
    snapshot = build_snapshot(tiny_framework, [{"id": "a"}], version=7, statement="made up", filters=("since 2015",))
    table = pd.DataFrame({"What": ["=1+1", None], "Parts": [{"x": np.float64(0.5)}, ["a", float("inf")]]})
    lines = list(csv.reader(io.StringIO(write_csv(table, snapshot, "A table", notes=("Draws: 300",)))))
    head = [line[0] for line in lines if line[0].startswith("#")]
    assert head[:2] == ["# A table", "# Corpus version 7: 1 records"]
    assert "MIN_EXPECTED=3" in head[3]
    assert head[4:6] == ["# Filters: since 2015", "# How the corpus was put together: made up"]
    assert head[-1] == "# Draws: 300"
    assert lines[len(head) :] == [["What", "Parts"], ["'=1+1", '{"x": 0.5}'], ["", '["a", null]']]
