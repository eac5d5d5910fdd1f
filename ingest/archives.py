"""Opens .gz and .zip files, with limits: what is inside is written to a folder, and the readers read it from there.

A file that unpacks to far more than it is, an archive in an archive and one under a password are refused with a
sentence before they fill the disk.
"""

import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from corpus.errors import FileError, TooLargeError

MAX_BYTES = 4_000_000_000  # all files of an archive together
MAX_FILES = 500
MAX_RATIO = 200  # times its packed size, where that comes to more than FREE_BYTES; citations shrink 3 to 15 times
FREE_BYTES = 50_000_000
_CHUNK = 1 << 20

_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError)


class Member(NamedTuple):
    """One file that was in an archive: its name for people ("export.zip/refs.ris") and where it is now."""

    name: str
    path: Path


# Where the first file of an Office document stands whose list of contents comes last, as openpyxl and pandas write it.
_OFFICE = (b"docProps/", b"xl/", b"word/", b"_rels/")


def is_archive(head: bytes) -> bool:
    """Whether the first bytes are those of a .gz or .zip file; Office documents are zip files but no archives.

    >>> is_archive(b"\\x1f\\x8b\\x08")
    True
    """
    if head[:2] == b"\x1f\x8b":
        return True
    return (
        head[:4] == b"PK\x03\x04"
        and b"[Content_Types].xml" not in head[:65_536]
        and not head[30:40].startswith(_OFFICE)
        and b"mimetypeapplication" not in head[:100]
    )


def unpack(name: str, source: Path | bytes, folder: Path) -> list[Member]:
    """The files in an archive, written to ``folder``, in the archive's order.

    Raises FileError if it is damaged, empty or under a password, TooLargeError if it is over a limit.
    """
    packed = len(source) if isinstance(source, bytes) else source.stat().st_size
    room = min(MAX_BYTES, max(FREE_BYTES, packed * MAX_RATIO))
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            if stream.read(2) == b"\x1f\x8b":
                stream.seek(0)
                return [_unpack_gzip(name, stream, folder, room)]
            stream.seek(0)
            return _unpack_zip(name, stream, folder, room)
    except _BROKEN as error:
        raise FileError(
            name, f"the archive is damaged ({error}). Unpack it yourself and upload what is inside."
        ) from error


def _unpack_gzip(name: str, stream: BinaryIO, folder: Path, room: int) -> Member:
    inner = name[:-3] if name.lower().endswith(".gz") else name
    path = folder / "1"
    with gzip.GzipFile(fileobj=stream) as unpacked:
        _copy(name, unpacked, path, room)  # type: ignore[arg-type]
    _refuse_archive(name, inner, path)
    return Member(inner, path)


def _unpack_zip(name: str, stream: BinaryIO, folder: Path, room: int) -> list[Member]:
    members: list[Member] = []
    with zipfile.ZipFile(stream) as archive:
        files = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
        if not files:
            raise FileError(name, "there is no file in this archive.")
        if len(files) > MAX_FILES:
            raise TooLargeError(name, f"there are {len(files):,} files in it; we open up to {MAX_FILES}.")
        for number, info in enumerate(files, 1):
            inner = f"{name}/{info.filename}"
            if info.flag_bits & 1:
                raise FileError(name, f'"{info.filename}" in it is under a password. Unpack it yourself.')
            # The name inside is never used as a path: it may point anywhere.
            path = folder / str(number)
            with archive.open(info) as unpacked:
                room -= _copy(name, unpacked, path, room)  # type: ignore[arg-type]
            _refuse_archive(name, info.filename, path)
            members.append(Member(inner, path))
    return members


def _is_litter(filename: str) -> bool:
    path = PurePosixPath(filename)
    return "__MACOSX" in path.parts or path.name in (".DS_Store", "Thumbs.db", "desktop.ini")


def _copy(name: str, unpacked: BinaryIO, path: Path, room: int) -> int:
    """Write at most ``room`` bytes, whatever size the archive claims."""
    written = 0
    with path.open("wb") as out:
        while chunk := unpacked.read(_CHUNK):
            written += len(chunk)
            if written > room:
                out.close()
                path.unlink()
                raise TooLargeError(
                    name,
                    f"it unpacks to more than {room / 1e6:,.0f} MB, far more than a citation export of its size does. "
                    "If that is right, unpack it yourself and upload the files inside.",
                )
            out.write(chunk)
    return written


def _refuse_archive(name: str, inner: str, path: Path) -> None:
    with path.open("rb") as stream:
        if is_archive(stream.read(65_536)):
            raise FileError(name, f'"{inner}" in it is an archive again. Unpack it yourself and upload what is inside.')
