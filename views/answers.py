"""What the corpus says of a group or a behaviour that a person typed in plain words: one sentence, one count.

Whatever is claimed is said in the sentences of analysis/sentences.py. Here it is only chosen which tags the words stand
for and which facts to tell; the start page shows them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from analysis import gaps, sentences
from analysis.answering import TagCounts
from analysis.constants import DEFAULTS
from analysis.coverage import cross
from analysis.roles import read_roles
from analysis.sentences import About, records_words
from corpus.framework import Facet, Framework, Tag, TagKey
from corpus.snapshot import Snapshot
from views.state import Tags

SHOWN = 4  # tags named of each facet
SHOWN_GAPS = 2
N_NEAR = 3
MIN_LETTERS = 3

TOGETHER = "{records} of the {n} here concern {what}."
NONE_TOGETHER = "No record of the {n} here concerns {what}."
BARELY = "That is barely present: even the upper end of this range is below {share}."
NONE = "This collection holds none. That is not the same as “nobody has studied it”."
FEW_NAMED = "Fewer than {n} records here name anything of this kind, too few to call any of it barely present."
QUOTE = "{sentence} (Lacuna, {framework}, corpus version {version}; {statement}.) {always} {brief}"


@dataclass(frozen=True)
class Answer:
    """What is known and missing about some tags: *or* within a facet, *and* between facets.

    ``read_as``: facet label and what was understood there. ``known``: facet label and its most frequent tags among
    the records. ``gaps``: sentences of graded gaps. ``without``: facet label and the tags that none of the records
    has, those first that have most records elsewhere; ``is_surprising`` if 3 or more would be expected of the first.
    ``near``: what may also concern it, in words. ``ids``: the records, the newest first.
    """

    tags: Tags
    read_as: tuple[tuple[str, str], ...]
    sentence: str
    verdicts: tuple[str, ...]
    ids: tuple[str, ...]
    known: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]
    without: tuple[tuple[str, str], ...]
    is_surprising: bool
    near: tuple[str, ...]
    quote: str


def make_answer(
    snapshot: Snapshot,
    about: About,
    tags: Tags,
    strongest: Sequence[Mapping[str, Any]],
    by_tag: TagCounts | None = None,
) -> Answer:
    """What ``snapshot``, the records that count, says of at least one tag.

    ``strongest``: the gaps of the headline pairs worth telling, best first (``find_strongest``). ``by_tag``: what its
    tags say by themselves, where that is counted already.
    """
    framework = snapshot.framework
    mask = _mask(snapshot, tags)
    sentence, verdicts = _say(snapshot, about, tags, int(mask.sum()), by_tag or TagCounts(snapshot))
    statement = sentences.statement_words(about)
    without = tuple(_without(snapshot, about, mask, tags)) if mask.any() else ()
    order = snapshot.newest_first
    return Answer(
        tags=tags,
        read_as=tuple((framework.facet(facet).label, _either(about, facet, here)) for facet, here in tags),
        sentence=sentence,
        verdicts=verdicts,
        ids=tuple(str(i) for i in snapshot.ids[order[mask[order]]]),
        known=tuple(_known(snapshot, mask, tags)),
        gaps=tuple(_gap_sentences(framework, about, tags, strongest)),
        without=tuple((label, words) for label, words, _ in without),
        is_surprising=any(expected >= DEFAULTS.min_expected for *_, expected in without),
        near=tuple(_near(snapshot, tags))[:N_NEAR],
        quote=QUOTE.format(
            sentence=sentence,
            framework=f"“{framework.name}”",
            version=snapshot.version,
            statement=statement,
            always=sentences.ALWAYS,
            brief=sentences.BRIEF,
        ),
    )


def _mask(snapshot: Snapshot, tags: Tags) -> np.ndarray:
    mask = np.ones(len(snapshot), dtype=bool)
    for facet, here in tags:
        mask &= np.any([snapshot.has(facet, tag) for tag in here], axis=0)
    return mask


def _say(snapshot: Snapshot, about: About, tags: Tags, n: int, by_tag: TagCounts) -> tuple[str, tuple[str, ...]]:
    keys = [(facet, tag) for facet, here in tags for tag in here]
    if len(keys) == 1:
        row = by_tag.presence(keys[0][0]).get(keys[0][1])
        return _say_presence(about, row) if row else (_say_together(about, tags, n), ())
    if len(keys) == 2 and len(tags) == 2:
        return _say_cell(snapshot, about, *_as_headline(snapshot.framework, keys[0], keys[1]))
    return _say_together(about, tags, n), ()


def _say_presence(about: About, gap: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """A tag by itself, by its row in the table of those barely present."""
    few = FEW_NAMED.format(n=DEFAULTS.barely_named)
    n_named = gap["components"]["n_named"]
    barely = BARELY.format(share=f"{100 * DEFAULTS.barely:g} %")
    said = {"barely": barely, "none": NONE}.get(gap["grade"], few if n_named < DEFAULTS.barely_named else "")
    if gap["row_facet"] not in gaps.presence_facets(about.framework) and said != NONE:
        said = ""
    return sentences.write_gap(gap, about), (said,) if said else ()


def _say_cell(snapshot: Snapshot, about: About, row: TagKey, column: TagKey) -> tuple[str, tuple[str, ...]]:
    framework = snapshot.framework
    parents = [(f, p) for f, t in (row, column) for p in framework.facet(f).with_parents(t) if p != t]
    coverage = cross(snapshot, row[0], column[0], level="tag", opened=parents)
    reason = coverage.why_not_applicable(row[1], column[1])
    found = {}
    for measure in ("absolute", "relative"):
        table = gaps.find_gaps(coverage, measure)
        here = table[(table["row_tag"] == row[1]) & (table["column_tag"] == column[1])]
        found.update((measure, gap) for gap in gaps.to_dicts(here))
    n = int(coverage.observed.at[row[1], column[1]])
    tags = ((row[0], (row[1],)), (column[0], (column[1],)))
    if "absolute" not in found:
        return _say_together(about, tags, n), (f"Not applicable, so never a gap: {reason}",) if reason else ()
    return sentences.write_gap(found["absolute"], about), (sentences.write_gap(found["relative"], about),)


def _say_together(about: About, tags: Tags, n: int) -> str:
    what = " and ".join(_either(about, facet, here) for facet, here in tags)
    words = f"{about.n_records:,} records" if about.n_records != 1 else "1 record"
    if not n:
        return NONE_TOGETHER.format(n=words, what=what)
    return TOGETHER.format(records=f"{n:,}", n=words, what=what)


def _either(about: About, facet: str, tags: Sequence[str]) -> str:
    labels = [about.label_of(facet, tag) for tag in tags]
    return " or ".join(f"“{label}”" if " and " in label or "," in label else label for label in labels)


def _as_headline(framework: Framework, a: TagKey, b: TagKey) -> tuple[TagKey, TagKey]:
    """The two in the order in which the map usually has them."""
    return (b, a) if (b[0], a[0]) in framework.headline_pairs else (a, b)


def partners(framework: Framework, tags: Tags) -> list[Facet]:
    """The facets that these tags are ranked against, in the framework's order."""
    asked = {facet for facet, _ in tags}
    pairs = gaps.headline_pairs(framework)
    beside = {f for pair in pairs if asked & set(pair) for f in pair} or {f for pair in pairs for f in pair}
    beside -= asked
    return [facet for facet in framework.facets if facet.id in beside]


def _specific(facet: Facet) -> list[Tag]:
    return [tag for tag in facet.roots if not (tag.residual or tag.analysis)]


def _known(snapshot: Snapshot, mask: np.ndarray, tags: Tags) -> Iterator[tuple[str, str]]:
    if not mask.any():
        return
    framework = snapshot.framework
    years = snapshot.frame["year"].to_numpy(dtype=float)[mask]
    years = years[~np.isnan(years)]
    roles = read_roles(framework)
    asked = {facet for facet, _ in tags}
    also = [framework.facet(f) for f in (roles.design, roles.country) if f and f not in asked]
    n_with = _count_tags(snapshot, mask)
    for facet in dict.fromkeys(f.id for f in [*partners(framework, tags), *also]):
        here = framework.facet(facet)
        counts = [(n_with[facet, tag.id], tag.label) for tag in _specific(here)]
        best = sorted((c for c in counts if c[0]), key=lambda c: -c[0])
        if best:
            named = "; ".join(f"{label} ({n:,})" for n, label in best[:SHOWN])
            yield here.label, named + (f" and {len(best) - SHOWN} more" if len(best) > SHOWN else "")
    if len(years):
        low, high = int(years.min()), int(years.max())
        yield "Years", f"{low} to {high}" if low != high else str(low)


def _without(snapshot: Snapshot, about: About, mask: np.ndarray, tags: Tags) -> Iterator[tuple[str, str, float]]:
    """Facet label, the tags without a record here, and how many records chance would give the likeliest of them."""
    asked = [(facet, tag) for facet, here in tags for tag in here]
    share = mask.sum() / len(snapshot)
    n_here, n_anywhere = _count_tags(snapshot, mask), _count_tags(snapshot)
    for facet in partners(snapshot.framework, tags):
        applicable = [
            tag
            for tag in _specific(facet)
            if not any(snapshot.framework.why_not_applicable(key, (facet.id, tag.id)) for key in asked)
        ]
        none = [(n_anywhere[facet.id, tag.id], tag.label) for tag in applicable if not n_here[facet.id, tag.id]]
        if none:
            none.sort(key=lambda pair: -pair[0])
            named = "; ".join(label for _, label in none[:SHOWN])
            more = f" and {len(none) - SHOWN} more" if len(none) > SHOWN else ""
            yield facet.label, f"{len(none)} of {len(applicable)}: {named}{more}", float(share * none[0][0])


def _count_tags(snapshot: Snapshot, mask: np.ndarray | None = None) -> dict[TagKey, int]:
    """How many records have each tag, of all or of those in ``mask``."""
    rows = snapshot.tags if mask is None else snapshot.tags[np.flatnonzero(mask)]
    counts = np.bincount(rows.indices, minlength=rows.shape[1]).tolist()
    return {key: counts[column] for key, column in snapshot.column_of.items()}


def find_strongest(graded: pd.DataFrame) -> list[dict[str, Any]]:
    """The graded gaps among those of the headline pairs, in their order."""
    return gaps.to_dicts(graded[graded["grade"].isin(("strong", "suggestive"))]) if len(graded) else []


def _gap_sentences(
    framework: Framework, about: About, tags: Tags, strongest: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """The strongest graded gaps of a single tag, or of the group it is drawn in."""
    if len(tags) != 1 or len(tags[0][1]) != 1:
        return
    facet_id, (tag,) = tags[0]
    facet = framework.facet(facet_id)
    lines = {(facet_id, name) for name in facet.with_parents(tag)}
    lines |= {(facet_id, group.id) for group in facet.groups if tag in group.tags}
    here = (
        gap
        for gap in strongest
        if (gap["row_facet"], gap["row_tag"]) in lines or (gap["column_facet"], gap["column_tag"]) in lines
    )
    for gap in islice(here, SHOWN_GAPS):
        yield sentences.write_gap(gap, about)


def _near(snapshot: Snapshot, tags: Tags) -> Iterator[str]:
    """Records that may concern it too: the general tag in place of a specific one, and the wider group."""
    framework = snapshot.framework
    n = int(_mask(snapshot, tags).sum())
    for place, (facet_id, here) in enumerate(tags):
        facet = framework.facet(facet_id)
        others = tags[:place] + tags[place + 1 :]
        general = [t.id for t in facet.roots if t.residual and t.id not in here]
        if general:
            most = max(general, key=lambda tag: int(snapshot.has(facet_id, tag).sum()))
            swapped = _with(others, facet_id, (most,))
            found = int(_mask(snapshot, swapped).sum())
            if found:
                yield f"{records_words(found)} on {_label(framework, swapped)} may include it."
        if len(here) == 1:
            for label, wider in _wider(facet, here[0]):
                found = int(_mask(snapshot, _with(others, facet_id, wider)).sum())
                if found > n:
                    words = f"{label} and {_label(framework, others)}" if others else label
                    yield f"{records_words(found)} on the wider group: {words}."


def suggest_tags(framework: Framework, text: str) -> list[TagKey]:
    """Tags with a word in their label that begins with a word of the text, for words that stand for no tag."""
    words = [w for w in re.findall(r"\w+", text.casefold()) if len(w) >= MIN_LETTERS]
    found = []
    for facet, tag in framework.columns:
        label = re.findall(r"\w+", framework.tag(facet, tag).label.casefold())
        if any(part.startswith(word) for part in label for word in words):
            found.append((facet, tag))
    return found[:SHOWN]


def find_label(framework: Framework, text: str) -> Tags:
    """The tag whose label this is, if there is one."""
    wanted = " ".join(text.split()).casefold()
    for facet, tag in framework.columns:
        if framework.tag(facet, tag).label.casefold() == wanted:
            return ((facet, (tag,)),)
    return ()


def _with(others: Tags, facet_id: str, tags: tuple[str, ...]) -> Tags:
    return tuple(sorted((*others, (facet_id, tags))))


def _wider(facet: Facet, tag: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    broader = facet.by_id[tag].broader
    if broader:
        yield sentences.lower_first(facet.by_id[broader].label), (broader,)
    for group in facet.groups:
        if tag in group.tags and len(group.tags) > 1:
            yield sentences.lower_first(group.label), group.tags


def _label(framework: Framework, tags: Tags) -> str:
    return " and ".join(
        " or ".join(sentences.lower_first(framework.tag(facet, tag).label, tag) for tag in here) for facet, here in tags
    )
