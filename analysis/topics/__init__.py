"""Topics: records grouped by their words, named, profiled, and flagged where little studied (docs/topics.md)."""

from analysis.axes import UNASSIGNED
from analysis.roles import Roles, find_never_typical, read_roles
from analysis.topics.fit import Settings, Topic, Topics, TopicText, fit_topics, suggest_n
from analysis.topics.flags import MIN_OVERLAP, MIN_REASONS, MIN_RECORDS, Ratio, TopicProfile
from analysis.topics.profile import expected_distinct, expected_effective_number, find_flags, to_axis, topic_profile
from analysis.topics.rows import CAVEAT, to_lines, to_rows

__all__ = [
    "CAVEAT",
    "MIN_OVERLAP",
    "MIN_REASONS",
    "MIN_RECORDS",
    "UNASSIGNED",
    "Ratio",
    "Roles",
    "Settings",
    "Topic",
    "TopicProfile",
    "TopicText",
    "Topics",
    "expected_effective_number",
    "expected_distinct",
    "find_flags",
    "find_never_typical",
    "fit_topics",
    "read_roles",
    "suggest_n",
    "to_axis",
    "to_lines",
    "to_rows",
    "topic_profile",
]
