"""The two lists of where to look first: worked scores, and what must hold whatever the cells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coverage import cross
from analysis.gaps import shortfall_ratio
from analysis.priorities import WEIGHTS, gather_cells, order_by_grade, priorities, rank_cells, score_parts
from analysis.priority_words import describe_band, describe_parts, describe_row
from analysis.sentences import make_about
from corpus.cells import gather_cells as gather_ruled
from corpus.cells import make_cell_ruling
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import build_snapshot


def cell(
    name: str, observed: int, expected: float, last: int | None = None, rung: int | None = None, **more: object
) -> dict:
    high = float(shortfall_ratio(observed, expected)[2])
    return {
        "row_facet": "f", "row_tag": name, "column_facet": "g", "column_tag": "x", "observed": observed,
        "expected": expected, "high": high, "grade": "none", "last_year": last, "rung": rung, "top_rung": 5,
        "row_total": 50, "column_total": 50, "synthesis": "too_few", "primary": 0, "primary_since": 0,
    } | more  # fmt: skip


A, B, C = cell("a", 0, 10), cell("b", 4, 8, 2021, 2), cell("c", 3, 40, 2013, 3)


def test_scores_of_the_worked_example():
    found = priorities(pd.DataFrame([B, A, C]), 2025)
    assert found["row_tag"].tolist() == ["a", "c", "b"]
    assert found["score"].round(4).tolist() == [0.8742, 0.5636, 0.2]
    first = found["components"].iloc[0]
    assert {name: round(x, 4) for name, x in first.items()} == {
        "scarcity": 0.375, "shortfall": 0.2492, "staleness": 0.125, "design": 0.125
    }  # fmt: skip


def test_need_is_a_fifth_of_the_score_where_a_table_is_given():
    found = priorities(pd.DataFrame([B | {"attention_high": 0.687}]), 2025)
    assert found["score"].round(4).tolist() == [0.2226]
    assert found["components"].iloc[0]["need"] == pytest.approx(0.0626)


def test_reviews_due_make_a_list_of_their_own_without_a_score():
    due = [
        cell("old", 20, 9, synthesis="outdated_review", primary=30, primary_since=6),
        cell("few", 9, 9, synthesis="no_review", primary=7),
        cell("many", 20, 9, synthesis="no_review", primary=12),
    ]
    found = priorities(pd.DataFrame([A, *due]), 2025)
    assert found["list"].tolist() == ["primary", "synthesis", "synthesis", "synthesis"]
    assert found["row_tag"].tolist() == ["a", "many", "few", "old"]
    assert found["score"].isna().tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param(cell("d", 0, 10, row_total=2), id="too few records on a tag"),
        pytest.param(cell("d", 0, 2.9), id="not comparable"),
    ],
)
def test_what_cannot_be_ranked_is_left_out(left_out):
    assert priorities(pd.DataFrame([A, left_out]), 2025)["row_tag"].tolist() == ["a"]


def test_a_known_need_ranks_a_cell_that_cannot_be_compared():
    found = priorities(pd.DataFrame([A | {"attention_high": 1.0}, cell("d", 0, 1, attention_high=0.4)]), 2025)
    assert set(found["row_tag"]) == {"a", "d"}


def test_positions_are_for_large_corpora_and_the_order_says_how_sure_it_is():
    cells = pd.DataFrame([A, *[cell(f"n{k:02}", 30 + k, 20, 2024, 5) for k in range(40)]])
    small, large = priorities(cells, 2025, n_records=1999), priorities(cells, 2025, n_records=2000)
    assert small["position"].isna().all()
    assert large["position"].tolist() == list(range(1, 42))
    assert (small["badge"].iloc[0], small["rank_low"].iloc[0]) == ("robust", 1)
    assert "order uncertain" in set(small["badge"])


def test_the_order_in_which_cells_come_changes_nothing():
    cells = pd.DataFrame([A, B, C])
    there, back = priorities(cells, 2025), priorities(cells.iloc[::-1], 2025)
    pd.testing.assert_frame_equal(there, back)


@given(st.integers(0, 30), st.floats(3, 60), st.integers(1990, 2025), st.integers(1, 5))
@settings(max_examples=50)
def test_parts_lie_between_0_and_1_add_up_and_one_more_record_never_raises_the_score(observed, expected, last, rung):
    more = [cell("a", n, expected, last if n else None, rung if n else None) for n in (observed, observed + 1)]
    scores = []
    for one in more:
        found = priorities(pd.DataFrame([one]), 2025).iloc[0]
        parts = score_parts(pd.DataFrame([one]), 2025).iloc[0]
        assert parts.between(0, 1).all()
        assert sum(found["components"].values()) == pytest.approx(found["score"])
        scores.append(found["score"])
    assert scores[1] <= scores[0] + 1e-12
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def facet(facet_id: str, *tags: str) -> Facet:
    return Facet(facet_id, facet_id, "Which?", tuple(Tag(t, t) for t in tags))


def test_cells_are_gathered_from_maps():
    framework = Framework(
        "small",
        1,
        (facet("f", "a", "b"), facet("g", "x", "y"), facet("design", "survey", "review", "trial")),
        options={
            "roles": {"design": "design", "review": ["review"], "primary": ["survey", "trial"]},
            "ladders": [{"id": "any", "question": "What?", "rungs": [["survey"], ["trial"]]}],
        },
    )
    rows = [
        {"id": f"{k}", "year": 2000 + k, "tags": {"f": ["a"], "g": ["x"], "design": ["survey"]}} for k in range(6)
    ] + [{"id": f"b{k}", "tags": {"f": ["b"], "g": ["y"], "design": ["trial"]}} for k in range(6)]
    found = gather_cells([cross(build_snapshot(framework, rows, year_now=2025), "f", "g")], {("f", "a"): 0.4})
    first = found.set_index(["row_tag", "column_tag"]).loc[("a", "x")]
    assert first[["observed", "last_year", "rung", "top_rung", "synthesis", "attention_high"]].tolist() == [
        6, 2005, 1, 2, "no_review", 0.4
    ]  # fmt: skip
    ranked = priorities(found, 2025)
    assert set(ranked["list"]) == {"primary", "synthesis"}
    bare = Framework("bare", 1, framework.facets)
    without = gather_cells([cross(build_snapshot(bare, rows), "f", "g")])
    assert np.isnan(without["rung"].astype(float)).all()
    assert "attention_high" not in without
    assert set(priorities(without, 2025)["list"]) == {"primary"}


FRUIT = Framework("small", 1, (facet("f", "a", "b"), facet("g", "x", "y")), headline_pairs=(("f", "g"),))


def fruit(**about: object):
    tags = [*[("a", "x")] * 30, *[("b", "y")] * 30, ("b", "x")]
    rows = [{"id": f"{k:02}", "tags": {"f": [f], "g": [g]}} for k, (f, g) in enumerate(tags)]
    return build_snapshot(FRUIT, rows, year_now=2025, **about)


def test_without_a_score_cells_come_by_grade_and_nothing_of_the_score_is_left():
    scored = rank_cells(fruit())
    assert {"score", "components", "badge", "p_top"} <= set(scored)
    plain = order_by_grade(scored)
    assert not {"score", "components", "badge", "p_top", "rank_low", "position"} & set(plain)
    assert plain["row_tag"].tolist()[:2] == ["a", "b"]
    assert plain["grade"].tolist() == ["strong", "strong", "none", "none"]
    assert list(plain["high"][:2]) == sorted(plain["high"][:2])


def test_a_pinned_cell_is_ranked_though_it_cannot_be_compared():
    cells = pd.DataFrame([A, cell("d", 0, 2.9)])
    found = priorities(cells, 2025, pinned=[(("g", "x"), ("f", "d"))])
    assert set(found["row_tag"]) == {"a", "d"}


def test_a_need_table_reaches_the_list_and_gives_its_part():
    found = rank_cells(fruit(), attention=lambda coverage: {("f", "a"): 0.5})
    parts = found.set_index(["row_tag", "column_tag"])["components"]
    assert parts["a", "y"]["need"] == pytest.approx(0.1)
    assert parts["b", "y"]["need"] == 0


def test_what_a_person_found_stands_beside_the_cell():
    cell_ruling = make_cell_ruling(("g", "y"), ("f", "a"), "confirmed", "Looked")
    cells = gather_ruled([cell_ruling], FRUIT, lambda r: ())
    found = rank_cells(fruit(cells=cells)).set_index(["row_tag", "column_tag"])
    assert found["check"]["a", "y"] == "confirmed"
    assert found["check"]["b", "x"] == "unchecked"
    about = make_about(fruit())
    said = describe_row({**found.loc[("a", "y")], "row_tag": "a", "column_tag": "y"}, about)
    assert said == "A × y: 0 records, about 15 expected. Grade: strong."


def test_the_words_of_a_row_name_the_parts_of_its_score_and_how_sure_its_rank_is():
    row = rank_cells(fruit()).to_dict("records")[0]
    assert describe_row(row, make_about(fruit())).startswith("Unchecked: A × y: 0 records, about 15 expected.")
    assert describe_parts(row).startswith("score 0.91 = few records 0.38, fewer than expected 0.29")
    assert "in 9 of 10 draws" in describe_band(row)
    review = row | {"list": "synthesis", "synthesis": "outdated_review", "primary": 12, "primary_since": 6}
    assert describe_row(review, make_about(fruit())).endswith(
        "12 primary records in this corpus tagged with both, 6 of them after the last systematic review."
    )
