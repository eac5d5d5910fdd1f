"""``check``: what one cell may be missing, here and elsewhere."""

import argparse
from dataclasses import asdict
from typing import Any

from analysis import gaps, sentences
from analysis.checks import Matches, check_cell, choose_cell_level
from analysis.commands.base import SHOWN, Command, add_tag_option, print_always, take_snapshot, to_key
from analysis.coverage import Coverage, cross
from analysis.strategies import Strategy, build_strategies
from corpus.command import parse_tags, print_json
from corpus.framework import Framework
from corpus.records import Record
from corpus.store import Corpus
from ingest.rules import open_corpus
from ingest.tagging import build_tagger


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for side in ("rows", "columns"):
        parser.add_argument(
            f"--{side}", type=to_key, required=True, metavar="FACET=TAG", help=f"the tag or group on the {side}"
        )
    parser.add_argument("--full", action="store_true", help="searches with every term of both tags, not the main ones")
    add_tag_option(parser)


def run(args: argparse.Namespace) -> int:
    """What is known of one cell, what a search of the texts finds, and how to search elsewhere."""
    row, column = args.rows, args.columns
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot, framework = take_snapshot(corpus, args), corpus.framework
        level = choose_cell_level(framework, row, column)
        opened = [(f, parent) for f, tag in (row, column) for parent in parents_of(framework, f, tag)]
        coverage = cross(snapshot, row[0], column[0], parse_tags(args.tag), level, opened=opened)
        counted = coverage.snapshot
        matches = make_matches(corpus, counted.ids.tolist())
        check = check_cell(coverage, row[1], column[1], matches)
        hits = corpus.records(check.hits)
    cells = {(row[1], column[1])} | ({(column[1], row[1])} if row[0] == column[0] else set())
    search = dict.fromkeys(cells, check)
    rows = [*to_dicts_of(coverage, "relative"), *to_dicts_of(coverage, "absolute", search=search)]
    found = [gap for gap in rows if (gap["row_tag"], gap["column_tag"]) in cells]
    for gap in found:
        gap["check"] = check.verdict
    about = sentences.make_about(counted)
    said = [sentences.write_gap(gap, about) for gap in found if gap["grade"] != "none" or gap["measure"] == "absolute"]
    if not found:
        why = coverage.why_not_applicable(row[1], column[1])
        said = [f"Not applicable: {why}" if why else "General, mixed and ungrouped tags are counted, never judged."]
    strategies = build_strategies(framework, row, column, args.full)
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": coverage.constants.as_dict(),
                "level": level,
                "sentences": said,
                "gaps": found,
                "check": asdict(check),
                "candidates": [{"id": r.id, "title": r.title, "year": r.year, "doi": r.doi} for r in hits],
                "strategies": [asdict(strategy) for strategy in strategies],
            }
        )
    else:
        print_check(said, check, hits, strategies)
        print_always(counted)
    return 0 if len(counted) else 1


def to_dicts_of(coverage: Coverage, measure: str, **inputs: Any) -> list[dict[str, Any]]:
    return gaps.to_dicts(gaps.find_gaps(coverage, measure, **inputs))


def parents_of(framework: Framework, facet: str, tag: str) -> tuple[str, ...]:
    """What has to be opened for a narrower tag to be judged by itself."""
    known = framework.facet(facet)
    return known.with_parents(tag)[1:] if tag in known.by_id else ()


def make_matches(corpus: Corpus, ids: list[str]) -> Matches:
    """Whether a record's words hold a tag's terms or wide synonyms."""
    tagger = build_tagger(corpus.framework)
    records = {record.id: record for record in corpus.records(ids)}
    return lambda record_id, facet, tag: bool(tagger.find_wide(records[record_id], facet, tag))


def print_check(said: list[str], check: gaps.CellCheck, hits: list[Record], strategies: tuple[Strategy, ...]) -> None:
    for text in said:
        print(text)
    print()
    print(f"Check: {check.verdict.replace('_', ' ')}.")
    print(
        f"{sentences.records_words(check.n_searched)} searched outside the cell; "
        f"{check.n_without_abstract:,} of the {check.n_codable:,} codable records have no abstract."
    )
    print(
        f"One tag short: {check.row_only:,} with the row's tag alone, {check.column_only:,} with the column's. "
        f"General: {len(check.general):,} that may cover it without naming it."
    )
    if hits:
        print("\nCandidates, to accept or reject")
    for record in hits[:SHOWN]:
        print(f"  {record.id}  {record.title or 'no title'} ({record.year or 'no year'})")
    if len(hits) > SHOWN:
        print(f"  ... and {len(hits) - SHOWN:,} more with --json.")
    for strategy in strategies:
        print(f"\n{strategy.database}\n  {strategy.query}\n  {strategy.url}")
        for note in strategy.notes:
            print(f"  {note}")


COMMAND = Command("check", "Search for what one cell may be missing, here and elsewhere", add_arguments, run)
