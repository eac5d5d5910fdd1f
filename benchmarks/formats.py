"""Reading real citation files: entries found against the number each file holds, and fields against what they say.

A set is a folder with ``manifest.csv``, ``files/`` and ``expected/`` (docs/benchmarks.md). Peers run in a virtual
environment of their own, named by LACUNA_PEERS (the path of its Python).
"""

import csv
import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import FileError
from corpus.records import Entry, Fields
from ingest.normalise import to_fields
from ingest.readers import open_text, pick_reader

Expected = Mapping[str, Any]


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """Per set: files with the right entry count, share of entries recovered, and per field right of compared."""
    return {name: _measure(folder, peers) for name, folder in _sets(data)}


def _sets(data: Path) -> Iterator[tuple[str, Path]]:
    if (data / "manifest.csv").is_file():
        yield data.name, data
    for folder in sorted(data.iterdir()):
        if (folder / "manifest.csv").is_file():
            yield folder.name, folder


def _measure(folder: Path, peers: bool) -> dict[str, Any]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    right = expected_entries = recovered = 0
    formats: dict[str, dict[str, int]] = {}
    fields = {name: {"right": 0, "compared": 0} for name in COMPARE}
    wrong: dict[str, str] = {}
    for row in rows:
        path = folder / "files" / row["file"]
        n = int(row["expected_entries"])
        entries, trouble = _read(path)
        expected_entries += n
        recovered += min(len(entries), n)
        block = formats.setdefault(row["format"], {"files_right": 0, "files": 0})
        block["files"] += 1
        if len(entries) == n and not trouble:
            right += 1
            block["files_right"] += 1
        else:
            wrong[row["file"]] = trouble or f"{len(entries)} entries, not {n}"
        expected = folder / "expected" / f"{row['file']}.json"
        if expected.is_file():
            _compare(json.loads(expected.read_text(encoding="utf-8")), entries, fields, row["file"], wrong)
    measured: dict[str, Any] = {
        "files": len(rows),
        "files_right": right,
        "entries_recovered": recovered / expected_entries if expected_entries else 1.0,
        "fields": {name: block for name, block in fields.items() if block["compared"]},
        "formats": formats,
    }
    if wrong:
        measured["wrong"] = wrong
    if peers:
        measured["peers"] = _peers(folder, rows)
    return measured


def _read(path: Path) -> tuple[list[Fields], str]:
    """What we make of a file, and in words why it could not be read."""
    with path.open("rb") as stream:
        head = stream.read(65_536)
    try:
        reader = pick_reader(path.name, head).reader
        if reader.binary:
            with path.open("rb") as stream:
                items = list(reader.read(stream))
        else:
            items = list(reader.read(open_text(path)))
    except FileError as error:
        return [], str(error)
    return [to_fields(item) for item in items if isinstance(item, Entry)], ""


def _plain(text: object) -> str:
    """Letters and digits only, without case and accents: layout and capitals are matters of style."""
    folded = unicodedata.normalize("NFKD", str(text or "").casefold())
    return "".join(c for c in folded if c.isalnum())


def _same_pages(ours: Fields, theirs: Expected) -> bool:
    numbers = re.findall(r"\w+", str(theirs["pages"]))
    mine = re.findall(r"\w+", ours.pages or "")
    if len(numbers) == 2 and numbers[1].isdigit() and len(numbers[1]) < len(numbers[0]):
        numbers[1] = numbers[0][: -len(numbers[1])] + numbers[1]
    return mine == numbers or (len(numbers) == 2 and numbers[0] == numbers[1] and mine == numbers[:1])


def _same_year(ours: Fields, theirs: Expected) -> bool:
    match = re.search(r"\d{4}", str(theirs["date"]))
    return ours.year == (int(match.group()) if match else None)


def _same_names(ours: Fields, theirs: Expected) -> bool:
    mine = [_plain(f"{a.given}{a.family}") for a in ours.authors]
    families = [_plain(name) for name in theirs["creators"]]
    return all(any(family in name for name in mine) for family in families) and len(mine) <= len(families)


# Field -> (key of the expected file, whether ours is right). Compared only where something is expected.
COMPARE: dict[str, tuple[str, Callable[[Fields, Expected], bool]]] = {
    "title": ("title", lambda ours, theirs: _plain(ours.title) == _plain(theirs["title"])),
    "year": ("date", _same_year),
    "doi": ("doi", lambda ours, theirs: (ours.doi or "") == str(theirs["doi"]).lower()),
    "venue": ("venue", lambda ours, theirs: _plain(ours.venue) == _plain(theirs["venue"])),
    "volume": ("volume", lambda ours, theirs: _plain(ours.volume) == _plain(theirs["volume"])),
    "pages": ("pages", _same_pages),
    "creators": ("creators", _same_names),
    "abstract": ("abstract_chars", lambda ours, theirs: bool(ours.abstract)),
}


def _compare(
    expected: Sequence[Expected],
    entries: Sequence[Fields],
    counts: Mapping[str, dict[str, int]],
    file: str,
    wrong: dict[str, str],
) -> None:
    """Entries are paired by title, for a peer may sort them; the rest in order. A missing entry has no right field."""
    left = list(entries)
    for theirs in expected:
        title = _plain(theirs.get("title"))
        ours = next((e for e in left if _plain(e.title) == title), left[0] if left else Fields())
        left = [e for e in left if e is not ours]
        for name, (key, is_right) in COMPARE.items():
            if not theirs.get(key):
                continue
            counts[name]["compared"] += 1
            if is_right(ours, theirs):
                counts[name]["right"] += 1
            else:
                mine = "; ".join(map(str, ours.authors)) if name == "creators" else getattr(ours, name)
                wrong[f"{file}: {name}"] = f"{str(mine)[:80]!r}, not {str(theirs[key])[:80]!r}"


# Peer -> the formats it reads, and how many entries it gives for the file named by ``path``.
PEERS = {
    "bibtexparser 2": ("bibtex", "import bibtexparser\nn = len(bibtexparser.parse_file(path).entries)"),
    "bibtexparser 1": (
        "bibtex",
        "import bibtexparser\nn = len(bibtexparser.load(open(path, encoding='utf-8')).entries)",
    ),
    "pybtex": ("bibtex", "from pybtex.database import parse_file\nn = len(parse_file(path, 'bibtex').entries)"),
    "rispy": ("ris", "import rispy\nn = len(rispy.load(open(path, encoding='utf-8')))"),
    "nbib": ("nbib", "import nbib\nn = len(nbib.read_file(path))"),
}
_VERSION = {"bibtexparser 1": "1.", "bibtexparser 2": "2."}
_SCRIPT = """
import importlib.metadata, json, logging, sys
logging.disable(logging.CRITICAL)
package, version, code = sys.argv[1].split()[0], sys.argv[2], sys.argv[3]
try:
    if not importlib.metadata.version(package).startswith(version):
        raise importlib.metadata.PackageNotFoundError
except importlib.metadata.PackageNotFoundError:
    print("null")
    sys.exit()
counts = []
for path in sys.stdin.read().splitlines():
    scope = {"path": path}
    try:
        exec(code, scope)
        counts.append(scope["n"])
    except BaseException:
        counts.append(-1)
print(json.dumps(counts))
"""


def _peers(folder: Path, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    python = os.environ.get("LACUNA_PEERS", "")
    found: dict[str, Any] = {}
    for peer, (wanted, code) in PEERS.items():
        mine = [row for row in rows if row["format"] == wanted]
        counts = _count_with(python, peer, code, [folder / "files" / row["file"] for row in mine])
        if counts is None:
            found[peer] = "not installed"
            continue
        expected = [int(row["expected_entries"]) for row in mine]
        found[peer] = {
            "files": len(mine),
            "files_right": sum(n == m for n, m in zip(counts, expected, strict=True)),
            "entries_recovered": sum(min(max(n, 0), m) for n, m in zip(counts, expected, strict=True))
            / max(sum(expected), 1),
        }
    return found


def _count_with(python: str, peer: str, code: str, paths: Sequence[Path]) -> list[int] | None:
    """Entries the peer finds in each file, -1 where it fails; None if it is not installed there."""
    if not python or not Path(python).is_file():
        return None
    done = subprocess.run(
        [python, "-c", _SCRIPT, peer, _VERSION.get(peer, ""), code],
        input="\n".join(str(path.resolve()) for path in paths),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if done.returncode == 0 and lines else None
