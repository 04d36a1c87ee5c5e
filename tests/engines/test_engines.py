"""Every engine gives the golden rows, outcomes, splits, checksums and fingerprints of `golden/`."""

from __future__ import annotations

import os
import re

import pytest
from engine import differences
from golden import SCENARIOS, faults, golden, summary

# DuckDB itself is held against the golden values by tests/python/test_golden.py.
ENGINES = ["ducklake", "postgres", "snowflake", "bigquery", "trino", "athena", "spark"]
# What `.ci/run` has time for beside the demo; where a build takes minutes, nothing.
SHORT = {
    "postgres": {"demo", "label_errors", "numbers"},
    "athena": set(),
    "ducklake": set(),
}


def marks(engine, name):
    """Marks of a case."""
    found = [] if name in SHORT.get(engine, {"demo"}) else [pytest.mark.long]
    wrong = WRONG.get((engine, name))
    return [*found, pytest.mark.xfail(reason=wrong, strict=True)] if wrong else found


# What does not hold yet, and what was seen instead.
WRONG = {
    (
        "bigquery",
        "awkward",
    ): "an array of parents with tabs between them is read as empty, 9999-12-31 is taken as a time stamp",
    ("bigquery", "crowd"): "SQLite, on which the emulator runs, is out of memory when it estimates",
    ("athena", "crowd"): "its estimates take more than Athena's 150 stages, and are refused",
    ("ducklake", "awkward"): "DuckDB 1.5, which the lake needs, does not read 2024-01-02 10:00Z",
}
# BigQuery's emulator joins by comparing each row with each, so it gets fewer of them.
CASES = [
    pytest.param(
        engine,
        name,
        marks=marks(engine, name),
        id=f"{engine}-{name}",
    )
    for engine in ENGINES
    for name in SCENARIOS
    if name != ("label_errors" if engine == "bigquery" else "few_label_errors")
]


@pytest.fixture(scope="session")
def on_duckdb(new_duckdb):
    """Builds a scenario on DuckDB once, to show which rows of another engine differ: a folder for each batch."""
    built: dict[str, list] = {}

    def build(name):
        if name not in built:
            scenario, engine = SCENARIOS[name], new_duckdb()
            built[name] = []
            for number in range(1, scenario.batches + 1):
                scenario.load(engine, number)
                engine.dbt(*WITHOUT_TESTS, settings=scenario.settings)
                built[name].append(engine.write_marts(engine.folder / f"batch{number}"))
        return built[name]

    return build


WITHOUT_TESTS = ["build", "--exclude-resource-type", "test", "unit_test"]
VERIFY = ["run-operation", "verify"]
COMMANDS = [
    ["run-operation", "summary"],
    ["run-operation", "plan"],
    ["run-operation", "explain", "--args", "{dataset: buildings, feature_id: tile-02, version: v2}"],
    ["run-operation", "compare", "--args", "{dataset: buildings, old: v1, new: v2}"],
    # What scripts/export_queue.py reads.
    [
        "show",
        "--inline",
        "{{ label_lineage.queued_labels('buildings', 1) }}",
        "--limit",
        "-1",
        "--output",
        "json",
    ],
    VERIFY,
]


def commands_of(engine_name, name):
    """What is asked after the last batch; on a build machine nothing that takes minutes."""
    commands = COMMANDS if name == "demo" else [VERIFY]
    if not os.environ.get("CI") or engine_name in ("postgres", "snowflake"):
        return commands
    # `verify` recomputes what the data tests have recomputed.
    return [command for command in commands if command != VERIFY]


@pytest.mark.parametrize(("engine_name", "name"), CASES)
def test_gives_the_golden_values(engine_name, name, request, on_duckdb):
    """A first build and one with late labels, which runs all data tests; then one without news, in full runs or on Postgres."""
    engine = request.getfixturevalue(f"new_{engine_name}")()
    scenario, wanted = SCENARIOS[name], golden(name)

    def check(number, run):
        marts = engine.write_marts(engine.folder / run)
        found = faults(summary(engine, marts), wanted[number - 1])
        if found:
            # Rows tell what a digest does not.
            rows = differences(on_duckdb(name)[number - 1], marts)
            pytest.fail("\n".join([*found, *(f"{key}: {lines}" for key, lines in rows.items())]))

    *earlier, last = range(1, scenario.batches + 1)
    for number in earlier:
        scenario.load(engine, number)
        engine.dbt(*WITHOUT_TESTS, settings=scenario.settings)
        check(number, f"batch{number}")
    scenario.load(engine, last)
    commands, left_out = commands_of(engine_name, name), []
    if engine_name in ("trino", "athena", "spark") and name in ("awkward", "crowd"):
        # To replay weights by lineage, or estimates, is more than Trino's stages, and than a driver with 1 GB plans.
        commands, left_out = COMMANDS[:1], ["--exclude", "frozen_versions_can_be_recomputed"]
    # One start of dbt for all of them.
    asked = [part for command in commands for part in ("then", "--quiet", *command)]
    output = engine.dbt(
        "build", "--exclude-resource-type", "unit_test", *left_out, *asked, settings=scenario.settings
    )
    assert re.search(r"PASS=\d{2,} WARN=0 ERROR=0 SKIP=0", output), output[-500:]
    check(last, f"batch{last}")
    assert VERIFY not in commands or "Verified: " in output, output[-3000:]
    if name == "demo" and commands:
        assert "its leaves are tied and wait for a human" in output
        # The labels of the feature with most doubt, and of no other.
        assert sorted(re.findall(r'(?i)"node_id": "(.*?)"', output)) == [f"tile-21/{node}" for node in "abcd"]
    if (engine_name, name) == ("postgres", "demo") or not os.environ.get("CI"):
        engine.dbt(*WITHOUT_TESTS, settings=scenario.settings)
        check(last, "again")
    engine.insist(is_first=last == 1)
