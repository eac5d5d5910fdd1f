"""Reviews, silence, designs, need, countries and reporting: worked numbers on corpora one can count by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.coverage import cross
from analysis.gaps import (
    find_gaps,
    geography,
    gini,
    grade_stale,
    grade_synthesis,
    judge_parity,
    reporting_rate,
    scan,
    shortfall_ratio,
)
from analysis.gaps.places import effective_number
from analysis.gaps.ratios import lower_tail
from analysis.roles import read_ladders
from corpus.errors import FrameworkError, LacunaError, UnknownIdError
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import build_snapshot


def facet(facet_id: str, *tags: str) -> Facet:
    return Facet(facet_id, facet_id.capitalize(), "Which?", tuple(Tag(t, t.capitalize()) for t in tags))


ROLES = {
    "design": "design",
    "review": ["review"],
    "other-review": ["scoping"],
    "primary": ["survey", "trial"],
    "country": "country",
    "international": ["INT"],
}
LADDER = {
    "id": "works",
    "question": "What works?",
    "facets": ["remedy"],
    "rungs": [["opinion"], ["survey"], ["trial"]],
    "advice": ["opinion"],
}
FRAMEWORK = Framework(
    "small",
    1,
    (
        facet("who", "nurse", "doctor"),
        facet("remedy", "training", "law"),
        facet("design", "review", "scoping", "survey", "trial", "opinion"),
        facet("country", "INT", "DK", "NG", "FJ"),
    ),
    options={"roles": ROLES, "ladders": [LADDER]},
)
_number = iter(range(100_000))


def records(n: int, who: str, remedy: str, design: str = "", year: int | None = None, country: str = "") -> list[dict]:
    tags = {"who": [who], "remedy": [remedy]}
    tags |= {name: [tag] for name, tag in (("design", design), ("country", country)) if tag}
    return [{"id": f"r{next(_number):05}", "tags": dict(tags), "year": year} for _ in range(n)]


def cells(found: pd.DataFrame) -> dict[tuple[str, str], dict]:
    return {(row["row_tag"], row["column_tag"]): row for row in found.to_dict("records")}


@pytest.mark.parametrize(
    "primary, reviews, last, since, grade",
    [
        (7, 0, None, 0, "no_review"),
        (4, 0, None, 0, "too_few"),
        (12, 1, 2017, 6, "outdated_review"),
        (12, 1, 2017, 4, "covered"),
        (12, 1, 2020, 6, "covered"),
        pytest.param(12, 1, None, 0, "covered", id="review of unknown year"),
    ],
)
def test_when_a_review_is_due(primary, reviews, last, since, grade):
    assert grade_synthesis(primary, reviews, last, since, 2025) == grade


def test_synthesis_counts_primary_records_since_the_last_review_and_lists_the_nearest():
    rows = [
        *records(6, "nurse", "training", "survey", 2019),
        *records(2, "nurse", "training", "trial", 2012),
        *records(1, "nurse", "training", "review", 2017),
        *records(5, "doctor", "training", "survey", 2020),
        *records(1, "doctor", "training", "scoping", 2021),
        *records(1, "doctor", "training", year=2021),
        *records(3, "nurse", "law", "survey", 2020),
    ]
    coverage = cross(build_snapshot(FRAMEWORK, rows, year_now=2025), "who", "remedy")
    table = find_gaps(coverage, "synthesis")
    found = cells(table)
    assert table["grade"].tolist() == ["no_review", "outdated_review", "too_few", "too_few"]
    nurse, doctor = found["nurse", "training"], found["doctor", "training"]
    assert (nurse["grade"], nurse["primary"], nurse["reviews"], nurse["last_year"]) == ("outdated_review", 8, 1, 2017)
    assert nurse["components"]["primary_since"] == 6
    assert (doctor["grade"], doctor["components"]["other_reviews"], doctor["components"]["unknown_design"]) == (
        "no_review",
        1,
        1,
    )
    assert doctor["components"]["nearest"] == [rows[14]["id"], rows[8]["id"]], (
        "newest first; the scoping review is shown"
    )
    assert find_gaps(coverage, "synthesis", year_now=2021).loc[1, "grade"] != "outdated_review"


def test_silence_is_told_from_having_too_few_records():
    grades, p, expected = grade_stale(np.array([8, 5, 20, 0]), np.array([8, 5, 20, 0]), np.array([0, 0, 2, 0]), 100, 35)
    assert grades.tolist() == ["silent", "too_few", "none", "never"]
    assert p[:2].round(4).tolist() == [0.0271, 0.1097]
    assert expected[2] == 7
    ratio, _, high = shortfall_ratio(2, 7)
    assert (round(float(ratio), 3), round(float(high), 4)) == (0.375, 0.9031)
    assert grade_stale(np.array([60]), np.array([60]), np.array([6]), 100, 45)[0].tolist() == ["fading"]


def test_stale_leaves_records_without_a_year_out_and_counts_the_running_year_and_five_before():
    rows = [
        *records(9, "nurse", "training", year=2010),
        *records(1, "nurse", "training"),
        *records(40, "doctor", "training", year=2020),
        *records(40, "doctor", "law", year=2019),
    ]
    found = cells(find_gaps(cross(build_snapshot(FRAMEWORK, rows, year_now=2025), "who", "remedy"), "stale"))
    nurse = found["nurse", "training"]
    assert nurse["observed"] == 10
    assert nurse["components"] == {"recent": 0, "n_dated": 9, "years_since": 15, "year_from": 2020}
    assert nurse["expected"] == pytest.approx(9 * 40 / 89)
    assert nurse["grade"] == "silent"
    assert found["doctor", "law"]["components"]["recent"] == 0
    assert found["nurse", "law"]["grade"] == "never"


def test_none_at_a_rung_is_a_gap_only_where_one_would_be_expected():
    assert [round(float(lower_tail(0, 200, 30, n)), 4) for n in (20, 10)] == [0.0324, 0.1889]
    rows = [
        *records(30, "nurse", "training", "trial"),
        *records(100, "nurse", "training", "survey"),
        *records(20, "doctor", "training", "survey"),
        *records(10, "doctor", "law", "survey"),
        *records(40, "nurse", "law", "opinion"),
    ]
    found = cells(find_gaps(cross(build_snapshot(FRAMEWORK, rows), "who", "remedy"), "design"))
    below, early = found["doctor", "training"], found["doctor", "law"]
    assert (below["grade"], below["highest_design"], below["components"]["lacking"]) == ("below", "survey", ["trial"])
    assert below["p"] == pytest.approx(0.0324, abs=5e-5)
    assert below["components"]["share_elsewhere"] == 0.15
    assert (early["grade"], round(early["p"], 4)) == ("not_yet", 0.1889)
    assert found["nurse", "training"]["grade"] == "none"
    assert (found["nurse", "law"]["grade"], found["nurse", "law"]["kind"]) == ("not_evaluated", "evaluation")


def test_two_opinions_are_not_yet_a_recommendation_without_evaluation():
    rows = records(2, "nurse", "law", "opinion") + records(4, "doctor", "law", "opinion") + records(1, "doctor", "law")
    found = cells(find_gaps(cross(build_snapshot(FRAMEWORK, rows), "who", "remedy"), "design"))
    assert found["nurse", "law"]["grade"] == "not_yet"
    assert found["doctor", "law"]["grade"] == "not_yet", "one record's design is unknown"
    assert found["nurse", "training"]["grade"] == "unknown"


def test_a_question_that_is_not_there_is_named_and_a_cell_it_does_not_suit_is_not_judged():
    coverage = cross(build_snapshot(FRAMEWORK, records(3, "nurse", "law", "survey")), "who", "remedy")
    with pytest.raises(UnknownIdError, match="There are: works"):
        find_gaps(coverage, "design", question="why")
    elsewhere = cross(coverage.snapshot, "who", "country")
    assert not len(find_gaps(elsewhere, "design"))
    assert len(find_gaps(elsewhere, "design", question="works"))


def test_a_question_asked_of_a_tag_goes_before_one_asked_of_its_facet():
    common = {"id": "common", "question": "How common?", "rungs": [["survey"]], "tags": ["remedy/law"]}
    framework = Framework("t", 1, FRAMEWORK.facets, options={"roles": ROLES, "ladders": [LADDER, common]})
    rows = records(3, "nurse", "law", "survey") + records(3, "nurse", "training", "survey")
    found = cells(find_gaps(cross(build_snapshot(framework, rows), "who", "remedy"), "design"))
    assert found["nurse", "law"]["components"]["question"] == "How common?"
    assert found["nurse", "law"]["grade"] == "none"
    assert found["nurse", "training"]["components"]["question"] == "What works?"
    broken = Framework("b", 1, FRAMEWORK.facets, options={"roles": ROLES, "ladders": [common | {"tags": ["remedy/x"]}]})
    with pytest.raises(FrameworkError, match="remedy/x"):
        read_ladders(broken)


def test_a_ladder_that_names_no_tag_of_the_framework_is_refused():
    broken = Framework("b", 1, FRAMEWORK.facets, options={"roles": ROLES, "ladders": [LADDER | {"rungs": [["wish"]]}]})
    with pytest.raises(FrameworkError, match="wish"):
        read_ladders(broken)


def test_the_framework_that_ships_has_ladders_that_can_be_read(framework: Framework):
    assert [ladder.id for ladder in read_ladders(framework)] == [
        "what-works",
        "what-follows",
        "how-common",
        "what-is-it-like",
    ]


@pytest.mark.parametrize(
    "x, n, w, attention, low, high, short_by, grade",
    [
        (30, 200, 0.3, 0.5, 0.3571, 0.6869, 43, "under"),
        (110, 200, 0.6, 0.9167, 0.8013, 1.0289, 20, "near"),
        (60, 200, 0.1, 3.0, 2.4075, 3.6679, 0, "over"),
    ],
)
def test_parity(x, n, w, attention, low, high, short_by, grade):
    found = judge_parity(x, n, w)
    assert (round(found.attention, 4), round(found.low, 4), round(found.high, 4)) == (attention, low, high)
    assert found.short_by == short_by or grade == "near"
    assert found.grade == grade
    assert judge_parity(3, 19, 0.3).grade == "not comparable"


def need(**weights: float) -> pd.DataFrame:
    rows = [(group, weight, "Register of staff", 2023, "share") for group, weight in weights.items()]
    return pd.DataFrame(rows, columns=["group", "weight", "source", "year", "kind"])


def test_parity_shares_a_record_between_its_groups_and_prints_the_source():
    rows = records(10, "nurse", "law") + records(30, "doctor", "law")
    for row in rows[:4]:
        row["tags"]["who"] = ["nurse", "doctor"]
    coverage = cross(build_snapshot(FRAMEWORK, rows), "who", "remedy")
    first = find_gaps(coverage, "parity", need=need(nurse=60, doctor=40)).iloc[0]
    assert (first["row_tag"], first["observed"], first["need_source"]) == ("nurse", 8.0, "Register of staff, 2023")
    assert first["ratio"] == pytest.approx(8 / 40 / 0.6)
    assert first["components"]["short_by"] == 40
    alone = find_gaps(coverage, "parity", need=need(doctor=40, midwife=3))
    assert alone["grade"].tolist() == ["near", "no need figure"]


@pytest.mark.parametrize(
    "table, words",
    [
        pytest.param(need(nurse=1).assign(kind="prevalence"), "burden table", id="prevalence is no weight"),
        pytest.param(need(nurse=1).drop(columns="source"), "no column source", id="no source column"),
        pytest.param(need(nurse=1).assign(source=""), "one source", id="empty source"),
        pytest.param(need(nurse=-1), "below zero", id="negative"),
        pytest.param(need(midwife=1), "The rows are: nurse, doctor", id="no such group"),
        pytest.param(pd.concat([need(nurse=1), need(nurse=2)]), "twice", id="a group twice"),
    ],
)
def test_a_need_table_that_cannot_weigh_is_refused_in_words(table, words):
    coverage = cross(build_snapshot(FRAMEWORK, records(1, "nurse", "law")), "who", "remedy")
    with pytest.raises(LacunaError, match=words):
        find_gaps(coverage, "parity", need=table)


def test_without_a_need_table_there_is_no_parity_claim():
    assert not len(find_gaps(cross(build_snapshot(FRAMEWORK, records(1, "nurse", "law")), "who", "remedy"), "parity"))


def test_inequality_of_counts():
    assert gini([0, 0, 1, 3, 6]) == pytest.approx(0.6)
    assert effective_number([0, 0, 1, 3, 6]) == pytest.approx(2.4546, abs=5e-5)
    assert (gini([1, 1, 1, 1]), effective_number([1, 1, 1, 1])) == (0, pytest.approx(4))
    assert (gini([0, 0]), effective_number([0, 0])) == (None, None)


def test_geography_counts_every_country_and_international_work_apart():
    rows = [
        *records(6, "nurse", "law", country="DK"),
        *records(2, "nurse", "law", country="NG"),
        *records(3, "nurse", "law", country="INT"),
        *records(4, "nurse", "law"),
    ]
    snapshot = build_snapshot(FRAMEWORK, rows)
    found = geography(snapshot)
    assert found.counts.to_dict() == {"DK": 6, "NG": 2, "FJ": 0}
    assert (found.n_no_country, found.n_international, found.n_records) == (4, 3, 15)
    assert found.top_share(1) == 0.75
    table = find_gaps(cross(snapshot, "who", "country"), "geography")
    assert table[["row_tag", "observed", "grade"]].to_numpy().tolist() == [
        ["DK", 6, ""],
        ["NG", 2, ""],
        ["FJ", 0, "none"],
    ]
    assert geography(build_snapshot(FRAMEWORK, [])).top_share(3) is None


def test_reporting_rate_is_the_share_that_names_anything_on_a_facet():
    rows = records(26, "nurse", "law", country="DK") + records(14, "nurse", "law")
    rate, low, high = reporting_rate(build_snapshot(FRAMEWORK, rows), "country")
    assert (rate, round(low, 4), round(high, 4)) == (0.65, 0.4951, 0.7787)
    assert reporting_rate(build_snapshot(FRAMEWORK, []), "country") == (None, None, None)


@pytest.mark.parametrize("measure", ["synthesis", "stale", "design", "geography", "reporting"])
def test_measures_can_be_scanned_over_many_pairs(measure):
    snapshot = build_snapshot(FRAMEWORK, records(9, "nurse", "law", "survey", 2020, "DK"), year_now=2025)
    found = scan(snapshot, [("who", "remedy"), ("who", "country")], measure=measure)
    assert len(found)
    assert not found.duplicated(["row_facet", "row_tag", "column_facet", "column_tag"]).any()
