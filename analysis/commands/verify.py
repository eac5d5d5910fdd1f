"""``verify``: make the numbers of a receipt again."""

import argparse
from dataclasses import asdict
from pathlib import Path

from analysis.brief import find_receipt
from analysis.commands.base import SHOWN, Command
from analysis.questions import build_sources
from analysis.verification import Verdict, verify
from corpus.command import print_json
from corpus.errors import FileError
from ingest.rules import open_corpus
from ingest.tagging import build_tagger


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("receipt", type=Path, help="a receipt, or a brief, figure or table that holds one")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 if every number is the same again, else 1."""
    carried = find_receipt(args.receipt.name, read(args.receipt))
    with open_corpus(args.corpus, args.framework) as corpus:
        sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
        verdict = verify(carried.receipt, corpus, sources, carried.words, carried.rows_sha256)
    if args.json:
        print_json(asdict(verdict) | {"reproduced": verdict.is_reproduced, "summary": verdict.summary})
    else:
        print_verdict(verdict)
    return 0 if verdict.is_reproduced else 1


def read(path: Path) -> bytes:
    """Raises FileError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(path.name, f"it cannot be opened: {error.strerror}.") from error


def print_verdict(verdict: Verdict) -> None:
    print(verdict.summary)
    print_some((*verdict.problems, *verdict.notes))
    if verdict.since:
        print(f"\nChanged since, up to corpus version {verdict.version_now}:")
        print_some(verdict.since)
    elif verdict.since is not None and verdict.version_now != verdict.version:
        print(f"Nothing of it has changed since, up to corpus version {verdict.version_now}.")


def print_some(lines: tuple[str, ...]) -> None:
    for line in lines[:SHOWN]:
        print(f"  {line}")
    if len(lines) > SHOWN:
        print(f"  ... and {len(lines) - SHOWN:,} more with --json.")


COMMAND = Command("verify", "Make the numbers of a receipt again, or say what changed", add_arguments, run)
