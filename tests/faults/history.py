"""A history of labels in two batches, big enough that a freeze takes several milliseconds to commit."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import yaml
from warehouse import REPOSITORY, Warehouse

LOGS = [
    "int_ledger",
    "int_ledger_batches",
    "int_ledger_edges",
    "int_rejections",
    "int_splits",
    "int_freeze_log",
]
CUTOFFS = {
    "v1": "2024-01-31 23:59:59",
    "v2": "2024-02-29 23:59:59",
    "v3": "2024-03-31 23:59:59",
    "v4": "2024-04-30 23:59:59",
}
FEATURES = 3000

# Opinions that agree or not, corrections, merges, retractions, and rows that are refused.
LABELS = f"""
    with features as (select i, 'feature ' || i as feature_id from range({FEATURES}) as features(i)),
    nodes as (
        select 'a' || i as node_id, null as parent_id, feature_id, 'label ' || (i % 5) as label,
            timestamp '2024-01-02' + to_seconds(i * 60) as created_at from features
        union all
        select 'b' || i, null, feature_id, 'label ' || (i % 3), timestamp '2024-02-02' + to_seconds(i * 60)
        from features where i % 2 = 0
        union all
        select 'c' || i, 'a' || i, feature_id, 'label ' || (i % 4), timestamp '2024-02-10' + to_seconds(i * 60)
        from features where i % 3 = 0
        union all
        select 'x' || i, 'x' || i, feature_id, 'itself', timestamp '2024-02-10'
        from features where i % 100 = 0
        union all
        -- The second batch.
        select 'd' || i, 'b' || i, feature_id, 'label ' || (i % 7), timestamp '2024-03-02' + to_seconds(i * 60)
        from features where i % 4 = 0
        union all
        select 'e' || i, unnest(['a' || i, 'b' || i]), feature_id, 'merged', timestamp '2024-03-05'
        from features where i % 10 = 2
        union all
        select 'f' || i, 'a' || i, feature_id, null, timestamp '2024-04-05'
        from features where i % 10 = 5
        union all
        select 'late' || i, 'a' || i, feature_id, 'late', timestamp '2024-01-20'
        from features where i % 10 = 7
        union all
        select 'new' || i, null, 'new ' || i, 'new', timestamp '2024-04-10' from features where i % 5 = 0
        union all
        select 'y' || i, 'nobody' || i, feature_id, 'awaits', timestamp '2024-03-10'
        from features where i % 50 = 1
        union all
        select 'z' || i, 'z' || (i + 1 - 2 * (i % 2)), 'ring', 'ring', timestamp '2024-03-10'
        from features where i < 20
    )
    select *, 'annotator ' || hash(node_id) % 7 as annotator_id from nodes
"""


def feed(warehouse: Warehouse, batch: int) -> None:
    """Write the files that the settings name: the first batch with two versions, or both with four."""
    versions = list(CUTOFFS.items())[: 2 * batch]
    names = "'b', 'c', 'x'" if batch == 1 else ""
    with duckdb.connect() as connection:
        only = f"where substr(node_id, 1, 1) = 'a' or regexp_replace(node_id, '[0-9]+$', '') in ({names})"
        connection.execute(
            f"copy (select * from ({LABELS}) {only if names else ''} order by hash(node_id)) "
            f"to '{warehouse.folder}/labels.parquet' (format parquet)"
        )
    rows = [
        f"{dataset},{version},{as_of}" for dataset in ("votes", "latest_wins") for version, as_of in versions
    ]
    (warehouse.folder / "versions.csv").write_text("\n".join(["dataset,version,as_of", *rows]) + "\n")


def settings(folder: Path) -> dict:
    """Two datasets over the same labels."""
    return {
        "label_nodes": [str(folder / "labels.parquet")],
        "dataset_versions": str(folder / "versions.csv"),
        "datasets": [
            {"name": "votes", "ties": "smallest"},
            {"name": "latest_wins", "consolidation": "latest"},
        ],
    }


def write_profile(folder: Path, **options: object) -> Path:
    """A folder with this project's profile and further settings of DuckDB."""
    folder.mkdir()
    profile = yaml.safe_load((REPOSITORY / "profiles.yml").read_text())
    profile["label_lineage"]["outputs"]["duckdb"]["settings"].update(options)
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    return folder


def copy_database(source: Path, target: Path) -> Path:
    """A database as it stands on the disk, with the log of what it has not written into its file yet."""
    for ending in ("", ".wal"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
        if Path(f"{source}{ending}").exists():
            shutil.copy(f"{source}{ending}", f"{target}{ending}")
    return target


class State:
    """What a database holds, as digests. Times of the runs themselves are left out."""

    def __init__(self, database: Path) -> None:
        """Open the database, as the next run or a reader would."""
        self.connection = duckdb.connect(str(database))
        self.tables = {
            row[0]
            for row in self.connection.execute("select table_name from information_schema.tables").fetchall()
        }

    def __enter__(self) -> State:
        """Nothing to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self.connection.close()

    def digest(self, select: str) -> str:
        """Digest of all rows of a query, in whatever order they come."""
        [(texts,)] = self.connection.execute(
            f"select list(cast(one as varchar) order by cast(one as varchar)) from ({select}) as one"
        ).fetchall()
        return hashlib.sha256("\n".join(texts or []).encode()).hexdigest()

    def per_version(self, table: str, columns: str = "*", where: str = "version <> 'latest'") -> dict:
        """Number of rows and digest of each frozen version that a table holds."""
        if table not in self.tables:
            return {}
        found = self.connection.execute(
            f"select distinct dataset, version from {table} where {where} order by all"
        ).fetchall()
        return {
            (dataset, version): self.digest(
                f"select {columns} from {table} where dataset = '{dataset}' and version = '{version}' and {where}"
            )
            for dataset, version in found
        }

    def logged(self) -> dict:
        """Each version in the log, its registry entry and its rows together."""
        return self.per_version("int_freeze_log", "* exclude (frozen_at)")

    def registered(self) -> set:
        """Versions with an entry in the log."""
        if "int_freeze_log" not in self.tables:
            return set()
        rows = self.connection.execute(
            "select dataset, version from int_freeze_log where entry = 'version'"
        ).fetchall()
        assert len(rows) == len(set(rows)), "a version is registered twice"
        return set(rows)

    def read(self) -> dict:
        """Each version as readers find it: its registry entry, its changes and its rows."""
        tables = {
            "dataset_versions": "* exclude (frozen_at)",
            "training_set_changes": "*",
            "training_set": "*",
        }
        found = [self.per_version(table, columns) for table, columns in tables.items()]
        return {version: tuple(table.get(version) for table in found) for version in set().union(*found)}

    def ledger(self) -> set:
        """Every admitted label with the hash of its content and the instant from which it counts."""
        if "int_ledger" not in self.tables:
            return set()
        return set(
            self.connection.execute("select node_id, content_hash, effective_at from int_ledger").fetchall()
        )

    def marts(self) -> dict:
        """Every public table as a whole."""
        names = sorted(path.stem for path in (REPOSITORY / "models" / "marts").glob("*.sql"))
        columns = "columns(lambda name: name not in ('first_seen_at', 'frozen_at'))"
        return {name: self.digest(f"select {columns} from {name}") for name in names}
