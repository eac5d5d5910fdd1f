"""A reading list for teaching: references in one style, in groups, as Markdown, a web page, a Word document or text.

Records about identifiable people (the framework's ``never-typical`` tags) are left out, and the list says how many.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import LacunaError
from corpus.export.coded import Coded, one_line
from corpus.export.styles import STYLES, Reference, Run, Style, to_text
from corpus.framework import Framework

WITHOUT = "None of these"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_FIRST = re.compile(r"^(\s*)(\d+[.)]|[-+])(?=\s)")


@dataclass(frozen=True)
class ReadingList:
    """What is written. ``parts``: a heading ("" if there is one part only) and its references, in order."""

    title: str
    about: tuple[str, ...]  # sentences: how many of how many, which style, what was left out
    parts: tuple[tuple[str, tuple[Reference, ...]], ...]
    numbered: bool


def build_list(
    records: Sequence[Coded],
    framework: Framework,
    style: str = "apa",
    by: str | None = None,
    n_corpus: int | None = None,
    topics: Mapping[str, str] | None = None,
) -> ReadingList:
    """A reading list of these records, alphabetical within each part.

    ``by``: a facet id, for a part a tag; or "topic", for a part a topic, where ``topics`` names the topic of each
    record by its id. A record stands in every part it belongs to. Raises LacunaError for a style there is not,
    UnknownIdError for a facet there is not.
    """
    if style not in STYLES:
        raise LacunaError(f'There is no style "{style}". There are: {", ".join(STYLES)}.')
    chosen = STYLES[style]
    cases = set(find_cases(framework))
    kept = [coded for coded in records if not any((a.facet, a.tag) in cases for a in coded.assignments)]
    kept.sort(key=_to_order)
    parts, label = _to_parts(kept, framework, by, topics)
    written = tuple((heading, tuple(chosen.write(coded) for coded in some)) for heading, some in parts)
    about = _describe(len(kept), len(records) - len(kept), n_corpus, chosen, label)
    return ReadingList("Reading list", about, written, chosen.numbered)


def find_cases(framework: Framework) -> list[tuple[str, str]]:
    """The tags of records about identifiable people, as the framework names them."""
    roles = framework.options.get("roles", {})
    return [(str(roles.get("design", "")), str(tag)) for tag in roles.get("never-typical", ())]


def _to_order(coded: Coded) -> tuple[str, int, str, str]:
    record = coded.record
    first = str(record.authors[0]) if record.authors else record.title or ""
    return first.casefold(), record.year or 0, (record.title or "").casefold(), record.id


Parts = list[tuple[str, list[Coded]]]


def _to_parts(
    records: list[Coded], framework: Framework, by: str | None, topics: Mapping[str, str] | None
) -> tuple[Parts, str]:
    """The parts, and what they are parted by in words."""
    if by is None:
        return [("", records)], ""
    if by == "topic" and topics is not None:
        of = {coded.record.id: [topics[coded.record.id]] if coded.record.id in topics else [] for coded in records}
        headings = sorted({heading for found in of.values() for heading in found}, key=str.casefold)
        label = "topic"
    else:
        facet = framework.facet(by)
        of = {
            coded.record.id: [facet.label_of(t.id) for t in facet.tags if any(
                (a.facet, a.tag) == (facet.id, t.id) for a in coded.assignments)]
            for coded in records
        }  # fmt: skip
        headings = [facet.label_of(tag.id) for tag in facet.tags]
        label = facet.label.lower() if not facet.label.isupper() else facet.label
    parts = [(heading, [coded for coded in records if heading in of[coded.record.id]]) for heading in headings]
    rest = [coded for coded in records if not of[coded.record.id]]
    return [(heading, some) for heading, some in [*parts, (WITHOUT, rest)] if some], label


def _describe(n: int, n_cases: int, n_corpus: int | None, style: Style, label: str) -> tuple[str, ...]:
    of = f" of {n_corpus:,}" if n_corpus is not None and n_corpus != n else ""
    what = (
        f"{'These ' if n != 1 else 'This '}{n:,}{of} record{'s' if n != 1 or of else ''}, cited in {style.name} style"
    )
    said = [what + (f", by {label}; a record with several stands under each." if label else ".")]
    if n_cases:
        said.append(f"Left out: {n_cases:,} about identifiable people (news or individual cases).")
    return tuple(said)


def write_markdown(reading: ReadingList) -> str:
    lines = [f"# {reading.title}", "", " ".join(map(_escape_markdown, reading.about)), ""]
    for heading, references in reading.parts:
        if heading:
            lines += [f"## {_escape_markdown(heading)}", ""]
        for n, reference in enumerate(references, 1):
            text = "".join(map(_to_markdown, reference))
            lines += [f"{n}. {text}" if reading.numbered else _FIRST.sub(r"\1\\\2", text), ""]
    return "\n".join(lines)


def _to_markdown(run: Run) -> str:
    text = _escape_markdown(run.text)
    if run.link:
        return f"[{text}](<{run.link}>)"
    mark = {"italic": "*", "bold": "**"}.get(run.look, "")
    bare = text.strip()
    return text.replace(bare, f"{mark}{bare}{mark}", 1) if mark and bare else text


def _escape_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.55 Georgia, serif;
  overflow-wrap: anywhere; }}
h1, h2 {{ line-height: 1.25; text-wrap: balance; }}
li {{ margin: 0 0 .7rem; }}
ul {{ list-style: none; padding: 0; }}
ul li {{ padding-left: 2rem; text-indent: -2rem; }}
</style>
<h1>{title}</h1>
<p>{about}</p>
{parts}
</html>
"""


def write_html(reading: ReadingList) -> str:
    kind = "ol" if reading.numbered else "ul"
    parts = []
    for heading, references in reading.parts:
        if heading:
            parts.append(f"<h2>{html.escape(heading)}</h2>")
        items = "\n".join(f"<li>{''.join(map(_to_html, reference))}</li>" for reference in references)
        parts.append(f"<{kind}>\n{items}\n</{kind}>")
    about = html.escape(" ".join(reading.about))
    return _PAGE.format(title=html.escape(reading.title), about=about, parts="\n".join(parts))


def _to_html(run: Run) -> str:
    text = html.escape(run.text)
    if run.link:
        return f'<a href="{html.escape(run.link)}" rel="noreferrer">{text}</a>'
    tag = {"italic": "i", "bold": "b"}.get(run.look, "")
    return f"<{tag}>{text}</{tag}>" if tag else text


def write_text(reading: ReadingList) -> str:
    lines = [reading.title, "", *reading.about, ""]
    for heading, references in reading.parts:
        if heading:
            lines += [heading, "-" * len(heading), ""]
        for n, reference in enumerate(references, 1):
            lines += [f"{n}. {to_text(reference)}" if reading.numbered else to_text(reference), ""]
    return "\n".join(lines)


def _save_docx(reading: ReadingList, path: Path) -> None:
    from docx import Document
    from docx.shared import Cm

    document = Document()
    document.core_properties.title = reading.title
    document.add_heading(reading.title, 0)
    document.add_paragraph(" ".join(reading.about))
    for heading, references in reading.parts:
        if heading:
            document.add_heading(one_line(heading), 1)
        for n, reference in enumerate(references, 1):
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Cm(1)
            paragraph.paragraph_format.first_line_indent = Cm(-1)
            if reading.numbered:
                paragraph.add_run(f"{n}.\t")
            for run in reference:
                added = paragraph.add_run(run.text)
                added.italic, added.bold = run.look == "italic", run.look == "bold"
    document.save(str(path))


def _save_as(write: Callable[[ReadingList], str]) -> Callable[[ReadingList, Path], None]:
    def save(reading: ReadingList, path: Path) -> None:
        path.write_text(write(reading), encoding="utf-8", newline="\n")

    return save


def save_list(path: Path, reading: ReadingList) -> None:
    """Write a reading list; the ending of the file says how. Raises LacunaError for one we do not write."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in LISTS:
        raise LacunaError(f'"{path.name}": a reading list can be written as {", ".join("." + s for s in LISTS)}.')
    try:
        LISTS[suffix](reading, path)
    except OSError as error:
        raise LacunaError(f'"{path}" cannot be written: {error.strerror}.') from error


LISTS: Mapping[str, Callable[[ReadingList, Path], None]] = {
    "docx": _save_docx,
    "html": _save_as(write_html),
    "md": _save_as(write_markdown),
    "txt": _save_as(write_text),
}
