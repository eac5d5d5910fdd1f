"""A sample of another field: one click there, one click back, and nothing of the main collection changes."""

from pathlib import Path

import pytest
from corpora import add as add_file
from corpora import copy_corpus, open_copy
from streamlit.testing.v1 import AppTest

from analysis.gaps import scan
from ingest.pipeline import ingest
from ingest.rules import open_corpus
from views.collections import EXAMPLES, collections

ROOT = Path(__file__).parent.parent
MORE = "@article{more, title = {Bullying of nurses}, author = {Osei, Ama}, year = {2020}, journal = {Made-up Wards}}"


@pytest.fixture
def main(corpora_made, tmp_path, monkeypatch) -> Path:
    path = copy_corpus(corpora_made["tiny"], tmp_path)
    monkeypatch.setenv("LACUNA_CORPUS", str(path))
    return path


def open_app(**query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return " ".join(m.value for m in at.markdown)


def test_another_field_is_one_click_away_and_the_way_back_too(main):
    at = open_app()
    assert "Lacuna sorts 3 records" in said(at)
    at.button(key="collections.try.freshwater").click().run()
    assert not at.exception
    assert "**Restoring lakes, rivers and wetlands.** Lacuna sorts 90 records" in said(at)
    assert "Its references are made up" in said(at)
    assert [b for b in at.button if b.key.startswith("collections.try")] == []
    assert main.with_name("corpus-freshwater.sqlite").exists()
    at.button(key="collections.back").click().run()
    assert "Lacuna sorts 3 records" in said(at)


def test_an_address_may_name_the_sample_and_a_wrong_name_is_the_main_collection(main):
    assert "Lacuna sorts 90 records" in said(open_app(collection="freshwater"))
    assert "Lacuna sorts 3 records" in said(open_app(collection="astronomy"))


def test_what_another_process_adds_is_seen_at_the_next_click(main):
    at = open_app()
    with open_copy(main) as other:
        add_file(other, MORE)
    at.run()
    assert "Lacuna sorts 4 records" in said(at)


def test_a_corpus_that_cannot_be_opened_is_said_in_a_sentence(main):
    main.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    at = open_app()
    assert len(at.error) == 1


def test_every_sample_is_tagged_in_scope_and_has_gaps_to_compare(tmp_path):
    for one in collections():
        if not one.is_sample:
            continue
        with open_corpus(tmp_path / f"{one.id}.sqlite", one.framework, create=True) as corpus:
            done = ingest(one.first_files, corpus)
            snapshot = corpus.snapshot()
            assert done.totals["rejected"] == done.totals["held"] == 0
            assert done.totals["new"] == len(snapshot) == 90
            assert not snapshot.frame["suggested_out"].any()
            for facet in corpus.framework.facets:
                assert snapshot.tags[:, snapshot.facet_columns(facet.id)].getnnz(axis=1).mean() > 0.8
            assert (scan(snapshot)["grade"] != "not comparable").any()
    assert {path.name for path in EXAMPLES.iterdir()} == {one.id for one in collections() if one.is_sample}
