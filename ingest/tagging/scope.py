"""A suggestion whether a record belongs to the field at all. A person rules; this only says what the words suggest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import FrameworkError
from corpus.framework import Framework, TagKey
from corpus.records import Assignment
from ingest.tagging.rules import expand


@dataclass(frozen=True, slots=True)
class OutRule:
    """Words that speak against a record, and tags that speak for it all the same."""

    reason: str
    terms: tuple[str, ...]
    places: frozenset[str]
    unless_any: frozenset[TagKey]
    tags: frozenset[TagKey]


@dataclass(frozen=True, slots=True)
class InRule:
    """Tags that speak for a record: one of each set."""

    needs: tuple[frozenset[TagKey], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """[scope] of framework.toml. One of ``ways_in`` is enough, unless an out-rule speaks against the record."""

    ways_in: tuple[InRule, ...] = ()
    out: tuple[OutRule, ...] = ()

    def suggest(self, assignments: Iterable[Assignment], found_out: Sequence[tuple[int, str]]) -> tuple[bool, str]:
        """In scope, and why. ``found_out`` are the out-rules whose words were found, with the words."""
        given = {(a.facet, a.tag): a.passage for a in assignments}
        against = dict(found_out)
        for number, rule in enumerate(self.out):
            words = against.get(number) or (_passage_of(rule.tags, given) if rule.tags else None)
            if words and rule.unless_any.isdisjoint(given):
                return False, f'{rule.reason} ("{words}")'
        is_missing = given.keys().isdisjoint
        for way in self.ways_in:
            if not any(map(is_missing, way.needs)):
                seen = [_passage_of(keys, given) for keys in way.needs]
                if all(seen):
                    return True, _with_words(way.reason, seen)
        if self.ways_in:
            return False, "Title, abstract and keywords name nothing that would put it in scope."
        return True, "Nothing speaks against it."


def _passage_of(keys: frozenset[TagKey], given: Mapping[TagKey, str]) -> str | None:
    """The passage of the first tag given that is one of these."""
    return None if keys.isdisjoint(given) else next(passage for key, passage in given.items() if key in keys)


def to_scope(framework: Framework) -> Scope:
    """Raises FrameworkError for a [scope] that cannot be read."""

    def error(message: str) -> FrameworkError:
        return FrameworkError("framework.toml", 0, f"[scope] {message}")

    table: Mapping[str, Any] = framework.options.get("scope", {})
    for row in (*table.get("in", ()), *table.get("out", ())):
        if not row.get("reason"):
            raise error(f"a row needs a reason: {row}")
    ways_in = tuple(
        InRule(tuple(expand(framework, names, error) for names in row.get("needs", ())), row["reason"])
        for row in table.get("in", ())
    )
    out = tuple(
        OutRule(
            reason=row["reason"],
            terms=tuple(row.get("terms", ())),
            places=frozenset(row.get("in", ("title",))),
            unless_any=expand(framework, row.get("unless-any", ()), error),
            tags=expand(framework, row.get("tags", ()), error),
        )
        for row in table.get("out", ())
    )
    return Scope(ways_in, out)


def _with_words(reason: str, passages: Iterable[str | None]) -> str:
    quoted = [f'"{passage}"' for passage in dict.fromkeys(passages)]
    return f"{reason} ({', '.join(quoted)})"
