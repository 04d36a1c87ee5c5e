"""Compiles the project with a real adapter and no warehouse: what the adapter would ask is answered here.

Usage: offline.py first|incremental ADAPTER DBT-ARGUMENTS...

On the first run nothing is there yet. On an incremental one the logs and the incremental tables are, and
every count is 3; no version is frozen. Every input has all columns.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path

import agate
from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.cli.main import dbtRunner

REPOSITORY = Path(__file__).resolve().parents[2]
KEPT = {
    path.stem
    for path in (REPOSITORY / "models").rglob("*.sql")
    if "materialized='insert_only'" in path.read_text() or "materialized='incremental'" in path.read_text()
}
# What every input is said to have.
COLUMNS = [
    "node_id", "feature_id", "label", "created_at", "recorded_at", "parent_id", "parent_ids", "task", "annotator_id",
    "split_group", "source", "attributes", "dataset", "version", "as_of",
]  # fmt: skip


def answer_for(name: str, adapter: type[BaseAdapter], is_incremental: bool) -> None:
    """Let an adapter answer without asking anybody."""

    def get_relation(self, database, schema, identifier, **_):
        if is_incremental and identifier in KEPT:
            return self.Relation.create(database=database, schema=schema, identifier=identifier, type="table")
        return None

    def execute(self, sql, *_, **__):
        names = ["answer", "second", "third"]
        # No version is frozen yet, so there is no policy of one.
        rows = [] if "select policy" in sql else [[3] * 3]
        return AdapterResponse("offline"), agate.Table(rows, names, [agate.Number()] * 3)

    def refuse(_, connection):
        raise AssertionError("dbt asked for a connection")

    def get_column_schema_from_query(self, *_):
        return [self.Column(column=name, dtype="varchar") for name in COLUMNS]

    adapter.get_relation = get_relation
    adapter.get_column_schema_from_query = get_column_schema_from_query
    adapter.execute = execute
    adapter.ConnectionManager.open = classmethod(refuse)
    if name == "databricks":
        # Which release answers: the newest.
        adapter.compare_dbr_version = lambda *_: 1
    if name == "bigquery":
        # It opens a connection to close it.
        adapter.ConnectionManager.close = classmethod(lambda _, connection: connection)


def main() -> int:
    """Run one dbt command."""
    branch, name, *arguments = sys.argv[1:]
    module = importlib.import_module(f"dbt.adapters.{name}.impl")
    for _, member in inspect.getmembers(module, inspect.isclass):
        if issubclass(member, BaseAdapter) and member.__module__ == module.__name__:
            answer_for(name, member, branch == "incremental")
    result = dbtRunner().invoke([*arguments, "--no-populate-cache"])
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
