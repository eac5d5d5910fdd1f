"""What a change of terms would do to a corpus: which entries would be tagged otherwise, without tagging all of them.

A term can only matter to a text that it occurs in. So the terms that differ are looked for in every entry, and only the
entries that have one are tagged anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from corpus.framework import Facet, Framework, Tag
from corpus.records import Assignment, Fields
from corpus.rules import Progress, no_progress
from corpus.terms import lists_of
from ingest.tagging import build_tagger
from ingest.tagging.matcher import Matcher, Text
from ingest.tagging.tagger import TEXT_FIELDS, text_of
from ingest.tagging.terms import Term, to_term


@dataclass(frozen=True, slots=True)
class Retagged:
    """One entry as the changed framework reads it; ``why_out`` is the reason why it is suggested out of scope."""

    assignments: tuple[Assignment, ...]
    why_out: str | None

    @property
    def codes(self) -> tuple[tuple[tuple[str, str], ...], bool]:
        """As ``Corpus.snapshot_if`` takes them."""
        return tuple((a.facet, a.tag) for a in self.assignments), self.why_out is not None


def retag_where_it_matters(
    before: Framework,
    after: Framework,
    entries: Iterable[tuple[str, Fields]],
    progress: Progress = no_progress,
    total: int = 0,
) -> dict[str, Retagged]:
    """Entry id -> how it is tagged under ``after``, for every entry that could be tagged otherwise than before.

    The frameworks may differ in the lists of their tags, and in anything else; where they differ in more, every entry
    is tagged anew. Raises FrameworkError for a term that cannot be read.
    """
    tagger = build_tagger(after)
    every = not _differ_in_lists_alone(before, after)
    terms, headings = _changed(before, after)
    matcher: Matcher[bool] = Matcher(terms, lambda numbers: True)
    found: dict[str, Retagged] = {}
    for done, (entry_id, fields) in enumerate(entries, 1):
        if every or (headings and _has_headings(fields)) or _has_any(matcher, fields):
            assignments = tagger.assign(fields)
            in_scope, why = tagger.suggest_scope(fields, assignments)
            found[entry_id] = Retagged(assignments, None if in_scope else why)
        if done % 500 == 0:
            progress("reading records again", done, total)
    return found


def _has_any(matcher: Matcher[bool], fields: Fields) -> bool:
    return any(matcher.find(Text(words)) for name in TEXT_FIELDS if (words := text_of(fields, name)))


def _has_headings(fields: Fields) -> bool:
    return bool(fields.keywords or fields.mesh or fields.publication_types)


def _changed(before: Framework, after: Framework) -> tuple[list[Term], bool]:
    """The terms that only one of the two has, and whether any headings differ."""
    old, new = _lists(before), _lists(after)
    terms: list[Term] = []
    headings = False
    for framework, mine, theirs in ((before, old, new), (after, new, old)):
        for (facet, tag, name), values in mine.items():
            gone = set(values) - set(theirs.get((facet, tag, name), ()))
            headings |= name == "headings" and bool(gone)
            if gone and name in ("terms", "weak", "unless"):
                options = framework.facet(facet).options
                lists = {**framework.options.get("lists", {}), **options.get("lists", {})}
                terms += [to_term(term, lists) for term in sorted(gone)]
    return terms, headings


def _lists(framework: Framework) -> dict[tuple[str, str, str], tuple[str, ...]]:
    return {
        (facet.id, tag.id, name): values
        for facet in framework.facets
        for tag in facet.tags
        for name, values in lists_of(tag).items()
    }


def _differ_in_lists_alone(before: Framework, after: Framework) -> bool:
    return _without_lists(before) == _without_lists(after)


def _without_lists(framework: Framework) -> tuple[tuple[Facet, ...], Mapping[str, object]]:
    def bare(tag: Tag) -> Tag:
        options = {name: value for name, value in tag.options.items() if name != "weak"}
        return replace(tag, terms=(), unless=(), headings=(), wide=(), options=options)

    facets = tuple(replace(facet, tags=tuple(map(bare, facet.tags))) for facet in framework.facets)
    return facets, framework.options
