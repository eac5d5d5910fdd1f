"""A topic turned into terms for a tag: a block to copy into the framework."""

import pandas as pd
import streamlit as st

from analysis.topics import TermSuggestions, Topic, read_texts, suggest_terms, to_toml
from corpus.framework import TagKey
from corpus.store import Corpus
from views import widgets
from views.state import State, find_tag


def show(state: State, topic: Topic) -> None:
    """Suggested terms with their counts, a [[tags]] block, and what the framework has already."""
    st.header("Turn this topic into tag terms", anchor=False)
    st.write(
        "Words and phrases that these records use and others hardly do. They are read off the texts: choose among "
        "them, and try them out before you rely on them."
    )
    if not st.toggle("Suggest terms", key="suggest", bind="query-params"):
        return
    found = _suggest(state.key, topic.ids, state, topic)
    if found.terms:
        st.dataframe(_to_table(found), hide_index=True, key="topic.terms")
        st.write("As a tag, to copy into a facet's file of the framework:")
        st.code(to_toml(found, state.framework.version + 1), language="toml")
        st.write(
            "Give it a label and a definition, raise the framework's version by one, and look at what it would change "
            "on the page Terms."
        )
    else:
        st.write("No further word or phrase sets these records apart clearly enough to suggest it.")
    if found.known:
        st.write("Left out, because the framework's terms find them already:")
        st.markdown("\n".join(f"- {_say_known(state, found, n)}" for n in range(len(found.known))))
    _, (tag, *_) = found.known[0] if found.known else (None, (("", ""),))
    widgets.link(state, "terms", "Open Terms", icon=":material/edit_note:", facet=tag[0] or None, tag=tag[1] or None)


def _to_table(found: TermSuggestions) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Term": [term.text for term in found.terms],
            f"Of {found.n_inside:,} here": [term.inside for term in found.terms],
            f"Of {found.n_outside:,} elsewhere": [term.outside for term in found.terms],
        }
    )


def _say_known(state: State, found: TermSuggestions, n: int) -> str:
    term, tags = found.known[n]
    labels = ", ".join(find_tag(state.framework, facet, tag) for facet, tag in tags)
    return widgets.plain(f"{term.text} ({term.inside:,} here, {term.outside:,} elsewhere): {labels}")


@st.cache_data(max_entries=16, show_spinner="Looking for words that set this topic apart…")
def _suggest(key: tuple[str, int, str], ids: tuple[str, ...], _state: State, _topic: Topic) -> TermSuggestions:
    corpus: Corpus = _state.corpus

    def tags_of(text: str) -> set[TagKey]:
        return {(a.facet, a.tag) for a in _state.read_words(text)}

    return suggest_terms(corpus, _topic, read_texts(corpus, _topic.ids), tags_of)
