"""A log that a night makes is laid out like one that a full run makes, where its configuration is read by dbt."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from engine import REPOSITORY
from missing import Missing, absent

# What the engine's adapter is told, and what of that must stand in the statement that makes the table.
LAYOUTS = {
    "spark": (
        {"file_format": "iceberg", "partition_by": ["dataset", "bucket(8, feature_id)"]},
        "using iceberg partitioned by (dataset, bucket(8, feature_id))",
    ),
    # The service takes one of the two.
    "databricks": (
        {
            "file_format": "delta",
            "partition_by": "task",
            "liquid_clustered_by": ["dataset", "version_number"],
        },
        "using delta partitioned by (task) cluster by (dataset, version_number)",
    ),
    "trino": (
        {"properties": {"partitioning": "array['dataset']", "sorted_by": "array['version_number']"}},
        "with (partitioning = array['dataset'], sorted_by = array['version_number'])",
    ),
    "snowflake": ({"cluster_by": ["dataset", "version_number"]}, "cluster by (dataset, version_number)"),
    "bigquery": (
        {
            "partition_by": {
                "field": "version_number",
                "data_type": "int64",
                "range": {"start": 0, "end": 100, "interval": 1},
            },
            "cluster_by": "dataset",
        },
        "partition by range_bucket(version_number, generate_array(0, 100, 1)) cluster by dataset",
    ),
}
INLINE = """
{{{{ config(materialized='table', **{layout}) }}}}
{{% if execute %}}
night: {{{{ label_lineage.layout_of_log(model.config) }}}}
full run: {{{{ get_create_table_as_sql(False, this, 'select 1 as one') }}}}
{{% endif %}}
"""


def squeezed(text: str) -> str:
    """A text as it is compared: in lower case and without blanks."""
    return "".join(text.lower().split())


@pytest.mark.parametrize("engine", LAYOUTS, ids="on {}".format)
def test_a_log_has_one_layout(engine, tmp_path):
    """The clause of `layout_of_log` is the adapter's own."""
    if importlib.util.find_spec(f"dbt.adapters.{engine}") is None:
        absent(Missing(f"dbt-{engine} is not installed; see make test-engines"))
    layout, clause = LAYOUTS[engine]
    result = subprocess.run(
        [
            sys.executable, Path(__file__).with_name("offline.py"), "first", engine, "compile", "--quiet",
            "--inline", INLINE.format(layout=json.dumps(layout)), "--no-use-colors",
            "--project-dir", REPOSITORY, "--profiles-dir", REPOSITORY, "--target-path", tmp_path / "target",
            "--log-path", tmp_path / "logs",
        ],
        env={**os.environ, "LABEL_LINEAGE_TARGET": engine}, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]
    night, full_run = squeezed(result.stdout).split("night:")[1].split("fullrun:")
    assert night == squeezed(clause)
    assert night in full_run
