"""python -m analysis map|gaps|check|topics: gap map, ranked gaps, one gap checked, topics; text, JSON, CSV or HTML."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import gaps, sentences, topics
from analysis.axes import TOPIC
from analysis.checks import Matches, check_cell, choose_cell_level
from analysis.coverage import Coverage, cross, cross_pairs, in_scope
from analysis.strategies import Strategy, build_strategies
from corpus.command import add_options, format_columns, parse_tags, print_error, print_json, run
from corpus.errors import NotWritableError
from corpus.framework import Framework, TagKey
from corpus.notices import mark_of
from corpus.records import Record
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from ingest.rules import open_corpus
from ingest.tagging import build_tagger
from views import map_component
from views.map_words import CODED_BY

MANY_ROWS = 60  # a facet with more rows than this is shown without those no record stands in
SHOWN = 20  # gaps printed for people; JSON has them all


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if anything could be said, 1 if nothing could, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        sub = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(sub)
        add_options(sub)
        sub.add_argument("--year", type=int, help="the year that counts as current (default: the corpus's)")
        sub.set_defaults(run=command.run)
    args = parser.parse_args(argv)
    return run(args.run, args)


def add_map_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rows", help="the facet drawn as rows")
    parser.add_argument("columns", help="the facet drawn as columns")
    parser.add_argument("--level", choices=("group", "tag"), help="default: the finest the corpus can carry")
    add_tag_option(parser)
    parser.add_argument("--html", type=Path, metavar="OUT", help="also write the map as one HTML file")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="also write the map as CSV")


def run_map(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        labels = topics.to_axis(fit(corpus, snapshot)) if TOPIC in (args.rows, args.columns) else None
        coverage = cross(snapshot, args.rows, args.columns, parse_tags(args.tag), args.level, topics=labels)
        found = gaps.find_gaps(coverage, "relative")
        absent = gaps.find_gaps(coverage, "absolute")
        if args.html:
            shown = coverage.without_empty_rows() if len(coverage.rows) > MANY_ROWS else coverage
            records = corpus.records(shown.snapshot.ids.tolist())
            notices = corpus.notices()
            marks = {record_id: mark_of(record_id, notices) for record_id in notices}
            page = map_component.html(shown, found, absolute=absent, records=records, marks=marks)
            save_text(args.html, page)
        if args.csv:
            save_text(args.csv, map_component.to_csv(map_component.map_data(coverage, found, absolute=absent)))
    if args.json:
        print_json(
            {
                "rows": [line.id for line in coverage.rows],
                "columns": [line.id for line in coverage.columns],
                "observed": coverage.observed.to_numpy(),
                "expected": coverage.expected.to_numpy(),
                "n_codable": coverage.n_codable,
                "n_records": coverage.n_records,
                "corpus_version": snapshot.version,
            }
        )
    else:
        print_map(coverage, found)
    return 0 if coverage.n_records else 1


def print_map(coverage: Coverage, found: pd.DataFrame) -> None:
    shown = coverage.without_empty_rows() if len(coverage.rows) > MANY_ROWS else coverage
    marks = {"strong": "!!", "suggestive": "!", "cluster": "+"}
    graded = {
        (r, c): marks.get(g, "") for r, c, g in zip(found["row_tag"], found["column_tag"], found["grade"], strict=True)
    }
    observed, expected = shown.observed.to_numpy(), shown.expected.to_numpy()
    table = [["", *[line.id for line in shown.columns], "records"]]
    for i, line in enumerate(shown.rows):
        cells = []
        for j, column in enumerate(shown.columns):
            count = int(observed[i, j])
            if not shown.applicable[i, j]:
                cells.append(f"({count})" if count else "n/a")
            elif count == 0 and shown.comparable[i, j]:
                cells.append(f"0 of {sentences.expected_words(expected[i, j])}")
            else:
                cells.append(f"{count or '.'}{graded.get((line.id, column.id), '')}")
        name = f"  {line.id}" if line.parent else line.id
        table.append(
            [
                name + ("*" if line.is_extra or line.state == "not-yet" else ""),
                *cells,
                str(int(shown.row_totals[line.id])),
            ]
        )
    table.append(["records", *[str(int(n)) for n in shown.column_totals], str(shown.n_codable)])
    for text in format_columns(table, right=frozenset(range(1, len(table[0])))):
        print(text)
    print()
    print(f"{shown.row_axis.label} by {sentences.lower_first(shown.column_axis.label)}, by {shown.level}.")
    print("!! strong gap, ! suggestive gap, + well represented here, 0 of n: none where n would be expected, . none")
    print("* counted, not judged: general, mixed, ungrouped or not yet coded; (n) and n/a: not applicable, never a gap")
    print(
        f"{shown.n_codable:,} of {shown.n_records:,} records are tagged on both sides; "
        f"{shown.comparable_share:.0%} of these cells have enough records on both sides to be compared."
    )
    by = [f"{n:,} {CODED_BY[name]}" for name, n in shown.coded_by.items() if n]
    if by:
        print(f"They were coded {', '.join(by)}.")
    print_always(shown.snapshot)


def add_gaps_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", metavar="FACET", help="only pairs with this facet")
    parser.add_argument("--columns", metavar="FACET", help="only pairs with this facet on the other side")
    parser.add_argument(
        "--measure", default="relative", metavar="NAME", help=f"one of {', '.join(m.id for m in gaps.MEASURES)}"
    )
    parser.add_argument("--level", choices=("group", "tag"), help="default: for each pair the finest it can carry")
    add_tag_option(parser)


def run_gaps(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        pairs = gaps.choose_pairs(corpus.framework, args.rows, args.columns)
        fitted = fit(corpus, snapshot)
        coverages = cross_pairs(snapshot, pairs, args.level, where=parse_tags(args.tag), topics=topics.to_axis(fitted))
    counted = coverages[0].snapshot
    found = gaps.judge(coverages, args.measure)
    barely = gaps.barely_present(counted)
    about = sentences.make_about(counted, topics.to_axis(fitted).labels)
    flagged = [p for p in topics.find_flags(fitted, snapshot, snapshot.year_now) if p.flag == "under-studied"]
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "constants": coverages[0].constants.as_dict(),
                "gaps": to_rows(found, about),
                "topics": topics.to_rows(flagged),
                "barely_present": to_rows(barely, about),
            }
        )
    else:
        print_barely_present(barely, about)
        print_topics(flagged)
        print_gaps(found, about, args.measure)
        print_always(counted)
    return 0 if len(counted) else 1


def print_barely_present(barely: pd.DataFrame, about: sentences.About) -> None:
    """This comes first: a ratio against a group that is hardly studied at all hides that."""
    if len(barely):
        print("Barely present")
        for gap in gaps.to_dicts(barely):
            print(f"  {sentences.write_gap(gap, about)}")
        print()


def print_topics(flagged: list[topics.TopicProfile]) -> None:
    if flagged:
        print("Topics that look under-studied")
        for profile in flagged:
            print(f"  {profile.topic.label} ({sentences.records_words(profile.n_records)}): {profile.reason_words}")
        print(f"{topics.CAVEAT}\n")


def print_gaps(found: pd.DataFrame, about: sentences.About, measure: str) -> None:
    flagged = found[found["grade"].isin(sentences.CLAIMS)] if measure != "presence" else found
    print(f"{gaps.find_measure(measure).label}: {len(flagged):,} of {len(found):,} cells judged")
    for gap in gaps.to_dicts(flagged.head(SHOWN)):
        print(f"  {sentences.write_gap(gap, about)}")
    if len(flagged) > SHOWN:
        print(f"  ... and {len(flagged) - SHOWN:,} more with --json.")
    few = int((found["grade"] == "not comparable").sum())
    if few:
        print(f"{few:,} cells have too few records on one side to be compared, often because so little is here.")
    if measure == "relative" and len(flagged):
        print(sentences.SELECTION)


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    for side in ("rows", "columns"):
        parser.add_argument(
            f"--{side}", type=to_key, required=True, metavar="FACET=TAG", help=f"the tag or group on the {side}"
        )
    add_tag_option(parser)


def to_key(text: str) -> TagKey:
    facet, _, tag = (part.strip() for part in text.partition("="))
    if not facet or not tag:
        raise argparse.ArgumentTypeError(f'"{text}" is not facet=tag, for example population=nurse.')
    return facet, tag


def run_check(args: argparse.Namespace) -> int:
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
    search = {(row[1], column[1]): check}
    rows = [*to_dicts_of(coverage, "relative"), *to_dicts_of(coverage, "absolute", search=search)]
    found = [gap for gap in rows if (gap["row_tag"], gap["column_tag"]) == (row[1], column[1])]
    for gap in found:
        gap["check"] = check.verdict
    about = sentences.make_about(counted)
    said = [sentences.write_gap(gap, about) for gap in found if gap["grade"] != "none" or gap["measure"] == "absolute"]
    if not found:
        why = coverage.why_not_applicable(row[1], column[1])
        said = [f"Not applicable: {why}" if why else "General, mixed and ungrouped tags are counted, never judged."]
    strategies = build_strategies(framework, row, column)
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


def add_topics_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=count_of_topics, metavar="K", help="how many topics (default: by corpus size)")


def count_of_topics(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1.")
    return int(text)


def run_topics(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        fitted = fit(corpus, snapshot, args.n)
        profiles = topics.find_flags(fitted, snapshot, snapshot.year_now)
        typical = corpus.records([record for topic in fitted.topics for record in topic.typical])
    if args.json:
        print_json(
            {
                "corpus_version": snapshot.version,
                "settings": asdict(fitted.settings),
                "agreement": fitted.agreement,
                "topics": topics.to_rows(profiles),
                "unassigned": fitted.unassigned,
            }
        )
    else:
        for text in topics.to_lines(fitted, profiles, {record.id: record.title or "" for record in typical}):
            print(text)
        print_always(in_scope(snapshot))
    return 0 if fitted.topics else 1


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


def take_snapshot(corpus: Corpus, args: argparse.Namespace) -> Snapshot:
    snapshot = corpus.snapshot()
    return replace(snapshot, year_now=args.year) if args.year else snapshot


def fit(corpus: Corpus, snapshot: Snapshot, n: int | None = None) -> topics.Topics:
    """The topics of all records in scope."""
    return topics.fit_topics(
        [
            topics.TopicText(record.id, record.title, record.abstract, record.keywords)
            for record in corpus.records(in_scope(snapshot).ids.tolist())
        ],
        n,
        never_typical=topics.find_never_typical(snapshot),
    )


def add_tag_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tag",
        action="append",
        metavar="FACET=TAG",
        help="only records with it; or within a facet, and between facets",
    )


def save_text(path: Path, text: str) -> None:
    """Raises NotWritableError."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise NotWritableError(f'"{path}" could not be written: {error.strerror}.') from error
    print_error(f"Wrote {path}.")


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: what it is called, which options it takes, what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = (
    Command("map", "Cross two facets: the gap map", add_map_arguments, run_map),
    Command("gaps", "List gaps, strongest first", add_gaps_arguments, run_gaps),
    Command("check", "Search for what one cell may be missing, here and elsewhere", add_check_arguments, run_check),
    Command("topics", "Group records by their words; profile the groups", add_topics_arguments, run_topics),
)

if __name__ == "__main__":
    sys.exit(main())
