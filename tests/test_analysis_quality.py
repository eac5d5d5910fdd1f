"""Quality of the automatic codes: counted with a pencil, from samples and from people's codes; two coders compared."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import toy

from analysis.coverage import cross
from analysis.gaps import absolute_gap, find_gaps, hidden_upper, pair_recall
from analysis.quality import facet_quality, kappa, measured, tag_quality, to_quality, unreliable_tags
from corpus.codings import Coding
from corpus.errors import FileError
from corpus.framework import Framework, load_framework
from corpus.records import Fields, Ruling
from corpus.samples import Sample, keep_sample, load_samples, read_sample, to_codings, unknown_tags
from corpus.snapshot import build_snapshot
from corpus.store import Corpus

RED, BLUE = ("colour", "red"), ("colour", "blue")


@pytest.fixture(scope="module")
def toy_framework() -> Framework:
    return load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def corpus(tmp_path: Path, toy_framework: Framework) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "c.sqlite", toy_framework, toy.RULES, create=True) as opened:
        yield opened


def coding(given: tuple[str, ...] = (), right: tuple[str, ...] = (), wrong: tuple[str, ...] = (), n: int = 1,
           coded: bool = True, alike: bool = True) -> list[Coding]:  # fmt: skip
    def keys(tags: tuple[str, ...]) -> frozenset[tuple[str, str]]:
        return frozenset(("colour", tag) for tag in tags)

    one = Coding("x", Fields(), keys(given), keys(right), keys(wrong), {"colour": 1} if coded else {}, alike)
    return [replace(one, id=str(i)) for i in range(n)]


def lines(*rows: dict[str, object]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def test_found_coded_correct_and_assigned_by_hand(toy_framework: Framework) -> None:
    some = [
        *coding(("red",), ("red",), n=45),
        *coding((), ("red",), n=5),
        *coding(("red", "blue"), ("blue",), n=3),
        *coding(("red",), (), ("red",), coded=False),  # rejected by itself: nobody went through the facet
        *coding(("blue",), (), coded=False),  # nobody said anything of it
    ]
    table = tag_quality(some, toy_framework).set_index("tag")
    red = table.loc["red"]
    assert (red["found"], red["coded"], red["correct"], red["assigned"]) == (45, 50, 45, 49)
    assert (round(red["recall"], 4), round(red["recall_low"], 4)) == (0.9, 0.7864)
    assert red["precision"] == pytest.approx(45 / 49)
    assert red["why"] == ""
    blue = table.loc["blue"]
    assert (blue["found"], blue["coded"], blue["correct"], blue["assigned"]) == (3, 3, 3, 3)
    assert blue["why"] == "fewer than 20 coded examples"
    assert list(table.index) == ["red", "blue"]
    (pooled,) = facet_quality(table.reset_index()).to_dict("records")
    assert (pooled["facet"], pooled["found"], pooled["coded"]) == ("colour", 48, 53)


def test_a_tag_found_too_seldom_is_unreliable_and_says_so(toy_framework: Framework) -> None:
    table = tag_quality([*coding(("red",), ("red",), n=12), *coding((), ("red",), n=12)], toy_framework)
    assert table["why"].tolist() == ["the rules may find fewer than 50% of its records"]
    assert tag_quality([], toy_framework).empty


def test_absence_of_a_tag_newer_than_the_coding_says_nothing(toy_framework: Framework) -> None:
    table = tag_quality(coding(("teal",), ()), toy_framework)
    assert table.empty
    assert tag_quality([replace(coding(("teal",))[0], coded={"colour": 2})], toy_framework)["tag"].tolist() == ["teal"]


def test_only_a_sample_measures_a_facet_elsewhere_a_tag_needs_enough_examples(toy_framework: Framework) -> None:
    people = [*coding(("red",), ("red",), n=20), *coding((), ("blue",), n=19), *coding((), ("red",), n=30, alike=False)]
    assert to_quality([], people, toy_framework) == {RED: (20, 20)}
    sample = coding(("blue",), ("blue",), n=2)
    both = to_quality(sample, people, toy_framework)
    assert both == {RED: (20, 20), BLUE: (2, 21), ("colour", "crimson"): (0, 0), ("colour", "teal"): (0, 0)}
    assert unreliable_tags(both)[BLUE] == "the rules may find fewer than 50% of its records"
    assert RED not in unreliable_tags(both)


def test_the_gap_measures_use_the_quality_of_the_snapshot(toy_framework: Framework) -> None:
    rows = [{"id": f"a{i}", "tags": {"colour": ["red"], "size": ["big"]}} for i in range(40)]
    rows += [{"id": f"b{i}", "tags": {"colour": ["blue"], "size": ["small"]}} for i in range(40)]
    bare = build_snapshot(toy_framework, rows)
    quality = {RED: (45, 50), ("size", "small"): (40, 50), BLUE: (5, 50), ("size", "big"): (45, 50)}

    def row(quality: dict[tuple[str, str], tuple[int, int]], measure: str, colour: str, size: str) -> dict[str, object]:
        found = find_gaps(cross(replace(bare, quality=quality), "colour", "size"), measure)
        (one,) = found[(found["row_tag"] == colour) & (found["column_tag"] == size)].to_dict("records")
        return one

    assert row({}, "relative", "red", "small")["grade"] == "strong"
    assert row(quality, "relative", "red", "small")["grade"] == "strong"
    assert row(quality, "relative", "blue", "big")["grade"] == "suggestive"
    assert "tag unreliable" in row(quality, "relative", "blue", "big")["caveats"]
    assert row(quality, "absolute", "red", "small")["hidden_upper"] == 4  # 45 of 50 and 40 of 50
    assert hidden_upper(0, pair_recall((45, 50), (40, 50))) == 4
    assert "tag unreliable" in row(quality, "absolute", "blue", "big")["caveats"]
    unmeasured = row({}, "absolute", "red", "small")
    assert (unmeasured["hidden_upper"], unmeasured["caveats"]) == (4, ["recall unvalidated"])
    given = absolute_gap(cross(replace(bare, quality=quality), "colour", "size"), recall={})
    assert {"recall unvalidated"} == {c for some in given["caveats"] for c in some}


def test_a_kept_sample_grades_the_corpus_and_stops_when_taken_away(corpus: Corpus) -> None:
    rows = [{"id": str(i), "tags": {"colour": ["red"]}, "title": "Red" if i < 3 else "Scarlet"} for i in range(24)]
    sample = read_sample("mine", lines(*rows))
    keep_sample(corpus, sample, "Ada")
    assert load_samples(corpus) == {"mine": sample}
    snapshot = measured(corpus.snapshot(), corpus)
    assert snapshot.quality[RED] == (3, 24)
    corpus.forget("sample", "mine", "Ada")
    assert measured(corpus.snapshot(), corpus).quality == {}


def test_people_in_the_corpus_are_compared_with_the_rules_not_with_themselves(corpus: Corpus) -> None:
    titles = [f"Red thing {i}" for i in range(15)] + [f"Scarlet thing {i}" for i in range(10)]
    toy.add(corpus, [toy.entry(title, n + 1) for n, title in enumerate(titles)])
    rulings = [Ruling("tag", r.entries, "added", *RED, coded_from="title", coded_under=1) for r in corpus.records()]
    corpus.rule(*rulings, who="Ada")
    assert measured(corpus.snapshot(), corpus).quality == {RED: (15, 25)}
    record = next(r for r in corpus.records() if (r.title or "").startswith("Red"))
    corpus.rule(Ruling("tag", record.entries, "rejected", *RED, coded_under=1), who="Ben")
    assert measured(corpus.snapshot(), corpus).quality == {RED: (14, 24)}


def test_texts_come_from_the_line_the_second_file_or_the_corpus(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red in the corpus")])
    (record,) = corpus.records()
    coded = lines(
        {"id": "a", "tags": {"colour": ["red"]}, "title": "Red here"},
        {"id": "b", "tags": {"colour": ["red"]}},
        {"id": record.id, "tags": {"colour": ["red"]}},
        {"id": "lost", "tags": {"colour": ["red"]}},
        {"id": "out", "tags": {}, "in_scope": False, "title": "Red but out"},
    )
    sample = read_sample("s", coded, lines({"id": "b", "abstract": "A crimson one", "keywords": "x; y"}))
    found = {c.id: c for c in to_codings(sample, corpus)}
    assert set(found) == {"a", "b", record.id}
    assert found["b"].given == {("colour", "crimson"), RED}
    assert found["b"].fields.keywords == ("x", "y")
    assert unknown_tags(sample, corpus.framework) == ()
    assert unknown_tags(read_sample("t", lines({"id": "1", "tags": {"colour": ["puce"]}})), corpus.framework) == (
        ("colour", "puce"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("nonsense", "line 1: it is not JSON", id="not JSON"),
        pytest.param('\n{"tags": {}}', 'line 2: there is no "id"', id="no id"),
        pytest.param('{"id": 1, "tags": ["red"]}', "line 1: there are no tags by facet", id="tags without facets"),
        pytest.param('{"id": 1, "tags": {}}\n{"id": "1", "tags": {}}', "coded twice", id="twice"),
        pytest.param("", "no coded text is in it", id="empty"),
    ],
)
def test_a_sample_that_cannot_be_read_says_where_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(FileError, match=said):
        read_sample("s.jsonl", text)


def make_sample(name: str, *reds: bool) -> Sample:
    return read_sample(
        name, lines(*({"id": str(i), "tags": {"colour": ["red"] if r else []}} for i, r in enumerate(reds)))
    )


def test_kappa_by_hand(toy_framework: Framework) -> None:
    # both 20, only the first 5, only the second 10, neither 15: agreement .7, by chance .5, kappa .4
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    table = kappa(make_sample("a", *first), make_sample("b", *second), toy_framework)
    red = table[table["tag"] == "red"].iloc[0]
    assert (red["n"], red["both"], red["only_first"], red["only_second"]) == (50, 20, 5, 10)
    assert (red["agreement"], red["kappa"]) == (pytest.approx(0.7), pytest.approx(0.4))
    facet = table[table["tag"] == ""].iloc[0]
    assert facet["n"] == 150  # red, crimson and blue; teal is newer
    assert facet["mean_kappa"] == pytest.approx(0.4)
    assert facet["agreement"] == pytest.approx(135 / 150)


def test_kappa_without_variation_or_common_texts_is_not_a_number(toy_framework: Framework) -> None:
    same = kappa(make_sample("a", True, True), make_sample("b", True, True), toy_framework)
    assert np.isnan(same[same["tag"] == "red"].iloc[0]["kappa"])
    assert kappa(make_sample("a", True), read_sample("b", lines({"id": "9", "tags": {}})), toy_framework).empty
