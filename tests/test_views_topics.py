"""The topics page: groups with sizes, reasons and examples, a figure that can be read back, and its table."""

from pathlib import Path

import pandas as pd
import pytest
from pages_toy import LAKES, lakes, open_page, words

from analysis.topics import Ratio, Topic, TopicProfile, find_subtopics, find_topics
from analysis.trends import Trend
from ingest.rules import open_corpus
from views import topic_charts, topic_fit, topic_parts
from views.state import load_state
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
    assert not at.get("plotly_chart")
    assert "How this collection was put together" in said
    assert at.number_input(key="topics").value == 4


def test_every_flag_has_its_section():
    assert list(SECTIONS) == ["under-studied", "", "small", "unstable"]


def test_the_figure_holds_shares_ranges_sizes_and_flags():
    old, new = topic_charts.to_shares((OLD, NEW, UNDATED), 0.5)
    assert (old["label"], old["share"], old["flag"]) == ("old words", 0.05, "under-studied")
    assert (old["low"], old["high"]) == pytest.approx((0.03 * 0.5, 0.34 * 0.5))
    assert (new["label"], new["share"], new["flag"], new["high"]) == ("new words", 0.75, "", 1.0)  # no more than all
    assert old["size"] ** 2 / new["size"] ** 2 == pytest.approx(2, rel=0.1)
    assert old["words"] == "40 records, 2 since 2015, about 20 expected: 5% (2% to 17%)"


def test_a_card_says_what_a_topic_is_and_leads_on():
    trend = Trend(pd.DataFrame(), pd.Series(dtype=int), {}, (), 0, 0)
    ways = [topic_parts.to_link("brief", "Make a brief", topic="old-words", topics=4)]
    card = topic_parts.to_card(OLD, [("a&b", "A <b>title</b>"), ("c", None)], trend, ["Words: old."], ways, 4)
    assert (card["badge"], card["size"]) == ("◆ Under-studied", "40 records.")
    assert card["reasons"] == "2 since 2015; no review."
    assert [(to["label"], to["href"]) for to in card["typical"]] == [
        ("A <b>title</b>", "record?id=a%26b"),  # the script sets it as text
        ("Without a title", "record?id=c"),
    ]
    assert card["open"]["query"] == {"topic": "old-words", "topics": "4"}
    assert card["ways"][0]["href"] == "brief?topic=old-words&topics=4"
    assert card["bars"] is None


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


@pytest.fixture(scope="module")
def first_topic(corpus: Path) -> Topic:
    with open_corpus(corpus, LAKES) as opened:
        return find_topics(opened, 4).topics[0]


def test_a_topic_opens_on_a_page_of_its_own(corpus, first_topic):
    at = open_page("topics", corpus, topic=first_topic.id, topics="4", suggest="true")
    assert at.title[0].value.replace("\\", "") == f"Topic: {first_topic.label}"
    heads = [header.value for header in at.header]
    assert heads == [
        "What it covers",
        "Year by year",
        "Topics within it",
        "Turn this topic into tag terms",
        "Its records",
    ]
    assert f"{len(first_topic)} records, newest first." in words(at)


def test_a_topic_within_a_topic_lists_its_records_alone(corpus, first_topic):
    with open_corpus(corpus, LAKES) as opened:
        part = find_subtopics(opened, first_topic, 2).topics[0]
    at = open_page("topics", corpus, topic=first_topic.id, topics="4", within="2", sub=part.id)
    assert f"Of {len(first_topic)}." in words(at)
    assert at.header[-1].value.replace("\\", "") == f"Records: {part.label}"


def test_a_topic_that_has_gone_is_a_sentence(corpus):
    assert "this one has gone" in words(open_page("topics", corpus, topic="nothing-here"))


def test_many_records_are_grouped_with_progress_and_can_be_stopped(corpus, monkeypatch):
    monkeypatch.setattr(topic_fit, "AT_ONCE", 0)
    at = open_page("topics", corpus, topics="5")
    assert "5 topics of 224 records." in words(at)
    topic_fit._fits.clear()
    with open_corpus(corpus, LAKES) as opened:
        key = load_state(opened).key
    at.session_state[topic_fit.STOPPED] = (key, ("", 5, None))
    at.run()
    assert "Grouping was stopped. Nothing of it was kept." in words(at)
    assert not at.header
    at.button(key="topics.again").click().run()
    assert "5 topics of 224 records." in words(at)


def test_topics_by_year_are_a_map(corpus):
    at = open_page("gap-map", corpus, rows="topic", columns="year", topics="4")
    assert not at.error
    assert "Each cell counts the records that carry both tags" in words(at)


def test_circles_have_the_records_as_area_and_the_flag_as_edge_and_sign():
    small = profile("undated, small", 5, None, "small", ("5 records",))
    box, (old, new, third) = topic_charts.to_circles((OLD, NEW, small))
    assert old["r"] ** 2 / new["r"] ** 2 == pytest.approx(2, rel=0.01)
    assert [circle["lines"][0] for circle in (old, new, third)] == ["◆ 1", "2", "3"]
    assert [circle["flag"] for circle in (old, new, third)] == ["under-studied", "", "small"]
    assert third["name"] == "3. undated, small: 5 records, small"
    x, y, width, height = box
    assert all(x <= c["x"] - c["r"] and c["x"] + c["r"] <= x + width for c in (old, new, third))
    assert all(y <= c["y"] - c["r"] and c["y"] + c["r"] <= y + height for c in (old, new, third))
    assert "The largest is “old words” with 40 records" in topic_charts.say_circles((OLD, NEW, small))


def test_bars_say_their_numbers_in_words():
    counts = pd.Series([1, 0, 4, 2], index=[2021, 2022, 2023, 2024])
    said = "Records per year, 2021 to 2024: most in 2023 (4), 4 in 2023."
    assert topic_charts.say_bars(counts, (2024,)) == said
    drawn = topic_charts.to_bars(counts, (2024,))
    assert drawn == {"words": said, "shares": [[0.25, True], [0.0, True], [1.0, True], [0.5, False]]}
    assert topic_charts.say_bars(counts.iloc[:0]) == "No record says when it appeared."
