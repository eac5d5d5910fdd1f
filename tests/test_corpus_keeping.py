"""What people keep beside the records: the latest value holds, and none is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.framework import load_framework
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        yield opened


def test_the_latest_value_of_a_name_holds_and_names_come_in_order(corpus: Corpus) -> None:
    corpus.keep("search", "wards", {"query": "ward"}, "Ada")
    corpus.keep("search", "aides", {"query": "aide*"}, "Bea")
    corpus.keep("search", "wards", {"query": "ward*", "years": [2015, None]}, "Cleo")
    corpus.keep("switch", "wards", True, "Ada")
    kept = corpus.kept("search")
    assert [(k.name, k.value, k.who) for k in kept.values()] == [
        ("aides", {"query": "aide*"}, "Bea"),
        ("wards", {"query": "ward*", "years": [2015, None]}, "Cleo"),
    ]
    assert corpus.kept("switch")["wards"].value is True
    assert corpus.kept("table") == {}


def test_what_was_taken_away_can_still_be_read(corpus: Corpus) -> None:
    corpus.keep("search", "Größe 护士", ["é"], "Ada")
    corpus.forget("search", "Größe 护士", "Bea")
    assert corpus.kept("search") == {}
    assert [(k.value, k.who) for k in corpus.kept_before("search", "Größe 护士")] == [(["é"], "Ada"), (None, "Bea")]
    corpus.keep("search", "Größe 护士", [], "Ada")
    assert corpus.kept("search")["Größe 护士"].value == []


def test_keeping_leaves_the_corpus_as_it_is(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house")])
    before = corpus.version
    corpus.keep("search", "red", "red", "Ada")
    assert corpus.version == before
    corpus.rebuild()
    assert corpus.kept("search")["red"].value == "red"
