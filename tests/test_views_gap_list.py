"""The list of gaps: ranked, graded, in the methods' words, each once; and its table."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from pages_toy import LAKES, lakes, open_page, words

from analysis.gaps import MEASURES, scan
from analysis.sentences import make_about
from ingest.rules import open_corpus
from views.gap_list import find_sections
from views.gap_table import to_csv, to_table


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("gaps") / "lakes.sqlite")


def test_barely_present_comes_before_what_is_fewer_than_expected(corpus):
    at = open_page("gaps", corpus)
    assert [h.value for h in at.header] == ["Barely present", "Fewer records than expected"]
    assert [h.value for h in at.subheader] == [
        "Strong gaps: 2",
        "Suggestive gaps: 0",
        "Other empty cells with 3 or more expected: 0",
    ]
    said = words(at)
    assert said.index("Aeration × fish") < said.index("Dredging × cost")
    assert "20 cells were compared. 5 more have too few records" in said
    assert "picked for being extreme" in said
    assert "not proof that research is missing" in said


def test_grade_and_check_stand_with_each_gap(corpus):
    said = words(open_page("gaps", corpus))
    assert ":blue-badge[▼ Strong gap] :gray-badge[Unchecked]" in said


def test_a_filtered_view_says_that_it_is_exploratory(corpus):
    said = words(open_page("gaps", corpus, **{"from": "1990"}))
    assert "Exploratory: filtered view" in said
    assert "Grade: strong (exploratory: filtered view)" in said


@pytest.mark.parametrize("measure", [m.id for m in MEASURES])
def test_every_measure_has_a_list_or_says_why_not(corpus, measure):
    at = open_page("gaps", corpus, measure=measure)
    assert next(m.label for m in MEASURES if m.id == measure) in [h.value for h in at.header]
    said = words(at)
    reasons = ("None has been given", "has no facet", "finds no", "is flagged")
    assert at.subheader or any(reason in said for reason in reasons)


def test_one_pair_of_facets_can_be_chosen(corpus):
    at = open_page("gaps", corpus, measure="absolute", pair="measure.pressure")
    assert at.selectbox(key="pair").value == "measure.pressure"
    assert "In the lake × nutrients" in words(at)
    assert "Aeration × fish" not in words(at)


def test_no_gap_is_listed_twice():
    rows = [("a", "strong", 0, 9.0), ("b", "none", 0, 3.2), ("c", "not comparable", 0, 1.0), ("d", "none", 4, 5.0)]
    found = pd.DataFrame(rows, columns=["row_tag", "grade", "observed", "expected"])
    listed = {section.key: list(section.rows["row_tag"]) for section in find_sections("relative", found)}
    assert listed == {"strong": ["a"], "suggestive": [], "empty": ["b"]}


def test_the_table_says_how_it_was_made_and_is_safe_to_open(corpus):
    with open_corpus(corpus, LAKES) as opened:
        snapshot = opened.snapshot().where()
        table = to_table(scan(snapshot), make_about(snapshot))
        table["Row"] = "=" + table["Row"]
        text = to_csv(table, snapshot, "Gaps: fewer records than expected")
    lines = list(csv.reader(io.StringIO(text)))
    head = [line[0] for line in lines if line[0].startswith("#")]
    assert head[0] == "# Gaps: fewer records than expected"
    assert head[1] == "# Corpus version 1: 224 records"
    assert "MIN_EXPECTED=3" in head[3]
    assert head[4] == "# Filters: none"
    names, first = lines[len(head)], lines[len(head) + 1]
    row = dict(zip(names, first, strict=True))
    assert (row["Row"], row["Column"], row["Records"], row["Grade"]) == ("'=Aeration", "Fish", "0", "Strong gap")
    assert row["Ratio"] == "0.11"
    assert row["In words"].startswith("Unchecked: 0 records; about 7.9 would be expected")
    assert len(lines) == len(head) + 1 + 25


@pytest.mark.parametrize(
    "titles", [{}, {"On {n}": 2}, {"Dredging and algae in {n}": 1}], ids=["empty", "untagged", "one"]
)
def test_next_to_nothing_is_judged_without_complaint(tmp_path, titles):
    open_page("gaps", lakes(tmp_path / "small.sqlite", titles))


def test_three_facets_together_are_listed_or_it_is_said_how_many_were_compared(corpus):
    said = words(open_page("gaps", corpus, third="pressure"))
    assert "Three facets together: with " in said
    assert "triples could be compared" in said
    assert "from the three maps of two facets each" in said
    assert "Barely present" not in said


def test_two_lists_of_where_to_look_first_and_a_score_only_if_asked_for(corpus):
    at = open_page("gaps", corpus, measure="priorities")
    assert [h.value for h in at.header][-1] == "For a synthesis: 0 cells"
    said = words(at)
    assert "Unchecked: Aeration × fish: 0 records, about 7.9 expected. Grade: strong." in said
    assert "score 0" not in said.lower()
    at.toggle(key="score").set_value(True).run()
    assert not at.exception
    said = words(at)
    assert "Score 0.9 = " in said or "Score 0.8" in said
    assert "few records 0.38" in said and "in 9 of 10 draws" in said
    assert "Under 2,000 records no position is given" in said
