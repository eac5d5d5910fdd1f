"""A brief as Markdown, for a repository, a wiki or an e-mail: the figure is a table here."""

import re
from collections.abc import Iterable

from analysis.brief.content import Brief, Part
from analysis.brief.page import VERIFY
from analysis.brief.references import Reference

ENDING = "md"
MIME = "text/markdown"
FENCE = "```json lacuna-receipt"
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def write_markdown(brief: Brief) -> str:
    """The whole brief, with the receipt in a fenced block at its end."""
    return "\n\n".join(block for block in _blocks(brief) if block) + "\n"


def _blocks(brief: Brief) -> Iterable[str]:
    yield f"# {_text(brief.title)}"
    yield _text(brief.question)
    for part in brief.parts:
        yield from _part(part, len(brief.parts) > 1)
    yield f"> **{_text(brief.misuse)}** {_text(brief.always)}"
    if brief.chart:
        yield f"## {_text(brief.chart.title)}"
        rows = [
            f"| {_text(bar.label)}{' (this brief)' if bar.asked else ''} | {bar.words} |" for bar in brief.chart.bars
        ]
        yield "\n".join(["| | Records |", "|---|---|", *rows])
    if brief.need:
        yield "## Need"
        yield _list(brief.need)
    yield from _next(brief)
    if brief.strategies:
        yield "## The search to run elsewhere"
        for strategy in brief.strategies:
            yield f"{_text(strategy.database)}\n\n    {strategy.query}"
            yield _list(strategy.notes)
    yield "## References"
    yield _text(brief.content_note)
    yield "\n".join(f"{n}. {_reference(reference)}" for n, reference in enumerate(brief.references, 1))
    yield _text(brief.references_note)
    yield "## How this was made"
    yield _list(f"{label}: {value}" for label, value in brief.made_of)
    if brief.permalink:
        yield f"This brief again: {_text(brief.permalink)}"
    yield f"Receipt, SHA-256 {brief.receipt.sha256}. {_text(VERIFY)}"
    yield f"{FENCE}\n{brief.receipt.to_json()}\n```"


def _part(part: Part, is_one_of_many: bool) -> Iterable[str]:
    yield f"## {_text(part.status)}{': ' + _text(part.name) if is_one_of_many else ''}"
    for line in part.lines:
        yield _text(line)
    yield f"**Checked?** {_text(' '.join(part.check))}"
    if part.near:
        yield "Near misses:"
        yield _list(part.near)


def _next(brief: Brief) -> Iterable[str]:
    studied = [part for part in brief.parts if part.study]
    if not studied:
        return
    yield "## The smallest study that would help"
    for part in studied:
        if part.study:
            question = f" It would answer: {part.study.question}" if part.study.question else ""
            name = f"**{_text(part.name)}.** " if len(brief.parts) > 1 else ""
            yield f"{name}{_text(f'{part.study.sentence}{question} {part.study.closes}')}"
            yield _text(part.study.chosen)
            if part.build_on:
                yield "Nearest records to build on:"
                yield "\n".join(f"- {_reference(reference)}" for reference in part.build_on)


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_text(line)}" for line in lines)


def _reference(reference: Reference) -> str:
    return _text(reference.line) + (f" <{reference.url}>" if reference.url else "")


def _text(words: str) -> str:
    return _MARKS.sub(r"\\\1", words)


def read_embedded(text: str) -> str | None:
    """The receipt's JSON; None if the text has none."""
    _, mark, rest = text.partition(FENCE)
    return rest.partition("```")[0].strip() if mark else None
