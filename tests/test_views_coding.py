"""Coding: what the component is told, what its keys do; a rejection lowers its cell at once and nothing undoes it."""

from pathlib import Path
from typing import Any

import pytest
from corpora import ROOT, add, copy_corpus, open_copy, run_page
from stopping import stop_at
from streamlit.testing.v1 import AppTest

from analysis.coverage import cross
from corpus.records import Assignment, Record, Ruling
from corpus.store import Corpus
from ingest.pipeline import Upload, ingest
from views import coding_acts
from views.coding_data import facet_marks, find_spans, list_tags, text_runs, to_record
from views.coding_list import Choices, Work


@pytest.fixture
def path(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    return copy_corpus(corpora_made["tiny"], tmp_path)


def find(corpus: Corpus, word: str) -> Record:
    return next(r for r in corpus.records() if word in (r.title or ""))


def work_on(corpus: Corpus, *words: str) -> Work:
    return Work(Choices(), corpus.version, [find(corpus, word).id for word in words], {}, {}, len(words))


def act(seq: int, kind: str, record: Record, **more: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "record": record.id, **more}


def codes_of(corpus: Corpus, record: Record, facet: str) -> set[str]:
    return {a.tag for a in corpus.assignments(record) if a.facet == facet}


# What is drawn


def test_runs_are_the_text_and_passages_may_lie_in_each_other() -> None:
    text = "Bullying of student nurses"
    runs = text_runs(text, [(0, 8, "b/bullying"), (12, 26, "p/student"), (20, 26, "p/nurse")])
    assert "".join(run for run, _ in runs) == text
    assert runs == [
        ["Bullying", ["b/bullying"]],
        [" of ", []],
        ["student ", ["p/student"]],
        ["nurses", ["p/nurse", "p/student"]],
    ]


def test_words_of_another_entry_are_looked_for_in_the_records_own_text() -> None:
    record = Record(id="r", entries=("r",), title="Nurses and bullying")
    made = Assignment("p", "nurse", "rule", "title", 7, 13, "Nurses")
    assert find_spans(record, [made], [])["title"] == [(0, 6, "p/nurse")]
    lost = Assignment("p", "porter", "rule", "title", 0, 7, "Porters")
    assert find_spans(record, [lost], [])["title"] == []


def test_every_facet_has_a_letter_of_its_own(framework) -> None:  # type: ignore[no-untyped-def]
    marks = facet_marks(framework).values()
    assert len({mark["letter"] for mark in marks}) == len(framework.facets)
    assert len({(mark["hue"], mark["line"]) for mark in marks}) == len(framework.facets)
    assert len(list_tags(framework)) == len(framework.columns)


def test_every_rule_code_on_screen_has_its_words_marked_in_the_text(corpora_made: dict[str, Path]) -> None:
    with open_copy(corpora_made["founding"]) as corpus:
        for record in corpus.records()[:300]:
            assignments = corpus.assignments(record)
            drawn = to_record(corpus.framework, record, assignments, {}, (), [], "")
            marked = {code for text in drawn["texts"] for _, codes in text["runs"] for code in codes}
            assert {f"{a.facet}/{a.tag}" for a in assignments if a.passage} <= marked
            lines = {f"{f['id']}/{c['tag']}": c["by"] for f in drawn["facets"] for c in f["codes"]}
            assert all(lines[f"{a.facet}/{a.tag}"].startswith("rule: “") for a in assignments if a.source == "rule")


def test_a_code_says_who_and_what_is_asked_stands_with_it(path: Path) -> None:
    with open_copy(path) as corpus:
        record = find(corpus, "nurses")
        corpus.rule(Ruling("tag", record.entries, "rejected", "population", "nurse"), who="Ada")
        item = {"facet": "population", "tag": "midwife", "reason": "missed", "probability": 0.81, "row_facet": None}
        rulings = corpus.tag_rulings(record)
        drawn = to_record(corpus.framework, record, corpus.assignments(record), rulings, (), [item], "Osei. 2021.")
        codes = {c["tag"]: c for f in drawn["facets"] if f["id"] == "population" for c in f["codes"]}
        assert codes["nurse"]["state"] == "rejected" and codes["nurse"]["by"].startswith("Ada, ")
        assert (codes["midwife"]["state"], codes["midwife"]["by"]) == ("open", "model suggestion: 81% likely")
        assert drawn["why"] == ["Midwives: the learned model suggests it"]


# What keys do


def test_each_act_is_done_once_though_it_is_sent_again(path: Path) -> None:
    with open_copy(path) as corpus:
        record = find(corpus, "nurses")
        work = work_on(corpus, "nurses", "Pay gap")
        first = act(1, "rule", record, facet="population", tag="nurse", value="rejected")
        second = act(2, "rule", record, facet="population", tag="midwife", value="added")
        coding_acts.take(corpus, work, [first], "Ada", True)
        coding_acts.take(corpus, work, [first, second], "Ada", True)
        assert [(r.tag, r.value, r.who, r.coded_from) for r in corpus.rulings()] == [
            ("nurse", "rejected", "Ada", "abstract"),
            ("midwife", "added", "Ada", "abstract"),
        ]
        assert codes_of(corpus, record, "population") == {"midwife"}
        coding_acts.take(corpus, work, [act(3, "undo", record), act(4, "undo", record)], "Ada", True)
        assert codes_of(corpus, record, "population") == {"nurse"}
        assert work.undo == [] and work.n_checked == 0
        coding_acts.take(corpus, work, [act(5, "undo", record)], "Ada", True)
        assert work.error == ""


def test_a_facet_coded_in_full_confirms_what_it_has(path: Path) -> None:
    with open_copy(path) as corpus:
        record = find(corpus, "nurses")
        work = work_on(corpus, "nurses")
        version = corpus.version
        coding_acts.take(corpus, work, [act(1, "full", record, facet="population")], "Ada", True)
        assert corpus.version == version + 1
        assert [(r.value, r.tag, r.coded_under) for r in corpus.rulings()] == [
            ("confirmed", "nurse", None),
            ("coded", "", corpus.framework.version),
        ]
        assert corpus.snapshot().frame["coded_by"].astype(str).tolist().count("person-abstract") == 1
        coding_acts.take(corpus, work, [act(2, "undo", record)], "Ada", True)
        assert corpus.version == version + 2
        assert corpus.tag_rulings(record) == {}


def test_going_skipping_and_what_may_not_be_done(path: Path) -> None:
    with open_copy(path) as corpus:
        record = find(corpus, "nurses")
        work = work_on(corpus, "nurses", "Pay gap")
        coding_acts.take(corpus, work, [act(1, "go", record, at=1), act(2, "skip", record)], "Ada", False)
        assert work.at == 1 and len(work.ids) == 1 and work.error == ""
        reject = act(3, "rule", record, facet="population", tag="nurse", value="rejected")
        coding_acts.take(corpus, work, [reject], "Ada", False)
        assert work.error == "Only a curator can decide. You can look." and corpus.rulings() == []
        coding_acts.take(corpus, work, [{**reject, "seq": 4, "tag": "no-such"}], "Ada", True)
        assert 'has no tag "no-such"' in work.error
        coding_acts.take(corpus, work, [{**reject, "seq": 5, "value": "maybe"}], "Ada", True)
        assert "not “maybe”" in work.error or 'not "maybe"' in work.error


# A rejection


def test_rejecting_lowers_its_cell_by_one_at_once_and_nothing_brings_it_back(
    corpora_made: dict[str, Path], tmp_path: Path
) -> None:
    def count(corpus: Corpus) -> int:
        coverage = cross(corpus.snapshot().where(), "population", "behaviour", level="tag")
        return int(coverage.observed.loc["nurse", "sexual-harassment"])

    with open_copy(copy_corpus(corpora_made["founding"], tmp_path)) as corpus:
        coverage = cross(corpus.snapshot().where(), "population", "behaviour", level="tag")
        record = corpus.record(coverage.ids("nurse", "sexual-harassment")[0])
        before = count(corpus)
        work = Work(Choices(), corpus.version, [record.id], {}, {}, 1)
        reject = act(1, "rule", record, facet="population", tag="nurse", value="rejected")
        coding_acts.take(corpus, work, [reject], "Ada", True)
        assert count(corpus) == before - 1
        founding = (ROOT / "corpus" / "founding" / "founding.bib").read_bytes()
        again = ingest([Upload("again.bib", founding)], corpus, accept=True, who="Bo")
        assert again.totals["new"] == 0
        assert count(corpus) == before - 1
        corpus.rebuild()
        assert count(corpus) == before - 1
        ruling = corpus.tag_rulings(corpus.record(record.id))["population", "nurse"]
        assert (ruling.value, ruling.who, ruling.at[:2]) == ("rejected", "Ada", "20")
        assert corpus.history()[-3].who == "Ada" and corpus.history()[-3].note == "tag rejected"
        assert find_decision(corpus) == "Ada"


def find_decision(corpus: Corpus) -> str:
    from corpus.history import describe_rulings, list_decisions

    newest = list_decisions(corpus, ("tag",))[0].ruling
    assert describe_rulings(corpus, [newest])[0].startswith("Code rejected, ")
    return newest.who


# The page


def open_page(path: Path, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=("coding", str(path)), default_timeout=90)
    at.query_params.update(query)
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def words(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def test_the_page_lists_what_waits(path: Path) -> None:
    assert "wait to be checked among 3 of 3 records" in words(open_page(path))
    at = open_page(path, why="doubted")
    assert "Nothing of this kind waits to be checked" in words(at)
    at.button(key="coding.everything").click().run()
    assert not at.exception
    assert at.selectbox(key="why").value == ""


def test_many_at_once_with_a_preview_and_one_step_back(path: Path) -> None:
    with open_copy(path) as corpus:
        add(corpus, "@article{m, title={Bullying of nurses at night}, year={2020}, journal={Toil}}")
        record, version = find(corpus, "night"), corpus.version
    at = open_page(path, mode="many", facet="population", tag="nurse")
    at.text_input(key="curator.name").input("Ada").run()
    assert "2 records have this tag by rule alone" in words(at)
    at.multiselect(key="coding.words").set_value(["title:nurses"]).run()
    assert "Preview: 2 records" in [h.value for h in at.header]
    assert ":blue-background[**nurses**]" in words(at)
    at.button(key="coding.bulk.rejected").click().run()
    assert not at.exception
    assert at.success[0].value.startswith("Rejected\\: Nurses, 2 records")
    with open_copy(path) as corpus:
        assert corpus.version == version + 1
        assert codes_of(corpus, record, "population") == set()
        assert {r.who for r in corpus.rulings()} == {"Ada"}
    at.button(key="coding.bulk.undo").click().run()
    with open_copy(path) as corpus:
        assert corpus.version == version + 2
        assert codes_of(corpus, record, "population") == {"nurse"}


def test_making_the_list_can_be_stopped_and_gone_on_with(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = AppTest.from_function(run_page, args=("coding", str(path)), default_timeout=60)
    with monkeypatch.context() as while_clicked:
        said = stop_at(while_clicked, "putting the list in order")
        at.run()
    counted = [(done, of) for what, done, of in said if what == "counting the maps"]
    assert counted == [(done, len(counted)) for done in range(1, len(counted) + 1)] and counted
    at.button(key="coding.making.stop").click().run()
    assert at.info[0].value == "Making the list was stopped. Nothing of it was kept."
    assert "wait to be checked" not in words(at)
    at.button(key="coding.making.again").click().run()
    assert "wait to be checked" in words(at)
    assert not at.exception
