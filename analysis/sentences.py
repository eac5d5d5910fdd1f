"""The sentences a gap is told in: what may be claimed, and no more.

The patterns are the project's promise to those who quote them; docs/methods.md prints the same ones and a test keeps
both alike. Whoever shows a gap takes its words from here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.axes import TOPIC, YEAR
from analysis.constants import DEFAULTS, Constants
from analysis.gaps.frame import CROWDED, FIGURE, FILTERED, PARTLY, UNLIKE, UNVALIDATED
from analysis.gaps.places import Geography
from analysis.roles import read_roles
from corpus.framework import Framework
from corpus.snapshot import Snapshot

EMPTY = "No record in this corpus ({n} records; {statement}) is tagged both {row} and {column}."
SCARCE = "{records} in this corpus ({n} records; {statement}) {are} tagged both {row} and {column}."
HIDDEN = "{found} found; allowing for what automatic tagging misses, at most {hidden} in this corpus (95 %)."
HIDDEN_UNVALIDATED = (
    "{found} found; allowing for what automatic tagging misses, at most {hidden} in this corpus (95 %), if rules find "
    "7 in 10 of each tag not checked against people's codes, which nobody has measured here; from titles alone they "
    "find fewer."
)
RELATIVE = (
    "{records}; about {expected} would be expected if {row} and {column} were studied together as often as chance. "
    "That is {ratio} times ({low} to {high}). Grade: {grade}."
)
TRIPLE = (
    "{records} tagged {row}, {column} and {third}; about {expected} would be expected from how each two of them are "
    "studied together, so the three pair maps do not show this. That is {ratio} times ({low} to {high}). "
    "Grade: {grade}."
)
TRIPLE_EXPECTED = (
    "What is expected of a triple comes from the three maps of two facets each: a triple is listed only for what none "
    "of those maps shows."
)
TRIPLE_NOT_COMPARABLE = (
    "Too few records on {row}, {column} and {third} to say whether this is a gap ({expected} expected from each two)."
)
NOT_COMPARABLE = "Too few records on {row} or {column} to say whether this is a gap ({expected} expected)."
PRESENCE = "Of {n_named} records here that name {named}, {count} concern {tag}"
PRESENCE_INTERVAL = " ({low} to {high})"
PARITY = (
    "{group} are {need_share} of {need_source} and {share} of the records here: {attention} times parity "
    "({low} to {high}). {short_by} more would reach parity."
)
SYNTHESIS = (
    "{primary} primary records and no systematic review in this corpus tagged with both; nearest reviews: {nearest}."
)
STALE = "Last record {last_year}; {expected_recent} would be expected since {year_from} had the topic kept pace."
OUTDATED = (
    "{primary} primary records in this corpus tagged with both, {since} of them after the last systematic review "
    "({last_review}); nearest reviews: {nearest}."
)
NO_REVIEW_DUE = "{records} of primary research and {reviews} by systematic review in this corpus tagged with both."
SILENT_NOT = (
    "{recent} of {records} tagged both {row} and {column} since {year_from}; {expected_recent} would be expected."
)
BELOW = (
    "None of {records} tagged both {row} and {column} is {lacking} or higher, to the question “{question}”; "
    "of comparable records here {share} are."
)
NOT_EVALUATED = (
    "{records} in this corpus tagged both {row} and {column}, and all of them advise or comment: recommended but not "
    "evaluated here."
)
NO_NEED = "There is no need figure for {group}."
NOT_STUDIED = "No record in this corpus ({n} records; {statement}) names {country} as studied."
STUDIED = "{records} here {name} {country} as studied."
NO_REGIONS = (
    "Figures by region, such as health workers by WHO region, cannot be used: no dated list that puts each country "
    "into a region has been read. So nothing is said of regions or income groups, nor of where more research is needed."
)
REPORTING = "{share} of the {n} records here name no {facet}."
GENERAL = "{records} with one of the two tags and a general tag in place of the other may cover it too."

ALWAYS = (
    "These are counts of indexed records, not of people, quality or effects. A gap here is a lead to check, "
    "not proof that research is missing, needed or wanted."
)
BRIEF = "This does not show that the harm is rare, that a remedy fails, or that action should wait for research."
SELECTION = (
    "The cells listed were picked for being extreme, so the true ratio of some is nearer to 1 than their interval says."
)
BY_CHANCE = (
    "{flagged} of {judged} cells flagged. Each is judged by itself at the {level} level: if nothing were there, up to "
    "about {chance} of them could be flagged by chance alone. Which ones cannot be told from the list."
)
UNCHECKED = "Unchecked:"
UNDER_FILTER = "Among records with {filters} only: {sentence}"
FOUND_OUTSIDE = "Not in this corpus, though found elsewhere:"
NOT_STATED = "how it was put together is not stated"

CHECKS = {
    "unchecked": "Nobody has looked outside the tags yet.",
    "verified_empty": "A search of titles, abstracts and keywords found none either.",
    "weakly_verified": "A search found none either, but many records here have no abstract to search.",
    "candidates": "A search found records to look at.",
    "confirmed": "A person looked and confirmed it.",
    "found_outside": "A person looked outside this corpus and found records that belong here: add them.",
}
CHECKS_SCARCE = {
    "verified_empty": "A search of titles, abstracts and keywords found no more.",
    "weakly_verified": "A search found no more, but many records here have no abstract to search.",
}
CONFIRMED = ("verified_empty", "confirmed")  # only these may be quoted without "Unchecked:"
CLAIMS = {
    "strong", "suggestive", "empty", "scarce", "no_review", "outdated_review", "silent", "fading", "below",
    "not_evaluated", "under",
}  # fmt: skip

# What no sentence of this project may say of a gap.
NEVER = (
    "over-studied",
    "over-represented",
    "no research exists",
    "proves",
    "neglected",
    "significant",
)


@dataclass(frozen=True, slots=True)
class About:
    """What a sentence has to know beside the gap itself."""

    framework: Framework
    n_records: int
    statement: str = ""
    filters: tuple[str, ...] = ()
    topics: Mapping[str, str] | None = None  # labels of the lines of the topic axis
    titles: Mapping[str, str] | None = None  # of records, by id
    has_abstracts: bool = True  # at least one of the records

    def label_of(self, facet: str, line: str) -> str:
        """A tag's or group's label as it stands inside a sentence."""
        if facet == TOPIC and facet not in self.framework.by_id:
            return (self.topics or {}).get(line, line)
        if facet == YEAR and facet not in self.framework.by_id:
            return line.replace("-", " to ") if line[:1].isdigit() else line.replace("-", " ")
        return lower_first(self.framework.facet(facet).label_of(line), line)


def make_about(snapshot: Snapshot, topics: Mapping[str, str] | None = None) -> About:
    titles = dict(zip(snapshot.frame["id"], snapshot.frame["title"], strict=True))
    has_abstracts = not len(snapshot) or bool(snapshot.frame["has_abstract"].any())
    return About(snapshot.framework, len(snapshot), snapshot.statement, snapshot.filters, topics, titles, has_abstracts)


def write_gap(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    """One row of a gap table in words, by its measure; prefixed "Unchecked:" while a claim in it is unchecked.

    A cell for which somebody found records outside the corpus is a gap of the corpus alone, and says so. What was
    counted under a filter is said of those records, never of the whole corpus.
    """
    sentence = WRITERS[gap["measure"]](gap, about, constants)
    if about.filters:
        sentence = UNDER_FILTER.format(filters="; ".join(about.filters), sentence=sentence)
    if gap["grade"] in CLAIMS and gap.get("check") == "found_outside":
        return f"{FOUND_OUTSIDE} {sentence}"
    if gap["grade"] in CLAIMS and gap.get("check") not in CONFIRMED:
        return f"{UNCHECKED} {sentence}"
    return sentence


def write_relative(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    row, column = _labels(gap, about)
    third = about.label_of(gap["third_facet"], gap["third_tag"]) if gap.get("third_tag") else ""
    words = {"row": row, "column": column, "expected": expected_words(gap["expected"])}
    if third:
        words["third"] = f"“{third}”" if " and " in third or "," in third else third
    if gap["grade"] == "not comparable":
        return (TRIPLE_NOT_COMPARABLE if third else NOT_COMPARABLE).format(**words)
    said = (TRIPLE if third else RELATIVE).format(
        **words,
        records=records_words(gap["observed"]),
        ratio=ratio_words(gap["ratio"]),
        low=ratio_words(gap["low"]),
        high=ratio_words(gap["high"]),
        grade=grade_words(gap["grade"], bool(about.filters)),
    )
    return said + _partly(gap) + _general(gap)


def write_absolute(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    row, column = _labels(gap, about)
    observed = int(gap["observed"])
    records = records_words(observed)
    if observed > constants.few:
        return f"{records} in this corpus are tagged both {row} and {column}."
    said = (SCARCE if observed else EMPTY).format(
        records=records,
        are="is" if observed == 1 else "are",
        n=f"{about.n_records:,}",
        statement=statement_words(about),
        row=row,
        column=column,
    )
    hidden = gap.get("hidden_upper")
    if hidden is not None and not math.isnan(hidden):
        most = "any number" if math.isinf(hidden) else f"{int(hidden):,}"
        pattern = HIDDEN_UNVALIDATED if UNVALIDATED in (gap.get("caveats") or ()) else HIDDEN
        said += " " + pattern.format(found=records, hidden=most).replace("at most any", "any")
    looked = looked_words(gap.get("check") or "unchecked", observed, about)
    return f"{said} {looked}{_general(gap)}"


def looked_words(check: str, observed: int, about: About) -> str:
    """What came of looking outside the tags for records of a cell that holds so many."""
    said = CHECKS_SCARCE.get(check, CHECKS[check]) if observed else CHECKS[check]
    return said if about.has_abstracts else said.replace("many records here have no", "no record here has an")


def write_presence(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    """Of the records that name something on this facet, how many concern this tag. No percentage of fewer than 20."""
    facet = about.framework.facet(gap["row_facet"])
    n_named = int((gap.get("components") or {})["n_named"])
    named = str(facet.options.get("named") or f"a specific {lower_first(facet.label)}")
    said = PRESENCE.format(
        n_named=f"{n_named:,}",
        named=named,
        count=f"{int(gap['observed']):,}",
        tag=about.label_of(facet.id, gap["row_tag"]),
    )
    if n_named >= constants.min_percent:
        said += PRESENCE_INTERVAL.format(low=percent_words(gap["low"]), high=percent_words(gap["high"]))
    return said + "."


def write_synthesis(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    parts = gap["components"]
    row, column = _labels(gap, about)
    return f"{upper_first(row)} and {column}: {_review_words(gap, parts, about)}"


def _review_words(gap: Mapping[str, Any], parts: Mapping[str, Any], about: About) -> str:
    nearest = "; ".join(f"“{(about.titles or {}).get(x) or x}”" for x in parts["nearest"]) or "none"
    primary = int(gap["primary"])
    if gap["grade"] == "no_review":
        return SYNTHESIS.format(primary=primary, nearest=nearest)
    if gap["grade"] == "outdated_review":
        return OUTDATED.format(
            primary=primary, since=parts["primary_since"], last_review=int(gap["last_year"]), nearest=nearest
        )
    return NO_REVIEW_DUE.format(records=records_words(primary), reviews=int(gap["reviews"]))


def write_stale(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    row, column = _labels(gap, about)
    parts = gap["components"]
    words = {"expected_recent": expected_words(gap["expected"]), "year_from": parts["year_from"]}
    if gap["grade"] == "silent":
        return f"{upper_first(row)} and {column}: {STALE.format(last_year=int(gap['last_year']), **words)}"
    return SILENT_NOT.format(
        recent=parts["recent"], records=records_words(gap["observed"]), row=row, column=column, **words
    )


def write_design(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    row, column = _labels(gap, about)
    parts = gap["components"]
    records = records_words(gap["observed"])
    if gap["grade"] == "not_evaluated":
        return NOT_EVALUATED.format(records=records, row=row, column=column)
    if gap["grade"] in ("below", "not_yet"):
        design = read_roles(about.framework).design or ""
        lacking = " or ".join(about.label_of(design, tag) for tag in parts["lacking"])
        share, n = parts["share_elsewhere"], parts["n_comparable"]
        share = percent_words(share) if n >= constants.min_percent else f"{round(share * n)} of {n}"
        said = BELOW.format(
            records=records_words(parts["n_known"]),
            row=row,
            column=column,
            lacking=lacking,
            question=parts["question"],
            share=share,
        )
        return said if gap["grade"] == "below" else f"{said} For so few, that is as expected."
    return f"{records} in this corpus tagged both {row} and {column}."


def say_chance(found: pd.DataFrame, constants: Constants = DEFAULTS) -> str:
    """How many flags of a list chance alone could give, for measures that judge each cell by itself; else ""."""
    if not len(found) or found["measure"].iloc[0] not in ("stale", "design"):
        return ""
    judged = found[found["p"].notna() & ~found["grade"].isin(("never", "too_few", "not_evaluated"))]
    flagged = int(judged["grade"].isin(CLAIMS).sum())
    if not flagged:
        return ""
    return BY_CHANCE.format(
        flagged=f"{flagged:,}",
        judged=f"{len(judged):,}",
        level=percent_words(constants.q),
        chance=expected_words(constants.q * len(judged)),
    )


def write_parity(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    group = _group_label(gap, about)
    parts = gap["components"]
    if gap["grade"] == "no need figure":
        return NO_NEED.format(group=group)
    if gap["grade"] == "not comparable":
        return (
            f"{parts['n']} records on the groups compared: too few to say how attention to {group} compares with need."
        )
    read = [c.removeprefix(FIGURE) for c in gap.get("caveats") or () if c.startswith(FIGURE)]
    said = PARITY.format(
        group=upper_first(group),
        need_share=percent_words(parts["need_share"]),
        need_source=gap["need_source"],
        share=percent_words(parts["share"]),
        attention=ratio_words(gap["ratio"]),
        low=ratio_words(gap["low"]),
        high=ratio_words(gap["high"]),
        short_by=f"{parts['short_by']:,}",
    )
    if gap["grade"] == "over":
        said = said.removesuffix(" 0 more would reach parity.")
    unlike = "".join(f" {c}" for c in gap.get("caveats") or () if c.startswith(UNLIKE))
    return said + unlike + "".join(f" The need figure was {how}." for how in read)


def _group_label(gap: Mapping[str, Any], about: About) -> str:
    """What is weighed: a group, groups joined by "+", or a cell."""
    sides = [
        " or ".join(about.label_of(gap[f"{side}_facet"], part) for part in str(gap[f"{side}_tag"]).split("+"))
        for side in (("row", "column") if gap["components"].get("by_cell") else ("row",))
    ]
    return " × ".join(sides)


def write_geography(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    country = about.label_of(gap["row_facet"], gap["row_tag"])
    if gap["observed"]:
        name = "names" if gap["observed"] == 1 else "name"
        return STUDIED.format(records=records_words(gap["observed"]), name=name, country=country)
    return NOT_STUDIED.format(n=f"{about.n_records:,}", statement=statement_words(about), country=country)


def write_places(found: Geography) -> list[str]:
    """How unevenly countries are studied here, in a few sentences."""
    named = int((found.counts > 0).sum())
    said = [
        f"{named:,} of {len(found.counts):,} countries are named as studied; {found.n_no_country:,} of "
        f"{records_words(found.n_records)} name none, and {found.n_international:,} are of international work, "
        "counted apart."
    ]
    if found.gini is not None and found.effective_countries is not None:
        tops = [f"{percent_words(found.top_share(k) or 0)} fall on the first {k}" for k in (5, 10) if k < named]
        if int(found.counts.sum()) >= DEFAULTS.min_percent and tops:
            said.append(f"Of all mentions of a country, {' and '.join(tops)}.")
        said.append(
            f"That is as uneven as if {found.effective_countries:.1f} countries were studied equally and the others "
            f"not at all; Gini {found.gini:.2f} over all countries (0 equal, 1 all in one)."
        )
    return [*said, NO_REGIONS]


def write_reporting(gap: Mapping[str, Any], about: About, constants: Constants = DEFAULTS) -> str:
    facet = lower_first(about.framework.facet(gap["row_facet"]).label)
    n = int(gap["components"]["n_records"])
    without = n - int(gap["observed"])
    share = percent_words(without / n) if n >= constants.min_percent else f"{without:,}"
    if facet.split()[0] in ("who", "whose", "what", "where", "how"):  # a question: nothing to name
        return f"{share} of the {n:,} records here do not say {facet}."
    return REPORTING.format(share=share, n=f"{n:,}", facet=facet)


def grade_words(grade: str, filtered: bool) -> str:
    """The grade as it may be shown: one found under a filter says so."""
    return f"{grade} ({FILTERED})" if filtered and grade else grade


def statement_words(about: About) -> str:
    """How the corpus was put together, as it stands inside a sentence."""
    return about.statement.strip().rstrip(".") or NOT_STATED


def records_words(n: float) -> str:
    return f"{int(n):,} record{'' if int(n) == 1 else 's'}"


def expected_words(expected: float) -> str:
    """Whole records from 10 up, one decimal below: more would claim a precision that is not there."""
    if 0 < expected < 0.05:
        return "under 0.1"
    return f"{expected:,.0f}" if expected >= 9.95 else f"{expected:.1f}".removesuffix(".0")


def ratio_words(ratio: float) -> str:
    return "0" if ratio == 0 else f"{ratio:.2f}"


def percent_words(share: float) -> str:
    """A share as a percentage, with a decimal below 10 %."""
    percent = 100 * share
    return f"{percent:.1f} %" if 0 < percent < 9.95 else f"{percent:.0f} %"


def lower_first(label: str, line_id: str = "") -> str:
    """A label inside a sentence: a small first letter, unless it is a name (ids in capitals) or an abbreviation."""
    is_name = bool(line_id) and line_id == line_id.upper()
    return label if is_name or label[1:2].isupper() else label[:1].lower() + label[1:]


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _labels(gap: Mapping[str, Any], about: About) -> tuple[str, str]:
    labels = [about.label_of(gap[f"{side}_facet"], gap[f"{side}_tag"]) for side in ("row", "column")]
    row, column = (f"“{label}”" if " and " in label or "," in label else label for label in labels)
    return row, column


def _partly(gap: Mapping[str, Any]) -> str:
    """What to know of how the cell came to be: a part of it means nothing, or one side stands mostly elsewhere."""
    reasons = [c.removeprefix(PARTLY) for c in gap.get("caveats") or () if c.startswith(PARTLY)]
    crowded = [c.removeprefix(CROWDED) for c in gap.get("caveats") or () if c.startswith(CROWDED)]
    said = "".join(f" Part of this cell does not apply: {lower_first(reason)}" for reason in reasons)
    return said + "".join(f" Note: {numbers}." for numbers in crowded if gap["grade"] in CLAIMS)


def _general(gap: Mapping[str, Any]) -> str:
    n = gap.get("general")
    return "" if gap["grade"] not in CLAIMS or not n else " " + GENERAL.format(records=records_words(n))


WRITERS = {
    "relative": write_relative,
    "absolute": write_absolute,
    "presence": write_presence,
    "synthesis": write_synthesis,
    "stale": write_stale,
    "design": write_design,
    "parity": write_parity,
    "geography": write_geography,
    "reporting": write_reporting,
}
