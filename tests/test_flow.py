"""The main job from a file to a cell, on another field's framework: nothing here knows the founding one."""

from pathlib import Path

import pytest

from analysis.coverage import cross
from analysis.gaps import find_gaps
from analysis.sentences import make_about, write_gap
from analysis.topics import TopicText, fit_topics
from corpus.records import Ruling
from corpus.search import search
from corpus.store import Corpus
from ingest.pipeline import Upload, ingest
from ingest.rules import open_corpus
from views.map_component import html

LAKES = Path(__file__).parent / "cases" / "framework-lakes"

ROW = "Dredging {n} of a lake with eutrophication;Ekwueme, Obi;{year};Invented Limnology;{abstract}"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return open_corpus(tmp_path / "lakes.sqlite", LAKES, create=True)


def table(n: int) -> bytes:
    rows = ["Title;Authors;Year;Journal;Abstract"]
    rows += [ROW.format(n=i, year=2000 + i, abstract="We removed sediment and measured phosphorus.") for i in range(n)]
    return "\n".join(rows).encode()


def test_from_a_file_to_a_cell_and_back(corpus: Corpus) -> None:
    framework = corpus.framework
    done = ingest([Upload("lakes.csv", table(6))], corpus, source="Invented Database", search_date="2025-03-01")
    assert done.totals["found"] == sum(done.totals[k] for k in ("new", "merged", "held", "rejected")) == 6
    n = len(corpus.snapshot())

    coverage = cross(corpus.snapshot(), "measure", "pressure", level="tag")
    pressure = next(c for c in coverage.columns if coverage.observed.loc["dredging", c.id] == n)
    ids = coverage.ids("dredging", pressure.id)
    assert len(ids) == n

    for record in corpus.records(ids):
        passages = {a.tag: a.passage for a in corpus.assignments(record) if a.facet == "measure"}
        assert passages["dredging"].lower().startswith("dredging")
        (origin,) = corpus.origins(record)
        assert (origin.file, origin.source, origin.search_date) == ("lakes.csv", "Invented Database", "2025-03-01")
        assert corpus.entry(record.id).raw.startswith("Title;Authors")

    corpus.rule(Ruling("tag", (ids[0],), "rejected", "measure", "dredging"), who="Ada")
    again = cross(corpus.snapshot(), "measure", "pressure", level="tag")
    assert again.observed.loc["dredging", pressure.id] == n - 1

    absent = find_gaps(again, "absolute").to_dict("records")[0]
    sentence = write_gap(absent, make_about(again.snapshot))
    assert "No record in this corpus" in sentence
    assert "Invented Database, searched 2025-03-01" in sentence

    hits, total = search(corpus, "sediment measure:dredging")
    assert total == n - 1 == len(hits)
    topics = fit_topics([TopicText(r.id, r.title, r.abstract) for r in corpus.records()])
    assert set(topics.of) == {r.id for r in corpus.records()}
    page = html(again, find_gaps(again, "relative"), records=corpus.records())
    assert framework.facet("measure").label in page
    assert "<script src" not in page

    corpus.undo(done.id)
    assert cross(corpus.snapshot(), "measure", "pressure", level="tag").observed.to_numpy().sum() == 0
