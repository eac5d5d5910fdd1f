"""What a change of a tag's terms would do before it is saved: records, other tags and cells of the map.

Puts ingest (which entries would be tagged otherwise) and analysis (which cells differ) together, for the page Terms
and for ``python -m corpus framework try``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.changes import find_changed_cells
from corpus.errors import FrameworkError
from corpus.framework import Framework, TagKey, load_framework
from corpus.records import Assignment
from corpus.rules import Progress, no_progress
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from corpus.terms import change_lists, read_file
from ingest.tagging import build_tagger
from ingest.term_trial import Retagged, retag_where_it_matters

MOST = 50  # records of each list whose passages are looked up


@dataclass(frozen=True)
class Trial:
    """A change that is not saved. ``was`` and ``text`` are the facet's file before and after."""

    facet: str
    tag: str
    was: str
    text: str
    n_before: int  # records with the tag
    n_after: int
    gained: tuple[str, ...]  # records, by id
    lost: tuple[str, ...]
    passages: Mapping[str, str]  # record -> the words that earn it the tag, or earned it; of the first MOST
    others: tuple[tuple[TagKey, int, int], ...]  # other tags that change by the framework's rules: gains, losses
    n_counted_before: int
    n_counted_after: int
    cells: pd.DataFrame  # analysis.changes.COLUMNS


def folder_error() -> FrameworkError:
    return FrameworkError("framework", 0, "this framework was not read from a folder, so its terms cannot be changed.")


def try_lists(
    corpus: Corpus, facet: str, tag: str, lists: Mapping[str, Sequence[str]], progress: Progress = no_progress
) -> Trial:
    """What would change if these lists of a tag held just these terms. Nothing is saved.

    Raises FrameworkError if the changed framework cannot be read, UnknownIdError for a tag that is not there.
    """
    framework = corpus.framework
    framework.tag(facet, tag)
    if framework.folder is None:
        raise folder_error()
    was = read_file(framework.folder, facet)
    return try_text(corpus, facet, tag, was, change_lists(was, tag, lists), progress)


def try_text(corpus: Corpus, facet: str, tag: str, was: str, text: str, progress: Progress = no_progress) -> Trial:
    """The same for a whole text of a facet's file; ``tag`` is the one whose records are listed."""
    framework = corpus.framework
    if framework.folder is None:
        raise folder_error()
    changed = load_changed(framework, facet, text)
    before = corpus.snapshot()
    tagged = retag_where_it_matters(
        framework, changed, corpus.live_fields(), progress, int(before.frame["n_entries"].sum())
    )
    after = corpus.snapshot_if(changed, {entry: one.codes for entry, one in tagged.items()})
    had, has = before.has(facet, tag), after.has(facet, tag)
    gained, lost = before.ids[has & ~had].tolist(), before.ids[had & ~has].tolist()
    counted, counted_after = before.where(), after.where()
    pairs = framework.headline_pairs or ((framework.facets[0].id, framework.facets[-1].id),)
    return Trial(
        facet=facet,
        tag=tag,
        was=was,
        text=text,
        n_before=int(had.sum()),
        n_after=int(has.sum()),
        gained=tuple(gained),
        lost=tuple(lost),
        passages=_passages(corpus, (facet, tag), gained[:MOST], lost[:MOST], tagged),
        others=_others(before, after, (facet, tag)),
        n_counted_before=len(counted),
        n_counted_after=len(counted_after),
        cells=find_changed_cells(counted, counted_after, pairs),
    )


def load_changed(framework: Framework, facet: str, text: str) -> Framework:
    """The whole framework with this text for a facet's file, its terms and rules read too. Raises FrameworkError.

    Only terms may differ: facets and tags must be the same.
    """
    if framework.folder is None:
        raise folder_error()
    changed = load_framework(framework.folder, {f"{facet}.toml": text})
    build_tagger(changed)
    if changed.columns != framework.columns:
        raise FrameworkError(f"{facet}.toml", 0, "only terms can be changed here, not which tags there are.")
    return changed


def _passages(
    corpus: Corpus, key: TagKey, gained: Sequence[str], lost: Sequence[str], tagged: Mapping[str, Retagged]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for record in corpus.records([*gained, *lost]):
        some: Sequence[Assignment] = corpus.assignments(record)
        if record.id in gained:
            some = [a for entry in record.entries if entry in tagged for a in tagged[entry].assignments]
        # A parent tag is earned by the words of a narrower one
        facet = corpus.framework.facet(key[0])
        said = next((a for a in some if a.facet == key[0] and key[1] in facet.with_parents(a.tag) and a.passage), None)
        if said:
            found[record.id] = f"“{said.passage}” in the {said.field.replace('_', ' ')}"
    return found


def _others(before: Snapshot, after: Snapshot, key: TagKey) -> tuple[tuple[TagKey, int, int], ...]:
    """How many records gain and lose each other tag; those that do not change are left out."""
    was, now = before.tags.astype(np.int8), after.tags.astype(np.int8)
    step = (now - was).tocsc()
    found = []
    for other, column in before.column_of.items():
        steps = step.data[step.indptr[column] : step.indptr[column + 1]]
        if other != key and steps.any():
            found.append((other, int((steps > 0).sum()), int((steps < 0).sum())))
    return tuple(found)
