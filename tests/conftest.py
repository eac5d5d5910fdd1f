"""Shared fixtures: the real framework, a tiny one of another field, and records small enough to count with a pencil."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from corpus.framework import Framework, load_framework

ROOT = Path(__file__).parent.parent

# However slow the machine, and the same examples on every one.
settings.register_profile("any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def framework() -> Framework:
    """The framework that ships."""
    return load_framework(ROOT / "corpus" / "framework")


@pytest.fixture(scope="session")
def tiny_framework() -> Framework:
    """Three facets about the restoration of lakes: nothing of the founding collection's field."""
    return load_framework(ROOT / "tests" / "cases" / "framework-lakes")


@pytest.fixture(scope="session")
def corpora_made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kind -> the file of a corpus: see tests/corpora.py. Not to be changed; copy one to change it."""
    from corpora import KINDS, make_corpus

    folder = tmp_path_factory.mktemp("corpora")
    return {kind: make_corpus(folder / f"{kind}.sqlite", kind) for kind in KINDS}
