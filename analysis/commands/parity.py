"""``parity``: attention here against figures from outside, each statement with its source."""

import argparse
from pathlib import Path

import pandas as pd

from analysis import gaps, need, sentences
from analysis.commands.base import (
    Command,
    add_csv_option,
    add_tag_option,
    print_always,
    save_csv,
    take_snapshot,
    to_rows,
)
from analysis.constants import DEFAULTS
from analysis.coverage import in_scope
from analysis.gaps.frame import FILTERED, to_gaps
from analysis.tables import read_sheet
from corpus.command import format_columns, parse_tags, print_json
from corpus.errors import FileError, LacunaError, UnknownIdError
from corpus.framework import Framework
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from ingest.rules import open_corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--need", metavar="NAME", help="a table by name, or a CSV or XLSX file of yours (default: every table that may)"
    )
    parser.add_argument("--times", metavar="NAME", help="group sizes to multiply a prevalence table by")
    parser.add_argument("--list", action="store_true", help="only list the tables there are")
    add_tag_option(parser)
    add_csv_option(parser)


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = in_scope(take_snapshot(corpus, args), parse_tags(args.tag))
        tables = tables_of(corpus)
    if args.list:
        return print_tables(tables, args.json)
    chosen = choose(args.need, args.times, tables, snapshot.framework)
    about = sentences.make_about(snapshot)
    found = {table.id: judge(snapshot, table) for table in chosen}
    if args.csv:
        every = [frame.assign(need_table=name) for name, frame in found.items()]
        if every:
            save_csv(pd.concat(every, ignore_index=True), args.csv, snapshot, "Parity gaps")
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "filters": list(snapshot.filters),
                "constants": DEFAULTS.as_dict(),
                "tables": [
                    need.to_dict(table)
                    | {
                        "source_printed": table.source,
                        "gaps": to_rows(found[table.id], about),
                        "sentences": [sentences.write_gap(gap, about) for gap in gaps.to_dicts(found[table.id])],
                    }
                    for table in chosen
                ],
            }
        )
    else:
        for table in chosen:
            print_table(table, found[table.id], about, brief=args.need is None)
        print_always(snapshot)
    return 0 if len(snapshot) and chosen else 1


def tables_of(corpus: Corpus) -> tuple[need.NeedTable, ...]:
    """Those people gave to this corpus, then those that ship."""
    return need.need_tables(corpus.framework, {name: kept.value for name, kept in corpus.kept("need").items()})


def judge(snapshot: Snapshot, table: need.NeedTable) -> pd.DataFrame:
    found = gaps.parity(snapshot, table.to_frame())
    return to_gaps(found, "parity", [FILTERED] if snapshot.filters else [])


def choose(
    name: str | None, times: str | None, tables: tuple[need.NeedTable, ...], framework: Framework
) -> tuple[need.NeedTable, ...]:
    """The tables to weigh with. Raises LacunaError for one that may not, with the reason."""
    if name is None:
        return need.weighing(tables, framework)
    table = find_table(name, tables, framework)
    if times:
        return (need.multiply(table, find_table(times, tables, framework), framework),)
    if reason := need.why_not_weigh(table):
        sizes = [other.id for other in need.find_sizes(table, tables, framework)]
        offer = f" For this one there are sizes: --times {' or '.join(sizes)}." if sizes else ""
        raise LacunaError(f"{reason}{offer}")
    return (table,)


def find_table(name: str, tables: tuple[need.NeedTable, ...], framework: Framework) -> need.NeedTable:
    for table in tables:
        if table.id == name:
            return table
    path = Path(name)
    if path.suffix.lower() not in (".csv", ".xlsx", ".tsv", ".txt"):
        raise UnknownIdError(f'There is no need table "{name}". python -m analysis parity --list names them.')
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(path.name, f"it cannot be read ({error.strerror}).") from error
    checked = need.check_need(read_sheet(path.name, data), framework, path.stem)
    if checked.table is None:
        raise FileError(path.name, " ".join(checked.problems))
    return checked.table


def print_tables(tables: tuple[need.NeedTable, ...], as_json: bool) -> int:
    if as_json:
        print_json([need.to_dict(table) for table in tables])
    else:
        rows = [["table", "kind", "facet", "place", "year", "groups", "use", "read"]]
        rows += [[t.id, t.kind, t.facet, t.place, str(t.year), str(len(t.rows)), t.use, t.grade] for t in tables]
        for line in format_columns(rows, right=frozenset({4, 5})):
            print(line)
        for grade, words in need.GRADES.items():
            print(f"{grade}: {words}.")
    return 0 if tables else 1


def print_table(table: need.NeedTable, found: pd.DataFrame, about: sentences.About, brief: bool) -> None:
    print(f"{table.title}\n  {table.id}: {table.kind}, {table.source}, {table.year}; {need.GRADES[table.grade]}.")
    for url in table.urls:
        print(f"  {url}")
    if not brief:
        for row in table.rows:
            print(f"    {row.group}: {row.weight:,g}{f' ({row.note})' if row.note else ''}")
    missing = []
    for gap in gaps.to_dicts(found):
        if gap["grade"] == "no need figure":
            missing.append(about.label_of(gap["row_facet"], gap["row_tag"]))
        elif not brief or gap["grade"] == "under":
            print(f"  {gap['grade']}: {sentences.write_gap(gap, about)}")
    if missing:
        print(f"  No need figure (not zero): {', '.join(missing)}.")
    print()


COMMAND = Command("parity", "Compare attention here with workforce or burden figures", add_arguments, run)
