"""The rule set the product runs on, and how a corpus is opened with it.

``RULES.fingerprint`` is a hash of the code that derives anything: when it changes, a corpus opened with
the new code derives everything again.
"""

import hashlib
from functools import cache
from pathlib import Path

from corpus.framework import load_framework
from corpus.rules import Progress, Rules, no_progress
from corpus.store import Corpus
from ingest.dedupe import keys, match
from ingest.normalise import find_warnings, to_fields
from ingest.tagging import build_tagger
from ingest.tagging.learner.model import to_learner

_DERIVING = ("latex.py", "normalise*", "normalise/*", "dedupe/*", "tagging/*")
_FOLDING = ("folding.py", "notices.py")


@cache
def make_fingerprint() -> str:
    """Changes with any line of code that interprets, matches, folds or tags."""
    digest = hashlib.blake2b(digest_size=8)
    here = Path(__file__).parent
    found = {p for pattern in _DERIVING for p in here.glob(pattern) if p.suffix == ".py"}
    for path in [*sorted(found), *(here.parent / "corpus" / name for name in _FOLDING)]:
        digest.update(path.relative_to(here.parent).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def make_rules() -> Rules:
    return Rules(
        interpret=to_fields,
        warn=find_warnings,
        keys=keys,
        match=match,
        build_tagger=build_tagger,
        fingerprint=make_fingerprint(),
        read_model=to_learner,
    )


def open_corpus(path: Path, framework: Path, *, create: bool = False, progress: Progress = no_progress) -> Corpus:
    """The corpus at ``path`` under the framework in a folder. Raises StoreError and FrameworkError."""
    return Corpus.open(path, load_framework(framework), make_rules(), create=create, progress=progress)
