"""python -m corpus history: every version and what made it, every decision, and what the corpus held at a version."""

import argparse
from dataclasses import asdict

from corpus.command import format_columns, print_json
from corpus.history import describe_rulings, list_decisions, look_back
from corpus.store import Corpus, to_json

_SHOWN = 20


def show(corpus: Corpus, args: argparse.Namespace) -> int:
    events = corpus.history()
    imports = corpus.imports()
    decisions = list_decisions(corpus) if args.rulings else []
    if args.json:
        print_json({
            "corpus_version": corpus.version,
            "events": [asdict(event) for event in events],
            "imports": [to_json(i) | {"who": i.who, "at": i.at, "source": i.source, "declined_by": i.declined_by}
                        for i in imports],
            "rulings_on_vanished_tags": [asdict(r) for r in corpus.vanished_rulings()],
            **({"rulings": [asdict(d.ruling) | {"taken_back_by": d.taken_back and asdict(d.taken_back)}
                            for d in decisions]} if args.rulings else {}),
        })  # fmt: skip
        return 0
    rows = [["version", "when", "who", "what"]]
    for event in events:
        what = f"{event.what} import {event.import_id}" if event.import_id else f"{event.what} {event.note}".strip()
        rows.append([str(event.version), event.at, event.who or "-", what])
    print("\n".join(format_columns(rows, frozenset({0}))))
    if decisions:
        said = describe_rulings(corpus, [d.ruling for d in decisions])
        rows = [["ruling", "when", "who", "what"]]
        for decision, words in zip(decisions, said, strict=True):
            ruling, back = decision.ruling, decision.taken_back
            why = f" ({ruling.reason})" if ruling.reason else ""
            undone = f" [taken back by {back.who or 'someone'}, {back.at[:10]}]" if back else ""
            rows.append([str(ruling.number), ruling.at, ruling.who or "-", words + why + undone])
        print("\n" + "\n".join(format_columns(rows, frozenset({0}))))
    waiting = [i for i in imports if i.state == "proposed"]
    for proposed in waiting:
        print(f"Import {proposed.id} waits to be accepted: {proposed.totals['new']} new.")
    if vanished := corpus.vanished_rulings():
        print(f"{len(vanished)} rulings are on tags that this framework does not have; they are kept.")
    return 0


def show_as_of(corpus: Corpus, args: argparse.Namespace) -> int:
    version = max(0, min(args.as_of, corpus.version))
    then = look_back(corpus, version)
    if args.json:
        print_json({
            "as_of": version, "corpus_version": corpus.version, "records": len(then.snapshot),
            "counted": len(then.snapshot.where()), "ids": then.snapshot.ids.tolist(),
            "gone": [record_id for record_id, _ in then.gone], "new": [record_id for record_id, _ in then.new],
        })  # fmt: skip
        return 0
    print(f"At version {version}: {len(then.snapshot):,} records, {len(then.snapshot.where()):,} of them counted.")
    print(f"How it was put together: {then.snapshot.statement}.")
    print(f"Since then, up to version {corpus.version}: {len(then.new):,} records came, {len(then.gone):,} went.")
    for sign, some in (("+", then.new), ("-", then.gone)):
        for record_id, title in some[:_SHOWN]:
            print(f"  {sign} {record_id}  {title or 'Without a title'}")
        if len(some) > _SHOWN:
            print(f"  {sign} and {len(some) - _SHOWN:,} more; --json lists them all")
    return 0
