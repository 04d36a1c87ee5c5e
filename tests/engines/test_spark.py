"""A run stands what happens on a cluster of several processes; what all engines do is in test_engines.py."""
# ruff: noqa: E501  SQL reads better unbroken.

from __future__ import annotations

import signal
import time

import batches
import pytest
from engine import REPOSITORY, differences
from spark_engine import Spark


@pytest.mark.long
def test_a_killed_run_is_repaired_by_the_next(new_spark, wanted_batches):
    """Late rows by a run that is killed, then a plain one: what DuckDB gives undisturbed."""
    spark = new_spark()
    batches.load(spark, 1)
    spark.dbt("run", settings=batches.SETTINGS)
    batches.load(spark, 2)
    killed = spark.start("run", settings=batches.SETTINGS, name="killed")
    wait_for(spark, "select max(batch) = 2 as is_there from int_ledger", killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL, "the run was over before it could be killed"
    # The replay of ten policies is more than a driver with 1 GB plans.
    replay = "frozen_versions_can_be_recomputed"
    spark.dbt("build", "--exclude-resource-type", "unit_test", "--exclude", replay, settings=batches.SETTINGS)
    assert differences(wanted_batches[1], spark.write_marts(spark.folder / "batch2")) == {}


def wait_for(spark: Spark, condition: str, process) -> None:
    """Wait until a query is true, or the process is over."""
    while process.poll() is None:
        try:
            if spark.query(condition) == [(True,)]:
                return
        except Exception as error:
            if "TABLE_OR_VIEW_NOT_FOUND" not in str(error) and "SCHEMA_NOT_FOUND" not in str(error):
                raise
        time.sleep(0.2)


def test_native_types_and_absent_columns(new_spark):
    """Arrays, nested values and any time stamp read like their text; optional columns may be absent."""
    spark = new_spark()
    long_ids = ", ".join(f"'{'x' * 30}{number}'" for number in range(3000))
    for statement in (
        "create schema if not exists raw",
        "create or replace table raw.arrays using iceberg as "
        "select 1 as node_id, 'f' as feature_id, 'a' as label, cast(null as array<int>) as parent_ids, timestamp '2024-01-01 00:00:00' as created_at "
        "union all select 2, 'f', 'b', array(1), timestamp '2024-01-01 15:00:00.000001' "
        "union all select 3, 'f', 'c', array(), null",
        "create or replace table raw.nested using iceberg as "
        "select '4' as node_id, 'g' as feature_id, true as label, '[]' as parent_ids, timestamp_ntz '2024-01-03 00:00:00' as recorded_at, map('k', 1) as attributes "
        "union all select '5', 'g', false, '[\"4\"]', timestamp_ntz '2024-01-04 00:00:00', null "
        "union all select '6', 'g', false, '{\"no\": \"array\"}', timestamp_ntz '2024-01-04 00:00:00', null "
        # A NUL, and more parents than a regular expression could follow one by one.
        "union all select concat('7', chr(0)), 'g', false, null, timestamp_ntz '2024-01-04 00:00:00', null "
        f"union all select '8', 'g', false, to_json(array({long_ids})), timestamp_ntz '2024-01-04 00:00:00', null",
        "create or replace table raw.bare using iceberg as select '9' as node_id, 'h' as feature_id, 'x' as label, date '2024-01-05' as created_at",
    ):
        with spark.server.connect("default") as cursor:
            cursor.execute(statement)
    settings = {"label_nodes": ["raw.arrays", "raw.nested", "raw.bare"]}
    spark.dbt("run", settings=settings)
    nodes = spark.query(
        "select node_id, label, array_size(parent_ids) as n_parents, cast(recorded_at as string) as recorded_at, task, attributes "
        "from label_nodes order by node_id"
    )
    assert nodes == [
        ("1", "a", 0, "2024-01-01 00:00:00", "default", None),
        ("2", "b", 1, "2024-01-01 15:00:00.000001", "default", None),
        ("4", "true", 0, "2024-01-03 00:00:00", "default", '{"k":1}'),
        ("5", "false", 1, "2024-01-04 00:00:00", "default", None),
        ("8", "false", 3000, "2024-01-04 00:00:00", "default", None),
        ("9", "x", 0, "2024-01-05 00:00:00", "default", None),
    ]
    refused = spark.query("select node_id, reason from rejected_label_nodes order by node_id")
    assert refused == [("3", "missing_time"), ("6", "invalid_parent_ids"), ("7\x00", "invalid_text")]


@pytest.mark.long
def test_of_two_runs_at_once_one_goes_on(new_spark, wanted_demo):
    """Two runs that start together: one truth, nothing twice, and the other is told in a sentence."""
    spark = new_spark()
    runs = [
        spark.start("build", "--exclude-resource-type", "test", "unit_test", name=name)
        for name in ("one", "other")
    ]
    outputs = [run.communicate()[0] for run in runs]
    codes = [run.returncode for run in runs]
    assert sorted(codes) == [0, 1], outputs[0][-3000:] + outputs[1][-3000:]
    assert "Label Lineage: another run" in outputs[codes.index(1)], outputs[codes.index(1)][-3000:]
    assert differences(wanted_demo, spark.write_marts(spark.folder / "marts")) == {}


def test_a_log_takes_no_row_twice(new_spark):
    """What writes a log adds nothing when it is sent again, and one of two at once fails."""
    spark = new_spark()
    with spark.server.connect("default") as cursor, spark.server.connect("default") as other:
        cursor.execute("create schema if not exists raw")
        cursor.execute("create or replace table raw.log (node_id string, label string) using iceberg")
        statement = insert_statement(spark, "select 'a' as node_id, cast(null as string) as label")
        for _ in range(2):
            cursor.execute(statement)
        # Seconds of work, long after it has looked at the log (a merge takes no function that sleeps). Who comes
        # first is up to the cluster: the quick one may have to wait for cores.
        slow = insert_statement(
            spark,
            "select 'c' as node_id, cast(sum(hash(x.id, y.id)) as string) as label "
            "from range(6000) as x cross join range(6000) as y",
        )
        quick = insert_statement(spark, "select 'b' as node_id, 'quick' as label")
        cursor.execute(slow, async_=True)
        time.sleep(3)
        try:
            other.execute(quick)
            first, told = "b", []
        except Exception as error:
            first, told = "c", [str(error)]
        while cursor.poll().operationState in (0, 1, 7):
            time.sleep(0.2)
        if error := cursor.poll().errorMessage:
            told.append(error)
        assert len(told) == 1 and "conflicting files" in told[0], told
        cursor.execute("select node_id from raw.log order by node_id")
        assert cursor.fetchall() == [("a",), (first,)]


def insert_statement(spark: Spark, sql: str) -> str:
    """The statement by which a log of (node_id, label) takes what a query gives."""
    output = spark.dbt(
        "compile", "--quiet", "--inline",
        "{%- do model.update({'name': 'int_ledger'}) -%}"
        "{{ label_lineage.insert_into_log('raw.log', ['node_id', 'label'], \"" + sql + '") }}',
    )  # fmt: skip
    return output[output.index("merge into") :]


def test_a_session_elsewhere_is_refused(new_spark, tmp_path, monkeypatch):
    """A profile that leaves the time zone to the cluster is refused before anything is written."""
    spark = new_spark()
    profile = (REPOSITORY / "profiles.yml").read_text()
    assert 'timeZone": UTC' in profile
    (tmp_path / "profiles.yml").write_text(profile.replace('timeZone": UTC', 'timeZone": America/New_York'))
    monkeypatch.setattr("engine.REPOSITORY", tmp_path)
    process = spark.start("run", "--select", "stg_dataset_versions")
    output = process.communicate()[0]
    assert process.returncode == 1
    assert "Label Lineage: the session is not in UTC" in output, output[-3000:]
    assert spark.query(f"show tables in {spark.schema}") == []
