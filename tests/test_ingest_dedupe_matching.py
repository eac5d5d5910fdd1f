"""Properties of matching: no order, no batches and no undone import change what is one work."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.components import resolve
from corpus.records import Author, Fields, Link
from ingest.dedupe import cluster, judge, keys, match


class Stored:
    """A store in memory, as the matcher sees it: it takes batches and keeps the links."""

    def __init__(self) -> None:
        self.fields: dict[str, Fields] = {}
        self.links: dict[tuple[str, str], Link] = {}
        self.by_key: defaultdict[str, list[str]] = defaultdict(list)

    def with_keys(self, keys: Iterable[str]) -> Mapping[str, Sequence[str]]:
        return {key: self.by_key[key] for key in keys if key in self.by_key}

    def fields_of(self, ids: Iterable[str]) -> Mapping[str, Fields]:
        return {i: self.fields[i] for i in ids}

    def same_pairs(self, ids: Iterable[str]) -> set[tuple[str, str]]:
        reached, pairs = set(ids), set()
        while (
            more := {pair for pair, link in self.links.items() if link.verdict == "same" and set(pair) & reached}
            - pairs
        ):
            pairs |= more
            reached |= {i for pair in more for i in pair}
        return pairs

    def add(self, batch: Mapping[str, Fields]) -> None:
        for link in match(batch, self):
            assert link.a < link.b
            self.links[link.a, link.b] = link
        self.fields.update(batch)
        for entry, fields in batch.items():
            for key in keys(fields):
                self.by_key[key].append(entry)

    def components(self, without: Iterable[str] = ()) -> list[tuple[str, ...]]:
        return resolve(set(self.fields) - set(without), self.links.values())


SMITH, JONES = Author("Smith", "A"), Author("Jones", "Beth")
LONG = "Bullying of trainee surgeons in teaching hospitals"
TITLES = (
    *(LONG, LONG.upper(), LONG + ": a national survey", LONG + ". Part I", LONG + ". Part II", "Erratum: " + LONG),
    *("Bulying of trainee surgeons in teaching hospitals", "Editorial", "Reply", None),
)
some_fields = st.builds(
    Fields,
    title=st.sampled_from(TITLES),
    authors=st.sampled_from([(), (SMITH,), (SMITH, JONES), (JONES,), (Author("Smyth", "A"),)]),
    year=st.sampled_from([None, 2001, 2002, 2003, 2010]),
    venue=st.sampled_from([None, "J Surg Educ", "Journal of Surgical Education", "Lancet"]),
    volume=st.sampled_from([None, "12", "13"]),
    pages=st.sampled_from([None, "101-9", "101-109", "1", "210"]),
    doi=st.sampled_from([None, "10.1/a", "10.1/b"]),
    type=st.sampled_from([None, "article", "preprint"]),
)


@settings(max_examples=60)
@given(st.lists(some_fields, max_size=14), st.randoms(use_true_random=False))
def test_batches_and_order_do_not_change_the_components(fields: list[Fields], rng: random.Random) -> None:
    entries = {f"{n:03d}": f for n, f in enumerate(fields)}
    whole, _ = cluster(entries)
    for _ in range(3):
        order = rng.sample(sorted(entries), len(entries))
        stored = Stored()
        while order:
            size = rng.randint(1, len(order))
            batch, order = order[:size], order[size:]
            stored.add({i: entries[i] for i in batch})
        assert stored.components() == whole


@settings(max_examples=60)
@given(st.lists(some_fields, min_size=2, max_size=10), st.data())
def test_what_is_left_after_an_undo_is_what_would_have_been_without_it(
    fields: list[Fields], data: st.DataObject
) -> None:
    entries = {f"{n:03d}": f for n, f in enumerate(fields)}
    first = data.draw(st.sets(st.sampled_from(sorted(entries))))
    stored = Stored()
    stored.add({i: f for i, f in entries.items() if i in first})
    stored.add({i: f for i, f in entries.items() if i not in first})
    alone, _ = cluster({i: f for i, f in entries.items() if i not in first})
    assert stored.components(without=first) == alone


def test_what_went_from_the_store_since_its_links_were_read_is_passed_over() -> None:
    class Shrinking(Stored):
        def fields_of(self, ids: Iterable[str]) -> Mapping[str, Fields]:
            return super().fields_of(set(ids) - {"a"})

    work = Fields(title=LONG, authors=(SMITH,), year=2001)
    stored = Shrinking()
    stored.add({"a": work, "b": work})
    assert [(link.a, link.b) for link in match({"c": work}, stored)] == [("b", "c")]


@settings(max_examples=200)
@given(some_fields, some_fields)
def test_judging_is_symmetric(a: Fields, b: Fields) -> None:
    assert judge(a, b) == judge(b, a)


@settings(max_examples=60)
@given(st.lists(some_fields, max_size=12))
def test_no_component_holds_a_pair_judged_distinct(fields: list[Fields]) -> None:
    components, _ = cluster({f"{n:03d}": f for n, f in enumerate(fields)})
    for component in components:
        for n, i in enumerate(component):
            for j in component[:n]:
                assert judge(fields[int(i)], fields[int(j)]).verdict != "distinct"


@pytest.mark.parametrize(
    ("row", "ties"),
    [
        pytest.param(Fields(title="Editorial"), 1, id="no author"),
        pytest.param(Fields(title=LONG, authors=(SMITH,), year=2001), 8, id="a full row"),
    ],
)
def test_thousands_of_equal_rows_are_compared_once(row: Fields, ties: int) -> None:
    entries = {f"{n:05d}": row for n in range(10_000)}
    links = match(entries)
    assert len(links) == sum(9_999 - n for n in range(ties))
    assert {link.a for link in links} == {f"{n:05d}" for n in range(ties)}
    assert {link.verdict for link in links} == {judge(row, row).verdict}


@pytest.mark.parametrize("step", [1, 20])
def test_many_equal_entries_stay_one_work_when_some_of_them_go(step: int) -> None:
    row = Fields(title=LONG, authors=(SMITH,), year=2001)
    entries = {f"{n:02d}": replace(row, venue="Lancet" if n % 2 else None) for n in range(40)}
    stored = Stored()
    for first in range(0, 40, step):
        stored.add(dict(list(entries.items())[first : first + step]))
    for gone in (["00"], ["00", "01"], sorted(entries)[:7]):
        assert len(stored.components(without=gone)) == 1


def test_an_over_full_key_is_refined_reported_and_loses_no_pair() -> None:
    entries = {}
    for n in range(400):
        one = Fields(title="Editorial", authors=(SMITH,), year=1990 + n % 20, volume=str(n % 20), pages=str(n + 1))
        entries[f"a{n:03d}"] = one
        entries[f"b{n:03d}"] = Fields(
            title="EDITORIAL.", authors=(SMITH, JONES), year=one.year, pages=f"{n + 1}-{n + 2}"
        )
    notes: list[str] = []
    components, _ = cluster(entries, notes=notes)
    assert components == [(f"a{n:03d}", f"b{n:03d}") for n in range(400)]
    assert notes
    assert all("entries share the key" in note for note in notes)


def test_progress_says_what_and_how_far() -> None:
    seen: list[tuple[str, int, int]] = []
    match({"a": Fields(title=LONG, year=2001), "b": Fields(title=LONG, year=2002)}, None, lambda *x: seen.append(x))
    assert seen == [("preparing to match", 2, 2), ("matching", 1, 1)]


def test_links_are_the_same_whether_or_not_keys_were_asked_for_before():
    works = {
        "a": Fields(title="Night shifts and sleep of junior nurses", year=2001, doi="10.1000/a1"),
        "b": Fields(title="Night shifts and sleep of junior nurses", year=2001, doi="10.1000/a1"),
    }
    links = match(works)
    assert [(link.a, link.b, link.verdict) for link in links] == [("a", "b", "same")]
    for fields in (*works.values(), *works.values()):
        keys(fields)
    assert match(works) == links == match(works)
