"""Briefs: a page in plain words that stands up to questions. Content as plain values; the writers are listed below."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.brief import markdown, page, word
from analysis.brief.content import Brief, build_brief
from analysis.brief.drawing import draw_png, draw_svg
from analysis.brief.found import Carried, find_receipt
from analysis.brief.need_lines import find_need


@dataclass(frozen=True, slots=True)
class Format:
    """How a brief is written: its name for people, the file's ending, its type, and the writer."""

    name: str
    ending: str
    mime: str
    write: Callable[[Brief], str | bytes]


FORMATS = (
    Format("Page to print (HTML)", page.ENDING, page.MIME, page.write_html),
    Format("Word document (DOCX)", word.ENDING, word.MIME, word.write_docx),
    Format("Markdown", markdown.ENDING, markdown.MIME, markdown.write_markdown),
)

__all__ = ["FORMATS", "Brief", "Carried", "Format", "build_brief", "draw_png", "draw_svg", "find_need", "find_receipt"]
