"""LaTeX in bibliographies becomes plain text, and nothing that could be text is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.latex import decode_latex, decode_verbatim


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        pytest.param("Plain text, 50% of it", "Plain text, 50% of it", id="nothing to do"),
        pytest.param(r"M{\"u}ller, M\"uller, M\"{u}ller", "Müller, Müller, Müller", id="umlaut three ways"),
        pytest.param(r"{\'\i}ndice \'{\i} \^\i le", "índice í île", id="accent on dotless i"),
        pytest.param(r"Ko{\c c}ak, \v{S}koda, Erd\H os, \k{a}", "Koçak, Škoda, Erdős, ą", id="letter accents"),
        pytest.param(r"\O{}re, {\o}re, \L ukasz, Stra\ss e", "Øre, øre, Łukasz, Straße", id="letters of their own"),
        pytest.param(r"R\&D: 20\% cost \$5, a\_b, \#1", "R&D: 20% cost $5, a_b, #1", id="escaped"),
        pytest.param("100% of nurses % and more", "100% of nurses % and more", id="bare per cent sign"),
        pytest.param(r"{\em Nurses} and \textit{doctors}", "Nurses and doctors", id="formatting goes, text stays"),
        pytest.param(r"``quoted'' -- a---b", "“quoted” – a—b", id="quotes and dashes"),
        pytest.param(r"$\alpha$ and $\chi^2$, H$_2$O, $p < 0.05$", "α and χ2, H2O, p < 0.05", id="mathematics"),
        pytest.param("from $5 to $10", "from $5 to $10", id="money"),
        pytest.param(r"\unknown{text} C:\Users", r"\unknown text C:\Users", id="unknown commands stay"),
        pytest.param("unbalanced {brace", "unbalanced brace", id="unbalanced"),
        pytest.param("a~b", "a b", id="tie"),
        pytest.param("{" * 10_000 + "deep" + "}" * 10_000, "deep", id="ten thousand levels"),
    ],
)
def test_latex_becomes_text(latex, text):
    assert decode_latex(latex) == text


@given(st.text(alphabet=r"ab{}\$~'`^_% &", max_size=60))
def test_any_text_decodes_and_keeps_its_letters(text):
    decoded = decode_latex(text)
    if "\\" not in text:  # then letters are letters, whatever stands between them
        assert [c for c in decoded if c in "ab%"] == [c for c in text if c in "ab%"]


def test_addresses_keep_tildes_and_dashes():
    assert decode_verbatim(r"{http://x.org/~me/a\_b--c}") == "http://x.org/~me/a_b--c"
