"""``survey``: answers of respondents, one row each, reduced to tables; nothing of a single row is kept or printed."""

import argparse
import csv
import io
from pathlib import Path

from analysis import survey, survey_columns
from analysis.commands.base import Command, save_text
from analysis.need import NeedTable, to_dict
from analysis.tables import read_sheet
from corpus.command import print_json
from corpus.errors import FileError, LacunaError
from corpus.export import defuse
from corpus.framework import Framework, load_framework


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV or XLSX, one row a respondent")
    parser.add_argument("--group", action="append", metavar="COLUMN", help="a column that says who the respondent is")
    parser.add_argument("--harm", action="append", metavar="COLUMN", help="a column that says whether it happened")
    parser.add_argument(
        "--map", action="append", metavar="COLUMN:ANSWER=MEANING",
        help="what an answer stands for: a tag, or happened, witnessed, both or no (default: guessed)",
    )  # fmt: skip
    parser.add_argument("--source", help="who asked whom; printed with every statement")
    parser.add_argument("--when", type=int, metavar="YEAR", help="the year of the answers")
    parser.add_argument("--place", default="", help="where, as a country code")
    parser.add_argument("--everyone", action="store_true", help="everyone was asked and answered, nobody chose to")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="write the tables, in the format of a need table")


def run(args: argparse.Namespace) -> int:
    """Without --group and --harm: which columns may be used, and what their answers were taken for."""
    framework = load_framework(args.framework)
    try:
        sheet = read_sheet(args.file.name, args.file.read_bytes())
    except OSError as error:
        raise FileError(args.file.name, f"it cannot be read ({error.strerror}).") from error
    columns = {column.heading: column for column in survey_columns.look_at(sheet)}
    if not args.group or not args.harm:
        return print_columns(list(columns.values()), framework, args.json)
    if not args.source or not args.when:
        raise LacunaError("Say whose survey it is and of which year: --source and --when.")
    said = to_meanings(args.map or [])
    for heading in (*args.group, *args.harm):
        if heading not in columns:
            raise LacunaError(f'There is no column "{heading}". There are: {", ".join(columns)}.')
    reduced = survey.reduce_survey(
        sheet,
        framework,
        [survey_columns.to_group(columns[name], framework, said.get(name, {})) for name in args.group],
        [survey_columns.to_harm(columns[name], framework, said.get(name, {})) for name in args.harm],
        name=args.file.stem,
        source=args.source,
        year=args.when,
        place=args.place,
        voluntary=not args.everyone,
    )
    if args.csv:
        save_text(args.csv, to_csv(reduced.tables))
    if args.json:
        print_json(
            {
                "tables": [to_dict(table) for table in reduced.tables],
                "suppressed": reduced.suppressed,
                "columns": reduced.kept_columns,
                "notes": reduced.notes,
            }
        )
    else:
        for table in reduced.tables:
            print(f"{table.title}\n  {table.id}: {table.kind}, {table.source}")
            for row in table.rows:
                print(f"    {row.group}: {row.weight:g} ({row.note})")
        for heading, groups in reduced.suppressed.items():
            print(f"Without figures, by {heading}: {', '.join(groups)}.")
        for note in reduced.notes:
            print(note)
    return 0 if reduced.tables else 1


def to_meanings(values: list[str]) -> dict[str, dict[str, str]]:
    """Column -> answer -> meaning. Raises LacunaError."""
    out: dict[str, dict[str, str]] = {}
    for value in values:
        left, equals, meaning = value.rpartition("=")
        heading, colon, answer = left.partition(":")
        if not equals or not colon:
            raise LacunaError(f'--map takes COLUMN:ANSWER=MEANING, for example "Role:RN=nurse"; "{value}" is not that.')
        out.setdefault(heading.strip(), {})[answer.strip()] = meaning.strip()
    return out


def print_columns(columns: list[survey_columns.Column], framework: Framework, as_json: bool) -> int:
    guesses = [(column, *survey_columns.guess(column, framework)) for column in columns]
    if as_json:
        print_json(
            [
                {
                    "column": column.heading,
                    "refused": column.refused,
                    "answers": list(column.values),
                    "group": None if group is None else {"facet": group.facet, "tags": group.tags},
                    "harm": None if harm is None else {"status": harm.status},
                }
                for column, group, harm in guesses
            ]
        )
        return 0
    for column, group, harm in guesses:
        if column.refused:
            print(f"{column.heading}: refused, {column.refused}")
        elif harm:
            print(f"{column.heading}: --harm; {', '.join(f'{v} = {s}' for v, s in harm.status.items())}")
        elif group:
            tags = ", ".join(f"{value} = {tag or 'left out'}" for value, tag in group.tags.items())
            print(f"{column.heading}: --group ({framework.facet(group.facet).label}); {tags}")
        else:
            print(f"{column.heading}: usable with --map; answers: {', '.join(column.values)}")
    return 0


def to_csv(tables: tuple[NeedTable, ...]) -> str:
    """Tables under one another in the format of a need table, the table's name in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["table", "group", "weight", "unit", "source", "source_url", "year", "kind", "note", "n"])
    for t in tables:
        for row in t.rows:
            n = row.note.split(" ")[0].replace(",", "")
            cells = [t.id, row.group, f"{row.weight:g}", row.unit, t.source, "", str(t.year), t.kind, row.note, n]
            writer.writerow([defuse(cell) for cell in cells])
    return out.getvalue()


COMMAND = Command("survey", "Reduce a survey to tables of groups, keeping nothing of a single row", add_arguments, run)
