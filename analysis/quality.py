"""How good the automatic codes are, tag by tag, compared with people's; and how far two people agree.

Found and coded give the recall, correct and assigned the precision. What is compared is the rules' own tags, never a
code that a person gave. ``measured`` puts the result beside a snapshot, where the gap measures read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.constants import DEFAULTS, Constants
from analysis.gaps.ratios import wilson
from corpus.codings import Coding, add_parents, load_codings, read_summaries
from corpus.framework import Framework, TagKey
from corpus.samples import Sample, load_samples, to_codings
from corpus.snapshot import Snapshot
from corpus.store import Corpus

COLUMNS = (
    "facet", "tag", "found", "coded", "recall", "recall_low", "recall_high",
    "correct", "assigned", "precision", "precision_low", "precision_high", "why",
)  # fmt: skip
KAPPA_COLUMNS = ("facet", "tag", "n", "both", "only_first", "only_second", "agreement", "kappa", "mean_kappa")
_USED = 5  # a tag that both together gave less often says little about agreement on it


def tag_quality(codings: Iterable[Coding], framework: Framework, constants: Constants = DEFAULTS) -> pd.DataFrame:
    """One row a tag that anybody gave: how much of it the rules find, and how much of what they give is right.

    ``found`` of the ``coded`` texts with the tag have it by rule too (texts whose facet a person went through);
    ``correct`` of the ``assigned`` ones, where a person said yes or no, are right. Shares with Wilson intervals, NaN
    where there is nothing to divide by; ``why`` says why the tag is unreliable, "" if it is not. Parents count with
    their children.
    """
    some = list(codings)
    rows = []
    for facet in framework.facets:
        for tag in facet.tags:
            key = (facet.id, tag.id)
            found = coded = correct = assigned = 0
            for coding in some:
                says = coding.says(key, tag.since)
                if says is None:
                    continue
                given = key in coding.given
                if says and coding.coded.get(facet.id, 0) >= tag.since:
                    coded += 1
                    found += given
                if given:
                    assigned += 1
                    correct += says
            if coded or assigned:
                why = " and ".join(reasons(found, coded, constants))
                rows.append(
                    (*key, found, coded, *_share(found, coded), correct, assigned, *_share(correct, assigned), why)
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def facet_quality(table: pd.DataFrame) -> pd.DataFrame:
    """The same pooled over the tags of each facet: facet, found, coded, recall, correct, assigned, precision ..."""
    rows = []
    for facet, part in table.groupby("facet", sort=False):
        found, coded, correct, assigned = (int(part[name].sum()) for name in ("found", "coded", "correct", "assigned"))
        rows.append((facet, "", found, coded, *_share(found, coded), correct, assigned, *_share(correct, assigned), ""))
    return pd.DataFrame(rows, columns=list(COLUMNS)).drop(columns=["tag", "why"])


def _share(part: int, whole: int) -> tuple[float, float, float]:
    return (part / whole if whole else np.nan, *wilson(part, whole))


def reasons(found: int, coded: int, constants: Constants = DEFAULTS) -> list[str]:
    """Why a tag with this sample is unreliable, in words; empty if it is not."""
    words = []
    if coded < constants.unreliable_coded:
        words.append(f"fewer than {constants.unreliable_coded:g} coded examples")
    elif wilson(found, coded)[0] < constants.unreliable_recall:
        words.append(f"the rules may find fewer than {constants.unreliable_recall:.0%} of its records")
    return words


def load_quality(corpus: Corpus) -> tuple[dict[str, list[Coding]], list[Coding]]:
    """What there is to measure by: the kept samples by name, and what people coded in the corpus."""
    samples = {name: to_codings(sample, corpus) for name, sample in load_samples(corpus).items()}
    return samples, load_codings(corpus)


ALIKE = "people's codes here, where the rules had as much to read"
TITLES_ALONE = "people's codes from abstracts, where the rules had titles alone"


def measure_all(
    samples: Mapping[str, Sequence[Coding]], coded: Iterable[Coding], framework: Framework
) -> dict[str, pd.DataFrame]:
    """``tag_quality`` by each kept sample, and by what people coded in the corpus, in words: what is compared."""
    here = list(coded)
    bases = {f"sample {name}": list(some) for name, some in samples.items()}
    bases[ALIKE] = [coding for coding in here if coding.alike]
    bases[TITLES_ALONE] = [coding for coding in here if not coding.alike]
    tables = {name: tag_quality(some, framework) for name, some in bases.items() if some}
    return {name: table for name, table in tables.items() if len(table)}


def to_quality(
    samples: Iterable[Coding], coded: Iterable[Coding], framework: Framework, constants: Constants = DEFAULTS
) -> dict[TagKey, tuple[int, int]]:
    """(found, coded) of each tag, as the gap measures take it.

    A facet that a sample codes is measured: all its tags are there, those with few examples too, and so may be
    unreliable. Elsewhere only tags with enough examples in the corpus are, from texts in which the rules had as much to
    read as the people; a tag that is left out counts as not validated.
    """
    sampled = list(samples)
    facets = {facet for coding in sampled for facet in coding.coded}
    alike = [coding for coding in coded if coding.alike]
    table = tag_quality([*sampled, *alike], framework, constants)
    columns = (table[name].tolist() for name in ("facet", "tag", "found", "coded"))
    counts: dict[TagKey, tuple[int, int]] = {(f, t): (found, n) for f, t, found, n in zip(*columns, strict=True)}
    enough = {key: value for key, value in counts.items() if value[1] >= constants.unreliable_coded}
    measured_facets = {key: counts.get(key, (0, 0)) for key in framework.columns if key[0] in facets}
    return {**enough, **measured_facets}


def measured(snapshot: Snapshot, corpus: Corpus, constants: Constants = DEFAULTS) -> Snapshot:
    """The snapshot with the measured quality of its tags, which every gap measure then uses."""
    samples, coded = load_quality(corpus)
    once = {coding.id: coding for some in samples.values() for coding in some}  # coded twice: the latest sample counts
    quality = to_quality(once.values(), coded, snapshot.framework, constants)
    return replace(snapshot, quality=quality)


def kappa(a: Sample, b: Sample, framework: Framework) -> pd.DataFrame:
    """How far two people agree beyond chance, on the texts that both coded and hold in scope.

    One row a facet with ``tag`` "" (all its tags pooled: each text and tag is one decision), then one row a tag that
    either gave. ``n`` decisions, on ``both``, ``only_first`` and ``only_second`` of which the tag was given;
    ``agreement`` is the share of equal decisions, ``kappa`` Cohen's; ``mean_kappa``, on facets, the mean over its tags
    given five times or more, which the many texts without a tag flatter less. NaN where kappa has no meaning. Parents
    count with their children. Source: Cohen 1960.
    """
    first, second = (_codes(sample, framework) for sample in (a, b))
    ids = sorted(first.keys() & second.keys())
    rows: list[tuple[object, ...]] = []
    for facet in framework.facets:
        tags = [(facet.id, tag.id) for tag in facet.tags if tag.since == 1]
        counts = {key: _count([first[i] for i in ids], [second[i] for i in ids], key) for key in tags}
        used = {key: row for key, row in counts.items() if any(row[:3])}
        if not used:
            continue
        pooled = tuple(sum(column) for column in zip(*counts.values(), strict=True))
        often = [_kappa(*row) for row in used.values() if sum(row[:3]) >= _USED]
        often = [value for value in often if not np.isnan(value)]
        rows.append((facet.id, "", *_row(pooled), float(np.mean(often)) if often else np.nan))
        rows += [(facet.id, key[1], *_row(row), np.nan) for key, row in used.items()]
    return pd.DataFrame(rows, columns=list(KAPPA_COLUMNS))


def _codes(sample: Sample, framework: Framework) -> dict[str, frozenset[TagKey]]:
    return {one.id: read_summaries(framework, add_parents(framework, one.tags)) for one in sample.coded if one.in_scope}


Counts = tuple[int, ...]  # given by both, only by the first, only by the second, by neither


def _count(first: Sequence[frozenset[TagKey]], second: Sequence[frozenset[TagKey]], key: TagKey) -> Counts:
    pairs = [(key in one, key in other) for one, other in zip(first, second, strict=True)]
    return (
        sum(x and y for x, y in pairs),
        sum(x and not y for x, y in pairs),
        sum(y and not x for x, y in pairs),
        sum(not x and not y for x, y in pairs),
    )


def _row(counts: Counts) -> tuple[object, ...]:
    both, only_first, only_second, neither = counts
    n = sum(counts)
    return n, both, only_first, only_second, (both + neither) / n if n else np.nan, _kappa(*counts)


def _kappa(both: int, only_first: int, only_second: int, neither: int) -> float:
    n = both + only_first + only_second + neither
    if not n:
        return float("nan")
    seen = (both + neither) / n
    yes, other_yes = (both + only_first) / n, (both + only_second) / n
    chance = yes * other_yes + (1 - yes) * (1 - other_yes)
    return float("nan") if chance >= 1 else (seen - chance) / (1 - chance)


def unreliable_tags(quality: Mapping[TagKey, tuple[int, int]], constants: Constants = DEFAULTS) -> dict[TagKey, str]:
    """The measured tags whose cells cannot be strong, and why."""
    found = {key: reasons(*sample, constants) for key, sample in quality.items()}
    return {key: " and ".join(words) for key, words in found.items() if words}
