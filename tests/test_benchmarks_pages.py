"""What the benchmark of pages says of its numbers; the browser itself is no matter of these tests."""

from benchmarks import pages
from corpus.framework import Framework


def test_ratios_stand_beside_their_limits_and_say_whether_they_hold():
    said = pages._compare((1.5, 2.0), ([100.0, 90.0, 500.0], [120.0, 140.0, 150.0]), ([10.0], [21.0]))
    assert (said["first_bare_ms"], said["first_ms"], said["first_ratio"], said["first_met"]) == (100, 140, 1.4, "yes")
    assert (said["rerun_ratio"], said["rerun_limit"], said["rerun_met"]) == (2.1, 2.0, "no")


def test_bare_and_ours_take_turns_and_the_first_round_is_not_counted():
    asked: list[tuple[int, int]] = []

    def measure(which: int, n: int) -> float:
        asked.append((which, n))
        return float(n)

    assert pages._take_turns(measure, 2) == ([1.0, 2.0], [1.0, 2.0])
    assert asked == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]


def test_every_case_has_a_value_for_each_round_and_asks_for_tags_that_exist(framework: Framework):
    labels = {tag.label for tag in framework.facet("population").tags}
    for case in pages.make_cases():
        assert len(case.values) == pages.ROUNDS + 1
        if case.name == "start":
            assert set(case.values) <= labels


def test_corpora_of_a_folder_are_copied_not_used_themselves(tmp_path):
    (tmp_path / "small.sqlite").write_bytes(b"a corpus")
    with pages._corpora(tmp_path) as corpora:
        assert list(corpora) == ["small"]
        assert corpora["small"].parent != tmp_path
        assert corpora["small"].read_bytes() == b"a corpus"
