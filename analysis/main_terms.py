"""The terms of a tag that a librarian would type: its name and plain synonyms, not every phrase the rules know."""

import re
from collections.abc import Iterator, Sequence

from analysis.clauses import Clause, is_wider, read_clauses, to_clauses
from corpus.framework import Facet, Framework, Tag

MOST = 12  # terms of one side of a search
_LONG = 3  # words from which a phrase describes a context rather than names the tag
_STEM = 5  # letters that two forms of a word share
_JOINING = {"and", "or", "of", "the", "in", "at", "for", "with", "to", "by"}


def choose_main(framework: Framework, facet_id: str, name: str, most: int = MOST) -> list[Clause]:
    """Up to ``most`` terms of a tag, with its narrower ones, or of a group's tags; all of them if there are no more.

    First what holds the tag's name, then its other plain terms as the framework lists them; half of the places are for
    the tag itself, the rest go round among narrower ones. Words near each other come in only if no phrase can.
    Raises UnknownIdError.
    """
    facet = framework.facet(facet_id)
    lists = {**framework.options.get("lists", {}), **facet.options.get("lists", {})}
    tags = [facet.by_id[tag] for tag in facet.with_children(name)]
    own, *others = [_plain(facet, tag, lists) for tag in tags] or [[]]
    if name in facet.by_id and others:
        first, rest = own[: most // 2], [*_in_turn(others), *own[most // 2 :]]
        chosen = [*first, *rest]
    else:
        chosen = list(_in_turn([own, *others]))
    kept = _without_found(chosen)
    if not kept:
        return read_clauses(framework, facet_id, name)[:most]
    return [Clause(((phrase,),)) for phrase in kept[:most]]


def _plain(facet: Facet, tag: Tag, lists: dict[str, Sequence[str]]) -> list[str]:
    """A tag's terms without those of words near each other, the plainest first."""
    own = _phrases(to_clauses(tag.terms, lists))
    wide = [phrase for phrase in _phrases(to_clauses(tag.wide, lists)) if _names(phrase, tag.label)]
    rank = {phrase: _rank(phrase, tag.label) for phrase in dict.fromkeys([*own, *wide])}
    return _without_found(sorted(rank, key=lambda phrase: rank[phrase]))


def _without_found(phrases: Sequence[str]) -> list[str]:
    """Phrases that find something of their own, each once: no longer ones, and no plurals."""
    known = list(dict.fromkeys(phrases))
    return [
        phrase
        for phrase in known
        if not (phrase.endswith("s") and phrase[:-1] in known) and not any(is_wider(other, phrase) for other in known)
    ]


def _phrases(clauses: Sequence[Clause]) -> list[str]:
    return [phrase for clause in clauses if len(clause.parts) == 1 for phrase in clause.parts[0]]


def _rank(phrase: str, label: str) -> tuple[int, int]:
    n_words = len(phrase.split())
    if n_words >= _LONG:
        return 3, 0
    if re.search(r"[A-Z]", phrase):
        return 2, 0  # an abbreviation may mean something else
    return (0, n_words) if _names(phrase, label) else (1, 0)


def _names(phrase: str, label: str) -> bool:
    """Whether a phrase holds the tag's name, or one of the names that its label joins."""
    names = [_stems(part) for part in re.split(r"\band\b|\bor\b|[,/()]", label.casefold())]
    return any(name and name <= _stems(phrase) for name in names)


def _stems(words: str) -> set[str]:
    return {
        word.removesuffix("s")[:_STEM]
        for word in re.findall(r"\w+", words.casefold().replace("-", ""))
        if word not in _JOINING
    }


def _in_turn(lists: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first of each, then the second of each, and so on."""
    for n in range(max(map(len, lists), default=0)):
        for items in lists:
            if n < len(items):
                yield items[n]
