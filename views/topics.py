"""Topics: records grouped by their words, with what each group covers and why it is flagged."""

import streamlit as st

from views import widgets
from views.state import State


def render(state: State) -> None:
    st.title("Topics")
    topics = state.topics()
    if not topics.topics:
        st.write("There are no records with words to group yet.")
        return
    st.write("Records grouped by the words of their titles and abstracts. A topic is a way to browse, not a finding.")
    for topic in topics.topics:
        with st.container(border=True, key=f"topics.{topic.id}"):
            st.subheader(widgets.plain(topic.label))
            st.text(f"{len(topic):,} records")
            for record in state.corpus.records(topic.typical):
                widgets.link(state, "record", record.title or "Without a title", id=record.id)
