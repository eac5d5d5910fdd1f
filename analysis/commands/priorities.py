"""``priorities``: where to look first, in two lists; a score only if asked for, and only with its parts."""

import argparse
from typing import Any

import pandas as pd

from analysis import gaps, need, sentences
from analysis.commands import parity
from analysis.commands.base import (
    SHOWN,
    Command,
    add_csv_option,
    add_tag_option,
    print_always,
    save_csv,
    take_snapshot,
    to_filters,
    to_key,
)
from analysis.constants import DEFAULTS
from analysis.coverage import in_scope
from analysis.priorities import POSITIONS_FROM, WEIGHTS
from analysis.priority_words import describe_band, describe_parts, describe_row
from analysis.receipts import note_of
from analysis.recounts import Ranking, make_priorities_receipt
from corpus.command import parse_tags, print_json
from ingest.rules import open_corpus

TITLES = {"primary": "For primary research", "synthesis": "For a synthesis"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", metavar="FACET", help="only pairs with this facet")
    parser.add_argument("--columns", metavar="FACET", help="only pairs with this facet on the other side")
    parser.add_argument("--level", choices=("group", "tag"), help="default: for each pair the finest it can carry")
    parser.add_argument("--score", action="store_true", help="rank by the combined score, shown with its parts")
    parser.add_argument(
        "--pin", nargs=2, action="append", type=to_key, metavar="FACET=TAG", help="rank this cell, comparable or not"
    )
    parser.add_argument(
        "--need", metavar="NAME", help="weigh with a table of figures (python -m analysis parity --list); with --score"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the 300 draws behind each band of ranks")
    add_tag_option(parser)
    add_csv_option(parser, "both lists")


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        pairs = gaps.choose_pairs(corpus.framework, args.rows, args.columns)
        weights = parity.choose(args.need, None, parity.tables_of(corpus), corpus.framework)[:1] if args.need else ()
        rules = corpus.rules_fingerprint
    counted = in_scope(snapshot, parse_tags(args.tag))
    ranking = Ranking(
        pairs,
        args.level,
        args.score,
        pinned=[(a, b) for a, b in args.pin or ()],
        seed=args.seed,
        need=weights[0].to_frame() if weights else None,
    )
    found = ranking.rank(counted)
    about = sentences.make_about(counted)
    title = "Where to look first" + (", by combined score" if args.score else "")
    notes: tuple[str, ...] = ()
    if args.score:
        notes = (f"Weights: {', '.join(f'{name}={weight:g}' for name, weight in WEIGHTS.items())}",)
    notes += tuple(f"Need figures: {table.source}, {table.year}" for table in weights)
    if args.csv:
        receipt = make_priorities_receipt(found, counted, ranking, to_filters(args), rules)
        save_csv(found, args.csv, counted, title, notes=(*notes, note_of(receipt)))
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": DEFAULTS.as_dict(),
                "weights": dict(WEIGHTS) if args.score else None,
                "need": [need.to_dict(table) for table in weights],
                "filters": list(counted.filters),
                **{name: gaps.to_dicts(found[found["list"] == name]) for name in TITLES},
            }
        )
    else:
        print_lists(found, about, args.score)
        for table in weights:
            print(f"Need is read from {table.source}, {table.year}; what has no figure there has no need in the score.")
        print_always(counted)
    return 0 if len(counted) else 1


def print_lists(found: pd.DataFrame, about: sentences.About, scored: bool) -> None:
    for name, title in TITLES.items():
        here = gaps.to_dicts(found[found["list"] == name])
        print(f"{title}: {len(here):,} cells")
        for row in here[:SHOWN]:
            print_row(row, about, scored)
        if len(here) > SHOWN:
            print(f"  ... and {len(here) - SHOWN:,} more with --json or --csv.")
        print()
    if not scored:
        print("Listed by grade. --score ranks the first list by a score of several parts.")
    elif about.n_records < POSITIONS_FROM:
        print(
            f"Under {POSITIONS_FROM:,} records no position is given: grades and bands of ranks can be trusted further."
        )


def print_row(row: dict[str, Any], about: sentences.About, scored: bool) -> None:
    print(f"  {describe_row(row, about)}")
    if scored and row["list"] == "primary":
        print(f"    {describe_parts(row)}; {describe_band(row)}")


COMMAND = Command("priorities", "Where to look first: for primary research, for a synthesis", add_arguments, run)
