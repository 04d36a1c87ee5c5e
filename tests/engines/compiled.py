"""The project as an engine's adapter compiles it, without a warehouse."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import batches
from engine import REPOSITORY
from missing import Missing, absent

MODELS = {path.stem for path in (REPOSITORY / "models").rglob("*.sql")}


def compile_project(
    folder: Path, branch: str, engine: str, environment: dict[str, str] | None = None
) -> tuple[dict[str, dict], dict[str, str]]:
    """Compile without a warehouse, by the real adapter.

    Args:
        folder: Where dbt writes.
        branch: `first` or `incremental`.
        engine: The target of profiles.yml.
        environment: Variables that the profile reads.

    Returns:
        Models in the order to build, with their `sql` and `parents`; and the SQL of data tests, by name.
    """
    if importlib.util.find_spec(f"dbt.adapters.{engine}") is None:
        absent(Missing(f"dbt-{engine} is not installed; see make test-engines"))
    offline = Path(__file__).with_name("offline.py")
    result = subprocess.run(
        [
            sys.executable, offline, branch, engine, "compile",
            "--select", "resource_type:model", "resource_type:test", "--indirect-selection", "empty",
            "--project-dir", REPOSITORY, "--profiles-dir", REPOSITORY, "--target-path", folder / branch,
            "--log-path", folder / "logs", "--no-use-colors", "--vars", json.dumps(batches.SETTINGS),
        ],
        env={
            **os.environ,
            **(environment or {}),
            "LABEL_LINEAGE_TARGET": engine,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]
    nodes, tests = {}, {}
    for entry in json.loads((folder / branch / "manifest.json").read_text())["nodes"].values():
        if entry["resource_type"] == "model":
            compiled = folder / branch / "compiled" / "label_lineage" / entry["original_file_path"]
            parents = [parent.split(".")[-1] for parent in entry["depends_on"]["nodes"]]
            nodes[entry["name"]] = {**entry, "sql": compiled.read_text(), "parents": parents}
        elif entry["resource_type"] == "test":
            tests[entry["name"]] = entry["compiled_code"]
    assert set(nodes) == MODELS
    return in_order(nodes), tests


def in_order(nodes: dict[str, dict]) -> dict[str, dict]:
    """The nodes, each after those it reads."""
    ordered: dict[str, dict] = {}
    while len(ordered) < len(nodes):
        ready = [
            name for name, node in nodes.items()
            if name not in ordered and all(parent in ordered for parent in node["parents"] if parent in nodes)
        ]  # fmt: skip
        assert ready, "the models read each other in a circle"
        ordered.update({name: nodes[name] for name in ready})
    return ordered
