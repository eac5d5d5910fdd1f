"""LaTeX as it occurs in bibliographies, to plain Unicode text.

Accents, symbols, dashes, quotes and escaped characters are decoded; formatting commands and braces go and their text
stays; mathematics is left readable. Nothing is ever dropped that could be text: a bare % is a per cent sign here,
and a command we do not know stays as it is written.
"""

import re
import unicodedata

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.|\Z)|[{}$~]|---?|``|''|[_^]", re.S)
_BRACES = str.maketrans("", "", "{}")

# Accent command -> combining mark that follows its letter.
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "t": "\u0361", "G": "\u030f", "h": "\u0309", "U": "\u030e",
}  # fmt: skip

_SYMBOLS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
    "SS": "SS", "textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "quotesinglbase": "‚", "quotedblbase": "„", "glqq": "„",
    "grqq": "“", "guillemotleft": "«", "guillemotright": "»", "flqq": "«", "frqq": "»", "textquotesingle": "'",
    "textquotedbl": '"', "lq": "‘", "rq": "’", "ldots": "…", "dots": "…", "textellipsis": "…", "cdots": "⋯",
    "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "pounds": "£",
    "textsterling": "£", "euro": "€", "texteuro": "€", "EUR": "€", "textyen": "¥", "textcent": "¢", "S": "§",
    "textsection": "§", "P": "¶", "dag": "†", "ddag": "‡", "textdagger": "†", "degree": "°", "textdegree": "°",
    "textmu": "µ", "textordfeminine": "ª", "textordmasculine": "º", "textexclamdown": "¡", "textquestiondown": "¿",
    "textbullet": "•", "textbackslash": "\\", "backslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbar": "|", "textless": "<", "textgreater": ">", "textdollar": "$", "textpercent": "%",
    "textbraceleft": "{", "textbraceright": "}", "lbrace": "{", "rbrace": "}", "slash": "/", "textsuperscript": "",
    "textsubscript": "", "times": "×", "texttimes": "×", "div": "÷", "pm": "±", "textpm": "±", "mp": "∓",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼",
    "simeq": "≃", "equiv": "≡", "infty": "∞", "cdot": "·", "textperiodcentered": "·", "circ": "°", "prime": "′",
    "rightarrow": "→", "to": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "uparrow": "↑",
    "downarrow": "↓", "in": "∈", "subset": "⊂", "cup": "∪", "cap": "∩", "sum": "∑", "prod": "∏", "int": "∫",
    "partial": "∂", "nabla": "∇", "sqrt": "√", "forall": "∀", "exists": "∃", "ast": "*", "star": "⋆", "ll": "≪",
    "gg": "≫", "textasciimacron": "¯",
    "lt": "<", "gt": ">", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX", "quad": " ",
    "qquad": " ", "newline": " ", "par": " ", "space": " ", "nobreakspace": " ", "thinspace": " ",
}  # fmt: skip

# Commands that only say how their text looks: they go, the text stays.
_LOOKS = """
emph textit textbf textsc textrm textsf texttt textsl textup textmd textnormal text mbox hbox fbox underline uline
mathrm mathit mathbf mathsf mathtt mathcal mathbb mathnormal operatorname ensuremath it bf sc rm sf tt sl em
bfseries itshape scshape upshape normalfont rmfamily sffamily ttfamily small footnotesize scriptsize large Large
url nolinkurl path protect left right big Big displaystyle limits relax enquote uppercase lowercase
MakeUppercase MakeLowercase NoCaseChange natexlab
"""
_FORMATTING = frozenset(_LOOKS.split())
# Escaped characters and spacing.
_ESCAPED = {
    "&": "&", "%": "%", "$": "$", "_": "_", "#": "#", "{": "{", "}": "}", " ": " ", "\n": " ", "\t": " ", ",": " ",
    ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "\\": " ", "@": "", "*": "", "|": "|", "<": "<",
    "(": "", ")": "", "[": "", "]": "", "+": "+", "?": "?",
}  # fmt: skip
_PLAIN = {"~": " ", "--": "–", "---": "—", "``": "“", "''": "”", "{": "", "}": ""}
_TARGET = re.compile(r"(?:\\[ij](?![A-Za-z])|[^\\{}$~\s])")
_BETWEEN_DOLLARS = re.compile(r"\$([^$]*)(?=\$)")
# What stands between two $ is mathematics if it has a command or an index, is short, or is a plain expression; it is
# not if it reads like money ("$5 to $10").
_MATH = re.compile(r"[A-Za-z<>=≤≥~+\-*/][^\n]{0,40}(?<!\s)|\S{1,3}")
_ARGUMENT = re.compile(r"\s*\{([^{}]*)\}")
_VERBATIM = re.compile(r"\\([_&%#$~{}])")


def decode_latex(text: str) -> str:
    r"""Plain text. Text without LaTeX comes back as it is.

    >>> decode_latex(r"M{\"u}ller and Ko{\c c}ak: 50% of {\em nurses} -- a $\beta$ \& $\chi^2$ study")
    'Müller and Koçak: 50% of nurses – a β & χ2 study'
    """
    if not _needs_decoding(text):
        return text
    if "\\" not in text and "$" not in text and "'" not in text and "`" not in text:
        if "--" not in text:
            return text.translate(_BRACES).replace("~", " ")
        decoded = text.replace("---", "—").replace("--", "–").translate(_BRACES).replace("~", " ")
        return unicodedata.normalize("NFC", decoded.replace(_MONEY, "$"))
    if "$" in text:
        text = _decode_around_math(text)
        if not _needs_decoding(text):
            return text.replace(_MONEY, "$")
    decoded = _decode(text, math=False).replace(_MONEY, "$")
    return decoded if decoded.isascii() else unicodedata.normalize("NFC", decoded)


def _needs_decoding(text: str) -> bool:
    return "{" in text or "}" in text or "--" in text or has_commands(text)


def has_commands(text: str) -> bool:
    """Whether there is anything of LaTeX in it beside braces and dashes."""
    # Several searches for a fixed text are faster than one for a pattern.
    return (
        "\\" in text or "$" in text or "~" in text or ("`" in text and "``" in text) or ("'" in text and "''" in text)
    )


def decode_verbatim(text: str) -> str:
    """An address or identifier: only escaped characters are decoded and the outer braces go."""
    text = text.strip()
    while len(text) > 1 and text[0] == "{" and text[-1] == "}":
        text = text[1:-1].strip()
    return _VERBATIM.sub(r"\1", text).replace("{", "").replace("}", "") if "\\" in text or "{" in text else text


_MONEY = "\ufdd0"  # a noncharacter: a dollar sign that is one


def _decode_around_math(text: str) -> str:
    out: list[str] = []
    text = text.replace(r"\$", _MONEY)
    position = 0
    while match := _BETWEEN_DOLLARS.search(text, position):
        out.append(text[position : match.start()])
        inner = match.group(1)
        if any(c in inner for c in "\\_^{") or _MATH.fullmatch(inner):
            out.append(_decode(inner, math=True))
            position = match.end() + 1
        else:
            out.append(_MONEY + inner)
            position = match.end()
    out.append(text[position:].replace("$", _MONEY))
    return "".join(out)


def _decode(text: str, math: bool) -> str:
    out: list[str] = []
    position = 0
    while match := _TOKEN.search(text, position):
        token = match.group()
        out.append(text[position : match.start()])
        position = match.end()
        if token in _PLAIN:
            if math and token[0] in "-~`'":
                out.append(token)
            else:
                out.append(_PLAIN[token])
        elif token[0] == "\\":
            position = _command(text, token[1:], position, out)
        elif token == "$":
            out.append("$")
        elif not math or (token == "^" and out and out[-1][-1:].isdigit()):
            out.append(token)
    out.append(text[position:])
    return "".join(out)


def _command(text: str, name: str, position: int, out: list[str]) -> int:
    """Appends what the command stands for; gives the position after it."""
    if name in _ACCENTS:
        return _accent(text, name, position, out)
    if len(name) == 1 and not name.isalpha():
        out.append(_ESCAPED.get(name, "\\" + name))
        return position
    bare = name.rstrip("*")
    if bare in _SYMBOLS:
        out.append(_SYMBOLS[bare])
        return _skip_space(text, position)
    if bare in _FORMATTING:
        return _skip_space(text, position)
    if bare == "href" and (match := _ARGUMENT.match(text, position)):
        out.append(match.group(1) + " ")
        return match.end()
    # Unknown: kept as written, with a space so that its text does not run into it.
    out.append("\\" + name + (" " if text[position : position + 1] == "{" else ""))
    return position


def _skip_space(text: str, position: int) -> int:
    """TeX eats the blank after a command made of letters; "\\ss{} " keeps it."""
    if text.startswith("{}", position):
        return position + 2
    while position < len(text) and text[position] in " \t\n":
        position += 1
    return position


def _accent(text: str, name: str, position: int, out: list[str]) -> int:
    r"""The letter under an accent: ``\'e``, ``\'{e}``, ``\' e``, ``\'\i``, ``{\'{\i}}``."""
    mark = _ACCENTS[name]
    start = position
    while position < len(text) and text[position] in " \t\n" and (name.isalpha() or position == start):
        position += 1
    n_open = 0
    while position < len(text) and text[position] == "{" and n_open < 3:
        position += 1
        n_open += 1
    match = _TARGET.match(text, position)
    if not match:
        # Nothing to stand on: "\~{}" is a tilde in an address, "\c" at the end is what it says.
        out.append({"'": "'", "`": "`", "^": "^", '"': '"', "~": "~", "=": "=", ".": "."}.get(name, "\\" + name))
        return position + 1 if n_open and text[position : position + 1] == "}" else start
    letter = match.group()
    position = match.end()
    if letter.startswith("\\"):
        letter = letter[1]
        if text.startswith("{}", position):
            position += 2
        elif n_open == 0 and position < len(text) and text[position] == " ":
            position += 1
    out.append(unicodedata.normalize("NFC", letter + mark))
    return position
