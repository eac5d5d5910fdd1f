"""The lists of terms of a tag as they stand in its file: where each term is, and changes that leave all else as it was.

A facet's file is written by people, with comments and a layout of their own. So a change takes single terms out of the
text and puts single terms in; it never writes the file anew. What terms mean is ingest/tagging's business.
"""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import FrameworkError
from corpus.framework import Framework, Tag

LISTS = ("terms", "weak", "unless", "headings", "wide")  # the lists of a tag, in the order in which they are shown
KEPT = "framework-file"  # what corpus.keep files a facet's earlier text under

_WIDTH = 120
_NAME = re.compile(r"[ \t]*([A-Za-z0-9_-]+)[ \t]*=[ \t]*")
_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*([^\]\n]+?)[ \t]*\]")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One term in a list of a tag: what it says, and where its string starts and ends in the text."""

    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TermList:
    """One list of a tag in its file: from the opening bracket to just after the closing one."""

    tag: str
    name: str
    start: int
    end: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class TermPlace:
    """Where one term stands: ``line`` counts from 1."""

    facet: str
    tag: str
    list: str
    term: str
    file: str
    line: int


def read_file(folder: Path, facet_id: str) -> str:
    """A facet's file as it is, line ends and all."""
    return (folder / f"{facet_id}.toml").read_bytes().decode("utf-8")


def lists_of(tag: Tag) -> dict[str, tuple[str, ...]]:
    """The lists of a tag by name, those that it does not have empty."""
    weak = tuple(tag.options.get("weak", ()))
    return {"terms": tag.terms, "weak": weak, "unless": tag.unless, "headings": tag.headings, "wide": tag.wide}


def locate_terms(folder: Path, framework: Framework) -> Iterator[TermPlace]:
    """Every term of every tag with its line, in the order of the files; the same term twice is there twice."""
    for facet in framework.facets:
        text = read_file(folder, facet.id)
        for found in find_lists(text):
            for item in found.items:
                line = text.count("\n", 0, item.start) + 1
                yield TermPlace(facet.id, found.tag, found.name, item.term, f"{facet.id}.toml", line)


def find_lists(text: str) -> Iterator[TermList]:
    """The lists of all tags of a facet's file, in order."""
    return (found for block in _blocks(text) for found in block.lists)


@dataclass(frozen=True, slots=True)
class _Block:
    """One [[tags]]: its id, its lists, and where a further line of it may begin."""

    tag: str
    lists: tuple[TermList, ...]
    end: int


def _blocks(text: str) -> Iterator[_Block]:
    tag, end, inside = "", 0, False
    lists: list[TermList] = []
    for at, kind, name in _lines(text):
        if kind == "header":
            if inside or tag:
                yield _Block(tag, tuple(replace(found, tag=tag) for found in lists), end)
            inside, tag, lists = name == "tags", "", []
        elif inside:
            value_end = _value_end(text, at)
            if name == "id":
                tag = str(tomllib.loads(f"x = {text[at:value_end].strip()}")["x"])
            if name in LISTS and text[at : at + 1] == "[":
                lists.append(TermList("", name, at, value_end, tuple(_items(text, at, value_end))))
            line_end = text.find("\n", value_end)
            end = len(text) if line_end < 0 else line_end + 1
    if inside or tag:
        yield _Block(tag, tuple(replace(found, tag=tag) for found in lists), end)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Headers and keys: where what follows the name begins, "header" or "key", and the name."""
    at = 0
    while at < len(text):
        if found := _HEADER.match(text, at):
            yield found.end(), "header", found[1]
        elif found := _NAME.match(text, at):
            yield found.end(), "key", found[1]
            at = _value_end(text, found.end())
        line_end = text.find("\n", at)
        at = len(text) if line_end < 0 else line_end + 1


def _value_end(text: str, at: int) -> int:
    """Where the value that begins here ends: after the bracket that closes it, or before a comment or line end."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'" and (found := _STRING.match(text, at)):
            at = found.end()
            continue
        if char == "#" or char == "\n":
            if not depth:
                return at
            if char == "#":
                line_end = text.find("\n", at)
                at = len(text) if line_end < 0 else line_end
        depth += (char in "[{") - (char in "]}")
        at += 1
        if char in "]}" and not depth:
            return at
    return len(text)


def _items(text: str, start: int, end: int) -> Iterator[Item]:
    at = start + 1
    while at < end:
        if found := _STRING.match(text, at):
            yield Item(str(tomllib.loads(f"x = {found[0]}")["x"]), found.start(), found.end())
            at = found.end()
        elif text[at] == "#":
            line_end = text.find("\n", at)
            at = end if line_end < 0 else line_end
        else:
            at += 1


def change_lists(text: str, tag_id: str, lists: Mapping[str, Sequence[str]]) -> str:
    """A facet's file in which these lists of a tag hold just these terms; nothing else is changed.

    Terms that stay keep their place, new ones come last. Raises FrameworkError where the file cannot be changed so.
    """
    where = f"{_facet_id(text)}.toml"
    block = next((b for b in _blocks(text) if b.tag == tag_id), None)
    if block is None:
        raise FrameworkError(where, 0, f'there is no tag "{tag_id}" in this file.')
    have = {found.name: found for found in block.lists}
    put: list[tuple[int, str]] = []  # where, what
    for name, wanted in lists.items():
        if name in have:
            put += _additions(text, have[name], wanted)
        elif wanted:
            start = "" if text[: block.end].endswith("\n") else "\n"
            put.append((block.end, f"{start}{name} = {_written(list(dict.fromkeys(wanted)))}\n"))
    for at, new in sorted(put, reverse=True):
        text = text[:at] + (new.replace("\n", "\r\n") if "\r\n" in text else new) + text[at:]
    gone = [
        item
        for found in find_lists(text)
        if found.tag == tag_id and found.name in lists
        for item in found.items
        if item.term not in lists[found.name]
    ]
    for item in reversed(gone):
        text = _without(text, item)
    _check(text, tag_id, lists, where)
    return text


def _facet_id(text: str) -> str:
    found = re.search(r'^id\s*=\s*["\']([^"\']+)', text, re.MULTILINE)
    return found[1] if found else "facet"


def _additions(text: str, found: TermList, wanted: Sequence[str]) -> Iterator[tuple[int, str]]:
    have = {item.term for item in found.items}
    new = [term for term in dict.fromkeys(wanted) if term not in have]
    if not new:
        return
    close = found.end - 1
    last = found.items[-1].end if found.items else found.start + 1
    # Is there a comma between the last term and the bracket, outside comments?
    tail = re.sub(r"#[^\n]*", "", text[last:close])
    comma = "" if "," in tail or not found.items else ","
    line = text.rfind("\n", 0, close) + 1
    if line <= found.start:  # all in one line
        yield close, f"{comma} {', '.join(map(_quoted, new))}" if found.items else ", ".join(map(_quoted, new))
    elif text[line:close].strip():  # the bracket stands behind the last term
        yield close, f"{comma}\n{_wrapped(new)}"
    else:
        if comma:
            yield last, comma
        yield line, _wrapped(new)


def _without(text: str, item: Item) -> str:
    """A term taken out with its comma, and its line with it if nothing else stands there."""
    start, end = item.start, item.end
    if after := re.compile(r"[ \t]*,?[ \t]*").match(text, end):
        end = after.end()
    line = text.rfind("\n", 0, start) + 1
    if re.compile(r"\r?\n").match(text, end):
        if not text[line:start].strip():
            return text[:line] + text[text.index("\n", end) + 1 :]
        start = len(text[:start].rstrip(" \t"))  # the last of its line: no blank is left behind
    elif text.startswith("]", end) and text[line:start].rstrip().endswith(","):
        start = len(text[:start].rstrip(" \t")) - 1  # the last of a list in one line: nor the comma before it
    return text[:start] + text[end:]


def _quoted(term: str) -> str:
    return json.dumps(term, ensure_ascii=False).replace("\x7f", "\\u007f")


def _written(terms: Sequence[str]) -> str:
    one = "[" + ", ".join(map(_quoted, terms)) + "]"
    return one if len(one) < _WIDTH - 12 else f"[\n{_wrapped(terms)}]"


def _wrapped(terms: Iterable[str]) -> str:
    """Terms as lines of a list, as many to a line as fit."""
    lines = [""]
    for term in map(_quoted, terms):
        if lines[-1] and len(lines[-1]) + len(term) + 6 > _WIDTH:
            lines.append("")
        lines[-1] += f" {term}," if lines[-1] else f"{term},"
    return "".join(f"    {line}\n" for line in lines)


def _check(text: str, tag_id: str, lists: Mapping[str, Sequence[str]], where: str) -> None:
    """Read back what was written: an odd layout must not spoil a file."""
    try:
        row: Mapping[str, Any] = next(r for r in tomllib.loads(text)["tags"] if r.get("id") == tag_id)
        same = all(set(row.get(name, ())) == set(wanted) for name, wanted in lists.items())
    except (tomllib.TOMLDecodeError, KeyError, StopIteration):
        same = False
    if not same:
        raise FrameworkError(where, 0, f'tag "{tag_id}" is laid out in a way that can only be changed by hand.')


def can_write(folder: Path, facet_id: str) -> bool:
    """Whether a facet's file may be changed where it is (an installed one may not)."""
    return os.access(folder, os.W_OK) and os.access(folder / f"{facet_id}.toml", os.W_OK)


def save_file(folder: Path, facet_id: str, text: str, was: str) -> None:
    """Put a new text in the place of a facet's file, at once or not at all.

    ``was`` is the text that the change was made from. Raises FrameworkError if the file says something else by now, or
    cannot be written. The new text should have been loaded before (``load_framework(folder, {file: text})``).
    """
    path = folder / f"{facet_id}.toml"
    if read_file(folder, facet_id) != was:
        raise FrameworkError(path.name, 0, "the file was changed meanwhile. Look at it again, then repeat the change.")
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{facet_id}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        os.chmod(name, path.stat().st_mode)
        os.replace(name, path)
    except OSError as error:
        raise FrameworkError(path.name, 0, f"it cannot be written here: {error.strerror}.") from error
