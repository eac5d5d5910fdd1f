"""A learner beside its corpus: fitted on what people coded there, kept there as plain numbers, loaded again."""

from corpus.codings import as_whole, load_codings
from corpus.rules import Progress, no_progress
from corpus.store import Corpus
from ingest.tagging.learner.fit import fit_learner
from ingest.tagging.learner.model import Learner, to_learner

KIND = "learner"
MODEL = "model"


def learn(corpus: Corpus, who: str = "", seed: int = 0, progress: Progress = no_progress) -> Learner:
    """Fit a learner on everything people coded in a corpus, and keep it there in place of the one before.

    A facet that a person left empty in a text coded in several others counts as looked at (``as_whole``). If
    ``progress`` raises, the one before stays.
    """
    codings = [as_whole(coding, corpus.framework) for coding in load_codings(corpus)]
    learner = fit_learner(codings, corpus.framework, seed, progress)
    keep_learner(corpus, learner, who)
    return learner


def keep_learner(corpus: Corpus, learner: Learner, who: str = "") -> None:
    """Keep a learner, unless the one kept is the same."""
    plain = learner.to_plain()
    kept = corpus.kept(KIND).get(MODEL)
    if kept is None or kept.value != plain:
        corpus.keep(KIND, MODEL, plain, who)
        corpus.refresh_learner(who)


def load_learner(corpus: Corpus) -> Learner | None:
    """The learner kept in a corpus; None if none was fitted there yet."""
    kept = corpus.kept(KIND).get(MODEL)
    return None if kept is None else to_learner(kept.value, corpus.framework)
