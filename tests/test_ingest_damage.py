"""What damage may cost: never an exception, never the entry before or after, and nothing is counted twice.

Every reader of lines is put through bytes flipped, lines cut, doubled and moved, and files joined.
"""

import io
import random

import pytest

from corpus.records import Entry, Rejected
from ingest.readers import READERS_BY_ID
from ingest.readers.base import Item, Reader

# One item of each format with N for its number, what goes before it in a file, and after it.
SAMPLES = {
    "ris": "TY  - JOUR\nAU  - Okafor, Ngozi\nAU  - Berg, A.\nTI  - Title N of wards\nT2  - Ward Practice\nPY  - 2019\n"
    "AB  - Some words\n      that are wrapped.\nKW  - one\nDO  - 10.5555/N\nER  - \n\n",
    "medline": "PMID- 3100N\nOWN - NLM\nTI  - Title N of\n      wards\nFAU - Okafor, Ngozi\nAU  - Okafor N\n"
    "LID - 10.5555/N [doi]\nMH  - *Noise\nDP  - 2019 Mar\n\n",
    "ovid": "<N>\nUnique Identifier\n  77N\nAuthors\n  Okafor N. Berg A.\nTitle\n  Title N of\n  wards\n"
    "Source\n  Ward Practice. 12(3):45-67, 2001 Jan.\nAbstract\n  Some words.\n\n",
    "cochrane": "Record #N of 25\nID: CN-77N\nAU: Okafor N\nAU: Berg A\nTI: Title N of\nwards\nSO: Ward practice\n"
    "YR: 2019\nKY: Noise; *Sleep\nDOI: 10.5555/N\n\n\n",
    "embase": '"TITLE","Title N of wards"\n"AUTHOR NAMES","Okafor N.","Berg A."\n"SOURCE","Ward Practice (2019) 7:2 '
    '(11-19)."\n"ABSTRACT","Some words, ""and"" more."\n"PUI","77N"\n"DOI","10.5555/N"\n\n',
    "wos": "PT J\nAU Okafor, N\n   Berg, A\nTI Title N of\n   wards\nSO WARD PRACTICE\nPY 2018\nUT WOS:N\nER\n\n",
    "refworks": "RT Journal Article\nSR 1\nA1 Okafor,Ngozi\nT1 Title N of wards\nJF Ward Practice\nYR 2003\nSP 3\n\n",
    "endnote_tagged": "%0 Journal Article\n%A Okafor, Ngozi\n%T Title N of wards\n%D 2011\n%K one\ntwo\n\n",
    "endnote_xml": '<record><ref-type name="Book">6</ref-type><contributors><authors><author>Okafor, Ngozi</author>'
    "</authors></contributors>\n<titles><title><style>Title N</style> of wards</title></titles>\n"
    "<dates><year>2003</year></dates></record>\n",
    "pubmed_xml": "<PubmedArticle><MedlineCitation><PMID>3100N</PMID><Article>\n<ArticleTitle>Title N of wards"
    "</ArticleTitle><AuthorList><Author><LastName>Okafor</LastName></Author></AuthorList></Article>\n"
    "</MedlineCitation></PubmedArticle>\n",
    "csl_json": '{"id": "N", "type": "book", "title": "Title N of wards", "author": [{"family": "Okafor"},\n'
    '{"family": "Berg"}], "issued": {"date-parts": [[2003]]}}\n',
    "crossref": '{"DOI": "10.5555/N", "type": "book", "title": ["Title N of wards"], "author": [{"family": "Okafor"},\n'
    '{"family": "Berg"}], "issued": {"date-parts": [[2003]]}}\n',
    "looked_up": '{"looked_up": "OpenAlex", "doi": "10.5555/N", "title": "Title N of wards", "mesh": ["Noise"],\n'
    '"abstract": "Some words."}\n',
    "openalex": '{"id": "https://openalex.org/W1N", "title": "Title N of wards", "authorships": [{"author":\n'
    '{"display_name": "Ngozi Okafor"}}], "abstract_inverted_index": {"Wards": [0]}}\n',
}
CASES = [pytest.param(READERS_BY_ID[name], sample, id=name) for name, sample in SAMPLES.items()]
ROUNDS = 1000


PLACES = ("N of", "10.5555/N", "3100N", "77N", "<N>", "#N", "WOS:N", '"N"', "W1N", "Title N")


def number(sample: str, n: int) -> str:
    for place in PLACES:
        sample = sample.replace(place, place.replace("N", str(n)))
    return sample


def items(reader: Reader, text: str) -> list[Item]:
    return list(reader.read(io.StringIO(text, newline="")))


def flip(random_: random.Random, text: str) -> str:
    at = random_.randrange(len(text))
    return (
        text[:at] + chr(random_.choice((0, 9, 10, 13, 32, 34, 45, 60, 65, 123, 0x85, 0xFEFF, 0x2028))) + text[at + 1 :]
    )


def cut(random_: random.Random, text: str) -> str:
    start = random_.randrange(len(text))
    return text[:start] + text[start + random_.randrange(1, 40) :]


def drop_a_line(random_: random.Random, text: str) -> str:
    lines = text.split("\n")
    del lines[random_.randrange(len(lines))]
    return "\n".join(lines)


def double_a_line(random_: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = random_.randrange(len(lines))
    return "\n".join([*lines[: at + 1], *lines[at:]])


def swap_lines(random_: random.Random, text: str) -> str:
    lines = text.split("\n")
    random_.shuffle(lines)
    return "\n".join(lines)


def join_another(random_: random.Random, text: str) -> str:
    return text + random_.choice(list(SAMPLES.values()))


DAMAGES = (flip, cut, drop_a_line, double_a_line, swap_lines, join_another)


@pytest.mark.parametrize(("reader", "sample"), CASES)
def test_a_thousand_damaged_files_raise_nothing_and_add_up(reader: Reader, sample: str) -> None:
    random_ = random.Random(reader.id)
    whole = "".join(number(sample, n) for n in range(3))
    for _ in range(ROUNDS):
        text = whole
        for _ in range(random_.randrange(1, 5)):
            text = random_.choice(DAMAGES)(random_, text) or "x"
        n_lines = text.count("\n") + text.count("\r") + 1
        last = 0
        for item in items(reader, text):
            assert last <= item.line <= n_lines
            last = item.line
            if isinstance(item, Rejected):
                assert item.reason
            else:
                assert item.raw
                assert all(values and all(values) for values in item.fields.values())


@pytest.mark.parametrize(("reader", "sample"), CASES)
def test_a_neighbour_of_damage_survives(reader: Reader, sample: str) -> None:
    random_ = random.Random(reader.id)
    before, after = number(sample, 1), number(sample, 3)
    (expected_first,), (expected_last,) = items(reader, before), items(reader, after)
    assert isinstance(expected_first, Entry)
    assert isinstance(expected_last, Entry)
    for _ in range(300):
        damaged = cut(random_, number(sample, 2).rstrip("\n")) or "x"
        found = [item.fields for item in items(reader, f"{before}{damaged}\n\n{after}") if isinstance(item, Entry)]
        assert expected_last.fields in found, damaged
        start = damaged[:12]
        if number(sample, 2).startswith(start):  # its own start is whole, so the entry before ends where it did
            assert expected_first.fields in found, damaged


@pytest.mark.parametrize(("reader", "sample"), CASES)
def test_joined_files_keep_all_their_entries(reader: Reader, sample: str) -> None:
    text = "".join("\ufeff" + number(sample, n) for n in range(4))
    found = items(reader, text)
    assert [item.fields for item in found] == [items(reader, number(sample, n))[0].fields for n in range(4)]


@pytest.mark.parametrize(("reader", "sample"), CASES)
@pytest.mark.parametrize(
    "filling",
    [
        pytest.param(" ", id="blanks"),
        pytest.param("a", id="letters"),
        pytest.param("\t- ", id="tabs and dashes"),
        pytest.param("<a ", id="tags"),
        pytest.param("%A", id="percent signs"),
        pytest.param("Aa Bb. ", id="words"),
    ],
)
def test_a_long_line_does_not_hang(reader: Reader, sample: str, filling: str) -> None:
    long = filling * (2_000_000 // len(filling))
    for text in (long, number(sample, 1) + long + "\n" + number(sample, 2), number(sample, 1).rstrip("\n}] ") + long):
        for item in reader.read(text.splitlines(keepends=True)):
            assert item.raw
