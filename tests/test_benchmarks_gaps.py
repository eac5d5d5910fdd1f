"""The gap benchmark on worlds small enough to know the answer."""

import numpy as np
import pandas as pd

from benchmarks.gaps import SCORES, find_planted, measure_over_time, run, to_map


def coded_map():
    """Early: x and y are studied together half as often as chance would have it, and later, too."""
    rows = []
    for year in range(2000, 2010):
        for a, b, count in (("x", "y", 1), ("x", "z", 9), ("w", "y", 9), ("w", "z", 1)):
            rows += [{"year": str(year), "code_a": a, "code_b": f"{b}|v"}] * count
    rows.append({"year": "205", "code_a": "x", "code_b": "y"})
    return pd.DataFrame(rows)


def test_planted_gaps_are_found_and_the_same_seed_gives_the_same_figures():
    first, second = (find_planted({2000: 1}, truth=20_000) for _ in range(2))
    assert list(first) == [
        "2,000 records, tagger 0.70/0.90", "2,000 records, tagger 0.85/0.95", "2,000 records, tagger 1.00/1.00",
    ]  # fmt: skip
    for name, metrics in first.items():
        assert {k: v for k, v in metrics.items() if k != "cpu_s"} == {
            k: v for k, v in second[name].items() if k != "cpu_s"
        }
    clean = first["2,000 records, tagger 1.00/1.00"]
    assert clean["recall@20"] >= 0.5 > clean["count@20"]
    assert {f"{name}@20" for name in SCORES} < set(clean)


def test_a_coded_map_becomes_facets_tags_and_years():
    frame = pd.DataFrame(
        {"year": ["2001", "?"], "code_a": ["x|y", "Not described"], "code_b": ["z", ""], "code_c": ["one", "one"]}
    )
    framework, found, year = to_map(frame)
    assert [facet.id for facet in framework.facets] == ["a"]
    assert [(tag.label, tag.residual) for tag in framework.facets[0].tags] == [
        ("Not described", True), ("x", False), ("y", False),
    ]  # fmt: skip
    assert found.tolist() == [[False, True, True], [True, False, False]]
    assert year[0] == 2001 and np.isnan(year[1])


def test_a_lasting_shortfall_is_seen_in_the_later_years():
    metrics = measure_over_time(coded_map())
    assert metrics["records"] == 200
    assert metrics["cuts"]["2002"] == {"records_before": 60}
    # Of the 20 later records a year, x and y would share 5 by chance, and share 1.
    assert metrics["strong_ratio"] == 0.2
    assert metrics["by_grade"]["strong"]["later_below_half"] == 1
    assert metrics["by_grade"]["strong"]["caught_up"] == 0


def test_sets_are_found_by_listing_and_those_without_years_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.gaps.find_planted", dict)
    coded_map().to_csv(tmp_path / "kitchens.csv.gz", index=False)
    coded_map().drop(columns="year").to_csv(tmp_path / "timeless.csv", index=False)
    assert list(run(tmp_path)) == ["kitchens"]
