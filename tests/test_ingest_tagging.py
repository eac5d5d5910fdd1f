"""The parts of the tagger: words, terms, the matcher, sections of abstracts."""

import random

import pytest

from ingest.tagging.matcher import Matcher, Span, Text
from ingest.tagging.sections import CUES, find_sections
from ingest.tagging.terms import Term, TermError, to_term
from ingest.tagging.words import TOKEN, form, split


def spans_of(terms: list[Term], text: Text) -> dict[int, list[Span]]:
    """Term number -> where it occurs."""
    spans: dict[int, set[Span]] = {}
    for numbers, first, last in Matcher(terms, lambda numbers: numbers).find(text):
        for number in numbers:
            spans.setdefault(number, set()).add((first, last))
    return {number: sorted(here) for number, here in spans.items()}


def found(term: str, text: str, **lists: list[str]) -> list[str]:
    """The passages of a text that a term matches."""
    prepared = Text(text)
    passages = []
    for span in spans_of([to_term(term, lists)], prepared).get(0, ()):
        start, end = prepared.offsets(span)
        passages.append(text[start:end])
    return passages


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("harrassment", "harassment"),
        ("behaviour", "behavior"),
        ("organisational", "organizational"),
        ("paediatric", "pediatric"),
        ("centre", "center"),
        ("programmes", "program"),
        ("counsellors", "counselor"),
        ("midwives", "midwife"),
        ("analyses", "analysis"),
        ("nurse's", "Nurses"),
        ("Enfermería", "enfermeria"),
        ("Ärztinnen", "arztinnen"),
    ],
)
def test_two_spellings_are_one_word(one, other):
    assert form(one) == form(other)


@pytest.mark.parametrize(("one", "other"), [("news", "new"), ("bias", "bia"), ("class", "clas"), ("sexes", "sexist")])
def test_two_words_stay_two(one, other):
    assert form(one) != form(other)


@pytest.mark.parametrize(
    ("term", "text", "passages"),
    [
        pytest.param("ward", "a step toward wards", ["wards"], id="whole words only"),
        pytest.param("sexual harassment", "Sexual-harassment, sexual. Harassment", ["Sexual-harassment"], id="phrase"),
        pytest.param(
            "health-care worker",
            "healthcare workers, health care worker",
            ["healthcare workers", "health care worker"],
            id="hyphen",
        ),
        pytest.param("harass*", "harassed or harassing", ["harassed", "harassing"], id="card at the end"),
        pytest.param("*phobia", "xenophobia", ["xenophobia"], id="card at the start"),
        pytest.param("*aggress*", "microaggressions", ["microaggressions"], id="cards at both ends"),
        pytest.param("organis*", "organizational", ["organizational"], id="card in either spelling"),
        pytest.param("=US", "US and U.S. but not us", ["US", "U.S."], id="exact case"),
        pytest.param("=LGB*", "LGBTQ+ and lgb", ["LGBTQ"], id="exact beginning"),
        pytest.param("nurse|midwife manager", "midwife managers", ["midwife managers"], id="alternatives"),
        pytest.param("gender ~2 gap", "the gap between gender groups", ["gap between gender"], id="near, either order"),
        pytest.param("gender >2 gap", "the gap between gender groups", [], id="near, in this order only"),
        pytest.param("gender ~1 gap", "gender and then a gap", [], id="too far apart"),
        pytest.param("gender ~5 gap", "About gender. A gap", [], id="not across sentences"),
        pytest.param("gender ~5 gap", "About gender vs. the gap", ["gender vs. the gap"], id="no sentence ends there"),
        pytest.param("nurse ~3 Lucia", "Nurses of St. Lucia", ["Nurses of St. Lucia"], id="nor after a capital"),
        pytest.param(
            "women ~4 paid ~4 less", "women are paid much less", ["women are paid much less"], id="three parts"
        ),
        pytest.param(
            "harm ~9 by >1 patient",
            "harm seen on a ward by patients",
            ["harm seen on a ward by patients"],
            id="three parts, the last two closest",
        ),
        pytest.param("harm ~9 by >1 patient", "harm by nurses to patients", [], id="three parts, two too far apart"),
        pytest.param("harm ~9 by >1 patient", "A ward. Seen by patients", [], id="three parts, the first not there"),
        pytest.param("{who} leader", "female leaders", ["female leaders"], id="a list"),
    ],
)
def test_a_term_matches_as_documented(term, text, passages):
    assert found(term, text, who=["women", "female"]) == passages


@pytest.mark.parametrize("term", ["{nobody} leader", "a, b", "{", "gender ~3 ", "what?", "{nested}"])
def test_a_term_that_breaks_the_syntax_is_named_in_the_error(term):
    with pytest.raises(TermError):
        to_term(term, {"nested": ["{who}"]})


def test_nested_and_overlapping_terms_are_all_found():
    terms = ["nurse", "nurse manager", "manager", "manager training", "nurse ~3 training"]
    spans = spans_of([to_term(term) for term in terms], Text("nurse manager training"))
    assert {terms[n]: here for n, here in spans.items()} == {
        "nurse": [(0, 0)],
        "nurse manager": [(0, 1)],
        "manager": [(1, 1)],
        "manager training": [(1, 2)],
        "nurse ~3 training": [(0, 2)],
    }


def test_more_terms_never_hide_a_match():
    text = Text("Bullying of nurses by senior nurse managers in hospitals")
    few = [to_term(t) for t in ("nurse", "senior nurse", "bullying ~9 manager")]
    more = [*few, *(to_term(t) for t in ("nurse manager", "senior nurse manager", "bully* of nurse", "n*"))]
    before, after = spans_of(few, text), spans_of(more, text)
    assert before == {n: spans for n, spans in after.items() if n < len(few)}


def test_a_text_is_split_as_its_tokens_are_defined():
    draw = random.Random(1)
    letters = "aAB B..'’—-–“,;é\u0301²\u00a0\x85_5İ日\u200b%|(\ud800\x1c"
    texts = ["".join(draw.choices(letters, k=draw.randrange(1, 12))) for _ in range(5000)]
    assert [split(text) for text in texts] == [TOKEN.findall(text) for text in texts]


@pytest.mark.parametrize("text", ["", "—", "a.b", "U.S.A. today", "x_y", "it’s 3.5 % (so)", "日本の看護師"])
def test_offsets_give_back_every_token(text):
    prepared = Text(text)
    assert [text[slice(*prepared.offsets((n, n)))] for n in range(len(prepared.tokens))] == TOKEN.findall(text)


def sections(text: str) -> dict[str, str]:
    """The section of every word that occurs once in a text."""
    cues = [(section, to_term(term)) for section, terms in CUES for term in terms]
    prepared = Text(text)
    tokens: dict[str, list[int]] = {}
    for number, spans in spans_of([term for _, term in cues], prepared).items():
        tokens.setdefault(cues[number][0], []).extend(span[0] for span in spans)
    parts = find_sections(prepared, tokens)
    return {token: parts.at(n) for n, token in enumerate(prepared.tokens)}


def test_a_labelled_abstract_is_cut_at_its_labels():
    at = sections(
        "BACKGROUND: Owls are bold. We aimed to count owls. Methods: Mice were caught. "
        "Results Foxes ran. CONCLUSIONS: Hares win. Keywords: bears"
    )
    assert [at[w] for w in ("bold", "count", "Mice", "Foxes", "Hares", "bears")] == [
        "background", "aim", "methods", "results", "conclusion", "keywords",
    ]  # fmt: skip


def test_a_heading_in_capitals_before_a_colon_needs_no_new_sentence():
    text = "Owls are bold {}: Mice were caught {}: Foxes ran"
    at = sections(text.format("METHODS", "RESULTS"))
    assert [at[w] for w in ("bold", "caught", "ran")] == ["background", "methods", "results"]
    assert set(sections(text.format("Methods", "Results")).values()) == {"text"}


def test_labels_in_other_languages_are_labels():
    at = sections("Antecedentes: Los osos. Métodos: Las liebres. Resultados: Los zorros. Conclusiones: Los gatos.")
    assert [at[w] for w in ("osos", "liebres", "zorros", "gatos")] == ["background", "methods", "results", "conclusion"]


def test_an_abstract_without_labels_is_cut_by_how_it_speaks():
    at = sections(
        "Owls are bold. Mice are common. We examined foxes in woods. Traps were administered to wolves. "
        "Deer were significantly larger. In conclusion hares should win."
    )
    assert [at[w] for w in ("bold", "foxes", "wolves", "Deer", "hares")] == [
        "background", "aim", "methods", "results", "conclusion",
    ]  # fmt: skip


def test_a_short_text_is_not_cut():
    assert set(sections("Owls are bold. Mice too.").values()) == {"text"}
