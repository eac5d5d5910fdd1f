"""More like this: what shares a record's telling words comes first; wordllama counts only where it is installed."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import toy

from analysis import embedding
from analysis.similar import Similar, find_similar
from corpus.framework import load_framework
from corpus.records import Record
from corpus.store import Corpus

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")
TITLES = (
    "Herons nesting beside quiet rivers",
    "Rivers and the herons that fish them",
    "Herons of the quiet northern rivers, counted",
    "Boiling water in tall pots",
    "Tall pots and how water boils",
    "An essay",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "c.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        toy.add(opened, [toy.entry(title) for title in TITLES])
        yield opened


def by_title(corpus: Corpus, title: str) -> Record:
    return next(record for record in corpus.records() if record.title == title)


def titles(corpus: Corpus, found: tuple[Similar, ...]) -> list[str | None]:
    return [record.title for record in corpus.records(one.id for one in found)]


def test_the_most_alike_comes_first_and_the_unrelated_not_at_all(corpus: Corpus) -> None:
    found = find_similar(corpus, by_title(corpus, TITLES[0]))
    assert titles(corpus, found) == [TITLES[2], TITLES[1]]
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
    assert set(found[0].words) == {"herons", "quiet", "rivers"}
    assert find_similar(corpus, by_title(corpus, TITLES[0])) == found


def test_singular_and_plural_are_one_word_and_a_limit_is_kept(corpus: Corpus) -> None:
    assert titles(corpus, find_similar(corpus, by_title(corpus, TITLES[3]))) == [TITLES[4]]
    assert len(find_similar(corpus, by_title(corpus, TITLES[0]), n=1)) == 1


def test_a_record_that_shares_no_word_is_like_none(corpus: Corpus) -> None:
    assert find_similar(corpus, by_title(corpus, TITLES[5])) == ()
    assert find_similar(corpus, Record(id="00", entries=("00",))) == ()


def test_without_the_package_there_are_no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "PACKAGE", "no_such_package_of_vectors")
    assert not embedding.is_installed()
    assert embedding.embed(["a text"]) is None


def test_with_the_package_its_vectors_count_and_nothing_is_fetched(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[dict[str, object]] = []

    class Model:
        @classmethod
        def load(cls, **settings: object) -> "Model":
            asked.append(settings)
            return cls()

        def embed(self, texts: list[str], norm: bool) -> np.ndarray:
            assert norm
            return np.array([[1.0, 0.0] if "fish" in text or "beside" in text else [0.0, 1.0] for text in texts])

    package = SimpleNamespace(WordLlama=Model, __file__=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(embedding, "is_installed", lambda: True)
    monkeypatch.setattr(embedding, "import_module", lambda name: package)
    embedding._load.cache_clear()
    found = find_similar(corpus, by_title(corpus, TITLES[0]))
    embedding._load.cache_clear()
    assert titles(corpus, found)[0] == TITLES[1]
    assert asked == [{"cache_dir": tmp_path, "disable_download": True}]
