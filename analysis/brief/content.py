"""A brief as plain values: everything a page that leaves this house has to say, before any format is chosen.

Refuses to overstate: only what is graded strong, or was confirmed outside the tags, stands as a finding; the rest is a
possible gap to be checked, or a count. Whoever writes a format leaves none of it out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis import sentences
from analysis.answering import Answer, Finding, topic_ids
from analysis.brief.chart import Chart, build_chart
from analysis.brief.references import Reference, to_reference
from analysis.claims import build_for, say_comparable, say_defensible, say_near, say_tags
from analysis.receipts import Receipt, make_receipt
from analysis.recounts import count_brief, to_plain_question
from analysis.sentences import About, make_about, records_words
from analysis.strategies import Strategy
from analysis.studies import Study, find_study
from analysis.topics import CAVEAT, TopicProfile, find_never_typical, to_axis
from corpus.notices import Notices, is_grave, mark_of
from corpus.records import Record
from corpus.snapshot import CODED_BY, CODED_BY_WORDS, Snapshot

MOST_REFERENCES = 10
FINDING, UNCHECKED = "Finding", "Finding, not yet checked outside the tags"
POSSIBLE, TOO_FEW, HERE = "Possible gap, to be checked", "Too few records to compare", "What is here"
COUNTED = (
    "We count records: one is a bibliographic entry after duplicates were joined, so two reports of one study are two "
    "records. Codes are given by rules from titles and abstracts, or by people."
)


@dataclass(frozen=True)
class Part:
    """One cell, tag or topic. ``status``: what kind of statement it is. ``lines`` may be quoted as they stand."""

    name: str
    status: str
    lines: tuple[str, ...]
    check: tuple[str, ...]
    near: tuple[str, ...]
    study: Study | None
    build_on: tuple[Reference, ...]


@dataclass(frozen=True)
class Brief:
    """``need`` are sentences, each with its source. ``made_of``: pairs of a label and what it says of the making."""

    title: str
    date: str
    question: str
    parts: tuple[Part, ...]
    chart: Chart | None
    need: tuple[str, ...]
    strategies: tuple[Strategy, ...]
    references: tuple[Reference, ...]
    references_note: str
    content_note: str
    made_of: tuple[tuple[str, str], ...]
    permalink: str
    always: str
    misuse: str
    receipt: Receipt

    @property
    def file_name(self) -> str:
        """Without an ending: letters and digits alone."""
        words = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.title.lower())
        return "-".join(part for part in words.split("-") if part)[:80] or "brief"


def build_brief(
    answered: Answer,
    load: Callable[[Sequence[str]], Sequence[Record]],
    *,
    rules: str,
    date: str,
    permalink: str = "",
    need: Mapping[str, Sequence[str]] | None = None,
    notices: Notices | None = None,
) -> Brief:
    """The brief on an answer. ``load`` gives records by id; ``rules`` is the fingerprint of the rules in force.

    ``need``: sentences on need, with their sources, by the name of a cell. ``date``: as it shall be printed.
    """
    marks = notices or {}
    topics = to_axis(answered.fitted).labels if answered.fitted else None
    about = make_about(answered.snapshot, topics)
    grave = frozenset(record_id for record_id in marks if is_grave(record_id, marks))
    references = _References(load, answered.snapshot, marks)
    many = len(answered.findings) > 1
    parts = tuple(_part(finding, answered.snapshot, about, references, grave, many) for finding in answered.findings)
    if answered.profile:
        parts = (_topic_part(answered, answered.profile, about, references),)
    listed = references.list_first(answered)
    facts = tuple(line for part in parts for line in part.lines)
    receipt = make_receipt(
        "brief", to_plain_question(answered.question), count_brief(answered), rules, answered.constants, facts
    )
    most = 1 if many else None  # of each cell: the brief has to stay on two pages
    said = [line for f in answered.findings for line in (need or {}).get(f.cell.name, ())[:most]]
    shown = [*listed, *(reference for part in parts for reference in part.build_on)]
    return Brief(
        title=_title(parts),
        date=date,
        question=_question(answered, about),
        parts=parts,
        chart=build_chart(answered, about),
        need=tuple(dict.fromkeys(said)),
        strategies=build_for(answered.snapshot.framework, answered.question),
        references=listed,
        references_note=references.note(answered, listed),
        content_note=_content_note(answered.snapshot, [reference.id for reference in shown]),
        made_of=tuple(_made_of(answered, date)),
        permalink=permalink,
        always=sentences.ALWAYS,
        misuse=sentences.BRIEF,
        receipt=receipt,
    )


def _title(parts: Sequence[Part]) -> str:
    if len(parts) == 1:
        return f"Evidence brief: {parts[0].name}"
    return f"Evidence brief on {len(parts)} gaps"


def _question(answered: Answer, about: About) -> str:
    if answered.profile:
        return f"What does this collection hold on the topic “{answered.profile.topic.label}”?"
    whats = [_what(finding, about) for finding in answered.findings]
    return f"How much published work in this collection concerns {'; '.join(whats)}?"


def _what(finding: Finding, about: About) -> str:
    keys = [key for key in (finding.cell.row, finding.cell.column) if key]
    return say_tags(about, [(facet, (tag,)) for facet, tag in keys])


def _part(
    finding: Finding,
    snapshot: Snapshot,
    about: About,
    references: "_References",
    grave: frozenset[str],
    one_of_many: bool,
) -> Part:
    status = find_status(finding)
    lines = list(dict.fromkeys(line for line in say_defensible(finding, about) if line))
    if one_of_many and finding.gaps.get("relative", {}).get("grade") in ("strong", "suggestive"):
        lines = [line for line in lines if "Grade: " in line]  # the count stands in it, too
    if status == POSSIBLE:
        lines = [f"{POSSIBLE}. {line}" if "Grade: suggestive" in line else line for line in lines]
    if finding.why_not:
        lines.append(finding.why_not)
    lines += _more(finding, about)
    study = find_study(finding, snapshot, excluded=grave)
    keys = [key for key in (finding.cell.row, finding.cell.column) if key]
    name = " × ".join(about.label_of(facet, tag) for facet, tag in keys)
    return Part(
        name=sentences.upper_first(name),
        status=status,
        lines=tuple(lines),
        check=tuple(_say_check(finding, about)),
        near=tuple(near for near in say_near(finding, about) if not any(near in line for line in lines)),
        study=study,
        build_on=references.of(study.nearest) if study else (),
    )


def find_status(finding: Finding) -> str:
    """What may be said: a finding only if strong, or if an absence was confirmed outside the tags."""
    relative = finding.gaps.get("relative", {}).get("grade")
    absolute = finding.gaps.get("absolute", {}).get("grade")
    presence = finding.gaps.get("presence", {}).get("grade")
    confirmed = finding.verdict in sentences.CONFIRMED
    thin = absolute in ("empty", "scarce") or presence in ("barely", "none")
    if relative == "strong" or (confirmed and thin):
        return FINDING if confirmed else UNCHECKED
    if relative == "suggestive":
        return POSSIBLE
    if relative == "not comparable" or say_comparable(finding):
        return TOO_FEW
    return HERE


def _more(finding: Finding, about: About) -> list[str]:
    """What other measures list the cell for. None of them is a finding: each begins as a lead to check."""
    found = finding.gaps
    listed = {"synthesis": ("no_review", "outdated_review"), "stale": ("silent", "fading"),
              "design": ("below", "not_evaluated")}  # fmt: skip
    return [
        sentences.write_gap(found[measure], about)
        for measure, grades in listed.items()
        if found.get(measure, {}).get("grade") in grades
    ]


def _say_check(finding: Finding, about: About) -> list[str]:
    said = [sentences.looked_words(finding.verdict, len(finding.ids), about)]
    if finding.check and finding.check.n_searched:
        said.append(
            f"{records_words(finding.check.n_searched)} outside it were searched, {len(finding.check.hits):,} found to "
            "look at."
        )
    return said


def _topic_part(answered: Answer, profile: TopicProfile, about: About, references: "_References") -> Part:
    topic = profile.topic
    share = f"{records_words(profile.n_records)} of the {about.n_records:,} counted here share words such as"
    lines = [f"{share} {', '.join(topic.words[:6])}."]
    if profile.flag == "under-studied":
        lines.append(f"{sentences.UNCHECKED} this topic looks narrow or quiet. {profile.reason_words}")
    elif profile.flag:
        lines.append(f"This topic is not judged: {profile.reason_words or profile.flag}")
    lines.append(CAVEAT)
    ids = [i for i in topic.typical if i in set(answered.snapshot.ids)]
    return Part(
        name=f"topic “{topic.label}”",
        status=HERE,
        lines=tuple(lines),
        check=(sentences.CHECKS["unchecked"],),
        near=(),
        study=None,
        build_on=references.of(ids),
    )


class _References:
    """Formatted references. Records about identifiable people are left out, retracted ones are marked."""

    def __init__(self, load: Callable[[Sequence[str]], Sequence[Record]], snapshot: Snapshot, notices: Notices) -> None:
        self._load = load
        self._notices = notices
        self._left_out = find_never_typical(snapshot)

    def of(self, ids: Iterable[str]) -> tuple[Reference, ...]:
        asked = [i for i in ids if i not in self._left_out]
        return tuple(to_reference(record, mark_of(record.id, self._notices)) for record in self._load(asked))

    def list_first(self, answered: Answer) -> tuple[Reference, ...]:
        """The newest records of each part in turn, so that none crowds out another."""
        groups = [list(finding.ids) for finding in answered.findings]
        if answered.profile:
            groups = [list(topic_ids(answered.snapshot, answered.profile))]
        chosen: list[str] = []
        for rank in range(max((len(group) for group in groups), default=0)):
            chosen += [group[rank] for group in groups if rank < len(group)]
            if len(set(chosen) - self._left_out) >= MOST_REFERENCES:
                break
        kept = [i for i in dict.fromkeys(chosen) if i not in self._left_out]
        return self.of(kept[:MOST_REFERENCES])

    def note(self, answered: Answer, listed: Sequence[Reference]) -> str:
        ids = answered.ids
        left_out = len(set(ids) & self._left_out)
        said = []
        if len(listed) + left_out < len(ids):
            said.append(f"The newest {len(listed):,} of {records_words(len(ids))}; the receipt names all of them.")
        if left_out:
            are = "is" if left_out == 1 else "are"
            said.append(f"{records_words(left_out)} about identifiable people {are} left out.")
        if not ids:
            said.append("No record here carries these tags together.")
        return " ".join(said)


def _content_note(snapshot: Snapshot, ids: Sequence[str]) -> str:
    """The framework's words of warning if a reference has a tag that asks for them."""
    note = str(snapshot.framework.options.get("content-note", ""))
    inside = np.isin(snapshot.ids, list(ids))
    for facet in snapshot.framework.facets:
        for tag in facet.tags:
            if tag.options.get("content-note") and (snapshot.has(facet.id, tag.id) & inside).any():
                return note or f"Content note: some of these records are about {sentences.lower_first(tag.label)}."
    return ""


def _made_of(answered: Answer, date: str) -> Iterable[tuple[str, str]]:
    snapshot = answered.snapshot
    by = snapshot.frame["coded_by"].value_counts()
    coded = [f"{int(by[name]):,} by {CODED_BY_WORDS[name]}" for name in CODED_BY if by.get(name, 0)]
    yield "Made on", date
    yield "Collection", f"{records_words(len(snapshot))}, corpus version {snapshot.version}"
    yield "Put together", snapshot.statement or sentences.NOT_STATED
    yield "Filters", "; ".join(snapshot.filters) or "none"
    yield "Coded", "; ".join(coded) or "not yet"
    yield "Framework", f"{snapshot.framework.name}, version {snapshot.framework.version}"
    if answered.question.listed:
        yield "Judged", "among all combinations in the list of gaps"
    yield "What is counted", COUNTED
