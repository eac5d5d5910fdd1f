"""A topic as terms for a tag: which words are suggested, and that the block fits into a framework."""

import tomllib
from pathlib import Path

import pytest
from pages_toy import LAKES, lakes

from analysis.__main__ import main
from analysis.topics import Topic, find_topics, read_texts, suggest_terms, to_toml
from corpus.framework import load_framework
from corpus.records import Fields
from corpus.store import Corpus
from ingest.rules import open_corpus

# Pike and reeds are in no framework; dredging is.
TITLES = {
    "Northern pike spawning in {n}": 12,
    "Northern pikes spawning and dredging at {n}": 6,
    "Reed beds and dredging of {n}": 15,
    "Dredging again in {n}": 10,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("terms") / "lakes.sqlite", TITLES)


def pike(corpus: Corpus) -> Topic:
    topics = find_topics(corpus, 3)
    return next(t for t in topics.topics if "spawning" in t.words)


def suggest(corpus: Corpus):
    topic = pike(corpus)
    return suggest_terms(
        corpus,
        topic,
        read_texts(corpus, topic.ids),
        lambda words: {(a.facet, a.tag) for a in corpus.tagger.assign(Fields(title=words))},
    )


def test_phrases_of_the_topic_are_suggested_with_their_counts(path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        found = suggest(corpus)
    assert (found.n_inside, found.n_outside) == (18, 25)
    first = found.terms[0]
    assert "pike" in first.text and (first.inside, first.outside) == (18, 0)
    assert not any("reed" in term.text for term in found.terms)
    assert not any(a.text in f"{b.text} " for a in found.terms for b in found.terms if a is not b), "none twice"


def test_what_the_framework_finds_already_is_named_apart(path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        topic = pike(corpus)
        found = suggest_terms(corpus, topic, read_texts(corpus, topic.ids), lambda words: {("a", "b")})
    assert found.terms == ()
    assert found.known[0][1] == (("a", "b"),)


def test_the_block_can_stand_in_a_framework(path: Path, tmp_path: Path) -> None:
    with open_corpus(path, LAKES) as corpus:
        found = suggest(corpus)
        facet = corpus.framework.facets[0].id
        block = to_toml(found, corpus.framework.version)
    (tag,) = tomllib.loads(block)["tags"]
    assert tag["terms"] == [term.text for term in found.terms]
    assert "18 records here, 0 elsewhere" in block
    for file in LAKES.iterdir():
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(
            f"{text}\n{block}" if file.name == f"{facet}.toml" else text, encoding="utf-8"
        )
    assert found.topic.id in load_framework(tmp_path).facet(facet).by_id


def test_the_command_prints_the_block_and_names_a_topic_that_is_not_there(path: Path, capsys) -> None:
    options = ["--corpus", str(path), "--framework", str(LAKES)]
    with open_corpus(path, LAKES) as corpus:
        topic_id = pike(corpus).id
    assert main(["topics", "--terms", topic_id, "--of", "3", *options]) == 0
    assert capsys.readouterr().out.startswith(f'[[tags]]\nid = "{topic_id}"\n')
    assert main(["topics", "--within", topic_id, "--of", "3", "--n", "2", *options]) == 0
    assert "topics (2 asked for)" in capsys.readouterr().out
    assert main(["topics", "--terms", "nothing", *options]) == 1
    assert 'There is no topic "nothing". There are: ' in capsys.readouterr().err


def test_more_topics_than_anyone_looks_through_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["topics", "--n", "100000"])
    assert "ask for 200 at most, then use --within" in capsys.readouterr().err
