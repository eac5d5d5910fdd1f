"""What a topic is called: words frequent in it and rare elsewhere, shown in the form its records use."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from analysis.topics.words import Words

N_WORDS = 8  # words kept for a topic
IN_LABEL = 3  # of these, in its label


def top_words(words: Words, members: Sequence[np.ndarray]) -> list[tuple[str, ...]]:
    """For each topic (rows of its texts) up to N_WORDS words, the most telling first.

    Ranked by class-based TF-IDF: a word's share of the topic's words times log(1 + words of a mean topic / its count
    in all topics). Each is shown in the form most frequent among the topic's own texts, so it occurs there.
    Source: Grootendorst 2022, BERTopic, section 3.3.
    """
    n = len(words.forms)
    fold = sparse.csr_matrix((np.ones(n), (np.arange(n), words.base_of)), shape=(n, len(words.bases)))
    forms = np.vstack([np.asarray(words.counts[rows].sum(axis=0)).ravel() for rows in members])
    bases = np.asarray(forms @ fold)
    in_all = bases.sum(axis=0)
    share = bases / np.maximum(bases.sum(axis=1, keepdims=True), 1)
    score = share * np.log1p(bases.sum(axis=1).mean() / np.maximum(in_all, 1))
    out = []
    for k in range(len(members)):
        # Ties by alphabet: bases are in that order and the sort is stable.
        ranked = np.argsort(-score[k].round(12), kind="stable")[:N_WORDS]
        out.append(tuple(_form(words, forms[k], base) for base in ranked if bases[k, base] > 0))
    return out


def _form(words: Words, counts: np.ndarray, base: int) -> str:
    own = np.flatnonzero(words.base_of == base)
    return words.forms[own[np.argmax(counts[own])]]


def to_labels(topic_words: Sequence[tuple[str, ...]], taken: Sequence[str | None] = ()) -> list[str]:
    """One label a topic, all different: its first words, more of them where two topics would read alike.

    ``taken``: labels that some topics already have, None for the others.
    """
    given: list[str | None] = list(taken) if taken else [None] * len(topic_words)
    labels: list[str] = []
    for k, words in enumerate(topic_words):
        used = {*labels, *filter(None, given)}
        own = given[k]
        if own and own not in labels:
            labels.append(own)
            continue
        options = [", ".join(words[:size]) for size in range(min(IN_LABEL, len(words)), len(words) + 1)]
        free = [label for label in options if label not in used]
        number = 2
        while not free:
            free = [label for label in (f"{options[0]} ({number})",) if label not in used]
            number += 1
        labels.append(free[0])
    return labels


def still_fits(words: Words, rows: np.ndarray, label: str) -> bool:
    """Whether each word of a label occurs in these texts."""
    said = re.sub(r" \(\d+\)$", "", label).split(", ")
    forms = np.asarray(words.forms, dtype=object)
    at = np.searchsorted(forms, said) if len(forms) else np.zeros(len(said), dtype=int)
    if any(k >= len(forms) or forms[k] != word for k, word in zip(at, said, strict=True)):
        return False
    return bool((np.asarray(words.counts[rows][:, at].sum(axis=0)).ravel() > 0).all())


def to_ids(topic_words: Sequence[tuple[str, ...]], taken: Sequence[str | None] = ()) -> list[str]:
    """One kebab-case id a topic from its first two words, numbered where it would clash.

    ``taken``: ids that some topics already have, None for the others.
    """
    ids: list[str | None] = list(taken) if taken else [None] * len(topic_words)
    used = {name for name in ids if name}
    for k, words in enumerate(topic_words):
        if ids[k]:
            continue
        stem = "-".join(filter(None, (_kebab(word) for word in words[:2]))) or "topic"
        name, number = stem, 2
        while name in used or name == "unassigned":
            name, number = f"{stem}-{number}", number + 1
        used.add(name)
        ids[k] = name
    return [name for name in ids if name]


def _kebab(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
