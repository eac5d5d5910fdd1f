"""What people rule outranks the rules, is never asked again, and sleeps and wakes with the entries it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.framework import load_framework
from corpus.records import Ruling
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        yield opened


def test_a_person_outranks_the_rules_and_taking_it_back_restores_them(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house", year="1"), toy.entry("Red house", year="2"), toy.entry("Red house?")])
    a, b = corpus.records()[0].entries if len(corpus.records()[0].entries) == 2 else corpus.records()[1].entries
    question = next(r for r in corpus.records() if r.title == "Red house?").id
    before = toy.contents(corpus)
    assert len(corpus.records()) == 2
    (apart,) = corpus.rule(Ruling("distinct", (a, b)), who="Ada")
    assert len(corpus.records()) == 3
    (together,) = corpus.rule(Ruling("same", (a, question)), who="Ada")
    assert len(corpus.records()) == 2
    assert corpus.record(a).id == corpus.record(question).id != corpus.record(b).id
    assert corpus.held() == []
    corpus.rebuild()
    assert corpus.record(a).id == corpus.record(question).id != corpus.record(b).id
    corpus.rule(Ruling("withdrawn", (), value=str(apart.number)), Ruling("withdrawn", (), value=str(together.number)))
    assert toy.contents(corpus) == before
    assert corpus.check() == []


def test_a_settled_doubt_is_never_asked_again(corpus: Corpus) -> None:
    items = [toy.entry("Red house"), toy.entry("Red house?"), toy.entry("Blue house"), toy.entry("Blue house?")]
    done = toy.add(corpus, items)
    red, blue = sorted(corpus.held(), key=lambda link: corpus.record(link.a).title or "", reverse=True)
    corpus.rule(Ruling("distinct", (red.a, red.b)))
    (joined,) = corpus.rule(Ruling("same", (blue.a, blue.b)))
    assert corpus.held() == []
    toy.add(corpus, items)
    corpus.rebuild()
    assert corpus.held() == []
    assert len(corpus.records()) == 3
    corpus.undo(done.id)
    corpus.redo(done.id)
    assert corpus.held() == []
    corpus.rule(Ruling("withdrawn", (), str(joined.number)))
    assert [(link.a, link.b) for link in corpus.held()] == [(blue.a, blue.b)]


def test_one_question_is_asked_once_however_many_pairs_raise_it(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house"), toy.entry("Red house", year="2001"), toy.entry("Red house?")])
    other = toy.add(corpus, [toy.entry("Blue house"), toy.entry("Blue house?")])
    assert len(corpus.held()) == 2
    assert [link.rule for link in corpus.held(other.id)] == ["question mark"]
    red = next(link for link in corpus.held() if link not in corpus.held(other.id))
    corpus.rule(Ruling("distinct", (red.a, red.b)))
    assert corpus.held() == corpus.held(other.id)


def test_a_code_sleeps_with_its_entry_and_wakes_with_it(corpus: Corpus) -> None:
    done = toy.add(corpus, [toy.entry("Red house")])
    record = corpus.records()[0]
    corpus.rule(Ruling("tag", record.entries, "added", "size", "big", who="Ada"))
    corpus.rule(Ruling("tag", record.entries, "rejected", "colour", "red", who="Ada"))
    assert [(a.facet, a.tag, a.source) for a in corpus.assignments(record)] == [("size", "big", "person")]
    coded = toy.frame(corpus)
    corpus.undo(done.id)
    assert toy.frame(corpus) == []
    toy.add(corpus, [toy.entry("Red house")])
    assert toy.frame(corpus) == coded
    corpus.rebuild()
    assert toy.frame(corpus) == coded


def test_a_code_given_to_a_merged_record_holds_for_both_parts_after_a_split(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house", year="1"), toy.entry("Red house", year="2")])
    record = corpus.records()[0]
    corpus.rule(Ruling("tag", record.entries, "added", "size", "big"))
    corpus.rule(Ruling("distinct", record.entries))
    assert len(corpus.records()) == 2
    assert corpus.snapshot().has("size", "big").tolist() == [True, True]


def test_a_newer_tag_is_not_yet_coded_where_a_person_coded_under_an_older_framework(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house"), toy.entry("Teal house"), toy.entry("Blue house")])
    by_title = {record.title: record for record in corpus.records()}
    for title in ("Red house", "Teal house"):
        corpus.rule(
            Ruling("tag", by_title[title].entries, "added", "colour", "red", coded_from="abstract", coded_under=1)
        )
    snapshot = corpus.snapshot()
    teal = snapshot.column_of["colour", "teal"]
    not_yet = {t: bool(snapshot.not_yet[i, teal]) for i, t in enumerate(snapshot.frame["title"])}
    assert not_yet == {"Red house": True, "Teal house": False, "Blue house": False}
    coded_by = dict(zip(snapshot.frame["title"], snapshot.frame["coded_by"], strict=True))
    assert coded_by == {"Red house": "person-abstract", "Teal house": "person-abstract", "Blue house": "rules-title"}
