"""The learner: what it suggests, by which words, how sure, and that it is the same every time."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from corpus.codings import Coding, as_whole, load_codings
from corpus.framework import Framework, load_framework
from corpus.records import Assignment, Fields, Ruling
from corpus.store import Corpus
from ingest.tagging.learner import (
    MIN_EXAMPLES,
    Learner,
    fit_learner,
    keep_learner,
    learn,
    load_learner,
    to_learner,
)
from ingest.tagging.learner.report import describe_kinds
from ingest.tagging.learner.validation import measure_calibration
from ingest.tagging.learner.words import count_words, find_words, weigh

_PLACES = ("ward", "clinic", "theatre", "corridor", "office", "canteen", "garden")


def make_codings(n: int = 120, seed: int = 1) -> list[Coding]:
    """Half of the texts speak of red things; people code them red, and the rules find it in a third of them."""
    draw = random.Random(seed)
    found = []
    for i in range(n):
        red = i % 2 == 0
        thing = draw.choice(("vermilion paint", "scarlet cloth") if red else ("azure paint", "indigo cloth"))
        title = f"{thing} seen from the {draw.choice(_PLACES)} near the {draw.choice(_PLACES)}"
        right = frozenset({("colour", "red")}) if red else frozenset()
        given = right if i % 6 == 0 else frozenset()
        found.append(Coding(f"{i:03d}", Fields(title=title), given, right, coded={"colour": 1}))
    return found


@pytest.fixture(scope="module")
def toy_framework() -> Framework:
    return load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def coded(tmp_path: Path, toy_framework: Framework) -> Iterator[Corpus]:
    """A hundred records of which a person coded the colour; the rules know "red", not "scarlet"."""
    with Corpus.open(tmp_path / "c.sqlite", toy_framework, toy.RULES, create=True) as corpus:
        things = [f"{'Scarlet cloth' if i % 2 else 'Azure paint'}, sample {i}" for i in range(100)]
        toy.add(corpus, [toy.entry(thing, i + 1) for i, thing in enumerate(things)])
        rulings = [
            Ruling(
                "tag", r.entries, "added", "colour", "red" if "Scarlet" in (r.title or "") else "blue", coded_under=1
            )
            for r in corpus.records()
        ]
        corpus.rule(*rulings, who="Ada")
        yield corpus


@pytest.fixture(scope="module")
def learner(toy_framework: Framework) -> Learner:
    return fit_learner(make_codings(), toy_framework)


def test_a_missed_tag_is_suggested_with_the_words_that_speak_for_it(learner: Learner) -> None:
    (found,) = learner.suggest(Fields(title="Scarlet cloth in a shop"), ())
    assert (found.facet, found.tag, found.kind) == ("colour", "red", "missed")
    assert found.probability > 0.6
    assert {"scarlet", "scarlet cloth"} & {word for word, _ in found.words}
    weights = [weight for _, weight in found.words]
    assert weights == sorted(weights, reverse=True) and weights[-1] > 0


def test_what_is_settled_given_or_coded_by_a_person_is_not_suggested(learner: Learner) -> None:
    text = Fields(title="Scarlet cloth in a shop")
    assert learner.suggest(text, (), settled=[("colour", "red")]) == ()
    assert learner.suggest(text, (Assignment("colour", "red", "person"),)) == ()
    assert [s.kind for s in learner.suggest(text, (Assignment("colour", "red", "rule"),))] == []


def test_a_tag_that_the_rules_give_wrongly_is_doubted(toy_framework: Framework) -> None:
    red = frozenset({("colour", "red")})
    codings = [replace(c, given=red) if "indigo" in (c.fields.title or "") else c for c in make_codings(120)]
    fitted = fit_learner(codings, toy_framework)
    (found,) = fitted.suggest(Fields(title="Indigo cloth near the ward"), (Assignment("colour", "red", "rule"),))
    assert (found.kind, found.tag) == ("doubted", "red")
    assert found.probability < 0.25
    assert any("indigo" in word for word, _ in found.words)


def test_the_same_codes_in_any_order_give_the_same_learner(toy_framework: Framework, learner: Learner) -> None:
    shuffled = make_codings()
    random.Random(9).shuffle(shuffled)
    assert fit_learner(shuffled, toy_framework).to_plain() == learner.to_plain()


def test_a_kept_learner_says_the_same(toy_framework: Framework, learner: Learner) -> None:
    again = to_learner(json.loads(json.dumps(learner.to_plain())), toy_framework)
    assert again is not None
    text = Fields(title="Vermilion paint in the garden")
    assert again.suggest(text, ()) == learner.suggest(text, ())
    assert again.validation == learner.validation
    assert to_learner({"format": 0}, toy_framework) is None


def test_probabilities_hold_on_texts_not_seen(learner: Learner) -> None:
    found = learner.validation
    assert found.n == 120
    assert found.brier < 0.05 < found.brier_constant
    assert found.calibration_error < 0.15
    row = found.facets["colour"]
    assert (row.rules.recall, row.rules.precision) == (pytest.approx(1 / 3), 1.0)
    assert row.with_model.recall is not None and row.with_model.recall > 0.9
    assert row.added >= row.added_right > 30


def test_tags_with_too_few_examples_are_left_out_and_listed(learner: Learner, toy_framework: Framework) -> None:
    assert [model.key for model in learner.tags] == [("colour", "red")]
    assert dict(learner.too_few)["colour", "blue"] == 0
    few = fit_learner(make_codings(2 * MIN_EXAMPLES - 2), toy_framework)
    assert few.tags == () and dict(few.too_few)["colour", "red"] == MIN_EXAMPLES - 1
    assert fit_learner([], toy_framework).suggest(Fields(title="Scarlet"), ()) == ()


def test_absence_counts_only_where_a_person_coded_the_facet() -> None:
    coding = Coding("1", Fields(), frozenset(), frozenset({("a", "x")}), frozenset({("b", "y")}), {"a": 1})
    assert coding.says(("a", "x"), 1) is True
    assert coding.says(("a", "z"), 1) is False
    assert coding.says(("a", "new"), 2) is None
    assert coding.says(("b", "y"), 1) is False
    assert coding.says(("b", "z"), 1) is None


def test_a_facet_left_empty_beside_several_others_counts_as_looked_at(framework: Framework) -> None:
    some = {"population": 1, "behaviour": 1, "design": 2}
    whole = as_whole(Coding("1", Fields(), frozenset(), frozenset(), coded=some), framework)
    assert whole.says(("level", "individual"), 1) is False
    assert whole.says(("design", "news-case"), 2) is False and whole.says(("level", "later"), 2) is None
    two = Coding("1", Fields(), frozenset(), frozenset(), coded={"population": 1, "behaviour": 1})
    assert as_whole(two, framework) is two and two.says(("level", "individual"), 1) is None


def test_as_an_assignment_a_suggestion_points_at_its_strongest_word(learner: Learner) -> None:
    text = Fields(title="Here we saw scarlet cloth.")
    (found,) = learner.assign(text, (), {"colour"})
    assert (found.source, found.tag, found.field) == ("model", "red", "title")
    assert text.title is not None and text.title[found.start : found.end] == found.passage
    assert "scarlet" in found.passage or "cloth" in found.passage
    assert learner.assign(text, (), {"size"}) == ()
    assert learner.assign(text, (Assignment("colour", "red"),), {"colour"}) == ()


def test_of_texts_of_a_kind_it_has_hardly_seen_it_says_nothing(learner: Learner) -> None:
    text = Fields(title="Scarlet cloth in a shop", abstract="Scarlet cloth.")
    assert (learner.knows(has_abstract=False), learner.knows(has_abstract=True)) == (True, False)
    assert learner.suggest(text, ()) == () and learner.assign(text, (), {"colour"}) == ()
    seen = replace(learner, n_abstracts=100, n_examples=100)
    assert [s.tag for s in seen.suggest(text, ())] == ["red"]
    assert seen.suggest(Fields(title="Scarlet cloth in a shop"), ()) == ()
    assert "Of records with an abstract it says nothing" in describe_kinds(learner)


def test_words_are_singular_in_one_spelling_and_pairs_do_not_cross_marks() -> None:
    places = find_words(Fields(title="Nurses' behaviours. Wards", keywords=("ward",)))
    assert places["nurse"] == [("title", 0, 6)]
    assert "nurse behavior" in places and "behavior ward" not in places
    assert count_words(places)["ward"] == 3
    features = weigh({"ward": 1, "odd": 4}, {"ward": 2.0}, [("colour", "red")])
    assert features == {"ward": 1.0, "rule:colour/red": 1.0}


def test_calibration_error_is_the_mean_distance_between_said_and_seen() -> None:
    error, bins = measure_calibration([(0.9, True)] * 8 + [(0.9, False)] * 2 + [(0.1, False)] * 10)
    assert error == pytest.approx(0.1)
    assert bins[9] == (10, 0.9, 0.8) and bins[1] == (10, 0.1, 0.0)


def test_a_corpus_learns_from_peoples_codes_and_keeps_what_it_learned(coded: Corpus) -> None:
    corpus = coded
    assert load_learner(corpus) is None
    said: list[tuple[str, int, int]] = []
    first = learn(corpus, "Ada", progress=lambda *now: said.append(now))
    tags = corpus.framework.columns
    assert said == [("learning tags", n, len(tags)) for n in range(len(tags))]
    assert [model.key[1] for model in first.tags] == ["red", "blue"]
    number = corpus.kept("learner")["model"].number
    keep_learner(corpus, first, "Ada")
    assert corpus.kept("learner")["model"].number == number
    loaded = load_learner(corpus)
    assert loaded is not None and loaded.to_plain() == first.to_plain()


def test_the_rules_own_tags_stand_beside_peoples_codes(coded: Corpus) -> None:
    corpus = coded
    codings = load_codings(corpus)
    reds = [c for c in codings if ("colour", "red") in c.right]
    assert len(codings) == 100 and len(reds) == 50
    assert all(not c.given for c in codings if "scarlet" in (c.fields.title or ""))
    record = corpus.record(reds[0].id)
    corpus.rule(Ruling("scope", record.entries, "out"), who="Ada")
    assert reds[0].id not in {c.id for c in load_codings(corpus)}
