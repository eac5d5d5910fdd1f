"""The method: how gaps are found, graded and worded, with the constants in force, and what the method cannot see."""

import re
from pathlib import Path

import pandas as pd
import streamlit as st

from analysis.constants import DEFAULTS, REASONS
from views import widgets
from views.state import State

TEXT = Path(__file__).parent.parent / "docs" / "methods.md"
_CONSTANTS = "Constants"


def render(state: State) -> None:
    title, opening, sections = read_sections(TEXT.read_text(encoding="utf-8"))
    st.title(title)
    with st.container(width=820):
        st.markdown(opening)
        st.markdown("\n".join(f"- [{name}](#{anchor_of(name)})" for name in [*sections, _CONSTANTS]))
        for name, text in sections.items():
            st.header(name, anchor=anchor_of(name))
            st.markdown(text)
        st.header(_CONSTANTS, anchor=anchor_of(_CONSTANTS))
        st.write("The numbers in force. Every export prints them.")
        st.table(constants_table(), hide_index=True)
        st.header("This collection", anchor=False)
        widgets.show_caveats(state)
        widgets.link(state, "about", "How the collection was put together, and what is thin in it")


def read_sections(text: str) -> tuple[str, str, dict[str, str]]:
    """Title, what comes before the first section, and the sections by name; the constants come from the code."""
    title, _, rest = text.partition("\n")
    opening, *parts = re.split(r"^## +", rest, flags=re.MULTILINE)
    sections = {name.strip(): body.strip() for name, _, body in (part.partition("\n") for part in parts)}
    sections.pop(_CONSTANTS, None)
    return title.lstrip("# ").strip(), opening.strip(), sections


def anchor_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def constants_table() -> pd.DataFrame:
    """One row a constant: its name in exports, its value, why it has it."""
    rows = [(name.upper(), f"{getattr(DEFAULTS, name):g}", why) for name, why in REASONS.items()]
    return pd.DataFrame(rows, columns=["Name", "Value", "Why"])
