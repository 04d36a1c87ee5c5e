"""kill -9 at random instants: a version is absent or complete, none is lost, and a plain re-run finishes."""

from __future__ import annotations

import itertools
import os
import random
import time
from pathlib import Path

import history
import pytest
from forked import Forks, Run
from history import State, copy_database, write_profile
from warehouse import Warehouse

KILLS = int(os.environ.get("LABEL_LINEAGE_KILLS", "50"))
SEED = int(os.environ.get("LABEL_LINEAGE_SEED", "1"))


class Writes:
    """Counts how often the files of a database change, as far as somebody who looks often can see."""

    def __init__(self, database: Path) -> None:
        """Begin to count."""
        self.files = [database, Path(f"{database}.wal")]
        self.last, self.count = self.sizes(), 0

    def sizes(self) -> list[tuple | None]:
        """Size and time of each file."""
        found = []
        for file in self.files:
            try:
                status = file.stat()
                found.append((status.st_size, status.st_mtime_ns))
            except FileNotFoundError:
                found.append(None)
        return found

    def look(self) -> int:
        """How many changes there were so far."""
        sizes = self.sizes()
        self.count += sizes != self.last
        self.last = sizes
        return self.count


class Stage:
    """The history in a warehouse, and for each start what an undisturbed run makes of it."""

    def __init__(self, folder: Path) -> None:
        """Release the first batch, then run the second undisturbed from each start."""
        self.warehouse = Warehouse(folder, settings=history.settings(folder))
        self.database = self.warehouse.database
        # DuckDB writes its file anew when the run ends, or with this setting after every commit.
        self.profiles = [
            self.warehouse.profiles,
            write_profile(folder / "checkpoints", checkpoint_threshold="1KB"),
        ]
        history.feed(self.warehouse, batch=1)
        self.forks = Forks(self.warehouse)
        self.forks.run()
        self.saved = copy_database(self.database, folder / "saved.duckdb")
        history.feed(self.warehouse, batch=2)
        self.wanted, self.seconds, self.n_writes = {}, {}, {}
        for start in ("empty", "released"):
            self.begin(start)
            run, began, writes = self.forks.start(), time.monotonic(), Writes(self.database)
            while "over" not in run.done():
                writes.look()
                time.sleep(0.001)
            assert run.wait() == 0, run.output()
            self.seconds[start], self.n_writes[start] = time.monotonic() - began, writes.count
            self.n_models = len(run.done()) - 1
            with self.look() as state:
                self.wanted[start] = {
                    "logged": state.logged(),
                    "read": state.read(),
                    "marts": state.marts(),
                    "ledger": state.ledger(),
                }

    def begin(self, start: str) -> dict:
        """Put the database back where a run starts, and tell what is there, as `check` does."""
        copy_database(self.saved if start == "released" else Path("nowhere"), self.database)
        if start == "empty":
            return {"logged": {}, "read": {}, "ledger": set()}
        with self.look() as state:
            return {"logged": state.logged(), "read": state.read(), "ledger": state.ledger()}

    def look(self) -> State:
        """What a reader would find now. Looks at a copy: the next run must open the files as they are."""
        return State(copy_database(self.database, self.warehouse.folder / "looked.duckdb"))

    def check(self, start: str, before: dict, done: list[str]) -> dict:
        """After a kill, nothing that was there is missing or different, and nothing is there in part.

        Args:
            start: Where the run started.
            before: What was there then, as this method gives it.
            done: Models that dbt had said were done.

        Returns:
            What is there now.
        """
        wanted = self.wanted[start]
        with self.look() as state:
            logged, ledger = state.logged(), state.ledger()
            assert set(logged) == state.registered(), "rows without an entry, or an entry without rows"
            acknowledged = set(wanted["logged"] if "int_freeze_log" in done else before["logged"])
            assert acknowledged <= set(logged), "an acknowledged version is gone"
            assert logged.items() <= wanted["logged"].items(), "a version differs"
            assert before["ledger"] <= ledger <= wanted["ledger"], "the ledger lost or invented a label"
            # Before the first run is over, some of what readers look at does not exist.
            read = before["read"]
            if state.tables >= {"training_set", "training_set_changes", "dataset_versions"}:
                read = state.read()
                published = set(wanted["read"] if "int_training_rows" in done else before["read"])
                assert published <= set(read), "readers miss an acknowledged version"
                assert read.items() <= wanted["read"].items(), "readers find a version that differs"
            return {"logged": logged, "read": read, "ledger": ledger}


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Stage:
    """One stage for all kills."""
    made = Stage(tmp_path_factory.mktemp("kills"))
    yield made
    made.forks.close()


def strike(stage: Stage, run: Run, start: str, draw: random.Random) -> str:
    """Kill a run a random time after a random one of its models, or right after a random one of its writes."""
    if draw.random() < 0.5:
        number, seconds = (
            draw.randrange(stage.n_models),
            draw.uniform(0, 2 * stage.seconds[start] / stage.n_models),
        )
        while len(run.done()) < number and "over" not in run.done():
            time.sleep(0.002)
        time.sleep(seconds)
        run.kill()
        return f"{seconds:.3f} s after model {number}"
    number, seconds = draw.randint(1, stage.n_writes[start]), draw.choice([0, 0, draw.uniform(0, 0.003)])
    writes = Writes(stage.database)
    for look in itertools.count():
        # Reading the report costs more than a look.
        if writes.look() >= number or (look % 16 == 0 and "over" in run.done()):
            break
        time.sleep(0.0005)
    time.sleep(seconds)
    run.kill()
    return f"{seconds:.4f} s after write {number}"


def kill_one(stage: Stage, start: str, draw: random.Random, name: str) -> list[str]:
    """Start runs until one is killed before it is over; what that one had been told was done."""
    for attempt in range(20):
        saved = copy_database(stage.database, stage.warehouse.folder / "before.duckdb")
        command = draw.choice(["run", "run", "build"])
        run = stage.forks.start(command, profiles=draw.choice(stage.profiles))
        instant = strike(stage, run, start, draw)
        code, done = run.wait(), run.done()
        told = f"{len(done)} models done, last {done[-1] if done else None}"
        print(
            f"seed {SEED}, kill {name}, attempt {attempt}: from {start}, {instant}, exit code {code}, {told}"
        )
        assert code in (-9, 0), run.output()[-3000:]
        if code == -9 and "over" not in done:
            return done
        copy_database(saved, stage.database)
    raise AssertionError("every run was over before it could be killed")


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_run_loses_nothing_and_the_next_one_finishes(stage, number):
    """Killed at a random instant, sometimes twice; then checked as it lies there, and run again."""
    draw = random.Random(SEED * 1_000_003 + number)
    start = draw.choice(["empty", "released", "released"])
    before = stage.begin(start)
    for kill in range(draw.choice([1, 1, 1, 2])):
        done = kill_one(stage, start, draw, f"{number}.{kill}")
        before = stage.check(start, before, done)
    stage.forks.run()
    with stage.look() as state:
        wanted = stage.wanted[start]
        assert state.marts() == wanted["marts"]
        assert state.logged() == wanted["logged"]
        assert state.ledger() == wanted["ledger"]
