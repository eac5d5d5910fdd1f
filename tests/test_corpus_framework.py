"""The framework that ships says what it should; the loader refuses a wrong one and names the line."""

import shutil
from pathlib import Path

import pytest

from corpus.errors import FrameworkError, UnknownIdError
from corpus.framework import Framework, load_framework

LAKES = Path(__file__).parent / "cases" / "framework-lakes"

# Facet -> how many tags it had at version 2 (it may gain some, never lose one), and how many groups.
SIZES = {
    "population": (19, 7), "identity": (12, 0), "behaviour": (19, 6), "enacted-by": (4, 0), "perspective": (5, 0),
    "setting": (11, 5), "outcome": (12, 5), "intervention": (10, 5), "level": (3, 0), "design": (15, 5),
    "country": (250, 0),
}  # fmt: skip

# ISO 3166-1 alpha-2, by first letter.
ISO = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""


def test_the_shipped_framework_has_all_facets_tags_and_groups(framework: Framework) -> None:
    assert list(framework.by_id) == list(SIZES)
    for facet in framework.facets:
        n_tags, n_groups = SIZES[facet.id]
        assert len([tag for tag in facet.tags if tag.since <= 2]) == n_tags, f"a tag of {facet.id}.toml is gone"
        assert len(facet.groups) == n_groups, f"{facet.id}.toml has other groups than SIZES in this test says"
    assert framework.version >= 2
    assert len(framework.not_applicable) >= 16
    assert len(framework.headline_pairs) == 11
    assert framework.headline_pairs[0] == ("population", "behaviour")


@pytest.mark.parametrize(
    ("facet", "tag", "label", "broader"),
    [
        ("population", "surgeon", "Surgeons", "physician"),
        ("population", "trainee-physician", "Residents and fellows", "physician"),
        ("population", "midwife", "Midwives", None),
        ("behaviour", "sexual-coercion", "Sexual coercion", "sexual-harassment"),
        ("design", "first-person-account", "First-person account", "commentary"),
        ("country", "GB", "United Kingdom", None),
        ("country", "INT", "International", None),
    ],
)
def test_the_shipped_framework_keeps_ids_labels_and_parents(
    framework: Framework, facet: str, tag: str, label: str, broader: str | None
) -> None:
    found = framework.tag(facet, tag)
    assert (found.label, found.broader) == (label, broader)


def test_every_tag_of_the_shipped_framework_has_a_label_of_its_own(framework: Framework) -> None:
    for facet in framework.facets:
        labels = [tag.label for tag in facet.tags]
        assert len(set(labels)) == len(labels), facet.id


def test_residual_analysis_and_later_tags_are_marked(framework: Framework) -> None:
    residual = {(f.id, t.id) for f in framework.facets for t in f.tags if t.residual}
    later = {(f.id, t.id) for f in framework.facets for t in f.tags if t.since > 1}
    assert residual == {
        ("population", "healthcare-workforce"), ("population", "other-workforce"), ("behaviour", "workplace-violence")
    }  # fmt: skip
    assert {("behaviour", "structural-barrier"), ("design", "first-person-account"), ("design", "news-case")} <= later
    assert all(tag.since == 2 for tag in framework.facet("perspective").tags)
    assert [t.id for t in framework.facet("identity").tags if t.analysis] == ["intersectional"]


def test_the_country_facet_has_every_iso_code_and_international(framework: Framework) -> None:
    country = framework.facet("country")
    assert len(ISO.split()) == 249
    assert set(country.by_id) == {*ISO.split(), "INT"}


def test_every_country_has_terms_a_region_and_its_own_number(framework: Framework) -> None:
    countries = [tag for tag in framework.facet("country").tags if tag.id != "INT"]
    assert all(tag.terms for tag in countries)
    assert {tag.options["region"] for tag in countries} == {
        "Africa", "Antarctica", "Asia", "Europe", "Latin America and the Caribbean", "Northern America", "Oceania"
    }  # fmt: skip
    numbers = {tag.id: tag.options["iso-numeric"] for tag in countries}
    assert len(set(numbers.values())) == 249
    assert all(len(number) == 3 and number.isdecimal() for number in numbers.values())
    assert {k: numbers[k] for k in ("AF", "BR", "GB", "NA", "US")} == {
        "AF": "004", "BR": "076", "GB": "826", "NA": "516", "US": "840"
    }  # fmt: skip


def test_a_framework_of_another_field_loads(tiny_framework: Framework) -> None:
    assert tiny_framework.name == "Restoration of lakes"
    assert [f.id for f in tiny_framework.facets] == ["measure", "pressure", "response"]
    assert len(tiny_framework.columns) == 15
    assert tiny_framework.columns[0] == ("measure", "dredging")
    assert tiny_framework.headline_pairs == (("measure", "response"),)
    aeration = tiny_framework.tag("measure", "aeration")
    assert (aeration.terms, aeration.unless) == (("aerat*", "oxygenation"), ("aerated lagoon",))
    assert tiny_framework.tag("measure", "biomanipulation").headings == ("Food Chain",)
    assert tiny_framework.tag("response", "cost").wide == ("econom*",)
    assert tiny_framework.tag("measure", "sewage-diversion").since == 2
    assert tiny_framework.tag("pressure", "other-pressure").residual


def test_a_parent_or_group_includes_what_is_narrower(tiny_framework: Framework, framework: Framework) -> None:
    pressure, measure = tiny_framework.facet("pressure"), tiny_framework.facet("measure")
    assert pressure.with_children("nutrients") == ("nutrients", "phosphorus")
    assert pressure.with_children("phosphorus") == ("phosphorus",)
    assert pressure.with_parents("phosphorus") == ("phosphorus", "nutrients")
    assert [t.id for t in pressure.children("nutrients")] == ["phosphorus"]
    assert [t.id for t in pressure.roots] == ["nutrients", "shore-loss", "invasive-species", "other-pressure"]
    assert measure.with_children("catchment") == ("buffer-strip", "sewage-diversion")
    assert measure.label_of("catchment") == "In the catchment"
    doctors = framework.facet("population").with_children("doctors")
    assert doctors == ("physician", "surgeon", "trainee-physician")


def test_a_group_includes_the_narrower_tags_of_its_tags(tmp_path: Path) -> None:
    folder = _changed(
        tmp_path, "pressure.toml", "", '[[groups]]\nid = "inputs"\nlabel = "Inputs"\ntags = ["nutrients"]\n'
    )
    assert load_framework(folder).facet("pressure").with_children("inputs") == ("nutrients", "phosphorus")


def test_an_unknown_facet_tag_or_group_is_answered_with_what_there_is(tiny_framework: Framework) -> None:
    with pytest.raises(UnknownIdError, match=r'no facet "colour".*measure, pressure, response'):
        tiny_framework.facet("colour")
    with pytest.raises(UnknownIdError, match=r'"response" has no tag "birds"'):
        tiny_framework.tag("response", "birds")
    with pytest.raises(UnknownIdError, match=r'no tag or group "birds".*clear-water, algae'):
        tiny_framework.facet("response").with_children("birds")


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        pytest.param("measure/dredging", "pressure/shore-loss", "Dredging deepens", id="as written"),
        pytest.param("pressure/shore-loss", "measure/dredging", "Dredging deepens", id="other way round"),
        pytest.param("pressure/other-pressure", "response/fish", "What is left over", id="star"),
        pytest.param("response/cost", "pressure/other-pressure", "What is left over", id="star, other way round"),
        pytest.param("measure/dredging", "pressure/nutrients", None, id="another tag of the same facet"),
        pytest.param("pressure/nutrients", "response/fish", None, id="star is for that tag alone"),
    ],
)
def test_a_pair_that_means_nothing_has_its_reason_in_either_order(
    tiny_framework: Framework, a: str, b: str, reason: str | None
) -> None:
    first, second = a.split("/"), b.split("/")
    why = tiny_framework.why_not_applicable((first[0], first[1]), (second[0], second[1]))
    assert why is None if reason is None else why is not None and why.startswith(reason)


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAKES, tmp_path / "lakes"))


def _changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the lakes with one place changed; new text at the end if ``old`` is empty."""
    folder = _copy(tmp_path)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else f"{text}\n{new}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "message"),
    [
        pytest.param("pressure.toml", '"nutrients"\nterms', '"food"\nterms', 'id = "phosphorus"', "which is not a tag",
                     id="unknown parent"),
        pytest.param("pressure.toml", 'label = "Nutrients"', 'label = "Nutrients"\nbroader = "phosphorus"',
                     'id = "nutrients"', "broader than itself", id="cycle of two"),
        pytest.param("pressure.toml", 'label = "Nutrients"', 'label = "Nutrients"\nbroader = "nutrients"',
                     'id = "nutrients"', "broader than itself", id="its own parent"),
        pytest.param("response.toml", "", '[[tags]]\nid = "fish"\nlabel = "Fish again"', 'id = "fish"', "there twice",
                     id="duplicate tag"),
        pytest.param("response.toml", '"perch"', '""', 'id = "fish"', "empty term in terms", id="empty term"),
        pytest.param("response.toml", '"perch"', '" * "', 'id = "fish"', "empty term in terms", id="only a card"),
        pytest.param("response.toml", '["fish removal"]', '["  "]', 'id = "fish"', "empty term in unless",
                     id="empty exclusion"),
        pytest.param("response.toml", '["fish removal"]', '"fish removal"', 'id = "fish"', "unless must be a list",
                     id="exclusion that is no list"),
        pytest.param("measure.toml", '"sewage-diversion"]', '"sewage"]', 'id = "catchment"', 'names "sewage"',
                     id="unknown tag in a group"),
        pytest.param("measure.toml", "", '[[groups]]\nid = "in-lake"\nlabel = "Again"', 'id = "in-lake"', "there twice",
                     id="duplicate group"),
        pytest.param("measure.toml", 'id = "dredging"', 'id = "Dredging_1"', 'id = "Dredging_1"', "kebab-case",
                     id="id not in kebab-case"),
        pytest.param("measure.toml", "since = 2", "since = 3", 'id = "sewage-diversion"', "version 2",
                     id="since a later version"),
        pytest.param("measure.toml", "since = 2", "since = 0", 'id = "sewage-diversion"', "since = 0", id="since zero"),
        pytest.param("measure.toml", "since = 2", 'since = "2"', 'id = "sewage-diversion"', "since = 2",
                     id="since as text"),
        pytest.param("measure.toml", 'label = "Dredging"\n', "", '"dredging"', "needs a label", id="no label"),
        pytest.param("measure.toml", 'id = "measure"', 'id = "action"', 'id = "action"', "as the file is named",
                     id="facet id unlike its file"),
        pytest.param("framework.toml", '"pressure/shore-loss"', '"pressure/shore"', '"pressure/shore"',
                     "no facet and tag", id="pair with an unknown tag"),
        pytest.param("framework.toml", '"response/*"', '"reply/*"', '"reply/*"', "no facet and tag",
                     id="pair with an unknown facet"),
        pytest.param("framework.toml", ', "pressure/shore-loss"]', "]", '"measure/dredging"', "needs two tags",
                     id="pair of one"),
        pytest.param("framework.toml", '[["measure", "response"]]', '[["measure", "colour"]]', "headline-pairs",
                     "two facets", id="headline pair with an unknown facet"),
        pytest.param("framework.toml", '"response"]', '"reply"]', '"reply"', "no file reply.toml",
                     id="facet without a file"),
        pytest.param("framework.toml", "version = 2", "version = 0", "version", "whole number", id="version zero"),
        pytest.param("framework.toml", '"response"]', '"measure"]', "facets", "listed twice", id="facet listed twice"),
    ],
)  # fmt: skip
def test_a_wrong_framework_is_refused_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, at: str, message: str
) -> None:
    folder = _changed(tmp_path, file, old, new)
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    expected = [n for n, line in enumerate(lines, 1) if at in line]
    with pytest.raises(FrameworkError) as caught:
        load_framework(folder)
    assert caught.value.file == file
    assert caught.value.line == (expected[-1] if "twice" in message else expected[0])
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{file}:{caught.value.line}: ")


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    folder = _changed(tmp_path, "response.toml", 'label = "Algae"', "label = Algae")
    lines = (folder / "response.toml").read_text(encoding="utf-8").splitlines()
    with pytest.raises(FrameworkError, match="not valid TOML") as caught:
        load_framework(folder)
    assert (caught.value.file, caught.value.line) == ("response.toml", lines.index("label = Algae") + 1)


def test_a_folder_without_framework_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FrameworkError, match=r"no framework\.toml in this folder"):
        load_framework(tmp_path)


def test_a_facet_without_tags_is_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "response.toml").write_text('id = "response"\nlabel = "R"\nquestion = "Q?"\n', encoding="utf-8")
    with pytest.raises(FrameworkError, match=r"response\.toml: a facet needs at least one"):
        load_framework(folder)


@pytest.mark.parametrize("file", ["framework.toml", "measure.toml", "pressure.toml", "response.toml"])
def test_the_fingerprint_changes_with_any_file(tmp_path: Path, tiny_framework: Framework, file: str) -> None:
    changed = load_framework(_changed(tmp_path, file, "", "# a remark"))
    assert changed.fingerprint != tiny_framework.fingerprint


def test_the_fingerprint_does_not_change_with_line_ends_or_place(tmp_path: Path, tiny_framework: Framework) -> None:
    folder = _copy(tmp_path)
    for path in folder.glob("*.toml"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert load_framework(folder).fingerprint == tiny_framework.fingerprint
