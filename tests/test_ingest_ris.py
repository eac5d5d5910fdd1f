"""RIS as databases and managers really write it: what they put under C1, C2, C3, C7, L1, T2, and how files break."""

import pytest
from tagged_samples import RIS, entry, items

from corpus.records import Entry, Rejected
from ingest.normalise import to_fields
from ingest.readers import medline, pick_reader, ris


def read(text):
    items = list(ris.read(text.splitlines(keepends=True)))
    assert all(isinstance(item, Entry) for item in items)
    return items


def read_one(tags, kind="JOUR"):
    (entry,) = read(f"TY  - {kind}\nTI  - Quiet wards\n{tags}ER  - \n")
    assert entry.fields["title"] == ["Quiet wards"]
    return entry.fields


@pytest.mark.parametrize(
    ("kind", "tags", "field", "values"),
    [
        pytest.param("JOUR", "DB  - Scopus\nC2  - 31000003\n", "pmid", ["31000003"], id="Scopus, PubMed's number"),
        pytest.param("JOUR", "C3  - PUBMED 31000004,EMBASE 2001000005\n", "pmid", ["31000004"], id="Cochrane"),
        pytest.param("JOUR", "PM  - 31000005\n", "pmid", ["31000005"], id="PM"),
        pytest.param("JOUR", "PMID- 31000006\n", "pmid", ["31000006"], id="a line of MEDLINE's"),
        pytest.param("JOUR", "YR  - 2012\n", "year", ["2012"], id="RefWorks' year"),
        pytest.param("JOUR", "C7  - e1045\n", "article_number", ["e1045"], id="article number"),
        pytest.param("JOUR", "C1  - Full publication date: Dec., 1955\n", "date", ["Dec., 1955"], id="JSTOR, date"),
        pytest.param("JOUR", "AN  - WOS:000000000000001\nC1  - Univ A, City, Land\nC1  - Univ B, City, Land\n",
                     "affiliation", ["Univ A, City, Land", "Univ B, City, Land"], id="Web of Science, addresses"),
        pytest.param("JOUR", "AD  - Ward 7, Lagos\nWard 8, Lund\n", "affiliation", ["Ward 7, Lagos", "Ward 8, Lund"],
                     id="EndNote, addresses"),
        pytest.param("JOUR", "L1  - internal-pdf://1/a.pdf\nL2  - https://b.example/b\nUR  - https://a.example/a\n",
                     "url", ["https://a.example/a", "https://b.example/b"], id="links, the record's own first"),
        pytest.param("CONF", "T2  - Meeting of Wards\nC3  - Proceedings of Wards\n", "booktitle",
                     ["Proceedings of Wards"], id="EndNote and Zotero, proceedings"),
        pytest.param("CONF", "T2  - Meeting of Wards\nC3  - Proceedings of Wards\n", "conference",
                     ["Meeting of Wards"], id="EndNote and Zotero, conference"),
        pytest.param("CPAPER", "AN  - WOS:1\nT2  - Proceedings of Wards\nC3  - Univ A\nCP  - 3rd Meeting of Wards\n",
                     "conference", ["3rd Meeting of Wards"], id="Web of Science, conference"),
        pytest.param("CPAPER", "AN  - WOS:1\nT2  - Proceedings of Wards\nC3  - Univ A\n",
                     "booktitle", ["Proceedings of Wards"], id="Web of Science, C3 is an institution"),
        pytest.param("GEN", "T2  - Ward Practice\nVL  - 3\n", "journal", ["Ward Practice"], id="what has volumes"),
        pytest.param("BLOG", "T2  - The Ward Blog\n", "journal", ["The Ward Blog"], id="blog"),
        pytest.param("JOUR", "AU  - Okafor, Ngozi\n      Lindqvist, Per\n", "author",
                     ["Okafor, Ngozi", "Lindqvist, Per"], id="names below each other, one tag"),
        pytest.param("JOUR", "AU  - Society for the Study of\n      Wards\n", "author",
                     ["Society for the Study of Wards"], id="a wrapped name"),
        pytest.param("JOUR", "AB  - In the\nER - an emergency room -\nthey waited.\n", "abstract",
                     ["In the\nER - an emergency room -\nthey waited."], id="ER is an emergency room"),
    ],
)  # fmt: skip
def test_what_a_tag_holds(kind, tags, field, values):
    assert read_one(tags, kind)[field] == values


def test_a_file_on_somebodys_computer_is_kept_and_is_no_address():
    fields = read_one("L1  - internal-pdf://1/a.pdf\n")
    assert (fields["L1"], "url" in fields) == (["internal-pdf://1/a.pdf"], False)


def test_two_files_joined_without_a_line_end_are_two_records():
    first, second = read("TY  - JOUR\nTI  - One\nER  - TY  - CHAP\nTI  - Two\nER  - ")
    assert (first.fields, first.line) == ({"type": ["JOUR"], "title": ["One"]}, 1)
    assert (second.fields, second.line) == ({"type": ["CHAP"], "title": ["Two"]}, 3)
    assert [entry.fields for entry in read(second.raw)] == [second.fields]


def test_without_er_a_blank_line_starts_a_record_that_has_no_title():
    first, second, third = read(
        "TY  - JOUR\nTI  - One\nPY  - 2001\n\nTY  - RPRT\nPB  - Ward 7\n\nTY  - NEWS\nJF  - N\n"
    )
    assert [entry.fields["type"] for entry in (first, second, third)] == [["JOUR"], ["RPRT"], ["NEWS"]]
    assert to_fields(first).year == 2001


def test_a_line_of_medline_in_a_ris_file_does_not_make_it_medline():
    picked = pick_reader("a.ris", b"TY  - JOUR\nPMID- 31000006\nTI  - One\nER  - \n")
    assert picked.reader.id == "ris"
    picked = pick_reader("a.ris", b"\nPMID- 31000006\nTI  - One\nTY  - JOUR\n")
    assert picked.reader.id == "medline"


@pytest.mark.parametrize("dash", ["\xa0\xa0-\xa0", "  – ", "\xa0 — "], ids=["fixed blanks", "en dash", "em dash"])
def test_tags_pasted_from_a_word_processor(dash):
    text = "TY  - JOUR\nTI  - Überblick – a review\nAU  - Okafor, N\nER  - \n".replace("  - ", dash)
    assert pick_reader("a.txt", text.encode()).reader.id == "ris"
    (entry,) = read(text)
    assert entry.fields == {"type": ["JOUR"], "title": ["Überblick – a review"], "author": ["Okafor, N"]}
    assert entry.raw == text


OTHERS = {
    "medline": "PMID- 31000001\nOWN - NLM\nTI  - Of MEDLINE\n\n",
    "wos": "PT J\nAU Okafor, N\nTI Of Web of Science\nER\n\n",
    "refworks": "RT Journal Article\nA1 Okafor,N\nT1 Of RefWorks\n\n",
    "endnote_tagged": "%0 Journal Article\n%T Of EndNote\n\n",
}


@pytest.mark.parametrize("format", OTHERS)
def test_records_of_another_format_put_behind_are_rejected_one_by_one(format):
    good = "TY  - JOUR\nTI  - {}\nER  - \n\n"
    text = good.format("One") + OTHERS[format] * 2 + good.format("Two")
    assert pick_reader("all.txt", text.encode()).reader.id == "ris"
    one, first, second, two = ris.read(text.splitlines(keepends=True))
    assert (one.fields["title"], two.fields["title"]) == (["One"], ["Two"])
    for rejected in (first, second):
        assert isinstance(rejected, Rejected)
        assert (rejected.raw.strip(), rejected.reason) == (OTHERS[format].strip(), ris.FOREIGN)
    assert (first.line, second.line) == (5, 5 + OTHERS[format].count("\n"))


def test_ris_put_behind_medline_is_rejected_and_what_follows_survives():
    behind = "TY  - JOUR\nTI  - One\n\nAU  - A\nER  - \n"
    again = "TY  - JOUR\nTI  - B\nER  - \n"
    text = f"{OTHERS['medline']}{behind}{again}\n{OTHERS['medline']}"
    one, *rejected, two = medline.read(text.splitlines(keepends=True))
    assert (one.fields["title"], two.fields["title"]) == (["Of MEDLINE"], ["Of MEDLINE"])
    assert [(type(item), item.raw) for item in rejected] == [(Rejected, behind), (Rejected, again)]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        pytest.param(RIS.replace("  - ", " - ") + RIS, 2, id="one blank before the dash"),
        pytest.param(RIS.replace("  -", "-"), 1, id="no blank before the dash"),
        pytest.param(RIS.replace("  - ", "-"), 0, id="no blanks at all"),
        pytest.param(RIS.replace("ER  -\n", "") + RIS.replace("ER  -\n", ""), 2, id="no ER"),
        pytest.param(RIS.replace("ER  -\n", "ER\n") + RIS, 2, id="ER without a dash"),
        pytest.param(RIS + "\r" + RIS, 2, id="lone carriage return before TY"),
        pytest.param("\n".join(("  " + line) for line in RIS.split("\n")), 1, id="every line set in"),
        pytest.param("Record #1 of 2\n" + RIS + "Record #2 of 2\n" + RIS, 2, id="headings"),
        pytest.param("1.\n" + RIS.replace("ER  -\n", "") + "\n2.\n" + RIS, 2, id="numbers and no ER"),
        pytest.param("Provider: Ward\nContent: text/plain\n\n" + RIS + "Link to the full text\n" + RIS, 2, id="junk"),
        pytest.param(RIS.replace("TI  -", "CT  -") + RIS.replace("TI  -", "T1  -"), 2, id="CT and T1"),
    ],
)
def test_flavours_of_ris(text: str, titles: int) -> None:
    found = items(ris.READER, text)
    expected = entry(ris.READER, RIS).fields
    assert [item.fields for item in found] == [expected] * titles


def test_small_letters() -> None:
    small = "\n".join(line[:2].lower() + line[2:] for line in RIS.split("\n"))
    assert entry(ris.READER, small).fields == entry(ris.READER, RIS).fields


def test_a_sentence_that_begins_like_a_tag_goes_on() -> None:
    text = "TY  - JOUR\nTI  - Wards\nAB  - What this\nis - as we saw - is no tag, nor is\nIS-based care\nER  -\n"
    assert entry(ris.READER, text).fields == {
        "type": ["JOUR"],
        "title": ["Wards"],
        "abstract": ["What this\nis - as we saw - is no tag, nor is\nIS-based care"],
    }


def test_keywords_one_a_line() -> None:
    text = "TY  - JOUR\nTI  - Wards\nKW  - noise\nsleep\n    deprivation\nlight\nKW  - night\nER  -\n"
    assert entry(ris.READER, text).fields["keywords"] == ["noise", "sleep deprivation", "light", "night"]


def test_ty_repeated_within_a_record_is_one_record() -> None:
    text = RIS.replace("VL  - 7\n", "VL  - 7\nTY  - JOUR\n").replace("TY  - JOUR\nAU", "TY  - BOOK\nTY  - JOUR\nAU")
    assert entry(ris.READER, text).fields["type"] == ["BOOK", "JOUR", "JOUR"]


def test_a_ris_record_without_ty_is_kept_with_a_warning() -> None:
    first, second, third = items(ris.READER, RIS + RIS.replace("TY  - JOUR\n", "") + RIS)
    assert isinstance(second, Entry)
    assert second.fields["title"] == ["Handover at the bedside"]
    assert second.warnings == ("No TY line: the type of this reference is unknown.",)
    assert first.fields == third.fields


def test_tags_that_belong_to_no_record_are_rejected_where_they_start() -> None:
    _, rejected, last = items(ris.READER, RIS + "KW  - alone\nER  -\n" + RIS)
    assert rejected == Rejected(
        13, "KW  - alone\nER  -\n", "no TY line, title, author, year or DOI: which reference do these tags belong to?"
    )
    assert isinstance(last, Entry)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("JOUR", "journal"), ("CHAP", "booktitle"), ("CONF", "booktitle"), ("BOOK", "series"), ("GEN", "title_secondary")],
)
def test_what_t2_means_depends_on_the_type(kind: str, name: str) -> None:
    fields = entry(ris.READER, f"TY  - {kind}\nTI  - Wards\nT2  - Larger work\nER  - \n").fields
    assert fields == {"type": [kind], "title": ["Wards"], name: ["Larger work"]}


def test_embase_numbers_and_addresses() -> None:
    fields = entry(
        ris.READER,
        "TY  - JOUR\nT1  - Wards\nDB  - Embase\nU2  - L200\nC5  - 3100\nM3  - 10.5555/x\n"
        "M1  - (Okafor N.) Lagos, Nigeria\nER  - \n",
    ).fields
    assert fields["accession"] == ["L200"]
    assert fields["pmid"] == ["3100"]
    assert fields["doi"] == ["10.5555/x"]
    assert fields["affiliation"] == ["(Okafor N.) Lagos, Nigeria"]
