"""Three facets together: counted, compared with what pairs explain, and steady whatever the order or the copies."""

import random

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from analysis.expected import expected_two_way
from analysis.gaps import cross_three, find_triples, to_dicts, triple_gaps
from analysis.sentences import make_about, write_gap
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, NotApplicable, Tag
from corpus.snapshot import build_snapshot


def facet(name: str, *tags: str) -> Facet:
    more = (Tag(f"{name}-general", "General", residual=True),)
    return Facet(name, name.capitalize(), "Which?", tuple(Tag(t, t.capitalize()) for t in tags) + more)


FRAMEWORK = Framework(
    "boats",
    1,
    (facet("hull", "wood", "steel"), facet("sail", "gaff", "lug"), facet("sea", "north", "south")),
    not_applicable=(NotApplicable(("hull", "steel"), ("sea", "south"), "no steel there"),),
    headline_pairs=(("hull", "sail"), ("sail", "hull"), ("hull", "sea")),
)
PLAIN = Framework("plain", 1, FRAMEWORK.facets, headline_pairs=FRAMEWORK.headline_pairs)


def fleet(counts: dict[tuple[str, str, str], int], copies: int = 1) -> list[dict]:
    rows: list[dict] = []
    for (hull, sail, sea), n in counts.items():
        for _ in range(n * copies):
            rows.append({"id": f"r{len(rows):05}", "tags": {"hull": [hull], "sail": [sail], "sea": [sea]}})
    return rows


ORACLE = {
    ("wood", "gaff", "north"): 10, ("steel", "gaff", "north"): 5, ("wood", "lug", "north"): 6,
    ("steel", "lug", "north"): 9, ("wood", "gaff", "south"): 8, ("steel", "gaff", "south"): 7,
    ("wood", "lug", "south"): 2, ("steel", "lug", "south"): 3,
}  # fmt: skip
# Wooden gaffs are common, and so are all other pairs; all three in the north are hardly there.
THIN = {
    ("wood", "gaff", "north"): 1, ("wood", "gaff", "south"): 60, ("wood", "lug", "north"): 60,
    ("steel", "gaff", "north"): 60, ("wood", "lug", "south"): 20, ("steel", "gaff", "south"): 20,
    ("steel", "lug", "north"): 20, ("steel", "lug", "south"): 60,
}  # fmt: skip


def test_what_pairs_explain_is_the_worked_example() -> None:
    triples = cross_three(build_snapshot(PLAIN, fleet(ORACLE)), "hull", "sail", "sea")
    assert triples.observed[:, :, 0].tolist() == [[10, 6], [5, 9]]
    assert triples.observed[:, :, 1].tolist() == [[8, 2], [7, 3]]
    assert triples.expected[:, :, 0].round(4).tolist() == [[9.6712, 6.3288], [5.3288, 8.6712]]
    assert triples.expected[:, :, 1].round(4).tolist() == [[8.3288, 1.6712], [6.6712, 3.3288]]
    for axis in range(3):
        assert np.allclose(triples.expected.sum(axis=axis), triples.observed.sum(axis=axis), atol=1e-4)
    assert triples.n_codable == 50
    assert len(triples.ids("wood", "gaff", "north")) == 10


def test_a_thin_triple_is_found_where_no_pair_is_thin() -> None:
    found = find_triples(build_snapshot(PLAIN, fleet(THIN), statement="made up"), "sea")
    first = to_dicts(found)[0]
    assert (first["row_tag"], first["column_tag"], first["third_facet"], first["third_tag"]) == (
        "wood", "gaff", "sea", "north",
    )  # fmt: skip
    assert first["grade"] == "strong" and first["kind"] == "shortfall" and first["measure"] == "relative"
    assert first["p"] == pytest.approx(poisson.cdf(1, first["expected"]))
    assert first["caveats"] == ["made up"]
    assert len(found) == 8, "the same three facets are counted once"
    said = write_gap(first, make_about(build_snapshot(PLAIN, fleet(THIN))))
    assert said.startswith("Unchecked: 1 record tagged wood, gaff and north; about")
    assert "so the three pair maps do not show this" in said


def test_who_is_codable_and_what_does_not_apply() -> None:
    rows = fleet(THIN)
    rows += [{"id": "x1", "tags": {"hull": ["wood"], "sail": ["sail-general"], "sea": ["north"]}}]
    triples = cross_three(build_snapshot(FRAMEWORK, rows), "hull", "sail", "sea")
    assert triples.n_codable == sum(THIN.values())
    found = triple_gaps([triples])
    assert len(found) == 6
    assert not len(found[(found["row_tag"] == "steel") & (found["third_tag"] == "south")])
    assert not found["column_tag"].eq("sail-general").any()


def test_an_empty_corpus_and_wrong_names() -> None:
    empty = build_snapshot(PLAIN, [])
    assert set(find_triples(empty, "sea")["grade"]) == {"not comparable"}
    assert not len(find_triples(empty, "sea", pairs=[("hull", "sea")]))
    with pytest.raises(UnknownIdError, match="no facet"):
        find_triples(empty, "keel")
    with pytest.raises(UnknownIdError, match="Three different facets"):
        cross_three(empty, "hull", "hull", "sea")
    with pytest.raises(UnknownIdError, match='no line "brass"'):
        cross_three(empty, "hull", "sail", "sea").ids("brass", "gaff", "north")


@pytest.mark.parametrize("seed", range(5))
def test_order_changes_nothing_and_four_copies_never_weaken_a_strong_gap(seed: int) -> None:
    chance = random.Random(seed)
    counts = {key: max(0, n + chance.randint(-4, 4)) for key, n in THIN.items()}
    rows = fleet(counts)
    first = find_triples(build_snapshot(PLAIN, rows), "sea")
    chance.shuffle(rows)
    for n, row in enumerate(rows):
        row["id"] = f"s{n:05}"
    pd.testing.assert_frame_equal(first, find_triples(build_snapshot(PLAIN, rows), "sea"))
    keys = ["row_tag", "column_tag", "third_tag"]
    copied = find_triples(build_snapshot(PLAIN, fleet(counts, 4)), "sea").set_index(keys)
    for row in first.to_dict("records"):
        again = copied.loc[tuple(row[key] for key in keys)]
        assert again["expected"] == pytest.approx(4 * row["expected"], rel=1e-3)
        if row["expected"] >= 3:
            assert again["high"] - again["low"] <= row["high"] - row["low"] + 1e-9
        if row["grade"] == "strong":
            assert again["grade"] == "strong" and again["p"] <= row["p"]


@pytest.mark.parametrize("seed", range(5))
def test_tags_may_be_given_in_any_order(seed: int) -> None:
    observed = np.random.default_rng(seed).integers(0, 30, (3, 4, 2)).astype(float)
    turned = expected_two_way(observed.transpose(2, 0, 1)).transpose(1, 2, 0)
    assert np.allclose(expected_two_way(observed), turned, atol=1e-3)
    mixed = np.random.default_rng(seed).permutation(4)
    assert np.allclose(expected_two_way(observed)[:, mixed], expected_two_way(observed[:, mixed]), atol=1e-3)
