"""What a brief or an exported table asks of the corpus, as plain values that can be asked again at any version.

A question holds everything that its numbers depend on beside the records themselves, so that a receipt can repeat it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis import topics
from analysis.checks import Matches
from corpus.errors import UnknownIdError
from corpus.framework import Framework, TagKey
from corpus.records import Record
from corpus.rules import Progress
from corpus.snapshot import Snapshot
from corpus.store import Corpus

MOST_CELLS = 4  # in one brief: it has to fit on two pages
_READ = 500  # records read at a time, so that a search of their texts can say how far it is
CODED = {"people": ("person-abstract", "person-title"), "rules": ("rules-abstract", "rules-title")}


@dataclass(frozen=True, slots=True)
class Cell:
    """Two tags or groups that are studied together; or one of them by itself, with ``column`` None."""

    row: TagKey
    column: TagKey | None = None

    @property
    def name(self) -> str:
        """As addresses and receipts have it: "population=nurse*behaviour=bullying"."""
        sides = [self.row] if self.column is None else [self.row, self.column]
        return "*".join(f"{facet}={tag}" for facet, tag in sides)


def make_cell(framework: Framework, a: TagKey, b: TagKey) -> Cell:
    """Two tags or groups as one cell; of one facet in the order of the map, so that either may be named first."""
    if a[0] != b[0]:
        return Cell(a, b)
    facet = framework.facet(a[0])
    lines = [*(group.id for group in facet.groups), *(t for root in facet.roots for t in facet.with_children(root.id))]
    return Cell(*sorted((a, b), key=lambda key: lines.index(key[1])))


def to_cell(name: str, framework: Framework) -> Cell:
    """Read a cell's name. Raises UnknownIdError for what the framework does not have."""
    sides = []
    for part in name.split("*"):
        facet, _, tag = part.partition("=")
        framework.facet(facet).with_children(tag)
        sides.append((facet, tag))
    if len(sides) > 2:
        raise UnknownIdError(f'"{name}" names {len(sides)} tags; a cell has one or two.')
    return make_cell(framework, sides[0], sides[1]) if len(sides) == 2 else Cell(sides[0])


@dataclass(frozen=True, slots=True)
class Filters:
    """Which records are counted: *or* within a facet, *and* between facets; years inclusive."""

    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    coded_by: str = ""  # "", "people" or "rules"
    only_in_scope: bool = False

    def apply(self, snapshot: Snapshot) -> Snapshot:
        """Raises UnknownIdError."""
        coded = CODED.get(self.coded_by)
        return snapshot.where(dict(self.tags), self.years, coded, self.only_in_scope)


@dataclass(frozen=True, slots=True)
class Question:
    """One to four cells, or a topic. ``listed``: cells are judged among all headline pairs, as the list of gaps judges
    them, instead of on the map of their own pair. ``search``: the records' texts are searched, too."""

    cells: tuple[Cell, ...] = ()
    topic: str = ""
    n_topics: int | None = None
    filters: Filters = Filters()
    listed: bool = False
    search: bool = True


def to_question(framework: Framework, tags: Sequence[tuple[str, Sequence[str]]]) -> Question:
    """What a person asked for in tags: the first two facets make the cell, headline pairs before others.

    Tags of further facets are filters; several tags of one facet are a cell each.
    """
    facets = [facet for facet, _ in tags]
    of = {facet: tuple(here) for facet, here in tags}
    pairs = [pair for pair in framework.headline_pairs if set(pair) <= of.keys() and len(set(pair)) == 2]
    sides = pairs[0] if pairs else tuple(facets[:2])
    rest = tuple(sorted((facet, of[facet]) for facet in facets if facet not in sides))
    if len(sides) == 1:
        cells = tuple(Cell((sides[0], tag)) for tag in of[sides[0]])
    else:
        cells = tuple(Cell((sides[0], a), (sides[1], b)) for a in of[sides[0]] for b in of[sides[1]])
    return Question(cells[:MOST_CELLS], filters=Filters(rest))


@dataclass(frozen=True)
class Sources:
    """What is needed beside a snapshot: whether a record's words hold a tag's, and how topics are found."""

    matches: Callable[[Sequence[str]], Matches] | None = None
    find_topics: Callable[[Snapshot, int | None, Progress], topics.Topics] | None = None


NO_SOURCES = Sources()


def build_sources(corpus: Corpus, find_wide: Callable[[Record, str, str], Sequence[object]]) -> Sources:
    """``find_wide`` gives the passages in which a record's words hold a tag's (ingest's tagger does)."""

    def matches(ids: Sequence[str]) -> Matches:
        place = {i: n for n, i in enumerate(ids)}
        records: dict[str, Record | None] = {}

        def read(i: str) -> Record | None:
            """A record of these; read with its neighbours when the first of them is asked for."""
            if i in place and i not in records:
                some = ids[place[i] // _READ * _READ :][:_READ]
                found = {record.id: record for record in corpus.records(some)}
                records.update((one, found.get(one)) for one in some)
            return records.get(i)

        return lambda i, facet, tag: (record := read(i)) is not None and bool(find_wide(record, facet, tag))

    def find_topics(snapshot: Snapshot, n: int | None, progress: Progress) -> topics.Topics:
        then = None if snapshot.version == corpus.version else snapshot
        return topics.find_topics(corpus, n, snapshot=then, progress=progress)

    return Sources(matches, find_topics)
