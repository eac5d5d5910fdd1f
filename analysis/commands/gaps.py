"""``gaps``: the gaps of many facet pairs in one ranked list."""

import argparse

import pandas as pd

from analysis import gaps, sentences, topics
from analysis.commands.base import (
    SHOWN,
    Command,
    add_csv_option,
    add_tag_option,
    print_always,
    save_csv,
    take_snapshot,
    to_rows,
)
from analysis.commands.three_way import run_triples
from analysis.coverage import cross_pairs
from analysis.questions import Filters
from analysis.receipts import note_of
from analysis.recounts import make_gaps_receipt
from corpus.command import UsageError, parse_tags, print_json
from ingest.rules import open_corpus
from views import gap_table
from views.map_words import say_comparable

WITHOUT_CELLS = ("parity", "geography", "reporting")  # measures that have a subcommand of their own
THIN = ("none", "barely")  # grades of presence that the list names; python -m analysis presence has every tag


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", metavar="FACET", help="only pairs with this facet")
    parser.add_argument("--columns", metavar="FACET", help="only pairs with this facet on the other side")
    parser.add_argument(
        "--measure",
        default="relative",
        metavar="NAME",
        help=f"one of {', '.join(m.id for m in gaps.MEASURES)}",
    )
    parser.add_argument("--level", choices=("group", "tag"), help="default: for each pair the finest it can carry")
    parser.add_argument("--third", metavar="FACET", help="triples with this facet, beyond what pairs explain")
    add_tag_option(parser)
    add_csv_option(parser, "the list")


def run(args: argparse.Namespace) -> int:
    if args.measure not in [m.id for m in gaps.MEASURES]:
        raise UsageError(f'There is no measure "{args.measure}". There is {", ".join(m.id for m in gaps.MEASURES)}.')
    if args.third:
        return run_triples(args)
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        pairs = gaps.choose_pairs(corpus.framework, args.rows, args.columns)
        fitted = topics.find_topics(corpus)
        coverages = cross_pairs(snapshot, pairs, args.level, where=parse_tags(args.tag), topics=topics.to_axis(fitted))
        rules = corpus.rules_fingerprint
    counted = coverages[0].snapshot
    found = gaps.judge(coverages, args.measure)
    barely = gaps.barely_present(counted)
    about = sentences.make_about(counted, topics.to_axis(fitted).labels)
    flagged = [p for p in topics.find_flags(fitted, snapshot, snapshot.year_now) if p.flag == "under-studied"]
    if args.csv:
        filters = Filters(tuple(sorted((facet, tuple(tags)) for facet, tags in parse_tags(args.tag).items())))
        receipt = make_gaps_receipt(found, counted, args.measure, pairs, filters, rules, args.level)
        title = f"Gaps: {gaps.find_measure(args.measure).label}"
        save_csv(gap_table.to_table(found, about), args.csv, counted, title, notes=(note_of(receipt),))
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": coverages[0].constants.as_dict(),
                "gaps": to_rows(found, about),
                "topics": topics.to_rows(flagged),
                "barely_present": to_rows(barely, about),
            }
        )
    else:
        print_barely_present(barely, about)
        print_topics(flagged, bool(about.filters))
        if not len(found) and all(coverage.why_nothing for coverage in coverages):
            print(say_comparable(coverages[0], "tags"))
        else:
            print_gaps(found, about, args.measure)
        print_always(counted)
    return 0 if len(counted) else 1


def print_barely_present(barely: pd.DataFrame, about: sentences.About) -> None:
    """This comes first: a ratio against a group that is hardly studied at all hides that."""
    if len(barely):
        print("Barely present")
        for gap in gaps.to_dicts(barely):
            print(f"  {sentences.write_gap(gap, about)}")
        print()


def print_topics(flagged: list[topics.TopicProfile], filtered: bool) -> None:
    """Topics are found in the whole corpus, whatever the filters of the list."""
    if flagged:
        print(f"Topics that look under-studied{' (in the whole corpus: filters do not apply)' if filtered else ''}")
        for profile in flagged:
            print(f"  {profile.topic.label} ({sentences.records_words(profile.n_records)}): {profile.reason_words}")
        print(f"{topics.CAVEAT}\n")


def print_gaps(found: pd.DataFrame, about: sentences.About, measure: str) -> None:
    label = gaps.find_measure(measure).label
    if measure in WITHOUT_CELLS:
        print(f"{label}: this measure does not judge pairs of tags. See: python -m analysis {measure}")
        return
    flagged = found[found["grade"].isin(THIN if measure == "presence" else sentences.CLAIMS)]
    print(f"{label}: {len(flagged):,} of {len(found):,} {'tags' if measure == 'presence' else 'cells judged'}")
    for gap in gaps.to_dicts(flagged.head(SHOWN)):
        print(f"  {sentences.write_gap(gap, about)}")
    if len(flagged) > SHOWN:
        print(f"  ... and {len(flagged) - SHOWN:,} more with --json.")
    few = int((found["grade"] == "not comparable").sum())
    if few:
        print(f"{few:,} cells have too few records on one side to be compared, often because so little is here.")
    if measure == "relative" and len(flagged):
        print(sentences.SELECTION)
    if chance := sentences.say_chance(found):
        print(chance)


COMMAND = Command("gaps", "List gaps, strongest first", add_arguments, run)
