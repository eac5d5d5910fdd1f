"""The support list: nothing is called checked that is not, and no number is shown without a check that holds."""

import re
from datetime import date

import pytest

from corpus.errors import FileError, LacunaError
from corpus.store.keeping import Kept
from corpus.support import CHECK, KINDS, Service, find_due, list_support, load_support, make_check

TODAY = date(2031, 5, 3)


def service(name: str, **more: object) -> Service:
    return Service(name, name.title(), "A body", "GB-ENG", "everyone", "helpline", "Listens.", phone="0000 111", **more)  # type: ignore[arg-type]


def kept(name: str, at: str, running: bool = True, phone: str = "0000 222") -> Kept:
    return Kept(CHECK, name, make_check(running, phone, "Rang them."), "Ada", at, 1)


def test_the_list_that_ships_is_whole_and_shows_no_number_by_itself() -> None:
    services = load_support()
    assert len(services) == 59
    assert len({s.id for s in services}) == 59
    assert {s.kind for s in services} <= set(KINDS)
    assert all(s.url == "" or s.url.startswith(("http://", "https://")) for s in services)
    assert all(not s.phone for s in services if s.freshness == "old")
    listed = list_support(services, {}, TODAY)
    assert {item.state for item in listed} == {"unchecked"}
    assert not any(item.phone for item in listed)
    for s in services:
        assert not re.search(r"\d[\d -]{6,}\d", f"{s.name} {s.body} {s.audience} {s.offers} {s.status}"), s.id


def test_the_legal_defense_fund_says_what_became_of_it() -> None:
    (fund,) = [s for s in load_support() if "Legal Defense Fund" in s.name]
    assert fund.status.startswith("Run by the National Women's Law Center. In January 2023")
    assert "nwlc.org" in fund.url


def test_a_check_shows_its_number_for_a_year() -> None:
    checks = {"a": kept("a", "2030-05-04T09:00:00Z"), "b": kept("b", "2030-05-03T09:00:00Z")}
    a, b = list_support((service("a"), service("b")), checks, TODAY)
    assert (a.state, a.phone, a.check.who, a.check.on) == ("checked", "0000 222", "Ada", date(2030, 5, 4))  # type: ignore[union-attr]
    assert (b.state, b.phone) == ("expired", "")
    assert list_support((service("a"),), {"a": kept("a", "2032-02-29T09:00:00Z")}, date(2033, 2, 28))[0].phone == ""


def test_what_is_gone_or_held_back_is_not_shown_and_what_waits_comes_in_order() -> None:
    some = (service("gone"), service("held", hold=True), service("new"), service("late"), service("later"))
    checks = {
        "gone": kept("gone", "2031-01-01T09:00:00Z", running=False),
        "late": kept("late", "2029-02-01T09:00:00Z"),
        "later": kept("later", "2028-02-01T09:00:00Z"),
    }
    listed = list_support(some, checks, TODAY)
    assert [item.service.id for item in listed if item.is_shown] == ["new", "late", "later"]
    assert [item.service.id for item in find_due(listed)] == ["held", "new", "later", "late"]
    assert listed[0].check.phone == ""  # type: ignore[union-attr]


def test_what_cannot_be_kept_or_read_says_so(tmp_path) -> None:
    with pytest.raises(LacunaError, match="not a telephone number"):
        make_check(True, "call us")
    broken = tmp_path / "support.csv"
    broken.write_text("id,name\na,A\n", encoding="utf-8")
    with pytest.raises(FileError, match="has no column body"):
        load_support(broken)
    with pytest.raises(FileError, match="cannot be read"):
        load_support(tmp_path / "none.csv")
