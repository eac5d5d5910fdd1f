"""Which pairs are worth judging: entries that share a key, near linear in their number.

A key that too many entries share ("Editorial") is refined by anchors (traits.py), never cut: every pair that the
rules could call "same" shares two anchors, so it meets again in a smaller block.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b

from corpus.records import Fields
from ingest.dedupe.traits import Traits, find_anchors, to_traits

MOST = 60  # entries in a block whose pairs are all judged
_SHORT = 20  # letters below which a title is no key of its own
_SPELLINGS = 3


# What was found of entries whose keys were asked for: soon they are matched. By the identity of the fields, which stay
# alive as long as they are here: comparing them field by field would cost as much as what is remembered.
_remembered: dict[int, tuple[Fields, Traits, tuple[str, ...]]] = {}
_MOST_REMEMBERED = 5_000


def keys(fields: Fields) -> tuple[str, ...]:
    """Blocking keys of one entry: two entries that share none are not compared.

    A pure function of the fields, so the store can index them.
    """
    traits = to_traits(fields)
    found = find_keys(traits)
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[id(fields)] = fields, traits, found
    return found


def to_traits_and_keys(fields: Fields) -> tuple[Traits, tuple[str, ...]]:
    """Both of one entry; if its keys were asked for, what was found then, which is forgotten now."""
    if remembered := _remembered.pop(id(fields), None):
        return remembered[1:]
    traits = to_traits(fields)
    return traits, find_keys(traits)


def find_keys(traits: Traits) -> tuple[str, ...]:
    family = traits.names[0].family[:6] if traits.names else ""
    page = str(traits.pages.first) if traits.pages else ""
    found = [f"id:{i}" for i in (traits.doi, traits.pmid, traits.pmcid, traits.review) if i]
    if traits.looked_up:
        return tuple(dict.fromkeys(found))
    for title in traits.titles[:_SPELLINGS]:
        if len(title.compact) >= _SHORT:
            found.append("title:" + _hash(title.compact))
        else:
            found += _short_title_keys(title.compact, traits, page)
        if family:
            found += [f"start:{family}:{title.compact[:10]}", f"end:{family}:{title.compact[-10:]}"]
    if family and page:
        found.append(f"page:{family}:{page}")
    if page and traits.volume and traits.year:
        found.append(f"place:{traits.volume}:{page}:{traits.year}")
    return tuple(dict.fromkeys(found))


def _short_title_keys(compact: str, traits: Traits, page: str) -> list[str]:
    """ "Editorial" with the page and with the year and volume; with the name it has the keys of every title."""
    found = [f"short:{compact}:p{page}"] if page else []
    if not page or not traits.names:
        found.append(f"short:{compact}:{traits.year}:{traits.volume}:{traits.issue}")
    return found


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def find_pairs(
    blocks: Mapping[str, Sequence[int]],
    traits: Sequence[Traits],
    n_new: int,
    note: Callable[[str], None] = lambda _: None,
) -> set[tuple[int, int]]:
    """Pairs (i < j) of positions in ``traits`` that share a key, at least one of them new.

    The first ``n_new`` positions are new entries, the rest stored. Over-full keys are refined, and reported
    through ``note``.
    """
    pairs: set[tuple[int, int]] = set()
    for key, members in blocks.items():
        if len(members) < 2:
            continue
        if len(members) > MOST:
            parts = list(_refine(members, traits))
            largest = max(map(len, parts), default=0)
            note(f'{len(members)} entries share the key "{key}": compared in {len(parts)} parts of at most {largest}.')
        else:
            parts = [list(members)]
        for part in parts:
            ordered = sorted(set(part))
            for at, j in enumerate(ordered):
                pairs.update((i, j) for i in ordered[:at] if i < n_new)
    return pairs


def _refine(members: Sequence[int], traits: Sequence[Traits]) -> Iterator[list[int]]:
    """Parts in which every pair meets that shares two classes of anchors, or an "exact" one."""
    anchors = {i: find_anchors(traits[i]) for i in members}
    for (kind, _), part in _group(members, anchors, ()).items():
        if len(part) <= MOST or kind == "exact":
            yield part
        else:
            yield from _group(part, anchors, (kind, "exact")).values()


def _group(
    members: Sequence[int], anchors: Mapping[int, tuple[tuple[str, str], ...]], without: tuple[str, ...]
) -> dict[tuple[str, str], list[int]]:
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for i in members:
        for anchor in anchors[i]:
            if anchor[0] not in without:
                groups[anchor].append(i)
    return {anchor: part for anchor, part in groups.items() if len(part) > 1}
