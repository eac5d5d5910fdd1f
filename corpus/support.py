"""Where people affected can turn: the list that ships, and what a curator has checked of it.

Outdated help is worse than none. So every entry says that nobody here has checked it until a curator has, a check holds
for a year, and no telephone number is shown without one.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from corpus.errors import FileError, LacunaError
from corpus.store.keeping import Kept

FILE = Path(__file__).parent / "founding" / "support.csv"
CHECK = "support-check"  # the kind under which checks are kept
MONTHS = 12  # that a check holds
NEEDED = ("id", "name", "body", "jurisdiction", "audience", "kind", "offers", "url", "phone", "freshness")

KINDS = {
    "legal-aid": "legal advice",
    "helpline": "helpline",
    "counselling": "counselling",
    "union": "union",
    "reporting": "complaints",
    "peer-support": "peer support",
    "directory": "list of services",
}


@dataclass(frozen=True, slots=True)
class Service:
    """One place to turn to. ``url``: its own page, "" if none is known. ``phone`` is what a source said: to be checked.

    ``status``: what is known of its present state; ``freshness``: "recent", "old" or "undated", of the page it was
    read on; ``hold``: not to be shown before somebody has checked it.
    """

    id: str
    name: str
    body: str
    jurisdiction: str
    audience: str
    kind: str
    offers: str
    status: str = ""
    url: str = ""
    phone: str = ""
    source_url: str = ""
    source_date: str = ""
    running: str = ""
    freshness: str = "undated"
    hold: bool = False

    @property
    def country(self) -> str:
        """ISO code of the country, without its part; INT for everywhere."""
        return self.jurisdiction.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Check:
    """What a curator found: ``running`` or gone, with the number as read and what else to know."""

    running: bool
    phone: str
    note: str
    who: str
    on: date

    @property
    def expires(self) -> date:
        year = self.on.year + MONTHS // 12
        return (
            self.on.replace(year=year, day=min(self.on.day, 28)) if self.on.month == 2 else self.on.replace(year=year)
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A service with the check that counts today.

    ``state``: "unchecked", "checked", "expired" (checked more than a year ago) or "gone".
    """

    service: Service
    state: str
    check: Check | None = None

    @property
    def phone(self) -> str:
        """The number, only while a check holds."""
        return self.check.phone if self.check and self.state == "checked" else ""

    @property
    def is_shown(self) -> bool:
        """Whether a visitor sees it: not once it is gone, nor where a check was asked for first."""
        return self.state == "checked" or (self.state != "gone" and not self.service.hold)


def load_support(path: Path = FILE) -> tuple[Service, ...]:
    """The list that ships, in its order. Raises FileError."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path.name, f"cannot be read: {error}.") from error
    missing = [name for name in NEEDED if rows and name not in rows[0]]
    if missing:
        raise FileError(path.name, f"has no column {', '.join(missing)}.")
    names = Service.__dataclass_fields__
    services = []
    for row in rows:
        values: dict[str, Any] = {name: (row.get(name) or "").strip() for name in names}
        services.append(Service(**values | {"hold": values["hold"] == "yes"}))
    return tuple(services)


def list_support(services: tuple[Service, ...], kept: Mapping[str, Kept], today: date) -> list[Listed]:
    """Each service with what is known of it today; ``kept`` is what the corpus keeps under CHECK."""
    return [_judge(service, kept.get(service.id), today) for service in services]


def find_due(listed: list[Listed]) -> list[Listed]:
    """What waits for a curator: never checked first, then what has expired, the oldest check first."""
    waiting = [item for item in listed if item.state in ("unchecked", "expired")]
    return sorted(waiting, key=lambda item: (item.check is not None, item.check.on if item.check else date.min))


def make_check(running: bool, phone: str = "", note: str = "") -> dict[str, object]:
    """What to keep under CHECK and the service's id. Raises LacunaError for a number that is none."""
    number = " ".join(phone.split())
    if number and (len(number) > 60 or not any(c.isdigit() for c in number)):
        raise LacunaError(f'"{number}" is not a telephone number.')
    return {"running": running, "phone": number if running else "", "note": " ".join(note.split())[:300]}


def _judge(service: Service, kept: Kept | None, today: date) -> Listed:
    if kept is None or not isinstance(kept.value, dict):
        return Listed(service, "unchecked")
    value = kept.value
    check = Check(
        bool(value.get("running")),
        str(value.get("phone") or ""),
        str(value.get("note") or ""),
        kept.who,
        date.fromisoformat(kept.at[:10]),
    )
    if today >= check.expires:
        return Listed(service, "expired", check)
    return Listed(service, "checked" if check.running else "gone", check)
