"""PubMed XML: ``<PubmedArticle>`` and ``<PubmedBookArticle>`` elements, or the older ``<MedlineCitation>`` alone.

Source of the element names: the PubMed DTD.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from corpus.records import Entry
from ingest.readers.base import Item, Lines, Reader
from ingest.readers.xml_elements import add, add_rest, read_elements, to_text

RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "BookDocument")
INNER = ("MedlineCitation", "BookDocument")

ARTICLE = {
    "ArticleTitle": "title", "VernacularTitle": "original_title", "Journal/Title": "journal",
    "Journal/JournalIssue/Volume": "volume", "Journal/JournalIssue/Issue": "issue", "Journal/ISSN": "issn",
    "Pagination/MedlinePgn": "pages", "Language": "language", "PublicationTypeList/PublicationType": "publication_type",
}  # fmt: skip
CITATION = {
    "PMID": "pmid", "MedlineJournalInfo/MedlineTA": "journal_abbreviated", "MedlineJournalInfo/Country": "place",
    "KeywordList/Keyword": "keywords", "GeneralNote": "note",
}  # fmt: skip
BOOK = {
    "PMID": "pmid", "ArticleTitle": "title", "VernacularTitle": "original_title", "Language": "language",
    "PublicationType": "publication_type", "KeywordList/Keyword": "keywords",
    "Book/Publisher/PublisherName": "publisher",
    "Book/Publisher/PublisherLocation": "place", "Book/Isbn": "isbn", "Book/Volume": "volume",
    "Book/Edition": "edition",
    "Book/CollectionTitle": "series", "Pagination/MedlinePgn": "pages",
}  # fmt: skip

CITATION_KNOWN = frozenset(("Article", "MeshHeadingList", "KeywordList", "PMID", "GeneralNote"))
ARTICLE_KNOWN = frozenset(
    ("Journal", "ArticleTitle", "VernacularTitle", "Pagination", "ELocationID", "Abstract", "AuthorList", "Language",
     "PublicationTypeList", "ArticleDate")
)  # fmt: skip
BOOK_KNOWN = frozenset(path.split("/")[0] for path in BOOK) | frozenset(("ArticleIdList", "Abstract", "AuthorList"))

# What a notice says it is about, under the names MEDLINE gives it.
ABOUT = {"RetractionOf": "ROF", "ErratumFor": "EFR", "ExpressionOfConcernFor": "ECF"}

_START = re.compile(
    r"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle|MedlineCitationSet|MedlineCitation|BookDocument)[\s>]"
)


def read(lines: Lines) -> Iterator[Item]:
    """Items of a PubMed XML file in file order. Withdrawn numbers (DeleteCitation) are no items."""
    return read_elements(lines, RECORDS, INNER, _to_entry)


def _to_entry(line: int, raw: str, record: ElementTree.Element) -> Entry:
    fields: dict[str, list[str]] = {}
    citation = record if record.tag == "MedlineCitation" else record.find("MedlineCitation")
    book = record if record.tag == "BookDocument" else record.find("BookDocument")
    if citation is not None:
        _read_citation(fields, citation)
    if book is not None:
        _read_book(fields, book)
    for path in (
        "PubmedData/ArticleIdList/ArticleId",
        "BookDocument/ArticleIdList/ArticleId",
        "ArticleIdList/ArticleId",
    ):
        for element in record.iterfind(path):
            kind, value = element.get("IdType", "id"), to_text(element)
            name = {"pubmed": "pmid", "pmc": "pmcid", "doi": "doi"}.get(kind, f"ArticleId:{kind}")
            if value not in fields.get(name, ()):
                add(fields, name, value)
    return Entry(format="pubmed_xml", line=line, raw=raw, fields=fields)


def _read_citation(fields: dict[str, list[str]], citation: ElementTree.Element) -> None:
    _add_all(fields, citation, CITATION)
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        add(fields, "mesh", to_mesh(heading))
    add_rest(fields, citation, CITATION_KNOWN)
    for element in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        if name := ABOUT.get(element.get("RefType", "")):
            number = to_text(element.find("PMID"))
            add(fields, name, to_text(element.find("RefSource")) + (f" PMID: {number}" if number else ""))
    article = citation.find("Article")
    if article is None:
        return
    _add_all(fields, article, ARTICLE)
    if "journal" not in fields:
        add(fields, "journal", to_text(article.find("Journal/ISOAbbreviation")))
    if "pages" not in fields:
        add(fields, "start_page", to_text(article.find("Pagination/StartPage")))
        add(fields, "end_page", to_text(article.find("Pagination/EndPage")))
    add(fields, "date", to_date(article.find("Journal/JournalIssue/PubDate")))
    add(fields, "date", to_date(article.find("ArticleDate")))
    for element in article.iterfind("ELocationID"):
        if element.get("ValidYN") != "N":
            add(
                fields,
                "doi" if element.get("EIdType") == "doi" else f"ELocationID:{element.get('EIdType')}",
                to_text(element),
            )
    _read_abstract(fields, article)
    for people in article.iterfind("AuthorList"):
        _read_people(fields, people)
    add_rest(fields, article, ARTICLE_KNOWN)


def _read_book(fields: dict[str, list[str]], book: ElementTree.Element) -> None:
    add(fields, "type", "Book chapter" if to_text(book.find("ArticleTitle")) else "Book")
    _add_all(fields, book, BOOK)
    add(fields, "booktitle" if "title" in fields else "title", to_text(book.find("Book/BookTitle")))
    add(fields, "date", to_date(book.find("Book/PubDate")) or to_date(book.find("ContributionDate")))
    _read_abstract(fields, book)
    lists = list(book.iterfind("AuthorList")) + list(book.iterfind("Book/AuthorList"))
    chapter = any(people.get("Type") != "editors" for people in book.iterfind("AuthorList"))
    for people in lists:
        inside_book = people not in list(book.iterfind("AuthorList"))
        editors = people.get("Type") == "editors" or (inside_book and chapter and people.get("Type") is None)
        _read_people(fields, people, "editor" if editors else "author")
    for element in book.iterfind("Book/ELocationID"):
        if element.get("EIdType") == "doi":
            add(fields, "doi", to_text(element))
    add_rest(fields, book, BOOK_KNOWN)


def _add_all(fields: dict[str, list[str]], element: ElementTree.Element, names: dict[str, str]) -> None:
    for path, name in names.items():
        for child in element.iterfind(path):
            add(fields, name, to_text(child))


def _read_abstract(fields: dict[str, list[str]], article: ElementTree.Element) -> None:
    """One abstract; the parts of a structured one as "LABEL: text", a line each."""
    parts = []
    for element in article.iterfind("Abstract/AbstractText"):
        text, label = to_text(element), element.get("Label", "")
        if text:
            parts.append(f"{label}: {text}" if label and label.upper() != "UNLABELLED" else text)
    add(fields, "abstract", "\n".join(parts))
    add(fields, "CopyrightInformation", to_text(article.find("Abstract/CopyrightInformation")))


def _read_people(fields: dict[str, list[str]], people: ElementTree.Element, name: str = "author") -> None:
    for person in people.iterfind("Author"):
        last, first = (
            to_text(person.find("LastName")),
            to_text(person.find("ForeName")) or to_text(person.find("Initials")),
        )
        suffix = to_text(person.find("Suffix"))
        body = to_text(person.find("CollectiveName"))
        if last:
            whole = f"{last}, {first} {suffix}".rstrip(" ,")
        else:
            whole = f"{{{body}}}" if body else first  # a body's name is not to be taken apart
        # A misspelt name that PubMed keeps for searching; the right one stands beside it.
        add(fields, name if person.get("ValidYN") != "N" else f"{name}:invalid", whole)
        for path in ("AffiliationInfo/Affiliation", "Affiliation"):
            for element in person.iterfind(path):
                add(fields, "affiliation", to_text(element))
        add(fields, "orcid", to_text(person.find("Identifier")))
    if people.get("CompleteYN") == "N":
        add(fields, name, "et al")


def to_mesh(heading: ElementTree.Element) -> str:
    """A heading as MEDLINE writes it: ``Stroke/*therapy``, the star for a major topic."""
    parts = []
    for element in heading:
        if text := to_text(element):
            parts.append(("*" if element.get("MajorTopicYN") == "Y" else "") + text)
    return "/".join(parts)


def to_date(date: ElementTree.Element | None) -> str:
    """ "2010 Aug 24", or the text of a MedlineDate."""
    if date is None:
        return ""
    return to_text(date.find("MedlineDate")) or " ".join(
        text for part in ("Year", "Season", "Month", "Day") if (text := to_text(date.find(part)))
    )


def looks_like(head: str) -> str | None:
    """Why this is PubMed XML: one of its elements."""
    if head.lstrip("\ufeff \t\r\n")[:1] == "<" and (found := _START.search(head)):
        return f"it holds a {found[0][:-1]}> element"
    return None


READER = Reader(
    id="pubmed_xml",
    name="PubMed XML",
    suffixes=(".xml",),
    looks_like=looks_like,
    read=read,
    how_to_export="PubMed's E-utilities give XML (efetch with retmode=xml).",
)
