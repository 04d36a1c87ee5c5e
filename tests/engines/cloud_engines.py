"""Load, build and read on Snowflake and BigQuery, like the engines of engine.py."""

from __future__ import annotations

import datetime
import itertools
import json
from pathlib import Path

from bigquery_server import PROJECT, BigQueryServer
from engine import REPOSITORY, Engine
from snowflake_server import SnowflakeServer

CHUNK = 500
# Fakesnow gives lists as the text of their JSON.
LISTS = ["parent_ids", "child_ids", "root_ids", "leaf_node_ids", "superseding_node_ids"]


class Snowflake(Engine):
    """A database of its own on fakesnow."""

    def __init__(
        self, folder: Path, server: SnowflakeServer, database: str, project: Path = REPOSITORY
    ) -> None:
        """Make the database and point dbt at it."""
        self.server, self.database = server, database
        super().__init__(
            folder,
            project,
            target="snowflake",
            snowflake_account="fakesnow",
            snowflake_password="snow",
            snowflake_host="127.0.0.1",
            snowflake_port=server.port,
            snowflake_protocol="http",
            snowflake_database=database,
        )
        self.query("create schema if not exists labels")

    def query(self, sql):
        """Rows of a query; lists as lists."""
        with self.server.connect(self.database) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            lists = [column.name.lower() in LISTS for column in cursor.description]
            return [
                tuple(
                    json.loads(value) if is_list and value is not None else value
                    for value, is_list in zip(row, lists, strict=True)
                )
                for row in cursor.fetchall()
            ]

    def columns(self, relation):
        """Names of the columns of a relation."""
        return [row[0].lower() for row in self.query(f"describe table labels.{relation}")]

    def create(self, table, columns, rows):
        """Make a table of texts anew and fill it."""
        self.query("create schema if not exists raw")
        self.query(f"create or replace table {table} ({', '.join(map(' '.join, columns.items()))})")
        places = ", ".join(["%s"] * len(columns))
        with self.server.connect(self.database) as connection, connection.cursor() as cursor:
            cursor.execute("use schema labels")
            for chunk in batched(rows):
                values = [value for row in chunk for value in row]
                cursor.execute(
                    f"insert into {table} values {', '.join([f'({places})'] * (len(values) // len(columns)))}",
                    values,
                )


class BigQuery(Engine):
    """A dataset of its own on the emulator; raw tables are shared, so tests load theirs anew."""

    def __init__(
        self, folder: Path, server: BigQueryServer, dataset: str, project: Path = REPOSITORY
    ) -> None:
        """Point dbt at the dataset, which it makes."""
        self.server, self.dataset = server, dataset
        super().__init__(
            folder,
            project,
            target="bigquery",
            bigquery_method="oauth-secrets",
            bigquery_token="none",
            bigquery_endpoint=server.endpoint,
            bigquery_project=PROJECT,
            bigquery_dataset=dataset,
            bigquery_retries=0,
            # The emulator answers when the job is done; asked again, it would have two at work.
            bigquery_creation_timeout=3600,
            # The emulator's SQLite refuses to commit while another statement is at work.
            threads=1,
        )

    def client(self):
        """A client of the emulator."""
        from google.api_core.client_options import ClientOptions
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import bigquery

        return bigquery.Client(
            project=PROJECT,
            credentials=AnonymousCredentials(),
            client_options=ClientOptions(api_endpoint=self.server.endpoint),
        )

    def query(self, sql):
        """Rows of a query; time stamps without their time zone, which is UTC."""
        from google.cloud import bigquery

        settings = bigquery.QueryJobConfig(default_dataset=f"{PROJECT}.{self.dataset}")
        with self.client() as client:
            job = client.query(sql, job_config=settings, retry=None, job_retry=None)
            return [
                tuple(
                    value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
                    for value in row.values()
                )
                for row in job.result(retry=None, job_retry=None)
            ]

    def columns(self, relation):
        """Names of the columns of a relation."""
        with self.client() as client:
            return [field.name for field in client.get_table(f"{PROJECT}.{self.dataset}.{relation}").schema]

    def create(self, table, columns, rows):
        """Make a table of texts anew and fill it."""
        from google.cloud import bigquery

        with self.client() as client:
            client.create_dataset(table.split(".")[0], exists_ok=True, retry=None)
            client.delete_table(f"{PROJECT}.{table}", not_found_ok=True, retry=None)
            client.create_table(
                bigquery.Table(
                    f"{PROJECT}.{table}", [bigquery.SchemaField(name, "STRING") for name in columns]
                )
            )
            for chunk in batched(rows):
                faults = client.insert_rows_json(
                    f"{PROJECT}.{table}", [dict(zip(columns, row, strict=True)) for row in chunk]
                )
                assert not faults, faults


def batched(rows):
    """Rows in chunks that one statement takes."""
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk
