"""Coded samples: what one person coded in a set of texts, to measure the rules or another person by.

A sample is lines of JSON, one a text: ``{"id", "in_scope", "tags": {facet: [tag, ...]}}``, with its ``title``,
``abstract`` and ``keywords`` in the same line, in a second file by id, or in the corpus. It is kept beside the records,
texts included, so that it measures tomorrow's rules too; it adds nothing to any count.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.codings import Coding, add_parents, read_summaries
from corpus.errors import FileError
from corpus.framework import Framework, TagKey
from corpus.records import Fields
from corpus.store import Corpus

KIND = "sample"
_EXAMPLE = '{"id": "1", "in_scope": true, "tags": {"population": ["nurse"]}, "title": "..."}'


@dataclass(frozen=True, slots=True)
class Coded:
    """One text of a sample. ``fields`` is None where the file holds no text of it."""

    id: str
    tags: frozenset[TagKey]
    fields: Fields | None = None
    in_scope: bool = True
    coded_under: int = 1  # framework version: newer tags count only where they were given


@dataclass(frozen=True, slots=True)
class Sample:
    """What one person coded. ``facets``: those they used at all; in these a tag not given is one the text has not."""

    name: str
    coded: tuple[Coded, ...]

    @property
    def facets(self) -> frozenset[str]:
        return frozenset(facet for one in self.coded for facet, _ in one.tags)


def read_sample(name: str, text: str, texts: str = "") -> Sample:
    """A sample from the lines of a file, and the lines of a second one with its texts. Raises FileError."""
    words = {row["id"]: row for _, row in _rows(f"{name} (texts)", texts)}
    coded: dict[str, Coded] = {}
    for number, row in _rows(name, text):
        if row["id"] in coded:
            raise FileError(name, f'line {number}: "{row["id"]}" is coded twice. Keep one line for each text.')
        tags = row.get("tags")
        if not isinstance(tags, dict) or not all(
            isinstance(some, list) and all(isinstance(tag, str) for tag in some) for some in tags.values()
        ):
            raise FileError(name, f"line {number}: there are no tags by facet. Write it like {_EXAMPLE}.")
        coded[row["id"]] = Coded(
            id=row["id"],
            tags=frozenset((facet, tag) for facet, some in tags.items() for tag in some),
            fields=_to_fields({**words.get(row["id"], {}), **{n: v for n, v in row.items() if v is not None}}),
            in_scope=row.get("in_scope") is not False,
            coded_under=row["coded_under"] if isinstance(row.get("coded_under"), int) else 1,
        )
    if not coded:
        raise FileError(name, f"no coded text is in it. Each line is like {_EXAMPLE}.")
    return Sample(name, tuple(coded[i] for i in sorted(coded)))


def _rows(name: str, text: str) -> Iterable[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise FileError(name, f"line {number}: it is not JSON ({error}). Write it like {_EXAMPLE}.") from error
        if not isinstance(row, dict) or not isinstance(row.get("id"), str | int):
            raise FileError(name, f'line {number}: there is no "id". Write it like {_EXAMPLE}.')
        row["id"] = str(row["id"])
        yield number, row


def _to_fields(row: Mapping[str, Any]) -> Fields | None:
    def text(name: str) -> str | None:
        value = row.get(name)
        return value.strip() or None if isinstance(value, str) else None

    keywords = row.get("keywords") or ()
    if isinstance(keywords, str):
        keywords = [word.strip() for word in keywords.split(";")]
    words = tuple(str(word) for word in keywords if str(word).strip()) if isinstance(keywords, list | tuple) else ()
    fields = Fields(title=text("title"), abstract=text("abstract"), keywords=words)
    return fields if fields.title or fields.abstract or fields.keywords else None


def keep_sample(corpus: Corpus, sample: Sample, who: str = "") -> None:
    """Keep a sample in a corpus under its name, in place of one of that name."""
    rows = [
        {
            "id": one.id,
            "in_scope": one.in_scope,
            "coded_under": one.coded_under,
            "tags": _by_facet(one.tags),
            **({} if one.fields is None else {"title": one.fields.title, "abstract": one.fields.abstract}),
            **({} if one.fields is None else {"keywords": list(one.fields.keywords)}),
        }
        for one in sample.coded
    ]
    corpus.keep(KIND, sample.name, {"coded": rows}, who)


def _by_facet(keys: Iterable[TagKey]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for facet, tag in sorted(keys):
        found.setdefault(facet, []).append(tag)
    return found


def load_samples(corpus: Corpus) -> dict[str, Sample]:
    """The samples kept in a corpus, by name, the latest last."""
    return {
        name: Sample(
            name,
            tuple(
                Coded(
                    id=row["id"],
                    tags=frozenset((facet, tag) for facet, some in row["tags"].items() for tag in some),
                    fields=_to_fields(row),
                    in_scope=row["in_scope"],
                    coded_under=row["coded_under"],
                )
                for row in kept.value["coded"]
            ),
        )
        for name, kept in sorted(corpus.kept(KIND).items(), key=lambda item: item[1].number)
    }


def unknown_tags(sample: Sample, framework: Framework) -> tuple[TagKey, ...]:
    """Tags of a sample that this framework does not have: they measure nothing."""
    known = set(framework.columns)
    return tuple(sorted({key for one in sample.coded for key in one.tags} - known))


def to_codings(sample: Sample, corpus: Corpus) -> list[Coding]:
    """The sample's texts in scope beside what the rules give them; without those of which no text is known.

    A text that the file lacks is taken from the corpus, if its id is one of an entry there.
    """
    wanted = [one for one in sample.coded if one.in_scope]
    there = _records(corpus, [one.id for one in wanted if one.fields is None])
    found = []
    for one in wanted:
        fields = one.fields or there.get(one.id)
        if fields is None:
            continue
        given = add_parents(corpus.framework, ((a.facet, a.tag) for a in corpus.tagger.assign(fields)))
        found.append(
            Coding(
                id=one.id,
                fields=fields,
                given=read_summaries(corpus.framework, given),
                right=read_summaries(corpus.framework, add_parents(corpus.framework, one.tags)),
                coded=dict.fromkeys(sorted(sample.facets), one.coded_under),
            )
        )
    return found


def _records(corpus: Corpus, ids: Sequence[str]) -> dict[str, Fields]:
    return {entry: record for record in corpus.records(ids) for entry in record.entries} if ids else {}
