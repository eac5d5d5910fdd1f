"""Counts one can verify with a pencil, on frameworks of two facets."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.axes import TopicLabels
from analysis.coverage import (
    choose_level,
    cross,
    cross_pairs,
    expected_independent,
    expected_stratified,
    expected_two_way,
)
from analysis.gaps import find_gaps
from analysis.sentences import make_about, write_gap
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, Group, NotApplicable, Tag, load_framework
from corpus.snapshot import Snapshot, build_snapshot
from views.map_words import say_comparable


def facet(facet_id: str, tags: str | Sequence[Tag], groups: Sequence[Group] = ()) -> Facet:
    made = [Tag(t, t.upper()) for t in tags] if isinstance(tags, str) else tags
    return Facet(facet_id, facet_id.capitalize(), f"Which {facet_id}?", tuple(made), tuple(groups))


AB = Framework("small", 1, (facet("f", "ab"), facet("g", "xy")))
C1 = [
    {"id": "r1", "tags": {"f": "a", "g": "x"}},
    {"id": "r2", "tags": {"f": "ab", "g": "xy"}},
    {"id": "r3", "tags": {"f": "b"}},
    {"id": "r4", "tags": {"f": "a", "g": "y"}},
]
LEVELS = Framework(
    "levels",
    1,
    (
        facet(
            "f",
            [Tag("p", "P"), Tag("c", "C", broader="p"), Tag("q", "Q"), Tag("r", "R", residual=True)],
            [Group("g1", "G1", ("p", "c")), Group("g2", "G2", ("q", "r"))],
        ),
        facet("g", "x"),
    ),
)
C2 = [
    {"id": "r1", "tags": {"f": "c", "g": "x"}},
    {"id": "r2", "tags": {"f": "p", "g": "x"}},
    {"id": "r3", "tags": {"f": "r", "g": "x"}},
    {"id": "r4", "tags": {"f": "q", "g": "x"}},
]


def states(coverage) -> dict[str, str]:
    return {line.id: line.state for line in coverage.rows}


def test_a_record_with_two_tags_sits_in_two_cells_and_one_without_a_facet_is_not_codable():
    coverage = cross(build_snapshot(AB, C1), "f", "g")
    assert coverage.n_codable == 3
    assert coverage.observed.to_numpy().tolist() == [[2, 2], [1, 1]]
    assert coverage.row_totals.to_dict() == {"a": 3, "b": 1}
    assert coverage.column_totals.to_dict() == {"x": 2, "y": 2}
    assert (coverage.n_records, coverage.n_uncodable_rows, coverage.n_uncodable_columns) == (4, 0, 1)
    assert coverage.expected.loc["a", "x"] == 2.0
    assert coverage.ids("a", "y") == ["r2", "r4"]
    assert coverage.ids("b") == ["r2", "r3"]


def test_at_tag_level_a_child_counts_for_its_parent_and_a_residual_tag_makes_nobody_codable():
    coverage = cross(build_snapshot(LEVELS, C2), "f", "g", level="tag")
    assert coverage.n_codable == 3
    assert coverage.row_totals.to_dict() == {"p": 2, "c": 1, "q": 1, "r": 1}
    assert states(coverage) == {"p": "tested", "c": "child", "q": "tested", "r": "residual"}
    assert coverage.observed["x"].to_dict() == {"p": 2, "c": 1, "q": 1, "r": 1}
    assert np.isnan(coverage.expected.loc["r", "x"])
    assert coverage.tested.ravel().tolist() == [True, False, True, False]


def test_at_group_level_a_residual_tag_inside_a_group_counts():
    coverage = cross(build_snapshot(LEVELS, C2), "f", "g", level="group")
    assert coverage.n_codable == 4
    assert coverage.row_totals.to_dict() == {"g1": 2, "g2": 2}
    assert coverage.columns[0].id == "x", "a facet without groups shows its tags"


def test_an_opened_parent_is_drawn_and_its_children_are_tested_instead():
    coverage = cross(build_snapshot(LEVELS, C2), "f", "g", level="tag", opened=[("f", "p")])
    assert states(coverage) == {"p": "opened", "c": "tested", "q": "tested", "r": "residual"}
    assert coverage.n_codable == 3, "tagged with the parent alone is still codable"


def test_nothing_codable_gives_zeros_and_nothing_comparable():
    coverage = cross(build_snapshot(AB, [{"id": "r1", "tags": {"f": "a"}}]), "f", "g")
    assert coverage.n_codable == 0
    assert coverage.expected.to_numpy().tolist() == [[0, 0], [0, 0]]
    assert not coverage.comparable.any()
    assert coverage.comparable_share == 0


def test_an_empty_corpus_is_an_ordinary_input():
    coverage = cross(build_snapshot(AB, []), "f", "g")
    assert coverage.observed.to_numpy().sum() == 0
    assert coverage.ids("a", "x") == []
    assert coverage.general.sum() == 0
    assert coverage.last_year.isna().all().all()


def test_the_same_facet_on_both_axes_tests_each_pair_once():
    coverage = cross(build_snapshot(AB, C1), "f", "f")
    assert coverage.n_codable == 4
    assert coverage.tested.tolist() == [[False, True], [False, False]]
    assert coverage.observed.loc["a", "b"] == 1
    assert np.isnan(coverage.expected.loc["a", "a"])
    assert coverage.expected.loc["a", "b"] == 3 * 2 / 4


def test_what_is_out_of_scope_is_not_counted_and_a_filter_is_said_in_words():
    rows = [*C1, {"id": "r5", "scope": "out", "tags": {"f": "a", "g": "x"}}]
    rows.append({"id": "r6", "suggested_out": True, "tags": {"f": "a", "g": "x"}})
    coverage = cross(build_snapshot(AB, rows), "f", "g", where={"f": ["b"]})
    assert coverage.ids("a", "x") == ["r2"]
    assert coverage.filters == ("F: B",)
    assert cross(build_snapshot(AB, rows), "f", "g").ids("a", "x") == ["r1", "r2"]


def test_general_records_carry_one_tag_and_a_residual_one_in_place_of_the_other():
    rows = [*C2, {"id": "r5", "tags": {"f": "r", "g": "x"}}, {"id": "r6", "tags": {"f": ["r", "q"], "g": "x"}}]
    coverage = cross(build_snapshot(LEVELS, rows), "f", "g", level="tag")
    assert coverage.general[[line.id for line in coverage.rows].index("q"), 0] == 2, "r3 and r5; r6 names q itself"
    assert coverage.general[0, 0] == 3


def test_last_year_is_that_of_the_newest_record_in_the_cell():
    rows = [dict(row, year=year) for row, year in zip(C1, (2001, 2010, None, None), strict=True)]
    years = cross(build_snapshot(AB, rows), "f", "g").last_year
    assert years.loc["a", "x"] == 2010
    assert years.loc["b", "y"] == 2010
    later = cross(build_snapshot(AB, rows[:1]), "f", "g").last_year
    assert later.loc["a", "x"] == 2001
    assert np.isnan(later.loc["b", "y"])


def coded(n: int, **row: object) -> list[dict[str, object]]:
    return [{"id": f"{row['name']}{k}", **row} for k in range(n)]


NEW = Framework("new", 2, (facet("f", [Tag("a", "A"), Tag("n", "N", since=2)]), facet("g", "xy")))


def test_a_record_not_yet_coded_for_a_tag_counts_neither_for_nor_against_it():
    rows = [
        *coded(8, name="new", tags={"f": "an", "g": "x"}),
        *coded(10, name="none", tags={"f": "a", "g": "xy"}),
        *coded(2, name="old", tags={"f": "a", "g": "x"}, not_yet={"f": "n"}),
    ]
    coverage = cross(build_snapshot(NEW, rows), "f", "g")
    assert coverage.n_codable == 20
    assert coverage.cell_n.tolist() == [[20, 20], [18, 18]]
    assert coverage.cell_columns.tolist() == [[20, 10], [18, 10]]
    assert coverage.expected.loc["n", "y"] == pytest.approx(8 * 10 / 18)
    assert coverage.expected.loc["a", "y"] == 10
    assert states(coverage) == {"a": "tested", "n": "tested"}


def test_a_tag_not_yet_coded_in_more_than_a_fifth_is_drawn_but_never_tested():
    rows = [
        *coded(7, name="new", tags={"f": "an", "g": "x"}),
        *coded(3, name="old", tags={"f": "a", "g": "x"}, not_yet={"f": "n"}),
    ]
    coverage = cross(build_snapshot(NEW, rows), "f", "g")
    assert states(coverage) == {"a": "tested", "n": "not-yet"}
    assert coverage.tested[1].tolist() == [False, False]
    assert coverage.observed.loc["n", "x"] == 7


def test_a_pair_not_applicable_is_never_tested_and_a_group_cell_only_if_all_its_pairs_are():
    pairs = (NotApplicable(("f", "p"), ("g", "x"), "By definition."), NotApplicable(("g", "x"), ("f", "q"), "Neither."))
    framework = Framework("na", 1, LEVELS.facets, not_applicable=pairs)
    at_tags = cross(build_snapshot(framework, C2), "f", "g", level="tag")
    assert at_tags.applicable.ravel().tolist() == [False, False, False, True], "children inherit, residual r does not"
    assert not at_tags.tested.any()
    assert at_tags.why_not_applicable("c", "x") == "By definition."
    assert at_tags.why_not_applicable("r", "x") is None
    at_groups = cross(build_snapshot(framework, C2), "f", "g", level="group")
    assert at_groups.applicable.ravel().tolist() == [False, True]
    assert at_groups.why_not_applicable("g1", "x") == "By definition."


def test_a_map_on_which_no_cell_applies_says_why_instead_of_a_percentage():
    framework = Framework("na", 1, AB.facets, not_applicable=(NotApplicable(("f", "*"), ("g", "*"), "One says both."),))
    rows = [{"id": "1", "tags": {"f": ["a"], "g": ["x"]}}]
    assert say_comparable(cross(build_snapshot(framework, rows), "f", "g"), "tags") == (
        "Every cell of this pair is declared not applicable: One says both. So its counts are a profile, and nothing "
        "is graded."
    )
    assert cross(build_snapshot(AB, rows), "f", "g").why_nothing is None


def test_every_tag_of_a_facet_can_be_not_applicable():
    framework = Framework("na", 1, AB.facets, not_applicable=(NotApplicable(("f", "*"), ("g", "y"), "Says so."),))
    assert cross(build_snapshot(framework, C1), "f", "g").applicable.tolist() == [[True, False], [True, False]]


def test_the_level_is_tags_only_where_half_of_the_cells_can_be_compared():
    few = build_snapshot(LEVELS, C2)
    many = build_snapshot(LEVELS, [dict(row, id=f"{row['id']}-{k}") for row in C2 for k in range(5)])
    assert choose_level(few, "f", "g") == "group"
    assert choose_level(many, "f", "g") == "tag"
    assert choose_level(build_snapshot(AB, C1), "f", "g") == "tag", "no groups to fall back on"
    assert cross(few, "f", "g").level == "group"


def test_topics_can_be_the_rows_and_unassigned_records_are_residual():
    snapshot = build_snapshot(AB, C1)
    topics = TopicLabels({"r1": "one", "r2": "two", "r3": "one"}, {"one": "First words", "two": "Other words"})
    coverage = cross(snapshot, "topic", "g", topics=topics)
    assert [line.id for line in coverage.rows] == ["one", "two", "unassigned"]
    assert coverage.observed.to_numpy().tolist() == [[1, 0], [1, 1], [0, 1]]
    assert coverage.n_codable == 2
    narrowed = cross(snapshot, "topic", "g", where={"g": ["y"]}, topics=topics)
    assert narrowed.observed["y"].to_dict() == {"one": 0, "two": 1, "unassigned": 1}


@pytest.mark.parametrize("rows, columns", [("nowhere", "g"), ("f", "nowhere"), ("topic", "g")])
def test_an_axis_that_is_not_there_is_named(rows, columns):
    with pytest.raises(UnknownIdError):
        cross(build_snapshot(AB, C1), rows, columns)


def test_a_line_that_is_not_there_is_named():
    with pytest.raises(UnknownIdError, match="It has: a, b"):
        cross(build_snapshot(AB, C1), "f", "g").ids("z", "x")


def test_rows_without_records_can_be_left_out_of_the_screen_but_not_of_the_counts():
    coverage = cross(build_snapshot(AB, [C1[0], C1[3]]), "f", "g")
    assert coverage.observed.loc["b"].tolist() == [0, 0]
    shown = coverage.without_empty_rows()
    assert list(shown.observed.index) == ["a"]
    assert shown.ids("a", "x") == ["r1"]
    assert shown.expected.shape == (1, 2)
    assert shown.last_year.shape == (1, 2)


def test_counts_do_not_depend_on_the_order_of_records():
    a, b = (cross(build_snapshot(AB, rows), "f", "g") for rows in (C1, C1[::-1]))
    assert a.observed.equals(b.observed)
    assert a.ids("a", "x") == b.ids("a", "x")


def test_codable_records_are_told_apart_by_how_they_were_coded():
    rows = [dict(row, coded_by=by) for row, by in zip(C1, ("person-abstract",) * 3 + ("rules-title",), strict=True)]
    assert cross(build_snapshot(AB, rows), "f", "g").coded_by == {
        "person-abstract": 2,
        "person-title": 0,
        "rules-abstract": 0,
        "rules-title": 1,
    }


@pytest.mark.parametrize("rows", ["behaviour", "identity", "country", "level"])
def test_the_framework_that_ships_can_be_crossed(framework: Framework, rows):
    snapshot: Snapshot = build_snapshot(
        framework, [{"id": "a", "tags": {"behaviour": ["gender-harassment"], "identity": ["women"], "country": ["GB"]}}]
    )
    coverage = cross(snapshot, rows, "population")
    assert coverage.observed.shape == (len(coverage.rows), len(coverage.columns))


def test_expected_counts_are_margins_over_codable_records():
    assert expected_independent(np.array([40]), np.array([50]), 200).tolist() == [[10.0]]
    assert expected_independent(np.array([0, 3]), np.array([2]), 0).tolist() == [[0.0], [0.0]]


def test_stratified_expectation_adds_up_what_each_stratum_expects():
    def stratum(n: int, n_row: int, n_column: int) -> tuple[np.ndarray, np.ndarray]:
        at = np.arange(n)
        return (at < n_row).astype(int)[:, None], (at < n_column).astype(int)[:, None]

    (a1, b1), (a2, b2) = stratum(20, 10, 5), stratum(30, 2, 15)
    rows, columns, name = np.vstack([a1, a2]), np.vstack([b1, b2]), np.array(["review"] * 20 + ["primary"] * 30)
    assert expected_stratified(rows, columns, name)[0, 0] == pytest.approx(3.5)
    assert expected_stratified(rows, columns, np.zeros(50))[0, 0] == pytest.approx(4.8)


def test_the_two_way_model_keeps_all_pair_tables():
    observed = np.array([[[10, 6], [5, 9]], [[8, 2], [7, 3]]])
    fitted = expected_two_way(observed)
    expected = [[[9.6712, 6.3288], [5.3288, 8.6712]], [[8.3288, 1.6712], [6.6712, 3.3288]]]
    assert fitted == pytest.approx(np.array(expected), abs=5e-5)
    for axis in range(3):
        assert fitted.sum(axis=axis) == pytest.approx(observed.sum(axis=axis), abs=1e-4)
    assert expected_two_way(np.zeros((2, 2, 2))).sum() == 0


def test_a_group_cell_of_which_a_part_means_nothing_says_so(tmp_path: Path) -> None:
    """Students are not paid: a cell of students by pay and career is judged, with that said."""
    (tmp_path / "framework.toml").write_text(
        'name = "Small"\nversion = 1\nfacets = ["who", "what"]\n[[not-applicable]]\n'
        'pair = ["who/student", "what/pay"]\nreason = "Students are not paid."\n'
    )
    (tmp_path / "who.toml").write_text(
        'id = "who"\nlabel = "Who"\nquestion = "?"\n'
        '[[groups]]\nid = "learners"\nlabel = "Learners"\ntags = ["student"]\n'
        '[[groups]]\nid = "staff"\nlabel = "Staff"\ntags = ["nurse"]\n'
        '[[tags]]\nid = "student"\nlabel = "Students"\n[[tags]]\nid = "nurse"\nlabel = "Nurses"\n'
    )
    (tmp_path / "what.toml").write_text(
        'id = "what"\nlabel = "What"\nquestion = "?"\n[[groups]]\nid = "work"\nlabel = "Pay and career"\n'
        'tags = ["pay", "career"]\n[[tags]]\nid = "pay"\nlabel = "Pay"\n[[tags]]\nid = "career"\nlabel = "Career"\n'
    )
    framework = load_framework(tmp_path)
    snapshot = build_snapshot(framework, [{"id": "1", "tags": {"who": ["student"], "what": ["career"]}}])
    coverage = cross(snapshot, "who", "what", level="group")
    assert coverage.applicable.all() and coverage.tested.all()
    assert coverage.partly.tolist() == [[True], [False]]
    found = {gap["row_tag"]: gap for gap in find_gaps(coverage, "relative").to_dict("records")}
    assert found["learners"]["caveats"][0] == "part of this cell does not apply: Students are not paid."
    graded = found["learners"] | {"grade": "strong", "ratio": 0.2, "low": 0.1, "high": 0.4, "expected": 9.0}
    assert "Part of this cell does not apply: students are not paid." in write_gap(graded, make_about(snapshot))
    assert found["staff"]["caveats"] == []
    assert not cross(snapshot, "who", "what", level="tag").applicable[0, 0]


@pytest.mark.parametrize("level", ["group", "tag"])
def test_many_pairs_counted_at_once_are_counted_as_one_by_one(framework: Framework, level: str) -> None:
    import random

    chance = random.Random(3)
    facets = [facet for facet in framework.facets if len(facet.tags) < 60]
    rows = [
        {
            "id": f"r{n}",
            "tags": {
                facet.id: [tag.id for tag in chance.sample(facet.tags, chance.randint(1, 3))]
                for facet in facets
                if chance.random() < 0.7
            },
        }
        for n in range(300)
    ]
    snapshot = build_snapshot(framework, rows)
    ids = [facet.id for facet in framework.facets]
    pairs = [(a, b) for k, a in enumerate(ids) for b in ids[k:]]
    for together, pair in zip(cross_pairs(snapshot, pairs, level), pairs, strict=True):
        alone = cross(snapshot, *pair, level=level)
        pd.testing.assert_frame_equal(together.observed, alone.observed, check_dtype=False)
        pd.testing.assert_frame_equal(together.expected, alone.expected)
        assert together.row_totals.tolist() == alone.row_totals.tolist()
        assert together.column_totals.tolist() == alone.column_totals.tolist()
        assert (together.general == alone.general).all()
