"""Worked numbers of every measure, and the properties that must hold whatever the numbers."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import gaps
from analysis.constants import DEFAULTS, REASONS, Constants
from analysis.coverage import cross
from analysis.gaps import (
    COLUMNS,
    MEASURES,
    CellCheck,
    absolute_gap,
    benjamini_hochberg,
    find_gaps,
    hidden_upper,
    lower_tail,
    pair_recall,
    presence,
    recall_with_search,
    relative_gap,
    scan,
    shortfall_ratio,
    wilson,
)
from analysis.gaps.frame import CROWDED
from analysis.sentences import make_about, write_gap
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, Group, Tag
from corpus.snapshot import build_snapshot


def facet(facet_id: str, tags: str, groups: tuple[Group, ...] = ()) -> Facet:
    return Facet(facet_id, facet_id.capitalize(), "Which?", tuple(Tag(t, t.upper()) for t in tags), groups)


SMALL = Framework("small", 1, (facet("f", "ab"), facet("g", "xy"), facet("h", "uv")), headline_pairs=(("f", "g"),))


def records(*blocks: tuple[int, dict[str, str]]) -> list[dict[str, object]]:
    return [{"id": f"{b}-{k}", "tags": tags} for b, (n, tags) in enumerate(blocks) for k in range(n)]


# 200 codable records, a in 40, x in 50, both in 2: worked example R1.
R1 = records(
    (2, {"f": "a", "g": "x"}), (38, {"f": "a", "g": "y"}), (48, {"f": "b", "g": "x"}), (112, {"f": "b", "g": "y"})
)


@pytest.mark.parametrize(
    "observed, expected, worked",
    [
        pytest.param(2, 10, (0.2727, 0.0562, 0.6568), id="R1"),
        pytest.param(0, 10, (0.0909, 0, 0.3354), id="R2"),
        pytest.param(0, 3, (0.25, 0, 0.9222), id="R3"),
        pytest.param(4, 8, (0.5556, 0.1804, 1.1380), id="R4"),
        pytest.param(30, 10, (2.8182, 1.9148, 3.8934), id="R5"),
        pytest.param(3, 40, (0.0976, 0.0266, 0.2138), id="R6"),
    ],
)
def test_shortfall_ratio(observed, expected, worked):
    assert [round(float(x), 4) for x in shortfall_ratio(observed, expected)] == list(worked)


def test_shortfall_ratio_works_on_arrays_and_refuses_negative_counts():
    ratio, low, high = shortfall_ratio(np.array([[0, 2]]), np.array([[10.0, 10.0]]))
    assert ratio.shape == low.shape == high.shape == (1, 2)
    assert high[0, 0] == pytest.approx(3.68888 / 11, abs=1e-5)
    for observed, expected in ((-1, 3), (1, -3)):
        with pytest.raises(ValueError):
            shortfall_ratio(observed, expected)


@given(st.integers(0, 60), st.floats(0, 500))
@settings(max_examples=60, deadline=None)
def test_the_ratio_lies_in_its_interval_and_one_more_record_never_lowers_it(observed, expected):
    ratio, low, high = (float(x) for x in shortfall_ratio(observed, expected))
    assert 0 <= low <= ratio <= high
    assert all(float(b) >= a for a, b in zip((ratio, low, high), shortfall_ratio(observed + 1, expected), strict=True))


def test_lower_tail_of_the_worked_example():
    assert float(lower_tail(2, 200, 40, 50)) == pytest.approx(0.00037147, abs=5e-9)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=150, deadline=None)
def test_lower_tail_is_the_sum_of_its_terms(n, a, b, observed):
    n_row, n_column = min(a, n), min(b, n)
    total = math.comb(n, n_column)
    exact = (
        sum(math.comb(n_row, k) * math.comb(n - n_row, n_column - k) for k in range(min(observed, n_column) + 1))
        / total
    )
    assert float(lower_tail(observed, n, n_row, n_column)) == pytest.approx(exact, abs=1e-11)


@pytest.mark.parametrize(
    "p, q",
    [
        ((0.001, 0.012, 0.03, 0.2, 0.6), (0.005, 0.03, 0.05, 0.25, 0.6)),
        ((0.04, 0.01, 0.02), (0.04, 0.03, 0.03)),
        ((), ()),
    ],
)
def test_benjamini_hochberg(p, q):
    assert benjamini_hochberg(p).tolist() == pytest.approx(list(q))


@pytest.mark.parametrize(
    "observed, expected, q, n, worked",
    [
        (2, 10, 0.01, 500, "strong"),
        (2, 10, 0.2, 500, "suggestive"),
        (0, 3, 0.2, 500, "none"),
        (0, 4, 0.2, 500, "suggestive"),
        (0, 2.9, 0.001, 500, "not comparable"),
        (4, 8, 0.2, 500, "none"),
        (3, 40, 0.001, 500, "strong"),
        (8, 16.5, 0.01, 500, "none"),
        (2, 10, 0.2, 5000, "none"),
        (0, 4, 0.2, 5000, "none"),
        (0, 3.6111, 0.2, 500, "suggestive"),
        (0, 3.611, 0.2, 500, "none"),
        (30, 10, 1.0, 500, "none"),
        (40, 10, 1.0, 500, "cluster"),
    ],
)
def test_grades(observed, expected, q, n, worked):
    ratio, low, high = shortfall_ratio(observed, expected)
    assert gaps.grade(observed, expected, ratio, low, high, q, n).item() == worked


def test_an_unreliable_tag_cannot_carry_a_strong_gap():
    ratio, low, high = shortfall_ratio(2, 10)
    assert gaps.grade(2, 10, ratio, low, high, 0.01, 500, True).item() == "suggestive"
    found = relative_gap(cross(build_snapshot(SMALL, R1), "f", "g"), quality={("f", "a"): (9, 30)})
    assert found.loc[0, ["row_tag", "column_tag", "grade"]].tolist() == ["a", "x", "suggestive"]
    assert found.loc[0, "caveats"] == ["tag unreliable"]
    enough = relative_gap(cross(build_snapshot(SMALL, R1), "f", "g"), quality={("f", "a"): (28, 30)})
    assert enough.loc[0, "grade"] == "strong"


def test_relative_gap_of_the_worked_example():
    found = relative_gap(cross(build_snapshot(SMALL, R1), "f", "g"))
    first = found.iloc[0]
    assert (first["row_tag"], first["column_tag"], first["observed"], first["expected"]) == ("a", "x", 2, 10.0)
    assert first["ratio"] == pytest.approx(0.2727, abs=5e-5)
    assert first["p"] == pytest.approx(0.00037147, abs=5e-9)
    assert first["q"] == pytest.approx(4 * 0.00037147 / 2, abs=1e-8), "b,y is as surprising: the margins are fixed"
    assert first["grade"] == "strong"
    assert len(found) == 4
    assert found["high"].is_monotonic_increasing


def test_copying_a_corpus_four_times_moves_ratios_away_from_one_and_weakens_no_strong_gap():
    once = relative_gap(cross(build_snapshot(SMALL, R1), "f", "g")).set_index(["row_tag", "column_tag"])
    copies = [dict(row, id=f"{row['id']}-{k}") for row in R1 for k in range(4)]
    four = (
        relative_gap(cross(build_snapshot(SMALL, copies), "f", "g"))
        .set_index(["row_tag", "column_tag"])
        .loc[once.index]
    )
    assert (four["observed"] == 4 * once["observed"]).all()
    assert np.allclose(four["expected"], 4 * once["expected"])
    assert ((four["ratio"] - 1).abs() >= (once["ratio"] - 1).abs()).all()
    assert ((four["high"] - four["low"]) < (once["high"] - once["low"])).all()
    strong = once["grade"] == "strong"
    assert (four["p"][strong] <= once["p"][strong]).all()
    assert (four["grade"][strong] == "strong").all()


def test_nothing_is_tested_where_nothing_is_codable():
    found = find_gaps(cross(build_snapshot(SMALL, []), "f", "g"), "relative")
    assert set(found["grade"]) == {"not comparable"}
    assert found["p"].isna().all()


@pytest.mark.parametrize(
    "observed, recall, worked",
    [(0, 0.49, 4), (0, 0.64, 2), (0, 0.72, 2), (0, 0.81, 1), (0, 0.90, 1), (0, 1, 0),
     (1, 0.49, 7), (1, 0.72, 4), (1, 0.90, 2), (3, 0.72, 7), (5, 1, 5), (0, 0, math.inf)],
)  # fmt: skip
def test_hidden_upper(observed, recall, worked):
    assert hidden_upper(observed, recall) == worked


def test_hidden_upper_from_a_coded_sample_and_with_a_text_search():
    assert [round(wilson(k, 50)[0], 4) for k in (45, 40)] == [0.7864, 0.6696]
    assert pair_recall((45, 50), (40, 50)) == pytest.approx(0.5266, abs=5e-5)
    assert hidden_upper(0, pair_recall((45, 50), (40, 50))) == 4
    assert pair_recall(None, None) == pytest.approx(0.49)
    assert recall_with_search(0.72, 0.80) == pytest.approx(0.944)
    assert hidden_upper(0, recall_with_search(0.72, 0.80)) == 1
    with pytest.raises(ValueError):
        hidden_upper(0, 1.2)


def test_absolute_gap_lists_empty_before_scarce_and_says_what_tagging_may_have_missed():
    rows = records((2, {"f": "a", "g": "x"}), (3, {"f": "b", "g": "x"}), (4, {"f": "a"}))
    found = absolute_gap(cross(build_snapshot(SMALL, rows), "f", "g"))
    assert found[["row_tag", "column_tag", "observed", "grade", "kind"]].to_numpy().tolist() == [
        ["a", "y", 0, "empty", "absence"],
        ["b", "y", 0, "empty", "absence"],
        ["a", "x", 2, "scarce", "scarcity"],
        ["b", "x", 3, "none", None],
    ]
    assert found["hidden_upper"].tolist()[:2] == [4, 4]
    assert np.isnan(found["hidden_upper"].iloc[3])
    assert found["caveats"].tolist()[0] == ["recall unvalidated"]


def test_absolute_gap_takes_measured_recall_and_a_text_search():
    coverage = cross(build_snapshot(SMALL, records((2, {"f": "a", "g": "x"}))), "f", "g")
    quality = {("f", "a"): (45, 50), ("g", "y"): (40, 50)}
    checked = {("b", "y"): CellCheck("verified_empty", search_share=0.8)}
    found = absolute_gap(coverage, quality, checked).set_index(["row_tag", "column_tag"])
    assert found.loc[("a", "y"), "hidden_upper"] == 4
    assert found.loc[("a", "y"), "caveats"] == []
    assert found.loc[("b", "y"), ["hidden_upper", "check"]].tolist() == [1, "verified_empty"]


@pytest.mark.parametrize(
    "count, named, worked, grade",
    [
        pytest.param(6, 301, (0.0199, 0.0092, 0.0428), "barely", id="barely present"),
        pytest.param(20, 301, (0.0664, 0.0434, 0.1004), "", id="present"),
        pytest.param(0, 200, (0, 0, 0.0188), "none", id="not there"),
        pytest.param(1, 40, (0.025, 0.0044, 0.1288), "", id="too few to say"),
    ],
)
def test_presence(count, named, worked, grade):
    rows = records((count, {"f": "a"}), (named - count, {"f": "b"}), (5, {"g": "x"}))
    first = presence(build_snapshot(SMALL, rows), "f").iloc[0]
    assert (first["tag"], first["count"], first["n_named"], first["grade"]) == ("a", count, named, grade)
    assert first[["share", "low", "high"]].astype(float).round(4).tolist() == list(worked)


def test_presence_leaves_residual_tags_out_and_counts_children_in():
    tags = (Tag("p", "P"), Tag("c", "C", broader="p"), Tag("r", "R", residual=True), Tag("n", "N", since=2))
    framework = Framework("small", 2, (Facet("f", "F", "Which?", tags),))
    rows = records((2, {"f": "c"}), (3, {"f": "p"}), (4, {"f": "r"}))
    rows = [dict(row, not_yet={"f": "n"}) for row in rows[:4]] + rows[4:]
    found = presence(build_snapshot(framework, rows), "f")
    assert found[["tag", "count", "n_named", "grade"]].to_numpy().tolist() == [
        ["p", 5, 5, ""],
        ["c", 2, 5, ""],
        ["n", 0, 1, "not yet coded"],
    ]


def test_a_tag_with_no_record_at_all_is_listed_in_an_empty_corpus():
    found = presence(build_snapshot(SMALL, []), "f")
    assert found["grade"].tolist() == ["none", "none"]
    assert found["share"].isna().all()


@pytest.mark.parametrize("measure", [m.id for m in MEASURES])
def test_every_measure_gives_the_same_columns_and_names_itself(measure):
    for rows in (R1, []):
        found = find_gaps(cross(build_snapshot(SMALL, rows), "f", "g"), measure)
        assert list(found.columns) == list(COLUMNS)
        assert set(found["measure"]) <= {measure}
        assert all(isinstance(caveats, list) for caveats in found["caveats"])


def test_an_unknown_measure_is_named():
    with pytest.raises(UnknownIdError, match="relative, absolute"):
        find_gaps(cross(build_snapshot(SMALL, R1), "f", "g"), "popularity")


def test_a_gap_found_under_a_filter_says_so_and_how_the_corpus_was_put_together():
    snapshot = build_snapshot(SMALL, R1, statement="PubMed, 5 January 2026")
    assert find_gaps(cross(snapshot, "f", "g"), "relative")["caveats"][0] == ["PubMed, 5 January 2026"]
    filtered = cross(snapshot, "f", "g", where={"f": ["a", "b"]})
    assert find_gaps(filtered, "relative")["caveats"][0] == [gaps.FILTERED, "PubMed, 5 January 2026"]


def test_a_gap_says_when_one_side_stands_mostly_in_another_cell():
    """30 of the 40 records on y are on c, where 8 would be by chance: that lifts what is expected of a and b."""
    rows = [{"id": f"c{k}", "tags": {"f": ["c"], "g": ["y"]}} for k in range(30)]
    rows += [{"id": f"a{k}", "tags": {"f": ["a"], "g": ["y" if k < 5 else "x"]}} for k in range(60)]
    rows += [{"id": f"b{k}", "tags": {"f": ["b"], "g": ["y" if k < 5 else "x"]}} for k in range(60)]
    framework = Framework("small", 1, (facet("f", "abc"), facet("g", "xy")), headline_pairs=(("f", "g"),))
    snapshot = build_snapshot(framework, rows)
    found = find_gaps(cross(snapshot, "f", "g"), "relative").set_index(["row_tag", "column_tag"])
    said = "30 of 40 records on “Y” are also on “C”"
    assert [c.removeprefix(CROWDED) for c in found.loc[("a", "y"), "caveats"]] == [said]
    assert found.loc[("c", "y"), "caveats"] == []
    gap = found.reset_index().to_dict("records")[0] | {"grade": "strong", "caveats": [CROWDED + said]}
    assert f"Note: {said}." in write_gap(gap, make_about(snapshot))


def test_a_scan_judges_all_pairs_as_one_family():
    rows = [dict(row, tags={**row["tags"], "h": "uv"[k % 2]}) for k, row in enumerate(R1)]
    snapshot = build_snapshot(SMALL, rows)
    alone = scan(snapshot)
    assert set(zip(alone["row_facet"], alone["column_facet"], strict=True)) == {("f", "g")}
    together = scan(snapshot, gaps.all_pairs(SMALL))
    assert len(together) == 12
    assert list(together.columns) == list(COLUMNS)
    first = together.iloc[0]
    assert (first["row_tag"], first["column_tag"]) == ("a", "x")
    assert first["q"] == pytest.approx(12 * first["p"] / 2, rel=1e-6)
    assert first["q"] > alone["q"].iloc[0]
    assert together["high"].is_monotonic_increasing


def test_a_scan_for_absent_records_and_for_none_of_the_known_measures():
    snapshot = build_snapshot(SMALL, records((2, {"f": "a", "g": "x"})))
    assert scan(snapshot, measure="absolute")["grade"].tolist() == ["empty"] * 3 + ["scarce"]
    assert scan(snapshot, measure="presence")["row_tag"].tolist() == ["a", "b"]
    with pytest.raises(UnknownIdError):
        scan(snapshot, measure="popularity")


def test_a_scan_takes_groups_where_tags_are_too_thin():
    grouped = Framework("g", 1, (facet("f", "ab", (Group("all", "All", ("a", "b")),)), facet("g", "xy")))
    snapshot = build_snapshot(grouped, records((4, {"f": "a", "g": "x"}), (4, {"f": "b", "g": "y"})))
    assert set(scan(snapshot)["row_tag"]) == {"all"}
    assert set(scan(snapshot, level="tag")["row_tag"]) == {"a", "b"}


def test_gaps_do_not_depend_on_the_order_of_records():
    pd.testing.assert_frame_equal(scan(build_snapshot(SMALL, R1)), scan(build_snapshot(SMALL, R1[::-1])))


def test_every_constant_has_a_reason_and_can_be_changed():
    assert set(REASONS) == {name.lower() for name in DEFAULTS.as_dict()}
    strict = cross(build_snapshot(SMALL, R1), "f", "g", constants=Constants(min_expected=11))
    assert set(relative_gap(strict).loc[lambda t: t["expected"] == 10.0, "grade"]) == {"not comparable"}
