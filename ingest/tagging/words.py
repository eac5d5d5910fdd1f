"""Words as the matcher compares them: where a text splits, and which spellings count as one word.

Both the terms and the texts go through the same ``form``, so a rule here that turns a word into something odd does no
harm as long as it does so on both sides.
"""

import re
import unicodedata
from functools import lru_cache

# Words (with an apostrophe inside, or an abbreviation in capitals with its dots), and the marks that end a phrase. A
# hyphen, a slash, a quote or "&" between two words is a space.
TOKEN = re.compile(r"\w+(?:['’]\w+|(?:\.(?<=\b[A-Z]\.)[A-Z]\b)+\.?)*|[.;:!?,()\[\]|—]")
_MARKS = ".;:!?,()[]|—"
SENTENCE_MARKS = frozenset(".;!?|")

# A full stop after these does not end a sentence.
ABBREVIATIONS = frozenset(
    {"vs", "dr", "drs", "mr", "mrs", "ms", "prof", "st", "al", "eg", "ie", "cf", "approx", "resp"}
)

# Plurals that no rule below gives.
IRREGULAR = {
    "women": "woman", "men": "man", "children": "child", "midwives": "midwife", "wives": "wife", "lives": "life",
    "analyses": "analysis", "crises": "crisis", "theses": "thesis", "syntheses": "synthesis",
    "hypotheses": "hypothesis", "biases": "bias", "campuses": "campus", "viruses": "virus", "statuses": "status",
    "censuses": "census", "people": "people", "criteria": "criterion", "news": "news",
}  # fmt: skip

# British and common misspelt forms to one form, applied anywhere in a word that holds what stands first; order matters.
SPELLINGS = tuple(
    (part, re.compile(pattern), to)
    for part, pattern, to in (
        ("harrass", r"harrass", "harass"),
        ("our", r"(behavi|harb|lab|fav|col|hon|hum|rum|neighb|endeav|tum|vig)our", r"\1or"),
        ("ise", r"ise(d|s|r|rs)?$", r"ize\1"),
        ("ising", r"ising$", "izing"),
        ("isation", r"isation(s|al|ally)?$", r"ization\1"),
        ("yse", r"yse(d|s)?$", r"yze\1"),
        ("ysing", r"ysing$", "yzing"),
        ("tre", r"(cen|thea|li|me|spec)tre(s?)$", r"\1ter\2"),
        ("fibre", r"fibre(s?)$", r"fiber\1"),
        ("programme", r"programme", "program"),
        ("ll", r"(counsel|label|travel|model|cancel|signal|marginal|fuel|bel)l(ed|ing|or|ors|er|ers)$", r"\1\2"),
        ("ence", r"(lic|def|off)ence", r"\1ense"),
        ("practice", r"practice", "practise"),
        ("enrol", r"enrol(l?)", "enroll"),
        ("fulfil", r"fulfil(l?)", "fulfill"),
        ("judgem", r"judgem", "judgm"),
        ("ageis", r"ageis", "agis"),
        ("skilful", r"skilful", "skillful"),
        ("aed", r"^(p)aed|^(orthop)aed", r"\1\2ed"),
        ("ae", r"ae", "e"),
        ("oe", r"oe(st|dem|soph|tal|tus)", r"e\1"),
    )
)
_SPELT = re.compile("|".join(part for part, _, _ in SPELLINGS))  # one search is faster than sixteen


def fold(word: str) -> str:
    """Lower case without accents, dots or a possessive.

    >>> fold("Enfermería"), fold("U.S."), fold("nurse's")
    ('enfermeria', 'us', 'nurse')
    """
    if word.isascii() and word.isalpha():
        return word.lower()
    text = word.casefold().replace("’", "'").replace(".", "")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.removesuffix("'s").removesuffix("'")


def spell(word: str) -> str:
    """A folded word, or the beginning of one, in the one spelling that we compare.

    >>> spell("behavioural"), spell("organisation"), spell("paediatric")
    ('behavioral', 'organization', 'pediatric')
    """
    if _SPELT.search(word):
        for part, pattern, to in SPELLINGS:
            if part in word:
                word = pattern.sub(to, word)
    return word


def singular(word: str) -> str:
    """A folded word without an English plural ending.

    >>> [singular(w) for w in ("nurses", "agencies", "bosses", "bias", "women", "class")]
    ['nurse', 'agency', 'boss', 'bias', 'woman', 'class']
    """
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word[-1:] != "s" or len(word) < 4 or word.endswith(("ss", "us", "is", "ias")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1]


# What is neither a word, a space, an apostrophe nor a mark is a space: in ASCII by a table of bytes, elsewhere by this.
_SIGNS = re.compile(r"[^\x00-\x7f\w\s’—]+")
_ASCII_SIGNS = bytes(32 if re.match(r"[^\w\s'.;:!?,()\[\]|]", chr(n)) and n < 128 else n for n in range(256))
_LONE_APOSTROPHES = tuple((sign, re.compile(rf"{sign}(?:(?!\w)|(?<!\w{sign}))")) for sign in "'’")
_ABBREVIATION = re.compile(r"\.(?<=\b[A-Z]\.)[A-Z]\b")
_APART = tuple((mark, f" {mark} ") for mark in _MARKS)


def split(text: str) -> list[str]:
    """The tokens of a text, as TOKEN finds them but in less time.

    >>> split("Nurses' well-being (U.S.)")
    ['Nurses', 'well', 'being', '(', 'U.S.', ')']
    """
    if _ABBREVIATION.search(text):
        return TOKEN.findall(text)
    plain = text.encode("utf-8", "surrogatepass").translate(_ASCII_SIGNS).decode("utf-8", "surrogatepass")
    if not plain.isascii():
        plain = _SIGNS.sub(" ", plain)
    for sign, lone in _LONE_APOSTROPHES:
        if sign in plain:
            plain = lone.sub(" ", plain)
    for mark, apart in _APART:
        if mark in plain:
            plain = plain.replace(mark, apart)
    return plain.split()


@lru_cache(maxsize=200_000)
def form(word: str) -> str:
    """The form in which two words are compared: folded, singular, one spelling."""
    return spell(singular(fold(word)))
