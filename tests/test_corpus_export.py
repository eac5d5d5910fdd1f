"""References out: what we write we read again, and a spreadsheet runs none of it."""

import csv
import io
import json
from dataclasses import replace
from hashlib import sha512
from pathlib import Path

import bibtexparser
import openpyxl
import pandas as pd
import pytest

from corpus.errors import LacunaError
from corpus.export import WRITERS, Coded, defuse, export, write_bib
from corpus.export.tables import to_row
from corpus.framework import Framework, load_framework
from corpus.records import FIELD_NAMES, TYPES, Assignment, Author, Record
from corpus.store import Corpus
from ingest.archives import is_archive
from ingest.normalise import to_fields
from ingest.pipeline import ingest, read_entries
from ingest.readers.decoding import HEAD_BYTES
from ingest.rules import make_rules

FRAMEWORK = load_framework(Path(__file__).parent / "cases" / "framework-toy")

RECORD = Record(
    id="00aa",
    entries=("00aa",),
    title="Pay & rank: 50% of {all} $5 gaps_in #metoo ~ a \\ b in Ålesund",
    authors=(Author("van der Berg", "Jan P."), Author("Union of Porters and Cleaners", corporate=True)),
    authors_cut=True,
    year=2019,
    venue="Journal of Invented & Real Work",
    volume="12",
    issue="3",
    pages="101-119",
    doi="10.5555/a_b.c",
    pmid="12345678",
    pmcid="PMC123456",
    language="en",
    keywords=("pay gap", "rank & file"),
    type="article",
    publication_types=("Journal Article",),
    abstract="First line with 100% certainty. Second: {braces}.",
)
CODED = Coded(RECORD, (Assignment("colour", "crimson"), Assignment("size", "big", "person")))


@pytest.mark.parametrize("suffix", WRITERS)
def test_what_is_written_is_read_again_with_nothing_lost(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"refs.{suffix}"
    export(out, [CODED], FRAMEWORK)
    (entry,) = read_entries(out)
    again = to_fields(entry)  # type: ignore[arg-type]
    for name in FIELD_NAMES:
        assert getattr(again, name) == getattr(RECORD, name), name


def test_codes_go_along_with_their_parents(tmp_path: Path) -> None:
    out = tmp_path / "refs.csv"
    export(out, [CODED], FRAMEWORK)
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (row["colour"], row["size"]) == ("red; crimson", "big")
    text = io.StringIO()
    write_bib(text, [CODED], FRAMEWORK)
    assert "lacuna_colour = {red; crimson}" in text.getvalue()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@x", "\tx", "\rx", "  =x"])
def test_formulas_are_defused(text: str) -> None:
    assert defuse(text) == "'" + text


def test_plain_text_stays_as_it_is() -> None:
    assert defuse("A = b") == "A = b"


def test_an_unknown_ending_is_named(tmp_path: Path) -> None:
    with pytest.raises(LacunaError, match=r"\.bib"):
        export(tmp_path / "refs.docx", [CODED], FRAMEWORK)


# Works that formats find hard: no identifier, no type, a formula, a chapter, a name without spaces between words.
HARD = (
    {"title": "=SUM(A1:A9) and what it did to the porters", "year": 2001, "authors": (Author("Nkemelu", "Ada"),)},
    {"title": "+1 is not enough; a letter on “respect”", "type": "letter", "year": 2003, "venue": "Letters of Rivers"},
    {
        "title": "三级医院护士职场霸凌现状及其影响因素的横断面调查研究",
        "year": 2018,
        "authors": (Author("王", "芳"), Author("李", "娜")),
        "language": "zh",
    },
    {
        "title": "Two lines of one abstract and how porters read them at night",
        "abstract": "AB  - first\nTY  - second \t third.",
        "year": 2011,
    },
    {
        "title": "A chapter on night shifts",
        "type": "chapter",
        "venue": "The Book of Shifts",
        "isbn": "9783161484100",
        "pages": "e12",
        "authors": (Author("Ångström-O'Neil", "Zoë M."),),
        "year": 1999,
    },
    {
        "title": "Porters of the northern rivers: a report to their members",
        "type": "report",
        "authors": (Author("Association of Porters of Ys", corporate=True),),
    },
    {"title": "Notes kept", "notes": ("Seen twice.", "Kept in the cellar."), "pmid": "7654321", "year": 2020},
    {
        "title": "No one told us what the porters of the lakes had seen",
        "mesh": ("Bullying", "Workplace Violence"),
        "keywords": ("porters", "rank"),
        "year": 2007,
    },
    {"title": "Ce que disent les brancardiers", "language": "fr", "original_title": "What porters say", "year": 2016},
    {
        "title": "A page range that goes on and on beside the quiet rivers",
        "pages": "S1-S4",
        "volume": "7",
        "issue": "Suppl 2",
        "venue": "Rivers",
    },
)


@pytest.mark.parametrize("suffix", WRITERS)
def test_what_was_exported_adds_nothing_when_it_is_added_again(
    tmp_path: Path, tiny_framework: Framework, suffix: str
) -> None:
    usual = {"authors": (Author("Nkemelu", "Ada"), Author("Ruiz", "B.")), "year": 2004, "venue": "Journal of Rivers"}
    given = [RECORD]
    for n, hard in enumerate(HARD, 1):
        given.append(Record(id=f"{n:04x}", entries=(f"{n:04x}",), **(usual | hard)))
    first = tmp_path / "first.bib"
    export(first, [Coded(record, ()) for record in given], tiny_framework)
    with Corpus.open(tmp_path / "c.sqlite", tiny_framework, make_rules(), create=True) as corpus:
        assert ingest([first], corpus).totals["new"] == len(given)
        before = {record.title: record for record in corpus.records()}
        out = tmp_path / f"again.{suffix}"
        export(out, [Coded(r, corpus.assignments(r)) for r in before.values()], tiny_framework)
        report = ingest([out], corpus)
        assert report.totals["found"] == len(given)
        assert (report.totals["new"], report.totals["held"], report.totals["rejected"]) == (0, 0, 0)
        assert {record.title: record.authors for record in corpus.records()} == {
            title: record.authors for title, record in before.items()
        }


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("kind", TYPES)
def test_the_type_of_a_work_survives(tmp_path: Path, suffix: str, kind: str | None) -> None:
    record = Record(id="00bb", entries=("00bb",), title="A work", year=2001, venue="Rivers", pmid="123", type=kind)
    out = tmp_path / f"refs.{suffix}"
    export(out, [Coded(record, ())], FRAMEWORK)
    (entry,) = read_entries(out)
    again = to_fields(entry)  # type: ignore[arg-type]
    if (suffix, kind) == ("nbib", "other"):
        kind = None  # PubMed has no word for it
    assert (again.type, again.title, again.year, again.venue) == (kind, "A work", 2001, "Rivers")


@pytest.mark.parametrize("suffix", ["bib", "csv", "xlsx", "json"])
@pytest.mark.parametrize("words", [("nurses, male", "wards"), ("Violence, workplace",), ("rank",)])
def test_a_comma_within_a_keyword_parts_nothing(tmp_path: Path, suffix: str, words: tuple[str, ...]) -> None:
    out = tmp_path / f"refs.{suffix}"
    export(out, [Coded(replace(RECORD, keywords=words), ())], FRAMEWORK)
    (entry,) = read_entries(out)
    assert to_fields(entry).keywords == words  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(
    "authors",
    [
        pytest.param((Author("Porters and Cleaners United", corporate=True),), id="a body with and"),
        pytest.param((Author("Night; Day and Weekend Staff", corporate=True),), id="a body with a semicolon"),
        pytest.param(
            (Author("Rest, Food & Heat Board", corporate=True), Author("Lund", "I.")), id="a body and a person"
        ),
        pytest.param((Author("Lund", "I."), Author("Wards and Words", corporate=True)), id="a person and a body"),
        pytest.param((Author("Plain", "Ida & Ola"),), id="a person with an ampersand"),
        pytest.param((Author("Semi;colon", "A."), Author("Lund", "I.")), id="a person with a semicolon"),
    ],
)
def test_names_come_back_whole_from_tables(tmp_path: Path, suffix: str, authors: tuple[Author, ...], cut: bool) -> None:
    out = tmp_path / f"refs.{suffix}"
    export(out, [Coded(replace(RECORD, authors=authors, authors_cut=cut), ())], FRAMEWORK)
    (entry,) = read_entries(out)
    again = to_fields(entry)  # type: ignore[arg-type]
    assert (again.authors, again.authors_cut) == (authors, cut)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("words", [("rest; food",), ("rest; food", "heat"), ("ward | corridor",), ("one \u00b7 two",)])
def test_a_semicolon_within_a_keyword_or_heading_parts_nothing(
    tmp_path: Path, suffix: str, words: tuple[str, ...]
) -> None:
    out = tmp_path / f"refs.{suffix}"
    export(out, [Coded(replace(RECORD, keywords=words, mesh=words), ())], FRAMEWORK)
    (entry,) = read_entries(out)
    again = to_fields(entry)  # type: ignore[arg-type]
    assert (again.keywords, again.mesh) == (words, words)


def test_what_keeps_names_whole_looks_as_one_would_write_it() -> None:
    authors = (Author("Lund", "I."), Author("Night; Day Staff", corporate=True))
    row = to_row(Coded(replace(RECORD, authors=authors, authors_cut=False, keywords=("a; b", "c")), ()), FRAMEWORK)
    assert row["authors"].replace("\u037e", ";") == "Lund, I.; {Night; Day Staff}"
    assert row["keywords"].replace("\u037e", ";") == "a; b; c"


def test_bibtexparser_reads_the_bibtex(tmp_path: Path) -> None:
    library = bibtexparser.parse_string(written("bib"))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == ["00aa"]
    assert library.entries[0]["lacuna_size"] == "big"


def test_pandas_reads_the_table(tmp_path: Path) -> None:
    frame = pd.read_csv(io.StringIO(written("csv")), dtype=str)
    assert frame.loc[0, ["title", "year", "colour"]].tolist() == [RECORD.title, "2019", "red; crimson"]


def test_the_workbook_holds_text_codes_and_the_words_behind_them(tmp_path: Path) -> None:
    out = tmp_path / "refs.xlsx"
    formula = Record(id="00cc", entries=("00cc",), title='=HYPERLINK("http://x")', abstract="bell\x07", year=1999)
    because = Assignment("colour", "crimson", "rule", "title", 0, 4, "=red")
    export(out, [Coded(formula, (because,))], FRAMEWORK)
    book = openpyxl.load_workbook(out)
    references, codes = book["References"], book["Codes"]
    cells = {heading.value: cell for heading, cell in zip(references[1], references[2], strict=True)}
    assert (cells["title"].value, cells["title"].data_type) == ('\'=HYPERLINK("http://x")', "s")
    assert (cells["year"].value, cells["abstract"].value) == (1999, "bell ")
    assert [cell.value for cell in codes[2]][1:3] == ["colour", "crimson"]
    assert codes[2][-1].value == "'=red"


def test_a_large_workbook_is_a_workbook_and_no_archive(tmp_path: Path) -> None:
    records = [
        Record(
            id=f"{n:04x}",
            entries=(f"{n:04x}",),
            title=f"Work {n}",
            abstract=sha512(bytes([n % 256, n // 256])).hexdigest(),
        )
        for n in range(1500)
    ]
    out = tmp_path / "refs.xlsx"
    export(out, [Coded(record, ()) for record in records], FRAMEWORK)
    assert out.stat().st_size > HEAD_BYTES
    assert not is_archive(out.read_bytes()[:HEAD_BYTES])
    assert [entry.fields["title"] for entry in read_entries(out)] == [[r.title] for r in records]  # type: ignore[union-attr]


def test_codes_stand_where_the_format_has_a_place(tmp_path: Path) -> None:
    ris = written("ris")
    assert "U1  - colour: red; crimson\n" in ris and "U1  - size: big\n" in ris
    (item,) = json.loads(written("json"))
    assert item["custom"]["codes"] == {"colour": ["red", "crimson"], "size": ["big"]}


@pytest.mark.parametrize("suffix", [name for name, writer in WRITERS.items() if not writer.binary])
def test_a_mark_goes_along_as_a_note(suffix: str) -> None:
    assert "Retracted" in written(suffix, mark="Retracted")


def written(suffix: str, mark: str = "") -> str:
    out = io.StringIO()
    WRITERS[suffix](out, [replace(CODED, mark=mark)], FRAMEWORK)
    return out.getvalue()
