"""A disk that is full, a file that cannot be written, two writers, and a reader during a freeze."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

import duckdb
import history
import pytest
from forked import Forks
from history import State, copy_database, write_profile
from warehouse import Warehouse


class Place:
    """A warehouse with two versions released and two due."""

    def __init__(self, folder: Path) -> None:
        """Release the first batch, and see what the second gives."""
        self.warehouse = Warehouse(folder, settings=history.settings(folder))
        self.database = self.warehouse.database
        self.checkpoints = write_profile(folder / "checkpoints", checkpoint_threshold="1KB")
        history.feed(self.warehouse, batch=1)
        self.forks = Forks(self.warehouse)
        self.forks.run()
        self.saved = copy_database(self.database, folder / "saved.duckdb")
        with self.look() as state:
            self.before = state.logged()
        history.feed(self.warehouse, batch=2)
        run, log, self.largest_log = self.forks.start(), Path(f"{self.database}.wal"), 0
        while "over" not in run.done():
            with contextlib.suppress(FileNotFoundError):
                self.largest_log = max(self.largest_log, log.stat().st_size)
            time.sleep(0.001)
        assert run.wait() == 0, run.output()
        self.begin()
        run, self.largest_file = self.forks.start(profiles=self.checkpoints), 0
        while "over" not in run.done():
            self.largest_file = max(self.largest_file, self.database.stat().st_size)
            time.sleep(0.001)
        assert run.wait() == 0, run.output()
        with self.look() as state:
            self.logged, self.marts = state.logged(), state.marts()

    def begin(self) -> None:
        """Put the database back where the second batch is due."""
        copy_database(self.saved, self.database)

    def look(self) -> State:
        """What the database holds now, seen in a copy."""
        return State(copy_database(self.database, self.warehouse.folder / "looked.duckdb"))

    def assert_whole(self) -> None:
        """Nothing but what was released before is there, or all of what was due is."""
        with self.look() as state:
            logged = state.logged()
            assert logged in (self.before, self.logged)
            assert state.registered() == set(logged)

    def assert_finished(self) -> None:
        """All is as an undisturbed run leaves it."""
        with self.look() as state:
            assert state.marts() == self.marts
            assert state.logged() == self.logged


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """One place for all tests; each begins anew."""
    made = Place(tmp_path_factory.mktemp("disk"))
    yield made
    made.forks.close()


@pytest.mark.long
@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
def test_disk_that_fills_up(place, share):
    """A write that fails stops the run with the file's name; what was released stays, and a re-run finishes."""
    place.begin()
    limit = int(share * place.largest_log)
    run = place.forks.start(limit=limit)
    assert run.wait() == 1, f"a limit of {limit} bytes was not reached"
    assert f'Could not write file "{place.database}.wal": File too large' in run.output()
    place.assert_whole()
    place.forks.run()
    place.assert_finished()


@pytest.mark.long
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_disk_that_fills_up_while_the_file_is_written_anew(place, share):
    """The same where DuckDB moves every commit into the file itself at once."""
    place.begin()
    small = place.database.stat().st_size
    limit = small + int(share * (place.largest_file - small))
    run = place.forks.start(limit=limit, profiles=place.checkpoints)
    assert run.wait() == 1, f"a limit of {limit} bytes was not reached"
    assert "File too large" in run.output()
    place.assert_whole()
    place.forks.run()
    place.assert_finished()


@pytest.mark.long
def test_file_that_cannot_be_written(place):
    """A run by somebody who may only read names the file and changes nothing."""
    place.begin()
    before = place.database.read_bytes()
    place.database.chmod(0o444)
    try:
        run = place.forks.start()
        assert run.wait() == 1
    finally:
        place.database.chmod(0o644)
    assert f'Cannot open file "{place.database}": Permission denied' in run.output()
    assert place.database.read_bytes() == before
    place.forks.run()
    place.assert_finished()


def test_second_writer_is_told(place):
    """Of two runs at once one goes on; the other says who holds the file, and changes nothing."""
    place.begin()
    runs = [place.forks.start() for _ in range(2)]
    codes = [run.wait() for run in runs]
    assert sorted(codes) == [0, 1], [run.output()[-2000:] for run in runs]
    holder, loser = runs if codes[1] else runs[::-1]
    assert f'Could not set lock on file "{place.database}"' in loser.output()
    assert f"(PID {holder.pid})" in loser.output()
    assert loser.done() == ["over"]
    place.assert_finished()


COUNTS = """
    select versions.dataset, versions.version, versions.n_rows,
        (select count(*) from training_set as rows
         where rows.dataset = versions.dataset and rows.version = versions.version),
        versions.n_added + versions.n_changed + versions.n_removed,
        (select count(*) from training_set_changes as changes
         where changes.dataset = versions.dataset and changes.version = versions.version
             and changes.change <> 'left_out')
    from dataset_versions as versions
    order by all
"""


def test_reader_never_sees_part_of_a_version(place):
    """Who reads while a freeze is at work finds each version with all its rows and changes, or not at all."""
    place.begin()
    run = place.forks.run(watch=COUNTS)
    seen = run.watched()
    assert len(seen[0]) == 4, "the reader began before the freeze"
    assert len(seen[-1]) == 8, "and was there when it was over"
    for answer in seen:
        for dataset, version, *counts in answer:
            assert counts[0] == counts[1] > 0, (dataset, version)
            assert counts[2] == counts[3] > 0, (dataset, version)


@pytest.mark.long
def test_other_processes_wait_until_a_freeze_is_over(place):
    """DuckDB lets no other process look into a file that is being written, not even to read."""
    place.begin()
    run, n_refused = place.forks.start(), 0
    done = None
    while done is None and "over" not in run.done():
        if "int_ledger" in run.done():
            try:
                duckdb.connect(str(place.database), read_only=True).close()
            except duckdb.IOException as refusal:
                assert re.search(f"Could not set lock on file.*PID {run.pid}", str(refusal))
                n_refused += 1
            else:
                done = set(run.done())
        time.sleep(0.05)
    assert run.wait() == 0, run.output()
    # Who was let in came between the last model and the word that the run is over.
    assert done is None or set(run.done()) == done | {"over"}
    assert n_refused > 5
    with duckdb.connect(str(place.database), read_only=True) as reader:
        assert len(reader.execute(COUNTS).fetchall()) == 8
