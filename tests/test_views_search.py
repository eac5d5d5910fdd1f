"""The search page: what it finds and says, what its address holds, and the way out of an empty result."""

import pytest
from corpora import open_copy, run_page
from streamlit.testing.v1 import AppTest

from views import results, widgets
from views.state import Where, load_state


def show(path, **address: str | list[str]) -> AppTest:
    at = AppTest.from_function(run_page, args=("search", str(path)), default_timeout=60)
    for name, value in address.items():
        at.query_params[name.replace("f_", "f-")] = value
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def headers(at: AppTest) -> list[str]:
    return [header.value for header in at.header]


def markdown(at: AppTest) -> str:
    return "\n".join(element.value for element in at.markdown)


def test_the_total_is_exact_and_hits_are_marked(corpora_made):
    at = show(corpora_made["tiny"], q="nurses")
    assert headers(at)[0] == "1 of 3 records"
    assert "Sexual harassment of :blue-background[**nurses**] by patients in hospital wards" in markdown(at)
    assert "We surveyed :blue-background[**nurses**] in two hospitals\\." in markdown(at)


def test_text_of_a_record_is_never_markup(corpora_made):
    at = show(corpora_made["tiny"], q="residents")
    assert r"\!\[x\]\(http\:" in markdown(at)
    assert "javascript" not in markdown(show(corpora_made["tiny"], q="surgeons"))


def test_a_content_note_stands_before_records_on_assault_only(corpora_made):
    at = show(corpora_made["tiny"], q="residents")
    assert [info.value for info in at.info] == ["Content note: this record is about sexual assault and abuse."]
    assert not show(corpora_made["tiny"], q="surgeons").info


def test_filters_come_from_the_address_by_id_or_by_label(corpora_made):
    by_id = show(corpora_made["tiny"], f_population="nurse")
    by_label = show(corpora_made["tiny"], f_population="Nurses")
    assert headers(by_id)[0] == headers(by_label)[0] == "1 of 3 records"
    assert by_label.query_params["f-population"] == "nurse"
    assert headers(show(corpora_made["tiny"], f_population="no-such-tag"))[0] == "3 of 3 records"


def test_a_group_stands_for_its_tags(corpora_made):
    group = open_copy(corpora_made["tiny"]).framework.facet("behaviour").groups[0]
    assert headers(show(corpora_made["tiny"], f_behaviour=group.id))[0] == "2 of 3 records"


def test_a_filter_in_force_is_a_button_that_removes_it(corpora_made):
    at = show(corpora_made["tiny"], f_population="nurse")
    at.button(key="filters.remove.f-population").click().run()
    assert headers(at)[0] == "3 of 3 records"
    assert "f-population" not in at.query_params


def test_a_count_beside_the_list_narrows_it(corpora_made):
    at = show(corpora_made["tiny"])
    button = at.button(key="search.narrow.population.nurse")
    assert button.label == "Nurses · 1"
    button.click().run()
    assert headers(at)[0] == "1 of 3 records"
    assert at.query_params["f-population"] == "nurse"


def test_pages_hold_twenty_and_a_new_search_starts_at_the_first(corpora_made):
    at = show(corpora_made["founding"], page="2")
    assert titles(at) == 20
    assert at.session_state["page"] == 2
    at.text_input(key="q").set_value("nurses").run()
    assert at.session_state["page"] == 1


def titles(at: AppTest) -> int:
    return sum(element.value.startswith(":small[Codes") for element in at.markdown)


def test_an_order_is_kept_in_the_address(corpora_made):
    at = show(corpora_made["tiny"], sort="oldest")
    assert "Wambui" in next(e.value for e in at.markdown if e.value.startswith(":small["))
    assert at.query_params["sort"] == "oldest"


def test_an_empty_result_names_the_narrowest_filter_and_removes_it(corpora_made):
    at = show(corpora_made["tiny"], **{"f_population": "nurse", "from": "2022"})
    assert headers(at)[0] == "0 of 3 records"
    ways = [button.label for button in at.button if button.key.startswith("search.way")]
    assert ways == ["In any year: 1 record"]
    at.button(key="search.way.0").click().run()
    assert headers(at)[0] == "1 of 3 records"


def test_an_empty_result_says_which_word_finds_nothing(corpora_made):
    said = markdown(show(corpora_made["tiny"], q="nurses xylophone"))
    assert "No record in this collection matches the search “nurses xylophone”" in said
    assert "- nurses: 1 record by itself" in said and "- xylophone: 0 records by itself" in said


def test_a_search_that_cannot_be_read_says_where(corpora_made):
    at = show(corpora_made["tiny"], q="nurses AND (")
    assert at.error[0].value.startswith("This search cannot be read")


@pytest.mark.parametrize("coded_by, total", [("people", 475), ("rules", 764)])
def test_who_coded_is_a_filter_of_the_search_too(corpora_made, coded_by, total):
    state = load_state(open_copy(corpora_made["founding"]))
    assert results.count(state, "", Where(coded_by=coded_by)).total == total
    hits = results.find_page(state, "", Where(coded_by=coded_by), "newest", 20, 2)
    assert len(hits) == 20


def test_counts_beside_a_list_are_those_of_the_list(corpora_made):
    state = load_state(open_copy(corpora_made["founding"]))
    found = results.count(state, "violence", Where())
    narrowed = results.count(state, "violence", Where((("population", ("nurse",)),)))
    assert found.tags["population"]["nurse"] == narrowed.total > 0


def test_the_file_holds_what_was_found(corpora_made):
    from views.search import FORMATS, WRITERS, _write

    state = load_state(open_copy(corpora_made["tiny"]))
    assert set(WRITERS) <= set(FORMATS)
    assert _write(state, "nurses", Where(), "bib").count(b"@article") == 1
    assert _write(state, "", Where(), "csv").count(b"\n") == 4


@pytest.mark.parametrize(
    "url, kept",
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("javascript:alert(1)", None),
        (" data:text/html,x", None),
        ("https://example.org/) [x](http://evil.example", "https://example.org/%29%20%5Bx%5D%28http://evil.example"),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url, kept):
    assert widgets.web_link(url) == kept
