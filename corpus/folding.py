"""What several entries of one work say together: one value a field, and the entry each came from.

The rules are a table a librarian can argue with. They look at values alone, never at order of arrival.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from corpus.notices import read_mark
from corpus.records import FIELD_NAMES, Fields, Record

# How a field is chosen where entries differ.
#   title      one that says the work was retracted or withdrawn, for that is the later word; then as "most"
#   longest    the fullest text: cut abstracts and abbreviated journals lose; a text all in capitals loses to any other
#   most       what most entries say; then the fullest; a text all in capitals loses to any other
#   earliest   of years most entries say; then the smaller: online first is when it appeared, print a year later
#   agree      an identifier most entries give; then that of the entry that agrees with most of the rest of the record,
#              so that a stray DOI does not win over that of the entry everything else is taken from
#   telling    "review" or "letter" says more than "article", that more than "other"; a preprint gives way to what was
#              published of it; then what most entries say
#   union      everything anyone said
#   all        true if it is true of all
# What was looked up (``Fields.looked_up``) is asked only for a field in FILLED about which no file says anything; of
# notes and accession numbers it adds to what files say.
#   best-list  the author list that is not cut, has most names and the longest names
RULES: Mapping[str, str] = {
    "title": "title",
    "abstract": "longest",
    "authors": "best-list",
    "authors_cut": "best-list",
    "year": "earliest",
    "venue": "longest",
    "volume": "most",
    "issue": "most",
    "pages": "longest",
    "doi": "agree",
    "pmid": "agree",
    "pmcid": "agree",
    "isbn": "agree",
    "issn": "agree",
    "url": "most",
    "type": "telling",
    "language": "most",
    "keywords": "union",
    "mesh": "union",
    "publication_types": "union",
    "affiliations": "union",
    "notes": "union",
    "original_title": "longest",
    "accession": "union",
    "looked_up": "all",
}
FILLED = frozenset(
    ("abstract", "mesh", "publication_types", "type", "language", "doi", "pmid", "pmcid", "notes", "accession")
)
_ADDED = frozenset(("notes", "accession"))


def fold(entries: Mapping[str, Fields]) -> Record:
    """One record from the fields of its entries, by entry id. ``taken_from`` names the entry behind each field."""
    ids = sorted(entries)
    files = [i for i in ids if not entries[i].looked_up]
    if files and len(files) < len(ids):
        return _fold_filled(entries, files, ids)
    if len(ids) == 1:
        only = entries[ids[0]]
        return Record(id=ids[0], entries=tuple(ids), **{name: getattr(only, name) for name in FIELD_NAMES})
    values: dict[str, Any] = {}
    taken_from: dict[str, str] = {}
    for name in sorted(FIELD_NAMES, key=lambda name: RULES[name] == "agree"):  # identifiers last: the rest decides
        rule = RULES[name]
        said = [(i, getattr(entries[i], name)) for i in ids]
        said = [(i, v) for i, v in said if v not in (None, "", ())]
        if rule == "all":
            values[name] = all(getattr(entries[i], name) for i in ids)
        elif rule == "union":
            values[name] = tuple(_union(v for _, v in said))
        elif rule == "best-list":
            best = max(ids, key=lambda i: _list_weight(entries[i]))
            values[name] = getattr(entries[best], name)
            if name == "authors" and entries[best].authors:
                taken_from[name] = best
        elif said:
            agreeing = {i: _agreement(entries[i], values) for i, _ in said} if rule == "agree" else {}
            taken_from[name], values[name] = _choose(rule, said, agreeing)
    return Record(id=ids[0], entries=tuple(ids), taken_from=taken_from, **values)


def _fold_filled(entries: Mapping[str, Fields], files: list[str], ids: list[str]) -> Record:
    """What files say, and what was looked up where they say nothing."""
    record = fold({i: entries[i] for i in files})
    answers = fold({i: entries[i] for i in ids if i not in files})
    taken_from = dict(record.taken_from)
    values: dict[str, Any] = {name: getattr(record, name) for name in FIELD_NAMES}
    for name in sorted(FILLED):
        said = getattr(answers, name)
        if said in (None, ()):
            continue
        if name in _ADDED:
            values[name] = tuple(_union((values[name], said)))
        elif values[name] in (None, ()):
            values[name] = said
            if RULES[name] != "union":
                taken_from[name] = answers.taken_from.get(name, answers.id)
    if len(files) == 1:  # one file behind the rest: say so, for the answer is an entry too
        said_by_file = {n for n in FIELD_NAMES if n in RULES and values[n] not in (None, "", (), False)}
        taken_from = {n: files[0] for n in said_by_file if RULES[n] not in ("union", "all")} | taken_from
    return Record(id=ids[0], entries=tuple(ids), taken_from=taken_from, **values)


_COMPARED = ("title", "authors", "year", "venue", "volume", "issue", "pages")
# What a type is worth beside another; 2 for those not named. A preprint's article is what became of it.
_TELLING = {"other": 0, "web": 0, "preprint": 1, "review": 3, "letter": 3, "editorial": 3, "comment": 3, "news": 3,
            "erratum": 3, "retraction": 3}  # fmt: skip


def _agreement(fields: Fields, values: Mapping[str, Any]) -> int:
    """In how many fields an entry says what the record says."""
    return sum(getattr(fields, name) == values.get(name) for name in _COMPARED if values.get(name))


def _choose(rule: str, said: list[tuple[str, Any]], agreeing: Mapping[str, int]) -> tuple[str, Any]:
    votes = Counter(v for _, v in said)

    def weight(item: tuple[str, Any]) -> tuple[Any, ...]:
        entry, value = item
        if rule == "earliest":
            return votes[value], -value
        if rule == "agree":
            return votes[value], agreeing[entry], value
        if rule == "telling":
            return _TELLING.get(value, 2), votes[value], value
        lead = (len(value), votes[value]) if rule == "longest" else (votes[value], len(value))
        marked = rule == "title" and read_mark(Fields(title=value)) is not None
        return marked, not value.isupper(), *lead, value

    best = max(said, key=weight)
    return min(i for i, v in said if v == best[1]), best[1]


def _list_weight(fields: Fields) -> tuple[bool, int, int, str]:
    names = [str(a) for a in fields.authors]
    return not fields.authors_cut and bool(names), len(names), sum(map(len, names)), ";".join(names)


def _union(lists: Any) -> list[str]:
    """All values, the first spelling of each, sorted so that order of arrival does not show."""
    seen: dict[str, str] = {}
    for value in sorted(v for values in lists for v in values):
        seen.setdefault(value.casefold(), value)
    return sorted(seen.values(), key=str.casefold)
