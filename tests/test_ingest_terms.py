"""Looking after terms: what is odd about them, and what a change would do, on a framework about lakes."""

from pathlib import Path

import pytest

from corpus.framework import Framework, load_framework
from corpus.records import Fields
from corpus.terms import change_lists, locate_terms, read_file
from ingest.tagging import build_tagger
from ingest.term_check import Finding, check_framework
from ingest.term_trial import retag_where_it_matters

MAIN = 'name = "Lakes"\nversion = 1\nfacets = ["life"]\n'
LIFE = """id = "life"
label = "Life"
question = "Which?"

[[groups]]
id = "none"
label = "None"
tags = []

[[tags]]
id = "fish"
label = "Fish"
terms = ["fish", "fishes", "perch", "pike", "lake", "eel grass bed"]
unless = ["pike", "star fish", "flying fish"]
wide = ["animal"]

[[tags]]
id = "plant"
label = "Plants"
terms = ["eel-grass", "perch", "reed"]

[[tags]]
id = "trout"
label = "Trout"
broader = "fish"
terms = ["trout", "fish"]
wide = ["salmon*"]

[[tags]]
id = "nothing"
label = "Nothing"
wide = ["x"]
"""
RECORDS = [Fields(title=f"The lake number {n}") for n in range(30)] + [
    *(Fields(title="Beds of reed", abstract=f"In {n} places.") for n in range(3)),
    *(Fields(title="Perch and pike") for _ in range(2)),
    Fields(title="A flying fish"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "framework.toml").write_text(MAIN, encoding="utf-8")
    (tmp_path / "life.toml").write_text(LIFE, encoding="utf-8")
    return tmp_path


def check(folder: Path, sentences: tuple[str, ...] = ()) -> list[Finding]:
    framework = load_framework(folder)
    return check_framework(framework, locate_terms(folder, framework), RECORDS, sentences)


def test_each_kind_of_finding_with_its_line(folder: Path):
    found = [(f.kind, f.line, f.tag, f.term, f.says) for f in check(folder)]
    here = "life.toml"
    assert found == [
        ("twice", 13, "fish", "fishes", 'as "fish" in line 13 of the same tag'),
        ("voided", 13, "fish", "pike", "an unless of this tag takes it out of the count"),
        ("no-terms", 0, "nothing", "", "nothing but a person can give this tag"),
        ("no-tags", 0, "", "", 'the group "none" has no tags'),
        ("everything", 13, "fish", "lake", "30 of 36 records (83%)"),
        ("overlap", 13, "fish", "perch", f"also a term of plant ({here}:20)"),
        ("swallows", 13, "fish", "eel grass bed", f'holds "eel-grass", a term of plant ({here}:20)'),
        ("never", 13, "fish", "eel grass bed", "none of 36 records"),
        ("never", 20, "plant", "eel-grass", "none of 36 records"),
        ("never", 26, "trout", "trout", "none of 36 records"),
        ("idle", 14, "fish", "star fish", "met in 0 records, and applied in none"),
        ("no-wide", 0, "plant", "", "wide is empty"),
    ]
    assert [f.is_fault for f in check(folder)] == [True] * 5 + [False] * 7


def test_a_labelled_sentence_counts_as_a_match(folder: Path):
    terms = {f.term for f in check(folder, ("Trout among eel-grass", "A star fish")) if f.kind in ("never", "idle")}
    assert terms == {"eel grass bed"}


def test_a_term_whose_every_match_is_another_tags(folder: Path):
    text = LIFE.replace('"reed"]', '"reed", "beds of reed"]').replace('"perch", "pike"', '"reed", "pike"')
    (folder / "life.toml").write_text(text, encoding="utf-8")
    twins = [(f.tag, f.term, f.says) for f in check(folder) if f.kind == "twin"]
    assert twins == [("plant", "beds of reed", "all 3 matches also earn fish")]


def test_only_entries_with_a_changed_term_are_tagged_again(folder: Path):
    before = load_framework(folder)
    text = change_lists(LIFE, "fish", {"terms": ["fish", "lake", "bed"], "unless": ["star fish"]})
    after = load_framework(folder, {"life.toml": text})
    entries = [(str(n), fields) for n, fields in enumerate(RECORDS)]
    found = retag_where_it_matters(before, after, entries)
    assert sorted(map(int, found)) == [30, 31, 32, 33, 34, 35]  # the lakes stay as they are
    assert [a.tag for a in found["30"].assignments] == ["fish", "plant"]
    assert [a.tag for a in found["33"].assignments] == ["plant"]
    assert found["35"].codes == ((("life", "fish"), ("life", "trout")), False)


@pytest.mark.parametrize("lists", [{"headings": ["Perca"]}, {"terms": ["fish", "bream"]}, {"unless": []}, {"wide": []}])
def test_a_trial_says_what_tagging_all_anew_would_say(folder: Path, lists):
    before = load_framework(folder)
    after = load_framework(folder, {"life.toml": change_lists(LIFE, "fish", lists)})
    records = [*RECORDS, Fields(title="Bream", keywords=("Perca", "reed"))]
    old, new = build_tagger(before), build_tagger(after)
    tried = retag_where_it_matters(before, after, ((str(n), fields) for n, fields in enumerate(records)))
    for n, fields in enumerate(records):
        expected = new.assign(fields)
        assert (tried[str(n)].assignments if str(n) in tried else old.assign(fields)) == expected


def test_another_weight_means_that_all_are_tagged_again(folder: Path):
    before = load_framework(folder)
    after = load_framework(
        folder, {"life.toml": LIFE.replace('label = "Fish"', 'label = "Fish"\nweights = {title = 0}')}
    )
    assert len(retag_where_it_matters(before, after, [("a", RECORDS[0]), ("b", Fields(title="Moss"))])) == 2


def test_the_framework_that_ships_has_no_fault_and_every_line_is_right(framework: Framework):
    assert framework.folder is not None
    places = list(locate_terms(framework.folder, framework))
    found = check_framework(framework, places, [])
    assert [f for f in found if f.is_fault] == []
    sample = next(f for f in found if f.kind == "overlap")
    assert sample.term in read_file(framework.folder, sample.facet).splitlines()[sample.line - 1]
