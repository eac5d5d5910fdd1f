"""Elements of an XML export one at a time, each read alone, so that a broken one costs nothing but itself.

The file is cut into records at their tags and only a record's own text is given to the XML parser. So memory stays
flat, the text of a record is kept as it was, and no document type declaration is ever obeyed: an entity that the
file declares for itself is not expanded, which leaves an entity bomb with nothing to explode.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree

from corpus.records import Entry, Rejected
from ingest.readers.base import Item, Lines

DEEPEST = 200  # no export nests further; a tree that does would cost stack and time
_KEPT = 1_000_000  # characters of stray text kept for a rejected item

_TAG = re.compile(r"<(/?)[A-Za-z_][^<>]{0,2000}?(/?)>")
_ENTITY = re.compile(r"&(#?\w{1,40});")
_BARE = re.compile(r"&(?!#?\w{1,40};)")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|&#(?:x0*[0-8bcef]|0*[0-8]|x0*1[0-9a-f]|0*1[12]);", re.I
)
_XML_ENTITIES = frozenset(("lt", "gt", "amp", "quot", "apos"))


def read_elements(
    lines: Lines,
    names: tuple[str, ...],
    inner: tuple[str, ...],
    to_entry: Callable[[int, str, ElementTree.Element], Entry],
) -> Iterator[Item]:
    """One item for each element called one of ``names``, in file order.

    ``inner`` are those of ``names`` that also occur within another and start nothing there.
    """
    for line, text, problem in _cut(lines, names, inner):
        if problem:
            yield Rejected(line, text, problem)
            continue
        try:
            element = to_element(text)
        except ElementTree.ParseError as error:
            where = line + error.position[0] - 1
            yield Rejected(line, text, f"the XML is broken on line {where}: {str(error).partition(':')[0]}")
        except _TooDeep as error:
            yield Rejected(line, text, str(error))
        else:
            yield to_entry(line, text, element)


class _TooDeep(Exception):
    pass


def to_element(text: str) -> ElementTree.Element:
    """The parsed element; HTML entities, stray ampersands and control characters are mended if they stop the parser."""
    _check_depth(text)
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, UnicodeEncodeError):
        mended = _CONTROL.sub("", _BARE.sub("&amp;", _ENTITY.sub(_mend_entity, text)))
        return ElementTree.fromstring(mended)


def _mend_entity(found: re.Match[str]) -> str:
    if found[1].startswith("#") or found[1] in _XML_ENTITIES:
        return found[0]
    plain = html.unescape(found[0])
    return found[0] if plain == found[0] else html.escape(plain)


def _check_depth(text: str) -> None:
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[1]:
            depth -= 1
        elif not tag[2]:
            depth += 1
            if depth > DEEPEST:
                raise _TooDeep(f"elements are nested more than {DEEPEST} deep")


def _cut(lines: Lines, names: tuple[str, ...], inner: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
    """Line, text and, where its end or its beginning is missing, the problem of each record."""
    either = re.compile(rf"<(/?)({'|'.join(names)})(?=[\s/>])(?:[^<>]{{0,2000}}?(/)>)?")
    openings = {
        name: re.compile(rf"<(?:{'|'.join(n for n in names if n == name or n not in inner)})(?=[\s/>])")
        for name in names
    }
    start, name, close = 0, "", ""
    parts: list[str] = []  # the record that is open, or else text since the last one
    kept, saved = 0, False
    for number, text in enumerate(lines, 1):
        at = 0
        no_end = False  # this line holds no further end of the open record: do not look for it again and again
        while True:
            if name:
                end = -1 if no_end else text.find(close, at)
                no_end = end < 0
                again = openings[name].search(text, at, end if end >= 0 else len(text))
                if again:  # the next one starts before this one ended
                    parts.append(text[at : again.start()])
                    yield (
                        start,
                        "".join(parts),
                        f"no </{name}> before the next record starts: it was cut off or damaged",
                    )
                    parts, kept, name, at = [], 0, "", again.start()
                elif end >= 0:
                    parts.append(text[at : end + len(close)])
                    yield start, "".join(parts), ""
                    saved = name in inner
                    parts, kept, name, at = [], 0, "", end + len(close)
                else:
                    parts.append(text[at:])
                    break
                continue
            found = either.search(text, at)
            stray = text[at : found.start() if found else len(text)]
            if stray and kept < _KEPT:
                start = start if parts else number
                parts.append(stray[: _KEPT - kept])
                kept += len(stray)
            if not found:
                break
            at = found.end()
            if found[3] == "/":  # <record/>
                yield number, found[0], ""
                parts, kept = [], 0
            elif found[1] and saved and found[2] not in inner:
                saved = False  # the start of this one was damaged, but what it held was read by itself
                parts, kept = [], 0
            elif found[1]:
                yield (
                    (start if parts else number),
                    "".join(parts) + found[0] + ">",
                    f"a </{found[2]}> without its start",
                )
                parts, kept = [], 0
            else:
                name, close, start, parts = found[2], f"</{found[2]}>", number, [found[0]]
    if name:
        yield start, "".join(parts), f"the file ends before </{name}>: it was cut off"


def to_text(element: ElementTree.Element | None) -> str:
    """All text within an element, markup such as <i> and <style> left out; "" if there is none."""
    return "" if element is None else "".join(element.itertext()).strip()


def add(fields: dict[str, list[str]], name: str, value: str) -> None:
    """Append a value unless it is empty."""
    if value:
        fields.setdefault(name, []).append(value)


def add_rest(
    fields: dict[str, list[str]],
    element: ElementTree.Element,
    known: Mapping[str, object] | frozenset[str],
    prefix: str = "",
) -> None:
    """Keep what no rule reads: each other child that holds text, under its own name."""
    for child in element:
        if child.tag not in known and (value := " ".join(" ".join(child.itertext()).split())):
            add(fields, prefix + child.tag, value)
