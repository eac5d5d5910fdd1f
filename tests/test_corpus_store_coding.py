"""What is packed comes back as it was, however it was packed."""

import json

import pytest

from corpus.records import Author, Entry, Fields, Record
from corpus.store import coding

RAW = "@article{k,\n  title = {Night shifts on\n  small wards},\n  note = {né à Liège},\n  author = {Okafor, Ada}\n}"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ["Night shifts on\n  small wards"], "author": ["Okafor, Ada"], "note": ["né à Liège"]},
        {"title": ["Night shifts on small wards"], "keywords": ["ward", "a keyword that the raw text lacks"]},
        {"title": ["Night shifts on\n  small wards"] * 2, "empty": []},
        {},
    ],
)
def test_an_entry_comes_back_with_the_fields_it_had(fields: dict[str, list[str]]) -> None:
    entry = Entry("bibtex", 7, RAW, fields, ("a warning",))
    assert coding.unpack_entry("bibtex", coding.pack_entry(entry), 7) == entry


def test_a_long_entry_is_compressed_and_a_value_is_stored_once() -> None:
    text = "Rounds and handovers at night. " * 1000
    entry = Entry("ris", 1, f"TY  - JOUR\nAB  - {text}\nER  -", {"abstract": [text]})
    packed = coding.pack_entry(entry)
    assert len(packed) < len(text) / 10
    assert coding.unpack_entry("ris", packed, 1) == entry
    short = Entry("ris", 1, f"AB  - {text[:900]}", {"abstract": [text[:900]]})
    assert len(coding.pack_entry(short)) < 1000


def test_fields_stored_in_full_are_read_too() -> None:
    data = coding.pack_tightly([RAW, {"title": ["Night shifts on\n  small wards"], "number": ["12"]}, []])
    assert coding.unpack_entry("bibtex", data).fields == {"title": ["Night shifts on\n  small wards"], "number": ["12"]}


def test_entries_packed_as_json_alone_are_still_read() -> None:
    raw = '@misc{a,\n  title = {Two "lines"}\n}'
    entry = Entry("bibtex", 0, raw, {"type": ["misc"], "title": ['Two "lines"']}, ("one warning",))
    earlier = coding.pack([raw, {"type": ["misc"], "title": ['Two "lines"']}, ["one warning"]])
    assert coding.unpack_entry("bibtex", earlier) == coding.unpack_entry("bibtex", coding.pack_entry(entry)) == entry


@pytest.mark.parametrize(
    "fields",
    [
        Fields(title="Night shifts\non wards", abstract="Two\nlines.", venue='The "Ward"', year=2019, doi="10.5/a"),
        Fields(authors=(Author("Okafor", "Ada"), Author("Ward Group", "", True)), authors_cut=True, keywords=("né",)),
        Fields(abstract="An abstract alone.", looked_up=True),
        Fields(),
    ],
)
def test_what_an_entry_says_comes_back_as_it_was(fields: Fields) -> None:
    title, venue, year, abstract, data, *_ = coding.to_columns(fields)
    assert coding.unpack_fields(title, venue, year, abstract, data) == fields


def test_an_entry_is_stored_in_the_columns_that_a_record_has() -> None:
    fields = Fields(
        title="Night shifts", abstract="Two\nlines.", year=2019, volume="7", notes=("a note",), keywords=("ward", "né"),
        mesh=("Shift Work", "ward"), authors=(Author("Okafor", "Ada"), Author("Ward Group", "", True)),
    )  # fmt: skip
    columns = coding.to_columns(fields)
    assert (columns.title, columns.venue, columns.year, columns.abstract) == ("Night shifts", None, 2019, "Two\nlines.")
    assert (columns.authors, columns.keywords) == ("Okafor, Ada; Ward Group", "ward; né; Shift Work")
    assert json.loads(columns.data) == {
        "authors": [["Okafor", "Ada", False], ["Ward Group", "", True]], "volume": "7", "keywords": ["ward", "né"],
        "mesh": ["Shift Work", "ward"], "notes": ["a note"],
    }  # fmt: skip
    assert coding.to_columns(Fields(title="Rounds")) == ("Rounds", None, None, None, "{}", None, None)


def test_a_record_says_beside_it_which_entry_each_field_is_from() -> None:
    record = Record(id="a", entries=("a", "b"), title="Rounds", taken_from={"title": "b"})
    assert coding.to_columns(record).data == '{"taken_from":{"title":"b"}}'
