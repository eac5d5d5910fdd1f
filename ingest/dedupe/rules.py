"""When two entries are one work, when they are not, and when a person must say: the table.

The first row that fits decides. A row lists the levels it accepts of each trait (compare.py says what the
levels mean); a trait that a row does not name may be anything. The reason stands beside the row, so that a librarian
can argue with it. Nothing outside this table merges or parts anything.
"""

from collections.abc import Iterable
from typing import NamedTuple

from corpus.records import Fields, Verdict
from ingest.dedupe.compare import LEVELS, Pair, compare
from ingest.dedupe.traits import Traits, share_anchors, to_traits


class Judgement(NamedTuple):
    """What the table says about a pair. ``verdict`` is None where no row fits: there is nothing to say."""

    verdict: Verdict | None
    rule: str
    score: float
    why: str


class Rule(NamedTuple):
    """One row of the table. ``when`` names traits and the levels accepted: "title=equal|near year=equal"."""

    id: str
    verdict: Verdict
    score: float  # how sure; among "same" rows it orders the merging
    when: str
    reason: str


RULES = (
    # What titles say outright.
    Rule("notice-same-place", "same", 0.85,
         "kind=differ id=agree title=equal|near|part authors=agree|unknown year=equal volume=agree pages=range|agree",
         "Identifier, volume and page agree: one says what the other leaves out, that it is a reprint, say."),
    Rule("notice-same-range", "same", 0.8,
         "kind=differ title=equal|near authors=agree year=equal pages=range volume=agree venue=agree doi=agree|unknown",
         "Title, authors, year, journal, volume and page range agree: one says what the other leaves out."),
    Rule("notice-held", "held", 0.5,
         "kind=differ title=equal|near|part|similar id=agree pages=range|agree|unknown",
         "One identifier, but only one of the two calls itself an erratum, reply, comment or summary."),
    Rule("notice", "distinct", 0.99,
         "kind=differ",
         "An erratum, reply, comment, letter, summary, protocol or reprint is not the work it is about."),
    Rule("preprint-same-id", "same", 0.9,
         "form=preprint id=agree title=equal|near authors=agree|unknown numbers=equal",
         "One identifier, title and authors: one preprint, and only one of the two says that it is one."),
    Rule("preprint", "held", 0.8,
         "form=preprint title=equal|near|part|similar authors=agree|some|unknown",
         "A preprint and its article are two versions with different texts: a person decides whether they count "
         "once."),
    # One work.
    Rule("identical", "same", 1.0,
         "alike=identical length=long",
         "A telling title, and no field differs."),
    Rule("id-title", "same", 1.0,
         "id=agree title=equal|near numbers=equal|one-sided authors=agree|unknown place=agree|none|unknown",
         "Equal identifier; title and authors agree."),
    Rule("id-title-place", "same", 0.97,
         "id=agree title=equal|near numbers=equal length=long place=agree",
         "Equal identifier, title, and volume or pages; the names were written another way."),
    Rule("id-title-venue", "same", 0.97,
         "id=agree title=equal|near numbers=equal authors=agree venue=agree|unknown",
         "Equal identifier, title, authors and journal; volume or pages misprinted or provisional."),
    Rule("id-title-pages", "same", 0.96,
         "id=agree title=equal|near numbers=equal authors=agree pages=range|agree",
         "Equal identifier, title, authors and pages; journal or volume misprinted."),
    Rule("id-part", "same", 0.95,
         "id=agree title=part|similar numbers=equal|one-sided authors=agree year=equal|near|unknown "
         "place=agree|none|unknown",
         "Equal identifier and authors; one title lost its subtitle or some letters."),
    Rule("id-part-unsigned", "same", 0.85,
         "id=agree title=part numbers=equal|one-sided authors=unknown length=long year=equal volume=agree "
         "venue=agree place=agree",
         "Equal identifier, year, journal and volume; one title lost its end, one entry its authors."),
    Rule("id-pages", "same", 0.9,
         "id=agree authors=agree year=equal|near pages=range volume=agree|unknown venue=agree|unknown",
         "Equal identifier, authors, year and page range: one title in two languages, or damaged."),
    Rule("id-title-range", "same", 0.9,
         "id=agree title=equal|near authors=agree year=equal pages=range volume=agree",
         "Equal identifier, authors, year, volume and page range; a misprint in the title, be it a number."),
    Rule("title-authors-pages", "same", 0.98,
         "title=equal|near numbers=equal authors=agree year=equal|near pages=range|agree volume=agree|unknown",
         "Title, authors, year and first page agree."),
    Rule("title-range", "same", 0.9,
         "title=equal|near authors=agree year=equal pages=range volume=agree venue=agree|unknown",
         "Authors, year, volume and page range agree; the titles differ by a misprint."),
    Rule("title-authors-range", "same", 0.9,
         "title=equal|near numbers=equal authors=agree year=equal|near pages=range venue=agree|unknown "
         "doi=agree|unknown",
         "Title, authors, year, journal and page range agree; a volume misprinted."),
    Rule("title-pages", "same", 0.93,
         "title=equal|near numbers=equal length=long year=equal pages=range|agree volume=agree "
         "venue=agree|unknown",
         "Telling title, year, volume and page agree; the names were written another way or are missing."),
    Rule("part-pages", "same", 0.93,
         "title=part|similar authors=agree year=equal|near pages=range|agree volume=agree "
         "numbers=equal|one-sided venue=agree|unknown doi=agree|unknown",
         "Authors, year, volume and page agree; one title lost its subtitle or some letters."),
    Rule("part-range", "same", 0.9,
         "title=part|similar numbers=equal|one-sided authors=agree first=agree year=equal pages=range volume=agree "
         "length=long",
         "Authors, year, volume and page range agree; one title has more words, such as a session number."),
    Rule("part-range-venue", "same", 0.9,
         "title=part authors=agree year=equal pages=range volume=agree venue=agree|unknown",
         "Authors, year, journal, volume and page range agree; one title has more words in front or behind."),
    Rule("translation", "same", 0.9,
         "language=translated title=unlike|similar|part|unknown authors=agree first=agree year=equal "
         "pages=range volume=agree doi=agree|unknown",
         "The same authors do not fill the same pages of the same volume twice: one title is a translation."),
    Rule("title-authors-volume", "same", 0.9,
         "title=equal|near numbers=equal length=long authors=agree year=equal|near volume=agree venue=agree "
         "doi=agree|unknown form=same",
         "Telling title, authors, year, journal and volume agree; pages missing or misprinted."),
    Rule("title-authors-issue", "same", 0.85,
         "title=equal|near numbers=equal length=long authors=agree year=equal volume=agree issue=agree|unknown "
         "pages=unknown venue=agree doi=agree|unknown",
         "Telling title, authors, year, journal and volume agree; only one says that it is in a supplement."),
    Rule("title-authors-venue", "same", 0.85,
         "title=equal|near numbers=equal length=long authors=agree year=equal|unknown pages=unknown "
         "volume=unknown venue=agree|unknown doi=agree|unknown form=same",
         "Telling title and authors agree and nothing speaks against it: one of the two is an early or short "
         "description."),
    Rule("title-venue-only", "same", 0.85,
         "title=equal|near numbers=equal length=long authors=agree year=equal venue=agree place=none",
         "Telling title, authors, year and journal agree, and neither says where in the journal."),
    Rule("title-authors-short", "same", 0.85,
         "title=equal authors=agree year=equal volume=agree issue=agree pages=unknown venue=agree doi=agree|unknown",
         "Title, authors, journal, year, volume and issue agree."),
    Rule("title-issue", "same", 0.85,
         "title=equal length=long|medium authors=unknown year=equal volume=agree issue=agree|unknown pages=unknown "
         "venue=agree doi=agree|unknown",
         "Title, journal, year, volume and issue agree; no authors are named, as for collected abstracts."),
    Rule("doi-misprint", "same", 0.8,
         "title=equal|near numbers=equal length=long authors=agree first=agree year=equal volume=agree issue=agree "
         "pages=unknown venue=agree form=same",
         "Telling title, authors, year, journal, volume and issue agree: one DOI is wrong."),
    Rule("cochrane-update", "same", 0.8,
         "review=agree title=equal|near numbers=equal",
         "A Cochrane review keeps its number through all updates; they count as one record, shown as its latest "
         "version."),
    Rule("cochrane-renamed", "held", 0.7,
         "review=agree title=part|similar|unlike",
         "An update of a Cochrane review under another title: a person decides whether it is still one review."),
    # Two works, or a doubt.
    Rule("numbered", "distinct", 0.95,
         "numbers=differ title=near|part|similar",
         "Parts, phases and yearly reports: titles that differ by a number are a series."),
    Rule("authors", "distinct", 0.9,
         "authors=differ title=equal|near|part|similar place=differ|none|unknown",
         "The same words by different people."),
    Rule("id-held", "held", 0.5,
         "id=agree title=unlike|similar authors=agree year=equal volume=agree|unknown",
         "One identifier and the same people, under other titles: a translation, or a DOI that many abstracts share."),
    Rule("same-range", "held", 0.7,
         "title=unlike|similar authors=agree first=agree year=equal pages=range volume=agree",
         "Other words on the same pages of the same volume by the same people: perhaps a translated title."),
    Rule("title", "distinct", 0.9,
         "title=unlike|similar",
         "The titles say different things."),
    Rule("short-place", "distinct", 0.9,
         "length=short place=differ id=differ|unknown",
         "A short title, such as Editorial, in another volume or on another page."),
    Rule("short-venue", "distinct", 0.8,
         "length=short venue=differ place=none|unknown id=differ|unknown",
         "A short title, such as Editorial, in another journal."),
    Rule("short-year", "distinct", 0.8,
         "length=short year=near|close|far place=none|unknown id=differ|unknown",
         "A short title, such as Editorial, in another year."),
    Rule("two-places", "distinct", 0.9,
         "venue=differ volume=differ|unknown place=differ id=differ|unknown",
         "Two publications of one title by the same people: a conference abstract and its paper, or a paper "
         "printed twice."),
    Rule("years-held", "held", 0.5,
         "review=differ|unknown year=far authors=agree length=long title=equal|near place=none|unknown",
         "Years apart, and nothing else tells the two apart: a later edition, or a year misprinted."),
    Rule("years", "distinct", 0.9,
         "review=differ|unknown year=far place=differ|none|unknown id=differ|unknown",
         "Years apart: a later edition, an update or a series."),
    Rule("held", "held", 0.6,
         "title=equal|near|part",
         "Alike, but something speaks against it."),
)  # fmt: skip


def _compile(rules: Iterable[Rule]) -> tuple[tuple[Rule, tuple[tuple[int, frozenset[str]], ...]], ...]:
    return tuple((rule, tuple(map(_read_condition, rule.when.split()))) for rule in rules)


def _read_condition(condition: str) -> tuple[int, frozenset[str]]:
    trait, _, levels = condition.partition("=")
    accepted = frozenset(levels.split("|"))
    if trait not in LEVELS or not accepted <= LEVELS[trait]:
        raise ValueError(f"{condition}: no such trait or level")
    return Pair._fields.index(trait), accepted


BARE = "Alike, but no name, year, page, volume, identifier or telling title is exactly the same in both."
_TABLE = _compile(RULES)
_NOTHING = Judgement(None, "", 0.0, "")


def find_rule(pair: Pair) -> Rule | None:
    """The first row that fits."""
    for rule, levels in _TABLE:
        for i, accepted in levels:
            if pair[i] not in accepted:
                break
        else:
            return rule
    return None


def judge_traits(a: Traits, b: Traits) -> Judgement:
    rule = find_rule(compare(a, b))
    if rule is None:
        return _NOTHING
    if rule.verdict == "same" and a != b and not share_anchors(a, b):
        return Judgement("held", "bare", 0.6, BARE)
    return Judgement(rule.verdict, rule.id, rule.score, rule.reason)


def judge(a: Fields, b: Fields) -> Judgement:
    """Same, distinct, held, or nothing to say. Symmetric, and nothing but the two entries' fields counts."""
    return judge_traits(to_traits(a), to_traits(b))
