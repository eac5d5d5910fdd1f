"""JSON exports: CSL-JSON, OpenAlex, Crossref."""

import io
import json

import pytest

from corpus.records import Entry, Rejected
from ingest.readers import crossref, csl_json, openalex, pick_reader
from ingest.readers.base import Item, Reader

CSL = {
    "id": "okafor2019",
    "type": "article-journal",
    "title": "Handover at the bedside",
    "container-title": "Ward Practice",
    "author": [{"family": "Okafor", "given": "Ngozi"}, {"literal": "Ward Group"}, {"family": "Berg", "given": "A",
               "non-dropping-particle": "van den"}],
    "issued": {"date-parts": [[2019, 4]]},
    "page": "11-19",
    "DOI": "10.5555/ward.7",
    "keyword": "handover; nurses",
    "custom": {"a": 1},
}  # fmt: skip
CROSSREF = {
    "DOI": "10.5555/ward.8",
    "type": "journal-article",
    "title": ["Noise at night"],
    "container-title": ["Ward Practice"],
    "author": [{"family": "Okafor", "given": "Ngozi", "affiliation": [{"name": "Univ Lagos, Nigeria"}]}],
    "published-print": {"date-parts": [[2020, 3, 1]]},
    "abstract": "<jats:p>Quiet <jats:italic>helps</jats:italic>.</jats:p>",
    "is-referenced-by-count": 3,
    "reference": [{"key": "1", "DOI": "10.5555/other"}],
}
OPENALEX = {
    "id": "https://openalex.org/W77",
    "doi": "https://doi.org/10.5555/ward.9",
    "title": "Light and sleep",
    "publication_year": 2021,
    "type": "article",
    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/3100", "openalex": "https://openalex.org/W77"},
    "primary_location": {"source": {"display_name": "Ward Practice", "issn_l": "1234-5679"}},
    "biblio": {"volume": "9", "issue": None, "first_page": "1", "last_page": "8"},
    "authorships": [
        {"author": {"display_name": "Ngozi Okafor"}, "countries": ["NG"], "raw_affiliation_strings": ["Univ Lagos"]}
    ],
    "mesh": [
        {"descriptor_name": "Sleep", "qualifier_name": None, "is_major_topic": True},
        {"descriptor_name": "Light", "qualifier_name": "adverse effects", "is_major_topic": True},
    ],
    "abstract_inverted_index": {"Dark": [0], "wards": [1, 4], "are": [2], "calm": [3]},
    "is_retracted": False,
}

SAMPLES = {csl_json: CSL, crossref: CROSSREF, openalex: OPENALEX}
READERS = [pytest.param(module.READER, value, id=module.READER.id) for module, value in SAMPLES.items()]


def items(reader: Reader, text: str) -> list[Item]:
    return list(reader.read(io.StringIO(text, newline="")))


def entry(reader: Reader, value: object) -> Entry:
    (only,) = items(reader, json.dumps(value))
    assert isinstance(only, Entry)
    return only


def test_csl_fields() -> None:
    assert entry(csl_json.READER, CSL).fields == {
        "id": ["okafor2019"],
        "type": ["article-journal"],
        "title": ["Handover at the bedside"],
        "journal": ["Ward Practice"],
        "author": ["Okafor, Ngozi", "{Ward Group}", "van den Berg, A"],
        "date": ["2019-04"],
        "pages": ["11-19"],
        "doi": ["10.5555/ward.7"],
        "keywords": ["handover", "nurses"],
        "custom": ['{"a": 1}'],
    }


def test_crossref_fields() -> None:
    assert entry(crossref.READER, CROSSREF).fields == {
        "doi": ["10.5555/ward.8"],
        "type": ["journal-article"],
        "title": ["Noise at night"],
        "journal": ["Ward Practice"],
        "author": ["Okafor, Ngozi"],
        "affiliation": ["Univ Lagos, Nigeria"],
        "date": ["2020-03-01"],
        "abstract": ["<jats:p>Quiet <jats:italic>helps</jats:italic>.</jats:p>"],
        "citations": ["3"],
        "reference": ['{"key": "1", "DOI": "10.5555/other"}'],
    }


def test_openalex_fields() -> None:
    assert entry(openalex.READER, OPENALEX).fields == {
        "title": ["Light and sleep"],
        "year": ["2021"],
        "type": ["article"],
        "doi": ["https://doi.org/10.5555/ward.9"],
        "pmid": ["3100"],
        "accession": ["W77"],
        "source": ["OpenAlex"],
        "journal": ["Ward Practice"],
        "issn": ["1234-5679"],
        "volume": ["9"],
        "start_page": ["1"],
        "end_page": ["8"],
        "author": ["Ngozi Okafor"],
        "affiliation": ["Univ Lagos"],
        "country": ["NG"],
        "abstract": ["Dark wards are calm wards"],
        "mesh": ["*Sleep", "Light/*adverse effects"],
        "is_retracted": ["false"],
    }


def test_a_chapter_is_in_a_book() -> None:
    assert entry(csl_json.READER, {**CSL, "type": "chapter"}).fields["booktitle"] == ["Ward Practice"]
    chapter = {**CROSSREF, "type": "book-chapter", "container-title": ["Series of wards", "Nights"]}
    assert entry(crossref.READER, chapter).fields["booktitle"] == ["Nights"]
    assert entry(crossref.READER, chapter).fields["series"] == ["Series of wards"]


@pytest.mark.parametrize(("reader", "value"), READERS)
@pytest.mark.parametrize(
    ("wrap", "n"),
    [
        pytest.param(lambda v: json.dumps(v), 1, id="one object"),
        pytest.param(lambda v: json.dumps([v, v]), 2, id="array"),
        pytest.param(lambda v: json.dumps([v, v], indent=2), 2, id="array over many lines"),
        pytest.param(lambda v: json.dumps(v) + "\n" + json.dumps(v) + "\n", 2, id="JSON lines"),
        pytest.param(lambda v: json.dumps({"meta": {"count": 2}, "results": [v, v], "group_by": []}), 2, id="results"),
        pytest.param(
            lambda v: json.dumps({"status": "ok", "message": {"n": 1, "items": [v, v]}, "x": [{}]}), 2, id="items"
        ),
        pytest.param(lambda v: json.dumps({"status": "ok", "message": v}), 1, id="message"),
        pytest.param(lambda v: json.dumps([{"results": [v]}, {"results": [v]}]), 2, id="pages in an array"),
        pytest.param(lambda v: "\ufeff" + json.dumps([v]), 1, id="byte-order mark"),
        pytest.param(lambda v: json.dumps([v]).replace("Ward Practice", "Ward\tPractice"), 1, id="tab in a text"),
        pytest.param(lambda v: "[]", 0, id="nothing"),
    ],
)
def test_wrappings(reader: Reader, value: dict[str, object], wrap, n: int) -> None:
    found = items(reader, wrap(value))
    assert len(found) == n
    for item in found:
        assert isinstance(item, Entry)
        assert item.fields["title"] == entry(reader, value).fields["title"]
        assert items(reader, item.raw)[0].fields == item.fields


def test_lines_are_counted_where_objects_start() -> None:
    text = json.dumps([CSL, CSL], indent=1)
    first, second = items(csl_json.READER, text)
    assert first.line == 2
    assert text.split("\n")[second.line - 1].strip() == "{"


@pytest.mark.parametrize(("reader", "value"), READERS)
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"title": ', '"title": oops', id="no value"),
        pytest.param('"type": "', '"type": "a" "', id="stray quotation mark"),
        pytest.param('"title": ', '"title" ', id="no colon"),
        pytest.param('"type"', "type", id="key without quotation marks"),
        pytest.param("{", "", id="no opening brace"),
        pytest.param('"type": ', '"number": ' + "9" * 5000 + ', "type": ', id="endless number"),
    ],
)
def test_a_broken_object_costs_itself(reader: Reader, value: dict[str, object], indent, old: str, new: str) -> None:
    good = json.dumps(value, indent=indent)
    bad = good.replace(old, new, 1)
    assert bad != good
    first, rejected, last = items(reader, f"[{good},\n{bad},\n{good}]")
    assert isinstance(rejected, Rejected)
    assert rejected.line == good.count("\n") + (2 if new or indent is None else 3)
    assert rejected.reason
    assert first.fields == last.fields == entry(reader, value).fields


def test_a_bad_line_costs_one() -> None:
    good = json.dumps(CSL)
    first, bad, last = items(csl_json.READER, f"{good}\n{good[:100]}\n{good}\n")
    assert (bad.line, bad.raw.strip()) == (2, good[:100])
    assert first.fields == last.fields


def test_a_file_cut_off_keeps_what_came_before() -> None:
    text = json.dumps([CSL, CSL, CSL])
    first, second, cut = items(csl_json.READER, text[:-150])
    assert first.fields == second.fields
    assert cut == Rejected(1, cut.raw, "the file ends in the middle of this object: it was cut off")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param('[{"a":' * 100_000, id="nesting"),
        pytest.param('[{"title":"' + "x" * 20_000_000, id="endless text"),
        pytest.param('[{"title":"x"},' + '{"title":' * 50_000, id="objects that never end"),
        pytest.param(('{"title":[1\n,{"a":[1\n,' * 300 + "{},\n" * 100) * 100, id="objects within objects"),
        pytest.param('{"title":"x"} oops ' * 20_000, id="junk between"),
        pytest.param('[{"title":"\\ud800"}]', id="half a character"),
        pytest.param(
            '[{"title": {"a": [[]]}, "author": 3, "issued": [], "DOI": {}, "authorships": [3], "ids": 1}]', id="types"
        ),
        pytest.param(
            '[{"id":"/W1","title":[],"mesh":3,"authorships":[{"author":1,"countries":2}],"type":[]}]', id="more types"
        ),
    ],
)
@pytest.mark.parametrize(("reader", "value"), READERS)
def test_nothing_hangs_or_escapes(reader: Reader, value: object, text: str) -> None:
    for item in items(reader, text):
        (item.raw + str(getattr(item, "fields", ""))).encode("utf-8")


@pytest.mark.parametrize(("reader", "value"), READERS)
def test_recognised_by_content(reader: Reader, value: object) -> None:
    for text in (json.dumps(value), json.dumps([value], indent=1)):
        picked = pick_reader("export.txt", text.encode())
        assert picked.reader is reader
        assert picked.why


ONE = {"title": "One", "authors": ["Okafor, N"], "year": 2001}
TWO = {"title": "Two", "doi": "10.5555/two"}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"total": 2, "offset": 0, "data": [ONE, TWO]}, id="Semantic Scholar"),
        pytest.param({"version": "6", "resultList": {"result": [ONE, TWO]}}, id="Europe PMC"),
        pytest.param({"response": {"numFound": 2, "docs": [ONE, TWO]}}, id="Solr"),
        pytest.param({"title": "A reading list", "items": [ONE, TWO]}, id="a list with a title"),
        pytest.param({"a": ONE, "b": TWO}, id="one under each key"),
        pytest.param([{"key": "A", "data": ONE}, {"key": "B", "data": TWO}], id="Zotero's API"),
    ],
)
def test_no_wrapper_makes_one_of_two_records(value: object) -> None:
    found = items(csl_json.READER, json.dumps(value))
    assert [item.fields["title"] for item in found if isinstance(item, Entry)] == [["One"], ["Two"]]


@pytest.mark.parametrize("wrap", [lambda work: work, lambda work: [work]], ids=["alone", "in a list"])
def test_the_works_a_record_cites_are_not_records(wrap) -> None:
    (one,) = items(csl_json.READER, json.dumps(wrap({"title": "One", "references": [TWO, TWO], "year": 2001})))
    assert isinstance(one, Entry) and (one.fields["title"], one.fields["year"]) == (["One"], ["2001"])


def test_zotero_and_semantic_scholar_names() -> None:
    fields = entry(
        csl_json.READER,
        {
            "itemType": "journalArticle", "title": "One", "abstractNote": "Text.", "publicationTitle": "Ward Practice",
            "creators": [{"creatorType": "author", "lastName": "Okafor", "firstName": "Ngozi"},
                         {"creatorType": "editor", "name": "Ward Group"}, "Lindqvist, Per"],
            "tags": [{"tag": "night"}, "shift"],
        },
    ).fields  # fmt: skip
    assert (fields["author"], fields["editor"], fields["keywords"]) == (
        ["Okafor, Ngozi", "Lindqvist, Per"],
        ["Ward Group"],
        ["night", "shift"],
    )
    assert (fields["type"], fields["abstract"], fields["journal"]) == (["journalArticle"], ["Text."], ["Ward Practice"])
    place = {
        "journal": {"name": "Ward Practice", "volume": "3"},
        "externalIds": {"DOI": "10.5555/a", "PubMed": 31000001},
    }
    fields = entry(csl_json.READER, {"title": "One", "author": None, "issued": {"year": 2003}, **place}).fields
    assert fields == {
        "title": ["One"], "date": ["2003"], "journal": ["Ward Practice"], "volume": ["3"], "doi": ["10.5555/a"],
        "pmid": ["31000001"],
    }  # fmt: skip


def test_crossref_bodies_and_openalex_sources_without_a_number() -> None:
    work = {**CROSSREF, "author": [{"name": "Nurses, Porters and Cooks"}, {"name": "Madonna"}]}
    assert entry(crossref.READER, work).fields["author"] == ["{Nurses, Porters and Cooks}", "Madonna"]
    place = {"source": None, "raw_source_name": "Ward Practice"}
    assert entry(openalex.READER, {**OPENALEX, "primary_location": place}).fields["journal"] == ["Ward Practice"]
