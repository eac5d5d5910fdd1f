"""From a file to a cell in a real browser: upload, look, accept, and the map's number changes; no request leaves."""

import re

import pytest
from browser import guard, open_browser, run_app, settle
from corpora import copy_corpus
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MORE = """@article{more1, title={Sexual harassment of nurses on night shifts: a survey}, author={Osei, A}, year={2023}}
@article{more2, title={Nurses who report sexual harassment by patients}, author={Lund, Kari}, year={2024}}
@article{broken, title={No end
"""
CELL = re.compile(r"^Nurses.*, sexual harassment.*: \d")


@pytest.fixture
def app(corpora_made, tmp_path):
    with run_app(copy_corpus(corpora_made["founding"], tmp_path), tmp_path / "app.log") as address:
        yield address


def count_in_cell(page: Page, address: str) -> int:
    """The number the map shows for nurses and sexual harassment."""
    page.goto(f"{address}/gap-map")
    settle(page)
    cell = page.get_by_role("button", name=CELL).first
    expect(cell).to_be_visible(timeout=60_000)
    return int(cell.inner_text().split()[0].replace(",", ""))


def test_an_uploaded_file_moves_the_map(app, tmp_path):
    file = tmp_path / "more.bib"
    file.write_text(MORE, encoding="utf-8")
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, app)
        page = context.new_page()
        before = count_in_cell(page, app)

        page.goto(f"{app}/add-files")
        settle(page)
        page.locator('input[type="file"]').set_input_files(file)
        read = page.get_by_role("button", name="Read the files")
        expect(read).to_be_enabled(timeout=60_000)
        read.click()
        expect(page.get_by_text("Found 3 = 2 new + 0 merged + 0 held + 1 rejected")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Nothing is saved to the collection yet.")).to_be_visible()
        page.get_by_role("button", name="Accept", exact=True).dblclick()
        expect(page.get_by_text("Accepted: 2 records joined the collection")).to_be_visible(timeout=60_000)

        assert count_in_cell(page, app) == before + 2
        assert refused == []
