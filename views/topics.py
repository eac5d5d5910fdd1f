"""Topics: records grouped by their words, with what each group covers and why it is flagged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis.sentences import records_words
from analysis.topics import CAVEAT, MAX_TOPICS, MIN_OVERLAP, MIN_RECORDS, TopicProfile, Topics, suggest_n
from analysis.trends import Trend
from views import address, gap_table, topic, topic_charts, topic_fit, topic_parts, widgets
from views.state import State

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


def render(state: State) -> None:
    topic_parts.come_back()
    n_records = len(state.snapshot())
    if not n_records:
        st.title("Topics")
        st.write("There are no records to group yet.")
        widgets.link(state, "add-files", "Add studies", icon=":material/upload_file:")
        return
    if topic_id := st.query_params.get("topic", ""):
        given = st.query_params.get("topics", "")
        topic.render(state, topic_id, _in_range(int(given)) if given.isdecimal() else None)
        return
    st.title("Topics")
    st.write("Records grouped by the words they share. A topic is a way to browse, not a finding.")
    if n_records > topic_fit.AT_ONCE:
        _show_topics(state, n_records)  # a fragment's buttons wait for its end, and grouping these must be stoppable
    else:
        st.fragment(_show_topics)(state, n_records)


def _show_topics(state: State, n_records: int) -> None:
    """All that changes with the number of topics."""
    state = replace(state, version=state.corpus.version)
    asked = _pick_number(n_records)
    topics, profiles = state.topics(asked), state.topic_profiles(asked)
    if not topics.topics:
        st.write("No words come up in more than one record here, so there are no topics yet.")
        return
    trend = state.topic_trend(asked)
    typical = {record.id: record for record in state.corpus.records([i for p in profiles for i in p.topic.typical])}
    sections = _to_sections(state, profiles, {i: record.title for i, record in typical.items()}, asked, trend)
    st.write(_say_fit(topics))
    if len(profiles) > 1:
        st.header("All topics at a glance", anchor=False)
        st.write(topic_charts.say_circles(profiles) + " Choose one, in the figure or in the list, to open it.")
        topic_parts.show_circles(state, profiles, "topics", "topic", topics=asked)
    _show_table(state, profiles, trend)
    _show_figure(state, profiles)
    widgets.show_caveats(state)
    widgets.show_content_note(state, list(typical.values()))
    topic_parts.show_cards(state, sections, "topics.cards")
    _explain()


def _to_sections(
    state: State,
    profiles: Sequence[TopicProfile],
    titles: Mapping[str, str | None],
    asked: int | None,
    trend: Trend,
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The topics by what is said of them: heading, meaning, cards."""
    sections = []
    for flag, (title, meaning) in SECTIONS.items():
        cards = [
            topic_parts.to_card(
                profile,
                [(i, titles[i]) for i in profile.topic.typical if i in titles],
                trend,
                list(topic.describe(state, profile)),
                topic.ways_on(state, profile.topic, asked),
                asked,
            )
            for profile in profiles
            if profile.flag == flag
        ]
        if cards:
            sections.append((f"{title}: {len(cards):,}", meaning, cards))
    return sections


def _in_range(n: int) -> int | None:
    return n if 2 <= n <= MAX_TOPICS else None


def _pick_number(n_records: int) -> int | None:
    place, _ = st.columns([1, 2])
    with place:
        return address.choose_number(
            "Number of topics",
            2,
            MAX_TOPICS,
            "topics",
            placeholder=f"{suggest_n(n_records)} suggested",
            step=1,
            help="Fewer topics are broader. The number suggested grows with the square root of the number of records.",
        )


def _say_fit(topics: Topics) -> str:
    """How many topics, how stable, and what is in none."""
    settings, n = topics.settings, len(topics.topics)
    said = f"{n:,} {'topic' if n == 1 else 'topics'} of {records_words(settings.n_records)}."
    if settings.n_asked and settings.n_asked > n:
        said += f" {settings.n_asked} were asked for; the records do not differ enough for more."
    if topics.agreement is not None and n > 1:
        said += (
            f" Grouped again from {settings.n_seeds} other starts, the groups agree {topics.agreement:.2f} "
            "(1 is the same groups, 0 is chance)."
        )
    if topics.unassigned:
        said += f" {records_words(len(topics.unassigned))} without a usable word: in no topic."
    if settings.embedded:
        said += " Most have only a title, so the package wordllama helped to see which titles mean the same."
    elif settings.mostly_titles:
        said += (
            " Most have only a title. The optional package wordllama is not installed here; with it, titles that share "
            "no word can meet more often."
        )
    return said


def _show_table(state: State, profiles: Sequence[TopicProfile], trend: Trend) -> None:
    table = to_table(profiles)
    with widgets.more("All topics as a table", "topics.all") as place:
        if place.open:
            shown = table.assign(**{"Records per year": [_series(profile, trend) for profile in profiles]})
            st.dataframe(
                shown,
                hide_index=True,
                column_config={"Records per year": st.column_config.BarChartColumn(y_min=0, width="medium")},
                key="topics.table",
            )
    st.download_button(
        "All topics (CSV)",
        lambda: gap_table.to_csv(table, state.snapshot(), "Topics"),
        "lacuna-topics.csv",
        "text/csv",
        key="topics.download",
        icon=":material/download:",
        on_click="ignore",
    )


def _series(profile: TopicProfile, trend: Trend) -> list[int]:
    return (
        trend.counts[profile.topic.id].iloc[-topic_charts.SPAN :].tolist() if profile.topic.id in trend.counts else []
    )


def _show_figure(state: State, profiles: Sequence[TopicProfile]) -> None:
    """Which topics kept pace: share of recent records, topic by topic, with its table."""
    share = recent_share(state, profiles)
    dated = [profile for profile in profiles if profile.recency is not None and profile.recency.expected > 0]
    if not share or len(dated) < 2:
        return
    st.header("Which topics kept pace", anchor=False)
    st.write(say_figure(dated, share))
    topic_parts.show_shares(state, dated, share, "topics.figure")


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
