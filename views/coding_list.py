"""The coding page's working list: which records to look at, why, and in what order; and what was decided on the way.

A list is made once and worked through, so a decision neither reorders it nor waits for it to be made again.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st
from scipy import sparse

from analysis import queue
from analysis.coverage import Coverage, cross_pairs
from analysis.gaps import headline_pairs
from corpus.errors import UnknownIdError
from corpus.evidence import load_evidence, load_ruled
from corpus.rules import Progress
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from ingest.tagging.learner.keeping import load_learner
from ingest.tagging.tagger import Tagger
from views import long_work
from views.state import State, Where

LENGTH = 500  # records of one list
CELLS = 12  # empty cells whose words are searched for
TEXTS = 1500  # texts read for that, and as many for the model's suggestions
OFTEN = 100  # texts read between two words on how far it is
LIST = long_work.Work(
    "coding.making", "Making the list", "Looking for what is most useful to check.", "Make the list", holds=2
)


@dataclass(frozen=True)
class Choices:
    """What a person wants to look at. Hashable: another choice makes another list."""

    reason: str = ""
    facet: str = ""
    tag: str = ""
    scope: str = "counted"  # "counted", "in", "unscreened" or "all"
    first: str = ""  # a record asked for by the address: it comes first


@dataclass(frozen=True)
class Step:
    """One decision of this session, as it can be taken back: its rulings, its words, the record and its place."""

    numbers: tuple[int, ...]
    words: str
    record: str
    at: int = 0


@dataclass
class Work:
    """One list and how far a person has come with it. Changed in place: Streamlit may end a run between two lines."""

    choices: Choices
    made: int  # the corpus version it was made at
    ids: list[str]
    items: dict[str, list[dict[str, Any]]]
    counts: dict[str, int]  # reason -> records
    n_all: int  # records the queue had before it was cut to LENGTH
    number: int = 0  # of this list in this session
    at: int = 0
    acked: int = 0  # the last act of the component that was dealt with
    error: str = ""
    undo: list[Step] = field(default_factory=list)

    @property
    def n_checked(self) -> int:
        """Records decided on in this session."""
        return len({step.record for step in self.undo})


def make_work(state: State, choices: Choices, number: int = 1, acked: int = 0) -> Work:
    """The list for these choices, the most useful first."""
    items = find_items(state, choices.scope)
    shown = items
    if choices.reason:
        shown = shown[shown["reason"] == choices.reason]
    if choices.facet:
        shown = shown[shown["facet"] == choices.facet]
    if choices.tag:
        facet = state.framework.facet(choices.facet)
        shown = shown[shown["tag"].isin(facet.with_children(choices.tag))]
    ranked = queue.rank_records(shown)
    ids = [str(i) for i in ranked["id"][:LENGTH]]
    if choices.first:
        try:
            first = state.corpus.record(choices.first).id
            ids = [first, *(i for i in ids if i != first)]
        except UnknownIdError:
            pass  # the record is gone: the list serves without it
    wanted = items[items["id"].isin(ids)]
    by_record: dict[str, list[dict[str, Any]]] = {}
    for row in wanted.to_dict("records"):
        by_record.setdefault(str(row["id"]), []).append({str(k): v for k, v in row.items()})
    by_reason = shown.drop_duplicates(["id", "reason"])["reason"].value_counts()
    counts = {reason: int(by_reason.get(reason, 0)) for reason in queue.REASONS if by_reason.get(reason, 0)}
    return Work(choices, state.version, ids, by_record, counts, len(ranked), number, acked=acked)


def find_items(state: State, scope: str) -> pd.DataFrame:
    """The whole queue of the records in this scope; kept until the corpus changes. A page ends where it is stopped."""
    found = long_work.find(LIST, (state.key, scope), lambda progress: _make_items(state.corpus, scope, progress))
    if found is None:
        st.stop()
    return found


def _make_items(corpus: Corpus, scope: str, progress: Progress) -> pd.DataFrame:
    snapshot = choose_scope(corpus.snapshot(), scope)
    counted = snapshot.where()
    pairs = headline_pairs(snapshot.framework) if len(counted) else ()
    coverages = cross_pairs(counted, pairs, progress=progress)
    evidence = load_evidence(corpus, snapshot)
    ruled, coded = load_ruled(corpus, snapshot)
    candidates = _find_candidates(corpus, coverages, progress)
    suggested = _ask_learner(corpus, snapshot, ruled, progress)
    progress("putting the list in order", 0, 1)
    return queue.find_queue(
        snapshot, evidence, ruled, coded, coverages=coverages, candidates=candidates, suggested=suggested
    )


def choose_scope(snapshot: Snapshot, scope: str) -> Snapshot:
    """The records of one scope: "counted" on maps, ruled "in", still "unscreened", or "all" but those ruled out."""
    if scope == "counted":
        return snapshot.where()
    where = snapshot.frame["scope"].astype(str).to_numpy()
    return snapshot.keep(where == scope if scope != "all" else where != "out")


def _find_candidates(corpus: Corpus, coverages: list[Coverage], progress: Progress) -> list[queue.Candidate]:
    """Records on one side of the emptiest cells that have a wider word for the other side."""
    tagger = corpus.tagger
    if not isinstance(tagger, Tagger):
        return []
    short: list[queue.Candidate] = []
    for coverage, row, column in queue.empty_cells(coverages)[:CELLS]:
        short += queue.find_short(coverage, row, column)
        if len(short) >= TEXTS:
            break
    short = short[:TEXTS]
    records = {r.id: r for r in corpus.records(dict.fromkeys(c.id for c in short))}
    found = []
    for done, c in enumerate(short):
        if done % OFTEN == 0:
            progress("searching the texts", done, len(short))
        if c.id in records and tagger.find_wide(records[c.id], c.facet, c.tag):
            found.append(c)
    return found


def _ask_learner(
    corpus: Corpus, snapshot: Snapshot, ruled: sparse.csr_matrix, progress: Progress
) -> list[queue.Suggested]:
    """What the learned model, where one was fitted, says of the records fewest rulings are on."""
    learner = load_learner(corpus)
    if learner is None or not len(snapshot):
        return []
    fewest = ruled.getnnz(axis=1).argsort(kind="stable")[:TEXTS]
    found = []
    for done, record in enumerate(corpus.records(snapshot.ids[fewest].tolist())):
        if done % OFTEN == 0:
            progress("asking the learner", done, len(fewest))
        settled = tuple(corpus.tag_rulings(record))
        for s in learner.suggest(record, corpus.assignments(record), settled):
            found.append(queue.Suggested(record.id, s.facet, s.tag, s.probability))
    return found


def counted_words(state: State, scope: str) -> str:
    """Of how many records the list is made, in words."""
    n = len(choose_scope(state.corpus.snapshot(), scope)) if scope != "counted" else len(state.snapshot(Where()))
    return f"{n:,} of {len(state.corpus.snapshot()):,} records"
