"""Vote on masks pixel by pixel, in SQL on run lengths and in NumPy on dense arrays, side by side.

Both take the same labels, JSON texts as annotators' tools write them, and give the voted labels, which
must be equal to the character. NumPy votes twice: as one would write it, masks stacked and summed, and
tuned, masks added up one by one in an array of bytes. Ratios are to the first.

Usage: .venv-bench/bin/python scripts/bench/masks.py [--features 60] [--side 1000] [--annotators 9]

A mask is a blob, an ellipse with a wavy outline; each annotator draws it a little differently.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow
from dbt.cli.main import dbtRunner

REPOSITORY = Path(__file__).resolve().parents[2]
POLICY = {"kind": "mask", "consolidation": "majority_vote", "ties": "smallest"}


def blob(random: np.random.Generator, side: int, outline: dict) -> np.ndarray:
    """One annotator's drawing of an object.

    Args:
        random: Source of how the annotator differs.
        side: Height and width in pixels.
        outline: The object: centre, radii, and the waves of its outline.

    Returns:
        A mask of booleans.
    """
    y, x = np.ogrid[:side, :side]
    shift = random.normal(0, side / 200, 2)
    dy = (y - outline["centre"][0] - shift[0]) / outline["radii"][0]
    dx = (x - outline["centre"][1] - shift[1]) / outline["radii"][1]
    angle = np.arctan2(dy, dx)
    edge = 1 + random.normal(0, 0.02)
    for wave, (height, phase) in enumerate(outline["waves"], start=2):
        edge = edge + height * np.sin(wave * angle + phase + random.normal(0, 0.1))

    return dx * dx + dy * dy < edge**2


def encode(mask: np.ndarray) -> str:
    """A mask as COCO's uncompressed run lengths, down the columns, background first."""
    pixels = mask.ravel(order="F")
    turns = np.flatnonzero(np.diff(pixels)) + 1
    counts = np.diff(np.concatenate([[0], turns, [pixels.size]]))
    if pixels[0]:
        counts = np.concatenate([[0], counts])
    return json.dumps({"size": list(mask.shape), "counts": counts.tolist()}, separators=(",", ":"))


def decode(label: str, side: int) -> np.ndarray:
    """A mask of booleans from its run lengths."""
    counts = np.array(json.loads(label)["counts"])
    return np.repeat(np.arange(counts.size) % 2 == 1, counts).reshape((side, side), order="F")


def make_labels(n_features: int, side: int, n_annotators: int) -> list[list[str]]:
    """Labels by feature, the same in each run."""
    random = np.random.default_rng(7)
    features = []
    for _ in range(n_features):
        outline = {
            "centre": random.uniform(0.35, 0.65, 2) * side,
            "radii": random.uniform(0.1, 0.3, 2) * side,
            "waves": [(random.uniform(0, 0.04), random.uniform(0, 6.28)) for _ in range(12)],
        }
        features.append([encode(blob(random, side, outline)) for _ in range(n_annotators)])
    return features


def vote_sql() -> str:
    """The SQL of the rule, as dbt compiles it, over a table `leaves`."""
    inline = (
        "{{ label_lineage.decide('majority_vote', 'mask', votes='votes', leaves='leaves', policies=["
        + json.dumps(POLICY)
        + "]) }}"
    )
    with tempfile.TemporaryDirectory() as folder:
        result = dbtRunner().invoke(
            ["compile", "--quiet", "--inline", inline, "--no-introspect", "--no-populate-cache"]
            + ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
            + ["--target-path", folder, "--log-path", folder, "--log-level", "none"]
        )
        if not result.success:
            raise SystemExit(str(result.exception))
        return result.result.results[0].node.compiled_code


def measure(work: Callable[[], list[str]]) -> tuple[list[str], float, float]:
    """Result, CPU seconds (all threads) and wall seconds of some work."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--features", type=int, default=60)
    parser.add_argument("--side", type=int, default=1000)
    parser.add_argument("--annotators", type=int, default=9)
    given = parser.parse_args()
    labels = make_labels(given.features, given.side, given.annotators)
    n_runs = sum(label.count(",") for feature in labels for label in feature)
    print("\n## Masks, against NumPy\n")
    print(
        f"`scripts/bench/masks.py`: {given.features} features of {given.side} x {given.side} pixels,"
        f" {given.annotators} masks each, {n_runs / given.features / given.annotators:.0f} runs a mask. All"
        " three read labels as text and write them, equal to the character.\n",
        flush=True,
    )

    sql = vote_sql()
    warehouse = duckdb.connect()
    warehouse.execute("set threads = 2")
    rows = [
        (f"{feature:06d}", f"{feature:06d}/{annotator}", label)
        for feature, masks in enumerate(labels)
        for annotator, label in enumerate(masks)
    ]
    given_rows = pyarrow.table(
        dict(zip(["feature_id", "node_id", "label"], map(list, zip(*rows, strict=True)), strict=True))
    )
    warehouse.register("given_rows", given_rows)
    warehouse.execute("""
        create table leaves as
        select 'bench' as dataset, 1 as version_number, feature_id, node_id, label, 1 as weight,
            timestamp '2024-01-01' as effective_at, 'mask' as kind, 'majority_vote' as consolidation,
            'smallest' as ties, '{}' as policy
        from given_rows
    """)
    warehouse.execute("create table votes as select * from leaves limit 0")

    def vote_in_sql() -> list[str]:
        return [
            row[0] for row in warehouse.execute(f"select label from ({sql}) order by feature_id").fetchall()
        ]

    def vote_in_numpy() -> list[str]:
        voted = []
        for masks in labels:
            arrays = np.stack([decode(label, given.side) for label in masks])
            voted.append(encode(2 * arrays.sum(axis=0) > len(masks)))
        return voted

    def vote_in_tuned_numpy() -> list[str]:
        voted = []
        for masks in labels:
            votes = np.zeros((given.side, given.side), dtype=np.uint8, order="F")
            for label in masks:
                votes += decode(label, given.side)
            voted.append(encode(2 * votes > len(masks)))
        return voted

    by_sql, sql_cpu, sql_wall = measure(vote_in_sql)
    by_numpy, numpy_cpu, numpy_wall = measure(vote_in_numpy)
    by_tuned, tuned_cpu, tuned_wall = measure(vote_in_tuned_numpy)
    if not by_sql == by_numpy == by_tuned:
        raise SystemExit("the results differ")

    print("| vote | processor | wall | processor, of the first NumPy | wall |\n|---|---:|---:|---:|---:|")
    for name, cpu, wall in (
        ("SQL on run lengths", sql_cpu, sql_wall),
        ("NumPy, arrays stacked and summed", numpy_cpu, numpy_wall),
        ("NumPy, added up in bytes in place", tuned_cpu, tuned_wall),
    ):
        print(f"| {name} | {cpu:.2f} s | {wall:.2f} s | {cpu / numpy_cpu:.2f} | {wall / numpy_wall:.2f} |")


if __name__ == "__main__":
    main()
