"""A Postgres of our own: a throwaway cluster on a free loopback port."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from missing import Missing

PACKAGE = "postgresql-15"


def find_binaries() -> Path | None:
    """Folder of initdb and pg_ctl of the newest Postgres from release 15 on."""
    found = shutil.which("pg_ctl")
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *([Path(found).parent] if found else [])]
    releases = {}
    for folder in folders:
        if (folder / "initdb").exists():
            text = subprocess.run(
                [folder / "pg_ctl", "--version"], capture_output=True, text=True, check=True
            ).stdout
            releases[int(re.search(r"(\d+)", text)[1])] = folder
    newest = max(releases, default=0)
    return releases[newest] if newest >= 15 else None


def install() -> Path:
    """The binaries; installs Debian's package where that is ours to do, as root on a build machine."""
    binaries = find_binaries()
    if binaries:
        return binaries
    if os.geteuid() != 0 or not os.environ.get("CI"):
        raise Missing(f"Postgres 15 or newer is not installed; on Debian: apt-get install {PACKAGE}")
    # Without this Debian's package makes and starts a cluster of its own.
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("create_main_cluster = false\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-qq"],
        ["install", "-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", PACKAGE],
    ):
        subprocess.run(["apt-get", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    binaries = find_binaries()
    assert binaries, f"{PACKAGE} was installed but its binaries were not found"
    return binaries


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostgresServer:
    """A cluster in a temporary folder, run by an unprivileged user.

    It is as unlike DuckDB as a real one may be: text sorts as English does, sessions are not in UTC,
    and dates print day first. None of that may show in any result.
    """

    def __init__(self) -> None:
        """Make the cluster and wait until it answers."""
        self.binaries = install()
        self.folder = Path(tempfile.mkdtemp(prefix="label_lineage_pg_"))
        self.port = free_port()
        self.user = None
        if os.geteuid() == 0:
            # Postgres does not run as root.
            self.user = next(
                user.pw_name for user in pwd.getpwall() if user.pw_name in ("postgres", "nobody")
            )
            shutil.chown(self.folder, self.user)
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "timezone": "America/New_York",
            "datestyle": "sql,dmy",
            # The parallel workers of two builds at once would fight for the two cores of a small machine.
            "max_parallel_workers_per_gather": 0,
        }
        joined = " ".join(f"-c {name}={value}" for name, value in options.items())
        try:
            self.run(
                "initdb", "-D", self.folder / "data", "-U", "postgres", "--auth=trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US",
            )  # fmt: skip
            self.run(
                "pg_ctl",
                "-D",
                self.folder / "data",
                "-o",
                joined,
                "-l",
                self.folder / "log",
                "-w",
                "-t",
                "60",
                "start",
            )
            self.execute("postgres", "create role dbt login password 'dbt'", "create role reporter login")
        except BaseException:
            self.stop()
            raise

    def run(self, program: str, *arguments: object) -> None:
        """Run one of Postgres's programs as the unprivileged user."""
        command = [str(self.binaries / program), *map(str, arguments)]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def connect(self, database: str, user: str = "postgres"):
        """A connection whose statements commit by themselves."""
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=user, password="dbt", dbname=database
        )
        connection.autocommit = True
        return connection

    def execute(self, database: str, *statements: str) -> None:
        """Run statements as superuser, each on its own."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop the cluster and remove it."""
        try:
            if (self.folder / "data" / "postmaster.pid").exists():
                self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
