"""Servers that the engine tests share. A missing one is a skip here and a failure on a build machine."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from engine import DuckDB, Postgres
from postgres_server import Missing, PostgresServer
from spark_engine import Spark
from spark_server import Missing as SparkMissing
from spark_server import SparkServer

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server():
    """One cluster for all tests."""
    pytest.importorskip(
        "dbt.adapters.postgres", reason="dbt-postgres is not installed; see make test-engines"
    )
    try:
        server = PostgresServer()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
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
    try:
        server = SparkServer()
    except SparkMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_spark(spark_server, tmp_path_factory):
    """Makes empty Spark schemas."""

    def make(schema: str | None = None) -> Spark:
        number = next(numbers)
        return Spark(tmp_path_factory.mktemp(f"spark{number}"), spark_server, schema or f"test{number}")

    return make
