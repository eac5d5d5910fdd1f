"""``claim``: what this corpus holds against a sentence such as "there is no research on X"."""

import argparse
from dataclasses import asdict

from analysis.claims import Claim, make_claim, read_claim
from analysis.commands.base import Command, print_always, take_snapshot
from analysis.questions import build_sources
from corpus.command import print_json
from corpus.errors import LacunaError
from corpus.records import Fields, Record
from corpus.search import search, suggest_tags
from corpus.store import Corpus
from ingest.rules import open_corpus
from ingest.tagging import build_tagger

FIRST = 5  # records named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", help='a sentence, for example "there is no research on hospital porters"')


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 if the claim could be tested against tags, else 1."""
    about = read_claim(args.claim)
    if not about:
        raise LacunaError("Say in words what the claim is about.")
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        if not len(snapshot) and not args.json:
            print("This corpus is empty, so nothing can be said of any claim. Add records first.")
            return 1
        sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
        claim = make_claim(args.claim, corpus.tagger.assign(Fields(title=about)), snapshot, sources)
        first, near = corpus.records(claim.ids[:FIRST]), corpus.records(claim.near[:FIRST])
        n_text, alike = look_in_texts(corpus, about), suggest_tags(about, corpus.framework)
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "claim": args.claim,
                "about": about,
                "tags": {facet: list(tags) for facet, tags in claim.tags},
                "unread": claim.unread,
                "n": len(claim.ids) if claim.tags else None,
                "n_with_the_words": n_text,
                "against": claim.against,
                "say": claim.say,
                "near": claim.near_words,
                "records": [to_row(record) for record in first],
                "near_records": [to_row(record) for record in near],
                "suggested": [asdict(suggestion) for suggestion in alike],
                "strategies": [asdict(strategy) for strategy in claim.strategies],
            }
        )
        return 0 if claim.tags else 1
    if claim.tags:
        print_claim(claim, first, near)
    else:
        print(f"No tag of this framework stands for “{about}”, so nothing can be said of it by tags.")
    print(f"\nRecords here that hold these words: {n_text:,}. Read them: python -m corpus search {about!r}")
    print_always(snapshot)
    return 0 if claim.tags else 1


def look_in_texts(corpus: Corpus, about: str) -> int:
    """How many records hold all these words; 0 where they cannot be searched for as they stand."""
    words = "".join(c if c.isalnum() or c in "-'’" else " " for c in about)
    return search(corpus, words, limit=1)[1] if words.strip() else 0


def to_row(record: Record) -> dict[str, object]:
    return {"id": record.id, "title": record.title, "year": record.year, "doi": record.doi}


def print_claim(claim: Claim, first: list[Record], near: list[Record]) -> None:
    for line in claim.against:
        print(line)
    print_records(first, len(claim.ids))
    print("\nWhat can be said")
    for line in claim.say:
        print(f"  {line}")
    print("\nNear misses")
    for line in claim.near_words:
        print(f"  {line}")
    print_records(near, len(claim.near))
    print("\nThe search to run elsewhere")
    for strategy in claim.strategies:
        print(f"  {strategy.database}\n    {strategy.query}\n    {strategy.url}")


def print_records(records: list[Record], n: int) -> None:
    for record in records:
        print(f"  {record.id}  {record.title or 'no title'} ({record.year or 'no year'})")
    if n > len(records) > 0:
        print(f"  ... and {n - len(records):,} more.")


COMMAND = Command("claim", 'Test a claim such as "there is no research on X"', add_arguments, run)
