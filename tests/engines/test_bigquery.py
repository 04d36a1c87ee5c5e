"""BigQuery gives what DuckDB gives, row by row, under Google's own analyser of SQL."""

from __future__ import annotations

import re

import batches
import pytest
from engine import differences


def test_demo_is_the_same(new_bigquery, wanted_demo):
    """The demo with all its data tests, and again, gives every row and fingerprint that DuckDB gives."""
    bigquery = new_bigquery()
    for run in ("first", "second"):
        output = bigquery.dbt("build", "--exclude-resource-type", "unit_test")
        assert re.search(r"PASS=\d{2,} WARN=0 ERROR=0 SKIP=0", output), output[-500:]
        assert differences(wanted_demo, bigquery.write_marts(bigquery.folder / run)) == {}


def test_awkward_batches_are_the_same(new_bigquery, wanted_batches):
    """First build, then late rows on top: text in any order, times in any form, links of any kind."""
    bigquery = new_bigquery()
    for number, wanted in enumerate(wanted_batches, start=1):
        batches.load(bigquery, number)
        bigquery.dbt("build", "--exclude-resource-type", "unit_test", settings=batches.SETTINGS)
        assert differences(wanted, bigquery.write_marts(bigquery.folder / f"batch{number}")) == {}
    reasons = {row[0] for row in bigquery.query("select distinct reason from rejected_label_nodes")}
    assert reasons >= {
        "invalid_time", "invalid_label", "invalid_parent_ids", "conflict", "cycle", "self_parent", "foreign_parent",
    }  # fmt: skip
    assert bigquery.query("select count(*) as n from training_set_changes where cause = 'late'")[0][0] > 0
    bigquery.dbt("run-operation", "verify", settings=batches.SETTINGS)


def test_of_two_runs_one_is_refused(new_bigquery):
    """A run that finds another at work says so in a sentence and writes nothing; when that is over, it runs."""
    bigquery = new_bigquery()
    batches.load(bigquery, 1)
    bigquery.dbt("run", settings=batches.SETTINGS)
    admitted = bigquery.query("select count(*) as n from int_ledger")
    batches.load(bigquery, 2)
    lock = "label_lineage_run"
    bigquery.query(f"create view {lock} as select 1 as run_other, 1 as since_20240603040011")
    refused = bigquery.start("run", settings=batches.SETTINGS)
    output, _ = refused.communicate(timeout=600)
    assert refused.returncode != 0
    assert "another run started on the schema" in output and "at 2024-06-03 04:00:11 UTC" in output, output[
        -2000:
    ]
    assert bigquery.query("select count(*) as n from int_ledger") == admitted
    bigquery.query(f"drop view {lock}")
    bigquery.dbt("run", settings=batches.SETTINGS)
    assert bigquery.query("select count(*) as n from int_ledger") > admitted
    with pytest.raises(Exception, match="(?i)label_lineage_run"):
        bigquery.query(f"select * from {lock}")
