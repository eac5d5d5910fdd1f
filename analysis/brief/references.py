"""References as they are printed: authors, title, where, when and the DOI, in one line."""

from dataclasses import dataclass
from urllib.parse import quote

from corpus.records import Author, Record

MOST_AUTHORS = 4


@dataclass(frozen=True, slots=True)
class Reference:
    """``mark``: what must stand before it, such as "Retracted". ``url``: "" if none is known."""

    id: str
    text: str
    url: str = ""
    mark: str = ""

    @property
    def line(self) -> str:
        return f"[{self.mark}] {self.text}" if self.mark else self.text


def to_reference(record: Record, mark: str = "") -> Reference:
    """Authors (the first four), year, title, journal with volume and pages."""
    names = [_name(author) for author in record.authors[:MOST_AUTHORS]]
    if len(record.authors) > MOST_AUTHORS or record.authors_cut:
        names.append("et al.")
    by = ", ".join(names) or "No author given"
    title = (record.title or "Without a title").strip().rstrip(".")
    issue = f"({record.issue})" if record.issue else ""
    place = " ".join(part for part in (record.venue, f"{record.volume or ''}{issue}") if part)
    where = ": ".join(part for part in (place, record.pages) if part)
    parts = [f"{by.rstrip('.')}. {record.year or 'Year unknown'}", title, where]
    text = " ".join(". ".join(part for part in parts if part).split()) + "."
    url = f"https://doi.org/{quote(record.doi, safe='/:;().-_')}" if record.doi else ""
    return Reference(record.id, text, url, mark)


def _name(author: Author) -> str:
    if author.corporate or not author.given:
        return author.family
    letters = [part[0].upper() for part in author.given.replace("-", " ").replace(".", " ").split() if part]
    return f"{author.family} {''.join(letters)}".strip()
