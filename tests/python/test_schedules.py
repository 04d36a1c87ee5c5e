"""The named runs of selectors.yml do what their descriptions say."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import yaml
from warehouse import REPOSITORY

FIRST = {"node_id": "a", "feature_id": "f1", "label": "cat", "created_at": "2024-01-05"}
SECOND = {"node_id": "b", "feature_id": "f1", "label": "dog", "created_at": "2024-02-05", "parent_id": "a"}


def test_nightly_admits_and_monthly_freezes(warehouse):
    """Nights bring new labels into `latest`; only the monthly run freezes what is due."""
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels([FIRST]))]

    outcome = warehouse.dbt("run", "--selector", "monthly")
    assert outcome.success, outcome.output
    assert outcome.statuses["int_freeze_log"] == "success"
    assert warehouse.query("select version from dataset_versions") == [("2024-01",)]
    frozen = warehouse.frozen()

    warehouse.write_labels([FIRST, SECOND])
    outcome = warehouse.dbt("run", "--selector", "nightly")
    assert outcome.success, outcome.output
    assert "int_freeze_log" not in outcome.statuses
    assert warehouse.frozen() == frozen
    assert warehouse.query("select label from training_set where version = 'latest'") == [("dog",)]

    outcome = warehouse.dbt("run", "--selector", "monthly")
    assert outcome.success, outcome.output
    assert warehouse.query("select version, label from training_set order by all") == [
        ("2024-01", "cat"),
        ("2024-02", "dog"),
        ("latest", "dog"),
    ]


@pytest.mark.long
def test_schedule_that_begins_with_a_night_is_completed(warehouse):
    """Before the first full run nothing is released, so a night admits labels and can do no more."""
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels([FIRST]))]
    outcome = warehouse.dbt("run", "--selector", "nightly")
    assert outcome.success, outcome.output
    assert outcome.statuses["int_ledger"] == "success"
    assert "int_freeze_log" not in outcome.statuses
    outcome = warehouse.dbt("run", "--selector", "monthly")
    assert outcome.success, outcome.output
    assert warehouse.query("select version, label from training_set order by all") == [
        ("2024-01", "cat"),
        ("latest", "cat"),
    ]


def test_plan_tells_what_comes(warehouse):
    """A version whose cutoff has passed, and what it changes; one of this month; and one that waits for its delay."""
    this_month = datetime.now(UTC).replace(day=1)
    coming = {"node_id": "c", "feature_id": "f2", "label": "owl", "created_at": str(this_month.date())}
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels([FIRST]))]
    warehouse.build()
    warehouse.write_labels([FIRST, SECOND, coming])
    outcome = warehouse.dbt("run", "--selector", "nightly")
    assert outcome.success, outcome.output

    told = warehouse.dbt("run-operation", "plan").output
    assert re.search(r"default +2024-02 +2024-02-29 23:59:59 +by the next run", told), told
    assert re.search(rf"default +{this_month:%Y-%m} .* after {this_month:%Y-%m}-", told), told
    assert "2024-01 " not in told
    assert re.search(r"default +2024-02 +changed +correction +1\n", told), told
    assert re.search(r"default +latest +added +new_label +1\n", told), told

    told = warehouse.dbt("run-operation", "plan", settings={"freeze_delay": "3000 days"}).output
    assert re.search(r"default +2024-02 .* after 2032-", told), told


def test_plan_without_the_settings_of_the_build_is_refused(warehouse):
    """Those of the demo would tell of versions that never come."""
    warehouse.build(settings={"label_nodes": [str(warehouse.write_labels([FIRST]))]})
    outcome = warehouse.dbt("run-operation", "plan")
    assert not outcome.success
    assert "this database holds labels of your own and the setting 'label_nodes' names none" in outcome.output


def test_nightly_runs_the_tests_of_frozen_versions(demo):
    """The nightly run leaves out one model and no test."""
    outcome = demo.dbt("list", "--selector", "nightly", "--output", "name")
    assert outcome.success, outcome.output
    everything = demo.dbt("list", "--output", "name")
    assert set(everything.output.split()) - set(outcome.output.split()) == {"int_freeze_log"}


def test_every_selector_is_described():
    """`dbt ls --selector` and the documentation show the descriptions."""
    selectors = yaml.safe_load((REPOSITORY / "selectors.yml").read_text())["selectors"]
    assert {selector["name"] for selector in selectors} == {"nightly", "monthly"}
    assert all(selector["description"].strip() for selector in selectors)
