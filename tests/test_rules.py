"""The rules of the house: who may import whom, and that whatever is registered is documented."""

import ast
from pathlib import Path

import pytest

from analysis.gaps import MEASURES
from corpus.framework import Framework
from ingest.readers import READERS

ROOT = Path(__file__).parent.parent
OURS = {"corpus", "ingest", "analysis", "views", "benchmarks", "app"}
MAY_IMPORT = {
    "corpus": {"corpus"},
    "ingest": {"ingest", "corpus"},
    "analysis": {"analysis", "corpus"},
    "views": {"views", "analysis", "ingest", "corpus"},
}
SCREEN = {"streamlit", "plotly", "altair"}


def imports_of(path: Path) -> set[str]:
    """Top-level names of the modules a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: import absolutely"
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_everything_knows_corpus_and_corpus_knows_nobody(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        if path.name == "__main__.py" or path.parent.name == "commands":
            continue  # a composition root
        wrong = (imports_of(path) & OURS) - MAY_IMPORT[package]
        assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(sorted(wrong))}"


@pytest.mark.parametrize("package", ["corpus", "ingest", "analysis"])
def test_only_views_and_the_app_know_the_screen(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        wrong = imports_of(path) & SCREEN
        assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(sorted(wrong))}"


def test_the_map_component_knows_no_screen() -> None:
    assert not imports_of(ROOT / "views" / "map_component.py") & SCREEN


def test_every_reader_is_registered_and_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    registered = {reader.id for reader in READERS}
    assert len(registered) == len(READERS)
    for reader in READERS:
        assert f"`{reader.id}`" in text, f"docs/formats.md does not name {reader.id}"
    modules = {
        path.stem
        for path in (ROOT / "ingest" / "readers").glob("*.py")
        if "\nREADER = Reader(" in path.read_text(encoding="utf-8")
    }
    from ingest import readers

    unregistered = [m for m in modules if getattr(getattr(readers, m, None), "READER", None) not in READERS]
    assert not unregistered, f"import {unregistered} in ingest/readers/__init__.py and put each READER into READERS"


def test_every_reader_is_put_to_the_damage_test() -> None:
    import test_ingest_damage

    tested_elsewhere = {"bibtex", "delimited", "xlsx"}  # damaged in tests of their own
    missing = {reader.id for reader in READERS} - set(test_ingest_damage.SAMPLES) - tested_elsewhere
    assert not missing, f"add a sample for {missing} to SAMPLES in tests/test_ingest_damage.py"


def test_every_page_is_registered_and_documented() -> None:
    from views.pages import PAGES

    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert page.title in guide, f"docs/guide.md does not name the page {page.title}"
    with_render = {
        path.stem
        for path in (ROOT / "views").glob("*.py")
        if "\ndef render(state: State)" in path.read_text(encoding="utf-8")
    }
    shown = {page.render.__module__.removeprefix("views.") for page in PAGES}
    assert with_render == shown, "views/*.py with render(state) and PAGES in views/pages.py must agree"


def test_every_measure_is_documented() -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    for measure in MEASURES:
        assert f"`{measure.id}`" in text, f"docs/methods.md does not name {measure.id}"


def test_every_facet_is_documented(framework: Framework) -> None:
    text = (ROOT / "docs" / "framework.md").read_text(encoding="utf-8")
    for facet in framework.facets:
        assert facet.label in text, f"docs/framework.md does not name {facet.label}"


def test_pins_hold_hashes_and_no_host_name() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line for line in pins)
        assert text.count("--hash=sha256:") >= len(pins)
