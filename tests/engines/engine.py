"""One way to load, build and read on every engine, so that a test can compare two of them."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
from children import end_with_parent
from ducklake import environment_in, installed
from postgres_server import PostgresServer

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"

# What a user reads. Left out is what only says when, and by which release, a run took place.
MARTS = {
    "training_set": [],
    "training_set_changes": [],
    "dataset_versions": ["frozen_at", "package_release"],
    "label_nodes": [],
    "label_edges": [],
    "rejected_label_nodes": ["first_seen_at"],
    "review_queue": [],
    "dataset_version_errata": [],
    "annotator_confusion": [],
    "annotator_reliability": [],
    "annotator_scorecard": [],
    "correction_flow": [],
    "class_balance": [],
    "label_redactions": ["asked_at", "erased_at"],
}


class Engine:
    """A database, and dbt building into it in processes of its own.

    Attributes:
        program: What Python is told to run in place of dbt's command line.
    """

    program: Sequence[str | Path] = (Path(__file__).with_name("run_dbt.py"),)

    def __init__(self, folder: Path, project: Path = REPOSITORY, **environment: Any) -> None:
        """Set up.

        Args:
            folder: Temporary folder for dbt's files.
            project: The dbt project to run.
            environment: Variables of the profile, without their prefix.
        """
        self.folder = folder
        self.project = project
        self.environment = {
            f"LABEL_LINEAGE_{name.upper()}": str(value) for name, value in environment.items()
        }

    def start(
        self, *arguments: str, settings: Mapping[str, Any] | None = None, name: str = "run"
    ) -> subprocess.Popen:
        """Start a dbt command, or several with `then` between them. Those of another name may run at the same time."""
        options = [
            "--project-dir", str(self.project), "--profiles-dir", str(REPOSITORY),
            "--target-path", str(self.folder / name / "target"),
            "--log-path", str(self.folder / name / "logs"),
            "--no-use-colors", "--log-level-file", "none",
        ]  # fmt: skip
        if settings:
            options += ["--vars", json.dumps(settings)]
        command: list[str | Path] = [sys.executable, *self.program]
        for argument in arguments:
            command += [*options, argument] if argument == "then" else [argument]
        command += options
        return subprocess.Popen(
            command,
            env={**os.environ, **self.environment, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=end_with_parent,
        )

    def dbt(self, *arguments: str, settings: Mapping[str, Any] | None = None) -> str:
        """Run dbt commands, insist that they succeed, and give what they printed."""
        process = self.start(*arguments, settings=settings)
        output, _ = process.communicate(timeout=3600)
        told = [line for line in output.splitlines() if not line.lstrip().startswith("at ")]
        assert process.returncode == 0, "\n".join(told)[-6000:]
        return output

    def insist(self, is_first: bool = False) -> None:
        """What must hold of this engine alone, after a first build or after further ones."""

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query, on a session in UTC."""
        raise NotImplementedError

    def columns(self, relation: str) -> list[str]:
        """Names of the columns of a relation."""
        raise NotImplementedError

    def create(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Make a table of texts anew and fill it."""
        raise NotImplementedError

    def write_marts(self, folder: Path, unread: tuple[str, ...] = ()) -> Path:
        """Write every row that a user can read into one file for each mart, in a fixed order, but for those unread."""
        folder.mkdir(parents=True, exist_ok=True)
        for mart in MARTS.keys() - set(unread):
            columns = sorted(set(self.columns(mart)) - set(MARTS[mart]))
            rows = self.query(f"select {', '.join(columns)} from {mart}")
            lines = sorted(repr(tuple(map(shown, row))) for row in rows)
            (folder / f"{mart}.txt").write_text("\n".join([repr(columns), *lines]))
        return folder


def shown(value: Any) -> Any:
    """A value as it is compared: a decimal without the zeros at its end, which not every engine keeps."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


class DuckDB(Engine):
    """The engine that the others are compared with."""

    def __init__(self, folder: Path) -> None:
        """Use a file in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self.database = folder / "warehouse.duckdb"
        super().__init__(folder, target="duckdb", db=self.database)

    def query(self, sql):
        """Rows of a query."""
        with duckdb.connect(str(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def columns(self, relation):
        """Names of the columns of a relation."""
        return [row[0] for row in self.query(f"describe {relation}")]

    def create(self, table, columns, rows):
        """Make a table anew and fill it."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(
                f"create or replace table {table} ({', '.join(map(' '.join, columns.items()))})"
            )
            # Row by row DuckDB would take minutes for what Arrow takes in at once.
            values = list(zip(*rows, strict=True)) or [()] * len(columns)
            loaded = pyarrow.table(
                {
                    name: pyarrow.array(value, pyarrow.string())
                    for name, value in zip(columns, values, strict=True)
                }
            )
            connection.register("loaded", loaded)
            connection.execute(f"insert into {table} select * from loaded")


class DuckLake(DuckDB):
    """DuckDB with its tables as Parquet files, in a lake of its own."""

    def __init__(self, folder: Path) -> None:
        """Use a catalogue and files in the folder."""
        super().__init__(folder)
        self.lake = installed()
        self.places = [str(folder / "lake.ducklake"), str(folder / "files")]
        self.environment = dict(
            zip(("LABEL_LINEAGE_LAKE", "LABEL_LINEAGE_LAKE_FILES"), self.places, strict=True),
            LABEL_LINEAGE_TARGET="ducklake",
            **{name: environment_in(self.lake)[name] for name in ("HOME", "PYTHONPATH")},
        )

    def query(self, sql):
        """Rows of a query."""
        program = [sys.executable, str(Path(__file__).with_name("ducklake.py")), *self.places]
        result = subprocess.run(
            program, input=sql.encode(), capture_output=True, env=environment_in(self.lake), check=False
        )
        assert result.returncode == 0, result.stderr.decode()[-2000:]
        return pickle.loads(result.stdout)

    def create(self, table, columns, rows):
        """Make a table anew from what DuckDB has loaded."""
        super().create(table, columns, rows)
        path = self.folder / f"{table}.parquet"
        super().query(f"copy {table} to '{path}' (format parquet)")
        self.query(
            f"create schema if not exists raw; create or replace table {table} as select * from '{path}'"
        )


class Postgres(Engine):
    """A database of its own on the server."""

    def __init__(
        self, folder: Path, server: PostgresServer, database: str, project: Path = REPOSITORY
    ) -> None:
        """Make the database."""
        self.server, self.database = server, database
        server.execute("postgres", f"create database {database} owner dbt")
        super().__init__(
            folder,
            project,
            target="postgres",
            pg_port=server.port,
            pg_user="dbt",
            pg_password="dbt",
            pg_database=database,
        )

    def query(self, sql, user="dbt"):
        """Rows of a query."""
        connection = self.server.connect(self.database, user)
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'; set search_path = label_lineage")
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def columns(self, relation):
        """Names of the columns of a relation."""
        return [
            row[0]
            for row in self.query(
                "select attname from pg_attribute where attnum > 0 and not attisdropped "
                f"and attrelid = 'label_lineage.{relation}'::regclass"
            )
        ]

    def create(self, table, columns, rows):
        """Make a table anew, or refill it where views stand on it."""
        from psycopg2.extras import execute_values

        connection = self.server.connect(self.database, "dbt")
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("create schema if not exists raw")
            cursor.execute(
                f"create table if not exists {table} ({', '.join(map(' '.join, columns.items()))})"
            )
            cursor.execute(f"truncate {table}")
            rows = list(rows)
            if rows:
                execute_values(cursor, f"insert into {table} values %s", rows, page_size=5000)


def differences(left: Path, right: Path) -> dict[str, list[str]]:
    """Files of two folders that differ, each with its first lines that only one side has."""
    found = {}
    for mart in sorted(path.name for path in left.iterdir()):
        one, other = ((folder / mart).read_text() for folder in (left, right))
        if one != other:
            lines, others = one.split("\n"), other.split("\n")
            found[mart] = [
                *("- " + line for line in lines if line not in others),
                *("+ " + line for line in others if line not in lines),
            ][:6]
    return found
