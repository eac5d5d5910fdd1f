"""The benchmark of speed: a corpus whose tables were filled answers as one that records were added to."""

from collections.abc import Iterator

import pytest

from benchmarks import scale, search
from corpus.records import Entry
from corpus.search import find
from corpus.store import Corpus

N = 120


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Corpus, Corpus]]:
    folder = tmp_path_factory.mktemp("scale")
    entries = [
        Entry("made-up", n, f"record {n}", {
            "title": [title], "abstract": [abstract], "venue": [venue], "author": [author], "year": [str(year)],
        })
        for n, (title, abstract, author, venue, year) in enumerate(scale.make_up(N))
    ]  # fmt: skip
    with (
        scale.fill(folder / "filled.sqlite", N, search._EMPTY, search._RULES) as filled,
        search._store(entries, folder / "added.sqlite") as added,
    ):
        yield filled, added


def test_a_filled_corpus_answers_as_one_that_was_added_to(corpora: tuple[Corpus, Corpus]) -> None:
    titles = [title.split() for title in corpora[0].snapshot().frame["title"]]
    for kind, query in scale.ask(titles, 3):
        answers = []
        for corpus in corpora:
            found = find(corpus, query, limit=None)
            answers.append((found.total, sorted(r.title or "" for r in corpus.records(h.id for h in found.hits))))
        assert answers[0] == answers[1], (kind, query)


def test_every_kind_of_search_is_timed(corpora: tuple[Corpus, Corpus], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LACUNA_PEERS", raising=False)
    measured = scale.measure_speed(corpora[0], n=2, peers=True)
    assert tuple(measured["by kind"]) == scale.KINDS
    assert measured["p95_ms"] >= measured["median_ms"] > 0
    assert measured["tantivy"]["state"].startswith("not installed")
