"""What is said of a gap, word for word, and what is never said."""

import itertools
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import gaps, sentences
from analysis.constants import DEFAULTS, REASONS
from analysis.coverage import cross
from analysis.sentences import About, write_gap
from corpus.framework import Facet, Framework, Group, Tag
from corpus.snapshot import build_snapshot

FRAMEWORK = Framework(
    "small",
    1,
    (
        Facet(
            "who",
            "Role",
            "Who?",
            (Tag("nurse", "Nurses"), Tag("doctor", "Doctors and surgeons"), Tag("GB", "United Kingdom")),
            (Group("all", "All of them", ("nurse", "doctor")),),
            options={"named": "who was affected"},
        ),
        Facet("what", "Behaviour", "What?", (Tag("abuse", "Abuse"), Tag("bias", "Bias"))),
    ),
)
ABOUT = About(FRAMEWORK, 1239, "assembled from available records, not a systematic search")


def gap(**values: object) -> dict[str, object]:
    row = dict.fromkeys(gaps.COLUMNS)
    row |= {"row_facet": "who", "row_tag": "nurse", "column_facet": "what", "column_tag": "abuse", "check": "unchecked"}
    return row | values


RELATIVE = gap(
    measure="relative", observed=2, expected=10.0, ratio=0.2727, low=0.0562, high=0.6568, grade="strong", general=0
)
EMPTY = gap(measure="absolute", observed=0, expected=4.2, hidden_upper=4.0, grade="empty")


def test_a_shortfall():
    assert write_gap(RELATIVE, ABOUT) == (
        "Unchecked: 2 records; about 10 would be expected if nurses and abuse were studied together as often as "
        "chance. That is 0.27 times (0.06 to 0.66). Grade: strong."
    )


def test_a_label_that_reads_like_two_is_set_apart():
    said = write_gap(RELATIVE | {"row_tag": "doctor", "observed": 1, "general": 12}, ABOUT)
    assert said.startswith("Unchecked: 1 record; about 10 would be expected if “doctors and surgeons” and abuse were")
    assert said.endswith(
        "12 records with one of the two tags and a general tag in place of the other may cover it too."
    )


def test_a_shortfall_found_under_a_filter_says_so():
    said = write_gap(RELATIVE, About(FRAMEWORK, 300, "PubMed, 5 January 2026", ("Role: Nurses",)))
    assert said.startswith("Unchecked: Among records with Role: Nurses only: 2 records; about 10 would be")
    assert said.endswith("Grade: strong (exploratory: filtered view).")
    empty = write_gap(EMPTY, About(FRAMEWORK, 300, "PubMed, 5 January 2026", ("Role: Nurses",)))
    assert empty.startswith("Unchecked: Among records with Role: Nurses only: No record in this corpus (300 records;")


@pytest.mark.parametrize("check", ["verified_empty", "confirmed"])
def test_what_was_checked_is_not_called_unchecked(check):
    assert write_gap(RELATIVE | {"check": check}, ABOUT).startswith("2 records;")


@pytest.mark.parametrize("check", ["unchecked", "weakly_verified", "candidates"])
def test_what_was_not_checked_well_enough_is(check):
    assert write_gap(EMPTY | {"check": check}, ABOUT).startswith("Unchecked: No record")


def test_an_empty_cell():
    assert write_gap(EMPTY | {"check": "verified_empty"}, ABOUT) == (
        "No record in this corpus (1,239 records; assembled from available records, not a systematic search) is tagged "
        "both nurses and abuse. 0 records found; allowing for what automatic tagging misses, at most 4 in this corpus "
        "(95 %). A search of titles, abstracts and keywords found none either."
    )


def test_a_bound_that_rests_on_an_unmeasured_recall_says_so():
    said = write_gap(EMPTY | {"caveats": ["recall unvalidated"]}, ABOUT)
    assert (
        "at most 4 in this corpus (95 %), if rules find 7 in 10 of each tag not checked against people's codes, which "
        "nobody has measured here; from titles alone they find fewer. Nobody has looked"
    ) in said


def test_where_no_record_has_an_abstract_that_is_said():
    bare = replace(ABOUT, has_abstracts=False)
    assert write_gap(EMPTY | {"check": "weakly_verified"}, bare).endswith(
        "A search found none either, but no record here has an abstract to search."
    )


@pytest.mark.parametrize(
    "observed, begins",
    [
        (1, "Unchecked: 1 record in this corpus (1,239 records; assembled from available records, not a systematic"),
        (2, "Unchecked: 2 records in this corpus"),
    ],
)
def test_a_scarce_cell(observed, begins):
    said = write_gap(EMPTY | {"observed": observed, "grade": "scarce", "hidden_upper": math.inf}, ABOUT)
    assert said.startswith(begins)
    assert f"{'is' if observed == 1 else 'are'} tagged both nurses and abuse." in said
    assert "allowing for what automatic tagging misses, any number in this corpus (95 %)" in said


def test_a_cell_that_cannot_be_compared_makes_no_claim():
    said = write_gap(RELATIVE | {"grade": "not comparable", "expected": 1.26}, ABOUT)
    assert said == "Too few records on nurses or abuse to say whether this is a gap (1.3 expected)."


def test_presence():
    row = gap(measure="presence", observed=6, low=0.0092, high=0.0428, grade="barely", components={"n_named": 301})
    assert write_gap(row, ABOUT) == "Of 301 records here that name who was affected, 6 concern nurses (0.9 % to 4.3 %)."
    few = row | {"observed": 1, "components": {"n_named": 19}}
    assert write_gap(few, ABOUT) == "Of 19 records here that name who was affected, 1 concern nurses.", (
        "no percentage of so few"
    )


def test_names_keep_their_capital_inside_a_sentence():
    assert ABOUT.label_of("who", "GB") == "United Kingdom"
    assert ABOUT.label_of("who", "all") == "all of them"
    assert About(FRAMEWORK, 1, topics={"t": "Pay, gap"}).label_of("topic", "t") == "Pay, gap"


def test_a_corpus_that_does_not_say_how_it_was_made_is_not_passed_over():
    assert "(3 records; how it was put together is not stated)" in write_gap(EMPTY, About(FRAMEWORK, 3))


@pytest.mark.parametrize(
    "number, words",
    [(10, "10"), (9.96, "10"), (9.94, "9.9"), (3.0, "3"), (0.04, "under 0.1"), (0, "0"), (1234.4, "1,234")],
)
def test_expected_counts_claim_no_precision_they_do_not_have(number, words):
    assert sentences.expected_words(number) == words


@pytest.mark.parametrize("share, words", [(0, "0 %"), (0.0199, "2.0 %"), (0.1004, "10 %"), (1, "100 %")])
def test_percentages(share, words):
    assert sentences.percent_words(share) == words


def test_no_sentence_says_what_must_never_be_said():
    rows = [{"id": f"{n}", "tags": {"who": [w], "what": [b]}} for n, (w, b) in enumerate(
        [("nurse", "abuse")] * 20 + [("doctor", "bias")] * 30 + [("nurse", "bias")] * 2)]  # fmt: skip
    snapshot = build_snapshot(FRAMEWORK, rows, statement="PubMed, 5 January 2026")
    coverage = cross(snapshot, "who", "what", level="tag")
    written = [
        write_gap(row, sentences.make_about(snapshot))
        for measure in gaps.MEASURES
        for row in gaps.find_gaps(coverage, measure.id).to_dict("records")
    ]
    patterns = [value for name, value in vars(sentences).items() if name.isupper() and isinstance(value, str)]
    said = [*written, *patterns, *sentences.CHECKS.values()]
    assert len(written) >= 9
    for sentence, word in itertools.product(said, sentences.NEVER):
        assert word not in sentence.lower()


@pytest.mark.parametrize("measure", [m.id for m in gaps.MEASURES])
def test_every_measure_can_be_put_in_words(measure):
    assert measure in sentences.WRITERS


METHODS = (Path(__file__).parent.parent / "docs" / "methods.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["EMPTY", "SCARCE", "HIDDEN", "HIDDEN_UNVALIDATED", "RELATIVE", "NOT_COMPARABLE",
                                  "PRESENCE", "GENERAL", "PARITY", "SYNTHESIS", "STALE", "ALWAYS", "SELECTION",
                                  "BRIEF"])  # fmt: skip
def test_the_method_page_prints_the_sentences_as_they_are_written(name):
    assert f'"{getattr(sentences, name)}"' in METHODS


def test_the_method_page_prints_every_measure_and_constant():
    for measure in gaps.MEASURES:
        assert f"\n### {measure.id}: {measure.label.lower()}\n" in METHODS
    for name, value in DEFAULTS.as_dict().items():
        assert f"| {name} | {value:g} | {REASONS[name.lower()]} |" in METHODS


@pytest.mark.parametrize(
    "row, said",
    [
        pytest.param(
            gap(measure="synthesis", grade="no_review", primary=7, components={"nearest": ["r1"]}),
            "Unchecked: Nurses and abuse: 7 primary records and no systematic review in this corpus tagged with both; "
            "nearest reviews: “A broad review”.",
            id="no review",
        ),
        pytest.param(
            gap(measure="synthesis", grade="outdated_review", primary=12, last_year=2017,
                components={"nearest": [], "primary_since": 6}),
            "Unchecked: Nurses and abuse: 12 primary records in this corpus tagged with both, 6 of them after the last "
            "systematic review (2017); nearest reviews: none.",
            id="review out of date",
        ),
        pytest.param(
            gap(measure="stale", grade="silent", observed=8, expected=2.8, last_year=2014,
                components={"year_from": 2020, "recent": 0}),
            "Unchecked: Nurses and abuse: Last record 2014; 2.8 would be expected since 2020 had the topic kept pace.",
            id="silent",
        ),
        pytest.param(
            gap(measure="design", grade="not_evaluated", observed=3, components={}),
            "Unchecked: 3 records in this corpus tagged both nurses and abuse, and all of them advise or comment: "
            "recommended but not evaluated here.",
            id="recommended but not evaluated",
        ),
        pytest.param(
            gap(measure="parity", grade="under", ratio=0.5, low=0.3571, high=0.6869,
                need_source="Register of staff, 2023",
                components={"need_share": 0.3, "share": 0.15, "short_by": 43}),
            "Unchecked: Nurses are 30 % of Register of staff, 2023 and 15 % of the records here: 0.50 times parity "
            "(0.36 to 0.69). 43 more would reach parity.",
            id="under parity",
        ),
        pytest.param(
            gap(measure="geography", row_tag="GB", observed=0, grade="none", components={}),
            "No record in this corpus (1,239 records; assembled from available records, not a systematic search) names "
            "United Kingdom as studied.",
            id="country not studied",
        ),
        pytest.param(
            gap(measure="reporting", observed=483, grade="", components={"n_records": 1239}),
            "61 % of the 1,239 records here name no role.",
            id="not reported",
        ),
    ],
)  # fmt: skip
def test_the_other_measures(row, said):
    assert write_gap(row, About(FRAMEWORK, 1239, ABOUT.statement, titles={"r1": "A broad review"})) == said


def test_lists_judged_cell_by_cell_say_how_many_flags_chance_alone_could_give():
    rows = [("silent", 0.01)] * 3 + [("none", 0.4)] * 57 + [("too_few", 0.3)] * 30 + [("never", 1.0)] * 10
    found = pd.DataFrame([{"measure": "stale", "grade": grade, "p": p} for grade, p in rows])
    said = sentences.say_chance(found)
    assert said.startswith("3 of 60 cells flagged. Each is judged by itself at the 5.0 % level")
    assert "up to about 3 of them could be flagged by chance alone" in said
    assert sentences.say_chance(found.assign(measure="relative")) == ""
    assert sentences.say_chance(found.assign(grade="none")) == ""


def test_a_facet_that_asks_who_is_not_named_but_said():
    about = About(Framework("asking", 1, (Facet("by", "Who does it", "Who?", (Tag("x", "X"),)),)), 40)
    found = gap(measure="reporting", row_facet="by", observed=10, grade="none", components={"n_records": 40})
    assert write_gap(found, about) == "75 % of the 40 records here do not say who does it."
