"""A preview made from the snapshot of now is what accepting makes, whatever people ruled on the records it touches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.cells import make_cell_ruling
from corpus.framework import load_framework
from corpus.records import Ruling
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")
BLUE, BIG = ("colour", "blue"), ("size", "big")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        toy.add(opened, [toy.entry("Blue house"), toy.entry("Red house"), toy.entry("Big house"), toy.entry("Hut")])
        yield opened


def rule_on_all(corpus: Corpus) -> None:
    by_title = {record.title: record for record in corpus.records()}
    blue, red, hut = (by_title[name].entries for name in ("Blue house", "Red house", "Hut"))
    corpus.rule(
        Ruling("tag", blue, "added", "size", "big", coded_from="abstract", coded_under=1),
        Ruling("tag", red, "rejected", "colour", "red"),
        Ruling("scope", blue, "out", reason="A toy."),
        Ruling("scope", hut, "in", reason="A house all the same."),
        make_cell_ruling(BLUE, BIG, "rejected", entries=blue),
        make_cell_ruling(BLUE, BIG, "confirmed", "Looked."),
        who="Ada",
    )


@pytest.mark.parametrize(
    "items",
    [
        pytest.param([toy.entry("Small teal house"), toy.entry("Big blue barn")], id="new records alone"),
        pytest.param([toy.entry("Blue house", year="2001")], id="one joins a record that people ruled on"),
        pytest.param([toy.entry("Red house", doi="10.1/a"), toy.entry("Hut", year="1")], id="two join others"),
        pytest.param([toy.entry("Blue house"), toy.entry("Hut?")], id="one is here already, one is held"),
        pytest.param([toy.entry("Hut"), toy.entry("Big house")], id="nothing new"),
    ],
)
@pytest.mark.parametrize("ruled", [False, True], ids=["nobody ruled", "people ruled"])
def test_a_preview_is_what_accepting_makes(corpus: Corpus, items: list, ruled: bool) -> None:
    if ruled:
        rule_on_all(corpus)
    proposed = toy.add(corpus, items, accept=False)
    preview, rows = corpus.snapshot(including=[proposed.id]), toy.frame(corpus, including=[proposed.id])
    corpus.accept(proposed.id)
    after = corpus.snapshot()
    assert rows == toy.frame(corpus)
    assert preview.frame.equals(after.frame)
    assert (preview.cells, preview.year_now) == (after.cells, after.year_now)


def test_what_slept_wakes_in_a_preview(corpus: Corpus) -> None:
    gone = toy.add(corpus, [toy.entry("Big blue mill")])
    (mill,) = (record for record in corpus.records() if record.title == "Big blue mill")
    corpus.rule(
        Ruling("scope", mill.entries, "out", reason="No house."),
        Ruling("tag", mill.entries, "rejected", "size", "big"),
        make_cell_ruling(BLUE, BIG, "rejected", entries=mill.entries),
    )
    corpus.undo(gone.id)
    assert corpus.snapshot().cells.rejected_of(BLUE, BIG) == frozenset()
    again = toy.add(corpus, [toy.entry("Big blue mill")], accept=False)
    preview = corpus.snapshot(including=[again.id])
    (row,) = preview.frame[preview.frame["id"] == mill.id].itertuples()
    assert row.scope == "out"
    assert [preview.has(*tag)[row.Index] for tag in (BLUE, BIG)] == [True, False]
    assert preview.cells.rejected_of(BLUE, BIG) == {mill.id}


def test_a_plan_of_an_earlier_version_is_counted_from_scratch(corpus: Corpus) -> None:
    one, two = (toy.add(corpus, [toy.entry("Big blue mill", year=year)], accept=False) for year in ("1", "2"))
    corpus.accept(one.id)
    assert len(corpus.snapshot(including=[two.id])) == len(corpus.snapshot()) == 5
