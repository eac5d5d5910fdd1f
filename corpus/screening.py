"""In or out of scope: what a rule suggests for a record, what a person ruled, and rulings on many records at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.errors import LacunaError
from corpus.evidence import find_withdrawn
from corpus.framework import Framework
from corpus.records import Record, Ruling
from corpus.search import Filters, search
from corpus.store import Corpus

VALUES = ("in", "out", "unscreened")
# Why a record may be out of scope, where the framework names no reasons of its own ([scope] reasons).
REASONS = (
    ("off-topic", "About something else"),
    ("other-people", "Not about the people this corpus is about"),
    ("not-research", "Of a kind that is not collected here"),
    ("unreadable", "Too little is known of it to tell"),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the rules say of a record: nothing else than a suggestion."""

    out: bool
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What one ruling on many records would change. ``ids`` are the records that it would be on."""

    value: str
    ids: tuple[str, ...]
    n_found: int
    before: dict[str, int]  # of the records found: how many are in, out, unscreened now
    n_suggested_out: int  # of the records found: unscreened, and a rule suggests that they are out
    n_same: int  # ruled so already, and left as they are
    n_kept: int  # ruled otherwise by a person, and left as they are


def list_reasons(framework: Framework) -> dict[str, str]:
    """Reasons for ruling a record out: id -> label; the framework's own where it has any."""
    own = [(str(row["id"]), str(row["label"])) for row in framework.options.get("scope", {}).get("reasons", ())]
    return dict(own or REASONS)


def suggest_scope(corpus: Corpus, record: Record) -> Suggestion:
    """What the rules suggest, and why. A record is suggested out only if each entry behind it is."""
    tagger = corpus.tagger
    said = [tagger.suggest_scope(fields, tagger.assign(fields)) for fields in corpus.fields_of(record).values()]
    ways_in = [why for is_in, why in said if is_in]
    if ways_in or not said:
        return Suggestion(False, ways_in[0] if ways_in else "Nothing speaks against it.")
    return Suggestion(True, said[0][1])


def standing_ruling(corpus: Corpus, record: Record) -> Ruling | None:
    """The ruling on the record's scope that stands now: the latest on any of its entries that nobody took back."""
    marks = ",".join("?" * len(record.entries))
    numbers = corpus.query(
        f"SELECT DISTINCT r.number FROM ruling_entries e JOIN rulings r ON r.number = e.ruling "
        f"WHERE r.kind = 'scope' AND e.entry IN ({marks}) ORDER BY r.number DESC",
        record.entries,
    )
    for (number,) in numbers:
        if not _is_withdrawn(corpus, number):
            return _load_ruling(corpus, number)
    return None


def _is_withdrawn(corpus: Corpus, number: int) -> bool:
    taken = corpus.query("SELECT number FROM rulings WHERE kind = 'withdrawn' AND value = ?", (str(number),))
    return any(not _is_withdrawn(corpus, other) for (other,) in taken)


def _load_ruling(corpus: Corpus, number: int) -> Ruling:
    ((version, value, reason, who, at),) = corpus.query(
        "SELECT version, value, reason, who, at FROM rulings WHERE number = ?", (number,)
    )
    entries = corpus.query("SELECT entry FROM ruling_entries WHERE ruling = ? ORDER BY entry", (number,))
    return Ruling("scope", tuple(e for (e,) in entries), value or "", reason=reason or "", who=who or "", at=at or "",
                  number=number, version=version)  # fmt: skip


LISTS = ("doubtful", "waiting", "unscreened", "out", "in")


def list_screening(corpus: Corpus, which: str) -> list[str]:
    """Ids of the records of one of LISTS, the newest first.

    "doubtful": not screened, and a rule suggests out; "waiting": not screened, and none does; "unscreened": both.
    """
    snapshot = corpus.snapshot()
    scope = snapshot.frame["scope"].astype(str).to_numpy()
    suggested = snapshot.frame["suggested_out"].to_numpy(dtype=bool)
    if which in ("doubtful", "waiting"):
        mask = (scope == "unscreened") & (suggested == (which == "doubtful"))
    else:
        mask = scope == which
    return [str(i) for i in snapshot.ids[[at for at in snapshot.newest_first if mask[at]]]]


def preview_scope(
    corpus: Corpus,
    value: str,
    query: str,
    filters: Filters | None = None,
    again: bool = False,
    only_suggested_out: bool = False,
) -> Preview:
    """What ruling every record of a search in or out would change; changes nothing.

    Records that a person ruled already keep what was ruled, unless ``again``. ``only_suggested_out`` leaves the others
    of the search aside. Raises QueryError, UnknownIdError, and
    LacunaError for another value than VALUES.
    """
    if value not in VALUES:
        raise LacunaError(f'Scope is one of {", ".join(VALUES)}, not "{value}".')
    hits, _ = search(corpus, query, filters, sort="title", limit=None)
    snapshot = corpus.snapshot()
    at = snapshot.ids.searchsorted([hit.id for hit in hits]).astype(int)
    scope = snapshot.frame["scope"].astype(str).to_numpy()[at]
    suggested = snapshot.frame["suggested_out"].to_numpy(dtype=bool)[at] & (scope == "unscreened")
    if only_suggested_out:
        at, scope, suggested = at[suggested], scope[suggested], suggested[suggested]
    same = scope == value
    ruled = (scope != "unscreened") & ~same
    change = ~same & (again | ~ruled)
    return Preview(
        value=value,
        ids=tuple(str(i) for i in snapshot.ids[at[change]]),
        n_found=len(at),
        before={name: int((scope == name).sum()) for name in VALUES},
        n_suggested_out=int(suggested.sum()),
        n_same=int(same.sum()),
        n_kept=int((ruled & ~change).sum()),
    )


def rule_scope(corpus: Corpus, ids: Iterable[str], value: str, reason: str = "", who: str = "") -> list[Ruling]:
    """Rule these records in, out or unscreened in one version: taking all of it back is one step too.

    Raises LacunaError if a record is ruled out without a reason, UnknownIdError for a record that is not there.
    """
    if value not in VALUES:
        raise LacunaError(f'Scope is one of {", ".join(VALUES)}, not "{value}".')
    if value == "out" and not reason.strip():
        raise LacunaError("Ruling a record out of scope needs a reason: why it is out, in a few words.")
    some = [Ruling("scope", record.entries, value, reason=reason.strip()) for record in corpus.records(ids)]
    return corpus.rule(*some, who=who) if some else []


def take_back(corpus: Corpus, rulings: Sequence[Ruling | int], who: str = "") -> None:
    """Withdraw decisions made together; one new version."""
    numbers = [r if isinstance(r, int) else r.number for r in rulings]
    if numbers:
        corpus.rule(*(Ruling("withdrawn", (), str(number)) for number in numbers), who=who)


def count_reasons(corpus: Corpus) -> dict[str, int]:
    """Why records are out: reason -> records, the most frequent first."""
    back = find_withdrawn(corpus)
    said: dict[int, tuple[str, str]] = {}
    for number, record, value, reason in corpus.query(
        "SELECT r.number, s.record, r.value, r.reason FROM rulings r JOIN ruling_entries x ON x.ruling = r.number "
        "JOIN entries e ON e.id = x.entry JOIN members m ON m.entry = e.no JOIN shown s ON s.record = m.record "
        "WHERE r.kind = 'scope' ORDER BY r.number"
    ):
        if number not in back:
            said[record] = value, reason or ""
    counts = Counter(reason or "no reason given" for value, reason in said.values() if value == "out")
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def count_scope(corpus: Corpus) -> dict[str, int]:
    """How many records are in, out, suggested out and not looked at, and how many wait."""
    frame = corpus.snapshot().frame
    scope = frame["scope"].astype(str)
    suggested = int(((scope == "unscreened") & frame["suggested_out"]).sum())
    counts = {name: int((scope == name).sum()) for name in VALUES}
    return {
        "in": counts["in"],
        "out": counts["out"],
        "suggested_out": suggested,
        "waiting": counts["unscreened"] - suggested,
    }
