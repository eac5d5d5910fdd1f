"""The country studied: names, peoples and places, and all that looks like one and is not."""

import shutil
from pathlib import Path

import pytest

from corpus.framework import Framework, load_framework
from corpus.records import Fields
from ingest.tagging import Tagger, build_tagger

SHIPPED = Path(__file__).parent.parent / "corpus" / "framework" / "country.toml"


@pytest.fixture(scope="module")
def countries(tmp_path_factory: pytest.TempPathFactory) -> Framework:
    """The country facet by itself, so that the other facets' rules have no say."""
    folder = tmp_path_factory.mktemp("countries")
    shutil.copy(SHIPPED, folder)
    (folder / "framework.toml").write_text('name = "Places"\nversion = 1\nfacets = ["country"]\n', encoding="utf-8")
    return load_framework(folder)


@pytest.fixture(scope="module")
def tagger(countries: Framework) -> Tagger:
    return build_tagger(countries)


def _tags(tagger: Tagger, title: str, abstract: str | None = None) -> str:
    return " ".join(sorted(a.tag for a in tagger.assign(Fields(title=title, abstract=abstract))))


def test_the_label_of_every_country_earns_that_country_alone(countries: Framework, tagger: Tagger) -> None:
    # Only with a word beside it: a state of the United States, a given name, a surname, an ordinary word.
    doubtful = {"GE", "MS", "PN", "RE"}
    wrong = {}
    for tag in countries.facet("country").tags:
        if tag.id not in {"INT", *doubtful}:
            found = _tags(tagger, f"A survey of nurses in {tag.label}")
            if found != tag.id:
                wrong[tag.id] = found
    assert wrong == {}
    assert [_tags(tagger, f"A survey of nurses in {countries.tag('country', c).label}") for c in doubtful] == [""] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Clinics of the Niger Delta", "NG", id="Niger Delta is in Nigeria"),
        pytest.param("Clinics in Niger and Nigeria", "NE NG", id="Niger and Nigeria"),
        pytest.param("Growth of Aspergillus niger", "", id="a fungus"),
        pytest.param("Ward managers in Northern Ireland", "GB", id="Northern Ireland"),
        pytest.param("Ireland and Northern Ireland compared", "GB IE", id="both parts of Ireland"),
        pytest.param("Clinics in New Mexico", "US", id="New Mexico"),
        pytest.param("Hospitales de México", "MX", id="endonym with accent"),
        pytest.param("Hospitales de Mexico", "MX", id="endonym without accent"),
        pytest.param("What Michael Jordan taught us", "", id="a name"),
        pytest.param("Jordanian pharmacists", "JO", id="demonym"),
        pytest.param("Bullying at Beth Israel Deaconess", "US", id="a hospital in Boston"),
        pytest.param("Israeli nurses", "IL", id="Israeli"),
        pytest.param("The guinea pig", "", id="guinea pig"),
        pytest.param("Guinea, Guinea-Bissau and Equatorial Guinea", "GN GQ GW", id="three Guineas"),
        pytest.param("Midwives in Papua New Guinea", "PG", id="Papua New Guinea"),
        pytest.param("Violence against health workers in Turkey", "TR", id="Turkey"),
        pytest.param("Türkiye'de hemşireler", "TR", id="Türkiye"),
        pytest.param("Handling of turkey meat", "", id="turkey the bird"),
        pytest.param("Nurses in Chad", "TD", id="Chad"),
        pytest.param("A hanging chad", "", id="chad of a ballot"),
        pytest.param("Clinics in New Jersey", "US", id="New Jersey"),
        pytest.param("A hospital in Jersey", "JE", id="Jersey"),
        pytest.param("Women doctors in Oman", "OM", id="Oman, not woman"),
        pytest.param("A woman in medicine", "", id="woman, not Oman"),
        pytest.param("Surgeons in Georgia", "", id="Georgia without a word beside it"),
        pytest.param("Surgeons in Atlanta, Georgia", "US", id="Georgia the state"),
        pytest.param("Students of the University of Georgia", "US", id="a university of the state"),
        pytest.param("Surgeons in Tbilisi, Georgia", "GE", id="Georgia the country"),
        pytest.param("Georgian nurses", "GE", id="Georgian"),
        pytest.param("Seoul and the Republic of Korea", "KR", id="South Korea"),
        pytest.param("Doctors who left North Korea", "KP", id="North Korea"),
        pytest.param("The Democratic Republic of the Congo", "CD", id="Kinshasa"),
        pytest.param("The Republic of the Congo", "CG", id="Brazzaville"),
        pytest.param("Crimean-Congo fever", "", id="a virus"),
        pytest.param("The Dominican Republic and Dominica", "DM DO", id="Dominica"),
        pytest.param("Nurses of American Samoa", "AS", id="American Samoa"),
        pytest.param("Nurses of Samoa", "WS", id="Samoa"),
        pytest.param("The U.S. Virgin Islands", "VI", id="US Virgin Islands"),
        pytest.param("The British Virgin Islands", "VG", id="British Virgin Islands"),
        pytest.param("Sudan and South Sudan", "SD SS", id="two Sudans"),
        pytest.param("South Sudanese midwives", "SS", id="South Sudan alone"),
        pytest.param("North Macedonia", "MK", id="North Macedonia"),
        pytest.param("Hospitals of Western Macedonia", "", id="a region of Greece"),
        pytest.param("Hong Kong, China", "HK", id="Hong Kong"),
        pytest.param("Taiwan, Republic of China", "TW", id="Taiwan"),
        pytest.param("Hong Kong and mainland China", "CN HK", id="both, when both are meant"),
        pytest.param("Médecins de Côte d’Ivoire", "CI", id="typographic apostrophe"),
        pytest.param("Doctors in Cote d'Ivoire", "CI", id="without accent"),
        pytest.param("Nurses in St. Lucia", "LC", id="a full stop inside a name"),
        pytest.param("East Azerbaijan and Tabriz", "IR", id="a province of Iran"),
        pytest.param("中国护士", "CN", id="Chinese characters"),
    ],
)
def test_a_place_is_told_from_what_only_looks_like_it(tagger: Tagger, text: str, expected: str) -> None:
    assert _tags(tagger, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("U.S. residents", "US", id="dots"),
        pytest.param("It happened to us", "", id="us"),
        pytest.param("TELL US ABOUT IT", "", id="us in capitals"),
        pytest.param("A fee of US$ 300", "", id="a sum of money"),
        pytest.param("Residents in New England", "US", id="New England"),
        pytest.param("An answer in the New England Journal of Medicine", "", id="a journal"),
        pytest.param("A letter to the British Medical Journal", "", id="another journal"),
        pytest.param("Latin American and South American surgeons", "", id="other Americans"),
        pytest.param("West Indian nurses in London", "GB", id="West Indian"),
        pytest.param("American Indian dentists", "US", id="American Indian"),
        pytest.param("Hospitals of Indiana", "US", id="Indiana is not India"),
        pytest.param("Indian-trained doctors in Wales", "GB", id="where they trained"),
        pytest.param("Filipino American nurses", "US", id="where their families came from"),
        pytest.param("A clinic in New South Wales", "AU", id="New South Wales"),
        pytest.param("NHS trusts", "GB", id="NHS"),
        pytest.param("The Italian National Health Service", "IT", id="another national health service"),
        pytest.param("Complaints under Title IX", "US", id="Title IX"),
        pytest.param("Clinics of Veterans Affairs", "US", id="Veterans Affairs"),
        pytest.param("Hospitals in Ontario and Quebec", "CA", id="provinces"),
        pytest.param("Ontario, California", "US", id="another Ontario"),
    ],
)
def test_large_countries_are_known_by_their_parts_and_bodies(tagger: Tagger, text: str, expected: str) -> None:
    assert _tags(tagger, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We kept to the Declaration of Helsinki.", id="declaration"),
        pytest.param("We used the Copenhagen Burnout Inventory.", id="questionnaire"),
        pytest.param(
            "We used the Utrecht Work Engagement Scale and the Minnesota Satisfaction Questionnaire.", id="scales"
        ),
        pytest.param("We used the Newcastle-Ottawa Scale.", id="appraisal"),
        pytest.param("We included reports in English, French, Spanish or Portuguese.", id="languages"),
        pytest.param("We followed the Beijing Platform for Action and the Istanbul Convention.", id="treaties"),
        pytest.param("Traditional Chinese medicine was asked about.", id="a field of medicine"),
        pytest.param("We apply the Swiss cheese model.", id="a model"),
        pytest.param("© 2019 Elsevier Ireland Ltd. All rights reserved.", id="publisher"),
        pytest.param("Licensee MDPI, Basel, Switzerland.", id="publisher with a town"),
        pytest.param("Copyright 2014 The Royal Australian and New Zealand College.", id="society"),
    ],
)
def test_instruments_treaties_languages_and_publishers_are_not_places(tagger: Tagger, text: str) -> None:
    assert _tags(tagger, "What nurses told", text) == ""


def test_three_regions_are_international_instead_of_a_list(tagger: Tagger) -> None:
    assert _tags(tagger, "Violence in China, India and Iraq") == "CN IN IQ"
    assert _tags(tagger, "Violence in China, India and Brazil") == "BR CN IN"
    assert _tags(tagger, "Violence in Kenya, India and Brazil") == "INT"


def test_where_a_study_was_made_may_be_said_at_the_start_alone(tagger: Tagger) -> None:
    abstract = "Background. In Peru, few surgeons are women. Methods. We interviewed nine of them. Results. All stayed."
    assert _tags(tagger, "What surgeons told", abstract) == "PE"


def test_a_passage_shows_the_words_that_gave_the_country(tagger: Tagger) -> None:
    title = "Agressions en Côte d’Ivoire"
    (found,) = tagger.assign(Fields(title=title))
    assert (found.tag, found.passage, found.start, found.end) == ("CI", "Côte d’Ivoire", 14, 27)
    assert title[found.start : found.end] == found.passage
