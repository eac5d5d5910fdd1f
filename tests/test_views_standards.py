"""The Standards page: what it hides by default, its filters in the address, and the words beside each text."""

from pathlib import Path

import pytest
from corpora import run_page
from pages_toy import lakes, open_page, words
from streamlit.testing.v1 import AppTest


@pytest.fixture
def founding(corpora_made: dict[str, Path]) -> Path:
    return corpora_made["founding"]


def open_standards(path: Path, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=("standards", str(path)), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def test_only_what_was_read_at_its_source_is_shown_at_first(founding):
    at = open_standards(founding)
    said = words(at)
    assert "This is not legal advice." in said
    assert "**14 texts** of 85. 71 more are known only from a secondary account, unverified, and hidden." in said
    assert "Secondary account, unverified" not in said
    assert [h.value for h in at.header] == ["By response or remedy", "The texts"]
    table = at.dataframe[0].value
    assert list(table["Primary research"]) == sorted(table["Primary research"])
    assert (table["Experimental"] <= table["Primary research"]).all()
    assert table["Designs"].iloc[-1].startswith("quasi-experimental")
    at.toggle(key="secondary").set_value(True).run()
    assert "**85 texts** of 85." in words(at)
    assert at.badge if hasattr(at, "badge") else "Secondary account, unverified" in words(at)


def test_filters_are_in_the_address_and_a_text_names_its_status_and_source(founding):
    at = open_standards(founding, country="CA")
    said = words(at)
    assert [h.value for h in at.subheader] == ["Work Place Harassment and Violence Prevention Regulations"]
    assert "Government of Canada, Canada, regulation, 2021." in said
    assert "Status: in force 2021-01-01. Read on: [gazette.gc.ca](http://www.gazette.gc.ca" in said
    assert "Training and education: evaluated here (54 of 102 records" in said
    at = open_standards(founding, evidence="not_evaluated")
    assert "Mentorship and sponsorship: recommended, not evaluated here" in words(at)
    at = open_standards(founding, country="CA", evidence="not_evaluated")
    assert "No text has a remedy with this evidence." in words(at)
    at = open_standards(founding, remedy="intervention.mentorship")
    assert at.selectbox(key="remedy").value == "intervention.mentorship"
    assert "**1 text** of 85" in words(at)


def test_another_field_is_told_that_none_fits(tmp_path):
    at = open_page("standards", lakes(tmp_path / "l.sqlite", {"Dredging and algae in {n}": 1}))
    assert "names no designs that evaluate a remedy" in words(at)
