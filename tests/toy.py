"""A rule set small enough to reason about, for testing the store by itself.

An entry's fields are taken as they are. Two entries are compared if their titles are equal but for a "?" at the
end. With one "?": held. Two different DOIs: distinct. Otherwise: same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus.framework import Framework
from corpus.records import Assignment, Author, Entry, Fields, Link, Rejected
from corpus.rules import Known, Progress, Rules
from corpus.store import Corpus


def interpret(entry: Entry) -> Fields:
    def first(name: str) -> str | None:
        return (entry.fields.get(name) or [None])[0]

    year = first("year")
    return Fields(
        title=first("title"),
        abstract=first("abstract"),
        doi=first("doi"),
        year=int(year) if year else None,
        authors=tuple(Author(name) for name in entry.fields.get("author", ())),
        keywords=tuple(entry.fields.get("keywords", ())),
    )


def _stem(fields: Fields) -> str:
    return (fields.title or "").rstrip("?").casefold()


def keys(fields: Fields) -> tuple[str, ...]:
    return (_stem(fields),)


def judge(a: Fields, b: Fields) -> tuple[str, str, float] | None:
    if _stem(a) != _stem(b):
        return None
    if a.title != b.title:
        return "held", "question mark", 0.5
    if a.doi and b.doi and a.doi != b.doi:
        return "distinct", "two DOIs", 1.0
    return "same", "title", 1.0 if a.doi and b.doi else 0.8


def match(entries: Mapping[str, Fields], known: Known | None = None, progress: Progress | None = None) -> list[Link]:
    everyone = dict(entries)
    if known is not None:
        found = known.with_keys({k for f in entries.values() for k in keys(f)})
        everyone.update(known.fields_of({i for ids in found.values() for i in ids}))
    links = []
    for i in sorted(entries):
        for j in sorted(everyone):
            if i != j and (j not in entries or i < j):
                verdict = judge(everyone[i], everyone[j])
                if verdict:
                    links.append(Link(min(i, j), max(i, j), *verdict))  # type: ignore[arg-type]
    return links


class WordTagger:
    """A tag for each of its terms that stands in the title or abstract."""

    def __init__(self, framework: Framework) -> None:
        self._terms = [(f.id, t.id, term) for f in framework.facets for t in f.tags for term in t.terms]

    def assign(self, fields: Fields) -> tuple[Assignment, ...]:
        out = []
        for facet, tag, term in self._terms:
            for name in ("title", "abstract"):
                text = getattr(fields, name) or ""
                at = text.casefold().find(term)
                if at >= 0:
                    out.append(Assignment(facet, tag, "rule", name, at, at + len(term), text[at : at + len(term)]))
        return tuple(out)

    def suggest_scope(self, fields: Fields, assignments: Sequence[Assignment]) -> tuple[bool, str]:
        return bool(assignments), "" if assignments else "no term of the framework"


def warn(entry: Entry, fields: Fields) -> tuple[str, ...]:
    return () if fields.title else ("There is no title.",)


RULES = Rules(interpret, warn, keys, match, WordTagger, "toy-1")


def entry(title: str, line: int = 1, **fields: str) -> Entry:
    """An entry whose raw text says all that its fields say, so that equal content has an equal id."""
    values = {"title": [title], **{name: [value] for name, value in fields.items()}}
    return Entry("toy", line, repr(sorted(values.items())), values)


def add(corpus: object, items: Iterable[Entry | Rejected], accept: bool = True, **about: str) -> object:
    """One upload of one file; the Import."""
    import_id = corpus.start_import(**about)  # type: ignore[attr-defined]
    file_id = corpus.start_file(import_id, "toy.txt", "toy")  # type: ignore[attr-defined]
    corpus.stage(import_id, file_id, list(items))  # type: ignore[attr-defined]
    corpus.finish_file(file_id, "utf-8")  # type: ignore[attr-defined]
    done = corpus.propose(import_id)  # type: ignore[attr-defined]
    return corpus.accept(import_id) if accept else done  # type: ignore[attr-defined]


def contents(corpus: Corpus) -> list[tuple[Any, ...]]:
    """All that an export would hold: records, their fields, tags and origins' lines."""
    return [
        (record, corpus.assignments(record), sorted((o.file, o.line) for o in corpus.origins(record)))
        for record in corpus.records()
    ]


def frame(corpus: Corpus, **how: Any) -> list[tuple[Any, ...]]:
    """A snapshot row by row: what counting sees of each record."""
    snapshot = corpus.snapshot(**how)
    return [
        (
            row.id,
            row.title,
            row.scope,
            row.coded_by,
            snapshot.tags[i].indices.tolist(),
            snapshot.not_yet[i].indices.tolist(),
        )
        for i, row in enumerate(snapshot.frame.itertuples())
    ]
