"""``map``: cross two facets."""

import argparse
from pathlib import Path

import pandas as pd

from analysis import gaps, sentences, topics
from analysis.axes import TOPIC
from analysis.commands.base import MANY_ROWS, Command, add_tag_option, print_always, save_text, take_snapshot
from analysis.coverage import Coverage, cross
from analysis.questions import Filters
from analysis.receipts import note_of
from analysis.recounts import make_map_receipt
from corpus.command import format_columns, parse_tags, print_json
from corpus.notices import mark_of
from ingest.rules import open_corpus
from views import map_component
from views.map_words import CODED_BY, say_comparable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rows", help="the facet drawn as rows; also topic or year")
    parser.add_argument("columns", help="the facet drawn as columns; also topic or year")
    parser.add_argument("--level", choices=("group", "tag"), help="default: the finest the corpus can carry")
    add_tag_option(parser)
    parser.add_argument("--html", type=Path, metavar="OUT", help="also write the map as one HTML file")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="also write the map as CSV")


def run(args: argparse.Namespace) -> int:
    with open_corpus(args.corpus, args.framework) as corpus:
        snapshot = take_snapshot(corpus, args)
        labels = topics.to_axis(topics.find_topics(corpus)) if TOPIC in (args.rows, args.columns) else None
        coverage = cross(snapshot, args.rows, args.columns, parse_tags(args.tag), args.level, topics=labels)
        found = gaps.find_gaps(coverage, "relative")
        absent = gaps.find_gaps(coverage, "absolute")
        if args.html:
            shown, judged, missed = coverage, found, absent
            if len(coverage.rows) > MANY_ROWS:
                shown = coverage.without_empty_rows()
            elif coverage.level == "group":  # the tags of each group come along, to be opened in the file
                shown = cross(
                    snapshot, args.rows, args.columns, parse_tags(args.tag), "group", nested=True, topics=labels
                )
                judged, missed = gaps.find_gaps(shown, "relative"), gaps.find_gaps(shown, "absolute")
            records = corpus.records(shown.snapshot.ids.tolist())
            notices = corpus.notices()
            marks = {record_id: mark_of(record_id, notices) for record_id in notices}
            page = map_component.html(shown, judged, absolute=missed, records=records, marks=marks)
            save_text(args.html, page)
        if args.csv:
            save_csv_map(args, coverage, found, absent, corpus.rules_fingerprint)
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


def save_csv_map(
    args: argparse.Namespace, coverage: Coverage, found: pd.DataFrame, absent: pd.DataFrame, rules: str
) -> None:
    """The map as CSV, with a receipt unless its rows are topics."""
    notes = []
    if TOPIC not in (args.rows, args.columns):
        filters = Filters(tuple(sorted((facet, tuple(tags)) for facet, tags in parse_tags(args.tag).items())))
        notes.append(note_of(make_map_receipt(coverage, found, filters, rules)))
    save_text(args.csv, map_component.to_csv(map_component.map_data(coverage, found, absolute=absent), notes))


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
        f"{shown.n_codable:,} of {shown.n_records:,} records are tagged on both sides. "
        + say_comparable(shown, f"{shown.level}s")
    )
    by = [f"{n:,} {CODED_BY[name]}" for name, n in shown.coded_by.items() if n]
    if by:
        print(f"They were coded {', '.join(by)}.")
    print_always(shown.snapshot)


COMMAND = Command("map", "Cross two facets: the gap map", add_arguments, run)
