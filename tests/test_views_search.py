"""The search page: what it finds and says, what its address holds, and the way out of an empty result."""

import csv
import io
import json
import re

import pytest
from corpora import copy_corpus, open_copy, run_page
from streamlit.testing.v1 import AppTest

from corpus.export import WRITERS
from corpus.export.reading_list import LISTS
from views import results, search_away, search_saved, widgets
from views.map_component import asset
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


def rows(at: AppTest) -> list[dict]:
    """The records as the list's script is given them."""
    return drawn(at)[0]["records"]


def facets(at: AppTest) -> dict[str, list[dict]]:
    """Tags beside the list, by facet, as the script is given them."""
    return {facet["id"]: facet["tags"] for facet in drawn(at)[1]["facets"]}


def drawn(at: AppTest) -> list[dict]:
    return [json.loads(element.proto.json) for element in at.get("bidi_component")]


def test_the_total_is_exact_and_hits_are_marked(corpora_made):
    at = show(corpora_made["tiny"], q="nurses")
    assert headers(at)[0] == "1 of 3 records"
    (row,) = rows(at)
    assert row["title"] == [
        ["Sexual harassment of ", False],
        ["nurses", True],
        [" by patients in hospital wards", False],
    ]
    assert ["nurses", True] in row["snippet"]
    assert row["cite"] == "Osei and Lund. Journal of Made-up Nursing. 2021."
    assert row["href"] == f"record?id={row['id']}"


def test_text_of_a_record_is_never_markup(corpora_made):
    """The script sets text, so what a record says goes to it as it is; addresses that are none do not."""
    (row,) = rows(show(corpora_made["tiny"], q="residents"))
    assert row["name"].endswith("![x](http://example.invalid/x.png) a survey")
    assert "javascript" not in json.dumps(rows(show(corpora_made["tiny"], q="surgeons")))
    assert not re.search(r"innerHTML|insertAdjacentHTML|outerHTML|document\.write", asset("results.js"))


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


def test_counts_beside_the_list_reflect_the_search_but_not_their_own_filter(corpora_made):
    at = show(corpora_made["founding"], q="violence", f_population="nurse")
    counts = {tag["id"]: tag["count"] for tag in facets(at)["population"]}
    state = load_state(open_copy(corpora_made["founding"]))
    for tag in ("nurse", "physician"):
        assert counts[tag] == results.count(state, "violence", Where((("population", (tag,)),))) > 0
    first, *others = facets(at)["population"]
    assert (first["id"], first["on"]) == ("nurse", True)
    assert not any(tag["on"] for tag in others)
    behaviours = {tag["id"]: tag["count"] for tag in facets(at)["behaviour"]}
    both = Where((("behaviour", ("physical-violence",)), ("population", ("nurse",))))
    assert behaviours["physical-violence"] == results.count(state, "violence", both)


def test_pages_hold_twenty_and_a_new_search_starts_at_the_first(corpora_made):
    at = show(corpora_made["founding"], page="2")
    assert len(rows(at)) == 20
    assert at.session_state["page"] == 2
    at.text_input(key="q").set_value("nurses").run()
    assert at.session_state["page"] == 1


def test_an_order_is_kept_in_the_address(corpora_made):
    at = show(corpora_made["tiny"], sort="oldest")
    assert rows(at)[0]["cite"].startswith("Wambui")
    assert at.query_params["sort"] == "oldest"
    at.selectbox(key="sort").set_value("relevance").run()
    assert "sort" not in at.query_params


def test_a_link_that_names_what_is_usual_keeps_its_words(corpora_made):
    """To take them out is a step for the browser, and going back would lead to that step again and again."""
    assert show(corpora_made["tiny"], sort="relevance").query_params["sort"] == "relevance"


def test_best_match_first_stays_the_order_after_an_empty_search(corpora_made):
    at = show(corpora_made["founding"])
    at.text_input(key="q").set_value("bullying of nurses").run()
    assert at.selectbox(key="sort").value == "relevance"


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
    assert headers(at)[0] == "This search cannot be read"
    assert at.error[0].value == r"At character 12\: Something is missing at the end of the search\."
    assert at.code[0].value == "nurses AND (\n           ^"


def test_a_pasted_strategy_is_read_and_a_fault_is_named_by_line(corpora_made):
    good = "1 exp Nurses/\n2 (harass* or assault*).ti,ab.\n3 nurs*.ti.\n4 2 and 3"
    at = show(corpora_made["tiny"], lines="true", strategy=good)
    assert headers(at)[0] == "1 of 3 records"
    assert "No later line uses 1" in at.text[0].value
    bad = show(corpora_made["tiny"], lines="true", strategy="1 nurs*.ti.\n2 (bully* or harass*).ti,xx.\n3 1 and 2")
    assert bad.error[0].value.startswith(r"Line 2, character 22\: ")
    assert bad.code[0].value == "2 (bully* or harass*).ti,xx.\n" + " " * 21 + "^"


def test_what_was_typed_is_in_the_address_and_what_the_address_says_is_in_the_field(corpora_made):
    at = show(corpora_made["tiny"])
    at.text_input(key="q").set_value("nurses").run()
    assert at.query_params["q"] == "nurses"
    at.query_params["q"] = "surgeons"  # the back button
    at.run()
    assert at.text_input(key="q").value == "surgeons"
    assert headers(at)[0] == "1 of 3 records"
    at.text_input(key="q").set_value("").run()
    assert "q" not in at.query_params


def test_what_was_typed_goes_along_between_one_line_and_several(corpora_made):
    at = show(corpora_made["tiny"], q="nurses")
    at.toggle(key="lines").set_value(True).run()
    assert "q" not in at.query_params
    assert at.text_area(key="strategy").value == "nurses"
    at.text_area(key="strategy").set_value("nurses\nOR surgeons").run()
    assert headers(at)[0] == "2 of 3 records"
    at.toggle(key="lines").set_value(False).run()
    assert at.text_input(key="q").value == "nurses OR surgeons"


def test_an_unknown_word_gets_a_spelling_to_press(corpora_made):
    at = show(corpora_made["founding"], q="bulying nurse")
    at.button(key="search.meant.0").click().run()
    assert at.text_input(key="q").value == "bullying nurse"
    assert headers(at)[0].startswith("11 of")


def test_words_that_name_a_tag_are_offered_as_a_filter(corpora_made):
    at = show(corpora_made["founding"], q="disabled staff")
    button = next(b for b in at.button if b.key == "search.tag.0")
    assert "Disability" in button.label
    button.click().run()
    assert at.query_params["f-identity"] == "disability"
    assert int(headers(at)[0].split()[0]) > 0


def test_a_selection_grows_over_pages_and_is_what_is_taken_away(corpora_made):
    at = show(corpora_made["founding"], q="violence")
    total = int(headers(at)[0].split()[0])
    ids = [row["id"] for row in rows(at)]
    at.session_state["search.ticked"] = (at.session_state["search.ticked"][0], {ids[0], ids[2]})
    at.run()
    assert [row["ticked"] for row in rows(at)][:3] == [True, False, True]
    ways = {"all": f"Select all {total}"}
    assert drawn(at)[0]["chosen"] == {"said": "2 selected", "ways": ways | {"none": "Select none"}}
    at.session_state["page"] = 2
    at.run()
    assert not any(row["ticked"] for row in rows(at))
    at.session_state["search.ticked"][1].clear()
    at.run()
    assert drawn(at)[0]["chosen"] == {"said": "Nothing selected", "ways": ways}


class Said:
    def __init__(self, **tick: object) -> None:
        self.tick = tick


def test_ticks_of_a_page_and_of_all_that_was_found_are_kept(corpora_made, monkeypatch):
    with open_copy(corpora_made["tiny"]) as corpus:
        state = load_state(corpus)
        ids = corpus.snapshot().ids.tolist()
        kept = {search_away.TICKED: (state.version, {ids[0]})}
        monkeypatch.setattr(search_away.st, "session_state", kept)

        def tick(**said: object) -> set[str]:
            kept[search_away.LIST] = Said(**said)
            search_away.tick(state, "nurses OR surgeons", Where())
            return kept[search_away.TICKED][1]

        assert tick(shown=ids[:2], ticked=[ids[1]]) == {ids[1]}
        assert tick(way="all") == {ids[1], *results.find_ids(state, "nurses OR surgeons", Where())}
        assert tick(way="none") == set()


@pytest.mark.parametrize(
    "n, of, said",
    [
        (37, 1204, "these 37 of 1,204 records"),
        (1204, 1204, "all 1,204 records"),
        (1, 1204, "this 1 of 1,204 records"),
        (1, 1, "the 1 record"),
    ],
)
def test_what_is_taken_away_is_said_in_words(n, of, said):
    assert search_away.say(n, of) == said


def test_a_saved_search_comes_back_with_words_filters_and_order(corpora_made, tmp_path):
    path = copy_corpus(corpora_made["founding"], tmp_path)
    state = load_state(open_copy(path))
    where = Where((("population", ("nurse", "physician")),), (2001, None), "people", True)
    state.corpus.keep("search", "Mine", search_saved.to_value('"verbal abuse"\nOR insult*', where, "newest"), "Ada")
    kept = state.corpus.kept("search")["Mine"].value
    assert (kept["q"], kept["sort"]) == ('"verbal abuse"\nOR insult*', "newest")
    value = search_saved.to_value("x", where, "title")
    assert value == {
        "q": "x",
        "filters": {"f-population": ["nurse", "physician"], "from": "2001", "coded": "people", "screened": "true"},
        "sort": "title",
    }
    assert search_saved.to_where(state, value) == where


def test_visitors_see_saved_searches_and_cannot_change_them(corpora_made, tmp_path):
    path = copy_corpus(corpora_made["tiny"], tmp_path)
    with open_copy(path) as corpus:
        corpus.keep("search", "Wards", {"q": "wards", "filters": {}, "sort": "relevance"}, "Ada")
    at = AppTest.from_function(run_saved, args=(str(path), False)).run()
    assert [button.key for button in at.button] == ["search.open.Wards"]
    curator = AppTest.from_function(run_saved, args=(str(path), True)).run()
    curator.button(key="search.delete.Wards").click().run()
    assert [button.key for button in curator.button] == ["search.save"]
    curator.text_input(key="search.name").set_value("Nurses").run()
    curator.button(key="search.save").click().run()
    with open_copy(path) as corpus:
        assert corpus.kept("search")["Nurses"].value["q"] == "nurses"


def run_saved(path: str, can_curate: bool) -> None:
    """The inside of the box of saved searches."""
    from dataclasses import replace
    from pathlib import Path

    import corpora

    from views import search_saved
    from views.state import Where, load_state

    state = replace(load_state(corpora.open_copy(Path(path))), can_curate=can_curate)
    search_saved.show_inside(state, "nurses", Where(), "relevance")


@pytest.mark.parametrize("coded_by, total", [("people", 475), ("rules", 764)])
def test_who_coded_is_a_filter_of_the_search_too(corpora_made, coded_by, total):
    state = load_state(open_copy(corpora_made["founding"]))
    assert results.count(state, "", Where(coded_by=coded_by)) == total
    hits = results.find_page(state, "", Where(coded_by=coded_by), "newest", 20, 2).hits
    assert len(hits) == 20


def test_the_file_holds_what_was_found(corpora_made):
    state = load_state(open_copy(corpora_made["tiny"]))
    assert set(WRITERS) <= set(search_away.FORMATS)
    nurses, everything = (results.find_ids(state, query, Where()) for query in ("nurses", ""))
    assert search_away.write(state, nurses, "bib").count(b"@article") == 1
    table = search_away.write(state, everything, "csv").decode()
    assert len(list(csv.reader(io.StringIO(table)))) == 4


def test_a_reading_list_can_be_taken_away(corpora_made):
    state = load_state(open_copy(corpora_made["tiny"]))
    assert set(LISTS) == set(search_away.READING)
    everything = results.find_ids(state, "", Where())
    text = search_away.write_list(state, everything, "txt", "apa", "population", 3).decode()
    assert "These 3 records, cited in APA (7th edition) style" in text
    assert "Osei, A., & Lund, K. (2021). Sexual harassment of nurses by patients in hospital wards." in text
    assert f"\n{state.framework.facet('population').label_of('nurse')}\n-" in text


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
