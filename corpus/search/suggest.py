"""What a person may have meant: words of the corpus that are spelled alike, and tags that words name."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corpus.framework import Framework
from corpus.query import Text, fold, read_query, texts_of
from corpus.records import Assignment
from corpus.search.index import find_words, has_rows, to_match
from corpus.store import Corpus


@dataclass(frozen=True)
class TagSuggestion:
    """Words of a search name this tag, so that a filter may serve better than the words."""

    facet: str
    tag: str
    label: str
    words: str


def suggest_words(corpus: Corpus, query: str, n: int = 3) -> dict[str, tuple[str, ...]]:
    """For each word of a search that no record has: words of the corpus spelled most alike, commonest first.

    A misspelling is looked for among the words with the same first letter. Raises QueryError.
    """
    suggestions: dict[str, tuple[str, ...]] = {}
    for text in texts_of(read_query(query, tuple(corpus.framework.by_id)).node):
        if text.prefix or text.wild:
            continue
        for word in text.words.split():
            if len(word) < 4 or not word.isalpha() or word in suggestions:
                continue
            if not has_rows(corpus, to_match(corpus, Text(word)) or ""):
                suggestions[word] = _find_alike(corpus, word, n)
    return {word: alike for word, alike in suggestions.items() if alike}


def _find_alike(corpus: Corpus, word: str, n: int) -> tuple[str, ...]:
    counts = {
        other: count
        for other, count in find_words(corpus, word[0])
        if abs(len(other) - len(word)) <= 2 and other != word
    }
    close = difflib.get_close_matches(word, counts, n=10, cutoff=0.75)
    closeness = {other: round(difflib.SequenceMatcher(None, word, other).ratio(), 1) for other in close}
    best = sorted(close, key=lambda other: (-closeness[other], -counts[other], other))
    return tuple(best[:n])


def suggest_tags(
    query: str, framework: Framework, assign: Callable[[str], Iterable[Assignment]] | None = None
) -> tuple[TagSuggestion, ...]:
    """Tags that the words of a search name, in order of the words; without those a narrower one says better.

    ``assign`` finds the tags of a text as the tagger does ("disabled staff"); labels of tags are found without it.
    """
    read = read_query(query, tuple(framework.by_id))
    typed = query if read.plain else " ; ".join(text.words for text in texts_of(read.node))
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for assignment in assign(typed) if assign else ():
        found.setdefault((assignment.facet, assignment.tag), (assignment.start, assignment.passage))
    padded = f" {_spaced(typed)} "
    for facet in framework.facets:
        for tag in facet.tags:
            label = _spaced(tag.label)
            at = padded.find(f" {label} ")
            if label and at >= 0:
                found.setdefault((facet.id, tag.id), (at, label))
    implied = {(f, parent) for f, tag in found for parent in framework.facet(f).with_parents(tag)[1:]}
    wanted: Sequence[tuple[str, str]] = [key for key in found if key not in implied]
    return tuple(
        TagSuggestion(f, tag, framework.facet(f).label_of(tag), found[f, tag][1])
        for f, tag in sorted(wanted, key=lambda key: (found[key][0], framework.columns.index(key)))
    )


def _spaced(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
