"""Standards against evidence: what is shown by default, what counts as an evaluation, and what is recommended alone."""

from dataclasses import replace

import pytest

from analysis.standards import (
    SECONDARY,
    Standard,
    choose_standards,
    evaluating_ids,
    find_evidence,
    load_standards,
    write_evidence,
)
from corpus.errors import FileError
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import build_snapshot

DESIGNS = ("advice", "survey", "trial", "diary", "review")
FIELD = Framework(
    "Kitchens",
    1,
    (
        Facet("remedy", "Remedy", "What was done?", (Tag("rule", "Rules"), Tag("lesson", "Lessons"))),
        Facet("harm", "Harm", "What went wrong?", (Tag("burn", "Burns"), Tag("cut", "Cuts"))),
        Facet("room", "Room", "Where?", (Tag("galley", "Galleys"), Tag("bakery", "Bakeries"))),
        Facet("design", "Design", "How?", tuple(map(Tag, DESIGNS, DESIGNS))),
    ),
    options={
        "roles": {"design": "design", "review": ["review"], "primary": ["survey", "trial", "diary"]},
        "ladders": [
            {"id": "works", "question": "What works?", "facets": ["remedy"], "advice": ["advice"],
             "rungs": [["advice"], ["survey"], ["trial"]]},
        ],
        "study": {"where": ["room"]},
    },
)  # fmt: skip
ROWS = [
    ("a", {"remedy": ["rule"], "harm": ["burn"], "design": ["advice"]}),
    ("b", {"remedy": ["rule"], "harm": ["burn"], "design": ["review"]}),
    ("c", {"remedy": ["rule"], "harm": ["cut"], "design": ["survey"], "room": ["galley"]}),
    ("d", {"remedy": ["rule"], "harm": ["cut"], "design": ["survey", "advice"], "room": ["galley"]}),
    ("e", {"remedy": ["rule"]}),
    ("f", {"remedy": ["lesson"], "harm": ["burn"], "design": ["trial"], "room": ["bakery"]}),
    ("g", {"remedy": ["lesson"], "harm": ["burn"], "design": ["diary"]}),
    ("h", {"remedy": ["lesson"], "harm": ["burn"], "design": ["survey"]}),
]


def standard(*tags: tuple[str, str], own: bool = True) -> Standard:
    return Standard(
        "s", "A rule book", "A guild", "GB", 1999, "law", "Asks.", tags, "", ("https://x.example",), own, ""
    )


def snapshot():
    rows = [{"id": i, "year": 2000 + n, "tags": tags} for n, (i, tags) in enumerate(ROWS)]
    return build_snapshot(FIELD, rows, statement="made up", year_now=2031)


RULE, LESSON, BURN = ("remedy", "rule"), ("remedy", "lesson"), ("harm", "burn")


def test_advice_and_reviews_are_no_evaluation_and_the_harm_it_is_about_counts_by_itself():
    found = find_evidence(snapshot(), [standard(RULE, LESSON, BURN)]).set_index("tag")
    rule = found.loc["rule"]
    counts = ["n_records", "n_evaluating", "n_advising", "n_reviews", "n_unknown", "n_same_harm", "n_evaluating_harm"]
    assert rule[counts].tolist() == [5, 2, 1, 1, 1, 2, 0]
    assert (rule["grade"], rule["designs"], rule["places"]) == ("not_evaluated", {"survey": 2}, {"galley": 2})
    lesson = found.loc["lesson"]
    assert lesson[counts].tolist() == [3, 3, 0, 0, 0, 3, 3]
    assert (lesson["grade"], lesson["highest_design"]) == ("evaluated", "trial")
    assert lesson["designs"] == {"survey": 1, "trial": 1, "diary": 1}


def test_a_standard_about_no_harm_in_particular_counts_all_and_few_is_said():
    (row,) = find_evidence(snapshot(), [standard(RULE)]).to_dict("records")
    assert (row["n_same_harm"], row["n_evaluating_harm"], row["grade"]) == (5, 2, "few")
    assert write_evidence(row, FIELD) == (
        "Concerns rules. Of 5 records here tagged with that, 2 are primary research of any design (2 survey). "
        "Hardly evaluated here."
    )


def test_experimental_designs_are_counted_apart_and_a_record_may_have_two_designs():
    roles = FIELD.options["roles"] | {"experimental": ["trial"]}
    field = replace(FIELD, options=FIELD.options | {"roles": roles})
    (row,) = find_evidence(replace(snapshot(), framework=field), [standard(LESSON)]).to_dict("records")
    assert (row["n_evaluating"], row["n_experimental"]) == (3, 1)
    assert "1 diary), 1 of experimental designs." in write_evidence(row, field)
    twice = write_evidence(row | {"designs": {"survey": 2, "trial": 2}}, field)
    assert "(2 survey, 2 trial); a record may have two designs, 1 of experimental designs." in twice


def test_what_is_recommended_and_not_evaluated_says_so():
    (row,) = find_evidence(snapshot(), [standard(RULE, BURN)]).to_dict("records")
    assert write_evidence(row, FIELD).endswith("0 of them with the harm it is about. Recommended, not evaluated here.")


def test_a_filter_holds_for_evidence_and_the_records_behind_it_can_be_opened():
    where = {"room": ["galley"]}
    (row,) = find_evidence(snapshot(), [standard(RULE)], where).to_dict("records")
    assert row["n_records"] == 2
    assert evaluating_ids(snapshot(), RULE) == ["d", "c"]
    assert evaluating_ids(snapshot(), ("remedy", "none")) == []


def test_tags_and_frameworks_that_do_not_fit_give_no_row():
    assert find_evidence(snapshot(), [standard(("remedy", "gone"), ("else", "rule"))]).empty
    bare = build_snapshot(Framework("bare", 1, FIELD.facets), [])
    assert find_evidence(bare, [standard(RULE)]).empty
    assert evaluating_ids(bare, RULE) == []
    assert len(find_evidence(build_snapshot(FIELD, []), [standard(RULE)])) == 1


def test_the_list_that_ships_names_tags_that_are_there_and_hides_what_was_not_read_at_its_source(framework):
    standards = load_standards()
    assert len(standards) == 85
    assert {key for s in standards for key in s.tags} <= set(framework.columns)
    own = choose_standards(standards)
    assert 10 <= len(own) < len(standards)
    assert all(s.own_page for s in own)
    assert choose_standards(standards, secondary=True) == standards
    assert SECONDARY == "secondary account, unverified"
    assert all(len(s.asks.split()) <= 30 and s.sources for s in standards)


def test_a_broken_list_says_what_is_wrong(tmp_path):
    path = tmp_path / "standards.csv"
    path.write_text("id,title\na,A\n", encoding="utf-8")
    with pytest.raises(FileError, match="no column body"):
        load_standards(path)
    head = "id,title,body,jurisdiction,year,kind,asks,tags,url,source_url,own_page,status\n"
    path.write_text(head + "a,A,B,GB,,law,Asks,training,,x,no,\n", encoding="utf-8")
    with pytest.raises(FileError, match="is not facet/tag"):
        load_standards(path)
    with pytest.raises(FileError, match="cannot be read"):
        load_standards(tmp_path / "none.csv")
