"""What several entries of one work say together: one value a field, and the entry each came from.

The rules are a table a librarian can argue with. They look at values alone, never at order of arrival.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from corpus.records import FIELD_NAMES, Fields, Record

# How a field is chosen where entries differ.
#   longest    the fullest text: cut titles, cut abstracts and abbreviated names lose
#   most       what most entries say; then the fullest; ties by value
#   earliest   the smallest: an online-first year and a print year differ by one, the first is when it appeared
#   union      everything anyone said
#   best-list  the author list that is not cut, has most names and the longest names
RULES: Mapping[str, str] = {
    "title": "most",
    "abstract": "longest",
    "authors": "best-list",
    "authors_cut": "best-list",
    "year": "most",
    "venue": "longest",
    "volume": "most",
    "issue": "most",
    "pages": "longest",
    "doi": "most",
    "pmid": "most",
    "pmcid": "most",
    "isbn": "most",
    "issn": "most",
    "url": "most",
    "type": "most",
    "language": "most",
    "keywords": "union",
    "mesh": "union",
    "publication_types": "union",
    "affiliations": "union",
    "notes": "union",
    "original_title": "longest",
    "accession": "union",
}


def fold(entries: Mapping[str, Fields]) -> Record:
    """One record from the fields of its entries, by entry id. ``taken_from`` names the entry behind each field."""
    ids = sorted(entries)
    if len(ids) == 1:
        only = entries[ids[0]]
        return Record(id=ids[0], entries=tuple(ids), **{name: getattr(only, name) for name in FIELD_NAMES})
    values: dict[str, Any] = {}
    taken_from: dict[str, str] = {}
    for name in FIELD_NAMES:
        rule = RULES[name]
        said = [(i, getattr(entries[i], name)) for i in ids]
        said = [(i, v) for i, v in said if v not in (None, "", ())]
        if rule == "union":
            values[name] = tuple(_union(v for _, v in said))
        elif rule == "best-list":
            best = max(ids, key=lambda i: _list_weight(entries[i]))
            values[name] = getattr(entries[best], name)
            if name == "authors" and entries[best].authors:
                taken_from[name] = best
        elif said:
            chosen, values[name] = _choose(rule, said)
            taken_from[name] = chosen
    return Record(id=ids[0], entries=tuple(ids), taken_from=taken_from, **values)


def _choose(rule: str, said: list[tuple[str, Any]]) -> tuple[str, Any]:
    votes = Counter(v for _, v in said)

    def weight(item: tuple[str, Any]) -> tuple[Any, ...]:
        value = item[1]
        size = len(value) if isinstance(value, str) else -value  # of two years the earlier
        shouting = isinstance(value, str) and value.isupper()
        lead = (votes[value], size) if rule == "most" else (size, votes[value])
        return (not shouting, *lead, str(value))

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
