"""Leaving quickly in a real browser: by the button and by the keyboard alone, with no request to anywhere."""

from pathlib import Path

import pytest
from browser import guard, open_browser, run_app, settle
from corpora import copy_corpus
from playwright.sync_api import Page


@pytest.fixture(scope="module")
def app(corpora_made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("leave")
    with run_app(copy_corpus(corpora_made["tiny"], folder), folder / "app.log") as address, open_browser() as browser:
        yield address, browser


def open_support(app) -> tuple[Page, list[str]]:  # type: ignore[no-untyped-def]
    address, browser = app
    context = browser.new_context()
    refused = guard(context, address)
    page = context.new_page()
    page.goto(f"{address}/support")
    page.get_by_role("heading", name="In an emergency").wait_for(timeout=60_000)
    settle(page)
    page.get_by_role("button", name="Leave quickly").wait_for()
    return page, refused


def test_shift_pressed_three_times_replaces_the_page_whatever_has_the_focus(app):
    page, refused = open_support(app)
    for _ in range(2):
        page.keyboard.press("Shift")
    page.keyboard.press("Shift+A")  # a capital letter starts the count again
    assert page.url.endswith("/support")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("about:blank")
    assert page.title() == ""
    assert page.inner_text("body") == ""
    assert refused == []


def test_the_button_does_the_same_by_enter_and_leaves_no_entry_of_its_own(app):
    page, refused = open_support(app)
    before = page.evaluate("history.length")
    page.get_by_role("button", name="Leave quickly").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("about:blank")
    assert page.evaluate("history.length") == before
    assert refused == []


def test_the_button_stands_on_every_kind_of_page(app):
    page, _ = open_support(app)
    for name in ("Search", "Gaps"):
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("heading", name=name, level=1).wait_for(timeout=60_000)
        settle(page)
        assert page.get_by_role("button", name="Leave quickly").is_visible()
