"""What formats call types of works and languages, to the few words we use."""

import re
from collections.abc import Sequence

# The most telling first: a "Journal Article" that is also a "Review" is a review.
_BY_TYPE = {
    "retraction": "retraction|retraction of publication|retraction notice",
    "erratum": "erratum|published erratum|correction|corrigendum|correction, addition|errata|corrected and republished",
    "preprint": "preprint|posted-content|posted content|working paper|eprint|arxiv|biorxiv|medrxiv|"
    "ssrn|psyarxiv|research square",
    "comment": "comment|commentary|peer review|peer-review|reply",
    "letter": "letter|letters|letter to the editor|correspondence",
    "editorial": "editorial|editorial material|introductory journal article",
    "news": "news|newspaper article|newspaperarticle|magazine article|magazinearticle|article-newspaper|mgzn|nwspr|"
    "newspaper|magazine|article-magazine|news item|blogpost|blog",
    "review": "review|systematic review|meta-analysis|literature review|review article|scoping review|journal review|"
    "article-review|review-book",
    "thesis": "thesis|phdthesis|mastersthesis|thes|dissertation|doctoral thesis|master thesis|bathesis|candthesis|"
    "dissertation/thesis|dissertations",
    "chapter": "chapter|book chapter|inbook|incollection|chap|book section|booksection|book-chapter|echap|book part|"
    "entry-encyclopedia|entry-dictionary|encyclopediaarticle|dictionaryentry|ency|dict|encyc|inreference|suppbook|"
    "suppcollection|bookinbook|book-section|book-part|s",
    "conference": "conference|inproceedings|conference paper|proceedings|proceedings paper|conf|cpaper|conferencepaper|"
    "conference proceedings|conference abstract|meeting abstract|conference review|proceedings-article|proceeding|"
    "proceedings article|paper-conference|congress|congresses|c|presentation|conference proceeding|abst",
    "dataset": "dataset|data|data set|data paper",
    "report": "report|techreport|rprt|technical report|govdoc|government document|govt document|research report|"
    "report-component|standard|stand|unpb|manuscript|unpublished work",
    "book": "book|mvbook|ebook|edbook|edited book|edited-book|monograph|collection|mvcollection|booklet|b|whole book|"
    "reference-book|book, whole|book, edited|reference",
    "web": "web|webpage|web page|online|electronic|elec|website|icomm|internet page|online multimedia|webpage article",
    "article": "article|jour|journal article|journalarticle|journal|journal-article|article-journal|j|ejour|jfull|"
    "clinical trial|randomized controlled trial|multicenter study|comparative study|case reports|evaluation study|"
    "validation study|observational study|original article|research article|article in press|early access|short survey|"
    "journal paper|inpr|abstract|note|research-article|electronic article|original research|periodical|"
    "journal, electronic|validation studies|"
    "historical article|artigo|artículo|aufsatz|zeitschriftenaufsatz|review; book|article; early access",
    "other": "misc|gen|generic|other|patent|patentus|software|computer program|unpublished|manual|artwork|map|video|"
    "audiovisual|hear|bill|case|statute|xdata|set|film|sound|image|standard document|p",
}  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_BY_TYPE)}
_KINDS = tuple(_RANK)
_TYPES = {word: kind for kind, words in _BY_TYPE.items() for word in words.split("|")}
_ADDRESS_TYPE = re.compile(r"https?://\S*/")

_LANGUAGES = {
    "en": "english|eng|englisch|anglais|inglés|ingles|en-us|en-gb|american|british|usenglish|ukenglish|inglese|inglês",
    "fr": "french|fre|fra|französisch|français|francés|francais|french-canadian", "it": "italian|ita|italiano",
    "de": "german|ger|deu|deutsch|ngerman|allemand|alemán|naustrian",
    "es": "spanish|spa|español|espanol|castellano|spanisch|castilian|espagnol",
    "pt": "portuguese|por|português|portugues|brazilian|pt-br", "nl": "dutch|dut|nld|nederlands|flemish",
    "zh": "chinese|chi|zho|mandarin|中文|zh-cn|zh-tw|simplified chinese|traditional chinese",
    "ja": "japanese|jpn|日本語", "ko": "korean|kor|한국어", "ru": "russian|rus|русский",
    "uk": "ukrainian|ukr|українська", "pl": "polish|pol|polski",
    "cs": "czech|cze|ces|čeština", "sk": "slovak|slo|slk", "sl": "slovenian|slv|slovene", "hr": "croatian|hrv|scr",
    "sr": "serbian|srp|scc", "bs": "bosnian|bos", "bg": "bulgarian|bul", "ro": "romanian|rum|ron|moldavian",
    "hu": "hungarian|hun|magyar", "fi": "finnish|fin|suomi", "sv": "swedish|swe|svenska", "da": "danish|dan|dansk",
    "no": "norwegian|nor|norsk|nb|nn|nob|nno", "is": "icelandic|ice|isl", "et": "estonian|est", "lv": "latvian|lav",
    "lt": "lithuanian|lit", "el": "greek|gre|ell|ελληνικά", "tr": "turkish|tur|türkçe|turkce",
    "ar": "arabic|ara|العربية",
    "fa": "persian|per|fas|farsi|فارسی", "he": "hebrew|heb|עברית", "hi": "hindi|hin", "ur": "urdu|urd",
    "bn": "bengali|ben",
    "ta": "tamil|tam", "th": "thai|tha|ไทย", "vi": "vietnamese|vie", "id": "indonesian|ind", "ms": "malay|may|msa",
    "sw": "swahili|swa", "af": "afrikaans|afr", "am": "amharic|amh", "ca": "catalan|cat|català", "eu": "basque|baq|eus",
    "gl": "galician|glg", "sq": "albanian|alb|sqi", "mk": "macedonian|mac|mkd", "ka": "georgian|geo|kat",
    "la": "latin|lat",
    "hy": "armenian|arm|hye", "az": "azerbaijani|aze", "kk": "kazakh|kaz", "uz": "uzbek|uzb", "cy": "welsh|wel|cym",
    "ga": "irish|gle", "ne": "nepali|nep", "si": "sinhala|sin", "my": "burmese|bur|mya", "tl": "tagalog|tgl|filipino",
    "be": "belarusian|bel", "mn": "mongolian|mon", "eo": "esperanto|epo",
}  # fmt: skip
_CODES = {word: code for code, words in _LANGUAGES.items() for word in [code, *words.split("|")]}


def to_type(types: Sequence[str], publication_types: Sequence[str]) -> str | None:
    """One of TYPES, the most telling of what is said; "other" if only unknown words are; None if nothing is."""
    best = len(_RANK)
    for value in (*types, *publication_types):
        kind = _TYPES.get(value)
        if kind is None:
            word = _ADDRESS_TYPE.sub("", value).strip().casefold()
            kind = _TYPES.get(word) or next((_TYPES[w] for w in re.split(r"\s*[;|,]\s*", word) if w in _TYPES), None)
        if kind is not None and _RANK[kind] < best:
            best = _RANK[kind]
    if best < len(_RANK):
        return _KINDS[best]
    return "other" if types else None


def to_language(text: str) -> str | None:
    """ISO 639-1 where we know it, else as given. Of several the first."""
    code = _CODES.get(text)
    if code:
        return code
    first = re.split(r"[;,|/]|\band\b", text.casefold(), maxsplit=1)[0].strip(" .[]'\"")
    return _CODES.get(first) or _CODES.get(first.replace("_", "-").split("-")[0]) or text.strip() or None
