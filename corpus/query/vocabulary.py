"""What fields, headings and words are called in the search languages that reviewers paste.

Sources: the field lists of PubMed's user guide, Ovid MEDLINE's field guide, Web of Science's and Scopus's search help.
"""

_SUBJECT = "title abstract keywords"

# What a person may call a field -> the columns of the index.
TEXT_FIELDS = {
    "title": "title", "ti": "title", "abstract": "abstract", "ab": "abstract", "keywords": "keywords",
    "keyword": "keywords", "kw": "keywords", "author": "authors", "authors": "authors", "au": "authors",
    "venue": "venue", "journal": "venue", "so": "venue", "mesh": "keywords", "mh": "keywords", "tiab": _SUBJECT,
    "ts": _SUBJECT, "ak": "keywords", "all": "", "text": _SUBJECT, "tak": _SUBJECT,
}  # fmt: skip
# ... and the fields that are compared as a whole.
VALUE_FIELDS = {
    "year": "year", "py": "year", "dp": "year", "doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "issn": "issn",
    "isbn": "isbn", "language": "language", "la": "language", "type": "type", "pt": "type",
}  # fmt: skip

# PubMed, in square brackets; both the short and the long name.
PUBMED_TAGS = {
    "ti": "title", "title": "title", "ab": "abstract", "abstract": "abstract", "tiab": _SUBJECT,
    "title/abstract": _SUBJECT,
    "tw": _SUBJECT, "text word": _SUBJECT, "text words": _SUBJECT, "ot": "keywords", "other term": "keywords",
    "mh": "keywords", "mesh": "keywords", "mesh terms": "keywords", "mesh term": "keywords", "majr": "keywords",
    "mesh major topic": "keywords", "mh:noexp": "keywords", "mesh:noexp": "keywords", "mesh terms:noexp": "keywords",
    "sh": "keywords", "nm": "keywords", "supplementary concept": "keywords",
    "au": "authors", "author": "authors", "1au": "authors", "author - first": "authors", "lastau": "authors",
    "fau": "authors", "full author name": "authors", "cn": "authors", "corporate author": "authors",
    "ta": "venue", "journal": "venue", "jour": "venue", "so": "venue", "all": "", "all fields": "",
    "dp": "=year", "pdat": "=year", "publication date": "=year", "date - publication": "=year", "ppdat": "=year",
    "la": "=language", "lang": "=language", "language": "=language",
    "pt": "=type", "publication type": "=type", "ptyp": "=type",
    "pmid": "=pmid", "uid": "=pmid", "doi": "=doi", "aid": "=doi", "lid": "=doi", "is": "=issn", "issn": "=issn",
}  # fmt: skip

# Ovid, between dots: nurs*.ti,ab.
OVID_FIELDS = {
    "ti": "title", "tt": "title", "ab": "abstract", "kw": "keywords", "kf": "keywords", "hw": "keywords",
    "sh": "keywords", "mh": "keywords", "de": "keywords", "id": "keywords", "tw": _SUBJECT, "mp": _SUBJECT, "af": "",
    "au": "authors", "jn": "venue", "jw": "venue", "so": "venue", "yr": "=year", "py": "=year", "dp": "=year",
    "lg": "=language", "la": "=language", "pt": "=type", "ui": "=pmid", "is": "=issn", "ot": "title",
}  # fmt: skip

# Scopus, before a bracket: TITLE-ABS-KEY(...). ProQuest's TI,AB(...) as well.
CALL_FIELDS = {
    "title-abs-key": _SUBJECT, "title-abs": "title abstract", "title": "title", "abs": "abstract", "key": "keywords",
    "authkey": "keywords", "auth": "authors", "srctitle": "venue", "all": "", "ti,ab": "title abstract",
    "ti,ab,su": _SUBJECT, "ti": "title", "ab": "abstract", "au": "authors",
}  # fmt: skip

_SUBHEADINGS = (
    "ad ae ag ai al an ao aa bi bl bs cf ch ci ck cl cn co cs ct cy dd de dg dh di dt du ec ed eh em en ep es et ge gd "
    "hi im in ip ir is lj ma me mi mo mt nu og pa pc pd pg ph pk po pp ps px py ra re rh ri rt sc sd se sn st su sy td "
    "th tm to tr tu ul ur us ut ve vi"
)
OVID_SUBHEADINGS = frozenset(_SUBHEADINGS.split())

# English names of languages, and MEDLINE's three letters -> ISO 639-1, as records hold them.
LANGUAGES = {
    "english": "en", "eng": "en", "french": "fr", "fre": "fr", "fra": "fr", "german": "de", "ger": "de", "deu": "de",
    "spanish": "es", "spa": "es", "portuguese": "pt", "por": "pt", "italian": "it", "ita": "it", "dutch": "nl",
    "dut": "nl", "nld": "nl", "danish": "da", "dan": "da", "swedish": "sv", "swe": "sv", "norwegian": "no",
    "nor": "no", "finnish": "fi", "fin": "fi", "polish": "pl", "pol": "pl", "czech": "cs", "cze": "cs",
    "hungarian": "hu", "hun": "hu", "turkish": "tr", "tur": "tr", "greek": "el", "gre": "el", "russian": "ru",
    "rus": "ru", "ukrainian": "uk", "ukr": "uk", "arabic": "ar", "ara": "ar", "hebrew": "he", "heb": "he",
    "persian": "fa", "per": "fa", "chinese": "zh", "chi": "zh", "zho": "zh", "japanese": "ja", "jpn": "ja",
    "korean": "ko", "kor": "ko", "thai": "th", "tha": "th", "croatian": "hr", "hrv": "hr", "slovenian": "sl",
    "slv": "sl", "romanian": "ro", "rum": "ro", "bulgarian": "bg", "bul": "bg", "catalan": "ca", "cat": "ca",
}  # fmt: skip

# Words that carry no subject; left out of a search typed as a sentence unless it has no others.
_STOP_WORDS = (
    "a about above after again against all also am among an and any are as at be because been before being between "
    "both but by can could did do does doing done during each either for from further had has have having he her here "
    "hers him his how i if in into is it its itself just may me might more most must my no nor not of off on "
    "only onto or other our out over own per same shall she should so some such than that the their them then there "
    "these they this those through to too toward towards under until up upon us use used using very via was we were "
    "what when where whether which while who whom whose why will with within without would you your"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def other_forms(word: str) -> tuple[str, ...]:
    """The singular of a plural English word and the plural of a singular one, by spelling alone.

    >>> other_forms("studies"), other_forms("nurse"), other_forms("crisis")
    (('study',), ('nurses',), ())
    """
    if len(word) < 3 or not word.isalpha() or not word.isascii():
        return ()
    if word.endswith(("ss", "us", "is")):
        return (word + "es",) if word.endswith("ss") else ()
    if word.endswith("ies"):
        return (word[:-3] + "y",) if len(word) > 4 else (word[:-1],)
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return (word[:-2],)
    if word.endswith("s"):
        return (word[:-1],) if len(word) > 3 else ()
    if word.endswith(("x", "ch", "sh", "z")):
        return (word + "es",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    return (word + "s",)
