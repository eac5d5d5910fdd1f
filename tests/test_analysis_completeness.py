"""How much of the literature sampled has been seen: worked numbers, and counts by hand."""

import pytest

from analysis.completeness import (
    chao_lower,
    combination_coverage,
    completeness,
    recapture_rate,
    two_source,
    write_combinations,
    write_recapture,
    write_two_source,
)
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import build_snapshot


@pytest.mark.parametrize(
    "seen, worked",
    [
        pytest.param([1, 1, 1, 2, 2, 3, 3, 3, 4], 0.8598, id="ones and twos"),
        pytest.param([1, 1, 1, 5, 6, 6], 0.8575, id="no twos"),
        pytest.param([2, 18], 1.0, id="no ones"),
        pytest.param([1], 1.0, id="one record"),
    ],
)
def test_chance_that_the_next_combination_has_been_seen(seen, worked):
    assert combination_coverage(seen) == pytest.approx(worked, abs=5e-5)


def test_no_record_gives_no_coverage_and_no_combination():
    assert combination_coverage([]) is None
    assert chao_lower([]) == 0


def test_a_lower_bound_of_what_exists():
    assert chao_lower([1, 1, 1, 2, 2, 3, 3, 3, 4]) == pytest.approx(9 + 0.95)
    assert chao_lower([4, 5]) == 2


def test_two_sources_if_they_were_independent():
    size, error = two_source(60, 50, 30)
    assert (round(size, 2), round(error, 2)) == (99.35, 7.79)


def test_recapture_is_a_share_of_the_upload():
    found = recapture_rate([f"r{n}" for n in range(40)], {f"r{n}" for n in range(26)} | {"other"})
    assert (found.found, found.n, found.share) == (26, 40, 0.65)
    assert (round(found.low or 0, 4), round(found.high or 0, 4)) == (0.4951, 0.7787)
    assert recapture_rate([], {"r1"}).share is None


FRAMEWORK = Framework(
    "small",
    1,
    (
        Facet("f", "F", "?", (Tag("a", "A"), Tag("b", "B"), Tag("r", "R", residual=True))),
        Facet("g", "G", "?", (Tag("x", "X"), Tag("c", "C", broader="x"), Tag("y", "Y"))),
    ),
)


def test_combinations_of_tags_seen_in_a_corpus():
    rows = [
        {"id": "1", "tags": {"f": ["a", "b"], "g": ["c"]}},
        {"id": "2", "tags": {"f": ["a"], "g": ["x", "y"]}},
        {"id": "3", "tags": {"f": ["r"], "g": ["x"]}},
        {"id": "4", "tags": {"f": ["a"]}},
    ]
    found = completeness(build_snapshot(FRAMEWORK, rows), ["f", "g"])
    assert (found.n_combinations, found.n_records) == (3, 2), "ax twice, bx and ay once"
    assert found.coverage == combination_coverage([2, 1, 1])
    assert found.at_least == chao_lower([2, 1, 1])
    assert found == completeness(build_snapshot(FRAMEWORK, rows[::-1]), ["f", "g"])
    assert 0 <= found.low <= found.coverage <= found.high <= 1


def test_an_empty_corpus_has_seen_nothing():
    found = completeness(build_snapshot(FRAMEWORK, []), ["f", "g"])
    assert (found.n_combinations, found.coverage, found.low, found.at_least) == (0, None, None, 0)


def test_the_words_give_a_percentage_only_of_twenty_or_more_and_the_size_only_under_its_condition():
    assert write_recapture(recapture_rate(range(40), range(26))) == (
        "65 % of its 40 records were already here (50 % to 78 %)."
    )
    assert write_recapture(recapture_rate(range(3), range(1))) == "1 of its 3 records was already here."
    assert write_recapture(recapture_rate((), ())) == "It holds no record that counts here."
    assert write_two_source(60, 50, 30) == (
        "If the two searches were independent, about 99 records would exist (60 and 50 found, 30 by both). "
        "They seldom are."
    )
    assert "nothing can be said" in write_two_source(60, 50, 0)


@pytest.mark.parametrize("n, few", [(1, True), (19, True), (20, False)])
def test_of_fewer_than_twenty_records_no_percentage_is_said(n, few):
    rows = [{"id": str(i), "tags": {"f": ["a"], "g": ["x"]}} for i in range(n)]
    said = write_combinations(completeness(build_snapshot(FRAMEWORK, rows), ["f", "g"]))
    assert (said == f"too few to say ({n} record{'s' * (n > 1)}).") is few
    assert ("%" not in said) is few
