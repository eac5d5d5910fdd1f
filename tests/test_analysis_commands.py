"""The commands of the analysis that list and compare: text for people, JSON, and CSV that says how it was made."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages_toy import LAKES, NAMES, lakes

from analysis.__main__ import main
from ingest.pipeline import ingest
from ingest.rules import open_corpus

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("commands") / "lakes.sqlite")


@pytest.fixture
def run(corpus: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def _run(*words: object) -> tuple[int, str]:
        code = main([*map(str, words), "--corpus", str(corpus), "--framework", str(LAKES)])
        return code, capsys.readouterr().out

    return _run


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The header lines and the rows of a table written by a command."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    head = [row[0] for row in rows if row and row[0].startswith("# ")]
    names, *body = rows[len(head) :]
    return head, [dict(zip(names, row, strict=True)) for row in body]


def as_json(said: tuple[int, str]) -> Any:
    assert said[0] == 0
    return json.loads(said[1])


def test_priorities_have_no_score_until_asked(run: Run, tmp_path: Path) -> None:
    code, said = run("priorities")
    assert code == 0
    assert "For primary research: " in said and "For a synthesis: 0 cells" in said
    assert "Unchecked: Aeration × fish: 0 records, about 7.9 expected. Grade: strong." in said
    assert "score 0" not in said
    found = as_json(run("priorities", "--json"))
    assert found["weights"] is None
    assert not {"score", "components", "badge"} & set(found["primary"][0])
    scored = as_json(run("priorities", "--score", "--json", "--csv", tmp_path / "p.csv"))
    first = scored["primary"][0]
    assert sum(first["components"].values()) == pytest.approx(first["score"])
    assert first["badge"] in ("robust", "order uncertain")
    assert first["position"] is None
    head, rows = read_csv(tmp_path / "p.csv")
    assert head[0] == "# Where to look first, by combined score"
    assert head[1] == "# Corpus version 1: 224 records"
    assert "MIN_EXPECTED=3" in head[3] and head[-2].startswith("# Weights: scarcity=0.3")
    assert head[-1].startswith("# Receipt: ")
    assert rows[0]["row_tag"] == first["row_tag"]
    assert "robust" in run("priorities", "--score")[1] or "order uncertain" in run("priorities", "--score")[1]


def test_a_filter_stands_in_the_header_and_a_pin_adds_a_cell(run: Run, tmp_path: Path) -> None:
    run("priorities", "--tag", "measure=dredging", "--csv", tmp_path / "p.csv")
    assert read_csv(tmp_path / "p.csv")[0][4] == "# Filters: Restoration measure: Dredging"
    plain, pinned = (
        {(r["row_tag"], r["column_tag"]) for r in as_json(run("priorities", "--json", *more))["primary"]}
        for more in ((), ("--pin", "measure=sewage-diversion", "response=clear-water"))
    )
    assert pinned - plain == {("sewage-diversion", "clear-water")}


def test_presence_and_reporting_list_every_tag_and_facet(run: Run, tmp_path: Path) -> None:
    found = as_json(run("presence", "measure", "--json", "--csv", tmp_path / "p.csv"))
    counts = {row["row_tag"]: row["observed"] for row in found["presence"]}
    assert counts["sewage-diversion"] == 3
    assert found["presence"][0]["row_tag"] == "sewage-diversion"
    head, rows = read_csv(tmp_path / "p.csv")
    assert head[0] == "# Barely present" and rows[0]["observed"] == "3"
    code, said = run("presence", "measure")
    assert code == 0 and "3 concern sewage diversion" in said and "[barely]" in said
    reported = as_json(run("reporting", "--json"))["reporting"]
    assert [row["row_facet"] for row in reported] == ["pressure", "measure", "response"]
    assert "name no pressure" in run("reporting")[1]
    assert run("presence", "nothing")[0] == 1


def test_completeness_says_what_can_be_said_and_no_size(run: Run, tmp_path: Path) -> None:
    code, said = run("completeness")
    assert code == 0
    assert "No second upload yet" in said
    assert "Restoration measure × response: 20 combinations seen in 220 records." in said
    assert "The size of the literature is not estimated" in said
    found = as_json(run("completeness", "--import", "1", "--two", "1", "1", "--json", "--csv", tmp_path / "c.csv"))
    assert found["recapture"]["1"]["found"] == 0 and found["recapture"]["1"]["n"] == 224
    assert found["if_the_two_searches_were_independent"]["both"] == 224
    head, rows = read_csv(tmp_path / "c.csv")
    assert head[-1].startswith("# The size of the literature") and len(rows) == 1


def test_standards_of_another_field_have_no_evidence_and_say_where_they_were_read(run: Run, tmp_path: Path) -> None:
    code, said = run("standards", "--csv", tmp_path / "s.csv")
    assert code == 0 and "This is not legal advice." in said
    head, rows = read_csv(tmp_path / "s.csv")
    assert rows == [] and head[-1].startswith("# This is not legal advice.")
    found = as_json(run("standards", "--country", "ca", "--secondary", "--json"))
    assert {s["jurisdiction"][:2] for s in found["standards"]} == {"CA"}
    assert found["evidence"] == []
    assert {s["own_page"] for s in found["standards"]} == {True, False}


def test_changes_between_versions_and_with_an_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lakes(tmp_path / "lakes.sqlite")
    more = tmp_path / "more.csv"
    titles = [f'"Aeration and perch in the lake of {NAMES[n]}",2020' for n in range(12)]
    more.write_text("\n".join(["title,year", *titles]), encoding="utf-8")
    with open_corpus(path, LAKES) as corpus:
        proposed = ingest([more], corpus, accept=False)

    def call(*words: object) -> tuple[int, str]:
        code = main(["changes", *map(str, words), "--corpus", str(path), "--framework", str(LAKES)])
        return code, capsys.readouterr().out

    before = as_json(call("--import", proposed.id, "--json"))
    (closed,) = [c for c in before["changes"] if c["measure"] == "relative" and c["change"] == "closed"]
    assert (closed["row_tag"], closed["column_tag"], closed["after"]) == ("aeration", "fish", 12)
    assert len(closed["came"]) == 12
    assert before["counts"]["absolute"]["closed"] == 1
    with open_corpus(path, LAKES) as corpus:
        corpus.accept(proposed.id)
    after = as_json(call(1, 2, "--json"))
    assert after["changes"] == before["changes"]
    code, said = call(1)
    assert code == 0
    assert "What changed from version 1 to version 2: 224 records counted before, 236 after." in said
    assert "Aeration × fish: 0 records before, 12 records after (expected about 7.9" in said
    assert "12 came." in said
    for words in (("--import", proposed.id), (1, 9)):
        assert call(*words)[0] == 1
    for words in ((), (1, 2, 3), (1, 2, "--import", proposed.id), (1, 2, "--tag", "measure")):
        assert call(*words)[0] == 2


def test_a_measure_that_does_not_exist_is_wrong_usage(run: Run) -> None:
    assert run("gaps", "--measure", "luck")[0] == 2


def test_two_tags_of_one_facet_are_judged_whichever_is_named_first(run: Run) -> None:
    names = ("measure=aeration", "measure=dredging")
    found = [as_json(run("check", "--rows", a, "--columns", b, "--json")) for a, b in (names, names[::-1])]
    for made in found:
        assert [gap["measure"] for gap in made["gaps"]][-1] == "absolute"
        assert made["sentences"] and not any("counted, never judged" in said for said in made["sentences"])
    assert found[0]["sentences"] == found[1]["sentences"]


def test_three_facets_are_written_as_a_table_too(run: Run, tmp_path: Path) -> None:
    found = as_json(run("gaps", "--third", "pressure", "--json", "--csv", tmp_path / "t.csv"))["gaps"]
    head, rows = read_csv(tmp_path / "t.csv")
    assert len(found) == len(rows) > 0
    assert {"Row", "Column", "Third", "Records", "Expected", "In words"} <= set(rows[0])
    assert any("three maps of two facets" in line for line in head)


def test_a_measure_without_cells_and_a_filter_over_topics_are_said(run: Run) -> None:
    assert "does not judge pairs of tags. See: python -m analysis geography" in run("gaps", "--measure", "geography")[1]
    thin = run("gaps", "--measure", "presence")[1].split("Topics")[-1].split("Barely present: ")[-1]
    n_thin, n_all = (int(word) for word in thin.split(" tags")[0].split(" of "))
    assert n_thin < n_all


def test_a_pair_of_which_no_cell_applies_says_why_instead_of_a_list(corpus, tmp_path, capsys):
    framework = Path(shutil.copytree(LAKES, tmp_path / "lakes"))
    main_file = framework / "framework.toml"
    reason = "Whatever is done to a lake is done for its shore."
    rows = "".join(
        f'\n[[not-applicable]]\npair = ["measure/{tag}", "pressure/*"]\nreason = "{reason}"\n'
        for tag in ("dredging", "aeration", "biomanipulation", "buffer-strip", "sewage-diversion")
    )
    main_file.write_text(main_file.read_text(encoding="utf-8") + rows, encoding="utf-8")
    own = Path(shutil.copy(corpus, tmp_path / "lakes.sqlite"))
    options = ["--corpus", str(own), "--framework", str(framework)]
    assert main(["gaps", "--rows", "measure", "--columns", "pressure", *options]) == 0
    said = capsys.readouterr().out
    assert "Every cell of this pair is declared not applicable: " in said
    assert "cells judged" not in said
