"""What pages share on screen: text made safe, errors, filters, lists of records, the words beside every gap."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from analysis.sentences import ALWAYS, lower_first
from corpus.errors import LacunaError
from corpus.framework import TagKey
from corpus.notices import GRAVE, MARKS, NAMES, is_grave, mark_of
from corpus.records import Assignment, Record
from corpus.search import find_marks
from views.state import State, Where

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")


def plain(text: str | None) -> str:
    """Text from a file as it may stand in markdown: nothing in it is a link, an image, a formula or a command."""
    return _escape(" ".join((text or "").split()))


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def show_error(error: LacunaError) -> None:
    """One of our errors, in its own words."""
    st.error(plain(str(error)), icon="⚠️")


def show_caveats(state: State) -> None:
    """What stands beside every list of gaps: how the collection was put together, and what counts are not."""
    st.info(plain(say_caveats(state)))


def say_caveats(state: State) -> str:
    return f"How this collection was put together: {state.snapshot().statement}. {ALWAYS}"


def link(state: State, page: str, label: str, icon: str | None = None, **query: Any) -> None:
    """A link to a page with its state in the address; plain text where there is no navigation (tests)."""
    params = {k: v for k, v in query.items() if v not in (None, "", ())}
    if page in state.pages:
        st.page_link(state.pages[page], label=f":blue[{label}]", icon=icon, query_params=params or None)
    else:
        st.markdown(label)


def curator() -> str:
    """The name decisions are kept under, as the person gave it in this session."""
    typed = st.session_state.get("curator.name")  # already there when a callback runs before the field is drawn again
    return str(typed or "").strip() or str(st.session_state.get("curator") or "curator")


def ask_curator() -> None:
    """Ask once for the name decisions are kept under; it holds on every page until the browser is closed."""
    if st.user.get("is_logged_in"):
        return  # decisions are kept under the name the person signed in with
    name = st.text_input(
        "Your name, kept with each decision (optional)",
        value=st.session_state.get("curator", ""),
        max_chars=80,
        key="curator.name",
        autocomplete="name",
    )
    st.session_state["curator"] = name.strip()


def doi_link(doi: str) -> str:
    return f"https://doi.org/{quote(doi, safe='/:;().-_')}"


def more(label: str, key: str) -> Any:
    """A closed expander whose ``open`` says whether anybody looks: draw what stands in it only then.

    What nobody sees is not computed, sent or drawn, at no run of the page; it comes with the click that opens it.
    """
    return st.expander(label, key=key, on_change="rerun")


def figures(values: Mapping[str, str]) -> None:
    """A few numbers with their names, side by side; two to a line where there is little room."""
    with st.container(horizontal=True, gap="small"):
        for label, value in values.items():
            st.metric(label, value, border=True, width=165)


def small_table(names: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """A few lines of text and whole numbers in one piece; of st.table each cell is drawn by itself. Does not scroll."""
    shown = [[f"{value:,}" if isinstance(value, int) else plain(value) for value in row] for row in rows]
    sides = ["---:" if isinstance(value, int) else "---" for value in rows[0]]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in (names, sides, *shown)))


def web_link(url: str | None) -> str | None:
    """An address from a file as it may stand in a markdown link; None unless it is http or https."""
    url = (url or "").strip()
    if not url.lower().startswith(("http://", "https://")):
        return None
    return quote(url, safe="/:;?=&.-_~%#,+@!")


def cite(record: Record) -> str:
    """Who, where and when, in one line of plain text."""
    names = [author.family for author in record.authors]
    if record.authors_cut or len(names) > 3:
        by = f"{names[0]} et al." if names else ""
    else:
        by = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + (names[-1] if names else "")
    parts = [by or "No author given", record.venue or "", str(record.year or "Year unknown")]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def marked(text: str | None, query: str, facets: Iterable[str] = ()) -> str:
    """Text from a file as safe markdown, with the words of a query in bold on a tint."""
    text = " ".join((text or "").split())
    out, at = [], 0
    for start, end in find_marks(text, query, facets) if query else ():
        out += [_escape(text[at:start]), ":blue-background[**", _escape(text[start:end]), "**]"]
        at = end
    return "".join([*out, _escape(text[at:])])


def cards(key: str) -> Any:
    """A container whose links look like titles of a list: full size, in line with the text below."""
    return st.container(border=True, key=f"card.{key}", gap="xsmall")


def record_list(
    state: State,
    records: Sequence[Record],
    *,
    facets: Iterable[str] = (),
    key: str,
    snippet: Callable[[Record], str] | None = None,
    query: str = "",
    codes: Callable[[Record], str] | None = None,
    tags: Collection[TagKey] = (),
) -> None:
    """Records as cards: title, citation, links, and for these facets the tags with the words that earned them.

    ``snippet`` gives a stretch of text and ``codes`` a line of plain text; ``query`` is marked in title and snippet.
    ``tags``: of the facets only these; without any, all.
    """
    wanted = set(facets)
    show_content_note(state, records)
    for record in records:
        with cards(f"{key}.{record.id}"):
            title = marked(record.title, query, state.framework.by_id) or "Without a title"
            link(state, "record", title, id=record.id)
            show_mark(state, record)
            doi = f" [Open the publication]({doi_link(record.doi)})" if record.doi else ""
            st.markdown(f":small[{plain(cite(record))}{doi}]")
            if snippet and (text := snippet(record)):
                st.markdown(marked(text, query, state.framework.by_id))
            if codes and (line := codes(record)):
                st.markdown(f":small[Codes: {plain(line)}]")
            if wanted:
                shown = [a for a in state.corpus.assignments(record) if a.facet in wanted]
                show_passages(state, [a for a in shown if not tags or (a.facet, a.tag) in tags])


def show_mark(state: State, record: Record) -> None:
    """ "Retracted" and the like beside a record; nothing for nearly all."""
    notices = state.corpus.notices()
    if mark := mark_of(record.id, notices):
        st.badge(mark, icon="⚠️" if is_grave(record.id, notices) else None, color="red" if mark in _RED else "gray")


def show_notices(state: State, record: Record) -> None:
    """What was published about this record since, or what it is a notice of, with links both ways."""
    for notice in state.corpus.notices().get(record.id, ()):
        other = notice.by if notice.of == record.id else notice.of
        if notice.of == record.id:
            words = f"{MARKS[notice.kind]}. {_ABOUT_WORK[notice.kind]} {plain(notice.why)}"
            (st.error if notice.kind in GRAVE else st.info)(words, icon="⚠️" if notice.kind in GRAVE else None)
        else:
            missing = "" if other else " The work it is about is not in this collection."
            st.info(f"{NAMES[notice.kind]}: this is a notice about another work. {plain(notice.why)}{missing}")
        if other:
            label = "Open the notice" if notice.by == other else "Open the work it is about"
            link(state, "record", label, id=other)


_ABOUT_WORK = {
    "retraction": "Its publisher or authors took this work back: do not rely on what it reports.",
    "withdrawal": "This work was withdrawn: look for what replaced it before relying on it.",
    "concern": "Its publisher has doubts about this work.",
    "erratum": "A correction of this work was published.",
}
_RED = ("Retracted", "Withdrawn", "Expression of concern")


def show_content_note(state: State, records: Sequence[Record]) -> None:
    """A word of warning before a list in which some records have a tag the framework marks ``content-note``."""
    sensitive = [(f.id, tag) for f in state.framework.facets for tag in f.tags if tag.options.get("content-note")]
    if not sensitive or not records:
        return
    snapshot = state.corpus.snapshot()
    at = snapshot.ids.searchsorted([r.id for r in records]).clip(max=max(len(snapshot) - 1, 0))
    met = [tag.label for facet, tag in sensitive if len(snapshot) and snapshot.has(facet, tag.id)[at].any()]
    if met:
        labels = ", ".join(lower_first(label) for label in met)
        which = "this record is" if len(records) == 1 else "some of the records below are"
        st.info(f"Content note: {which} about {plain(labels)}.")


def show_passages(state: State, assignments: Sequence[Assignment]) -> None:
    """Tags with the words that earned them, or the person who gave them."""
    lines = []
    for facet, tag in dict.fromkeys((a.facet, a.tag) for a in assignments):
        same = [a for a in assignments if (a.facet, a.tag) == (facet, tag)]
        said = next((a for a in same if a.passage), None)
        by = "coded by a person" if any(a.source == "person" for a in same) else "coded by rule"
        if all(a.source == "model" for a in same):
            by = "added by the learner"
        words = f": “{plain(said.passage)}” in the {said.field.replace('_', ' ')}" if said else ""
        lines.append(f"- **{plain(state.framework.facet(facet).label_of(tag))}** ({by}{words})")
    if lines:
        st.markdown("\n".join(lines))


def describe_where(state: State, where: Where) -> str:
    """The filters in force, in words."""
    return "; ".join(state.snapshot(where).filters) or "no filter"


def theme() -> str:
    """ "light" or "dark", for figures that choose their own colours."""
    return st.context.theme.type or "light"
