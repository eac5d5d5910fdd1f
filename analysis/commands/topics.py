"""``topics``: records grouped by their words, a profile of each group, and terms for a tag made of one."""

import argparse
from dataclasses import asdict

from analysis import topics
from analysis.commands.base import Command, print_always, take_snapshot
from analysis.coverage import in_scope
from corpus.command import print_error, print_json
from corpus.errors import UnknownIdError
from corpus.framework import TagKey
from corpus.records import Fields
from corpus.store import Corpus
from ingest.rules import open_corpus

MOST_TOPICS = 200  # five times what is suggested for the largest corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=count_of_topics, metavar="K", help="how many topics (default: by corpus size)")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--within", metavar="TOPIC", help="group the records of one topic among themselves")
    asked.add_argument("--terms", metavar="TOPIC", help="suggest terms for a tag made of this topic, as TOML")
    parser.add_argument(
        "--of", type=count_of_topics, metavar="K", help="the topic is one of K, for --within and --terms"
    )


def count_of_topics(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1.")
    if int(text) > MOST_TOPICS:
        raise argparse.ArgumentTypeError(
            f"{text} topics are more than anyone can look through: ask for {MOST_TOPICS} at most, then use --within."
        )
    return int(text)


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        if args.terms:
            return print_terms(corpus, args)
        snapshot = take_snapshot(corpus, args)
        if args.within:
            topic = pick_topic(topics.find_topics(corpus, args.of), args.within)
            fitted = topics.find_subtopics(corpus, topic, args.n)
        else:
            fitted = topics.find_topics(corpus, args.n)
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


def pick_topic(fitted: topics.Topics, topic_id: str) -> topics.Topic:
    """Raises UnknownIdError, which names the topics there are."""
    for topic in fitted.topics:
        if topic.id == topic_id:
            return topic
    there = ", ".join(topic.id for topic in fitted.topics) or "none"
    raise UnknownIdError(f'There is no topic "{topic_id}". There are: {there}.')


def print_terms(corpus: Corpus, args: argparse.Namespace) -> int:
    """TOML on standard output; what the framework has already, on standard error."""

    def tags_of(words: str) -> set[TagKey]:
        return {(a.facet, a.tag) for a in corpus.tagger.assign(Fields(title=words))}

    topic = pick_topic(topics.find_topics(corpus, args.of or args.n), args.terms)
    found = topics.suggest_terms(corpus, topic, topics.read_texts(corpus, topic.ids), tags_of)
    if args.json:
        print_json(asdict(found) | {"toml": topics.to_toml(found, corpus.framework.version + 1)})
        return 0 if found.terms else 1
    for term, tags in found.known:
        labels = ", ".join(f"{facet}/{tag}" for facet, tag in tags)
        print_error(f'"{term.text}" ({term.inside} here, {term.outside} elsewhere) has a tag already: {labels}.')
    if not found.terms:
        print_error("No further word or phrase sets this topic apart clearly enough to suggest it.")
        return 1
    print(topics.to_toml(found, corpus.framework.version + 1), end="")
    return 0


COMMAND = Command("topics", "Group records by their words; profile the groups", add_arguments, run)
