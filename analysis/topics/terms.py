"""A topic as the beginnings of a tag: words and phrases that its records use and others do not, for a framework.

Suggestions, read off the texts: a person chooses among them. What the framework's terms already give a tag for is left
out of the list and named beside it.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.topics.fit import Topic, TopicText
from analysis.topics.words import base_form, is_usable, split_words
from corpus.framework import TagKey
from corpus.search.index import find_rows
from corpus.store import Corpus
from corpus.store.schema import to_words

MAX_TERMS = 12
MIN_SHARE = 0.02  # of the topic's records that have to use a term
MIN_RECORDS = 3  # ... and at least so many
MIN_LIFT = 3.0  # times as frequent in the topic as outside
LONGEST = 3  # words of a phrase
_TRIED = 400  # candidates looked up in the whole corpus
_SENTENCE = re.compile(r"[.!?;:,()\[\]]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as the records have it; how many records of the topic and of all others use it."""

    text: str
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class TermSuggestions:
    """``terms``: most telling first. ``known``: terms left out because the framework gives these tags for them."""

    topic: Topic
    terms: tuple[Term, ...]
    known: tuple[tuple[Term, tuple[TagKey, ...]], ...]
    n_inside: int
    n_outside: int


def suggest_terms(
    corpus: Corpus, topic: Topic, texts: Sequence[TopicText], tags_of: Callable[[str], Collection[TagKey]]
) -> TermSuggestions:
    """Terms for a topic. ``texts``: of its records; ``tags_of`` says which tags the framework gives for some words.

    Ranked by how much more often the topic's records use a term than others do, times how many use it; of a phrase and
    its part the one that is as good and longer is taken.
    """
    snapshot = corpus.snapshot()
    inside = np.isin(snapshot.ids, np.array(topic.ids, dtype=object))
    n_inside, n_outside = int(inside.sum()), int((~inside).sum())
    least = max(MIN_RECORDS, math.ceil(MIN_SHARE * len(texts)))
    counted = [_count(corpus, text, forms, inside) for text, forms in _candidates(texts)]
    telling = [term for term in counted if term.inside >= least and _lift(term, n_inside, n_outside) >= MIN_LIFT]
    telling.sort(key=lambda term: (-_score(term, n_inside, n_outside), -len(term.text.split()), term.text))
    terms: list[Term] = []
    known: list[tuple[Term, tuple[TagKey, ...]]] = []
    for term in telling:
        if any(_says_the_same(term, other) for other in (*terms, *(one for one, _ in known))):
            continue
        tags = tuple(sorted(set(tags_of(term.text))))
        if tags:
            known.append((term, tags))
        elif len(terms) < MAX_TERMS:
            terms.append(term)
    return TermSuggestions(topic, tuple(terms), tuple(known[:MAX_TERMS]), n_inside, n_outside)


def to_toml(found: TermSuggestions, since: int) -> str:
    """A [[tags]] block to put into a facet's file: the counts stand beside each term.

    ``since``: the version that the framework gets with this tag.
    """
    lines = [
        "[[tags]]",
        f"id = {_quote(found.topic.id)}",
        f"label = {_quote(found.topic.label)}",
        'definition = ""  # say in one sentence what belongs here',
        "terms = [",
    ]
    for term in found.terms:
        lines.append(f"    {_quote(term.text)},  # {term.inside:,} records here, {term.outside:,} elsewhere")
    return "\n".join([*lines, "]", f"since = {since}", ""])


def _candidates(texts: Iterable[TopicText]) -> list[tuple[str, tuple[str, ...]]]:
    """Words and phrases that most texts use, each with the forms they have there ("nurse": nurse, nurses).

    A phrase neither crosses a sentence nor begins or ends in a stop word. It is put down in the singular if any text
    has that: the tagger looks after plurals.
    """
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        here: dict[str, set[str]] = {}
        for part in (text.title or "", text.abstract or "", *text.keywords):
            for sentence in _SENTENCE.split(part):
                for phrase in _phrases(split_words(sentence)):
                    *rest, last = phrase.split()
                    here.setdefault(" ".join([*rest, base_form(last)]), set()).add(phrase)
        counts.update(here.keys())
        for base, seen in here.items():
            forms.setdefault(base, Counter()).update(seen)
    ranked = sorted((base for base, n in counts.items() if n >= MIN_RECORDS), key=lambda base: (-counts[base], base))
    found = []
    for base in ranked[:_TRIED]:
        seen_forms = sorted(forms[base], key=lambda form: (form != base, -forms[base][form], form))
        found.append((seen_forms[0], tuple(seen_forms)))
    return found


def _phrases(words: Sequence[str]) -> Iterable[str]:
    for start in range(len(words)):
        if not is_usable(words[start]):
            continue
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            if end - start > 1 and not words[end - 1].isascii() and len(words[end - 1]) == 2:
                break  # letter pairs of a script without spaces make no phrase
            if is_usable(words[end - 1]):
                yield " ".join(words[start:end])


def _count(corpus: Corpus, text: str, forms: Sequence[str], inside: np.ndarray) -> Term:
    """How many records use a phrase in any of its forms, by the search index."""
    wanted = " OR ".join(f'"{to_words(form)}"' for form in forms)
    rows = find_rows(corpus, "{title abstract keywords} : (" + wanted + ")")
    n = int(inside[rows].sum())
    return Term(text, n, len(rows) - n)


def _lift(term: Term, n_inside: int, n_outside: int) -> float:
    """How many times as frequent inside as outside, one record added on each side."""
    return ((term.inside + 1) / (n_inside + 1)) / ((term.outside + 1) / (n_outside + 1))


def _score(term: Term, n_inside: int, n_outside: int) -> float:
    return term.inside / max(n_inside, 1) * math.log(_lift(term, n_inside, n_outside))


def _says_the_same(term: Term, better: Term) -> bool:
    """Part of a better term or the reverse, so that the tagger would hardly find more with both."""
    ours, theirs = f" {term.text} ", f" {better.text} "
    return ours in theirs or theirs in ours


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
