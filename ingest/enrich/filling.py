"""From answers to an import: each answer joins the record it was asked for, or is rejected with the reason.

The import is an ordinary one. Its entries hold identifiers, the title and year as the service gave them, and what the
record lacks; the store lets them fill and nothing else (corpus/folding.py).
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.records import LOOKED_UP, Entry, Fields, Record
from corpus.rules import Progress, no_progress
from corpus.store import Corpus, Import
from ingest.dedupe.rules import judge
from ingest.enrich.memory import load_memory, settle
from ingest.enrich.services import Answer, Service
from ingest.enrich.wanted import MISSING, Plan, Wanted, find_owners, is_nobodys
from ingest.normalise import to_fields
from ingest.pipeline import Upload, ingest
from ingest.readers import looked_up

Line = dict[str, Any]
_SHOWN = 100  # characters of a title in a reason


@dataclass
class Filled:
    """What a look-up came to. ``done`` is its import, None if no answer had anything to add."""

    service: str
    done: Import | None = None
    filled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MISSING, 0))  # records, by what they lacked
    n_asked: int = 0  # in the lists whose answers were filled in
    n_unanswered: int = 0  # the service knows no such work
    n_nothing: int = 0  # it knows the work, and nothing that was missing
    n_retracted: int = 0  # it says that the work was retracted


def fill(corpus: Corpus, plan: Plan, who: str = "", progress: Progress = no_progress) -> Filled:
    """Add all answers that wait for it as one accepted import. Raises the LacunaErrors of the store."""
    batches = load_memory(corpus, plan.service.id).waiting()
    result = Filled(plan.service.name)
    lines: list[Line] = []
    by_name = {one.asked_by: one for one in plan.wanted}
    wanted = [by_name[name] for batch in batches for name in batch.asked if name in by_name]
    asked = {name for batch in batches for name in batch.asked}
    answers = [Answer.from_plain(plain) for batch in batches for plain in batch.answers]
    result.n_asked = len(asked)
    given, foreign = _sort_out(answers, asked)
    result.n_unanswered = len(asked) - len(given)
    owners = find_owners(corpus)
    for done, one in enumerate(wanted, 1):
        if one.asked_by in given:
            record = corpus.record(one.record)
            line = _to_line(corpus, plan.service, one, record, given[one.asked_by], owners, result)
            if line is None:
                result.n_nothing += 1
            else:
                lines.append(line)
        if done % 100 == 0 or done == len(wanted):
            progress("comparing answers with records", done, len(wanted))
    for answer in foreign:
        lines.append(_leave_out(plan.service, answer, "the answer is about a work that was not asked for"))
    if lines:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        upload = Upload(f"{plan.service.name} answers.jsonl", text.encode("utf-8", "replace"))
        source = f"missing details looked up at {plan.service.name}"
        result.done = ingest([upload], corpus, who=who, source=source, format=LOOKED_UP, progress=progress)
    settle(corpus, batches, result.done.id if result.done else None, who)
    return result


def _sort_out(answers: Iterable[Answer], asked: set[str]) -> tuple[Mapping[str, list[Answer]], list[Answer]]:
    """Answers by the identifier asked for, and those about something else."""
    given: dict[str, list[Answer]] = {}
    foreign: list[Answer] = []
    for answer in answers:
        names = [f"doi:{answer.doi}"] * bool(answer.doi) + [f"pmid:{answer.pmid}"] * bool(answer.pmid)
        name = next((name for name in names if name in asked), None)
        if name is None:
            foreign.append(answer)
        else:
            given.setdefault(name, []).append(answer)
    return given, foreign


def _to_line(
    corpus: Corpus,
    service: Service,
    one: Wanted,
    record: Record,
    answers: Sequence[Answer],
    owners: Mapping[str, Any],
    result: Filled,
) -> Line | None:
    """What to import of the answers to one question; None if none of them adds anything."""
    telling = [(answer, news) for answer in answers if (news := _find_news(one, record, answer, service))]
    if not telling:
        return None
    said = corpus.fields_of(record).values()
    for answer, news in telling:
        bare = _to_bare(service, one, record, answer, owners)
        for line in ({**bare, **news}, {**bare, "author": list(answer.authors), **news}):
            if _joins(line, said):
                for name in one.missing:
                    result.filled[name] += _KEYS[name] in news
                result.n_retracted += answer.retracted
                return line
    answer = telling[0][0]
    title = f'"{(answer.title or "")[:_SHOWN]}"' if answer.title else "without a title"
    asked = one.asked_by.replace(":", " ", 1)
    why = f'{asked}: the answer is {title}, which is not the work "{(record.title or "")[:_SHOWN]}"'
    return _leave_out(service, answer, why)


_KEYS = {"abstract": "abstract", "mesh": "mesh", "publication-type": "publication_type", "language": "language"}


def _find_news(one: Wanted, record: Record, answer: Answer, service: Service) -> Line:
    """The missing fields that an answer has, and a retraction that is not known here."""
    news: Line = {_KEYS[name]: value for name in one.missing if (value := getattr(answer, MISSING[name][0]))}
    if answer.retracted:
        news["note"] = f"Retracted, says {service.name}"
    return news


def _to_bare(service: Service, one: Wanted, record: Record, answer: Answer, owners: Mapping[str, Any]) -> Line:
    """Identifiers, title and year. A second identifier only where it is the record's, or no record's."""
    line: Line = {looked_up.MARK: service.name, one.kind: one.identifier}
    for kind, value in (("doi", answer.doi), ("pmid", answer.pmid)):
        own = getattr(record, kind)
        if value and kind != one.kind and (value == own or (own is None and is_nobodys(f"{kind}:{value}", owners))):
            line[kind] = value
    line |= {"accession": answer.accession, "title": answer.title, "year": answer.year}
    return {name: value for name, value in line.items() if value}


def _joins(line: Line, said: Iterable[Fields]) -> bool:
    """Whether the table of rules takes the answer and an entry of the record for one work, and none for another."""
    verdicts = {judge(_to_fields(line), fields).verdict for fields in said}
    return "same" in verdicts and "distinct" not in verdicts


def _to_fields(line: Line) -> Fields:
    (entry,) = looked_up.read(io.StringIO(json.dumps(line, ensure_ascii=False)))
    assert isinstance(entry, Entry)
    return to_fields(entry)


def _leave_out(service: Service, answer: Answer, why: str) -> Line:
    said = {"doi": answer.doi, "pmid": answer.pmid, "accession": answer.accession, "title": answer.title}
    return {looked_up.MARK: service.name, looked_up.WHY_NOT: why} | {n: v for n, v in said.items() if v}
