"""Rules for classes that weigh annotators, against published programs and against plain Python."""

from __future__ import annotations

import json
import math
from collections import defaultdict

import duckdb
import pytest
from warehouse import SHARED, Warehouse

REAL = SHARED / "realdata"
RULES = {
    "wawa": {"consolidation": "wawa"},
    "one": {"consolidation": "dawid_skene", "iterations": 1},
    "two": {"consolidation": "dawid_skene", "iterations": 2},
    "many": {"consolidation": "dawid_skene", "iterations": 100},
    "coin": {"consolidation": "one_coin_dawid_skene", "iterations": 10},
}
TASKS = {"anaesthesia": "fitness_class", "toy": "ck_toy", "simple": "ck_simple"}


def shares(warehouse: Warehouse, dataset: str) -> dict[str, dict[str, float]]:
    """The soft label of every feature of a dataset's head, decided or not."""
    return {
        feature: {label: votes / 1e6 for label, votes in json.loads(distribution).items()}
        for feature, distribution in warehouse.query(
            "select feature_id, label_distribution from int_head_rows where dataset = ?", dataset
        )
    }


def difference(found: dict, expected: dict) -> float:
    """The largest difference between two tables of soft labels; an absent label has 0."""
    assert found.keys() == expected.keys()
    return max(
        abs(found[feature].get(label, 0) - expected[feature].get(label, 0))
        for feature in expected
        for label in {*found[feature], *expected[feature]}
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Warehouse:
    """The labels of the published examples under every rule, with all digits."""
    if not REAL.exists():
        pytest.skip("../shared/realdata is absent: results of published programs are not compared")
    built = Warehouse(tmp_path_factory.mktemp("published"))
    path = built.folder / "labels.parquet"
    inputs = [str(REAL / name / "label_nodes.parquet") for name in ("ds1979_anaesthesia", "crowdkit_fixtures")]
    duckdb.sql(
        f"copy (select node_id, feature_id, task, label, annotator_id, created_at from read_parquet({inputs}) "
        f"where task <> 'ck_segmentation') to '{path}' (format parquet)"
    )
    built.settings = {
        "label_nodes": [str(path)],
        "release_every": None,
        "default_policy": {"min_agreement": 0},
        "datasets": [
            {"name": f"{name}_{rule}", "task": task, "posterior_digits": 6, **options}
            for name, task in TASKS.items()
            for rule, options in RULES.items()
        ],
    }
    built.build()
    return built


def reference(folder: str, name: str) -> dict[str, dict[str, float]]:
    """Posteriors that a published program gave: one row per feature, one column per label."""
    table = duckdb.sql(f"select * from '{REAL / folder / 'reference' / name}'")
    columns = [column for column in table.columns if column != "task"]
    return {
        row[table.columns.index("task")]: {
            column: row[table.columns.index(column)] for column in columns
        }
        for row in table.fetchall()
    }


def test_anaesthesia(published):
    """Dawid and Skene's own example: log-likelihood, class marginals and all posteriors at the fixed point."""
    answers = published.query(
        "select feature_id, cell_code from int_answers where dataset = 'anaesthesia_many'"
    )
    weights: dict[int, dict[str, float]] = defaultdict(dict)
    for cell, label, logarithm in published.query(
        "select cell_code, true_label, log_probability from int_annotator_estimates "
        "where dataset = 'anaesthesia_many' and true_label is not null"
    ):
        weights[cell][label] = logarithm / 1e9
    cells = defaultdict(list)
    for feature, cell in answers:
        cells[feature].append(cell)
    likelihood = sum(
        math.log(sum(math.exp(sum(weights[cell].get(label, -math.inf) for cell in mine)) for label in "1234"))
        for mine in cells.values()
    )
    summary = json.loads((REAL / "ds1979_anaesthesia/reference/ds1979_anaesthesia/ds_numpy_summary.json").read_text())
    assert likelihood == pytest.approx(summary["loglik"], abs=1e-5)
    marginals = dict(
        published.query(
            "select true_label, probability from int_annotator_estimates "
            "where dataset = 'anaesthesia_many' and true_label is not null and given_label is null"
        )
    )
    assert {label: float(share) for label, share in marginals.items()} == pytest.approx(summary["priors"], abs=2e-6)
