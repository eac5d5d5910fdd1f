"""The coding framework: facets, their groups and tags, read from a folder of TOML files.

One file a facet, plus framework.toml with the name, the version, the order of the facets, the pairs
that mean nothing and the pairs that matter most. Nothing else in the code names a facet of the
founding framework: another field is another folder. How terms match is ingest/tagging's business.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.errors import FrameworkError, UnknownIdError

TagKey = tuple[str, str]  # (facet id, tag id): how one code is named everywhere

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|[A-Z]{2,3}")


@dataclass(frozen=True, slots=True)
class Tag:
    """One code of a facet.

    ``terms`` earn the tag; ``unless`` are contexts in which a term inside them does not count;
    ``headings`` are keywords, MeSH or publication-type headings that give the tag by themselves; ``wide``
    are further synonyms used only to check an empty cell. The term syntax is in docs/framework.md.
    ``since`` is the framework version that added the tag.
    """

    id: str
    label: str
    definition: str = ""
    broader: str | None = None
    residual: bool = False
    analysis: bool = False
    since: int = 1
    terms: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)  # read by the matcher alone


@dataclass(frozen=True, slots=True)
class Group:
    """A coarse level of a facet: the tags drawn together on a small corpus's map."""

    id: str
    label: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Facet:
    """A dimension of the framework. Every facet is multi-valued."""

    id: str
    label: str
    question: str
    tags: tuple[Tag, ...]
    groups: tuple[Group, ...] = ()
    since: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Tag]:
        return {tag.id: tag for tag in self.tags}

    @property
    def roots(self) -> tuple[Tag, ...]:
        """Tags without ``broader``, in framework order."""
        return tuple(tag for tag in self.tags if tag.broader is None)

    def children(self, tag_id: str) -> tuple[Tag, ...]:
        return tuple(tag for tag in self.tags if tag.broader == tag_id)

    def with_parents(self, tag_id: str) -> tuple[str, ...]:
        """The tag and everything broader than it, narrowest first."""
        chain: list[str] = []
        at: str | None = tag_id
        while at is not None:
            chain.append(at)
            at = self.by_id[at].broader
        return tuple(chain)

    def with_children(self, tag_or_group: str) -> tuple[str, ...]:
        """Ids of the tag and all narrower ones, or of all tags of the group. Raises UnknownIdError."""
        for group in self.groups:
            if group.id == tag_or_group and tag_or_group not in self.by_id:
                return tuple(t.id for t in self.tags if set(self.with_parents(t.id)) & set(group.tags))
        if tag_or_group not in self.by_id:
            raise UnknownIdError(
                f'Facet "{self.id}" has no tag or group "{tag_or_group}". It has: {", ".join(self.by_id)}.'
            )
        return tuple(t.id for t in self.tags if tag_or_group in self.with_parents(t.id))

    def label_of(self, tag_or_group: str) -> str:
        tag = self.by_id.get(tag_or_group)
        if tag:
            return tag.label
        return next((g.label for g in self.groups if g.id == tag_or_group), tag_or_group)


@dataclass(frozen=True)
class NotApplicable:
    """A pair of tags that is true by definition or has no meaning; ``*`` stands for every tag."""

    first: TagKey
    second: TagKey
    reason: str


@dataclass(frozen=True)
class Framework:
    """All facets and what holds between them. ``fingerprint`` changes with any file of the folder."""

    name: str
    version: int
    facets: tuple[Facet, ...]
    not_applicable: tuple[NotApplicable, ...] = ()
    headline_pairs: tuple[tuple[str, str], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)  # [scope], [design] ...: read by who needs them
    fingerprint: str = ""
    folder: Path | None = None  # where its files are

    @cached_property
    def by_id(self) -> dict[str, Facet]:
        return {facet.id: facet for facet in self.facets}

    @cached_property
    def columns(self) -> tuple[TagKey, ...]:
        """Every (facet, tag) in framework order."""
        return tuple((facet.id, tag.id) for facet in self.facets for tag in facet.tags)

    def facet(self, facet_id: str) -> Facet:
        """Raises UnknownIdError, naming the facets there are."""
        if facet_id not in self.by_id:
            raise UnknownIdError(f'There is no facet "{facet_id}". There are: {", ".join(self.by_id)}.')
        return self.by_id[facet_id]

    def tag(self, facet_id: str, tag_id: str) -> Tag:
        facet = self.facet(facet_id)
        if tag_id not in facet.by_id:
            raise UnknownIdError(f'Facet "{facet_id}" has no tag "{tag_id}".')
        return facet.by_id[tag_id]

    def why_not_applicable(self, a: TagKey, b: TagKey) -> str | None:
        """The reason why a pair of tags means nothing, in either order; None if it may mean something."""
        for pair in self.not_applicable:
            for one, other in ((a, b), (b, a)):
                if _covers(pair.first, one) and _covers(pair.second, other):
                    return pair.reason
        return None


def _covers(pattern: TagKey, key: TagKey) -> bool:
    return pattern[0] == key[0] and pattern[1] in ("*", key[1])


class _File:
    """A parsed TOML file that knows on which line an id stands, for error messages."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.name = path.name
        self.text = path.read_text(encoding="utf-8") if text is None else text
        try:
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            raise FrameworkError(self.name, int(found[1]) if found else 0, f"not valid TOML: {error}") from error

    def line_of(self, needle: str, nth: int = 1) -> int:
        hits = [n for n, line in enumerate(self.text.splitlines(), 1) if needle in line]
        return hits[min(nth, len(hits)) - 1] if hits else 0

    def error(self, message: str, needle: str = "", nth: int = 1) -> FrameworkError:
        return FrameworkError(self.name, self.line_of(needle, nth) if needle else 0, message)

    def text_of(self, row: Mapping[str, Any], name: str, where: str, nth: int = 1) -> str:
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{where} needs a {name} (a text).", f'"{row.get("id", "")}"', nth)
        return value


def make_fingerprint(folder: Path, instead: Mapping[str, str] | None = None) -> str:
    """A hash of all files of a framework folder; ``instead`` as for ``load_framework``."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.glob("*.toml")):
        new = (instead or {}).get(path.name)
        data = path.read_bytes() if new is None else new.encode()
        digest.update(path.name.encode() + b"\0" + data.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def load_framework(folder: Path, instead: Mapping[str, str] | None = None) -> Framework:
    """Read and check a framework folder. ``instead``: texts that stand for files of it, by name, to try a change.

    Raises FrameworkError with file and line: unknown parent, cycle, duplicate id, empty term, a group or
    pair that names a tag that is not there.
    """
    main_path = folder / "framework.toml"
    if not main_path.is_file():
        raise FrameworkError(str(folder), 0, "there is no framework.toml in this folder.")
    new = instead or {}
    main = _File(main_path, new.get(main_path.name))
    order = main.data.get("facets")
    if not isinstance(order, list) or not order:
        raise main.error('needs facets = ["...", ...]: the ids of the facets, in order.')
    version = main.data.get("version", 1)
    if not isinstance(version, int) or version < 1:
        raise main.error("version must be a whole number from 1.", "version")
    facets = []
    for facet_id in order:
        path = folder / f"{facet_id}.toml"
        if not path.is_file():
            raise main.error(f'facet "{facet_id}" has no file {facet_id}.toml.', f'"{facet_id}"')
        facets.append(_load_facet(_File(path, new.get(path.name)), facet_id, version))
    by_id = {facet.id: facet for facet in facets}
    if len(by_id) != len(facets):
        raise main.error("a facet is listed twice.", "facets")
    return Framework(
        name=main.text_of(main.data, "name", "framework.toml"),
        version=version,
        facets=tuple(facets),
        not_applicable=tuple(_pairs(main, by_id)),
        headline_pairs=tuple(_headline(main, by_id)),
        options={k: v for k, v in main.data.items() if k not in _MAIN_KEYS},
        fingerprint=make_fingerprint(folder, new),
        folder=folder,
    )


_MAIN_KEYS = {"name", "version", "facets", "not-applicable", "headline-pairs"}
_FACET_KEYS = {"id", "label", "question", "since", "groups", "tags"}
_TAG_KEYS = {"id", "label", "definition", "broader", "residual", "analysis", "since", "terms", "unless",
             "headings", "wide"}  # fmt: skip


def _load_facet(file: _File, facet_id: str, version: int) -> Facet:
    data = file.data
    if data.get("id") != facet_id:
        raise file.error(f'the id must be "{facet_id}", as the file is named.', "id =")
    rows = data.get("tags", [])
    if not rows:
        raise file.error("a facet needs at least one [[tags]].")
    seen: set[str] = set()
    tags = []
    for row in rows:
        tag = _load_tag(file, row, version)
        if tag.id in seen:
            raise file.error(f'tag "{tag.id}" is there twice.', f'id = "{tag.id}"', 2)
        seen.add(tag.id)
        tags.append(tag)
    parents = {tag.id: tag.broader for tag in tags}
    for tag in tags:
        if tag.broader is not None and tag.broader not in seen:
            raise file.error(
                f'tag "{tag.id}" has broader = "{tag.broader}", which is not a tag here.', f'id = "{tag.id}"'
            )
        _check_no_cycle(file, tag.id, parents)
    groups: list[Group] = []
    for row in data.get("groups", []):
        group = Group(
            file.text_of(row, "id", "a group"), file.text_of(row, "label", "a group"), tuple(row.get("tags", ()))
        )
        for tag_id in group.tags:
            if tag_id not in seen:
                raise file.error(f'group "{group.id}" names "{tag_id}", which is not a tag here.', f'"{group.id}"')
        if group.id in {g.id for g in groups}:
            raise file.error(f'group "{group.id}" is there twice.', f'id = "{group.id}"', 2)
        groups.append(group)
    return Facet(
        id=facet_id,
        label=file.text_of(data, "label", "a facet"),
        question=file.text_of(data, "question", "a facet"),
        tags=tuple(tags),
        groups=tuple(groups),
        since=data.get("since", 1),
        options={k: v for k, v in data.items() if k not in _FACET_KEYS},
    )


def _load_tag(file: _File, row: Mapping[str, Any], version: int) -> Tag:
    tag_id = file.text_of(row, "id", "a tag")
    needle = f'id = "{tag_id}"'
    if not _ID.fullmatch(tag_id):
        raise file.error(f'tag id "{tag_id}" must be kebab-case (or a country code in capitals).', needle)
    since = row.get("since", file.data.get("since", 1))
    if not isinstance(since, int) or not 1 <= since <= version:
        raise file.error(
            f'tag "{tag_id}" has since = {since}; the framework is at version {version}. '
            "Raise version in framework.toml.",
            needle,
        )
    lists: dict[str, tuple[str, ...]] = {}
    for name in ("terms", "unless", "headings", "wide"):
        values = row.get(name, [])
        if not isinstance(values, list):
            raise file.error(f'tag "{tag_id}": {name} must be a list.', needle)
        for value in values:
            if not isinstance(value, str) or not value.strip(" *="):
                raise file.error(f'tag "{tag_id}" has an empty term in {name}.', needle)
        lists[name] = tuple(values)
    return Tag(
        id=tag_id,
        label=file.text_of(row, "label", f'tag "{tag_id}"'),
        definition=row.get("definition", ""),
        broader=row.get("broader"),
        residual=bool(row.get("residual", False)),
        analysis=bool(row.get("analysis", False)),
        since=since,
        options={k: v for k, v in row.items() if k not in _TAG_KEYS},
        **lists,
    )


def _check_no_cycle(file: _File, start: str, parents: Mapping[str, str | None]) -> None:
    seen = {start}
    at = parents[start]
    while at is not None:
        if at in seen:
            raise file.error(f'tag "{start}" is broader than itself (by way of "{at}").', f'id = "{start}"')
        seen.add(at)
        at = parents.get(at)


def _pairs(main: _File, facets: Mapping[str, Facet]) -> Iterator[NotApplicable]:
    for row in main.data.get("not-applicable", []):
        pair = row.get("pair", [])
        if len(pair) != 2:
            raise main.error("a not-applicable pair needs two tags.", str(pair[0]) if pair else "not-applicable")
        yield NotApplicable(
            _key(main, pair[0], facets), _key(main, pair[1], facets), main.text_of(row, "reason", f"the pair {pair}")
        )


def _key(main: _File, text: str, facets: Mapping[str, Facet]) -> TagKey:
    facet_id, _, tag_id = text.partition("/")
    if facet_id not in facets or (tag_id != "*" and tag_id not in facets[facet_id].by_id):
        raise main.error(f'"{text}" names no facet and tag of this framework.', text)
    return facet_id, tag_id


def _headline(main: _File, facets: Mapping[str, Facet]) -> Iterator[tuple[str, str]]:
    for pair in main.data.get("headline-pairs", []):
        if len(pair) != 2 or any(f not in facets for f in pair):
            raise main.error(f"headline pair {pair} must name two facets.", "headline-pairs")
        yield pair[0], pair[1]
