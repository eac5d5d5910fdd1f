"""Work that is waited for: silent while it is short, then a bar and a button; nothing is kept of what is stopped."""

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.testing.v1 import AppTest

from views import long_work
from views.progress import Meter


def page() -> None:
    import streamlit as st

    from corpus.rules import Progress
    from views import long_work

    counting = long_work.Work("count", "Counting", "Counting one by one.", "Count", holds=2)

    def count(progress: Progress) -> int:
        st.session_state["began"] = st.session_state.get("began", 0) + 1
        for done in range(1, 6):
            progress("counting", done, 5)
        return 5

    @st.fragment
    def part() -> None:
        found = long_work.find(counting, st.query_params.get("asked", "one"), count)
        st.text("not there" if found is None else f"found {found}")

    part()


@pytest.fixture
def at() -> AppTest:
    long_work._held.clear()
    return AppTest.from_function(page)


def kinds(at: AppTest) -> list[str]:
    return [element.type for element in at.main]


def hurry(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """Everything is said at once; what was said."""
    said: list[tuple[str, int, int]] = []
    monkeypatch.setattr(long_work, "PATIENCE", 0.0)
    show = Meter.__call__

    def listen(self: Meter, what: str, done: int, of: int) -> None:
        said.append((what, done, of))
        show(self, what, done, of)

    monkeypatch.setattr(Meter, "__call__", listen)
    return said


def test_short_work_puts_nothing_on_the_page_and_is_done_once(at, monkeypatch):
    monkeypatch.setattr(long_work, "PATIENCE", 3600.0)
    first = kinds(at.run())
    assert at.text[0].value == "found 5" and not at.button
    assert first == kinds(at.run()) == ["main", "flex_container", "text"]
    assert at.session_state["began"] == 1


def test_longer_work_is_told_in_numbers_and_its_bar_goes_when_it_is_over(at, monkeypatch):
    said = hurry(monkeypatch)
    at.run()
    assert said == [("counting", done, 5) for done in range(1, 6)]
    assert at.text[0].value == "found 5" and not at.button


def test_stopped_work_says_so_keeps_nothing_and_can_be_gone_on_with(at, monkeypatch):
    said = hurry(monkeypatch)
    show = Meter.__call__

    def end(self: Meter, what: str, done: int, of: int) -> None:
        show(self, what, done, of)
        if done == 2:
            st.stop()

    with monkeypatch.context() as while_clicked:
        while_clicked.setattr(Meter, "__call__", end)
        at.run()
    assert said == [("counting", 1, 5), ("counting", 2, 5)]
    assert [button.label for button in at.button] == ["Stop"]
    assert [text.value for text in at.text] == ["Counting one by one."]
    at.button(key="count.stop").click().run()
    assert at.info[0].value == "Counting was stopped. Nothing of it was kept."
    assert [text.value for text in at.text] == ["not there"]
    at.run()
    assert at.info and at.session_state["began"] == 1  # it does not begin again by itself
    at.button(key="count.again").click().run()
    assert at.text[0].value == "found 5" and not at.info and at.session_state["began"] == 2


def test_a_stop_is_for_what_was_asked_and_nothing_else(at):
    at.session_state[long_work._STOPPED + "count"] = "one"
    assert at.run().text[0].value == "not there"
    at.query_params["asked"] = "two"
    assert at.run().text[0].value == "found 5"


def test_the_stop_button_belongs_to_the_whole_page_for_a_click_in_a_fragment_would_wait(at, monkeypatch):
    hurry(monkeypatch)
    drawn = []

    def button(label: str, **_: object) -> None:
        drawn.append((label, ThreadState.get().fragment_id))

    monkeypatch.setattr(st, "button", button)
    monkeypatch.setattr(st, "text", lambda *_, **__: drawn.append(("text", ThreadState.get().fragment_id)))
    at.run()
    (_, inside), stop, (_, after) = drawn
    assert stop == ("Stop", None)
    assert inside == after is not None


def test_only_so_many_answers_are_held(at):
    for asked in ("one", "two", "three", "one"):
        at.query_params["asked"] = asked
        at.run()
    assert at.session_state["began"] == 4
