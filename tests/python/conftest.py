"""Fixtures shared by all Python tests."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from warehouse import SHARED, Warehouse

# dbt makes a million objects and few cycles: looking for them less often saves a fifth of the time.
gc.set_threshold(100_000, 20, 100)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """An empty warehouse."""
    return Warehouse(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo, built once. Tests read it; those that change it take `demo.copy(...)`."""
    built = Warehouse(tmp_path_factory.mktemp("demo"))
    outcome = built.dbt("build", "--write-json")
    assert outcome.success, outcome.output or outcome.messages
    return built


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with published label data; tests skip where it is absent."""
    folder = SHARED / "realdata"
    if not folder.is_dir():
        pytest.skip("the published label data (../shared/realdata) is not beside this checkout")
    return folder
