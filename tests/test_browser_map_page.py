"""The gap map in the app, by keyboard: open a group, open a cell, see which is open, go back step by step."""

from collections.abc import Iterator

import pytest
from browser import guard, open_browser, run_app, settle
from pages_toy import LAKES, lakes
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("map-page")
    corpus = lakes(folder / "lakes.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LACUNA_FRAMEWORK", str(LAKES))
        with run_app(corpus, folder / "app.log") as address, open_browser() as browser:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_default_timeout(30_000)
            refused = guard(context, address)
            opened = context.new_page()
            opened.goto(f"{address}/gap-map?rows=measure&columns=response&level=group")
            settle(opened)
            yield opened
            context.close()
            assert refused == []


def test_each_step_is_in_the_address_and_back_undoes_it(page):
    group = page.get_by_role("button", name="Narrower tags of In the lake")
    group.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Dredging: ")).to_be_visible()
    expect(group).to_be_focused()
    assert "open=measure.in-lake" in page.url
    cell = page.locator('.cell[aria-label^="Dredging, cost"]')
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dredging × cost")).to_be_visible()
    expect(cell).to_have_attribute("aria-current", "true")
    expect(cell).to_be_focused()
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Dredging × cost")).to_have_count(0)
    expect(page.locator(".cell[aria-current]")).to_have_count(0)
    expect(cell).to_be_visible()
    page.go_back()
    expect(cell).to_have_count(0)
    expect(group).to_have_attribute("aria-expanded", "false")


def test_small_maps_share_keyboard_and_reading_line_and_open_their_own_records(page):
    page.goto(f"{page.url.split('?')[0]}?rows=measure&columns=response&level=group&by=pressure&shown=none")
    settle(page)
    cell = page.get_by_role("group", name="Not reported, ").locator(".cell").first
    cell.focus()
    expect(page.locator(".readout")).to_contain_text("Not reported, ")
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-current", "true")
    assert "of=none" in page.url
