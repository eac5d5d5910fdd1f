"""Shared fixtures: the real framework, a tiny one of another field, and records small enough to count with a pencil."""

from pathlib import Path

import pytest

from corpus.framework import Framework, load_framework

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def framework() -> Framework:
    """The framework that ships."""
    return load_framework(ROOT / "corpus" / "framework")


@pytest.fixture(scope="session")
def tiny_framework() -> Framework:
    """Three facets about the restoration of lakes: nothing of the founding collection's field."""
    return load_framework(ROOT / "tests" / "cases" / "framework-lakes")
