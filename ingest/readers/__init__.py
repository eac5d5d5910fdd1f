"""Which reader reads a file, by what is in it first and by its name second.

``READERS`` at the foot is everything we read, the most specific first: the first whose ``looks_like`` gives a
reason takes the file.
"""

from pathlib import PurePath
from typing import NamedTuple

from corpus.errors import UnknownFormatError
from ingest.readers import (
    bibtex,
    cochrane,
    crossref,
    csl_json,
    delimited,
    embase,
    endnote_tagged,
    endnote_xml,
    looked_up,
    medline,
    openalex,
    ovid,
    pubmed_xml,
    refworks,
    ris,
    wos,
    xlsx,
)
from ingest.readers.base import Item, Reader
from ingest.readers.decoding import HEAD_BYTES, Text, decode_head, open_text


class Picked(NamedTuple):
    """A reader and why it was picked, in words for the report."""

    reader: Reader
    why: str


def pick_reader(name: str, head: bytes, encoding: str | None = None) -> Picked:
    """The reader for a file, from its first 64 kB and its name.

    Raises UnknownFormatError saying what the file seems to be, what we read and how to export that.
    """
    head = head[:HEAD_BYTES]
    if not head.strip(b"\x00\t\n\r\x0b\x0c \xef\xbb\xbf\xff\xfe"):
        raise UnknownFormatError(name, "the file is empty. Export it again and check that records were selected.")
    for reader in READERS:
        if reader.binary and (why := reader.looks_like(head)):
            return Picked(reader, why)
    if kind := _hopeless_kind(head):
        raise UnknownFormatError(name, f"this is {kind}, whatever its name says. {_what_we_read()}")
    text = decode_head(head, encoding)
    for reader in READERS:
        if not reader.binary and (why := reader.looks_like(text)):
            return Picked(reader, why)
    suffix = PurePath(name.lower()).suffix
    by_name = [reader for reader in READERS if suffix in reader.suffixes and not reader.binary]
    if by_name and suffix != ".txt":
        return Picked(by_name[0], f"its name ends in {suffix}")
    raise UnknownFormatError(name, f"we do not recognise what is in it. {_what_we_read()}")


def _what_we_read() -> str:
    names = ", ".join(reader.name for reader in READERS)
    advice = " ".join(reader.how_to_export for reader in READERS[:3] if reader.how_to_export)
    return f"We read {names}. {advice}"


# First bytes -> what to call it. A file of one of these kinds holds no references we could read.
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office file (Word or Excel)"),
    (b"{\\rtf", "a formatted text (RTF)"),
    (b"SQLite format 3", "a database file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)


def _hopeless_kind(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _KINDS:
        if start.startswith(magic):
            return kind
    if b"%PDF-" in head[:1024]:
        return "a PDF"
    if start.startswith(b"PK\x03\x04"):
        return "a Microsoft Word document" if b"word/" in head else "a zip archive"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return None


READERS: tuple[Reader, ...] = (
    xlsx.READER,
    pubmed_xml.READER,
    endnote_xml.READER,
    looked_up.READER,
    openalex.READER,
    crossref.READER,
    csl_json.READER,
    medline.READER,
    ovid.READER,
    cochrane.READER,
    wos.READER,
    refworks.READER,
    endnote_tagged.READER,
    ris.READER,
    bibtex.READER,
    embase.READER,
    delimited.READER,
)
READERS_BY_ID = {reader.id: reader for reader in READERS}

__all__ = ["Item", "Picked", "READERS", "READERS_BY_ID", "Reader", "Text", "open_text", "pick_reader"]
