"""Where near-terms of three parts and more reach, and sets of terms kept as bits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingest.tagging.text import Span


def to_numbers(bits: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        yield lowest.bit_length() - 1


def chain(spans: Mapping[int, Sequence[Span]], part: int, gaps: Iterable[tuple[int, int, bool]]) -> list[Span]:
    """From where to where a near-term of three parts and more reaches, wherever it stands."""
    # (from and to where the parts so far reach, the last of them)
    chains = [(first, last, first, last) for first, last in spans[part]]
    for other, reach, ordered in gaps:
        longer = []
        for first, last, i, j in chains:
            for at, to in spans[other]:
                if at > j:
                    if at - j <= reach:
                        longer.append((first, max(to, last), at, to))
                elif not ordered and 0 < i - to <= reach:
                    longer.append((min(at, first), last, at, to))
        chains = longer
    return [(first, last) for first, last, _, _ in chains]
