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
from corpus.store import Corpus
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
