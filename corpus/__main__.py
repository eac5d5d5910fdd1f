"""python -m corpus COMMAND: search, export, curate and keep house."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from corpus.cells import make_cell_ruling
from corpus.command import ProgressBar, add_options, format_columns, parse_tags, print_json, run
from corpus.commands import framework as framework_command
from corpus.commands import history as history_command
from corpus.commands import reading_list as reading_list_command
from corpus.commands import screening as screening_command
from corpus.errors import LacunaError, StoreError
from corpus.export import Coded
from corpus.export import export as export_to
from corpus.export.reading_list import LISTS
from corpus.export.styles import STYLES
from corpus.framework import TagKey
from corpus.notices import mark_of
from corpus.prisma import count_flow, write_prisma
from corpus.records import Record, Ruling
from corpus.search import Filters, find, search, suggest_words, write_snippet
from corpus.store import Corpus, to_json
from ingest.founding import add_founding
from ingest.rules import open_corpus


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m corpus", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        add_options(command)
        command.set_defaults(run=globals()[f"_{name}"])
        return command

    init = add("init", "make a corpus from the founding collection")
    init.add_argument("--empty", action="store_true", help="without the founding collection")
    for name, help in (
        ("accept", "make a proposed import part of the corpus"),
        ("decline", "set a proposed import aside"),
        ("undo", "take an accepted import out again"),
        ("redo", "bring an undone import back"),
    ):
        command = add(name, help)
        command.add_argument("import_id", type=int, metavar="IMPORT")
        command.add_argument("--who", default="")
    find = add("search", "find records: words, phrases, AND OR NOT, prefix*, field:word")
    find.add_argument("query", metavar="QUERY")
    find.add_argument("--tag", action="append", metavar="FACET=TAG", help="only records with this tag; may be repeated")
    find.add_argument("--limit", type=int, default=20, metavar="N")
    out = add("export", "write references with their codes, or a reading list; the ending of OUT says the format")
    out.add_argument("out", type=Path, metavar="OUT")
    out.add_argument("--query", default="", metavar="QUERY")
    out.add_argument("--tag", action="append", metavar="FACET=TAG")
    out.add_argument("--style", choices=tuple(STYLES), help=f"of a reading list ({', '.join('.' + s for s in LISTS)})")
    out.add_argument("--by", metavar="FACET", help="part a reading list by the tags of a facet, or by topic")
    prisma = add("prisma", "write the numbers of a PRISMA 2020 flow diagram, as CSV for the flow-diagram tool")
    prisma.add_argument("out", type=Path, metavar="OUT.csv")
    history = add("history", "list every version and what made it")
    history.add_argument("--rulings", action="store_true", help="also list each decision, and who took which back")
    history.add_argument("--as-of", type=int, metavar="VERSION", help="what the corpus held at a version")
    doubts = add("held", "list the doubtful pairs that wait for a person, the surest first")
    doubts.add_argument("--import", type=int, dest="import_id", metavar="N", help="only pairs that import N met")
    doubts.add_argument("--limit", type=int, metavar="N", help="only the first N")
    add("check", "look for anything wrong with the store")
    add("rebuild", "derive everything anew from entries and rulings")
    add("stats", "count what there is")
    erase = add("erase", "remove an entry's text everywhere; cannot be undone")
    erase.add_argument("entry", metavar="ENTRY")
    erase.add_argument("--reason", required=True)
    erase.add_argument("--who", default="")
    rule = add("rule", "record a decision: same, distinct, tag, scope, cell or withdraw")
    rule.add_argument("kind", choices=("same", "distinct", "tag", "scope", "cell", "withdraw"))
    rule.add_argument("what", nargs="+", help="two entries; or RECORD facet=tag added|confirmed|rejected; "
                      "or RECORD in|out|unscreened; or facet=tag facet=tag "
                      "not-applicable|confirmed|found-outside (with --reason), or rejected RECORD; "
                      "or the number of the ruling to take back, or several, or a range")  # fmt: skip
    rule.add_argument("--reason", default="")
    rule.add_argument("--who", default="")
    screening_command.add_arguments(rule)
    framework_command.add_parser(commands)
    args = parser.parse_args(argv)
    return run(args.run, args)


def _open(args: argparse.Namespace, bar: ProgressBar | None = None) -> Corpus:
    return open_corpus(args.corpus, args.framework, progress=bar or ProgressBar())


def _init(args: argparse.Namespace) -> int:
    if args.corpus.exists():
        raise StoreError(
            f'There is already a corpus at "{args.corpus}". Move it away first, or name another with --corpus.'
        )
    bar = ProgressBar()
    with open_corpus(args.corpus, args.framework, create=True, progress=bar) as corpus:
        if not args.empty:
            add_founding(corpus, progress=bar)
        bar.close()
        n = len(corpus.snapshot())
        if args.json:
            print_json({"corpus": str(args.corpus), "corpus_version": corpus.version, "records": n})
        else:
            print(f'Made "{args.corpus}" with {n:,} records.')
    return 0


def _search(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        found = find(corpus, args.query, Filters(tags=parse_tags(args.tag)), limit=args.limit)
        total = found.total
        records = corpus.records(hit.id for hit in found.hits)
        meant = suggest_words(corpus, args.query)
        coded = _coded(corpus, records)
        rows = []
        for item in coded:
            record = item.record
            rows.append({
                "id": record.id, "title": record.title, "year": record.year, "authors": list(map(str, record.authors)),
                "venue": record.venue, "doi": record.doi, "pmid": record.pmid, "tags": item.tags(corpus.framework),
                "snippet": write_snippet(record.abstract or record.title, args.query, corpus.framework.by_id),
                **({"mark": item.mark} if item.mark else {}),
            })  # fmt: skip
        if args.json:
            about = {"order": found.order, "notes": found.notes, "did_you_mean": meant}
            print_json({"total": total, "records": rows, **about})
            return 0
        for note in found.notes:
            print(note)
        for word, alike in meant.items():
            print(f'No record has "{word}". Did you mean {" or ".join(alike)}?')
        print(
            f"{total:,} of {len(corpus.snapshot()):,} records"
            + (f", the first {len(rows)}:" if total > len(rows) else ":")
        )
        for item in coded:
            record = item.record
            names = [author.family for author in record.authors]
            by = f"{names[0]} et al." if len(names) > 2 else " and ".join(names) or "no author"
            print(f"\n{f'[{item.mark}] ' if item.mark else ''}{record.title or 'Without a title'}")
            print(f"  {by}. {record.venue or ''} {record.year or 'no year'}. {record.id}")
    return 0


def _export(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        hits, total = search(corpus, args.query, Filters(tags=parse_tags(args.tag)), limit=None)
        records = corpus.records(sorted(hit.id for hit in hits))
        if args.style or args.by or args.out.suffix.lower().lstrip(".") in LISTS:
            return reading_list_command.write(corpus, _coded(corpus, records), args)
        export_to(args.out, _coded(corpus, records), corpus.framework)
        if args.json:
            print_json({"file": str(args.out), "records": total, "of": len(corpus.snapshot())})
        else:
            print(f'Wrote {total:,} of {len(corpus.snapshot()):,} records to "{args.out}".')
    return 0


def _prisma(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        flow = count_flow(corpus)
    write_prisma(flow, args.out)
    if args.json:
        print_json({"file": str(args.out), **asdict(flow)})
        return 0
    print(f'Wrote "{args.out}".')
    rows = [
        ("identified", flow.identified), ("duplicates removed", flow.duplicates),
        ("could not be read", flow.unreadable), ("suggested out by a rule", flow.suggested_out),
        ("screened", flow.screened), ("excluded", flow.excluded),
    ]  # fmt: skip
    print("\n".join(format_columns([["records", "n"], *([name, f"{n:,}"] for name, n in rows)], frozenset({1}))))
    if flow.waiting:
        print(f"{flow.waiting:,} records wait to be screened; until then the boxes of the diagram do not add up.")
    print("Boxes after screening are NA: fill them in by hand.")
    return 0


def _coded(corpus: Corpus, records: list[Record]) -> list[Coded]:
    notices = corpus.notices()
    return [Coded(record, corpus.assignments(record), mark_of(record.id, notices)) for record in records]


def _accept(args: argparse.Namespace) -> int:
    return _step(args, lambda corpus: corpus.accept(args.import_id, args.who))


def _decline(args: argparse.Namespace) -> int:
    return _step(args, lambda corpus: corpus.decline(args.import_id, args.who))


def _undo(args: argparse.Namespace) -> int:
    return _step(args, lambda corpus: corpus.undo(args.import_id, args.who))


def _redo(args: argparse.Namespace) -> int:
    return _step(args, lambda corpus: corpus.redo(args.import_id, args.who))


def _step(args: argparse.Namespace, step) -> int:  # type: ignore[no-untyped-def]
    with _open(args) as corpus:
        done = step(corpus)
        if args.json:
            print_json({**to_json(done), "corpus_version": corpus.version})
        else:
            print(f"Import {done.id} is now {done.state}. The corpus is at version {corpus.version}.")
            if done.moved:
                print(
                    "The corpus had changed since the preview: " + ", ".join(f"{v} {k}" for k, v in done.totals.items())
                )
    return 0


def _history(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        return (
            history_command.show_as_of(corpus, args) if args.as_of is not None else history_command.show(corpus, args)
        )


def _held(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        if args.import_id is not None:
            corpus.get_import(args.import_id)
        pairs = corpus.held(args.import_id)
        shown = pairs[: args.limit]
        if args.json:
            records = {entry: corpus.record(entry) for pair in shown for entry in (pair.a, pair.b)}
            print_json({
                "total": len(pairs),
                "pairs": [
                    {"a": pair.a, "b": pair.b, "rule": pair.rule, "score": pair.score, "why": pair.why,
                     "records": [{"id": r.id, "title": r.title, "year": r.year, "doi": r.doi}
                                 for r in (records[pair.a], records[pair.b])]}
                    for pair in shown
                ],
            })  # fmt: skip
            return 0
        print(f"{len(pairs):,} doubtful pairs wait for a person." if pairs else "No pair is in doubt.")
        for pair in shown:
            print(f"\n{pair.score:.2f} {pair.rule}: {pair.why}")
            for entry in (pair.a, pair.b):
                record = corpus.record(entry)
                print(f"  {entry}  {record.title or 'Without a title'} ({record.venue or 'no journal'}, "
                      f"{record.year or 'no year'}, {record.doi or 'no DOI'})")  # fmt: skip
        if shown:
            print('\nDecide with "python -m corpus rule same A B" or "python -m corpus rule distinct A B", '
                  "or on the Review page.")  # fmt: skip
    return 0


def _check(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        faults = corpus.check()
        if args.json:
            print_json({"faults": faults})
        else:
            print("\n".join(faults) or "Everything is in order.")
    return 1 if faults else 0


def _rebuild(args: argparse.Namespace) -> int:
    bar = ProgressBar()
    with _open(args, bar) as corpus:
        version = corpus.rebuild(progress=bar)
        bar.close()
        if args.json:
            print_json({"corpus_version": version})
        else:
            print(f"Everything derived was derived again. The corpus is at version {version}.")
    return 0


def _stats(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        stats = corpus.stats()
        if args.json:
            print_json(asdict(stats))
            return 0
        print(
            f"{stats.records:,} records from {stats.entries:,} entries of {stats.imports} imports; {corpus.statement}."
        )
        print(f"Scope: {stats.n_in:,} in, {stats.n_out:,} out, {stats.n_unscreened:,} unscreened.")
        for facet in corpus.framework.facets:
            counts = stats.tags.get(facet.id, {})
            if counts:
                print(f"{facet.label}: " + ", ".join(f"{facet.label_of(t)} {n:,}" for t, n in counts.items()))
    return 0


def _erase(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        corpus.erase(args.entry, args.reason, args.who)
        if args.json:
            print_json({"erased": args.entry, "corpus_version": corpus.version})
        else:
            print(f"The text of entry {args.entry} is gone from this corpus. Backups you made still hold it.")
    return 0


def _rule(args: argparse.Namespace) -> int:
    with _open(args) as corpus:
        if args.query is not None:
            return screening_command.rule_by_query(corpus, args)
        if args.kind == "withdraw" and (len(args.what) > 1 or "-" in args.what[0]):
            return _withdraw(corpus, args)
        (stored,) = corpus.rule(_to_ruling(corpus, args), who=args.who)
        if args.json:
            print_json({"ruling": asdict(stored), "corpus_version": corpus.version})
        else:
            print(f'Kept as ruling {stored.number}. "python -m corpus rule withdraw {stored.number}" takes it back.')
    return 0


def _withdraw(corpus: Corpus, args: argparse.Namespace) -> int:
    """Take back decisions that were made together."""
    numbers = screening_command.read_numbers(args.what)
    corpus.rule(*(Ruling("withdrawn", (), str(n), reason=args.reason) for n in numbers), who=args.who)
    if args.json:
        print_json({"taken_back": numbers, "corpus_version": corpus.version})
    else:
        print(f"Took back {len(numbers):,} rulings. The corpus is at version {corpus.version}.")
    return 0


def _to_ruling(corpus: Corpus, args: argparse.Namespace) -> Ruling:
    kind, what, reason = args.kind, args.what, args.reason
    if kind in ("same", "distinct") and len(what) == 2:
        return Ruling(kind, tuple(sorted(what)), reason=reason)
    if kind == "tag" and len(what) == 3 and what[2] in ("added", "confirmed", "rejected"):
        ((facet, (tag,)),) = parse_tags([what[1]]).items()
        return Ruling("tag", corpus.record(what[0]).entries, what[2], facet, tag, reason)
    if kind == "scope" and len(what) == 2 and what[1] in ("in", "out", "unscreened"):
        return Ruling("scope", corpus.record(what[0]).entries, what[1], reason=reason)
    if kind == "cell" and (len(what) == 3 or (len(what) == 4 and what[2] == "rejected")):
        a, b = (_to_key(text) for text in what[:2])
        entries = corpus.record(what[3]).entries if len(what) == 4 else ()
        return make_cell_ruling(a, b, what[2], reason, entries)
    if kind == "withdraw" and len(what) == 1 and what[0].isdigit():
        return Ruling("withdrawn", (), what[0], reason=reason)
    raise LacunaError(
        "rule takes: same ENTRY ENTRY | distinct ENTRY ENTRY | tag RECORD facet=tag added|confirmed|rejected | "
        "scope RECORD in|out|unscreened | cell facet=tag facet=tag not-applicable|confirmed|found-outside | "
        "cell facet=tag facet=tag rejected RECORD | withdraw NUMBER."
    )


def _to_key(text: str) -> TagKey:
    ((facet, (tag,)),) = parse_tags([text]).items()
    return facet, tag


if __name__ == "__main__":
    sys.exit(main())
