"""``gaps --third FACET``: triples of tags rarer than how each two of them are studied together would explain."""

import argparse

from analysis import gaps, sentences
from analysis.axes import Level
from analysis.commands.base import SHOWN, print_always, save_csv, take_snapshot, to_filters, to_rows
from analysis.constants import DEFAULTS
from analysis.coverage import in_scope
from analysis.receipts import note_of
from analysis.recounts import make_triples_receipt
from corpus.command import parse_tags, print_json
from corpus.errors import LacunaError
from ingest.rules import open_corpus
from views import gap_table


def run_triples(args: argparse.Namespace) -> int:
    """The options are those of ``gaps``; groups unless --level says tags."""
    if args.measure != "relative":
        raise LacunaError("Three facets together are judged by the relative measure only: leave out --measure.")
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        pairs = gaps.choose_pairs(corpus.framework, args.rows, args.columns)
        rules = corpus.rules_fingerprint
    counted = in_scope(snapshot, parse_tags(args.tag))
    level: Level = args.level or "group"
    found = gaps.find_triples(counted, args.third, pairs, level)
    about = sentences.make_about(counted)
    if args.csv:
        table = gap_table.to_table(found, about)
        receipt = make_triples_receipt(found, counted, args.third, pairs, to_filters(args), rules, level)
        notes = (sentences.TRIPLE_EXPECTED, note_of(receipt))
        save_csv(table, args.csv, counted, "Gaps: three facets together", notes=notes)
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": DEFAULTS.as_dict(),
                "level": level,
                "third": args.third,
                "expected": sentences.TRIPLE_EXPECTED,
                "gaps": to_rows(found, about),
            }
        )
        return 0 if len(counted) else 1
    flagged = found[found["grade"].isin(sentences.CLAIMS)]
    print(f"Three facets together: {len(flagged):,} of {len(found):,} triples judged")
    for gap in gaps.to_dicts(flagged.head(SHOWN)):
        print(f"  {sentences.write_gap(gap, about)}")
    if len(flagged) > SHOWN:
        print(f"  ... and {len(flagged) - SHOWN:,} more with --json.")
    few = int((found["grade"] == "not comparable").sum())
    print(f"{few:,} triples have too few records to be compared. {sentences.TRIPLE_EXPECTED}")
    print_always(counted)
    return 0 if len(counted) else 1
