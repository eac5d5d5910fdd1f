"""From judged pairs to records: which entries are one work.

The answer depends on the set of links and rulings alone, never on the order in which they arrived.
"""

from collections.abc import Iterable, Mapping

from corpus.records import Link

Pair = tuple[str, str]


def resolve(
    ids: Iterable[str],
    links: Iterable[Link],
    rulings: Mapping[Pair, str] | None = None,
) -> list[tuple[str, ...]]:
    """Components of the entries in ``ids``, each sorted, in order of their smallest id.

    ``rulings`` maps a pair (smaller id first) to a person's "same" or "distinct". People come first: pairs ruled
    same are joined, then rule links "same" by falling score, then ids. No join puts a pair judged distinct into
    one component, except that a ruling "same" outranks a rule's "distinct" on that pair.

    >>> resolve("abc", [Link("a", "b", "same", "doi", 1.0), Link("a", "c", "distinct", "part", 1.0),
    ...                 Link("b", "c", "same", "title", 0.9)])
    [('a', 'b'), ('c',)]
    """
    rulings = rulings or {}
    root: dict[str, str] = {i: i for i in ids}
    members: dict[str, set[str]] = {i: {i} for i in root}
    apart: dict[str, set[str]] = {}
    same: list[tuple[int, float, str, str]] = []
    for (a, b), verdict in rulings.items():
        if a in root and b in root:
            if verdict == "same":
                same.append((0, 0.0, a, b))
            else:
                apart.setdefault(a, set()).add(b)
                apart.setdefault(b, set()).add(a)
    for link in links:
        if link.a not in root or link.b not in root or (link.a, link.b) in rulings:
            continue
        if link.verdict == "same":
            same.append((1, -link.score, link.a, link.b))
        elif link.verdict == "distinct":
            apart.setdefault(link.a, set()).add(link.b)
            apart.setdefault(link.b, set()).add(link.a)
    by_person = {pair for pair, verdict in rulings.items() if verdict == "distinct"}
    for rank, _, a, b in sorted(same):
        left, right = root[a], root[b]
        if left == right:
            continue
        if len(members[left]) < len(members[right]):
            left, right = right, left
        if _kept_apart(members[right], left, root, apart, by_person if rank == 0 else None):
            continue
        for i in members[right]:
            root[i] = left
        members[left] |= members.pop(right)
    return sorted(tuple(sorted(group)) for group in members.values())


def _kept_apart(
    smaller: set[str], other_root: str, root: Mapping[str, str], apart: Mapping[str, set[str]], only: set[Pair] | None
) -> bool:
    """Whether a pair across the two groups is judged distinct; ``only`` limits it to these pairs."""
    for i in smaller:
        for j in apart.get(i, ()):
            if root[j] == other_root and (only is None or (min(i, j), max(i, j)) in only):
                return True
    return False
