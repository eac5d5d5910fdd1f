"""Topics: records grouped by their words, with what each group covers and why it is flagged."""

from collections.abc import Iterator, Sequence

import pandas as pd
import streamlit as st

from analysis import sentences
from analysis.sentences import records_words
from analysis.topics import CAVEAT, MIN_OVERLAP, MIN_RECORDS, TopicProfile, Topics
from views import charts, gap_table, widgets
from views.state import State

MAX_TOPICS = 60
COUNTRIES = 4
MISSING = 6

# flag -> heading, what it means
SECTIONS = {
    "under-studied": ("Flagged as under-studied", "At least two of the signs below hold. The reasons stand with each."),
    "": ("Other topics", "Large and stable enough to judge, without two signs of being under-studied."),
    "small": ("Too small to judge", f"Fewer than {MIN_RECORDS} records."),
    "unstable": (
        "Unstable",
        f"Grouping again from another start finds less than {round(100 * MIN_OVERLAP)} in 100 of the same records "
        "together, so nothing is said about them.",
    ),
}

PARTS = {
    "breadth": "covers few different tags",
    "recency": "few recent records",
    "no_review": "no systematic review",
    "design": "no strong study design",
    "countries": "few countries",
}


def render(state: State) -> None:
    st.title("Topics")
    n_records = len(state.snapshot())
    if not n_records:
        st.write("There are no records to group yet.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
        return
    st.write("Records grouped by the words they share. A topic is a way to browse, not a finding.")
    asked = _pick_number()
    topics, profiles = state.topics(asked), state.topic_profiles(asked)
    if not topics.topics:
        st.write("No words come up in more than one record here, so there are no topics yet.")
        return
    st.write(_say_fit(topics))
    widgets.show_caveats(state)
    _show_figure(state, profiles)
    typical = {record.id: record for record in state.corpus.records([i for p in profiles for i in p.topic.typical])}
    widgets.show_content_note(state, list(typical.values()))
    for flag, (title, meaning) in SECTIONS.items():
        here = [profile for profile in profiles if profile.flag == flag]
        if here:
            st.header(f"{title}: {len(here):,}", anchor=False)
            st.write(meaning)
            for profile in here:
                titles = [(i, typical[i].title) for i in profile.topic.typical if i in typical]
                _show_topic(state, profile, titles, asked)
    _explain()


def _pick_number() -> int | None:
    place, _ = st.columns([1, 2])
    asked = place.number_input(
        "Number of topics",
        2,
        MAX_TOPICS,
        value=None,
        step=1,
        key="topics",
        bind="query-params",
        placeholder="As many as suit the size",
        help="Fewer topics are broader. Without a number, one is chosen by how many records there are.",
    )
    return int(asked) if asked else None


def _say_fit(topics: Topics) -> str:
    """How many topics, how stable, and what is in none."""
    n = len(topics.topics)
    said = f"{n:,} {'topic' if n == 1 else 'topics'} of {records_words(topics.settings.n_records)}."
    if topics.settings.n_asked and topics.settings.n_asked > n:
        said += f" {topics.settings.n_asked} were asked for; the records do not differ enough for more."
    if topics.agreement is not None and n > 1:
        said += (
            f" Grouped again from {topics.settings.n_seeds} other starts, the groups agree {topics.agreement:.2f} "
            "(1 is the same groups, 0 is chance)."
        )
    if topics.unassigned:
        said += f" {records_words(len(topics.unassigned))} without a usable word: in no topic."
    return said


def _show_figure(state: State, profiles: Sequence[TopicProfile]) -> None:
    """Which topics kept pace: share of recent records, topic by topic, with its table."""
    share = recent_share(state, profiles)
    dated = [profile for profile in profiles if profile.recency is not None]
    if not share or len(dated) < 2:
        return
    st.header("Which topics kept pace", anchor=False)
    st.write(say_figure(dated, share))
    st.plotly_chart(
        charts.topic_recency(profiles, share, widgets.theme()), key="topics.figure", config={"displayModeBar": False}
    )
    table = to_table(profiles)
    with st.expander("Numbers behind this chart"):
        st.dataframe(table, hide_index=True)
    st.download_button(
        "All topics (CSV)",
        lambda: gap_table.to_csv(table, state.snapshot(), "Topics"),
        "lacuna-topics.csv",
        "text/csv",
        key="topics.download",
        icon=":material/download:",
        on_click="ignore",
    )


def recent_share(state: State, profiles: Sequence[TopicProfile]) -> float:
    """Share of the whole collection's dated records that are recent; 0 if none is dated."""
    years = state.snapshot().frame["year"].dropna()
    if not len(years) or not profiles:
        return 0.0
    return float((years >= profiles[0].year_from).mean())


def say_figure(dated: Sequence[TopicProfile], share: float) -> str:
    """The figure in words."""
    below = [p.topic.label for p in dated if p.recency is not None and p.recency.high < 1]
    above = [p.topic.label for p in dated if p.recency is not None and p.recency.low > 1]
    said = (
        f"Each mark is a topic: how many in 100 of its records appeared since {dated[0].year_from}, with the range in "
        f"which the true share very likely lies. In the whole collection it is {share:.0%}."
    )
    said += f" Clearly fewer: {'; '.join(below)}." if below else " No topic has clearly fewer."
    return said + (f" Clearly more: {'; '.join(above)}." if above else "")


def to_table(profiles: Sequence[TopicProfile]) -> pd.DataFrame:
    """One row a topic: its size, its recent records with the number expected, and its flag with the reasons."""
    year = profiles[0].year_from if profiles else ""
    return pd.DataFrame(
        {
            "Topic": [p.topic.label for p in profiles],
            "Records": [p.n_records for p in profiles],
            f"Since {year}": [p.recency.observed if p.recency else None for p in profiles],
            "Expected": [round(p.recency.expected, 1) if p.recency else None for p in profiles],
            "Ratio": [round(p.recency.ratio, 2) if p.recency else None for p in profiles],
            "Low": [round(p.recency.low, 2) if p.recency else None for p in profiles],
            "High": [round(p.recency.high, 2) if p.recency else None for p in profiles],
            "Found again": [round(p.topic.overlap, 2) for p in profiles],
            "Flag": [p.flag for p in profiles],
            "Reasons": [p.reason_words for p in profiles],
        }
    )


def _show_topic(
    state: State, profile: TopicProfile, typical: Sequence[tuple[str, str | None]], asked: int | None
) -> None:
    topic = profile.topic
    with st.container(border=True, key=f"topics.{topic.id}", gap="xsmall"):
        st.subheader(widgets.plain(topic.label), anchor=False)
        badge = ":orange-badge[◆ Under-studied] " if profile.flag == "under-studied" else ""
        size = f"**{records_words(profile.n_records)}.** " if profile.flag != "small" else ""  # its reason says it
        reasons = f"{widgets.plain(sentences.upper_first(profile.reason_words))}." if profile.reasons else ""
        st.markdown(badge + size + reasons)
        with st.container(key=f"rows.topics.{topic.id}", gap="xsmall"):
            st.markdown("Typical records:")
            for record_id, title in typical:
                widgets.link(state, "record", f":blue[{widgets.plain(title) or 'Without a title'}]", id=record_id)
        with st.expander("What it covers"):
            st.markdown("\n".join(f"- {widgets.plain(line)}" for line in describe(state, profile)))
        columns = next((b for a, b in state.framework.headline_pairs if a in state.framework.by_id), None)
        widgets.link(
            state,
            "gap-map",
            "Its records and its row on the gap map",
            icon=":material/grid_on:",
            rows="topic",
            columns=columns,
            row=topic.id,
            topics=asked,
        )
        widgets.link(state, "brief", "Make a brief", icon=":material/description:", topic=topic.id, topics=asked)


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


def _explain() -> None:
    with st.expander("How topics are made, and what a flag means"):
        st.markdown(
            "Records whose titles, abstracts and keywords use the same telling words are put together. Each topic is "
            "named after the words that set it apart. Nobody has read them for this; other starts draw other "
            "borders, and the page says how much they agree.\n\n"
            "A topic is flagged if at least two of these hold: it covers clearly fewer different tags than chance "
            "would give; it has clearly fewer recent records; it has no systematic review though there is enough to "
            "review; it has no study design above the lower half of the ladder; it comes from less than half as "
            "varied a set of countries as chance would give. Its size is never held against it.\n\n"
            + widgets.plain(CAVEAT)
        )
