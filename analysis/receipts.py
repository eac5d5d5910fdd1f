"""Receipts: what a brief or a table was made of, so that its numbers can be made again and compared.

A receipt is JSON with a SHA-256 over everything else in it. That hash tells whether the receipt was altered since; it
is no signature and does not say who made it. recounts.py makes the numbers again, verification.py compares them.
"""

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.constants import DEFAULTS, Constants
from corpus.errors import LacunaError
from corpus.snapshot import Snapshot

FORMAT = 1
KINDS = ("brief", "map", "gaps", "triples", "priorities")
NOTE = "Receipt: "  # begins the header line of a table that holds one
MOST_IDS = 500  # of one cell: with more, their number and hash stand for them
_DIGITS = 6

Plain = Mapping[str, Any]


class ReceiptError(LacunaError):
    """What was given holds no receipt that can be read."""


@dataclass(frozen=True)
class Receipt:
    """``body``: everything but the hash. ``sha256``: the hash that came with it."""

    body: Plain
    sha256: str

    @property
    def is_intact(self) -> bool:
        return hash_body(self.body) == self.sha256

    @property
    def version(self) -> int:
        return int(self.body["corpus"]["version"])

    def to_json(self, indent: int | None = None) -> str:
        return json.dumps({**self.body, "sha256": self.sha256}, ensure_ascii=False, indent=indent, allow_nan=False)


@dataclass(frozen=True)
class Numbers:
    """What is compared: numbers by name, ids of records by cell, and the records counted in all."""

    numbers: Plain
    records: Mapping[str, Sequence[str]]
    counted: Snapshot


def hash_body(body: Plain) -> str:
    """SHA-256 over the canonical form: JSON in ASCII with sorted keys and no white space."""
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def hash_ids(ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def make_receipt(
    kind: str,
    question: Plain,
    found: Numbers,
    rules: str,
    constants: Constants = DEFAULTS,
    sentences: Sequence[str] = (),
) -> Receipt:
    """``question`` is in the form that recounts.py reads for this kind; ``rules`` is the rules' fingerprint.

    ``sentences`` are what the brief says of the numbers, so that an altered text can be told.
    """
    counted = found.counted
    framework = counted.framework
    body = {
        "receipt": FORMAT,
        "kind": kind,
        "question": question,
        "corpus": {
            "version": counted.version,
            "records": len(counted),
            "records_sha256": hash_ids(counted.ids),
            "statement": counted.statement,
            "year_now": counted.year_now,
        },
        "framework": {"name": framework.name, "version": framework.version, "fingerprint": framework.fingerprint},
        "rules": rules,
        "filters": list(counted.filters),
        "constants": constants.as_dict(),
        "numbers": to_plain(found.numbers),
        "records": {name: _pack(ids) for name, ids in found.records.items()},
        "sentences": list(sentences),
    }
    body = json.loads(json.dumps(body))  # as it will be read again
    return Receipt(body, hash_body(body))


def note_of(receipt: Receipt) -> str:
    """A receipt as a line of a table's header."""
    return NOTE + receipt.to_json()


def hash_rows(table: str) -> str:
    """SHA-256 over the rows of a CSV after its header: as they are read, whatever their quotes and line ends."""
    rows = [row for row in csv.reader(io.StringIO(table, newline="")) if row]
    n_header = next((n for n, row in enumerate(rows) if not row[0].startswith("#")), len(rows))
    text = json.dumps(rows[n_header:], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def seal_rows(notes: Iterable[str], rows: str) -> tuple[str, ...]:
    """Header lines as they are, with the hash of the table's rows put into the receipt among them."""
    return tuple(_seal(note, rows) if note.startswith(NOTE) else note for note in notes)


def _seal(note: str, rows: str) -> str:
    body = {**read_receipt(note.removeprefix(NOTE)).body, "rows_sha256": hash_rows(rows)}
    return note_of(Receipt(body, hash_body(body)))


def read_receipt(text: str) -> Receipt:
    """Raises ReceiptError."""
    try:
        data = json.loads(text)
        receipt = Receipt({name: value for name, value in data.items() if name != "sha256"}, str(data["sha256"]))
        known = receipt.body["receipt"]
        wanted = ("kind", "question", "corpus", "framework", "rules", "constants", "numbers", "records")
        complete = all(name in receipt.body for name in wanted) and isinstance(receipt.version, int)
    except (json.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReceiptError("This is no receipt: it should be the JSON that a brief or an export carries.") from error
    if known != FORMAT or not complete or receipt.body["kind"] not in KINDS:
        raise ReceiptError(f'This receipt is of a form we do not read ("{known}"). It may be of a newer version.')
    return receipt


def _pack(ids: Sequence[str]) -> dict[str, Any]:
    if len(ids) <= MOST_IDS:
        return {"ids": sorted(ids)}
    return {"n": len(ids), "sha256": hash_ids(ids)}


def to_plain(value: Any) -> Any:
    """As JSON has it, numbers to six digits: what is beyond differs between machines. Infinite is "any"."""
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return "any" if math.isinf(value) else float(f"{value:.{_DIGITS}g}")
    if isinstance(value, Mapping):
        return {str(name): to_plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value
