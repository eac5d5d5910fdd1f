"""Lines of a map chosen and ordered: what a cell says stays as it was, groups open to their tags."""

import numpy as np
import pytest

from analysis.arrange import arrange, lines_of_group, mirrored, order_lines
from analysis.axes import openable_groups
from analysis.coverage import Coverage, cross
from analysis.gap_changes import compare_maps
from analysis.gaps import find_gaps
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, Group, Tag
from corpus.snapshot import Snapshot, build_snapshot

WHO = Facet(
    "who",
    "Role",
    "Who?",
    (
        Tag("nurse", "Nurses"),
        Tag("midwife", "Midwives"),
        Tag("doctor", "Doctors"),
        Tag("surgeon", "Surgeons", broader="doctor"),
        Tag("porter", "Porters"),
        Tag("mixed", "Staff (mixed)", residual=True),
    ),
    groups=(
        Group("caring", "Nursing", ("nurse", "midwife")),
        Group("medical", "Doctors all", ("doctor", "surgeon")),
        Group("helping", "Support", ("porter",)),
    ),
)
WHAT = Facet("what", "Harm", "What?", tuple(Tag(i, i.title()) for i in ("pay", "insult", "assault", "gossip")))
FIELD = Framework("Test field", 1, (WHO, WHAT))


def snapshot(more: int = 0) -> Snapshot:
    counts = {
        ("nurse", "insult"): 12, ("midwife", "insult"): 3, ("midwife", "pay"): 2, ("surgeon", "pay"): 8,
        ("doctor", "pay"): 8, ("porter", "assault"): 9, ("porter", "insult"): 6, ("nurse", "assault"): 4,
        ("mixed", "gossip"): 1, ("nurse", "pay"): more,
    }  # fmt: skip
    rows = [
        {"id": f"{who}-{what}-{k:02}", "tags": {"who": [who], "what": [what]}}
        for (who, what), n in counts.items()
        for k in range(n)
    ]
    return build_snapshot(FIELD, rows)


def states(coverage: Coverage) -> list[tuple[str, str, str | None]]:
    return [(line.id, line.state, line.parent) for line in coverage.rows]


def test_an_opened_group_is_judged_by_its_tags():
    coverage = cross(snapshot(), "who", "what", level="group", opened=[("who", "medical")])
    assert states(coverage) == [
        ("caring", "tested", None),
        ("medical", "opened", None),
        ("doctor", "tested", "medical"),
        ("surgeon", "child", "doctor"),
        ("helping", "tested", None),
        ("mixed", "residual", None),
    ]
    assert coverage.row_totals.to_dict() == {
        "caring": 21, "medical": 16, "doctor": 16, "surgeon": 8, "helping": 15, "mixed": 1,
    }  # fmt: skip
    assert coverage.n_codable == cross(snapshot(), "who", "what", level="group").n_codable == 52
    assert set(find_gaps(coverage, "relative")["row_tag"]) == {"caring", "doctor", "helping"}


def test_nested_groups_are_drawn_with_their_tags_and_judged_themselves():
    coverage = cross(snapshot(), "who", "what", level="group", nested=True)
    assert [line.id for line in coverage.rows] == [
        "caring", "nurse", "midwife", "medical", "doctor", "surgeon", "helping", "porter", "mixed",
    ]  # fmt: skip
    assert set(find_gaps(coverage, "relative")["row_tag"]) == {"caring", "medical", "helping"}


def test_a_tag_of_two_groups_or_of_a_groups_name_keeps_its_groups_closed():
    tags = (Tag("a", "A"), Tag("b", "B"), Tag("c", "C"))
    groups = (Group("one", "One", ("a", "b")), Group("two", "Two", ("b",)), Group("three", "Three", ("c",)))
    assert openable_groups(Facet("f", "F", "?", tags, groups=groups)) == {"three": ("c",)}
    assert openable_groups(Facet("f", "F", "?", tags, groups=(Group("a", "All", ("a", "b")),))) == {}


def test_a_group_alone_keeps_its_counts_and_what_is_expected():
    coverage = cross(snapshot(), "who", "what", level="group", opened=[("who", "caring")])
    alone = arrange(coverage, lines_of_group(coverage, WHO, "caring"), list(coverage.observed.columns))
    assert [line.id for line in alone.rows] == ["caring", "nurse", "midwife"]
    assert alone.ids("midwife", "pay") == ["midwife-pay-00", "midwife-pay-01"]
    assert alone.expected.loc["nurse", "pay"] == coverage.expected.loc["nurse", "pay"] == 16 * 18 / 52
    assert len(find_gaps(alone, "relative")) == 8
    at_tags = cross(snapshot(), "who", "what", level="tag")
    assert lines_of_group(at_tags, WHO, "medical") == ["doctor", "surgeon"]
    with pytest.raises(UnknownIdError, match='no group "cooks"'):
        lines_of_group(coverage, WHO, "cooks")


def test_most_gaps_first_sorts_by_what_surely_falls_short_and_keeps_families_together():
    coverage = cross(snapshot(), "who", "what", level="tag")
    gaps = find_gaps(coverage, "relative")
    short = {
        tag: sum(max(0, 1 - row["high"]) for _, row in gaps[gaps["row_tag"] == tag].iterrows() if row["expected"] >= 3)
        for tag in ("nurse", "midwife", "doctor", "porter")
    }
    rows, columns = order_lines(coverage, gaps, "gaps")
    assert [row for row in rows if row in short] == sorted(short, key=lambda tag: -short[tag])
    assert rows.index("surgeon") == rows.index("doctor") + 1
    assert rows[-1] == "mixed"
    assert columns[-1] == "gossip"  # nothing is expected there


def test_similar_lines_stand_side_by_side_and_empty_ones_last():
    coverage = cross(snapshot(), "who", "what", level="tag")
    rows, columns = order_lines(coverage, find_gaps(coverage, "relative"), "similar")
    assert rows[:5] == ["doctor", "surgeon", "midwife", "nurse", "porter"] or rows[:5] == [
        "porter", "nurse", "midwife", "doctor", "surgeon",
    ]  # fmt: skip
    assert abs(columns.index("insult") - columns.index("assault")) == 1
    assert columns[-1] == "gossip"
    assert order_lines(coverage, find_gaps(coverage, "relative"), "framework")[1] == [
        "pay",
        "insult",
        "assault",
        "gossip",
    ]
    with pytest.raises(UnknownIdError, match="There is: framework, gaps, similar"):
        order_lines(coverage, find_gaps(coverage, "relative"), "alphabet")


def test_any_order_judges_every_cell_as_before():
    coverage = cross(snapshot(), "who", "what", level="tag")
    names = ["row_tag", "column_tag"]
    before = find_gaps(coverage, "relative").sort_values(names).reset_index(drop=True)
    turned = arrange(coverage, list(coverage.observed.index)[::-1], ["insult", "gossip", "pay", "assault"])
    after = find_gaps(turned, "relative").sort_values(names).reset_index(drop=True)
    assert after[[*names, "observed", "high", "grade"]].equals(before[[*names, "observed", "high", "grade"]])


def test_one_facet_on_both_sides_shows_each_pair_once_in_any_order():
    rows = [{"id": f"{k}", "tags": {"what": ["pay", "insult"] if k % 3 else ["insult", "assault"]}} for k in range(9)]
    coverage = cross(build_snapshot(FIELD, rows), "what", "what", level="tag")
    assert (mirrored(coverage) == np.tril(np.ones((4, 4), dtype=bool))).all()
    turned = arrange(coverage, ["assault", "pay", "insult"], ["assault", "pay", "insult"])
    assert turned.tested.tolist() == [[False, True, True], [False, False, True], [False, False, False]]
    assert turned.observed.loc["assault", "insult"] == 3
    half = arrange(coverage, ["insult"], ["pay", "insult", "assault"])
    assert mirrored(half).tolist() == [[False, True, False]]
    assert half.tested.tolist() == [[True, False, True]]


def test_two_maps_of_the_same_lines_say_what_closed():
    maps = [cross(snapshot(more), "who", "what", level="group", opened=[("who", "caring")]) for more in (0, 12)]
    found = compare_maps([maps[0]], [maps[1]])
    here = found[(found["measure"] == "relative") & (found["row_tag"] == "nurse") & (found["column_tag"] == "pay")]
    assert here[["change", "before", "after"]].to_dict("records") == [{"change": "closed", "before": 0, "after": 12}]
    assert len(here["came"].iloc[0]) == 12
