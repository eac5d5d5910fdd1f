"""Choices kept in the address by their ids, so that a link still works after a label is reworded.

Streamlit's own binding writes the label a person sees. Here a choice is seeded before its widget and kept after it,
with the widget's key as the parameter's name. What the address says wins when it has changed since it was kept: a link,
the back button.

Each widget is also given its value of the moment as its default. A browser that is slow to draw a field would otherwise
begin with the field's first option and send that, as if somebody had chosen it.

With ``drawn=False`` a choice holds as the address has it and no field is drawn: fields that stand in a closed expander
(``widgets.more``) cost every rerun, in the server and in the browser, although nobody sees them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

KEPT = "address."  # before a field's key: what the address was given for it


def enter(page: str) -> None:
    """Ask the address anew: for all fields on another page than before, else for those of which it says another thing.

    Called where a whole page is run. A fragment of it runs when one of its own fields is used, and then the browser
    may still be behind with the address: what the fields have, holds.
    """
    known = {str(key): kept for key, kept in st.session_state.items() if str(key).startswith(KEPT)}
    arrived = st.session_state.get("address") != page
    st.session_state["address"] = page
    for name, kept in known.items():
        key = name.removeprefix(KEPT)
        if arrived or st.query_params.get_all(key) != kept:
            st.session_state.pop(key, None)
            del st.session_state[name]


def choose_many(label: str, options: Mapping[str, str], key: str, *, drawn: bool = True, **more: Any) -> list[str]:
    """A multiselect over ids with labels, kept in the address."""
    _seed(key, lambda given: _known(given, options))
    chosen: list[str] = st.session_state[key]
    if drawn:
        chosen = st.multiselect(label, list(options), chosen, key=key, format_func=lambda i: options.get(i, i), **more)
    _keep(key, chosen)
    return chosen


def choose_one(
    label: str, options: Mapping[str, str], key: str, default: str, *, drawn: bool = True, **more: Any
) -> str:
    """A selectbox over ids with labels, kept in the address; the default only where the address names it."""
    _seed(key, lambda given: next(iter(_known(given, options)), default))
    if st.session_state[key] not in options:
        st.session_state[key] = default
    chosen: str = st.session_state[key]
    if drawn:
        now = list(options).index(chosen)
        chosen = st.selectbox(label, list(options), now, key=key, format_func=lambda i: options.get(i, i), **more)
    named = st.query_params.get_all(key) == [chosen]  # taken out at each visit, it would keep Back from leading away
    _keep(key, [chosen] if named or chosen != default else [])
    return chosen


def choose_number(
    label: str, low: int, high: int, key: str, *, drawn: bool = True, placeholder: str = "Any", **more: Any
) -> int | None:
    """A field for a whole number, empty unless the address names one.

    Not bound by Streamlit itself: a link to another page with a field of the same name would lose the number.
    """
    _seed(key, lambda given: next((int(n) for n in given if n.isdecimal() and low <= int(n) <= high), None))
    number: float | None = st.session_state[key]
    if drawn:
        number = st.number_input(label, low, high, value=number, key=key, placeholder=placeholder, **more)
    _keep(key, [] if number is None else [str(int(number))])
    return None if number is None else int(number)


def choose_whether(label: str, key: str, help: str, *, drawn: bool = True, **more: Any) -> bool:
    """A switch, off unless the address says "true"."""
    _seed(key, lambda given: given == ["true"])
    chosen: bool = st.session_state[key]
    if drawn:
        chosen = st.toggle(label, value=chosen, key=key, help=help, **more)
    _keep(key, ["true"] if chosen else [])
    return chosen


def choose_page(n_pages: int, key: str, *, drawn: bool = True) -> int:
    """Which of so many pages, counted from 1; the first unless the address names another."""
    _seed(key, lambda given: next((int(n) for n in given if n.isdecimal()), 1))
    page = st.session_state[key] = min(max(st.session_state[key], 1), n_pages)
    if drawn:
        page = st.pagination(n_pages, default=page, key=key)
    _keep(key, [] if page == 1 else [str(page)])
    return page


def read_text(key: str, longest: int | None = None) -> str:
    """What stands in a field for words, drawn or not."""
    _seed(key, lambda given: "".join(given[:1])[:longest])
    typed: str = st.session_state[key]
    return typed


def choose_text(label: str, key: str, field: Callable[..., Any] = st.text_input, **more: Any) -> str:
    """A field for words. ``keep_text`` writes them into the address, once what they ask for is drawn.

    Not bound by Streamlit itself: the browser would write the address first, and ask the server after that.
    """
    typed: str = field(label, read_text(key, more.get("max_chars")), key=key, **more)
    return typed


def keep_text(key: str, typed: str) -> None:
    """What was typed, into the address."""
    _keep(key, [typed] if typed else [])


def _known(given: Sequence[str], options: Mapping[str, str]) -> list[str]:
    """Ids among the options; a label stands for its id."""
    ids = {label: i for i, label in options.items()} | {i: i for i in options}
    return list(dict.fromkeys(ids[name] for name in given if name in ids))


def _seed(key: str, to_value: Callable[[list[str]], object]) -> None:
    if key not in st.session_state:
        st.session_state[key] = to_value(st.query_params.get_all(key))


def _keep(key: str, ids: list[str]) -> None:
    if ids != st.query_params.get_all(key):
        if ids:
            st.query_params[key] = ids
        else:
            del st.query_params[key]
    st.session_state[KEPT + key] = ids


def read_ids(key: str, options: Mapping[str, str]) -> list[str]:
    """What the address says of a choice that no widget on the page keeps."""
    return _known(st.query_params.get_all(key), options)
