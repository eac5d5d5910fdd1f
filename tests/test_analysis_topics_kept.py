"""Topics that outlive a process and a growing corpus, sentence vectors for titles, and where the circles stand."""

from pathlib import Path

import numpy as np
import pytest
from pages_toy import LAKES, lakes
from test_analysis_topics import make_texts

from analysis import embedding
from analysis.topics import Topics, TopicText, find_subtopics, find_topics, fit_topics, load_topics, radii
from analysis.topics.identity import match_earlier
from analysis.topics.kept import KIND
from analysis.topics.labels import to_labels
from analysis.topics.layout import lay_out
from corpus.store.visitors import VisitorCorpus
from ingest.pipeline import ingest
from ingest.rules import open_corpus

TITLES = {f"{word} and {other} in {{n}}": 10 for word in ("Dredging", "Aeration") for other in ("algae", "perch")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return lakes(tmp_path / "lakes.sqlite", TITLES)


def as_sets(topics: Topics) -> dict[str, tuple[str, ...]]:
    return {topic.id: topic.ids for topic in topics.topics}


def test_a_fit_is_kept_and_found_again_by_the_next_process(path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        told: list[str] = []
        first = find_topics(corpus, 4, progress=lambda what, done, of: told.append(what))
        assert told[0] == "reading records" and "grouping" in told
        assert list(corpus.kept(KIND)) == ["4"]
    with open_corpus(path, LAKES) as corpus:
        told.clear()
        again = find_topics(corpus, 4, progress=lambda what, done, of: told.append(what))
        assert (again, told) == (first, [])
        assert list(again.of) == list(first.of)
        assert len(corpus.kept_before(KIND, "4")) == 1


def test_a_visitor_reads_what_is_kept_and_keeps_nothing(path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        visitor = VisitorCorpus(corpus)
        found = find_topics(visitor, 2)
        assert corpus.kept(KIND) == {}
        assert find_topics(corpus, 2) == found
        assert load_topics(visitor, 2, corpus.snapshot()) == found


def test_topics_keep_ids_and_labels_when_records_join_the_corpus(path: Path, tmp_path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        before = find_topics(corpus, 4)
        earlier = corpus.snapshot()
        more = tmp_path / "more.csv"
        rows = [
            f'"Perch and dredging by boat and barge near jetty {chr(97 + k)}{chr(98 + k)}x",2019' for k in range(15)
        ]
        more.write_text("\n".join(["title,year", *rows]), encoding="utf-8")
        ingest([more], corpus)
        after = find_topics(corpus, 4)
        assert corpus.version > earlier.version
        kept = {topic.id: topic.label for topic in before.topics}.items() & {
            t.id: t.label for t in after.topics
        }.items()
        assert len(kept) >= 3
        for topic_id, _ in kept:
            ours, theirs = set(after[topic_id].ids) & set(before.of), set(before[topic_id].ids)
            assert len(ours & theirs) >= 0.5 * len(ours | theirs)
        assert find_topics(corpus, 4, snapshot=earlier) == before  # as it was then
        assert len(corpus.kept_before(KIND, "4")) == 2


def test_the_records_of_a_topic_are_grouped_among_themselves(path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        whole = find_topics(corpus, 2)
        inner = find_subtopics(corpus, whole.topics[0], 2)
        assert set(inner.of) == set(whole.topics[0].ids)
        assert len(inner.topics) == 2
        assert list(corpus.kept(KIND)) == ["2"]


def test_topics_are_matched_by_the_records_both_fits_saw() -> None:
    earlier = dict.fromkeys("abcd", "old") | dict.fromkeys("efgh", "other")
    assert match_earlier([tuple("abxyz"), tuple("efgh")], earlier) == ["old", "other"]  # c and d are gone
    assert match_earlier([tuple("abcde"), tuple("fgh")], earlier) == ["old", "other"]
    assert match_earlier([tuple("aecg"), tuple("bfdh")], earlier) == [None, None]
    assert match_earlier([tuple("ab"), tuple("cd")], earlier) == ["old", None], "an id is given once"
    assert match_earlier([("new",)], {}) == [None]


def test_a_kept_label_gives_way_when_its_words_are_gone() -> None:
    texts = make_texts(20, ("chess", "baking"))
    before = fit_topics(texts, n=2)
    other = [TopicText(t.id, t.title if t.id.startswith("baking") else "sails anchors rudders masts") for t in texts]
    after = fit_topics(other, n=2, previous=before)
    chess, baking = before.of["chess-000"], before.of["baking-000"]
    assert after.of["chess-000"] == chess
    assert set(after[chess].label.split(", ")) <= {"sails", "anchors", "rudders", "masts"}
    assert after[baking].label == before[baking].label
    assert to_labels([("pay", "gap"), ("pay", "gap")], [None, "pay, gap"]) == ["pay, gap (2)", "pay, gap"]


def two_meanings(texts: list[str]) -> np.ndarray:
    """Sentence vectors that know that "rook" and "oven" mean the same, and so do "pawn" and "dough"."""
    draw = np.random.default_rng(1)
    first = np.array([any(word in text for word in ("rook", "oven")) for text in texts])
    return np.where(first[:, None], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]) + 0.01 * draw.standard_normal((len(texts), 3))


def test_sentence_vectors_bring_titles_together_that_share_no_word() -> None:
    words = ("rook", "oven", "pawn", "dough")
    texts = [TopicText(f"{k:03d}", f"{words[k % 4]} {words[k % 4]}s of note {'xyz'[k % 3]}x") for k in range(40)]
    same = [{k % 4 for k in range(40) if k % 4 in pair} for pair in ((0, 1), (2, 3))]
    found = fit_topics(texts, n=2, embed=two_meanings)
    assert found.settings.mostly_titles and found.settings.embedded
    assert [{int(i) % 4 for i in topic.ids} for topic in found.topics] in (same, same[::-1])


def test_sentence_vectors_are_not_asked_for_where_abstracts_say_enough() -> None:
    texts = [TopicText(t.id, "A title", t.title) for t in make_texts(10)]

    def never(_: list[str]) -> np.ndarray:
        raise AssertionError("asked")

    found = fit_topics(texts, n=4, embed=never)
    assert (found.settings.mostly_titles, found.settings.embedded) == (False, False)


def test_without_the_package_titles_are_grouped_by_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "is_installed", lambda: False)
    texts = make_texts(10)
    found = fit_topics(texts, n=4, embed=embedding.embed)
    assert (found.settings.mostly_titles, found.settings.embedded) == (True, False)
    assert as_sets(found) == as_sets(fit_topics(texts, n=4))


def test_circles_do_not_overlap_and_always_stand_in_the_same_places() -> None:
    draw = np.random.default_rng(5)
    middles, sizes = draw.standard_normal((25, 8)), draw.integers(5, 200, 25)
    at, reach = lay_out(middles, sizes), radii(sizes)
    apart = np.linalg.norm(at[:, None] - at[None], axis=2) + np.eye(25) * 9
    assert (apart - reach[:, None] - reach[None, :]).min() > -0.02
    assert np.array_equal(at, lay_out(middles, sizes))
    assert reach[0] ** 2 / reach[1] ** 2 == pytest.approx(sizes[0] / sizes[1])
    alike = lay_out(np.zeros((3, 4)), np.array([10, 10, 10]))  # all in one place at first
    assert np.linalg.norm(alike[0] - alike[1]) > 0.5
    assert lay_out(np.ones((1, 4)), np.array([3])).tolist() == [[0, 0]]
