"""Same input, same fingerprints: whatever the threads, the order, the batches, the clock and the language."""

from __future__ import annotations

import sys
from locale import LC_COLLATE, setlocale
from locale import Error as LocaleError
from pathlib import Path

import duckdb
import history
import pytest
from forked import Forks
from history import State, copy_database, write_profile
from warehouse import REPOSITORY, Warehouse

sys.path.append(str(REPOSITORY / "scripts" / "bench"))
import rules as bench_rules  # noqa: E402

pytestmark = pytest.mark.long


class Place:
    """The whole history, which every run builds from nothing into a database of its own."""

    def __init__(self, folder: Path) -> None:
        """Build it once, plainly."""
        self.warehouse = Warehouse(folder, settings=history.settings(folder))
        history.feed(self.warehouse, batch=2)
        self.labels = folder / "labels.parquet"
        self.all_labels = folder / "all.parquet"
        self.all_labels.write_bytes(self.labels.read_bytes())
        self.forks = Forks(self.warehouse)
        self.wanted = self.build()

    def build(self, *arguments: str, **environment: str) -> dict:
        """What a run leaves in a new database; the registry with its fingerprints among it."""
        copy_database(Path("nowhere"), self.warehouse.database)
        return self.go_on(*arguments, **environment)

    def go_on(self, *arguments: str, **environment: str) -> dict:
        """What a run leaves in the database that is there."""
        self.forks.run("run", *arguments, environment=environment)
        with State(copy_database(self.warehouse.database, self.warehouse.folder / "looked.duckdb")) as state:
            return state.marts()

    def feed(self, select: str) -> None:
        """Make the rows of a query the raw rows; it reads `labels`."""
        with duckdb.connect() as connection:
            connection.execute(f"create view labels as select * from '{self.all_labels}'")
            connection.execute(f"copy ({select}) to '{self.labels}' (format parquet, row_group_size 2048)")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """One place; each test feeds it anew."""
    made = Place(tmp_path_factory.mktemp("same"))
    yield made
    made.forks.close()


@pytest.mark.parametrize("threads", ["1", "2", "8"])
def test_threads(place, threads):
    """Threads of dbt, which build models at once; DuckDB has as many as there are cores, whatever dbt has."""
    place.feed("select * from labels")
    assert place.build("--threads", threads, LABEL_LINEAGE_THREADS=threads) == place.wanted


ESTIMATES = {
    "full": {"consolidation": "dawid_skene", "iterations": 2, "posterior_digits": 6},
    "one_coin": {"consolidation": "one_coin_dawid_skene", "iterations": 2, "posterior_digits": 6},
    "wawa": {"consolidation": "wawa", "posterior_digits": 6},
    "weighted": {"weight": "annotator"},
}


def test_threads_of_duckdb(tmp_path):
    """DuckDB's threads share a table of several row groups (122,880 rows each) among them; estimates sum over all of it."""
    bench_rules.answers(tmp_path / "answers.parquet", 300_000)
    found = {}
    for threads, order in ((1, "node_id"), (8, "hash(node_id)")):
        folder = tmp_path / f"threads{threads}"
        profiles = write_profile(folder, threads=threads)
        duckdb.sql(f"""
            copy (
                select *
                from (
                    select row_number() over (order by task, worker, label) as node_id, task as feature_id,
                        worker as annotator_id, label, timestamp '2024-01-01' as created_at
                    from '{tmp_path}/answers.parquet'
                ) as labels
                order by {order}
            ) to '{folder}/labels.parquet' (format parquet)
        """)
        settings = {
            "label_nodes": [f"{folder}/labels.parquet"],
            "datasets": [{"name": name, "min_agreement": 0, **policy} for name, policy in ESTIMATES.items()],
        }
        warehouse = Warehouse(folder, settings=settings, profiles=profiles)
        warehouse.build()
        with State(warehouse.database) as state:
            # Logarithms have more digits than what is public.
            estimates = state.digest("select * from int_annotator_estimates")
            found[threads] = {**state.marts(), "estimates": estimates}
            versions = state.connection.execute("select dataset, n_rows from dataset_versions").fetchall()
            assert sorted(dataset for dataset, _ in versions) == sorted(ESTIMATES)
            assert min(n_rows for _, n_rows in versions) > 10_000
    assert found[1] == found[8]


@pytest.mark.parametrize(
    "order", ["hash(node_id || '1')", "hash(node_id || '2')", "node_id desc", "created_at"]
)
def test_order_of_rows(place, order):
    """Shuffled, backwards, and as they were made; some rows twice."""
    place.feed(
        f"select * from (select * from labels union all select * from labels where hash(node_id) % 3 = 0) "
        f"order by {order}"
    )
    assert place.build() == place.wanted


@pytest.mark.parametrize("n_batches", [2, 3])
def test_batches_within_a_cutoff(place, n_batches):
    """Rows that come in several runs, in any order, before the first version that they count in is frozen."""
    declared = place.warehouse.folder / "versions.csv"
    versions = declared.read_text()
    declared.write_text(versions.splitlines()[0] + "\n")
    try:
        copy_database(Path("nowhere"), place.warehouse.database)
        for number in range(n_batches - 1):
            # Rows of one node stay together: a row that names another parent later is a conflict.
            # And of a cycle that comes in parts, what was admitted first would stay.
            place.feed(
                f"select * from labels where feature_id = 'ring' or hash(node_id) % {n_batches} <= {number}"
            )
            place.go_on()
    finally:
        declared.write_text(versions)
    place.feed("select * from labels")
    assert place.go_on() == place.wanted


def has_locale(name: str) -> bool:
    """Whether this machine speaks a language; one that it does not have would be no other than C."""
    before = setlocale(LC_COLLATE)
    try:
        setlocale(LC_COLLATE, name)
    except LocaleError:
        return False
    setlocale(LC_COLLATE, before)
    return True


@pytest.mark.parametrize(
    ("zone", "locale"),
    [("Asia/Kathmandu", "C.UTF-8"), ("America/St_Johns", "C"), ("Pacific/Chatham", "tr_TR.UTF-8")],
)
def test_time_zone_and_locale_of_the_machine(place, zone, locale):
    """Where the machine stands and which language it speaks; Python's hashes differ as well."""
    if not has_locale(locale):
        pytest.skip(f"this machine does not have the locale {locale}")
    place.feed("select * from labels")
    plain = place.forks
    place.forks = Forks(place.warehouse, TZ=zone, LC_ALL=locale, LANG=locale, PYTHONHASHSEED="7")
    try:
        assert place.build() == place.wanted
    finally:
        place.forks.close()
        place.forks = plain
