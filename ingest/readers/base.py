"""What a reader is. Readers decode nothing, open nothing and clean nothing: lines in, items out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, runtime_checkable

from corpus.records import Entry, Rejected

Item = Entry | Rejected


@dataclass(frozen=True)
class Reader:
    """One file format.

    ``looks_like(head)`` gets the first 64 kB of decoded text and returns why it is this format, in words
    ("line 1 is a TY tag"), or None. ``read(lines)`` yields items in file order, streaming; ``lines`` are lines
    with their line ends, and may be iterated again from the start (BibTeX collects @string and
    crossref parents first). The names of fields that mean the same in every format are in ``docs/formats.md``.
    A ``binary`` reader gets the file's bytes instead: ``looks_like`` the first 64 kB, ``read`` a binary stream.
    """

    id: str
    name: str
    suffixes: tuple[str, ...]
    looks_like: Callable[..., str | None]
    read: Callable[..., Iterator[Item]]
    how_to_export: str = ""  # one sentence for the message when nothing fits
    binary: bool = False


# Field names that normalise.py understands. A reader maps its format's tags to these; a tag that it does not
# know keeps its own name and stays with the entry.
COMMON_FIELDS = (
    "title", "title_secondary", "subtitle", "original_title", "abstract", "author", "editor", "year", "date", "month",
    "journal", "journal_abbreviated", "booktitle", "series", "volume", "issue", "pages", "start_page", "end_page",
    "article_number", "doi", "pmid", "pmcid", "isbn", "issn", "url", "keywords", "mesh", "type", "publication_type",
    "language", "affiliation", "note", "accession", "source", "publisher", "place", "edition", "citations",
    "conference", "school", "institution", "country",
)  # fmt: skip

Lines = Iterable[str]


@runtime_checkable
class Pieced(Protocol):
    """Lines that can be had many at once."""

    def pieces(self) -> Iterator[str]: ...


def to_pieces(lines: Lines) -> Iterator[str]:
    """The text of the lines some at a time; every piece but the last ends where a line does."""
    if isinstance(lines, Pieced):
        yield from lines.pieces()
        return
    stream = iter(lines)
    while some := list(islice(stream, 500)):
        yield "".join(some)
