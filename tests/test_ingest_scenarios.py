"""A librarian's first day: what people drop on us, and what it must come to. Then files made to do harm."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.store import Corpus, Import
from ingest import archives
from ingest.pipeline import Upload, ingest
from ingest.readers import decoding
from ingest.rules import open_corpus

LAKES = Path(__file__).parent / "cases" / "framework-lakes"
COUNTS = ("found", "new", "merged", "held", "rejected")

# Each a work of its own: title, family and given name, year, journal.
WORKS = (
    ("Dredging and phosphorus in a shallow lake", "Vesterholm", "Ida", 2001, "Invented Limnology"),
    ("Aeration of two deep lakes after eutrophication", "Ekwueme", "Obi", 2004, "Water Practice"),
    ("Fish removal and the return of water plants", "Marchetti", "Lia", 2007, "Pond Science"),
    ("Riparian buffer strips around farm ponds", "Oyelaran", "Tunde", 2010, "Invented Limnology"),
    ("A survey of anglers on three reservoirs", "Brandvold", "Siri", 2013, "Leisure Waters"),
    ("Alum dosing against internal loading", "Castellan", "Hugo", 2016, "Water Practice"),
    ("Seed banks of drained marshes", "Nakagawa", "Rei", 2019, "Wetland Letters"),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with open_corpus(tmp_path / "c.sqlite", LAKES, create=True) as opened:
        yield opened
        assert opened.check() == []


def add(corpus: Corpus, *files: tuple[str, str | bytes], **how: Any) -> Import:
    done = ingest([Upload(n, t if isinstance(t, bytes) else t.encode()) for n, t in files], corpus, **how)
    for row in ({name: getattr(file, name) for name in COUNTS} for file in done.files):
        assert row["found"] == row["new"] + row["merged"] + row["held"] + row["rejected"]
    return done


def titles(corpus: Corpus) -> list[str]:
    return sorted(record.title or "" for record in corpus.records())


def bibtex(n: int) -> str:
    title, family, given, year, journal = WORKS[n]
    return (
        f"@article{{w{n}, author = {{{family}, {given}}}, title = {{{title}}}, year = {{{year}}}, "
        f"journal = {{{journal}}}, doi = {{10.5555/lake.{n}}}}}\n"
    )


def ris(n: int, end: str = "ER  - \n\n") -> str:
    title, family, given, year, journal = WORKS[n]
    return (
        f"TY  - JOUR\nAU  - {family}, {given}\nTI  - {title}\nT2  - {journal}\nPY  - {year}\n"
        f"DO  - 10.5555/lake.{n}\n{end}"
    )


def medline(n: int) -> str:
    title, family, given, year, journal = WORKS[n]
    return (
        f"PMID- 3100000{n}\nOWN - NLM\nTI  - {title}.\nFAU - {family}, {given}\nAU  - {family} {given[0]}\n"
        f"DP  - {year}\nJT  - {journal}\nLID - 10.5555/lake.{n} [doi]\n\n"
    )


def wos(n: int) -> str:
    title, family, given, year, journal = WORKS[n]
    return (
        f"PT J\nAU {family}, {given[0]}\nAF {family}, {given}\nTI {title}\nSO {journal.upper()}\nPY {year}\n"
        f"DI 10.5555/lake.{n}\nUT WOS:00000000000000{n}\nER\n\n"
    )


def endnote_xml(n: int) -> str:
    title, family, given, year, journal = WORKS[n]
    return (
        '<record><ref-type name="Journal Article">17</ref-type><contributors><authors><author>'
        f"{family}, {given}</author></authors></contributors><titles><title><style>{title}</style></title>"
        f"<secondary-title>{journal}</secondary-title></titles><dates><year>{year}</year></dates>"
        f"<electronic-resource-num>10.5555/lake.{n}</electronic-resource-num></record>"
    )


def scopus(n: int) -> str:
    title, family, given, year, journal = WORKS[n]
    return f'"{family}, {given[0]}.","{title}","{year}","{journal}","10.5555/lake.{n}","2-s2.0-850000{n}"\n'


SCOPUS = '"Authors","Title","Year","Source title","DOI","EID"\n'


def csl(n: int) -> dict[str, Any]:
    title, family, given, year, journal = WORKS[n]
    return {
        "id": f"w{n}",
        "type": "article-journal",
        "title": title,
        "author": [{"family": family, "given": given}],
        "issued": {"date-parts": [[year]]},
        "container-title": journal,
        "DOI": f"10.5555/lake.{n}",
    }


def test_seven_exports_at_once_with_no_menu_to_choose_from(corpus: Corpus) -> None:
    """Each file holds its own work and the one before it, so six of fourteen items are duplicates."""
    pairs = [(n, max(n - 1, 0)) for n in range(7)]
    done = add(
        corpus,
        ("scholar.bib", "".join(map(bibtex, pairs[0][:1]))),
        ("embase.txt", "".join(map(ris, pairs[1]))),
        ("pubmed.ris", "".join(map(medline, pairs[2]))),  # MEDLINE tags under another name
        ("savedrecs.txt", "FN Clarivate Analytics Web of Science\nVR 1.0\n" + "".join(map(wos, pairs[3])) + "EF\n"),
        ("library.xml", "<xml><records>" + "".join(map(endnote_xml, pairs[4])) + "</records></xml>"),
        ("scopus.xls", SCOPUS + "".join(map(scopus, pairs[5]))),  # a table under another name
        ("zotero.json", json.dumps([csl(n) for n in pairs[6]])),
    )
    assert [file.format for file in done.files] == [
        "bibtex", "ris", "medline", "wos", "endnote_xml", "delimited", "csl_json"
    ]  # fmt: skip
    assert [file.error for file in done.files] == [None] * 7
    assert [(file.found, file.new, file.merged) for file in done.files] == [(1, 1, 0)] + [(2, 1, 1)] * 6
    assert done.totals == {"found": 13, "new": 7, "merged": 6, "held": 0, "rejected": 0}
    assert titles(corpus) == sorted(work[0] for work in WORKS)
    assert {r.title: (str(r.authors[0]), r.year, r.doi) for r in corpus.records()} == {
        title: (f"{family}, {given}", year, f"10.5555/lake.{n}")
        for n, (title, family, given, year, _) in enumerate(WORKS)
    }


def test_a_thousand_good_entries_and_two_broken_ones(corpus: Corpus) -> None:
    good = [
        f"@article{{k{n}, author = {{Name{n % 97}, Ada}}, title = {{Pond number {n} and its reeds}}, year = {{2001}}, "
        f"doi = {{10.5555/pond.{n}}}}}\n"
        for n in range(1000)
    ]
    text = "".join([*good[:300], "@article{bad1, title = {Never closed\n", *good[300:700], "@book{bad2\n", *good[700:]])
    done = add(corpus, ("refs.bib", text))
    assert done.totals == {"found": 1002, "new": 1000, "merged": 0, "held": 0, "rejected": 2}
    assert [(r.line, r.raw.split("\n")[0]) for r in done.files[0].rejects] == [
        (301, "@article{bad1, title = {Never closed"),
        (702, "@book{bad2"),
    ]
    assert all(r.reason for r in done.files[0].rejects)
    assert len(corpus.records()) == 1000


def test_the_same_file_twice_and_then_its_endnote_export_adds_nothing(corpus: Corpus) -> None:
    text = "".join(map(bibtex, range(7)))
    assert add(corpus, ("refs.bib", text)).totals["new"] == 7
    assert add(corpus, ("again.bib", text)).totals == {"found": 7, "new": 0, "merged": 7, "held": 0, "rejected": 0}
    exported = "<xml><records>" + "".join(map(endnote_xml, range(7))) + "</records></xml>"
    assert add(corpus, ("My library.xml", exported)).totals == {
        "found": 7, "new": 0, "merged": 7, "held": 0, "rejected": 0
    }  # fmt: skip
    for record in corpus.records():
        origins = corpus.origins(record)
        assert [(o.file, o.format) for o in origins] == [
            ("refs.bib", "bibtex"), ("again.bib", "bibtex"), ("My library.xml", "endnote_xml")
        ]  # fmt: skip


def test_a_semicolon_table_in_windows_1252(corpus: Corpus) -> None:
    text = (
        "Titel;Autoren;Jahr;Zeitschrift\n"
        "Über die Entschlammung flacher Seen – ein Überblick;Müller, Jörg;2009;Gewässer\n"
        "Évaluation d’un étang à Liège;Lefèvre, Zoé;2011;Étangs\n"
    )
    done = add(corpus, ("export.csv", text.encode("cp1252")))
    assert (done.files[0].encoding, done.files[0].replaced) == ("windows-1252", 0)
    assert done.totals["new"] == 2
    found = {r.title: (str(r.authors[0]), r.year, r.venue) for r in corpus.records()}
    assert found == {
        "Über die Entschlammung flacher Seen – ein Überblick": ("Müller, Jörg", 2009, "Gewässer"),
        "Évaluation d’un étang à Liège": ("Lefèvre, Zoé", 2011, "Étangs"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_titles_in_arabic_chinese_and_cyrillic(corpus: Corpus, encoding: str) -> None:
    said = {
        "استعادة البحيرات الضحلة": "حسن",
        "浅水湖泊的修复研究": "王",
        "Восстановление мелководных озёр": "Иванова",
    }
    text = "".join(
        f"TY  - JOUR\nAU  - {family}\nTI  - {title}\nPY  - 2015\nER  - \n\n" for title, family in said.items()
    )
    done = add(corpus, ("refs.ris", text.encode(encoding)))
    assert done.totals["new"] == 3
    assert done.files[0].replaced == 0
    assert {r.title: r.authors[0].family for r in corpus.records()} == said


def test_a_table_with_a_repeated_header_and_a_junk_row(corpus: Corpus) -> None:
    header = "Title,Authors,Year\n"
    text = (
        f"{header}{WORKS[0][0]},Vesterholm I.,2001\n{header}{WORKS[1][0]},Ekwueme O.,2004\nend of page 1\n"
        f"{WORKS[2][0]},Marchetti L.,2007\n"
    )
    done = add(corpus, ("joined.csv", text))
    assert done.totals == {"found": 4, "new": 3, "merged": 0, "held": 0, "rejected": 1}
    (junk,) = done.files[0].rejects
    assert (junk.line, junk.raw.split("\n")[-1]) == (5, "end of page 1")
    assert titles(corpus) == sorted(work[0] for work in WORKS[:3])


def test_a_medline_file_cut_off_in_mid_record_keeps_what_was_read(corpus: Corpus) -> None:
    whole = "".join(map(medline, range(3)))
    cut = whole[: whole.index("FAU - Marchetti") + len("FAU - Marche")]
    done = add(corpus, ("pubmed.txt", cut))
    assert done.totals == {"found": 3, "new": 3, "merged": 0, "held": 0, "rejected": 0}
    last = next(r for r in corpus.records() if r.pmid == "31000002")
    assert (last.title, last.authors[0].family, last.year) == (WORKS[2][0], "Marche", None)


def test_a_scopus_table_with_line_breaks_inside_titles(corpus: Corpus) -> None:
    text = SCOPUS + "".join(scopus(n).replace(" and ", "\r\nand ").replace(" of ", "\nof ") for n in range(7))
    done = add(corpus, ("scopus.csv", text))
    assert done.totals == {"found": 7, "new": 7, "merged": 0, "held": 0, "rejected": 0}
    assert titles(corpus) == sorted(work[0] for work in WORKS)
    assert {accession for r in corpus.records() for accession in r.accession} == {
        f"SCOPUS:2-s2.0-850000{n}" for n in range(7)
    }


@pytest.mark.parametrize("end", ["", "\n", "\r"], ids=["nothing between", "a blank line", "a lone carriage return"])
def test_a_ris_file_with_no_er(corpus: Corpus, end: str) -> None:
    done = add(corpus, ("refs.ris", "".join(ris(n, end) for n in range(7))))
    assert done.totals == {"found": 7, "new": 7, "merged": 0, "held": 0, "rejected": 0}
    assert titles(corpus) == sorted(work[0] for work in WORKS)


def test_an_empty_file_and_a_pdf_renamed_bib_are_rows_with_a_sentence(corpus: Corpus) -> None:
    done = add(corpus, ("empty.ris", b""), ("talk.bib", b"%PDF-1.7\n\x00\xff stream"), ("good.bib", bibtex(0)))
    assert [file.found for file in done.files] == [0, 0, 1]
    assert "the file is empty" in (done.files[0].error or "")
    assert "this is a PDF" in (done.files[1].error or "")
    assert titles(corpus) == [WORKS[0][0]]


# Files made to do harm: each is refused with a sentence or costs only itself, and the file beside it is in. That none
# of them takes long shows in how long these tests take; sizes are cut down where size is not the point.

SMALL_LINE = 2_000_000


def one_long_line() -> bytes:
    return b"@article{a, title = {" + b"A pond. " * (SMALL_LINE // 8) + b"}}"


def many_braces() -> bytes:
    return b"@article{a, title = {" + b"{" * 10_000 + b"Pond" + b"}" * 10_000 + b"}, year = {2001}}\n"


def open_braces() -> bytes:
    return b"@article{a, title = " + b"{" * 10_000 + b"\n"


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("refs.bib", b" " * 60_000_000)
    return packed.getvalue()


def deep_json() -> bytes:
    return b'[{"id": "1", "type": "book", "title": "Pond", "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}]"


def deep_xml() -> bytes:
    inner = b"<style>" * 10_000 + b"Pond" + b"</style>" * 10_000
    return b"<xml><records><record><titles><title>" + inner + b"</title></titles></record></records></xml>"


LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE xml [<!ENTITY a "pond">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>\n<xml><records><record><titles><title>&i;</title></titles></record></records></xml>"
).encode()

HARMFUL = [
    pytest.param("line.bib", one_long_line, "longer than 2,000,000 characters", id="an entry of one long line"),
    pytest.param(
        "line.ris",
        lambda: b"TY  - JOUR\nTI  - Pond\nAB  - " + b"A pond. " * (SMALL_LINE // 8) + b"\nER  - \n",
        "longer than 2,000,000 characters",
        id="an abstract of one long line",
    ),
    pytest.param(
        "line.json",
        lambda: json.dumps([{"id": "1", "type": "book", "title": "A pond. " * (SMALL_LINE // 8)}]).encode(),
        "longer than 2,000,000 characters",
        id="JSON of one long line",
    ),
    pytest.param("closed.bib", many_braces, "", id="10,000 levels of braces, closed"),
    pytest.param("open.bib", open_braces, "never closed", id="10,000 levels of braces, open"),
    pytest.param("refs.zip", bomb, "unpacks to more than 50 MB", id="zip bomb"),
    pytest.param("refs.bib.gz", lambda: gzip.compress(b" " * 60_000_000), "unpacks to more than", id="gzip bomb"),
    pytest.param("deep.json", deep_json, "nested too deep", id="10,000 levels of JSON"),
    pytest.param("deep.xml", deep_xml, "nested more than", id="10,000 levels of XML"),
    pytest.param("laughs.xml", lambda: LAUGHS, "", id="XML entity bomb"),
]


@pytest.mark.parametrize(("name", "make", "sentence"), HARMFUL)
def test_harmful_files_cost_only_themselves(corpus: Corpus, name: str, make: Any, sentence: str) -> None:
    done = add(corpus, (name, make()), ("good.bib", bibtex(0)))
    told = " ".join([done.files[0].error or "", *(r.reason for r in done.files[0].rejects)])
    assert sentence in told
    assert done.files[-1].new == 1
    assert WORKS[0][0] in titles(corpus)
    assert all(len(record.title or "") < 1_000 for record in corpus.records())


def test_an_entity_a_file_declares_for_itself_is_not_expanded(corpus: Corpus) -> None:
    add(corpus, ("laughs.xml", LAUGHS))
    assert not any("pondpond" in title for title in titles(corpus))


def test_a_line_over_the_limit_is_refused_with_its_number(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_LINE", 50_000)
    done = add(corpus, ("refs.ris", ris(0) + "TI  - " + "pond " * 20_000 + "\n"), ("good.bib", bibtex(1)))
    assert "line 9 is longer than 50,000 characters" in (done.files[0].error or "")
    assert (done.files[0].encoding, done.files[0].new) == ("utf-8", 1)  # what came before it is kept
    assert titles(corpus) == sorted(work[0] for work in WORKS[:2])


def test_an_archive_may_hold_much_if_it_is_not_packed_too_tightly(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.bib", bibtex(0))
        archive.writestr("two.bib", " " * 2_000)
    done = add(corpus, ("all.zip", packed.getvalue()), ("good.bib", bibtex(1)))
    assert "unpacks to more than" in (done.files[0].error or "")
    assert titles(corpus) == [WORKS[1][0]]


def test_a_large_file_is_read_in_batches(corpus: Corpus, tmp_path: Path) -> None:
    """Four batches, each told; the rest is added too."""
    path = tmp_path / "large.ris"
    with path.open("w", encoding="utf-8") as out:
        for n in range(2_010):
            out.write(
                f"TY  - JOUR\nAU  - Name{n}, A\nTI  - Pond number {n}\nPY  - {1950 + n % 70}\nSP  - {n}\nER  - \n\n"
            )
    told: list[int] = []

    def progress(what: str, done: int, of: int) -> None:
        if what.startswith("reading"):
            told.append(done)

    done = ingest([path], corpus, accept=False, progress=progress)
    assert done.totals["found"] == 2_010
    assert told == list(range(500, 2_001, 500))
