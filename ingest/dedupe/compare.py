"""Two entries side by side: for each trait one level, in words that the table of rules uses."""

from collections import Counter
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from ingest.dedupe.names import compare_names
from ingest.dedupe.places import same_venue
from ingest.dedupe.titles import Title, split_words
from ingest.dedupe.traits import LONG, MEDIUM, Traits

_LINKING = split_words(
    "a an the of in on for and to with by at from or is are as its vs versus using among der die das de la le et und"
)
# A difference in these words is a difference of subject, however alike they look.
_OPPOSITES = split_words(
    "male female males females men women boys girls yes no not non without before after pre post pro anti hyper "
    "hypo intra inter increase increased decrease decreased maternal paternal mothers fathers more less"
)


class Pair(NamedTuple):
    """Levels of agreement. ``unknown`` where one side says nothing."""

    kind: str  # same, differ
    form: str  # same, preprint (one is a preprint), supplement (one is a conference abstract or paper)
    title: str  # equal, near (spelling), part (subtitle dropped), similar, unlike, unknown
    numbers: str  # in the titles: equal, one-sided, differ
    length: str  # of the shorter title: long, medium, short or generic
    authors: str  # agree, some, differ, unknown
    first: str  # first author: agree, differ, unknown
    year: str  # equal, near (1 apart), close (2 or 3), far, unknown
    venue: str  # agree, differ, unknown
    volume: str  # agree, differ, unknown
    issue: str
    pages: str  # range (first and last page, several pages), agree (first page), differ, unknown
    place: str  # volume and pages: agree (one does, none differs), differ (one does), none (neither has any), unknown
    doi: str  # agree, differ, unknown
    review: str  # Cochrane number: agree, differ, unknown
    language: str  # same, translated (one of the two titles is a translation)
    alike: str  # identical (no trait differs), different
    id: str  # doi, pmid or pmcid: agree (any), differ, unknown


_SAID = split_words("agree differ unknown")
LEVELS = {
    "kind": split_words("same differ"),
    "form": split_words("same preprint supplement"),
    "title": split_words("equal near part similar unlike unknown"),
    "numbers": split_words("equal one-sided differ"),
    "length": split_words("long medium short"),
    "authors": split_words("agree some differ unknown"),
    "first": _SAID,
    "year": split_words("equal near close far unknown"),
    "venue": _SAID,
    "volume": _SAID,
    "issue": _SAID,
    "pages": split_words("range agree differ unknown"),
    "place": _SAID | {"none"},
    "doi": _SAID,
    "review": _SAID,
    "language": split_words("same translated"),
    "alike": split_words("identical different"),
    "id": _SAID,
}


def compare(a: Traits, b: Traits) -> Pair:
    """The same answer for (a, b) and (b, a)."""
    title, numbers, shorter = compare_titles(a.titles, b.titles)
    authors, first = _compare_authors(a, b)
    volume, pages, doi = _level(a.volume, b.volume), _compare_pages(a, b), _level(a.doi, b.doi)
    place = _join_places(volume, "agree" if pages == "range" else pages)
    if not (a.volume or b.volume or a.pages or b.pages or a.doi or b.doi):
        place = "none"
    return Pair(
        "same" if a.kind == b.kind else "differ",
        "same" if a.form == b.form else "preprint" if "preprint" in (a.form, b.form) else "supplement",
        title,
        numbers,
        "long" if shorter >= LONG else "medium" if shorter >= MEDIUM else "short",
        authors,
        first,
        _compare_years(a.year, b.year),
        _compare_venues(a, b),
        volume,
        _level(a.issue, b.issue),
        pages,
        place,
        doi,
        _level(a.review, b.review),
        "translated" if a.translated or b.translated else "same",
        "identical" if a == b else "different",
        _compare_ids(a, b, doi),
    )


def compare_titles(a: tuple[Title, ...], b: tuple[Title, ...]) -> tuple[str, str, int]:
    """The best level over all spellings, what their numbers say, and the length of the shorter one."""
    best = ("unknown", "equal", 0)
    for x in a:
        for y in b:
            level = _compare_spellings(x, y)
            numbers = _compare_numbers(x.numbers, y.numbers)
            found = (level, numbers, min(x.telling, y.telling))
            if _ORDER[found[:2]] < _ORDER[best[:2]]:
                best = found
    return best


_TITLE_LEVELS = ("equal", "near", "part", "similar", "unlike", "unknown")
_NUMBER_LEVELS = ("equal", "one-sided", "differ")
_ORDER = {(t, n): i * 3 + j for i, t in enumerate(_TITLE_LEVELS) for j, n in enumerate(_NUMBER_LEVELS)}


def _join_places(volume: str, pages: str) -> str:
    return "differ" if "differ" in (volume, pages) else "agree" if "agree" in (volume, pages) else "unknown"


def _compare_spellings(a: Title, b: Title) -> str:
    if a.compact == b.compact:
        return "equal"
    short, long = sorted((a.compact, b.compact), key=lambda t: (len(t), t))
    ratio = fuzz.ratio(short, long, score_cutoff=55)
    if ratio >= 80 and _only_spelling(a.words, b.words):
        return "near"
    if len(short) >= 12 and long.startswith(short):
        return "part"
    if a.main and b.main and a.main == b.main:
        return "part" if ratio >= 90 else "similar"
    if len(short) >= LONG and short in long:
        return "part"
    if len(short) >= LONG and fuzz.ratio(short, long[: len(short)]) >= 95:
        n = min(len(a.words), len(b.words))
        return "part" if _OPPOSITES.isdisjoint(set(a.words[:n]) ^ set(b.words[:n])) else "similar"
    if short in (a.main, b.main):
        return "part"
    return "similar" if ratio >= 75 else "unlike"


def _only_spelling(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether only spelling, hyphens and small words tell two titles apart."""
    only_a, only_b = _without(a, b), _without(b, a)
    if not _OPPOSITES.isdisjoint(only_a) or not _OPPOSITES.isdisjoint(only_b):
        return False
    only_a = [w for w in only_a if w not in _LINKING]
    only_b = [w for w in only_b if w not in _LINKING]
    x, y = "".join(only_a), "".join(only_b)
    if x == y:
        return True
    if not x or not y:
        return len(x) + len(y) <= 1
    if len(only_a) == len(only_b) and len(only_a) <= 4:
        return all(_misspelt(v, w) for v, w in zip(only_a, only_b, strict=True))
    return fuzz.ratio(x, y) >= 90


def _without(words: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """The words that the others lack, in their order; a word twice here and once there is left once."""
    rest = Counter(words) - Counter(others)
    left = []
    for word in words:
        if rest[word]:
            rest[word] -= 1
            left.append(word)
    return left


def _misspelt(a: str, b: str) -> bool:
    length = min(len(a), len(b))
    if a.isdigit() or b.isdigit():
        return False
    return Levenshtein.distance(a, b, score_cutoff=3) <= (0 if length < 4 else 1 if length < 7 else 2)


def _compare_numbers(a: str, b: str) -> str:
    if a == b:
        return "equal"
    return "one-sided" if not a or not b else "differ"


def _compare_authors(a: Traits, b: Traits) -> tuple[str, str]:
    if not a.names or not b.names:
        return "unknown", "unknown"
    if _script(a.names[0].family) != _script(b.names[0].family):
        return "unknown", "unknown"
    share, first = compare_names(a.names, b.names)
    level = "agree" if share >= 0.7 or (share >= 0.5 and first) else "some" if share > 0 else "differ"
    return level, "agree" if first else "differ"


def _script(word: str) -> bool:
    return ord(word[0]) < 0x250


def _compare_years(a: int, b: int) -> str:
    if not a or not b:
        return "unknown"
    apart = abs(a - b)
    return "equal" if not apart else "near" if apart == 1 else "close" if apart <= 3 else "far"


def _compare_venues(a: Traits, b: Traits) -> str:
    if a.serials & b.serials:
        return "agree"
    if not a.venues or not b.venues:
        return "unknown"
    return "agree" if same_venue(a.venues, b.venues) else "differ"


def _compare_pages(a: Traits, b: Traits) -> str:
    x, y = a.pages, b.pages
    if not x or not y:
        return "unknown"
    if x.first == y.first:
        return "range" if x.last == y.last > x.first else "agree"
    if 1 in (x.first, y.first):
        return "unknown"  # "1-12": pages of a file, not of a volume
    if x.letters != y.letters and "s" not in (x.letters, y.letters):
        return "unknown"  # "c1804" and "1014": an article number beside a page
    if x.last and y.last and x.last % 10 == y.last % 10 and min(x.first, y.first) < 10 < max(x.first, y.first):
        return "unknown"  # "2-8" and "125-128": the first digits went missing
    return "differ"


def _level(a: str, b: str) -> str:
    if not a or not b:
        return "unknown"
    return "agree" if a == b else "differ"


def _compare_ids(a: Traits, b: Traits, doi: str) -> str:
    levels = {doi, _level(a.pmid, b.pmid), _level(a.pmcid, b.pmcid)}
    return "agree" if "agree" in levels else "differ" if "differ" in levels else "unknown"
