"""Identifiers, names, years, types and text, interpreted the same way whatever the format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.records import TYPES, Author, Entry
from ingest.normalise import find_warnings, to_authors, to_fields
from ingest.normalise.identifiers import find_isbn, find_issn, find_pmcid, find_pmid, to_doi
from ingest.normalise.text import clean, to_number, to_pages, to_title
from ingest.normalise.vocabulary import to_language, to_type


def fields(**given):
    return to_fields(entry(**given))


def entry(**given):
    return Entry("test", 1, "raw", {name: v if isinstance(v, list) else [v] for name, v in given.items()})


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1136/bmj.l987", "10.1136/bmj.l987"),
        ("https://doi.org/10.1136/BMJ.L987.", "10.1136/bmj.l987"),
        ("doi: 10.1016/S0140-6736(13)60127-0", "10.1016/s0140-6736(13)60127-0"),
        ("(10.1136/bmj.l987)", "10.1136/bmj.l987"),
        ("10.1136/bmj.l987 [doi]", "10.1136/bmj.l987"),
        ("10.1002/(SICI)1097(98)49:8<693::AID-A>3.0.CO;2-O", "10.1002/(sici)1097(98)49:8<693::aid-a>3.0.co;2-o"),
        ("10.1136/a; 10.1136/b", "10.1136/a"),
        ("10.1136/a;10.1136/b", "10.1136/a"),
        ("https://x.org/doi/full/10.1080/155.24?src=x", "10.1080/155.24"),
        ("https://x.org/q?doi=10.1177%2f0013&id=4", "10.1177/0013"),
        ("10.1000/a&amp;b", "10.1000/a&b"),
        ("0028-4793", None),
        ("10.1136/", None),
        ("", None),
    ],
)  # fmt: skip
def test_doi_in_any_spelling(text, doi):
    assert to_doi(text) == doi


def test_identifiers_are_found_where_people_put_them():
    found = fields(url="https://doi.org/10.1234/ABC", note=["PMID: 23439512", "PMC1234567"])
    assert (found.doi, found.pmid, found.pmcid) == ("10.1234/abc", "23439512", "PMC1234567")
    assert fields(note="Erratum in: doi 10.1234/other").doi is None


def test_the_address_of_a_reference_list_is_not_the_works_own_doi():
    assert fields(url="https://x.org/doi/ref/10.1234/abc?scroll=top").doi is None
    assert fields(url="https://x.org/doi/10.1234/abc/references").doi is None
    assert fields(url="https://x.org/doi/abs/10.1234/abc").doi == "10.1234/abc"
    assert fields(note="doi: 10.1234/own").doi == "10.1234/own"
    assert find_pmid(["23439512.0"], [], []) == "23439512"
    assert find_pmid([], ["https://pubmed.ncbi.nlm.nih.gov/23439512/"], []) == "23439512"
    assert find_pmid(["PMC1234567"], [], []) is None
    assert find_pmcid(["1234567"], []) == "PMC1234567"
    assert find_issn(["1234-567x (print)"]) == "1234-567X"
    assert find_issn(["978-3-16-148410-0"]) is None
    assert find_isbn(["0-306-40615-2"]) == "9780306406157"
    assert find_isbn(["978-3-16-148410-0", "1234-5678"]) == "9783161484100"


@pytest.mark.parametrize(
    ("values", "authors", "cut"),
    [
        (["Smith JA"], [("Smith", "JA")], False),
        (["Smith, John A."], [("Smith", "John A.")], False),
        (["van der Berg, J. P."], [("van der Berg", "J. P.")], False),
        (["De la Cruz M"], [("De la Cruz", "M")], False),
        (["García Márquez, Gabriel J."], [("García Márquez", "Gabriel J.")], False),
        (["Ludwig van Beethoven"], [("van Beethoven", "Ludwig")], False),
        (["J. R. R. Tolkien"], [("Tolkien", "J. R. R.")], False),
        (["King, Martin Luther, Jr."], [("King", "Martin Luther Jr.")], False),
        (["Smith, John, MD, PhD"], [("Smith", "John")], False),
        (["Smith, J", "others"], [("Smith", "J")], True),
        (["Smith J, Doe A, et al."], [("Smith", "J"), ("Doe", "A")], True),
        (["Smith JA, De la Cruz M, Jones K..."], [("Smith", "JA"), ("De la Cruz", "M"), ("Jones", "K")], True),
        (["Smith, J., Doe, A., & Roe, B."], [("Smith", "J."), ("Doe", "A."), ("Roe", "B.")], False),
        (["Smith J; Doe A"], [("Smith", "J"), ("Doe", "A")], False),
        (["Mary Smith|Jane Doe"], [("Smith", "Mary"), ("Doe", "Jane")], False),
        (["Smith, and Doe"], [("Smith", ""), ("Doe", "")], False),
        (["Smith, J", "Doe, J", "Smith, J", "Smith, K"], [("Smith", "J"), ("Doe", "J"), ("Smith", "K")], False),
        (["Others, others"], [], True),
        (["Smith, J and Doe, A"], [("Smith", "J"), ("Doe", "A")], False),
        (["['Smith, J', 'Doe, A']"], [("Smith", "J"), ("Doe", "A")], False),
        (["Mary Smith, Jane Doe, Ann Roe"], [("Smith", "Mary"), ("Doe", "Jane"), ("Roe", "Ann")], False),
        (["Smith, John (57194123000)"], [("Smith", "John")], False),
        (["王小明"], [("王小明", "")], False),
        (["Board, J", "Health, Mary"], [("Board", "J"), ("Health", "Mary")], False),
        (["[Anonymous]", "NA", "", "[No author name available]"], [], False),
        (["N Okafor, J van der Berg"], [("Okafor", "N"), ("van der Berg", "J")], False),
        (["N. Okafor, P. Lind and R. Roe"], [("Okafor", "N."), ("Lind", "P."), ("Roe", "R.")], False),
        (["Okafor N., Lind P. et al."], [("Okafor", "N."), ("Lind", "P.")], True),
        (["Okafor, N. et al."], [("Okafor", "N.")], True),
    ],
)  # fmt: skip
def test_names(values, authors, cut):
    assert to_authors(values) == (tuple(Author(family, given) for family, given in authors), cut)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("World Health Organization", "World Health Organization"),
        ("{Ministry of Love and Peace}", "Ministry of Love and Peace"),
        ("Council on Care, Critical Care, Nursing and Rescue", "Council on Care, Critical Care, Nursing and Rescue"),
        ("The Lancet", "The Lancet"),
        ("REACH Trial Investigators", "REACH Trial Investigators"),
        ("Night Shift Author Collective", "Night Shift Author Collective"),
        ("Department of Wards and Human Services", "Department of Wards and Human Services"),
    ],
)
def test_bodies_are_one_name(value, name):
    assert to_authors([value]) == ((Author(name, corporate=True),), False)


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ("Okafor, Ngozi and Lind, Per and Ward Health Organization", "Ward Health Organization"),
        ("Okafor NA, Lind P, Ward Health Organization", "Ward Health Organization"),
        ("Okafor, N A and Lind, P and group, NIGHT study", "group, NIGHT study"),
    ],
)
def test_a_body_beside_people_is_one_of_them(value, body):
    people = to_authors([value])[0]
    assert [author.family for author in people] == ["Okafor", "Lind", body]
    assert [author.corporate for author in people] == [False, False, True]


def test_a_number_in_a_note_on_another_work_is_not_this_ones():
    assert find_pmid([], [], ["Comment in: Ward. 2020;1:1. PMID: 32000000"]) is None
    assert find_pmid([], [], ["Erratum in Ward 2020, PMID 32000000"]) is None
    assert find_pmid([], [], ["Epub 2020. PMID: 32000000. Comment in: Ward 2021"]) == "32000000"


def test_addresses_are_parted_where_one_ends():
    several = fields(affiliation="[Okafor, N.; Roe, R.] Ward University; [Lind, P.] Night Trust")
    assert several.affiliations == ("[Okafor, N.; Roe, R.] Ward University", "[Lind, P.] Night Trust")
    assert fields(affiliation=["Ward | Night University; Trust", "Other"]).affiliations == (
        "Ward | Night University",
        "Trust",
        "Other",
    )


def test_full_names_replace_short_ones_and_editors_stand_in():
    assert fields(author="Smith J.; Doe A.", author_full="Smith, John; Doe, Ann").authors == (
        Author("Smith", "John"), Author("Doe", "Ann"),
    )  # fmt: skip
    assert fields(author="Smith J.; Doe A.", author_full="Smith, John").authors[1] == Author("Doe", "A.")
    assert fields(editor="Smith, J").authors == (Author("Smith", "J"),)


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ({"year": "2019"}, 2019),
        ({"year": "2014//"}, 2014),
        ({"date": "4 Feb 2014"}, 2014),
        ({"date": "2013-03"}, 2013),
        ({"year": "2019/2020"}, 2019),
        ({"date": "20190415"}, 2019),
        ({"year": "c1998a"}, 1998),
        ({"year": "in press", "date": "2020"}, 2020),
        ({"year": "in press"}, None),
        ({"year": "20190"}, None),
        ({"year": "3019"}, None),
        ({"year": "98"}, None),
    ],
)
def test_years(given, year):
    assert fields(**given).year == year


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[A translated title.]", "A translated title"),
        ("A title.", "A title"),
        ("In the U.S.", "In the U.S."),
        ("And so on...", "And so on..."),
        ("What is <i>it</i> &amp; why?", "What is it & why?"),
        ("soft\u00adhyphen, \u200bzero\u00a0width", "softhyphen, zero width"),
        ("p<0.05 and b>3", "p<0.05 and b>3"),
        ("cause--effect", "cause–effect"),
        ("One\n   line", "One line"),
        ("[Not Available]", None),
        ("NA", None),
        ("nan", None),
        ("...", None),
    ],
)
def test_titles(text, title):
    assert to_title(text) == title


@pytest.mark.parametrize("letter", ["e", "é", "e\u0301"], ids=["ASCII", "accented", "letter and accent"])
@pytest.mark.parametrize("sign", [*"\u00ad\u200b\u200e\u2060\ufeff\x00\x7f\x80\ufdd0"], ids=ascii)
def test_one_line_without_what_cannot_be_seen(letter, sign):
    whole = "e" if letter == "e" else "é"
    assert clean(f" {letter}{sign}s  t\u00a0u\n{letter} ") == f"{whole}s t u {whole}"
    assert clean(f"{letter} s ") == f"{whole} s"


def test_persian_keeps_its_joiners():
    assert to_title("خشونت علیه پرستاران در بخش‌ها") == "خشونت علیه پرستاران در بخش‌ها"


def test_subtitles_join_and_original_titles_stay():
    found = fields(title="Work", subtitle="a study", original_title="[Arbeit.]")
    assert (found.title, found.original_title) == ("Work: a study", "Arbeit")
    assert fields(original_title="Arbeit").title == "Arbeit"


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("123-9", "123-129"), ("pp. 123--129", "123-129"), ("S12-9", "S12-S19"), ("e123-e130", "e123-e130"),
        ("123-123", "123"), ("l987", "l987"), ("1097–1098", "1097-1098"), ("Article 45", "45"),
        ("12-15, 18", "12-15, 18"),
        ("n/a", None),
    ],
)  # fmt: skip
def test_pages(text, pages):
    assert to_pages(text) == pages


def test_pages_from_their_parts():
    assert fields(start_page="123", end_page="9").pages == "123-129"
    assert fields(start_page="e12").pages == "e12"
    assert fields(article_number="105752").pages == "105752"
    assert (to_number("Vol. 12"), to_number("12.0"), to_number("Suppl 1"), to_number("n/a")) == (
        "12",
        "12",
        "Suppl 1",
        None,
    )


@pytest.mark.parametrize(
    ("types", "publication_types", "kind"),
    [
        (["JOUR"], [], "article"), (["article"], ["Review"], "review"), (["inproceedings"], [], "conference"),
        (["phdthesis"], [], "thesis"), ([], ["Journal Article", "Published Erratum"], "erratum"),
        (["J"], ["Letter"], "letter"), (["misc"], [], "other"), (["something"], [], "other"), ([], [], None),
        (["https://schema.org/Book"], [], "book"), ([], ["Article; Early Access"], "article"),
    ],
)  # fmt: skip
def test_types(types, publication_types, kind):
    assert to_type(types, publication_types) == kind
    assert kind is None or kind in TYPES


def test_misc_is_what_its_note_says():
    found = fields(type="misc", note="Preprint", howpublished="medRxiv")
    assert (found.type, found.venue) == ("preprint", "medRxiv")


def test_languages_keywords_and_headings():
    assert [to_language(x) for x in ("eng", "English", "en_US", "Français", "Klingon")] == [
        "en",
        "en",
        "en",
        "fr",
        "Klingon",
    ]
    assert fields(keywords="Nurses; Bullying ;nurses; Nurses").keywords == ("Nurses", "Bullying", "nurses")
    assert fields(keywords=["Violence, workplace", "Nurses"]).keywords == ("Violence, workplace", "Nurses")
    assert fields(keywords="a, b").keywords == ("a", "b")
    assert fields(mesh=["Bullying/*psychology", "Violence, Workplace"]).mesh == (
        "Bullying/*psychology",
        "Violence, Workplace",
    )


def test_accession_numbers_name_their_source():
    found = fields(accession=["WOS:0001", "2-s2.0-85", "https://openalex.org/W1", "77"], source="PsycInfo")
    assert found.accession == ("WOS:0001", "SCOPUS:2-s2.0-85", "OPENALEX:W1", "PsycInfo:77")


def test_warnings_say_what_could_not_be_taken():
    bad = entry(year="3019", doi="0028-4793", pmid="none", author="NA")
    assert find_warnings(bad, to_fields(bad)) == (
        "There is no title.",
        'The year "3019" is not one we can take (1500 to 2040).',
        '"0028-4793" is not a DOI.',
        'No name could be read from the authors "NA".',
    )
    fine = entry(title="A", year="in press", doi="10.1234/x")
    assert find_warnings(fine, to_fields(fine)) == ()
    assert to_fields(entry(note="nothing")).is_empty


NAMES = ("title", "abstract", "author", "author_full", "year", "date", "doi", "pmid", "isbn", "issn", "url", "pages",
         "keywords", "type", "language", "accession", "volume", "note", "mesh")  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=30), max_size=3)))
def test_nothing_a_file_says_breaks_it(given_fields):
    found = to_fields(Entry("test", 1, "raw", given_fields))
    assert found.title != ""
    assert all(author.family for author in found.authors)
    find_warnings(Entry("test", 1, "raw", given_fields), found)


def test_a_body_marked_by_a_last_comma_is_not_taken_apart() -> None:
    for value in ("Smith and Sons,", "GROUP OF 12,", "Lund & Berg,"):
        (author,), cut = to_authors([value])
        assert (author.family, author.given, author.corporate, cut) == (value[:-1], "", True, False)
    (author,), _ = to_authors(["Smith,"])
    assert not author.corporate


@pytest.mark.parametrize(
    ("values", "affiliations"),
    [
        pytest.param(["Ward 3; Dept A|Univ B"], ["Ward 3; Dept A", "Univ B"], id="bars part them"),
        pytest.param(["Univ A | Univ B"], ["Univ A", "Univ B"], id="bars with blanks, and no other mark"),
        pytest.param(["Dept A | Univ A; Univ B"], ["Dept A | Univ A", "Univ B"], id="a bar within one of a list"),
        pytest.param(["Univ A; Univ B"], ["Univ A", "Univ B"], id="semicolons part them"),
        pytest.param(["Dept A | Univ A; Univ B", "Univ C|D"], ["Dept A | Univ A", "Univ B", "Univ C|D"], id="repeated"),
    ],
)
def test_affiliations_are_parted_where_their_format_parts_them(values, affiliations):
    assert to_fields(Entry("ris", 1, "", {"affiliation": values})).affiliations == tuple(affiliations)
