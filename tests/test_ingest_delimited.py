"""Tables: any separator and heading, cells with line breaks, and one bad row costs itself only."""

import random

import pytest

from corpus.records import Entry, Rejected
from ingest.normalise import to_fields
from ingest.readers import delimited
from ingest.readers.delimited_columns import fold_heading, to_columns

HEADER = "Title,Authors,Year,DOI"
ROW = '"A good row, with comma","Smith, J; Doe, A",2001,10.1234/good'


def read(text):
    return list(delimited.read(text))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("before", ["", "sep=;\n", "Export of 3 records\n\n"], ids=["", "Excel's line", "junk above"])
def test_separators_and_lines_above_the_header(separator, before):
    table = [["Title", "Authors", "Year"], ["One", "Smith J", "2001"], ["Two", "Doe A", "2002"]]
    items = read(before + "".join(separator.join(row) + "\n" for row in table))
    assert [dict(item.fields) for item in items] == [
        {"title": ["One"], "author": ["Smith J"], "year": ["2001"]},
        {"title": ["Two"], "author": ["Doe A"], "year": ["2002"]},
    ]
    assert [item.line for item in items] == [before.count("\n") + 2, before.count("\n") + 3]


def test_raw_is_a_file_of_its_own():
    first, second = read(f'{HEADER}\n"Line one\nline two",Smith J,2001,\n{ROW}\n')
    assert first.raw == f'{HEADER}\n"Line one\nline two",Smith J,2001,'
    assert (first.fields["title"], first.line, second.line) == (["Line one\nline two"], 2, 4)
    assert [dict(e.fields) for e in read(second.raw)] == [dict(second.fields)]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Publication Year", "year"), ("publication_year", "year"), ("PUBLICATION-YEAR", "year"),
        ("Published Year", "year"), ("PubYear", "year"), ("Año de publicación", "year"), ("Jahr", "year"),
        ("Année", "year"), ("Ano", "year"), ("Author(s)", "author"), ("Author/s", "author"), ("Autoren", "author"),
        ("Auteurs", "author"), ("authorships.author.display_name", "author"), ("Author full names", "author_full"),
        ("Document Title", "title"), ("Título", "title"), ("Titre", "title"), ("Titel", "title"), ("标题", "title"),
        ("Journal/Book", "journal"), ("Source title", "journal"), ("Publication Title", "journal"),
        ("Revista", "journal"), ("Zeitschrift", "journal"), ("ISSNs", "issn"), ("pubmed_id", "pmid"),
        ("Author Keywords", "keywords"), ("Index Keywords", "mesh"), ("MeSH Terms", "mesh"), ("Pagination", "pages"),
        ("Art. No.", "article_number"), ("Covidence #", "Covidence #"), ("label_included", "label_included"),
        ("", "column 1"),
    ],
)  # fmt: skip
def test_headings(heading, column):
    assert to_columns([heading]) == (column,)


def test_two_letter_headings_count_only_among_tags():
    assert to_columns(["TI", "AU", "PY", "SO", "DI"]) == ("title", "author", "year", "journal", "doi")
    assert to_columns(["Name", "No", "Ti"]) == ("Name", "No", "Ti")
    assert to_columns(["TI", "AU", "BP", "EP", "SP"])[4] == "SP"
    assert fold_heading("Año de publicación") == fold_heading("ANO DE PUBLICACION")


def test_repeated_headers_and_blank_rows_are_no_items_and_junk_is_named():
    items = read(f"{HEADER}\n{ROW}\n{HEADER}\n\n,,,\nPage 1 of 3\n---,---,,\n{ROW}\n")
    assert [type(item) for item in items] == [Entry, Rejected, Rejected, Entry]
    assert (items[1].line, items[1].reason) == (6, "one cell where the header has 4")
    assert (items[2].line, items[2].reason) == (7, "no title, author, identifier, journal or year in this row")
    assert items[2].raw == f"{HEADER}\n---,---,,"


def test_a_table_without_a_title_is_still_read():
    [item] = read("doi,year,notes\n10.1234/x,2020,hello\n")
    assert dict(item.fields) == {"doi": ["10.1234/x"], "year": ["2020"], "note": ["hello"]}


def test_a_table_of_something_else_says_which_columns_it_has():
    items = read("plot,species,height\n1,oak,20\n2,elm,12\n")
    assert [item.line for item in items] == [2, 3]
    assert all(isinstance(item, Rejected) for item in items)
    assert items[0].reason.startswith('no column was recognised among "plot", "species", "height"')
    assert items[0].raw == "plot,species,height\n1,oak,20"


def test_unknown_columns_keep_their_heading_and_na_stays_na():
    [item] = read("Title,Country,My code\nNurses,NA,null\n")
    assert dict(item.fields) == {"title": ["Nurses"], "country": ["NA"], "My code": ["null"]}


def test_more_cells_than_columns_are_kept_and_said():
    [item] = read(f"{HEADER}\nNurses, doctors,Smith J,2001,10.1234/x\n")
    assert item.fields["column 5"] == ["10.1234/x"]
    assert item.warnings == ("5 cells where the header has 4: is a separator in a cell without quotation marks?",)


@pytest.mark.parametrize(
    ("bad", "title"),
    [
        pytest.param('"No end, Smith J,2001,', "No end", id="opening mark only"),
        pytest.param('A 5" tube,Smith J,2001,', 'A 5" tube', id="inches"),
        pytest.param('"He said "no" twice",Smith J,2001,', None, id="marks not doubled"),
        pytest.param("Short", None, id="one cell"),
    ],
)
def test_a_stray_mark_costs_its_own_row_only(bad, title):
    items = read(f"{HEADER}\n{ROW}\n{bad}\n{ROW}\n{ROW}\n")
    assert len(items) == 4
    assert [items[i].raw for i in (0, 2, 3)] == [f"{HEADER}\n{ROW}"] * 3
    assert items[1].raw == f"{HEADER}\n{bad}"
    if title:
        assert items[1].fields["title"] == [title]


def test_marks_in_tab_separated_titles_are_part_of_the_title():
    first, second = read('TI\tAU\tPY\tSO\n"Not my job": nurses\tSmith, J\t2001\tBMJ\nTwo "\tDoe, A\t2002\tBMJ\n')
    assert first.fields["title"] == ['"Not my job": nurses']
    assert second.fields["title"] == ['Two "']


def test_marks_escaped_by_backslash():
    [item] = read('title,authors,year\n"She said \\"no\\", twice",Smith J,2001\n')
    assert item.fields["title"] == ['She said "no", twice']


def test_a_cell_may_be_larger_than_the_csv_module_allows():
    [item] = read(f'title,abstract\nOne,"{"x" * 500_000}"\n')
    assert len(item.fields["abstract"][0]) == 500_000


def test_a_row_that_is_too_long_is_refused():
    rejected, good = read(f"{HEADER}\n{'x' * 3_000_000}\n{ROW}\n")
    assert rejected.reason == "longer than 2,000,000 characters"
    assert good.fields["doi"] == ["10.1234/good"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Title;Autores;Año\nUno;Pérez;2001\n", 'a table (semicolons) with columns such as "Title", "Autores", "Año"'),
        ("title\nOne\n", 'a table (one column) with the column "title"'),
        ("a,b,c\n1,2,3\n", None),
        ("Dear all,\nI write about the title, and the year, of your book.\n", None),
        ("", None),
    ],
)
def test_what_looks_like_a_table_of_references(text, why):
    assert delimited.READER.looks_like(text) == why


def test_damage_never_raises_and_spares_the_other_rows():
    rows = [f'"Title {i}, ""quoted""\nsecond line","Smith, J; Doe, A",{2000 + i},10.1234/x{i}' for i in range(7)]
    whole = {e.raw: dict(e.fields) for e in read("\n".join([HEADER, *rows]))}
    assert len(whole) == 7
    draw = random.Random(2)
    for _ in range(300):
        middle = rows[3]
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(middle))
            middle = (
                middle[:at]
                + draw.choice(['"', ",", "\n", ";", "", "x", '""', "\t"])
                + middle[at + draw.randint(0, 2) :]
            )
            middle = middle or "x"
        items = read("\n".join([HEADER, *rows[:3], middle, *rows[4:]]))
        found = {item.raw: dict(item.fields) for item in items if isinstance(item, Entry)}
        for row in (*rows[:3], *rows[5:]):
            assert found[f"{HEADER}\n{row}"] == whole[f"{HEADER}\n{row}"], middle
        for item in items:
            if isinstance(item, Entry):
                to_fields(item)


@pytest.mark.parametrize(
    ("citation", "place"),
    [
        ("Ward Pract. 2019 Mar;12(3):10-19. doi: 10.5555/a.", {"volume": "12", "issue": "3", "pages": "10-19"}),
        ("BMJ. 2020 Jan 5;368:l12.", {"volume": "368", "pages": "l12"}),
        ("Ward Pract. 2021 Mar 3:104973. doi: 10.5555/a. Online ahead of print.", {"pages": "104973"}),
        ("Ward Pract. 2018;5 Suppl 1(Suppl 1):S1-S9.", {"volume": "5 Suppl 1", "issue": "Suppl 1", "pages": "S1-S9"}),
        ("Something else", {}),
    ],
)
def test_pubmeds_citation_gives_volume_issue_and_pages(citation, place):
    (item,) = read(f'PMID,Title,Citation,Journal/Book\n31000001,One,"{citation}",Ward Pract\n')
    assert {name: item.fields[name] for name in item.fields if name in ("volume", "issue", "pages")} == {
        name: [value] for name, value in place.items()
    }
    assert item.fields["Citation"] == [citation]


def test_source_is_the_journal_only_where_volumes_have_no_other():
    assert to_columns(["Title", "Source", "Volume"]) == ("title", "journal", "volume")
    assert to_columns(["Title", "Source", "Year"]) == ("title", "source", "year")
    assert to_columns(["Title", "Source title", "Source", "Volume"]) == ("title", "journal", "source", "volume")


def test_the_source_line_of_embase_is_taken_apart():
    (item,) = read('Title,Source\nOne,"Ward Practice (2019) 12:3 (10-19). Date of Publication: 1 Mar 2019"\n')
    assert to_fields(item).venue is None
    (item,) = read('Title,Journal\nOne,"Ward Practice (2019) 12:3 (10-19). Date of Publication: 1 Mar 2019"\n')
    assert {name: item.fields[name] for name in ("journal", "year", "volume", "issue", "pages")} == {
        "journal": ["Ward Practice"], "year": ["2019"], "volume": ["12"], "issue": ["3"], "pages": ["10-19"]
    }  # fmt: skip
    (item,) = read("Title,Journal\nOne,Proceedings of Wards (2019)\n")
    assert item.fields["journal"] == ["Proceedings of Wards (2019)"]


def test_a_row_of_totals_is_no_reference():
    first, total, last = read("Title,Authors,Year\nOne,Doe J,2001\nTotal:,120,\nTotal burnout,Roe R,2002\n")
    assert (first.fields["title"], last.fields["title"]) == (["One"], ["Total burnout"])
    assert isinstance(total, Rejected) and total.reason == "a row of totals: it names no reference"


def test_a_formula_that_only_keeps_a_text_a_text_is_that_text():
    (item,) = read('Title;DOI\n"=""2001: a year""";="10.5555/a"\n')
    assert item.fields == {"title": ["2001: a year"], "doi": ["10.5555/a"]}


def test_an_odd_quotation_mark_is_told_even_where_the_cells_come_out_right():
    item = read('Title,Authors,Year,Abstract\n"A mark too many,"Roe, R",2002,"Text"\n' + "Two,Doe J,2003,Text\n")[0]
    assert item.warnings == ("a quotation mark in this row is never closed",)


@pytest.mark.parametrize("heading", ["Group Authors", "CA"])
def test_bodies_in_web_of_science_tables_are_authors_too(heading):
    headings = f"AU\tAF\tTI\tSO\tPY\t{heading}\n"
    (item,) = read(headings + "Okafor, N\tOkafor, Ngozi\tOne\tWard\t2001\tPREVENT Grp; Wards United\n")
    assert [(a.family, a.corporate) for a in to_fields(item).authors] == [
        ("Okafor", False), ("PREVENT Grp", True), ("Wards United", True)
    ]  # fmt: skip
    assert to_fields(item).authors[0].given == "Ngozi"


def test_the_authors_of_a_book_stand_in_where_a_table_has_no_others():
    book, chapter = read("Authors,Book Authors,Article Title\n,Okafor N,One\nRoe R,Okafor N,Two\n")
    assert (book.fields["author"], chapter.fields["author"]) == (["Okafor N"], ["Roe R"])
    assert chapter.fields["Book Authors"] == ["Okafor N"]


def test_another_table_below_the_first_has_its_own_columns():
    first = "Title,Authors,Year,Notes\nOne,Doe J,2001,x\n"
    second = "PMID,Title,Authors,Journal/Book,Own column\n31000001,Two,Roe R,Ward Pract,y\n"
    one, two, three = read(first + "\n" + second + first.replace("One", "Three"))
    assert one.fields == {"title": ["One"], "author": ["Doe J"], "year": ["2001"], "note": ["x"]}
    assert two.fields == {
        "pmid": ["31000001"], "title": ["Two"], "author": ["Roe R"], "journal": ["Ward Pract"], "Own column": ["y"]
    }  # fmt: skip
    assert three.fields["title"] == ["Three"]
    assert [dict(item.fields) for item in read(two.raw)] == [two.fields]


def test_a_title_that_is_a_heading_is_no_row_of_headings():
    one, two = read("Title,Authors,Year,Keywords\nAbstract,Editor A,2001,Language\nAuthors,,,\n")
    assert (one.fields["title"], two.fields["title"]) == (["Abstract"], ["Authors"])
