"""XML exports: PubMed and EndNote."""

import io

import pytest

from corpus.records import Entry, Rejected
from ingest.readers import endnote_xml, pick_reader, pubmed_xml
from ingest.readers.base import Item, Reader

PUBMED = """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">31000001</PMID>
    <Article PubModel="Print">
      <Journal>
        <ISSN IssnType="Electronic">1234-5679</ISSN>
        <JournalIssue CitedMedium="Internet">
          <Volume>7</Volume><Issue>2</Issue>
          <PubDate><Year>2019</Year><Month>Apr</Month></PubDate>
        </JournalIssue>
        <Title>Ward practice</Title>
        <ISOAbbreviation>Ward Pract</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Handover <i>at</i> the bedside.</ArticleTitle>
      <Pagination><MedlinePgn>11-9</MedlinePgn></Pagination>
      <ELocationID EIdType="doi" ValidYN="Y">10.5555/ward.7</ELocationID>
      <Abstract>
        <AbstractText Label="AIMS">To ask &amp; listen.</AbstractText>
        <AbstractText Label="RESULTS">It <b>helped</b>.</AbstractText>
        <CopyrightInformation>Ward Ltd.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="Y">
        <Author><LastName>Okafor</LastName><ForeName>Ngozi</ForeName><Suffix>Jr</Suffix><Initials>N</Initials>
          <AffiliationInfo><Affiliation>Univ Lagos, Nigeria.</Affiliation></AffiliationInfo></Author>
        <Author><CollectiveName>Ward Group</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
      <VernacularTitle>Übergabe am Bett.</VernacularTitle>
    </Article>
    <MedlineJournalInfo><Country>England</Country><MedlineTA>Ward Pract</MedlineTA></MedlineJournalInfo>
    <MeshHeadingList>
      <MeshHeading><DescriptorName MajorTopicYN="N">Nursing</DescriptorName>
        <QualifierName MajorTopicYN="Y">methods</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName MajorTopicYN="Y">Communication</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">handover</Keyword></KeywordList>
    <CoiStatement>None.</CoiStatement>
  </MedlineCitation>
  <PubmedData>
    <ArticleIdList>
      <ArticleId IdType="pubmed">31000001</ArticleId><ArticleId IdType="pmc">PMC600</ArticleId>
      <ArticleId IdType="doi">10.5555/ward.7</ArticleId>
    </ArticleIdList>
    <ReferenceList><Reference><ArticleIdList>
      <ArticleId IdType="pubmed">1</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>"""
BOOK = """<PubmedBookArticle><BookDocument>
<PMID Version="1">20301</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>Ward Press</PublisherName></Publisher><BookTitle book="b">Ward Reviews</BookTitle>
<PubDate><Year>1998</Year></PubDate>
<AuthorList Type="editors" CompleteYN="Y">
<Author><LastName>Berg</LastName><ForeName>Ann</ForeName></Author></AuthorList>
</Book>
<ArticleTitle>Night care</ArticleTitle>
<AuthorList Type="authors"><Author><LastName>Okafor</LastName><ForeName>Ngozi</ForeName></Author></AuthorList>
<Abstract><AbstractText>On nights.</AbstractText></Abstract>
</BookDocument></PubmedBookArticle>"""
ENDNOTE = (
    "<record><database name='a.enl'>a.enl</database><ref-type name='Journal Article'>17</ref-type>"
    "<contributors><authors><author><style face='normal'>Okafor, Ngozi</style></author><author>Lindqvist, Per</author>"
    "</authors></contributors><titles><title><style face='normal'>Rooms of </style><style face='italic'>one's</style>"
    "<style> own</style></title><secondary-title>Ward Practice</secondary-title></titles>"
    "<periodical><full-title>Ward Practice</full-title></periodical><pages>1-8</pages><volume>3</volume>"
    "<number>2</number><keywords><keyword>rooms</keyword><keyword>quiet</keyword></keywords>"
    "<dates><year>2003</year></dates><isbn>1234-5679</isbn>"
    "<electronic-resource-num>10.5555/r.1</electronic-resource-num><accession-num>3100</accession-num>"
    "<remote-database-provider>NLM</remote-database-provider><custom2>PMC77</custom2>"
    "<urls><related-urls><url>https://a.example/1</url></related-urls></urls><caption>x</caption></record>"
)

SAMPLES = [
    pytest.param(pubmed_xml.READER, PUBMED, "PubmedArticleSet", id="pubmed"),
    pytest.param(pubmed_xml.READER, BOOK, "PubmedArticleSet", id="pubmed book"),
    pytest.param(endnote_xml.READER, ENDNOTE, "records", id="endnote"),
]


def items(reader: Reader, text: str) -> list[Item]:
    return list(reader.read(io.StringIO(text, newline="")))


def entry(reader: Reader, text: str) -> Entry:
    (only,) = items(reader, text)
    assert isinstance(only, Entry)
    return only


def wrap(root: str, *records: str, between: str = "") -> str:
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<{root}>{between.join(records)}</{root}>'


def test_pubmed_fields() -> None:
    assert entry(pubmed_xml.READER, wrap("PubmedArticleSet", PUBMED)).fields == {
        "pmid": ["31000001"],
        "journal_abbreviated": ["Ward Pract"],
        "place": ["England"],
        "keywords": ["handover"],
        "mesh": ["Nursing/*methods", "*Communication"],
        "MedlineJournalInfo": ["England Ward Pract"],
        "CoiStatement": ["None."],
        "title": ["Handover at the bedside."],
        "original_title": ["Übergabe am Bett."],
        "journal": ["Ward practice"],
        "volume": ["7"],
        "issue": ["2"],
        "issn": ["1234-5679"],
        "pages": ["11-9"],
        "language": ["eng"],
        "publication_type": ["Journal Article"],
        "date": ["2019 Apr"],
        "doi": ["10.5555/ward.7"],
        "abstract": ["AIMS: To ask & listen.\nRESULTS: It helped."],
        "CopyrightInformation": ["Ward Ltd."],
        "author": ["Okafor, Ngozi Jr", "{Ward Group}"],
        "affiliation": ["Univ Lagos, Nigeria."],
        "pmcid": ["PMC600"],
    }


def test_pubmed_book_chapter() -> None:
    fields = entry(pubmed_xml.READER, BOOK).fields
    assert fields["title"] == ["Night care"]
    assert fields["booktitle"] == ["Ward Reviews"]
    assert (fields["author"], fields["editor"]) == (["Okafor, Ngozi"], ["Berg, Ann"])
    assert (fields["date"], fields["publisher"], fields["pmid"]) == (["1998"], ["Ward Press"], ["20301"])
    assert fields["abstract"] == ["On nights."]


def test_a_medline_citation_alone() -> None:
    start, end = PUBMED.index("<MedlineCitation"), PUBMED.index("<PubmedData>")
    fields = entry(pubmed_xml.READER, wrap("MedlineCitationSet", PUBMED[start:end])).fields
    assert fields["title"] == ["Handover at the bedside."]


def test_withdrawn_numbers_are_no_items() -> None:
    text = wrap("PubmedArticleSet", PUBMED, "<DeleteCitation><PMID>5</PMID><PMID>6</PMID></DeleteCitation>")
    assert len(items(pubmed_xml.READER, text)) == 1


def test_endnote_fields() -> None:
    assert entry(endnote_xml.READER, ENDNOTE).fields == {
        "type": ["Journal Article"],
        "title": ["Rooms of one's own"],
        "title_secondary": ["Ward Practice"],
        "journal": ["Ward Practice"],
        "author": ["Okafor, Ngozi", "Lindqvist, Per"],
        "year": ["2003"],
        "pages": ["1-8"],
        "volume": ["3"],
        "issue": ["2"],
        "doi": ["10.5555/r.1"],
        "url": ["https://a.example/1"],
        "keywords": ["rooms", "quiet"],
        "issn": ["1234-5679"],
        "pmcid": ["PMC77"],
        "pmid": ["3100"],
        "database": ["a.enl"],
        "remote-database-provider": ["NLM"],
        "caption": ["x"],
    }


@pytest.mark.parametrize(("reader", "record", "root"), SAMPLES)
@pytest.mark.parametrize("between", ["", "\n", "\n<!-- a comment -->\n"], ids=["one line", "lines", "comments"])
def test_records_keep_their_own_text(reader: Reader, record: str, root: str, between: str) -> None:
    text = wrap(root, record, record, between=between)
    first, second = items(reader, text)
    assert first.raw == second.raw == record
    assert first.line == 2
    assert second.line == 2 + record.count("\n") + between.count("\n")
    assert entry(reader, first.raw).fields == first.fields
    assert pick_reader("export.txt", text.encode()).reader is reader


@pytest.mark.parametrize(("reader", "record", "root"), SAMPLES)
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(lambda r: r.replace("<Language>", "<Lang").replace("<dates>", "<dat").replace("<Abstract>", "<Ab"),
                     "the XML is broken", id="tag without its end"),
        pytest.param(lambda r: r[: len(r) // 2] + "\n", "cut off or damaged", id="cut off"),
        pytest.param(lambda r: r.replace(">", "><a>", 1), "the XML is broken", id="element that does not end"),
        pytest.param(lambda r: r.replace(">", ">&lol9;", 1), "undefined entity", id="entity of its own"),
        pytest.param(lambda r: r.replace(">", ">" + "<a>" * 5000 + "</a>" * 5000, 1), "deep", id="nesting"),
    ],
)  # fmt: skip
def test_a_broken_record_costs_itself(reader: Reader, record: str, root: str, damage, reason: str) -> None:
    good = entry(reader, record)
    first, rejected, last = items(reader, wrap(root, record, damage(record), record, between="\n"))
    assert first.fields == last.fields == good.fields
    assert isinstance(rejected, Rejected)
    assert rejected.line == record.count("\n") + 3
    assert reason in rejected.reason


def test_a_record_without_its_start_tag() -> None:
    first, rejected, last = items(endnote_xml.READER, ENDNOTE + ENDNOTE.removeprefix("<record>") + ENDNOTE)
    assert first.fields == last.fields
    assert rejected.reason == "a </record> without its start"
    _, saved, _ = items(pubmed_xml.READER, PUBMED + PUBMED.removeprefix("<PubmedArticle>") + PUBMED)
    assert saved.fields["title"] == ["Handover at the bedside."]


@pytest.mark.parametrize(("reader", "record", "root"), SAMPLES)
def test_a_file_cut_off_keeps_what_came_before(reader: Reader, record: str, root: str) -> None:
    first, rejected = items(reader, wrap(root, record, record[:-30], between="\n").replace(f"</{root}>", ""))
    assert first.fields == entry(reader, record).fields
    assert rejected.reason.endswith("it was cut off")


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        pytest.param("Fish & chips", "Fish & chips", id="bare ampersand"),
        pytest.param("Caf&eacute; &#233;t&eacute;", "Café été", id="HTML entities"),
        pytest.param("Bell\x07 &#7;rings", "Bell rings", id="control characters"),
        pytest.param("<![CDATA[a < b]]>", "a < b", id="CDATA"),
    ],
)
def test_small_faults_are_mended(inside: str, title: str) -> None:
    record = ENDNOTE.replace("<style> own</style>", f"<style> own</style> {inside}")
    assert entry(endnote_xml.READER, record).fields["title"] == [f"Rooms of one's own {title}"]


BOMB = "<!DOCTYPE x [<!ENTITY lol0 'lol'>" + "".join(f"<!ENTITY lol{n} '{f'&lol{n - 1};' * 10}'>" for n in range(1, 12))


@pytest.mark.parametrize(("reader", "record", "root"), SAMPLES)
def test_an_entity_bomb_is_refused_and_never_expanded(reader: Reader, record: str, root: str) -> None:
    armed = record.replace(">", ">&lol11;", 1)
    rejected, last = items(reader, f"{BOMB}]>\n<{root}>{armed}\n{record}</{root}>")
    assert isinstance(rejected, Rejected)
    assert "undefined entity" in rejected.reason
    assert last.fields == entry(reader, record).fields


def test_the_parser_itself_stops_an_entity_bomb_and_an_outer_file() -> None:
    # The readers give it no document type; should one ever reach it, it must hold.
    from xml.etree import ElementTree

    with pytest.raises(ElementTree.ParseError, match=r"amplification|undefined"):
        ElementTree.fromstring(f"{BOMB}]><x>&lol11;</x>")
    with pytest.raises(ElementTree.ParseError, match="undefined"):
        ElementTree.fromstring('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>')


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<records>" + "<record>" * 50_000, id="records that never end"),
        pytest.param("<records><record>" + "<a " * 500_000, id="tags that never end"),
        pytest.param("<records><record>" + "x" * 20_000_000 + "</record>", id="a long line"),
        pytest.param("<records>" + "</record>" * 50_000, id="ends without starts"),
        pytest.param("<records>" + "<record/>" * 20_000, id="empty records"),
        pytest.param("<" * 1_000_000, id="angle brackets"),
        pytest.param("<record>" + "&" * 1_000_000 + "</record>", id="ampersands"),
    ],
)
def test_nothing_hangs(text: str) -> None:
    for _ in endnote_xml.READER.read([text]):
        pass


def test_pubmed_bodies_stay_whole_and_misspelt_names_stand_aside() -> None:
    people = (
        "<Author><CollectiveName>Porters, Cleaners and Cooks</CollectiveName></Author>"
        '<Author ValidYN="N"><LastName>Okafour</LastName><ForeName>Ngozi</ForeName></Author>'
        '<Author ValidYN="Y"><LastName>Okafor</LastName><ForeName>Ngozi</ForeName></Author>'
    )
    start, end = PUBMED.index("<AuthorList"), PUBMED.index("</AuthorList>")
    fields = entry(
        pubmed_xml.READER, wrap("PubmedArticleSet", f"{PUBMED[:start]}<AuthorList>{people}{PUBMED[end:]}")
    ).fields
    assert fields["author"] == ["{Porters, Cleaners and Cooks}", "Okafor, Ngozi"]
    assert fields["author:invalid"] == ["Okafour, Ngozi"]


@pytest.mark.parametrize(
    ("kind", "inside", "field", "values"),
    [
        ('name="Conference Proceedings">10', "<custom3>Proceedings of Wards</custom3>", "booktitle",
         ["Proceedings of Wards"]),
        ('name="Conference Proceedings">10', "<custom3>Proceedings of Wards</custom3>", "conference", ["Container"]),
        ('name="Conference Proceedings">10', "", "booktitle", ["Container"]),
        ('name="Generic">13', "<volume>3</volume>", "journal", ["Container"]),
        ('name="Generic">13', "", "title_secondary", ["Container"]),
        ('name="Thesis">32', "<volume>3</volume>", "title_secondary", ["Container"]),
        (">5", "", "booktitle", ["Container"]),
        (">17", "<custom7>e104</custom7>", "article_number", ["e104"]),
        (">17", "<auth-address>Ward 7, Lagos&#xD;Ward 8, Lund</auth-address>", "affiliation",
         ["Ward 7, Lagos", "Ward 8, Lund"]),
        (">17", "<urls><pdf-urls><url>internal-pdf://1/a.pdf</url></pdf-urls></urls>", "pdf-urls",
         ["internal-pdf://1/a.pdf"]),
        (">17", "<urls><pdf-urls><url>https://a.example/a.pdf</url></pdf-urls></urls>", "url",
         ["https://a.example/a.pdf"]),
    ],
)  # fmt: skip
def test_endnote_containers_and_custom_fields(kind: str, inside: str, field: str, values: list[str]) -> None:
    titles = "<titles><title>One</title><secondary-title>Container</secondary-title></titles>"
    record = f"<record><ref-type {kind}</ref-type>{titles}{inside}</record>".replace("<ref-type >", "<ref-type>")
    assert entry(endnote_xml.READER, wrap("records", record)).fields[field] == values
