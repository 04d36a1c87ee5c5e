"""dbt with its real Athena adapter, whose calls to AWS are answered by a Trino server.

    python athena_on_trino.py build --target athena ...

Athena is Trino behind an API, tables of which stand in Glue. So the adapter runs as it is, with all its
materializations, and only what it says to boto3 is taken over here: Athena's queries go to Trino, Glue is
read from Trino's catalogue, and S3 keeps nothing but the seeds on their way. What Athena writes differently
from Trino is rewritten statement by statement; a statement that is not known here is an error.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3.session
import trino
from botocore.exceptions import ClientError

CATALOG = "awsdatacatalog"
PORT = int(os.environ.get("LABEL_LINEAGE_TRINO_PORT", "0"))

# Files that were written to S3, by their key.
files: dict[str, list[list[str]]] = {}
results: dict[str, Any] = {}


def run(sql: str) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    """Columns (name, type) and rows of a statement on Trino."""
    connection = trino.dbapi.connect(host="127.0.0.1", port=PORT, user="dbt", catalog=CATALOG)
    try:
        cursor = connection.cursor()
        cursor.execute(sql)
        rows = cursor.fetchall()
        return [(column[0], column[1]) for column in cursor.description or []], rows
    finally:
        connection.close()


def literal(text: str) -> str:
    """A text as Trino reads it."""
    return "'" + text.replace("'", "''") + "'"


def rewrite(sql: str) -> list[str]:
    """A statement of Athena as Trino's, or several.

    Raises:
        ValueError: The statement is of a kind that Athena takes and this module does not know.
    """
    sql = re.sub(r"\A(\s*--[^\n]*\n)+", "", sql).strip().rstrip(";").strip()
    start = " ".join(sql.lower().split()[:3])
    if start.startswith(("select", "with", "insert into", "merge into", "create view", "create or replace")):
        return [sql]
    # Of Iceberg's tables, which all of ours are.
    if start.startswith(("delete from", "update", "drop view")):
        return [sql]
    if start.startswith("alter table") and (
        found := re.fullmatch(r"(?is)alter table (\S+) rename to (\S+)", sql)
    ):
        old, new = (name.replace("`", '"') for name in found.groups())
        return [f"alter table {old} rename to {new}"]
    if start.startswith("create schema") and (found := re.search(r"`(\w+)`", sql)):
        return [f"create schema if not exists {found[1]}"]
    if start.startswith("create table") and "with (" in sql:
        # Athena asks for a type and a place, which Trino's catalogue has settled.
        properties = re.search(r"with \(\s*table_type='(\w+)'.*?format='parquet'\s*\)", sql, flags=re.S)
        if properties:
            return [sql[: properties.start()] + "with (format = 'PARQUET')" + sql[properties.end() :]]
    if start.startswith("create table") and (
        found := re.search(
            r"(?s)\((.*)\)\s*location '(s3://[^']+)'\s*tblproperties \('table_type' = 'ICEBERG'\)\Z", sql
        )
    ):
        name = sql[: found.start()].replace("`", '"')
        return [f"{name} ({trino_types(found[1])})"]
    if start.startswith("create external table"):
        found = re.search(
            r"(?s)create external table `(\w+)`\.`(\w+)` \((.*?)\)\s*row format.*location '([^']+)'", sql
        )
        schema, table, columns, place = found.groups()
        names = re.findall(r"(\w+)`? string", columns)
        header, *rows = next(rows for key, rows in files.items() if place.split("/", 3)[3] in key)
        assert header == names, (header, names)
        values = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in rows)
        return [
            f"create table {schema}.{table} ({', '.join(name + ' varchar' for name in names)})",
            f"insert into {schema}.{table} values {values}",
        ]
    raise ValueError(f"not known as a statement of Athena: {sql[:300]}")


def trino_types(columns: str) -> str:
    """Column definitions of Athena's DDL, which is Hive's, in Trino's types."""
    for hive, ours in {
        r"array<string>": "array(varchar)",
        r"\bstring\b": "varchar",
        r"\bint\b": "integer",
        r"\btimestamp\b": "timestamp(6)",
    }.items():
        columns = re.sub(hive, ours, columns)
    return columns


def hive_type(kind: str) -> str:
    """A type of Trino as Glue tells it."""
    kind = re.sub(r"varchar(\(\d+\))?", "string", kind)
    kind = re.sub(r"timestamp\(\d\)", "timestamp", kind)
    kind = re.sub(r"array\((.*)\)", r"array<\1>", kind)
    return kind.replace("integer", "int")


def as_text(value: Any) -> str:
    """A value as Athena prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, list):
        return "[" + ", ".join(map(as_text, value)) + "]"
    return str(value)


def missing(operation: str) -> ClientError:
    """What Glue says of something that is not there."""
    return ClientError({"Error": {"Code": "EntityNotFoundException", "Message": "not found"}}, operation)


class Athena:
    """Starts queries and gives their results."""

    def start_query_execution(self, QueryString: str, **_: Any) -> dict[str, str]:
        """Run a statement to its end."""
        number = str(uuid.uuid4())
        with open(os.environ["LABEL_LINEAGE_SENT"], "a") as sent:
            sent.write(json.dumps(QueryString) + "\n")
        try:
            for statement in rewrite(QueryString):
                columns, rows = run(statement)
            is_select = QueryString.lstrip(" \n-/*").lower().startswith(("select", "with")) or bool(
                re.match(r"(?is)\A(\s*--[^\n]*\n)*\s*(select|with)\b", QueryString)
            )
            results[number] = (
                "SUCCEEDED",
                is_select,
                columns if is_select else [],
                rows if is_select else [],
            )
        except Exception as error:
            results[number] = ("FAILED", str(error))
        return {"QueryExecutionId": number}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        """How a statement ended."""
        state, *rest = results[QueryExecutionId]
        if state == "FAILED":
            status = {
                "State": state,
                "StateChangeReason": rest[0],
                "AthenaError": {"ErrorCategory": 2, "ErrorType": 1001},
            }
            return {"QueryExecution": {"Status": status}}
        return {
            "QueryExecution": {
                "Status": {"State": state},
                "StatementType": "DML" if rest[0] else "DDL",
                "Statistics": {"DataScannedInBytes": 0},
            }
        }

    def get_query_results(self, QueryExecutionId: str, **_: Any) -> dict[str, Any]:
        """All rows, below a row with the names."""
        _, is_select, columns, rows = results[QueryExecutionId]
        info = [{"Name": name, "Type": re.split(r"[(]", kind)[0]} for name, kind in columns]
        page = [{"Data": [{"VarCharValue": name} for name, _ in columns]}] if is_select else []
        page += [
            {"Data": [{} if value is None else {"VarCharValue": as_text(value)} for value in row]}
            for row in rows
        ]
        return {"ResultSet": {"Rows": page, "ResultSetMetadata": {"ColumnInfo": info}}, "UpdateCount": 0}

    def get_work_group(self, **_: Any) -> dict[str, Any]:
        """A work group that settles nothing."""
        return {"WorkGroup": {"Configuration": {}}}

    def stop_query_execution(self, **_: Any) -> None:
        """Nothing runs longer than the call that started it."""


class Pages:
    """One page of a listing."""

    def __init__(self, key: str, values: list[Any]) -> None:
        self.page = {key: values}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter([self.page])

    def build_full_result(self) -> dict[str, Any]:
        """The page."""
        return self.page


class Glue:
    """Trino's catalogue as Glue tells it."""

    def tables(self, schema: str, name: str | None = None) -> list[dict[str, Any]]:
        """Tables and views of a schema."""
        only = f" and {{}}.table_name = {literal(name)}" if name else ""
        _, found = run(
            "select t.table_name, t.table_type from information_schema.tables as t "
            f"where t.table_schema = {literal(schema)}{only.format('t')}"
        )
        return [
            {
                "Name": table,
                "DatabaseName": schema,
                "TableType": "VIRTUAL_VIEW" if kind == "VIEW" else "EXTERNAL_TABLE",
                "Parameters": {} if kind == "VIEW" else {"table_type": "ICEBERG"},
                "StorageDescriptor": {"Columns": [], "Location": f"s3://bucket/{schema}/{table}"},
            }
            for table, kind in found
        ]

    def get_table(self, DatabaseName: str, Name: str, **_: Any) -> dict[str, Any]:
        """One table with its columns."""
        found = self.tables(DatabaseName, Name)
        if not found:
            raise missing("GetTable")
        _, columns = run(
            "select column_name, data_type from information_schema.columns "
            f"where table_schema = {literal(DatabaseName)} and table_name = {literal(Name)} order by ordinal_position"
        )
        found[0]["StorageDescriptor"]["Columns"] = [
            {"Name": name, "Type": hive_type(kind)} for name, kind in columns
        ]
        return {"Table": found[0]}

    def get_database(self, Name: str, **_: Any) -> dict[str, Any]:
        """A schema."""
        if [Name] not in run("show schemas")[1]:
            raise missing("GetDatabase")
        return {"Database": {"Name": Name}}

    def delete_table(self, DatabaseName: str, Name: str, **_: Any) -> None:
        """Drop a table or view."""
        found = self.tables(DatabaseName, Name)
        if not found:
            raise missing("DeleteTable")
        kind = "view" if found[0]["TableType"] == "VIRTUAL_VIEW" else "table"
        run(f"drop {kind} {DatabaseName}.{Name}")

    def get_paginator(self, operation: str) -> Any:
        """The listings that the adapter asks for."""

        class Paginator:
            def paginate(_, **arguments: Any) -> Pages:
                if operation == "get_tables":
                    return Pages("TableList", self.tables(arguments["DatabaseName"]))
                if operation == "get_databases":
                    return Pages("DatabaseList", [{"Name": name} for (name,) in run("show schemas")[1]])
                assert operation == "get_table_versions", operation
                return Pages("TableVersions", [])

        return Paginator()


class S3:
    """A place for the seeds."""

    def list_objects_v2(self, **_: Any) -> dict[str, Any]:
        """Nothing: data stands in Trino's own folder."""
        return {}

    def upload_file(self, path: str, bucket: str, key: str, **_: Any) -> None:
        """Keep a CSV file."""
        with open(path, newline="") as file:
            files[key] = list(csv.reader(file))


class Sts:
    """Who is asking."""

    def get_caller_identity(self) -> dict[str, str]:
        """An account."""
        return {"Account": "000000000000"}


def client(self: Any, service: str, **_: Any) -> Any:
    """In place of boto3's clients; any other service is an error."""
    return {"athena": Athena, "glue": Glue, "s3": S3, "sts": Sts}[service]()


if __name__ == "__main__":
    import run_dbt

    boto3.session.Session.client = client
    sys.exit(run_dbt.run(sys.argv[1:]))
