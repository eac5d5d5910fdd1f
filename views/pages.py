"""The pages there are, in the order of the navigation bar: a new one is a module with ``render(state)`` and a row."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import streamlit as st

from views import (
    about,
    add_files,
    address,
    brief,
    coding,
    collections,
    enrich,
    gap_list,
    gap_map,
    history,
    leave,
    method,
    need,
    quality,
    record,
    review,
    screening,
    search,
    sign_in,
    standards,
    start,
    support,
    terms,
    topics,
    trends,
)
from views.state import State

STYLE = Path(__file__).parent / "assets" / "page.css"  # ours alone: nothing from a record ever stands in it


@dataclass(frozen=True)
class Page:
    """One page. ``key`` is also its address; ``group``: "" in the bar, "More" under it, "hidden" reached by links,
    "shared" under More where there is somebody to sign in to."""

    key: str
    title: str
    render: Callable[[State], None]
    group: str = ""


PAGES = (
    Page("start", "Start", start.render),
    Page("gap-map", "Gap map", gap_map.render),
    Page("gaps", "Gaps", gap_list.render),
    Page("search", "Search", search.render),
    Page("topics", "Topics", topics.render),
    Page("add-files", "Add files", add_files.render),
    Page("standards", "Standards", standards.render, "More"),
    Page("support", "Support", support.render, "More"),
    Page("trends", "Trends & places", trends.render, "More"),
    Page("review", "Review", review.render, "More"),
    Page("coding", "Coding", coding.render, "More"),
    Page("screening", "Screening", screening.render, "More"),
    Page("quality", "Coding quality", quality.render, "More"),
    Page("need", "Need", need.render, "More"),
    Page("look-up", "Look up", enrich.render, "More"),
    Page("history", "History", history.render, "More"),
    Page("terms", "Terms", terms.render, "More"),
    Page("method", "Method", method.render, "More"),
    Page("about", "About the collection", about.render, "More"),
    Page("sign-in", "Sign in", sign_in.render, "shared"),
    Page("record", "Record", record.render, "hidden"),
    Page("brief", "Brief", brief.render, "hidden"),
)


def run(state: State) -> None:
    """Show the navigation bar and the page the address asks for."""
    built = {}
    holder: dict[str, State] = {}
    groups = {"hidden": "", "shared": "More" if state.visitor.can_sign_in else ""}
    for n, page in enumerate(PAGES):
        shown = groups.get(page.group, "shown")
        built[page.key] = st.Page(
            partial(_render, page, holder),
            title=page.title,
            url_path=page.key,
            default=n == 0,
            visibility="visible" if shown else "hidden",
        )
    holder["state"] = replace(state, pages=built)
    sections: dict[str, list[object]] = {}
    for page in PAGES:
        sections.setdefault(groups.get(page.group, page.group), []).append(built[page.key])
    st.navigation(sections, position="top").run()


def _render(page: Page, holder: dict[str, State]) -> None:
    st.html(STYLE)
    leave.show()
    collections.show_banner()
    address.enter(page.key)
    page.render(holder["state"])
