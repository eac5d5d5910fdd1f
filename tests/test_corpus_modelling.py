"""Tags of a learner, where a curator lets them count: marked, undone by the switch, kept by a rebuild, below people."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toy

from corpus.errors import UnknownIdError
from corpus.framework import Framework, load_framework
from corpus.records import Assignment, Fields, Ruling
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


class SynonymModel:
    """Adds red where the word kept for it stands in the title and the rules gave nothing."""

    def __init__(self, word: str) -> None:
        self._word = word

    def assign(
        self, fields: Fields, assignments: Sequence[Assignment], facets: Collection[str]
    ) -> tuple[Assignment, ...]:
        at = (fields.title or "").find(self._word)
        if at < 0 or "colour" not in facets or any(a.facet == "colour" for a in assignments):
            return ()
        return (Assignment("colour", "red", "model", "title", at, at + len(self._word), self._word),)


def read_model(plain: Any, framework: Framework) -> SynonymModel | None:
    return SynonymModel(plain) if isinstance(plain, str) else None


RULES = replace(toy.RULES, read_model=read_model)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "c.sqlite", FRAMEWORK, RULES, create=True) as opened:
        toy.add(opened, [toy.entry("Red house"), toy.entry("Scarlet boat"), toy.entry("Blue boat")])
        opened.keep("learner", "model", "Scarlet", "Ada")
        yield opened


def reds(corpus: Corpus, **how: Any) -> list[str]:
    snapshot = corpus.snapshot(**how)
    return sorted(snapshot.frame["title"][snapshot.has("colour", "red")])


def test_nothing_counts_until_a_facet_is_switched_on_and_nothing_after_it_is_off(corpus: Corpus) -> None:
    assert reds(corpus) == ["Red house"]
    assert corpus.counted_facets() == ()
    before = corpus.version
    corpus.count_learner(["colour"], "Ada")
    assert corpus.version == before + 1
    assert reds(corpus) == ["Red house", "Scarlet boat"]
    assert "tags suggested by the learner are counted for Colour" in corpus.statement
    assert corpus.snapshot().statement == corpus.statement
    event = corpus.history()[-1]
    assert (event.what, event.who) == ("learner", "Ada")
    corpus.count_learner([], "Ada")
    assert reds(corpus) == ["Red house"] and "learner" not in corpus.statement
    assert corpus.version == before + 2


def test_its_tags_say_that_they_are_the_learners_and_by_which_word(corpus: Corpus) -> None:
    corpus.count_learner(["colour"])
    boat = next(r for r in corpus.records() if r.title == "Scarlet boat")
    assert corpus.assignments(boat) == (Assignment("colour", "red", "model", "title", 0, 7, "Scarlet"),)
    house = next(r for r in corpus.records() if r.title == "Red house")
    assert [a.source for a in corpus.assignments(house)] == ["rule"]


def test_a_rebuild_and_a_new_opening_keep_them(corpus: Corpus) -> None:
    corpus.count_learner(["colour"])
    corpus.rebuild()
    assert reds(corpus) == ["Red house", "Scarlet boat"]
    version = corpus.version
    with Corpus.open(corpus.path, FRAMEWORK, RULES) as again:
        assert (again.version, reds(again)) == (version, ["Red house", "Scarlet boat"])
    with Corpus.open(corpus.path, FRAMEWORK, replace(RULES, fingerprint="toy-2")) as changed:
        assert reds(changed) == ["Red house", "Scarlet boat"]
    assert corpus.check() == []


def test_a_new_learner_replaces_what_the_old_one_added(corpus: Corpus) -> None:
    corpus.count_learner(["colour"])
    corpus.keep("learner", "model", "boat", "Ada")
    corpus.refresh_learner("Ada")
    assert reds(corpus) == ["Red house", "Scarlet boat"]
    corpus.keep("learner", "model", "house", "Ada")
    corpus.refresh_learner("Ada")
    assert reds(corpus) == ["Red house"]
    corpus.keep("learner", "model", ["another format"], "Ada")
    corpus.refresh_learner("Ada")
    assert reds(corpus) == ["Red house"]


def test_a_person_outranks_it(corpus: Corpus) -> None:
    corpus.count_learner(["colour"])
    boat = next(r for r in corpus.records() if r.title == "Scarlet boat")
    (rejected,) = corpus.rule(Ruling("tag", boat.entries, "rejected", "colour", "red"), who="Ben")
    assert reds(corpus) == ["Red house"] and corpus.assignments(boat) == ()
    corpus.rule(Ruling("withdrawn", (), str(rejected.number)), who="Ben")
    assert reds(corpus) == ["Red house", "Scarlet boat"]
    # whoever goes through the facet has seen that red is not there
    corpus.rule(Ruling("tag", boat.entries, "added", "colour", "blue", coded_under=2), who="Ben")
    assert reds(corpus) == ["Red house"]
    assert [(a.tag, a.source) for a in corpus.assignments(boat)] == [("blue", "person")]
    # what it had added and a person confirms stays when the switch is off
    corpus.rule(Ruling("tag", boat.entries, "confirmed", "colour", "red", coded_under=2), who="Ben")
    corpus.count_learner([])
    assert reds(corpus) == ["Red house", "Scarlet boat"]


def test_uploads_are_asked_about_in_the_preview_and_after(corpus: Corpus) -> None:
    corpus.count_learner(["colour"])
    proposed = toy.add(corpus, [toy.entry("Scarlet kite")], accept=False)
    assert "Scarlet kite" in reds(corpus, including=(proposed.id,))
    assert "Scarlet kite" not in reds(corpus)
    corpus.accept(proposed.id)
    assert "Scarlet kite" in reds(corpus)


def test_without_a_learner_or_a_known_facet_nothing_is_switched(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "n.sqlite", FRAMEWORK, RULES, create=True) as corpus:
        toy.add(corpus, [toy.entry("Scarlet boat")])
        corpus.count_learner(["colour"])
        assert reds(corpus) == [] and "learner" not in corpus.statement
        with pytest.raises(UnknownIdError):
            corpus.count_learner(["flavour"])
        corpus.keep("learner", "model", "Scarlet", "Ada")
        corpus.refresh_learner()
        assert reds(corpus) == ["Scarlet boat"]


def test_an_erased_entry_leaves_nothing_behind(corpus: Corpus) -> None:
    corpus.count_learner(["colour"])
    boat = next(r for r in corpus.records() if r.title == "Scarlet boat")
    corpus.erase(boat.id, "asked for")
    assert corpus.query("SELECT count(*) FROM modelled") == [(2,)]
