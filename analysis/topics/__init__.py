"""Topics: records grouped by their words, named, profiled, and flagged where little studied (docs/topics.md)."""

from analysis.axes import UNASSIGNED
from analysis.roles import Roles, find_never_typical, read_roles
from analysis.topics.fit import Embed, Settings, Topic, Topics, TopicText, fit_topics, suggest_n
from analysis.topics.flags import MIN_OVERLAP, MIN_REASONS, MIN_RECORDS, Ratio, TopicProfile
from analysis.topics.kept import MAX_TOPICS, find_subtopics, find_topics, load_topics, read_texts
from analysis.topics.layout import radii
from analysis.topics.profile import expected_distinct, expected_effective_number, find_flags, to_axis, topic_profile
from analysis.topics.rows import CAVEAT, to_lines, to_rows
from analysis.topics.terms import Term, TermSuggestions, suggest_terms, to_toml

__all__ = [
    "CAVEAT",
    "MAX_TOPICS",
    "MIN_OVERLAP",
    "MIN_REASONS",
    "MIN_RECORDS",
    "UNASSIGNED",
    "Embed",
    "Ratio",
    "Roles",
    "Settings",
    "Term",
    "TermSuggestions",
    "Topic",
    "TopicProfile",
    "TopicText",
    "Topics",
    "expected_distinct",
    "expected_effective_number",
    "find_flags",
    "find_never_typical",
    "find_subtopics",
    "find_topics",
    "fit_topics",
    "load_topics",
    "radii",
    "read_roles",
    "read_texts",
    "suggest_n",
    "suggest_terms",
    "to_axis",
    "to_lines",
    "to_rows",
    "to_toml",
    "topic_profile",
]
