"""A brief as one HTML file: opens from disk, asks for nothing, light or dark as its reader likes, two printed pages."""

import html
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analysis.brief.chart import Chart
from analysis.brief.content import Brief, Part
from analysis.brief.drawing import FOUND, INK, OTHER, QUIET, draw_svg
from analysis.brief.references import Reference
from analysis.strategies import Strategy

ENDING = "html"
MIME = "text/html"
_SHORT = "Google Scholar"  # the search that fits on paper; the others unfold on screen
_COLOURS = {INK: "var(--ink)", QUIET: "var(--quiet)", FOUND: "var(--accent)", OTHER: "var(--bar)",
            "#ffffff": "var(--paper)", "white": "var(--paper)"}  # fmt: skip
# Nothing may be fetched, and nothing in a title can run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write_html(brief: Brief) -> str:
    """The whole page, with the receipt inside."""
    body = "\n".join(_sections(brief))
    receipt = brief.receipt.to_json().replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="color-scheme" content="light dark">
<title>{_text(brief.title)}</title>
<style>{_style()}</style>
</head>
<body>
<main>
{body}
</main>
<script type="application/json" id="lacuna-receipt">{receipt}</script>
</body>
</html>
"""


def _sections(brief: Brief) -> Iterable[str]:
    yield f"<header><h1>{_text(brief.title)}</h1><p class='question'>{_text(brief.question)}</p></header>"
    for part in brief.parts:
        yield _part(part, len(brief.parts) > 1)
    yield f"<p class='misuse'><strong>{_text(brief.misuse)}</strong> {_text(brief.always)}</p>"
    if brief.chart:
        yield _figure(brief.chart)
    if brief.need:
        yield f"<section><h2>Need</h2>{_list(brief.need)}</section>"
    yield _next(brief)
    yield _searches(brief.strategies)
    yield _references(brief)
    yield _made_of(brief)


def _part(part: Part, is_one_of_many: bool) -> str:
    heading = f"{_text(part.status)}{': ' + _text(part.name) if is_one_of_many else ''}"
    lines = "".join(f"<p>{_text(line)}</p>" for line in part.lines)
    check = f"<p class='check'><b>Checked?</b> {_text(' '.join(part.check))}</p>"
    near = f"<div class='near'><b>Near misses</b>{_list(part.near)}</div>" if part.near else ""
    if is_one_of_many and part.near:
        near = f"<p class='near'><b>Near misses:</b> {_text(' '.join(part.near))}</p>"
    return f"<section class='part'><h2>{heading}</h2>{lines}{check}{near}</section>"


def _figure(chart: Chart) -> str:
    svg = draw_svg(chart)
    for colour, variable in _COLOURS.items():
        svg = svg.replace(f": {colour}", f": {variable}")
    rows = "".join(
        f"<tr><th scope='row'>{_text(bar.label)}{' (this brief)' if bar.asked else ''}</th>"
        f"<td>{_text(bar.words)}</td></tr>"
        for bar in chart.bars
    )
    return (
        "<figure><div class='scroll' tabindex='0' role='group' aria-label='Figure'>"
        f"{svg}</div><details><summary>The numbers in this figure</summary>"
        f"<table><caption>{_text(chart.title)}</caption><tbody>{rows}</tbody></table></details></figure>"
    )


def _next(brief: Brief) -> str:
    items = []
    for part in brief.parts:
        if part.study is None:
            continue
        name = f"<b>{_text(part.name)}.</b> " if len(brief.parts) > 1 else ""
        question = f" It would answer: {_text(part.study.question)}" if part.study.question else ""
        built = "".join(f"<li>{_reference(reference)}</li>" for reference in part.build_on)
        nearest = f"<p>Nearest records to build on:</p><ul class='refs'>{built}</ul>" if built else ""
        items.append(
            f"<p>{name}{_text(part.study.sentence)}{question} {_text(part.study.closes)}</p>"
            + (f"<p class='quiet'>{_text(part.study.chosen)}</p>{nearest}" if len(brief.parts) == 1 else "")
        )
    heading = "<h2>The smallest study that would help</h2>"
    return f"<section>{heading}{''.join(items)}</section>" if items else ""


def _searches(strategies: Iterable[Strategy]) -> str:
    shown: list[str] = []
    for strategy in strategies:
        notes = "".join(f"<p class='quiet'>{_text(note)}</p>" for note in strategy.notes)
        link = f"<a href='{_text(strategy.url)}' rel='noreferrer'>Open {_text(strategy.database)}</a>"
        query = f"<pre>{_text(strategy.query)}</pre><p>{link}</p>{notes}"
        if strategy.database == _SHORT:
            shown.insert(0, f"<p><b>{_text(strategy.database)}</b></p><pre>{_text(strategy.query)}</pre>")
        else:
            shown.append(f"<details><summary>{_text(strategy.database)}</summary>{query}</details>")
    if not shown:
        return ""
    lead = (
        "<p>Is it only not in this collection? Search for both sides elsewhere before anything is said of research.</p>"
    )
    return f"<section><h2>The search to run elsewhere</h2>{lead}{''.join(shown)}</section>"


def _references(brief: Brief) -> str:
    items = "".join(f"<li>{_reference(reference)}</li>" for reference in brief.references)
    note = f"<p class='quiet'>{_text(brief.content_note)}</p>" if brief.content_note else ""
    listed = f"<ol class='refs'>{items}</ol>" if items else ""
    return f"<section><h2>References</h2>{note}{listed}<p class='quiet'>{_text(brief.references_note)}</p></section>"


def _reference(reference: Reference) -> str:
    mark = f"<strong>[{_text(reference.mark)}]</strong> " if reference.mark else ""
    link = f" <a href='{_text(reference.url)}' rel='noreferrer'>{_text(reference.url)}</a>" if reference.url else ""
    return f"{mark}{_text(reference.text)}{link}"


def _made_of(brief: Brief) -> str:
    rows = [*brief.made_of]
    if brief.permalink:
        rows.append(("This brief again", brief.permalink))
    rows.append(("Receipt", f"SHA-256 {brief.receipt.sha256}. It stands inside this file: {VERIFY}"))
    pairs = "".join(f"<div><dt>{_text(label)}</dt><dd>{_text(value)}</dd></div>" for label, value in rows)
    return f"<section class='made'><h2>How this was made</h2><dl>{pairs}</dl></section>"


VERIFY = "“python -m analysis verify FILE”, or the page Brief, makes its numbers again."


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _text(words: str) -> str:
    return html.escape(words, quote=True)


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def read_embedded(text: str) -> str | None:
    """The receipt's JSON in a page written by ``write_html``, or in a figure as SVG; None if there is none."""
    _, mark, rest = text.partition('id="lacuna-receipt">')
    if not mark:
        return None
    found, end, _ = rest.partition("</script>")
    return found if end else html.unescape(rest.partition("</metadata>")[0])
