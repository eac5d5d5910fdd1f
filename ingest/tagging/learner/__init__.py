"""A learner beside the rules: it suggests tags they missed and doubts some they gave; people decide.

Nothing here changes what is derived from a file, so the fingerprint of the rules leaves this folder out.
"""

from ingest.tagging.learner.fit import FOLDS, MIN_EXAMPLES, fit_learner
from ingest.tagging.learner.keeping import KIND, MODEL, keep_learner, learn, load_learner
from ingest.tagging.learner.model import DOUBT_BELOW, SUGGEST_AT, Learner, Suggestion, to_learner
from ingest.tagging.learner.validation import FacetValidation, Tally, Validation

__all__ = [
    "DOUBT_BELOW",
    "FOLDS",
    "KIND",
    "MIN_EXAMPLES",
    "MODEL",
    "SUGGEST_AT",
    "FacetValidation",
    "Learner",
    "Suggestion",
    "Tally",
    "Validation",
    "fit_learner",
    "keep_learner",
    "learn",
    "load_learner",
    "to_learner",
]
