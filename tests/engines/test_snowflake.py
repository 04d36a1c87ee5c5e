"""Snowflake gives what DuckDB gives, row by row, as far as fakesnow can tell."""

from __future__ import annotations

import re

import batches
import erasures
import pytest
from engine import differences


def test_demo_is_the_same(new_snowflake, wanted_demo):
    """The demo with all its data tests, and again, gives every row and fingerprint that DuckDB gives."""
    snowflake = new_snowflake()
    for run in ("first", "second"):
        output = snowflake.dbt("build", "--exclude-resource-type", "unit_test")
        assert re.search(r"PASS=\d{2,} WARN=0 ERROR=0 SKIP=0", output), output[-500:]
        assert differences(wanted_demo, snowflake.write_marts(snowflake.folder / run)) == {}


def test_awkward_batches_are_the_same(new_snowflake, wanted_batches):
    """First build, then late rows on top: text in any order, times in any form, links of any kind."""
    snowflake = new_snowflake()
    for number, wanted in enumerate(wanted_batches, start=1):
        batches.load(snowflake, number)
        snowflake.dbt("build", "--exclude-resource-type", "unit_test", settings=batches.SETTINGS)
        assert differences(wanted, snowflake.write_marts(snowflake.folder / f"batch{number}")) == {}
    reasons = {row[0] for row in snowflake.query("select distinct reason from rejected_label_nodes")}
    assert reasons >= {
        "invalid_time", "invalid_label", "invalid_parent_ids", "conflict", "cycle", "self_parent", "foreign_parent",
    }  # fmt: skip
    assert snowflake.query("select count(*) as n from training_set_changes where cause = 'late'")[0][0] > 0
    snowflake.dbt("run-operation", "verify", settings=batches.SETTINGS)


def test_redactions_are_the_same(new_snowflake, new_duckdb):
    """What is redacted is gone from every table, the frozen versions verify, and what is left is what DuckDB leaves."""
    marts = []
    for engine in (new_duckdb(), new_snowflake()):
        said = erasures.redact(engine)
        assert "What was redacted is gone, and what stayed of it is unchanged" in said
        assert "Not replayed, because redacted labels had a voice in the estimates" in said
        marts.append(engine.write_marts(engine.folder / "marts"))
    assert differences(*marts) == {}


def test_of_two_runs_one_is_refused(new_snowflake):
    """A run that finds another at work says so in a sentence and writes nothing; when that is over, it runs."""
    snowflake = new_snowflake()
    batches.load(snowflake, 1)
    snowflake.dbt("run", settings=batches.SETTINGS)
    admitted = snowflake.query("select count(*) as n from int_ledger")
    batches.load(snowflake, 2)
    lock = "label_lineage_run"
    snowflake.query(f"create view {lock} as select 1 as run_other, 1 as since_20240603040011")
    refused = snowflake.start("run", settings=batches.SETTINGS)
    output, _ = refused.communicate(timeout=600)
    assert refused.returncode != 0
    assert "another run started on the schema" in output and "at 2024-06-03 04:00:11 UTC" in output, output[
        -2000:
    ]
    assert snowflake.query("select count(*) as n from int_ledger") == admitted
    snowflake.query(f"drop view {lock}")
    snowflake.dbt("run", settings=batches.SETTINGS)
    assert snowflake.query("select count(*) as n from int_ledger") > admitted
    with pytest.raises(Exception, match="(?i)label_lineage_run"):
        snowflake.query(f"select * from {lock}")
