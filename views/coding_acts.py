"""What a key of the coding component does to the corpus: rulings kept, taken back, or a step in the list.

The component sends every act with a number until that number comes back; each is done once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.errors import LacunaError
from corpus.records import Record, Ruling
from corpus.screening import take_back
from corpus.store import Corpus
from views.coding_list import Step, Work

VERDICTS = {"added": "Added", "confirmed": "Confirmed", "rejected": "Rejected"}


def take(corpus: Corpus, work: Work, acts: Sequence[Mapping[str, Any]], who: str, can_curate: bool) -> None:
    """Do what has not been done yet, in order. What cannot be kept is said in ``work.error``, and not tried again."""
    work.error = ""
    for act in acts:
        number = int(act.get("seq", 0))
        if number <= work.acked:
            continue
        work.acked = number
        try:
            _do(corpus, work, act, who, can_curate)
        except LacunaError as error:
            work.error = str(error)


def _do(corpus: Corpus, work: Work, act: Mapping[str, Any], who: str, can_curate: bool) -> None:
    kind = act.get("kind")
    if kind == "go":
        work.at = max(0, min(int(act.get("at", 0)), len(work.ids)))
    elif kind == "skip" and act.get("record") in work.ids:
        work.ids.remove(str(act["record"]))
    elif not can_curate:
        raise LacunaError("Only a curator can decide. You can look.")
    elif kind == "undo":
        _undo(corpus, work, who)
    elif kind == "rule":
        _rule(corpus, work, act, who)
    elif kind == "full":
        _code_in_full(corpus, work, act, who)


def _rule(corpus: Corpus, work: Work, act: Mapping[str, Any], who: str) -> None:
    facet, tag, verdict = str(act.get("facet")), str(act.get("tag")), str(act.get("value"))
    if verdict not in VERDICTS:
        raise LacunaError(f'A code is confirmed, rejected or added, not "{verdict}".')
    record = corpus.record(str(act.get("record")))
    kept = corpus.rule(Ruling("tag", record.entries, verdict, facet, tag, coded_from=what_was_read(record)), who=who)
    label = corpus.framework.facet(facet).label_of(tag)
    _remember(work, record, kept, f"{VERDICTS[verdict]}: {label}")


def _code_in_full(corpus: Corpus, work: Work, act: Mapping[str, Any], who: str) -> None:
    """The facet is coded in full: its codes stand confirmed, and no other tag of this framework version applies."""
    facet = corpus.framework.facet(str(act.get("facet")))
    record = corpus.record(str(act.get("record")))
    read = what_was_read(record)
    ruled = corpus.tag_rulings(record)
    given = dict.fromkeys(a.tag for a in corpus.assignments(record) if a.facet == facet.id)
    confirmed = [
        Ruling("tag", record.entries, "confirmed", facet.id, tag, coded_from=read)
        for tag in given
        if (facet.id, tag) not in ruled
    ]
    version = corpus.framework.version
    coded = Ruling("tag", record.entries, "coded", facet.id, coded_from=read, coded_under=version)
    _remember(work, record, corpus.rule(*confirmed, coded, who=who), f"Coded in full: {facet.label}")


def _undo(corpus: Corpus, work: Work, who: str) -> None:
    if not work.undo:
        return
    last = work.undo[-1]
    take_back(corpus, last.numbers, who)
    work.undo.pop()
    work.at = work.ids.index(last.record) if last.record in work.ids else min(last.at, len(work.ids))


def _remember(work: Work, record: Record, kept: Sequence[Ruling], words: str) -> None:
    work.undo.append(Step(tuple(ruling.number for ruling in kept), words, record.id, work.at))


def what_was_read(record: Record) -> str:
    """What a person who codes a record here has before them."""
    return "abstract" if record.abstract else "title"
