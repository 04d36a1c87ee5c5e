"""The same labels on DuckDB and on Spark with one worker and with two, to see when to move.

    make scale-out SIZE=1000000

Each engine builds all models from a log of two years, then takes in a day. Its seconds are those of whole
`dbt run` commands. Workers are processes of one core each on this machine, which the engine tests start,
with Spark's own settings; what a cluster gains by more machines is only hinted at. All must freeze the
same versions. The report is a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import generate

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "engines"))

from engine import DuckDB, Engine
from spark_engine import Spark
from spark_server import SparkServer

FINGERPRINTS = "select dataset, version, fingerprint from dataset_versions order by dataset, version"
SETTINGS = {"release_every": "month"}


class Files(DuckDB):
    """DuckDB, which reads the Parquet files themselves."""

    def add(self, path: Path) -> None:
        """Take in one more file."""
        self.files = [*getattr(self, "files", []), str(path)]

    def settings(self) -> dict:
        """Settings of the next run."""
        return {**SETTINGS, "label_nodes": self.files}


class Tables(Spark):
    """Spark, which reads an Iceberg table."""

    def add(self, path: Path) -> None:
        """Add a file's rows to the table."""
        with self.server.connect("default") as cursor:
            cursor.execute("create schema if not exists raw")
            cursor.execute(f"create or replace temporary view loaded using parquet options (path '{path}')")
            exists = any(table == "labels" for _, table, *_ in self.tables(cursor))
            cursor.execute(
                "insert into raw.labels select * from loaded"
                if exists
                else "create table raw.labels using iceberg as select * from loaded"
            )

    @staticmethod
    def tables(cursor) -> list[tuple]:
        """Tables with raw labels."""
        cursor.execute("show tables in raw")
        return cursor.fetchall()

    def settings(self) -> dict:
        """Settings of the next run."""
        return {**SETTINGS, "label_nodes": ["raw.labels"]}


def measure(engine: Engine, logs: list[Path]) -> tuple[list[float], list[tuple]]:
    """Seconds of a run after each log is added, and the versions frozen in the end."""
    seconds = []
    for log in logs:
        engine.add(log)
        started = time.monotonic()
        engine.dbt("run", settings=engine.settings())
        seconds.append(time.monotonic() - started)
        print(f"{type(engine).__name__:>8} {log.stem:>6} {seconds[-1]:8.1f} s", file=sys.stderr, flush=True)
    return seconds, engine.query(FINGERPRINTS)


def main() -> None:
    """Measure, compare the versions, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sizes", type=int, nargs="+", help="about how many label nodes")
    sizes = parser.parse_args().sizes
    print("| label nodes | engine | first build | one day more |\n|---:|---|---:|---:|", flush=True)
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            logs = [folder / "years.parquet", folder / "day.parquet"]
            generate.write_log(size, logs[0], is_skewed=False)
            generate.write_day(*logs, share=0.001, day=1)
            found = {}
            for workers in (0, 1, 2):
                server = SparkServer(workers, memory_mb=2048, is_small=False) if workers else None
                try:
                    target = folder / f"engine{workers}"
                    target.mkdir()
                    engine = Tables(target, server, "lineage") if server else Files(target)
                    title = f"Spark, {workers} worker{'s' if workers > 1 else ''}" if workers else "DuckDB"
                    (first, day), found[title] = measure(engine, logs)
                finally:
                    if server:
                        server.stop()
                print(f"| {size:,} | {title} | {first:.0f} s | {day:.0f} s |", flush=True)
            if any(versions != found["DuckDB"] for versions in found.values()):
                sys.exit(f"the engines froze different versions: {found}")
    print(f"\n{os.cpu_count()} processors. All engines froze the same versions.")


if __name__ == "__main__":
    main()
