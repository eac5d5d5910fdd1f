"""Sentence vectors from wordllama, if that optional package is installed: it carries its weights, nothing is fetched.

``pip install -r requirements-semantic.in`` installs it; see docs/decisions/wordllama.md.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE = "wordllama"


def is_installed() -> bool:
    return find_spec(PACKAGE) is not None


def embed(texts: Sequence[str]) -> np.ndarray | None:
    """One row a text, of length 1; None where the package is not installed."""
    if not is_installed():
        return None
    return np.asarray(_load().embed(list(texts), norm=True), dtype=np.float32)


@cache
def _load() -> Any:
    package = import_module(PACKAGE)
    return package.WordLlama.load(cache_dir=Path(str(package.__file__)).parent, disable_download=True)
