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


def add_founding(corpus: Corpus, folder: Path = FOLDER, progress: Progress = no_progress) -> Import:
    """Add founding.bib to a corpus and rule every code of codes.jsonl; two new versions.

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
    corpus.rule(*rulings, who=CODERS)
    return done
