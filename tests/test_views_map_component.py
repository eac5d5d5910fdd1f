"""What the gap map is told, and that its file is safe, small and complete."""

import base64
import csv
import io
import json
import re
import tomllib
import zlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.coverage import Coverage, cross
from analysis.gaps import find_gaps
from corpus.framework import Facet, Framework, Group, NotApplicable, Tag
from corpus.records import Author, Record
from corpus.snapshot import Snapshot, build_snapshot
from views import map_component
from views.map_words import ALWAYS, WORDS

WHO = Facet(
    "who",
    "Role",
    "Who?",
    (
        Tag("nurse", "Nurses", definition="People who nurse."),
        Tag("doctor", "Doctors"),
        Tag("surgeon", "Surgeons", broader="doctor"),
        Tag("porter", "Porters"),
        Tag("mixed", "Staff (mixed)", residual=True),
    ),
)
WHAT = Facet("what", "Harm", "What?", (Tag("pay", "Pay gap"), Tag("insult", "Insults"), Tag("formula", "=SUM(A1)")))
DESIGN = Facet(
    "design",
    "Design",
    "How?",
    (Tag("review-tag", "Review"), Tag("survey", "Survey"), Tag("opinion", "Opinion")),
    groups=(
        Group("reviews", "Reviews", ("review-tag",)),
        Group("observed", "Observational", ("survey",)),
        Group("rest", "Other", ("opinion",)),
    ),
)
FIELD = Framework(
    "Test field",
    1,
    (WHO, WHAT, DESIGN),
    not_applicable=(NotApplicable(("who", "porter"), ("what", "pay"), "Porters are paid by another firm."),),
    options={"roles": {"design": "design"}, "content-note": "Harm is named here."},
    fingerprint="abc",
)


def snapshot(statement: str = "three searches") -> Snapshot:
    """10 nurses with insults, 9 doctors and 1 surgeon with a pay gap, one porter, one mixed."""
    rows: list[dict[str, object]] = [
        {"id": f"n{k}", "year": 2010 + k, "tags": {"who": ["nurse"], "what": ["insult"], "design": ["survey"]}}
        for k in range(10)
    ]
    rows += [
        {"id": f"d{k}", "tags": {"who": ["doctor"], "what": ["pay"], "design": ["review-tag", "survey"]}}
        for k in range(9)
    ]
    rows.append({"id": "s", "tags": {"who": ["surgeon"], "what": ["pay"]}})
    rows.append({"id": "p", "tags": {"who": ["porter"], "what": ["formula"]}})
    rows.append({"id": "x", "tags": {"who": ["mixed"], "what": ["insult"]}})
    return build_snapshot(FIELD, rows, version=3, statement=statement)


def draw(rows: str = "who", columns: str = "what", **options: object) -> tuple[Coverage, map_component.MapData]:
    coverage = cross(snapshot(), rows, columns, level="tag")
    return coverage, map_component.map_data(coverage, find_gaps(coverage, "relative"), **options)


def test_lines_keep_order_parents_totals_and_what_is_general():
    _, data = draw()
    assert [(line["id"], line["parent"], line["extra"], line["total"]) for line in data["rows"]] == [
        ("nurse", None, False, 10),
        ("doctor", None, False, 10),
        ("surgeon", "doctor", False, 1),
        ("porter", None, False, 1),
        ("mixed", None, True, 1),
    ]
    assert data["rows"][0]["hint"] == "People who nurse."
    assert data["title"] == "Role by harm"


def test_every_cell_has_its_count_and_state():
    _, data = draw()
    assert data["observed"] == [[0, 10, 0], [10, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert data["state"] == [
        ["empty", "count", "few"],
        ["count", "empty", "few"],
        ["untested", "untested", "untested"],
        ["na", "few", "few"],
        ["untested", "untested", "untested"],
    ]
    assert data["expected"][0][0] == pytest.approx(10 * 10 / 21, abs=1e-4)
    assert data["expected"][4] == [None, None, None]
    assert data["reasons"] == {"3,0": "Porters are paid by another firm."}
    assert data["grade"][0][0] == "strong"
    assert data["last_year"][0] == [None, 2019, None]


def test_data_is_plain_json():
    _, data = draw()
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_segments_add_up_to_the_counts_and_a_record_stands_in_its_first_group():
    _, data = draw()
    assert data["segments"][0][1] == [0, 10, 0]
    assert data["segments"][1][0] == [9, 0, 1]  # a review that is also a survey is a review; the surgeon's is unknown
    assert [[sum(cell) for cell in row] for row in data["segments"]] == data["observed"]
    assert [(d["letter"], d["label"]) for d in data["designs"]] == [
        ("R", "reviews"),
        ("O", "observational"),
        ("?", "other or unknown"),
    ]


@pytest.mark.parametrize(
    ("rows", "segments"),
    [
        pytest.param("design", None, id="designs are the rows"),
        pytest.param("who", "what", id="a facet without groups"),
    ],
)
def test_squares_stay_whole_where_segments_would_say_nothing(rows, segments):
    _, data = draw(rows, segments=segments)
    assert data["segments"] is None
    assert data["designs"] == []


def test_one_facet_on_both_axes_shows_each_pair_once():
    _, data = draw("what", "what")
    assert [[state == "blank" for state in row] for row in data["state"]] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_change_counts_from_an_earlier_table_and_takes_new_lines_as_empty():
    coverage, _ = draw()
    before = coverage.observed.drop(columns="formula").copy()
    before.loc["nurse", "insult"] = 7
    data = map_component.map_data(coverage, before=before)
    assert data["change"] == [[0, 3, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]]


def test_summary_names_what_is_empty_and_what_is_strongest():
    _, data = draw()
    assert data["summary"] == (
        "3 by 3 cells; 5 empty, of which 2 had at least 3 expected; strongest: Doctors and insults (0 of about 5 "
        "expected, strong); Nurses and pay gap (0 of about 5 expected, strong)."
    )


def test_summary_without_gaps_says_so():
    coverage, _ = draw()
    assert map_component.map_data(coverage)["summary"].endswith("expected; no strong or suggestive gap.")


def test_filters_are_said_and_make_every_grade_exploratory():
    coverage = cross(snapshot(), "who", "what", {"design": ["survey"]}, level="tag")
    data = map_component.map_data(coverage, find_gaps(coverage, "relative"))
    assert data["filters"] == ["Design: Survey"]
    assert data["grades"]["strong"] == "strong gap (exploratory: filtered view)"


def test_notes_carry_the_statement_and_the_sentence_that_is_always_there():
    _, data = draw()
    assert data["notes"] == [
        "Of the 21 records tagged on both sides, these were coded: 21 by rules from titles alone.",
        "Not counted in the cells: 1 of 22 records without a specific tag of Role; 0 without one of Harm.",
    ]
    assert data["cautions"] == ["How this corpus was put together: three searches.", ALWAYS]


def test_an_empty_corpus_makes_a_map_without_gaps():
    coverage = cross(build_snapshot(FIELD, []), "who", "what", level="tag")
    data = map_component.map_data(coverage, find_gaps(coverage, "relative"))
    assert sum(map(sum, data["observed"])) == 0
    assert data["summary"] == "3 by 3 cells; 8 empty, of which 0 had at least 3 expected; no strong or suggestive gap."


def test_csv_begins_with_how_it_was_made_and_holds_each_cell_once():
    _, data = draw()
    lines = list(csv.reader(io.StringIO(map_component.to_csv(data))))
    head = [line[0] for line in lines if line[0].startswith("# ")]
    assert head[1] == "# Corpus version 3: 22 records, 21 on both sides"
    assert any("MIN_EXPECTED=3" in line for line in head)
    assert "# How the corpus was put together: three searches" in head
    cells = lines[len(head) + 1 :]
    assert len(cells) == 15
    assert cells[0][:6] == ["Nurses", "nurse", "Pay gap", "pay", "0", "4.7619"]
    assert cells[2][2] == "'=SUM(A1)"  # a label must not become a formula


def references() -> list[Record]:
    hostile = '</script><img src=x onerror="alert(1)">[[data]]'
    made = [
        Record(id=f"n{k}", entries=(f"n{k}",), title=f"Insults {k}", year=2010 + k, doi=f"10.1/n<{k}>", venue="J Nurs",
               authors=(Author("Osei", "A"), Author("Lund", "B"), Author("Wu", "C")))
        for k in range(9)
    ]  # fmt: skip
    return [
        *made,
        Record(id="n9", entries=("n9",), title=hostile, url="javascript:alert(1)"),
        Record(id="gone", entries=("gone",)),
    ]


def page_data(text: str) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found
    page = json.loads(found[1])
    return page | json.loads(zlib.decompress(base64.b64decode(page.pop("packed"))))


def test_file_holds_the_references_behind_each_cell():
    coverage, _ = draw()
    page = page_data(map_component.html(coverage, records=references(), content_note="Mind the titles."))
    assert len(page["records"]) == 10
    newest = page["records"][0]
    assert newest == ["Insults 8", "Osei et al.", page["venues"].index("J Nurs"), 2018, "10.1/n%3C8%3E", 1, [0], [1]]
    assert page["content_note"] == "Mind the titles."
    assert page_data(map_component.html(coverage))["content_note"] == "Harm is named here."
    marked = page_data(map_component.html(coverage, records=references(), marks={"n8": "Retracted"}))
    assert [row[0] for row in marked["records"][:2]] == ["[Retracted] Insults 8", "Insults 7"]


def test_file_is_safe_from_what_a_title_says():
    coverage = cross(snapshot(statement="<b>[[script]]</b>"), "who", "what", level="tag")
    text = map_component.html(coverage, records=references())
    assert "onerror" not in text.split('id="data">')[0]
    assert "</script><img" not in text
    assert "&lt;b&gt;[[script]]&lt;/b&gt;" in text
    assert page_data(text)["records"][-1][4] == ""  # no javascript: link


def test_file_asks_nothing_of_other_hosts():
    coverage, _ = draw()
    text = map_component.html(coverage, records=references())
    outside = re.findall(r"""(?:src|href|url|@import|action)\s*[=(]\s*["']?(https?:)?//""", text)
    assert outside == []
    assert "default-src 'none'" in text


def test_file_stays_under_a_megabyte_for_five_thousand_records():
    rows = [
        {
            "id": f"{k:05}",
            "tags": {"who": ["nurse", "porter"][k % 2 :][:1], "what": ["pay", "insult"], "design": ["survey"]},
        }
        for k in range(5000)
    ]
    coverage = cross(build_snapshot(FIELD, rows), "who", "what", level="tag")
    title = "Prevalence and consequences of verbal abuse against hospital staff: a multicentre survey in "
    authors = (Author("Featherstone"), Author("B"), Author("C"))
    records = [
        Record(id=row["id"], entries=(row["id"],), title=title + row["id"], year=2010, authors=authors,
               doi=f"10.1016/j.example.2020.{row['id']}", venue=f"Journal of example {k % 400}")
        for k, row in enumerate(rows)
    ]  # fmt: skip
    assert len(map_component.html(coverage, records=records).encode()) < 1_000_000


def test_the_script_asks_for_words_that_are_there_and_uses_all_of_them():
    text = map_component.script("page") + map_component.script("embed")
    asked = set(re.findall(r"\bwords\.([a-z_]+)", text))
    assert asked - set(WORDS) == set()
    assert set(WORDS) - asked == set()


@pytest.mark.parametrize("name", sorted(p.name for p in map_component.ASSETS.glob("*.js")))
def test_scripts_never_turn_text_into_markup(name):
    text = map_component.asset(name)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|XMLHttpRequest", text)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("name", "least"), [("ink", 7), ("quiet", 4.5), ("accent", 4.5), ("gap", 4.5), ("cluster", 4.5), ("outline", 3)]
)
def test_colours_can_be_told_from_what_they_stand_on(name, least, theme):
    colours = dict(re.findall(r"--(\w+): (?:var\([^,]+, )?(light-dark\([^)]+\))", map_component.asset("map.css")))
    pair = {key: re.findall(r"#[0-9a-f]{6}", value)[theme] for key, value in colours.items()}
    assert _contrast(pair[name], pair["paper"]) >= least
    assert _contrast(pair[name], pair["raised"]) >= min(least, 4.5) * 0.95 or least == 3


def test_the_map_has_the_colours_of_the_theme():
    config = tomllib.loads((Path(__file__).parent.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    css = map_component.asset("map.css")
    for n, theme in enumerate(("light", "dark")):
        for name, key in (
            ("ink", "textColor"),
            ("paper", "backgroundColor"),
            ("raised", "secondaryBackgroundColor"),
            ("accent", "linkColor"),
        ):
            found = re.search(rf"--{name}: var\([^,]+, light-dark\((#\w+), (#\w+)\)\)", css)
            assert found and found[n + 1] == config["theme"][theme][key]
        assert _contrast(config["theme"][theme]["primaryColor"], "#ffffff") >= 4.5
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "localhost"


def _page_with_a_map(data: dict) -> None:
    import streamlit as st

    from views import map_view

    st.session_state["chosen"] = []
    map_view.show(data, "map", lambda *cell: st.session_state["chosen"].append(cell))


def test_the_component_is_drawn_and_nothing_is_chosen_at_first():
    at = AppTest.from_function(_page_with_a_map, args=(draw()[1],)).run()
    assert not at.exception
    assert at.session_state["chosen"] == []
