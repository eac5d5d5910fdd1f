"""Keeps Python's garbage collector from looking through the collection after every click.

Streamlit collects garbage after each run of a page, and for a while nothing else is done then. What the pages keep
(records, texts, numbers counted before) is looked through each time: after a few pages that takes longer than the run.
So whatever survives a slow collection is set aside for the next ones. What of it becomes garbage meanwhile is not lost:
once much has been set aside, or after many collections, one looks through everything again.
"""

import gc
import time
from collections.abc import Mapping

SLOW = 0.02  # seconds of a collection, after which what it kept is set aside
MANY = 1_000  # collections after which one looks through everything, slow or not: reading files sets aside too
GROWTH = 1.5  # times what stood aside after the last whole collection: then the next is whole again


class SettingAside:
    """What the collector calls before and after it has looked through the oldest objects."""

    def __init__(self) -> None:
        self._began = 0.0
        self._whole = 0  # objects that stood aside after the last whole collection
        self._since = 0  # collections since then

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        if info["generation"] != 2:
            return
        if phase == "start":
            self._began = time.thread_time()
            return
        self._since += 1
        if self._since > MANY:
            self._bring_back()
        elif time.thread_time() - self._began > SLOW:
            gc.freeze()
            aside = gc.get_freeze_count()
            if not self._whole:
                self._whole = aside
            elif aside > GROWTH * self._whole:
                self._bring_back()

    def _bring_back(self) -> None:
        """Let the next collection look through everything."""
        gc.unfreeze()
        self._whole = self._since = 0


def set_aside() -> None:
    """From now on, for this process; to ask twice changes nothing."""
    if not any(isinstance(known, SettingAside) for known in gc.callbacks):
        gc.callbacks.append(SettingAside())
