"""The store: what comes in is kept, what is undone comes back, whatever the order."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import NewerStoreError, NoCorpusError, NotWritableError, UnknownIdError, WrongStateError
from corpus.framework import load_framework
from corpus.records import Rejected, Ruling
from corpus.store import Corpus, housekeeping, planning, staging
from corpus.store.schema import connect, write, write_unseen

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        yield opened


def test_what_was_found_is_new_merged_held_or_rejected(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house", doi="10.1/a"), toy.entry("Blue house")])
    done = toy.add(
        corpus,
        [
            toy.entry("Red house", doi="10.1/a", year="1999"),  # joins what is there
            toy.entry("Green house"),
            toy.entry("Green house"),  # the very same item again
            toy.entry("Blue house?"),  # in doubt against a record
            toy.entry("Red house", doi="10.1/b"),  # judged distinct
            Rejected(9, "???", "cannot be read"),
            toy.entry(""),
        ],
    )
    assert done.totals == {"found": 7, "new": 2, "merged": 2, "held": 1, "rejected": 2}
    assert [(r.line, r.reason) for r in done.files[0].rejects][1] == (9, "cannot be read")
    assert [r.title for r in corpus.records()].count("Red house") == 2
    assert [(link.rule, link.verdict) for link in corpus.held()] == [("question mark", "held")]
    assert corpus.check() == []


def test_the_second_time_nothing_is_new(corpus: Corpus) -> None:
    items = [toy.entry("Red house"), toy.entry("Red house?"), toy.entry("Blue house", doi="10.1/x")]
    toy.add(corpus, items)
    before = [record for record, _, _ in toy.contents(corpus)]
    again = toy.add(corpus, items)
    assert again.totals == {"found": 3, "new": 0, "merged": 3, "held": 0, "rejected": 0}
    assert [record for record, _, _ in toy.contents(corpus)] == before
    assert len(corpus.origins(before[0])) == 2


def test_a_proposal_is_invisible_until_accepted_and_its_snapshot_is_what_accepting_makes(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house")])
    version = corpus.version
    proposed = toy.add(corpus, [toy.entry("Big blue house"), toy.entry("Red house", doi="10.1/a")], accept=False)
    assert proposed.state == "proposed"
    assert corpus.version == version
    assert len(corpus.records()) == 1
    preview = toy.frame(corpus, including=[proposed.id])
    corpus.accept(proposed.id)
    assert toy.frame(corpus) == preview
    assert corpus.version == version + 1


def test_two_proposals_of_one_work_both_say_new_and_the_second_accepted_says_merged(corpus: Corpus) -> None:
    one = toy.add(corpus, [toy.entry("Red house", year="2001")], accept=False)
    two = toy.add(corpus, [toy.entry("Red house", year="2002")], accept=False)
    assert one.totals["new"] == two.totals["new"] == 1
    assert not corpus.accept(one.id).moved
    accepted = corpus.accept(two.id)
    assert accepted.moved
    assert accepted.totals == {"found": 1, "new": 0, "merged": 1, "held": 0, "rejected": 0}
    assert len(corpus.records()) == 1


def test_undoing_and_redoing_gives_everything_back(corpus: Corpus) -> None:
    first = toy.add(corpus, [toy.entry("Red house", doi="10.1/a"), toy.entry("Blue house")])
    alone = toy.contents(corpus)
    second = toy.add(corpus, [toy.entry("Red house", year="1999"), toy.entry("Small teal house")])
    both = toy.contents(corpus)
    corpus.undo(second.id)
    assert toy.contents(corpus) == alone
    assert corpus.check() == []
    corpus.redo(second.id)
    assert toy.contents(corpus) == both
    corpus.undo(first.id)
    corpus.undo(second.id)
    assert corpus.records() == []
    corpus.redo(second.id)
    corpus.redo(first.id)
    assert [record for record, _, _ in toy.contents(corpus)] == [record for record, _, _ in both]
    assert corpus.check() == []


def test_a_file_whose_import_was_undone_is_new_again(corpus: Corpus) -> None:
    gone = toy.add(corpus, [toy.entry("Red house")])
    corpus.undo(gone.id)
    again = toy.add(corpus, [toy.entry("Red house")])
    assert again.totals["new"] == 1
    assert len(corpus.origins(corpus.records()[0])) == 1


def test_a_preview_that_was_stopped_leaves_nothing_and_nobody_gets_its_text(corpus: Corpus) -> None:
    import_id = corpus.start_import()
    corpus.stage(import_id, corpus.start_file(import_id, "a.txt", "toy"), [toy.entry("Zanzibarian red house")])

    def stop(what: str, done: int, of: int) -> None:
        if what == "indexing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.propose(import_id, stop)
    corpus.drop(import_id)
    assert corpus.query("SELECT 1 FROM record_text WHERE record_text MATCH 'zanzibarian'") == []
    toy.add(corpus, [toy.entry("Blue house")])
    assert [r.title for r in corpus.records()] == ["Blue house"]
    assert corpus.query("SELECT count(*) FROM records") == [(1,)]
    assert corpus.check() == []


def test_states_refuse_steps_that_make_no_sense(corpus: Corpus) -> None:
    done = toy.add(corpus, [toy.entry("Red house")])
    for step in (corpus.accept, corpus.decline, corpus.redo):
        with pytest.raises(WrongStateError, match="is accepted"):
            step(done.id)
    with pytest.raises(UnknownIdError, match="no import 99"):
        corpus.undo(99)
    proposed = toy.add(corpus, [toy.entry("Blue house")], accept=False)
    declined = corpus.decline(proposed.id, "Ada")
    assert (declined.state, declined.declined_by) == ("declined", "Ada")
    assert len(corpus.records()) == 1


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


def test_parents_are_counted_with_their_children(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Crimson house")])
    assert corpus.stats().tags["colour"] == {"red": 1, "crimson": 1}


def test_as_of_equals_what_was(corpus: Corpus) -> None:
    seen = {0: toy.frame(corpus)}
    first = toy.add(corpus, [toy.entry("Red house", doi="10.1/a"), toy.entry("Blue house")])
    seen[corpus.version] = toy.frame(corpus)
    toy.add(corpus, [toy.entry("Red house", year="3"), toy.entry("Small house")])
    seen[corpus.version] = toy.frame(corpus)
    corpus.rule(Ruling("tag", corpus.records()[0].entries, "added", "size", "small"))
    seen[corpus.version] = toy.frame(corpus)
    corpus.undo(first.id)
    seen[corpus.version] = toy.frame(corpus)
    for version, was in seen.items():
        assert toy.frame(corpus, as_of=version) == was, version


def test_any_entry_id_leads_to_the_record_that_holds_it_now(corpus: Corpus) -> None:
    done = toy.add(corpus, [toy.entry("Red house", year="1"), toy.entry("Red house", year="2")])
    record = corpus.records()[0]
    assert {corpus.record(entry).id for entry in record.entries} == {record.id} == {min(record.entries)}
    corpus.undo(done.id)
    with pytest.raises(UnknownIdError, match="no accepted import holds it"):
        corpus.record(record.id)
    with pytest.raises(UnknownIdError, match="Nothing in this corpus"):
        corpus.record("feedfacefeedfacefeed")


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


def test_another_framework_re_tags_and_keeps_rulings_on_tags_it_no_longer_has(corpus: Corpus, tmp_path: Path) -> None:
    toy.add(corpus, [toy.entry("Big teal house")])
    corpus.rule(Ruling("tag", corpus.records()[0].entries, "added", "colour", "blue"))
    smaller = load_framework(Path(__file__).parent / "cases" / "framework-toy")
    colour = replace(smaller.facets[0], tags=tuple(t for t in smaller.facets[0].tags if t.id != "blue"))
    smaller = replace(smaller, facets=(colour, smaller.facets[1]), fingerprint="other")
    version = corpus.version
    with Corpus.open(corpus.path, smaller, toy.RULES) as other:
        assert other.version == version + 1
        assert [r.tag for r in other.vanished_rulings()] == ["blue"]
        assert other.stats().tags == {"colour": {"teal": 1}, "size": {"big": 1}}
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as back:
        assert back.stats().tags == {"colour": {"blue": 1, "teal": 1}, "size": {"big": 1}}


def test_better_rules_improve_every_record_at_once(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house"), toy.entry("Red house?")])
    assert len(corpus.records()) == 2

    def bolder(entries: Any, known: Any = None, progress: Any = None) -> list[Any]:
        return [replace(link, verdict="same") for link in toy.match(entries, known, progress)]

    with Corpus.open(corpus.path, FRAMEWORK, replace(toy.RULES, match=bolder, fingerprint="toy-2")) as other:
        assert len(other.records()) == 1
        assert other.check() == []


def test_a_half_read_import_of_a_dead_process_is_dropped_at_the_next_open(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house")])
    before = toy.contents(corpus)
    script = (
        "import os, sys; sys.path[:0] = sys.argv[1:3]\n"
        "import toy, test_corpus_store as t; from pathlib import Path; from corpus.store import Corpus\n"
        "c = Corpus.open(Path(sys.argv[3]), t.FRAMEWORK, toy.RULES)\n"
        "i = c.start_import(); f = c.start_file(i, 'x', 'toy'); c.stage(i, f, [toy.entry('Blue house')])\n"
        "os._exit(9)"
    )
    tests = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(tests), str(tests.parent), str(corpus.path)], check=False
    )
    assert done.returncode == 9
    assert toy.contents(corpus) == before
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as other:
        assert [i.state for i in other.imports()] == ["accepted"]
        assert other.check() == []
        assert toy.contents(other) == before


def test_a_second_connection_reads_throughout_and_sees_the_change_at_its_next_look(corpus: Corpus) -> None:
    with Corpus.open(corpus.path, FRAMEWORK, toy.RULES) as reader:
        assert len(reader.snapshot()) == 0
        proposed = toy.add(corpus, [toy.entry("Red house")], accept=False)
        assert len(reader.snapshot()) == 0
        corpus.accept(proposed.id)
        assert len(reader.snapshot()) == 1


def test_a_store_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with Corpus.open(path, FRAMEWORK, toy.RULES, create=True) as old:
        toy.add(old, [toy.entry("Red house"), toy.entry("Red house?")])
        was = toy.contents(old)
    db = sqlite3.connect(path)
    db.execute("DELETE FROM record_text_config WHERE k = 'hashsize'")
    db.executescript("""DROP TABLE facts; CREATE TABLE facts (entry INTEGER PRIMARY KEY, data BLOB NOT NULL);
                        DROP TABLE kept; DROP TABLE modelled; DROP INDEX held_links;
                        ALTER TABLE imports DROP COLUMN declined_by;
                        ALTER TABLE imports DROP COLUMN declined_at; ALTER TABLE rulings DROP COLUMN other_facet;
                        ALTER TABLE rulings DROP COLUMN other_tag; PRAGMA user_version = 1""")
    db.close()
    with Corpus.open(path, FRAMEWORK, toy.RULES) as corpus:
        assert toy.contents(corpus) == was
        assert len(corpus.held()) == 1
        assert [i.declined_by for i in corpus.imports()] == [""]
        assert corpus.kept("search") == {}
        toy.add(corpus, [toy.entry("Red house", year="1999"), toy.entry("Blue house")])
        assert [(r.title, r.year, len(r.entries)) for r in sorted(corpus.records(), key=lambda r: r.title or "")] == [
            ("Blue house", None, 1),
            ("Red house", 1999, 2),
            ("Red house?", None, 1),
        ]
        assert corpus.query("SELECT v FROM record_text_config WHERE k = 'hashsize'") == [(8_000_000,)]
        assert corpus.check() == []


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


def test_stores_that_cannot_be_used_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoCorpusError, match="corpus init"):
        Corpus.open(tmp_path / "none.sqlite", FRAMEWORK, toy.RULES)
    newer = tmp_path / "newer.sqlite"
    Corpus.open(newer, FRAMEWORK, toy.RULES, create=True).close()
    db = sqlite3.connect(newer)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(NewerStoreError, match="newer version"):
        Corpus.open(newer, FRAMEWORK, toy.RULES)
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotWritableError, match="cannot be made"):
        Corpus.open(tmp_path / "file" / "sub" / "x.sqlite", FRAMEWORK, toy.RULES, create=True)


@pytest.mark.parametrize(
    ("pragma", "sentence"),
    [
        pytest.param("query_only = ON", "read-only", id="read-only"),
        pytest.param("max_page_count = 1", "disk is full", id="disk full"),
    ],
)
def test_a_store_that_cannot_be_written_says_so_and_changes_nothing(corpus: Corpus, pragma: str, sentence: str) -> None:
    toy.add(corpus, [toy.entry("Red house")])
    before = toy.contents(corpus)
    corpus._db.execute(f"PRAGMA {pragma}")
    with pytest.raises(NotWritableError, match=sentence):
        toy.add(corpus, [toy.entry(f"Blue house {n}", abstract="long " * 2000) for n in range(50)])
    corpus.close()
    assert toy.contents(corpus) == before


ENTRIES = st.builds(
    lambda title, doi, year: toy.entry(title, **({"doi": doi} if doi else {}), **({"year": year} if year else {})),
    st.sampled_from(["Red house", "Red house?", "Blue house", "Crimson big house"]),
    st.sampled_from(["", "10.1/a", "10.1/b"]),
    st.sampled_from(["", "2001", "2002"]),
)
FILES = st.lists(st.lists(ENTRIES, max_size=5), min_size=1, max_size=4)
QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fresh(tmp_path: Path, counter: list[int] = [0]) -> Corpus:  # noqa: B006 (one counter for the whole run)
    counter[0] += 1
    return Corpus.open(tmp_path / f"{counter[0]}.sqlite", FRAMEWORK, toy.RULES, create=True)


def without_lines(corpus: Corpus) -> list[tuple[Any, ...]]:
    return [(record, tags) for record, tags, _ in toy.contents(corpus)]


@QUICK
@given(files=FILES, order=st.randoms(use_true_random=False))
def test_records_do_not_depend_on_the_order_of_files(tmp_path: Path, files: list[list[Any]], order: Any) -> None:
    with fresh(tmp_path) as one, fresh(tmp_path) as other:
        for items in files:
            done = toy.add(one, items)
            assert done.totals["found"] == len(items)
        shuffled = list(files)
        order.shuffle(shuffled)
        for items in shuffled:
            toy.add(other, order.sample(items, len(items)))
        assert without_lines(one) == without_lines(other)
        assert one.check() == other.check() == []


@QUICK
@given(files=FILES, undone=st.sets(st.integers(0, 3)), again=st.booleans())
def test_undoing_equals_never_having_added(
    tmp_path: Path, files: list[list[Any]], undone: set[int], again: bool
) -> None:
    with fresh(tmp_path) as one, fresh(tmp_path) as other:
        imports = [toy.add(one, items) for items in files]
        full = toy.contents(one)
        for n, done in enumerate(imports):
            if n in undone:
                one.undo(done.id)
        for n, items in enumerate(files):
            if n not in undone:
                toy.add(other, items)
        assert without_lines(one) == without_lines(other)
        assert one.check() == []
        if again:
            for n, done in enumerate(imports):
                if n in undone:
                    one.redo(done.id)
            assert toy.contents(one) == full


@QUICK
@given(files=FILES)
def test_nothing_read_twice_adds_anything_and_no_origin_disappears(tmp_path: Path, files: list[list[Any]]) -> None:
    with fresh(tmp_path) as corpus:
        for items in files:
            toy.add(corpus, items)
        before = [r for r in corpus.records()]
        for items in files:
            again = toy.add(corpus, items)
            assert again.totals["new"] == again.totals["held"] == 0
        assert corpus.records() == before
        met = sum(len(corpus.origins(record)) for record in before)
        assert met == 2 * sum(len(items) for items in files)
        rebuilt = without_lines(corpus)
        corpus.rebuild()
        assert without_lines(corpus) == rebuilt


def test_only_what_nobody_sees_yet_is_written_without_waiting_for_the_disk(corpus: Corpus) -> None:
    db = connect(corpus.path)

    def is_waiting() -> bool:
        return bool(db.execute("PRAGMA synchronous").fetchone()[0] >= 2)

    assert is_waiting()
    with write_unseen(db):
        assert not is_waiting()
        db.execute("INSERT INTO unmatched VALUES (1)")
    assert is_waiting()
    with pytest.raises(ValueError), write_unseen(db):
        db.execute("INSERT INTO unmatched VALUES (2)")
        raise ValueError
    assert is_waiting()
    with write(db), write_unseen(db):
        assert is_waiting()
    assert db.execute("SELECT entry FROM unmatched").fetchall() == [(1,)]
    db.close()
