"""Brief: one or several gaps, a tag or a topic on a page to take away; and the tests of a claim and of a receipt."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from analysis import gaps, sentences
from analysis.answering import answer
from analysis.brief import FORMATS, Brief, build_brief, draw_png, draw_svg, find_need, find_receipt
from analysis.brief.content import Part
from analysis.brief.references import Reference
from analysis.claims import Claim, make_claim, read_claim
from analysis.need.lookup import need_tables
from analysis.questions import MOST_CELLS, Question, Sources, build_sources, to_cell
from analysis.strategies import Strategy
from analysis.verification import Verdict, verify
from corpus.errors import LacunaError
from corpus.framework import Framework
from corpus.rules import Progress
from corpus.search import suggest_tags
from ingest.tagging import build_tagger
from views import address, filters, long_work, missed, widgets
from views.state import State, Where

OFFERED = 60  # gaps to choose from, the strongest first
FIRST = 5  # records named of a claim
BRIEF = long_work.Work("brief", "The brief", "Counting, and searching the texts.", "Make the brief", holds=16)
CLAIM = long_work.Work("claim", "The test", "Counting, and searching the texts.", "Test the claim", holds=32)


def render(state: State) -> None:
    st.title("Brief")
    if not len(state.snapshot()):
        st.write("There are no records yet, so there is nothing to write a brief on.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
        return
    st.write(
        "A page to take away: what this collection holds on a gap, how sure that is, what to study next and how to "
        "search elsewhere. It carries a receipt, with which anybody can make its numbers again."
    )
    where = filters.pick_where(state)
    names = _pick_cells(state, where)
    topic = st.query_params.get("topic", "") if not names else ""
    if names or topic:
        try:
            _show(state, to_question(state.framework, names, topic, where, "listed" in st.query_params))
        except LacunaError as error:
            widgets.show_error(error)
    _show_claim(state)
    _show_receipt(state)


def to_question(framework: Framework, names: Sequence[str], topic: str, where: Where, listed: bool) -> Question:
    """What the address asks. Raises LacunaError."""
    n = st.query_params.get("topics", "")
    return Question(
        cells=tuple(to_cell(name, framework) for name in names),
        topic=topic,
        n_topics=int(n) if n.isdecimal() else None,
        filters=where.to_filters(),
        listed=listed and not topic,
    )


def _pick_cells(state: State, where: Where) -> list[str]:
    """The gaps of this brief: those in the address, and the strongest ones to add."""
    options: dict[str, str] = {}
    for name in st.query_params.get_all("cell"):
        try:
            options[name] = name_in_words(state.framework, name)
        except LacunaError as error:
            widgets.show_error(error)
    found = state.gaps(where=where)
    for gap in gaps.to_dicts(found[found["grade"].isin(("strong", "suggestive"))].head(OFFERED)):
        name = f"{gap['row_facet']}={gap['row_tag']}*{gap['column_facet']}={gap['column_tag']}"
        options.setdefault(name, name_in_words(state.framework, name))
    return address.choose_many(
        "What it is about",
        options,
        "cell",
        max_selections=MOST_CELLS,
        placeholder="Choose up to four gaps",
        help="The strongest gaps stand here. For anything else, open a cell of the gap map and follow “Make a brief”.",
    )


def name_in_words(framework: Framework, name: str) -> str:
    """A cell by its labels. Raises UnknownIdError."""
    cell = to_cell(name, framework)
    labels = [framework.facet(facet).label_of(tag) for facet, tag in (cell.row, cell.column or cell.row)]
    first, second = labels
    return first if cell.column is None else f"{first} × {sentences.lower_first(second)}"


@st.cache_resource(max_entries=4, show_spinner=False)
def sources_of(key: tuple[str, int, str], _state: State) -> Sources:
    """What answers need beside a snapshot, made once a corpus version."""
    return build_sources(_state.corpus, build_tagger(_state.framework).find_wide)


def _make_brief(state: State, question: Question, day: str, link: str, progress: Progress) -> Brief:
    corpus = state.corpus
    kept = {name: item.value for name, item in corpus.kept("need").items()}
    return build_brief(
        answer(question, corpus.snapshot(), sources_of(state.key, state), progress=progress),
        corpus.records,
        rules=corpus.rules_fingerprint,
        date=day,
        permalink=link,
        need=find_need(need_tables(corpus.framework, kept), corpus.framework, question.cells, question.filters),
        notices=corpus.notices(),
    )


def _permalink() -> str:
    here = (st.context.url or "").partition("?")[0]
    asked = [(name, value) for name in st.query_params for value in st.query_params.get_all(name) if name != "claim"]
    return f"{here}?{urlencode(asked)}" if here else ""


def _show(state: State, question: Question) -> None:
    tables = state.corpus.kept_number("need")
    day, link = date.today().isoformat(), _permalink()
    wanted = (state.key, question, day, link, tables)
    brief = long_work.find(BRIEF, wanted, lambda progress: _make_brief(state, question, day, link, progress))
    if brief is None:
        return
    _show_downloads(brief)
    with st.container(border=True, key="brief.preview"):
        for part in brief.parts:
            _show_part(part)
        st.info(f"**{brief.misuse}** {brief.always}")
        _show_figure(brief)
        if brief.need:
            st.subheader("Need", anchor=False)
            st.markdown(_list(brief.need))
        _show_next(state, brief)
        show_strategies(brief.strategies)
        _show_references(state, brief)
        st.subheader("How this was made", anchor=False)
        rows = [*brief.made_of, ("Receipt", f"SHA-256 {brief.receipt.sha256}")]
        st.markdown("\n".join(f"- **{label}:** {widgets.plain(value)}" for label, value in rows))
    missed.show(state, " and ".join(part.name for part in brief.parts), "brief")


def _show_downloads(brief: Brief) -> None:
    name = brief.file_name
    with st.container(horizontal=True, key="brief.downloads"):
        for form in FORMATS:
            st.download_button(
                form.name,
                lambda form=form: form.write(brief),
                f"{name}.{form.ending}",
                form.mime,
                key=f"brief.download.{form.ending}",
                icon=":material/download:",
                type="primary" if form is FORMATS[0] else "secondary",
                on_click="ignore",
            )
        chart = brief.chart
        if chart:
            for ending, mime, draw in (("png", "image/png", draw_png), ("svg", "image/svg+xml", draw_svg)):
                st.download_button(
                    f"Figure ({ending.upper()})",
                    lambda draw=draw: draw(chart, brief.receipt),
                    f"{name}.{ending}",
                    mime,
                    key=f"brief.download.{ending}",
                    icon=":material/download:",
                    on_click="ignore",
                )
        st.download_button(
            "Receipt (JSON)",
            lambda: brief.receipt.to_json(indent=1),
            f"{name}.receipt.json",
            "application/json",
            key="brief.download.json",
            icon=":material/download:",
            on_click="ignore",
            help="What the numbers were made of. It stands inside each of these files, too.",
        )


def _show_part(part: Part) -> None:
    st.header(widgets.plain(part.name), anchor=False)
    st.markdown(f"**{part.status}**")
    for line in part.lines:
        st.write(widgets.plain(line))
    st.markdown(f"**Checked?** {widgets.plain(' '.join(part.check))}")
    if part.near:
        st.markdown(f"Near misses:\n{_list(part.near)}")


@st.cache_data(max_entries=16, show_spinner=False)
def _picture(key: str, _brief: Brief) -> bytes:
    return draw_png(_brief.chart) if _brief.chart else b""


def _show_figure(brief: Brief) -> None:
    if brief.chart is None:
        return
    st.image(_picture(brief.receipt.sha256, brief), alt=brief.chart.alt, width=760)
    with st.expander("The numbers in this figure"):
        rows = [(bar.label, bar.found, bar.expected) for bar in brief.chart.bars]
        table = pd.DataFrame(rows, columns=["", "Records", "Expected"])
        st.dataframe(table.dropna(axis=1, how="all"), hide_index=True)


def _show_next(state: State, brief: Brief) -> None:
    studied = [(part, part.study) for part in brief.parts if part.study]
    if not studied:
        return
    st.subheader("The smallest study that would help", anchor=False)
    for part, study in studied:
        name = f"**{widgets.plain(part.name)}.** " if len(brief.parts) > 1 else ""
        question = f" It would answer: {study.question}" if study.question else ""
        st.markdown(name + widgets.plain(f"{study.sentence}{question} {study.closes}"))
        st.markdown(f":small[{widgets.plain(study.chosen)}]")
        if part.build_on:
            st.markdown("Nearest records to build on:")
            show_references(state, part.build_on, f"brief.build.{part.name}")


def show_strategies(strategies: Sequence[Strategy], key: str = "brief.strategies") -> None:
    """The searches to run elsewhere, each to copy; nothing is asked of a database unless its link is followed."""
    if not strategies:
        return
    with widgets.more("The search to run elsewhere", key) as place:
        if place.open:
            list_strategies(strategies)


def list_strategies(strategies: Sequence[Strategy]) -> None:
    for strategy in strategies:
        st.markdown(f"**{strategy.database}**")
        st.code(strategy.query, language=None, wrap_lines=True)
        st.markdown("  \n".join([f"[Open {strategy.database}]({strategy.url})", *map(widgets.plain, strategy.notes)]))


def _show_references(state: State, brief: Brief) -> None:
    st.subheader("References", anchor=False)
    if brief.content_note:
        st.info(widgets.plain(brief.content_note))
    show_references(state, brief.references, "brief.references")
    st.markdown(f":small[{widgets.plain(brief.references_note)}]")


def show_references(state: State, references: Sequence[Reference], key: str) -> None:
    """References in print, each a link to its record."""
    with st.container(key=f"rows.{key}", gap="xsmall"):
        for reference in references:
            widgets.link(state, "record", f":blue[{widgets.plain(reference.line)}]", id=reference.id)


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {widgets.plain(line)}" for line in lines)


def _show_claim(state: State) -> None:
    st.header("Test a claim", anchor="claim")
    st.write("What does this collection hold against a sentence such as “there is no research on hospital porters”?")
    text = st.text_input("The claim", key="claim", bind="query-params", max_chars=300)
    about = read_claim(text or "")
    if not about:
        return
    with st.container(border=True, key="brief.claim"):
        claim = long_work.find(CLAIM, (state.key, text), lambda progress: _make_claim(state, text, progress))
        if claim is None:
            return
        if not claim.tags:
            st.write(
                f"No tag of this framework stands for “{widgets.plain(about)}”, so nothing can be said of it by tags."
            )
            alike = suggest_tags(about, state.framework)
            if alike:
                st.write(f"Tags that may be meant: {', '.join(s.label for s in alike)}.")
        else:
            _show_tested(state, claim)
        widgets.link(state, "search", "Search the texts for these words", icon=":material/search:", q=about)


def _make_claim(state: State, text: str, progress: Progress) -> Claim:
    found = state.read_words(read_claim(text))
    return make_claim(text, found, state.corpus.snapshot(), sources_of(state.key, state), progress)


def _show_tested(state: State, claim: Claim) -> None:
    for line in claim.against:
        st.markdown(f"**{widgets.plain(line)}**")
    with st.container(key="rows.brief.claim", gap="xsmall"):
        for record in state.corpus.records(claim.ids[:FIRST]):
            widgets.link(state, "record", f":blue[{widgets.plain(record.title) or 'Without a title'}]", id=record.id)
    if len(claim.ids) > FIRST:
        st.markdown(f":small[The newest {FIRST} of {len(claim.ids):,}.]")
    st.markdown(f"What can be said:\n{_list(claim.say)}")
    if claim.near_words:
        st.markdown(f"Near misses:\n{_list(claim.near_words)}")
    show_strategies(claim.strategies, "claim.strategies")
    if claim.answer:
        link_brief(state, claim.answer.question)


def link_brief(state: State, question: Question, label: str = "Make a brief") -> None:
    """A link to the brief on a question."""
    widgets.link(state, "brief", label, icon=":material/description:", **query_of(question))


def query_of(question: Question) -> dict[str, Any]:
    """The address of the brief on a question."""
    filtered = Where(question.filters.tags, question.filters.years, question.filters.coded_by)
    return {"cell": [cell.name for cell in question.cells], **filtered.to_query()}


def _show_receipt(state: State) -> None:
    st.header("Check a receipt", anchor="receipt")
    file = st.file_uploader(
        "A brief, figure, table or receipt that Lacuna wrote",
        type=["html", "docx", "md", "json", "csv", "png", "svg"],
        key="brief.receipt",
        max_upload_size=50,
        help="Its numbers are made again at the version it was made of. The file is not kept.",
    )
    if file is None:
        return
    try:
        carried = find_receipt(file.name, file.getvalue())
        with st.spinner("Making its numbers again…"):
            verdict = verify(
                carried.receipt, state.corpus, sources_of(state.key, state), carried.words, carried.rows_sha256
            )
    except LacunaError as error:
        widgets.show_error(error)
        return
    _show_verdict(verdict)


def _show_verdict(verdict: Verdict) -> None:
    if verdict.is_reproduced:
        st.success(widgets.plain(verdict.summary), icon="✅")
    else:
        st.error(widgets.plain(verdict.summary), icon="⚠️")
    if verdict.problems or verdict.notes:
        st.markdown(_list((*verdict.problems, *verdict.notes)))
    if verdict.since:
        st.markdown(f"Changed since, up to corpus version {verdict.version_now}:\n{_list(verdict.since)}")
    elif verdict.since is not None and verdict.version_now > verdict.version:
        st.write(f"Nothing of it has changed since, up to corpus version {verdict.version_now}.")
