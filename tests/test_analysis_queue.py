"""What to check next: each reason on a corpus small enough to see, the order, and what is never asked again."""

import numpy as np
import pytest
from scipy import sparse

from analysis.coverage import cross
from analysis.queue import (
    Candidate,
    Cell,
    Suggested,
    empty_cells,
    find_edges,
    find_queue,
    find_short,
    rank_records,
)
from corpus.framework import Facet, Framework, Tag
from corpus.snapshot import Snapshot, build_snapshot

FIELD = Framework(
    "Test field",
    2,
    (
        Facet("who", "Role", "Who?", (Tag("nurse", "Nurses"), Tag("doctor", "Doctors"),
                                      Tag("mixed", "Staff (mixed)", residual=True))),
        Facet("what", "Harm", "What?", (Tag("pay", "Pay"), Tag("insult", "Insults"),
                                        Tag("silence", "Silence", since=2))),
    ),
    headline_pairs=(("who", "what"),),
)  # fmt: skip
COLUMN = {key: n for n, key in enumerate(FIELD.columns)}


def table(snapshot: Snapshot, cells: dict[tuple[str, str, str], int], dtype: type = np.int8) -> sparse.csr_matrix:
    made = sparse.lil_matrix((len(snapshot), len(FIELD.columns)), dtype=dtype)
    for (record, facet, tag), value in cells.items():
        made[int(snapshot.ids.searchsorted(record)), COLUMN[facet, tag]] = value
    return made.tocsr()


def nothing(snapshot: Snapshot, width: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((len(snapshot), width), dtype=bool)


@pytest.fixture
def three() -> Snapshot:
    rows: list[dict[str, object]] = [
        {"id": "a", "tags": {"who": ["nurse"], "what": ["pay"]}},
        {"id": "b", "tags": {"who": ["nurse"]}, "not_yet": {"what": ["silence"]}},
        {"id": "c", "tags": {"who": ["doctor"]}},
    ]
    return build_snapshot(FIELD, rows)


def ask(snapshot: Snapshot, evidence=None, ruled=None, coded=None, **more):  # type: ignore[no-untyped-def]
    return find_queue(
        snapshot,
        evidence if evidence is not None else table(snapshot, {}),
        ruled if ruled is not None else table(snapshot, {}, bool),
        coded if coded is not None else nothing(snapshot, len(FIELD.facets)),
        **more,
    )


def pairs(found) -> list[tuple[str, str, str]]:  # type: ignore[no-untyped-def]
    return [(str(r.id), str(r.tag), str(r.reason)) for r in found.itertuples()]


def test_words_of_the_abstract_alone_are_weak_and_those_of_a_title_are_not(three: Snapshot) -> None:
    evidence = table(three, {("a", "who", "nurse"): 1, ("b", "who", "nurse"): 3})
    assert pairs(ask(three, evidence)) == [("a", "nurse", "weak"), ("b", "silence", "not-yet")]


def test_a_rule_against_who_coded_the_facet_comes_before_weak_words(three: Snapshot) -> None:
    evidence = table(three, {("a", "who", "nurse"): 1, ("c", "who", "doctor"): 3})
    coded = sparse.csr_matrix(np.array([[0, 0], [0, 0], [1, 0]], dtype=bool))
    assert pairs(ask(three, evidence, coded=coded))[:2] == [("c", "doctor", "against"), ("a", "nurse", "weak")]


def test_what_a_person_ruled_on_is_not_asked_again(three: Snapshot) -> None:
    evidence = table(three, {("a", "who", "nurse"): 1})
    ruled = table(three, {("a", "who", "nurse"): 1, ("b", "what", "silence"): 1}, bool)
    assert len(ask(three, evidence, ruled)) == 0


@pytest.mark.parametrize(
    ("has", "probability", "reason"),
    [
        pytest.param(True, 0.1, "doubted", id="has it, unlikely"),
        pytest.param(True, 0.95, None, id="has it, likely"),
        pytest.param(False, 0.9, "missed", id="has it not, likely"),
        pytest.param(False, 0.4, "missed", id="has it not, near one half"),
        pytest.param(False, 0.1, None, id="has it not, unlikely"),
    ],
)
def test_the_model_is_asked_where_it_disagrees_or_cannot_say(
    three: Snapshot, has: bool, probability: float, reason: str | None
) -> None:
    found = ask(three, suggested=[Suggested("a" if has else "c", "who", "nurse", probability)])
    assert [r for _, _, r in pairs(found) if r != "not-yet"] == [reason] * (reason is not None)


def test_candidates_of_an_empty_cell_name_it(three: Snapshot) -> None:
    cell = Cell("who", "doctor", "what", "insult")
    found = ask(three, candidates=[Candidate("c", "what", "insult", cell), Candidate("gone", "what", "pay", cell)])
    first = found.iloc[0]
    assert (first["id"], first["tag"], first["reason"]) == ("c", "insult", "empty-cell")
    assert (first["row"], first["column"]) == ("doctor", "insult")


def field() -> Snapshot:
    """60 nurses with insults, 40 doctors with pay, 20 doctors with insults, 3 nurses with pay; 30 of either."""
    groups = [("nurse", "insult", 60), ("doctor", "pay", 40), ("doctor", "insult", 20), ("nurse", "pay", 3)]
    rows: list[dict[str, object]] = [
        {"id": f"{who}-{what}-{n:02}", "tags": {"who": [who], "what": [what]}}
        for who, what, many in groups
        for n in range(many)
    ]
    rows += [{"id": f"mixed-{n}", "tags": {"who": ["mixed"], "what": ["pay"]}} for n in range(2)]
    return build_snapshot(FIELD, rows)


def test_a_cell_on_the_edge_of_its_grade_brings_its_records() -> None:
    snapshot = field()
    coverage = cross(snapshot, "who", "what", level="tag")
    edges = find_edges([coverage])
    for row in edges.itertuples():
        assert {row.grade, row.grade_more, row.grade_fewer} & {"strong", "suggestive"}
        assert row.grade_more != row.grade or row.grade_fewer != row.grade
    on_edge = {(str(r.row_tag), str(r.column_tag)) for r in edges.itertuples()}
    found = ask(snapshot, coverages=[coverage])
    influential = found[found["reason"] == "influential"]
    assert {(str(r.row), str(r.column)) for r in influential.itertuples()} == on_edge


def test_the_records_one_side_short_of_an_empty_cell() -> None:
    rows: list[dict[str, object]] = [
        {"id": f"n{n:02}", "tags": {"who": ["nurse"], "what": ["insult"]}} for n in range(20)
    ]
    rows += [{"id": f"d{n:02}", "tags": {"who": ["doctor"], "what": ["pay"]}} for n in range(20)]
    coverage = cross(build_snapshot(FIELD, rows), "who", "what", level="tag")
    cells = [(row, column) for _, row, column in empty_cells([coverage])]
    assert cells == [("nurse", "pay"), ("doctor", "insult")]
    short = find_short(coverage, "nurse", "pay")
    assert len(short) == 40
    assert {(c.id[0], c.facet, c.tag) for c in short} == {("n", "what", "pay"), ("d", "who", "nurse")}


def test_a_record_is_worth_its_best_pair_and_a_little_more(three: Snapshot) -> None:
    evidence = table(three, {("a", "who", "nurse"): 1, ("a", "what", "pay"): 1, ("c", "who", "doctor"): 1})
    ranked = rank_records(ask(three, evidence))
    assert list(ranked["id"]) == ["a", "c", "b"]
    assert list(ranked["n"]) == [2, 1, 1]
    assert ranked["score"][0] == pytest.approx(0.33)


def test_an_empty_corpus_has_nothing_to_check() -> None:
    nobody = build_snapshot(FIELD, [])
    assert len(ask(nobody)) == 0
    assert len(rank_records(ask(nobody))) == 0
    assert find_edges([]).empty
