"""Reports people take away: what an import rejected, as files that can be corrected and added again.

The counts of an import are the store's (corpus/store/imports.py); how they are printed is the command line's and the
page's business.
"""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from corpus.errors import FileError
from corpus.store import FileReport, Import
from ingest.readers import READERS_BY_ID


class RejectsFile(NamedTuple):
    """The rejects of one file, in its own format: a name to save it under, and its text (UTF-8)."""

    name: str
    text: str


# What stands before, between and after the items, so that the file is one of its format again.
_AROUND = {
    "pubmed_xml": ("<PubmedArticleSet>\n", "\n", "\n</PubmedArticleSet>\n"),
    "endnote_xml": ("<xml><records>\n", "\n", "\n</records></xml>\n"),
    "csl_json": ("[\n", ",\n", "\n]\n"),
    "crossref": ("[\n", ",\n", "\n]\n"),
    "openalex": ("[\n", ",\n", "\n]\n"),
}
_PARTED = ("", "\n\n", "\n")
_TABLES = ("delimited", "xlsx")  # their rejects carry the row of headings
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def rejects_file(file: FileReport) -> RejectsFile | None:
    """The items of a file that were rejected, as a file of the same format; None if there are none.

    Corrected and added again it adds just those. Rows of a workbook come as a CSV file. An item that was too long
    to be kept whole is there with its beginning.
    """
    raws = [r.raw.strip("\n\ufeff") for r in file.rejects if r.raw.strip()]
    if not raws or file.format is None:
        return None
    if file.format in _TABLES:
        text = _to_table(raws)
    else:
        before, between, after = _AROUND.get(file.format, _PARTED)
        if file.format == "ris":
            raws = [_close_ris(raw) for raw in raws]
        elif between == ",\n":
            raws = [raw.strip().rstrip(",").rstrip() for raw in raws]
        text = before + between.join(raws) + after
    return RejectsFile(_to_name(file), text)


def write_rejects(done: Import, folder: Path) -> dict[int, Path]:
    """Save the rejects of each file that has any into a folder, made if it is not there.

    The result maps the file's place in ``done.files`` to the path written. A file already there is never written
    over, for somebody may be correcting it. Raises FileError.
    """
    written: dict[int, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(done.files):
            rejects = rejects_file(file)
            if rejects is not None:
                written[number] = _write_new(folder, rejects)
    except OSError as error:
        raise FileError(
            str(folder), f"the rejects cannot be written there: {error.strerror}. Choose another folder."
        ) from error
    return written


def _write_new(folder: Path, rejects: RejectsFile) -> Path:
    name = PurePath(rejects.name)
    number = 1
    while True:
        path = folder / (name.name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            with path.open("x", encoding="utf-8", newline="\n") as out:
                out.write(rejects.text)
            return path
        except FileExistsError:
            number += 1


def _to_name(file: FileReport) -> str:
    """ "all.zip/refs.bib" gives "refs-rejects.bib". The ending is one by which the format is known."""
    last = file.file.replace("\\", "/").rpartition("/")[2]
    suffixes = (".csv",) if file.format in _TABLES else READERS_BY_ID[file.format or ""].suffixes
    suffix = PurePath(last).suffix.lower()
    stem = PurePath(last).stem if suffix else last
    if suffix not in suffixes or suffix == ".txt":
        suffix = next(s for s in suffixes if s != ".txt")
    return f"{_UNSAFE.sub('_', stem) or 'file'}-rejects{suffix}"


def _to_table(raws: Sequence[str]) -> str:
    """One row of headings and the rows. The byte order mark tells spreadsheets that it is UTF-8."""
    header = _header_of(raws[0])
    rows = [raw.removeprefix(header).strip("\n") if raw.startswith(header) else raw for raw in raws]
    return "\ufeff" + "\n".join([header.rstrip("\n"), *(row for row in rows if row)]) + "\n"


def _header_of(raw: str) -> str:
    """The first line, or the first lines where a heading runs over several."""
    end = 0
    while end < len(raw):
        end = raw.find("\n", end) + 1 or len(raw)
        if raw.count('"', 0, end) % 2 == 0:
            return raw[:end]
    return raw[: raw.find("\n") + 1] or raw


def _close_ris(raw: str) -> str:
    lines = raw.rstrip().split("\n")
    return raw if lines[-1].startswith("ER") else raw.rstrip() + "\nER  - "
