"""What dbt-databricks makes of the models is Databricks' SQL, and gives on Spark what DuckDB gives."""

from __future__ import annotations

import batches
import pytest
import sqlfluff_reads
import sqlglot
from compiled import compile_project
from engine import differences
from spark_engine import Spark

# Where the SQL of its models is run.
PLACE = {"LABEL_LINEAGE_DATABRICKS_CATALOG": "lake", "LABEL_LINEAGE_DATABRICKS_SCHEMA": "databricks"}
CLUSTERED = {
    "int_ledger": ["task", "feature_id"],
    "int_ledger_edges": ["task", "feature_id"],
    "int_splits": ["dataset", "feature_id"],
    "int_freeze_log": ["dataset", "version_number"],
    "int_training_rows": ["dataset", "version_number"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Both branches of every model and data test."""
    folder = tmp_path_factory.mktemp("databricks")
    return {
        branch: compile_project(folder, branch, "databricks", PLACE) for branch in ("first", "incremental")
    }


@pytest.fixture(scope="module")
def compiled(project):
    """Both branches of every model."""
    return {branch: models for branch, (models, _) in project.items()}


@pytest.mark.parametrize("branch", [pytest.param("first", marks=pytest.mark.long), "incremental"])
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
