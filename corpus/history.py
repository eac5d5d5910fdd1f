"""What happened to the corpus, in words: people's decisions, who took which back, and the corpus as it was."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.cells import VALUES as CELL_VALUES
from corpus.cells import cell_of
from corpus.errors import UnknownIdError
from corpus.records import Ruling
from corpus.snapshot import Snapshot
from corpus.store import Corpus

KINDS = {  # what a person may want to see of the decisions
    "duplicates": ("same", "distinct"),
    "codes": ("tag",),
    "scope": ("scope",),
    "cells": ("cell",),
}
_VERDICTS = {"added": "added", "confirmed": "confirmed", "rejected": "rejected"}
_SCOPES = {"in": "in scope", "out": "out of scope", "unscreened": "not screened"}


@dataclass(frozen=True)
class Decision:
    """One decision of a person and, if somebody took it back, that ruling."""

    ruling: Ruling
    taken_back: Ruling | None = None


def list_decisions(corpus: Corpus, kinds: Sequence[str] = ()) -> list[Decision]:
    """Decisions of these kinds ("same", "distinct", "tag", "scope", "cell"; all without), the newest first."""
    rulings = corpus.rulings((*kinds, "withdrawn") if kinds else ())
    undone: set[int] = set()
    back: dict[int, Ruling] = {}
    for ruling in reversed(rulings):  # a taking back that was itself taken back does not count
        if ruling.kind == "withdrawn" and ruling.number not in undone:
            undone.add(int(ruling.value))
            back[int(ruling.value)] = ruling
    return [Decision(r, back.get(r.number)) for r in reversed(rulings) if r.kind != "withdrawn"]


def describe_rulings(corpus: Corpus, rulings: Sequence[Ruling]) -> list[str]:
    """Each ruling as a plain sentence without its stop, naming the records it is about by their titles."""
    wanted = dict.fromkeys(entry for ruling in rulings for entry in _shown_entries(ruling))
    titles: dict[str, str] = {}
    for record in corpus.records(wanted):
        title = f"“{_short(record.title or 'Without a title')}”"
        titles |= dict.fromkeys(record.entries, title)
    for entry in wanted:
        if entry not in titles:
            titles[entry] = _title_of_sleeping(corpus, entry)
    return [_describe(corpus, ruling, titles) for ruling in rulings]


def _shown_entries(ruling: Ruling) -> tuple[str, ...]:
    return ruling.entries if ruling.kind in ("same", "distinct") else ruling.entries[:1]


def _short(title: str) -> str:
    return title if len(title) <= 90 else title[:89].rstrip() + "…"


def _title_of_sleeping(corpus: Corpus, entry_id: str) -> str:
    """The title of an entry that no accepted import holds now."""
    try:
        title = next(iter(corpus.entry(entry_id).fields.get("title", ())), "Without a title")
    except UnknownIdError:
        return "an entry that was erased"
    return f"“{_short(title)}” (not in the corpus now)"


def _describe(corpus: Corpus, ruling: Ruling, titles: dict[str, str]) -> str:
    about = [titles[entry] for entry in _shown_entries(ruling)]
    if ruling.kind in ("same", "distinct"):
        words = "One work" if ruling.kind == "same" else "Two works"
        return f"{words}: {about[0]}" + (" and one with the same title" if about[0] == about[1] else f" and {about[1]}")
    if ruling.kind == "withdrawn":
        return f"Took back ruling {ruling.value}"
    if ruling.kind == "cell":
        cell = " × ".join(_label(corpus, facet, tag) for facet, tag in cell_of(ruling))
        return f"{cell}: {CELL_VALUES.get(ruling.value, ruling.value)}" + (f", {about[0]}" if about else "")
    subject = about[0] if about else "no record"
    if ruling.kind == "scope":
        return f"{_SCOPES.get(ruling.value, ruling.value).capitalize()}: {subject}"
    try:
        facet = corpus.framework.facet(ruling.facet)
        if not ruling.tag:
            return f"{facet.label} coded in full on {subject}"
        label = f"{facet.label}: {facet.label_of(ruling.tag)}"
    except UnknownIdError:
        label = f"{ruling.facet}: {ruling.tag}, which this framework does not have"
    return f"Code {_VERDICTS.get(ruling.value, ruling.value)}, {label}, on {subject}"


def _label(corpus: Corpus, facet: str, tag: str) -> str:
    try:
        known = corpus.framework.facet(facet)
        known.with_children(tag)
    except UnknownIdError:
        return f"{facet}: {tag}, which this framework does not have"
    return known.label_of(tag)


@dataclass(frozen=True)
class Then:
    """The corpus at an earlier version beside the corpus now. Pairs are (record id, title)."""

    snapshot: Snapshot
    gone: tuple[tuple[str, str], ...]  # a record then, not now
    new: tuple[tuple[str, str], ...]  # a record now, not then


def look_back(corpus: Corpus, version: int) -> Then:
    """The corpus as of a version, and what has come and gone since."""
    then, now = corpus.snapshot(as_of=version), corpus.snapshot()
    return Then(then, _without(then, now), _without(now, then))


def _without(one: Snapshot, other: Snapshot) -> tuple[tuple[str, str], ...]:
    rows = np.flatnonzero(~np.isin(one.ids.astype(str), other.ids.astype(str)))
    return tuple((str(one.ids[i]), str(one.frame["title"].iloc[i])) for i in rows)
