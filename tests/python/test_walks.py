"""Walks through the lineage: where recursion has no limit, and in rounds everywhere else."""

from __future__ import annotations

import random

import pytest
from warehouse import REPOSITORY, copy_without

pytestmark = pytest.mark.long

WALKS = ("walk_lineage", "knotted_nodes", "nodes_on_cycles")


@pytest.fixture
def without_recursion(tmp_path):
    """A copy of the project that walks on DuckDB as it does on engines that allow few steps of recursion."""
    return copy_without(WALKS, tmp_path / "without_recursion")


def tangle(seed: int) -> list[dict[str, str]]:
    """Labels of one instant, so that nothing but a walk tells chains, diamonds and cycles apart."""
    draw = random.Random(seed)
    rows = []
    for feature in range(30):
        size = draw.randint(1, 12)
        backwards = draw.choice([0, 0, 0.05, 0.2])
        for child in range(size):
            parents = [
                other
                for other in range(size + 1)
                if other != child and draw.random() < (0.3 if other < child else backwards)
            ]
            for parent in parents or [None]:
                rows.append(
                    {
                        "node_id": f"{feature}-{child}",
                        "parent_id": None if parent is None else f"{feature}-{parent}",
                        "feature_id": f"feature {feature}",
                        "label": draw.choice("ab"),
                        # What a node says is the same on all its rows.
                        "annotator_id": [None, "ann", "bo", "model:x"][child % 4],
                        "created_at": "2024-01-01",
                    }
                )
    said = {"label": "a", "created_at": "2024-01-02"}
    for number in range(300):
        parent = f"c{number - 1}" if number else None
        rows.append({"node_id": f"c{number}", "parent_id": parent, "feature_id": "chain", **said})
        rows[-1]["annotator_id"] = f"who {number % 7}"
    for child, parent in [
        ("r1", "r2"),
        ("r2", "r1"),
        ("way", "r2"),
        ("s1", "way"),
        ("s1", "s2"),
        ("s2", "s1"),
    ]:
        rows.append({"node_id": child, "parent_id": parent, "feature_id": "two rings", **said})
    labels: dict[str, str] = {}
    for row in rows:
        row["label"] = labels.setdefault(row["node_id"], row["label"])
    return rows


def test_rounds_are_never_guessed_in_a_run(warehouse, without_recursion):
    """Compiled before the first run, a walk has some number of rounds; run without its table, it is refused."""
    warehouse.project = without_recursion
    assert warehouse.dbt("compile", "--select", "int_lineage").success
    outcome = warehouse.dbt("run", "--select", "int_lineage")
    assert outcome.statuses == {"int_lineage": "error"}
    assert 'the table "warehouse"."main"."int_ledger_edges" was not found' in outcome.messages["int_lineage"]


def test_rounds_give_what_recursion_gives(warehouse, without_recursion, tmp_path):
    """The same nodes refused, the same depths, roots and hands, from a chain of 300 to knots of cycles."""
    found = []
    warehouse.settings["model_annotators"] = ["model:*"]
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(tangle(seed=7)))]
    for project in (REPOSITORY, without_recursion):
        warehouse.project = project
        warehouse.database.unlink(missing_ok=True)
        warehouse.build("--select", "+int_lineage", "+int_rejections")
        found.append(
            [
                warehouse.query(
                    "select node_id, depth, human_attention, root_ids from int_lineage order by node_id"
                ),
                warehouse.query("select node_id from int_cycle_nodes order by node_id"),
            ]
        )
        # The search has something to tell apart: each way to search begins with nodes of its own.
        assert warehouse.query("select count(*) from int_knotted_nodes")[0][0] > len(found[-1][1]) > 0
    assert found[0] == found[1]
    assert max(row[1] for row in found[0][0]) == 299
