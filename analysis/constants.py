"""The numbers the gap methods rest on, in one place, each with its reason.

Every measure takes them as an argument, so an owner can change one without touching code; exports print the
ones that were used.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Constants:
    """Defaults of the gap methods. ``REASONS`` says why each has its value."""

    prior: float = 1.0
    min_expected: float = 3.0
    ratio_gap: float = 0.5
    upper_gap: float = 0.8
    q: float = 0.05
    suggestive_below: int = 2000
    level: float = 0.95
    few: int = 2
    min_primary: int = 5
    review_life: int = 5
    recent: int = 5
    stale_years: int = 10
    cluster_low: float = 2.0
    cluster_records: int = 10
    barely: float = 0.05
    barely_named: int = 100
    unvalidated_recall: float = 0.70
    unreliable_recall: float = 0.5
    unreliable_coded: int = 20
    not_yet_share: float = 0.2
    comparable_share: float = 0.5
    min_percent: int = 20
    crowded_share: float = 0.6
    abstract_share: float = 0.9

    def as_dict(self) -> dict[str, float]:
        """Upper-case name -> value, as exports and the Method page print them."""
        return {f.name.upper(): getattr(self, f.name) for f in fields(self)}


REASONS: dict[str, str] = {
    "prior": "one pseudo-record seen where one was expected; best trade of ranking against calibration",
    "min_expected": "below this, zero is unsurprising: with 3 expected, zero comes up 1 time in 20",
    "ratio_gap": "fewer than half as many as expected",
    "upper_gap": "lower edge of fair representation in the participation-to-prevalence convention (0.8 to 1.2)",
    "q": "false-discovery rate",
    "suggestive_below": "in larger corpora strong finds 3 in 4 or more, and half of what is left is chance",
    "level": "intervals",
    "few": "records at or below which a cell is scarce",
    "min_primary": "primary records that make a synthesis worth asking for",
    "review_life": "years; half of systematic reviews show a signal for updating by 5.5 years",
    "recent": "years that count as recent, beside the running one",
    "stale_years": "years after which the staleness component is full",
    "cluster_low": "a cell is a cluster if even the lower end of its ratio is above this",
    "cluster_records": "records a cluster needs",
    "barely": "a tag is barely present if even the upper end of its share is below this",
    "barely_named": "records that name the facet before barely present can be said",
    "unvalidated_recall": "recall taken for a tag that no person-coded sample has measured",
    "unreliable_recall": "a tag whose measured recall may be lower than this cannot carry a strong gap",
    "unreliable_coded": "coded examples a tag needs before its measured recall counts",
    "not_yet_share": "share of codable records not yet coded for a tag above which the tag is not tested",
    "comparable_share": "share of comparable cells below which the map is drawn by groups",
    "min_percent": "records below which no percentage is printed",
    "crowded_share": "share of a tag's records in one cell from which its other cells say so",
    "abstract_share": "share of codable records with an abstract that lets a search that finds nothing verify a cell",
}

DEFAULTS = Constants()
