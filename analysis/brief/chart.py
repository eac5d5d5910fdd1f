"""What a brief's one figure shows, as plain values: records found, records expected, and the range.

A row of the map for one cell, a bar a cell for several, the tags of a facet for a tag by itself. drawing.py draws it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis import gaps
from analysis.answering import Answer, Finding
from analysis.axes import TOPIC
from analysis.coverage import Coverage, cross
from analysis.gaps.frame import to_gaps
from analysis.gaps.presence import presence_rows
from analysis.gaps.ratios import shortfall_ratio
from analysis.sentences import About, expected_words, upper_first
from analysis.topics import to_axis

MOST_BARS = 12
LABEL = 44  # characters of a label that fit beside a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """``low`` and ``high``: the 95 % range of the number, None where none is given. ``asked``: what the brief is on."""

    label: str
    found: int
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    asked: bool = False

    @property
    def words(self) -> str:
        if self.expected is None:
            return f"{self.found:,}"
        return f"{self.found:,} of {expected_words(self.expected)} expected"


@dataclass(frozen=True)
class Chart:
    """``title`` says what is shown, ``note`` how to read it, ``alt`` all of it in words."""

    title: str
    bars: tuple[Bar, ...]
    note: str

    @property
    def alt(self) -> str:
        said = "; ".join(f"{bar.label}: {bar.words}{' (this brief)' if bar.asked else ''}" for bar in self.bars)
        return f"Bar chart. {self.title}. {said}. {self.note}"


EXPECTED_NOTE = (
    "Bar: records found. E: records expected if the two were studied together as often as chance. "
    "Line: where the number lies with 95 % probability, as far as chance goes."
)
FOUND_NOTE = "Bar: records found. Line: where the number lies with 95 % probability, as far as chance goes."


def build_chart(answered: Answer, about: About) -> Chart | None:
    """The figure of an answer; None if there is nothing to compare."""
    if answered.profile and answered.fitted:
        pairs = gaps.headline_pairs(about.framework)
        columns = next((b for a, b in pairs if a != b), about.framework.facets[0].id)
        coverage = cross(answered.snapshot, TOPIC, columns, topics=to_axis(answered.fitted))
        return _row_chart(coverage, answered.profile.topic.id, None, about)
    findings = answered.findings
    if len(findings) > 1:
        return _cells_chart(findings, about)
    finding = findings[0]
    if finding.coverage is not None and finding.cell.column is not None:
        return _row_chart(finding.coverage, finding.cell.row[1], finding.cell.column[1], about)
    return _tags_chart(answered, finding, about)


def _row_chart(coverage: Coverage, row: str, column: str | None, about: About) -> Chart | None:
    i = [line.id for line in coverage.rows].index(row)
    counts, expectations = coverage.observed.to_numpy()[i], coverage.expected.to_numpy()[i]
    bars = []
    for j, line in enumerate(coverage.columns):
        expected = float(expectations[j])
        if line.id != column and (math.isnan(expected) or not coverage.tested[i, j]):
            continue
        bars.append(_bar(line.label, int(counts[j]), expected, line.id == column))
    name = upper_first(about.label_of(coverage.row_facet, row))
    title = f"{name}, by {coverage.column_axis.label.lower()}: records found and expected"
    return Chart(title, _trim(bars), EXPECTED_NOTE) if bars else None


def _bar(label: str, found: int, expected: float | None, asked: bool) -> Bar:
    if expected is None or math.isnan(expected):
        return Bar(label, found, asked=asked)
    _, low, high = (float(np.asarray(x)) for x in shortfall_ratio(found, expected))
    return Bar(label, found, expected, low * expected, high * expected, asked)


def _cells_chart(findings: Sequence[Finding], about: About) -> Chart:
    bars = []
    for finding in findings:
        keys = [key for key in (finding.cell.row, finding.cell.column) if key]
        label = upper_first(" × ".join(about.label_of(facet, tag) for facet, tag in keys))
        bars.append(_bar(label, len(finding.ids), finding.gaps.get("relative", {}).get("expected"), False))
    return Chart("Records found and expected", tuple(bars), EXPECTED_NOTE)


def _tags_chart(answered: Answer, finding: Finding, about: About) -> Chart | None:
    facet = about.framework.facet(finding.cell.row[0])
    asked = set(facet.with_children(finding.cell.row[1]))
    roots = {tag.id for tag in facet.roots}
    bars = []
    for gap in gaps.to_dicts(to_gaps(presence_rows(answered.snapshot, facet.id), "presence")):
        n = gap["components"]["n_named"]
        if gap["row_tag"] in roots | asked:
            low, high = (None, None) if gap["low"] is None or not n else (gap["low"] * n, gap["high"] * n)
            label = facet.label_of(gap["row_tag"])
            bars.append(Bar(label, int(gap["observed"]), None, low, high, gap["row_tag"] in asked))
    if not bars:
        return None
    named = facet.options.get("named") or f"a specific {facet.label.lower()}"
    title = f"{facet.label}: how many of the records that name {named} concern each"
    return Chart(title, _trim(bars), FOUND_NOTE)


def _trim(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """What is asked for and the largest others, in the order they came in."""
    if len(bars) <= MOST_BARS:
        return tuple(bars)
    size = sorted(range(len(bars)), key=lambda k: (not bars[k].asked, -(bars[k].expected or bars[k].found)))
    kept = set(size[:MOST_BARS])
    return tuple(bar for k, bar in enumerate(bars) if k in kept)
