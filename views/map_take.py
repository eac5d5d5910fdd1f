"""The map to take away: its numbers, one file that opens without this app, and how to put it on a web site."""

from collections.abc import Callable
from dataclasses import replace
from html import escape

import streamlit as st

from analysis.axes import TOPIC
from analysis.coverage import cross
from analysis.gaps import find_gaps
from analysis.receipts import note_of
from analysis.recounts import make_map_receipt
from corpus.notices import mark_of
from views import map_component, widgets
from views.map_data import MapData
from views.map_looks import Look, judge
from views.state import MANY_ROWS, Judged, State, Where

LABEL = "Take this map with you: numbers, one file, your web site"
HOSTING = (
    "1. Download the map as one file (HTML).\n"
    "2. Put the file on your own web space, beside your pages: it needs no server program, no account and nothing from "
    "anywhere else.\n"
    "3. Paste these lines into the page that should show it, with the file's address in place of the one here."
)
AFTERWARDS = (
    "The frame may run its own script and open a publication in a new tab, and nothing else. The map inside is as it "
    "was on the day of the download: download it again to bring it up to date. A plain link to the file works too."
)


def show(state: State, judged: Judged, look: Look, data: MapData, where: Where) -> None:
    coverage = judged.coverage
    name = f"lacuna-{coverage.row_facet}-by-{coverage.column_facet}"

    def page() -> str:
        return write_page(state, judged, look)

    def numbers() -> str:
        return map_component.to_csv(data, notes_for(state, judged, look, where))

    with widgets.more(LABEL, "gap_map.take") as place:
        if not place.open:
            return
        with st.container(horizontal=True):
            hint = "Every cell, with how it was counted in the header."
            _download("Numbers (CSV)", numbers, f"{name}.csv", "text/csv", hint)
            hint = "Opens from disk or a web site, without this app. Its cells open their references."
            _download("This map as one file (HTML)", page, f"{name}.html", "text/html", hint)
        st.subheader("Put this map on a web site", anchor=False)
        st.markdown(HOSTING)
        st.code(embed_snippet(f"{name}.html", data["title"]), language=None, wrap_lines=True)
        st.write(AFTERWARDS)


def notes_for(state: State, judged: Judged, look: Look, where: Where) -> list[str]:
    """The receipt of the numbers. Topics are grouped anew each time and a zoom is judged by itself: those have none."""
    if TOPIC in (look.rows, look.columns) or look.rows_of or look.columns_of:
        return []
    if look.order:  # the same numbers in the framework's order, which is how a receipt is counted again
        judged = judge(state, replace(look, level=judged.coverage.level, order=""), where)
    rules = state.corpus.rules_fingerprint
    return [note_of(make_map_receipt(judged.coverage, judged.relative, where.to_filters(), rules, look.opened))]


def write_page(state: State, judged: Judged, look: Look) -> str:
    """The map as a file. Where it is by groups, their tags are in it too, counted under them."""
    coverage, relative, absolute = judged.coverage, judged.relative, judged.absolute
    if coverage.level == "group" and look.is_plain and len(coverage.rows) <= MANY_ROWS:
        coverage = cross(
            coverage.snapshot, look.rows, look.columns, None, "group", opened=look.opened, nested=True,
            topics=state.topic_labels(look.n_topics) if TOPIC in (look.rows, look.columns) else None,
        )  # fmt: skip
        relative, absolute = find_gaps(coverage, "relative"), find_gaps(coverage, "absolute")
    notices = state.corpus.notices()
    return map_component.html(
        coverage,
        relative,
        absolute=absolute,
        records=state.corpus.records(coverage.snapshot.ids.tolist()),
        marks={record_id: mark_of(record_id, notices) for record_id in notices},
    )


def embed_snippet(name: str, title: str) -> str:
    """The lines for a web page that shows the file in a frame."""
    return (
        f'<iframe src="https://your-site.example/{escape(name)}"\n'
        f'  title="Gap map: {escape(title)}" width="100%" height="900" loading="lazy"\n'
        '  sandbox="allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"\n'
        '  referrerpolicy="no-referrer" style="border: 0"></iframe>'
    )


def _download(label: str, make: Callable[[], str], name: str, kind: str, hint: str) -> None:
    st.download_button(
        label,
        make,
        name,
        kind,
        key=f"gap_map.download.{kind}",
        help=hint,
        icon=":material/download:",
        on_click="ignore",
    )
