"""References as people write them: Vancouver, APA 7 and Harvard (Cite Them Right), from a record.

A reference is a list of runs, so that every kind of file can set italics its own way. What a record lacks is left out
with its punctuation. Sources of the rules: NLM's Citing Medicine (Vancouver); Publication Manual of the APA, 7th
edition; Pears and Shields, Cite Them Right.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from corpus.export.coded import Coded, one_line
from corpus.notices import strip_mark
from corpus.records import Author, Record

Look = Literal["", "italic", "bold"]


class Run(NamedTuple):
    """Words set in one way. ``link``: an address they lead to."""

    text: str
    look: Look = ""
    link: str = ""


Reference = list[Run]
_ENDED = (".", "?", "!", "。", "？", "！", "…")
_PART = re.compile(r"[-‐‑]")
_WHOLE = frozenset(("book", "report", "thesis", "dataset", "web"))  # works that stand by themselves: titles in italics
_SAFE = re.compile(r"[^A-Za-z0-9/:;().\-_~+,=@!$&*']")
NO_DATE = "n.d."


@dataclass(frozen=True)
class Style:
    """One way of citing. ``numbered``: references are counted; else they hang in alphabetical order."""

    id: str
    name: str
    write: Callable[[Coded], Reference]
    numbered: bool = False


def to_link(record: Record) -> str:
    """Where the work can be reached: its DOI, else its web address if it is one; "" if neither is known."""
    if record.doi:
        quoted = _SAFE.sub(lambda c: "".join(f"%{byte:02X}" for byte in c[0].encode()), record.doi)
        return f"https://doi.org/{quoted}"
    url = one_line(record.url)
    return url if re.match(r"https?://[^\s<>\"]+$", url) else ""


def to_initials(given: str, between: str, hyphen: str) -> str:
    """ "Jan-Peter M" as initials, parted as a style wants; "" where the script knows none.

    >>> to_initials("Jean-Luc M.", " ", ".-"), to_initials("JLM", "", "")
    ('J.-L. M.', 'JLM')
    """
    out = []
    for word in given.replace(".", " ").split():
        parts = list(word) if word.isupper() and len(word) <= 4 and "-" not in word else None
        letters = parts or [p[0].upper() for p in _PART.split(word) if p]
        if not all(c.lower() != c.upper() for c in letters):
            return ""
        if parts:
            out += [f"{c}." if hyphen else c for c in parts]
        else:
            out.append(hyphen.join(letters) + "." if hyphen else "".join(letters))
    return between.join(out)


def _is_whole(author: Author) -> bool:
    return author.corporate or not author.given


def _name(author: Author, between: str, hyphen: str, comma: str) -> str:
    """A name in a style's manner; a body as it is, and a name whose script has no capitals whole."""
    family, given = one_line(author.family), one_line(author.given)
    if _is_whole(author):
        return family
    initials = to_initials(given, between, hyphen)
    if initials:
        return f"{family}{comma}{initials}"
    return f"{family}{'' if _is_han(family + given) else ' '}{given}"


def _is_han(text: str) -> bool:
    return all("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in text)


def _vancouver(coded: Coded) -> Reference:
    record = coded.record
    names = [_name(a, "", "", " ") for a in record.authors]
    some = names[:6]
    cut = len(names) > 6 or record.authors_cut
    out = [_end(", ".join(some) + (", et al" if cut else ""))] if names else []
    out += _title(coded, "")
    container = one_line(record.venue)
    place = f"{one_line(record.volume)}" + (f"({one_line(record.issue)})" if record.issue else "")
    where = place + (f":{one_line(record.pages)}" if record.pages else "")
    year = str(record.year) if record.year else ""
    if record.type == "chapter" and container:
        pages = f" p. {_ended(one_line(record.pages))}" if record.pages else ""
        out.append(Run(" ".join(part for part in (" In:", _ended(container), _ended(year)) if part) + pages))
    else:
        date = f"{year};{where}" if year and where else year or where
        out.append(Run(" " + " ".join(part for part in (_ended(container), _ended(date)) if part)))
    link = to_link(record)
    if record.doi:
        out += [Run(" doi:"), Run(one_line(record.doi), link=link)]
    elif link:
        out += [Run(" Available from: "), Run(link, link=link)]
    return _tidy(out)


def _apa(coded: Coded) -> Reference:
    record = coded.record
    names = [_name(a, " ", ".-", ", ") for a in record.authors]
    year = str(record.year) if record.year else NO_DATE
    if record.authors_cut:
        by = ", ".join([*names[:19], "et al."])
    elif len(names) > 20:
        by = ", ".join(names[:19]) + f", … {names[-1]}"
    else:
        by = names[0] if len(names) == 1 else ", ".join(names[:-1]) + f", & {names[-1]}" if names else ""
    look: Look = "italic" if _stands_alone(record) else ""
    if names:
        out = [Run(f"{_ended(by)} ({year}). "), *_title(coded, look)]
    else:
        out = [*_title(coded, look), Run(f" ({year}).")]
    out += _apa_place(record)
    link = to_link(record)
    return _tidy([*out, Run(" "), Run(link, link=link)] if link else out)


def _apa_place(record: Record) -> Reference:
    venue, pages = one_line(record.venue), _dashed(record.pages)
    if record.type == "chapter":
        if not venue:
            return [Run(f" (pp. {pages}).")] if pages else []
        return [Run(" In "), Run(venue, "italic"), Run(f" (pp. {pages})." if pages else ".")]
    if not venue:
        return []
    out = [Run(" "), Run(venue, "italic" if not _stands_alone(record) else "")]
    if record.volume:
        out += [Run(", "), Run(one_line(record.volume), "italic")]
    if record.issue:
        out.append(Run(f"({one_line(record.issue)})" if record.volume else f", ({one_line(record.issue)})"))
    return [*out, Run(f", {pages}." if pages else ".")]


def _harvard(coded: Coded) -> Reference:
    record = coded.record
    names = [_name(a, "", ".-", ", ") for a in record.authors]
    year = str(record.year) if record.year else NO_DATE
    alone = _stands_alone(record)
    title: Reference = _title(coded, "italic", end="") if alone else [Run("‘"), *_title(coded, "", end=""), Run("’")]
    if not names:
        out = [*title, Run(f" ({year})")]
    elif record.authors_cut or len(names) > 3:
        out = [Run(f"{names[0]} "), Run("et al.", "italic"), Run(f" ({year}) "), *title]
    else:
        by = names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"
        out = [Run(f"{by} ({year}) "), *title]
    venue, pages = one_line(record.venue), _dashed(record.pages)
    if venue:
        before = ", in " if record.type == "chapter" else ". " if alone else ", "
        out += [Run(before), Run(venue, "" if alone else "italic")]
    place = one_line(record.volume) + (f"({one_line(record.issue)})" if record.issue else "")
    if place:
        out.append(Run(f", {place}"))
    if pages:
        several = "–" in pages or "," in pages
        out.append(Run(f", {'pp.' if several else 'p.'} {pages}"))
    out.append(Run("."))
    link = to_link(record)
    return _tidy([*out, Run(" Available at: "), Run(link, link=link), Run(".")] if link else out)


def _stands_alone(record: Record) -> bool:
    return record.type in _WHOLE or (not record.venue and record.type != "chapter")


def _title(coded: Coded, look: Look, end: str = ".") -> Reference:
    """The title, with what must stand beside it, such as that the work was retracted."""
    title = one_line(coded.record.title) or "Without a title"
    if coded.mark:
        bare = strip_mark(title) or title
        return [Run(bare, look), Run(" "), Run(f"[{coded.mark}]", "bold"), Run(end)]
    if not end:
        return [Run(title.removesuffix(".") if not title.endswith("..") else title, look)]
    return [Run(_ended(title), look)]


def _end(text: str) -> Run:
    return Run(f"{_ended(text)} ")


def _ended(text: str) -> str:
    return text if not text or text.endswith(_ENDED) else f"{text}."


def _dashed(pages: str | None) -> str:
    return re.sub(r"(?<=\w)\s*-+\s*(?=\w)", "–", one_line(pages))


def _tidy(runs: Reference) -> Reference:
    """Without empty runs, and with one blank where two came together."""
    out: Reference = []
    for run in runs:
        text = re.sub(r" {2,}", " ", run.text)
        if out and out[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if not out:
            text = text.lstrip(" ")
        if text:
            out.append(run._replace(text=text))
    if out:
        out[-1] = out[-1]._replace(text=out[-1].text.rstrip(" "))
    return [run for run in out if run.text]


def to_text(reference: Reference) -> str:
    """A reference without its looks."""
    return "".join(run.text for run in reference)


STYLES = {
    style.id: style
    for style in (
        Style("vancouver", "Vancouver", _vancouver, numbered=True),
        Style("apa", "APA (7th edition)", _apa),
        Style("harvard", "Harvard (Cite Them Right)", _harvard),
    )
}
