"""Which topics of a grown corpus are those of before, so that they keep their ids and names.

A topic is the same if it shares at least half of its records with the old one (Jaccard index), counting only records
that both fits put into a topic. Topics do not overlap, so above one half no other match is possible; at exactly one
half the first by id wins.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

SAME_TOPIC = 0.5


def match_earlier(records: Sequence[Sequence[str]], earlier: Mapping[str, str]) -> list[str | None]:
    """For each new topic (its record ids) the id of the old one it continues, or None; each old id at most once.

    ``earlier``: record id -> id of the topic it was in.
    """
    shared: Counter[tuple[int, str]] = Counter()
    new_sizes: Counter[int] = Counter()
    old_sizes: Counter[str] = Counter()
    for k, own in enumerate(records):
        for record in own:
            old = earlier.get(record)
            if old is not None:
                shared[k, old] += 1
                new_sizes[k] += 1
                old_sizes[old] += 1
    pairs = [(-n / (new_sizes[k] + old_sizes[old] - n), old, k) for (k, old), n in shared.items()]
    kept: list[str | None] = [None] * len(records)
    for overlap, old, k in sorted(pairs):
        if -overlap >= SAME_TOPIC and kept[k] is None and old not in kept:
            kept[k] = old
    return kept
