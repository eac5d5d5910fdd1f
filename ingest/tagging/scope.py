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
class Scope:
    """[scope] of framework.toml. ``needs``: one tag of each set; ``labels`` say the sets in words."""

    needs: tuple[frozenset[TagKey], ...] = ()
    labels: tuple[str, ...] = ()
    out: tuple[OutRule, ...] = ()

    def suggest(self, assignments: Iterable[Assignment], found_out: Sequence[tuple[int, str]]) -> tuple[bool, str]:
        """In scope, and why. ``found_out`` are the out-rules whose words were found, with the words."""
        given = {(a.facet, a.tag): a for a in assignments}
        for number, words in found_out:
            rule = self.out[number]
            if not any(key in given for key in rule.unless_any):
                return False, f'{rule.reason} ("{words}")'
        for rule in self.out:
            because = next((a for key, a in given.items() if key in rule.tags), None)
            if because and not any(key in given for key in rule.unless_any):
                return False, f'{rule.reason} ("{because.passage}")'
        seen_words: list[str] = []
        for keys, label in zip(self.needs, self.labels, strict=True):
            seen = next((a for key, a in given.items() if key in keys), None)
            if seen is None:
                return False, f"Nothing in title, abstract or keywords names {label}."
            seen_words.append(f'"{seen.passage}"')
        return True, f"Names {' and '.join(seen_words)}." if seen_words else "This framework sets no limits."


def to_scope(framework: Framework) -> Scope:
    """Raises FrameworkError for a [scope] that cannot be read."""

    def error(message: str) -> FrameworkError:
        return FrameworkError("framework.toml", 0, f"[scope] {message}")

    table: Mapping[str, Any] = framework.options.get("scope", {})
    needs = table.get("needs", [])
    if not isinstance(needs, list):
        raise error("needs must be a list of lists of tags")
    out = []
    for row in table.get("out", []):
        if not row.get("reason"):
            raise error(f"an out row needs a reason: {row}")
        out.append(
            OutRule(
                reason=row["reason"],
                terms=tuple(row.get("terms", ())),
                places=frozenset(row.get("in", ("title",))),
                unless_any=expand(framework, row.get("unless-any", ()), error),
                tags=expand(framework, row.get("tags", ()), error),
            )
        )
    labels: list[str] = []
    for names in needs:
        facets = dict.fromkeys(framework.facet(n.partition("/")[0]).label for n in names)
        labels.append(" or ".join(f'"{label}"' for label in facets))
    return Scope(tuple(expand(framework, names, error) for names in needs), tuple(labels), tuple(out))
