"""Briefs: what is said and what never is, and each format read back."""

import io
import re
import zipfile

import docx
import pytest
from pages_toy import LAKES, lakes

from analysis.answering import Finding, answer
from analysis.brief import FORMATS, build_brief, draw_png, draw_svg, find_need, find_receipt
from analysis.brief.content import FINDING, HERE, MOST_REFERENCES, POSSIBLE, TOO_FEW, UNCHECKED, find_status
from analysis.brief.references import to_reference
from analysis.gaps.absolute import CellCheck
from analysis.need.tables import NeedRow, NeedTable
from analysis.questions import Cell, Filters, Question, build_sources, to_cell
from analysis.receipts import ReceiptError
from analysis.sentences import ALWAYS, BRIEF, NEVER
from analysis.topics import find_topics
from analysis.verification import verify
from corpus.notices import Notice
from corpus.records import Author, Record
from corpus.snapshot import build_snapshot
from ingest.rules import open_corpus
from ingest.tagging import build_tagger

CELL = "measure=aeration*response=fish"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with open_corpus(lakes(tmp_path_factory.mktemp("brief") / "lakes.sqlite"), LAKES) as opened:
        yield opened


def make(corpus, *names, notices=None, need=None, link="", **more):
    question = Question(tuple(to_cell(name, corpus.framework) for name in names), **more)
    sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
    return build_brief(
        answer(question, corpus.snapshot(), sources), corpus.records, rules=corpus.rules_fingerprint,
        date="3 May 2026", permalink=link, notices=notices, need=need,
    )  # fmt: skip


@pytest.fixture(scope="module")
def brief(corpus):
    return make(
        corpus, CELL, link="http://localhost/brief?cell=x&y=<b>", need={CELL: ["Fish: 3 of 10. Source: A, 2020"]}
    )


def write(brief, ending):
    (form,) = [form for form in FORMATS if form.ending == ending]
    written = form.write(brief)
    return written.encode() if isinstance(written, str) else written


def test_a_brief_says_what_is_here_how_sure_and_what_it_does_not_show(brief):
    assert brief.title == "Evidence brief: Aeration × fish"
    (part,) = brief.parts
    assert part.status == UNCHECKED
    assert part.lines[0].startswith(
        "Unchecked: No record in this corpus (224 records; 1 upload without a named source)"
    )
    assert part.lines[1].startswith("Unchecked: 0 records; about 7.9 would be expected")
    assert part.check[0] == "A search found none either, but no record here has an abstract to search."
    assert (brief.misuse, brief.always) == (BRIEF, ALWAYS)
    assert part.study.sentence == "On aeration and fish: a study."
    assert brief.references == () and brief.references_note == "No record here carries these tags together."
    assert ("Made on", "3 May 2026") in brief.made_of
    assert ("Collection", "224 records, corpus version 1") in brief.made_of
    assert brief.receipt.body["sentences"] == list(part.lines)


def test_the_figure_is_the_row_of_the_map_with_what_was_expected(brief):
    bars = {bar.label: (bar.found, bar.asked) for bar in brief.chart.bars}
    assert bars == {"Clear water": (12, False), "Algae": (12, False), "Water plants": (12, False),
                    "Fish": (0, True), "Cost": (12, False)}  # fmt: skip
    assert "Fish: 0 of 7.9 expected (this brief)" in brief.chart.alt


@pytest.mark.parametrize("ending", [form.ending for form in FORMATS])
def test_every_format_says_all_of_it_and_carries_a_receipt_that_verifies(brief, corpus, ending):
    data = write(brief, ending)
    carried = find_receipt(f"brief.{ending}", data)
    assert carried.receipt == brief.receipt
    words = re.sub(r"\W+", " ", carried.words)
    for said in (brief.title, *brief.parts[0].lines, *brief.parts[0].near, BRIEF, ALWAYS, brief.parts[0].study.sentence,
                 "Fish: 3 of 10. Source: A, 2020"):  # fmt: skip
        assert re.sub(r"\W+", " ", said).strip() in words
    sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
    assert verify(carried.receipt, corpus, sources, carried.words).is_reproduced
    altered = carried.words.replace("Unchecked: 0 records; about", "0 records; about")
    assert not verify(carried.receipt, corpus, sources, altered).is_reproduced


def test_the_page_asks_for_nothing_and_runs_nothing(brief):
    text = write(brief, "html").decode()
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:link|img|iframe|object)\b|\bsrc=|url\((?!#)|@import", text)
    assert re.findall(r"<script[^>]*>", text) == ['<script type="application/json" id="lacuna-receipt">']
    assert "<b>&" not in text and "y=&lt;b&gt;" in text
    assert 'role="img"' in text and "<desc" in text
    assert "3 May 2026" in text and 'lang="en"' in text


def test_the_document_has_headings_lists_a_described_figure_and_opens_again(brief):
    document = docx.Document(io.BytesIO(write(brief, "docx")))
    styles = [(p.style.name, p.text) for p in document.paragraphs]
    assert styles[0] == ("Title", "Evidence brief: Aeration × fish")
    headings = [text for style, text in styles if style == "Heading 1"]
    assert headings == [UNCHECKED, "Need", "The smallest study that would help", "References", "How this was made",
                        "The search to run elsewhere"]  # fmt: skip
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == brief.chart.alt
    assert [row.cells[0].text for row in document.tables[0].rows][:2] == ["Made on", "Collection"]


def test_no_format_says_what_may_never_be_said(brief):
    for form in FORMATS:
        words = find_receipt(f"x.{form.ending}", write(brief, form.ending)).words.lower()
        assert not [word for word in NEVER if word in words]


def test_figures_carry_description_and_receipt(brief):
    for name, data in (
        ("f.png", draw_png(brief.chart, brief.receipt)),
        ("f.svg", draw_svg(brief.chart, brief.receipt)),
    ):
        data = data if isinstance(data, bytes) else data.encode()
        assert find_receipt(name, data).receipt == brief.receipt
    assert draw_svg(brief.chart) == draw_svg(brief.chart)
    assert "0 of 7.9 expected" in draw_svg(brief.chart)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("a.html", b"<p>Hello</p>", id="a page of another kind"),
        pytest.param("a.docx", b"PK\x03\x04 broken", id="a broken document"),
        pytest.param("a.png", b"\x89PNG\r\n\x1a\n broken", id="a broken picture"),
        pytest.param("a.csv", b"# Title\r\nrow,column\r\n1,2\r\n", id="a table without one"),
        pytest.param("a.txt", b"\xff\xfe\x00", id="bytes"),
        pytest.param("a.json", b"{", id="half a receipt"),
    ],
)
def test_a_file_without_a_receipt_gets_a_sentence(name, data):
    with pytest.raises(ReceiptError):
        find_receipt(name, data)


def test_a_document_of_somebody_elses_has_no_receipt():
    out = io.BytesIO()
    docx.Document().save(out)
    with pytest.raises(ReceiptError, match="a document without a receipt"):
        find_receipt("a.docx", out.getvalue())
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    with pytest.raises(ReceiptError):
        find_receipt("a.docx", empty.getvalue() or b"PK")


@pytest.mark.parametrize(
    ("gaps", "verdict", "status"),
    [
        ({"relative": {"grade": "strong"}}, "unchecked", UNCHECKED),
        ({"relative": {"grade": "strong"}}, "verified_empty", FINDING),
        ({"relative": {"grade": "suggestive"}}, "verified_empty", POSSIBLE),
        ({"relative": {"grade": "not comparable"}, "absolute": {"grade": "empty"}}, "weakly_verified", TOO_FEW),
        ({"relative": {"grade": "not comparable"}, "absolute": {"grade": "empty"}}, "confirmed", FINDING),
        ({"relative": {"grade": "none"}, "absolute": {"grade": "none"}}, "unchecked", HERE),
        ({}, "unchecked", HERE),
    ],
)
def test_only_what_is_strong_or_confirmed_is_a_finding(gaps, verdict, status):
    cell = Cell(("a", "b"), ("c", "d"))
    assert find_status(Finding(cell, "tag", None, gaps, (), (), CellCheck(verdict=verdict))) == status


def test_several_gaps_share_one_brief_and_each_is_named(corpus):
    made = make(corpus, CELL, "measure=dredging*response=cost", filters=Filters((), (1995, None)))
    assert made.title == "Evidence brief on 2 gaps"
    assert [part.name for part in made.parts] == ["Aeration × fish", "Dredging × cost"]
    assert len(made.chart.bars) == 2
    assert ("Filters", "years: 1995 to any") in made.made_of
    assert b"Unchecked:" in write(made, "html")


def test_a_tag_hardly_there_is_unchecked_and_too_few_to_compare(corpus):
    made = make(corpus, "measure=sewage-diversion")
    (part,) = made.parts
    assert part.status == TOO_FEW
    assert part.lines[0].startswith(
        "Unchecked: Of 220 records here that name a specific restoration measure, 3 concern"
    )
    assert part.lines[1].startswith("Too few to compare: with 3 records, none of its 5 combinations")
    assert [bar.found for bar in made.chart.bars if bar.asked] == [3]
    assert len(made.references) == 3


def test_a_topic_says_that_it_is_a_way_to_browse(corpus):
    sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
    topic = find_topics(corpus, 3).topics[0]
    question = Question(topic=topic.id, n_topics=3)
    made = build_brief(answer(question, corpus.snapshot(), sources), corpus.records, rules="r", date="d")
    assert made.title == f"Evidence brief: topic “{topic.label}”"
    assert any("a way to browse" in line for line in made.parts[0].lines)
    assert len(made.references) == MOST_REFERENCES
    assert made.receipt.body["numbers"][f"topic={topic.id}: n_records"] == len(topic.ids)


def test_retracted_work_is_marked_and_never_built_on(corpus):
    plain = make(corpus, "measure=sewage-diversion")
    first = plain.parts[0].build_on[0]
    notices = {first.id: (Notice("retraction", first.id, None, ""),)}
    made = make(corpus, "measure=sewage-diversion", notices=notices)
    assert first.id not in [reference.id for reference in made.parts[0].build_on]
    (marked,) = [reference for reference in made.references if reference.id == first.id]
    assert marked.line.startswith("[Retracted] ")
    assert "<strong>[Retracted]</strong>" in write(made, "html").decode()


def test_individual_cases_are_counted_and_not_cited(framework):
    rows = [
        {"id": f"r{n}", "title": f"T{n}", "scope": "in",
         "tags": {"population": ["nurse"], "design": ["news-case" if n == 0 else "qualitative"]}}
        for n in range(3)
    ]  # fmt: skip
    snapshot = build_snapshot(framework, rows)

    def load(ids):
        return [Record(id=i, entries=(i,), title=f"Title {i}") for i in ids]

    made = build_brief(answer(Question((Cell(("population", "nurse")),)), snapshot), load, rules="r", date="d")
    assert [reference.id for reference in made.references] == ["r1", "r2"]
    assert made.references_note == "1 record about identifiable people is left out."


def test_references_name_four_authors_where_and_the_doi():
    record = Record(
        id="a", entries=("a",), title="Rest. And more.", year=2020, venue="Sleep", volume="3", issue="2", pages="1-9",
        doi="10.1/a<b>", authors=(*(Author(f"Name{n}", "Ada B.") for n in range(5)), Author("WHO", corporate=True)),
    )  # fmt: skip
    made = to_reference(record, "Corrected")
    assert made.text == "Name0 AB, Name1 AB, Name2 AB, Name3 AB, et al. 2020. Rest. And more. Sleep 3(2): 1-9."
    assert made.url == "https://doi.org/10.1/a%3Cb%3E"
    assert made.line.startswith("[Corrected] Name0")
    assert to_reference(Record(id="b", entries=("b",))).text == "No author given. Year unknown. Without a title."


def test_need_figures_name_their_source_and_what_was_read(tiny_framework):
    row = NeedRow("fish", 12.5, "percent of lakes", "Lake survey", "", "2 of 16")
    table = NeedTable("t", "prevalence", "response", "NO", 2021, "copy", "context", (row,))
    found = find_need(
        [table], tiny_framework, [to_cell(CELL, tiny_framework), to_cell("response=cost", tiny_framework)]
    )
    assert list(found) == [CELL]
    assert found[CELL] == (
        "Fish (NO): 12.5 percent of lakes (2 of 16). Source: Lake survey, 2021. This was read in a copy of the "
        "source's text: check the original. The figure is of NO; the records are of all countries, so this compares "
        "unlike groups. Filter the records by country to compare like with like.",
    )


def test_two_tags_of_one_facet_are_the_same_cell_whichever_is_named_first(framework):
    one, other = ("behaviour=bullying*behaviour=incivility", "behaviour=incivility*behaviour=bullying")
    assert to_cell(one, framework) == to_cell(other, framework)
    assert to_cell("population=nurse*behaviour=bullying", framework).row == ("population", "nurse")
