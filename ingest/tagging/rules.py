"""Codes that follow from other codes, or stand instead of them: the [[rules]] of a facet, read and applied.

Each row names its tag, its condition and its reason (docs/framework.md). Rules apply after all terms have been counted,
and see what earlier rules did.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from corpus.errors import FrameworkError
from corpus.framework import Facet, Framework, TagKey

# Tags go by their number in the order of the framework.
Passage = tuple[str, int, int]  # field, first and last token
Given = dict[int, Passage]
Totals = Mapping[int, float]  # what the occurrences of a tag are worth together

_KEYS = {"give", "drop", "if-any", "if-all", "unless-any", "unless-in", "times", "with",
         "instead-of", "at-least", "reason"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. Every set in ``if_all`` needs one of its tags; none of ``unless_any`` may be there."""

    give: int | None
    drop: tuple[int, ...]
    if_all: tuple[frozenset[int], ...]
    unless_any: frozenset[int]
    unless_in: frozenset[str]
    times: float  # a witness must be worth this many times what the dropped tag is
    needs_fields: frozenset[str]
    instead_of: Mapping[int, Any]  # tags that the given one can stand for, with what they must differ in
    at_least: int
    reason: str
    stirs: int  # nothing happens unless one of these tags is there, a bit for each


def to_rules(framework: Framework) -> tuple[Rule, ...]:
    """The rules of all facets, in order. Raises FrameworkError for a row that cannot be read."""
    numbers = {key: number for number, key in enumerate(framework.columns)}
    return tuple(
        _to_rule(framework, facet, row, numbers) for facet in framework.facets for row in facet.options.get("rules", ())
    )


def _to_rule(framework: Framework, facet: Facet, row: Mapping[str, Any], numbers: Mapping[TagKey, int]) -> Rule:
    def error(message: str) -> FrameworkError:
        return FrameworkError(f"{facet.id}.toml", 0, f"a rule {message}: {dict(row)}")

    unknown = set(row) - _KEYS
    if unknown:
        raise error(f"has unknown parts ({', '.join(sorted(unknown))})")
    if not row.get("reason"):
        raise error("needs a reason")
    drop = row.get("drop", ())
    drop = (drop,) if isinstance(drop, str) else tuple(drop)
    for tag_id in (*drop, *([row["give"]] if "give" in row else [])):
        if tag_id not in facet.by_id:
            raise error(f'names "{tag_id}", which is not a tag of this facet')

    def numbered(names: Iterable[str]) -> frozenset[int]:
        return frozenset(numbers[key] for key in expand(framework, names, error))

    if_all = [numbered([name]) for name in row.get("if-all", ())]
    if "if-any" in row:
        if_all.append(numbered(row["if-any"]))
    if not drop and "give" not in row:
        raise error("needs give or drop")
    option = row.get("instead-of", "")
    drops = tuple(numbers[facet.id, tag_id] for tag_id in drop)
    instead_of = {numbers[facet.id, tag.id]: tag.options[option] for tag in facet.tags if tag.options.get(option)}
    # Sets of which each must have a tag that is there; the smallest is asked first.
    needed: list[frozenset[int]] = [frozenset(instead_of)] if instead_of else list(if_all)
    if not needed or "give" not in row:
        needed.append(frozenset(drops))
    fewest = min(needed, key=len)
    return Rule(
        give=numbers[facet.id, row["give"]] if "give" in row else None,
        drop=drops,
        if_all=tuple(if_all),
        unless_any=numbered(row.get("unless-any", ())),
        unless_in=frozenset(row.get("unless-in", ())),
        times=float(row.get("times", 0)),
        needs_fields=frozenset(row.get("with", ())),
        instead_of=instead_of,
        at_least=int(row.get("at-least", 1)),
        reason=row["reason"],
        stirs=_to_bits(fewest),
    )


def expand(framework: Framework, names: Iterable[str], error: Callable[[str], FrameworkError]) -> frozenset[TagKey]:
    """ "facet/tag" as that tag and all narrower ones, "facet/*" as every tag of the facet."""
    keys: set[TagKey] = set()
    for name in names:
        facet_id, _, tag_id = name.partition("/")
        facet = framework.by_id.get(facet_id)
        if facet is None or (tag_id != "*" and tag_id not in facet.by_id):
            raise error(f'names "{name}", which is no facet/tag of this framework')
        ids = facet.by_id if tag_id == "*" else facet.with_children(tag_id)
        keys.update((facet_id, one) for one in ids)
    return frozenset(keys)


def apply_rules(rules: Iterable[Rule], given: Given, totals: Totals, fields: AbstractSet[str]) -> Given:
    """What stands after the rules. A tag given by a rule has the passage of the tag that it follows from.

    ``fields`` are the fields that the record has.
    """
    given = dict(given)
    here = given.keys()
    bits = _to_bits(given)  # of the tags that may be there by now

    def worth(tag: int) -> float:
        return totals.get(tag, 0.0)

    for rule in rules:
        if not rule.stirs & bits:
            continue
        if rule.give is not None:
            bits |= 1 << rule.give
        if rule.needs_fields and not rule.needs_fields <= fields:
            continue
        if rule.instead_of:
            _summarise(rule, given)
            continue
        adds = rule.give is not None and rule.give not in given
        if not adds and here.isdisjoint(rule.drop):
            continue
        if not here.isdisjoint(rule.unless_any) or any(map(here.isdisjoint, rule.if_all)):
            continue
        # The strongest witness of each set; of equals, the one given first.
        witnesses = [max((tag for tag in given if tag in tags), key=worth) for tags in rule.if_all]
        loudest = max(map(worth, witnesses), default=0.0)
        for tag in rule.drop:
            if tag in given and given[tag][0] not in rule.unless_in and loudest >= rule.times * worth(tag):
                del given[tag]
        if adds and rule.give is not None and witnesses:
            given[rule.give] = given[witnesses[0]]
    return given


def _to_bits(tags: Iterable[int]) -> int:
    """A set of tags as one number, a bit for each."""
    bits = 0
    for tag in tags:
        bits |= 1 << tag
    return bits


def _summarise(rule: Rule, given: Given) -> None:
    """One tag instead of many that differ in an option: a region of the world, say."""
    found = [tag for tag in given if tag in rule.instead_of]
    if rule.give is None or not found:
        return
    if len(found) >= rule.at_least and len({rule.instead_of[tag] for tag in found}) >= rule.at_least:
        given.setdefault(rule.give, given[found[0]])
    if rule.give in given:
        for tag in found:
            del given[tag]
