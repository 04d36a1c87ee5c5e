"""Athena: its real adapter, answered by a Trino server in place of AWS, gives what DuckDB gives."""

from __future__ import annotations

import json

import batches
import sqlglot
from engine import differences

# What Athena takes at most, in bytes.
LONGEST_STATEMENT = 262_144


def test_demo_is_the_same(new_athena, new_duckdb):
    """First build and merges with all data tests; what is sent is Athena's SQL and not too long for it."""
    expected, athena = new_duckdb(), new_athena()
    expected.dbt("build", "--exclude-resource-type", "unit_test")
    wanted = expected.write_marts(expected.folder / "marts")
    for run in ("first", "second"):
        athena.dbt("build", "--exclude-resource-type", "unit_test")
        assert differences(wanted, athena.write_marts(athena.folder / run)) == {}
    sent = [json.loads(line) for line in athena.sent.read_text().splitlines()]
    assert sum("merge into" in statement for statement in sent) >= 9
    for statement in sent:
        assert len(statement.encode()) < LONGEST_STATEMENT
        assert sqlglot.parse_one(statement, dialect="athena"), statement


def test_awkward_batches_are_the_same(new_athena, wanted_batches):
    """First build, then late rows on top, with all data tests."""
    athena = new_athena()
    for number, wanted in enumerate(wanted_batches, start=1):
        batches.load(athena, number)
        athena.dbt("build", "--exclude-resource-type", "unit_test", settings=batches.SETTINGS)
        assert differences(wanted, athena.write_marts(athena.folder / f"batch{number}")) == {}
