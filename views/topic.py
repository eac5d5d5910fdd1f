"""One topic: what it covers, its years, the topics within it, all its records, and terms for a tag made of it."""

from collections.abc import Iterator

import streamlit as st

from analysis import sentences
from analysis.axes import YEAR
from analysis.roles import read_roles
from analysis.sentences import records_words
from analysis.topics import CAVEAT, MAX_TOPICS, MIN_RECORDS, Topic, TopicProfile, Topics
from analysis.trends import SPAN
from corpus.export import WRITERS
from views import address, charts, search_away, topic_charts, topic_parts, topic_terms, widgets
from views.state import State

PAGE = 20
COUNTRIES = 4
MISSING = 6
PARTS = {
    "breadth": "covers few different tags",
    "recency": "few recent records",
    "no_review": "no systematic review",
    "design": "no strong study design",
    "countries": "few countries",
}
COLOURS = {"under-studied": "orange"}  # of a badge; the others are grey


def render(state: State, topic_id: str, asked: int | None) -> None:
    """The page of a topic named in the address."""
    widgets.link(state, "topics", "All topics", icon=":material/arrow_back:", topics=asked)
    profile = next((p for p in state.topic_profiles(asked) if p.topic.id == topic_id), None)
    if profile is None:
        st.title("Topic")
        st.info(
            "The address names a topic that this grouping does not have. Topics keep their ids while most of their "
            "records stay together; this one has gone, or another number of topics was asked for."
        )
        return
    st.title(f"Topic: {widgets.plain(profile.topic.label)}", anchor=False)
    st.markdown(say_standing(profile))
    show_ways_on(state, profile.topic, asked)
    st.header("What it covers", anchor=False)
    st.markdown("\n".join(f"- {widgets.plain(line)}" for line in describe(state, profile)))
    if profile.flag == "under-studied":
        st.caption(widgets.plain(CAVEAT))
    _show_years(state, profile.topic, asked)
    part = _show_within(state, profile, asked)
    topic_terms.show(state, part or profile.topic)
    _show_records(state, part or profile.topic, profile.topic)
    widgets.show_caveats(state)


def say_standing(profile: TopicProfile) -> str:
    """Size, flag and its reasons, as safe markdown."""
    size = f"**{records_words(profile.n_records)}.** " if profile.flag != "small" else ""  # its reason says it
    reasons = f"{widgets.plain(sentences.upper_first(profile.reason_words))}." if profile.reasons else ""
    badge = topic_parts.BADGES.get(profile.flag, "")
    return (f":{COLOURS.get(profile.flag, 'gray')}-badge[{badge}] " if badge else "") + size + reasons


def show_ways_on(state: State, topic: Topic, asked: int | None) -> None:
    """Links to this topic's row of the map, crossed with what there is, and to a brief."""
    with st.container(horizontal=True):
        for way in ways_on(state, topic, asked):
            icon = ":material/description:" if way["page"] == "brief" else ":material/grid_on:"
            widgets.link(state, way["page"], widgets.plain(way["label"]), icon=icon, **way["query"])


def ways_on(state: State, topic: Topic, asked: int | None) -> list[topic_parts.Link]:
    """Where to go from a topic: its row of the map, crossed with what there is, and a brief."""
    ways = [
        topic_parts.to_link(
            "gap-map", f"Topics by {label}", rows="topic", columns=facet, row=topic.id, topics=asked,
        )
        for facet, label in _crossings(state)
    ]  # fmt: skip
    return [*ways, topic_parts.to_link("brief", "Make a brief", topic=topic.id, topics=asked)]


def _crossings(state: State) -> Iterator[tuple[str, str]]:
    """What topics are most usefully crossed with: the first facet of the headline pairs, countries and years."""
    framework = state.framework
    first = next((b for _, b in framework.headline_pairs), framework.facets[0].id)
    yield first, sentences.lower_first(framework.facet(first).label)
    country = read_roles(framework).country
    if country and country != first:
        yield country, sentences.lower_first(framework.facet(country).label)
    yield YEAR, "year"


def describe(state: State, profile: TopicProfile) -> Iterator[str]:
    """A topic's profile, one sentence a fact; what is not known is left out."""
    framework = state.framework
    yield f"Words: {', '.join(profile.topic.words)}."
    yield (
        f"Different tags: {profile.n_distinct}, where {profile.expected_distinct:.0f} would be expected of as many "
        "records taken at random."
    )
    if profile.recency is not None:
        since = f"{records_words(profile.recency.observed)} since {profile.year_from}, where about "
        expected = sentences.expected_words(profile.recency.expected)
        yield f"{since}{expected} would be expected; the last is from {profile.last_year}."
    if profile.primary is not None:
        reviews = f"{profile.reviews} systematic reviews" if profile.reviews != 1 else "1 systematic review"
        yield f"{records_words(profile.primary)} of primary research, {reviews}."
    if profile.highest_design:
        facet = next(f for f in framework.facets if profile.highest_design in f.by_id)
        yield f"Strongest study design: {sentences.lower_first(facet.label_of(profile.highest_design))}."
    if profile.countries:
        facet = next(f for f in framework.facets if profile.countries[0][0] in f.by_id)
        named = [f"{facet.label_of(tag)} ({n:,})" for tag, n in profile.countries[:COUNTRIES]]
        more = f" and {len(profile.countries) - COUNTRIES} more" if len(profile.countries) > COUNTRIES else ""
        yield f"Countries: {', '.join(named)}{more}."
    if profile.missing:
        labels = [framework.facet(facet).label_of(tag) for facet, tag in profile.missing[:MISSING]]
        more = f" and {len(profile.missing) - MISSING} more" if len(profile.missing) > MISSING else ""
        yield f"Clearly fewer records than expected on: {'; '.join(labels)}{more}."
    if profile.understudy is not None:
        parts = ", ".join(f"{PARTS.get(name, name)} {value:.2f}" for name, value in profile.parts.items())
        yield f"Score {profile.understudy:.2f}, from 0 (well studied) to 1: the mean of {parts}."
    yield f"Found again from other starts: {profile.topic.overlap:.2f} of its records, where 1 is all."


def _show_years(state: State, topic: Topic, asked: int | None) -> None:
    trend = state.topic_trend(asked)
    if not len(trend.counts) or topic.id not in trend.counts:
        return
    st.header("Year by year", anchor=False)
    values = trend.counts[[topic.id]]
    st.write(topic_charts.say_bars(values[topic.id], trend.incomplete) + " Hollow marks: the year is not over.")
    figure = charts.years(values.iloc[-SPAN:], trend.labels, trend.incomplete, False, widgets.theme())
    figure.update_layout(height=260, showlegend=False)
    st.plotly_chart(figure, key="topic.years", config={"displayModeBar": False})
    table = values.rename(columns={topic.id: "Records"}).rename_axis("Year").reset_index()
    table["All records"] = trend.totals.to_numpy()
    with st.expander("Numbers behind this chart"):
        st.dataframe(table, hide_index=True, key="topic.years.table")


def _show_within(state: State, profile: TopicProfile, asked: int | None) -> Topic | None:
    """The topics within this one; the one that the address names, or None."""
    topic = profile.topic
    if len(topic) < 2 * MIN_RECORDS:
        return None
    st.header("Topics within it", anchor=False)
    place, _ = st.columns([1, 2])
    with place:
        within = address.choose_number(
            "Number of topics within it", 2, MAX_TOPICS, "within", placeholder="As many as suit the size", step=1
        )
    inner = state.subtopics(topic, asked, within)
    parts = state.subtopic_profiles(topic, inner, asked, within)
    chosen = next((p.topic for p in parts if p.topic.id == st.query_params.get("sub", "")), None)
    if len(parts) < 2:
        st.write("Its records do not differ enough to be grouped again.")
        return None
    st.write(_say_within(inner) + " Choose one to list its records alone.")
    topic_parts.show_circles(state, parts, "topic.within", "sub", topic=topic.id, topics=asked, within=within)
    return chosen


def _say_within(inner: Topics) -> str:
    agreement = "" if inner.agreement is None else f" Other starts agree {inner.agreement:.2f} (1 is the same groups)."
    return f"{len(inner.topics)} topics within it.{agreement}"


def _show_records(state: State, shown: Topic, whole: Topic) -> None:
    """All records of the topic, or of one within it, newest first."""
    snapshot = state.snapshot()
    mine = set(shown.ids)
    ids = [str(i) for i in snapshot.ids[snapshot.newest_first] if i in mine]
    st.header("Its records" if shown is whole else f"Records: {widgets.plain(shown.label)}", anchor="records")
    st.write(f"{records_words(len(ids))}, newest first." + ("" if shown is whole else f" Of {len(whole):,}."))
    _show_export(state, ids, shown)
    n_pages = -(-len(ids) // PAGE)
    page = st.pagination(n_pages, key="page", bind="query-params") if n_pages > 1 else 1
    widgets.record_list(state, state.corpus.records(ids[(page - 1) * PAGE : page * PAGE]), key="topic.records")


def _show_export(state: State, ids: list[str], shown: Topic) -> None:
    words = search_away.say(len(ids), len(state.snapshot()))
    with st.popover(f"Take {words} away", key="topic.export", on_change="rerun") as box:
        if not box.open:
            return
        names = search_away.FORMATS
        kind = st.radio("Format", list(WRITERS), key="topic.format", format_func=lambda name: names.get(name, name))
        st.download_button(
            f"Download {words}",
            lambda: search_away.write(state, ids, kind),
            f"lacuna-{shown.id}.{kind}",
            type="primary",
            key="topic.download",
            on_click="ignore",
        )
