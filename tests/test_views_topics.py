"""The topics page: groups with sizes, reasons and examples, a figure that can be read back, and its table."""

from pathlib import Path

import pytest
from pages_toy import lakes, open_page, words

from analysis.topics import Ratio, Topic, TopicProfile
from views import charts
from views.topics import SECTIONS, say_figure, to_table


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("topics") / "lakes.sqlite")


def profile(label: str, n: int, recent: Ratio | None, flag: str = "", reasons: tuple[str, ...] = ()) -> TopicProfile:
    topic = Topic(label.replace(" ", "-"), label, (label,), tuple(f"{label}{k}" for k in range(n)), (), 0.9)
    return TopicProfile(
        topic=topic, n_records=n, n_distinct=3, expected_distinct=4.0, breadth=0.75, recency=recent, year_from=2015,
        last_year=2019, primary=5, reviews=0, other_reviews=0, last_review=None, review_grade="no_review", rung=1,
        top_rung=4, highest_design=None, effective_countries=None, expected_countries=None, countries=(), missing=(),
        flag=flag, reasons=reasons,
    )  # fmt: skip


OLD = profile("old words", 40, Ratio(2, 20.0, 0.14, 0.03, 0.34), "under-studied", ("2 since 2015", "no review"))
NEW = profile("new words", 20, Ratio(15, 10.0, 1.45, 0.83, 2.2))
UNDATED = profile("undated", 5, None, "small", ("5 records",))


def test_topics_have_sizes_typical_records_and_the_agreement_of_seeds(corpus):
    at = open_page("topics", corpus, topics="4")
    said = words(at)
    assert "4 topics of 224 records. Grouped again from 5 other starts, the groups agree" in said
    assert len(at.subheader) == 4
    assert "Typical records:" in said
    assert "How this collection was put together" in said
    assert at.number_input(key="topics").value == 4


def test_every_flag_has_its_section():
    assert list(SECTIONS) == ["under-studied", "", "small", "unstable"]


def test_the_figure_holds_shares_intervals_sizes_and_shapes():
    figure = charts.topic_recency((OLD, NEW, UNDATED), 0.5)
    plain, flagged = figure.data
    assert (list(flagged.y), list(flagged.x), flagged.marker.symbol) == (["old words"], [0.05], "diamond")
    assert list(flagged.error_x.arrayminus) == pytest.approx([0.05 - 0.03 * 0.5])
    assert list(flagged.error_x.array) == pytest.approx([0.34 * 0.5 - 0.05])
    assert (list(plain.y), list(plain.x), plain.marker.symbol) == (["new words"], [0.75], "circle")
    assert list(plain.error_x.array) == [0.25]  # no share is above 1
    assert list(plain.marker.size) == [20]
    assert "2 since 2015, about 20 expected" in flagged.text[0]
    assert list(figure.layout.yaxis.categoryarray) == ["new words", "old words"]


def test_the_figure_in_words_names_who_fell_behind():
    said = say_figure((OLD, NEW), 0.5)
    assert "since 2015" in said
    assert "In the whole collection it is 50%." in said
    assert said.endswith("Clearly fewer: old words.")


def test_the_table_has_the_figures_numbers_and_the_reasons():
    row = to_table((OLD, NEW, UNDATED)).iloc[0]
    assert (row["Topic"], row["Records"], row["Since 2015"], row["Expected"]) == ("old words", 40, 2, 20.0)
    assert (row["Flag"], row["Reasons"]) == ("under-studied", "2 since 2015; no review")


@pytest.mark.parametrize(
    "titles", [{}, {"On {n}": 2}, {"Dredging and algae in {n}": 1}], ids=["empty", "untagged", "one"]
)
def test_next_to_nothing_is_grouped_without_complaint(tmp_path, titles):
    open_page("topics", lakes(tmp_path / "small.sqlite", titles))
