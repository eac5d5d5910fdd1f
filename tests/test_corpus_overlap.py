"""Which records an upload met, and which were here already."""

from pathlib import Path

import pytest
import toy

from corpus.errors import UnknownIdError
from corpus.framework import load_framework
from corpus.overlap import find_met
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")


def test_an_upload_is_compared_with_those_before_it_before_and_after_it_is_accepted(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as corpus:
        first = toy.add(corpus, [toy.entry("Red house"), toy.entry("Blue house")])
        more = [toy.entry("Red house", doi="10.1/x"), toy.entry("Big house"), toy.entry("Big house", year="2001")]
        second = toy.add(corpus, more, accept=False)
        met = find_met(corpus, second.id)
        assert (len(met.records), len(met.already)) == (2, 1)
        corpus.accept(second.id)
        met = find_met(corpus, second.id)
        assert (len(met.records), len(met.already)) == (2, 1)
        before = find_met(corpus, first.id)
        assert (len(before.records), len(before.already), len(before.records & met.records)) == (2, 0, 1)
        corpus.undo(second.id)
        assert find_met(corpus, second.id).records == frozenset()
        with pytest.raises(UnknownIdError):
            find_met(corpus, 99)
