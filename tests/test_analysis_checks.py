"""Searching an empty cell's texts: who is searched, what is found, and what the sentence may then say."""

from dataclasses import replace

import pytest

from analysis.checks import check_cell, choose_cell_level
from analysis.coverage import cross
from analysis.gaps import find_gaps, hidden_upper, recall_with_search, to_dicts
from analysis.sentences import make_about, write_gap
from corpus.cells import gather_cells, make_cell_ruling
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, Group, Tag
from corpus.snapshot import build_snapshot

FRAMEWORK = Framework(
    "Kitchens",
    1,
    (
        Facet(
            "cook",
            "Cook",
            "Who?",
            (Tag("chef", "Chefs"), Tag("sous", "Sous-chefs", broader="chef"), Tag("guest", "Guests"),
             Tag("staff", "Staff in general", residual=True)),
            (Group("paid", "Paid", ("chef", "staff")), Group("unpaid", "Unpaid", ("guest",))),
        ),
        Facet("dish", "Dish", "What?", (Tag("soup", "Soup"), Tag("cake", "Cake"), Tag("food", "Food", residual=True))),
    ),
)  # fmt: skip
# id: tags, the tags whose words the text holds
ROWS = {
    "a": ({"cook": ["chef"], "dish": ["soup"]}, {"chef", "soup"}),
    "b": ({"cook": ["guest"], "dish": ["cake"]}, {"guest", "cake"}),
    "c": ({"cook": ["guest"], "dish": ["soup"]}, set()),
    "d": ({"cook": ["staff"], "dish": ["cake"]}, {"cake"}),
    "e": ({"cook": ["chef"], "dish": ["food"]}, {"chef"}),
    "f": ({}, set()),
}


def coverage_of(without_abstract=(), level="tag", **extra):
    all_rows = {**ROWS, **extra}
    rows = [{"id": x, "tags": tags, "has_abstract": x not in without_abstract} for x, (tags, _) in all_rows.items()]
    words = {x: held for x, (_, held) in all_rows.items()}
    coverage = cross(build_snapshot(FRAMEWORK, rows, statement="Two searches."), "cook", "dish", level=level)
    return coverage, lambda record_id, facet, tag: tag in words[record_id]


def sentence(coverage, check, measure="absolute", cell=("chef", "cake")):
    (gap,) = [
        gap
        for gap in to_dicts(find_gaps(coverage, measure, search={cell: check}))
        if (gap["row_tag"], gap["column_tag"]) == cell
    ]
    return gap, write_gap(gap, make_about(coverage.snapshot))


def test_nothing_found_among_abstracts_verifies_the_cell_and_the_sentence_is_no_longer_unchecked():
    coverage, matches = coverage_of()
    check = check_cell(coverage, "chef", "cake", matches)
    assert (check.verdict, check.hits) == ("verified_empty", ())
    assert (check.n_searched, check.n_codable, check.n_without_abstract) == (6, 3, 0)
    assert (check.row_only, check.column_only) == (2, 2)
    assert check.general == ("d", "e")
    gap, said = sentence(coverage, check)
    assert gap["check"] == "verified_empty"
    assert len(check.general) == gap["general"]
    assert said.startswith("No record in this corpus (6 records; Two searches) is tagged both chefs and cake.")
    assert "A search of titles, abstracts and keywords found none either." in said


def test_with_fewer_abstracts_it_is_weak_and_stays_unchecked():
    coverage, matches = coverage_of(without_abstract=("a", "f"))
    check = check_cell(coverage, "chef", "cake", matches)
    assert (check.verdict, check.n_without_abstract) == ("weakly_verified", 1)
    said = sentence(coverage, check)[1]
    assert said.startswith("Unchecked: ")
    assert "many records here have no abstract to search" in said


def test_nine_abstracts_in_ten_are_enough():
    tagged = {"cook": ["guest"], "dish": ["soup"]}
    coverage, matches = coverage_of(without_abstract=("a",), **{f"x{n}": (tagged, set()) for n in range(7)})
    check = check_cell(coverage, "chef", "cake", matches)
    assert (check.verdict, check.n_codable, check.n_without_abstract) == ("verified_empty", 10, 1)


def test_hits_are_candidates_those_one_tag_short_first_and_uncodable_records_are_searched():
    both = {"chef", "cake"}
    coverage, matches = coverage_of(f=({}, both), k=({"cook": ["chef"]}, both), z=({"dish": ["cake"]}, both))
    check = check_cell(coverage, "chef", "cake", matches)
    assert (check.verdict, check.hits) == ("candidates", ("k", "z", "f"))
    said = sentence(coverage, check)[1]
    assert said.startswith("Unchecked: ")
    assert "A search found records to look at." in said


def test_a_record_in_the_cell_is_no_candidate_and_few_records_are_told_from_none():
    coverage, matches = coverage_of()
    check = check_cell(coverage, "chef", "soup", matches)
    assert (check.verdict, check.n_searched) == ("verified_empty", 5)
    said = sentence(coverage, check, cell=("chef", "soup"))[1]
    assert said.startswith("1 record in this corpus")
    assert "found no more." in said and "either" not in said


def test_words_of_narrower_tags_and_of_a_whole_group_count():
    coverage, matches = coverage_of(k=({}, {"sous", "cake"}))
    assert check_cell(coverage, "chef", "cake", matches).hits == ("k",)
    coverage, matches = coverage_of(level="group", k=({}, {"staff", "cake"}))
    assert check_cell(coverage, "paid", "cake", matches).hits == ("k",)


def test_without_codable_records_nothing_is_verified():
    snapshot = build_snapshot(FRAMEWORK, [])
    check = check_cell(cross(snapshot, "cook", "dish", level="tag"), "chef", "cake", lambda *_: False)
    assert (check.verdict, check.n_searched) == ("weakly_verified", 0)


def test_what_a_search_finds_tightens_the_bound_on_what_tagging_missed():
    # Oracle V1
    assert hidden_upper(0, recall_with_search(0.72, 0.80)) == 1
    coverage, matches = coverage_of()
    bound = [
        sentence(coverage, check_cell(coverage, "chef", "cake", matches, search_share=share))[0]["hidden_upper"]
        for share in (None, 0.80)
    ]
    assert bound == [4, 1]


def test_a_bound_is_not_tightened_while_candidates_wait():
    coverage, matches = coverage_of(k=({}, {"chef", "cake"}))
    check = check_cell(coverage, "chef", "cake", matches, search_share=0.80)
    assert sentence(coverage, check)[0]["hidden_upper"] == pytest.approx(4)


@pytest.mark.parametrize(
    "row, column, level",
    [
        pytest.param(("cook", "sous"), ("dish", "cake"), "tag", id="tags"),
        pytest.param(("cook", "paid"), ("dish", "cake"), "group", id="a facet without groups fits either"),
        pytest.param(("dish", "soup"), ("dish", "cake"), "tag", id="tags before groups"),
    ],
)
def test_the_level_of_a_cell_is_the_one_both_sides_have(row, column, level):
    assert choose_cell_level(FRAMEWORK, row, column) == level


def test_a_tag_and_a_group_are_on_no_map():
    with pytest.raises(UnknownIdError, match="two tags or two groups"):
        choose_cell_level(FRAMEWORK, ("cook", "paid"), ("cook", "chef"))


def ruled(value, a=("cook", "chef"), b=("dish", "cake"), entries=()):
    ruling = make_cell_ruling(a, b, value, "Looked in PubMed", entries)
    return gather_cells([replace(ruling, who="Ada", at="2031-05-03T10:00:00Z")], FRAMEWORK, lambda r: r.entries)


def with_cells(coverage, cells):
    return cross(replace(coverage.snapshot, cells=cells), "cook", "dish", level=coverage.level)


def test_a_person_who_looked_outside_confirms_a_cell_with_name_and_date():
    coverage, matches = coverage_of(k=({}, {"chef", "cake"}))
    coverage = with_cells(coverage, ruled("confirmed"))
    check = check_cell(coverage, "chef", "cake", matches)
    assert (check.verdict, check.hits) == ("confirmed", ("k",))
    assert check.looked == "looked at by Ada, 2031-05-03: Looked in PubMed"
    gap, said = sentence(coverage, check)
    assert (gap["check"], said.startswith("No record in this corpus")) == ("confirmed", True)
    assert check.looked in gap["caveats"]
    for measure in ("relative", "absolute", "synthesis"):
        checks = {(g["row_tag"], g["column_tag"]): g["check"] for g in to_dicts(find_gaps(coverage, measure))}
        assert {cell for cell, found in checks.items() if found == "confirmed"} <= {("chef", "cake")}
    assert check_cell(coverage, "guest", "soup", matches).verdict != "confirmed"


def test_what_was_found_outside_is_a_gap_of_this_corpus_alone():
    coverage, matches = coverage_of()
    coverage = with_cells(coverage, ruled("found-outside", ("dish", "cake"), ("cook", "chef")))
    gap, said = sentence(coverage, check_cell(coverage, "chef", "cake", matches))
    assert gap["check"] == "found_outside"
    assert said.startswith("Not in this corpus, though found elsewhere: No record in this corpus")


def test_a_rejected_candidate_no_longer_waits():
    both = {"chef", "cake"}
    coverage, matches = coverage_of(f=({}, both), k=({"cook": ["chef"]}, both))
    coverage = with_cells(coverage, ruled("rejected", entries=("k", "f")))
    check = check_cell(coverage, "chef", "cake", matches)
    assert (check.verdict, check.hits, check.rejected) == ("verified_empty", (), ("k", "f"))


def test_near_misses_come_newest_first_and_those_without_abstract_are_named():
    rows = {f"y{n}": ({"cook": ["chef"]}, set()) for n in range(3)}
    coverage, matches = coverage_of(without_abstract=("y1", "f"), **rows)
    frame = coverage.snapshot.frame.assign(year=[float(2000 + n) for n in range(9)])
    coverage = cross(replace(coverage.snapshot, frame=frame), "cook", "dish", level="tag")
    check = check_cell(coverage, "chef", "cake", matches)
    assert check.row_short == ("y2", "y1", "y0", "e", "a")
    assert check.column_short == ("d", "b")
    assert check.silent == ("y1",)


def test_a_cell_ruled_not_applicable_is_never_a_gap_and_says_why():
    coverage, _ = coverage_of()
    ruling = ruled("not-applicable")
    coverage = with_cells(coverage, ruling)
    assert coverage.why_not_applicable("chef", "cake") == "Looked in PubMed. Ruled by Ada, 2031-05-03."
    assert ("chef", "cake") not in {(g["row_tag"], g["column_tag"]) for g in to_dicts(find_gaps(coverage, "absolute"))}
    opened = cross(coverage.snapshot, "cook", "dish", level="tag", opened=[("cook", "chef")])
    assert opened.why_not_applicable("sous", "cake") is not None
    groups = cross(coverage.snapshot, "cook", "dish", level="group")
    assert groups.why_partly("paid", "cake") == "Looked in PubMed. Ruled by Ada, 2031-05-03."
    whole = with_cells(groups, ruled("not-applicable", ("cook", "paid")))
    assert not whole.applicable[0, 1]
    assert whole.why_not_applicable("paid", "cake") is not None


def test_a_search_says_how_far_it_is_and_ends_where_its_listener_raises():
    more = {f"x{n:03}": ({"cook": ["guest"]}, set()) for n in range(450)}
    coverage, matches = coverage_of(**more)
    asked: list[str] = []
    said: list[tuple[str, int, int]] = []

    def look(record_id, facet, tag):
        asked.append(record_id)
        return matches(record_id, facet, tag)

    check_cell(coverage, "chef", "cake", look, progress=lambda *words: said.append(words))
    assert said == [("searching the texts", done, 456) for done in (0, 200, 400, 456)]

    def stop(what, done, of):
        if done == 200:
            raise KeyboardInterrupt

    asked.clear()
    with pytest.raises(KeyboardInterrupt):
        check_cell(coverage, "chef", "cake", look, progress=stop)
    assert len(set(asked)) == 200
