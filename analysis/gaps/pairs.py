"""Which pairs of facets are looked at."""

from corpus.framework import Framework

Pair = tuple[str, str]


def headline_pairs(framework: Framework) -> list[Pair]:
    """The pairs ranked by default: what the framework names, else every pair of facets."""
    return list(framework.headline_pairs) or all_pairs(framework)


def all_pairs(framework: Framework) -> list[Pair]:
    ids = [facet.id for facet in framework.facets]
    return [(a, b) for n, a in enumerate(ids) for b in ids[n + 1 :]]


def choose_pairs(framework: Framework, rows: str | None = None, columns: str | None = None) -> list[Pair]:
    """The pairs to judge: the one asked for, those of the one facet asked for, or the headline pairs.

    A single facet stands on the side it was asked for; if no headline pair has it, all its pairs are taken. Raises
    UnknownIdError.
    """
    if rows and columns:
        return [(rows, columns)]
    asked = rows or columns
    if not asked:
        return headline_pairs(framework)
    framework.facet(asked)
    pairs = [p for p in headline_pairs(framework) if asked in p] or [p for p in all_pairs(framework) if asked in p]
    others = [b if a == asked else a for a, b in pairs]
    return [(asked, other) if rows else (other, asked) for other in others]
