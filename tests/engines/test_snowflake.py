"""What Snowflake does in a way of its own, as far as fakesnow can tell; what all engines do is in test_engines.py."""

from __future__ import annotations

import batches
import pytest
from random_boxes import fused


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


@pytest.mark.long
def test_boxes_are_fused_in_rounds_written_out(new_snowflake, new_duckdb):
    """Fifty rounds give what DuckDB's recursion gives; a larger group is refused, not cut off."""
    snowflake, duckdb = new_snowflake(), new_duckdb()
    # Of small boxes, since fakesnow divides as floats.
    sizes = [1, 2, 3, 7, 20, 49, 50]
    found = fused(snowflake, sizes)
    assert found == fused(duckdb, sizes)
    assert len(sizes) < len(found) < sum(sizes)
    with pytest.raises(Exception, match="at most 50 overlapping boxes on Snowflake, and there is one of 51"):
        fused(snowflake, [51, 2])
