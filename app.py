"""The app: page settings, the corpus, the list of pages. `make app` starts it.

Only Streamlit is imported at the top: the first visitor sees a line at once, while the libraries behind it load.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def main() -> None:
    st.set_page_config(page_title="Lacuna", page_icon="🔍", layout="wide")
    waiting = st.empty()
    if not _loaded():
        waiting.markdown("Starting Lacuna. Loading what it counts with, about ten seconds the first time.")
    _load()
    waiting.empty()
    _show(waiting)


def _loaded() -> bool:
    import sys

    return "views.pages" in sys.modules and "plotly.express" in sys.modules


def _load() -> None:
    """Import what pages need, so that no later click waits for it."""
    import plotly.express  # noqa: F401

    import views.pages  # noqa: F401
    from views.memory import set_aside

    set_aside()


def _show(waiting: DeltaGenerator) -> None:
    """The page; ``waiting`` is where a visitor reads how far the opening of the collection is."""
    from dataclasses import replace

    from corpus.errors import LacunaError
    from views import collections, opening, pages, widgets
    from views.roles import load_visitor
    from views.state import load_state

    collection = collections.chosen()
    try:
        corpus = opening.open_once(collection, opening.read_fingerprint(collection.framework), waiting)
        visitor = load_visitor()
        if visitor.name:
            st.session_state["curator"] = visitor.name
        state = replace(load_state(corpus, can_curate=visitor.can_curate), visitor=visitor)
    except LacunaError as error:
        widgets.show_error(error)
        collections.show_banner()
        st.stop()
    pages.run(state)


if __name__ == "__main__":
    main()
