"""What the subcommands share: the snapshot they count, options, and the words printed with every list."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import gaps, sentences
from analysis.constants import DEFAULTS, Constants
from analysis.csv_out import write_csv
from analysis.quality import measured
from analysis.questions import Filters
from corpus.command import parse_tags, print_error
from corpus.errors import NotWritableError
from corpus.framework import TagKey
from corpus.snapshot import Snapshot
from corpus.store import Corpus

MANY_ROWS = 60  # a facet with more rows than this is shown without those no record stands in
SHOWN = 20  # of a list, printed for people; JSON has them all


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: what it is called, which options it takes, what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def take_snapshot(corpus: Corpus, args: argparse.Namespace) -> Snapshot:
    """All records, with what is known of the quality of their tags."""
    snapshot = measured(corpus.snapshot(), corpus)
    return replace(snapshot, year_now=args.year) if args.year else snapshot


def add_tag_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tag",
        action="append",
        metavar="FACET=TAG",
        help="only records with it; or within a facet, and between facets",
    )


def to_filters(args: argparse.Namespace) -> Filters:
    """The filters of ``--tag`` as receipts have them."""
    return Filters(tuple(sorted((facet, tuple(tags)) for facet, tags in parse_tags(args.tag).items())))


def to_key(text: str) -> TagKey:
    facet, _, tag = (part.strip() for part in text.partition("="))
    if not facet or not tag:
        raise argparse.ArgumentTypeError(f'"{text}" is not facet=tag, for example population=nurse.')
    return facet, tag


def save_text(path: Path, text: str) -> None:
    """Raises NotWritableError."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise NotWritableError(f'"{path}" could not be written: {error.strerror}.') from error
    print_error(f"Wrote {path}.")


def add_csv_option(parser: argparse.ArgumentParser, what: str = "the whole list") -> None:
    parser.add_argument("--csv", type=Path, metavar="OUT", help=f"also write {what} as CSV; its header says how")


def save_csv(
    frame: pd.DataFrame,
    path: Path,
    snapshot: Snapshot,
    title: str,
    constants: Constants = DEFAULTS,
    notes: tuple[str, ...] = (),
) -> None:
    """A table as CSV with corpus version, framework, constants, filters and statement in its first lines.

    ``snapshot``: the records that were counted; ``notes`` are further lines of the header. Raises NotWritableError.
    """
    save_text(path, write_csv(frame, snapshot, title, constants, notes))


def print_always(snapshot: Snapshot) -> None:
    """What stands beside every list and map."""
    print()
    if snapshot.filters:
        print(f"Filters in force: {'; '.join(snapshot.filters)}.")
    print(f"How this corpus was put together: {snapshot.statement or 'not stated'}.")
    print(sentences.ALWAYS)


def to_rows(found: pd.DataFrame, about: sentences.About) -> list[dict[str, Any]]:
    """Gaps as JSON has them; a grade found under a filter says so."""
    rows = gaps.to_dicts(found)
    for row in rows:
        row["grade"] = sentences.grade_words(row["grade"], bool(about.filters))
    return rows
