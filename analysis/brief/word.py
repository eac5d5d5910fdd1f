"""A brief as a Word document: real headings and lists, a figure with a description, the receipt a part of the file."""

import io
import zipfile
from collections.abc import Iterable
from html import escape, unescape
from typing import Any

from analysis.brief.chart import Chart
from analysis.brief.content import Brief, Part
from analysis.brief.drawing import draw_png
from analysis.brief.page import VERIFY
from analysis.brief.references import Reference

ENDING = "docx"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Word keeps custom XML parts when a document is edited and saved.
RECEIPT_PART = "customXml/receipt.xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_OPEN, _CLOSE = '<receipt xmlns="urn:lacuna:receipt">', "</receipt>"


def write_docx(brief: Brief) -> bytes:
    """The document, as bytes."""
    import docx
    from docx.opc.constants import CONTENT_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part as FilePart
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author, properties.language = brief.title, "Lacuna", "en"
    _fill(document, brief)
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{_OPEN}{escape(brief.receipt.to_json())}{_CLOSE}'
    part = FilePart(PackURI(f"/{RECEIPT_PART}"), CONTENT_TYPE.XML, xml.encode(), document.part.package)
    document.part.relate_to(part, _RELATION)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fill(document: Any, brief: Brief) -> None:
    document.add_heading(brief.title, 0)
    document.add_paragraph(brief.question)
    for part in brief.parts:
        _add_part(document, part, len(brief.parts) > 1)
    warning = document.add_paragraph(style="Intense Quote")
    warning.add_run(f"{brief.misuse} {brief.always}")
    if brief.chart:
        _add_figure(document, brief.chart)
    if brief.need:
        document.add_heading("Need", 1)
        _add_list(document, brief.need)
    _add_next(document, brief)
    document.add_heading("References", 1)
    if brief.content_note:
        document.add_paragraph(brief.content_note)
    for reference in brief.references:
        document.add_paragraph(_line(reference), style="List Number")
    if brief.references_note:
        document.add_paragraph(brief.references_note)
    document.add_heading("How this was made", 1)
    rows = [*brief.made_of]
    if brief.permalink:
        rows.append(("This brief again", brief.permalink))
    rows.append(("Receipt", f"SHA-256 {brief.receipt.sha256}. It is a part of this file: {VERIFY}"))
    _add_table(document, rows)
    if brief.strategies:
        document.add_heading("The search to run elsewhere", 1)
        for strategy in brief.strategies:
            document.add_heading(strategy.database, 2)
            document.add_paragraph(strategy.query)
            _add_list(document, strategy.notes)


def _add_part(document: Any, part: Part, is_one_of_many: bool) -> None:
    document.add_heading(part.status + (f": {part.name}" if is_one_of_many else ""), 1)
    for line in part.lines:
        document.add_paragraph(line)
    check = document.add_paragraph()
    check.add_run("Checked? ").bold = True
    check.add_run(" ".join(part.check))
    if part.near:
        document.add_paragraph("Near misses:")
        _add_list(document, part.near)


def _add_figure(document: Any, chart: Chart) -> None:
    from docx.shared import Cm

    picture = document.add_picture(io.BytesIO(draw_png(chart)), width=Cm(16.5))
    about = picture._inline.docPr  # the library has no door to the description
    about.set("descr", chart.alt)
    about.set("title", chart.title)
    document.add_paragraph(f"{chart.title}. {chart.note}", style="Caption")


def _add_next(document: Any, brief: Brief) -> None:
    studied = [(part, part.study) for part in brief.parts if part.study]
    if not studied:
        return
    document.add_heading("The smallest study that would help", 1)
    for part, study in studied:
        name = f"{part.name}. " if len(brief.parts) > 1 else ""
        question = f" It would answer: {study.question}" if study.question else ""
        document.add_paragraph(f"{name}{study.sentence}{question} {study.closes}")
        if study.chosen:
            document.add_paragraph(study.chosen)
        if part.build_on:
            document.add_paragraph("Nearest records to build on:")
            _add_list(document, [_line(reference) for reference in part.build_on])


def _add_list(document: Any, lines: Iterable[str]) -> None:
    for line in lines:
        document.add_paragraph(line, style="List Bullet")


def _add_table(document: Any, rows: Iterable[tuple[str, str]]) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for label, value in rows:
        cells = table.add_row().cells
        for cell, text, width in ((cells[0], label, Cm(3.5)), (cells[1], value, Cm(13.5))):
            cell.width, cell.text = width, text


def _line(reference: Reference) -> str:
    return f"{reference.line} {reference.url}".strip()


def read_embedded(data: bytes) -> str | None:
    """The receipt's JSON in a document; None if it has none. Raises zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("customXml/"):
                text = archive.read(name).decode("utf-8", "replace")
                if "urn:lacuna:receipt" in text:
                    return unescape(text[text.index(">", text.index("urn:lacuna:receipt")) + 1 : text.rindex("</")])
    return None


def read_words(data: bytes) -> str:
    """All paragraphs of a document. Raises zipfile.BadZipFile."""
    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
