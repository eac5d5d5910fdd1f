"""Years as the rows or columns of a map."""

from dataclasses import replace

import numpy as np
import pytest
from test_analysis_coverage import LEVELS, facet

from analysis.axes import NO_YEAR, YEAR, Level, build_axis
from analysis.coverage import cross
from analysis.gaps import find_gaps
from analysis.sentences import make_about, write_gap
from corpus.framework import Framework
from corpus.snapshot import Snapshot, build_snapshot

PLANTS = Framework(name="Plants", version=1, facets=(facet("plant", "ab"),))


def dated(*years: int | None, year_now: int = 2026) -> Snapshot:
    rows = [{"id": f"r{k:03d}", "year": year, "tags": {"plant": ["ab"[k % 2]]}} for k, year in enumerate(years)]
    return build_snapshot(PLANTS, rows, year_now=year_now)


def test_records_stand_in_bands_of_five_years_and_those_without_a_year_apart() -> None:
    axis = build_axis(dated(2014, 2015, 2019, None, 2026), YEAR, "tag")
    assert [(line.id, line.label) for line in axis.lines] == [
        ("2010-2014", "2010 to 2014"), ("2015-2019", "2015 to 2019"), ("2020-2024", "2020 to 2024"),
        ("2025-2029", "Since 2025"), (NO_YEAR, "Year unknown"),
    ]  # fmt: skip
    assert [axis.records_of(k).tolist() for k in range(5)] == [[0], [1, 2], [], [4], [3]]
    assert axis.specific.tolist() == [True, True, True, False, True]


def test_what_is_much_earlier_shares_the_first_band() -> None:
    axis = build_axis(dated(1887, 1974, 2001, 2020), YEAR, "tag")
    assert [line.id for line in axis.lines][:2] == ["to-1984", "1985-1989"]
    assert axis.lines[0].label == "Up to 1984"
    assert axis.records_of(0).tolist() == [0, 1]


@pytest.mark.parametrize("years", [(), (None,)], ids=["no record", "no year"])
def test_without_a_year_there_is_one_line(years: tuple[None, ...]) -> None:
    assert [line.id for line in build_axis(dated(*years), YEAR, "tag").lines] == [NO_YEAR]


def test_years_can_be_crossed_and_said_in_words() -> None:
    snapshot = dated(*[2012, 2012] * 20, *[2021, None] * 20)
    coverage = cross(snapshot, "plant", YEAR)
    assert coverage.observed.loc["a"].tolist() == [20, 0, 20, 0]
    assert coverage.observed.loc["b"].tolist() == [20, 0, 0, 20]
    gap = find_gaps(coverage, "relative").query("row_tag == 'b' and column_tag == '2020-2024'").iloc[0].to_dict()
    assert gap["grade"] == "strong"
    assert "2020 to 2024" in write_gap(gap, make_about(snapshot))


@pytest.mark.parametrize("level", ["group", "tag"])
@pytest.mark.parametrize("keep", [(True, False, True, True, False), (False, False, True, False, True), (False,) * 5])
def test_lines_of_some_records_are_those_built_over_them_alone(level: Level, keep: tuple[bool, ...]) -> None:
    rows = [
        {"id": f"r{k}", "tags": {"f": tags, "g": "x"}, "not_yet": {"f": unseen}}
        for k, (tags, unseen) in enumerate([("c", "q"), ("q", ""), ("r", ""), ("", "q"), ("cq", "r")])
    ]
    whole = build_snapshot(LEVELS, rows)
    once = whole.keep(np.ones(5, dtype=bool))
    kept = once.keep(np.array(keep))
    alone = replace(kept, whole=None, rows=None)
    taken, built = (build_axis(of, "f", level, [("f", "g1")]) for of in (kept, alone))
    assert taken.lines == built.lines
    assert taken.has.toarray().tolist() == built.has.toarray().tolist()
    assert (taken.specific.tolist(), taken.residual.tolist()) == (built.specific.tolist(), built.residual.tolist())
    unseen = [np.zeros(axis.has.shape) if axis.not_yet is None else axis.not_yet.toarray() for axis in (taken, built)]
    assert unseen[0].tolist() == unseen[1].tolist()
    assert build_axis(kept, "f", level, [("f", "g1")]).lines is taken.lines
