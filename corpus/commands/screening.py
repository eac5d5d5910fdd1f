"""python -m corpus rule scope in|out|unscreened --query QUERY: rule every record of a search, or preview it."""

import argparse

from corpus.command import print_json
from corpus.errors import LacunaError
from corpus.screening import Preview, preview_scope, rule_scope
from corpus.store import Corpus

SHOWN = 10


def add_arguments(rule: argparse.ArgumentParser) -> None:
    rule.add_argument("--query", metavar="QUERY", help="with scope: every record of this search, in one step")
    rule.add_argument("--dry-run", action="store_true", help="with --query: only say what would change")
    rule.add_argument("--again", action="store_true", help="with --query: also records a person ruled otherwise")
    rule.add_argument(
        "--suggested-out", action="store_true", help="with --query: only records that a rule suggests are out"
    )


def rule_by_query(corpus: Corpus, args: argparse.Namespace) -> int:
    """What ``rule scope VALUE --query QUERY`` does. Raises QueryError, LacunaError."""
    if args.kind != "scope" or len(args.what) != 1:
        raise LacunaError("--query goes with: rule scope in|out|unscreened --query QUERY --reason WHY.")
    value = args.what[0]
    preview = preview_scope(corpus, value, args.query, again=args.again, only_suggested_out=args.suggested_out)
    if args.dry_run:
        _show_preview(corpus, preview, args.json)
        return 0
    kept = rule_scope(corpus, preview.ids, value, args.reason, args.who)
    if args.json:
        print_json({"rulings": [r.number for r in kept], "corpus_version": corpus.version, **_to_plain(preview)})
    elif kept:
        span = f"{kept[0].number}-{kept[-1].number}" if len(kept) > 1 else str(kept[0].number)
        print(
            f'Ruled {len(kept):,} records "{value}", in one version. "python -m corpus rule withdraw {span}" takes '
            "it back."
        )
    else:
        print(f"Nothing to change: of {preview.n_found:,} records found, none would be ruled otherwise.")
    return 0


def read_numbers(text: list[str]) -> list[int]:
    """Numbers of rulings, alone or as ranges: ``12``, ``12-40``. Raises LacunaError."""
    numbers: list[int] = []
    for part in text:
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise LacunaError(f'"{part}" is not the number of a ruling, nor a range such as 12-40.')
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _show_preview(corpus: Corpus, preview: Preview, as_json: bool) -> None:
    if as_json:
        print_json(_to_plain(preview))
        return
    now = ", ".join(f"{n:,} {name}" for name, n in preview.before.items())
    print(f"{preview.n_found:,} records found: {now}; {preview.n_suggested_out:,} suggested out by a rule.")
    print(
        f'{len(preview.ids):,} would be ruled "{preview.value}"; {preview.n_same:,} are already, and '
        f"{preview.n_kept:,} that a person ruled otherwise keep their ruling. Nothing was changed."
    )
    for record in corpus.records(preview.ids[:SHOWN]):
        print(f"  {record.id}  {record.title or 'Without a title'}")
    if len(preview.ids) > SHOWN:
        print(f"  and {len(preview.ids) - SHOWN:,} more; --json lists them all")


def _to_plain(preview: Preview) -> dict[str, object]:
    return {
        "found": preview.n_found, "would_change": len(preview.ids), "before": preview.before,
        "suggested_out": preview.n_suggested_out, "same": preview.n_same, "kept": preview.n_kept,
        "ids": list(preview.ids),
    }  # fmt: skip
