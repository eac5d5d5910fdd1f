"""The learner, fitted on the founding codes, on texts it never saw: the rules alone, and with what it would add.

``DIR`` is a set as for ``tagging``, or holds sets. Both sides are compared as there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.tagging import FRAMEWORK, Codes, read_set, scores, to_codes
from corpus.framework import TagKey
from corpus.records import Fields
from ingest.founding import add_founding
from ingest.rules import open_corpus
from ingest.tagging.learner import learn
from ingest.tagging.learner.model import MIN_OF_KIND

_FOUNDING = FRAMEWORK.parent / "founding"


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """Figures for the cross-validation on the founding codes, and for every set under ``data``."""
    folders = [data] if (data / "records.jsonl").is_file() else sorted(p for p in data.iterdir() if p.is_dir())
    with TemporaryDirectory() as place, open_corpus(Path(place) / "c.sqlite", FRAMEWORK, create=True) as corpus:
        add_founding(corpus, _FOUNDING)
        learner, framework, tagger = learn(corpus), corpus.framework, corpus.tagger
    found = learner.validation
    cross = {
        "tags": len(learner.tags),
        "examples": learner.n_examples,
        "brier": found.brier,
        "brier_constant": found.brier_constant,
        "calibration_error": found.calibration_error,
        "facets": {
            facet: {
                "precision": row.rules.precision, "recall": row.rules.recall,
                "with_precision": row.with_model.precision, "with_recall": row.with_model.recall,
                "added": row.added, "added_right": row.added_right,
                "doubted": row.doubted, "doubted_right": row.doubted_right,
            }
            for facet, row in found.facets.items()
        },
    }  # fmt: skip
    sets: dict[str, dict[str, Any]] = {"founding codes, cross-validated": cross}
    learned = {model.key for model in learner.tags}
    unguarded = replace(
        learner, n_examples=2 * MIN_OF_KIND, n_abstracts=MIN_OF_KIND
    )  # as if it knew every kind of text
    for name, (records, gold) in _sets(folders):
        alone: Codes = {}
        both: Codes = {}
        for record_id, fields in records.items():
            assignments = tagger.assign(fields)
            added = unguarded.assign(fields, assignments, {facet.id for facet in framework.facets})
            alone[record_id] = to_codes(framework, ((a.facet, a.tag) for a in assignments))
            both[record_id] = to_codes(framework, ((a.facet, a.tag) for a in (*assignments, *added)))
        ids = [i for i in records if gold[i]["in_scope"]]
        right = {i: to_codes(framework, ((f, t) for f, tags in gold[i]["tags"].items() for t in tags)) for i in ids}
        facets = {facet.id: {key for key in learned if key[0] == facet.id} for facet in framework.facets}
        sets[name] = {
            "records": len(ids),
            **_compare(ids, right, alone, both, learned),
            "facets": {facet: _compare(ids, right, alone, both, keys) for facet, keys in facets.items() if keys},
        }
    return sets


def _sets(folders: Iterable[Path]) -> Iterator[tuple[str, Any]]:
    """Each set twice: titles alone, as it learned; and with abstracts, on which it would say nothing by itself."""
    for folder in folders:
        if (folder / "gold.jsonl").is_file():
            records, gold = read_set(folder)
            titles = {i: Fields(title=fields.title) for i, fields in records.items() if fields.title}
            yield f"{folder.name}, titles alone", (titles, gold)
            yield f"{folder.name}, whole texts", (records, gold)


def _compare(ids: Iterable[str], right: Codes, alone: Codes, both: Codes, keys: set[TagKey]) -> dict[str, float]:
    """Over the learned tags: the rules alone, and with the learner."""
    some = list(ids)
    found = {}
    for prefix, given in (("", alone), ("with_", both)):
        tp = sum(len(right[i] & given[i] & keys) for i in some)
        fp = sum(len((given[i] - right[i]) & keys) for i in some)
        fn = sum(len((right[i] - given[i]) & keys) for i in some)
        found.update({f"{prefix}{name}": value for name, value in scores((tp, fp, fn)).items()})
    return found
