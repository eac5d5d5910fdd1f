"""What people take away: rejects to correct and add again, the numbers of the flow diagram, the printed report."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corpus.__main__ import main as corpus_main
from corpus.errors import FileError
from corpus.prisma import COLUMNS, count_flow, write_prisma
from corpus.records import Rejected, Ruling
from corpus.store import Corpus, FileReport
from ingest.__main__ import main as ingest_main
from ingest.pipeline import Upload, ingest
from ingest.readers import pick_reader
from ingest.reports import rejects_file, write_rejects
from ingest.rules import open_corpus

LAKES = Path(__file__).parent / "cases" / "framework-lakes"

BIB = "@article{{k{n}, author = {{Vesterholm, Ida}}, title = {{Dredging of pond number {n}}}, year = {{{n}}}}}\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with open_corpus(tmp_path / "c.sqlite", LAKES, create=True) as opened:
        yield opened


def add(corpus: Corpus, name: str, text: str | bytes, **how: Any) -> Any:
    return ingest([Upload(name, text if isinstance(text, bytes) else text.encode())], corpus, **how)


def xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# A file with two good items and two that cannot be read, and what a person would change in the rejects to mend them.
CASES = [
    pytest.param(
        "refs.bib",
        BIB.format(n=2001) + "@article{x1, title = {Aeration of lakes\n" + BIB.format(n=2002) + "title = {A survey},\n"
        "  year = {2004}}\n",
        [("Aeration of lakes", "Aeration of lakes}}"), ("title = {A survey}", "@book{x2,\ntitle = {A survey}")],
        "refs-rejects.bib",
        id="bibtex",
    ),
    pytest.param(
        "refs.txt",
        "TY  - JOUR\nTI  - Dredging\nPY  - 2001\nER  - \n\nKW  - one\nVL  - 4\nER  - \n\n"
        "TY  - JOUR\nTI  - Aeration\nPY  - 2002\nER  - \n\nTY  - JOUR\nVL  - 9\nER  - \n",
        [("KW  - one", "TY  - JOUR\nTI  - Reed beds\nKW  - one"), ("VL  - 9", "VL  - 9\nTI  - Fish removal")],
        "refs-rejects.ris",
        id="ris in .txt",
    ),
    pytest.param(
        "export.nbib",
        "PMID- 31000001\nTI  - Dredging\n\nPMID-\nSTAT- MEDLINE\nOWN - NLM\n\nPMID- 31000002\nTI  - Aeration\n\n"
        "PMID-\nSTAT- Publisher\nOWN - NLM\n",
        [("PMID-\nSTAT- M", "PMID- 31000003\nSTAT- M"), ("PMID-\nSTAT- P", "PMID- 31000004\nSTAT- P")],
        "export-rejects.nbib",
        id="medline",
    ),
    pytest.param(
        "refs.csv",
        'Title;Authors;Year;"Note\n(free)"\nDredging;Vesterholm, I.;2001;a\n;;;lost\n'
        "Aeration;Ekwueme, O.;2002;b\n;;;too\n",
        [(";;;lost", "Reed beds;;1999;lost"), (";;;too", "Fish removal;;;too")],
        "refs-rejects.csv",
        id="semicolon table, a heading over two lines",
    ),
    pytest.param(
        "refs.xlsx",
        xlsx(
            [["Title", "Year", "Note"], ["Dredging", "2001", "a"], ["", "", "lost"], ["Aeration", "2002", ""],
             ["", "", "too"]]
        ),
        [('"","","lost"', '"Reed beds","","lost"'), ('"","","too"', '"Fish removal","","too"')],
        "refs-rejects.csv",
        id="workbook",
    ),
    pytest.param(
        "refs.xml",
        "<PubmedArticleSet>\n"
        + "\n".join(
            f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>{title}</ArticleTitle></Article>"
            "</MedlineCitation></PubmedArticle>"
            for n, title in ((31000001, "Dredging"), (31000002, "Reed <beds"), (31000003, "Aeration"),
                             (31000004, "Fish <removal"))
        )
        + "\n</PubmedArticleSet>\n",
        [("<beds", "beds"), ("<removal", "removal")],
        "refs-rejects.xml",
        id="pubmed xml",
    ),
    pytest.param(
        "refs.xml",
        "<xml><records>\n"
        + "\n".join(
            f'<record><ref-type name="Book">6</ref-type><titles><title>{title}</title></titles></record>'
            for title in ("Dredging", "Reed <beds", "Aeration", "Fish <removal")
        )
        + "\n</records></xml>\n",
        [("<beds", "beds"), ("<removal", "removal")],
        "refs-rejects.xml",
        id="endnote xml",
    ),
    pytest.param(
        "refs.json",
        '[{"id": "1", "type": "book", "title": "Dredging"},\n{"id": "2", "type": "book", "title": Reed beds},\n'
        '{"id": "3", "type": "book", "title": "Aeration"},\n{"id": "4", "type": "book", "title": Fish removal}\n]',
        [("Reed beds", '"Reed beds"'), ("Fish removal", '"Fish removal"')],
        "refs-rejects.json",
        id="csl-json",
    ),
    pytest.param(
        "works.jsonl",
        "\n".join(
            f'{{"id": "https://openalex.org/W{n}", "title": {title}, "abstract_inverted_index": null}}'
            for n, title in enumerate(('"Dredging"', "Reed beds", '"Aeration"', "Fish removal"))
        ),
        [("Reed beds", '"Reed beds"'), ("Fish removal", '"Fish removal"')],
        "works-rejects.jsonl",
        id="openalex lines",
    ),
    pytest.param(
        "refs.enw",
        "%0 Book\n%T Dredging\n\n%0 Book\n%Z lost\n\n%0 Book\n%T Aeration\n\n%0 Book\n%Z too\n",
        [("%Z lost", "%T Reed beds"), ("%Z too", "%T Fish removal")],
        "refs-rejects.enw",
        id="endnote tagged",
    ),
    pytest.param(
        "savedrecs.txt",
        "FN Clarivate\nVR 1.0\nPT J\nTI Dredging\nER\n\nPT J\nVL 4\nER\n\n"
        "PT J\nTI Aeration\nER\n\nPT J\nVL 5\nER\n\nEF\n",
        [("VL 4", "TI Reed beds"), ("VL 5", "TI Fish removal")],
        "savedrecs-rejects.ciw",
        id="web of science",
    ),
    pytest.param(
        "refworks.txt",
        "RT Journal Article\nSR 1\nT1 Dredging\n\nRT Journal Article\nVO 4\n\nRT Journal Article\nT1 Aeration\n\n"
        "RT Journal Article\nVO 5\n",
        [("VO 4", "T1 Reed beds"), ("VO 5", "T1 Fish removal")],
        "refworks-rejects.refworks",
        id="refworks",
    ),
    pytest.param(
        "ovid.txt",
        "<1>\nUnique Identifier\n  771\nTitle\n  Dredging\n\n<2>\nVolume\n  4\n\n"
        "<3>\nTitle\n  Aeration\n\n<4>\nVolume\n  5\n",
        [("Volume\n  4", "Title\n  Reed beds"), ("Volume\n  5", "Title\n  Fish removal")],
        "ovid-rejects.ovid",
        id="ovid",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "corrections", "saved_as"), CASES)
def test_rejects_corrected_and_added_again_add_just_those(
    corpus: Corpus, name: str, text: str | bytes, corrections: list[tuple[str, str]], saved_as: str
) -> None:
    first = add(corpus, name, text)
    assert (first.totals["new"], first.totals["rejected"]) == (2, 2)
    rejects = rejects_file(first.files[0])
    assert rejects is not None
    assert rejects.name == saved_as
    as_it_is = add(corpus, rejects.name, rejects.text)
    assert (as_it_is.totals["new"], as_it_is.totals["merged"]) == (0, 0)
    mended = rejects.text
    for wrong, right in corrections:
        assert mended.count(wrong) == 1
        mended = mended.replace(wrong, right)
    again = add(corpus, rejects.name, mended)
    assert again.totals == {"found": 2, "new": 2, "merged": 0, "held": 0, "rejected": 0}
    assert len(corpus.records()) == 4


def test_a_file_without_rejects_has_none_to_save(corpus: Corpus, tmp_path: Path) -> None:
    done = add(corpus, "refs.bib", BIB.format(n=2001))
    assert rejects_file(done.files[0]) is None
    assert write_rejects(done, tmp_path / "out") == {}


@pytest.mark.parametrize(
    ("given", "format", "name"),
    [
        pytest.param("all.zip/deep\\refs.bib", "bibtex", "refs-rejects.bib", id="in an archive"),
        pytest.param("../../etc/refs", "ris", "refs-rejects.ris", id="no ending, a path"),
        pytest.param('a"b?.CSV', "delimited", "a_b_-rejects.csv", id="characters no folder takes"),
        pytest.param("list.xls", "delimited", "list-rejects.csv", id="a table named .xls"),
    ],
)
def test_rejects_are_named_after_their_file(given: str, format: str, name: str) -> None:
    file = FileReport(given, format, "", None, 0, None, rejects=(Rejected(1, "Title,Year\n,x", "no title"),))
    rejects = rejects_file(file)
    assert rejects is not None
    assert rejects.name == name


def test_a_rejects_file_somebody_may_be_correcting_is_not_written_over(corpus: Corpus, tmp_path: Path) -> None:
    done = add(corpus, "refs.bib", "@article{x, title = {Never closed\n" + BIB.format(n=2001))
    folder = tmp_path / "new" / "rejects"
    (first,) = write_rejects(done, folder).values()
    first.write_text("corrected", encoding="utf-8")
    (second,) = write_rejects(done, folder).values()
    assert (first.name, second.name) == ("refs-rejects.bib", "refs-rejects-2.bib")
    assert first.read_text(encoding="utf-8") == "corrected"
    assert second.read_text(encoding="utf-8") == "@article{x, title = {Never closed\n"
    with pytest.raises(FileError, match="Choose another folder"):
        write_rejects(done, first)


def test_the_command_line_saves_rejects_and_says_what_was_recognised_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "refs.bib"
    path.write_text(
        "@article{x, title = {Never closed\n" + BIB.format(n=3001) + "@article{y, title = {B}}", encoding="utf-8"
    )
    where = ["--corpus", str(tmp_path / "c.sqlite"), "--framework", str(LAKES)]
    assert ingest_main([str(path), "--rejects", str(tmp_path / "out"), *where]) == 0
    said = capsys.readouterr().out
    assert "refs.bib: read as BibTeX (.bib), because line 1 begins with @article." in said
    assert 'refs.bib, line 1: the value of "title" is never closed' in said
    assert 'refs.bib, line 2, kept with a warning: The year "3001" is not one we can take (1500 to 2040).' in said
    assert f'what could not be read is in "{tmp_path / "out" / "refs-rejects.bib"}"' in said
    bad = tmp_path / "bad.ris"
    bad.write_bytes(b"TY  - JOUR\nTI  - A\xff\nER  - \n")
    assert ingest_main([str(bad), "--format", "ris", "--encoding", "utf-8", *where]) == 0
    said = capsys.readouterr().out
    assert "bad.ris: read as RIS, because you named it." in said
    assert "bad.ris: 1 characters could not be decoded and stand as \ufffd." in said


def test_flow_numbers_add_up_per_source_and_after_screening(corpus: Corpus, tmp_path: Path) -> None:
    broken = "@article{x, title = {Never closed\n"
    add(corpus, "a.bib", broken + "".join(BIB.format(n=n) for n in range(2001, 2007)), source="PubMed; via Ovid, 2026")
    add(corpus, "b.bib", "".join(BIB.format(n=n) for n in range(2005, 2010)))
    add(corpus, "c.bib", BIB.format(n=2010), source="ClinicalTrials.gov")
    undone = add(corpus, "d.bib", BIB.format(n=2011))
    corpus.undo(undone.id)
    flow = count_flow(corpus)
    assert flow.databases == {"PubMed; via Ovid, 2026": 7, "b.bib": 5}
    assert flow.registers == {"ClinicalTrials.gov": 1}
    assert (flow.identified, flow.duplicates, flow.unreadable, flow.records) == (13, 2, 1, 10)
    assert (flow.screened, flow.excluded, flow.waiting + flow.suggested_out) == (0, 0, 10)
    records = corpus.records()
    corpus.rule(Ruling("scope", records[0].entries, "in"), Ruling("scope", records[1].entries, "in"))
    corpus.rule(Ruling("scope", records[2].entries, "out", reason="Another field."))
    flow = count_flow(corpus)
    assert (flow.screened, flow.excluded, flow.included) == (3, 1, 2)
    assert flow.records == flow.suggested_out + flow.screened + flow.waiting
    corpus.erase(records[0].id, "Asked for.")
    flow = count_flow(corpus)
    assert flow.identified == flow.duplicates + flow.unreadable + flow.records
    write_prisma(flow, tmp_path / "flow.csv")
    with (tmp_path / "flow.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    n = {row["data"]: row["n"] for row in rows if row["data"] != "NA"}
    assert n["database_results"] == "12"
    assert n["database_specific_results"] == "PubMed via Ovid 2026, 7; b.bib, 5"
    assert (n["register_results"], n["register_specific_results"]) == ("1", "ClinicalTrials.gov, 1")
    assert (n["duplicates"], n["records_excluded"], n["new_studies"]) == (str(flow.duplicates), "1", "NA")
    # What the tool finds its rows and its node labels by.
    assert sum(row["node"].startswith("node") for row in rows) == 22
    assert {row["box"] for row in rows if row["data"] == "NA"} == {"prevstud", "newstud", "othstud"}
    assert all(row["tooltips"] != "NA" for row in rows if row["node"].startswith("node"))


def test_the_flow_of_an_empty_corpus_is_written_too(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--corpus", str(corpus.path), "--framework", str(LAKES)]
    assert corpus_main(["prisma", str(tmp_path / "flow.csv"), *where]) == 0
    assert "fill them in" in capsys.readouterr().out
    with (tmp_path / "flow.csv").open(encoding="utf-8", newline="") as stream:
        n = {row["data"]: row["n"] for row in csv.DictReader(stream)}
    assert (n["database_results"], n["database_specific_results"], n["duplicates"]) == ("0", "0", "0")
    with pytest.raises(FileError, match="cannot be written"):
        write_prisma(count_flow(corpus), tmp_path / "none" / "flow.csv")


def test_rejects_of_a_packed_file_are_those_of_the_file_inside(corpus: Corpus) -> None:
    done = add(corpus, "refs.bib.gz", gzip.compress(b"@article{x, title = {Never closed\n" + BIB.format(n=1).encode()))
    rejects = rejects_file(done.files[0])
    assert rejects is not None
    assert (rejects.name, rejects.text) == ("refs-rejects.bib", "@article{x, title = {Never closed\n")
    assert pick_reader(rejects.name, rejects.text.encode()).reader.id == "bibtex"
