"""Whatever was done, in whatever order: taking a step back restores every field and code, and every version can be seen
again as it was.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import toy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_corpus_store import ENTRIES, fresh
from toy import contents, frame

from corpus.records import Ruling
from corpus.store import Corpus

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(ENTRIES, min_size=1, max_size=4)),
        st.tuples(st.sampled_from(["undo", "redo"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["same", "distinct"]), st.tuples(st.integers(0, 9), st.integers(0, 9))),
        st.tuples(st.sampled_from(["added", "rejected"]), st.integers(0, 9)),
        st.tuples(st.sampled_from(["in", "out"]), st.integers(0, 9)),
        st.tuples(st.just("withdrawn"), st.integers(0, 9)),
    ),
    min_size=3,
    max_size=7,
)
Step = Callable[[], object]


def plan(corpus: Corpus, what: str, how: Any) -> tuple[Step, Callable[[Any], Step]] | None:
    """A step and, given what it returned, the step that takes it back; None where it makes no sense now."""
    imports = {state: [i.id for i in corpus.imports() if i.state == state] for state in ("accepted", "undone")}
    if what == "add":
        return lambda: toy.add(corpus, how), lambda done: lambda: corpus.undo(done.id)
    if what in ("undo", "redo"):
        some = imports["accepted" if what == "undo" else "undone"]
        if not some:
            return None
        number = some[how % len(some)]
        there, back = (corpus.undo, corpus.redo) if what == "undo" else (corpus.redo, corpus.undo)
        return lambda: there(number), lambda done: lambda: back(number)
    ruling = make_ruling(corpus, what, how)
    if ruling is None:
        return None
    return lambda: corpus.rule(ruling)[0], lambda done: lambda: corpus.rule(Ruling("withdrawn", (), str(done.number)))


def make_ruling(corpus: Corpus, what: str, how: Any) -> Ruling | None:
    if what == "withdrawn":
        some = corpus.rulings()
        return Ruling("withdrawn", (), str(some[how % len(some)].number)) if some else None
    records = corpus.records()
    if not records:
        return None
    if what in ("same", "distinct"):
        entries = sorted(entry for record in records for entry in record.entries)
        pair = sorted({entries[n % len(entries)] for n in how})
        return Ruling(what, tuple(pair)) if len(pair) == 2 else None  # type: ignore[arg-type]
    entries = records[how % len(records)].entries
    if what in ("added", "rejected"):
        return Ruling("tag", entries, what, "colour", "blue", coded_from="title", coded_under=1)
    return Ruling("scope", entries, what)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_step_can_be_taken_back_and_every_version_seen_again(tmp_path: Path, steps: list[Any]) -> None:
    with fresh(tmp_path) as corpus:
        seen = {0: frame(corpus)}
        for what, how in steps:
            planned = plan(corpus, what, how)
            if planned is None:
                continue
            step, back = planned
            before = contents(corpus), frame(corpus)
            done = step()
            after = contents(corpus), frame(corpus)
            seen[corpus.version] = after[1]
            taken_back = back(done)()
            assert (contents(corpus), frame(corpus)) == before, what
            seen[corpus.version] = before[1]
            if what in ("add", "undo", "redo"):
                number = done.id  # type: ignore[attr-defined]
                (corpus.undo if what == "undo" else corpus.redo)(number)
            else:
                corpus.rule(Ruling("withdrawn", (), str(taken_back[0].number)))  # type: ignore[index]
            assert (contents(corpus), frame(corpus)) == after, what
            seen[corpus.version] = after[1]
        for version, was in seen.items():
            assert frame(corpus, as_of=version) == was, version
        now = contents(corpus)
        corpus.rebuild()
        assert contents(corpus) == now
        assert corpus.check() == []
