"""Records over years, countries and names, counted with a pencil."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.trends import count_names, count_places, count_years, read_names
from corpus.errors import UnknownIdError
from corpus.framework import Framework
from corpus.snapshot import Snapshot, build_snapshot

WORLD = Path(__file__).parent.parent / "views" / "assets" / "world.json"


def snapshot(framework: Framework, *rows: tuple[str, int | None, dict[str, list[str]]], **about: object) -> Snapshot:
    return build_snapshot(
        framework, [{"id": i, "title": i, "year": year, "tags": tags} for i, year, tags in rows], **about
    )


def test_years_are_counted_without_gaps_and_the_current_one_is_incomplete(framework: Framework) -> None:
    trend = count_years(
        snapshot(
            framework,
            ("a", 2019, {"population": ["nurse"]}),
            ("b", 2019, {"population": ["nurse", "surgeon"]}),
            ("c", 2022, {"population": ["surgeon"]}),
            ("d", 2022, {}),
            ("e", None, {"population": ["nurse"]}),
            year_now=2022,
        ),
        "population",
    )
    assert list(trend.counts.index) == [2019, 2020, 2021, 2022]
    assert trend.counts["nurse"].tolist() == [2, 0, 0, 0]
    assert trend.counts["physician"].tolist() == [1, 0, 0, 1]  # surgeons are physicians
    assert trend.totals.tolist() == [2, 0, 0, 2]
    assert list(trend.counts.columns[:2]) == ["physician", "nurse"]  # two records each, in framework order
    assert trend.shares["physician"].tolist()[::3] == [0.5, 0.5]
    assert trend.shares["nurse"].isna().tolist() == [False, True, True, False]
    assert (trend.incomplete, trend.n_records, trend.n_no_year) == ((2022,), 5, 1)


def test_records_without_years_make_no_trend(framework: Framework) -> None:
    trend = count_years(snapshot(framework, ("a", None, {"population": ["nurse"]})), "population")
    assert (len(trend.counts), trend.n_records, trend.n_no_year) == (0, 1, 1)
    with pytest.raises(UnknownIdError):
        count_years(snapshot(framework), "nothing")


def test_countries_with_international_work_and_silence_apart(framework: Framework) -> None:
    places = count_places(
        snapshot(
            framework,
            ("a", 2020, {"country": ["GB"]}),
            ("b", 2020, {"country": ["GB", "NG"]}),
            ("c", 2020, {"country": ["INT"]}),
            ("d", 2020, {}),
        )
    )
    assert places.table[["id", "records"]].to_numpy().tolist() == [["GB", 2], ["NG", 1]]
    assert places.table["numeric"].tolist() == ["826", "566"]
    assert (places.n_records, places.n_named, places.n_international, places.n_no_country) == (4, 3, 1, 1)


def test_every_country_is_on_the_map_or_named_below_it(framework: Framework) -> None:
    shapes = json.loads(WORLD.read_text(encoding="utf-8"))["objects"]["countries"]["geometries"]
    drawn = [shape["id"] for shape in shapes if "id" in shape]
    known = {tag.options.get("iso-numeric") for tag in framework.facet("country").tags} - {None}
    assert len(drawn) == len(set(drawn)) == 174
    assert set(drawn) <= known  # a code that the framework wrote otherwise would never be coloured


def test_spellings_of_a_name_are_one() -> None:
    names = count_names(["The Lancet", "Lancet", "Lancet", "Nursing & Health", "Nursing and health.", None, " "])
    expected = pd.DataFrame({"name": ["Lancet", "Nursing and health."], "records": [3, 2]})
    pd.testing.assert_frame_equal(names, expected)
    read = read_names([["The Lancet", "BMJ"], ["Lancet", "lancet"], [None]])
    assert read.count().to_numpy().tolist() == [["lancet", 3], ["BMJ", 1]]
    assert read.count(np.array([True, False, True])).to_numpy().tolist() == [["BMJ", 1], ["The Lancet", 1]]
    assert not len(read.count(np.zeros(3, dtype=bool))) and not len(read_names([]).count())
