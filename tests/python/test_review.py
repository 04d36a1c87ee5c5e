"""Sequences and inputs that once did harm: each test is one of them, with what must happen instead."""

from __future__ import annotations

from warehouse import Warehouse

FIRST = {"node_id": "1", "feature_id": "a", "label": "cat", "recorded_at": "2024-01-05"}
SECOND = {"node_id": "2", "feature_id": "b", "label": "dog", "recorded_at": "2024-02-10"}
THIRD = {"node_id": "3", "feature_id": "c", "label": "dog", "recorded_at": "2024-02-20"}


def feed(warehouse: Warehouse, *rows: dict) -> None:
    """Make these rows the whole input from now on."""
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(rows))]


def test_logs_take_nothing_from_tables_of_other_runs(warehouse):
    """Single models, run in any order, neither admit a label twice nor freeze without what has come since."""
    feed(warehouse, FIRST)
    warehouse.build("--selector", "nightly")
    feed(warehouse, FIRST, SECOND)
    warehouse.build("--select", "int_arrivals")
    outcome = warehouse.dbt("run", "--select", "int_ledger")
    assert not outcome.success
    assert "takes nothing from tables that another run built: int_arrivals" in outcome.messages["int_ledger"]
    assert warehouse.query("select node_id from int_ledger") == [("1",)]

    warehouse.build("--select", "+int_ledger")
    outcome = warehouse.dbt("run", "--select", "int_freeze_log")
    assert "int_versions_due" in outcome.messages["int_freeze_log"]
    assert warehouse.query("select count(*) from int_freeze_log") == [(0,)]

    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select version, n_rows from dataset_versions order by 1") == [
        ("2024-01", 1),
        ("2024-02", 2),
    ]


def test_first_night_passes_its_tests(warehouse):
    """Tests of the freeze log can run before anything was ever frozen."""
    feed(warehouse, FIRST)
    outcome = warehouse.dbt("build", "--selector", "nightly")
    assert outcome.success, outcome.output or outcome.messages
    warehouse.build()
    assert warehouse.query("select version from dataset_versions") == [("2024-01",)]
