"""Entries of BibTeX that something is wrong with, read with patience: stray commas, comments, a missing comma after the
key, a brace too many. Each oddity becomes a warning; what is never closed is said to be so.
"""

import re
from typing import NamedTuple

from ingest.readers.bibtex_values import FIELD_NAME, find_close, read_value

AFTER_KEY = re.compile(r"\s*([^\s,{}()=\"]*)\s*,?")
CLOSED_EARLY = re.compile(r"[ \t]*,\s*[^\s=,{}()\"#%\\]+\s*=")


class Scanned(NamedTuple):
    """An entry of a damaged block: what could be read, where it ends, and why it could not be, if so."""

    key: str
    pairs: list[tuple[str, str]]
    warnings: list[str]
    end: int
    failure: str = ""


def scan_fields(text: str, position: int, closer: str) -> Scanned:
    """The key and the fields from behind ``@type{`` on, as far as the brace that closes the entry (``closer``)."""
    pairs: list[tuple[str, str]] = []
    warnings: list[str] = []
    key = ""
    if not FIELD_NAME.match(text, position) and (match := AFTER_KEY.match(text, position)):
        key, position = match.group(1), match.end()
        if match.group(1) and not match.group().rstrip().endswith(",") and FIELD_NAME.match(text, position):
            warnings.append(f'a comma is missing after the key "{key}"')
    while True:
        while position < len(text) and (text[position] in ", \t\n\f\v\u00a0"):
            position += 1
        if position >= len(text):
            return Scanned(key, pairs, warnings, position, "the entry is never closed: a closing brace is missing")
        if text[position] == closer:
            if pairs and CLOSED_EARLY.match(text, position + 1) and text.find(closer, position + 1) > 0:
                warnings.append(f'a "{closer}" too many: the fields after it were read too')
                position += 1
                continue
            return Scanned(key, pairs, warnings, position + 1)
        if match := FIELD_NAME.match(text, position):
            value = read_value(text, match.end())
            if not value.closed:
                line = text.count("\n", 0, match.start(1))
                where = f" ({line} lines further down)" if line else ""
                reason = f'the value of "{match.group(1)}"{where} is never closed: a brace or quote is missing'
                return Scanned(key, pairs, warnings, position, reason)
            pairs.append((match.group(1), text[match.end() : value.end]))
            position = value.end
            continue
        # No field: a comment to the end of the line, or words up to the next mark.
        end = text.find("\n", position) if text[position] == "%" else _end_of_words(text, position, closer)
        if end < 0:
            return Scanned(key, pairs, warnings, position, "the entry is never closed: a closing brace is missing")
        words = " ".join(text[position:end].split())
        if text[position] != "%":
            warnings.append(f'not read, for it is no field: "{words[:80]}"')
        position = max(end, position + 1)


def _end_of_words(text: str, position: int, closer: str) -> int:
    if text[position] == "{":
        return find_close(text, position)
    match = re.compile(rf"[,{{\n{re.escape(closer)}]").search(text, position + 1)
    return match.start() if match else -1
