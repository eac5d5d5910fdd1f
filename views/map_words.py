"""Every word the gap map says, in one place. Names in braces are filled in by map.js or map_component.py.

The patterns for single cells are those of docs/methods.md, word for word.
"""

from typing import Any

from analysis.coverage import Coverage
from analysis.sentences import ALWAYS, HIDDEN, HIDDEN_UNVALIDATED

UNCHECKED = "Unchecked: "


def say_comparable(coverage: Coverage, shown: str) -> str:
    """How much of a map can be judged; ``shown``: what its lines are."""
    if coverage.why_nothing:
        return (
            f"Every cell of this pair is declared not applicable: {coverage.why_nothing.rstrip('.')}. So its counts "
            "are a profile, and nothing is graded."
        )
    if not coverage.tested.any():
        return f"Shown by {shown}: no cell of this map can be judged."
    return (
        f"Shown by {shown}: {coverage.comparable_share:.0%} of these cells have enough records on both sides to be "
        "compared."
    )


WORDS: dict[str, Any] = {
    "one_record": "{n} record",
    "n_records": "{n} records",
    # on and above the table
    "total": "Records",
    "codable": "{n} of {all} records are tagged on both {row} and {column}.",
    "codable_short": "Records tagged on both sides",
    "filters": "Filters in force: {filters}.",
    "no_filter": "No filter is in force.",
    "extras": "General and mixed tags: counted over all records, never judged as gaps",
    "toggle": "Narrower tags of {label}",
    "open": "Show narrower tags",
    "close": "Hide narrower tags",
    "view": "View",
    "view_map": "Map",
    "view_table": "Table",
    "colour": "Colour",
    "colour_ratio": "Against expectation",
    "colour_count": "Number",
    "colour_design": "Study design",
    "find": "Find on the map",
    "kinds": {
        "empty": "Empty, 3 or more expected",
        "strong": "Strong gap",
        "suggestive": "Suggestive gap",
        "flag": "Flagged",
        "cluster": "Well represented",
        "opened": "Gap opened",
        "closed": "Gap closed",
        "stronger": "Gap stronger",
        "weaker": "Gap weaker",
        "since": "Count changed",
        "change": "Would change",
    },
    "hints": {
        "empty": "No record here carries both tags, though at least 3 would be expected.",
        "strong": "Fewer than half as many records as expected, and hard to put down to chance.",
        "suggestive": "Fewer than half as many records as expected; a lead, not a finding.",
        "flag": "Flagged by the chosen measure.",
        "cluster": "At least 10 records and more than twice as many as expected: a candidate for synthesis.",
    },
    "readout": "Point at a cell, or move to one with the arrow keys, to read it. Press Enter to open its records.",
    # what a cell is called
    "cell": "{records}, about {E} expected",
    "cell_empty": "{zero} expected records",
    "zero_of": "0 of {E}",
    "cell_few": "{records}, too few to compare, about {E} expected",
    "cell_na": "not applicable",
    "cell_not_yet": "{records}, not yet coded",
    "cell_filtered": "{records} of {all}",
    "cell_change": "{n} with this change",
    "cell_since": "{n} since {since}",
    # what two versions say of it
    "moved_short": {"opened": "opened", "closed": "closed", "stronger": "stronger", "weaker": "weaker"},
    "moved": {
        "opened": "gap opened since {since}",
        "closed": "gap closed since {since}",
        "stronger": "gap stronger since {since}",
        "weaker": "gap weaker since {since}",
    },
    "moved_sentence": {
        "opened": "This gap opened since {since}",
        "closed": "This gap closed since {since}",
        "stronger": "This gap became stronger since {since}",
        "weaker": "This gap became weaker since {since}",
    },
    # what is said of it
    "relative": "{records}; about {E} would be expected if {row} and {column} were studied together as often as "
    "chance. That is {ratio} times ({low} to {high}).",
    "grade": "Grade: {grade}.",
    "empty": "No record in this corpus ({corpus} records; {statement}) is tagged both {row} and {column}.",
    "hidden": HIDDEN.replace("{found}", "0 records"),
    "hidden_unvalidated": HIDDEN_UNVALIDATED.replace("{found}", "0 records"),
    "not_comparable": "Too few records on {row} or {column} to say whether this is a gap ({E} expected).",
    "na": "Not applicable, so never counted as a gap. {reason}",
    "not_yet": "{records}. This tag is newer than the coding of many records, so the cell is not judged.",
    "filtered": "{records} of {all} pass the filter. Expected numbers and grades are for the whole map: clear the "
    "filter to see them.",
    "untested": "Counted, not judged.",
    "last_record": "Latest record {year}.",
    # the key
    "key": "Key",
    "key_size": "Area of a square: number of records ({sizes})",
    "key_ratio": "Records against expected: ¼ or fewer, ½, 0.8, as many, 1¼, 2, 4 times or more",
    "key_few": "Too few expected to compare",
    "key_count": "1–2, 3–9, 10–29, 30–99, 100 or more records",
    "key_empty": "No record, 3 or more expected",
    "key_dot": "No record, too few expected to compare",
    "key_none": "No record passes the filter",
    "key_na": "Not applicable",
    "key_not_yet": "Not yet coded",
    "twin": {
        "row": "Row",
        "column": "Column",
        "observed": "Records",
        "expected": "Expected",
        "ratio": "Ratio",
        "low": "Low",
        "high": "High",
        "grade": "Grade",
        "check": "Check",
        "last": "Latest",
    },
    # the page of its own
    "always": ALWAYS,
    "unchecked": UNCHECKED,
    "filter_text": "words “{text}”",
    "filter_years": "years {from} to {to}",
    "filter_from": "since {from}",
    "filter_to": "up to {to}",
    "filter_status": "{n} of {all} records pass. Expected numbers and grades are hidden while a filter is on.",
    "show_more": "Show {n} more of {left}",
    "close_references": "Close",
    "none_here": "No record here carries both tags. That is not the same as “no research exists”.",
    "no_title": "No title given",
    "no_year": "year unknown",
}

GRADES = {
    "strong": "strong gap",
    "suggestive": "suggestive gap",
    "cluster": "well represented here",
    "not comparable": "not comparable",
    "none": "no gap shown",
    "empty": "no record",
    "scarce": "few records",
    "no_review": "no review",
    "outdated_review": "review out of date",
    "silent": "no recent record",
    "fading": "few recent records",
    "under": "under parity",
    "over": "over parity",
}

# grade -> shape drawn in the cell; what is not here is said in words only
MARKS = {
    "strong": "strong",
    "suggestive": "suggestive",
    "cluster": "cluster",
    "scarce": "flag",
    "no_review": "flag",
    "outdated_review": "flag",
    "silent": "flag",
    "fading": "flag",
    "under": "flag",
}

CHECKS = {
    "unchecked": "unchecked",
    "verified_empty": "verified empty",
    "weakly_verified": "weakly verified",
    "candidates": "possible records to look at",
    "confirmed": "confirmed by a person",
    "found_outside": "found outside this collection",
}

CODED_BY = {
    "person-abstract": "by people from abstracts",
    "person-title": "by people from titles",
    "rules-abstract": "by rules from titles and abstracts",
    "rules-title": "by rules from titles alone",
}
