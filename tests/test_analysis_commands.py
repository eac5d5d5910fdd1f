"""The commands of the analysis that list and compare: text for people, JSON, and CSV that says how it was made."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages_toy import LAKES, lakes

from analysis.__main__ import main

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
    assert "MIN_EXPECTED=3" in head[3] and head[-1].startswith("# Weights: scarcity=0.3")
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
