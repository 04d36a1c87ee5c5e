"""A Spark of our own: master, workers and a Thrift server on loopback, with tables in Iceberg."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from children import end_with_parent
from missing import Missing

ICEBERG = "1.11.0"
H2 = "2.3.232"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
JVM = "-XX:+UseSerialGC -Duser.timezone=UTC"
# Small data needs no optimizing compiler, and compiling a query takes longer than interpreting it for a few rows.
SMALL_JVM = f"{JVM} -XX:TieredStopAtLevel=1"
SMALL_DATA = {
    "spark.sql.shuffle.partitions": 2,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


def spark_home() -> Path:
    """Folder of the Spark that the Python package brings along."""
    found = importlib.util.find_spec("pyspark")
    if not found or not found.submodule_search_locations:
        raise Missing("Spark is not installed: pip install 'pyspark>=4.1,<4.2'")
    if not importlib.util.find_spec("pyhive"):
        raise Missing("dbt-spark is not installed: pip install 'dbt-spark[PyHive]'")
    if not shutil.which("java"):
        raise Missing(
            "Java is not installed, which Spark needs; on Debian: apt-get install openjdk-17-jre-headless"
        )
    return Path(found.submodule_search_locations[0])


def jars(home: Path) -> list[Path]:
    """What this Spark lacks: Iceberg's runtime, and a database for its catalogue."""
    [core] = (home / "jars").glob("spark-core_*.jar")
    scala, spark = re.fullmatch(r"spark-core_([\d.]+)-(\d+\.\d+).*\.jar", core.name).groups()
    return [
        fetch("org.apache.iceberg", f"iceberg-spark-runtime-{spark}_{scala}", ICEBERG),
        fetch("com.h2database", "h2", H2),
    ]


def fetch(group: str, name: str, version: str) -> Path:
    """A jar, fetched by Maven once and kept in the user's cache folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "label_lineage" / "jars"
    jar = cache / f"{name}-{version}.jar"
    if jar.exists():
        return jar
    if not shutil.which("mvn"):
        raise Missing(
            f"{jar.name} is not in {cache}; Maven, which fetches it, is not installed: apt-get install maven"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        command = [
            "mvn",
            "--batch-mode",
            "--quiet",
            COPY,
            f"-Dartifact={group}:{name}:{version}",
            f"-DoutputDirectory={folder}",
        ]
        result = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=600)
        if result.returncode != 0:
            raise Missing(f"Maven did not give {jar.name}: {(result.stdout + result.stderr).strip()[:300]}")
        # Whole or not at all, should two test runs fetch it at once.
        (Path(folder) / jar.name).replace(jar)
    return jar


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SparkServer:
    """A cluster in a temporary folder: a master, workers of one core each, and a Thrift server as the driver.

    It is as unlike a developer's `local[*]` as a small machine allows: each executor is a process of its
    own, so rows are shuffled over sockets, and the server's own session is set to another time zone.
    """

    def __init__(self, workers: int = 2, memory_mb: int = 768, is_small: bool = True) -> None:
        """Start the cluster and wait until it answers.

        Args:
            workers: How many workers, each with one core and one executor.
            memory_mb: Heap of each executor, in megabytes.
            is_small: Whether it is made for a few rows, as in tests, or has Spark's own settings.
        """
        self.home = spark_home()
        self.jars = jars(self.home)
        self.folder = Path(tempfile.mkdtemp(prefix="label_lineage_spark_"))
        self.processes: list[subprocess.Popen] = []
        self.port = free_port()
        try:
            self.start(workers, memory_mb, is_small)
        except BaseException:
            self.stop()
            raise

    def start(self, workers: int, memory_mb: int, is_small: bool) -> None:
        """Start master, workers and Thrift server, each once the one before is there."""
        jvm = SMALL_JVM if is_small else JVM
        master_port = free_port()
        master = f"spark://127.0.0.1:{master_port}"
        self.launch(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            master_port,
            "--webui-port",
            0,
        )
        self.wait("master", lambda log: "I have been elected leader" in log)
        for number in range(workers):
            self.launch(
                f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
                "--webui-port", 0, "--cores", 1, "--memory", f"{memory_mb + 384}m", "--work-dir", self.folder / "work", master,
            )  # fmt: skip
        self.wait("master", lambda log: log.count("Registering worker") == workers)
        settings = {
            "spark.master": master,
            "spark.executor.memory": f"{memory_mb}m",
            "spark.executor.cores": 1,
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": f"{jvm} -Dderby.system.home={self.folder}",
            "spark.executor.extraJavaOptions": jvm,
            # Not spark.jars, which a session of the Thrift server does not see.
            "spark.driver.extraClassPath": os.pathsep.join(map(str, self.jars)),
            "spark.executor.extraClassPath": os.pathsep.join(map(str, self.jars)),
            "spark.local.dir": self.folder / "scratch",
            # The Thrift server insists on a Hive metastore; nothing of ours is in it.
            "spark.sql.warehouse.dir": self.folder / "hive",
            "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:hive;create=true",
            "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
            "spark.hadoop.hive.metastore.schema.verification": "false",
            "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            "spark.sql.defaultCatalog": "lake",
            "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.lake.type": "jdbc",
            "spark.sql.catalog.lake.uri": "jdbc:h2:mem:lake;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=true",
            "spark.sql.catalog.lake.jdbc.schema-version": "V1",
            "spark.sql.catalog.lake.warehouse": self.folder / "lake",
            "spark.sql.session.timeZone": "America/New_York",
            **(SMALL_DATA if is_small else {}),
        }
        options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        self.launch(
            "thrift", "org.apache.spark.deploy.SparkSubmit", *options,
            "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal",
            "--hiveconf", f"hive.server2.thrift.port={self.port}",
            "--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1",
            memory="1g",
        )  # fmt: skip
        self.wait("thrift", lambda log: "HiveThriftServer2 started" in log)
        # The server answers before it has executors; queries would wait, tests would not know why.
        self.wait("master", lambda log: log.count("Launching executor") >= workers)
        with self.connect("spark_catalog") as cursor:
            cursor.execute("create schema if not exists lake.default")

    def launch(self, name: str, main: str, *arguments: object, memory: str = "256m") -> None:
        """Start one of Spark's programs in a process group of its own, with its output in a file."""
        environment = {
            **os.environ,
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_DAEMON_MEMORY": memory,
            "SPARK_DAEMON_JAVA_OPTS": f"{SMALL_JVM} -Dspark.master.rest.enabled=false",
            "SPARK_NO_DAEMONIZE": "1",
        }
        (self.folder / "conf").mkdir(exist_ok=True)
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [self.home / "bin" / "spark-class", main, *map(str, arguments)],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.processes.append(process)

    def wait(self, name: str, is_ready, seconds: int = 180) -> None:
        """Wait until a program's output says that it is ready."""
        for _ in range(seconds * 5):
            log = (self.folder / f"{name}.log").read_text(errors="replace")
            if is_ready(log):
                return
            dead = [process for process in self.processes if process.poll() is not None]
            if dead:
                break
            time.sleep(0.2)
        raise RuntimeError(f"Spark's {name} did not start: {log[-3000:]}")

    @contextlib.contextmanager
    def connect(self, schema: str = "default", **settings: object) -> Iterator:
        """A cursor on a session in UTC, unless `settings` say otherwise."""
        from pyhive import hive

        settings = {"spark.sql.session.timeZone": "UTC", **settings}
        configuration = {f"set:hiveconf:{name}": str(value) for name, value in settings.items()}
        connection = hive.connect(
            host="127.0.0.1", port=self.port, username="dbt", database=schema, configuration=configuration
        )
        with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
            yield cursor

    def stop(self) -> None:
        """Stop everything that was started, last first, and remove the folder."""
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
