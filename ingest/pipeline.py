"""From files to a proposed or accepted import, one file's trouble never another's.

Every item of every file ends as new, merged, held or rejected; what cannot be opened or recognised is a row of the
report with a sentence.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import FileError, UnknownFormatError
from corpus.records import Entry, Rejected
from corpus.rules import Progress, no_progress
from corpus.store import Corpus, Import
from ingest.archives import is_archive, unpack
from ingest.readers import READERS_BY_ID, Picked, Reader, Text, open_text, pick_reader
from ingest.readers.decoding import HEAD_BYTES

BATCH = 500
MAX_ENTRY = 2_000_000  # characters; an entry is two thousand, and what is so much longer lacks its end
_SHOWN_OF_TOO_LONG = 20_000
_USUAL_THRESHOLDS = gc.get_threshold()


@dataclass(frozen=True)
class Upload:
    """One file as a person gave it: a path, or its bytes under a name."""

    name: str
    source: Path | bytes

    @classmethod
    def of(cls, path: Path) -> "Upload":
        return cls(path.name, path)

    def head(self) -> bytes:
        """Raises FileError if it cannot be opened."""
        if isinstance(self.source, bytes):
            return self.source[:HEAD_BYTES]
        try:
            with self.source.open("rb") as stream:
                return stream.read(HEAD_BYTES)
        except IsADirectoryError as error:
            raise FileError(self.name, "this is a folder. Name the files in it.") from error
        except FileNotFoundError as error:
            raise FileError(self.name, "there is no such file.") from error
        except OSError as error:
            raise FileError(self.name, f"it cannot be opened: {error.strerror}.") from error

    def state(self) -> tuple[int, int] | None:
        """Size and time of last change; None for bytes. To notice a file that is written to while it is read."""
        if isinstance(self.source, bytes):
            return None
        status = os.stat(self.source)
        return status.st_size, status.st_mtime_ns


def ingest(
    files: Sequence[Upload | Path],
    corpus: Corpus,
    *,
    accept: bool = True,
    who: str = "",
    source: str | None = None,
    search_string: str | None = None,
    search_date: str | None = None,
    format: str | None = None,
    encoding: str | None = None,
    progress: Progress = no_progress,
) -> Import:
    """Read, tag, deduplicate and accept files (or leave them proposed); the import with its report.

    ``format`` is a reader's id and overrides recognition; ``encoding`` overrides decoding. An import in which nothing
    was found is forgotten again: its report has ``found`` 0. If ``progress`` raises, or the
    process is interrupted, nothing stays behind.
    """
    import_id = corpus.start_import(who, source, search_string, search_date)
    _collect_seldom()
    try:
        with TemporaryDirectory(prefix="lacuna-") as folder:
            for given in files:
                upload = given if isinstance(given, Upload) else Upload.of(given)
                _stage_upload(upload, Path(folder), corpus, import_id, format, encoding, progress)
        proposed = corpus.propose(import_id, progress)
        if not proposed.totals["found"]:
            corpus.drop(import_id)
            return proposed
    except BaseException:
        if corpus.get_import(import_id).state == "reading":
            corpus.drop(import_id)
        raise
    finally:
        _collect_as_usual()
    return corpus.accept(import_id, who, progress) if accept else proposed


def _collect_seldom() -> None:
    """Keep the garbage collector from looking again and again through all that was there before and through what a
    batch holds for a moment: a fifth of the time. What is dropped is freed without it; only cycles wait.

    """
    gc.freeze()
    gc.set_threshold(500_000, *_USUAL_THRESHOLDS[1:])


def _collect_as_usual() -> None:
    """What was made meanwhile counts as old too: the next collection need not look through all of it.

    Where somebody follows what the collector does, as the pages do, what stands aside is theirs to bring back.
    """
    gc.set_threshold(*_USUAL_THRESHOLDS)
    gc.freeze()
    if not gc.callbacks:
        gc.unfreeze()


def _stage_upload(
    upload: Upload,
    folder: Path,
    corpus: Corpus,
    import_id: int,
    format: str | None,
    encoding: str | None,
    progress: Progress,
) -> None:
    """One file; or every file in it, if it is an archive."""
    try:
        inside = unpack(upload.name, upload.source, folder) if is_archive(upload.head()) else None
    except FileError as problem:
        file_id = corpus.start_file(import_id, upload.name, None)
        corpus.finish_file(file_id, None, 0, str(problem))
        return
    for part in [upload] if inside is None else [Upload(name, path) for name, path in inside]:
        _stage_file(part, corpus, import_id, format, encoding, progress)


def _stage_file(
    upload: Upload, corpus: Corpus, import_id: int, format: str | None, encoding: str | None, progress: Progress
) -> None:
    """One file. If it turns out unreadable on the way, what was read before is kept and the report says why."""
    file_id = corpus.start_file(import_id, upload.name, None)
    used, replaced, error = None, 0, None
    try:
        picked = choose_reader(upload, format, encoding)
        before = upload.state()
        corpus.describe_file(file_id, picked.reader.id, picked.why)
        items, used, replaced = open_items(upload, picked, encoding)
        n_items = _stage_items(items, upload.name, corpus, import_id, file_id, progress)
        if not n_items:
            error = (
                f'"{upload.name}": no reference was found in it, read as {picked.reader.name} ({picked.why}). '
                "Look whether it holds what you meant to export; if it is in another format, name that."
            )
        if upload.state() != before:
            error = (
                f'"{upload.name}": the file was being written to while it was read, so its end may be missing. '
                "What was read is kept. Add the file again when it is finished: nothing will be added twice."
            )
    except FileError as problem:
        error = str(problem)
    corpus.finish_file(file_id, used, replaced, error)


def _stage_items(
    items: Iterator[Entry | Rejected], name: str, corpus: Corpus, import_id: int, file_id: int, progress: Progress
) -> int:
    done = 0
    batch: list[Entry | Rejected] = []
    try:
        for item in items:
            batch.append(item)
            if len(batch) == BATCH:
                corpus.stage(import_id, file_id, batch)
                done += len(batch)
                batch = []
                progress(f"reading {name}", done, 0)
    except FileError:
        corpus.stage(import_id, file_id, batch)
        raise
    corpus.stage(import_id, file_id, batch)
    return done + len(batch)


def choose_reader(upload: Upload, format: str | None, encoding: str | None) -> Picked:
    """The reader a person named, or the one the content asks for. Raises UnknownFormatError."""
    head = upload.head()
    if format is None:
        return pick_reader(upload.name, head, encoding)
    if format not in READERS_BY_ID:
        raise UnknownFormatError(upload.name, f'there is no format "{format}". There are: {", ".join(READERS_BY_ID)}.')
    return Picked(READERS_BY_ID[format], "you named it")


def open_items(upload: Upload, picked: Picked, encoding: str | None) -> tuple[Iterator[Entry | Rejected], str, int]:
    """The items of a file, its encoding, and how many characters could not be decoded."""
    if picked.reader.binary:
        return map(_refuse_too_long, picked.reader.read(upload.source)), "binary", 0
    text = open_text(upload.source, upload.name, encoding)
    return map(_refuse_too_long, _read_up_to_trouble(picked.reader, text)), text.encoding, text.replaced


def _refuse_too_long(item: Entry | Rejected) -> Entry | Rejected:
    if len(item.raw) <= MAX_ENTRY:
        return item
    reason = item.reason if isinstance(item, Rejected) else f"longer than {MAX_ENTRY:,} characters: is its end missing?"
    return Rejected(item.line, item.raw[:_SHOWN_OF_TOO_LONG], reason)


class _LinesUpToTrouble:
    """A text's lines up to one that cannot be served, so that a reader finishes the item it is at."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self.trouble: FileError | None = None

    def __iter__(self) -> Iterator[str]:
        try:
            yield from self._text
        except FileError as error:
            self.trouble = error

    def pieces(self) -> Iterator[str]:
        try:
            yield from self._text.pieces()
        except FileError as error:
            self.trouble = error


def _read_up_to_trouble(reader: Reader, text: Text) -> Iterator[Entry | Rejected]:
    lines = _LinesUpToTrouble(text)
    yield from reader.read(lines)
    if lines.trouble is not None:
        raise lines.trouble


def read_entries(path: Path, format: str | None = None, encoding: str | None = None) -> Iterator[Entry | Rejected]:
    """All items of one file, without a corpus. Raises FileError."""
    upload = Upload.of(path)
    items, _, _ = open_items(upload, choose_reader(upload, format, encoding), encoding)
    yield from items
