"""BibTeX: every entry is read or named with the reason why not, and damage stays where it is."""

import random

import pytest

from corpus.records import Entry, Rejected
from ingest.readers import bibtex, decoding, open_text

GOOD = "@article{good,\n  title = {A good entry},\n  year = {2001}\n}\n"


def read(text):
    return list(bibtex.read(text))


def only(text):
    [entry] = read(text)
    assert isinstance(entry, Entry)
    return entry


def without_place(entry):
    return entry.raw, dict(entry.fields)


@pytest.mark.parametrize("before", ["", GOOD], ids=["first in file", "after a good entry"])
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param("@article{x, title={A", 'value of "title"', id="missing closing brace"),
        pytest.param("@article{x", "closing brace is missing", id="key only"),
        pytest.param("@article{x, title={A},\n year={2000}", "closing brace is missing", id="last brace missing"),
        pytest.param('@article{x, title="A, year={2000}}', 'value of "title"', id="missing closing quote"),
        pytest.param("@type-with-hyphen{x, title={A", 'value of "title"', id="hyphen, unclosed"),
    ],
)
def test_a_broken_entry_is_reported_where_it_starts_and_the_next_survives(before, bad, reason):
    *_, rejected, last = read(f"{before}\n{bad}\n{GOOD}")
    assert isinstance(rejected, Rejected)
    assert rejected.line == before.count("\n") + 2
    assert rejected.raw == bad
    assert reason in rejected.reason
    assert last.fields["title"] == ["A good entry"]
    assert last.raw == GOOD.strip()


@pytest.mark.parametrize("around", ["", GOOD], ids=["alone", "between good entries"])
@pytest.mark.parametrize(
    ("text", "fields", "warning"),
    [
        pytest.param(
            "@article{k, title = {Oops} author = {X, Y}, year = 2001}",
            {"title": ["Oops"], "author": ["X, Y"], "year": ["2001"]},
            'a comma is missing after "title": "author" was read as a field of its own',
            id="missing comma",
        ),
        pytest.param(
            "@article{k title = {A}}", {"key": ["k"], "title": ["A"]}, 'a comma is missing after the key "k"',
            id="missing comma after the key",
        ),
        pytest.param(
            "@article{k, title = {A}}, year = {2000}\n}", {"title": ["A"], "year": ["2000"]},
            'a "}" too many: the fields after it were read too', id="a brace too many",
        ),
        pytest.param("@article{k, title={A}, title={B}}", {"title": ["A", "B"]}, None, id="repeated field"),
        pytest.param("@article{k, title={A}, , year={2000}}", {"year": ["2000"]}, None, id="two commas"),
        pytest.param("@type-with-hyphen{k, title={A}}", {"type": ["type-with-hyphen"]}, None, id="hyphen in type"),
        pytest.param("@ article {k, title={A}}", {"type": ["article"], "key": ["k"]}, None, id="blanks around type"),
        pytest.param("@article\n{k, title={A}}", {"type": ["article"]}, None, id="brace on the next line"),
        pytest.param("@article(k, title={A (b)})", {"title": ["A (b)"]}, None, id="parentheses"),
        pytest.param("@article{title={A}}", {"title": ["A"]}, None, id="no key"),
        pytest.param("@article{Van der 2019, title={A}}", {"key": ["Van der 2019"]}, None, id="key with blanks"),
        pytest.param('@misc{k, note="q {"}q{"}"}', {"note": ['q "q"']}, None, id="quotes in braces"),
        pytest.param(
            "@misc{k, title={A}, % a comment, with = {marks}\n year={2000}}", {"title": ["A"], "year": ["2000"]}, None,
            id="comment inside",
        ),
        pytest.param("@misc{k, title={100% of them}}", {"title": ["100% of them"]}, None, id="per cent in a value"),
        pytest.param('@misc{k, month = jan # "~5"}', {"month": ["January 5"]}, None, id="month and concatenation"),
        pytest.param(
            "@misc{k, title={A\n@home (n = 5) and more}}", {"title": ["A\n@home (n = 5) and more"]}, None,
            id="line beginning with @ in a value",
        ),
        pytest.param(
            "@misc{k, title = foo}", {"title": ["foo"]},
            '"foo" in "title" stands without braces and no @string defines it', id="unknown macro",
        ),
        pytest.param("@misc{k, JournalTitle={J}, number={3}}", {"journal": ["J"], "issue": ["3"]}, None, id="names"),
        pytest.param(
            "@misc{k, eprint={123456}, eprinttype={pubmed}}", {"pmid": ["123456"]}, None, id="PubMed as eprint"
        ),
        pytest.param(
            "@misc{k, author={M{\\\"u}ller, A and {B and C} and others}}",
            {"author": ["Müller, A", "{B and C}", "others"]}, None, id="authors",
        ),
    ],
)  # fmt: skip
def test_oddities_are_read_and_said(text, fields, warning, around):
    items = read(f"{around}{text}\n{around}")
    entry = items[len(items) // 2]
    assert len(items) == (3 if around else 1)
    assert {name: entry.fields.get(name) for name in fields} == fields
    assert entry.raw == text
    assert entry.warnings == ((warning,) if warning else ())
    assert entry.line == around.count("\n") + 1


def test_fields_whose_first_line_is_damaged_are_reported():
    good, orphan, last = read(f"{GOOD}article{{k,\n title = {{A}},\n year = {{2000}}\n}}\n{GOOD}")
    assert (good.raw, last.raw) == (GOOD.strip(), GOOD.strip())
    assert (orphan.line, orphan.reason) == (5, '2 fields, but no line such as "@article{key," before them')
    assert "title = {A}" in orphan.raw


def test_repeated_keys_are_two_entries():
    assert [e.fields["title"] for e in read("@misc{a, title={One}}\n@misc{a, title={Two}}")] == [["One"], ["Two"]]


def test_strings_are_known_anywhere_and_may_name_each_other():
    text = '@misc{a, journal = j # " B"}\n@string{j = k # " Care"}\n@STRING{K = "Health"}\n@string{loop = loop # "x"}'
    assert only(text).fields["journal"] == ["Health Care B"]


def test_a_macro_that_doubles_itself_is_cut():
    doubling = "".join(f"@string{{s{i} = s{i - 1} # s{i - 1}}}\n" for i in range(1, 60))
    assert len(only(f'{doubling}@string{{s0 = "ab"}}\n@misc{{k, title = s59}}').fields["title"][0]) == 100_000


@pytest.mark.parametrize("parent_first", [True, False])
def test_crossref_gives_what_is_missing_and_nothing_else(parent_first):
    parent = "@proceedings{P, title={Talks}, year={2003}, publisher={X}, doi={10.1234/p}}\n"
    child = "@inproceedings{c, title={Mine}, year={2004}, crossref={p}}\n"
    entries = {e.fields["key"][0]: e.fields for e in read(parent + child if parent_first else child + parent)}
    assert entries["c"]["title"] == ["Mine"]
    assert entries["c"]["booktitle"] == ["Talks"]
    assert entries["c"]["year"] == ["2004"]
    assert entries["c"]["publisher"] == ["X"]
    assert "doi" not in entries["c"]
    assert "booktitle" not in entries["P"]


def test_crossref_cycles_and_xdata():
    cycle = read("@book{a, crossref={b}, year={1900}}\n@book{b, crossref={a}, publisher={P}}")
    assert [e.fields.get("publisher") for e in cycle] == [["P"], ["P"]]
    book = read("@xdata{x, publisher={P}, url={u}}\n@book{b, title={T}, xdata={x, missing}}")[1]
    assert (book.fields["publisher"], book.fields["url"]) == (["P"], ["u"])


def test_no_entries_are_made_of_comments_preambles_and_text():
    text = 'Export of 2020\n@comment{c}\n@preamble{"\\def\\x{}"}\n@string{a = {b}}\nmail me@x.org\n'
    assert read(text) == []
    assert len(read(text + GOOD + "trailing text")) == 1


def test_lines_are_counted_in_the_whole_file():
    assert [e.line for e in read(f"\n\n{GOOD}{GOOD}% c\n  {GOOD}")] == [3, 7, 12]
    assert [e.line for e in read("@misc{a, title={A}} @misc{b, title={B}}")] == [1, 1]


def test_a_file_without_line_ends_is_cut_into_entries():
    items = read("".join(f"@misc{{k{i}, title={{Title {i}}}, note={{{'x' * 100}}}}} " for i in range(3_000)))
    assert [e.fields["title"][0] for e in items] == [f"Title {i}" for i in range(3_000)]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("@misc{x, title={" + "a" * 3_000_000 + "}}", id="very long line"),
        pytest.param("@misc{x, title={" + "{" * 3_000_000, id="open braces"),
    ],
)
def test_what_is_too_long_is_refused_in_its_place(bad):
    rejected, good = read(f"{bad}\n{GOOD}")
    assert "longer than 2,000,000 characters" in rejected.reason
    assert good.fields["title"] == ["A good entry"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("@misc{x, title={" + "{" * 10_000 + "a" + "}" * 10_000 + "}}", id="ten thousand levels"),
        pytest.param("@misc{x, " + "a= " * 50_000 + "}", id="equal signs"),
        pytest.param("@misc{x, title={a}" + " b={c}" * 20_000 + "}", id="no commas at all"),
        pytest.param("@misc{x, title={" + "$\\a " * 50_000 + "}}", id="dollars"),
        pytest.param("@" * 200_000, id="at signs"),
    ],
)
def test_hostile_text_costs_little_and_nobody_else(bad):
    assert read(f"{bad}\n{GOOD}")[-1].fields["title"] == ["A good entry"]


def test_damage_never_raises_and_spares_the_neighbours():
    entries = [
        f"@article{{k{i},\n  title = {{Title {i} with {{Braces}} and \\'e}},\n  author = {{A, B and C, D}},\n"
        f'  journal = "J",\n  year = {2000 + i}\n}}\n'
        for i in range(5)
    ]
    whole = {without_place(e)[0]: e for e in read("".join(entries))}
    draw = random.Random(1)
    for _ in range(300):
        middle = entries[2]
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(middle))
            kind = draw.randrange(3)
            if kind == 0:
                middle = middle[:at] + draw.choice('{}",=@#%\\\n a') + middle[at + 1 :]
            elif kind == 1:
                middle = middle[:at] + middle[at + draw.randint(1, 30) :]
            else:
                middle = middle[:at] + draw.choice(["{", "}", '"', "@x{", "\n\n", ",,"]) + middle[at:]
            middle = middle or "\n"
        items = read("".join(entries[:2]) + middle.rstrip("\n") + "\n" + "".join(entries[3:]))
        found = {item.raw: item for item in items if isinstance(item, Entry)}
        for entry in (*entries[:2], *entries[3:]):
            assert dict(found[entry.strip()].fields) == dict(whole[entry.strip()].fields), middle


PLAIN = """@Article{key-1/2,
  Author = {Okafor, N. and {Lake Group}},
  title = {A {T}itle of {{two} levels}, 50%},
  month = mar, year = 1999, note = {a = {b}, c},
}
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param(PLAIN.replace("\n", "\r\n"), id="carriage returns"),
        pytest.param(PLAIN.replace("c},\n}", "c}}"), id="closed at once"),
        pytest.param(PLAIN.replace("1999", '"1999"'), id="quoted"),
        pytest.param(PLAIN.replace("1999", '"19" # "99"'), id="joined pieces"),
        pytest.param(PLAIN.replace("50%", r"50\% \{x\}"), id="escaped braces"),
        pytest.param(PLAIN.replace("{{two} levels}", "{{{{four}}} levels}"), id="deep"),
        pytest.param(PLAIN.replace("year", "title"), id="repeated field"),
        pytest.param(PLAIN.replace("{a = {b}, c}", "{a\n @ home}"), id="an @ on a line of its own"),
    ],
)
def test_read_in_one_go_or_split_by_bibtexparser_an_entry_is_the_same(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = list(bibtex.read(text))
    monkeypatch.setattr(bibtex, "read_plain", lambda text, position: None)
    assert list(bibtex.read(text)) == at_once
    assert len(at_once) == 1


IN_PIECES = (
    "% a list of loans\n@article\n{a,\n  title = {Ward noise\nat night},\n  author = {Okafor, N. and Berg, A.}\n}\n"
    'write to me@example.org\n\ufeff @Book(b,\n  title = "Shifts -- and rest",\n  year = 2001)\n'
    "@misc{c, note = {see\n@ the desk}, title = {A @ B}}\n@article\nno brace here\n  x = {1},\n  y = {2}\n"
    "@report{d, title = {Caf\u00e9 {hours}}, pages = {1--9}}\n@article"
)


@pytest.mark.parametrize("size", [1, 2, 7, 40, 100])
def test_where_a_file_is_cut_into_pieces_makes_no_difference(monkeypatch, size):
    whole = list(bibtex.read(IN_PIECES))
    assert [item.line for item in whole] == [2, 9, 12, 14, 18]
    monkeypatch.setattr(decoding, "_PIECE", size)
    text = open_text(IN_PIECES.encode(), "loans.bib")
    assert "".join(text.pieces()) == "".join(text) == IN_PIECES.replace("\ufeff", "")
    found = list(bibtex.read(text))
    assert [item.raw.replace("\ufeff", "") for item in found] == [item.raw.replace("\ufeff", "") for item in whole]
    assert [item.line for item in bibtex.read(text)] == [2, 9, 12, 14, 18]


@pytest.mark.parametrize(
    "value",
    [
        "Okafor, N. and Berg, A.",
        "Okafor, N. AND Berg, A.",
        "Okafor, N.  and\n Berg, A.",
        "Okafor, N.\u00a0and Berg, A.",
    ],
)
def test_names_are_parted_at_and_however_it_is_written(value):
    assert only(f"@article{{a, author = {{{value}}}}}").fields["author"] == ["Okafor, N.", "Berg, A."]


def test_values_in_braces_and_in_quotes_say_the_same():
    braces = only("@article{a,\n  Title = {Rest -- or~work},\n  journal-title = {Wards},\n  note = { },\n}\n")
    quotes = only('@article{a,\n  Title = "Rest -- or~work",\n  journal-title = "Wards",\n  note = " "\n}\n')
    assert braces.fields == quotes.fields
    assert braces.fields == {
        "type": ["article"], "key": ["a"], "title": ["Rest \u2013 or work"], "journal": ["Wards"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "times"),
    [
        pytest.param(GOOD * 3, 1, id="entries that stand for themselves"),
        pytest.param(GOOD + "@article{b, title = {B}, month = 3}\n", 1, id="a number without braces"),
        pytest.param(GOOD + "@article{b, title = {B}, month = mar}\n" * 3, 2, id="a name that an @string may define"),
        pytest.param(GOOD + "@inbook{b, title = {B}, crossref = {good}}\n" * 3, 4, id="a parent"),
    ],
)
def test_a_file_is_gone_through_again_only_for_what_stands_elsewhere(text, times):
    class Lines(list):
        n_passes = 0

        def __iter__(self):
            self.n_passes += 1
            return super().__iter__()

    lines = Lines(text.splitlines(keepends=True))
    assert all(isinstance(item, Entry) for item in bibtex.read(lines))
    assert lines.n_passes == times + 1  # to see whether they are lines of a file or come once
