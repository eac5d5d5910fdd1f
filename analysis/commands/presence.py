"""``presence`` and ``reporting``: how much of a facet each tag has, and how often records say anything on it at all."""

import argparse
from collections.abc import Callable, Sequence

import pandas as pd

from analysis import gaps, sentences
from analysis.commands.base import (
    Command,
    add_csv_option,
    add_tag_option,
    print_always,
    save_csv,
    take_snapshot,
    to_rows,
)
from analysis.constants import DEFAULTS
from analysis.coverage import cross, in_scope
from analysis.gaps.frame import to_gaps
from corpus.command import parse_tags, print_json
from corpus.snapshot import Snapshot
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facets", nargs="*", metavar="FACET", help="default: those that matter most for this measure")
    add_tag_option(parser)
    add_csv_option(parser)


def find_presence(snapshot: Snapshot, facets: Sequence[str]) -> pd.DataFrame:
    """Every tag of these facets, or of those whose presence is looked at; thinnest first within each."""
    names = facets or gaps.presence_facets(snapshot.framework)
    tables = [gaps.presence_rows(snapshot, name).sort_values("high", kind="stable") for name in names]
    return to_gaps(pd.concat(tables, ignore_index=True), "presence")


def find_reporting(snapshot: Snapshot, facets: Sequence[str]) -> pd.DataFrame:
    """How often each of these facets, or of all, is named at all; least often first."""
    names = facets or list(snapshot.framework.by_id)
    tables = [gaps.find_gaps(cross(snapshot, name, name), "reporting") for name in names]
    found = pd.concat(tables, ignore_index=True)
    return found.sort_values("observed", kind="stable", ignore_index=True)


def _runner(
    measure: str, find: Callable[[Snapshot, Sequence[str]], pd.DataFrame]
) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        with open_corpus(args.corpus, args.framework) as corpus:
            counted = in_scope(take_snapshot(corpus, args), parse_tags(args.tag))
        for name in args.facets:
            counted.framework.facet(name)
        found = find(counted, args.facets)
        about = sentences.make_about(counted)
        label = gaps.find_measure(measure).label
        if args.csv:
            save_csv(found.dropna(axis="columns", how="all"), args.csv, counted, label)
        rows = to_rows(found, about)
        if args.json:
            print_json(
                {
                    "corpus_version": counted.version,
                    "constants": DEFAULTS.as_dict(),
                    "filters": list(counted.filters),
                    measure: rows,
                }
            )
        else:
            print(f"{label}: {len(rows):,} rows")
            for gap in gaps.to_dicts(found):
                grade = f" [{gap['grade']}]" if gap["grade"] else ""
                print(f"  {sentences.write_gap(gap, about)}{grade}")
            print_always(counted)
        return 0 if len(counted) else 1

    return run


PRESENCE = Command(
    "presence", "How much of this corpus concerns each tag", add_arguments, _runner("presence", find_presence)
)
REPORTING = Command(
    "reporting", "How often records name anything on a facet", add_arguments, _runner("reporting", find_reporting)
)
