"""The command line from a file of references to a map: exit codes, JSON shapes, files written."""

import json
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.gaps import COLUMNS
from corpus.framework import load_framework
from corpus.store import Corpus
from ingest.pipeline import ingest
from ingest.rules import make_rules

FRAMEWORK = {
    "framework.toml": """
name = "Gardens"
version = 1
facets = ["plant", "pest"]
headline-pairs = [["plant", "pest"]]
[[not-applicable]]
pair = ["plant/moss", "pest/slug"]
reason = "Slugs leave moss alone."
""",
    "plant.toml": """
id = "plant"
label = "Plant"
question = "Which plant?"
named = "a plant"
[[tags]]
id = "rose"
label = "Roses"
terms = ["rose*"]
[[tags]]
id = "moss"
label = "Moss"
terms = ["moss*"]
[[tags]]
id = "plants"
label = "Plants in general"
residual = true
terms = ["plant*"]
""",
    "pest.toml": """
id = "pest"
label = "Pest"
question = "Which pest?"
[[tags]]
id = "aphid"
label = "Aphids"
terms = ["aphid*"]
[[tags]]
id = "slug"
label = "Slugs"
terms = ["slug*"]
""",
}
TITLES = [
    *[f"Roses and aphids, report {n} of a long series from the north" for n in range(9)],
    *[f"Moss in wet places and its aphids, season {n}" for n in range(2)],
    *[f"Slugs at night on the rose bed, observation {n}" for n in range(4)],
    "Plants in general and the slug",
    "=Moss and slugs",
]


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("garden")
    framework, path = folder / "framework", folder / "corpus.sqlite"
    framework.mkdir()
    for name, text in FRAMEWORK.items():
        (framework / name).write_text(text, encoding="utf-8")
    entries = [
        f"@article{{k{n}, title={{{title}}}, year={{{1980 + n}}}, author={{Author{n}, A.}}}}"
        for n, title in enumerate(TITLES)
    ]
    (folder / "garden.bib").write_text("\n\n".join(entries), encoding="utf-8")
    with Corpus.open(path, load_framework(framework), make_rules(), create=True) as corpus:
        ingest([folder / "garden.bib"], corpus, source="PubMed", search_date="2026-01-05")
    return ["--corpus", str(path), "--framework", str(framework)]


def said_json(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_map_as_json_has_the_documented_keys_and_counts(options, capsys):
    assert main(["map", "plant", "pest", *options, "--json"]) == 0
    said = said_json(capsys)
    assert list(said) == ["rows", "columns", "observed", "expected", "n_codable", "n_records", "corpus_version"]
    assert said["rows"] == ["rose", "moss", "plants"]
    assert said["columns"] == ["aphid", "slug"]
    assert said["observed"] == [[9, 4], [2, 1], [0, 1]]
    assert said["expected"][0] == pytest.approx([13 * 11 / 16, 13 * 5 / 16])
    assert said["expected"][2] == [None, None]
    assert (said["n_codable"], said["n_records"], said["corpus_version"]) == (16, 17, 1)


def test_map_for_people_says_what_is_counted_and_how_the_corpus_came_about(options, capsys):
    assert main(["map", "plant", "pest", *options]) == 0
    said = capsys.readouterr().out
    rows = [line.split() for line in said.splitlines()]
    assert ["rose", "9", "4", "13"] in rows
    assert ["moss", "2", "(1)", "3"] in rows
    assert ["plants*", ".", "1", "1"] in rows
    assert "16 of 17 records are tagged on both sides" in said
    assert "How this corpus was put together: PubMed, searched 2026-01-05." in said
    assert "A gap here is a lead to check" in said


def test_map_under_a_filter(options, capsys):
    assert main(["map", "plant", "pest", "--tag", "pest=slug", *options, "--json"]) == 0
    assert said_json(capsys)["observed"] == [[0, 4], [0, 1], [0, 1]]


def test_map_with_topics_as_rows(options, capsys):
    assert main(["map", "topic", "pest", *options, "--json"]) == 0
    said = said_json(capsys)
    assert said["rows"][-1] == "unassigned"
    assert [sum(column) for column in zip(*said["observed"], strict=True)] == [11, 6]


def test_map_written_as_one_html_file_and_as_csv(options, tmp_path, capsys):
    page, table = tmp_path / "map.html", tmp_path / "map.csv"
    assert main(["map", "plant", "pest", "--html", str(page), "--csv", str(table), *options]) == 0
    assert "Slugs leave moss alone." in page.read_text(encoding="utf-8")
    lines = table.read_text(encoding="utf-8").splitlines()
    assert any("Corpus version 1" in line for line in lines)
    assert any("MIN_EXPECTED=3" in line for line in lines)
    assert any(line.startswith("Roses,rose,Aphids,aphid,9,") for line in lines)


def test_a_file_that_cannot_be_written_is_a_sentence(options, tmp_path: Path, capsys):
    assert main(["map", "plant", "pest", "--csv", str(tmp_path / "nowhere" / "map.csv"), *options]) == 1
    assert "could not be written" in capsys.readouterr().err


def test_gaps_as_json_has_the_documented_keys(options, capsys):
    assert main(["gaps", *options, "--json"]) == 0
    said = said_json(capsys)
    assert list(said) == ["corpus_version", "constants", "gaps", "topics", "barely_present"]
    assert said["constants"]["MIN_EXPECTED"] == 3
    cells = {(gap["row_tag"], gap["column_tag"]): gap for gap in said["gaps"]}
    assert set(cells) == {("rose", "aphid"), ("rose", "slug"), ("moss", "aphid")}, "what is not applicable is no gap"
    assert list(cells["rose", "slug"]) == list(COLUMNS)
    assert cells["rose", "slug"]["general"] == 1
    assert cells["rose", "slug"]["hidden_upper"] is None
    assert cells["moss", "aphid"]["grade"] == "not comparable"
    assert "PubMed, searched 2026-01-05" in cells["rose", "aphid"]["caveats"]


def test_gaps_under_a_filter_say_so_in_their_grade(options, capsys):
    assert main(["gaps", "--rows", "plant", "--columns", "pest", "--tag", "plant=rose", *options, "--json"]) == 0
    assert {gap["grade"] for gap in said_json(capsys)["gaps"]} == {
        "none (exploratory: filtered view)",
        "not comparable (exploratory: filtered view)",
    }


SCARCE = "2 records in this corpus (17 records; PubMed, searched 2026-01-05) are tagged both moss and aphids."
PRESENT = "Barely present: 0 of 2 tags"


@pytest.mark.parametrize("measure, words", [("absolute", f"Unchecked: {SCARCE}"), ("presence", PRESENT)])
def test_gaps_for_people(options, capsys, measure, words):
    assert main(["gaps", "--rows", "plant", "--measure", measure, *options]) == 0
    said = capsys.readouterr().out
    assert "A gap here is a lead to check" in said
    assert words in said


@pytest.mark.parametrize(
    "arguments, code",
    [
        pytest.param(["map", "nowhere", "pest"], 1, id="no such facet"),
        pytest.param(["map", "plant", "pest", "--tag", "pest=wolf"], 1, id="no such tag"),
        pytest.param(["gaps", "--measure", "popularity"], 2, id="no such measure"),
        pytest.param(["gaps", "--rows", "nowhere"], 1, id="no such facet to rank"),
    ],
)
def test_what_is_not_there_is_named_and_nothing_is_printed_but_json(options, capsys, arguments, code):
    assert main([*arguments, *options, "--json"]) == code
    said = capsys.readouterr()
    assert set(json.loads(said.out)) == {"error"}
    assert "There" in said.err or "has no" in said.err


def test_no_corpus_is_said_to_be_none(options, tmp_path, capsys):
    assert main(["gaps", "--corpus", str(tmp_path / "none.sqlite"), *options[2:]]) == 1
    assert "none.sqlite" in capsys.readouterr().err


def test_wrong_usage_is_exit_2(options):
    with pytest.raises(SystemExit) as stopped:
        main(["map", "plant", *options])
    assert stopped.value.code == 2


def test_check_says_what_a_search_finds_and_how_to_search_elsewhere(options, capsys):
    assert main(["check", "--rows", "plant=moss", "--columns", "pest=aphid", *options]) == 0
    said = capsys.readouterr().out
    assert "2 records in this corpus (17 records; PubMed, searched 2026-01-05) are tagged both moss and aphids." in said
    assert "Check: weakly verified." in said
    assert "15 records searched outside the cell; 16 of the 16 codable records have no abstract." in said
    assert "One tag short: 1 with the row's tag alone, 9 with the column's." in said
    assert "TITLE-ABS-KEY(moss*) AND TITLE-ABS-KEY(aphid*)" in said
    assert "A gap here is a lead to check" in said


def test_check_as_json_has_the_documented_keys_and_the_candidates(options, capsys):
    assert main(["check", "--rows", "plant=rose", "--columns", "pest=slug", *options, "--json"]) == 0
    said = said_json(capsys)
    assert list(said) == [
        "corpus_version", "constants", "level", "sentences", "gaps", "check", "candidates", "strategies",
    ]  # fmt: skip
    assert [gap["measure"] for gap in said["gaps"]] == ["relative", "absolute"]
    assert {gap["check"] for gap in said["gaps"]} == {said["check"]["verdict"]} == {"weakly_verified"}
    assert [s["database"] for s in said["strategies"]] == ["PubMed", "Scopus", "Web of Science", "Google Scholar"]


def test_check_of_a_cell_that_means_nothing_says_why(options, capsys):
    assert main(["check", "--rows", "plant=moss", "--columns", "pest=slug", *options]) == 0
    assert "Not applicable: Slugs leave moss alone." in capsys.readouterr().out


def test_check_of_a_tag_that_is_not_there(options, capsys):
    assert main(["check", "--rows", "plant=fern", "--columns", "pest=slug", *options]) == 1
    assert '"fern"' in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--rows", "plant", "--columns", "pest=slug", *options])
    assert stopped.value.code == 2
