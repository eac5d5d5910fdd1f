"""Tags as a whole: the shipped framework on labelled sentences, and small frameworks of other fields."""

import json
from pathlib import Path

import pytest

from corpus.errors import FrameworkError
from corpus.framework import Framework, load_framework
from corpus.records import Fields
from ingest.tagging import Tagger, build_tagger
from ingest.tagging.tagger import text_of

CASES = json.loads((Path(__file__).parent / "cases" / "tagging.json").read_text(encoding="utf-8"))

LABELLED = (
    "Background: Surgeons often hear of mobbing. Methods: We surveyed 40 nurses in two hospitals in Chile. "
    "Results: Nurses were bullied by colleagues, and burnout was common. Conclusion: Training is needed."
)


@pytest.fixture(scope="module")
def tagger(framework: Framework) -> Tagger:
    return build_tagger(framework)


def tags(tagger: Tagger, facet: str, **fields: object) -> set[str]:
    """Tags of one facet, parents added."""
    here = tagger.framework.facet(facet)
    given = tagger.assign(Fields(**fields))  # type: ignore[arg-type]
    return {parent for a in given if a.facet == facet for parent in here.with_parents(a.tag)}


@pytest.mark.parametrize(
    ("key", "sentence"), [pytest.param(k, s, id=f"{k}: {s}") for k, row in CASES.items() for s in row["yes"]]
)
def test_a_sentence_earns_its_tag(tagger, key, sentence):
    facet, tag = key.split("/")
    assert tag in tags(tagger, facet, title=sentence)


@pytest.mark.parametrize(
    ("key", "sentence"), [pytest.param(k, s, id=f"{k}: {s}") for k, row in CASES.items() for s in row["no"]]
)
def test_a_sentence_that_only_looks_like_it_earns_no_tag(tagger, key, sentence):
    facet, tag = key.split("/")
    assert tag not in tags(tagger, facet, title=sentence)


def test_every_tag_outside_the_country_table_has_labelled_sentences(framework):
    wanted = {f"{f.id}/{t.id}" for f in framework.facets if f.id != "country" for t in f.tags}
    have = {key for key, row in CASES.items() if len(row["yes"]) >= 2 and row["no"]}
    assert have == wanted, (
        f"tests/cases/tagging.json needs two 'yes' and a 'no' for {wanted - have}, none for {have - wanted}"
    )


def test_passages_are_in_the_text_at_their_offsets(tagger):
    records = [Fields(title=s) for row in CASES.values() for s in row["yes"]]
    records.append(
        Fields(
            title="Bullying — and “mobbing” — of U.S. nurses",
            abstract=LABELLED,
            keywords=("burnout", "workplace violence; other"),
            mesh=("Sexual Harassment/psychology", "Nurses"),
            publication_types=("Systematic Review",),
        )
    )
    seen = set()
    for fields in records:
        for a in (*tagger.assign(fields), *tagger.find_passages(fields)):
            assert a.passage and text_of(fields, a.field)[a.start : a.end] == a.passage
            seen.add(a.field)
    assert seen == {"title", "abstract", "keywords", "mesh", "publication_types"}


def test_sections_and_places_count_as_the_framework_says(tagger):
    assert tags(tagger, "population", abstract=LABELLED) == {"nurse"}  # surgeons stand in the background only
    assert "bullying" in tags(tagger, "behaviour", abstract=LABELLED)
    assert "coworker" in tags(tagger, "enacted-by", abstract=LABELLED)
    assert tags(tagger, "country", abstract=LABELLED) == {"CL"}


@pytest.mark.parametrize(
    ("text", "not_given"),
    [
        ("Harassment of hospital staff, excluding nurses", "nurse"),
        ("Unlike physicians, midwives are bullied", "physician"),
        ("Bullying of dentists rather than pharmacists", "pharmacist"),
    ],
)
def test_what_is_excluded_is_not_studied(tagger, text, not_given):
    assert not_given not in tags(tagger, "population", title=text)


def test_imported_headings_give_tags_and_say_so(tagger):
    given = tagger.assign(Fields(title="A study", mesh=("Students, Medical/psychology", "Bullying")))
    by_tag = {a.tag: a for a in given}
    assert by_tag["medical-student"].source == "keyword"
    assert by_tag["medical-student"].passage == "Students, Medical"
    assert by_tag["bullying"].passage == "Bullying"


def test_three_regions_are_international(tagger):
    assert tags(tagger, "country", title="Nurses in Kenya, Japan and Brazil") == {"INT"}
    assert tags(tagger, "country", title="Nurses in Japan and China") == {"JP", "CN"}


def test_an_authors_address_is_no_country(tagger):
    fields = Fields(title="Bullying of nurses", affiliations=("University of Oslo, Norway",))
    assert not [a for a in tagger.assign(fields) if a.facet == "country"]


def test_a_hospitals_name_is_no_country(tagger):
    assert not tags(tagger, "country", title="Bullying of nurses at Beth Israel")
    assert tags(tagger, "country", title="Bullying of nurses in Israel") == {"IL"}


def test_boilerplate_earns_no_tag(tagger):
    fields = {"abstract": "Exclusion criteria were few. Risk of bias was low. A step toward change in hospitality."}
    assert not tags(tagger, "behaviour", **fields)
    assert not tags(tagger, "setting", **fields)


@pytest.mark.parametrize(
    ("fields", "in_scope"),
    [
        (Fields(title="Sexual harassment of nurses"), True),
        (Fields(title="Women in academic medicine"), True),
        (Fields(title="Mentoring of Black women physicians"), True),
        (Fields(title="Statins after stroke: a randomised trial"), False),
        (Fields(title="Domestic violence screening by nurses"), False),
        (Fields(title="Surgeon found guilty of assaulting a colleague"), False),
        (Fields(), False),
    ],
)
def test_scope_is_suggested_with_a_reason(tagger, fields, in_scope):
    verdict, reason = tagger.suggest_scope(fields, tagger.assign(fields))
    assert verdict is in_scope
    assert reason


def test_wide_synonyms_check_a_cell_but_give_no_tag(tagger):
    fields = Fields(title="The pay of couriers")
    assert not tags(tagger, "behaviour", title=fields.title)
    assert [a.passage for a in tagger.find_wide(fields, "behaviour", "pay-inequity")] == ["pay"]


FARM = """id = "{id}"
label = "{id}"
question = "?"
{extra}
"""


def farm(tmp_path: Path, crop: str = "", pest: str = "", main: str = "") -> Framework:
    """A framework of another field: two facets, with further lines for each file."""
    (tmp_path / "framework.toml").write_text(f'name = "Farm"\nversion = 1\nfacets = ["crop", "pest"]\n{main}\n')
    rows = '\n[[tags]]\nid = "maize"\nlabel = "Maize"\nterms = ["maize", "corn"]\nunless = ["pop corn"]\n'
    rows += '\n[[tags]]\nid = "rice"\nlabel = "Rice"\nterms = ["rice"]\nzone = "wet"\n'
    rows += '\n[[tags]]\nid = "oat"\nlabel = "Oat"\nterms = ["oat"]\nzone = "dry"\n'
    rows += '\n[[tags]]\nid = "many"\nlabel = "Many"\n'
    (tmp_path / "crop.toml").write_text(FARM.format(id="crop", extra=crop) + rows)
    rows = '\n[[tags]]\nid = "moth"\nlabel = "Moth"\nterms = ["moth", "{larva} ~3 leaf"]\nweak = ["wing"]\n'
    (tmp_path / "pest.toml").write_text(FARM.format(id="pest", extra=pest or '[lists]\nlarva = ["larva*"]') + rows)
    return load_framework(tmp_path)


def test_a_framework_of_another_field_without_options_works(tmp_path):
    tagger = build_tagger(farm(tmp_path))
    given = tagger.assign(Fields(title="Moths on corn", abstract="Larvae eat each leaf. Pop corn sells."))
    assert [(a.facet, a.tag, a.passage) for a in given] == [("crop", "maize", "corn"), ("pest", "moth", "Moths")]
    assert tagger.suggest_scope(Fields(title="Anything"), ()) == (True, "Nothing speaks against it.")


def test_weak_terms_count_half(tmp_path):
    tagger = build_tagger(farm(tmp_path))
    assert not tagger.assign(Fields(abstract="A wing."))
    assert [a.tag for a in tagger.assign(Fields(abstract="A wing and a wing."))] == ["moth"]


def test_weights_of_a_facet_replace_those_of_the_framework(tmp_path):
    fields = Fields(title="Rice", keywords=("moth",))
    tagger = build_tagger(farm(tmp_path, crop="[weights]\ntitle = 0", main="[weights]\nkeywords = 0"))
    assert not tagger.assign(fields)


def test_rules_give_drop_and_summarise(tmp_path):
    crop = """
[[rules]]
give = "many"
instead-of = "zone"
at-least = 2
reason = "Wet and dry."
[[rules]]
drop = "maize"
if-any = ["pest/moth"]
times = 2
unless-in = ["keywords"]
reason = "The moth is what it is about."
"""
    tagger = build_tagger(farm(tmp_path, crop=crop))

    def crops(**fields: object) -> list[str]:
        return [a.tag for a in tagger.assign(Fields(**fields)) if a.facet == "crop"]  # type: ignore[arg-type]

    assert crops(title="Rice and oats") == ["many"]
    assert crops(title="Rice") == ["rice"]
    assert crops(title="Moths", abstract="Corn.") == []
    assert crops(title="Moths and corn") == ["maize"]
    assert crops(title="Moths, moths", keywords=("corn",)) == ["maize"]


def test_an_earlier_rule_is_seen_by_a_later_one(tmp_path):
    crop = '[[rules]]\ngive = "oat"\nif-any = ["crop/rice"]\nreason = "r"\n'
    crop += '[[rules]]\ngive = "many"\nif-all = ["crop/oat", "crop/rice"]\nwith = ["abstract"]\nreason = "r"\n'
    tagger = build_tagger(farm(tmp_path, crop=crop))
    assert [a.tag for a in tagger.assign(Fields(title="Rice"))] == ["rice", "oat"]
    given = tagger.assign(Fields(title="Rice", abstract="-"))
    assert [(a.tag, a.passage) for a in given] == [("rice", "Rice"), ("oat", "Rice"), ("many", "Rice")]


@pytest.mark.parametrize(
    ("crop", "main", "says"),
    [
        ('[[rules]]\ngive = "oat"\nif-any = ["crop/rice"]', "", "needs a reason"),
        ('[[rules]]\ngive = "rye"\nif-any = ["crop/rice"]\nreason = "r"', "", "not a tag of this facet"),
        ('[[rules]]\ngive = "oat"\nif-any = ["soil/clay"]\nreason = "r"', "", "no facet/tag"),
        ('[[rules]]\nif-any = ["crop/rice"]\nreason = "r"', "", "needs give or drop"),
        ('[[rules]]\ngive = "oat"\nwhen = "now"\nreason = "r"', "", "unknown parts (when)"),
        ("[weights]\nmiddle = 1", "", "weights names middle"),
        ('unless = ["a, b"]', "", "not one word"),
        ("", '[[scope.out]]\nterms = ["weather"]', "needs a reason"),
    ],
)
def test_a_mistake_in_a_framework_is_named(tmp_path, crop, main, says):
    with pytest.raises(FrameworkError, match=says.replace("(", r"\(").replace(")", r"\)")):
        build_tagger(farm(tmp_path, crop=crop, main=main))
