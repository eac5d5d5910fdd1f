"""The record page: what it shows of a record, and a curator's decisions on its codes."""

import pytest
from corpora import add, copy_corpus, open_copy, run_page
from streamlit.testing.v1 import AppTest

from views.state import load_state

AGAIN = """@article{again, title={Sexual harassment of nurses by patients in hospital wards.}, author={Osei, A},
  year={2021}, doi={10.5555/lacuna.one}}"""


@pytest.fixture
def path(corpora_made, tmp_path):
    return copy_corpus(corpora_made["tiny"], tmp_path)


def id_of(path, word: str) -> str:
    with open_copy(path) as corpus:
        return next(record.id for record in corpus.records() if word in (record.title or ""))


def show(path, word: str) -> AppTest:
    at = AppTest.from_function(run_page, args=("record", str(path)), default_timeout=60)
    at.query_params["id"] = id_of(path, word)
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in at.markdown)


def tags_of(path, word: str, facet: str) -> set[str]:
    with open_copy(path) as corpus:
        return {a.tag for a in corpus.assignments(corpus.record(id_of(path, word))) if a.facet == facet}


def test_it_says_who_wrote_it_where_it_is_and_why_it_has_its_codes(path):
    at = show(path, "nurses")
    assert at.title[0].value == "Sexual harassment of nurses by patients in hospital wards"
    assert "Osei, Ama; Lund, Kari" in said(at)
    assert "[Open the publication (DOI)](https://doi.org/10.5555/lacuna.one)" in said(at)
    assert "**Nurses**  \nBy rule: “nurses” in the title" in said(at)
    assert "tiny\\.bib, line 2, upload 1; source\\: made up\\." in said(at)


def test_only_web_addresses_become_links(path):
    assert "No link came with this record" in said(show(path, "Pay gap"))


def test_the_entry_is_shown_as_its_file_had_it(path):
    assert at_code(show(path, "assault")).startswith(
        "@article{three, title = {Sexual assault of medical residents: ![x]"
    )


def at_code(at: AppTest) -> str:
    return at.code[0].value


def test_a_rejected_code_goes_at_once_and_comes_back(path):
    at = show(path, "nurses")
    at.toggle(key="record.change").set_value(True).run()
    at.text_input(key="record.reason").set_value("About *patients*").run()
    at.button(key="record.rejected.population.nurse").click().run()
    assert tags_of(path, "nurses", "population") == set()
    assert "Rejected by curator, who read the abstract" in said(at)
    assert "because\\: About \\*patients\\*" in said(at)
    at.button(key=next(b.key for b in at.button if b.key.startswith("record.withdraw"))).click().run()
    assert tags_of(path, "nurses", "population") == {"nurse"}
    assert "Rejected" not in [s.value for s in at.subheader]


def test_a_code_is_added_and_confirmed(path):
    at = show(path, "Pay gap")
    at.toggle(key="record.change").set_value(True).run()
    at.selectbox(key="record.tag").set_value(("population", "midwife")).run()
    at.button(key="record.added.population.midwife").click().run()
    assert "midwife" in tags_of(path, "Pay gap", "population")
    at.button(key="record.confirmed.population.surgeon").click().run()
    assert "Confirmed by curator, who read the title" in said(at)


def test_merged_entries_say_why(path):
    with open_copy(path) as corpus:
        add(corpus, AGAIN)
    at = show(path, "nurses")
    assert "2 entries, one record" in [s.value for s in at.subheader]
    assert len(at.code) == 2
    assert "more\\.bib, line 1, upload 2" in said(at)


def test_an_unknown_id_is_said_and_leads_on(path):
    at = AppTest.from_function(run_page, args=("record", str(path)), default_timeout=60)
    at.query_params["id"] = "0" * 20
    at.run()
    assert not at.exception
    assert at.error[0].value.startswith("Nothing in this corpus has the id")


def test_records_like_it_are_listed_with_the_words_they_share(corpora_made):
    state = load_state(open_copy(corpora_made["founding"]))
    record = next(r for r in state.corpus.records() if (r.title or "").startswith("Ableism in academia"))
    at = AppTest.from_function(run_page, args=("record", str(corpora_made["founding"])), default_timeout=60)
    at.query_params["id"] = record.id
    at.run()
    assert not at.exception
    assert "More like this" in [header.value for header in at.header]
    assert any("Shares\\: " in element.value and "ableism" in element.value for element in at.markdown)
