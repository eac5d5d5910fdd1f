"""``quality``: how good the automatic codes are, tag by tag, compared with people's; and how far two people agree."""

import argparse
from pathlib import Path

import pandas as pd

from analysis.commands.base import Command, add_csv_option, save_csv
from analysis.gaps import to_dicts
from analysis.quality import COLUMNS, facet_quality, kappa, load_quality, measure_all
from corpus.command import format_columns, print_error, print_json
from corpus.errors import FileError
from corpus.framework import Framework
from corpus.samples import Sample, read_sample, to_codings, unknown_tags
from ingest.rules import open_corpus

TEXTS = "records.jsonl"  # beside a sample without texts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sample",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help=f'a coded sample, lines of {{"id", "in_scope", "tags"}}, with texts in it or in {TEXTS} beside it; '
        "given twice, the two coders are compared; without it, the samples kept in the corpus",
    )
    add_csv_option(parser, "every tag")


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        framework, snapshot = corpus.framework, corpus.snapshot()
        given = [read_file(path) for path in args.sample]
        kept, coded = load_quality(corpus)
        samples = {sample.name: to_codings(sample, corpus) for sample in given} if given else kept
    for sample in given:
        if strange := unknown_tags(sample, framework):
            listed = ", ".join(f"{facet}/{tag}" for facet, tag in strange[:10])
            print_error(
                f'"{sample.name}": {len(strange)} tags are not in this framework and measure nothing: {listed}.'
            )
    tables = measure_all(samples, coded, framework)
    agreement = kappa(given[0], given[1], framework) if len(given) == 2 else None
    named = [table.assign(basis=name) for name, table in tables.items()]
    rows = pd.concat(named, ignore_index=True) if named else pd.DataFrame(columns=[*COLUMNS, "basis"])
    if args.json:
        report = {"corpus_version": snapshot.version, "quality": {n: to_dicts(t) for n, t in tables.items()}}
        if agreement is not None:
            report["agreement"] = to_dicts(agreement)
        print_json(report)
    else:
        if not tables:
            print("Nobody has coded anything here yet. Code records, or name a coded sample with --sample FILE.")
        for name, table in tables.items():
            print_quality(name, table, framework)
        if agreement is not None:
            print_agreement(agreement, given[0], given[1], framework)
    if args.csv:
        save_csv(rows, args.csv, snapshot, "Quality of the automatic codes")
    return 0 if len(rows) else 1


def read_file(path: Path) -> Sample:
    """A sample file, with the texts beside it if there are any. Raises FileError."""
    texts = path.with_name(TEXTS)
    try:
        words = texts.read_text(encoding="utf-8") if texts != path and texts.is_file() else ""
        return read_sample(path.stem, path.read_text(encoding="utf-8"), words)
    except OSError as error:
        raise FileError(str(path), f"it cannot be opened: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileError(str(path), "it is not UTF-8. Save it as UTF-8 and try again.") from error


def print_quality(name: str, table: pd.DataFrame, framework: Framework) -> None:
    print(f"Compared with {name}")
    rows = [["facet", "found", "coded", "recall", "", "correct", "assigned", "precision", ""]]
    for row in to_dicts(facet_quality(table)):
        rows.append([framework.facet(row["facet"]).label, *_cells(row)])
    print("\n".join(format_columns(rows, frozenset({1, 2, 3, 5, 6, 7}))))
    unreliable = int((table["why"] != "").sum())
    print(f"{unreliable} of {len(table)} tags are unreliable by this comparison. --csv or --json has every tag.\n")


def _cells(row: dict[str, float]) -> list[str]:
    return [
        str(row["found"]), str(row["coded"]), *_interval(row, "recall"),
        str(row["correct"]), str(row["assigned"]), *_interval(row, "precision"),
    ]  # fmt: skip


def _interval(row: dict[str, float], name: str) -> tuple[str, str]:
    if row[name] is None:
        return "-", ""
    return f"{row[name]:.2f}", f"({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"


def print_agreement(table: pd.DataFrame, first: Sample, second: Sample, framework: Framework) -> None:
    print(f"Agreement of {first.name} and {second.name}")
    rows = [["facet", "decisions", "both", "only 1", "only 2", "agreement", "kappa", "mean kappa of tags"]]
    for row in to_dicts(table[table["tag"] == ""]):
        counts = [str(row[name]) for name in ("n", "both", "only_first", "only_second")]
        shares = ["-" if row[name] is None else f"{row[name]:.2f}" for name in ("agreement", "kappa", "mean_kappa")]
        rows.append([framework.facet(row["facet"]).label, *counts, *shares])
    print("\n".join(format_columns(rows, frozenset(range(1, 8)))))


COMMAND = Command("quality", "How good the automatic codes are", add_arguments, run)
