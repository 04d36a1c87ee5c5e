"""What dbt-databricks makes of the models is Databricks' SQL, and gives on Spark what DuckDB gives."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import batches
import pytest
import sqlfluff_reads
import sqlglot
from engine import REPOSITORY, differences
from missing import Missing, absent
from spark_engine import Spark

MODELS = {path.stem for path in (REPOSITORY / "models").rglob("*.sql")}
CLUSTERED = {
    "int_ledger": ["task", "feature_id"],
    "int_ledger_edges": ["task", "feature_id"],
    "int_splits": ["dataset", "feature_id"],
    "int_freeze_log": ["dataset", "version_number"],
    "int_training_rows": ["dataset", "version_number"],
}


def compile_project(folder: Path, branch: str, schema: str) -> tuple[dict[str, dict], dict[str, str]]:
    """Compile without a warehouse, by the real adapter: models in the order to build, and SQL of data tests."""
    if importlib.util.find_spec("dbt.adapters.databricks") is None:
        absent(Missing("dbt-databricks is not installed; see make test-engines"))
    environment = {
        "LABEL_LINEAGE_TARGET": "databricks",
        "LABEL_LINEAGE_DATABRICKS_HOST": "127.0.0.1",
        "LABEL_LINEAGE_DATABRICKS_TOKEN": "none",
        "LABEL_LINEAGE_DATABRICKS_CATALOG": "lake",
        "LABEL_LINEAGE_DATABRICKS_SCHEMA": schema,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    offline = Path(__file__).with_name("offline.py")
    result = subprocess.run(
        [
            sys.executable, offline, branch, "databricks", "compile",
            "--select", "resource_type:model", "resource_type:test", "--indirect-selection", "empty",
            "--project-dir", REPOSITORY, "--profiles-dir", REPOSITORY, "--target-path", folder / branch,
            "--log-path", folder / "logs", "--no-use-colors", "--vars", json.dumps(batches.SETTINGS),
        ],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]
    nodes, tests = {}, {}
    for entry in json.loads((folder / branch / "manifest.json").read_text())["nodes"].values():
        if entry["resource_type"] == "model":
            compiled = folder / branch / "compiled" / "label_lineage" / entry["original_file_path"]
            parents = [parent.split(".")[-1] for parent in entry["depends_on"]["nodes"]]
            nodes[entry["name"]] = {**entry, "sql": compiled.read_text(), "parents": parents}
        elif entry["resource_type"] == "test":
            tests[entry["name"]] = entry["compiled_code"]
    assert set(nodes) == MODELS
    return in_order(nodes), tests


def in_order(nodes: dict[str, dict]) -> dict[str, dict]:
    """The nodes, each after those it reads."""
    ordered: dict[str, dict] = {}
    while len(ordered) < len(nodes):
        ready = [
            name for name, node in nodes.items()
            if name not in ordered and all(parent in ordered for parent in node["parents"] if parent in nodes)
        ]  # fmt: skip
        assert ready, "the models read each other in a circle"
        ordered.update({name: nodes[name] for name in ready})
    return ordered


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Both branches of every model and data test."""
    folder = tmp_path_factory.mktemp("databricks")
    return {branch: compile_project(folder, branch, "databricks") for branch in ("first", "incremental")}


@pytest.fixture(scope="module")
def compiled(project):
    """Both branches of every model."""
    return {branch: models for branch, (models, _) in project.items()}


@pytest.mark.parametrize("branch", ["first", "incremental"])
def test_models_are_databricks_sql(compiled, branch):
    """Two parsers that know the dialect read every model."""
    models = [node["sql"] for node in compiled[branch].values()]
    for sql in models:
        assert sqlglot.parse_one(sql, read="databricks"), sql
    assert sqlfluff_reads.unread(models, "databricks") == []


@pytest.mark.parametrize("branch", ["first", "incremental"])
def test_data_tests_are_databricks_sql(project, branch):
    """One parser reads every data test, those of columns and those of `tests`."""
    _, tests = project[branch]
    assert len(tests) > 60 and "frozen_versions_can_be_recomputed" in tests
    for name, sql in tests.items():
        assert sqlglot.parse_one(sql, read="databricks"), name


def test_large_tables_are_clustered(compiled):
    """What dbt-databricks is told; that it then writes `cluster by` is asked by test_layout.py."""
    told = {
        name: node["config"]["liquid_clustered_by"]
        for name, node in compiled["first"].items()
        if node["config"].get("liquid_clustered_by")
    }
    assert told == CLUSTERED


def test_branches_differ(compiled):
    """The incremental branch really is one: it reads the tables of the run before."""
    for name in ("int_children", "int_lineage", "int_training_rows", "int_ledger"):
        assert compiled["first"][name]["sql"] != compiled["incremental"][name]["sql"], name


@pytest.mark.long
def test_batches_are_the_same_on_spark(compiled, new_spark, new_duckdb):
    """A first run and one with late rows, from Databricks' SQL: every row that DuckDB gives."""
    expected, spark = new_duckdb(), new_spark(schema="databricks")
    with spark.server.connect("default") as cursor:
        cursor.execute("create schema if not exists lake.databricks")
    for number, branch in enumerate(("first", "incremental"), start=1):
        for engine in (expected, spark):
            batches.load(engine, number)
        expected.dbt("run", settings=batches.SETTINGS)
        run_models(spark, compiled[branch], branch)
        wanted = expected.write_marts(expected.folder / branch)
        assert differences(wanted, spark.write_marts(spark.folder / branch)) == {}


def run_models(spark: Spark, nodes: dict[str, dict], branch: str) -> None:
    """Build models as dbt-databricks would, as Iceberg tables."""
    with spark.server.connect("default") as cursor:
        for name, node in nodes.items():
            table, how = f"lake.databricks.{name}", node["config"]["materialized"]
            if how == "view":
                cursor.execute(f"create or replace view {table} as {node['sql']}")
            elif how == "table" or branch == "first":
                cursor.execute(f"create or replace table {table} using iceberg as {node['sql']}")
            elif how == "insert_only":
                cursor.execute(f"insert into {table} by name {node['sql']}")
            else:
                key = node["config"]["unique_key"]
                keys = [key] if isinstance(key, str) else key
                cursor.execute(f"create or replace temporary view arrived as {node['sql']}")
                cursor.execute(
                    f"merge into {table} as known using arrived on "
                    + " and ".join(f"known.{key} = arrived.{key}" for key in keys)
                    + " when matched then update set * when not matched then insert *"
                )
