"""Labels whose results are known: what every engine must give, row for row, stands in `golden/`.

    .venv/bin/python tests/engines/golden.py [SCENARIO ...]

writes those files anew from a build on DuckDB. A change of one is a change of what users get from labels
that have not changed: it needs a reason in its commit, and a line in CHANGELOG.md.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import batches
import crowd
import duckdb
import pytest
from engine import MARTS, REPOSITORY, SHARED, DuckDB, Engine

FOLDER = Path(__file__).with_name("golden")


@dataclass(frozen=True)
class Scenario:
    """Labels that come in batches.

    Attributes:
        load: Puts batch 1, 2, ... into the tables that the settings name.
        batches: How many there are; each but the first brings late labels.
        settings: Settings of the project.
    """

    load: Callable[[Engine, int], None]
    batches: int = 2
    settings: Mapping[str, Any] = field(default_factory=dict)


def published(name: str, condition: str) -> tuple[list[str], list[tuple]]:
    """Columns and rows of a published set as texts; a test skips where the set is absent."""
    path = SHARED / "realdata" / name / "label_nodes.parquet"
    if not path.exists():
        pytest.skip("the published label data (../shared/realdata) is not beside this checkout")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(f"select columns(*)::varchar from '{path}' where {condition}")
        return [column[0] for column in rows.description], rows.fetchall()


def load_demo(engine: Engine, number: int) -> None:
    """Half a year of a small town: its seeds as they were at the end of February, then all of them, late labels too."""
    if number > 1:
        engine.project = REPOSITORY
        return
    engine.project = engine.folder / "project"
    (engine.project / "seeds").mkdir(parents=True)
    for name in ("dbt_project.yml", "analyses", "docs", "macros", "models", "tests", "seeds/_seeds.yml"):
        (engine.project / name).symlink_to(REPOSITORY / name)
    for name in ("demo_label_nodes", "demo_dataset_versions"):
        with (
            open(REPOSITORY / "seeds" / f"{name}.csv", newline="") as seed,
            open(engine.project / "seeds" / f"{name}.csv", "w", newline="") as early,
        ):
            rows = csv.DictReader(seed)
            kept = csv.DictWriter(early, rows.fieldnames or [])
            kept.writeheader()
            for row in rows:
                # A column without times would be of another type.
                if "recorded_at" in row:
                    row["recorded_at"] = row["recorded_at"] or row["created_at"]
                if row.get("recorded_at", row.get("as_of", "")) < "2024-03":
                    kept.writerow(row)


def load_label_errors(engine: Engine, number: int, one_in: int = 1) -> None:
    """Two of ten corrected test sets: first those of three features in five, then votes on them and the rest, late.

    Args:
        engine: Where the labels go.
        number: Of the batch.
        one_in: One in how many features is loaded.
    """
    columns, rows = published("label_errors", "task in ('mnist', '20news')")
    rows = [row for row in rows if sum(map(ord, row[2])) % one_in == 0]
    if number == 1:
        rows = [
            row
            for row in rows
            if row[columns.index("created_at")] < "2000-01-25" and sum(map(ord, row[2])) % 5 < 3
        ]
    engine.create("raw.labels", dict.fromkeys(columns, "varchar"), rows)


LABEL_ERRORS = {"label_nodes": ["raw.labels"], "release_every": "week"}


def load_numbers(engine: Engine, number: int) -> None:
    """Ten people's numbers for each of 130 features: first nine in ten labels of one version, then all, late ones too."""
    columns, rows = published("snow2008", "task in ('wordsim', 'valence')")
    cutoffs = {"v1": "2000-01-01 05:50:00", "v2": "2000-01-01 06:05:00"}
    if number == 1:
        created_at = columns.index("created_at")
        rows = [row for place, row in enumerate(rows) if row[created_at] < cutoffs["v1"] and place % 10]
    versions = [
        [dataset["name"], version, cutoff]
        for dataset in NUMBERS["datasets"]
        for version, cutoff in list(cutoffs.items())[:number]
    ]
    engine.create("raw.labels", dict.fromkeys(columns, "varchar"), rows)
    engine.create("raw.versions", {"dataset": "varchar", "version": "varchar", "as_of": "varchar"}, versions)


NUMBERS: dict[str, Any] = {
    "label_nodes": ["raw.labels"],
    "dataset_versions": "raw.versions",
    "datasets": [
        {"name": "similarity", "task": "wordsim", "kind": "number", "consolidation": "mean"},
        {"name": "similarity_median", "task": "wordsim", "kind": "number", "consolidation": "median"},
        {"name": "similarity_trimmed", "task": "wordsim", "kind": "number", "consolidation": "trimmed_mean"},
        {"name": "valence", "task": "valence", "kind": "number", "consolidation": "median"},
    ],
}

SCENARIOS = {
    # Every shape of lineage, from the project's own seeds.
    "demo": Scenario(load=load_demo),
    # Texts, times, numbers and links that engines read, sort or escape differently.
    "awkward": Scenario(load=batches.load, settings=batches.SETTINGS),
    # Northcutt et al. 2021: a given label, a model's guess, and votes that are children of both.
    "label_errors": Scenario(load=load_label_errors, settings=LABEL_ERRORS),
    # The same for one feature in eight, for an engine on which comparing each row with each takes minutes.
    "few_label_errors": Scenario(
        load=lambda engine, number: load_label_errors(engine, number, one_in=8), settings=LABEL_ERRORS
    ),
    # Snow et al. 2008.
    "numbers": Scenario(load=load_numbers, settings=NUMBERS),
    # Estimates of annotators: posteriors, error rates and reliabilities.
    "crowd": Scenario(load=lambda engine, number: crowd.load(engine), batches=1, settings=crowd.SETTINGS),
}


def summary(engine: Engine, marts: Path) -> dict[str, Any]:
    """What is compared: of each mart the rows' number and digest, of each version fingerprint and outcomes.

    Args:
        engine: Where it was built.
        marts: The folder that `write_marts` wrote.
    """
    versions: dict[str, Any] = {}
    for dataset, version, fingerprint, checksum in engine.query(
        "select dataset, version, fingerprint, rows_checksum from dataset_versions"
    ):
        versions[f"{dataset} {version}"] = {"fingerprint": fingerprint, "checksum": checksum, "outcomes": {}}
    for dataset, version, split, outcome, n_rows in engine.query(
        "select dataset, version, split, outcome, count(*) as n_rows from training_set "
        "where version <> 'latest' group by dataset, version, split, outcome"
    ):
        versions[f"{dataset} {version}"]["outcomes"][f"{split} {outcome}"] = int(n_rows)
    return {
        "marts": {name: digest(marts / f"{name}.txt") for name in MARTS},
        "versions": {name: dict(sorted(value.items())) for name, value in sorted(versions.items())},
    }


def digest(path: Path) -> str:
    """Number of rows of a mart, and the hash of the file of them."""
    content = path.read_bytes()
    # The first line names the columns.
    n_rows = content.count(b"\n")
    return f"{n_rows} rows {hashlib.sha256(content).hexdigest()}"


def golden(name: str) -> list[dict[str, Any]]:
    """What stands in the file of a scenario, one element for each batch."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def faults(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """In which marts and versions a summary is not the golden one, a sentence each."""
    return [
        f"{kind} {key}: {found[kind].get(key)}, golden is {wanted[kind].get(key)}"
        for kind in ("versions", "marts")
        for key in sorted({*found[kind], *wanted[kind]})
        if found[kind].get(key) != wanted[kind].get(key)
    ]


def main(names: list[str]) -> None:
    """Write the golden files anew."""
    for name in names or SCENARIOS:
        scenario = SCENARIOS[name]
        with tempfile.TemporaryDirectory() as folder:
            engine, found = DuckDB(Path(folder)), []
            for number in range(1, scenario.batches + 1):
                scenario.load(engine, number)
                engine.dbt("build", "--exclude-resource-type", "unit_test", settings=scenario.settings)
                found.append(summary(engine, engine.write_marts(Path(folder) / f"batch{number}")))
        (FOLDER / f"{name}.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        print(f"wrote {FOLDER / name}.json")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
