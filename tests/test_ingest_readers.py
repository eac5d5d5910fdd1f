"""Which reader reads a file, and which encoding it is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import TooLargeError, UndecodableError, UnknownFormatError
from corpus.records import Entry, Rejected
from ingest.normalise import find_warnings, to_fields
from ingest.readers import READERS, READERS_BY_ID, open_text, pick_reader
from ingest.readers import decoding as decoding_module

BIB = "@article{k, title={Müller’s café – naïve}}\n"


@pytest.mark.parametrize(
    ("name", "content", "reader", "why"),
    [
        ("refs.bib", BIB, "bibtex", "line 1 begins with @article"),
        ("refs.txt", f"% comment\n{BIB}", "bibtex", "line 2 begins with @article"),
        ("refs.xls", "Title\tYear\nA\t2001\n", "delimited", 'a table (tabs) with columns such as "Title", "Year"'),
        ("refs.bib", "just words\n", "bibtex", "its name ends in .bib"),
        ("refs.csv", "a,b\n1,2\n", "delimited", "its name ends in .csv"),
    ],
)  # fmt: skip
def test_content_goes_before_the_name(name, content, reader, why):
    picked = pick_reader(name, content.encode())
    assert (picked.reader.id, picked.why) == (reader, why)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_content_is_recognised_in_any_encoding(encoding):
    assert pick_reader("refs", BIB.encode(encoding)).reader.id == "bibtex"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("refs.bib", b"%PDF-1.7\n...", "this is a PDF, whatever its name says"),
        ("refs.csv", b"\x89PNG\r\n\x1a\n", "this is an image"),
        ("refs.ris", b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Microsoft Office file"),
        ("refs.bib", b"PK\x03\x04...word/document.xml", "a Microsoft Word document"),
        ("refs.html", b"<!DOCTYPE html><html>", "a web page"),
        ("refs.bib", b"", "the file is empty"),
        ("refs.bib", b"\xef\xbb\xbf\r\n \n", "the file is empty"),
        ("notes.txt", b"Dear all, see you on Monday.", "we do not recognise what is in it. We read"),
    ],
)
def test_what_we_cannot_read_is_named(name, content, said):
    with pytest.raises(UnknownFormatError) as caught:
        pick_reader(name, content)
    assert str(caught.value).startswith(f'"{name}": ')
    assert said in str(caught.value)


def test_readers_can_be_found_by_id():
    assert {READERS_BY_ID[reader.id] for reader in READERS} == set(READERS)


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (BIB.encode(), "utf-8"),
        (BIB.encode("utf-8-sig"), "utf-8"),
        (BIB.encode("cp1252"), "windows-1252"),
        (BIB.encode("utf-16"), "utf-16"),
        (BIB.encode("utf-16-le"), "utf-16-le"),
        (BIB.encode("utf-16-be"), "utf-16-be"),
        (BIB.encode("utf-32"), "utf-32"),
        (BIB.encode() + "@misc{é}\n".encode("cp1252"), "utf-8, 1 byte of it windows-1252"),
    ],
)
def test_encodings_are_recognised(encoded, encoding):
    text = open_text(encoded, "refs.bib")
    assert (text.encoding, text.replaced) == (encoding, 0)
    assert next(iter(text)) == BIB
    assert list(text) == list(text)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_one(ends):
    assert list(open_text(ends.join(["a", "b", "", "c"]).encode())) == ["a\n", "b\n", "\n", "c"]
    assert list(open_text(b"a\rb\r\nc\n\xef\xbb\xbfd")) == ["a\n", "b\n", "c\n", "d"]


def test_bytes_without_a_character_are_kept():
    assert list(open_text(b"caf\xe9 \x81", "x")) == ["café \x81"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("医院工作场所中的性骚扰与性别歧视研究", "gbk"),
        ("病院における看護師へのハラスメントの調査", "shift_jis"),
        ("Насилие в отношении врачей и медсестёр", "cp1251"),
        ("의료인에 대한 직장 내 폭력과 차별", "euc-kr"),
        ("Βία κατά των νοσηλευτών", "cp1253"),
    ],
)
def test_nonsense_is_refused_with_the_option_that_helps(text, encoding):
    encoded = f"@article{{k, title={{{text}}}}}\n".encode(encoding)
    with pytest.raises(UndecodableError, match="--encoding gbk"):
        open_text(encoded, "refs.bib")
    opened = open_text(encoded, "refs.bib", encoding=encoding)
    assert text in next(iter(opened))
    assert (opened.encoding, opened.replaced) == (encoding, 0)


def test_characters_that_cannot_be_decoded_are_counted():
    opened = open_text(b"a\xffb\xfec", "x", encoding="utf-8")
    assert (list(opened), opened.replaced) == (["a�b�c"], 2)


@pytest.mark.parametrize("encoding", ["no-such", "base64"])
def test_an_unknown_encoding_is_named(encoding):
    with pytest.raises(UndecodableError, match=f'"{encoding}" is not an encoding'):
        open_text(b"abc", "x", encoding=encoding)


def test_binary_text_is_refused():
    with pytest.raises(UndecodableError, match="not text"):
        open_text(bytes(range(32)) * 40, "x")


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(decoding_module, "MAX_LINE", 1_000)
    with pytest.raises(TooLargeError, match="line 2 is longer than 1,000 characters"):
        list(open_text(b"a\n" + b"x" * 5_000, "x"))


def test_files_are_read_from_disk_too(tmp_path):
    path = tmp_path / "refs.bib"
    path.write_bytes(BIB.encode("cp1252"))
    text = open_text(path)
    assert (text.name, list(text), text.head(8)) == ("refs.bib", [BIB], "@article")


PARTS = ["@article{a,", "title = {A},", "}", "{", '"', "TY  - JOUR", "ER  - ", "T1  - A", "PMID- 1", "", "a,b,c", "<1>",
         "Title,Year,DOI", '"A', "PT J", "TI A", "%0 Book", "%T A", "Title", "  A", "RT Book", "T1 A"]  # fmt: skip
LINES = st.lists(st.sampled_from(PARTS) | st.text(max_size=20), max_size=12)


@pytest.mark.parametrize("reader", [r for r in READERS if not r.binary], ids=lambda r: r.id)
@given(lines=LINES)
def test_no_text_breaks_a_reader(reader, lines):
    text = open_text("\n".join(lines).encode("utf-8", "replace"), encoding="utf-8")
    for item in reader.read(text):
        assert isinstance(item, Entry | Rejected)
        assert item.line >= 1
        if isinstance(item, Entry):
            assert item.format == reader.id
            find_warnings(item, to_fields(item))
        else:
            assert item.reason
