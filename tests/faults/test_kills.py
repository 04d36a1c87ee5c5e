"""kill -9 at random instants: a version is absent or complete, none is lost, and a plain re-run finishes."""

from __future__ import annotations

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
            with self.look() as state:
                self.wanted[start] = {
                    "logged": state.logged(),
                    "read": state.read(),
                    "marts": state.marts(),
                    "ledger": state.ledger(),
                }

    def begin(self, start: str) -> dict:
        """Put the database back where a run starts, and tell what was released there."""
        copy_database(self.saved if start == "released" else Path("nowhere"), self.database)
        if start == "empty":
            return {"logged": {}, "read": {}, "ledger": set()}
        with self.look() as state:
            return {"logged": state.logged(), "read": state.read(), "ledger": state.ledger()}

    def look(self) -> State:
        """What a reader would find now. Looks at a copy: the next run must open the files as they are."""
        return State(copy_database(self.database, self.warehouse.folder / "looked.duckdb"))

    def check(self, start: str, before: dict, done: list[str]) -> None:
        """After a kill, nothing that was released is missing or different, and nothing is there in part."""
        wanted = self.wanted[start]
        with self.look() as state:
            logged = state.logged()
            assert set(logged) == state.registered(), (
                "rows without their registry entry, or the other way round"
            )
            acknowledged = set(before["logged"])
            if "int_freeze_log" in done:
                acknowledged = set(wanted["logged"])
            assert acknowledged <= set(logged), "an acknowledged version is gone"
            assert logged.items() <= wanted["logged"].items(), "a version differs"
            read = state.read()
            published = set(wanted["logged"] if "int_training_rows" in done else before["logged"])
            if start == "released" or "training_set_changes" in done and "training_set" in done:
                assert published <= set(read), "readers miss an acknowledged version"
                assert read.items() <= wanted["read"].items(), "readers find a version that differs"
            assert before["ledger"] <= state.ledger() <= wanted["ledger"], (
                "the ledger lost or invented a label"
            )


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Stage:
    """One stage for all kills."""
    made = Stage(tmp_path_factory.mktemp("kills"))
    yield made
    made.forks.close()


def strike(stage: Stage, run: Run, start: str, draw: random.Random) -> str:
    """Kill a run at a random instant of its time, or right after a random one of its writes."""
    if draw.random() < 0.5:
        seconds = draw.uniform(0, 1.02 * stage.seconds[start])
        end = time.monotonic() + seconds
        while time.monotonic() < end and "over" not in run.done():
            time.sleep(min(0.01, max(0, end - time.monotonic())))
        run.kill()
        return f"after {seconds:.3f} s"
    number, delay = draw.randint(1, stage.n_writes[start]), draw.choice([0, 0, draw.uniform(0, 0.003)])
    writes = Writes(stage.database)
    while writes.look() < number and (writes.count % 8 or "over" not in run.done()):
        time.sleep(0.0005)
    time.sleep(delay)
    run.kill()
    return f"{delay * 1000:.1f} ms after write {number}"


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_run_loses_nothing_and_the_next_one_finishes(stage, number):
    """Killed at a random instant, sometimes twice; then checked as it lies there, and run again."""
    draw = random.Random(SEED * 1_000_003 + number)
    start = draw.choice(["empty", "released", "released"])
    before = stage.begin(start)
    for attempt in range(draw.choice([1, 1, 1, 2])):
        run = stage.forks.start(profiles=draw.choice(stage.profiles))
        instant = strike(stage, run, start, draw)
        code, done = run.wait(), run.done()
        print(
            f"seed {SEED}, kill {number}.{attempt}: from {start}, {instant}, exit code {code}, "
            f"{len(done)} models done, last {done[-1] if done else None}"
        )
        assert code in (-9, 0), run.output()[-3000:]
        stage.check(start, before, done)
    stage.forks.run()
    with stage.look() as state:
        wanted = stage.wanted[start]
        assert state.marts() == wanted["marts"]
        assert state.logged() == wanted["logged"]
        assert state.ledger() == wanted["ledger"]
