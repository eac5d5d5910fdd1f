"""The start: a box to ask in plain words, what is barely here, what is flagged, the strongest gaps, and three doors."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analysis import answering, gaps, questions, sentences
from analysis.claims import build_for, choose_tags
from corpus.errors import LacunaError
from corpus.search import search
from views import address, answers, brief, collections, gap_cards, start_answer, widgets
from views.answers import Answer
from views.state import State, Tags, Where

BARELY_SHOWN = 4  # of each facet
FACETS_SHOWN = 3
GAPS_SHOWN = 3
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
    text = address.choose_text(
        "Type a group, or what happened, in your own words",
        "ask",
        type="search",
        placeholder=f"for example: {_examples(state.key, state)}",
        max_chars=200,
    ).strip()
    if text:
        tags = answers.find_label(state.framework, text) or choose_tags(state.framework, state.read_words(text))
        with st.container(border=True, key="start.answer"):
            if tags:
                _show_answer(state, tags)
            else:
                _show_words(state, text)
    address.keep_text("ask", text)


def _show_answer(state: State, tags: Tags) -> None:
    """The answer, and what takes a search of all texts where somebody asks for it."""
    counted = _counted(state.key, tags, state)
    near = start_answer.say_near_misses(counted)
    start_answer.show(state, _answer(state.key, tags, state), counted, near)
    with widgets.more("Near misses in the texts, and the search to run elsewhere", "start.further") as place:
        if place.open:
            _show_further(state, tags, near)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(key: tuple[str, int, str], tags: Tags, _state: State) -> Answer:
    by_tag, strongest = _by_tag(key, _state), _strongest(key, _state)
    return answers.make_answer(_state.snapshot(), _state.about(), tags, strongest, by_tag)


@st.cache_resource(max_entries=64, show_spinner=False)
def _counted(key: tuple[str, int, str], tags: Tags, _state: State) -> answering.Answer:
    asked = questions.to_question(_state.framework, tags)
    return answering.answer(asked, _state.corpus.snapshot(), by_tag=_by_tag(key, _state))


@st.cache_resource(max_entries=64, show_spinner="Searching the texts for near misses…")
def _searched(key: tuple[str, int, str], tags: Tags, _state: State) -> answering.Answer:
    asked = questions.to_question(_state.framework, tags)
    return answering.answer(asked, _state.corpus.snapshot(), brief.sources_of(key, _state))


@st.cache_resource(max_entries=4, show_spinner=False)
def _by_tag(key: tuple[str, int, str], _state: State) -> answering.TagCounts:
    return answering.TagCounts(questions.Filters().apply(_state.corpus.snapshot()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _strongest(key: tuple[str, int, str], _state: State) -> list[dict[str, Any]]:
    return answers.find_strongest(_state.gaps())


@st.cache_resource(max_entries=4, show_spinner=False)
def _examples(key: tuple[str, int, str], _state: State) -> str:
    """Tags to ask for: one of each of the first facets, the thinnest where that is known."""
    facets = _state.framework.facets[:FACETS_SHOWN]
    barely = _state.barely_present()
    thinnest = dict(zip(barely["row_facet"][::-1], barely["row_tag"][::-1], strict=True))
    tags = [(facet, thinnest.get(facet.id) or facet.tags[0].id) for facet in facets]
    return ", ".join(sentences.lower_first(facet.label_of(tag), tag) for facet, tag in tags)


def _show_further(state: State, tags: Tags, said: list[str]) -> None:
    """What takes a search of all texts, and what to search for in databases. ``said``: near misses named already."""
    counted = _counted(state.key, tags, state)
    if len(counted.snapshot) <= SEARCHED_UP_TO:
        found = start_answer.say_near_misses(_searched(state.key, tags, state))
        more = [widgets.plain(line) for line in found if line not in said]
        words = "".join(f"\n- {line}" for line in more)
        st.markdown(f"Near misses:{words}" if more else "No near miss is in the texts here.")
    brief.list_strategies(build_for(state.framework, counted.question))


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
