"""Receipts: the same numbers again, what changed, and what was altered."""

import json
import shutil
from pathlib import Path

import pytest
from pages_toy import LAKES, lakes

from analysis.__main__ import main
from analysis.answering import answer
from analysis.questions import NO_SOURCES, Filters, Question, build_sources, to_cell, to_question
from analysis.receipts import MOST_IDS, ReceiptError, hash_body, hash_rows, make_receipt, read_receipt, to_plain
from analysis.recounts import count_brief, read_question, to_plain_question
from analysis.verification import verify
from corpus.errors import LacunaError, UnknownIdError
from ingest.pipeline import Upload, ingest
from ingest.rules import open_corpus
from ingest.tagging import build_tagger

CELL = "measure=aeration*response=fish"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return lakes(tmp_path_factory.mktemp("receipts") / "lakes.sqlite")


@pytest.fixture
def corpus(made, tmp_path):
    with open_corpus(Path(shutil.copy(made, tmp_path / "lakes.sqlite")), LAKES) as opened:
        yield opened


def make(corpus, *names, **more):
    question = Question(tuple(to_cell(name, corpus.framework) for name in names or (CELL,)), **more)
    sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
    answered = answer(question, corpus.snapshot(), sources)
    receipt = make_receipt("brief", to_plain_question(question), count_brief(answered), corpus.rules_fingerprint)
    return receipt, sources


def test_a_receipt_holds_version_fingerprints_filters_constants_and_the_records_of_each_cell(corpus):
    receipt, _ = make(corpus, CELL, "response=cost", filters=Filters((("measure", ("dredging", "aeration")),)))
    body = receipt.body
    assert body["corpus"]["version"] == corpus.version == 1
    assert body["framework"]["fingerprint"] == corpus.framework.fingerprint
    assert body["filters"] == ["Restoration measure: Dredging or Aeration"]
    assert body["constants"]["MIN_EXPECTED"] == 3.0
    assert body["numbers"][f"{CELL}: records"] == 0
    assert body["numbers"][f"{CELL}: search of the texts"] == "weakly_verified"
    assert len(body["records"]["response=cost"]["ids"]) == 13  # 12 of aeration, 1 of dredging
    assert read_receipt(receipt.to_json()) == receipt


def test_the_same_corpus_gives_the_same_numbers(corpus):
    receipt, sources = make(corpus)
    verdict = verify(receipt, corpus, sources)
    assert verdict.is_reproduced and verdict.since == ()
    assert verdict.summary.startswith(f"Reproduced: all {len(receipt.body['numbers'])} numbers")


def test_records_that_came_later_are_named_and_the_old_numbers_still_come_out(corpus):
    receipt, sources = make(corpus)
    more = "title,year,doi\nAeration and perch in Lake Ulm,2020,10.1000/new\n"
    ingest([Upload("more.csv", more.encode())], corpus)
    (new,) = [record.id for record in corpus.records() if record.doi == "10.1000/new"]
    verdict = verify(receipt, corpus, sources)
    assert verdict.is_reproduced
    assert f"{CELL}: records: 0 then, 1 now." in verdict.since
    assert f"{CELL}: 1 record came: {new}." in verdict.since
    assert (verdict.version, verdict.version_now) == (1, 2)


def test_a_changed_number_is_noticed_and_named(corpus):
    receipt, sources = make(corpus)
    body = json.loads(receipt.to_json())
    body["numbers"][f"{CELL}: records"] = 7
    verdict = verify(read_receipt(json.dumps(body)), corpus, sources)
    assert not verdict.is_reproduced and not verdict.is_intact
    assert "altered" in verdict.summary
    assert f"{CELL}: records: 7 then, 0 now." in verdict.problems


def test_a_number_changed_together_with_the_hash_is_noticed_too(corpus):
    receipt, sources = make(corpus)
    body = json.loads(receipt.to_json())
    del body["sha256"]
    body["numbers"][f"{CELL}: records"] = 7
    verdict = verify(read_receipt(json.dumps(body | {"sha256": hash_body(body)})), corpus, sources)
    assert verdict.is_intact and not verdict.is_reproduced
    assert verdict.problems == (f"{CELL}: records: 7 then, 0 now.",)


def test_a_text_that_says_something_else_is_noticed(corpus):
    question = Question((to_cell(CELL, corpus.framework),), search=False)
    counted = count_brief(answer(question, corpus.snapshot()))
    said = ["No record in this corpus is tagged both."]
    receipt = make_receipt("brief", to_plain_question(question), counted, corpus.rules_fingerprint, sentences=said)
    assert verify(receipt, corpus, text="No record in this corpus is  tagged both. And so on.").is_reproduced
    assert not verify(receipt, corpus, text="No research exists.").is_reproduced


def test_another_corpus_and_a_later_version_are_told(corpus, tmp_path):
    receipt, sources = make(corpus)
    with open_corpus(lakes(tmp_path / "other.sqlite", {"Dredging and cost in {n}": 2}), LAKES) as other:
        problems = verify(receipt, other, sources).problems
        assert any("224 then, 2 now" in problem for problem in problems)
    body = json.loads(receipt.to_json())
    del body["sha256"]
    body["corpus"]["version"] = 99
    verdict = verify(read_receipt(json.dumps(body | {"sha256": hash_body(body)})), corpus, sources)
    assert verdict.since is None
    assert "another corpus, or an older copy" in verdict.problems[0]


def test_other_rules_are_noted_though_every_number_is_the_same(corpus):
    receipt, sources = make(corpus)
    body = json.loads(receipt.to_json())
    del body["sha256"]
    body["rules"] = "0" * 16
    verdict = verify(read_receipt(json.dumps(body | {"sha256": hash_body(body)})), corpus, sources)
    assert verdict.is_reproduced
    assert len(verdict.notes) == 1 and verdict.notes[0].startswith("The rules have changed")


def test_many_records_are_held_as_their_number_and_hash(made, tmp_path):
    with open_corpus(lakes(tmp_path / "many.sqlite", {"Dredging and cost in {n}": 319}), LAKES) as corpus:
        receipt, _ = make(corpus, "response=cost")
        assert len(receipt.body["records"]["response=cost"]["ids"]) == 319 < MOST_IDS


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"receipt": 1, "sha256": "x"}', '{"receipt": 9, "kind": "brief", "sha256": "x"}']
)
def test_what_is_no_receipt_gets_a_sentence(text):
    with pytest.raises(ReceiptError):
        read_receipt(text)


def test_a_question_survives_json_and_a_broken_one_is_refused(tiny_framework):
    question = Question(
        (to_cell(CELL, tiny_framework),), filters=Filters((("pressure", ("nutrients",)),), (2000, None), "rules", True)
    )
    plain = json.loads(json.dumps(to_plain_question(question)))
    assert read_question(plain, tiny_framework) == question
    with pytest.raises(LacunaError):
        read_question({"cells": [CELL]}, tiny_framework)
    with pytest.raises(UnknownIdError):
        to_cell("measure=prayer", tiny_framework)


def test_tags_become_a_cell_and_the_rest_filters(tiny_framework):
    two = to_question(tiny_framework, [("response", ("fish",)), ("measure", ("aeration",))])
    assert [cell.name for cell in two.cells] == [CELL]
    three = to_question(
        tiny_framework, [("measure", ("aeration",)), ("pressure", ("nutrients",)), ("response", ("fish",))]
    )
    assert three.cells == two.cells and three.filters == Filters((("pressure", ("nutrients",)),))
    one = to_question(tiny_framework, [("response", ("fish", "cost"))])
    assert [cell.name for cell in one.cells] == ["response=fish", "response=cost"]


def test_too_many_gaps_and_none_are_refused(corpus):
    cell = to_cell(CELL, corpus.framework)
    with pytest.raises(LacunaError, match="up to 4 gaps; 5 were asked for"):
        answer(Question((cell,) * 5), corpus.snapshot(), NO_SOURCES)
    with pytest.raises(LacunaError, match="Nothing is asked for"):
        answer(Question(), corpus.snapshot())


def test_numbers_are_kept_to_six_digits_and_infinity_has_a_name():
    assert to_plain([1 / 3, float("inf"), float("nan"), 12]) == [0.333333, "any", None, 12]


def test_tables_carry_a_receipt_that_verifies_and_notices_what_came_later(corpus, tmp_path, capsys):
    common = ["--corpus", str(corpus.path), "--framework", str(LAKES)]
    files = [tmp_path / "map.csv", tmp_path / "gaps.csv"]
    assert main(["map", "measure", "response", "--tag", "measure=in-lake", "--csv", str(files[0]), *common]) == 0
    assert main(["gaps", "--csv", str(files[1]), *common]) == 0
    heads = [path.read_text(encoding="utf-8").split("\n")[:8] for path in files]
    for head in heads:
        assert any("Constants: PRIOR=1" in line for line in head)
        assert any(line.startswith("# Filters: ") or line.startswith('"# Filters: ') for line in head)
        assert any("orpus version 1" in line for line in head)
    capsys.readouterr()
    for path in files:
        assert main(["verify", str(path), *common]) == 0
    ingest([Upload("more.csv", b"title,year,doi\nAeration and perch in Lake Ulm,2020,10.1000/new\n")], corpus)
    capsys.readouterr()
    assert main(["verify", str(files[0]), "--json", *common]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["reproduced"] and verdict["version_now"] == 2
    assert "row aeration: [12, 12, 12, 0, 12] then, [12, 12, 12, 1, 12] now." in verdict["since"]
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text(text.replace('""records counted"": 1', '""records counted"": 2'), encoding="utf-8")
    assert main(["verify", str(files[0]), *common]) == 1
    assert "altered" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [("map", "measure", "response"), ("gaps",), ("gaps", "--third", "pressure"), ("priorities", "--score")]
)
def test_an_altered_row_of_a_table_is_told_and_line_ends_are_not_one(corpus, tmp_path, capsys, command):
    common = ["--corpus", str(corpus.path), "--framework", str(LAKES)]
    path = tmp_path / "table.csv"
    assert main([*command, "--csv", str(path), *common]) == 0
    written = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + written.replace(b"\r\n", b"\n"))
    assert main(["verify", str(path), *common]) == 0
    assert "Only the receipt" not in capsys.readouterr().out
    last = written.rstrip().rpartition(b"\r\n")
    for altered in (last[0] + b"\r\n", last[0] + last[1] + b"x" + last[2], written + last[2] + b"\r\n"):
        path.write_bytes(altered)
        assert main(["verify", str(path), *common]) == 1
        said = capsys.readouterr().out
        assert said.startswith("Not reproduced.") and "The table's rows were altered since it was written." in said


def test_of_a_table_without_a_hash_of_its_rows_only_the_receipt_is_said_to_be_checked(corpus):
    receipt, sources = make(corpus)
    verdict = verify(receipt, corpus, sources, rows_sha256=hash_rows("# Header\r\na,b\r\n1,2\r\n"))
    assert verdict.is_reproduced
    assert verdict.notes[0].startswith("Only the receipt in the header of this table was checked.")


def test_the_commands_write_briefs_test_claims_and_say_what_is_wrong(corpus, tmp_path, capsys):
    common = ["--corpus", str(corpus.path), "--framework", str(LAKES)]
    cell = ["--rows", "measure=aeration", "--columns", "response=fish"]
    for ending in ("html", "docx", "md"):
        out = tmp_path / f"brief.{ending}"
        assert main(["brief", *cell, "-o", str(out), "--date", "3 May", *common]) == 0
        assert main(["verify", str(out), *common]) == 0
        assert "Reproduced" in capsys.readouterr().out
    assert main(["brief", *cell, "--json", *common]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "brief"
    bad = [["--columns", "response=fish"], [*cell, "--topic", "x"], [], [*cell, "--tag", "fish"]]
    for code, wrong in ((1, [*cell, "-o", "a.pdf"]), *((2, words) for words in bad)):
        assert main(["brief", *wrong, *common]) == code
        assert capsys.readouterr().err.count("\n") == 1
    assert main(["claim", "there is no research on aeration and fish", *common]) == 0
    said = capsys.readouterr().out
    assert "Nothing in this corpus is against it" in said and "TITLE-ABS-KEY(" in said
    assert main(["claim", "there is no research on moon dust", "--json", *common]) == 1
    made = json.loads(capsys.readouterr().out)
    assert (made["about"], made["tags"], made["unread"]) == ("moon dust", {}, ["moon", "dust"])
    assert made["n_with_the_words"] == 0
    assert main(["verify", str(tmp_path / "none.html"), *common]) == 1
