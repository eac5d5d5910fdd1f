"""The receipt in a file that somebody hands back: a brief, a figure, a table, or the receipt by itself."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from html import unescape

from analysis.brief import markdown, page, word
from analysis.receipts import NOTE, Receipt, ReceiptError, hash_rows, read_receipt

LARGEST = 50_000_000  # bytes; a brief has some hundred thousand
CSV_MARK = f"# {NOTE}"
_HIDDEN = re.compile(r"<(style|script|svg)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Carried:
    """A receipt, and the words of the brief it stood in; None if it stood in no brief.

    ``rows_sha256``: hash of the rows of the table it stood in; None if it stood in no table.
    """

    receipt: Receipt
    words: str | None = None
    rows_sha256: str | None = None


def find_receipt(name: str, data: bytes) -> Carried:
    """Raises ReceiptError, which says what was looked for."""
    if len(data) > LARGEST:
        raise ReceiptError(f'"{name}" is too large to be a brief or a receipt of ours ({len(data):,} bytes).')
    if data[:2] == b"PK":
        return _in_document(name, data)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return Carried(read_receipt(_in_picture(name, data)))
    text = data.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] == "{":
        return Carried(read_receipt(text))
    found = page.read_embedded(text)
    if found is not None:
        is_page = "<main" in text
        return Carried(read_receipt(found), unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text))) if is_page else None)
    found = markdown.read_embedded(text)
    if found is not None:
        return Carried(read_receipt(found), text.partition(markdown.FENCE)[0])
    found = _in_table(text)
    if found is not None:
        return Carried(read_receipt(found), rows_sha256=hash_rows(text))
    raise ReceiptError(
        f'"{name}" holds no receipt. Give a brief (HTML, DOCX or Markdown), a figure (PNG or SVG), a table (CSV) or a '
        "receipt (JSON) that Lacuna wrote."
    )


def _in_document(name: str, data: bytes) -> Carried:
    try:
        found = word.read_embedded(data)
        words = word.read_words(data) if found else ""
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReceiptError(f'"{name}" cannot be opened as a Word document.') from error
    if found is None:
        raise ReceiptError(f'"{name}" is a document without a receipt: some programs drop it when they save.')
    return Carried(read_receipt(found), words)


def _in_picture(name: str, data: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            found = picture.info.get("Receipt")
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise ReceiptError(f'"{name}" cannot be opened as a picture.') from error
    if not found:
        raise ReceiptError(f'"{name}" is a picture without a receipt: some programs drop it when they save.')
    return str(found)


def _in_table(text: str) -> str | None:
    csv.field_size_limit(LARGEST)  # a receipt is one long cell
    for row in csv.reader(io.StringIO(text)):
        if not row or not row[0].startswith("#"):
            return None
        if row[0].startswith(CSV_MARK):
            return row[0].removeprefix(CSV_MARK)
    return None
