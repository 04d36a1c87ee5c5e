"""Fixtures of the tests that need no server."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from warehouse import Warehouse

sys.path.insert(0, str(Path(__file__).with_name("python")))

# dbt makes a million objects and few cycles: looking for them less often saves a fifth of the time.
gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Let a process of xdist end in silence: DuckDB counts what Python has not freed by then, on 80 lines."""
    if hasattr(config, "workerinput"):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stderr__.fileno())


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """An empty warehouse."""
    from warehouse import Warehouse

    return Warehouse(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo, built once. Tests read it; those that change it take `demo.copy(...)`."""
    from warehouse import Warehouse

    built = Warehouse(tmp_path_factory.mktemp("demo"))
    outcome = built.dbt("build", "--write-json")
    assert outcome.success, outcome.output or outcome.messages
    return built


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with published label data; tests skip where it is absent."""
    from warehouse import SHARED

    folder = SHARED / "realdata"
    if not folder.is_dir():
        pytest.skip("the published label data (../shared/realdata) is not beside this checkout")
    return folder
