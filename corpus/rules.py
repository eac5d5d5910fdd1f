"""The functions that turn an entry into facts, pairs and tags, as the store is handed them.

The store knows nobody above it; the composition root (ingest/rules.py) fills this in.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from corpus.framework import Framework
from corpus.records import Assignment, Entry, Fields, Link

Progress = Callable[[str, int, int], None]  # (what is being done, done, of how many; 0 if unknown)


class Tagger(Protocol):
    """Finds the tags of one text."""

    def assign(self, fields: Fields) -> tuple[Assignment, ...]: ...

    def suggest_scope(self, fields: Fields, assignments: tuple[Assignment, ...]) -> tuple[bool, str]:
        """Whether the record is about this framework's field, and why, in words."""
        ...


class Model(Protocol):
    """A fitted learner, as the store asks it what to add to the tags of the rules."""

    def assign(
        self, fields: Fields, assignments: Sequence[Assignment], facets: Collection[str]
    ) -> tuple[Assignment, ...]: ...


class Known(Protocol):
    """The entries already stored, as the matcher asks for them. Ids are entry ids."""

    def with_keys(self, keys: Iterable[str]) -> Mapping[str, Sequence[str]]: ...

    def fields_of(self, ids: Iterable[str]) -> Mapping[str, Fields]: ...

    def same_pairs(self, ids: Iterable[str]) -> set[tuple[str, str]]:
        """The pairs judged the same that tie these entries to others, those to further ones, and so on."""
        ...


class Matcher(Protocol):
    def __call__(
        self, entries: Mapping[str, Fields], known: Known | None = None, progress: Progress | None = None
    ) -> list[Link]: ...


@dataclass(frozen=True)
class Rules:
    """Everything derived comes from these. ``fingerprint`` changes when any of them does.

    ``read_model`` makes a learner of what is kept of it, None if that is of another format; without it none counts.
    """

    interpret: Callable[[Entry], Fields]
    warn: Callable[[Entry, Fields], tuple[str, ...]]
    keys: Callable[[Fields], tuple[str, ...]]
    match: Matcher
    build_tagger: Callable[[Framework], Tagger]
    fingerprint: str
    read_model: Callable[[Any, Framework], Model | None] | None = None


def no_progress(what: str, done: int, of: int) -> None:
    """For callers who do not want to know."""
