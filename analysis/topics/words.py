"""From texts to counted words: what is a word, which words say nothing, which forms are one word.

Words are counted as they stand and folded to a base form ("nurses" with "nurse"), so that topics see one word and
labels can show the form people wrote. What the counts mean is fit.py's business.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

TITLE_WEIGHT = 2  # a word of the title counts as often as this many in the abstract
_CHUNK = 10_000  # texts turned into a matrix at a time, so that lists of words do not pile up

# Headings and phrases that abstracts of any subject share.
_BOILERPLATE = """
    abstract aim aims analyse analysed analysis analyze analyzed approach article articles assess assessed
    associated available background based compared conclude concluded conclusion conclusions conducted consider
    considered context copyright current data demonstrate demonstrated describe described design determine
    determined different discuss discussed discussion doi evaluate evaluated evidence examine examined finding
    findings focus furthermore future high higher identified identify implication implications important include
    included including increase increased indicate indicated information introduction investigate investigated issue
    issues key known large limitation limitations literature low lower main method methodology methods multiple need
    needed new novel number objective objectives observed obtained overall paper papers particular performed
    possible potential present presented press previous problem problems propose proposed provide provided provides
    publication published publisher purpose range recent recently related relevant report reported reports research
    researchers reserved respectively result results review reviewed reviews rights sample setting show showed shown
    shows significance significant significantly similar small specific studied studies study suggest suggested
    suggests term terms topic total type types understand understanding use used useful using value values various
    versus way ways years elsevier springer wiley taylor francis ltd inc nbsp amp quot http https www com org
"""

# How a study was done, not what it is about: a facet's business, and poor company in a label.
_DESIGNS = """
    cohort controlled cross meta observational prospective qualitative quantitative randomised randomized retrospective
    scoping sectional survey surveys systematic trial trials
"""

# Function words of other languages that titles and abstracts often come in.
_OTHER_LANGUAGES = """
    aber auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines für gegen haben
    hat ihre ihrer ist mit nach nicht noch oder ohne sein sich sie sind über und unter vom von vor werden wie wird
    wurde wurden zum zur zwischen
    ainsi après au aux avec avoir ces cette chez comme dans depuis des deux elle elles entre est été être ils leur
    leurs les mais nous ont par pas plus pour que qui sans ses sont sous sur une vers
    al como con contra cual cuando del desde donde dos durante ella ellas ellos entre era ese esta estas este esto
    estos fue fueron hacia han hasta las los más muy nos otra otras otro otros para pero por porque que quien según
    ser sin sobre su sus también tiene tras una unas uno unos
    ao aos até com como da das dos ela elas ele eles em entre era essa esse está estas este estes foi foram isso
    mais mas muito na nas não nos num numa ou pela pelas pelo pelos por qual que se sem ser seu seus são sobre sua
    suas também um uma
    agli alla alle anche che chi come con contro dai dal dalla dei del della delle degli di dopo gli il nei nel
    nella nelle non ogni per più quale quando questa questo sono sul sulla tra uno una
    aan bij deze die dit een het hun met naar niet nog ons ook over tegen tot uit van voor waar wat werd wordt zijn
    zoals
"""

STOP_WORDS = frozenset(ENGLISH_STOP_WORDS).union(_BOILERPLATE.split(), _DESIGNS.split(), _OTHER_LANGUAGES.split())

_IRREGULAR = {"women": "woman", "men": "man", "children": "child", "people": "person", "analyses": "analysis",
              "crises": "crisis", "diagnoses": "diagnosis", "criteria": "criterion"}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]\w+")
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f"  # Kana, Han, Hangul, Thai
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUNS = re.compile(f"[{_UNSPACED}]+|[^\\W\\d_{_UNSPACED}][^\\W{_UNSPACED}]+")


@dataclass(frozen=True)
class Words:
    """How often each word form stands in each text.

    ``counts``: CSR, texts x ``forms``, the title's words weighted. ``base_of``: for each form the position of its base
    form in ``bases``.
    """

    counts: sparse.csr_matrix
    forms: tuple[str, ...]
    bases: tuple[str, ...]
    base_of: np.ndarray

    @property
    def by_base(self) -> sparse.csr_matrix:
        """The same counts with the forms of one word added up: texts x ``bases``."""
        n = len(self.forms)
        fold = sparse.csr_matrix((np.ones(n, np.float32), (np.arange(n), self.base_of)), shape=(n, len(self.bases)))
        return (self.counts @ fold).tocsr()


def split_words(text: str) -> list[str]:
    """The words of a text in order, lower case; runs without spaces between words (Chinese, Thai) as letter pairs.

    >>> split_words("Nurses' pay, 2015: 护士暴力")
    ['nurses', 'pay', '护士', '士暴', '暴力']
    """
    text = unicodedata.normalize("NFC", text).lower()
    if not _HAS_UNSPACED.search(text):
        return _WORD.findall(text)
    words = []
    for run in _RUNS.findall(text):
        if _HAS_UNSPACED.match(run):
            words += [run[at : at + 2] for at in range(max(1, len(run) - 1))]
        else:
            words.append(run)
    return words


def base_form(word: str) -> str:
    """The form under which a word is counted: English plurals become singular, other words stay.

    >>> [base_form(w) for w in ("women", "nurses", "studies", "bias", "stress")]
    ['woman', 'nurse', 'study', 'bias', 'stress']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ias")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def is_usable(word: str) -> bool:
    """Says something about the subject: no stop word, and not one or two letters of a spaced script."""
    if word in STOP_WORDS:
        return False
    return len(word) > 2 or bool(_HAS_UNSPACED.match(word))


class _Numbers(dict[str, int]):
    """Word -> its number, given at first sight; -1 for words that are not counted."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[str] = []

    def __missing__(self, word: str) -> int:
        number = -1
        if is_usable(word):
            number = len(self.forms)
            self.forms.append(word)
        self[word] = number
        return number


def count_words(texts: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None) -> Words:
    """Count the usable words of (title, rest) pairs, one row a pair."""
    numbers = _Numbers()
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        found: list[int] = []
        ends = [0]
        for title, rest in chunk:
            found += [numbers[word] for word in split_words(title)] * TITLE_WEIGHT
            if rest:
                found += [numbers[word] for word in split_words(rest)]
            ends.append(len(found))
        parts.append(_count_chunk(np.array(found, dtype=np.int64), np.diff(ends), start))
        if progress:
            progress(start + len(chunk), len(texts))
    rows, columns, counts = (np.concatenate([part[k] for part in parts]) if parts else np.array([]) for k in (0, 1, 2))
    # Numbered by alphabet, so that nothing later depends on which text came first.
    order = np.argsort(np.array(numbers.forms, dtype=object), kind="stable").astype(int)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    forms = tuple(numbers.forms[k] for k in order)
    matrix = sparse.csr_matrix(
        (counts.astype(np.float32), (rows.astype(np.int64), place[columns.astype(np.int64)])),
        shape=(len(texts), len(forms)),
    )
    bases, base_of = _bases(forms)
    return Words(matrix, forms, bases, base_of)


def _count_chunk(found: np.ndarray, lengths: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.repeat(np.arange(start, start + len(lengths), dtype=np.int64), lengths)
    keep = found >= 0
    keys, counts = np.unique((rows[keep] << 32) | found[keep], return_counts=True)
    return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32), counts.astype(np.int32)


def _bases(forms: Iterable[str]) -> tuple[tuple[str, ...], np.ndarray]:
    folded = [base_form(form) for form in forms]
    bases = sorted(set(folded))
    place = {base: n for n, base in enumerate(bases)}
    return tuple(bases), np.array([place[base] for base in folded], dtype=np.int64)
