"""The founding collection: the records that ship, and the codes people gave them, as ordinary rulings."""

import json
from pathlib import Path

from corpus.records import Entry, Ruling
from corpus.rules import Progress, no_progress
from corpus.store import Corpus, Import
from ingest.pipeline import ingest, read_entries

FOLDER = Path("corpus/founding")
SOURCE = "the founding collection, assembled from available records, not a systematic search"
CODERS = "founding coders"
PICKED = "picked title by title for the founding collection"


def add_founding(corpus: Corpus, folder: Path = FOLDER, progress: Progress = no_progress) -> Import:
    """Add founding.bib to a corpus, with every code of codes.jsonl and "in scope" as rulings; two new versions.

    ``codes.jsonl``: one line a coded record: ``{"key", "coded_from", "codes": {facet: [tag, ...]}, "coded_under"}``.
    A code whose tag this framework does not have is left out.
    """
    done = ingest([folder / "founding.bib"], corpus, who=CODERS, source=SOURCE, progress=progress)
    entry_of = {
        key: item.id
        for item in read_entries(folder / "founding.bib")
        if isinstance(item, Entry)
        for key in item.fields.get("key", ())
    }
    known = set(corpus.framework.columns)
    rulings = [
        Ruling(
            "tag",
            (entry_of[row["key"]],),
            "added",
            facet,
            tag,
            coded_from=row["coded_from"],
            coded_under=row["coded_under"],
        )
        for row in map(json.loads, (folder / "codes.jsonl").read_text(encoding="utf-8").splitlines())
        for facet, tags in row["codes"].items()
        for tag in tags
        if (facet, tag) in known
    ]
    cases = _cases(corpus)
    scope = [Ruling("scope", (i,), "in", reason=PICKED) for i in entry_of.values() if i not in cases]
    progress("keeping the codes people gave", len(rulings), 0)
    corpus.rule(*rulings, *scope, who=CODERS)
    return done


def _cases(corpus: Corpus) -> set[str]:
    """Records that look like news or an individual case: left unscreened, so that the rule's suggestion stands."""
    roles = corpus.framework.options.get("roles", {})
    snapshot = corpus.snapshot()
    tags = [(roles.get("design", ""), tag) for tag in roles.get("never-typical", ())]
    return {i for key in tags if key in snapshot.column_of for i in snapshot.ids[snapshot.has(*key)]}
