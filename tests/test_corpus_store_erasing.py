"""Erasing: the text is gone from everywhere in the file, and the id stays as a tombstone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toy

from corpus.errors import UnknownIdError
from corpus.framework import load_framework
from corpus.records import Rejected
from corpus.store import Corpus, housekeeping, planning

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        yield opened


def test_erasing_removes_the_text_everywhere_and_leaves_a_tombstone(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red zanzibarian house", abstract="Quetzalcoatlus"), toy.entry("Blue house")])
    entry = next(r for r in corpus.records() if "zanzibarian" in (r.title or "")).id
    corpus.erase(entry, "asked by the person concerned", who="Ada")
    assert [r.title for r in corpus.records()] == ["Blue house"]
    with pytest.raises(UnknownIdError, match="asked by the person"):
        corpus.record(entry)
    assert corpus.check() == []
    corpus.close()
    raw = b"".join(p.read_bytes() for p in corpus.path.parent.iterdir())
    assert b"zanzibarian" not in raw.lower()
    assert b"quetzalcoatlus" not in raw.lower()


def all_bytes(corpus: Corpus) -> bytes:
    return b"".join(p.read_bytes() for p in corpus.path.parent.iterdir()).lower()


def test_what_a_rebuild_put_aside_and_what_a_warning_quotes_is_erased_too(corpus: Corpus) -> None:
    house = replace(toy.entry("Red zanzibarian house"), warnings=('"Zanzibarian" is not a DOI.',))
    boat = toy.entry("Blue boat")
    done: Any = toy.add(corpus, [house, boat, *(toy.entry(f"House {n} " + "wide " * n) for n in range(200))])
    assert len(corpus.get_import(done.id).files[0].warnings) == 1
    corpus.erase(boat.id, "a test")
    corpus.rebuild()
    corpus.erase(house.id, "a test")
    assert corpus.get_import(done.id).files[0].warnings == ()
    corpus.close()
    assert b"zanzibarian" not in all_bytes(corpus)


def test_what_was_erased_is_not_let_in_again_and_is_not_counted_as_new(corpus: Corpus) -> None:
    house, boat = toy.entry("Red house"), toy.entry("Blue boat")
    toy.add(corpus, [house])
    corpus.erase(house.id, "asked by the person concerned")
    done: Any = toy.add(corpus, [house, boat, Rejected(3, "?", "cannot be read")])
    assert done.totals == {"found": 3, "new": 1, "merged": 0, "held": 0, "rejected": 2}
    told = [reason for _, reason in done.files[0].warnings]
    assert told == ["This item was erased here and is not let in again: asked by the person concerned"]
    assert [r.title for r in corpus.records()] == ["Blue boat"]
    waits: Any = toy.add(corpus, [toy.entry("Teal boat")], accept=False)
    corpus.erase(toy.entry("Teal boat").id, "a test")
    assert corpus.accept(waits.id).totals["rejected"] == 1


def test_erasing_that_is_interrupted_erases_all_or_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = toy.entry("Red zanzibarian house")
    toy.add(corpus, [entry])

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(housekeeping, "blank_entry", interrupt)
        corpus.erase(entry.id, "a test")
    assert [r.title for r in corpus.records()] == ["Red zanzibarian house"]
    corpus.erase(entry.id, "a test")
    corpus.close()
    assert b"zanzibarian" not in all_bytes(corpus)


@pytest.mark.parametrize("when", ["_fold_all", "_insert_records"])
def test_what_is_erased_while_another_makes_records_of_it_stays_erased(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    old, new = toy.entry("Red house", keywords="zanzibarian"), toy.entry("Blue house", keywords="quetzalcoatlus")
    toy.add(corpus, [old])
    step = getattr(planning, when)
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:

        def erase_first(*given: Any) -> Any:
            monkeypatch.setattr(planning, when, step)
            other.erase(old.id, "a test")
            other.erase(new.id, "a test")
            return step(*given)

        import_id = corpus.start_import()
        items = [toy.entry("Red house", year="1999"), new, toy.entry("Teal house")]
        corpus.stage(import_id, corpus.start_file(import_id, "a.txt", "toy"), items)
        monkeypatch.setattr(planning, when, erase_first)
        corpus.propose(import_id)
        corpus.accept(import_id)
    assert sorted((r.title, r.year) for r in corpus.records()) == [("Red house", 1999), ("Teal house", None)]
    assert corpus.query("SELECT count(*) FROM members WHERE record NOT IN (SELECT no FROM records)") == [(0,)]
    assert corpus.check() == []
    corpus.close()
    raw = all_bytes(corpus)
    assert b"zanzibarian" not in raw and b"quetzalcoatlus" not in raw
