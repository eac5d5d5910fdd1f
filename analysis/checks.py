"""Is an empty cell empty? A search of the records' own words, independent of how they were tagged.

It finds candidates for a person to accept or reject; it never adds to a count. The words are the wide synonyms of the
framework's tags; whoever can read them passes in ``matches``, so that this file knows no tagger.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analysis.axes import Level
from analysis.coverage import Coverage
from analysis.gaps.absolute import CellCheck
from analysis.gaps.frame import LOOKED_VERDICTS, looked_words
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, TagKey
from corpus.rules import Progress, no_progress
from corpus.snapshot import Snapshot

# Whether a record's title, abstract or keywords hold a term or wide synonym of a tag: (record id, facet, tag).
Matches = Callable[[str, str, str], bool]
SEARCHING = "searching the texts"
_OFTEN = 200  # records searched between two words on how far it is


def check_cell(
    coverage: Coverage,
    row: str,
    column: str,
    matches: Matches,
    search_share: float | None = None,
    progress: Progress = no_progress,
) -> CellCheck:
    """Search every counted record outside a cell for words of both its tags.

    Any word of the row's tags (its narrower ones and its group's included) and any of the column's. Records that no
    tag made codable are searched too: they are where misses hide. ``hits`` come one tag short first, then by id.
    "verified_empty": none found and 90 % or more of the codable records have an abstract; "weakly_verified": none
    found among fewer abstracts; "candidates": some found. Topics have no words of their own: "unchecked". What a person
    ruled comes before all that: records rejected for this cell are no hits, and a cell somebody looked at outside this
    corpus is "confirmed" or "found_outside".
    ``search_share``, where known, is the share of what exists that such a search finds. Raises UnknownIdError.
    ``progress`` may raise, to stop.
    """
    snapshot = coverage.snapshot
    a, b = coverage.row_axis, coverage.column_axis
    has_row, has_column = np.zeros((2, len(snapshot)), dtype=bool)
    row_line, column_line = coverage.lines_of(row, column)
    has_row[a.records_of(coverage.rows.index(row_line))] = True
    has_column[b.records_of(coverage.columns.index(column_line))] = True
    general = (a.residual & has_column & ~has_row) | (b.residual & has_row & ~has_column)
    codable = a.specific & b.specific
    no_abstract = ~snapshot.frame["has_abstract"].to_numpy(dtype=bool)
    n_codable, n_without = int(codable.sum()), int((codable & no_abstract).sum())
    framework = snapshot.framework
    row_tags = _tags_of(framework, a.facet, row_line.tags)
    column_tags = _tags_of(framework, b.facet, column_line.tags)
    hits: list[int] = []
    outside = np.flatnonzero(~(has_row & has_column))
    searched = bool(row_tags and column_tags)
    for at, record_id in count_searched(snapshot, outside if searched else (), progress):
        if all(any(matches(record_id, *tag) for tag in tags) for tags in (row_tags, column_tags)):
            hits.append(at)
    hits.sort(key=lambda at: not (has_row[at] or has_column[at]))
    cell = (a.facet, row), (b.facet, column)
    turned_down = snapshot.cells.rejected_of(*cell)
    rejected = [at for at in hits if snapshot.ids[at] in turned_down]
    hits = [at for at in hits if snapshot.ids[at] not in turned_down]
    ruling = snapshot.cells.of(*cell)
    looked = ruling if ruling and ruling.value in LOOKED_VERDICTS else None
    enough = n_codable > 0 and 1 - n_without / n_codable >= coverage.constants.abstract_share
    if looked:
        verdict = LOOKED_VERDICTS[looked.value]
    elif not searched:
        verdict = "unchecked"
    elif hits:
        verdict = "candidates"
    else:
        verdict = "verified_empty" if enough else "weakly_verified"
    return CellCheck(
        verdict=verdict,
        search_share=search_share,
        hits=_ids(snapshot, hits),
        general=_ids(snapshot, np.flatnonzero(general)),
        row_only=int((has_row & ~has_column).sum()),
        column_only=int((has_column & ~has_row).sum()),
        n_searched=len(outside) if searched else 0,
        n_without_abstract=n_without,
        n_codable=n_codable,
        looked=looked_words(looked) if looked else "",
        rejected=_ids(snapshot, rejected),
        row_short=_ids(snapshot, _newest_first(snapshot, has_row & ~has_column)),
        column_short=_ids(snapshot, _newest_first(snapshot, has_column & ~has_row)),
        silent=_ids(snapshot, _newest_first(snapshot, (has_row ^ has_column) & no_abstract)),
    )


def count_searched(snapshot: Snapshot, at: np.ndarray | Sequence[int], progress: Progress) -> Iterator[tuple[int, str]]:
    """Each of these records by place and id, while ``progress`` is told how many were searched."""
    for done, place in enumerate(at):
        if done % _OFTEN == 0:
            progress(SEARCHING, done, len(at))
        yield int(place), str(snapshot.ids[place])
    if len(at):
        progress(SEARCHING, len(at), len(at))


def choose_cell_level(framework: Framework, row: TagKey, column: TagKey) -> Level:
    """The level at which both (facet, tag or group) are lines of a map. Raises UnknownIdError if there is none."""
    levels = [_levels_of(framework.facet(facet), name) for facet, name in (row, column)]
    for level in levels[0]:
        if level in levels[1]:
            return level
    raise UnknownIdError(f'"{row[1]}" and "{column[1]}" are not on one map: name two tags or two groups.')


def _levels_of(facet: Facet, name: str) -> tuple[Level, ...]:
    """Raises UnknownIdError. A facet without groups shows its root tags at either level."""
    facet.with_children(name)
    is_group = any(group.id == name for group in facet.groups)
    if name not in facet.by_id:
        return ("group",)
    at_either = is_group or (not facet.groups and facet.by_id[name].broader is None)
    return ("tag", "group") if at_either else ("tag",)


def _tags_of(framework: Framework, facet: str, tags: tuple[str, ...]) -> list[tuple[str, str]]:
    """The tags a line stands for, with all narrower ones."""
    if facet not in framework.by_id:
        return []
    return list(dict.fromkeys((facet, t) for tag in tags for t in framework.facet(facet).with_children(tag)))


def _newest_first(snapshot: Snapshot, mask: np.ndarray) -> np.ndarray:
    order = snapshot.newest_first
    return order[mask[order]]


def _ids(snapshot: Snapshot, at: object) -> tuple[str, ...]:
    return tuple(str(snapshot.ids[i]) for i in np.asarray(at, dtype=int))
