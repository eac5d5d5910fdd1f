"""The Support page: emergency first, nothing called checked that is not, no choice in the address, and a queue."""

import re
from pathlib import Path

import pytest
from pages_toy import LAKES, lakes, open_page, words

from corpus.support import CHECK
from ingest.rules import open_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return lakes(tmp_path / "lakes.sqlite", {"Dredging and algae in {n}": 1})


def test_emergency_advice_comes_first_then_countries_and_no_number_stands_there(corpus):
    at = open_page("support", corpus)
    assert [h.value for h in at.header] == ["In an emergency", "Services by country", "For curators"]
    said = words(at)
    assert said.index("call your local emergency number") < said.index("Legal Defense Fund")
    assert "The browser's history remains" in said
    assert "This is not legal advice" in said
    assert "Run by the National Women's Law Center. In January 2023" in said
    assert said.count("Not yet checked by us]") == 57  # two more wait for a check before they are shown
    assert "Advice and Counseling Service" not in said
    assert not re.search(r"\d[\d -]{6,}\d", re.sub(r"\(https?://[^)]*\)", "", said))
    countries = [e.label for e in at.expander]
    assert countries[1:3] == ["International (1)", "Australia (8)"]
    assert any(label.startswith("United States (") for label in countries)
    assert [e.label for e in at.expander if e.proto.expanded] == ["International (1)"]


def test_a_country_can_be_chosen_and_the_address_stays_empty(corpus):
    at = open_page("support", corpus)
    at.selectbox(key="support.country").set_value("IE").run()
    assert [h.value for h in at.subheader] == ["Ireland"]
    assert not at.query_params


def test_a_curator_marks_an_entry_checked_and_its_number_shows_with_name_and_date(corpus):
    at = open_page("support", corpus)
    at.text_input(key="curator.name").set_value("Ada").run()
    at.selectbox(key="support.entry").set_value("uk-samaritans").run()
    phone, note = at.text_input[-2:]
    phone.set_value("0000 111 222")
    note.set_value("Day and night.")
    next(b for b in at.button if b.label.startswith("It is running")).click().run()
    assert not at.exception
    said = words(at)
    assert "Telephone: **0000 111 222**" in said
    assert re.search(r"Checked\] Checked by Ada on \d+ \w+ \d{4}\. Day and night\.", said)
    with open_corpus(corpus, LAKES) as opened:
        kept = opened.kept(CHECK)["uk-samaritans"]
    assert (kept.value["running"], kept.who) == (True, "Ada")
    at.selectbox(key="support.entry").set_value("uk-samaritans").run()
    at.button(key="support.undo").click().run()
    assert "Telephone:" not in words(at)


def test_what_is_gone_is_hidden_and_a_number_that_is_none_is_refused(corpus):
    at = open_page("support", corpus)
    at.selectbox(key="support.entry").set_value("uk-bota").run()
    next(b for b in at.button if b.label.startswith("It is gone")).click().run()
    assert (
        "Resources on sexual misconduct in surgery"
        not in words(at).replace("Found to be gone, and hidden: ", "\0").split("\0")[0]
    )
    at.text_input[-2].set_value("ask at the desk")
    next(b for b in at.button if b.label.startswith("It is running")).click().run()
    assert "is not a telephone number" in at.error[0].value.replace("\\", "")
