"""dbt runs in processes of their own that can be killed, starved of disk space, or watched.

Starting Python and parsing the project takes longer than the run itself. So one process does both once
and forks for every run.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse import Warehouse, parsed_project, relevant_to_graph


@dataclass
class Run:
    """A run under way.

    Attributes:
        pid: Its process.
        report: File to which it writes the name of each model as soon as dbt says it is done.
        log: File with all that it printed.
    """

    pid: int
    report: Path
    log: Path
    parent: Forks

    def kill(self) -> None:
        """Kill it, as `kill -9` does. It may be over already."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; its exit code, or less than 0 for the signal that ended it."""
        return self.parent.wait(self.pid)

    def done(self) -> list[str]:
        """Models that were acknowledged so far; last, at the end of the run, `over`."""
        return [line for line in self.report.read_text().splitlines() if not line.startswith("watched:")]

    def watched(self) -> list[Any]:
        """Answers to the query that was watched, each as a list of rows."""
        lines = self.report.read_text().splitlines()
        return [json.loads(line.removeprefix("watched:")) for line in lines if line.startswith("watched:")]

    def output(self) -> str:
        """All that it printed."""
        return self.log.read_text(errors="replace")


class Forks:
    """Runs of one warehouse's project and settings, each forked from a process that has parsed them."""

    def __init__(self, warehouse: Warehouse, **environment: str) -> None:
        """Start the process to fork from, with environment variables that are read as a process starts."""
        self.warehouse = warehouse
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, json.dumps(warehouse.settings)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def start(
        self,
        *arguments: str,
        limit: int | None = None,
        watch: str | None = None,
        profiles: Path | None = None,
        database: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Run:
        """Start a dbt command.

        Args:
            arguments: The command line after `dbt`; without any it is `run`.
            limit: How many bytes any file may have, as on a disk that is full.
            watch: A query that a thread of the same process asks again and again, from a connection of
                its own, while the run writes; its answers stand in the report, after `watched:`.
            profiles: Folder with another profiles.yml.
            database: Another database file.
            environment: Environment variables for this run alone.
        """
        warehouse = self.warehouse
        folder = Path(tempfile.mkdtemp(prefix="run", dir=warehouse.folder))
        run = {
            "command": [
                *(arguments or ["run"]),
                "--project-dir", str(warehouse.project),
                "--profiles-dir", str(profiles or warehouse.profiles),
                "--target-path", str(folder / "target"),
                "--log-path", str(folder / "logs"),
                "--log-level-file", "none",
                "--no-write-json", "--no-use-colors",
                "--vars", json.dumps(warehouse.settings),
            ],
            "environment": {"LABEL_LINEAGE_DB": str(database or warehouse.database), **(environment or {})},
            "limit": limit,
            "watch": watch,
            "report": str(folder / "report"),
            "log": str(folder / "log"),
        }  # fmt: skip
        for name in ("report", "log"):
            (folder / name).touch()
        pid = int(self.ask(run))
        return Run(pid, folder / "report", folder / "log", self)

    def run(self, *arguments: str, **options: Any) -> Run:
        """Start a dbt command, wait, and insist that it succeeds."""
        run = self.start(*arguments, **options)
        assert run.wait() == 0, run.output()[-3000:]
        return run

    def wait(self, pid: int) -> int:
        """Exit code of a process; less than 0 for a signal."""
        return int(self.ask({"wait": pid}))

    def ask(self, message: Any) -> str:
        """Send one line and read one."""
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def close(self) -> None:
        """Stop the process to fork from."""
        self.process.stdin.close()
        self.process.wait(timeout=60)


def serve() -> None:
    """Fork for every line that asks for a run, and wait for every line that asks for the end of one."""
    from dbt.cli.main import dbtRunner

    manifest = parsed_project(relevant_to_graph(json.loads(sys.argv[1])))
    print("ready", flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        if "wait" in message:
            _, status = os.waitpid(message["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        code = 2
        try:
            code = run_here(dbtRunner, manifest, message)
        except BaseException:
            Path(message["log"]).write_text(traceback.format_exc())
        # Nothing of the process forked from may be flushed or closed twice.
        os._exit(code)


def run_here(runner: Any, manifest: Any, message: dict[str, Any]) -> int:
    """What a forked process does."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    os.environ.update(message["environment"])
    log = os.open(message["log"], os.O_WRONLY | os.O_APPEND)
    report = os.open(message["report"], os.O_WRONLY | os.O_APPEND)
    for stream in (0, 1, 2):
        os.dup2(log if stream else os.open(os.devnull, os.O_RDONLY), stream)
    if message["limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (message["limit"], message["limit"]))
    obey_permissions()

    def listen(event: Any) -> None:
        if event.info.name == "NodeFinished" and str(event.data.node_info.node_status) in ("success", "pass"):
            os.write(report, (event.data.node_info.node_name + "\n").encode())

    over = threading.Event()
    if message["watch"]:
        watcher = threading.Thread(target=watch, args=(message["watch"], report, over))
        watcher.start()
    success = runner(manifest, callbacks=[listen]).invoke(message["command"]).success
    if message["watch"]:
        over.set()
        watcher.join()
    # As when Python ends: DuckDB writes what is in its log into its file.
    DuckDBConnectionManager.close_all_connections()
    os.write(report, b"over\n")
    return 0 if success else 1


def obey_permissions() -> None:
    """Let the permissions of files hold for root, too (Linux), as they do for everybody else."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return
    library = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    # Effective, permitted and inheritable capabilities, in two halves; bit 1 overrides permissions.
    sets = (ctypes.c_uint32 * 6)()
    assert library.capget(header, sets) == 0
    sets[0] &= ~0b10
    assert library.capset(header, sets) == 0


def watch(query: str, report: int, over: threading.Event) -> None:
    """Ask a query until the run is over, and write down each answer that differs from the one before."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    connection = last = None
    while not over.wait(0.001):
        environment = DuckDBConnectionManager._ENV
        if connection is None and environment and environment.conn:
            # DuckDB shares a file within its process alone.
            connection = environment.conn.cursor()
        if connection:
            answer = json.dumps(connection.execute(query).fetchall())
            if answer != last:
                os.write(report, f"watched:{answer}\n".encode())
                last = answer


if __name__ == "__main__":
    serve()
