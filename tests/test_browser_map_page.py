"""The gap map in the app, by keyboard: open a group, open a cell, see which is open, go back step by step."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser import guard, open_browser, run_app, settle
from pages_toy import LAKES, lakes
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    folder = tmp_path_factory.mktemp("map-page")
    corpus = lakes(folder / "lakes.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LACUNA_FRAMEWORK", str(LAKES))
        with run_app(corpus, folder / "app.log") as address, open_browser() as browser:
            yield browser, address


@contextmanager
def open_map(browser: Browser, address: str, held: str = "", waiting: list[Route] | None = None) -> Iterator[Page]:
    """The map at the level of groups. Files named ``held`` wait in ``waiting`` until somebody lets them on."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    refused = guard(context, address)
    page = context.new_page()
    if waiting is not None:
        page.route(f"**/{held}*", lambda route: waiting.append(route))
    page.goto(f"{address}/gap-map?rows=measure&columns=response&level=group")
    settle(page)
    yield page
    context.close()
    assert refused == []


@pytest.fixture(scope="module")
def page(opened: tuple[Browser, str]) -> Iterator[Page]:
    with open_map(*opened) as page:
        yield page


def test_what_is_clicked_before_the_fields_are_drawn_loses_no_choice(opened):
    waiting: list[Route] = []
    with open_map(*opened, "Selectbox", waiting) as page:
        group = page.get_by_role("button", name="Narrower tags of In the lake")
        group.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Dredging: ")).to_be_visible()
        settle(page)
        assert waiting
        for route in waiting:
            route.continue_()
        expect(page.get_by_role("combobox", name="Columns")).to_have_value("Response")
        page.locator('.cell[aria-label^="Dredging, cost"]').press("Enter")
        expect(page.get_by_role("heading", name="Dredging × cost")).to_be_visible()


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
