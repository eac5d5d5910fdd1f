"""The commands as people and scripts use them: exit codes, JSON alone on standard output, the promised keys."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.__main__ import main as corpus_main
from ingest.__main__ import main as ingest_main

ROOT = Path(__file__).parent.parent
LAKES = ROOT / "tests" / "cases" / "framework-lakes"

TITLES = (
    "Dredging and phosphorus in a shallow lake",
    "Aeration of two deep lakes after eutrophication",
    "Fish removal and the return of water plants",
    "Riparian buffer strips around farm ponds",
    "A survey of anglers on three lakes",
)


def bib(start: int = 0, stop: int = len(TITLES)) -> str:
    return "\n".join(
        f"@article{{k{n}, author = {{Vesterholm, Ida and Ekwueme, Obi}}, title = {{{TITLES[n]}}}, "
        f"year = {{{2000 + n}}}, journal = {{Invented Limnology}}, doi = {{10.5555/lake.{n}}}}}"
        for n in range(start, stop)
    )


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """``run("corpus", "stats")`` -> (exit code, JSON of standard output, standard error)."""
    mains = {"corpus": corpus_main, "ingest": ingest_main}

    def call(package: str, *words: object, as_json: bool = True) -> tuple[int, Any, str]:
        argv = [str(w) for w in words] + ["--corpus", str(tmp_path / "c.sqlite"), "--framework", str(LAKES)]
        code = mains[package](argv + ["--json"] * as_json)
        out, err = capsys.readouterr()
        return code, json.loads(out) if as_json else out, err

    return call


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    one, two = tmp_path / "one.bib", tmp_path / "two.bib"
    one.write_text(bib(0, 3), encoding="utf-8")
    two.write_text(bib(2, 5), encoding="utf-8")
    return one, two


def test_ingest_reports_in_the_promised_keys(run: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.bib"
    broken.write_text("@article{x, title = {Never closed", encoding="utf-8")
    code, report, _ = run("ingest", *files, broken)
    assert code == 0
    assert report["totals"] == {"found": 7, "new": 5, "merged": 1, "held": 0, "rejected": 1}
    assert {"import", "corpus_version", "files", "totals"} <= set(report)
    (reject,) = report["files"][2]["rejects"]
    assert reject["line"] == 1
    assert reject["text"].startswith("@article{x")
    again = run("ingest", *files)[1]
    assert (again["totals"]["new"], again["totals"]["held"]) == (0, 0)


def test_a_hopeless_file_is_exit_1_with_json_all_the_same(run: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.ris"
    empty.write_bytes(b"")
    code, report, _ = run("ingest", empty)
    assert code == 1
    assert report["files"][0]["found"] == 0
    assert "empty" in report["files"][0]["error"]


def test_undo_and_redo_in_either_order_give_the_same_export(run: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    def export() -> str:
        run("corpus", "export", tmp_path / "out.csv")
        return (tmp_path / "out.csv").read_text(encoding="utf-8")

    run("ingest", files[1])
    alone = export()
    second = run("ingest", files[0])[1]["import"]
    both = export()
    assert both != alone
    assert run("corpus", "undo", second)[1]["state"] == "undone"
    assert export() == alone
    assert run("corpus", "check")[:2] == (0, {"faults": []})
    run("corpus", "redo", second)
    assert export() == both
    run("corpus", "undo", 1)
    run("corpus", "redo", 1)
    assert export() == both
    assert run("corpus", "check")[:2] == (0, {"faults": []})


def test_a_proposal_is_accepted_or_declined_by_number(run: Any, files: tuple[Path, Path]) -> None:
    proposed = run("ingest", files[0], "--propose")[1]
    assert run("corpus", "stats")[1]["records"] == 0
    assert run("corpus", "accept", proposed["import"])[1]["state"] == "accepted"
    assert run("corpus", "stats")[1]["records"] == 3
    code, said, err = run("corpus", "decline", proposed["import"])
    assert code == 1
    assert "is accepted" in said["error"] and "is accepted" in err


def test_search_gives_the_promised_keys(run: Any, files: tuple[Path, Path]) -> None:
    run("ingest", *files)
    code, found, _ = run("corpus", "search", "lake*", "--tag", "measure=in-lake", "--limit", 1)
    assert code == 0
    assert found["total"] == 2
    (record,) = found["records"]
    assert set(record) == {"id", "title", "year", "authors", "venue", "doi", "pmid", "tags", "snippet"}
    assert record["tags"]["measure"] in (["dredging"], ["aeration"])
    code, said, _ = run("corpus", "search", "(lake")
    assert (code, "never closed" in said["error"]) == (1, True)
    code, said, _ = run("corpus", "search", "lake", "--tag", "measure=magic")
    assert code == 1
    assert "magic" in said["error"]


def test_rulings_are_kept_listed_and_taken_back(run: Any, files: tuple[Path, Path]) -> None:
    run("ingest", files[0])
    record = run("corpus", "search", "dredging")[1]["records"][0]["id"]
    ruling = run("corpus", "rule", "tag", record, "measure=dredging", "rejected", "--who", "Ada")[1]["ruling"]
    assert run("corpus", "stats")[1]["tags"]["measure"].get("dredging") is None
    run("corpus", "rebuild")
    assert run("corpus", "stats")[1]["tags"]["measure"].get("dredging") is None
    run("corpus", "rule", "withdraw", ruling["number"])
    assert run("corpus", "stats")[1]["tags"]["measure"]["dredging"] == 1
    run("corpus", "rule", "scope", record, "out", "--reason", "Another field.")
    stats = run("corpus", "stats")[1]
    assert (stats["n_in"], stats["n_out"], stats["n_unscreened"]) == (0, 1, 2)
    history = run("corpus", "history")[1]
    assert [e["what"] for e in history["events"]] == ["accept", "ruling", "rebuild", "ruling", "ruling"]
    assert history["events"][1]["who"] == "Ada"


def test_people_get_tables_and_messages_stay_off_standard_output(run: Any, files: tuple[Path, Path]) -> None:
    code, out, err = run("ingest", *files, as_json=False)
    assert code == 0
    assert "one.bib" in out and "total" in out and "undo" in out
    assert err == ""
    for words in (("stats",), ("history",), ("check",), ("search", "lake"), ("rebuild",)):
        code, out, _ = run("corpus", *words, as_json=False)
        assert code == 0 and out.strip(), words


def test_a_missing_corpus_and_a_second_init_are_refused(run: Any, tmp_path: Path) -> None:
    code, said, _ = run("corpus", "stats")
    assert code == 1
    assert "no corpus" in said["error"]
    assert run("corpus", "init", "--empty")[0] == 0
    code, said, _ = run("corpus", "init", "--empty")
    assert (code, "already a corpus" in said["error"]) == (1, True)


def test_wrong_usage_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in ([], ["no-such-command"], ["accept", "one"]):
        with pytest.raises(SystemExit) as stopped:
            corpus_main(argv)
        assert stopped.value.code == 2
    capsys.readouterr()


def test_tag_prints_a_line_of_json_for_each_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = tmp_path / "texts.jsonl"
    rows = [{"id": "a", "title": "Dredging of a lake", "abstract": None, "keywords": ["aeration"]}, {"id": "b"}]
    texts.write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n", encoding="utf-8")
    code = ingest_main(["tag", str(texts), "--framework", str(LAKES)])
    out, err = capsys.readouterr()
    first, second = map(json.loads, out.splitlines())
    assert code == 1
    assert "line 3" in err
    assert {(a["facet"], a["tag"]) for a in first["assignments"]} == {("measure", "dredging"), ("measure", "aeration")}
    for a in first["assignments"]:
        text = {"title": "Dredging of a lake", "keywords": "aeration"}[a["field"]]
        assert text[a["start"] : a["end"]] == a["passage"]
    assert second["assignments"] == []
    assert isinstance(first["in_scope"], bool)


def test_dedupe_clusters_a_file_without_storing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "records.csv"
    rows = ["record_id,title,author,year,journal,doi"]
    rows += [f'r{n},{TITLES[n]},"Vesterholm, Ida",{2000 + n},Invented Limnology,10.5555/lake.{n}' for n in range(3)]
    rows.append(f'again,{TITLES[1].upper()}.,"Vesterholm, I.",2001,Invented Limnology,https://doi.org/10.5555/LAKE.1')
    table.write_text("\n".join(rows), encoding="utf-8")
    assert ingest_main(["dedupe", str(table), "--framework", str(LAKES)]) == 0
    clusters = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert clusters["again"] == clusters["r1"]
    assert len(set(clusters.values())) == 3


def test_killed_in_the_middle_an_ingest_leaves_all_or_nothing(
    tmp_path: Path, run: Any, files: tuple[Path, Path]
) -> None:
    """kill -9 while a long ingest is staging, with another process reading throughout."""
    run("ingest", files[0])
    before = run("corpus", "stats")[1]
    long_file = tmp_path / "long.bib"
    entry = "@article{{n{n}, author = {{Vesterholm, Ida}}, title = {{Lake {n}, what became of it}}, year = {{2001}}}}"
    long_file.write_text("\n".join(entry.format(n=n) for n in range(20_000)), encoding="utf-8")
    path = tmp_path / "c.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest", str(long_file), "--corpus", str(path), "--framework", str(LAKES)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            assert run("corpus", "stats")[1] == before
            if size_of(path) > 2_000_000:
                break
    finally:
        process.send_signal(signal.SIGKILL)
        ended = process.wait()
    assert ended == -signal.SIGKILL
    assert run("corpus", "check")[:2] == (0, {"faults": []})
    assert run("corpus", "stats")[1] == before
    assert [i["state"] for i in run("corpus", "history")[1]["imports"]] == ["accepted"]


def size_of(path: Path) -> int:
    """Of a store with its log."""
    return sum(p.stat().st_size for p in path.parent.glob(path.name + "*"))
