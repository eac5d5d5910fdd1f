"""What the learner looks at: the words and pairs of words of a text, and the tags that the rules gave it."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from corpus.framework import TagKey
from corpus.records import Fields
from ingest.tagging.matcher import Text
from ingest.tagging.tagger import text_of
from ingest.tagging.words import form

TEXT_FIELDS = ("title", "abstract", "keywords", "mesh")
_TITLE_COUNTS = 2  # a word of the title is worth as much as two of the abstract
RULE = "rule:"  # begins the feature of a tag that the rules gave; no word holds a colon

# Words that carry no subject; they stay inside pairs ("at work").
STOP_WORDS = frozenset(
    (
        "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before", "between",
        "both", "but", "by", "can", "could", "did", "do", "does", "during", "each", "for", "from", "had", "has", "have",
        "how", "i", "if", "in", "into", "is", "it", "its", "may", "more", "most", "no", "nor", "not", "of", "on", "or",
        "only", "other", "our", "out", "over", "s", "such", "than", "that", "the", "their", "them", "then", "there",
        "these", "they", "this", "those", "through", "to", "under", "until", "up", "was", "we", "were", "what", "when",
        "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without", "would", "you",
    )
)  # fmt: skip

Place = tuple[str, int, int]  # field, start, end


def find_words(fields: Fields) -> dict[str, list[Place]]:
    """Each word and pair of neighbouring words in its form, with every place where it stands."""
    found: dict[str, list[Place]] = {}
    for name in TEXT_FIELDS:
        words = text_of(fields, name)
        if not words:
            continue
        text = Text(words)
        before: tuple[str, int] | None = None  # the word before, if no mark stands between, and its token
        for number, token in enumerate(text.tokens):
            if not token[0].isalnum():
                before = None
                continue
            word = form(token)
            if len(word) > 1 and word not in STOP_WORDS and not word.isdigit():
                found.setdefault(word, []).append((name, *text.offsets((number, number))))
            if before is not None and not (word in STOP_WORDS and before[0] in STOP_WORDS):
                found.setdefault(f"{before[0]} {word}", []).append((name, *text.offsets((before[1], number))))
            before = word, number
    return found


def count_words(places: Mapping[str, Sequence[Place]]) -> dict[str, int]:
    """How often each word stands in a text, those of the title counted more."""
    counts: Counter[str] = Counter()
    for word, where in places.items():
        for field, _, _ in where:
            counts[word] += _TITLE_COUNTS if field == "title" else 1
    return dict(counts)


def weigh(counts: Mapping[str, int], rarity: Mapping[str, float], given: Iterable[TagKey]) -> dict[str, float]:
    """A text as features: its words by TF-IDF (logarithmic, length 1), and 1 for each tag the rules gave."""
    words = {word: (1 + math.log(n)) * rarity[word] for word, n in sorted(counts.items()) if word in rarity}
    length = math.sqrt(sum(value * value for value in words.values())) or 1.0
    features = {word: value / length for word, value in words.items()}
    features.update({f"{RULE}{facet}/{tag}": 1.0 for facet, tag in sorted(given)})
    return features
