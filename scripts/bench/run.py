"""What the project costs, against a plain copy of the raw rows, measured side by side in one run.

    make bench SIZE=1000000

Every line is a process of its own: wall time, processor time (user and system, of all threads) and
the peak of its memory. Ratios are to the copy beside it, so they carry over to other machines; the
seconds do not. The report is a Markdown table and a plot.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import generate

REPOSITORY = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).with_name("peers.py")
SNAPSHOT = Path(__file__).with_name("snapshot")
VOTE_MODELS = ("int_touched_features", "int_leaves", "int_outcomes")
FREEZE_MODELS = (
    *VOTE_MODELS,
    "int_versions_due",
    "int_splits",
    "int_changes",
    "int_version_totals",
    "int_version_entries",
    "int_freeze_log",
    "int_training_rows",
)


@dataclass
class Cost:
    """What one process took.

    Attributes:
        wall: Seconds from start to end.
        cpu: Seconds of processor time, user and system.
        memory: Peak of resident memory in bytes.
        disk: Bytes of the database that it left, 0 where there is none.
    """

    wall: float
    cpu: float
    memory: int
    disk: int = 0


def timed_process(
    command: list[str], environment: dict[str, str] | None = None, **streams: object
) -> tuple[Cost, int]:
    """Run a command to its end, and give what it took and its wait status, 0 for success.

    Args:
        command: The program and its arguments.
        environment: Variables beside those of this process.
        streams: `stdout` and `stderr` of subprocess.Popen.
    """
    started = time.perf_counter()
    child = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, **(environment or {})}, **streams)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024), status


class Bench:
    """Runs commands in one folder, prints each as it ends and keeps its cost."""

    def __init__(self, folder: Path, python: str, threads: int) -> None:
        self.folder = folder
        self.python = python
        self.threads = threads
        self.costs: dict[str, Cost] = {}
        self.start: Cost | None = None

    def process(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> Cost:
        """Run a command to its end.

        Raises:
            RuntimeError: It failed; its last lines are in the message.
        """
        log = self.folder / "output.txt"
        with log.open("w") as output:
            cost, status = timed_process(command, environment, stdout=output, stderr=subprocess.STDOUT)
        if status != 0:
            raise RuntimeError(f"{name} failed: {' '.join(command)}\n{log.read_text()[-3000:]}")
        self.costs[name] = cost
        print(
            f"{name:<44} {cost.wall:8.1f} s   {cost.cpu:8.1f} s of processor   {cost.memory / 1e9:5.2f} GB",
            flush=True,
        )
        return cost

    def peer(self, name: str, function: str, labels: Path) -> None:
        """Run a function of peers.py on a database of its own, and keep its cost less that of Python's start.

        Single models, which these are compared with, have no start.
        """
        self.start = self.start or self.better_of_two("start of the peers", "start", labels)
        best = self.better_of_two(name, function, labels)
        self.costs[name] = Cost(
            best.wall - self.start.wall, best.cpu - self.start.cpu, best.memory, best.disk
        )

    def better_of_two(self, name: str, function: str, labels: Path) -> Cost:
        """The quicker of two runs of a peer, of which the first reads its program from disk."""
        database = self.folder / "peer.duckdb"
        costs = []
        for _ in range(2):
            cost = self.process(name, [self.python, str(PEERS), function, str(labels), str(database)])
            cost.disk = database.stat().st_size if database.exists() else 0
            costs.append(cost)
            database.unlink(missing_ok=True)
        del self.costs[name]
        return min(costs, key=lambda cost: cost.wall)

    def dbt(
        self, name: str, database: Path, arguments: list[str], settings: dict, project: Path = REPOSITORY
    ) -> dict[str, float]:
        """Run dbt and return the seconds that each of its nodes took."""
        target = self.folder / f"target_{project.name}"
        self.process(
            name,
            [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments, "--target-path", str(target),
             "--vars", json.dumps(settings), "--threads", str(self.threads), "--project-dir", str(project)],
            {"LABEL_LINEAGE_DB": str(database), "DBT_PROFILES_DIR": str(REPOSITORY)},
        )  # fmt: skip
        self.costs[name].disk = database.stat().st_size
        results = json.loads((target / "run_results.json").read_text())["results"]
        return {result["unique_id"].split(".")[2]: result["execution_time"] for result in results}

    def parts(self, name: str, nodes: dict[str, float], wanted: Iterable[str]) -> None:
        """Keep the seconds of some nodes of a dbt run as a cost of its own."""
        seconds = sum(nodes[node] for node in wanted)
        self.costs[name] = Cost(seconds, 0, 0)


def monthly_versions(folder: Path, months: int) -> Path:
    """Write the declaration of as many monthly versions of the dataset `default`."""
    target = folder / f"versions_{months}.csv"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'default' as dataset,"
            " strftime(timestamp '2023-01-01' + to_months(cast(month as integer)), 'm%Y-%m') as version,"
            " timestamp '2023-02-01' + to_months(cast(month as integer)) - to_microseconds(1) as as_of"
            f" from range({months}) as months(month)) to '{target}' (format csv)"
        )
    return target


def timed(connection: duckdb.DuckDBPyConnection, sql: str, into: str = "table") -> float:
    """Seconds that a query takes, the best of three, its rows written to a table or to a Parquet file."""
    statement = (
        f"create or replace temp table answer as {sql}"
        if into == "table"
        else f"copy ({sql}) to '{into}' (format parquet)"
    )
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        connection.execute(statement)
        best = min(best, time.perf_counter() - started)
    return best


def reading(database: Path) -> list[tuple[str, float, float, float | None]]:
    """The ways to read versions: seconds, seconds of the same with a full copy of a version, and the budget."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("set threads = 2; set preserve_insertion_order = false")
        middle = "dataset = 'default' and version = 'm2024-01'"
        connection.execute(f"create table one_copy as select * from training_set where {middle}")
        connection.execute("checkpoint")
        copy = timed(connection, "select * from one_copy")
        feature = connection.execute("select max(feature_id) from one_copy").fetchone()[0]
        version = f"select * from training_set where {middle}"
        latest = "select * from training_set where dataset = 'default' and version = 'latest'"
        changes = "select * from training_set_changes where dataset = 'default' and version = 'm2024-01'"
        history = f"select * from training_set where dataset = 'default' and feature_id = '{feature}'"
        older = version.replace("m2024-01", "m2023-07")
        diff = (
            "select feature_id, old.label, new.label as new_label from ({}) as new full join ({}) as old"
            " using (feature_id) where new.label is distinct from old.label"
        )
        parquet = database.with_suffix(".parquet")
        lines = [
            ("a version, against a scan of a full copy of it", timed(connection, version), copy, 1.2),
            ("`latest`", timed(connection, latest), copy, None),
            ("one feature in all versions", timed(connection, history), copy, None),
            ("what one version changed", timed(connection, changes), copy, None),
            (
                "what differs between two versions, against the same with a copy",
                timed(connection, diff.format(version, older)),
                timed(connection, diff.format("select * from one_copy", "select * from one_copy")),
                None,
            ),
            (
                "an export of a version to Parquet, against one of the copy",
                timed(connection, version, str(parquet)),
                timed(connection, "select * from one_copy", str(parquet)),
                None,
            ),
        ]
        parquet.unlink()
        connection.execute("drop table one_copy")
    return lines


def table_sizes(database: Path) -> dict[str, tuple[int, int]]:
    """Rows and bytes on disk of every table."""
    with duckdb.connect(str(database), read_only=True) as connection:
        block = connection.execute("select block_size from pragma_database_size()").fetchone()[0]
        tables = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where not temporary"
            ).fetchall()
        ]
        return {
            name: (
                connection.execute(f'select count(*) from "{name}"').fetchone()[0],
                block
                * connection.execute(
                    f"select count(distinct block_id) from pragma_storage_info('{name}') where block_id >= 0"
                ).fetchone()[0],
            )
            for name in tables
        }


def grown(bench: Bench, features: int, months: int, runs: int) -> list[tuple[str, int, int]]:
    """Rows and bytes of each table after many versions with 2 % churn, and of as many full copies.

    In one run, or in several, each of which finds the labels and versions of the months since the last.
    """
    labels, database = bench.folder / "churn.parquet", bench.folder / "churn.duckdb"
    for run in range(1, runs + 1):
        so_far = months * run // runs
        generate.write_churn(features, so_far, labels)
        versions = monthly_versions(bench.folder, so_far)
        bench.dbt(
            f"{months} versions with 2 % churn, run {run} of {runs}",
            database,
            ["run"],
            {"label_nodes": [str(labels)], "dataset_versions": str(versions)},
        )
    sizes = table_sizes(database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table one_copy as select * exclude (dataset, version) from training_set"
            " where version = 'm2023-12'"
        )
    rows, size = table_sizes(database)["one_copy"]
    database.unlink()
    lines = sorted(
        ((name, *figures) for name, figures in sizes.items() if figures[1]), key=lambda line: -line[2]
    )
    return [*lines, (f"{months} full copies", rows * months, size * months)]


def plot(bench: Bench, lines: list[tuple[str, str, float | None]], target: Path) -> None:
    """Draw the ratios as bars, with a mark where a budget stands."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "label lineage", "font.size": 9})
    from matplotlib import pyplot

    lines = lines[::-1]
    figure, axes = pyplot.subplots(figsize=(8, 0.34 * len(lines) + 0.8))
    copy = bench.costs["copy"]
    ratios = [bench.costs[key].wall / copy.wall for _, key, _ in lines]
    colors = ["#8a94a6" if key.startswith("peer") or key == "copy" else "#2b6cb0" for _, key, _ in lines]
    axes.barh([name for name, _, _ in lines], ratios, color=colors)
    for place, (ratio, (_, _, budget)) in enumerate(zip(ratios, lines, strict=True)):
        axes.text(ratio, place, f" {ratio:.1f}", va="center")
        if budget:
            axes.plot([budget, budget], [place - 0.4, place + 0.4], color="#c53030", linewidth=2)
    axes.set_xlabel("times a plain copy of the raw rows (red: budget)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


def machine() -> str:
    """The machine in one line: processors, memory, programs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} processors, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )


def main() -> None:
    """Measure everything and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", type=int, help="about how many label nodes")
    parser.add_argument("--threads", type=int, default=2, help="dbt threads")
    parser.add_argument(
        "--peers", default=sys.executable, help="Python that has polars, networkx and crowd-kit"
    )
    parser.add_argument("--report", type=Path, default=REPOSITORY / "docs" / "benchmarks.md")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if left out")
    parser.add_argument("--memory", default="8GB", help="DuckDB's limit, also of the peers that use it")
    arguments = parser.parse_args()
    os.environ["LABEL_LINEAGE_MEMORY"] = arguments.memory
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        measure(Bench(folder, arguments.peers, arguments.threads), arguments.size, arguments.report)
    finally:
        shutil.rmtree(folder)


def measure(bench: Bench, size: int, report: Path) -> None:
    """Run every line and write the report with its plot beside it."""
    labels, day = bench.folder / "labels.parquet", bench.folder / "day.parquet"
    rows = generate.write_log(size, labels)
    new_rows = generate.write_day(labels, day, 0.001, 1)
    database = bench.folder / "lineage.duckdb"
    settings = {
        "label_nodes": [str(labels)],
        "dataset_versions": str(generate.version_at_the_end(labels, bench.folder / "version.csv")),
    }

    bench.peer("copy", "copy", labels)
    models = bench.dbt("build", database, ["run"], settings)
    bench.parts("vote", models, VOTE_MODELS)
    tests = bench.dbt("tests", database, ["test", "--exclude-resource-type", "unit_test"], settings)
    bench.parts("acyclic", tests, [name for name in tests if "acyclic" in name])
    bench.dbt("nothing new", database, ["run"], settings)
    daily = {**settings, "label_nodes": [str(labels), str(day)]}
    daily_models = bench.dbt("daily run", database, ["run"], daily)
    database.unlink()
    backfill = {**settings, "dataset_versions": str(monthly_versions(bench.folder, 24))}
    bench.dbt(
        "build without versions", database, ["run"], {"label_nodes": [str(labels)], "release_every": None}
    )
    back_fill_models = bench.dbt("run with 24 versions", database, ["run"], backfill)
    bench.parts("back-fill", back_fill_models, FREEZE_MODELS)
    reads = reading(database)
    sizes = table_sizes(database)
    database.unlink()
    for name in ("sql_vote", "list_agg", "full_copies", "polars", "networkx", "crowd_kit"):
        bench.peer(f"peer {name}", name, labels)
    for name, files in (("peer snapshot", [labels]), ("peer snapshot, a day later", [labels, day])):
        bench.dbt(name, database, ["build"], {"files": [str(file) for file in files]}, SNAPSHOT)
    database.unlink()
    growth = grown(bench, max(1000, size // 20), 36, runs=1)
    monthly = {name: figures for name, *figures in grown(bench, max(1000, size // 20), 36, runs=36)}

    copy = bench.costs["copy"]
    lines = [
        ("plain copy of the raw rows", "copy", None),
        ("full build, all models, one version", "build", 4),
        ("all data tests", "tests", 3),
        ("leaves and majority vote alone", "vote", 0.8),
        ("acyclicity test", "acyclic", 1),
        ("run without news", "nothing new", None),
        ("daily run, 0.1 % new nodes", "daily run", 0.05 * bench.costs["build"].wall / copy.wall),
        ("back-fill of 24 monthly versions", "back-fill", 6),
        ("peer: leaves and vote by hand in SQL", "peer sql_vote", None),
        ("peer: list_agg self-join and vote", "peer list_agg", None),
        ("peer: 24 full copies by hand in SQL", "peer full_copies", None),
        ("peer: dbt snapshot of the vote, first", "peer snapshot", None),
        ("peer: dbt snapshot of the vote, a day later", "peer snapshot, a day later", None),
        ("peer: leaves and vote in Polars", "peer polars", None),
        ("peer: leaves in networkx", "peer networkx", None),
        ("peer: vote in crowd-kit", "peer crowd_kit", None),
    ]
    plot(bench, lines, report.with_suffix(".svg"))
    text = [
        "# Benchmarks",
        "",
        f"`make bench SIZE={size}`: {rows:,} raw rows, {new_rows:,} new ones on the next day. {machine()};"
        f" DuckDB may take {os.environ['LABEL_LINEAGE_MEMORY']}.",
        "Each line is a process of its own, dbt's start included, Python's alone not; lines without memory are",
        "the seconds of single models or tests within another line. Of copy and peers the better of two runs counts.",
        "A run without news is what dbt itself and reading the inputs cost, whatever there is to do.",
        "",
        "![Ratios to a plain copy](benchmarks.svg)",
        "",
        "| what | wall | times the copy | budget | processor | memory | database |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, key, budget in lines:
        cost = bench.costs[key]
        text.append(
            f"| {name} | {cost.wall:.1f} s | {cost.wall / copy.wall:.2f} |"
            + (f" {budget:.2f} | " if budget else " | ")
            + (f"{cost.cpu:.1f} s | {cost.memory / 1e9:.1f} GB |" if cost.memory else "| |")
            + (f" {cost.disk / 1e6:.0f} MB |" if cost.disk else " |")
        )
    text += ["", "## Where the time goes", "", "Of the full build, whatever took more than a fiftieth:", ""]
    text += ["| model | build | daily run | 24 versions at once |", "|---|---:|---:|---:|"]
    text += [
        f"| {name} | {seconds:.2f} s | {daily_models.get(name, 0):.2f} s | {back_fill_models.get(name, 0):.2f} s |"
        for name, seconds in sorted(models.items(), key=lambda line: -line[1])
        if seconds > 0.02 * bench.costs["build"].wall
    ]
    text += ["", "Of the tests:", "", "| data test | seconds |", "|---|---:|"]
    text += [
        f"| {name} | {seconds:.2f} s |"
        for name, seconds in sorted(tests.items(), key=lambda line: -line[1])
        if seconds > 0.02 * bench.costs["tests"].wall
    ]
    text += [
        "",
        "## Reading",
        "",
        "Best of three, from the database with 24 versions.",
        "",
        "| what | seconds | of a full copy | times | budget |",
        "|---|---:|---:|---:|---:|",
    ]
    text += [
        f"| {name} | {seconds:.3f} | {copied:.3f} | {seconds / copied:.2f} |"
        + (f" {budget:.2f} |" if budget else " |")
        for name, seconds, copied, budget in reads
    ]
    text += ["", "## On disk", "", "| table | rows | MB |", "|---|---:|---:|"]
    text += [
        f"| {name} | {n_rows:,} | {size / 1e6:.1f} |"
        for name, (n_rows, size) in sorted(sizes.items(), key=lambda line: -line[1][1])
        if size
    ]
    text += [
        "",
        f"36 monthly versions of {max(1000, size // 20):,} features with 2 % churn, frozen in one run, and in 36 runs"
        " a month apart, of which the working tables hold the last:",
        "",
        "| table | rows | MB | rows after 36 runs | MB |",
        "|---|---:|---:|---:|---:|",
    ]
    text += [
        f"| {name} | {n_rows:,} | {size / 1e6:.1f} | {monthly[name][0]:,} | {monthly[name][1] / 1e6:.1f} |"
        for name, n_rows, size in growth
        if name in monthly
    ]
    sizes_of, copies = {name: size for name, _, size in growth}, growth[-1][2]
    versions_alone = sizes_of["int_freeze_log"] + sizes_of["int_training_rows"]
    text += [
        "",
        f"The log of versions and what readers see of it are 1/{copies / versions_alone:.1f} of the copies, with the"
        f" digests and causes that a copy has not (budget: 1/15); all tables together, the ledger and the working"
        f" tables too, are {(sum(sizes_of.values()) - copies) / copies:.2f} times the copies.",
    ]
    report.write_text("\n".join(text) + "\n")
    print(f"{report} and {report.with_suffix('.svg')}")


if __name__ == "__main__":
    main()
