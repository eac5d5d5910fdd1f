"""What the documentation shows, done: its commands run, its links lead somewhere, its examples work."""

import ast
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import analysis.__main__ as analysis_main
import benchmarks.__main__ as benchmarks_main
import corpus.__main__ as corpus_main
import ingest.__main__ as ingest_main
from corpus.framework import load_framework
from corpus.records import Entry, Fields, Rejected
from ingest.normalise import to_fields
from ingest.readers import Reader
from ingest.tagging import build_tagger

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "corpus").rglob("*.md")])
MAINS: dict[str, ModuleType] = {
    "corpus": corpus_main,
    "ingest": ingest_main,
    "analysis": analysis_main,
    "benchmarks": benchmarks_main,
}
# Hosts a page may name: what a reader may want to visit. None of them serves packages.
HOSTS = {"creativecommons.org", "doi.org", "localhost", "127.0.0.1", "www.python.org", "pubmed.ncbi.nlm.nih.gov"}

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks whose first line after the fence is ``kind``, as "sh run"."""
    return [text for words, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if words.strip() == kind]


def commands(page: Path, kinds: tuple[str, ...] = ("sh", "sh run", "bash", "console", "")) -> Iterator[list[str]]:
    """Every ``python -m PACKAGE ...`` of ours in a block, as words after "-m"."""
    for kind in kinds:
        for text in blocks(page, kind):
            for line in text.replace("\\\n", " ").splitlines():
                found = re.search(r"(?:^|\s|/)python3? -m (\S+.*)", line)
                words = shlex.split(found[1], comments=True) if found else []
                if words and words[0] in MAINS:
                    yield words


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_shown_is_one_we_understand(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("corpus", "ingest", "analysis"):
        monkeypatch.setattr(MAINS[package], "run", lambda command, args: 0)
    nothing = SimpleNamespace(run=lambda *_, **__: {}, run_speed=lambda *_: {}, run_sessions=lambda *_: {})
    monkeypatch.setattr(MAINS["benchmarks"], "import_module", lambda name: nothing)
    for package, *words in commands(page):
        try:
            MAINS[package].main(words)
        except SystemExit as stop:
            pytest.fail(f"{name_of(page)}: python -m {package} {shlex.join(words)} ends with exit code {stop.code}")


FOUNDING = """@article{one, author = {Okafor, Ada}, title = {Bullying of nurses: a survey}, year = {2019}}
@article{two, author = {Lindqvist, Bo}, title = {Sexual harassment of surgeons}, year = {2021}}
@article{three, author = {Prasad, Cyril}, title = {Pay of women physicians}, year = {2020}}
"""
MINE = "@article{mine, author = {Abe, Dai}, title = {Harassment of night nurses: a survey}, year = {2022}}\n"
CODES = {"key": "two", "coded_from": "title", "codes": {"population": ["surgeon"]}, "coded_under": 1}
TEXTS = {"id": "a", "title": "Bullying of an optometrist", "abstract": "", "keywords": []}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like this repository's, with a founding collection of three, and the files the pages speak of."""
    shutil.copytree(ROOT / "corpus" / "framework", tmp_path / "corpus" / "framework")
    founding = tmp_path / "corpus" / "founding"
    founding.mkdir()
    (founding / "founding.bib").write_text(FOUNDING, encoding="utf-8")
    (founding / "codes.jsonl").write_text(json.dumps(CODES) + "\n", encoding="utf-8")
    (tmp_path / "my-export.bib").write_text(MINE, encoding="utf-8")
    (tmp_path / "texts.jsonl").write_text(json.dumps(TEXTS) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LACUNA_CORPUS", raising=False)
    monkeypatch.delenv("LACUNA_FRAMEWORK", raising=False)
    return tmp_path


def test_the_readme_does_what_it_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {}
    for package, *words in commands(ROOT / "README.md", ("sh run",)):
        code = MAINS[package].main(words)
        said[words[0]], err = capsys.readouterr()
        assert code == 0, f"python -m {package} {shlex.join(words)}: {err}"
    assert "python -m corpus undo 2" in said["my-export.bib"]
    assert said["search"].startswith("2 of 4 records")
    assert "Harassment of night nurses" in (folder / "nurses.bib").read_text(encoding="utf-8")
    assert "Sexual harassment" in (folder / "map.html").read_text(encoding="utf-8")
    assert "Import 2 is now undone" in said["undo"]
    assert "undo import 2" in said["history"]


OTHERS = [page for page in PAGES if page.name != "README.md" and blocks(page, "sh run")]


@pytest.mark.parametrize("page", OTHERS, ids=name_of)
def test_other_pages_do_what_they_show(page: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for package, *words in commands(page, ("sh run",)):
        assert MAINS[package].main(words) == 0, f"{shlex.join(words)}: {capsys.readouterr().err}"


ARCHITECTURE = ROOT / "docs" / "architecture.md"


def run_block(kind: str) -> dict[str, object]:
    (text,) = blocks(ARCHITECTURE, kind)
    names: dict[str, object] = {"__name__": "shown"}
    exec(compile(text, f"{name_of(ARCHITECTURE)} ({kind})", "exec"), names)
    return names


SHELF = """found in a drawer
== Nights on call
author: Okafor, Ada
author: Abe, Dai
when: 1998
shelf: 12

== Days off
"""


def test_the_reader_shown_reads() -> None:
    reader = run_block("python reader")["READER"]
    assert isinstance(reader, Reader)
    bad, first, second = reader.read(SHELF.splitlines(keepends=True))
    assert isinstance(bad, Rejected) and bad.line == 1
    assert isinstance(first, Entry) and isinstance(second, Entry)
    assert (first.line, second.line) == (2, 8)
    assert first.fields["shelf"] == ["12"]
    fields = to_fields(first)
    assert (fields.title, fields.year) == ("Nights on call", 1998)
    assert [str(a) for a in fields.authors] == ["Okafor, Ada", "Abe, Dai"]
    assert to_fields(second).title == "Days off"
    assert reader.looks_like("== Nights on call\n") and not reader.looks_like("Nights on call\n")


def test_the_tag_shown_is_given(folder: Path) -> None:
    (shown,) = blocks(ARCHITECTURE, "toml tag")
    (tag,) = tomllib.loads(shown)["tags"]
    place = folder / "corpus" / "framework"
    facet = place / "population.toml"
    main = place / "framework.toml"
    text = main.read_text(encoding="utf-8")
    before = tomllib.loads(text)["version"]
    shown = shown.replace(f"since = {tag['since']}", f"since = {before + 1}")  # as the page says: one more
    facet.write_text(facet.read_text(encoding="utf-8") + "\n" + shown, encoding="utf-8")
    main.write_text(text.replace(f"version = {before}", f"version = {before + 1}", 1), encoding="utf-8")
    tagger = build_tagger(load_framework(place))
    found = {(a.facet, a.tag): a.passage for a in tagger.assign(Fields(title=str(TEXTS["title"])))}
    assert found["population", "optometrist"] == "optometrist"


def test_the_page_shown_is_a_page(folder: Path) -> None:
    from streamlit.testing.v1 import AppTest

    corpus_main.main(["init", "--json"])
    (code,) = blocks(ARCHITECTURE, "python page")
    opening = (
        "from pathlib import Path\n"
        "from ingest.rules import open_corpus\n"
        "from views.state import load_state\n"
        "corpus = open_corpus(Path('corpus/data/lacuna.sqlite'), Path('corpus/framework'))\n"
    )
    page = AppTest.from_string(f"{code}\n{opening}render(load_state(corpus))\n", default_timeout=30).run()
    assert not page.exception
    assert page.title[0].value == "Newest"
    assert page.text[0].value == "The newest 3 of 3 records."
    shown = " ".join(block.value for block in [*page.text, *page.markdown])
    assert "Sexual harassment of surgeons" in shown


def anchors(page: Path) -> set[str]:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_BLOCK.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name_of(page)} links to {link}, which is not there"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{name_of(page)} links to {link}; that page has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_name_no_host_but_those_a_reader_may_visit(page: Path) -> None:
    named = set(re.findall(r"https?://([\w.-]*\w\.\w+|localhost)", page.read_text(encoding="utf-8")))
    unknown = {host for host in named - HOSTS if not host.endswith("example.org")}
    assert not unknown, f"{name_of(page)} names {', '.join(sorted(unknown))}"


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(_LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_every_make_target_shown_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        shown = set(re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8")))
        shown |= {w for text in blocks(page, "sh") for w in re.findall(r"^make ([a-z]+)", text, re.MULTILINE)}
        assert shown <= targets, f"{name_of(page)} shows make {', '.join(sorted(shown - targets))}"


def modules(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if path.stat().st_size]


@pytest.mark.parametrize("folder", ["corpus", "ingest", "analysis", "views", "benchmarks", "tests", "docs"])
def test_every_module_says_why_it_exists(folder: str) -> None:
    for path in modules(folder):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{name_of(path)} has no docstring"


def test_the_picture_and_the_map_are_here_and_small() -> None:
    assert (ROOT / "docs" / "gap-map.png").stat().st_size < 250_000
    page = (ROOT / "docs" / "map.html").read_text(encoding="utf-8")
    assert "not a systematic search" in page
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']https?:", page), "the page fetches something"
