"""python -m corpus framework check | try: look after the terms of the framework."""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from corpus.command import ProgressBar, add_options, format_columns, print_json
from corpus.errors import LacunaError
from corpus.framework import load_framework
from corpus.records import Fields
from corpus.terms import LISTS, lists_of, locate_terms
from ingest.rules import open_corpus
from ingest.term_check import KINDS, Finding, check_framework
from views.trial import Trial, try_lists

CASES = Path(__file__).parent.parent.parent / "tests" / "cases" / "tagging.json"
_SHOWN = 20


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = "check the terms of the framework, or try a change of them"
    parser = commands.add_parser("framework", help=what, description=what)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    kinds = "; ".join(f"{kind}: {says}" for kind, (_, says) in KINDS.items())
    check = actions.add_parser(
        "check",
        help="terms that never match, match everything, overlap, stand twice",
        description=f"Looks for every term in all records of the corpus and in labelled sentences. {kinds}. "
        "Ends with 1 if there is a fault, with 0 if there are only things to look at.",
    )
    add_options(check)
    check.add_argument("--facet", action="append", metavar="FACET", help="only this facet; may be repeated")
    check.add_argument(
        "--only", action="append", choices=tuple(KINDS), metavar="KIND", help="only this kind of finding"
    )
    check.add_argument("--cases", type=Path, default=CASES, metavar="FILE", help="labelled sentences, as JSON")
    check.set_defaults(run=_check)
    trial = actions.add_parser("try", help="what adding or removing terms of a tag would change; saves nothing")
    add_options(trial)
    trial.add_argument("facet", metavar="FACET")
    trial.add_argument("tag", metavar="TAG")
    trial.add_argument("--add", action="append", default=[], metavar="TERM")
    trial.add_argument("--remove", action="append", default=[], metavar="TERM")
    trial.add_argument("--list", choices=LISTS, default="terms", help="which list of the tag; terms if not said")
    trial.set_defaults(run=_try)


def _check(args: argparse.Namespace) -> int:
    framework = load_framework(args.framework)
    for facet in args.facet or ():
        framework.facet(facet)
    bar = ProgressBar()
    places = list(locate_terms(args.framework, framework))
    sentences = read_sentences(args.cases)
    if args.corpus.exists():
        with open_corpus(args.corpus, args.framework, progress=bar) as corpus:
            total = corpus.query("SELECT count(*) FROM facts")[0][0]
            records = (fields for _, fields in corpus.live_fields())
            found = check_framework(framework, places, records, sentences, bar, total)
    else:
        found = check_framework(framework, places, _no_records(), sentences, bar)
    bar.close()
    found = [one for one in found if one.facet in (args.facet or framework.by_id) and one.kind in (args.only or KINDS)]
    faults = sum(one.is_fault for one in found)
    if args.json:
        print_json({"faults": faults, "findings": [{**asdict(one), "fault": one.is_fault} for one in found]})
        return 1 if faults else 0
    if found:
        print("\n".join(format_columns([["what", "where", "tag", "term", ""], *map(_row, found)])))
        print()
    counts = Counter(one.kind for one in found)
    for kind in KINDS:
        if counts[kind]:
            print(f"{kind}: {counts[kind]:,} ({KINDS[kind][1]})")
    where = f'the corpus "{args.corpus}"' if args.corpus.exists() else "no corpus (there is none at that path)"
    print(f"{len(places):,} terms looked for in {where} and {len(sentences):,} labelled sentences: {faults:,} faults.")
    return 1 if faults else 0


def _no_records() -> Iterable[Fields]:
    return ()


def _row(one: Finding) -> list[str]:
    place = f"{one.file}:{one.line}" if one.line else one.file
    return ["FAULT " + one.kind if one.is_fault else one.kind, place, one.tag, one.term, one.says]


def read_sentences(path: Path) -> list[str]:
    """The sentences of a file of labelled cases, wanted and unwanted; none if there is no such file."""
    if not path.is_file():
        return []
    cases = json.loads(path.read_text(encoding="utf-8"))
    return [sentence for row in cases.values() for kind in ("yes", "no") for sentence in row[kind]]


def _try(args: argparse.Namespace) -> int:
    bar = ProgressBar()
    with open_corpus(args.corpus, args.framework, progress=bar) as corpus:
        tag = corpus.framework.tag(args.facet, args.tag)
        now = lists_of(tag)[args.list]
        for term in args.remove:
            if term not in now:
                raise LacunaError(f'"{term}" is not among the {args.list} of {args.facet}/{args.tag}.')
        if not args.add and not args.remove:
            raise LacunaError("Say what to try: --add TERM or --remove TERM.")
        wanted = [*(term for term in now if term not in args.remove), *(t for t in args.add if t not in now)]
        trial = try_lists(corpus, args.facet, args.tag, {args.list: wanted}, bar)
        bar.close()
        if args.json:
            print_json({
                "facet": trial.facet, "tag": trial.tag, "before": trial.n_before, "after": trial.n_after,
                "gained": trial.gained, "lost": trial.lost, "passages": dict(trial.passages),
                "other_tags": [{"facet": f, "tag": t, "gained": up, "lost": down} for (f, t), up, down in trial.others],
                "counted_before": trial.n_counted_before, "counted_after": trial.n_counted_after,
                "cells": trial.cells.to_dict("records"),
            })  # fmt: skip
            return 0
        titles = {r.id: r.title or "Without a title" for r in corpus.records([*trial.gained, *trial.lost])}
    print(f"{tag.label}: {trial.n_before:,} records have it now, {trial.n_after:,} would. Nothing has been saved.")
    for sign, what, some in (("+", "gain", trial.gained), ("-", "lose", trial.lost)):
        if some:
            print(f"\n{len(some):,} records would {what} it:")
            for record_id in some[:_SHOWN]:
                words = trial.passages.get(record_id, "")
                print(f"  {sign} {record_id}  {titles[record_id]}" + (f"  [{words}]" if words else ""))
            if len(some) > _SHOWN:
                print(f"  {sign} and {len(some) - _SHOWN:,} more; --json lists them all")
    _print_rest(trial)
    return 0


def _print_rest(trial: Trial) -> None:
    if trial.others:
        print("\nOther tags, by the rules of the framework:")
        for (facet, tag), up, down in trial.others:
            print(f"  {facet}/{tag}: {up:,} gain it, {down:,} lose it")
    if trial.n_counted_before != trial.n_counted_after:
        print(f"\nRecords counted: {trial.n_counted_before:,} now, {trial.n_counted_after:,} then.")
    if trial.cells.empty:
        print("\nNo cell of the headline maps changes.")
        return
    print(f"\n{len(trial.cells):,} cells of the headline maps change, regraded ones first:")
    rows = []
    for cell in trial.cells.head(_SHOWN).to_dict("records"):
        was, now = cell["grade_before"] or "-", cell["grade_after"] or "-"
        regraded = f"{was} → {now}" if was != now else ""
        label = f"{cell['row_label']} × {cell['column_label']}"
        rows.append([label, str(cell["before"]), str(cell["after"]), regraded])
    print("\n".join(format_columns([["cell", "now", "then", "grade"], *rows], frozenset({1, 2}))))
    if len(trial.cells) > _SHOWN:
        print(f"and {len(trial.cells) - _SHOWN:,} more; --json lists them all")
