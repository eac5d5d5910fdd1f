"""Embase's CSV with a field to a row: recognised before tables are, every field kept, damage costs its own record."""

import io

import pytest

from corpus.records import Entry
from ingest.readers import delimited, embase, pick_reader
from ingest.readers.base import Item

ONE = """"TITLE","Handover, ""at"" the bedside"
"AUTHOR NAMES","Okafor N.","Lindqvist P."
"AUTHOR ADDRESSES","(Okafor N., ngozi@example.org) Ward 3, Umeå, Sweden."
"SOURCE","Ward Practice (2019) 7:2 (11-19). Date of Publication: 1 Mar 2019"
"ABSTRACT","We asked,
and counted."
"EMTREE MEDICAL INDEX TERMS (MAJOR FOCUS)","nurse"
"EMTREE MEDICAL INDEX TERMS","noise","sleep"
"LANGUAGE OF ARTICLE","English"
"MEDLINE PMID","31000001"
"PUI","L77"
"DOI","10.5555/ward.7"
"COPYRIGHT","Nobody, 2019."
"""
TWO = '"TITLE","Doors"\n"SOURCE","Proceedings of nothing in particular"\n"PUBLICATION YEAR","2020"\n'


def items(text: str) -> list[Item]:
    return list(embase.READER.read(io.StringIO(text, newline="")))


def test_fields() -> None:
    (entry,) = items(ONE)
    assert isinstance(entry, Entry)
    assert entry.fields == {
        "title": ['Handover, "at" the bedside'],
        "author": ["Okafor N.", "Lindqvist P."],
        "affiliation": ["(Okafor N., ngozi@example.org) Ward 3, Umeå, Sweden."],
        "journal": ["Ward Practice"],
        "year": ["2019"],
        "volume": ["7"],
        "issue": ["2"],
        "pages": ["11-19"],
        "abstract": ["We asked,\nand counted."],
        "mesh": ["*nurse", "noise", "sleep"],
        "language": ["English"],
        "pmid": ["31000001"],
        "accession": ["L77"],
        "doi": ["10.5555/ward.7"],
        "COPYRIGHT": ["Nobody, 2019."],
    }
    assert entry.raw == ONE


@pytest.mark.parametrize("between", ["\n", "", "\n\n"], ids=["a blank line", "nothing", "two"])
def test_a_title_or_a_blank_line_begins_the_next_record(between: str) -> None:
    first, second = items(ONE + between + TWO)
    assert isinstance(first, Entry) and isinstance(second, Entry)
    assert first.fields["doi"] == ["10.5555/ward.7"]
    assert second.fields == {
        "title": ["Doors"],
        "journal": ["Proceedings of nothing in particular"],
        "year": ["2020"],
    }


def test_a_record_without_a_title_is_one_after_a_blank_line() -> None:
    first, second = items(TWO + '\n"AUTHOR NAMES","Okafor N."\n"DOI","10.5555/x"\n')
    assert isinstance(first, Entry) and isinstance(second, Entry)
    assert second.fields == {"author": ["Okafor N."], "doi": ["10.5555/x"]}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("Ward Practice (2020) 10:2 Article Number: e0334. Date of Publication: 1 Feb 2020",
         {"journal": "Ward Practice", "year": "2020", "volume": "10", "issue": "2", "article_number": "e0334"}),
        ("Ward Practice (2020) 10 (1-2).",
         {"journal": "Ward Practice", "year": "2020", "volume": "10", "pages": "1-2"}),
        ("Ward Practice (Oslo) (2020).", {"journal": "Ward Practice (Oslo)", "year": "2020"}),
    ],
)  # fmt: skip
def test_a_source_line_is_taken_apart(said: str, fields: dict[str, str]) -> None:
    (entry,) = items(f'"TITLE","Doors"\n"SOURCE","{said}"\n')
    assert isinstance(entry, Entry)
    assert {name: values[0] for name, values in entry.fields.items() if name != "title"} == fields


def test_a_mark_that_never_closes_costs_nothing_else() -> None:
    (entry,) = items('"TITLE","Doors\n"DOI","10.5555/x"\n')
    assert isinstance(entry, Entry)
    assert entry.fields == {"title": ["Doors"], "doi": ["10.5555/x"]}


def test_it_is_recognised_by_its_rows_and_a_table_of_embase_stays_a_table() -> None:
    assert pick_reader("records.csv", ("\n" + ONE).encode()).reader is embase.READER
    assert pick_reader("records.csv", ONE.replace('"TITLE"', "TITLE").encode("utf-8-sig")).reader is embase.READER
    table = '"TITLE","AUTHOR NAMES","SOURCE"\n"Doors","Okafor N.","Ward Practice (2019)"\n'
    assert pick_reader("records.csv", table.encode()).reader is delimited.READER
