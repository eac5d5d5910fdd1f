"""Reading lists: three styles held against references written by hand, parts, who is left out, and what is escaped."""

from pathlib import Path

import pytest

from corpus.__main__ import main
from corpus.errors import LacunaError, UnknownIdError
from corpus.export import Coded
from corpus.export.reading_list import LISTS, build_list, save_list, write_html, write_markdown, write_text
from corpus.export.styles import STYLES, to_link, to_text
from corpus.framework import Framework, load_framework
from corpus.records import Assignment, Author, Record

TOY = load_framework(Path(__file__).parent / "cases" / "framework-toy")


def coded(mark: str = "", tags: tuple[tuple[str, str], ...] = (), **fields: object) -> Coded:
    record = Record(id=str(fields.pop("id", "00")), entries=("00",), **fields)  # type: ignore[arg-type]
    return Coded(record, tuple(Assignment(facet, tag) for facet, tag in tags), mark)


def people(n: int) -> tuple[Author, ...]:
    return tuple(Author(f"Name{i}", "Ada B." if i == 1 else "Ada") for i in range(1, n + 1))


ARTICLE = {
    "title": "Pay of porters",
    "authors": (Author("van der Berg", "Jan-Piet"), Author("Osei", "AK")),
    "year": 2019, "venue": "Journal of Rank", "volume": "12", "issue": "3", "pages": "101-119", "doi": "10.5555/a<b>c",
    "type": "article",
}  # fmt: skip
CHAPTER = {"title": "Night shifts?", "authors": (Author("Lund", "Kari"),), "year": 2001, "venue": "The Book of Shifts",
           "pages": "7-9", "type": "chapter"}  # fmt: skip
REPORT = {"title": "Porters in numbers", "authors": (Author("Union of Porters", corporate=True),), "type": "report",
          "url": "https://example.org/r"}  # fmt: skip


@pytest.mark.parametrize(
    ("style", "fields", "expected"),
    [
        ("vancouver", ARTICLE, "van der Berg JP, Osei AK. Pay of porters. Journal of Rank. 2019;12(3):101-119. "
                               "doi:10.5555/a<b>c"),
        ("apa", ARTICLE, "van der Berg, J.-P., & Osei, A. K. (2019). Pay of porters. Journal of Rank, 12(3), 101–119. "
                         "https://doi.org/10.5555/a%3Cb%3Ec"),
        ("harvard", ARTICLE, "van der Berg, J.-P. and Osei, A.K. (2019) ‘Pay of porters’, Journal of Rank, 12(3), "
                             "pp. 101–119. Available at: https://doi.org/10.5555/a%3Cb%3Ec."),
        ("vancouver", CHAPTER, "Lund K. Night shifts? In: The Book of Shifts. 2001. p. 7-9."),
        ("apa", CHAPTER, "Lund, K. (2001). Night shifts? In The Book of Shifts (pp. 7–9)."),
        ("harvard", CHAPTER, "Lund, K. (2001) ‘Night shifts?’, in The Book of Shifts, pp. 7–9."),
        ("vancouver", REPORT, "Union of Porters. Porters in numbers. Available from: https://example.org/r"),
        ("apa", REPORT, "Union of Porters. (n.d.). Porters in numbers. https://example.org/r"),
        ("harvard", REPORT, "Union of Porters (n.d.) Porters in numbers. Available at: https://example.org/r."),
        ("vancouver", {"title": "Alone"}, "Alone."),
        ("apa", {"title": "Alone"}, "Alone. (n.d.)."),
        ("harvard", {"title": "Alone"}, "Alone (n.d.)."),
        ("apa", {}, "Without a title. (n.d.)."),
        ("vancouver", {"title": "夜班", "authors": (Author("王", "芳"),), "year": 2018}, "王芳. 夜班. 2018."),
        ("apa", {"title": "Ночь", "authors": (Author("Петрова", "Анна Ильинична"),), "year": 2018},
         "Петрова, А. И. (2018). Ночь."),
        ("harvard", {"title": "ليل", "authors": (Author("حسن", "ليلى"),), "year": 2018}, "حسن ليلى (2018) ليل."),
    ],
)  # fmt: skip
def test_a_reference_is_written_as_the_style_wants(style: str, fields: dict[str, object], expected: str) -> None:
    assert to_text(STYLES[style].write(coded(**fields))) == expected


@pytest.mark.parametrize(
    ("style", "n", "cut", "expected"),
    [
        ("vancouver", 6, False, "Name1 AB, Name2 A, Name3 A, Name4 A, Name5 A, Name6 A. T."),
        ("vancouver", 7, False, "Name1 AB, Name2 A, Name3 A, Name4 A, Name5 A, Name6 A, et al. T."),
        ("vancouver", 1, True, "Name1 AB, et al. T."),
        ("apa", 2, True, "Name1, A. B., Name2, A., et al. (n.d.). T."),
        ("harvard", 3, False, "Name1, A.B., Name2, A. and Name3, A. (n.d.) T."),
        ("harvard", 4, False, "Name1, A.B. et al. (n.d.) T."),
        ("harvard", 1, True, "Name1, A.B. et al. (n.d.) T."),
    ],
)
def test_long_author_lists_are_cut_by_the_style(style: str, n: int, cut: bool, expected: str) -> None:
    assert to_text(STYLES[style].write(coded(title="T", authors=people(n), authors_cut=cut))) == expected


def test_apa_names_twenty_and_of_more_the_last() -> None:
    twenty = to_text(STYLES["apa"].write(coded(title="T", authors=people(20))))
    assert "Name19, A., & Name20, A. (n.d.)" in twenty
    more = to_text(STYLES["apa"].write(coded(title="T", authors=people(21))))
    assert "Name19, A., … Name21, A. (n.d.)" in more
    assert "Name20" not in more


@pytest.mark.parametrize("style", STYLES)
def test_a_retracted_work_is_marked(style: str) -> None:
    written = STYLES[style].write(coded(mark="Retracted", title="RETRACTED: Sleep at work", year=2020))
    assert "Sleep at work [Retracted]" in to_text(written)
    assert "RETRACTED" not in to_text(written)
    assert [run.text for run in written if run.look == "bold"] == ["[Retracted]"]


def test_only_web_addresses_become_links() -> None:
    assert to_link(coded(url="javascript:alert(1)").record) == ""
    assert to_link(coded(url='https://x.org/" onclick="y').record) == ""
    assert to_link(coded(doi="10.5555/ü").record) == "https://doi.org/10.5555/%C3%BC"


def test_people_who_can_be_identified_are_left_out_and_counted(framework: Framework) -> None:
    records = [
        coded(id="a", title="A nurse before the tribunal", tags=(("design", "news-case"),)),
        coded(id="b", title="What happened to me on the ward", tags=(("design", "first-person-account"),)),
        coded(id="c", title="A survey"),
    ]
    reading = build_list(records, framework, n_corpus=1204)
    ((_, references),) = reading.parts
    assert [to_text(r) for r in references] == ["A survey. (n.d.).", "What happened to me on the ward. (n.d.)."]
    assert reading.about == (
        "These 2 of 1,204 records, cited in APA (7th edition) style.",
        "Left out: 1 about identifiable people (news or individual cases).",
    )


def test_parts_follow_the_facet_or_the_topics() -> None:
    records = [
        coded(id="a", title="A", tags=(("colour", "crimson"), ("colour", "blue"))),
        coded(id="b", title="B", tags=(("colour", "crimson"),)),
        coded(id="c", title="C"),
    ]
    label = TOY.facet("colour").label_of
    by_tag = build_list(records, TOY, "vancouver", "colour")
    found = {heading: [to_text(r) for r in some] for heading, some in by_tag.parts}
    assert found[label("crimson")] == ["A.", "B."]
    assert found[label("blue")] == ["A."]
    assert found["None of these"] == ["C."]
    by_topic = build_list(records, TOY, "apa", "topic", topics={"c": "night, shift", "a": "day"})
    assert [heading for heading, _ in by_topic.parts] == ["day", "night, shift", "None of these"]
    assert by_topic.about[0] == (
        "These 3 records, cited in APA (7th edition) style, by topic; a record with several stands under each."
    )


def test_markup_in_a_title_stays_text(tmp_path: Path) -> None:
    nasty = coded(title="1. <script>x</script> *stars* [link](http://x) & `code`", doi="10.5555/(x)", year=2020)
    reading = build_list([nasty], TOY)
    page = write_html(reading)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert '<a href="https://doi.org/10.5555/(x)" rel="noreferrer">' in page
    text = write_markdown(reading)
    assert r"\<script\>x\</script\> \*stars\* \[link\](http://x) \& \`code\`" in text
    assert "[https://doi.org/10.5555/(x)](<https://doi.org/10.5555/(x)>)" in text
    assert "https://doi.org/10.5555/(x)" in write_text(reading)


@pytest.mark.parametrize("suffix", LISTS)
def test_every_kind_of_file_holds_every_reference(tmp_path: Path, suffix: str) -> None:
    reading = build_list([coded(**ARTICLE), coded(id="b", **CHAPTER)], TOY, "vancouver", "colour")
    path = tmp_path / f"list.{suffix}"
    save_list(path, reading)
    if suffix == "docx":
        from docx import Document

        document = Document(str(path))
        text = "\n".join(p.text for p in document.paragraphs)
        assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == ["None of these"]
    else:
        text = path.read_text(encoding="utf-8")
    assert "Osei AK" in text
    assert "The Book of Shifts" in text


def test_bad_wishes_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LacunaError, match="There are: vancouver, apa, harvard"):
        build_list([], TOY, "chicago")
    with pytest.raises(LacunaError, match=r"\.docx, \.html, \.md, \.txt"):
        save_list(tmp_path / "list.pdf", build_list([], TOY))
    with pytest.raises(UnknownIdError):
        build_list([], TOY, by="taste")


def test_the_command_writes_a_list(
    tmp_path: Path, corpora_made: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "list.md"
    options = ["--corpus", str(corpora_made["tiny"]), "--style", "harvard", "--by", "population"]
    assert main(["export", str(out), "--query", "harassment", *options]) == 0
    assert "This 1 of 3 records, cited in Harvard (Cite Them Right) style" in capsys.readouterr().out
    assert "Osei, A. and Lund, K. (2021) ‘Sexual harassment of nurses" in out.read_text(encoding="utf-8")
