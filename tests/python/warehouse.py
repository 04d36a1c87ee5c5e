"""A warehouse in a temporary folder, driven with dbt as a user would drive it."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "scripts"))
import export_queue  # noqa: E402

SHARED = REPOSITORY.parent / "shared"
CONTRACT = {
    "node_id": "varchar",
    "parent_id": "varchar",
    "feature_id": "varchar",
    "task": "varchar",
    "label": "varchar",
    "annotator_id": "varchar",
    "created_at": "timestamp",
    "recorded_at": "timestamp",
    "split_group": "varchar",
    "source": "varchar",
    "attributes": "varchar",
}


@dataclass
class Outcome:
    """What one dbt command did.

    Attributes:
        success: Whether dbt exits with 0.
        statuses: Status of each node that ran, by the node's name.
        messages: Messages of nodes that failed, by the node's name.
        output: Everything dbt printed or logged as an error, one text.
    """

    success: bool
    statuses: dict[str, str]
    messages: dict[str, str]
    output: str


@dataclass
class Warehouse:
    """One DuckDB file and the dbt project that builds into it.

    Attributes:
        folder: Temporary folder for the database, inputs, target and logs.
        project: The dbt project to run; this repository unless a test copies it.
        settings: Settings that every command gets through --vars.
        profiles: Folder with the profiles.yml to use.
    """

    folder: Path
    project: Path = REPOSITORY
    settings: dict[str, Any] = field(default_factory=dict)
    profiles: Path = REPOSITORY

    @property
    def database(self) -> Path:
        """Path of the DuckDB file."""
        return self.folder / "warehouse.duckdb"

    def export_queue(self, *arguments: str) -> None:
        """Write the review queue as Label Studio tasks, as scripts/export_queue.py does.

        Args:
            arguments: The script's command line, without what goes to dbt.

        Raises:
            SystemExit: The script refused.
        """
        folders = {
            "--project-dir": self.project,
            "--profiles-dir": self.profiles,
            "--target-path": self.folder / "queue_target",
            "--log-path": self.folder / "logs",
        }
        options = [text for option in folders.items() for text in map(str, option)]
        try:
            with environment(LABEL_LINEAGE_DB=str(self.database)):
                export_queue.main([*arguments, "--", *options])
        finally:
            DuckDBConnectionManager.close_all_connections()

    def dbt(self, *arguments: str, settings: Mapping[str, Any] | None = None, parse: bool = False) -> Outcome:
        """Run one dbt command in this process. `build` leaves out the unit tests, as `make build` does.

        Args:
            arguments: The command line after `dbt`, without --vars; with `--write-json` for tests that
                read what dbt then writes into the folder `target`.
            settings: Settings for this command alone, over those of the warehouse.
            parse: Whether dbt parses the project for this command, with these settings. If not, it
                takes what it has parsed before, which saves half the time.

        Returns:
            What happened. A failure does not raise: tests look at it.
        """
        given = {**self.settings, **(settings or {})}
        messages: list[str] = []

        def listen(event: Any) -> None:
            if event.info.level in ("warn", "error") or event.info.name in ("PrintEvent", "JinjaLogInfo"):
                messages.append(event.info.msg)

        command = [
            *arguments,
            "--project-dir", str(self.project),
            "--profiles-dir", str(self.profiles),
            "--target-path", str(self.folder / "target"),
            "--log-path", str(self.folder / "logs"),
            "--log-level", "none",
            "--log-level-file", "none",
            "--quiet",
            "--no-use-colors",
        ]  # fmt: skip
        if arguments[0] == "build":
            command += ["--exclude-resource-type", "unit_test"]
        if "--write-json" not in arguments:
            command += ["--no-write-json"]
        if given:
            # As YAML, which dbt reads: escapes of JSON above U+FFFF are no YAML.
            command += ["--vars", yaml.safe_dump(given, default_flow_style=True, width=sys.maxsize)]
        manifest = None
        if not parse and arguments[0] != "parse" and self.project == self.profiles == REPOSITORY:
            manifest = parsed_project(relevant_to_graph(given))
        with (
            environment(LABEL_LINEAGE_DB=str(self.database)),
            open(os.devnull, "w") as nowhere,
            contextlib.redirect_stdout(nowhere),
        ):
            result = dbtRunner(manifest, callbacks=[listen]).invoke(command)
        # In one process dbt would keep the file open, and its newest pages in the write-ahead log.
        DuckDBConnectionManager.close_all_connections()
        nodes = [
            node
            for node in getattr(result.result, "results", None) or []
            if hasattr(node, "node") and node.node.resource_type != "operation"
        ]
        failed = [node for node in nodes if str(node.status) in ("error", "fail")]
        if result.exception:
            messages.append(str(result.exception))
        outcome = Outcome(
            success=result.success,
            statuses={node.node.name: str(node.status) for node in nodes},
            messages={node.node.name: node.message or "" for node in failed},
            output="\n".join(messages),
        )
        if not outcome.success:
            # Its traceback holds its connection; the next command may want to open the file differently.
            del result, nodes, failed
            gc.collect()
        return outcome

    def build(self, *arguments: str, settings: Mapping[str, Any] | None = None) -> Outcome:
        """Run all models without tests and insist that they succeed."""
        outcome = self.dbt("run", *arguments, settings=settings)
        assert outcome.success, outcome.output or outcome.messages
        return outcome

    def query(self, sql: str, *parameters: Any) -> list[tuple]:
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.database)) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run a statement on the warehouse, behind dbt's back."""
        self.query(sql, *parameters)

    def write_labels(self, rows: Iterable[Mapping[str, Any]], name: str = "labels") -> Path:
        """Write raw label rows as a Parquet file of the input contract; absent columns are NULL.

        Args:
            rows: Mappings from contract column to value; time stamps as text or datetime, UTC.
            name: File name without ending; write several to feed batches.

        Returns:
            The file, for the setting `label_nodes`.
        """
        path = self.folder / f"{name}.parquet"
        columns = ", ".join(f"{column} {kind}" for column, kind in CONTRACT.items())
        with duckdb.connect() as connection:
            connection.execute(f"create table labels ({columns})")
            values = [[row.get(column) for column in CONTRACT] for row in rows]
            if values:
                connection.executemany(
                    f"insert into labels values ({', '.join('?' * len(CONTRACT))})", values
                )
            connection.execute(f"copy labels to '{path}' (format parquet)")
        return path

    def frozen(self) -> list[tuple]:
        """Every row of every frozen version, in a fixed order: equal before and after means frozen."""
        return self.query("select * from training_set where version <> 'latest' order by all")

    def copy(self, folder: Path) -> Warehouse:
        """The same warehouse in another folder, to be broken there."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.database, folder / "warehouse.duckdb")
        return Warehouse(folder, self.project, dict(self.settings))


def relevant_to_graph(settings: Mapping[str, Any]) -> str:
    """Settings that decide which models there are and what depends on what, as JSON.

    All others, names of files among them, only show in SQL, which dbt writes anew for every command.
    Should one be missing here, dbt refuses the `ref` that was not there when it parsed.
    """
    inputs, versions = settings.get("label_nodes"), settings.get("dataset_versions")
    relevant: dict[str, Any] = {}
    if inputs:
        named = inputs if isinstance(inputs, list) else []
        relevant["label_nodes"] = [one for one in named if isinstance(one, dict)] or ["any_table"]
    if versions:
        relevant["dataset_versions"] = versions if isinstance(versions, dict) else "any_table"
    elif "release_every" in settings:
        # One cadence is like another, also one that does not exist.
        relevant["release_every"] = "month" if settings["release_every"] else None
    return json.dumps(relevant)


@functools.cache
def pack_parsed_project(settings: str) -> bytes:
    """The project as dbt parses it with these settings, once in a process."""
    with tempfile.TemporaryDirectory() as folder, environment(LABEL_LINEAGE_DB=f"{folder}/warehouse.duckdb"):
        folders = [
            "--project-dir",
            str(REPOSITORY),
            "--profiles-dir",
            str(REPOSITORY),
            "--target-path",
            folder,
        ]
        quiet = ["--quiet", "--log-level-file", "none", "--no-write-json"]
        result = dbtRunner().invoke(["parse", *folders, *quiet, "--vars", settings])
    assert result.success, result.exception
    return result.result.to_msgpack()


def parsed_project(settings: str) -> Manifest:
    """A parsed project of one's own: commands leave traces in it."""
    return Manifest.from_msgpack(pack_parsed_project(settings))


def copy_without(macros: Iterable[str], folder: Path) -> Path:
    """A copy of the project in which DuckDB has no form of its own of some macros, as an engine that lacks them."""
    shutil.copytree(
        REPOSITORY, folder, ignore=shutil.ignore_patterns(".*", "target", "logs", "*.duckdb", "docs")
    )
    (folder / "docs" / "site").mkdir(parents=True)
    for file in (folder / "macros").rglob("*.sql"):
        text = file.read_text()
        for macro in macros:
            text = text.replace(f"macro duckdb__{macro}(", f"macro other_engine__{macro}(")
        file.write_text(text)
    return folder


@contextlib.contextmanager
def environment(**values: str):
    """Set environment variables for the duration of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
