"""A Trino of our own: one process on a free loopback port, with Iceberg tables in a temporary folder."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import sqlfluff_reads
import sqlglot
from children import end_with_parent
from engine import REPOSITORY, Engine
from missing import Missing
from postgres_server import free_port

# The last server that Maven Central has, and the Java that it asks for.
RELEASE = "476"
JAVA = 24
# What Athena takes at most, in bytes.
LONGEST_STATEMENT = 262_144
# Spellings that Athena documents and sqlfluff does not know, and what it reads in their place.
UNREAD_BY_SQLFLUFF = {"\\": "/", "trim(both ' ' from ": "trim("}
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "label_lineage"


def find_java() -> Path:
    """A Java that is new enough."""
    named = os.environ.get("LABEL_LINEAGE_TRINO_JAVA")
    homes = [os.environ.get("JAVA_HOME"), *map(str, sorted(Path("/usr/lib/jvm").glob("*"), reverse=True))]
    on_path = shutil.which("java")
    candidates = [named, *(f"{home}/bin/java" for home in homes if home), on_path]
    for candidate in filter(None, candidates):
        if os.access(candidate, os.X_OK):
            text = subprocess.run([candidate, "-version"], capture_output=True, text=True).stderr
            found = re.search(r'version "(\d+)', text)
            if found and int(found[1]) >= JAVA:
                return Path(candidate)
    raise Missing(
        f"Trino {RELEASE} needs Java {JAVA} or newer and none was found; "
        "install one or name it in LABEL_LINEAGE_TRINO_JAVA"
    )


def install() -> Path:
    """Folder of the server; Maven fetches it once, and of its plugins only Iceberg stays."""
    folder = CACHE / f"trino-{RELEASE}"
    if (folder / "plugin" / "iceberg").is_dir():
        return folder
    if not shutil.which("mvn"):
        raise Missing(f"Trino {RELEASE} is not in {folder} and Maven, which fetches it, is not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="trino-") as name:
        scratch = Path(name)
        # Into a repository of its own, so that 0.8 GB do not stay behind in the user's.
        fetched = subprocess.run(
            [
                "mvn", "-q", "-B", f"-Dmaven.repo.local={scratch / 'repository'}",
                "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get",
                f"-Dartifact=io.trino:trino-server:{RELEASE}:tar.gz", "-Dtransitive=false",
            ],
            capture_output=True,
            text=True,
        )  # fmt: skip
        archives = list(scratch.rglob(f"trino-server-{RELEASE}.tar.gz"))
        if not archives:
            raise Missing(f"Maven could not fetch Trino {RELEASE}: {fetched.stdout[-500:]}")
        # All of it, because its plugins share files by hard links.
        subprocess.run(["tar", "-xzf", archives[0], "-C", scratch], check=True)
        server = scratch / f"trino-server-{RELEASE}"
        for plugin in (server / "plugin").iterdir():
            if plugin.name != "iceberg":
                shutil.rmtree(plugin)
        shutil.rmtree(server / "secrets-plugin", ignore_errors=True)
        if not folder.exists():
            server.rename(folder)
    return folder


class TrinoServer:
    """A coordinator that is its own worker, whose metastore is files."""

    def __init__(self) -> None:
        """Start and wait until it answers."""
        java, server = find_java(), install()
        self.folder = Path(tempfile.mkdtemp(prefix="label_lineage_trino_"))
        self.port = free_port()
        (self.folder / "data" / "warehouse").mkdir(parents=True)
        (self.folder / "etc" / "catalog").mkdir(parents=True)
        (self.folder / "etc" / "config.properties").write_text(
            "coordinator=true\n"
            "node-scheduler.include-coordinator=true\n"
            f"http-server.http.port={self.port}\n"
            f"discovery.uri=http://127.0.0.1:{self.port}\n"
            f"catalog.config-dir={self.folder / 'etc' / 'catalog'}\n"
            f"plugin.dir={server / 'plugin'}\n"
        )
        # The same tables under two names: Athena calls its catalogue so.
        for catalog in ("iceberg", "awsdatacatalog"):
            (self.folder / "etc" / "catalog" / f"{catalog}.properties").write_text(
                "connector.name=iceberg\n"
                "iceberg.catalog.type=TESTING_FILE_METASTORE\n"
                "hive.metastore.catalog.dir=local:///warehouse\n"
                "fs.native-local.enabled=true\n"
                f"local.location={self.folder / 'data'}\n"
            )
        settings = {
            "config": self.folder / "etc" / "config.properties",
            "node.environment": "label_lineage",
            "node.id": "one",
            "node.data-dir": self.folder / "data",
            "node.bind-ip": "127.0.0.1",
            "node.internal-address": "127.0.0.1",
        }
        self.log = self.folder / "server.log"
        self.process = subprocess.Popen(
            [
                java, "-Xmx2500M", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=256M", "-Dfile.encoding=UTF-8",
                "-Djdk.attach.allowAttachSelf=true", "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector",
                # Unlike UTC, and with a clock that is put forward and back.
                "-Duser.timezone=America/New_York",
                *(f"-D{name}={value}" for name, value in settings.items()),
                "-cp", f"{server / 'lib'}/*", "io.trino.server.TrinoServer",
            ],
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            preexec_fn=end_with_parent,
        )  # fmt: skip
        try:
            self.wait(seconds=180)
        except BaseException:
            self.stop()
            raise

    def wait(self, seconds: int) -> None:
        """Wait until the server says that it has started."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Trino stopped: {self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/info", timeout=5) as answer:
                    if '"starting":false' in answer.read().decode():
                        return
            except OSError:
                pass
            time.sleep(0.5)
        raise RuntimeError(f"Trino did not start in {seconds} s: {self.log.read_text()[-2000:]}")

    def execute(self, *statements: str, schema: str = "label_lineage") -> list[tuple]:
        """Run statements, each on its own, and give the rows of the last."""
        import trino

        connection = trino.dbapi.connect(
            host="127.0.0.1", port=self.port, user="dbt", catalog="iceberg", schema=schema
        )
        rows: list[tuple] = []
        for statement in statements:
            cursor = connection.cursor()
            cursor.execute(statement)
            rows = [tuple(row) for row in cursor.fetchall()]
        connection.close()
        return rows

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Trino(Engine):
    """A schema of its own on the server; inputs stand in the schema `raw`, which all tests share."""

    numbers = itertools.count(1)

    def __init__(self, folder: Path, server: TrinoServer, project: Path = REPOSITORY) -> None:
        """Make the schema."""
        self.server, self.schema = server, f"test{next(self.numbers)}"
        server.execute(f"create schema {self.schema}", "create schema if not exists raw")
        super().__init__(
            folder,
            project,
            target="trino",
            trino_port=server.port,
            trino_user="dbt",
            trino_schema=self.schema,
        )

    def query(self, sql):
        """Rows of a query."""
        return self.server.execute(sql, schema=self.schema)

    def columns(self, relation):
        """Names of the columns of a relation."""
        return [row[0] for row in self.query(f"show columns from {relation}")]

    def create(self, table, columns, rows):
        """Make a table of texts anew and fill it."""
        self.query(f"drop table if exists {table}")
        self.query(f"create table {table} ({', '.join(map(' '.join, columns.items()))})")
        rows = list(rows)
        for start in range(0, len(rows), 200):
            values = ", ".join(
                "(" + ", ".join(map(text_literal, row)) + ")" for row in rows[start : start + 200]
            )
            self.query(f"insert into {table} values {values}")


class Athena(Trino):
    """The same server behind dbt's Athena adapter."""

    program = (Path(__file__).with_name("athena_on_trino.py"),)

    def __init__(self, folder: Path, server: TrinoServer, project: Path = REPOSITORY) -> None:
        """Make the schema."""
        super().__init__(folder, server, project)
        # Every statement that was sent, a line of JSON each.
        self.sent = folder / "sent.jsonl"
        self.environment |= {
            "LABEL_LINEAGE_TARGET": "athena",
            "LABEL_LINEAGE_SENT": str(self.sent),
            "LABEL_LINEAGE_ATHENA_SCHEMA": self.schema,
            # Nothing listens there and nobody is let in: whatever is not answered by Trino fails.
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
        }

    def insist(self, is_first=False):
        """What was sent is Athena's SQL by two parsers of its dialect, and not too long for it."""
        sent = [json.loads(line) for line in self.sent.read_text().splitlines()]
        # A first build makes its tables, and merges into none.
        assert is_first or sum("merge into" in statement for statement in sent) >= 9
        for statement in sent:
            assert len(statement.encode()) < LONGEST_STATEMENT
            # sqlglot asks first whether a statement is Hive's, where a backslash escapes; in a query it does not.
            dialect = "trino" if "\\" in statement else "athena"
            assert sqlglot.parse_one(statement, dialect=dialect), statement
        # Numbers apart (batches, times, names of temporary tables) dbt sends many a statement twice.
        distinct = {re.sub("[0-9]+", "0", statement): statement for statement in sent}
        assert sqlfluff_reads.unread(map(readable_by_sqlfluff, distinct.values()), "athena") == []


def readable_by_sqlfluff(statement: str) -> str:
    """A statement without the spellings that its dialect of Athena lacks."""
    for spelling, instead in UNREAD_BY_SQLFLUFF.items():
        statement = statement.replace(spelling, instead)
    return statement


def text_literal(value: object) -> str:
    """A text, or NULL, as Trino reads it."""
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"
