"""A learner in words: what it learned from, how well its probabilities hold, what it would add in each facet."""

from corpus.command import format_columns
from corpus.framework import Framework
from ingest.tagging.learner.fit import MIN_EXAMPLES
from ingest.tagging.learner.model import MIN_OF_KIND, Learner
from ingest.tagging.learner.validation import Tally

_HEAD = ("facet", "precision", "recall", "with the learner", "recall", "would add", "right", "doubts", "right")


def describe_learner(learner: Learner, framework: Framework) -> list[str]:
    """Lines for a terminal."""
    if not learner.tags:
        return [
            f"Nothing to learn from yet: no tag has {MIN_EXAMPLES} records that people coded with it and as many "
            f"without it ({learner.n_examples:,} coded records)."
        ]
    found = learner.validation
    lines = [
        f"Learned {len(learner.tags)} tags from {learner.n_examples:,} coded records. {len(learner.too_few)} tags have "
        f"fewer than {MIN_EXAMPLES} coded examples and are left out.",
        f"On records it had not seen ({found.folds} folds, {found.n:,} probabilities): Brier score {found.brier:.4f} "
        f"(each tag's plain share: {found.brier_constant:.4f}), calibration error {found.calibration_error:.4f}.",
        describe_kinds(learner),
        "",
        "Rules alone, and with what the learner would add, compared with people's codes:",
    ]
    rows: list[tuple[str, ...]] = [_HEAD]
    for facet, row in found.facets.items():
        label = framework.by_id[facet].label if facet in framework.by_id else facet
        counts = (str(row.added), str(row.added_right), str(row.doubted), str(row.doubted_right))
        rows.append((label, *_shares(row.rules), *_shares(row.with_model), *counts))
    lines += format_columns([list(row) for row in rows], frozenset(range(1, len(_HEAD))))
    too_few = ", ".join(f"{facet}/{tag} ({n})" for (facet, tag), n in learner.too_few if n)
    if too_few:
        lines += ["", f"Left out, with their coded examples: {too_few}."]
    lines.append(
        "What it suggests counts nowhere until a person confirms it or switches a facet on (page Coding quality)."
    )
    return lines


def describe_kinds(learner: Learner) -> str:
    """Which texts it learned from, and of which it says nothing."""
    n = learner.n_abstracts
    said = f"{n:,} of the coded records have an abstract, {learner.n_examples - n:,} a title alone."
    silent = [name for name, kind in (("with an abstract", True), ("without one", False)) if not learner.knows(kind)]
    if silent:
        said += f" Of records {' or '.join(silent)} it says nothing: that needs {MIN_OF_KIND} coded ones."
    return said


def _shares(tally: Tally) -> tuple[str, str]:
    precision, recall = tally.precision, tally.recall
    return "-" if precision is None else f"{precision:.2f}", "-" if recall is None else f"{recall:.2f}"
