"""Rulings on cells: kept like any other, taken back, looked back on, and asleep while a tag is gone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from corpus.__main__ import main
from corpus.cells import cell_of, make_cell_ruling
from corpus.errors import LacunaError, UnknownIdError
from corpus.framework import load_framework
from corpus.history import describe_rulings, list_decisions
from corpus.records import Ruling
from corpus.store import Corpus
from ingest.pipeline import ingest
from ingest.rules import open_corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")
LAKES = Path(__file__).parent / "cases" / "framework-lakes"
BLUE, BIG = ("colour", "blue"), ("size", "big")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        toy.add(opened, [toy.entry("Blue house"), toy.entry("Big house")])
        yield opened


def test_the_latest_ruling_on_a_cell_holds_whichever_side_is_named_first(corpus: Corpus) -> None:
    before = corpus.version
    (first,) = corpus.rule(make_cell_ruling(BIG, BLUE, "not-applicable", "Means nothing."), who="Ada")
    assert (first.kind, cell_of(first), corpus.version) == ("cell", (BLUE, BIG), before + 1)
    cells = corpus.snapshot().cells
    assert [(p.first, p.second) for p in cells.not_applicable] == [(BLUE, BIG)]
    assert cells.not_applicable[0].reason.startswith("Means nothing. Ruled by Ada, 2")
    corpus.rule(make_cell_ruling(BLUE, BIG, "confirmed", "PubMed, 3 May 2031: nothing"), who="Ben")
    cells = corpus.snapshot().cells
    assert cells.not_applicable == ()
    assert cells.of(BIG, BLUE).value == "confirmed"  # type: ignore[union-attr]
    assert corpus.snapshot(as_of=before + 1).cells.of(BIG, BLUE).value == "not-applicable"  # type: ignore[union-attr]
    assert corpus.snapshot(as_of=before).cells.of(BIG, BLUE) is None


def test_taking_a_ruling_back_leaves_the_one_before_and_history_tells_it(corpus: Corpus) -> None:
    corpus.rule(make_cell_ruling(BLUE, BIG, "not-applicable", "Means nothing."), who="Ada")
    (second,) = corpus.rule(make_cell_ruling(BLUE, BIG, "confirmed", "Looked."), who="Ben")
    corpus.rule(Ruling("withdrawn", (), str(second.number)), who="Cem")
    assert corpus.snapshot().cells.of(BLUE, BIG).who == "Ada"  # type: ignore[union-attr]
    decisions = list_decisions(corpus, ("cell",))
    assert [(d.ruling.value, d.taken_back and d.taken_back.who) for d in decisions] == [
        ("confirmed", "Cem"),
        ("not-applicable", None),
    ]
    said = describe_rulings(corpus, [d.ruling for d in decisions])
    assert said == ["Blue × Big: looked outside, found nothing", "Blue × Big: not applicable"]
    assert corpus.history()[-2].note == "cell confirmed"


def test_a_record_is_rejected_for_a_cell_by_whatever_entry_holds_it(corpus: Corpus) -> None:
    (blue,) = [r for r in corpus.records() if r.title == "Blue house"]
    corpus.rule(make_cell_ruling(BLUE, BIG, "rejected", entries=blue.entries), who="Ada")
    assert corpus.snapshot().cells.rejected_of(BIG, BLUE) == {blue.id}
    assert corpus.snapshot().cells.of(BIG, BLUE) is None
    (ruling,) = corpus.rulings(("cell",))
    assert describe_rulings(corpus, [ruling]) == ["Blue × Big: not about this cell, “Blue house”"]
    corpus.rebuild()
    assert corpus.snapshot().cells.rejected_of(BIG, BLUE) == {blue.id}
    corpus.undo(1)
    assert corpus.snapshot().cells.rejected_of(BIG, BLUE) == frozenset()


def test_a_ruling_sleeps_while_its_tag_is_gone(corpus: Corpus, tmp_path: Path) -> None:
    corpus.rule(make_cell_ruling(BLUE, BIG, "confirmed", "Looked."))
    colour = FRAMEWORK.facet("colour")
    without = replace(colour, tags=tuple(t for t in colour.tags if t.id != "blue"))
    facets = tuple(without if f.id == "colour" else f for f in FRAMEWORK.facets)
    with Corpus.open(corpus.path, replace(FRAMEWORK, facets=facets, fingerprint="smaller"), toy.RULES) as smaller:
        assert smaller.snapshot().cells.standing == {}
        assert [cell_of(r) for r in smaller.vanished_rulings()] == [(BLUE, BIG)]
        said = describe_rulings(smaller, smaller.vanished_rulings())
        assert said[0].startswith("colour: blue, which this framework does not have × Big")
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as back:
        assert list(back.snapshot().cells.standing) == [(BLUE, BIG)]


@pytest.mark.parametrize(
    "ruling, error, words",
    [
        pytest.param(make_cell_ruling(BLUE, BIG, "confirmed"), LacunaError, "needs a reason", id="no reason"),
        pytest.param(make_cell_ruling(BLUE, BLUE, "confirmed", "x"), LacunaError, "two different", id="one tag"),
        pytest.param(make_cell_ruling(BLUE, BIG, "maybe", "x"), LacunaError, "cannot be ruled", id="no such value"),
        pytest.param(make_cell_ruling(BLUE, BIG, "rejected"), LacunaError, "which record", id="no record"),
        pytest.param(make_cell_ruling(BLUE, ("size", "huge"), "confirmed", "x"), UnknownIdError, "huge", id="no tag"),
        pytest.param(make_cell_ruling(("topic", "t1"), BIG, "confirmed", "x"), UnknownIdError, "topic", id="a topic"),
    ],
)
def test_a_ruling_that_says_nothing_is_refused(corpus: Corpus, ruling: Ruling, error: type, words: str) -> None:
    version = corpus.version
    with pytest.raises(error, match=words):
        corpus.rule(ruling)
    assert corpus.version == version


def test_the_command_line_rules_on_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lakes.sqlite"
    source = tmp_path / "a.csv"
    source.write_text("title,year\nDredging and algae in Lake Ulmere,2001\n", encoding="utf-8")
    with open_corpus(path, LAKES, create=True) as corpus:
        ingest([source], corpus)
        (record,) = corpus.records()
    options = ["--corpus", str(path), "--framework", str(LAKES), "--json"]

    def run(*words: str) -> dict[str, object]:
        code = main(["rule", "cell", *words, *options])
        out = json.loads(capsys.readouterr().out)
        assert code == ("error" in out)
        return dict(out)

    said = run("measure=dredging", "response=cost", "confirmed", "--reason", "Scopus: nothing", "--who", "Ada")
    assert said["ruling"]["other_tag"] == "cost"  # type: ignore[index]
    assert "needs a reason" in str(run("measure=dredging", "response=cost", "not-applicable")["error"])
    run("response=fish", "measure=in-lake", "rejected", record.id)
    assert "rule takes" in str(run("measure=dredging", "confirmed")["error"])
    with open_corpus(path, LAKES) as corpus:
        cells = corpus.snapshot().cells
    assert [r.reason for r in cells.standing.values()] == ["Scopus: nothing"]
    assert cells.rejected_of(("measure", "in-lake"), ("response", "fish")) == {record.id}
