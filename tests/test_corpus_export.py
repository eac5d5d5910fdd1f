"""References out: what we write we read again, and a spreadsheet runs none of it."""

import csv
import io
from pathlib import Path

import pytest

from corpus.errors import LacunaError
from corpus.export import Coded, defuse, export, write_bib
from corpus.framework import load_framework
from corpus.records import FIELD_NAMES, Assignment, Author, Record
from ingest.normalise import to_fields
from ingest.pipeline import read_entries

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
    abstract="First line with 100% certainty. Second: {braces}.",
)
CODED = Coded(RECORD, (Assignment("colour", "crimson"), Assignment("size", "big", "person")))


@pytest.mark.parametrize("suffix", ["bib", "csv"])
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
