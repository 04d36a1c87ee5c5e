"""Servers that the engine tests share. A missing one is a skip here and a failure on a build machine."""

from __future__ import annotations

import importlib.util
import itertools
import signal

import batches
import pytest
from children import end_with_parent
from engine import DuckDB, DuckLake, Postgres
from missing import Missing, absent
from xdist.scheduler import LoadScopeScheduling

numbers = itertools.count(1)

# Tests of one server run in one process, so that it is started once; the slow servers come first. Postgres
# starts in a moment, so its own file may go beside what it shares with the others.
GROUPS = {
    "spark": ("spark", "databricks"),
    "trino": ("trino", "athena"),
    "bigquery": ("bigquery",),
    "snowflake": ("snowflake",),
    "postgres alone": ("postgres.py",),
    "postgres": ("postgres",),
    "ducklake": ("ducklake",),
    "none": ("",),
}


def group_of(nodeid: str) -> str:
    """The server that a test needs, which its file or its first parameter names."""
    return next(
        group
        for group, names in GROUPS.items()
        if any(f"[{name}" in nodeid or f"test_{name}" in nodeid for name in names)
    )


def pytest_configure(config):
    """Let SIGTERM end the tests as Ctrl-C does, so that fixtures stop the servers that they started.

    Who only hands tests out ends at once: the processes that run them are told by that, and would be killed
    after ten seconds otherwise.
    """
    if hasattr(config, "workerinput"):
        end_with_parent()
    elif config.getoption("numprocesses", None):
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Begin with the slow servers."""
    items.sort(key=lambda item: list(GROUPS).index(group_of(item.nodeid)))


class ByServer(LoadScopeScheduling):
    """Gives the tests of a server to one process; pytest 9.2 does not know the groups of xdist 3.8."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _reschedule(self, node) -> None:
        """Give a process the next server at its last test, not before: another may have nothing to do by then."""
        if not self.workqueue or self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Schedule by server."""
    return ByServer(config, log)


def started(adapter: str, module: str, server: str):
    """A server that is there; without one tests are skipped here and fail on a build machine (CI is set).

    Args:
        adapter: dbt's adapter for it.
        module: The file beside this one that starts it.
        server: Name of the class there.
    """
    try:
        if importlib.util.find_spec(f"dbt.adapters.{adapter}") is None:
            raise Missing(f"dbt-{adapter} is not installed; see make test-engines")
        return getattr(importlib.import_module(module), server)()
    except Missing as missing:
        absent(missing)


@pytest.fixture(scope="session")
def new_duckdb(tmp_path_factory):
    """Makes empty DuckDB databases."""

    def make() -> DuckDB:
        return DuckDB(tmp_path_factory.mktemp("duckdb"))

    return make


@pytest.fixture(scope="session")
def new_ducklake(tmp_path_factory):
    """Makes empty lakes."""

    def make() -> DuckLake:
        try:
            return DuckLake(tmp_path_factory.mktemp("ducklake"))
        except Missing as missing:
            absent(missing)

    return make


@pytest.fixture(scope="session")
def new_postgres(tmp_path_factory):
    """Makes empty databases on one cluster for all tests."""
    server = started("postgres", "postgres_server", "PostgresServer")

    def make(**options) -> Postgres:
        return Postgres(tmp_path_factory.mktemp("postgres"), server, f"test{next(numbers)}", **options)

    yield make
    server.stop()


@pytest.fixture(scope="session")
def new_snowflake(tmp_path_factory):
    """Makes empty databases on one fakesnow for all tests."""
    server = started("snowflake", "snowflake_server", "SnowflakeServer")
    from cloud_engines import Snowflake

    def make(**options) -> Snowflake:
        return Snowflake(tmp_path_factory.mktemp("snowflake"), server, f"test{next(numbers)}", **options)

    yield make
    server.stop()


@pytest.fixture
def new_bigquery(tmp_path_factory):
    """Makes empty datasets on an emulator for one test: with several, it takes a table of another dataset."""
    server = started("bigquery", "bigquery_server", "BigQueryServer")
    from cloud_engines import BigQuery

    def make(**options) -> BigQuery:
        return BigQuery(tmp_path_factory.mktemp("bigquery"), server, f"test{next(numbers)}", **options)

    yield make
    server.stop()


@pytest.fixture(scope="session")
def trino_server():
    """One server for all tests."""
    server = started("trino", "trino_server", "TrinoServer")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_trino(trino_server, tmp_path_factory):
    """Makes empty schemas."""
    from trino_server import Trino

    return lambda: Trino(tmp_path_factory.mktemp("trino"), trino_server)


@pytest.fixture(scope="session")
def new_athena(trino_server, tmp_path_factory):
    """Makes empty schemas on the same server, behind Athena's adapter."""
    from trino_server import Athena

    return lambda: Athena(tmp_path_factory.mktemp("athena"), trino_server)


@pytest.fixture(scope="session")
def spark_server():
    """One cluster for all tests."""
    server = started("spark", "spark_server", "SparkServer")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_spark(spark_server, tmp_path_factory):
    """Makes empty Spark schemas."""
    from spark_engine import Spark

    def make(schema: str | None = None) -> Spark:
        return Spark(tmp_path_factory.mktemp("spark"), spark_server, schema or f"test{next(numbers)}")

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
        engine.dbt("run", settings=batches.SETTINGS)
        folders.append(engine.write_marts(engine.folder / f"batch{number}"))
    return folders
