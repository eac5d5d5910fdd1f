"""How good a learner is, by cross-validation: every figure is from texts that it had not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_BINS = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """Tags compared with people's: rightly given, wrongly given, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        given = self.right + self.wrong
        return self.right / given if given else None

    @property
    def recall(self) -> float | None:
        there = self.right + self.missed
        return self.right / there if there else None


@dataclass(frozen=True, slots=True)
class FacetValidation:
    """One facet: the rules alone, the rules with what the learner would add, and how its two kinds of advice fare.

    ``added_right`` of the ``added`` tags it would add are right; ``doubted_right`` of the ``doubted`` ones are tags
    that the text indeed has not.
    """

    rules: Tally = field(default_factory=Tally)
    with_model: Tally = field(default_factory=Tally)
    added: int = 0
    added_right: int = 0
    doubted: int = 0
    doubted_right: int = 0
    n_records: int = 0


@dataclass(frozen=True)
class Validation:
    """``brier``: mean squared error of the probabilities; ``brier_constant``: the same for each tag's plain share.

    ``calibration_error``: expected calibration error over ten bins of equal width. ``bins``: for each, how many
    probabilities, their mean, and the share of them that came true.
    """

    folds: int = 0
    n: int = 0
    brier: float = 0.0
    brier_constant: float = 0.0
    calibration_error: float = 0.0
    bins: tuple[tuple[int, float, float], ...] = ()
    facets: Mapping[str, FacetValidation] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        return {
            "folds": self.folds,
            "n": self.n,
            "brier": self.brier,
            "brier_constant": self.brier_constant,
            "calibration_error": self.calibration_error,
            "bins": [list(row) for row in self.bins],
            "facets": {
                name: {
                    "rules": _plain(facet.rules),
                    "with_model": _plain(facet.with_model),
                    "added": facet.added,
                    "added_right": facet.added_right,
                    "doubted": facet.doubted,
                    "doubted_right": facet.doubted_right,
                    "n_records": facet.n_records,
                }
                for name, facet in self.facets.items()
            },
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Validation":
        facets = {
            name: FacetValidation(**{**row, "rules": Tally(*row["rules"]), "with_model": Tally(*row["with_model"])})
            for name, row in plain["facets"].items()
        }
        return cls(**{**plain, "bins": tuple(tuple(row) for row in plain["bins"]), "facets": facets})


def _plain(tally: Tally) -> list[int]:
    return [tally.right, tally.wrong, tally.missed]


def measure_calibration(pairs: list[tuple[float, bool]]) -> tuple[float, tuple[tuple[int, float, float], ...]]:
    """Expected calibration error, and the bins it is made of: (how many, mean probability, share that came true)."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for probability, came_true in pairs:
        bins[min(_BINS - 1, int(probability * _BINS))].append((probability, came_true))
    rows = []
    error = 0.0
    for some in bins:
        n = len(some)
        mean = sum(p for p, _ in some) / n if n else 0.0
        share = sum(t for _, t in some) / n if n else 0.0
        rows.append((n, round(mean, 4), round(share, 4)))
        error += n / max(1, len(pairs)) * abs(mean - share)
    return round(error, 4), tuple(rows)
