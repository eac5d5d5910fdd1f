"""python -m ingest FILE... | tag FILE.jsonl | dedupe FILE | learn | enrich: add files, try the rules, fill gaps."""

import argparse
import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.command import ProgressBar, add_options, format_columns, print_error, print_json, run
from corpus.errors import FileError
from corpus.framework import load_framework
from corpus.records import Entry, Fields
from corpus.store import FileReport, Import, to_json
from ingest.commands.enrich import enrich, make_parser
from ingest.dedupe import match
from ingest.normalise import to_fields
from ingest.pipeline import ingest, read_entries
from ingest.readers import READERS_BY_ID
from ingest.reports import write_rejects
from ingest.rules import open_corpus
from ingest.tagging import build_tagger
from ingest.tagging.learner import learn
from ingest.tagging.learner.report import describe_learner


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["tag"]:
        parser = argparse.ArgumentParser(prog="python -m ingest tag", description="Tag texts without storing them.")
        parser.add_argument("file", type=Path, help='lines of {"id", "title", "abstract", "keywords"}')
        add_options(parser)
        return run(_tag, parser.parse_args(argv[1:]))
    if argv[:1] == ["dedupe"]:
        parser = argparse.ArgumentParser(prog="python -m ingest dedupe", description="Cluster a file's records.")
        parser.add_argument("file", type=Path, help="any citation file we read, or Parquet with the columns of a CSV")
        parser.add_argument("--held", type=Path, metavar="OUT", help="write the doubtful pairs to this CSV file")
        add_options(parser)
        return run(_dedupe, parser.parse_args(argv[1:]))
    if argv[:1] == ["learn"]:
        parser = argparse.ArgumentParser(
            prog="python -m ingest learn", description="Fit the learner on what people coded in the corpus."
        )
        parser.add_argument("--seed", type=int, default=0, help="deals the records out to the folds (default: 0)")
        parser.add_argument("--who", default="", help="who fits it, for the history")
        add_options(parser)
        return run(_learn, parser.parse_args(argv[1:]))
    if argv[:1] == ["enrich"]:
        return run(enrich, make_parser().parse_args(argv[1:]))
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--propose", action="store_true", help="leave the import proposed instead of accepting it")
    parser.add_argument("--source", metavar="NAME", help="database or collection the files came from")
    parser.add_argument("--search", metavar="STRING", help="the search that gave the files")
    parser.add_argument("--search-date", metavar="D", help="when it was run, as YYYY-MM-DD")
    parser.add_argument("--format", metavar="F", help="read as this format, whatever the content looks like")
    parser.add_argument("--encoding", metavar="E", help="decode as this encoding, for example gbk")
    parser.add_argument(
        "--rejects", type=Path, metavar="DIR", help="save what could not be read here, to correct and add again"
    )
    parser.add_argument("--who", default="", help="who adds the files, for the history")
    add_options(parser)
    return run(_ingest, parser.parse_args(argv))


def _ingest(args: argparse.Namespace) -> int:
    bar = ProgressBar()
    with open_corpus(args.corpus, args.framework, create=True, progress=bar) as corpus:
        done = ingest(
            args.files,
            corpus,
            accept=not args.propose,
            who=args.who,
            source=args.source,
            search_string=args.search,
            search_date=args.search_date,
            format=args.format,
            encoding=args.encoding,
            progress=bar,
        )
        bar.close()
        written = write_rejects(done, args.rejects) if args.rejects else {}
        if args.json:
            report = {**to_json(done), "corpus_version": corpus.version}
            for number, path in written.items():
                report["files"][number]["rejects_file"] = str(path)
            print_json(report)
        else:
            for line in _format_report(done, written):
                print(line)
    return 0 if done.totals["found"] > done.totals["rejected"] else 1


def _format_report(done: Import, written: Mapping[int, Path]) -> list[str]:
    names = ("found", "new", "merged", "held", "rejected")
    rows = [["file", "format", "encoding", *names]]
    rows += [[f.file, f.format or "-", f.encoding or "-", *(f"{getattr(f, n):,}" for n in names)] for f in done.files]
    if len(done.files) > 1:
        rows.append(["total", "", "", *(f"{done.totals[n]:,}" for n in names)])
    lines = format_columns(rows, frozenset(range(3, 8)))
    for number, file in enumerate(done.files):
        lines += _format_file(file)
        if number in written:
            lines.append(
                f'{file.file}: what could not be read is in "{written[number]}". Correct it and add that file.'
            )
    if any(file.rejects for file in done.files) and not written:
        lines.append("With --rejects DIR, what could not be read is saved, to be corrected and added again.")
    if done.state == "accepted":
        lines.append(f'Accepted as import {done.id}. "python -m corpus undo {done.id}" takes it out again.')
    elif done.state == "proposed" and done.totals["found"]:
        lines.append(f'Proposed as import {done.id}. "python -m corpus accept {done.id}" adds it.')
    else:
        lines.append("Nothing was added.")
    return lines


_SHOWN = 20


def _format_file(file: FileReport) -> list[str]:
    """What there is to say of one file: why it was read so, its trouble, its rejects and warnings."""
    lines: list[str] = []
    if file.format:
        lines.append(f"{file.file}: read as {READERS_BY_ID[file.format].name}, because {file.why}.")
    if file.error:
        lines.append(file.error)
    if file.replaced:
        lines.append(f"{file.file}: {file.replaced:,} characters could not be decoded and stand as \ufffd.")
    lines += [f"{file.file}, line {r.line}: {r.reason}: {_first_words(r.raw)}" for r in file.rejects[:_SHOWN]]
    if len(file.rejects) > _SHOWN:
        lines.append(f"{file.file}: and {len(file.rejects) - _SHOWN:,} more; --json lists them all.")
    lines += [f"{file.file}, line {line}, kept with a warning: {text}" for line, text in file.warnings[:_SHOWN]]
    if len(file.warnings) > _SHOWN:
        lines.append(f"{file.file}: {len(file.warnings):,} warnings in all; --json lists them.")
    return lines


def _first_words(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."


def _tag(args: argparse.Namespace) -> int:
    tagger = build_tagger(load_framework(args.framework))
    n_bad = 0
    try:
        lines = args.file.open(encoding="utf-8")
    except OSError as error:
        raise FileError(str(args.file), f"it cannot be opened: {error.strerror}.") from error
    with lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                fields = _text_fields(row)
            except (ValueError, TypeError, AttributeError, KeyError) as error:
                n_bad += 1
                print_error(
                    f'"{args.file}", line {number}: not a JSON object with an id and texts ({error}). '
                    'Write it like {"id": "1", "title": "..."}.'
                )
                continue
            assignments = tagger.assign(fields)
            in_scope, why = tagger.suggest_scope(fields, assignments)
            found = [
                {"facet": a.facet, "tag": a.tag, "field": a.field, "start": a.start, "end": a.end, "passage": a.passage}
                for a in assignments
            ]
            out = {"id": row["id"], "in_scope": in_scope, "why": why, "assignments": found}
            print(json.dumps(out, ensure_ascii=False))
    return 1 if n_bad else 0


def _text_fields(row: dict[str, Any]) -> Fields:
    keywords = row.get("keywords") or ()
    if isinstance(keywords, str):
        keywords = [k.strip() for k in keywords.split(";")]
    row["id"]
    return Fields(title=row.get("title") or None, abstract=row.get("abstract") or None, keywords=tuple(keywords))


def _dedupe(args: argparse.Namespace) -> int:
    from corpus.components import resolve

    records: list[tuple[str, Fields]] = []
    for position, item in enumerate(_items(args.file), 1):
        if isinstance(item, Entry):
            named = [v for name in ("record_id", "ID", "id") for v in item.fields.get(name, ())]
            records.append((named[0] if named else str(position), to_fields(item)))
        else:
            print_error(f'"{args.file}", line {item.line}: left out: {item.reason}')
    bar = ProgressBar()
    width = len(str(len(records)))
    ids = {f"{n:0{width}d}": record_id for n, (record_id, _) in enumerate(records)}
    links = match({n: fields for n, (_, fields) in zip(ids, records, strict=True)}, None, bar)
    bar.close()
    components = resolve(ids, links)
    rows = [(ids[n], ids[component[0]]) for component in components for n in component]
    if args.json:
        print_json({"clusters": [{"record_id": r, "cluster_id": c} for r, c in rows]})
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([("record_id", "cluster_id"), *rows])
    if args.held:
        with args.held.open("w", encoding="utf-8", newline="") as out:
            held = csv.writer(out)
            held.writerow(("record_id_1", "record_id_2", "score", "rule", "why"))
            held.writerows((ids[x.a], ids[x.b], x.score, x.rule, x.why) for x in links if x.verdict == "held")
    return 0 if records else 1


def _learn(args: argparse.Namespace) -> int:
    bar = ProgressBar()
    with open_corpus(args.corpus, args.framework) as corpus:
        learner = learn(corpus, args.who, args.seed, bar)
        framework = corpus.framework
    bar.close()
    if args.json:
        plain = learner.to_plain()
        report = {name: plain[name] for name in ("n_examples", "seed", "validation")}
        tags = [{"facet": model.key[0], "tag": model.key[1]} for model in learner.tags]
        too_few = [{"facet": facet, "tag": tag, "examples": n} for (facet, tag), n in learner.too_few]
        print_json({**report, "tags": tags, "too_few": too_few})
        return 0
    for line in describe_learner(learner, framework):
        print(line)
    return 0


def _items(path: Path) -> Any:
    if path.suffix.lower() == ".parquet":
        return _parquet_items(path)
    return read_entries(path)


def _parquet_items(path: Path) -> Any:
    import pandas as pd

    from ingest.readers import delimited

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise FileError(str(path), f"it cannot be read as Parquet: {error}") from error
    return delimited.read(frame.to_csv(index=False).splitlines(keepends=True))


if __name__ == "__main__":
    sys.exit(main())
