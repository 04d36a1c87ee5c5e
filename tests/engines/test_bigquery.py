"""What BigQuery does in a way of its own; what all engines do is in test_engines.py."""

from __future__ import annotations

import batches
import crowd
import pytest
import shape_labels
from random_boxes import fused


def test_an_estimate_over_too_many_labels_is_refused(new_bigquery):
    """The question before each estimate is one that Google's analyser takes, and its answer is a sentence."""
    bigquery = new_bigquery()
    columns = {"dataset": "string", "version_number": "string", "annotator_code": "string"}
    bigquery.create("raw.answers", columns, [["crowd", "1", "7"], ["crowd", "1", "7"], ["crowd", "1", "8"]])
    question = "{{ label_lineage.check_estimable('`label-lineage`.`raw`.`answers`', most=1) }} select 1 as n"
    asked = bigquery.start("show", "--inline", question, settings=crowd.SETTINGS)
    output, _ = asked.communicate(timeout=600)
    assert asked.returncode != 0
    assert "has 2 labels by one annotator or without one" in output, output[-2000:]


@pytest.mark.long
def test_boxes_are_fused_in_javascript(new_bigquery, new_duckdb):
    """A run makes the function, which gives DuckDB's rows, frozen and replayed, and loses no digit of a large number."""
    bigquery, duckdb = new_bigquery(), new_duckdb()
    datasets = [one for one in shape_labels.SETTINGS["datasets"] if one["consolidation"] == "box_fusion"]
    settings = {**shape_labels.SETTINGS, "datasets": datasets[:2]}
    found = []
    for engine in (bigquery, duckdb):
        shape_labels.load(engine, 5)
        engine.dbt("run", "then", "test", "--select", "frozen_versions_can_be_recomputed", settings=settings)
        found.append(
            sorted(engine.query("select dataset, version, feature_id, label, confidence from training_set"))
        )
    assert found[0] == found[1]
    assert len(found[0]) > 5
    # Sides as long as the longest that is admitted.
    for most in (1000, 5 * 10**13):
        sizes = [1, 2, 3, 7, 20, 60]
        boxes = fused(bigquery, sizes, most)
        assert boxes == fused(duckdb, sizes, most)
        assert len(sizes) < len(boxes) < sum(sizes)


@pytest.mark.long
def test_of_two_runs_one_is_refused(new_bigquery):
    """A run that finds another at work says so in a sentence and writes nothing; when that is over, it runs."""
    bigquery = new_bigquery()
    batches.load(bigquery, 1)
    bigquery.dbt("run", settings=batches.SETTINGS)
    admitted = bigquery.query("select count(*) as n from int_ledger")
    batches.load(bigquery, 2)
    lock = f"{bigquery.dataset}.label_lineage_run"
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
