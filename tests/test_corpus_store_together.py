"""Two people or processes at one store at the same moment: the quicker one counts, and neither takes from the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toy

from corpus.errors import WrongStateError
from corpus.framework import load_framework
from corpus.store import Corpus, staging

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("mine", "theirs", "before", "after", "n"),
    [
        ("accept", "decline", "proposed", "declined", 0),
        ("decline", "accept", "proposed", "accepted", 1),
        ("accept", "accept", "proposed", "accepted", 1),
        ("undo", "undo", "accepted", "undone", 0),
        ("redo", "redo", "undone", "accepted", 1),
    ],
)
def test_of_two_people_who_decide_on_an_upload_at_once_the_quicker_one_counts(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, mine: str, theirs: str, before: str, after: str, n: int
) -> None:
    done: Any = toy.add(corpus, [toy.entry("Red house")], accept=before != "proposed")
    if before == "undone":
        corpus.undo(done.id)
    totals = corpus.get_import(done.id).totals
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:
        look = corpus._expect

        def look_and_wait(import_id: int, state: str) -> None:
            look(import_id, state)
            monkeypatch.setattr(corpus, "_expect", look)
            getattr(other, theirs)(import_id)

        if mine == "decline":  # it looks and writes in one transaction: the other cannot come between
            getattr(other, theirs)(done.id)
        else:
            monkeypatch.setattr(corpus, "_expect", look_and_wait)
        with pytest.raises(WrongStateError, match=f"is {after}; this needs one that is {before}"):
            getattr(corpus, mine)(done.id)
        assert corpus.get_import(done.id).state == after
        assert corpus.get_import(done.id).totals == totals
        assert len(corpus.records()) == n
        assert [event.what for event in corpus.history()].count(theirs) == (theirs != "decline")
        assert corpus.check() == []


def stage_only(corpus: Corpus, *items: Any) -> int:
    import_id = corpus.start_import()
    corpus.stage(import_id, corpus.start_file(import_id, "a.txt", "toy"), items)
    return import_id


def test_an_upload_that_stops_while_another_is_matched_with_it_takes_nothing_along(corpus: Corpus) -> None:
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:
        theirs = stage_only(other, toy.entry("Red house", year="2001"))
        staging.match_new(other._db, toy.RULES, theirs, {}, lambda *_: None)

        def match(*given: Any) -> Any:
            links = toy.match(*given)
            assert [link.verdict for link in links] == ["same"]
            other.drop(theirs)
            return links

        corpus._rules = replace(toy.RULES, match=match)
        done = corpus.accept(corpus.propose(stage_only(corpus, toy.entry("Red house", year="2002"))).id)
    assert done.totals["new"] == 1
    corpus._rules = toy.RULES
    toy.add(corpus, [toy.entry("Blue house")])
    assert sorted(str(r.title) for r in corpus.records()) == ["Blue house", "Red house"]
    assert corpus.query("SELECT count(*) FROM links") == [(0,)]
    assert corpus.check() == []


def test_an_upload_that_stops_while_another_reads_the_same_item_does_not_take_it_away(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:
        theirs = stage_only(other, toy.entry("Red house"))
        derive = staging.derive

        def drop_first(*given: Any) -> Any:
            monkeypatch.setattr(staging, "derive", derive)
            other.drop(theirs)
            return derive(*given)

        monkeypatch.setattr(staging, "derive", drop_first)
        done: Any = toy.add(corpus, [toy.entry("Red house"), toy.entry("Blue house")])
    assert done.totals == {"found": 2, "new": 2, "merged": 0, "held": 0, "rejected": 0}
    assert corpus.check() == []


def test_uploads_are_listed_while_another_is_stopped(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:
        theirs = stage_only(other, toy.entry("Red house"))
        look = corpus.get_import

        def drop_first(import_id: int) -> Any:
            monkeypatch.setattr(corpus, "get_import", look)
            other.drop(theirs)
            return look(import_id)

        monkeypatch.setattr(corpus, "get_import", drop_first)
        assert [done.id for done in corpus.imports()] == [theirs]
    assert corpus.imports() == []


def test_a_second_connection_reads_throughout_and_sees_the_change_at_its_next_look(corpus: Corpus) -> None:
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as reader:
        assert len(reader.snapshot()) == 0
        proposed = toy.add(corpus, [toy.entry("Red house")], accept=False)
        assert len(reader.snapshot()) == 0
        corpus.accept(proposed.id)
        assert len(reader.snapshot()) == 1


def test_two_uploads_read_at_the_same_time_find_each_other(corpus: Corpus) -> None:
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:
        reading = [(c, c.start_import("tester")) for c in (corpus, other)]
        for (c, import_id), year in zip(reading, ("1999", "2001"), strict=True):
            file_id = c.start_file(import_id, "f", "toy")
            c.stage(import_id, file_id, [toy.entry("Red house", year=year), toy.entry(f"House of {year}")])
        for c, import_id in reading:
            c.propose(import_id)
        for c, import_id in reversed(reading):
            c.accept(import_id)
        found = sorted((r.title or "", len(r.entries)) for r in corpus.records())
        assert found == [("House of 1999", 1), ("House of 2001", 1), ("Red house", 2)]
        assert corpus.check() == []
