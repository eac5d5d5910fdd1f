"""The table of rules on pairs that a librarian would bring up, and what titles, names and places become."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.records import Author, Fields
from ingest.dedupe import RULES, judge, keys
from ingest.dedupe.compare import LEVELS, Pair
from ingest.dedupe.names import to_names
from ingest.dedupe.places import Pages, same_venue, to_pages, to_venues, to_volume
from ingest.dedupe.titles import find_kind, fold, to_titles

CASES = json.loads((Path(__file__).parent / "cases" / "dedupe.json").read_text(encoding="utf-8"))
DOCS = Path(__file__).parent.parent / "docs" / "dedupe.md"


def to_record(*layers: dict[str, Any]) -> Fields:
    plain: dict[str, Any] = {}
    for layer in layers:
        plain |= layer
    plain["authors"] = tuple(Author(*(part.strip() for part in name.split(","))) for name in plain["authors"])
    return Fields(**plain)


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES["pairs"]])
def test_a_pair_gets_its_verdict_whichever_comes_first(case: dict[str, Any]) -> None:
    a = to_record(CASES["base"], case["a"])
    b = to_record(CASES["base"], case["a"], case["b"])
    assert judge(a, b).verdict == case["verdict"], judge(a, b)
    assert judge(b, a) == judge(a, b)


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES["pairs"] if c["verdict"] == "same"])
def test_a_pair_that_is_one_work_shares_a_key(case: dict[str, Any]) -> None:
    a = to_record(CASES["base"], case["a"])
    b = to_record(CASES["base"], case["a"], case["b"])
    assert set(keys(a)) & set(keys(b))
    assert len(keys(a)) <= 14


def test_each_rule_has_an_id_of_its_own_a_reason_and_a_row_in_the_documentation() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    text = DOCS.read_text(encoding="utf-8")
    for rule in RULES:
        assert rule.reason.endswith(".")
        assert f"| `{rule.id}` | {rule.verdict} |" in text
        assert rule.reason in text


def test_every_trait_of_a_pair_has_its_levels_listed() -> None:
    assert tuple(LEVELS) == Pair._fields


def test_keys_say_nothing_of_fields_they_do_not_come_from() -> None:
    one = Fields(title="Harassment of nurses in rural clinics", year=2001)
    assert keys(one) == keys(replace(one, abstract="Long text.", keywords=("nurse",)))
    assert keys(Fields(abstract="only an abstract")) == ()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("TGF-β and <i>Women’s</i> health: É", "tgf beta and womens health e"),
        ("女性医師のハラスメント", "女性医師のハラスメント"),
        ("महिला चिकित्सक", "महिला चिकित्सक"),
        ("Нападения на врачей", "нападения на врачеи"),
        ("Nurses & doctors &amp; CO₂", "nurses and doctors and co2"),
        ("ΑΒΓΔ τίτλος", "αβγδ τιτλοσ"),
    ],
)
def test_folding_keeps_the_letters_of_every_script(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Correction to: pay gaps", "erratum"),
        ("Pay gaps in cardiology (vol 12, pg 305, 2017)", "erratum"),
        ("Retraction note: pay gaps", "retraction notice"),
        ("Re: pay gaps in cardiology", "comment"),
        ("In reply", "reply"),
        ("Pay gaps: an executive summary", "summary"),
        ("Rethinking pay gaps", ""),
        ("Response to sexual harassment in hospitals: a survey", "reply"),
        ("Error reporting on wards", ""),
    ],
)
def test_notices_are_known_by_their_title(title: str, kind: str) -> None:
    assert find_kind(fold(title).split()) == kind


def test_a_bracketed_translation_is_a_spelling_of_its_own() -> None:
    _, titles = to_titles("Acoso laboral en enfermería [Workplace bullying in nursing]")
    assert [t.compact for t in titles[1:]] == ["acosolaboralenenfermeria", "workplacebullyinginnursing"]


@pytest.mark.parametrize(
    ("author", "families"),
    [
        ("Adeli K.Lewis G. F.", ["adeli", "lewis"]),
        ("Moraes ChristopherSun YuSimmons Craig A.", ["moras", "sun", "simmons"]),
        ("McDonald A.O'Brien C.de Vries R.", ["mcdonald", "obrien", "devries"]),
    ],
)
def test_glued_names_come_apart(author: str, families: list[str]) -> None:
    assert [name.family for name in to_names((Author(author),))] == families


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("221-8", Pages("", 221, 228)),
        ("S45", Pages("s", 45, 0)),
        ("e103114", Pages("e", 103114, 0)),
        ("Oct-16", Pages("", 10, 16)),
        ("Suppl-29", None),
        ("no pagination", None),
    ],
)
def test_pages_in_any_shape(text: str, pages: Pages | None) -> None:
    assert to_pages(text) == pages


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("N Engl J Med", "The New England Journal of Medicine", True),
        ("BMJ", "British Medical Journal", True),
        ("JPEN. Journal of parenteral and enteral nutrition", "Jpen: Journal of Parenteral & Enteral Nutrition", True),
        ("Stroke. Conference: 12th stroke days", "Stroke", True),
        ("Journal of Virology", "Journal of Medical Virology", False),
        ("J Periodontol", "J Clin Periodontol", False),
    ],
)
def test_venues_are_compared_by_their_words(a: str, b: str, same: bool) -> None:
    assert same_venue(to_venues(a), to_venues(b)) is same
    assert same_venue(to_venues(b), to_venues(a)) is same


def test_a_journal_numbered_by_year_has_no_volume() -> None:
    assert to_volume("2015 (3)", 2015) == ""
    assert to_volume("9 (8) (no pagination)", 2014) == "9"
    assert to_volume("1)", 2014) == ""
