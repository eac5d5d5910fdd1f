"""A record with its codes, and what a writer of references is."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.framework import Framework
from corpus.records import Assignment, Author, Record


@dataclass(frozen=True)
class Coded:
    """A record with the tags it has. ``mark``: what must stand beside it, such as "Retracted" (corpus/notices.py)."""

    record: Record
    assignments: tuple[Assignment, ...]
    mark: str = ""

    @property
    def notes(self) -> list[str]:
        """Notes to write: the mark, then the record's own."""
        return [note for note in dict.fromkeys((self.mark, *self.record.notes)) if note]

    @property
    def passages(self) -> list[str]:
        """The words that earned each tag, one text a passage: ``population=nurse: "nurses" in the title``."""
        return [f'{a.facet}={a.tag}: "{one_line(a.passage)}" in the {a.field}' for a in self.assignments if a.passage]

    def tags(self, framework: Framework) -> dict[str, list[str]]:
        """Tag ids by facet, parents added, framework order."""
        given = {(a.facet, a.tag) for a in self.assignments}
        found: dict[str, list[str]] = {}
        for facet in framework.facets:
            here = {p for f, tag in given if f == facet.id for p in facet.with_parents(tag)}
            if here:
                found[facet.id] = [tag.id for tag in facet.tags if tag.id in here]
        return found


@dataclass(frozen=True)
class Writer:
    """How one format is written. ``binary``: ``out`` takes bytes; else text, in UTF-8 with line ends as they come."""

    name: str
    suffix: str
    write: Callable[[Any, Iterable[Coded], Framework], None]
    binary: bool = False

    def __call__(self, out: Any, records: Iterable[Coded], framework: Framework) -> None:
        self.write(out, records, framework)


def one_line(text: str | None) -> str:
    """Text without line ends or control characters, which end a field or a file in some formats."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) if text else ""


def split_name(author: Author) -> str:
    """ "Family, Given"; a body ends in a comma, as RIS and EndNote mark names that are not to be taken apart."""
    return f"{one_line(author.family)}," if author.corporate else one_line(str(author))


_OWN_SEMICOLON = "\u037e"  # the Greek question mark: looks like ";", and Unicode's normal form of it is ";"
_PARTING = frozenset(",;|•·\n")  # what parts a list, for one program or another


def join_words(words: Sequence[str]) -> str:
    """Keywords, headings or names in one field, parted by ";".

    A ";" within one is written as the Greek question mark, which looks the same and becomes ";" again when the field
    is read here. A single one that holds a comma or the like ends in ";", or it would be read as two.
    """
    text = "; ".join(word.replace(";", _OWN_SEMICOLON) for word in words)
    return text + ";" * (len(words) == 1 and not _PARTING.isdisjoint(text))


def join_names(authors: Sequence[Author], cut: bool) -> str:
    """Authors in one field, parted by ";". A body stands in braces, as in BibTeX: it is one name, whatever it holds."""
    names = [f"{{{one_line(author.family)}}}" if author.corporate else str(author) for author in authors]
    if len(names) != 1 or cut:
        return join_words([*names, "et al."] if cut else names)
    name = names[0].replace(";", _OWN_SEMICOLON)
    may_part = name.count(",") > 1 or any(mark in name for mark in (" and ", "&", "|", "\n"))
    return name + ";" if may_part and not authors[0].corporate else name


# What kinds of works are called in publication-type fields, where a format's own types do not tell them from articles.
KINDS = {
    "article": "Journal Article", "review": "Review", "letter": "Letter", "editorial": "Editorial",
    "erratum": "Published Erratum", "retraction": "Retraction of Publication", "comment": "Comment",
    "preprint": "Preprint", "news": "News", "dataset": "Dataset", "book": "Book", "chapter": "Book Chapter",
    "conference": "Conference Paper", "thesis": "Dissertation", "report": "Technical Report", "web": "Web page",
}  # fmt: skip


def to_kinds(record: Record, own: Container[str | None]) -> list[str]:
    """The record's publication types, with its kind first unless the format's own types (``own``) say it already."""
    kinds = [one_line(kind) for kind in record.publication_types]
    kind = KINDS.get(record.type or "")
    if kind and record.type not in own and kind.lower() not in {k.lower() for k in kinds}:
        kinds.insert(0, kind)
    return kinds
