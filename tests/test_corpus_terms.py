"""Terms as they stand in a file: found with their lines, changed one by one, saved at once or not at all."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import FrameworkError
from corpus.framework import Framework, load_framework, make_fingerprint
from corpus.terms import can_write, change_lists, lists_of, locate_terms, read_file, save_file

FILE = """id = "tool"
label = "Tool"   # a # in a comment, and "quotes"
question = "With what? [[tags]]"

[[tags]]
id = "spade"
label = "Spades"
terms = [
    "spade", "shovel",   # for digging
    # two that are rare
    "mattock",
    "dibber"
]
unless = ["ace of spades"]

[tags.weights]
title = 3.0

[[tags]]
id = "rake"
label = 'Rakes'
terms = ['rake', "a \\"quoted\\" rake"]
"""


def rows(text: str) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in tomllib.loads(text)["tags"]}


def test_a_term_is_taken_out_and_put_in_and_all_else_stays():
    new = change_lists(FILE, "spade", {"terms": ["spade", "mattock", "dibber", "trowel"]})
    assert new == FILE.replace('"spade", "shovel",   # for', '"spade", # for').replace(
        '    "dibber"\n', '    "dibber",\n    "trowel",\n'
    )


@pytest.mark.parametrize(
    ("tag", "lists", "line"),
    [
        pytest.param("rake", {"terms": ["rake"]}, "terms = ['rake']", id="the last of one line"),
        pytest.param("rake", {"terms": ["hoe"]}, 'terms = ["hoe"]', id="all replaced"),
        pytest.param("rake", {"terms": []}, "terms = []", id="emptied"),
        pytest.param("spade", {"unless": ["ace of spades", "x"]}, 'unless = ["ace of spades", "x"]', id="one more"),
        pytest.param("rake", {"wide": ["tool"]}, 'wide = ["tool"]', id="a list that was not there"),
        pytest.param("rake", {"wide": ['5" rake']}, 'wide = ["5\\" rake"]', id="a quote in a term"),
    ],
)
def test_lists_in_one_line(tag, lists, line):
    new = change_lists(FILE, tag, lists)
    assert line in new.splitlines()
    assert [rows(new)[tag][name] for name in lists] == list(lists.values())
    other = "spade" if tag == "rake" else "rake"
    assert rows(new)[other] == rows(FILE)[other]


def test_a_new_list_stands_before_a_table_of_the_tag():
    new = change_lists(FILE, "spade", {"wide": ["tool"]})
    assert rows(new)["spade"]["wide"] == ["tool"]
    assert rows(new)["spade"]["weights"] == {"title": 3.0}


def test_line_ends_stay_as_they_are():
    new = change_lists(FILE.replace("\n", "\r\n"), "spade", {"terms": ["spade", "trowel"], "wide": ["tool"]})
    assert "\n" not in new.replace("\r\n", "")
    assert rows(new)["spade"]["terms"] == ["spade", "trowel"]


def test_a_change_and_its_reverse_keep_every_comment():
    new = change_lists(FILE, "spade", {"terms": ["trowel"]})
    back = change_lists(new, "spade", {"terms": ["spade", "shovel", "mattock", "dibber"]})
    assert [line.split("#")[1] for line in FILE.splitlines() if "#" in line] == [
        line.split("#")[1] for line in back.splitlines() if "#" in line
    ]


def test_an_unknown_tag_is_named():
    with pytest.raises(FrameworkError, match=r'tool\.toml: there is no tag "plough"'):
        change_lists(FILE, "plough", {"terms": ["x"]})


@settings(max_examples=60)
@given(
    st.sampled_from(["spade", "rake"]),
    st.dictionaries(
        st.sampled_from(["terms", "weak", "unless", "headings", "wide"]),
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40), max_size=9, unique=True),
    ),
)
def test_any_lists_can_be_written(tag, lists):
    new = rows(change_lists(FILE, tag, lists))
    old = rows(FILE)
    for name in ("terms", "weak", "unless", "headings", "wide"):
        assert set(new[tag].get(name, ())) == set(lists.get(name, old[tag].get(name, ())))
    assert {k: v for k, v in new.items() if k != tag} == {k: v for k, v in old.items() if k != tag}


def test_every_term_that_ships_is_found_in_its_place(framework: Framework):
    folder = framework.folder
    assert folder is not None
    found: dict[tuple[str, str, str], list[str]] = {}
    lines = {facet.id: read_file(folder, facet.id).splitlines() for facet in framework.facets}
    for place in locate_terms(folder, framework):
        found.setdefault((place.facet, place.tag, place.list), []).append(place.term)
        assert place.term[:12].replace('"', '\\"') in lines[place.facet][place.line - 1]
    for facet in framework.facets:
        for tag in facet.tags:
            for name, terms in lists_of(tag).items():
                assert found.get((facet.id, tag.id, name), []) == list(terms)


def test_saving_writes_the_file_unless_it_was_changed_meanwhile(tmp_path: Path, tiny_framework: Framework):
    assert tiny_framework.folder is not None
    for path in tiny_framework.folder.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    was = read_file(tmp_path, "measure")
    new = change_lists(was, "dredging", {"terms": ["dredg*"]})
    tried = load_framework(tmp_path, {"measure.toml": new})
    assert tried.tag("measure", "dredging").terms == ("dredg*",)
    assert load_framework(tmp_path).tag("measure", "dredging").terms == ("dredg*", "sediment removal")
    save_file(tmp_path, "measure", new, was)
    assert load_framework(tmp_path).fingerprint == tried.fingerprint == make_fingerprint(tmp_path)
    with pytest.raises(FrameworkError, match="changed meanwhile"):
        save_file(tmp_path, "measure", was, was)
    assert read_file(tmp_path, "measure") == new
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".toml"] * 4


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "measure.toml").write_text("id = 'measure'", encoding="utf-8")
    assert can_write(tmp_path, "measure")
    monkeypatch.setattr("corpus.terms.os.access", lambda path, mode: path != tmp_path)
    assert not can_write(tmp_path, "measure")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("corpus.terms.tempfile.mkstemp", refuse)
    with pytest.raises(FrameworkError, match=r"measure\.toml: it cannot be written here: Permission denied"):
        save_file(tmp_path, "measure", "id = 'x'", "id = 'measure'")
