"""A person who stops long work: its bar is shown at once, and the run ends where the bar has been moved."""

import pytest
import streamlit as st

from views import long_work
from views.progress import Meter

Said = list[tuple[str, int, int]]


def stop_at(patch: pytest.MonkeyPatch, what: str) -> Said:
    """End the run as soon as work says that it is at ``what``, as a click on Stop would; all it said until then."""
    said: Said = []
    show = Meter.__call__

    def end(self: Meter, now: str, done: int, of: int) -> None:
        show(self, now, done, of)
        said.append((now, done, of))
        if now == what:
            st.stop()

    long_work._held.clear()
    patch.setattr(long_work, "PATIENCE", 0.0)
    patch.setattr(Meter, "__call__", end)
    return said
