"""About the collection and the method: what is said is what the corpus and the code hold."""

import pytest
from corpora import ROOT, open_copy, run_page
from streamlit.testing.v1 import AppTest

from analysis.constants import DEFAULTS
from views.about import write_citation
from views.method import anchor_of, constants_table, read_sections


def show(key: str, path) -> AppTest:
    at = AppTest.from_function(run_page, args=(key, str(path)), default_timeout=60).run()
    assert not at.exception, at.exception[0].message
    return at


def test_the_numbers_are_those_of_the_corpus(corpora_made):
    at = show("about", corpora_made["tiny"])
    assert {metric.label: metric.value for metric in at.metric} == {
        "Records": "3",
        "Years": "2015–2021",
        "With an abstract": "1",
        "Coded by people": "0",
    }
    uploads = at.dataframe[0].value
    assert uploads[["Files", "Source", "Items found"]].values.tolist() == [["tiny.bib", "made up", 3]]


def test_every_tag_with_a_record_stands_in_its_table(corpora_made):
    at = show("about", corpora_made["tiny"])
    tables = [table.value for table in at.table if "What it means" in table.value.columns]
    framework = open_copy(corpora_made["tiny"]).framework
    assert len(tables) == len(framework.facets)
    counted = {row["Tag"]: row["Records"] for table in tables for _, row in table.iterrows() if row["Records"]}
    assert counted["Nurses"] == 1 and counted["Sexual harassment"] >= 1


def test_what_names_nothing_is_counted_with_its_whole(corpora_made):
    at = show("about", corpora_made["untagged"])
    table = next(table.value for table in at.table if "Share" in table.value.columns)
    assert set(table["Share"]) == {"too few to say"}


def test_history_is_in_words_newest_first(corpora_made):
    at = show("about", corpora_made["founding"])
    assert at.dataframe[-1].value["What"].tolist()[-2:] == ["Decisions by people", "Files added"]


def test_a_citation_says_which_version_and_how_it_was_put_together(corpora_made):
    cited = write_citation(open_copy(corpora_made["tiny"]))
    assert "Collection version 1 of " in cited
    assert "3 records" in cited and cited.endswith("Put together from: made up.")


def test_the_method_page_is_the_document_with_the_constants_of_the_code(corpora_made):
    at = show("method", corpora_made["tiny"])
    title, _, sections = read_sections((ROOT / "docs" / "methods.md").read_text(encoding="utf-8"))
    assert at.title[0].value == title
    assert [header.value for header in at.header] == [*sections, "Constants", "This collection"]
    assert dict(constants_table()[["Name", "Value"]].values) == {
        name: f"{value:g}" for name, value in DEFAULTS.as_dict().items()
    }


@pytest.mark.parametrize(
    "name, anchor", [("What is counted", "what-is-counted"), ("What it cannot: see", "what-it-cannot-see")]
)
def test_sections_have_plain_anchors(name, anchor):
    assert anchor_of(name) == anchor


def test_how_complete_it_is_stands_there_without_a_size(corpora_made):
    from corpora import run_page
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_function(run_page, args=("about", str(corpora_made["founding"])), default_timeout=60).run()
    said = "\n".join(element.value for element in at.markdown).replace("\\", "")
    assert "How complete it is" in [h.value for h in at.header]
    assert " combinations seen in " in said
    assert "The size of the literature is not estimated" in said
