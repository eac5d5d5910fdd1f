"""python -m ingest enrich: fill what is missing from OpenAlex or PubMed, only when asked."""

import argparse
import os

from corpus.command import ProgressBar, add_options, print_error, print_json
from corpus.store import Corpus, to_json
from ingest.enrich import (
    MISSING,
    SERVICES,
    Filled,
    Plan,
    ServiceError,
    check_mail,
    describe_filled,
    describe_rest,
    describe_sending,
    fill,
    look_up,
    make_plan,
)
from ingest.rules import open_corpus


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest enrich",
        description="Look records up by DOI or PubMed number and fill what is missing. What would be sent where is "
        "printed first; what files say is never changed; the result is an import that can be undone.",
    )
    parser.add_argument("--source", choices=tuple(SERVICES), default="openalex", help="default: openalex")
    parser.add_argument(
        "--missing", default=",".join(MISSING), metavar="LIST", help=f"what to fill; default: {','.join(MISSING)}"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="ask for N records at most, this time")
    parser.add_argument(
        "--mail", default=os.environ.get("LACUNA_MAIL", ""), metavar="ADDRESS",
        help="sent along, so that the service can write to you if something goes wrong; default: LACUNA_MAIL",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent where, and send nothing")
    parser.add_argument("--who", default="", help="who asks, for the history")
    add_options(parser)
    return parser


def enrich(args: argparse.Namespace) -> int:
    missing = [name.strip() for name in args.missing.split(",") if name.strip()]
    mail = check_mail(args.mail)
    with open_corpus(args.corpus, args.framework, progress=ProgressBar()) as corpus:
        plan = make_plan(corpus, args.source, missing, None if args.limit is None else max(0, args.limit))
        sending = describe_sending(plan, mail)
        if not args.json:
            print("\n".join([*sending, *describe_rest(plan)]), flush=True)
        if args.dry_run:
            if args.json:
                print_json(_to_plain(plan, sending))
            return 0
        problem = _ask(corpus, plan, mail, args.who)
        bar = ProgressBar()
        result = fill(corpus, plan, args.who, bar)
        bar.close()
        if args.json:
            done = None if result.done is None else to_json(result.done)
            print_json({**_to_plain(plan, sending), "filled": result.filled, "retracted": result.n_retracted,
                        "unanswered": result.n_unanswered, "nothing": result.n_nothing, "import": done,
                        "error": problem, "corpus_version": corpus.version})  # fmt: skip
        else:
            print("\n".join(_describe(result)))
        if problem:
            print_error(problem)
    return 1 if problem else 0


def _ask(corpus: Corpus, plan: Plan, mail: str, who: str) -> str:
    """Why asking ended early; "" if it did not."""
    bar = ProgressBar()
    try:
        look_up(corpus, plan, mail, who, bar)
    except ServiceError as error:
        return str(error)
    finally:
        bar.close()
    return ""


def _describe(result: Filled) -> list[str]:
    if not result.n_asked:
        return ["Nothing was added."]
    lines = describe_filled(result)
    if result.done:
        for file in result.done.files:
            lines += [f"Left out: {reject.reason}." for reject in file.rejects[:20]]
            if len(file.rejects) > 20:
                lines.append(f"And {len(file.rejects) - 20:,} more; --json lists them all.")
        lines.append(
            f'Accepted as import {result.done.id}. "python -m corpus undo {result.done.id}" takes it out again.'
        )
    return lines


def _to_plain(plan: Plan, sending: list[str]) -> dict[str, object]:
    return {"source": plan.service.id, "sent_to": plan.service.host, "sending": sending, "asked": len(plan.ask),
            "requests": plan.n_requests, "remembered": plan.n_remembered, "without_identifier": plan.n_without,
            "shared_identifier": plan.n_shared}  # fmt: skip
