"""Trends & places: figures read back, and the words beside them."""

import corpora
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from analysis.trends import count_places, count_years
from corpus.snapshot import build_snapshot
from views import charts, trends


@pytest.fixture
def counted(framework):
    rows = [
        {"id": "a", "year": 2019, "tags": {"population": ["nurse"], "country": ["SG"]}},
        {"id": "b", "year": 2021, "tags": {"population": ["nurse"], "country": ["KE"]}},
        {"id": "c", "year": 2021, "tags": {"population": ["physician"], "country": ["KE"]}},
        {"id": "d", "tags": {}},
    ]
    return build_snapshot(framework, [{"title": "A title", **row} for row in rows], year_now=2021)


def test_lines_differ_by_dash_and_mark_and_the_current_year_is_hollow(counted):
    trend = count_years(counted, "population")
    figure = charts.years(trend.counts[["nurse", "physician"]], trend.labels, trend.incomplete, is_share=False)
    assert go.Figure(figure.to_dict()).to_dict() == figure.to_dict()  # each property is one plotly knows
    nurse, physician = figure.data
    assert (nurse.name, list(nurse.x), list(nurse.y)) == ("Nurses", [2019, 2020, 2021], [1, 0, 1])
    assert list(nurse.marker.symbol) == ["circle", "circle", "circle-open"]
    assert (physician.line.dash, physician.marker.symbol[0]) == ("dash", "square")
    shares = charts.years(trend.shares[["nurse"]], trend.labels, trend.incomplete, is_share=True)
    assert list(shares.data[0].y) == [1.0, None, 0.5]


def test_the_figure_is_said_in_words(counted):
    said = trends.say_years(count_years(counted, "population"), ["nurse"])
    assert said == (
        "1 record without a year left out. 2021, marked with a hollow sign, cannot be complete yet: a fall there is no "
        "trend. From 2019 to 2021, nurses comes up in 2 records; most in one year: 1 of 1 in 2019."
    )


def test_the_map_holds_each_country_by_its_number(counted):
    places = count_places(counted)
    world = {"type": "Topology", "objects": {"countries": {}}, "arcs": []}
    chart = trends.world_map(places.table, world)
    assert chart["data"]["values"] is world
    data = chart["layer"][1]["transform"][0]["from"]["data"]["values"]
    assert [(row["numeric"], row["records"]) for row in data] == [("404", 2), ("702", 1)]
    assert "3 of 4 records name where" in trends.say_places(places)


@pytest.mark.parametrize("kind", ["founding", "tiny"])
def test_the_page_says_which_countries_are_too_small_to_draw(kind, corpora_made):
    at = AppTest.from_function(corpora.run_page, args=("trends", str(corpora_made[kind])), default_timeout=60).run()
    assert not at.exception
    assert [h.value for h in at.header] == ["Year by year", "Countries studied", "Journals and authors"]
    assert not at.dataframe  # what nobody opened is not sent
    at.session_state["trends.numbers"] = True
    at.session_state["trends.world"] = True
    at.run()
    small = [m.value for m in at.markdown if m.value.startswith("Too small")]
    assert bool(small) == (kind == "founding")
    assert "Year" in at.dataframe[0].value.columns
    columns = [list(table.value.columns) for table in at.table]
    assert (["Country", "Records", "Share"] in columns) == (kind == "founding")  # the tiny one names no place
    assert ["Name", "Records"] in columns


def test_an_empty_collection_says_what_to_do(corpora_made):
    at = AppTest.from_function(corpora.run_page, args=("trends", str(corpora_made["empty"])), default_timeout=60).run()
    assert not at.exception
    said = " ".join(m.value for m in at.markdown)
    assert "There is nothing to count yet" in said
    assert "Add studies" in said
