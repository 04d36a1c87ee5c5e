"""Fixtures of the tests that break things."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

from warehouse import Warehouse  # noqa: E402


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """An empty warehouse."""
    return Warehouse(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo, built once. Tests change copies of it."""
    built = Warehouse(tmp_path_factory.mktemp("demo"))
    outcome = built.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    return built
