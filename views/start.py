"""The start: a box to ask in plain words, what is barely here, what is flagged, the strongest gaps, and three doors."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis import gaps, questions, sentences
from analysis.claims import build_for, choose_tags, say_comparable, say_near
from analysis.sentences import make_about
from analysis.studies import find_study
from corpus.errors import LacunaError
from corpus.search import search
from views import answers, brief, collections, gap_cards, widgets
from views.answers import Answer
from views.state import State, Tags, Where

BARELY_SHOWN = 4  # of each facet
FACETS_SHOWN = 3
GAPS_SHOWN = 3
RECORDS_SHOWN = 5
SEARCHED_UP_TO = 5_000  # records whose texts are searched for near misses while somebody waits
TOPICS_UP_TO = 10_000  # records that can be grouped while somebody waits; with more, topics are a click away


def render(state: State) -> None:
    st.title("What is known, and what is missing")
    snapshot = state.snapshot()
    name = widgets.plain(state.framework.name)
    if not len(snapshot):
        st.markdown(
            f"This is a place to collect studies on **{name}** and to see where they are few. It is empty so far."
        )
        _show_first_steps(state)
        return
    st.markdown(
        f"**{name}.** Lacuna sorts {sentences.records_words(len(snapshot))} of published work by "
        f"{widgets.plain(_facet_words(state))}, and shows where few or none are found. Every number opens to the "
        "records behind it."
    )
    _ask(state)
    if not snapshot.tags.nnz:
        st.info("None of these records has a tag yet, so there are no gaps to show. You can search them meanwhile.")
    _show_barely_present(state)
    flagged = st.container()
    _show_strongest(state)
    widgets.show_caveats(state)
    _show_doors(state)
    collections.show_samples()
    with flagged:
        _show_flagged(state)  # last, because grouping the records may take seconds


def _show_first_steps(state: State) -> None:
    """What to do with an empty collection, the likeliest first."""
    widgets.link(state, "add-files", "Add the first studies", icon=":material/upload_file:")
    st.write(
        "Export references from a database or a reference manager and drop the files there: RIS, BibTeX, PubMed, CSV, "
        "Excel and more. About 20 records make the first counts; some hundreds are needed before gaps can be compared."
    )
    widgets.link(state, "about", "See the facets and tags they will be sorted by", icon=":material/sell:")
    collections.show_samples()


def _facet_words(state: State) -> str:
    """The first facets by name and how many more there are."""
    labels = [sentences.lower_first(facet.label) for facet in state.framework.facets]
    more = len(labels) - FACETS_SHOWN
    if more <= 0:
        return " and ".join(labels)
    return f"{', '.join(labels[:FACETS_SHOWN])} and {more} more {'facets' if more > 1 else 'facet'}"


def _show_barely_present(state: State) -> None:
    st.header("Barely present")
    n = gap_cards.show_barely_present(state, Where(), BARELY_SHOWN)
    if not n:
        st.write(gap_cards.BARELY_NONE)
        return
    st.markdown(f":small[{gap_cards.BARELY_RULE}]")
    if n > BARELY_SHOWN:
        widgets.link(state, "gaps", f"All {n} that are barely present", icon=":material/arrow_forward:")


@st.fragment
def _ask(state: State) -> None:
    """The question and its answer, run by themselves: the rest of the page need not be drawn again."""
    state = replace(state, version=state.corpus.version)
    st.header("What do we know about …?")
    text = st.text_input(
        "Type a group, or what happened, in your own words",
        key="ask",
        bind="query-params",
        type="search",
        placeholder=f"for example: {_examples(state)}",
        max_chars=200,
    )
    if not (text or "").strip():
        return
    tags = answers.find_label(state.framework, text) or choose_tags(state.framework, state.read_words(text))
    with st.container(border=True, key="start.answer"):
        if tags:
            _show_answer(state, _answer(state.key, tags, state))
        else:
            _show_words(state, text)


@st.cache_data(max_entries=64, show_spinner=False)
def _answer(key: tuple[str, int, str], tags: Tags, _state: State) -> Answer:
    return answers.make_answer(
        _state.snapshot(), _state.about(), tags, _state.gaps(), lambda facet: _presence(key, facet, _state)
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _presence(key: tuple[str, int, str], facet: str, _state: State) -> pd.DataFrame:
    return answers.find_presence(_state.snapshot(), facet)


def _examples(state: State) -> str:
    """Tags to ask for: one of each of the first facets, the thinnest where that is known."""
    barely = state.barely_present()
    thinnest = dict(zip(barely["row_facet"][::-1], barely["row_tag"][::-1], strict=True))
    tags = [(facet, thinnest.get(facet.id) or facet.tags[0].id) for facet in state.framework.facets[:FACETS_SHOWN]]
    return ", ".join(sentences.lower_first(facet.label_of(tag), tag) for facet, tag in tags)


def _show_answer(state: State, answer: Answer) -> None:
    read = "; ".join(f"{label}: {words}" for label, words in answer.read_as)
    st.markdown(f":small[Read as {widgets.plain(read)}]")
    st.subheader(widgets.plain(answer.sentence), anchor=False)
    for said in answer.verdicts:
        st.write(widgets.plain(said))
    known, missing = st.columns(2, gap="large")
    with known:
        st.markdown("#### What is known here")
        if answer.known:
            st.markdown(_list(answer.known))
        else:
            st.write("Nothing: no record here carries these tags together.")
        _show_records(state, answer)
    with missing:
        st.markdown("#### What is missing here")
        if answer.gaps:
            st.markdown("\n".join(f"- {widgets.plain(said)}" for said in answer.gaps))
        if answer.without:
            st.markdown("No record here links it to these:")
            st.markdown(_list(answer.without))
            if not answer.is_surprising:
                st.markdown(f"With {sentences.records_words(len(answer.ids))}, empty combinations are no surprise.")
        if not answer.gaps and not answer.without:
            st.write("Too little is here to say what else is missing.")
        if answer.near:
            st.markdown("Also look at:\n" + "\n".join(f"- {widgets.plain(said)}" for said in answer.near))
    st.markdown("#### To quote, with its caveat")
    st.code(answer.quote, language=None, wrap_lines=True)
    _show_ways_on(state, answer)


@st.cache_resource(max_entries=64, show_spinner=False)
def _counted(key: tuple[str, int, str], tags: Tags, _state: State) -> questions.Answer:
    return questions.answer(questions.to_question(_state.framework, tags), _state.corpus.snapshot())


@st.cache_resource(max_entries=64, show_spinner="Searching the texts for near misses…")
def _searched(key: tuple[str, int, str], tags: Tags, _state: State) -> questions.Answer:
    asked = questions.to_question(_state.framework, tags)
    return questions.answer(asked, _state.corpus.snapshot(), brief.sources_of(key, _state))


def _show_ways_on(state: State, answer: Answer) -> None:
    """Whether it can be compared, the smallest study, near misses, the search to run elsewhere, and the brief."""
    counted = _counted(state.key, answer.tags, state)
    for said in dict.fromkeys(said for finding in counted.findings for said in say_comparable(finding)):
        st.write(widgets.plain(said))
    near = _say_near(counted)
    if near:
        st.markdown("Near misses:\n" + _points(near))
    gap_cards.show_study(find_study(counted.findings[0], counted.snapshot))
    with widgets.more("Near misses in the texts, and the search to run elsewhere", "start.further") as place:
        if place.open:
            _show_further(state, answer, near)
    brief.link_brief(state, counted.question)


def _show_further(state: State, answer: Answer, said: list[str]) -> None:
    """What takes a search of all texts, and what to search for in databases. ``said``: near misses named already."""
    counted = _counted(state.key, answer.tags, state)
    if len(counted.snapshot) <= SEARCHED_UP_TO:
        more = [line for line in _say_near(_searched(state.key, answer.tags, state)) if line not in said]
        st.markdown("Near misses:\n" + _points(more) if more else "No near miss is in the texts here.")
    brief.list_strategies(build_for(state.framework, counted.question))


def _say_near(counted: questions.Answer) -> list[str]:
    about = make_about(counted.snapshot)
    return list(dict.fromkeys(said for finding in counted.findings for said in say_near(finding, about)))


def _points(said: list[str]) -> str:
    return "\n".join(f"- {widgets.plain(line)}" for line in said)


def _list(pairs: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"- **{widgets.plain(label)}:** {widgets.plain(words)}" for label, words in pairs)


def _show_records(state: State, answer: Answer) -> None:
    """The newest records by title, and the way to all of them."""
    if not answer.ids:
        return
    with st.container(key="rows.start.records", gap="small"):
        for record in state.corpus.records(answer.ids[:RECORDS_SHOWN]):
            title = widgets.plain(record.title) or "Without a title"
            widgets.link(state, "record", f":blue[{title} ({record.year or 'year unknown'})]", id=record.id)
    words = f"Open {'it' if len(answer.ids) == 1 else f'all {len(answer.ids):,}'} on the gap map"
    widgets.link(state, "gap-map", words, icon=":material/arrow_forward:", **_query(state, answer))


def _query(state: State, answer: Answer) -> dict[str, object]:
    """The map on which these records are a row or a cell; more tags than two become filters."""
    keys = [(facet, tag) for facet, here in answer.tags for tag in here]
    if len(keys) == 1:
        return gap_cards.row_query(state, *keys[0], Where())
    if len(keys) == 2 and len(answer.tags) == 2:
        (rows, row), (columns, column) = keys
        return {"rows": rows, "columns": columns, "level": "tag", "row": row, "col": column}
    return Where(answer.tags).to_query()


def _show_words(state: State, text: str) -> None:
    """For words that stand for no tag: the records that contain them, and tags that sound alike."""
    try:
        _, n = search(state.corpus, text, limit=1)
    except LacunaError as error:
        widgets.show_error(error)
        return
    total = f"{len(state.corpus.snapshot()):,}"
    st.subheader(f"{n:,} of {total} records contain “{widgets.plain(text)}”", anchor=False)
    st.write("These words stand for no tag of the framework, so what is expected of them cannot be said.")
    if n:
        widgets.link(state, "search", "Read these records", icon=":material/arrow_forward:", q=text)
    alike = answers.suggest_tags(state.framework, text)
    if alike:
        st.write("Did you mean one of these tags?")
        with st.container(horizontal=True):
            for facet, tag in alike:
                label = state.framework.tag(facet, tag).label
                st.button(
                    widgets.plain(label),
                    key=f"start.alike.{facet}.{tag}",
                    on_click=st.session_state.update,
                    args=({"ask": label},),
                )


def _show_flagged(state: State) -> None:
    st.header("Topics that look narrow or quiet")
    if len(state.snapshot()) > TOPICS_UP_TO:
        st.write("Grouping so many records by their words takes a while, so it is not done here.")
        widgets.link(state, "topics", "See the topics", icon=":material/arrow_forward:")
        return
    profiles = state.topic_profiles()
    flagged = [profile for profile in profiles if profile.flag == "under-studied"]
    if not flagged:
        st.write("No topic is flagged." if profiles else "There are too few words here to group records into topics.")
        return
    st.write(f"Records grouped by their words into {len(profiles)} topics. These are flagged, with the reasons:")
    lines = [
        f"- **{widgets.plain(profile.topic.label)}** ({sentences.records_words(profile.n_records)}): "
        f"{widgets.plain(profile.reason_words)}"
        for profile in flagged
    ]
    st.markdown("\n".join(lines))
    widgets.link(state, "topics", "All topics and what a flag means", icon=":material/arrow_forward:")


def _show_strongest(state: State) -> None:
    st.header("The strongest gaps")
    found = state.gaps()
    strong = found[found["grade"] == "strong"]
    compared = int((found["grade"] != "not comparable").sum())
    if strong.empty:
        st.write(
            f"None is graded strong among the {compared:,} combinations with enough records to compare."
            if compared
            else "There are too few records here to compare any two tags. More studies will change that."
        )
        return
    st.write(
        f"{len(strong):,} of {compared:,} combinations compared have fewer than half the records one would expect, "
        "and that is hard to put down to chance. The first three:"
    )
    about = state.about()
    for n, gap in enumerate(_first_gaps(state.key, state)):
        gap_cards.show_gap(state, gap, about, f"start.gap.{n}", Where())
    widgets.link(state, "gaps", f"All {len(strong):,} strong gaps", icon=":material/arrow_forward:")


@st.cache_data(max_entries=8, show_spinner=False)
def _first_gaps(key: tuple[str, int, str], _state: State) -> list[dict[str, Any]]:
    found = _state.gaps()
    return gaps.to_dicts(found[found["grade"] == "strong"].head(GAPS_SHOWN))


def _show_doors(state: State) -> None:
    st.header("Three doors")
    for place, (page, label, icon, text) in zip(st.columns(3), DOORS, strict=True):
        with place, st.container(border=True, height="stretch", key=f"card.start.{page}"):
            widgets.link(state, page, label, icon=icon)
            st.write(text)


DOORS = (
    (
        "search",
        "Find studies",
        ":material/search:",
        "Search by words, tags and years. Take the references with you.",
    ),
    (
        "gap-map",
        "See the gaps",
        ":material/grid_on:",
        "Every combination in one table. Open any cell to read the records in it.",
    ),
    (
        "add-files",
        "Add studies",
        ":material/upload_file:",
        "Drop files from any database. See what would change before anything does.",
    ),
)
