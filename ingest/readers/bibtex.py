"""BibTeX and BibLaTeX. A plain entry is read in one go, any other is split by bibtexparser; what that leaves out or
mistakes is read here too.

The file is cut into blocks at lines that begin with ``@word{`` and each block is parsed alone, so memory stays flat
and a damaged block costs nothing but itself. What stands elsewhere in the file, @string definitions and crossref
parents, is looked for when an entry first needs it.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from bibtexparser import model
from bibtexparser.splitter import Splitter

from corpus.records import Entry, Rejected
from ingest.latex import decode_latex, decode_verbatim, has_commands
from ingest.readers.base import Item, Reader, to_pieces
from ingest.readers.bibtex_blocks import MAX_BLOCK, Block, cut_blocks
from ingest.readers.bibtex_damage import AFTER_KEY, CLOSED_EARLY, scan_fields
from ingest.readers.bibtex_values import (
    FIELD_NAME,
    find_close,
    join_pieces,
    read_plain,
    read_value,
    resolve_macros,
    split_names,
)

# It tells the log of each damaged block; we tell the person.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

# BibTeX, BibLaTeX and exporters' names -> ours. Any other field keeps its own.
NAMES = {
    "journaltitle": "journal", "journal-title": "journal", "shortjournal": "journal_abbreviated",
    "journal-iso": "journal_abbreviated", "abbrev_source_title": "journal_abbreviated", "number": "issue",
    "location": "place", "address": "place", "keyword": "keywords", "author_keywords": "keywords",
    "author-keywords": "keywords", "mesh_terms": "mesh", "mesh-terms": "mesh", "langid": "language",
    "annote": "note", "annotation": "note", "addendum": "note", "art_number": "article_number", "eid": "article_number",
    "article-number": "article_number", "document_type": "publication_type", "document-type": "publication_type",
    "pmc": "pmcid", "unique-id": "accession", "times-cited": "citations", "origtitle": "original_title",
    "affiliations": "affiliation", "organization": "institution", "link": "url", "pubmed_id": "pmid",
}  # fmt: skip
_EPRINTS = {"pubmed": "pmid", "pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid"}
_VERBATIM = frozenset({"doi", "url", "pmid", "pmcid", "eprint", "file", "pdf", "issn", "isbn", "urldate", "key"})
_NAME_LISTS = frozenset({"author", "editor", "translator", "bookauthor", "holder"})
_NO_ENTRIES = ("comment", "preamble", "string")
# What a chapter or a talk does not take over from its book.
_NOT_INHERITED = frozenset(
    {"type", "key", "ids", "crossref", "xref", "xdata", "doi", "pmid", "pmcid", "url", "abstract", "note", "keywords"}
)
_PARTS = ("inproceedings", "conference", "incollection", "inbook", "suppbook", "suppcollection", "inreference")

_HEAD = re.compile(r"@\s*([^\s@{}(),=\"#%'\\]+)\s*([{(])")
_MAX_WARNINGS = 20
_STRING = re.compile(r"@\s*string\b")  # for text in small letters
_FIRST_PASS = re.compile(r"@\s*string\b|(?:crossref|xdata)\s*=", re.IGNORECASE)
_REFERENCES = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]?\s*([^{}\"]*)", re.IGNORECASE)
_FIELD_LINE = re.compile(r"^[ \t]*[A-Za-z][\w-]*[ \t]*=[ \t]*[{\"]", re.MULTILINE)
_LOOKS_LIKE = re.compile(r"^[ \t]*@[ \t]*([A-Za-z][\w-]*)\s*[{(]", re.MULTILINE)


class Known(NamedTuple):
    """What an entry may need that stands anywhere in the file."""

    macros: Mapping[str, str]
    parents: Mapping[str, Mapping[str, list[str]]]  # key in lower case -> fields


Elsewhere = Callable[[], Known]  # goes through the file when it is first called, so for most files never


def read(lines: Iterable[str]) -> Iterator[Item]:
    """Entries of a BibTeX file, in file order. Format: see docs/formats.md."""
    if isinstance(lines, str):
        lines = re.findall(r".*\n|.+\Z", lines)
    elif iter(lines) is lines:
        lines = list(lines)
    elsewhere = cache(lambda: _look_through(lines))
    for block in cut_blocks(lines):
        yield from _items(block, elsewhere)


def _look_through(lines: Iterable[str]) -> Known:
    definitions: dict[str, str] = {}
    wanted: set[str] = set()
    if not _has_any(lines):
        return Known({}, {})
    for block in cut_blocks(lines):
        if not _FIRST_PASS.search(block.text):
            continue
        for match in _REFERENCES.finditer(block.text):
            wanted.update(key.strip().lower() for key in match.group(1).split(","))
        if "string" in block.text[:200].lower():
            for part in Splitter(block.text).split().blocks:
                string = part.ignore_error_block if isinstance(part, model.ParsingFailedBlock) else part
                if isinstance(string, model.String):
                    definitions.setdefault(string.key.lower(), string.value)
    macros = resolve_macros(definitions)
    parents: dict[str, Mapping[str, list[str]]] = {}
    for block in cut_blocks(lines) if wanted else ():
        head = _HEAD.search(block.text)
        key = AFTER_KEY.match(block.text, head.end()) if head else None
        if key is None or not ({key.group(1).lower()} | _ids(block.text)) & wanted:
            continue
        for item in _items(block, lambda: Known(macros, {})):
            if isinstance(item, Entry):
                for key_name in (
                    name
                    for value in (*item.fields.get("key", []), *item.fields.get("ids", []))
                    for name in value.split(",")
                ):
                    parents.setdefault(key_name.strip().lower(), item.fields)
    return Known(macros, parents)


def _has_any(lines: Iterable[str]) -> bool:
    """Whether an @string or a reference to another entry may be there: most files have neither."""
    for piece in to_pieces(lines):
        plain = piece.encode("utf-8", "surrogatepass").lower()  # many times faster than text in small letters
        if b"crossref" in plain or b"xdata" in plain or (b"string" in plain and _STRING.search(piece.lower())):
            return True
    return False


def _ids(text: str) -> set[str]:
    match = re.search(r"\bids\s*=\s*[{\"]([^{}\"]*)", text, re.IGNORECASE)
    return {key.strip().lower() for key in match.group(1).split(",")} if match else set()


def _items(block: Block, elsewhere: Elsewhere) -> Iterator[Item]:
    text = block.text
    head = _HEAD.search(text)
    if not head:
        yield from _orphans(block, 0, len(text))
        return
    kind = head.group(1).lower()
    if block.too_long:
        yield Rejected(block.line, text, f"longer than {MAX_BLOCK:,} characters: is a closing brace missing?")
        return
    if kind in _NO_ENTRIES and text.find("@", head.end()) < 0:
        return
    found = _read_at_once(block, head, elsewhere) or _split(block, head, elsewhere)
    yield from found if found is not None else _scan(block, head.start(), elsewhere)


def _read_at_once(block: Block, head: re.Match[str], elsewhere: Elsewhere) -> list[Item] | None:
    """The entry of a block without anything unusual, as bibtexparser would read it; else None."""
    text, kind, start = block.text, head.group(1), head.start()
    plain = read_plain(text, head.end()) if head.group(2) == "{" and kind.lower() not in _NO_ENTRIES else None
    if plain is None:
        return None
    line = block.line + text.count("\n", 0, start) if start else block.line
    raw = text if not start and plain.end == len(text) else text[start : plain.end]
    if plain.is_simple:
        return [_to_simple_entry(line, raw, kind, plain.key, plain.pairs, elsewhere)]
    return [_to_entry(line, raw, kind, plain.key, plain.pairs, [], elsewhere)]


def _to_simple_entry(
    line: int, raw: str, kind: str, key: str, pairs: list[tuple[str, str]], elsewhere: Elsewhere
) -> Entry:
    """What ``_to_entry`` would make of fields whose values hold no braces."""
    fields: dict[str, list[str]] = {"type": [kind.lower()]}
    if key:
        fields["key"] = [key]
    has_latex, has_dashes = has_commands(raw), "--" in raw
    for name, text in pairs:
        text = text.strip()
        if not text:
            continue
        name, way = _to_name_and_way(name)
        decode = has_latex or (has_dashes and "-" in text and "--" in text)  # one character is looked for at once
        if way is _AS_NAMES:
            names = split_names(text)
            fields.setdefault(name, []).extend(map(_to_name, names) if decode or "\n" in text else names)
            continue
        if decode:
            text = decode_latex(text) if way is _AS_TEXT else decode_verbatim(text)
        if name in fields:
            fields[name].append(text)
        else:
            fields[name] = [text]
    if "eprint" in fields:
        _add_eprint(fields)
    if "crossref" in fields or "xdata" in fields:
        _inherit(fields, kind.lower(), elsewhere().parents)
    return Entry("bibtex", line, raw, fields)


_AS_TEXT, _AS_NAMES, _AS_WRITTEN = "text", "names", "written"


@lru_cache(maxsize=1_000)
def _to_name_and_way(name: str) -> tuple[str, str]:
    """Our name of a field, and how its value is read."""
    name = NAMES.get(name.lower(), name.lower())
    return name, _AS_NAMES if name in _NAME_LISTS else _AS_WRITTEN if name in _VERBATIM else _AS_TEXT


def _split(block: Block, head: re.Match[str], elsewhere: Elsewhere) -> list[Item] | None:
    """What bibtexparser makes of a block; None if any of it failed."""
    text, kind = block.text, head.group(1)
    safe = text
    if not head.group().startswith("@" + kind + head.group(2)) or not kind.isidentifier():
        # It takes only "@word{" for a start: same length, other characters.
        plain = re.sub(r"\W", "_", kind)
        safe = text[: head.start()] + "@" + plain.ljust(len(head.group()) - 2) + head.group(2) + text[head.end() :]
    items: list[Item] = []
    position = head.start()
    for part in Splitter(safe).split().blocks:
        entry = part.ignore_error_block if isinstance(part, model.ParsingFailedBlock) else part
        if not isinstance(entry, model.Entry):
            if entry is None or (isinstance(part, model.ParsingFailedBlock) and not isinstance(entry, model.String)):
                return None
            continue
        start = safe.find(entry.raw or "", position)
        items += _orphans(block, position, start)
        position = start + len(entry.raw or "")
        if CLOSED_EARLY.match(text, position):
            return None  # by a brace too many: its other fields follow
        name = kind if start == head.start() else entry.entry_type
        pairs = [(field.key, field.value) for field in entry.fields]
        line = block.line + text.count("\n", 0, start) if start else block.line
        items.append(_to_entry(line, text[start:position], name, entry.key, pairs, [], elsewhere))
    return [*items, *_orphans(block, position, len(text))] if items else None


def _orphans(block: Block, start: int, end: int) -> list[Rejected]:
    """Fields between entries: the line that named their entry is damaged or missing."""
    if end - start < 12 or len(found := _FIELD_LINE.findall(block.text, start, end)) < 2:
        return []
    text = block.text[start:end]
    line = block.line + block.text.count("\n", 0, start) + len(text[: len(text) - len(text.lstrip())].split("\n")) - 1
    return [Rejected(line, text.strip(), f'{len(found)} fields, but no line such as "@article{{key," before them')]


def _scan(block: Block, position: int, elsewhere: Elsewhere) -> Iterator[Item]:
    """Entries of a damaged block, read with patience: stray commas, comments, a missing comma after the key."""
    text = block.text
    while head := _HEAD.search(text, position):
        start = head.start()
        yield from _orphans(block, position, start)
        line = block.line + text.count("\n", 0, start)
        if head.group(1).lower() in _NO_ENTRIES:
            end = find_close(text, head.end() - 1) if head.group(2) == "{" else -1
            position = end if end > 0 else head.end()
            continue
        scanned = scan_fields(text, head.end(), "}" if head.group(2) == "{" else ")")
        if scanned.failure:
            yield Rejected(line, text[start:].strip(), scanned.failure)
            return
        position = scanned.end
        raw = text[start:position]
        yield _to_entry(line, raw, head.group(1), scanned.key, scanned.pairs, scanned.warnings, elsewhere)
    yield from _orphans(block, position, len(text))


def _to_entry(
    line: int,
    raw: str,
    kind: str,
    key: str,
    pairs: list[tuple[str, str]],
    warnings: list[str],
    elsewhere: Elsewhere,
) -> Entry:
    fields: dict[str, list[str]] = {"type": [kind.lower()]}
    if key:
        fields["key"] = [key]
    todo = pairs[::-1]
    while todo:
        name, value = todo.pop()
        if not name.isidentifier():
            name = name.strip().rpartition("\n")[2] if "%" in name else name  # a comment stood before it
            name = "_".join(name.split()) or "unnamed"
        text, rest = _to_text(value, name, elsewhere, warnings)
        while rest.startswith("%"):  # a comment between the value and the next field
            rest = rest.partition("\n")[2].strip()
        if rest:
            if len(warnings) < _MAX_WARNINGS and (match := FIELD_NAME.match(rest)):
                warnings.append(f'a comma is missing after "{name}": "{match.group(1)}" was read as a field of its own')
                todo.append((match.group(1), rest[match.end() :]))
            else:
                warnings.append(f'text after the value of "{name}" was added to it')
                text = f"{text} {rest}"
        _add(fields, name.lower(), text)
    if "eprint" in fields:
        _add_eprint(fields)
    if "crossref" in fields or "xdata" in fields:
        _inherit(fields, kind.lower(), elsewhere().parents)
    return Entry("bibtex", line, raw, fields, tuple(warnings[: _MAX_WARNINGS + 1]))


def _add_eprint(fields: dict[str, list[str]]) -> None:
    """The number of an eprint, under the name of what it is a number of."""
    kind = (fields.get("eprinttype") or fields.get("archiveprefix") or [""])[0].lower()
    if kind in _EPRINTS:
        fields.setdefault(_EPRINTS[kind], fields["eprint"])
    elif kind:
        fields.setdefault("accession", [f"{kind}:{fields['eprint'][0]}"])


def _to_text(value: str, name: str, elsewhere: Elsewhere, warnings: list[str]) -> tuple[str, str]:
    """The value's text as written, and what stands behind it that does not belong to it."""
    if value[:1] == "{" and value.find("}") == len(value) - 1 and value.find("{", 1) < 0:
        return value[1:-1], ""
    parsed = read_value(value, 0)
    if not parsed.closed:
        return value, ""
    unknown: list[str] = []
    rest = value[parsed.end :].strip()
    if not parsed.pieces and rest:
        return rest, ""
    macros = elsewhere().macros if any(piece.is_name for piece in parsed.pieces) else {}
    text = join_pieces(parsed.pieces, macros, unknown)
    if unknown and not rest:
        warnings.append(f'"{unknown[0]}" in "{name}" stands without braces and no @string defines it')
    return text, rest


def _add(fields: dict[str, list[str]], name: str, text: str) -> None:
    name, way = _to_name_and_way(name)
    text = text.strip()
    if not text:
        return
    if way is _AS_NAMES:
        fields.setdefault(name, []).extend(_to_name(part) for part in split_names(text))
    else:
        fields.setdefault(name, []).append(decode_latex(text) if way is _AS_TEXT else decode_verbatim(text))


def _to_name(name: str) -> str:
    """Plain text, but for the braces around a whole name: they say that it is a body's and has no parts."""
    if "\n" in name:
        name = " ".join(name.split())
    if name[0] == "{" and find_close(name, 0) == len(name):
        return "{" + decode_latex(name[1:-1]).strip() + "}"
    return decode_latex(name)


def _inherit(fields: dict[str, list[str]], kind: str, parents: Mapping[str, Mapping[str, list[str]]]) -> None:
    """Fields of the crossref parent and of xdata entries, one level, never over the entry's own."""
    for reference in ("crossref", "xdata"):
        keys = [key.strip().lower() for value in fields.get(reference, []) for key in value.split(",")]
        for parent in (parents.get(key, {}) for key in keys if key):
            for name, values in list(parent.items()):
                if name in _NOT_INHERITED and not (
                    reference == "xdata" and name not in ("type", "key", "ids", "xdata")
                ):
                    continue
                if reference == "crossref" and kind in _PARTS and name in ("title", "subtitle"):
                    name = "book" + name
                fields.setdefault(name, list(values))


def _looks_like(head: str) -> str | None:
    match = _LOOKS_LIKE.search(head)
    return f"line {head.count(chr(10), 0, match.start()) + 1} begins with @{match.group(1)}" if match else None


READER = Reader(
    "bibtex",
    "BibTeX (.bib)",
    (".bib", ".bibtex", ".biblatex"),
    _looks_like,
    read,
    how_to_export="In Zotero or JabRef, export as BibTeX.",
)
