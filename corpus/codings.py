"""What people coded, beside what the rules give the same texts.

The learner learns from it, and the quality of tags is measured on it. The rules' tags here are the rules' own: no
ruling has touched them, so a person's code never counts as found because the person gave it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from corpus.framework import Framework, TagKey
from corpus.records import Fields
from corpus.store import Corpus

_WHOLE = 3  # facets coded, from which on a person is taken to have looked at all


@dataclass(frozen=True, slots=True)
class Coding:
    """One text, the tags that people say it has or has not, and those the rules give. Parents are added throughout.

    ``coded``: the facets a person went through, with the framework version then. A tag of such a facet that is not in
    ``right`` is one the text has not, unless it is newer; elsewhere a missing tag says nothing. ``alike``: the rules
    had at least as much to read as the person, so that what they miss is theirs to miss.
    """

    id: str
    fields: Fields
    given: frozenset[TagKey]
    right: frozenset[TagKey]
    wrong: frozenset[TagKey] = frozenset()
    coded: Mapping[str, int] = field(default_factory=dict)
    alike: bool = True

    def says(self, key: TagKey, since: int) -> bool | None:
        """Whether people say that the text has the tag; None where nobody looked for it."""
        if key in self.right:
            return True
        if key in self.wrong or self.coded.get(key[0], 0) >= since:
            return False
        return None


def load_codings(corpus: Corpus) -> list[Coding]:
    """Every record of the corpus with a person's ruling on a tag, by id; without those ruled out of scope."""
    frame = corpus.snapshot().frame
    out = set(frame["id"][(frame["scope"] == "out").to_numpy()])
    records = corpus.records(sorted(corpus.entries_ruled_on()))
    given = corpus.rule_tags(entry for record in records for entry in record.entries)
    found = []
    for record in records:
        standing = corpus.tag_rulings(record)
        if record.id in out or not standing:
            continue
        coded: dict[str, int] = {}
        for ruling in standing.values():
            if ruling.coded_under is not None:
                coded[ruling.facet] = max(coded.get(ruling.facet, 0), ruling.coded_under)
        right = add_parents(corpus.framework, (key for key, ruling in standing.items() if ruling.value != "rejected"))
        wrong = frozenset(key for key, ruling in standing.items() if ruling.value == "rejected") - right
        read_abstract = any(ruling.coded_from == "abstract" for ruling in standing.values())
        found.append(
            Coding(
                id=record.id,
                fields=record,
                given=add_parents(corpus.framework, (key for entry in record.entries for key in given[entry])),
                right=right,
                wrong=wrong,
                coded=coded,
                alike=bool(record.abstract) or not read_abstract,
            )
        )
    return sorted(found, key=lambda coding: coding.id)


def add_parents(framework: Framework, keys: Iterable[TagKey]) -> frozenset[TagKey]:
    """The tags with everything broader; those that this framework does not have are left out."""
    known = framework.by_id
    return frozenset(
        (facet, broader)
        for facet, tag in keys
        if facet in known and tag in known[facet].by_id
        for broader in known[facet].with_parents(tag)
    )


MANY = 6  # more single codes than this in a facet with a summary tag are read as the summary


def read_summaries(framework: Framework, keys: frozenset[TagKey]) -> frozenset[TagKey]:
    """Many codes of a facet, or some beside its summary tag ("three regions or more"), as the summary alone."""
    codes = keys
    for facet in framework.facets:
        for rule in facet.options.get("rules", ()):
            if "instead-of" in rule:
                here = {key for key in codes if key[0] == facet.id}
                summary = (facet.id, rule["give"])
                if summary in here or len(here) > MANY:
                    codes = (codes - here) | {summary}
    return codes


def as_whole(coding: Coding, framework: Framework) -> Coding:
    """The coding of a text with codes in several facets, with its empty facets as looked at: it has no tag of them.

    Coders mostly leave a facet empty because the text says nothing of it. Without these texts a facet would seem to be
    there always, and whoever learns from that finds it everywhere. For measuring quality it would be a guess too many.
    """
    if len(coding.coded) < _WHOLE:
        return coding
    under = min(coding.coded.values())
    return replace(coding, coded={**dict.fromkeys(framework.by_id, under), **coding.coded})
