"""The two priority lists in words: what a cell holds, what its score is made of, how far its rank can be trusted."""

from collections.abc import Mapping
from typing import Any

from analysis.priorities import PARTS
from analysis.sentences import (
    CONFIRMED,
    FOUND_OUTSIDE,
    UNCHECKED,
    About,
    expected_words,
    grade_words,
    records_words,
    upper_first,
)


def describe_row(row: Mapping[str, Any], about: About) -> str:
    """One cell of either list: its two tags and the counts that put it there.

    A claim nobody has checked begins with "Unchecked:".
    """
    name = (
        f"{about.label_of(row['row_facet'], row['row_tag'])} × {about.label_of(row['column_facet'], row['column_tag'])}"
    )
    if row["list"] == "synthesis":
        primary = f"{int(row['primary']):,} primary records"
        due = (
            "no systematic review"
            if row["synthesis"] == "no_review"
            else f"{int(row['primary_since']):,} of them after the last systematic review"
        )
        said = f"{upper_first(name)}: {primary} in this corpus tagged with both, {due}."
    else:
        grade = "" if row["grade"] == "none" else f" Grade: {grade_words(row['grade'], bool(about.filters))}."
        said = (
            f"{upper_first(name)}: {records_words(row['observed'])}, about {expected_words(row['expected'])} expected."
            f"{grade}"
        )
    if row.get("check") in CONFIRMED:
        return said
    return f"{FOUND_OUTSIDE if row.get('check') == 'found_outside' else UNCHECKED} {said}"


def describe_parts(row: Mapping[str, Any]) -> str:
    """The score with what it is the sum of."""
    parts = ", ".join(f"{PARTS[name]} {value:.2f}" for name, value in row["components"].items())
    return f"score {row['score']:.2f} = {parts}"


def describe_band(row: Mapping[str, Any]) -> str:
    """Where the cell ranks under other sensible weights and another sample; its position in a large corpus."""
    low, high = round(row["rank_low"]), round(row["rank_high"])
    band = f"rank {low:,} to {high:,} in 9 of 10 draws" if low != high else f"rank {low:,} in 9 of 10 draws"
    position = f"position {row['position']:,}, " if row.get("position") else ""
    return f"{position}{band}, {row['badge']}"
