"""Every code of a rule has its words: in the text at its offsets, in exports, and over the whole corpus at once."""

import csv
from pathlib import Path

from corpora import copy_corpus, open_copy

from corpus.evidence import count_words, find_earned, load_evidence, load_ruled
from corpus.export import Coded, export
from corpus.records import Ruling
from corpus.store import coding


def test_every_rule_code_of_the_founding_collection_stands_in_its_text(corpora_made: dict[str, Path]) -> None:
    n = 0
    with open_copy(corpora_made["founding"]) as corpus:
        for record in corpus.records():
            texts = corpus.fields_of(record).values()
            for made in corpus.assignments(record):
                if made.source == "person":
                    continue
                n += 1
                assert made.passage.strip(), (record.id, made)
                assert any(coding.text_of(f, made.field)[made.start : made.end] == made.passage for f in texts), made
    assert n > 4000


def test_every_rule_code_of_an_export_has_its_words(corpora_made: dict[str, Path], tmp_path: Path) -> None:
    with open_copy(corpora_made["founding"]) as corpus:
        coded = [Coded(record, corpus.assignments(record)) for record in corpus.records()]
        made = sum(a.source != "person" for item in coded for a in item.assignments)
        export(tmp_path / "out.csv", coded, corpus.framework)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        said = [row["passages"].splitlines() for row in csv.DictReader(lines)]
    assert sum(map(len, said)) == made
    assert any('population=nurse: "nurses" in the title' in some for some in said)


def test_evidence_says_where_a_tag_was_found_best(corpora_made: dict[str, Path]) -> None:
    with open_copy(corpora_made["tiny"]) as corpus:
        snapshot = corpus.snapshot()
        evidence = load_evidence(corpus, snapshot)
        nurses = snapshot.column_of["population", "nurse"]
        row = next(n for n, title in enumerate(snapshot.frame["title"]) if "nurses" in title)
        assert evidence[row, nurses] == 3
        assert evidence.getcol(nurses).nnz == 1
        earned = find_earned(corpus, "population", "nurse")
        assert [(e.record, e.field, e.passage) for e in earned] == [(snapshot.ids[row], "title", "nurses")]
        assert earned[0].before == "Sexual harassment of " and earned[0].after.startswith(" by patients")
        assert count_words(earned) == {("title", "nurses"): 1}


def test_ruled_pairs_and_facets_coded_in_full(corpora_made: dict[str, Path], tmp_path: Path) -> None:
    with open_copy(copy_corpus(corpora_made["tiny"], tmp_path)) as corpus:
        record = next(r for r in corpus.records() if "nurses" in (r.title or ""))
        one, full = corpus.rule(
            Ruling("tag", record.entries, "rejected", "population", "nurse"),
            Ruling("tag", record.entries, "coded", "behaviour", coded_from="abstract", coded_under=2),
        )
        snapshot = corpus.snapshot()
        row = int(snapshot.ids.searchsorted(record.id))
        ruled, coded = load_ruled(corpus, snapshot)
        assert ruled.nnz == 1 and bool(ruled[row, snapshot.column_of["population", "nurse"]])
        assert coded.nnz == 1 and bool(coded[row, list(corpus.framework.by_id).index("behaviour")])
        assert snapshot.frame["coded_by"][row] == "person-abstract"
        assert corpus.vanished_rulings() == []
        corpus.rule(*(Ruling("withdrawn", (), str(r.number)) for r in (one, full)))
        assert [table.nnz for table in load_ruled(corpus, corpus.snapshot())] == [0, 0]


def test_a_facet_coded_in_full_is_coded_for_the_tags_of_now(corpora_made: dict[str, Path], tmp_path: Path) -> None:
    with open_copy(copy_corpus(corpora_made["founding"], tmp_path)) as corpus:
        before = corpus.snapshot()
        column = before.column_of["perspective", "witnesses"]
        row = int(before.not_yet.getcol(column).nonzero()[0][0])
        record = corpus.record(str(before.ids[row]))
        corpus.rule(Ruling("tag", record.entries, "coded", "perspective", coded_from="title", coded_under=2))
        after = corpus.snapshot()
        assert not after.not_yet[row, column]
        assert after.not_yet.getcol(column).nnz == before.not_yet.getcol(column).nnz - 1
        other = after.column_of["behaviour", "structural-barrier"]
        assert after.not_yet[row, other] == before.not_yet[row, other]
