"""On DuckDB the golden scenarios of `tests/engines/golden` give what is written there, as they must on every engine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from warehouse import REPOSITORY, Warehouse

sys.path.append(str(REPOSITORY / "tests" / "engines"))
import golden  # noqa: E402
from engine import DuckDB  # noqa: E402


def check(database: Path, name: str, number: int) -> None:
    """Compare every mart and version with the golden ones."""
    engine = DuckDB(database.parent)
    found = golden.summary(engine, engine.write_marts(database.parent / f"batch{number}"))
    faults = golden.faults(found, golden.golden(name)[number - 1])
    assert not faults, "\n".join(faults)


def test_the_demo_gives_the_golden_values(demo, tmp_path):
    """The demo, built elsewhere in one run."""
    check(demo.copy(tmp_path).database, "demo", 2)


@pytest.mark.long
@pytest.mark.parametrize("name", golden.SCENARIOS)
def test_batches_give_the_golden_values(name, tmp_path):
    """A first run, and one with late labels."""
    scenario, loaded = golden.SCENARIOS[name], DuckDB(tmp_path)
    warehouse = Warehouse(tmp_path, settings=dict(scenario.settings))
    for number in range(1, scenario.batches + 1):
        scenario.load(loaded, number)
        warehouse.project = loaded.project
        if name == "demo":
            assert warehouse.dbt("seed").success
        warehouse.build()
        check(warehouse.database, name, number)
