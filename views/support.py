"""Support: what to do in an emergency, then where people affected can turn, country by country.

Nothing here is logged or kept in the address: a link to this page says nothing about who looked for what.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import streamlit as st

from corpus.errors import LacunaError
from corpus.support import CHECK, KINDS, MONTHS, Listed, Service, find_due, list_support, load_support, make_check
from views import places, widgets
from views.state import State

ALL = "All countries"
EMERGENCY = """
- **If you are in danger now, call your local emergency number**, and get to a place where other people are.
- **If you are hurt or were assaulted, see a doctor or go to an emergency department** as soon as you can. You may ask
  first what staff have to report; seeking care does not mean that you have decided to report anything.
- **If you may harm yourself, call your local emergency number** or tell somebody who is near you now.
- **Tell someone you trust.** You do not have to decide alone or today what to do.
- **If it is safe, keep what could be evidence**: messages, dates, places, names of those who saw it, and what happened
  in your own words. Keep it where nobody else can read it, not on a device or account of your employer.
- **If somebody may look at your device, use another one**, such as a friend's or a library's.
"""
LEAVING = """
**To leave at once**: "Leave quickly", at the top of every page, or the Shift key pressed three times, puts an empty
page in place of this one. **The browser's history remains**, and the Back button may lead back here: close the tab, and
clear the history.
"""
TRACES = """
- Chrome, Edge and Firefox on a computer: Ctrl + Shift + Delete (on a Mac: Command + Shift + Delete), choose the time
  and "browsing history", and confirm.
- Safari: the menu History, then "Clear History".
- On a phone: in the browser's menu open History, and delete the entries or all of it.

A private or incognito window keeps no history once it is closed. An employer's network or device may keep its own
records all the same. Lacuna keeps no record of what you look at here, and what you choose is not in the address.
"""
CAUTIONS = {
    "recent": "Where we read of it, the page was of {when}.",
    "old": "Where we read of it, the page was of {when}: it may have changed or ended since.",
    "undated": "Where we read of it, the page has no date.",
}
NOT_ADVICE = "This is not legal advice, and no promise that a service can help in your case."


def render(state: State) -> None:
    st.title("Support")
    st.write("For people who meet harassment, violence, bullying or discrimination at work, and those close to them.")
    st.header("In an emergency", anchor=False)
    st.markdown(EMERGENCY)
    st.markdown(LEAVING)
    with st.expander("How to clear the browser's history"):
        st.markdown(TRACES)
    today = datetime.now(UTC).date()
    listed = list_support(_load(), state.corpus.kept(CHECK), today)
    with st.container(width=820):
        _show_services(listed)
    if state.can_curate:
        _show_queue(state, listed)


def _show_services(listed: Sequence[Listed]) -> None:
    shown = [item for item in listed if item.is_shown]
    st.header("Services by country", anchor=False)
    st.write(
        "Each entry says whether a person here has checked it. **Not yet checked by us** means that we only read of "
        "it: open its own page before relying on it. Telephone numbers stand here only once checked. " + NOT_ADVICE
    )
    country = _pick_country(shown)
    for code in places.in_order(item.service.country for item in shown):
        some = [item for item in shown if item.service.country == code]
        if country == ALL:
            with st.expander(f"{places.name_place(code)} ({len(some):,})", expanded=code == places.ANYWHERE):
                _show_country(some)
        elif country == code:
            st.subheader(places.name_place(code), anchor=False)
            _show_country(some)
    _show_sources(shown)


@st.cache_resource(max_entries=1, show_spinner=False)
def _load() -> tuple[Service, ...]:
    return load_support()


def _pick_country(shown: Sequence[Listed]) -> str:
    """Kept in this session alone, never in the address."""
    codes = places.in_order(item.service.country for item in shown)
    chosen: str = st.selectbox(
        "Country",
        [ALL, *codes],
        format_func=lambda code: code if code == ALL else places.name_place(code),
        key="support.country",
        width=320,
    )
    return chosen


def _show_country(some: Sequence[Listed]) -> None:
    order = {"checked": 0, "unchecked": 1, "expired": 1}
    fresh = {"recent": 0, "undated": 1, "old": 2}
    ranked = sorted(some, key=lambda item: (order[item.state], fresh[item.service.freshness], item.service.name))
    for item in ranked:
        _show_service(item)


def _show_service(item: Listed) -> None:
    service, check = item.service, item.check
    link = widgets.web_link(service.url)
    name = widgets.plain(service.name)
    part = f", {places.name_place(service.jurisdiction)}" if service.jurisdiction != service.country else ""
    body = f" {widgets.plain(service.body)}{part}." if service.body != service.name or part else ""
    kind = KINDS.get(service.kind, service.kind)
    said = [
        f"**[{name}]({link})**" if link else f"**{name}**",
        f"{kind[:1].upper()}{kind[1:]} for {widgets.plain(service.audience)}.{body}",
        f"{widgets.plain(service.offers)} {widgets.plain(service.status)}".strip(),
    ]
    if item.state == "checked" and check:
        said += [f"Telephone: **{widgets.plain(item.phone)}**"] if item.phone else []
        note = f" {widgets.plain(check.note)}" if check.note else ""
        said.append(f":green-badge[Checked] Checked by {widgets.plain(check.who)} on {day(check.on)}.{note}")
    else:
        unknown = "" if link else " Its own page is not known to us: search for its name."
        said.append(f":gray-badge[Not yet checked by us] {_caution(item)}{unknown}")
    with st.container(border=True, key=f"support.{service.id}"):
        st.markdown("\n\n".join(said))


def _caution(item: Listed) -> str:
    if item.state == "expired" and item.check:
        return f"Last checked on {day(item.check.on)}, over a year ago."
    words = CAUTIONS.get(item.service.freshness, CAUTIONS["undated"])
    return words.format(when=_when(item.service.source_date))


def _when(text: str) -> str:
    """ "2024-06-28" as "June 2024"; a year alone stays one."""
    year, _, rest = text.partition("-")
    return f"{date(int(year), int(rest[:2]), 1):%B} {year}" if rest else year or "an unknown date"


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _show_sources(shown: Sequence[Listed]) -> None:
    with st.expander("Where we read of each"):
        lines = []
        for item in shown:
            links = [
                f"[{widgets.plain(urlsplit(url).netloc.removeprefix('www.'))}]({safe})"
                for url in item.service.source_url.split()
                if (safe := widgets.web_link(url))
            ]
            lines.append(f"- {widgets.plain(item.service.name)}: {', '.join(links) or 'not named'}")
        st.markdown("\n".join(lines))


# For curators


def _show_queue(state: State, listed: Sequence[Listed]) -> None:
    due = find_due(list(listed))
    st.header("For curators", anchor=False)
    with st.expander(f"{len(due):,} entries wait to be checked"):
        _show_check(state, listed, due)


def _show_check(state: State, listed: Sequence[Listed], due: Sequence[Listed]) -> None:
    """One entry to check: what is known, and a form for what was found."""
    st.write(
        f"{len(due):,} of {len(listed):,} entries wait. Open the service's own page or ring it, then note what you "
        f"found. A check is shown with your name and its date, and holds for {MONTHS} months."
    )
    gone = [item for item in listed if item.state == "gone"]
    if gone:
        st.write("Found to be gone, and hidden: " + widgets.plain("; ".join(item.service.name for item in gone)) + ".")
    widgets.ask_curator()
    names = {item.service.id: item for item in (*due, *(i for i in listed if i not in due))}
    chosen = st.selectbox(
        "Entry",
        list(names),
        format_func=lambda i: f"{names[i].service.name} ({_STATES[names[i].state]})",
        key="support.entry",
    )
    item = names[chosen]
    service = item.service
    link = widgets.web_link(service.url)
    said = [f"Its page: [{widgets.plain(service.url)}]({link})." if link else "No page of its own is known."]
    said += [f"What its page said: {widgets.plain(service.running)}."] if service.running else []
    st.markdown(" ".join(said))
    with st.form("support.check", clear_on_submit=True):
        phone = st.text_input("Telephone number, as you read it today (optional)", max_chars=60)
        note = st.text_input("Anything to know, such as opening hours (optional)", max_chars=300)
        running, over = st.columns(2)
        is_running = running.form_submit_button("It is running: mark as checked", type="primary", width="stretch")
        is_gone = over.form_submit_button("It is gone: hide it", width="stretch")
    if is_running or is_gone:
        try:
            state.corpus.keep(CHECK, service.id, make_check(bool(is_running), phone, note), widgets.curator())
        except LacunaError as error:
            widgets.show_error(error)
            return
        st.rerun()
    if item.check and st.button("Take the last check back", key="support.undo"):
        state.corpus.forget(CHECK, service.id, widgets.curator())
        st.rerun()


_STATES = {"unchecked": "never checked", "expired": "check has expired", "checked": "checked", "gone": "gone"}
