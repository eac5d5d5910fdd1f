"""python -m corpus export OUT.docx --style apa --by population: a reading list for teaching."""

import argparse
from collections.abc import Mapping, Sequence

from analysis.roles import find_never_typical
from analysis.topics import TopicText, fit_topics
from corpus.command import ProgressBar, print_json
from corpus.export import Coded
from corpus.export.reading_list import build_list, save_list
from corpus.store import Corpus


def write(corpus: Corpus, records: Sequence[Coded], args: argparse.Namespace) -> int:
    topics = _find_topics(corpus) if args.by == "topic" else None
    reading = build_list(records, corpus.framework, args.style or "apa", args.by, len(corpus.snapshot()), topics)
    save_list(args.out, reading)
    if args.json:
        print_json(
            {"file": str(args.out), "about": reading.about, "parts": {h: len(some) for h, some in reading.parts}}
        )
    else:
        print(f'Wrote "{args.out}". {" ".join(reading.about)}')
    return 0


def _find_topics(corpus: Corpus) -> Mapping[str, str]:
    """The label of each record's topic, by record id; without those that are in none."""
    snapshot = corpus.snapshot()
    texts = [TopicText(r.id, r.title, r.abstract, r.keywords) for r in corpus.records(snapshot.ids.tolist())]
    found = fit_topics(texts, never_typical=find_never_typical(snapshot), progress=ProgressBar())
    labels = {topic.id: topic.label for topic in found.topics}
    return {record: labels[topic] for record, topic in found.of.items() if topic in labels}
