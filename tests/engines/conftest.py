"""Servers that the engine tests share. A missing one is a skip here and a failure on a build machine."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import batches
import pytest
from engine import DuckDB, Postgres
from missing import Missing
from postgres_server import PostgresServer
from spark_engine import Spark
from spark_server import SparkServer
from trino_server import Athena, Trino, TrinoServer

numbers = itertools.count(1)


def started(server):
    """A server that is there; without one tests are skipped here and fail on a build machine."""
    try:
        return server()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_server():
    """One cluster for all tests."""
    pytest.importorskip(
        "dbt.adapters.postgres", reason="dbt-postgres is not installed; see make test-engines"
    )
    server = started(PostgresServer)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_postgres(postgres_server, tmp_path_factory):
    """Makes empty Postgres databases."""

    def make(**options) -> Postgres:
        number = next(numbers)
        return Postgres(
            tmp_path_factory.mktemp(f"postgres{number}"), postgres_server, f"test{number}", **options
        )

    return make


@pytest.fixture(scope="session")
def new_duckdb(tmp_path_factory):
    """Makes empty DuckDB databases."""

    def make() -> DuckDB:
        folder: Path = tmp_path_factory.mktemp("duckdb")
        return DuckDB(folder)

    return make


@pytest.fixture(scope="session")
def spark_server():
    """One cluster for all tests."""
    server = started(SparkServer)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_spark(spark_server, tmp_path_factory):
    """Makes empty Spark schemas."""

    def make(schema: str | None = None) -> Spark:
        number = next(numbers)
        return Spark(tmp_path_factory.mktemp(f"spark{number}"), spark_server, schema or f"test{number}")

    return make


@pytest.fixture(scope="session")
def trino_server():
    """One server for all tests."""
    pytest.importorskip("dbt.adapters.trino", reason="dbt-trino is not installed; see make test-engines")
    server = started(TrinoServer)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_trino(trino_server, tmp_path_factory):
    """Makes empty schemas."""

    def make() -> Trino:
        return Trino(tmp_path_factory.mktemp("trino"), trino_server)

    return make


@pytest.fixture(scope="session")
def new_athena(trino_server, tmp_path_factory):
    """Makes empty schemas on the same server, behind Athena's adapter."""
    pytest.importorskip("dbt.adapters.athena", reason="dbt-athena is not installed; see make test-engines")

    def make() -> Athena:
        return Athena(tmp_path_factory.mktemp("athena"), trino_server)

    return make


@pytest.fixture(scope="session")
def wanted_demo(new_duckdb):
    """The demo's marts as DuckDB makes them."""
    engine = new_duckdb()
    engine.dbt("build", "--exclude-resource-type", "unit_test")
    return engine.write_marts(engine.folder / "marts")


@pytest.fixture(scope="session")
def wanted_batches(new_duckdb):
    """The marts after each batch of awkward labels as DuckDB makes them, one folder each."""
    engine = new_duckdb()
    folders = []
    for number in (1, 2):
        batches.load(engine, number)
        engine.dbt("build", "--exclude-resource-type", "unit_test", settings=batches.SETTINGS)
        folders.append(engine.write_marts(engine.folder / f"batch{number}"))
    return folders


@pytest.fixture(scope="session")
def new_snowflake(tmp_path_factory):
    """Makes empty databases on one fakesnow for all tests."""
    pytest.importorskip(
        "dbt.adapters.snowflake", reason="dbt-snowflake is not installed; see make test-engines"
    )
    from cloud_engines import Snowflake
    from snowflake_server import SnowflakeServer

    server = started(SnowflakeServer)
    yield lambda **options: Snowflake(
        tmp_path_factory.mktemp("snowflake"), server, f"test{next(numbers)}", **options
    )
    server.stop()


@pytest.fixture(scope="session")
def new_bigquery(tmp_path_factory):
    """Makes empty datasets on one emulator for all tests."""
    pytest.importorskip(
        "dbt.adapters.bigquery", reason="dbt-bigquery is not installed; see make test-engines"
    )
    from bigquery_server import BigQueryServer
    from cloud_engines import BigQuery

    server = started(BigQueryServer)
    yield lambda **options: BigQuery(
        tmp_path_factory.mktemp("bigquery"), server, f"test{next(numbers)}", **options
    )
    server.stop()
