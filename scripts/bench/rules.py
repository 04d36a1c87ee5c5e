"""Majority vote and Dawid-Skene against crowd-kit, side by side in one run, on made-up answers.

    .venv-bench/bin/python scripts/bench/rules.py [--answers 3000000] [--iterations 10]

Times are CPU (user and system) and wall clock of whole processes, less what dbt and Python take to start,
each the median of three runs that take turns; memory is the peak of the whole process.
Both read the answers and write their results, ours with votes, distribution and outcome. Prints Markdown,
and fails if labels differ.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from run import machine

REPOSITORY = Path(__file__).resolve().parents[2]
PEER = """
import sys
import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote
answers, rule, iterations, result = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
if rule == "nothing":
    sys.exit()
data = pd.read_parquet(answers)
if rule == "majority_vote":
    labels = MajorityVote().fit_predict(data)
elif rule == "dawid_skene":
    labels = DawidSkene(n_iter=iterations, tol=-1e9).fit_predict(data)
labels.rename("label").reset_index().to_parquet(result)
"""


def answers(path: Path, number: int) -> None:
    """Five answers a feature by 3,000 annotators of different skill and bias, four classes."""
    duckdb.sql(f"""
        copy (
            with drawn as (
                select
                    number // 5 as feature,
                    hash(number) % 3000 as annotator,
                    (hash(number, 'right') % 1000) / 1000 as draw,
                    hash(number // 5, 'truth') % 10 as truth,
                    hash(number, 'wrong') as other
                from range({number}) as numbers (number)
            )
            select
                'f' || feature as task,
                'a' || annotator as worker,
                substr('aaaabbbccd', cast(case
                    when draw < 0.45 + (hash(annotator, 'skill') % 500) / 1000 then truth
                    else (other % 5 + hash(annotator, 'bias')) % 10
                end as integer) + 1, 1) as label
            from drawn
        ) to '{path}' (format parquet)
    """)


def measured(command: list[str], **environment: str) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak memory (GB) of a process that must succeed."""
    start = time.monotonic()
    child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1e6


def in_turns(steps: dict[str, tuple[list[str], dict[str, str]]], runs: int = 3) -> dict[str, list[float]]:
    """Medians of what `measured` gives for each step; a first round, which reads programs from disk, does not count."""
    times: dict[str, list[tuple[float, float, float]]] = {name: [] for name in steps}
    for number in range(runs + 1):
        for name, (command, environment) in steps.items():
            # What takes long is not repeated for the sake of the disk.
            if number > 0 or name.startswith("start"):
                times[name].append(measured(command, **environment))
    return {
        name: [statistics.median(column) for column in zip(*taken[-runs:], strict=True)]
        for name, taken in times.items()
    }


def main() -> None:
    """Measure, compare the labels, print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--answers", type=int, default=3_000_000)
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument(
        "--rules", nargs="+", default=["majority_vote", "dawid_skene"], help="which to measure"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers(folder / "answers.parquet", options.answers)
        duckdb.sql(f"""
            copy (
                select row_number() over () as node_id, task as feature_id, worker as annotator_id, label,
                    timestamp '2024-01-01' as created_at
                from '{folder}/answers.parquet'
            ) to '{folder}/labels.parquet' (format parquet)
        """)
        rules = {
            "majority_vote": {"ties": "smallest", "min_agreement": 0},
            # Rounded to three digits, as is the default, near ties would be ties.
            "dawid_skene": {
                "iterations": options.iterations,
                "posterior_digits": 6,
                "ties": "smallest",
                "min_agreement": 0,
            },
        }
        steps = {
            "majority_vote": ["int_outcomes"],
            "dawid_skene": ["int_answers", "int_annotator_estimates", "int_outcomes"],
        }
        print("## Classes, against crowd-kit\n")
        print(
            f"`scripts/bench/rules.py`: {options.answers:,} answers on {options.answers // 5:,} features by 3,000"
            f" annotators; Dawid-Skene with {options.iterations} iterations. {machine()}.\n"
        )
        print("| rule | | ours | crowd-kit | times as fast |\n|---|---|---:|---:|---:|", flush=True)
        n_different: dict[str, int] = {}
        for rule in options.rules:
            policy = rules[rule]
            settings = {
                "label_nodes": [f"{folder}/labels.parquet"],
                "release_every": None,
                "datasets": [{"name": "answers", "consolidation": rule, **policy}],
            }
            environment = {
                "LABEL_LINEAGE_DB": str(folder / f"{rule}.duckdb"),
                "DBT_PROFILES_DIR": str(REPOSITORY),
                "DBT_TARGET_PATH": str(folder / "target"),
                "DBT_LOG_PATH": str(folder / "logs"),
            }
            dbt = [
                str(Path(sys.executable).parent / "dbt"), "--quiet", "run", "--project-dir", str(REPOSITORY),
                "--vars", json.dumps(settings), "--select",
            ]  # fmt: skip
            subprocess.run([*dbt, "+int_leaves"], check=True, env={**os.environ, **environment})
            peer = [sys.executable, "-c", PEER, str(folder / "answers.parquet")]
            result = folder / f"{rule}.parquet"
            times = in_turns(
                {
                    "start of ours": ([*dbt, "int_datasets"], environment),
                    "ours": ([*dbt, *steps[rule]], environment),
                    "start of theirs": ([*peer, "nothing", "0", str(result)], {}),
                    "theirs": ([*peer, rule, str(options.iterations), str(result)], {}),
                }
            )
            connection = duckdb.connect(environment["LABEL_LINEAGE_DB"], read_only=True)
            (n_different[rule],) = connection.execute(f"""
                select count(case when outcomes.label is distinct from peer.label then 1 end)
                from int_outcomes as outcomes
                full outer join '{result}' as peer on outcomes.feature_id = peer.task
            """).fetchone()
            connection.close()
            for number, unit in enumerate(("processor", "wall")):
                mine = times["ours"][number] - times["start of ours"][number]
                other = times["theirs"][number] - times["start of theirs"][number]
                print(f"| `{rule}` | {unit} | {mine:.1f} s | {other:.1f} s | {other / mine:.1f} |")
            memory = [f"{times[side][2]:.1f} GB" for side in ("ours", "theirs")]
            print(f"| `{rule}` | memory | {' | '.join(memory)} | |")
            print(f"| `{rule}` | labels that differ | {n_different[rule]} | | |", flush=True)
        if any(n_different.values()):
            raise SystemExit(f"labels differ: {n_different}")


if __name__ == "__main__":
    main()
