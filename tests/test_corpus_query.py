"""The query language: what reviewers write and paste, read as they mean it, or refused at the place that is wrong."""

import pytest

from corpus.errors import QueryError
from corpus.query import Both, Either, Near, Node, Not, Text, Value, parse_query, read_query
from corpus.query.vocabulary import OVID_FIELDS, PUBMED_TAGS, other_forms

FACETS = ("population", "country")
WORDS = "title abstract keywords"


def text(words: str, column: str = "", prefix: bool = False, wild: bool = False) -> Text:
    return Text(words, prefix, column, (), wild)


NURSES = text("nurs", prefix=True)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param("nurs* AND abuse", Both((NURSES, text("abuse"))), id="and"),
        pytest.param("a OR b AND c", Either((text("a"), Both((text("b"), text("c"))))), id="and binds closer"),
        pytest.param("wom?n*", text("wom?n*", wild=True), id="a wildcard within, and at the end"),
        pytest.param("colo$r", text("colo~r", wild=True), id="one character or none"),
        pytest.param("nurs$3", text("nurs~~~", wild=True), id="three characters at most"),
        pytest.param("nurs* NEAR/5 abuse", Near(NURSES, text("abuse"), 5, 6), id="near"),
        pytest.param("nurs* adj3 abuse", Near(NURSES, text("abuse"), 2, 6), id="Ovid's adj counts words, not gaps"),
        pytest.param(
            "nurs* NEAR/2 (abuse OR harm)",
            Near(NURSES, Either((text("abuse"), text("harm"))), 2, 6),
            id="near a bracket",
        ),
        pytest.param("title:(a OR b)", Either((text("a", "title"), text("b", "title"))), id="a field of a bracket"),
        pytest.param("year:2015-2020", Value("year", "2015-2020", 0), id="years"),
        pytest.param("population:nurse", Value("population", "nurse", 0), id="a facet"),
        pytest.param('Country:"South Africa"', Value("country", "South Africa", 0), id="a tag of two words"),
        pytest.param("nurs*[ti]", text("nurs", "title", True), id="PubMed title"),
        pytest.param("work abuse[tiab]", text("work abuse", WORDS), id="words that share a tag are a phrase"),
        pytest.param('"Bullying"[Mesh]', text("bullying", "keywords"), id="MeSH"),
        pytest.param("english[la]", Value("language", "en", 0), id="language"),
        pytest.param("review[pt]", Value("type", "review", 0), id="publication type"),
        pytest.param("2015:2020[dp]", Value("year", "2015-2020", 0), id="PubMed years"),
        pytest.param('"2015/01/01"[PDAT] : "3000"[PDAT]', Value("year", "2015-", 0), id="PubMed dates"),
        pytest.param(
            "a[ti] OR b[ti] AND c[ti]",
            Both((Either((text("a", "title"), text("b", "title"))), text("c", "title"))),
            id="PubMed reads left to right",
        ),
        pytest.param('"a b"[tiab:~3]', Near(text("a", WORDS), text("b", WORDS), 3, 0), id="PubMed proximity"),
        pytest.param(
            "(nurs* or staff).ti,ab.",
            Either((text("nurs", "title abstract", True), text("staff", "title abstract"))),
            id="Ovid fields of a bracket",
        ),
        pytest.param("work abuse.ti.", text("work abuse", "title"), id="words side by side are Ovid's phrase"),
        pytest.param("nurse?.ti.", text("nurse~", "title", wild=True), id="Ovid's question mark is one or none"),
        pytest.param("exp Nurses/", text("nurses", "keywords"), id="Ovid heading"),
        pytest.param(
            "nurs* adj2 abuse.ti.", Near(text("nurs", "title", True), text("abuse", "title"), 1, 6), id="suffix of adj"
        ),
        pytest.param("TS=(nurs* AND abuse)", Both((text("nurs", WORDS, True), text("abuse", WORDS))), id="WoS"),
        pytest.param("TITLE-ABS-KEY(abuse)", text("abuse", WORDS), id="Scopus"),
        pytest.param("nurses or doctors", Either((text("nurses"), text("doctors"))), id="small letters between words"),
        pytest.param("a AND NOT b", Both((text("a"), Not(text("b")))), id="and not"),
        pytest.param("“work abuse”", text("work abuse"), id="curly quotes"),
        pytest.param('"*" nurs*', NURSES, id="what holds no word is left out"),
    ],
)
def test_what_is_typed_and_what_is_meant(query: str, wanted: Node) -> None:
    assert parse_query(query, FACETS) == wanted


def test_names_of_authors_are_found_with_initials_or_in_full() -> None:
    assert parse_query("Smith JP[au]") == Either(
        (text("smith jp", "authors"), text("smith j p", "authors"), text("smith j", "authors", True))
    )


STRATEGY = """1 exp Nurses/
2. (nurs* or midwi*).ti,ab.
3 or/1-2
4 bully*.mp.\t1,204
5 3 and 4
6 limit 5 to (english language and yr="2015 -Current")"""


def test_a_strategy_with_numbered_lines_is_its_last_line() -> None:
    people = Either(
        (
            text("nurses", "keywords"),
            Either((text("nurs", "title abstract", True), text("midwi", "title abstract", True))),
        )
    )
    five = Both((people, text("bully", WORDS, True)))
    read = read_query(STRATEGY)
    assert isinstance(read.node, Both)
    assert read.node.parts[0] == five
    assert [(v.field, v.value) for v in read.node.parts[1:] if isinstance(v, Value)] == [
        ("language", "en"),
        ("year", "2015-"),
    ]
    assert read.notes == ('"Nurses" finds that heading only: narrower headings are not known here.',)


def test_a_line_that_nothing_uses_is_said() -> None:
    assert read_query("#1 nurs*\n#2 abuse\n#3 #2 AND bully*").notes == (
        "No later line uses 1, so the search leaves them out.",
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param("abuse of nurses", ["abuse", "nurses"], id="stop words"),
        pytest.param("What causes burnout?", ["causes", "burnout"], id="a question"),
        pytest.param("burnout: a review", ["burnout", "review"], id="a colon that names no field"),
        pytest.param("the (so-called) slip", ["so called", "slip"], id="brackets as in prose"),
        pytest.param("WHO guidance", ["who", "guidance"], id="a name in capitals"),
        pytest.param("about us", ["about", "us"], id="stop words only"),
    ],
)
def test_words_without_syntax(query: str, words: list[str]) -> None:
    assert [t.words for t in read_query(query).plain] == words


def test_syntax_of_any_kind_is_taken_literally() -> None:
    assert read_query('nurses "abuse"').plain == ()
    assert read_query("nurses").plain[0].also == ("nurse",)


@pytest.mark.parametrize(
    ("query", "position"),
    [
        pytest.param("nurs*[xx]", 5, id="unknown PubMed tag"),
        pytest.param("nurs*.ti,zz.", 5, id="unknown Ovid field"),
        pytest.param("nurs* [ti", 6, id="half a bracket"),
        pytest.param("abuse AND *ing", 10, id="begins with a wildcard"),
        pytest.param("a NEAR/5 NOT b", 2, id="near nothing"),
        pytest.param("#1 AND abuse", 0, id="a line that is not there"),
        pytest.param("1 nurs*\n2 1 and (abuse", 16, id="within a line"),
        pytest.param("(" * 100 + "a OR b" + ")" * 100, 60, id="too deep"),
        pytest.param("title:", 0, id="a field of nothing"),
        pytest.param("[ti]", 0, id="a tag of nothing"),
    ],
)
def test_the_place_that_cannot_be_read_is_named(query: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert caught.value.position == position
    assert str(caught.value).endswith((".", "]."))


def test_a_search_beyond_the_limit_is_refused() -> None:
    with pytest.raises(QueryError, match="20,000 characters"):
        parse_query("a " * 20_000)


@pytest.mark.parametrize("tag", PUBMED_TAGS)
def test_every_pubmed_tag_is_read(tag: str) -> None:
    assert parse_query(f"2015[{tag.upper()}]") is not None


@pytest.mark.parametrize("name", OVID_FIELDS)
def test_every_ovid_field_is_read(name: str) -> None:
    assert parse_query(f"2015.{name}.") is not None


@pytest.mark.parametrize(
    ("word", "forms"),
    [("nurses", ("nurse",)), ("study", ("studies",)), ("abuses", ("abuse",)), ("stress", ("stresses",)), ("us", ())],
)
def test_other_forms_of_a_word(word: str, forms: tuple[str, ...]) -> None:
    assert other_forms(word) == forms
