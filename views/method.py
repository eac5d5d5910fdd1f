"""The method: how gaps are computed, with every constant, and what the method cannot see."""

from pathlib import Path

import streamlit as st

from views.state import State

TEXT = Path(__file__).parent.parent / "docs" / "methods.md"


def render(state: State) -> None:
    st.markdown(TEXT.read_text(encoding="utf-8"))
