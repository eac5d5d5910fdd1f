"""Connections go from thread to thread: one is opened for many threads in turn, and none for a file that is gone."""

import threading
from pathlib import Path

import pytest

from corpus.errors import NoCorpusError
from corpus.store import Corpus, lending
from ingest.rules import open_corpus

LAKES = Path(__file__).parent / "cases" / "framework-lakes"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every connection made."""
    made: list[Path] = []

    def connect(path: Path) -> object:
        made.append(path)
        return lending_connect(path)

    lending_connect = lending.connect
    monkeypatch.setattr(lending, "connect", connect)
    return made


def look(corpus: Corpus, seen: list[object]) -> None:
    try:
        seen.append(corpus.version)
    except NoCorpusError as error:
        seen.append(error)


def in_a_thread(corpus: Corpus) -> object:
    seen: list[object] = []
    thread = threading.Thread(target=look, args=(corpus, seen))
    thread.start()
    thread.join()
    return seen[0]


def test_threads_in_turn_share_a_connection(tmp_path: Path, opened: list[Path]) -> None:
    with open_corpus(tmp_path / "c.sqlite", LAKES, create=True) as corpus:
        before = corpus.version
        made = len(opened)
        assert [in_a_thread(corpus) for _ in range(50)] == [before] * 50
        assert len(opened) - made == 1  # this thread keeps its own


def test_threads_at_once_have_one_each(tmp_path: Path, opened: list[Path]) -> None:
    with open_corpus(tmp_path / "c.sqlite", LAKES, create=True) as corpus:
        both, seen = threading.Barrier(2), []

        def look_together() -> None:
            seen.append(corpus.version)
            both.wait()
            seen.append(corpus.version)

        made = len(opened)
        threads = [threading.Thread(target=look_together) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seen) == 4
        assert len(opened) - made == 2
        in_a_thread(corpus)
        assert len(opened) - made == 2


def test_a_file_put_in_its_place_is_seen(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with open_corpus(other, LAKES, create=True) as corpus:
        corpus.keep("search", "a", {"q": "perch"}, "ada")
        corpus.settle()
    with open_corpus(tmp_path / "c.sqlite", LAKES, create=True) as corpus:
        in_a_thread(corpus)
        other.replace(tmp_path / "c.sqlite")
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.append(dict(corpus.kept("search"))))
        thread.start()
        thread.join()
        assert list(found[0]) == ["a"]  # type: ignore[call-overload]


def test_a_file_taken_away_is_named(tmp_path: Path) -> None:
    with open_corpus(tmp_path / "c.sqlite", LAKES, create=True) as corpus:
        in_a_thread(corpus)
        (tmp_path / "c.sqlite").unlink()
        assert isinstance(in_a_thread(corpus), NoCorpusError)
