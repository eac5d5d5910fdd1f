"""The tagged line formats: RIS, MEDLINE, Ovid, Web of Science, RefWorks, EndNote tagged."""

import re

import pytest
from tagged_samples import COCHRANE, ENW, MEDLINE, OVID_WORDS, REFWORKS, RIS, SAMPLES, WOS, entry, items

from ingest.readers import cochrane, endnote_tagged, medline, ovid, pick_reader, refworks, ris, wos
from ingest.readers.base import Reader
from ingest.readers.ovid_source import split_authors, to_source_fields
from ingest.readers.tagged import find_line, find_tags

READERS = [pytest.param(module.READER, text, id=module.READER.id) for module, text in SAMPLES.items()]


def test_ris_fields() -> None:
    assert entry(ris.READER, RIS).fields == {
        "type": ["JOUR"],
        "author": ["Okafor, Ngozi", "Lindqvist, Per"],
        "title": ["Handover at the bedside"],
        "journal": ["Ward Practice"],
        "year": ["2019"],
        "volume": ["7"],
        "issue": ["2"],
        "start_page": ["11"],
        "end_page": ["19"],
        "doi": ["10.5555/ward.7"],
    }


def test_medline_fields() -> None:
    assert entry(medline.READER, MEDLINE).fields == {
        "pmid": ["31000001"],
        "OWN": ["NLM"],
        "issn": ["1234-5679 (Electronic)"],
        "title": ["Night shifts and error in a district hospital."],
        "LID": ["S0000-1 [pii]"],
        "doi": ["10.5555/night.1"],
        "abstract": ["We asked nurses about errors."],
        "author": ["Okafor, Ngozi"],
        "AU": ["Okafor N"],
        "affiliation": ["Ward 7, Lagos, Nigeria."],
        "language": ["eng"],
        "publication_type": ["Journal Article"],
        "date": ["2020 Mar"],
        "journal_abbreviated": ["Ward Pract"],
        "journal": ["Ward practice"],
        "mesh": ["Medical Errors/*prevention & control", "*Night Care"],
        "keywords": ["shift work"],
    }


def test_ovid_fields_named_in_words() -> None:
    fields = entry(ovid.READER, OVID_WORDS).fields
    assert fields["title"] == ["A trial of quiet wards."]
    assert fields["author"] == ["Okafor, Ngozi A.", "Lindqvist, Per"]
    assert fields["author_short"] == ["Okafor N", "Lindqvist P."]
    assert fields["journal"] == ["Journal of Wards"]
    assert (fields["volume"], fields["issue"], fields["pages"]) == (["12"], ["3"], ["45-67"])
    assert (fields["date"], fields["year"]) == (["2001 Jan"], ["2001"])
    assert fields["mesh"] == ["Noise", "*Sleep"]
    assert fields["accession"] == ["2000111"]


def test_wos_fields() -> None:
    assert entry(wos.READER, WOS).fields == {
        "type": ["J"],
        "AU": ["Okafor, N", "Lindqvist, P"],
        "author": ["Okafor, Ngozi", "Lindqvist, Per"],
        "title": ["Sleep in wards that are never dark"],
        "journal": ["WARD PRACTICE"],
        "keywords": ["light", "night care"],
        "publication_type": ["Article"],
        "affiliation": [
            "[Okafor, Ngozi] Univ Lagos, Lagos, Nigeria.",
            "[Lindqvist, Per] Lund Univ, Lund, Sweden.",
        ],
        "year": ["2018"],
        "date": ["MAR 2018"],
        "citations": ["4"],
        "doi": ["10.5555/sleep.1"],
        "accession": ["WOS:000000000000001"],
    }


def test_endnote_tagged_may_be_indented() -> None:
    indented = "".join(f"            {line}\n" for line in ["%0 Journal Article", "%T Counting steps", "%A Berg, A"])
    assert pick_reader("a.txt", indented.encode()).reader is endnote_tagged.READER
    assert entry(endnote_tagged.READER, indented).fields["title"] == ["Counting steps"]


def test_refworks_fields() -> None:
    assert entry(refworks.READER, "Tag legend\n*****\nRT=Reference Type\n\n" + REFWORKS).fields == {
        "type": ["Journal Article"],
        "SR": ["1"],
        "author": ["Okafor,Ngozi", "Lindqvist,Per"],
        "title": ["Rooms of one's own"],
        "journal": ["Ward Practice"],
        "year": ["2003"],
        "start_page": ["337"],
        "end_page": ["367"],
    }


def test_cochrane_fields() -> None:
    head = "Cochrane Library export\n\n"
    assert pick_reader("a.txt", (head + COCHRANE).encode()).reader is cochrane.READER
    assert entry(cochrane.READER, head + COCHRANE).fields == {
        "accession": ["CN-07700077"],
        "author": ["Okafor N", "Lindqvist P"],
        "title": ["Earplugs for nurses on night duty"],
        "journal": ["Ward practice"],
        "year": ["2019"],
        "volume": ["12"],
        "issue": ["3"],
        "pages": ["1‐10"],
        "pmid": ["PUBMED 31000001"],
        "publication_type": ["Journal Article; Randomised"],
        "mesh": ["*Noise", "Sleep [drug effects]"],
        "doi": ["10.5555/plugs.1"],
        "abstract": ["Background: we asked. Results: it was: loud."],
        "url": ["https://example.org/plugs"],
    }


def test_a_number_of_embase_in_cochrane_text_is_no_pmid() -> None:
    fields = entry(cochrane.READER, COCHRANE.replace("PM: PUBMED 31000001", "PM: EMBASE 612345678")).fields
    assert "pmid" not in fields
    assert fields["accession"] == ["CN-07700077", "EMBASE 612345678"]


def test_endnote_tagged_fields() -> None:
    assert entry(endnote_tagged.READER, ENW).fields == {
        "type": ["Journal Article"],
        "author": ["Okafor, Ngozi"],
        "title": ["Counting steps"],
        "journal": ["Ward Practice"],
        "year": ["2011"],
        "keywords": ["steps", "nurses"],
        "abstract": ["One paragraph.\nAnother paragraph."],
        "issn": ["1234-5679"],
        "doi": ["10.5555/steps.1"],
    }


@pytest.mark.parametrize(("reader", "text"), READERS)
@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param(lambda text: text, id="as it is"),
        pytest.param(lambda text: "\ufeff" + text, id="byte-order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CR LF"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="CR alone"),
        pytest.param(lambda text: text.replace("\n", "\r\r\n"), id="CR CR LF"),
        pytest.param(lambda text: "\n\n" + text + "\n\n", id="blank lines around"),
    ],
)
def test_ends_of_line_and_marks_change_nothing(reader: Reader, text: str, disguise) -> None:
    changed = disguise(text)
    plain, found = entry(reader, text), entry(reader, changed)
    assert found.fields == plain.fields
    assert pick_reader("references.txt", changed.encode("utf-8")).reader is reader


@pytest.mark.parametrize(("reader", "text"), READERS)
def test_a_record_is_read_again_from_its_own_text(reader: Reader, text: str) -> None:
    first, second = items(reader, f"{text}\n{text}")
    assert second.line == text.count("\n") + 2
    assert first.raw.strip() == text.strip()
    assert entry(reader, second.raw).fields == first.fields == second.fields


@pytest.mark.parametrize(("reader", "text"), READERS)
def test_a_file_cut_off_anywhere_keeps_what_was_read(reader: Reader, text: str) -> None:
    whole = entry(reader, text)
    for length in range(20, len(text)):
        first, *rest = items(reader, f"{text}\n{text[:length]}")
        assert first.fields == whole.fields
        assert len(rest) <= 1


def test_unknown_tags_keep_their_names() -> None:
    assert entry(ris.READER, RIS.replace("ER  -", "ZZ  - a\nZZ  - b\nER  -")).fields["ZZ"] == ["a", "b"]
    assert entry(medline.READER, MEDLINE + "ZZZZ- a\n").fields["ZZZZ"] == ["a"]
    assert entry(wos.READER, WOS.replace("\nER", "\nZ7 a\nER")).fields["Z7"] == ["a"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda text: text.replace("PMID- 31000001\n", ""), id="no PMID line"),
        pytest.param(lambda text: "PMC - PMC1\n" + text, id="PMC first"),
        pytest.param(lambda text: text.replace("AB  - ", "\nAB  - "), id="blank line in the middle"),
    ],
)
def test_medline_records_stay_apart(damage) -> None:
    plain = entry(medline.READER, MEDLINE).fields
    first, middle, last = items(medline.READER, f"{MEDLINE}\n{damage(MEDLINE)}\n{MEDLINE}")
    assert first.fields == last.fields == plain
    assert {**plain, **middle.fields}.items() >= plain.items()


def test_medline_without_full_names_uses_the_short_ones() -> None:
    fields = entry(medline.READER, "PMID- 1\nTI  - Wards\nAU  - Okafor N\nCN  - Ward Group\n").fields
    assert fields["author"] == ["Okafor N", "{Ward Group}"]


def test_a_search_strategy_belongs_to_nobody() -> None:
    strategy = (
        "\nDatabase: Ovid MEDLINE(R) <1946 to 2020>\nSearch Strategy:\n"
        "-----\n1     exp Wards/ (12)\n2     noise.ti. (3)\n\n"
    )
    first, second = items(ovid.READER, strategy + OVID_WORDS + strategy + "***************************\n" + OVID_WORDS)
    assert first.fields == second.fields == entry(ovid.READER, OVID_WORDS).fields


def test_ovid_with_letters_for_tags() -> None:
    text = (
        "<12. >\nVN  - Ovid Technologies\nTI  - Quiet\n      wards\nAU  - Okafor N\nAU  - Lindqvist P\n"
        "SO  - Ward Practice June 2019;1(6):123-456\n"
    )
    fields = entry(ovid.READER, text).fields
    assert fields["title"] == ["Quiet wards"]
    assert fields["author"] == ["Okafor N", "Lindqvist P"]
    assert fields["journal"] == ["Ward Practice"]
    assert (fields["volume"], fields["pages"], fields["year"]) == (["1"], ["123-456"], ["2019"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Ward Practice. 12(3):45-67, 2001 Jan.", ("Ward Practice", "12", "3", "45-67", "2001")),
        ("Ward Practice. Vol.12(3), 2001, pp. 45-67.", ("Ward Practice", "12", "3", "45-67", "2001")),
        ("Ward Practice. 12:e45, 2001.", ("Ward Practice", "12", "", "e45", "2001")),
        ("Wards 2000. 12(3 Suppl):S4-9, 2001 Mar 04", ("Wards 2000", "12", "3 Suppl", "S4-9", "2001")),
        ("Ward Practice", ("Ward Practice", "", "", "", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_ovid_source_lines(source: str, expected: tuple[str, ...]) -> None:
    found = to_source_fields(source)
    assert tuple(found.get(name, "") for name in ("journal", "volume", "issue", "pages", "year")) == expected


def test_ovid_author_lines() -> None:
    assert split_authors(["Smith, Ann B. Jones, C. D."]) == ["Smith, Ann B.", "Jones, C. D."]
    assert split_authors(["Smith AB.  Jones C."]) == ["Smith AB", "Jones C."]
    assert split_authors(["Smith, A; Jones, C"]) == ["Smith, A", "Jones, C"]


def test_endnote_tagged_records_without_a_type_line_are_parted_by_blank_lines() -> None:
    first, second = items(endnote_tagged.READER, "%T Corn\n%A Newman, W. H.\n\n%T Wheat\n%D 1892\n")
    assert first.fields == {"title": ["Corn"], "author": ["Newman, W. H."]}
    assert second.fields == {"title": ["Wheat"], "year": ["1892"]}


def test_chinese_refworks_with_all_authors_in_one_line() -> None:
    fields = entry(refworks.READER, REFWORKS.replace("A1 Okafor,Ngozi\nA1 Lindqvist,Per", "A1 张三;李四;")).fields
    assert fields["author"] == ["张三", "李四"]


@pytest.mark.parametrize(
    ("name", "text", "reader"),
    [
        pytest.param("refs.ris", MEDLINE, medline.READER, id="MEDLINE named .ris"),
        pytest.param("refs.txt", RIS, ris.READER, id="RIS named .txt"),
        pytest.param("refs.ris", "\ufeff" + ENW, endnote_tagged.READER, id="EndNote tagged named .ris with BOM"),
        pytest.param("refs.bib", OVID_WORDS, ovid.READER, id="Ovid named .bib"),
        pytest.param("refs.ris", "FN Clarivate\nVR 1.0\n" + WOS + "EF\n", wos.READER, id="Web of Science named .ris"),
        pytest.param("refs.cgi", "<1>\n" + RIS, ris.READER, id="RIS numbered by Ovid"),
    ],
)
def test_content_counts_more_than_the_name(name: str, text: str, reader: Reader) -> None:
    assert pick_reader(name, text.encode("utf-8")).reader is reader
    assert items(reader, text)


@pytest.mark.parametrize(
    ("head", "line", "tags"),
    [
        ("TI  - a\nAU  - b\n", 1, {"TI", "AU"}),
        ("x\r\nTI  - a\rAU  - b\r\nx AU  - c", 2, {"TI", "AU"}),
        ("a TI  - a\n TI  - b", 0, set()),
        ("", 0, set()),
    ],
)
def test_tags_are_looked_for_at_the_starts_of_lines_however_these_end(head: str, line: int, tags: set[str]) -> None:
    pattern = re.compile(r"(?:^|(?<=[\r\n]))(TI|AU)  - ")
    assert (find_line(pattern, head), find_tags(pattern, head)) == (line, tags)


def test_medline_authors_with_initials_only_are_not_lost_beside_full_names():
    names = (
        "FAU - Okafor, Ngozi\nAU  - Okafor N\nAU  - Lindqvist P\nFAU - Roe, Rita\nAU  - Roe R\nCN  - The Ward Group\n"
    )
    (entry,) = medline.read(f"PMID- 31000001\nTI  - One\n{names}".splitlines(keepends=True))
    assert entry.fields["author"] == ["Okafor, Ngozi", "Lindqvist P", "Roe, Rita", "{The Ward Group}"]
    assert entry.fields["AU"] == ["Okafor N", "Roe R"]


@pytest.mark.parametrize(
    ("kind", "tags", "field", "values"),
    [
        ("Conference Proceedings", "%B Meeting\n%3 Proceedings of Wards\n", "booktitle", ["Proceedings of Wards"]),
        ("Conference Proceedings", "%B Meeting\n%3 Proceedings of Wards\n", "conference", ["Meeting"]),
        ("Conference Proceedings", "%B Meeting\n", "booktitle", ["Meeting"]),
        ("Journal Article", "%B Ward Practice\n%] e104\n", "article_number", ["e104"]),
        ("Generic", "%B Ward Practice\n%V 3\n", "journal", ["Ward Practice"]),
        ("Generic", "%B Ward Practice\n", "title_secondary", ["Ward Practice"]),
    ],
)  # fmt: skip
def test_endnote_tagged_containers(kind, tags, field, values):
    (entry,) = endnote_tagged.read(f"%0 {kind}\n%T One\n{tags}".splitlines(keepends=True))
    assert entry.fields[field] == values


def test_wos_groups_are_bodies_and_early_access_is_a_date():
    (entry,) = wos.read("PT J\nAU Okafor, N\nCA PREVENT Grp\nTI One\nEA MAR 2021\nER\n".splitlines(keepends=True))
    assert entry.fields["author"] == ["Okafor, N", "{PREVENT Grp}"]
    assert entry.fields["date"] == ["MAR 2021"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Ward Medicine. 5 (no pagination), 2018. Article Number: e12. Date of Publication: March 2018.",
         {"journal": "Ward Medicine", "volume": "5", "article_number": "e12", "year": "2018"}),
        ("Ward Medicine. 5(2) (no pagination), 2018.", {"journal": "Ward Medicine", "volume": "5", "issue": "2"}),
        ("Roe, Eva [Ed]; Doe, F. [Ed]. (2015). Handbook of wards, 2nd ed. (pp. 33-55). xii, 315 pp. Lund: House.",
         {"booktitle": "Handbook of wards, 2nd ed", "pages": "33-55", "year": "2015", "editors": "Roe, Eva; Doe, F."}),
    ],
)  # fmt: skip
def test_ovid_sources_without_pages_and_of_chapters(source, found):
    given = to_source_fields(source)
    assert {name: given[name] for name in found} == found
    assert "pagination" not in given.get("issue", "")


def test_ovid_comments_are_other_works_and_the_number_is_pubmeds():
    text = "<1>\nUnique Identifier\n  31000001\nStatus\n  MEDLINE\nComments\n  Comment in: W; PMID: 32000000\n"
    kinds = "Publication Type\n  Journal Article. Research Support, Non-U.S. Gov't. Review.\n"
    (entry,) = ovid.read((text + kinds).splitlines(keepends=True))
    assert entry.fields["pmid"] == ["31000001"]
    assert "note" not in entry.fields
    assert entry.fields["comments"] == ["Comment in: W; PMID: 32000000"]
    assert entry.fields["publication_type"] == ["Journal Article", "Research Support, Non-U.S. Gov't", "Review"]


def test_refworks_legend_and_what_cnki_writes():
    legend = "Refworks Export Tagged Format\nRT Reference Type\nA1 Primary Authors\n\n"
    items = refworks.read(
        f"{legend}RT Book, Section\nT1 One\nIS 03\nvo v.41;No.365\nOP 45-52\n".splitlines(keepends=True)
    )
    fields = next(items).fields
    assert next(items, None) is None
    assert fields == {"type": ["Book Section"], "title": ["One"], "issue": ["03"], "volume": ["41"], "pages": ["45-52"]}


@pytest.mark.parametrize(
    ("tags", "dois"),
    [
        ("DT Book\nD2 10.5555/book\n", ["10.5555/book"]),
        ("DT Article; Book Chapter\nD2 10.5555/book\n", None),
        ("DT Article; Book Chapter\nDI 10.5555/chapter\nD2 10.5555/book\n", ["10.5555/chapter"]),
    ],
)
def test_wos_the_doi_of_a_book_is_not_its_chapters(tags, dois):
    (entry,) = wos.read(f"PT B\nAU Okafor, N\nTI One\n{tags}ER\n".splitlines(keepends=True))
    assert entry.fields.get("doi") == dois
