"""A brief's figure as SVG and PNG, drawn without a browser and the same every time.

Matplotlib is imported when a figure is drawn: it takes longer than everything else here together.
"""

import io
import textwrap
from typing import Any

from analysis.brief.chart import Bar, Chart
from analysis.receipts import Receipt

# On white; the page on screen puts its own colours in their place (page.py).
INK, QUIET, FOUND, OTHER = "#1b2430", "#5b6675", "#0b5cad", "#9db7d3"
WIDTH = 7.2  # inches: the text width of an A4 page
_PER_BAR, _HEAD, _FOOT = 0.3, 0.5, 0.75
_WRAP = 34  # letters of a label that fit on a line; it may have two
DPI = 200


def draw_svg(chart: Chart, receipt: Receipt | None = None) -> str:
    """The figure as an SVG element with its description inside; text stays text."""
    out = io.StringIO()
    _draw(chart, out, "svg")
    text = out.getvalue()
    text = text[text.index("<svg") :]
    head = f'<title id="figure-title">{_escape(chart.title)}</title><desc id="figure-desc">{_escape(chart.alt)}</desc>'
    if receipt:
        head += f'<metadata id="lacuna-receipt">{_escape(receipt.to_json())}</metadata>'
    start, _, rest = text.partition(">")
    return f'{start} role="img" aria-labelledby="figure-title figure-desc">{head}{rest}'


def draw_png(chart: Chart, receipt: Receipt | None = None) -> bytes:
    """The figure as a picture; description and receipt stand in its text fields."""
    out = io.BytesIO()
    said = {"Title": chart.title, "Description": chart.alt, "Software": "Lacuna"}
    if receipt:
        said["Receipt"] = receipt.to_json()
    _draw(chart, out, "png", said)
    return out.getvalue()


def _draw(chart: Chart, out: Any, form: str, said: dict[str, str] | None = None) -> None:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "lacuna",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
        "font.size": 9,
        "text.parse_math": False,
    }
    with rc_context(settings):
        height = _HEAD + _FOOT + _PER_BAR * len(chart.bars)
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.36, _FOOT / height, 0.42, 1 - (_HEAD + _FOOT) / height))
        top = max(max(b.found, b.expected or 0, b.high or 0) for b in chart.bars) or 1
        for k, bar in enumerate(chart.bars):
            _draw_bar(axes, bar, k, top)
        axes.set_xlim(0, top * 1.02)
        axes.set_ylim(len(chart.bars) - 0.4, -0.6)
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.tick_params(colors=QUIET, labelsize=8)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(QUIET)
        axes.set_xlabel("records", color=QUIET, fontsize=8)
        title = textwrap.fill(chart.title, 84)
        figure.text(0.01, 1 - 0.12 / height, title, va="top", color=INK, fontsize=10, fontweight="bold")
        note = textwrap.fill(chart.note, 118)
        figure.text(0.01, 0.06 / height, note, va="bottom", color=QUIET, fontsize=7.5)
        metadata: dict[str, Any] = {"Date": None} if form == "svg" else dict(said or {})
        figure.savefig(out, format=form, dpi=DPI, metadata=metadata)


def _draw_bar(axes: Any, bar: Bar, k: int, top: float) -> None:
    """Bar, range and the letter E; label on the left, the numbers in words on the right."""
    weight = "bold" if bar.asked else "normal"
    axes.barh(k, bar.found, height=0.62, color=FOUND if bar.asked else OTHER, edgecolor=INK, linewidth=0.5)
    if bar.low is not None and bar.high is not None:
        axes.plot([bar.low, bar.high], [k, k], color=INK, linewidth=1.2, solid_capstyle="butt", clip_on=False)
        axes.plot([bar.low, bar.high], [k, k], linestyle="none", marker="|", markersize=5, color=INK, clip_on=False)
    if bar.expected is not None:
        axes.text(
            bar.expected, k, "E", ha="center", va="center", color=INK, fontsize=7.5, fontweight="bold",
            bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": INK, "linewidth": 0.8},
        )  # fmt: skip
    lines = textwrap.wrap(bar.label, _WRAP)
    label = "\n".join(
        [*lines[:1], textwrap.shorten(" ".join(lines[1:]), _WRAP, placeholder="…")] if lines[1:] else lines
    )
    size = 7 if lines[1:] else 8.5
    mark = "▸ " if bar.asked else ""
    axes.text(-0.02 * top, k, mark + label, ha="right", va="center", color=INK, fontsize=size, fontweight=weight)
    axes.text(1.05 * top, k, bar.words, ha="left", va="center", color=INK, fontsize=8.5, fontweight=weight)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
