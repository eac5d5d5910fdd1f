"""Retractions and corrections: what says so, which record it is about, and where a reader sees it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.__main__ import main
from corpus.framework import load_framework
from corpus.notices import find_notices, is_grave, mark_of, read_mark, read_notice, strip_mark
from corpus.records import Author, Record
from corpus.store import Corpus
from ingest.pipeline import ingest
from ingest.rules import open_corpus

ROOT = Path(__file__).parent.parent
FRAMEWORK = load_framework(ROOT / "tests" / "cases" / "framework-toy")


def record(id: str, title: str | None, family: str = "", **fields: object) -> Record:
    authors = tuple(Author(name) for name in family.split())
    return Record(id=id, entries=(id,), title=title, authors=authors, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("RETRACTED: Night shifts and sleep among porters", "retraction"),
        ("Retracted Article: Night shifts and sleep", "retraction"),
        ("RETRACTED ARTICLE. Night shifts and sleep", "retraction"),
        ("[Retracted] Night shifts and sleep", "retraction"),
        ("Night shifts and sleep (Retracted article. See vol. 7, pg. 98, 2010)", "retraction"),
        ("WITHDRAWN: Night shifts and sleep", "withdrawal"),
        ("Retracted papers in sleep research: a survey", None),
        ("Why are articles retracted? A review", None),
        ("Withdrawn behaviour in wards", None),
        ("Night shifts and sleep", None),
        (None, None),
    ],
)
def test_what_a_title_says_of_its_own_work(title: str | None, kind: str | None) -> None:
    found = read_mark(record("a", title))
    assert (found and found[0]) == kind


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param({"publication_types": ("Journal Article", "Retracted Publication")}, "retraction", id="PubMed"),
        pytest.param({"notes": ("Retracted",)}, "retraction", id="a note, as our exports have it"),
        pytest.param({"notes": ("Withdrawn by the authors",)}, "withdrawal", id="a longer note"),
        pytest.param({"notes": ("A note on retracted work",)}, None, id="a note about something else"),
        pytest.param({"publication_types": ("Retraction of Publication",)}, None, id="a notice is not the work"),
    ],
)
def test_what_other_fields_say_of_the_work(fields: dict[str, object], kind: str | None) -> None:
    found = read_mark(record("a", "Night shifts and sleep", **fields))
    assert (found and found[0]) == kind


def test_a_title_without_its_label() -> None:
    assert strip_mark("RETRACTED: Night shifts") == "Night shifts"
    assert strip_mark("Night shifts (Retracted article. See vol. 7, pg. 98, 2010)") == "Night shifts"


WORK = "Night shifts and sleep among hospital porters"


@pytest.mark.parametrize(
    ("title", "fields", "kind", "sure"),
    [
        (f"Retraction: {WORK}", {}, "retraction", True),
        (f"Retraction notice to “{WORK}” [J Toil 12 (2010) 1-5]", {}, "retraction", True),
        (f"Retraction Note: {WORK}", {}, "retraction", True),
        (f"Retraction to: {WORK}", {}, "retraction", False),
        (f"{WORK} (Retraction of vol 29, pg 123, 2010)", {}, "retraction", True),
        (f"Expression of concern: {WORK}", {}, "concern", True),
        (f"Erratum to: {WORK}", {}, "erratum", True),
        (f"Corrigendum to '{WORK}'", {}, "erratum", True),
        (f"Author Correction: {WORK}", {}, "erratum", True),
        (f"Correction: Osei, A.; et al. {WORK}. Toil 2020, 17, 123", {}, "erratum", True),
        (f"Correction to: {WORK}", {}, "erratum", True),
        (f"{WORK} (vol 12, pg 305, 2017)", {}, "erratum", True),
        (f"{WORK} - Erratum", {}, "erratum", False),
        (f"Correction to {WORK}", {}, "erratum", False),
        (WORK, {"type": "erratum"}, "erratum", True),
        (WORK, {"publication_types": ("Retraction of Publication",)}, "retraction", True),
    ],
)
def test_a_notice_is_told_from_its_title_or_type_and_leads_to_its_work(
    title: str, fields: dict[str, object], kind: str, sure: bool
) -> None:
    notice = record("n", title, "Osei", year=2020, **fields)
    pointer = read_notice(notice)
    assert pointer is not None
    assert (pointer.kind, pointer.sure) == (kind, sure)
    work = record("w", f"{WORK.upper()}.", "Osei Berg", year=2019)
    found = find_notices([(notice, ())], lambda name: [], lambda name: [work, notice])
    assert [(n.of, n.by, n.kind) for n in found["w"]] == [("w", "n", kind)]
    assert found["n"] == found["w"]


@pytest.mark.parametrize(
    "title",
    [
        "Retraction of the placenta in rural wards",
        "Withdrawal of life support: what porters see",
        "Corrections officers and sleep",
        "Correction to reimbursement rates for porters",
        "Erratic sleep",
    ],
)
def test_a_work_on_retraction_or_correction_is_no_notice(title: str) -> None:
    assert find_notices([(record("n", title), ())], lambda name: [], lambda name: []) == {}


@pytest.mark.parametrize(
    ("work", "notice"),
    [
        pytest.param(
            record("w", "Sleep among ward porters", "Lund"),
            record("n", "Retraction: Sleep among ward porters", "Osei"),
            id="a short title, other people",
        ),
        pytest.param(
            record("w", WORK, "Osei", year=2022), record("n", f"Retraction: {WORK}", "Osei", year=2019), id="too early"
        ),
        pytest.param(record("w", "Sleep", "Osei"), record("n", "Retraction: Sleep", "Osei"), id="a title too short"),
        pytest.param(
            record("w", f"Erratum to: {WORK}", "Osei"), record("n", f"Erratum to: {WORK}", "Osei"), id="two notices"
        ),
    ],
)
def test_a_notice_is_not_linked_to_what_it_may_not_be_about(work: Record, notice: Record) -> None:
    found = find_notices([(notice, ())], lambda name: [], lambda name: [work])
    assert mark_of("w", found) == ""
    assert mark_of("n", found) != ""


def test_of_two_works_with_one_title_and_authors_the_one_in_the_same_journal_is_meant() -> None:
    works = [record("w", WORK, "Osei", venue="Toil"), record("x", WORK, "Osei", venue="Rest")]
    notice = record("n", f"Erratum to: {WORK}", "Osei", venue="Rest")
    assert "x" in find_notices([(notice, ())], lambda name: [], lambda name: works)
    elsewhere = record("n", f"Erratum to: {WORK}", "Osei", venue="Elsewhere")
    assert set(find_notices([(elsewhere, ())], lambda name: [], lambda name: works)) == {"n"}


def test_a_doi_in_running_text_counts_only_if_it_is_the_only_one() -> None:
    works = {"10.5555/w": record("w", WORK, doi="10.5555/w"), "10.5555/x": record("x", "Other", doi="10.5555/x")}

    def by_id(name: str) -> list[Record]:
        return [works[name.removeprefix("doi:")]]

    one = record("n", "Retraction", abstract="[This retracts the article DOI: 10.5555/W.]", doi="10.5555/n")
    assert mark_of("w", find_notices([(one, ())], by_id, lambda name: [])) == "Retracted"
    two = record("n", "Retraction", abstract="10.5555/w was copied from 10.5555/x.")
    assert set(find_notices([(two, ())], by_id, lambda name: [])) == {"n"}
    assert mark_of("x", find_notices([(two, ["Toil 2010. doi: 10.5555/x."])], by_id, lambda name: [])) == "Retracted"


def test_the_gravest_word_stands_and_a_correction_is_not_grave() -> None:
    some = [
        (record("n", f"Erratum to: {WORK}", "Osei"), ()),
        (record("m", f"Retraction: {WORK}", "Osei"), ()),
        (record("w", f"RETRACTED: {WORK}", "Osei"), ()),
    ]
    found = find_notices(some, lambda name: [], lambda name: [some[2][0]])
    assert [n.by for n in found["w"]] == ["m", "n"]  # that its title says so too adds nothing
    assert mark_of("w", found) == "Retracted"
    assert is_grave("w", found)
    assert mark_of("n", found) == "Correction"
    assert not is_grave("n", found)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", FRAMEWORK, toy.RULES, create=True) as opened:
        yield opened


def test_notices_follow_the_corpus_from_version_to_version(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red houses by the northern canal", author="Osei")])
    (work,) = corpus.records()
    assert corpus.notices() == {}
    later = toy.add(corpus, [toy.entry("Retraction: Red houses by the northern canal", author="Osei")])
    assert mark_of(work.id, corpus.notices()) == "Retracted"
    corpus.rebuild()
    assert mark_of(work.id, corpus.notices()) == "Retracted"
    corpus.undo(later.id)
    assert corpus.notices() == {}
    corpus.redo(later.id)
    assert mark_of(work.id, corpus.notices()) == "Retracted"
    corpus.erase(next(r for r in corpus.records() if r.id != work.id).id, "a test")
    assert corpus.notices() == {}


NBIB = """PMID- 30000001
TI  - Night work and pay among porters.
AU  - Osei A
PT  - Journal Article
DP  - 2018
JT  - Journal of Toil

PMID- 30000002
TI  - Notice from the editors.
AU  - Lund B
PT  - Retraction of Publication
DP  - 2020
JT  - Journal of Toil
ROF - J Toil. 2018;1:1-9. doi: 10.5555/toil.1. PMID: 30000001
"""
XML = """<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>30000003</PMID>
<Article><Journal><JournalIssue><PubDate><Year>2021</Year></PubDate></JournalIssue><Title>J Toil</Title></Journal>
<ArticleTitle>A note.</ArticleTitle></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="ErratumFor"><RefSource>J Toil. 2018;1:1-9</RefSource>
<PMID>30000001</PMID></CommentsCorrections>
<CommentsCorrections RefType="Cites"><RefSource>J Rest. 2011</RefSource><PMID>30000009</PMID></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>
"""


def test_pubmed_names_the_work_of_a_notice_and_every_list_marks_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "toil.sqlite"
    (tmp_path / "toil.nbib").write_text(NBIB, encoding="utf-8")
    (tmp_path / "toil.xml").write_text(XML.replace("A note", "Erratum"), encoding="utf-8")
    with open_corpus(path, ROOT / "corpus" / "framework", create=True) as corpus:
        ingest([tmp_path / "toil.nbib", tmp_path / "toil.xml"], corpus)
        work = next(r for r in corpus.records() if r.pmid == "30000001")
        found = corpus.notices()[work.id]
        assert sorted((n.kind, n.why) for n in found) == [
            ("erratum", "The notice names the PubMed number 30000001."),
            ("retraction", "The notice names the PubMed number 30000001."),
        ]
    options = ["--corpus", str(path)]
    assert main(["search", "night", "--json", *options]) == 0
    assert [r["mark"] for r in json.loads(capsys.readouterr().out)["records"]] == ["Retracted"]
    main(["search", "night", *options])
    assert "[Retracted] Night work and pay among porters" in capsys.readouterr().out
    main(["export", str(tmp_path / "out.csv"), *options])
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        assert {row["pmid"]: row["note"] for row in csv.DictReader(lines)} == {
            "30000001": "Retracted",
            "30000002": "Retraction notice",
            "30000003": "Correction",
        }
    main(["export", str(tmp_path / "out.bib"), "--query", "night", *options])
    assert "note = {Retracted}" in (tmp_path / "out.bib").read_text(encoding="utf-8")
    with open_corpus(tmp_path / "again.sqlite", ROOT / "corpus" / "framework", create=True) as again:
        ingest([tmp_path / "out.bib"], again)
        assert mark_of(again.records()[0].id, again.notices()) == "Retracted"


def test_openalex_says_which_works_are_retracted(tmp_path: Path) -> None:
    works = [
        {"id": "https://openalex.org/W1", "title": "Night work", "type": "article", "is_retracted": True},
        {"id": "https://openalex.org/W2", "title": "Day work", "type": "article", "is_retracted": False},
    ]
    (tmp_path / "works.json").write_text(json.dumps(works), encoding="utf-8")
    with open_corpus(tmp_path / "toil.sqlite", ROOT / "corpus" / "framework", create=True) as corpus:
        ingest([tmp_path / "works.json"], corpus)
        assert {r.title: mark_of(r.id, corpus.notices()) for r in corpus.records()} == {
            "Night work": "Retracted",
            "Day work": "",
        }
