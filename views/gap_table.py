"""A list of gaps as a table: for the screen, and as a CSV file that says how it was made."""

import pandas as pd

from analysis import gaps, sentences
from analysis.constants import DEFAULTS, Constants
from analysis.csv_out import write_csv
from analysis.sentences import About
from corpus.snapshot import Snapshot
from views.map_words import CHECKS, GRADES

# heading -> column of a gap table
NUMBERS = {
    "Records": "observed",
    "Expected": "expected",
    "Ratio": "ratio",
    "Low": "low",
    "High": "high",
    "q": "q",
    "Hidden at most": "hidden_upper",
    "General records": "general",
    "Primary": "primary",
    "Reviews": "reviews",
    "Latest": "last_year",
}
DIGITS = {"Expected": 1, "Ratio": 2, "Low": 2, "High": 2, "q": 3}


def to_table(found: pd.DataFrame, about: About) -> pd.DataFrame:
    """Gaps with labels for ids: row, column, the numbers this measure gives, grade, check and sentence."""
    rows = gaps.to_dicts(found)
    framework = about.framework
    table: dict[str, list[object]] = {}
    for side in ("row", "column", "third"):
        if any(row[f"{side}_facet"] for row in rows):
            labels = [(row[f"{side}_facet"], row[f"{side}_tag"]) for row in rows]
            table[f"{side.capitalize()} facet"] = [
                framework.facet(f).label if f in framework.by_id else f or "" for f, _ in labels
            ]
            table[side.capitalize()] = [
                sentences.upper_first(about.label_of(f, t)) if f and t else "" for f, t in labels
            ]
    for heading, name in NUMBERS.items():
        values = [row[name] for row in rows]
        if any(value is not None for value in values):
            digits = DIGITS.get(heading)
            table[heading] = [
                None if v is None else round(float(v), digits) if digits is not None else _whole(v) for v in values
            ]
    table["Grade"] = [
        sentences.upper_first(
            sentences.grade_words(GRADES.get(row["grade"], (row["grade"] or "").replace("_", " ")), bool(about.filters))
        )
        for row in rows
    ]
    table["Check"] = [CHECKS.get(row["check"] or "", row["check"] or "") for row in rows]
    table["In words"] = [sentences.write_gap(row, about) for row in rows]
    return pd.DataFrame(table)


def to_csv(
    table: pd.DataFrame, snapshot: Snapshot, title: str, constants: Constants = DEFAULTS, notes: tuple[str, ...] = ()
) -> str:
    """A table as text: how it was made in the first lines, each starting with #, then a heading row."""
    return write_csv(table, snapshot, title, constants, notes)


def _whole(value: object) -> object:
    """A count as a whole number; "any number" where there is no upper bound."""
    number = float(str(value))
    return None if number == float("inf") else int(number)
