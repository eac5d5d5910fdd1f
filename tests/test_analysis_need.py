"""Need tables: those that ship, those people give, what may weigh a gap and what may not, and percent times people."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import need
from analysis.coverage import cross
from analysis.gaps import attention, find_gaps, parity
from analysis.need.tables import REST, tags_of
from analysis.sentences import make_about, write_gap
from analysis.tables import read_sheet
from corpus.errors import FileError, LacunaError, UnknownFormatError
from corpus.framework import Facet, Framework, Group, Tag
from corpus.snapshot import build_snapshot

FRAMEWORK = Framework(
    "farm",
    1,
    (
        Facet(
            "animal",
            "Animal",
            "Which?",
            (
                Tag("sheep", "Sheep"),
                Tag("lamb", "Lambs", broader="sheep"),
                Tag("goat", "Goats"),
                Tag("hen", "Hens"),
                Tag("duck", "Ducks"),
                Tag("any", "Animals in general", residual=True),
            ),
            (Group("hoofed", "Hoofed animals", ("sheep", "goat")), Group("birds", "Birds", ("hen", "duck"))),
        ),
        Facet("place", "Place", "Where?", (Tag("barn", "Barn"), Tag("field", "Field"))),
    ),
)
HEAD = "group,weight,source,year,kind,unit,n\n"


def records(*rows: tuple[str, str, int]) -> list[dict]:
    out: list[dict] = []
    for animals, place, n in rows:
        for _ in range(n):
            out.append({"id": f"r{len(out):04}", "tags": {"animal": animals.split("+"), "place": [place]}})
    return out


def check(text: str, head: str = HEAD) -> need.Checked:
    return need.check_need(read_sheet("mine.csv", (head + text.replace("@", ",S,2021,")).encode()), FRAMEWORK, "mine")


def test_the_tables_that_ship_can_be_read_and_are_whole(framework: Framework) -> None:
    tables = need.load_need()
    assert len(tables) == 80
    assert sum(len(table.rows) for table in tables) == 195
    assert {table.grade for table in tables} == {"own", "account", "copy"}
    for table in tables:
        assert table.source and table.urls and 1990 < table.year < 2030
        if table.facet in framework.by_id:
            assert all(tags_of(framework, table.facet, row.group) for row in table.rows), table.id
    assert {table.facet for table in tables} - set(framework.by_id) == {"who-region"}
    assert all(table.kind != "prevalence" for table in need.weighing(tables, framework))
    assert next(t for t in tables if t.id == "unison-2019-form").voluntary


def test_every_table_can_be_kept_as_json() -> None:
    for table in need.load_need():
        assert need.from_dict(json.loads(json.dumps(need.to_dict(table)))) == table


def test_a_folder_with_a_broken_table_names_it(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(
        "table,kind,facet,place,year,n_rows,grade,use\na,share,animal,,soon,1,own,parity\n"
    )
    (tmp_path / "a.csv").write_text("group,weight,unit,source,source_url,year,kind,note\nhen,1,x,S,,2020,share,\n")
    with pytest.raises(FileError, match=r"a\.csv.*no need table"):
        need.load_need(tmp_path)
    with pytest.raises(FileError, match=r"index\.csv"):
        need.load_need(tmp_path / "none")


def test_a_good_table_is_taken_by_id_or_label() -> None:
    found = check("Sheep,60 %,Census,2021,share,,\ngoat,30 %,Census,2021,share,,\nrest,10 %,Census,2021,share,,")
    assert found.problems == ()
    assert found.table is not None
    assert [(row.group, row.weight) for row in found.table.rows] == [("sheep", 60.0), ("goat", 30.0), (REST, 10.0)]
    assert (found.table.use, found.table.grade, found.table.facet) == ("parity", "given", "animal")
    people = check('sheep+goat,"1,200",Census,2021,burden,animals,\nhen,300,Census,2021,burden,animals,')
    assert people.table is not None and people.table.rows[0].weight == 1200


@pytest.mark.parametrize(
    "text, said",
    [
        pytest.param("shep,60@share,,\nhen,40@share,,", "Did you mean sheep (Sheep)?", id="unknown group"),
        pytest.param("sheep,60,,2021,share,,\nhen,40@share,,", "Line 2: there is no source", id="no source"),
        pytest.param("sheep,60,S,,share,,\nhen,40@share,,", "Line 2: there is no year", id="no year"),
        pytest.param("sheep,60,S,21,share,,\nhen,40,S,21,share,,", "four digits", id="a year of two digits"),
        pytest.param("sheep,60@share,,\nhen,40,T,2021,share,,", "A table has one source", id="two sources"),
        pytest.param("sheep,60@share,percent,\nhen,30@share,percent,", "add up to 90 %", id="too little"),
        pytest.param("sheep,60@share,percent,\nhen,50@share,percent,", "add up to 110 %", id="too much"),
        pytest.param("sheep,.6@share,percent,\nhen,.4@share,percent,", "are they fractions", id="fractions"),
        pytest.param("sheep,60@share,fraction,\nhen,40@share,fraction,", "are they percent", id="percent"),
        pytest.param("sheep,60 %@share,,\nhen,40@share,,", "the same way", id="percent sign on some"),
        pytest.param("sheep,0.3@prevalence,,\nhen,.2@prevalence,,", "Percent or fractions", id="unclear"),
        pytest.param("sheep,130@prevalence,,\nhen,2@prevalence,,", "more than all of a group", id="130 %"),
        pytest.param("sheep,-6@burden,,\nhen,4@burden,,", "Line 2: the weight -6 is below zero", id="negative"),
        pytest.param("hen,6@burden,,\nhen,4@burden,,", "stands in line 2 already", id="duplicate"),
        pytest.param("hen,6@burden,,\nbarn,4@burden,,", "different facets (Animal and Place)", id="facets"),
        pytest.param("sheep,6@burden,,\nlamb,4@burden,,", "overlap", id="parent and child"),
        pytest.param("hoofed,6@burden,,\ngoat,4@burden,,", "overlap", id="group and its tag"),
        pytest.param("sheep,30@burden,,9\nhen,40@burden,,90", "only 9 people", id="small n"),
        pytest.param("sheep,9@burden,people,\nhen,40@burden,people,", "9 people", id="few people"),
        pytest.param("sheep,many@burden,,\nhen,4@burden,,", '"many" is not a number', id="words"),
        pytest.param("sheep,@burden,,\nhen,4@burden,,", "never zero", id="no weight"),
        pytest.param('sheep,"0,6"@share,,\nhen,0.4@share,,', "with a point", id="decimal comma"),
        pytest.param("sheep,6@need,,\nhen,4@need,,", "must be one of share", id="kind"),
    ],
)  # fmt: skip
def test_every_fault_is_said_in_a_sentence(text: str, said: str) -> None:
    found = check(text)
    assert found.table is None
    assert said in " ".join(found.problems)


def test_missing_columns_are_named_and_an_empty_table_is_refused() -> None:
    assert '"source", "year"' in check("sheep,1,share", head="group,weight,kind\n").problems[0]
    assert "no line" in check("").problems[0]


def test_workbooks_and_other_separators_are_read() -> None:
    book = openpyxl.Workbook()
    for row in (
        ["group", "weight", "source", "year", "kind"],
        ["sheep", 30, "S", 2021, "burden"],
        ["hen", 12.5, "S", 2021, "burden"],
    ):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    found = need.check_need(read_sheet("mine.xlsx", data.getvalue()), FRAMEWORK, "mine")
    assert found.table is not None and [row.weight for row in found.table.rows] == [30, 12.5]
    sheet = read_sheet("mine.csv", "# from us\ngroup;weight\nhen;1\n\nduck;2\n".encode("utf-16"))
    assert (sheet.headings, sheet.rows, sheet.lines) == (("group", "weight"), (("hen", "1"), ("duck", "2")), (3, 5))


@pytest.mark.parametrize(
    "data, said",
    [(b"", "nothing in it"), (b"a,a\n1,2", "each heading"), (b"PK\x03\x04rubbish", "damaged"), (b"\0\1\2", "neither")],
)
def test_files_that_are_no_tables_say_so(data: bytes, said: str) -> None:
    with pytest.raises(UnknownFormatError, match=said):
        read_sheet("x", data)


def table(kind: str, weights: dict[str, float], name: str = "t", place: str = "NZ", **more: object) -> need.NeedTable:
    rows = tuple(need.NeedRow(group, weight, f"unit of {name}", f"Source {name}") for group, weight in weights.items())
    use = "context" if kind == "prevalence" else "parity"
    return need.NeedTable(name, kind, "animal", place, 2021, "own", use, rows, **more)  # type: ignore[arg-type]


def test_prevalence_is_refused_as_a_weight_and_becomes_a_burden_with_sizes() -> None:
    percent = table("prevalence", {"sheep": 20, "hen": 50, "duck": 5}, "percent")
    sizes = table("share", {"sheep": 1000, "hen": 300, "goat": 10}, "sizes")
    assert "not parts of one whole" in need.why_not_weigh(percent)
    snapshot = build_snapshot(FRAMEWORK, records(("sheep", "barn", 30)))
    with pytest.raises(LacunaError, match="not parts of one whole"):
        parity(snapshot, percent.to_frame())
    assert need.find_sizes(
        percent, [percent, sizes, table("share", {"sheep": 1, "hen": 1}, place="FJ")], FRAMEWORK
    ) == [sizes]
    made = need.multiply(percent, sizes, FRAMEWORK)
    assert [(r.group, r.weight, r.note) for r in made.rows] == [
        ("sheep", 200.0, "1,000 × 20 % = 200"),
        ("hen", 150.0, "300 × 50 % = 150"),
    ]
    assert made.kind == "burden" and not need.why_not_weigh(made)
    assert "Source percent (2021), times Source sizes (2021)" in made.source
    assert made.grade == "own"


def test_what_overlaps_is_not_multiplied() -> None:
    percent = table("prevalence", {"sheep": 20, "lamb": 50})
    sizes = table("share", {"sheep": 1000, "lamb": 300}, "sizes")
    with pytest.raises(LacunaError, match="cannot be multiplied"):
        need.multiply(percent, sizes, FRAMEWORK)
    with pytest.raises(LacunaError, match="made of a prevalence table"):
        need.multiply(sizes, percent, FRAMEWORK)


def test_groups_tags_and_joined_tags_are_weighed_and_general_tags_are_not() -> None:
    rows = records(
        ("lamb", "barn", 6), ("goat", "barn", 14), ("hen", "field", 20), ("sheep+hen", "field", 10), ("any", "barn", 9)
    )
    snapshot = build_snapshot(FRAMEWORK, rows)
    found = parity(snapshot, table("share", {"hoofed": 80, "hen+duck": 20, "any": 900}).to_frame())
    by_tag = {row["row_tag"]: row for row in found.to_dict("records")}
    assert set(by_tag) == {"hoofed", "hen+duck"}
    assert (by_tag["hoofed"]["observed"], by_tag["hoofed"]["components"]["n"]) == (25.0, 50)
    assert by_tag["hoofed"]["ratio"] == pytest.approx(0.5 / 0.8)
    assert (by_tag["hoofed"]["grade"], by_tag["hen+duck"]["grade"]) == ("under", "over")
    partial = parity(snapshot, table("share", {"sheep": 50, "hen": 50}).to_frame())
    missing = partial[partial["grade"] == "no need figure"]
    assert missing["row_tag"].tolist() == ["duck", "goat"], "no figure, never zero"
    assert missing["ratio"].isna().all()


def test_the_table_may_be_of_either_side_of_a_map_or_of_neither() -> None:
    snapshot = build_snapshot(FRAMEWORK, records(("hen", "barn", 30), ("sheep", "field", 30)))
    frame = table("share", {"sheep": 90, "hen": 10}).to_frame()
    one = find_gaps(cross(snapshot, "animal", "place"), "parity", need=frame)
    other = find_gaps(cross(snapshot, "place", "animal"), "parity", need=frame)
    pd.testing.assert_frame_equal(one, other)
    assert one.iloc[0]["row_tag"] == "sheep" and one.iloc[0]["grade"] == "under"
    assert not len(find_gaps(cross(snapshot, "place", "place"), "parity", need=frame))


def test_two_facets_with_a_weight_for_each_cell() -> None:
    snapshot = build_snapshot(FRAMEWORK, records(("hen", "barn", 10), ("sheep", "field", 40)))
    frame = table("burden", {"sheep": 50, "hen": 50}).to_frame().assign(column_group=["field", "barn"])
    found = find_gaps(cross(snapshot, "animal", "place"), "parity", need=frame)
    assert [(r["row_tag"], r["column_tag"], r["grade"]) for r in found.to_dict("records")] == [
        ("hen", "barn", "under"),
        ("sheep", "field", "over"),
    ]
    assert found.iloc[0]["ratio"] == pytest.approx(0.4)
    said = write_gap(found.iloc[0].to_dict(), make_about(snapshot))
    assert said.startswith("Unchecked: Hens × barn are 50 % of Source t, 2021 and 20 % of the records here: 0.40 times")


def test_what_was_read_and_who_chose_to_answer_stand_in_the_sentence() -> None:
    snapshot = build_snapshot(FRAMEWORK, records(("hen", "barn", 30), ("sheep", "field", 30)))
    given = table("share", {"sheep": 90, "hen": 10}, voluntary=True)
    frame = given.to_frame().assign(grade="account")
    said = write_gap(
        find_gaps(cross(snapshot, "animal", "place"), "parity", need=frame).iloc[0].to_dict(), make_about(snapshot)
    )
    assert "people who chose to answer, 2021" in said
    assert said.endswith("somebody else's account of the source: check the original.")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("GB-ENG", " The figure is of England; the records are of all countries, so this compares unlike groups."),
        ("AFR", " The figure is of the WHO African Region; the records are of all countries"),
        ("US", " The figure is of the United States; the records are of all countries"),
        ("", " The figure is of a place that its table does not name; the records are of all countries"),
        ("INT", ""),
        ("World", ""),
    ],
)
def test_a_figure_of_one_place_says_that_the_records_are_of_all(place: str, said: str) -> None:
    snapshot = build_snapshot(FRAMEWORK, records(("hen", "barn", 30), ("sheep", "field", 30)))
    given = table("share", {"sheep": 90, "hen": 10}, place=place)
    for gap in find_gaps(cross(snapshot, "animal", "place"), "parity", need=given.to_frame()).to_dict("records"):
        written = write_gap(gap, make_about(snapshot))
        if gap["grade"] == "no need figure":
            continue
        assert said in written and said.strip() in " ".join(gap["caveats"])
        assert ("unlike groups" in written) is bool(said)


def test_records_filtered_by_country_are_not_said_to_be_of_all() -> None:
    country = Facet("land", "Land", "Where?", (Tag("NZ", "New Zealand"), Tag("FJ", "Fiji")))
    framework = Framework("farm", 1, (*FRAMEWORK.facets, country), options={"roles": {"country": "land"}})
    rows = [
        row | {"tags": row["tags"] | {"land": ["NZ"]}} for row in records(("hen", "barn", 30), ("sheep", "barn", 9))
    ]
    snapshot = build_snapshot(framework, rows).where({"land": ["NZ"]})
    gap = parity(snapshot, table("share", {"sheep": 90, "hen": 10}).to_frame()).iloc[0]
    assert gap["caveats"] == ["The figure is of NZ; see that the countries the records are filtered by are the same."]


def test_a_table_of_a_who_region_is_called_by_the_name_of_the_region() -> None:
    region = next(t for t in need.load_need() if t.id == "occupation-2020-afr")
    assert region.title.endswith("(WHO African Region, 2020)")


def test_attention_to_a_wider_line_needs_figures_for_all_of_it() -> None:
    rows = records(("sheep", "barn", 30), ("goat", "field", 30), ("hen", "barn", 140))
    coverage = cross(build_snapshot(FRAMEWORK, rows), "animal", "place", level="group")
    whole = attention(coverage, table("share", {"sheep": 40, "goat": 40, "hen": 20}).to_frame())
    assert list(whole) == [("animal", "hoofed")], "birds have no figure for ducks"
    assert whole["animal", "hoofed"] == pytest.approx(0.4576, abs=1e-3)
    assert attention(coverage, table("share", {"sheep": 40, "hen": 20}).to_frame()) == {}


def test_figures_that_concern_a_line_are_found_within_and_around_it() -> None:
    tables = [table("prevalence", {"hoofed": 12, "hen": 3}), table("share", {"lamb": 5, "goat": 5}, "b")]
    found = [(f.table.id, f.row.group) for f in need.figures_on(tables, FRAMEWORK, "animal", "sheep")]
    assert found == [("t", "hoofed"), ("b", "lamb")]
    (one,) = [f.words for f in need.figures_on(tables[:1], FRAMEWORK, "animal", "goat")]
    assert one == "12 unit of t. Source: Source t, 2021"
    assert not list(need.figures_on(tables, FRAMEWORK, "no-facet", "sheep"))


@pytest.mark.parametrize("seed", range(4))
def test_parity_keeps_its_answer_whatever_the_order_and_more_attention_never_lowers_it(seed: int) -> None:
    import random

    chance = random.Random(seed)
    rows = records(("sheep", "barn", 40), ("hen", "field", 25), ("goat", "barn", 15), ("sheep+hen", "barn", 7))
    frame = table("share", {"sheep": 50, "goat": 30, "hen": 20}).to_frame()
    first = parity(build_snapshot(FRAMEWORK, rows), frame)
    chance.shuffle(rows)
    for n, row in enumerate(rows):
        row["id"] = f"x{n:04}"
    pd.testing.assert_frame_equal(
        first, parity(build_snapshot(FRAMEWORK, rows), frame.sample(frac=1, random_state=seed))
    )
    more = [*rows, {"id": "y", "tags": {"animal": ["goat"], "place": ["barn"]}}]
    before, after = (
        f.set_index("row_tag").loc["goat"] for f in (first, parity(build_snapshot(FRAMEWORK, more), frame))
    )
    assert after["ratio"] > before["ratio"] and after["high"] > before["high"]
    assert after["components"]["short_by"] == before["components"]["short_by"] - 1
    four = [{"id": f"{k}{row['id']}", "tags": row["tags"]} for k in range(4) for row in rows]
    copied = parity(build_snapshot(FRAMEWORK, four), frame).set_index("row_tag")
    for row in first.to_dict("records"):
        if row["grade"] == "no need figure":
            continue
        again = copied.loc[row["row_tag"]]
        assert again["ratio"] == pytest.approx(row["ratio"])
        assert again["high"] - again["low"] < row["high"] - row["low"]
        if row["grade"] == "under":
            assert again["grade"] == "under"


def test_the_index_that_ships_names_every_file() -> None:
    with (need.FOLDER / "index.csv").open(newline="", encoding="utf-8") as stream:
        named = {row["table"] for row in csv.DictReader(stream)}
    assert named == {path.stem for path in need.FOLDER.glob("*.csv")} - {"index"}
