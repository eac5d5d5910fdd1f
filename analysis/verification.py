"""Is a receipt true? Its numbers made again at its own version, and what has changed since."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.constants import DEFAULTS
from analysis.questions import NO_SOURCES, Sources
from analysis.receipts import Numbers, Plain, Receipt, hash_ids, to_plain
from analysis.recounts import RECOUNTS
from analysis.sentences import records_words
from corpus.errors import LacunaError
from corpus.snapshot import Snapshot
from corpus.store import Corpus

NAMED = 10  # records named of a difference
UNSEALED = (
    "Only the receipt in the header of this table was checked. The table was written before receipts held a hash of "
    "the rows, so whether a row was altered since cannot be told."
)


@dataclass(frozen=True)
class Verdict:
    """What making the numbers again gave. Each string is a sentence.

    ``problems``: why they are not reproduced, none if they are. ``notes``: what counts them has changed since.
    ``since``: what has changed in the corpus from that version to this one; None if it could not be compared.
    """

    is_intact: bool
    version: int
    version_now: int
    n_numbers: int
    problems: tuple[str, ...]
    since: tuple[str, ...] | None
    notes: tuple[str, ...] = ()

    @property
    def is_reproduced(self) -> bool:
        return self.is_intact and not self.problems

    @property
    def summary(self) -> str:
        if self.is_reproduced:
            return (
                f"Reproduced: all {self.n_numbers:,} numbers and the records behind them are the same again, "
                f"at corpus version {self.version}."
            )
        return "Not reproduced." if self.is_intact else "Not reproduced: this receipt was altered after it was made."


def verify(
    receipt: Receipt,
    corpus: Corpus,
    sources: Sources = NO_SOURCES,
    text: str | None = None,
    rows_sha256: str | None = None,
) -> Verdict:
    """Make the numbers again at the receipt's version, and as of now.

    ``text``: the words of the brief the receipt stood in, to see that they say what the receipt holds.
    ``rows_sha256``: hash of the rows of the table it stood in, to see that they are those it was written with.
    """
    body, problems = receipt.body, []
    now = corpus.version
    n = len(body["numbers"])
    if not receipt.is_intact:
        problems.append("The receipt's own hash does not fit its content: something in it was changed.")
    if text is not None:
        problems += _find_altered(body.get("sentences", ()), text)
    unsealed: tuple[str, ...] = ()
    if rows_sha256 is not None and "rows_sha256" not in body:
        unsealed = (UNSEALED,)
    elif rows_sha256 is not None and body["rows_sha256"] != rows_sha256:
        problems.append("The table's rows were altered since it was written.")
    if receipt.version > now:
        problems.append(
            f"It was made at corpus version {receipt.version}, but this corpus is at version {now}: it is another "
            "corpus, or an older copy."
        )
        return Verdict(receipt.is_intact, receipt.version, now, n, tuple(problems), None, unsealed)
    notes = (*unsealed, *_find_changed_rules(body, corpus))
    try:
        then = _recount(receipt, corpus.snapshot(as_of=receipt.version), sources, body["corpus"]["year_now"])
    except LacunaError as error:
        problems.append(f"Its question cannot be asked of this corpus: {error}")
        return Verdict(receipt.is_intact, receipt.version, now, n, tuple(problems), None, notes)
    problems += compare(body["numbers"], to_plain(then.numbers))
    problems += _compare_records(body["records"], then.records)
    if body["corpus"]["records_sha256"] != hash_ids(then.counted.ids):
        problems.append(
            f"The records counted differ: {body['corpus']['records']:,} then, {len(then.counted):,} now. If framework "
            "and rules are the same, this is another corpus, or an entry was erased from it."
        )
    if body["corpus"]["statement"] != then.counted.statement:
        problems.append("How the corpus says it was put together has changed.")
    since = _find_since(receipt, corpus, sources, then)
    return Verdict(receipt.is_intact, receipt.version, now, n, tuple(problems), since, notes)


def _find_since(receipt: Receipt, corpus: Corpus, sources: Sources, then: Numbers) -> tuple[str, ...]:
    if receipt.version == corpus.version:
        return ()
    now = _recount(receipt, corpus.snapshot(), sources, None)
    return (
        *compare(to_plain(then.numbers), to_plain(now.numbers)),
        *_compare_records({name: {"ids": list(ids)} for name, ids in then.records.items()}, now.records),
    )


def _find_changed_rules(body: Plain, corpus: Corpus) -> list[str]:
    found = []
    was, fingerprint = body["framework"]["fingerprint"], corpus.framework.fingerprint
    if was != fingerprint:
        found.append(f"The framework has changed ({was} then, {fingerprint} now), so codes may differ.")
    if body["rules"] != corpus.rules_fingerprint:
        found.append(f"The rules have changed ({body['rules']} then, {corpus.rules_fingerprint} now).")
    if body["constants"] != to_plain(DEFAULTS.as_dict()):
        found += compare(body["constants"], to_plain(DEFAULTS.as_dict()))
    return found


def _find_altered(sentences: Sequence[str], text: str) -> list[str]:
    """Sentences the receipt holds that do not stand in the text any more."""
    bare = _bare(text)
    gone = [sentence for sentence in sentences if _bare(sentence) not in bare]
    return [f"The text does not say what the receipt holds. It should say: {sentence}" for sentence in gone]


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def compare(then: Plain, now: Plain) -> list[str]:
    """Numbers that differ, a sentence each."""
    said = []
    for name in dict.fromkeys([*then, *now]):
        a, b = then.get(name), now.get(name)
        if a != b:
            said.append(f"{name}: {_say(a)} then, {_say(b)} now.")
    return said


def _say(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def _compare_records(then: Mapping[str, Plain], now: Mapping[str, Sequence[str]]) -> list[str]:
    said = []
    for name in dict.fromkeys([*then, *now]):
        was, ids = then.get(name, {"ids": []}), now.get(name, ())
        if "ids" in was:
            before = set(was["ids"])
            for words, some in (("came", set(ids) - before), ("went", before - set(ids))):
                if some:
                    first = ", ".join(sorted(some)[:NAMED])
                    more = f" and {len(some) - NAMED:,} more" if len(some) > NAMED else ""
                    said.append(f"{name}: {records_words(len(some))} {words}: {first}{more}.")
        elif (was["n"], was["sha256"]) != (len(ids), hash_ids(ids)):
            said.append(f"{name}: {records_words(was['n'])} then, {len(ids):,} now, not all the same.")
    return said


def _recount(receipt: Receipt, snapshot: Snapshot, sources: Sources, year: int | None) -> Numbers:
    if year:
        snapshot = replace(snapshot, year_now=year)
    return RECOUNTS[receipt.body["kind"]](receipt.body["question"], snapshot, sources)
