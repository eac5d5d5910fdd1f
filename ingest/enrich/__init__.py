"""Filling what is missing, only when a person asks: records are looked up at OpenAlex or PubMed by DOI or PMID.

First a plan, which sends nothing and says what would be sent where; then the questions, list by list, each answer kept
as it comes; then one import, which fills gaps, overrides nothing and can be undone (docs/decisions/enrichment.md).
"""

import re
import time
from collections.abc import Callable

from corpus.errors import LacunaError, ServiceError
from corpus.rules import Progress, no_progress
from corpus.store import Corpus
from ingest.enrich.client import Client
from ingest.enrich.filling import Filled, fill
from ingest.enrich.memory import remember
from ingest.enrich.services import SERVICES, Service
from ingest.enrich.wanted import MISSING, Plan, Wanted, make_plan

SENT = "look-up sent"
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def look_up(
    corpus: Corpus,
    plan: Plan,
    mail: str = "",
    who: str = "",
    progress: Progress = no_progress,
    wait: Callable[[float], None] | None = None,
) -> None:
    """Ask for what the plan lists; each list's answers are kept before the next is asked for.

    Raises ServiceError; then, and if ``progress`` raises or the process is stopped, what came before is kept, and a new
    plan leaves it out.
    """
    mail = check_mail(mail)
    service = plan.service
    done, what = 0, f"looking up at {service.name}"
    if plan.ask:  # who sent what where stays readable; whoever may not keep it is refused before anything is sent
        corpus.keep(SENT, service.id, {"to": service.host, "records": len(plan.ask), "missing": plan.missing}, who)
    with Client(service.name, service.address, service.pause, mail, wait or time.sleep) as client:
        for some in plan.lists():
            progress(what, done, len(plan.ask))
            answers = service.ask(client, some[0].kind, [one.identifier for one in some], mail, service.key)
            remember(
                corpus, service.id, [one.asked_by for one in some], plan.missing, [a.to_plain() for a in answers], who
            )
            done += len(some)
        progress(what, done, len(plan.ask))


def check_mail(mail: str) -> str:
    """A mail address as it is sent. Raises LacunaError for what is none."""
    if mail and not _MAIL.fullmatch(mail.strip()):
        raise LacunaError(f'"{mail}" is no mail address. Leave it out, or give one like name@example.org.')
    return mail.strip()


def describe_sending(plan: Plan, mail: str = "") -> list[str]:
    """Sentences: what would be sent where, how fast, and what would not be."""
    service = plan.service
    if not plan.ask:
        return [f"Nothing would be sent to {service.name}."]
    counts = {kind: sum(one.kind == kind for one in plan.ask) for kind in service.kinds}
    names = {"doi": ("DOI", "DOIs"), "pmid": ("PubMed number", "PubMed numbers")}
    said = " and ".join(f"{n:,} {names[kind][n != 1]}" for kind, n in counts.items() if n)
    n = plan.n_requests
    besides = [f"the mail address {mail}"] * bool(mail) + [f"the key in {service.key_setting}"] * bool(service.key)
    return [
        f"{said} would be sent to {service.host} ({service.name}); "
        + (f"with them {' and '.join(besides)}; " if besides else "")
        + "nothing else.",
        f"In {n:,} request{'s' * (n != 1)}, {'one' if service.pause >= 1 else 'two'} a second at most.",
    ]


def describe_rest(plan: Plan) -> list[str]:
    """Sentences on the records that lack something and are not asked for, and on answers that wait."""
    later = len(plan.wanted) - plan.n_remembered - len(plan.ask)
    pairs = (
        (plan.n_remembered, "asked for before; what came is remembered"),
        (later, "left for another time by the limit"),
        (plan.n_without, f"without an identifier that {plan.service.name} could be asked for"),
        (plan.n_shared, "with an identifier that another record has too: decide under Review first"),
    )
    said = [f"{n:,} {words}." for n, words in pairs if n]
    if plan.n_waiting:
        n = plan.n_waiting
        said.append(f"{n:,} answer{'s' * (n != 1)} that came earlier wait{'s' * (n == 1)} to be filled in.")
    return said


def describe_filled(result: Filled) -> list[str]:
    """Sentences: what was filled, and what became of the rest."""
    said = []
    filled = [f"{MISSING[name][1]} of {n:,} record{'s' * (n != 1)}" for name, n in result.filled.items() if n]
    said.append(f"Filled in: {', '.join(filled)}." if filled else "Nothing was filled in.")
    if result.n_retracted:
        n = result.n_retracted
        said.append(f"{n:,} work{'s' * (n != 1)} {'is' if n == 1 else 'are'} retracted, says {result.service}; "
                    "noted with the record.")  # fmt: skip
    said.append(
        f"Of {result.n_asked:,} asked for, {result.n_unanswered:,} are not known to {result.service}, "
        f"and of {result.n_nothing:,} it says nothing that was missing."
    )
    if result.done:
        totals = result.done.totals
        parts = " + ".join(f"{totals[name]:,} {name}" for name in ("new", "merged", "held", "rejected"))
        said.append(f"Found {totals['found']:,} = {parts}.")
    return said


__all__ = ["Filled", "MISSING", "Plan", "SERVICES", "Service", "ServiceError", "Wanted", "check_mail",
           "describe_filled", "describe_rest", "describe_sending", "fill", "look_up", "make_plan"]  # fmt: skip
