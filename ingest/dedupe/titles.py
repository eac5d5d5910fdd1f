"""Titles made comparable: folded letters, words, numbers, and what kind of notice a title announces.

Letters of every script stay; only what databases disagree about (case, accents, punctuation, mark-up, Greek
letters spelled out, "[Abstract]") is levelled. Whether two titles mean the same is compare.py's business.
"""

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import NamedTuple

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "ϕ": "phi", "ϑ": "theta", "ϵ": "epsilon",
}  # fmt: skip
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ŋ": "n"}
    | dict.fromkeys("'’‘`´ʼʹ′", "")
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,60}>")
_LONE_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u0370-\u03ff](?![\u0370-\u03ff])")
_ASCII_WORDS = bytes(ord(chr(b).lower()) if b < 128 and chr(b).isalnum() else 32 for b in range(256))


def split_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower-case words parted by single spaces, without accents, punctuation or mark-up.

    >>> fold("TGF-β in <i>Women’s</i> health: É")
    'tgf beta in womens health e'
    >>> fold("医療における女性")
    '医療における女性'
    """
    if "&" in text:
        text = unescape(text).replace("&", " and ")
    if "<" in text:
        text = _MARKUP.sub("", text)
    if text.isascii():
        if text.isalpha():
            return text.lower()
        return " ".join(text.encode().translate(_ASCII_WORDS, b"'`").decode().split())
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = "".join(
        c
        for c in unicodedata.normalize("NFD", text)
        # Accents are dropped where they are decoration (Latin, Greek, Cyrillic). Elsewhere they are letters.
        if not (0x300 <= ord(c) <= 0x36F)
    )
    text = _LONE_GREEK.sub(lambda m: _GREEK.get(m[0], m[0]), text)
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text).split())


# What a title says about itself, beyond its subject; a pair that differs in this is never one work.
# Each row: the kind, and how titles say it (on folded words).
KINDS = (
    ("retraction notice", r"^(retraction|withdrawal)( note| notice)?( to| of| for)?\b"),
    ("retraction notice", r"^(notice of (retraction|withdrawal)|expression of concern)\b|\bretraction (note|notice)$"),
    # Web of Science names an erratum by the work it mends: "... (vol 12, pg 305, 2017)".
    ("erratum", r"\b(vol|volume) \w+ (pg |p |page |art )?\w+ (19|20)\d\d$"),
    ("erratum", r"^(author |publisher |editorial )?(erratum|errata|corrigendum|corrigenda|corrections?|addendum)\b"),
    ("erratum", r"\b(erratum|errata|corrigendum|correction to|addendum)$"),
    ("reply", r"^(the )?(authors?|in|a) (reply|response)\b|\b(authors?|in|a|the|our) (reply|rejoinder|response)$"),
    ("reply", r"^(reply|response|rejoinder|rebuttal) (to|by|from)\b|^(reply|rejoinder)\b|\b(reply|rejoinder)$"),
    ("reply", r"\b(a|the|our) (reply|rejoinder) to\b"),
    (
        "comment",
        r"^(invited |editorial )?(re|comments?|commentary|letter|editorial|discussion) (on|to|re|regarding|by|from)\b",
    ),
    (
        "comment",
        r"^(invited |editorial )?(re|comment|commentary|discussion)\b|\b(invited commentary|editorial comment)$",
    ),
    ("comment", r"\bletter to (the )?editor$|^letter to (the )?editor\b"),
    ("summary", r"\b(executive|plain language|lay|policy) summar(y|ies)\b"),
    ("summary", r"\bsummary (report|for policy ?makers)$|^summary of\b"),
    ("reprint", r"\breprinted (from|with permission)\b|\breprint of\b"),
    ("protocol", r"\b(study|trial|review|research) protocol\b|\bprotocol (for|of) (a|an|the)\b|\bprotocol$"),
)
# One of these words is in every title that says so: most titles need no closer look.
_CUES = split_words(
    "retraction withdrawal notice expression vol volume erratum errata corrigendum corrigenda correction corrections "
    "addendum reply response rejoinder rebuttal re comment comments commentary letter editorial discussion summary "
    "summaries reprinted reprint protocol"
)
_LABEL_CUES = split_words("retracted withdrawn abstract original research review article")
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in KINDS)
# Said of the work itself by a publisher or database: not part of the title.
_LABELS = re.compile(
    r"^(retracted( article)?|withdrawn|abstract|original article|research article|review article) (?=\S)|"
    r" (abstract|retracted( article)?|withdrawn|meeting abstract|conference abstract)$"
)
_BRACKET_LABEL = re.compile(
    r"[\[(]\s*(abstract|meeting abstract|poster|article in \w+|in \w+|retracted[^\])]*|withdrawn[^\])]*|editorial|"
    r"letter|(systematic |historical )?review|\d+ refs?|see comments?|corrected|comment(ary)?|published erratum[^\])]*|"
    r"(erratum|comment|retraction) (appears|in)\b[^\])]*)\s*[\])]\.?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"^(?P<outer>[^\[\]]{12,}?)\s*\[(?P<inner>[^\[\]]{12,})\]\W*$|"
    r"^\[(?P<inner2>[^\[\]]{12,})\]\s*(?P<outer2>[^\[\]]{12,})$"
)
_IN_BRACKETS = re.compile(r"\s*\[.{12,}\]|.{12,}\[.{12,}\]\W*$")
_SUBTITLE = re.compile(r"\s*[:;?!]\s+|\s+[-–—]+\s+|\.\s+(?=[A-Z])|[：。]")
_MAY_PART = re.compile("[-:;?!.–—：。]")
_ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
    "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20,
}  # fmt: skip
_ORDINAL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip
_NUMERALS = frozenset((*_ROMAN, *_ORDINAL))
_COUNTED = split_words(
    "part parts pt volume vol chapter section phase stage type class grade group study paper report number no round "
    "wave episode session"
)
_DIGITS = re.compile(r"\d+")


# Embase writes the language behind a translated title: "... of bite injuries. German".
_LANGUAGES = split_words(
    "chinese czech danish dutch finnish french german hebrew hungarian italian japanese korean norwegian persian "
    "polish portuguese russian serbian slovak spanish swedish turkish ukrainian"
)
_LANGUAGE = re.compile(
    r"(?:[.?!]|(?=[\[(]))\s*[\[(]?(" + "|".join(sorted(_LANGUAGES)) + r")[\])]?\.?\s*$", re.IGNORECASE
)
# What an erratum or retraction notice adds to the title it is about.
_ABOUT = re.compile(
    r"^(author |publisher |editorial )?(erratum|errata|corrigendum|corrigenda|corrections?|addendum|"
    r"retraction( note| notice)?) ((to|for|of) )?|"
    r" an addendum$| reprinted from .*$| (vol|volume) \w+ (pg |p |page |art )?\w+ (19|20)\d\d$|"
    r"( \w+){2,7} (19|20)\d\d \w+( \w+){0,4}( doi 10 .*)$"
)


def is_translated(title: str | None, original: str | None = None) -> bool:
    """Whether the title is, or comes with, a translation."""
    text = title or ""
    return bool(
        original or ("[" in text and _IN_BRACKETS.match(text)) or (_ends_with_language(text) and _LANGUAGE.search(text))
    )


def _ends_with_language(text: str) -> bool:
    return text[-14:].rstrip(" .)]").rpartition(" ")[2].strip("[(").lower() in _LANGUAGES


# Titles of sections: they say nothing about the work.
GENERIC = frozenset([
    "abstracts", "announcements", "author index", "acknowledgement of reviewers", "acknowledgments", "book review",
    "book reviews", "contents", "conference abstracts", "correspondence", "editorial", "editorials", "foreword",
    "in brief", "in memoriam", "in this issue", "index", "introduction", "letter to the editor", "letters",
    "letters to the editor", "list of contributors", "meeting abstracts", "news", "news and notes", "news in brief",
    "notes and comments", "obituaries", "obituary", "poster abstracts", "preface", "subject index",
    "table of contents",
])  # fmt: skip
_MOST_GENERIC = max(len(title.split()) for title in GENERIC)  # words


class Title(NamedTuple):
    """One spelling of a title. ``compact`` is all letters and digits without spaces."""

    words: tuple[str, ...]
    compact: str
    numbers: str  # all digits in reading order, "Part II" as 2: "10 000" and "10000" agree
    telling: int  # letters; 0 for a title that any issue may have
    main: str  # compact, up to the subtitle; "" if there is none


def to_titles(title: str | None, original: str | None = None) -> tuple[str, tuple[Title, ...]]:
    """What kind of notice the title announces ("" for none), and its spellings, the full one first.

    A bracketed translation gives two more spellings: what stands outside and inside the brackets.
    """
    if not title and not original:
        return "", ()
    text = title or ""
    if "[" in text or "(" in text:
        text = _BRACKET_LABEL.sub(" ", text)
    if _ends_with_language(text):
        text = _LANGUAGE.sub("", text)
    spellings = [text]
    if "[" in text and (both := _BRACKETED.match(text.strip())):
        spellings += [both["outer"] or both["outer2"], both["inner"] or both["inner2"]]
    if original:
        spellings.append(original)
    words = [_to_words(spelling) for spelling in spellings]
    kind = find_kind(words[0])
    titles = [_to_title(text, of_text, kind) for text, of_text in zip(spellings, words, strict=True)]
    different = titles if len(titles) == 1 else dict.fromkeys(titles)
    return kind, tuple([title for title in different if title.words])


def find_kind(words: list[str]) -> str:
    """Erratum, reply, comment ...: the first row of KINDS that the title fits, or ""."""
    if _CUES.isdisjoint(words):
        return ""
    folded = " ".join(words)
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            return kind
    return ""


def _to_words(text: str) -> list[str]:
    """Folded words of a title, without what a publisher or database said of the work itself."""
    folded = fold(text)
    words = folded.split()
    return words if _LABEL_CUES.isdisjoint(words[:1] + words[-1:]) else _LABELS.sub("", folded).split()


def _to_title(text: str, words: list[str], kind: str) -> Title:
    if kind:
        folded = " ".join(words)
        words = (_ABOUT.sub("", folded) or folded).split()
    head = _SUBTITLE.split(text.strip(" .[]"), maxsplit=1) if _MAY_PART.search(text) else ()
    main = fold(head[0]).replace(" ", "") if len(head) > 1 else ""
    compact = "".join(words)
    telling = 0 if len(words) <= _MOST_GENERIC and " ".join(words) in GENERIC else len(compact)
    return Title(tuple(words), compact, _find_numbers(words, compact), telling, main if len(main) >= 12 else "")


def _find_numbers(words: list[str], compact: str) -> str:
    found: list[str] = []
    if compact.isalpha() and _NUMERALS.isdisjoint(words):
        return ""
    for i, word in enumerate(words):
        if not word.isalpha():
            found += _DIGITS.findall(word)
        elif word in _ROMAN and (len(word) > 1 or i + 1 == len(words) or (i and words[i - 1] in _COUNTED)):
            found.append(str(_ROMAN[word]))
        elif word in _ORDINAL and i and words[i - 1] in _COUNTED:
            found.append(str(_ORDINAL[word]))
    return "".join(found)
