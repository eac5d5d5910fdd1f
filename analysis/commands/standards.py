"""``standards``: laws, policies and professional standards beside what here evaluates what they ask for."""

import argparse
from dataclasses import asdict
from itertools import groupby

from analysis import gaps, sentences
from analysis.commands.base import Command, add_csv_option, add_tag_option, print_always, save_csv, take_snapshot
from analysis.constants import DEFAULTS
from analysis.coverage import in_scope
from analysis.standards import (
    CAVEAT,
    NOT_ADVICE,
    SECONDARY,
    Standard,
    choose_standards,
    find_evidence,
    load_standards,
    write_evidence,
)
from corpus.command import parse_tags, print_json
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--country", metavar="CODE", help="only those of one country, or INT, EU, Europe, Africa")
    parser.add_argument("--body", metavar="WORDS", help="only those of bodies with these words in their name")
    parser.add_argument("--secondary", action="store_true", help=f"also those known from a {SECONDARY}")
    parser.add_argument("--not-evaluated", action="store_true", help="only what is recommended and not evaluated here")
    add_tag_option(parser)
    add_csv_option(parser)


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
    counted = in_scope(snapshot, parse_tags(args.tag))
    chosen = [s for s in choose_standards(load_standards(), args.secondary) if _is_asked(s, args)]
    found = find_evidence(counted, chosen)
    if args.not_evaluated:
        found = found[found["grade"] == "not_evaluated"]
    if args.csv:
        title = "Standards, and what in this corpus evaluates what they ask for"
        save_csv(found, args.csv, counted, title, notes=(CAVEAT, NOT_ADVICE))
    rows = gaps.to_dicts(found)
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": DEFAULTS.as_dict(),
                "filters": list(counted.filters),
                "caveat": CAVEAT,
                "evidence": rows,
                "standards": [asdict(s) for s in chosen],
            }
        )
        return 0
    by_id = {s.id: s for s in chosen}
    for standard_id, group in groupby(rows, key=lambda row: str(row["id"])):
        print_standard(by_id[standard_id])
        for row in group:
            print(f"  - {write_evidence(row, counted.framework)}")
    print(f"\n{sentences.upper_first(CAVEAT)} {NOT_ADVICE}")
    print_always(counted)
    return 0


def _is_asked(standard: Standard, args: argparse.Namespace) -> bool:
    country = not args.country or standard.jurisdiction.casefold().startswith(args.country.casefold())
    return country and (args.body or "").casefold() in standard.body.casefold()


def print_standard(standard: Standard) -> None:
    year = f", {standard.year}" if standard.year else ""
    print(f"\n{standard.title} ({standard.body}{year}; {standard.jurisdiction})")
    print(f"  Asks: {standard.asks}")
    status = standard.status or "not stated where it was read, which does not mean that it is in force"
    print(f"  Status: {status}.")
    where = "the body's own page" if standard.own_page else SECONDARY
    print(f"  Read on: {', '.join(standard.sources)} ({where})")


COMMAND = Command("standards", "What laws and standards ask for, and what here evaluates it", add_arguments, run)
