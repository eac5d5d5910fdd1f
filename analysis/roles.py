"""Which facets and tags of a framework say design and country, and how designs rank, as its framework.toml names them.

Optional: a framework without [roles] has maps and topics all the same, judged without reviews, designs and countries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.errors import FrameworkError
from corpus.framework import Framework, TagKey
from corpus.snapshot import Snapshot

_FILE = "framework.toml"


@dataclass(frozen=True, slots=True)
class Roles:
    """Empty where the framework says nothing.

    ``ladder``: rungs of designs, low to high; designs on one rung count alike.
    """

    design: str | None = None
    review: tuple[str, ...] = ()
    other_review: tuple[str, ...] = ()
    primary: tuple[str, ...] = ()
    experimental: tuple[str, ...] = ()  # designs that compare with and without
    ladder: tuple[tuple[str, ...], ...] = ()
    never_typical: tuple[str, ...] = ()  # designs not to be shown as examples
    country: str | None = None
    international: tuple[str, ...] = ()  # tags of the country facet that are no single country


def read_roles(framework: Framework) -> Roles:
    """The framework's [roles]. Raises FrameworkError for a facet or tag that is not there."""
    table: Mapping[str, Any] = framework.options.get("roles", {})
    design, country = (_facet(framework, table.get(name)) for name in ("design", "country"))
    return Roles(
        design=design,
        review=_tags(framework, design, table.get("review", ())),
        other_review=_tags(framework, design, table.get("other-review", ())),
        primary=_tags(framework, design, table.get("primary", ())),
        experimental=_tags(framework, design, table.get("experimental", ())),
        ladder=tuple(_tags(framework, design, rung) for rung in table.get("ladder", ())),
        never_typical=_tags(framework, design, table.get("never-typical", ())),
        country=country,
        international=_tags(framework, country, table.get("international", ())),
    )


def find_never_typical(snapshot: Snapshot) -> frozenset[str]:
    """Ids of the records that the framework does not want shown as examples."""
    roles = read_roles(snapshot.framework)
    masks = [snapshot.has(roles.design or "", tag) for tag in roles.never_typical]
    return frozenset(record for mask in masks for record in snapshot.ids[mask])


def _facet(framework: Framework, facet_id: str | None) -> str | None:
    if facet_id is not None and facet_id not in framework.by_id:
        raise FrameworkError(_FILE, 0, f'[roles] names the facet "{facet_id}", which is not there.')
    return facet_id


def _tags(framework: Framework, facet_id: str | None, tag_ids: Any) -> tuple[str, ...]:
    if not isinstance(tag_ids, (list, tuple)):
        raise FrameworkError(_FILE, 0, f"[roles] needs a list of tags where it has {tag_ids!r}.")
    known = framework.by_id[facet_id].by_id if facet_id else {}
    for tag_id in tag_ids:
        if tag_id not in known:
            raise FrameworkError(_FILE, 0, f'[roles] names the tag "{tag_id}", which facet "{facet_id}" does not have.')
    return tuple(tag_ids)


@dataclass(frozen=True, slots=True)
class Ladder:
    """How designs rank for one question. ``rungs`` low to high; designs on one rung count alike.

    ``facets``: the question is asked of cells with one of these; of any cell if there are none. ``tags``: of cells with
    one of these (facet, tag) before any question by facet.
    """

    id: str
    question: str
    rungs: tuple[tuple[str, ...], ...]
    facets: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()  # designs that recommend without evaluating
    tags: tuple[TagKey, ...] = ()


def _key(framework: Framework, text: str) -> TagKey:
    facet, _, tag = text.partition("/")
    if (facet, tag) not in framework.columns:
        raise FrameworkError(_FILE, 0, f'[[ladders]] names "{text}", which is no facet/tag of this framework.')
    return facet, tag


def read_ladders(framework: Framework) -> tuple[Ladder, ...]:
    """The framework's [[ladders]], in the order in which a cell is matched. Raises FrameworkError."""
    design = read_roles(framework).design
    ladders = []
    for row in framework.options.get("ladders", ()):
        if design is None or not row.get("id") or not row.get("question"):
            raise FrameworkError(
                _FILE, 0, "[[ladders]] needs an id and a question, and [roles] must name the design facet."
            )
        facets = tuple(row.get("facets", ()))
        for facet_id in facets:
            _facet(framework, facet_id)
        rungs = tuple(_tags(framework, design, rung) for rung in row.get("rungs", ()))
        ladders.append(
            Ladder(
                row["id"],
                row["question"],
                rungs,
                facets,
                _tags(framework, design, row.get("advice", ())),
                tuple(_key(framework, text) for text in row.get("tags", ())),
            )
        )
    return tuple(ladders)
