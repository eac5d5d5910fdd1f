"""From bytes to lines: which encoding a file is in, decided by reading it through once.

Byte order mark, else UTF-8, else Windows-1252. A file that is mostly UTF-8 keeps being UTF-8: only the bytes that
are not are read as Windows-1252, so one broken byte changes one character. Readers get lines and never see a byte.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from corpus.errors import TooLargeError, UndecodableError

HEAD_BYTES = 65_536
MAX_LINE = 64_000_000  # characters; a JSON export may be one long line, nothing sane is longer
_CHUNK = 1 << 20
_PIECE = 1 << 16  # characters; more at once are slower to part into lines
_SAMPLE = 4 << 20  # bytes looked at when judging whether text is nonsense

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Not counted: tab, line ends, form feed, vertical tab, end of file (DOS), separators used inside tagged exports.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b\x1c\x7f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_MARKS = re.compile("^\ufeff+", re.MULTILINE)
_LONE = re.compile("[\udc80-\udcff]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # no character in Windows-1252
ADVICE = "Name its encoding, for example --encoding gbk (or shift_jis, cp1251, big5, euc-kr)"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Decoding error handler: the offending bytes as Windows-1252, its five undefined ones as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = bytes(error.object[error.start : error.end])
    return "".join(_WINDOWS[byte] for byte in bad), error.end


_WINDOWS = [bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(256)]
codecs.register_error("lacuna_windows", _as_windows)


@dataclass(frozen=True)
class Text:
    """The lines of a file, each ending in "\\n" whatever the file used; can be iterated again from the start.

    ``replaced`` counts characters that could not be decoded and stand as U+FFFD.
    """

    name: str
    encoding: str  # for people: "utf-8", "windows-1252", "utf-8, 3 bytes of it windows-1252"
    replaced: int
    _source: Path | bytes = field(repr=False)
    _codec: str = "utf-8"
    _errors: str = "lacuna_windows"

    def __iter__(self) -> Iterator[str]:
        for piece in self.pieces():
            yield from io.StringIO(piece, newline="\n")

    def pieces(self) -> Iterator[str]:
        """The text some lines at a time: each piece but the last ends where a line does."""
        number = 1
        held: list[str] = []
        n_held = 0
        with io.TextIOWrapper(_open(self._source), encoding=self._codec, errors=self._errors, newline=None) as stream:
            while chunk := stream.read(min(_PIECE, MAX_LINE)):
                end = chunk.rfind("\n") + 1
                if end and n_held + chunk.find("\n") < MAX_LINE:
                    held.append(chunk[:end])
                    piece = "".join(held)
                    number += piece.count("\n")
                    yield _without_marks(piece)
                    held, n_held = [], 0
                    chunk = chunk[end:]
                held.append(chunk)
                n_held += len(chunk)
                if n_held >= MAX_LINE:
                    raise TooLargeError(
                        self.name,
                        f"line {number} is longer than {MAX_LINE:,} characters, which no citation export is. "
                        "Export it again, or cut it into lines.",
                    )
        if n_held:
            yield _without_marks("".join(held))

    def head(self, n: int = HEAD_BYTES) -> str:
        """The first ``n`` characters."""
        with io.TextIOWrapper(_open(self._source), encoding=self._codec, errors=self._errors, newline=None) as stream:
            return stream.read(n).lstrip("\ufeff")


def _without_marks(piece: str) -> str:
    """Joined files carry a byte order mark in the middle, at the start of a line."""
    return piece if piece.isascii() or "\ufeff" not in piece else _MARKS.sub("", piece)


def open_text(source: Path | str | bytes, name: str = "", encoding: str | None = None) -> Text:
    """The file as text; nothing is kept in memory but a position. ``source`` is a path or the bytes themselves.

    Raises UndecodableError, naming ``--encoding``, when the text would be nonsense.
    """
    held = source if isinstance(source, bytes) else Path(source)
    shown = name or (held.name if isinstance(held, Path) else "file")
    if encoding:
        return _open_as(held, shown, encoding)
    with _open(held) as stream:
        head = stream.read(HEAD_BYTES)
    codec = _sniff(head)
    if codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        return Text(shown, codec, _count_replaced(held, codec), held, codec, "replace")
    n_good, n_bad = _survey(held, codec or "utf-8")
    _judge_controls(head, shown)
    if not n_bad:
        return Text(shown, "utf-8", 0, held, codec or "utf-8")
    if codec or n_good >= n_bad:
        byte = "byte" if n_bad == 1 else "bytes"
        return Text(shown, f"utf-8, {n_bad:,} {byte} of it windows-1252", 0, held, codec or "utf-8")
    _judge_windows(held, shown)
    return Text(shown, "windows-1252", 0, held, "cp1252")


def decode_head(head: bytes, encoding: str | None = None) -> str:
    """The first bytes of a file as text, for recognising it: never fails, may end in the middle of anything."""
    codec = encoding or _sniff(head)
    if codec is None:
        try:
            head.decode("utf-8")
            codec = "utf-8"
        except UnicodeDecodeError as error:
            codec = "utf-8" if len(head) - error.start < 4 else "cp1252"
    try:
        text = head.decode(codec, "replace" if encoding or codec.startswith("utf-") else "lacuna_windows")
    except (LookupError, UnicodeError):
        text = head.decode("latin-1")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _open(source: Path | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    with _open(source) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _sniff(head: bytes) -> str | None:
    """A codec that the first bytes prove, else None. UTF-16 without a mark shows as zeros in every other byte."""
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec
    sample = head[:4096]
    zeros = sample.count(0)
    if len(sample) >= 4 and zeros >= len(sample) * 0.05:
        odd = sample[1::2].count(0)
        if odd >= zeros * 0.95 and odd > 1:
            return "utf-16-le"
        if zeros - odd >= zeros * 0.95 and zeros - odd > 1:
            return "utf-16-be"
    return None


def _survey(source: Path | bytes, codec: str) -> tuple[int, int]:
    """Characters beyond ASCII that are good UTF-8, and bytes that are not UTF-8 at all. Stops once it is clear.

    Where all is good, nothing is counted.
    """
    if _is_all(source, codec):
        return 0, 0
    decoder = codecs.getincrementaldecoder(codec)("surrogateescape")  # a bad byte becomes one lone surrogate
    n_good = n_bad = 0
    for chunk in _chunks(source):
        text = decoder.decode(chunk)
        if not text.isascii():
            n_here = len(_LONE.findall(text))
            n_bad += n_here
            n_good += len(text) - len(text.encode("ascii", "ignore")) - n_here
        if n_bad > 10_000 and n_bad > n_good * 10:
            return n_good, n_bad
    return n_good, n_bad + len(_LONE.findall(decoder.decode(b"", True)))


def _is_all(source: Path | bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for chunk in _chunks(source):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _open_as(source: Path | bytes, name: str, encoding: str) -> Text:
    try:
        "".encode(encoding)
        codec = codecs.lookup(encoding).name
        replaced = _count_replaced(source, codec)
    except (LookupError, UnicodeError, ValueError) as error:
        raise UndecodableError(
            name, f'"{encoding}" is not an encoding we can read with ({error}). {ADVICE}.'
        ) from error
    if codec == "utf-8":
        codec = "utf-8-sig"  # the same, without the mark
    return Text(name, encoding, replaced, source, codec, "replace")


def _count_replaced(source: Path | bytes, codec: str) -> int:
    return _count_marks(source, codec, "replace") - _count_marks(source, codec, "ignore")


def _count_marks(source: Path | bytes, codec: str, errors: str) -> int:
    """How often U+FFFD stands in the decoded text, the file's own ones included."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    return sum(decoder.decode(chunk).count("\ufffd") for chunk in _chunks(source)) + decoder.decode(b"", True).count(
        "\ufffd"
    )


def _judge_controls(head: bytes, name: str) -> None:
    """Raises UndecodableError if the text is full of control characters."""
    n = len(_CONTROL.findall(head.decode("latin-1")))
    if n >= 8 and n > len(head) / 100:
        raise UndecodableError(name, f"this is not text ({n:,} control characters at the start). {ADVICE}.")


def _judge_windows(source: Path | bytes, name: str) -> None:
    """Raises UndecodableError if these bytes are hardly Windows-1252.

    In a Western language letters with accents stand alone among plain ones. In Chinese, Japanese, Korean,
    Cyrillic, Greek or Arabic encodings whole words are made of high bytes, or use bytes that have no character.
    """
    with _open(source) as stream:
        data = stream.read(_SAMPLE)
    runs = _HIGH_RUN.findall(data)
    n_high = sum(map(len, runs))
    n_in_runs = sum(len(run) for run in runs if len(run) >= 4 and len(set(run)) > 1)
    n_undefined = len(_UNDEFINED.findall(data))
    if (n_in_runs >= 8 and n_in_runs > n_high * 0.3) or (n_undefined >= 4 and n_undefined > n_high * 0.05):
        raise UndecodableError(name, f"it is neither UTF-8 nor Windows-1252: read so, it is nonsense. {ADVICE}.")
