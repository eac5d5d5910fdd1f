"""``topics``: records grouped by their words, and a profile of each group."""

import argparse
from dataclasses import asdict

from analysis import topics
from analysis.commands.base import Command, fit, print_always, take_snapshot
from analysis.coverage import in_scope
from corpus.command import print_json
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=count_of_topics, metavar="K", help="how many topics (default: by corpus size)")


def count_of_topics(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1.")
    return int(text)


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        fitted = fit(corpus, snapshot, args.n)
        profiles = topics.find_flags(fitted, snapshot, snapshot.year_now)
        typical = corpus.records([record for topic in fitted.topics for record in topic.typical])
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "settings": asdict(fitted.settings),
                "agreement": fitted.agreement,
                "topics": topics.to_rows(profiles),
                "unassigned": fitted.unassigned,
            }
        )
    else:
        for text in topics.to_lines(fitted, profiles, {record.id: record.title or "" for record in typical}):
            print(text)
        print_always(in_scope(snapshot))
    return 0 if fitted.topics else 1


COMMAND = Command("topics", "Group records by their words; profile the groups", add_arguments, run)
