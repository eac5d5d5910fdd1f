"""``geography``: which countries the research here is from, and how unevenly."""

import argparse

import pandas as pd

from analysis import gaps, sentences
from analysis.commands.base import SHOWN, Command, add_csv_option, add_tag_option, print_always, save_csv, take_snapshot
from analysis.coverage import in_scope
from analysis.roles import read_roles
from analysis.sentences import NO_REGIONS
from corpus.command import parse_tags, print_json
from corpus.errors import UnknownIdError
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_tag_option(parser)
    add_csv_option(parser)


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        counted = in_scope(take_snapshot(corpus, args), parse_tags(args.tag))
    found = gaps.geography(counted)
    country = read_roles(counted.framework).country
    if country is None:
        raise UnknownIdError("The framework does not say which facet is the country studied.")
    facet = counted.framework.facet(country)
    counts = found.counts.sort_values(ascending=False, kind="stable")
    table = pd.DataFrame(
        {"country": counts.index, "label": [facet.label_of(str(c)) for c in counts.index], "records": counts.to_numpy()}
    )
    if args.csv:
        save_csv(table, args.csv, counted, "Countries named as studied")
    if args.json:
        print_json(
            {
                "corpus_version": counted.version,
                "filters": list(counted.filters),
                "n_records": found.n_records,
                "n_no_country": found.n_no_country,
                "n_international": found.n_international,
                "gini": found.gini,
                "effective_countries": found.effective_countries,
                "top_share": {str(k): found.top_share(k) for k in (1, 5, 10)},
                "counts": dict(zip(table["country"], table["records"].tolist(), strict=True)),
                "regions": NO_REGIONS,
            }
        )
    else:
        for line in sentences.write_places(found):
            print(line)
        named = table[table["records"] > 0]
        for label, n in zip(named["label"].head(SHOWN), named["records"].head(SHOWN), strict=True):
            print(f"  {n:>6,}  {label}")
        if len(named) > SHOWN:
            print(f"  ... and {len(named) - SHOWN:,} more with --json.")
        print_always(counted)
    return 0 if len(counted) else 1


COMMAND = Command("geography", "Count the countries studied, and how unevenly they are", add_arguments, run)
