"""Standards: what laws, policies and professional rules ask for, and what this collection holds that evaluates it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from analysis import csv_out, gaps, sentences
from analysis.standards import (
    CAVEAT,
    NOT_ADVICE,
    SECONDARY,
    Question,
    Standard,
    choose_standards,
    find_evidence,
    load_standards,
    read_question,
)
from views import address, filters, places, widgets
from views.state import State, Where

PAGE = 10
GRADES = {
    "not_evaluated": "Recommended, not evaluated here",
    "few": "Hardly evaluated here",
    "evaluated": "Evaluated here",
}
KINDS = {
    "law": "law",
    "convention": "convention",
    "regulation": "regulation",
    "accreditation": "accreditation rule",
    "guideline": "guideline",
    "charter": "charter",
    "report": "report",
}
UNDATED = "not stated where it was read; that does not mean that it is in force"


def render(state: State) -> None:
    st.title("Standards")
    st.write(
        "What laws, conventions, accreditation rules and professional bodies ask for, and how many records of this "
        "collection are primary research on it, of any design. Advice and comment are no evaluation."
    )
    st.info(NOT_ADVICE)
    standards = load_all()
    question = read_question(state.framework)
    if question is None:
        st.write("This collection's framework names no designs that evaluate a remedy, so nothing can be compared.")
        return
    known = [s for s in standards if any(key in state.framework.columns for key in s.tags)]
    if not known:
        st.write("The standards that ship with Lacuna are about another field; none of them fits this framework.")
        return
    chosen, grade = _pick(state, known, question)
    where = filters.pick_where(state, label="Count only some records")
    found = _evidence(state.key, where, tuple(s.id for s in chosen), state)
    if grade:
        found = found[found["grade"] == grade]
        kept = set(found["id"])
        chosen = [s for s in chosen if s.id in kept]
    _say_count(chosen, known, grade)
    if not chosen:
        return
    _show_remedies(state, question, found, where)
    _show_list(state, question, chosen, found, where)
    _show_download(state, found, where)
    widgets.show_caveats(state)


@st.cache_resource(max_entries=1, show_spinner=False)
def load_all() -> tuple[Standard, ...]:
    return load_standards()


@st.cache_data(max_entries=16, show_spinner=False)
def _evidence(key: tuple[str, int, str], where: Where, ids: tuple[str, ...], _state: State) -> pd.DataFrame:
    wanted = set(ids)
    return find_evidence(_state.snapshot(where), [s for s in load_all() if s.id in wanted])


def _pick(state: State, known: Sequence[Standard], question: Question) -> tuple[list[Standard], str]:
    """The standards asked for, and the grade of evidence asked for."""
    secondary = st.toggle(
        f"Also show those known only from a {SECONDARY}",
        key="secondary",
        bind="query-params",
        help="Their source is not a page of the body itself. They are kept out of briefs.",
    )
    shown = choose_standards(known, secondary)
    framework = state.framework
    remedies = {
        f"{facet}.{tag.id}": tag.label
        for facet in question.remedies
        for tag in framework.facet(facet).tags
        if any((facet, tag.id) in s.tags for s in known)
    }
    columns = st.columns(4)
    countries = {code: places.name_place(code) for code in places.in_order(s.country for s in known)}
    bodies = {body: body for body in sorted({s.body for s in shown})}
    with columns[0]:
        country = address.choose_one("Country", {"": "All"} | countries, "country", "")
    with columns[1]:
        body = address.choose_one("Body", {"": "All"} | bodies, "body", "")
    with columns[2]:
        remedy = address.choose_one("Response or remedy", {"": "All"} | remedies, "remedy", "")
    with columns[3]:
        grade = address.choose_one("Evidence here", {"": "All"} | GRADES, "evidence", "")
    facet, _, tag = remedy.partition(".")
    return [
        s
        for s in shown
        if (not country or s.country == country)
        and (not body or s.body == body)
        and (not remedy or (facet, tag) in s.tags)
    ], grade


def _say_count(chosen: Sequence[Standard], known: Sequence[Standard], grade: str) -> None:
    n = len(chosen)
    hidden = sum(not s.own_page for s in known)
    said = f"**{n:,} {'text' if n == 1 else 'texts'}** of {len(known):,}."
    if not st.session_state.get("secondary"):
        said += f" {hidden:,} more are known only from a {SECONDARY}, and hidden."
    st.markdown(said)
    if not n and grade:
        st.write("No text has a remedy with this evidence.")


def _show_remedies(state: State, question: Question, found: pd.DataFrame, where: Where) -> None:
    """One line a remedy: how many of these texts ask for it, and what is known of it here."""
    st.header("By response or remedy", anchor=False)
    design = state.framework.facet(question.design)
    rows = []
    for (facet, tag), some in found.groupby(["facet", "tag"], sort=False):
        first = some.iloc[0]
        designs = "; ".join(f"{sentences.lower_first(design.label_of(d))} {n:,}" for d, n in first["designs"].items())
        settings = "; ".join(
            f"{sentences.lower_first(_label(state, question.places, place))} {n:,}"
            for place, n in first["places"].items()
        )
        rows.append(
            {
                "Response or remedy": state.framework.facet(facet).label_of(tag),
                "Texts": some["id"].nunique(),
                "Records": first["n_records"],
                "Primary research": first["n_evaluating"],
                "Experimental": first["n_experimental"],
                "Advice or comment": first["n_advising"],
                "Reviews": first["n_reviews"],
                "Design unknown": first["n_unknown"],
                "Designs": designs or "none",
                "Settings": settings or "none named",
            }
        )
    table = pd.DataFrame(rows).sort_values("Primary research", kind="stable")
    least, most = table.iloc[0], table.iloc[-1]
    if len(table) > 1:
        st.write(
            f"Least is here on {sentences.lower_first(least['Response or remedy'])}: "
            f"{sentences.records_words(least['Primary research'])} of primary research of any design. Most on "
            f"{sentences.lower_first(most['Response or remedy'])}: {most['Primary research']:,}. "
            f"A record may have two designs. {CAVEAT}"
        )
    else:
        st.write(CAVEAT)
    st.dataframe(table, hide_index=True, height="auto" if len(table) < 12 else 420)


def _label(state: State, facets: Sequence[str], tag: str) -> str:
    return next((f.label_of(tag) for name in facets if tag in (f := state.framework.facet(name)).by_id), tag)


def _show_list(state: State, question: Question, chosen: Sequence[Standard], found: pd.DataFrame, where: Where) -> None:
    st.header("The texts", anchor=False)
    st.write(
        "Under each text, the remedies it asks for, the least evaluated first. In brackets: primary research of any "
        "design, of all records here that are tagged with it. Each opens these records."
    )
    by_id: dict[str, list[dict[str, Any]]] = {}
    for row in gaps.to_dicts(found):
        by_id.setdefault(str(row["id"]), []).append(row)
    order = sorted(chosen, key=lambda s: (min((_RANK[r["grade"]] for r in by_id.get(s.id, [])), default=9), s.title))
    n_pages = -(-len(order) // PAGE)
    place = st.container()
    page = st.pagination(n_pages, key="standards.page") if n_pages > 1 else 1
    with place:
        for standard in order[(min(page, n_pages) - 1) * PAGE :][:PAGE]:
            _show_standard(state, question, standard, by_id.get(standard.id, []), where)


_RANK = {grade: n for n, grade in enumerate(GRADES)}


def _show_standard(
    state: State, question: Question, standard: Standard, rows: Sequence[Mapping[str, Any]], where: Where
) -> None:
    with st.container(border=True, key=f"card.standards.{standard.id}", gap="xsmall"):
        st.subheader(widgets.plain(standard.title), anchor=False)
        about = [standard.body, places.name_place(standard.jurisdiction), KINDS.get(standard.kind, standard.kind)]
        year = [str(standard.year)] if standard.year else []
        st.markdown(widgets.plain(", ".join([*about, *year]) + "."))
        if not standard.own_page:
            st.badge(sentences.upper_first(SECONDARY), color="orange")
        st.markdown(widgets.plain(standard.asks))
        st.markdown(f"Status: {widgets.plain(standard.status or UNDATED)}. {_sources(standard)}")
        with st.container(key=f"rows.standards.{standard.id}", gap="xsmall"):
            for row in sorted(rows, key=lambda row: _RANK[row["grade"]]):
                query = {"rows": row["facet"], "columns": question.design, "level": "tag", "row": row["tag"]}
                words = widgets.plain(_say_evidence(state, row))
                widgets.link(state, "gap-map", words, **query, **where.to_query())


def _say_evidence(state: State, row: Mapping[str, Any]) -> str:
    """What is here on one remedy that a text asks for, in a line."""
    label = state.framework.facet(row["facet"]).label_of(row["tag"])
    able, harm = int(row["n_evaluating"]), int(row["n_evaluating_harm"])
    of_harm = (
        "" if able == harm else f", {harm:,} of them about the harm it names" if harm else ", none about that harm"
    )
    return f"{label}: {GRADES[row['grade']].lower()} ({able:,} of {sentences.records_words(row['n_records'])}{of_harm})"


def _sources(standard: Standard) -> str:
    """Where it was read, each address a link that opens only when clicked."""
    links = [
        f"[{widgets.plain(urlsplit(url).netloc.removeprefix('www.'))}]({safe})"
        for url in dict.fromkeys((*([standard.url] if standard.url else []), *standard.sources))
        if (safe := widgets.web_link(url))
    ]
    return f"Read on: {', '.join(links)}." if links else ""


def _show_download(state: State, found: pd.DataFrame, where: Where) -> None:
    st.download_button(
        "This list (CSV)",
        lambda: csv_out.write_csv(
            found,
            state.snapshot(where),
            "Standards, and what in this corpus evaluates what they ask for",
            notes=(CAVEAT, NOT_ADVICE),
        ),
        "lacuna-standards.csv",
        "text/csv",
        key="standards.download",
        icon=":material/download:",
        on_click="ignore",
        help="One row a text and remedy, with constants, filters and version in its header.",
    )
