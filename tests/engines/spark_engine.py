"""Load, build and read on Spark, like the engines of engine.py."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow
from engine import REPOSITORY, Engine
from spark_server import SparkServer


class Spark(Engine):
    """A schema of its own on the cluster; raw tables are shared, so tests load theirs anew."""

    def __init__(self, folder: Path, server: SparkServer, schema: str, project: Path = REPOSITORY) -> None:
        """Make the schema, without which no session begins there, and point dbt at it."""
        self.server, self.schema = server, schema
        with server.connect("default") as cursor:
            cursor.execute(f"create schema if not exists {schema}")
        super().__init__(folder, project, target="spark", spark_port=server.port, spark_schema=schema)

    def insist(self, is_first=False):
        """Who reads in another time zone finds the same months and the same instants."""
        for sql in (
            "select annotator_id, task, month, n_labels from annotator_scorecard order by all",
            "select dataset, version, unix_micros(as_of) as as_of from dataset_versions order by all",
        ):
            assert self.query(sql) == self.query(sql, **{"spark.sql.session.timeZone": "Pacific/Auckland"})

    def query(self, sql, **settings):
        """Rows of a query; lists come as JSON, because Spark prints them without escapes."""
        with self.server.connect(self.schema, **settings) as cursor:
            if sql.lstrip().lower().startswith("select"):
                cursor.execute(f"describe query {sql}")
                columns = [(name, kind.startswith("array")) for name, kind, _ in cursor.fetchall()]
                shown = ", ".join(
                    f"to_json(`{name}`)" if is_list else f"`{name}`" for name, is_list in columns
                )
                cursor.execute(f"select {shown} from ({sql}) as answer")
                return [
                    tuple(
                        json.loads(value) if is_list and value is not None else value
                        for value, (_, is_list) in zip(row, columns, strict=True)
                    )
                    for row in cursor.fetchall()
                ]
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def columns(self, relation):
        """Names of the columns of a relation."""
        names = [row[0] for row in self.query(f"describe {relation}")]
        return names[: names.index("")] if "" in names else names

    def create(self, table, columns, rows):
        """Make a table of texts anew, from a file that all workers can read."""
        path = self.folder / f"{table}.parquet"
        values = list(zip(*rows, strict=True)) or [()] * len(columns)
        loaded = pyarrow.table(
            {
                name: pyarrow.array(value, pyarrow.string())
                for name, value in zip(columns, values, strict=True)
            }
        )
        with duckdb.connect() as connection:
            connection.register("loaded", loaded)
            connection.execute(f"copy loaded to '{path}' (format parquet)")
        schema = table.split(".")[0]
        with self.server.connect("default") as cursor:
            cursor.execute(f"create schema if not exists {schema}")
            cursor.execute(f"create or replace temporary view loaded using parquet options (path '{path}')")
            cursor.execute(f"create or replace table {table} using iceberg as select * from loaded")
