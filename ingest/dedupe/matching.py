"""From new entries to links: candidate pairs, judged by the table, completed within each component.

Entries that no rule can tell apart are taken as one first, so ten thousand equal rows cost one comparison.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from itertools import combinations

from corpus.components import resolve
from corpus.records import Fields, Link
from corpus.rules import Known, Progress, no_progress
from ingest.dedupe.blocking import find_keys, find_pairs, to_traits_and_keys
from ingest.dedupe.rules import Judgement, judge_traits
from ingest.dedupe.traits import Traits, to_traits

_ALL_PAIRS = 64  # links between two groups of equal entries; more of them are tied through the smallest ids
_TIES = 8  # so many of the smallest, for some may be undone or erased; a doubt is asked through one
_STEP = 5000


def match(
    entries: Mapping[str, Fields],
    known: Known | None = None,
    progress: Progress | None = None,
    notes: list[str] | None = None,
) -> list[Link]:
    """Links among new entries and between them and the known ones, sorted.

    ``entries`` are the new ones by entry id. Every pair within a component of "same" links is judged, so that
    resolving the links gives the same components in whatever order and batches entries came. A "distinct" pair is
    linked only there: elsewhere it parts nothing. ``progress`` gets what
    is being done, how far, of how many; ``notes`` collects sentences about over-full keys.
    """
    return _Matching(entries, known, progress or no_progress, notes).links()


def cluster(
    entries: Mapping[str, Fields], progress: Progress | None = None, notes: list[str] | None = None
) -> tuple[list[tuple[str, ...]], list[Link]]:
    """Components of entries that are one work, with the links behind them, without a store."""
    links = match(entries, None, progress, notes)
    return resolve(entries, links), links


class _Matching:
    """One call of ``match``. Entries with equal traits are one group: ``traits[g]``, and their ids in ``ids[g]``."""

    def __init__(
        self, entries: Mapping[str, Fields], known: Known | None, progress: Progress, notes: list[str] | None
    ) -> None:
        self.known = known
        self.progress = progress
        self.notes = [] if notes is None else notes
        self.new = entries.keys()
        self.traits: list[Traits] = []
        self.keys: list[tuple[str, ...]] = []
        self.ids: list[list[str]] = []
        self.group_of: dict[Traits, int] = {}
        self.judged: dict[tuple[int, int], Judgement] = {}
        self.blocks: defaultdict[str, list[int]] = defaultdict(list)
        for done, (entry, fields) in enumerate(entries.items(), start=1):
            self._add(entry, *to_traits_and_keys(fields))
            if done % _STEP == 0 or done == len(entries):
                progress("preparing to match", done, len(entries))
        self.n_new = len(self.traits)  # groups with a new entry come first
        if known:
            wanted = {key for keys in self.keys for key in keys}
            self._add_known({i for found in known.with_keys(wanted).values() for i in found})
        for group, keys in enumerate(self.keys):
            for key in keys:
                self.blocks[key].append(group)

    def links(self) -> list[Link]:
        pairs = sorted(find_pairs(self.blocks, self.traits, self.n_new, self.notes.append))
        self.blocks.clear()
        links: list[Link] = []
        for done, (i, j) in enumerate(pairs, start=1):
            judgement = self._judge(i, j)
            if judgement.verdict != "distinct":
                links += self._link_groups(i, j, judgement)
            if done % _STEP == 0 or done == len(pairs):
                self.progress("matching", done, len(pairs))
        for group in range(self.n_new):
            links += self._link_equals(group)
        links += self._part_components(links)
        return sorted(set(links), key=lambda link: (link.a, link.b))

    def _add(self, entry: str, traits: Traits, keys: tuple[str, ...]) -> None:
        group = self.group_of.setdefault(traits, len(self.traits))
        if group == len(self.traits):
            self.traits.append(traits)
            self.keys.append(keys)
            self.ids.append([])
        self.ids[group].append(entry)

    def _add_known(self, ids: set[str]) -> None:
        if self.known is None:
            return
        have = {i for group in self.ids for i in group}
        for entry, fields in sorted(self.known.fields_of(ids - have).items()):
            traits = to_traits(fields)
            self._add(entry, traits, find_keys(traits))

    def _judge(self, i: int, j: int) -> Judgement:
        key = (i, j) if i < j else (j, i)
        if key not in self.judged:
            self.judged[key] = judge_traits(self.traits[i], self.traits[j])
        return self.judged[key]

    def _link_groups(self, i: int, j: int, judgement: Judgement) -> Iterator[Link]:
        """The judgement of two groups, said of their entries; of the smallest with all, where the groups are large."""
        if judgement.verdict is None:
            return
        left, right = self.ids[i], self.ids[j]
        if len(left) * len(right) <= _ALL_PAIRS:
            pairs = {(a, b) for a in left for b in right}
        else:
            ties = _count_ties(judgement)
            pairs = {(a, b) for a in nsmallest(ties, left) for b in right}
            pairs |= {(a, b) for a in left for b in nsmallest(ties, right)}
        for a, b in pairs:
            yield Link(min(a, b), max(a, b), judgement.verdict, judgement.rule, judgement.score, judgement.why)

    def _link_equals(self, group: int) -> Iterator[Link]:
        """Entries with equal traits, as the table judges them: all pairs of a few, the smallest with all of many."""
        ids = sorted(self.ids[group])
        if len(ids) == 1:
            return
        judgement = judge_traits(self.traits[group], self.traits[group])
        if judgement.verdict is None:
            return
        few = len(ids) * len(ids) <= 2 * _ALL_PAIRS
        ties = len(ids) if few else _count_ties(judgement)
        for a, b in ((a, b) for n, a in enumerate(ids[:ties], 1) for b in ids[n:]):
            yield Link(a, b, judgement.verdict, judgement.rule, judgement.score, judgement.why)

    def _part_components(self, links: list[Link]) -> Iterator[Link]:
        """The "distinct" links within components of "same" links, stored ones included. Elsewhere they part nothing.

        Two stored groups that one component held before were judged when the later of them came.
        """
        same = {(link.a, link.b) for link in links if link.verdict == "same"}
        stored = self.known.same_pairs({i for pair in same for i in pair}) if self.known else set()
        self._add_known({i for pair in stored for i in pair})
        group_by_id = {i: g for g, ids in enumerate(self.ids) for i in ids}
        have = group_by_id.keys()  # without those that went from the store since
        joined, before = (
            _find_components([(group_by_id[a], group_by_id[b]) for a, b in pairs if {a, b} <= have], at_least)
            for pairs, at_least in ((same | stored, 3), (stored, 2))
        )
        was_in = {group: n for n, component in enumerate(before) for group in component}
        for component in joined:
            for i, j in combinations(component, 2):
                if i >= self.n_new and j >= self.n_new and i in was_in and was_in[i] == was_in.get(j):
                    continue
                if self._judge(i, j).verdict == "distinct":
                    yield from self._link_groups(i, j, self._judge(i, j))


def _count_ties(judgement: Judgement) -> int:
    return 1 if judgement.verdict == "held" else _TIES


def _find_components(joined: Iterable[tuple[int, int]], at_least: int) -> list[list[int]]:
    root: dict[int, int] = {}

    def find(x: int) -> int:
        while root.setdefault(x, x) != x:
            root[x] = root[root[x]]
            x = root[x]
        return x

    for i, j in joined:
        root[find(i)] = find(j)
    components: defaultdict[int, list[int]] = defaultdict(list)
    for x in root:
        components[find(x)].append(x)
    return [sorted(c) for c in components.values() if len(c) >= at_least]
