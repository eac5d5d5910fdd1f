"""What became of gaps between two snapshots, and which records did it: counted by hand."""

from dataclasses import replace

import pytest

from analysis import gaps
from analysis.coverage import cross_pairs
from analysis.gap_changes import STEPS, compare_maps, count_changes, find_changes, write_change
from analysis.sentences import make_about
from corpus.cells import gather_cells, make_cell_ruling
from corpus.errors import LacunaError
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import Snapshot, build_snapshot

FIELD = Framework(
    "Gardens",
    1,
    (
        Facet("plant", "Plant", "Which?", (Tag("rose", "Roses"), Tag("moss", "Moss"))),
        Facet("pest", "Pest", "Which?", (Tag("aphid", "Aphids"), Tag("slug", "Slugs"))),
    ),
)
# 30 on roses and aphids, 30 on moss and slugs: both other cells are empty where 15 would be expected.
BASE = {f"r{n:02}": ("rose", "aphid") for n in range(30)} | {f"m{n:02}": ("moss", "slug") for n in range(30)}
CELL = ("rose", "slug")


def snapshot(rows: dict[str, tuple[str, str]], **about: object) -> Snapshot:
    plain = [{"id": i, "tags": {"plant": [a], "pest": [b]}} for i, (a, b) in rows.items()]
    return build_snapshot(FIELD, plain, statement="made up", year_now=2031, **about)


def of_cell(found, measure, cell=CELL):
    here = found[(found["measure"] == measure) & (found["row_tag"] == cell[0]) & (found["column_tag"] == cell[1])]
    return here.to_dict("records")


def test_records_that_come_weaken_and_close_a_gap_and_are_named():
    two = BASE | {"new1": CELL, "new2": CELL}
    found = find_changes(snapshot(BASE), snapshot(two))
    assert of_cell(found, "relative") == []  # still strong
    (absence,) = of_cell(found, "absolute")
    assert (absence["change"], absence["grade_before"], absence["grade_after"]) == ("weakened", "empty", "scarce")
    assert (absence["came"], absence["went"], absence["recoded"], absence["why"]) == (["new1", "new2"], [], [], "")
    many = BASE | {f"new{n:02}": CELL for n in range(20)}
    found = find_changes(snapshot(BASE), snapshot(many))
    (closed,) = of_cell(found, "relative")
    assert (closed["change"], closed["before"], closed["after"], len(closed["came"])) == ("closed", 0, 20, 20)
    assert of_cell(found, "absolute")[0]["change"] == "closed"
    back = find_changes(snapshot(many), snapshot(BASE))
    (opened,) = of_cell(back, "relative")
    assert (opened["change"], len(opened["went"]), opened["grade_after"]) == ("opened", 20, "strong")


def test_recoding_is_told_from_coming_and_going():
    recoded = BASE | {"r00": CELL}
    (absence,) = of_cell(find_changes(snapshot(BASE), snapshot(recoded)), "absolute")
    assert (absence["came"], absence["went"], absence["recoded"]) == ([], [], ["r00"])


def test_what_is_expected_may_change_a_grade_without_a_record_of_the_cell():
    few = {i: cell for i, cell in BASE.items() if not i.startswith("r") or int(i[1:]) < 3}
    found = find_changes(snapshot(few), snapshot(BASE))
    (opened,) = of_cell(found, "relative")
    assert (opened["change"], opened["grade_before"], opened["came"]) == ("opened", "not comparable", [])
    assert opened["why"].startswith("no record of the cell itself")
    assert opened["expected_before"] < 3 < opened["expected_after"]


def test_a_ruling_closes_a_gap_with_its_reason():
    ruling = make_cell_ruling(("plant", "rose"), ("pest", "slug"), "not-applicable", "Slugs shun roses")
    ruled = replace(snapshot(BASE), cells=gather_cells([ruling], FIELD, lambda r: ()))
    (closed,) = of_cell(find_changes(snapshot(BASE), ruled), "relative")
    assert (closed["change"], closed["grade_after"], closed["why"]) == ("closed", "not applicable", "Slugs shun roses.")


def test_nothing_changes_between_equals_and_everything_is_counted():
    found = find_changes(snapshot(BASE), snapshot(BASE))
    assert found.empty
    assert count_changes(found) == {"opened": 0, "strengthened": 0, "closed": 0, "weakened": 0}
    assert not find_changes(snapshot({}), snapshot(BASE)).empty
    assert not find_changes(snapshot(BASE), snapshot({})).empty


def test_a_filter_holds_in_both_and_two_frameworks_cannot_be_compared():
    new = snapshot(BASE | {"new": CELL})
    assert find_changes(snapshot(BASE), new, where={"plant": ["moss"]}).empty
    other = replace(FIELD, fingerprint="other")
    with pytest.raises(LacunaError, match="one framework only"):
        find_changes(snapshot(BASE), build_snapshot(other, []))


def test_a_change_in_words():
    found = find_changes(snapshot(BASE), snapshot(BASE | {"new": CELL, "r00": CELL}))
    (absence,) = of_cell(found, "absolute")
    assert write_change(absence, make_about(snapshot(BASE))) == (
        "Roses × slugs: 0 records before, 2 records after; empty to scarce. 1 came, 1 recoded."
    )


@pytest.mark.parametrize("measure", STEPS)
def test_grades_alone_are_those_of_the_table(measure):
    few = BASE | {"new1": CELL, **{f"n{n}": ("moss", "aphid") for n in range(9)}}
    maps = cross_pairs(snapshot(few), [("plant", "pest"), ("pest", "plant")])
    grades = gaps.grade_cells(maps, measure)
    assert grades == gaps.grades_of(gaps.judge(maps, measure))
    assert grades["plant", "rose", "pest", "slug"] == {"relative": "strong", "absolute": "scarce"}[measure]
    assert gaps.grade_cells([], measure) == {}


def test_what_is_known_of_the_first_maps_need_not_be_judged_again():
    first, last = (cross_pairs(snapshot(rows), [("plant", "pest")]) for rows in (BASE, BASE | {"new1": CELL}))
    known = {measure: gaps.grades_of(gaps.judge(first, measure)) for measure in STEPS}
    found = compare_maps(first, last, known=known)
    assert found.equals(compare_maps(first, last))
    assert of_cell(found, "absolute")[0]["came"] == ["new1"]


def test_a_comparison_says_how_far_it_is():
    said: list[tuple[str, int, int]] = []
    find_changes(snapshot(BASE), snapshot(BASE), [("plant", "pest")], progress=lambda *words: said.append(words))
    assert said == [("counting the maps", 1, 1)] * 2 + [("comparing the gaps", done, 2) for done in (0, 1, 2)]
