"""Claims: what a sentence is about, what the corpus holds against it, and what can be said instead."""

import pytest
from pages_toy import LAKES, lakes

from analysis.claims import find_unread, make_claim, read_claim
from analysis.questions import build_sources
from corpus.framework import Facet, Framework, Tag
from corpus.records import Assignment, Fields
from ingest.rules import open_corpus
from ingest.tagging import build_tagger


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with open_corpus(lakes(tmp_path_factory.mktemp("claims") / "lakes.sqlite"), LAKES) as opened:
        yield opened


def claim(corpus, text):
    sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
    found = corpus.tagger.assign(Fields(title=read_claim(text)))
    return make_claim(text, found, corpus.snapshot(), sources)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("There is no research on aeration and fish.", "aeration and fish"),
        ("there are no studies of the pay of nurses", "the pay of nurses"),
        ("Nobody has studied hospital porters", "hospital porters"),
        ("No one has looked at dredging!", "dredging"),
        ("No research exists on sewage diversion", "sewage diversion"),
        ("There is very little evidence about buffer strips", "buffer strips"),
        ("Nothing is known about perch", "perch"),
        ("Dredging has never been studied.", "Dredging"),
        ("“There is no published research on algae in the literature”", "algae"),
        ("buffer strips", "buffer strips"),
        ("", ""),
    ],
)
def test_a_claim_is_about_what_is_left_of_it(text, about):
    assert read_claim(text) == about


def test_a_claim_that_does_not_hold_names_the_records(corpus):
    made = claim(corpus, "There is no research on dredging and cost")
    assert made.tags == (("measure", ("dredging",)), ("response", ("cost",)))
    assert made.against == ("Not so, as far as this corpus goes: 1 record here is tagged dredging and cost.",)
    assert len(made.ids) == 1 and made.unread == ()


def test_a_claim_nothing_here_is_against_is_still_unchecked(corpus):
    made = claim(corpus, "There is no research on aeration and fish")
    assert made.ids == ()
    assert made.against[0].endswith("That is not the same as no research.")
    assert all(line.startswith("Unchecked:") for line in made.say)
    assert "48 records on aeration alone: one tag short." in made.near_words
    assert [s.database for s in made.strategies] == ["PubMed", "Scopus", "Web of Science", "Google Scholar"]


def test_words_without_a_tag_are_said_of_a_claim_that_nothing_is_against(corpus):
    made = claim(corpus, "There is no research on aeration and fish for anglers")
    assert made.ids == () and made.unread == ("anglers",)
    assert made.against[0].endswith("No tag stands for “anglers”, so this is about part of the claim only.")


def test_words_without_a_tag_are_said_and_nothing_is_claimed_of_all_of_it(corpus):
    made = claim(corpus, "There is no research on dredging and cost for anglers")
    assert made.unread == ("anglers",)
    assert "Not so" not in made.against[0]
    assert "No tag stands for “anglers”" in made.against[0]


def test_one_tag_is_enough_and_no_tag_is_said(corpus):
    one = claim(corpus, "Nobody has studied sewage diversion")
    assert [cell.name for cell in one.answer.question.cells] == ["measure=sewage-diversion"]
    assert one.say[0].startswith("Unchecked: Of 220 records here")
    none = claim(corpus, "There is no research on moon dust")
    assert (none.tags, none.unread, none.answer) == ((), ("moon", "dust"), None)


def test_words_the_tagger_read_are_not_unread(corpus):
    found = corpus.tagger.assign(Fields(title="aeration of deep lakes"))
    assert find_unread("aeration of deep lakes", found, corpus.framework) == ("deep", "lakes")


def test_words_between_those_of_a_passage_were_not_read():
    near = Framework("Near", 1, (Facet("harm", "Harm", "?", (Tag("pay", "Pay gap", terms=("pay ~4 gap*",)),)),))
    found = (Assignment("harm", "pay", "rule", "title", 4, 31, "pay of disabled nurses gaps"),)
    assert find_unread("the pay of disabled nurses gaps", found, near) == ("disabled", "nurses")


def test_a_tag_that_follows_from_another_one_leaves_its_whole_passage_read():
    rule = Framework("Near", 1, (Facet("harm", "Harm", "?", (Tag("pay", "Pay gap", terms=("wage",)),)),))
    found = (Assignment("harm", "pay", "rule", "title", 0, 13, "unequal money"),)
    assert find_unread("unequal money at sea", found, rule) == ("sea",)


def test_a_tag_that_may_be_broader_than_the_words_refutes_nothing(corpus):
    found = (Assignment("measure", "dredging", "rule", "title", 0, 8, "scooping"),)
    made = make_claim("There is no research on scooping", found, corpus.snapshot())
    assert made.ids and "Not so" not in made.against[0]
    assert made.against[0].startswith("Records here tagged dredging, which may be broader than “scooping”: ")
    assert "None was checked for “scooping”" in made.against[0]


def test_a_test_says_how_far_it_is(corpus):
    said: list[tuple[str, int, int]] = []
    about = read_claim("There is no research on dredging and cost")
    found = corpus.tagger.assign(Fields(title=about))
    sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
    tested = make_claim(about, found, corpus.snapshot(), sources, lambda *words: said.append(words))
    searched = [(done, of) for what, done, of in said if what == "searching the texts"]
    (finding,) = tested.answer.findings
    assert searched == [(0, finding.check.n_searched), (200, finding.check.n_searched), (finding.check.n_searched,) * 2]
    assert [done for what, done, of in said if what == "judging the cell"] == [1, 2, 3, 4, 5]
