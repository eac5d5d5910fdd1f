"""``brief``: a page on one or several gaps, to take away."""

import argparse
from datetime import date
from pathlib import Path

from analysis.answering import answer
from analysis.brief import FORMATS, Format, build_brief, find_need
from analysis.commands.base import Command, add_tag_option, take_snapshot, to_key
from analysis.need.lookup import need_tables
from analysis.need.tables import NeedTable
from analysis.questions import Cell, Filters, Question, build_sources, make_cell
from corpus.command import UsageError, parse_tags, print_error, print_json
from corpus.errors import LacunaError, NotWritableError
from corpus.framework import TagKey
from corpus.store import Corpus
from ingest.rules import open_corpus
from ingest.tagging import build_tagger


def add_arguments(parser: argparse.ArgumentParser) -> None:
    many = "may be given several times, each with its --columns"
    parser.add_argument(
        "--rows", type=to_key, action="append", metavar="FACET=TAG", help=f"the tag or group on the rows; {many}"
    )
    parser.add_argument(
        "--columns", type=to_key, action="append", metavar="FACET=TAG", help="the tag or group on the columns"
    )
    parser.add_argument("--topic", metavar="ID", help="a topic instead (python -m analysis topics names them)")
    parser.add_argument("-o", "--out", type=Path, metavar="OUT", help=f"one of {', '.join(f.ending for f in FORMATS)}")
    parser.add_argument("--date", help="the date to print (default: today)")
    parser.add_argument("--link", default="", help="an address under which the brief can be opened again")
    add_tag_option(parser)


def run(args: argparse.Namespace) -> int:
    """Write the brief; with --json print its receipt."""
    form = choose_format(args.out) if args.out else None
    filters = Filters(tuple(sorted((facet, tuple(tags)) for facet, tags in parse_tags(args.tag).items())))
    sides = to_sides(args)
    with open_corpus(args.corpus, args.framework) as corpus:
        cells = tuple(make_cell(corpus.framework, *keys) if len(keys) == 2 else Cell(*keys) for keys in sides)
        question = Question(cells, topic=args.topic or "", filters=filters)
        sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
        answered = answer(question, take_snapshot(corpus, args), sources)
        brief = build_brief(
            answered,
            corpus.records,
            rules=corpus.rules_fingerprint,
            date=args.date or date.today().isoformat(),
            permalink=args.link,
            need=find_need(find_tables(corpus), corpus.framework, question.cells, question.filters),
            notices=corpus.notices(),
        )
    if args.out and form:
        save(args.out, form.write(brief))
    if args.json:
        print_json({**brief.receipt.body, "sha256": brief.receipt.sha256})
    elif not args.out:
        print("\n\n".join(line for part in brief.parts for line in (part.name, *part.lines)))
        print_error("Name a file with -o to keep it: brief.html, brief.docx or brief.md.")
    return 0 if answered.snapshot.ids.size else 1


def find_tables(corpus: Corpus) -> tuple[NeedTable, ...]:
    """The need tables that ship and those that people gave."""
    return need_tables(corpus.framework, {name: kept.value for name, kept in corpus.kept("need").items()})


def to_sides(args: argparse.Namespace) -> list[tuple[TagKey, ...]]:
    """Raises UsageError if there are none, or rows and columns do not go together."""
    rows, columns = args.rows or [], args.columns or []
    if args.topic and (rows or columns):
        raise UsageError("Name either a topic or rows and columns.")
    if not (args.topic or rows or columns):
        raise UsageError("Name a cell with --rows and --columns, a tag with --rows, or a topic with --topic.")
    if len(columns) > len(rows) or (columns and len(columns) != len(rows)):
        raise UsageError(
            f"--rows was given {len(rows)} times and --columns {len(columns)} times: give each row its column, or rows "
            "alone for tags by themselves."
        )
    if not columns:
        return [(row,) for row in rows]
    return list(zip(rows, columns, strict=True))


def choose_format(path: Path) -> Format:
    """Raises LacunaError for an ending we do not write."""
    for form in FORMATS:
        if path.suffix.lower() == f".{form.ending}":
            return form
    raise LacunaError(f'"{path.name}": a brief can be written as {", ".join("." + f.ending for f in FORMATS)}.')


def save(path: Path, written: str | bytes) -> None:
    """Raises NotWritableError."""
    try:
        path.write_bytes(written.encode() if isinstance(written, str) else written)
    except OSError as error:
        raise NotWritableError(f'"{path}" could not be written: {error.strerror}.') from error
    print_error(f"Wrote {path}.")


COMMAND = Command("brief", "Write a brief on gaps: a page to take away", add_arguments, run)
