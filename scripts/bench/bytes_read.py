"""What a daily run reads, in bytes for each label node in the ledger: the constants of docs/cost.md.

    python scripts/bench/bytes_read.py [300000]

Builds a log with UUIDs for ids, runs a day's labels on top, and asks DuckDB's plan of every model which
columns it scans. A column counts with its size in Parquet (zstd), which engines on files charge for, and
with its size as BigQuery counts it: text its bytes and 2, a number or time stamp 8, a truth value 1. No scan
is taken to skip anything, so engines that prune read less.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import generate

REPOSITORY = Path(__file__).resolve().parents[2]
UUID = "regexp_replace(md5({0}), '(.{{8}})(.{{4}})(.{{4}})(.{{4}})(.{{12}})', '\\1-\\2-\\3-\\4-\\5')"
LARGE = 1000  # rows; what is smaller costs nothing


def with_uuids(log: Path) -> None:
    """Give the nodes and features of a log ids as databases make them."""
    ids = ", ".join(f"{UUID.format(name)} as {name}" for name in ("node_id", "parent_id", "feature_id"))
    duckdb.execute(f"copy (select * replace ({ids}) from '{log}') to '{log}.new' (format parquet)")
    os.replace(f"{log}.new", log)


def write_project(folder: Path) -> Path:
    """A project that installs this one and, as on other engines, takes the walk of int_lineage in one statement."""
    project = folder / "project"
    (project / "macros").mkdir(parents=True)
    namespace = {"macro_namespace": "label_lineage", "search_order": ["bytes", "label_lineage"]}
    settings = {"name": "bytes", "version": "1.0.0", "profile": "label_lineage", "dispatch": [namespace]}
    (project / "dbt_project.yml").write_text(json.dumps(settings))
    (project / "packages.yml").write_text(json.dumps({"packages": [{"local": str(REPOSITORY)}]}))
    (project / "macros" / "walk_tables.sql").write_text(
        "{% macro duckdb__walk_tables() %}{% do return([]) %}{% endmacro %}"
    )
    dbt(folder, "deps")
    return project


def dbt(folder: Path, *arguments: str | Path) -> None:
    """Run a dbt command in that project."""
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", *arguments, "--profiles-dir", REPOSITORY],
        check=True, cwd=folder / "project",
        env={**os.environ, "LABEL_LINEAGE_DB": str(folder / "bytes.duckdb")},
    )  # fmt: skip


def run(folder: Path, inputs: list[Path], version: Path) -> list[dict]:
    """Run all models; give dbt's results."""
    settings = {"label_nodes": [str(path) for path in inputs], "dataset_versions": str(version)}
    dbt(folder, "run", "--target-path", folder / "target", "--vars", json.dumps(settings))
    return json.loads((folder / "target" / "run_results.json").read_text())["results"]


def column_sizes(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, dict[str, tuple]]:
    """Of each large table and column: its bytes in Parquet and as BigQuery counts them."""
    tables = connection.execute("select table_name from duckdb_tables() where not internal").fetchall()
    sizes: dict[str, dict[str, tuple]] = {}
    for (table,) in tables:
        if connection.execute(f"select count(*) from {table}").fetchone()[0] < LARGE:
            continue
        connection.execute(f"copy {table} to '{folder}/table.parquet' (format parquet, compression zstd)")
        packed: dict[str, int] = {}
        for path, size in connection.execute(
            f"select path_in_schema, total_compressed_size from parquet_metadata('{folder}/table.parquet')"
        ).fetchall():
            column = path.split(",")[0]
            packed[column] = packed.get(column, 0) + size
        sizes[table] = {}
        for column, kind, *_ in connection.execute(f"describe {table}").fetchall():
            text = f"strlen({column}) + 2"
            logical = {
                "VARCHAR": text,
                "VARCHAR[]": f"list_sum(list_transform({column}, lambda item: strlen(item) + 2))",
                "BOOLEAN": "1",
            }.get(kind, "8")
            query = f"select coalesce(sum({logical}), 0) from {table} where {column} is not null"
            sizes[table][column] = (packed[column], int(connection.execute(query).fetchone()[0]))
    return sizes


def scans(plan: dict) -> Iterator[tuple[str, list[str]]]:
    """Table and columns of each scan in a plan."""
    info = plan.get("extra_info", {})
    if "SCAN" in plan["name"] and info.get("Table"):
        columns = info.get("Projections", [])
        yield info["Table"].split(".")[-1], [columns] if isinstance(columns, str) else columns
    for child in plan.get("children", []):
        yield from scans(child)


def main() -> None:
    """Print a line for each model and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nodes", type=int, nargs="?", default=300_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log, day, version = folder / "log.parquet", folder / "day.parquet", folder / "version.csv"
        generate.write_log(options.nodes, log)
        generate.write_day(log, day, 0.001, 1)
        with_uuids(log)
        with_uuids(day)
        generate.version_at_the_end(log, version)
        write_project(folder)
        run(folder, [log], version)
        results = run(folder, [log, day], version)
        connection = duckdb.connect(str(folder / "bytes.duckdb"))
        sizes = column_sizes(connection, folder)
        nodes = connection.execute("select count(*) from int_ledger").fetchone()[0]
        views = {row[0] for row in connection.execute("select view_name from duckdb_views()").fetchall()}
        print("| model | Parquet | BigQuery |\n|---|---:|---:|")
        total = [0.0, 0.0]
        for result in results:
            model = result["unique_id"].split(".")[2]
            if model in views or not result.get("compiled_code"):
                continue
            plan = connection.execute(f"explain (format json) {result['compiled_code']}").fetchone()[1]
            read = [0.0, 0.0]
            for root in json.loads(plan):
                for table, columns in scans(root):
                    for column in columns:
                        for place, size in enumerate(sizes.get(table, {}).get(column, (0, 0))):
                            read[place] += size / nodes
            total = [total[0] + read[0], total[1] + read[1]]
            if max(read) >= 1:
                print(f"| {model} | {read[0]:.0f} | {read[1]:.0f} |")
        print(f"| all | {total[0]:.0f} | {total[1]:.0f} |")
        for table, columns in sorted(sizes.items()):
            rows = connection.execute(f"select count(*) from {table}").fetchone()[0]
            packed, logical = (sum(size[place] for size in columns.values()) / rows for place in (0, 1))
            print(
                f"{table}: {rows / nodes:.2f} rows a node, {packed:.0f} bytes a row, {logical:.0f} in BigQuery"
            )


if __name__ == "__main__":
    main()
