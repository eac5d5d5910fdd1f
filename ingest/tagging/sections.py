"""Where in a record a passage stands: title, keywords, or a section of the abstract.

Abstracts with labels ("Methods:") are cut at them; in others each sentence is placed by how it speaks ("we aimed to",
"were recruited", "we found", "we conclude"). The cues are about scientific prose in general, not about any field.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ingest.tagging.matcher import Text
from ingest.tagging.words import fold

Section = str  # one of PLACES

PLACES = ("title", "keywords", "text", "background", "aim", "methods", "results", "conclusion")

# Headings of structured abstracts, folded, in the languages that databases carry.
LABELS: Mapping[str, Section] = {
    label: section
    for section, labels in {
        "background": """background introduction context importance rationale significance antecedentes introduccion
            contexte hintergrund einleitung introducao contexto justificativa""",
        "aim": """aim aims objective objectives purpose purposes goal goals question questions hypothesis hypotheses
            problem objetivo objetivos objectif objectifs but ziel zielsetzung fragestellung""",
        "methods": """method methods methodology design setting settings participants subjects patients sample procedure
            procedures measures measurements outcomes outcome exposure exposures intervention interventions eligibility
            information sources selection extraction analysis approach population metodo metodos metodologia methodes
            methode methoden methodik material materials diseno desenho""",
        "results": "results result findings resultados resultats ergebnisse observations",
        "conclusion": """conclusion conclusions discussion interpretation implications limitations recommendations
            relevance conclusiones schlussfolgerung schlussfolgerungen fazit diskussion conclusao conclusoes
            discussao""",
        "keywords": "keywords keyword",
    }.items()
    for label in labels.split()
}
# Words that may stand beside a heading word: "Main Outcomes and Measures", "Key words", "Material y métodos".
_LINKS = frozenset(
    """and or of the for main key study data primary secondary y et und e de words , aims research practice criteria
    material materials methods objectives relevance measures""".split()  # noqa: SIM905
)

# What sentences of abstracts without labels say, in the term syntax. Each row: who would write so, and where.
CUES: tuple[tuple[Section, tuple[str, ...]], ...] = (
    # Authors say what they set out to do, or name their own work.
    (
        "aim",
        (
            "aim|aims|aimed|objective|goal|purpose ~4 study|paper|article|review|survey|research|we|was|were|is|this",
            "this|present|current|our study|paper|article|review|survey|research|essay|report|commentary|editorial",
            "this|present|current|our thesis|dissertation|project|analysis|investigation|chapter",
            "we aim|aimed|sought|seek|set|examine|examined|explore|explored|investigate|investigated|assess|assessed",
            "we evaluate|evaluated|describe|present|report|review|reviewed|study|studied|analyze|analyzed|surveyed",
            "we conducted|compare|compared|argue|discuss|propose|offer|address|addressed|consider|hypothesized",
            "we determined|tested|designed|developed|performed|used|estimated|measured|quantified|undertook|asked",
            "we interviewed|identified",
            "in this study|paper|article|review|essay|commentary|perspective|editorial",
            "the author|authors",
            "here we",
            "study ~3 examine|examined|explore|explored|investigate|investigated|assess|assessed|evaluate|evaluated",
            "el objetivo", "este estudio", "este articulo", "cette etude", "o objetivo", "este estudo",
            "ziel dieser|der",
        ),
    ),
    # What was done, mostly in the passive, and the usual instruments.
    (
        "methods",
        (
            "was|were recruited|invited|collected|administered|interviewed|surveyed|analyzed|conducted|performed",
            "was|were selected|distributed|asked|randomized|randomly|sent|searched|extracted|included|enrolled|sampled",
            "was|were completed|used|assessed",
            "participant*", "questionnaire", "semi-structured", "focus group", "interviews with", "cross-sectional",
            "data from", "sample of", "thematic analysis", "regression analysis", "se realizo", "se aplico",
            "foi realizado",
        ),
    ),
    # Numbers and what they showed.
    (
        "results",
        (
            "result", "finding", "found", "revealed", "showed", "respondents", "reported", "odds ratio", "=OR", "=CI",
            "p", "significantly", "themes", "of participants|respondents", "was|were associated", "response rate",
            "were more|less likely", "los resultados", "os resultados",
        ),
    ),
    # What should follow.
    (
        "conclusion",
        (
            "conclude", "conclusion", "suggest that", "implication", "should", "recommend*", "highlight the|that",
            "underscore*", "need to|for", "must", "further|future research|studies|study", "call for|to",
            "se concluye", "conclui-se",
        ),
    ),
)  # fmt: skip

_HEADS = LABELS.keys() | _LINKS  # with one of these a heading begins
_folded = lru_cache(maxsize=50_000)(fold)

_ORDER = {"background": 0, "aim": 1, "methods": 2, "results": 3, "conclusion": 4}


class Sections:
    """The sections of one abstract, as token ranges."""

    __slots__ = ("_names", "_starts")

    def __init__(self, starts: list[int], names: list[Section]) -> None:
        self._starts = starts
        self._names = names

    def at(self, token: int) -> Section:
        """The section that a token stands in."""
        return self._names[bisect_right(self._starts, token) - 1]


def find_sections(text: Text, cues: Mapping[Section, Iterable[int]]) -> Sections:
    """The sections of an abstract. ``cues`` are the tokens at which a cue of each section was found."""
    ends = text.sentence_ends
    firsts = [0] + [end + 1 for end in ends if end + 1 < len(text.tokens)]
    labels = _labels(text, firsts)
    if len(labels) > 1 and len({section for _, section in labels} - {"keywords"}) > 1:
        return _labelled(firsts, labels, _sentences(firsts, cues.get("aim", ())))
    sections = _spoken(firsts, {section: _sentences(firsts, tokens) for section, tokens in cues.items()})
    return Sections(*_with_tail(sections, labels))


def _sentences(firsts: list[int], tokens: Iterable[int]) -> set[int]:
    """The numbers of the sentences that tokens stand in."""
    return {bisect_right(firsts, token) - 1 for token in tokens}


def _labels(text: Text, firsts: list[int]) -> list[tuple[int, Section]]:
    """Where a heading stands, and of which section. Headings begin a sentence, or stand in capitals before a colon."""
    tokens = text.tokens
    starts = {i for i in firsts if _may_head(tokens[i])}
    for at in text.colons:
        if at and tokens[at - 1].isupper() and len(tokens[at - 1]) > 3 and _may_head(tokens[at - 1]):
            starts.add(at - 1)
    return [(i, section) for i in sorted(starts) if (section := _label_at(tokens, i))]


@lru_cache(maxsize=50_000)
def _may_head(token: str) -> bool:
    """Whether a heading may begin with a word."""
    return token[0].isupper() and fold(token) in _HEADS


def _label_at(tokens: list[str], i: int) -> Section | None:
    section: Section | None = None
    for at, token in enumerate(tokens[i : i + 9], i):
        if token == ":" or token == ".":
            return section
        word = _folded(token)
        if section is None and word in LABELS:
            section = LABELS[word]
        elif word == "words" and _folded(tokens[at - 1]) == "key":
            section = "keywords"
        elif word not in _LINKS and word not in LABELS:
            # "Results Twenty studies were ...": a heading run into its sentence
            runs_in = section and at == i + 1 and token[0].isupper()
            return section if runs_in else None
    return None


def _labelled(firsts: list[int], labels: list[tuple[int, Section]], aims: set[int]) -> Sections:
    names = {section for _, section in labels}
    starts, sections = [0], ["text" if "background" in names else "background"]
    for token, section in labels:
        starts.append(token)
        sections.append(section)
    # The aim often ends the background: "Therefore we examined ..."
    for number in sorted(aims):
        first = firsts[number]
        here = bisect_right(starts, first) - 1
        if sections[here] in ("background", "text"):
            following = firsts[number + 1] if number + 1 < len(firsts) else None
            resume = sections[here]
            starts.insert(here + 1, first)
            sections.insert(here + 1, "aim")
            if following is not None and (here + 2 == len(starts) or starts[here + 2] > following):
                starts.insert(here + 2, following)
                sections.insert(here + 2, resume)
    return Sections(starts, sections)


def _spoken(firsts: list[int], spoken: Mapping[Section, set[int]]) -> tuple[list[int], list[Section]]:
    """Sections by how the sentences speak; the first aim or method ends the background, a conclusion ends the text."""
    aims, methods, results, ends = (spoken.get(name, set()) for name in ("aim", "methods", "results", "conclusion"))
    n = len(firsts)
    if not (aims or methods) or n < 3:
        return [0], ["text"]
    sections: list[Section] = []
    at = "background"
    for number in range(n):
        if number in aims and _ORDER[at] <= 1:
            at = "aim"
        elif number in methods and _ORDER[at] <= 2:
            at = "methods"
        elif at != "background" and number in results and _ORDER[at] <= 3:
            at = "results"
        elif at in ("aim", "methods", "results") and number in ends and number >= 0.6 * n:
            at = "conclusion"
        sections.append("text" if at == "aim" and number not in aims else at)
    return list(firsts), sections


def _with_tail(
    sections: tuple[list[int], list[Section]], labels: list[tuple[int, Section]]
) -> tuple[list[int], list[Section]]:
    """Keywords at the end of an unlabelled abstract are keywords."""
    starts, names = sections
    tail = next((token for token, section in labels if section == "keywords"), None)
    if tail is None:
        return starts, names
    keep = sum(1 for start in starts if start < tail) or 1
    return [*starts[:keep], max(tail, 1)], [*names[:keep], "keywords"]
