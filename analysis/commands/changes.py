"""``changes``: what became of the gaps between two corpus versions, or would become of them with an import."""

import argparse
from typing import Any

from analysis import gaps, sentences
from analysis.commands.base import SHOWN, Command, add_csv_option, add_tag_option, print_always, save_csv
from analysis.constants import DEFAULTS
from analysis.coverage import in_scope
from analysis.gap_changes import CHANGES, STEPS, count_changes, find_changes, write_change
from corpus.command import UsageError, parse_tags, print_json
from corpus.errors import LacunaError
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "versions", type=int, nargs="*", metavar="VERSION", help="from this version, to this one or now"
    )
    parser.add_argument(
        "--import", type=int, dest="import_id", metavar="N", help="as if this proposed import were here"
    )
    parser.add_argument("--rows", metavar="FACET", help="only pairs with this facet")
    parser.add_argument("--columns", metavar="FACET", help="only pairs with this facet on the other side")
    parser.add_argument("--level", choices=("group", "tag"), help="default: for each pair the finest it can carry")
    add_tag_option(parser)
    add_csv_option(parser)


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        before, after, words = take_two(corpus, args)
        pairs = gaps.choose_pairs(corpus.framework, args.rows, args.columns)
        where = parse_tags(args.tag)
        found = find_changes(before, after, pairs, where, args.level)
        moved = {i for name in ("came", "went", "recoded") for ids in found[name] for i in ids}
        titles = {r.id: r.title or "Without a title" for r in corpus.records(sorted(moved))}
    counted = in_scope(after, where)
    about = sentences.make_about(counted)
    if args.csv:
        save_csv(found, args.csv, counted, f"What changed {words}")
    rows = gaps.to_dicts(found)
    if args.json:
        print_json(
            {
                "from": before.version,
                "to": after.version,
                "import": args.import_id,
                "constants": DEFAULTS.as_dict(),
                "filters": list(counted.filters),
                "records": {"before": len(in_scope(before, where)), "after": len(counted)},
                "counts": {m: count_changes(found[found["measure"] == m]) for m in STEPS},
                "changes": rows,
                "titles": titles,
            }
        )
        return 0
    print(f"What changed {words}: {len(in_scope(before, where)):,} records counted before, {len(counted):,} after.")
    for measure in STEPS:
        print_measure(measure, [row for row in rows if row["measure"] == measure], about, titles)
    print_always(counted)
    return 0


def take_two(corpus: Corpus, args: argparse.Namespace) -> tuple[Snapshot, Snapshot, str]:
    """The two snapshots asked for, and what lies between them in words. Raises LacunaError."""
    if args.import_id is not None and not args.versions:
        done = corpus.get_import(args.import_id)
        if done.state != "proposed":
            raise LacunaError(f"Import {done.id} is {done.state}; only a proposed one can be looked at beforehand.")
        return corpus.snapshot(), corpus.snapshot(including=(done.id,)), f"if import {done.id} were accepted"
    if args.import_id is not None or not 1 <= len(args.versions) <= 2:
        raise UsageError("changes takes FROM [TO], two corpus versions, or --import N.")
    first, last = args.versions[0], args.versions[-1] if len(args.versions) == 2 else corpus.version
    for version in (first, last):
        if not 0 <= version <= corpus.version:
            raise LacunaError(f"There is no version {version}. The corpus is at version {corpus.version}.")
    return corpus.snapshot(as_of=first), corpus.snapshot(as_of=last), f"from version {first} to version {last}"


def print_measure(measure: str, rows: list[dict[str, Any]], about: sentences.About, titles: dict[str, str]) -> None:
    print(f"\n{gaps.find_measure(measure).label}: {len(rows):,} cells changed")
    for change in CHANGES:
        here = [row for row in rows if row["change"] == change]
        if here:
            print(f"  {sentences.upper_first(change)}: {len(here):,}")
        for row in here[:SHOWN]:
            print(f"    {write_change(row, about)}")
            for sign, name in (("+", "came"), ("-", "went"), ("~", "recoded")):
                for record_id in row[name][:3]:
                    print(f"      {sign} {record_id}  {titles.get(record_id, 'no longer in the corpus')}")
        if len(here) > SHOWN:
            print(f"    ... and {len(here) - SHOWN:,} more with --json or --csv.")


COMMAND = Command("changes", "What became of the gaps between two versions, or with an import", add_arguments, run)
