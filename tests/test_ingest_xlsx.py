"""Excel workbooks, and archives that hold exports."""

import gzip
import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from corpus.errors import FileError, TooLargeError
from corpus.records import Entry, Rejected
from ingest import archives
from ingest.readers import pick_reader, xlsx

HEADER = ["Title", "Authors", "Year", "DOI", "Source title", "Checked on"]
ROW = ["Handover at\nthe bedside", "Okafor, Ngozi; Lindqvist, Per", 2019, "10.5555/ward.7", "Ward Practice", None]


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_each_row_is_an_entry() -> None:
    data = workbook([HEADER, ROW, [], ["Noise", "Berg, A", 2020.0, None, None, datetime(2021, 3, 4)]])
    first, second = xlsx.READER.read(data)
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert first.fields == {
        "title": ["Handover at the bedside"],
        "author": ["Okafor, Ngozi; Lindqvist, Per"],
        "year": ["2019"],
        "doi": ["10.5555/ward.7"],
        "journal": ["Ward Practice"],
    }
    assert (first.format, first.line, second.line) == ("xlsx", 2, 4)
    assert second.fields["year"] == ["2020"]
    assert second.fields["Checked on"] == ["2021-03-04"]


def test_a_row_is_read_again_from_its_own_text() -> None:
    (first,) = xlsx.READER.read(workbook([HEADER, ROW]))
    (again,) = xlsx.READER.read(first.raw.encode("utf-8"))
    assert isinstance(again, Entry)
    assert (again.format, again.fields) == ("xlsx", first.fields)


def test_the_first_sheet_with_references_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook([["Search of March", "n"], ["PubMed", 3]], [["Exported by hand"], HEADER, ROW]))
    (first,) = xlsx.READER.read(path)
    assert first.fields["title"] == ["Handover at the bedside"]
    assert first.line == 3


def test_a_workbook_is_recognised_whatever_its_name() -> None:
    picked = pick_reader("export.csv", workbook([HEADER, ROW])[:65_536])
    assert picked.reader is xlsx.READER
    assert picked.why == "it is a zip file with the parts of an Excel workbook"


def test_a_damaged_workbook_says_so() -> None:
    data = workbook([HEADER, *[ROW] * 50])
    for damaged in (data[:-100], data[:200], b"PK\x03\x04 nothing"):
        (rejected,) = xlsx.READER.read(damaged)
        assert isinstance(rejected, Rejected)
        assert "damaged" in rejected.reason


def test_any_byte_may_be_wrong() -> None:
    data = bytearray(workbook([HEADER, *[ROW] * 3]))
    for at in range(30, len(data), len(data) // 60):
        changed = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        for item in xlsx.READER.read(bytes(changed)):
            assert isinstance(item, Entry) or item.reason


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def test_a_zip_file_gives_its_files_and_never_uses_their_names_as_paths(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../refs.ris", b"TY  - JOUR\n")
        archive.writestr("__MACOSX/._refs.ris", b"x")
        archive.writestr("more/refs.bib", b"@book{a}")
    members = archives.unpack("export.zip", stream.getvalue(), tmp_path)
    assert [name for name, _ in members] == ["export.zip/../../refs.ris", "export.zip/more/refs.bib"]
    assert [path.read_bytes() for _, path in members] == [b"TY  - JOUR\n", b"@book{a}"]
    assert all(path.parent == tmp_path for _, path in members)


def test_a_gz_file_gives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "refs.ris.gz"
    path.write_bytes(gzip.compress(b"TY  - JOUR\n"))
    ((name, unpacked),) = archives.unpack("refs.ris.gz", path, tmp_path)
    assert (name, unpacked.read_bytes()) == ("refs.ris", b"TY  - JOUR\n")


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        pytest.param(gzip.compress(b"x"), True, id="gz"),
        pytest.param(zipped(a_dot_ris=b"x"), True, id="zip"),
        pytest.param(workbook([HEADER]), False, id="workbook"),
        pytest.param(b"TY  - JOUR", False, id="text"),
        pytest.param(b"", False, id="empty"),
    ],
)
def test_what_is_an_archive(data: bytes, is_one: bool) -> None:
    assert archives.is_archive(data) is is_one


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        pytest.param(gzip.compress(bytes(60_000_000)), TooLargeError, "unpacks to more than 50 MB", id="gz bomb"),
        pytest.param(
            zipped(a=bytes(30_000_000), b=bytes(30_000_000)), TooLargeError, "unpacks to more than", id="zip bomb"
        ),
        pytest.param(zipped(**{f"n{n}": b"" for n in range(501)}), TooLargeError, "501 files", id="many files"),
        pytest.param(zipped(inner=zipped(a=b"x")), FileError, "is an archive again", id="zip in zip"),
        pytest.param(gzip.compress(gzip.compress(b"x")), FileError, "is an archive again", id="gz in gz"),
        pytest.param(zipped(a=b"x" * 999)[:-40], FileError, "damaged", id="zip cut off"),
        pytest.param(gzip.compress(b"x" * 999)[:-12], FileError, "damaged", id="gz cut off"),
        pytest.param(zipped(), FileError, "no file", id="nothing in it"),
    ],
)
def test_what_is_refused_with_a_sentence(data: bytes, error: type[FileError], says: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=says):
        archives.unpack("export", data, tmp_path)


def test_a_password_is_said(tmp_path: Path) -> None:
    data = bytearray(zipped(a=b"x"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileError, match="under a password"):
        archives.unpack("export.zip", bytes(data), tmp_path)


def test_every_sheet_with_references_is_read_and_named() -> None:
    noise = [["Title", "Year"], ["Noise", 2020], ["Total", 1]]
    first, second, total = xlsx.READER.read(workbook([HEADER, ROW], [["Code", "Meaning"], [1, "yes"]], noise))
    assert isinstance(first, Entry) and isinstance(second, Entry) and isinstance(total, Rejected)
    assert (first.fields["title"], first.fields["sheet"]) == (["Handover at the bedside"], ["Sheet"])
    assert (second.fields["title"], second.fields["sheet"], second.line) == (["Noise"], ["Sheet2"], 2)
    assert (total.line, total.reason) == (3, 'a row of totals: it names no reference (sheet "Sheet2")')


def test_a_hidden_sheet_is_read_and_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([["Title", "Year"], ["Hidden", 2020]], [HEADER, ROW])))
    book.worksheets[0].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    first, second = (item for item in xlsx.READER.read(stream.getvalue()) if isinstance(item, Entry))
    assert (first.fields["title"], first.warnings) == (["Hidden"], ('This row is on the hidden sheet "Sheet".',))
    assert second.warnings == ()


def test_a_cover_sheet_that_names_its_author_is_no_table_of_references() -> None:
    (only,) = xlsx.READER.read(workbook([["Author", "Jane Doe"], ["Made on", 2020]], [HEADER, ROW]))
    assert only.fields["title"] == ["Handover at the bedside"]
