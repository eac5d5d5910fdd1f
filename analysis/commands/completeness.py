"""``completeness``: how much of the literature sampled this corpus has seen, as far as that can be said."""

import argparse
from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis import sentences
from analysis.commands.base import Command, add_csv_option, add_tag_option, print_always, save_csv, take_snapshot
from analysis.completeness import (
    NO_SIZE,
    completeness,
    recapture_rate,
    two_source,
    write_combinations,
    write_recapture,
    write_two_source,
)
from analysis.constants import DEFAULTS
from analysis.coverage import in_scope
from analysis.gaps import headline_pairs
from corpus.command import parse_tags, print_json
from corpus.overlap import find_met
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--import", type=int, dest="import_id", metavar="N", help="how much of import N was here already"
    )
    parser.add_argument(
        "--facets", nargs="+", metavar="FACET", help="count combinations of these (default: each headline pair)"
    )
    parser.add_argument(
        "--two", nargs=2, type=int, metavar="N", help="two imports, as if their searches were independent"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the 200 resamples behind the interval")
    add_tag_option(parser)
    add_csv_option(parser, "the combinations")


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        imports = [args.import_id] if args.import_id else [i.id for i in corpus.imports() if i.state == "accepted"][1:]
        met = {n: find_met(corpus, n) for n in imports}
        pair = [find_met(corpus, n) for n in args.two or ()]
    counted = in_scope(snapshot, parse_tags(args.tag))
    facets = [tuple(args.facets)] if args.facets else headline_pairs(snapshot.framework)
    done = [completeness(counted, names, seed=args.seed) for names in facets]
    shares = {n: recapture_rate(found.records, found.already) for n, found in met.items()}
    both: dict[str, Any] | None = None
    if pair:
        first, second = (found.records for found in pair)
        size, spread = two_source(len(first), len(second), len(first & second))
        both = {"first": len(first), "second": len(second), "both": len(first & second), "size": size, "se": spread}
    if args.csv:
        rows = pd.DataFrame([asdict(one) for one in done])
        save_csv(rows, args.csv, counted, "Combinations of tags seen", notes=(NO_SIZE,))
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": DEFAULTS.as_dict(),
                "filters": list(counted.filters),
                "recapture": {str(n): asdict(share) for n, share in shares.items()},
                "combinations": [asdict(one) for one in done],
                "if_the_two_searches_were_independent": both,
            }
        )
        return 0 if len(counted) else 1
    for n, share in shares.items():
        print(f"Import {n}: {write_recapture(share)}")
    if not shares:
        print("No second upload yet: how much of it was here already is the figure to look at first.")
    print()
    for one in done:
        labels = " × ".join(
            [counted.framework.facet(name).label for name in one.facets[:1]]
            + [sentences.lower_first(counted.framework.facet(name).label) for name in one.facets[1:]]
        )
        print(f"{labels}: {write_combinations(one)}")
    if both:
        print(f"\n{write_two_source(both['first'], both['second'], both['both'])}")
    print(f"\n{NO_SIZE}")
    print_always(counted)
    return 0 if len(counted) else 1


COMMAND = Command("completeness", "How much of the literature sampled this corpus has seen", add_arguments, run)
