"""Choices in the address: when it holds, and when what the fields have holds."""

from types import SimpleNamespace

import pytest

from views import address


class Address(dict[str, list[str]]):
    """The part of the address that Streamlit gives a page."""

    def get_all(self, key: str) -> list[str]:
        return self.get(key, [])


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    browser = SimpleNamespace(session_state={}, query_params=Address())
    monkeypatch.setattr(address, "st", browser)
    return browser


def read_year() -> int | None:
    return address.choose_number("From year", 1800, 2200, "from", drawn=False)


def test_a_link_and_the_back_button_hold(browser):
    browser.query_params["from"] = ["2015"]
    address.enter("search")
    assert read_year() == 2015
    browser.query_params["from"] = ["1999"]
    address.enter("search")
    assert read_year() == 1999
    browser.query_params.clear()
    address.enter("search")
    assert read_year() is None


def test_a_fragment_holds_to_its_fields_while_the_browser_is_behind_with_the_address(browser):
    address.enter("search")
    assert read_year() is None
    browser.session_state["from"] = 2015  # typed; the address is written, the browser not yet there
    assert read_year() == 2015
    assert browser.query_params == {"from": ["2015"]}
    browser.query_params.clear()
    assert read_year() == 2015


def test_another_page_asks_the_address_whatever_a_field_of_the_same_name_had(browser):
    address.enter("search")
    browser.session_state["from"] = 2015
    assert read_year() == 2015
    address.enter("search")
    assert read_year() == 2015
    browser.query_params.clear()
    address.enter("trends")
    assert read_year() is None


def test_a_page_beyond_the_last_is_the_last(browser):
    browser.query_params["page"] = ["99"]
    assert address.choose_page(5, "page", drawn=False) == 5
    assert browser.query_params == {"page": ["5"]}
    browser.session_state["page"] = 1
    assert address.choose_page(5, "page", drawn=False) == 1
    assert browser.query_params == {}
    browser.query_params["page"] = ["0"]
    del browser.session_state["page"]
    assert address.choose_page(5, "page", drawn=False) == 1
