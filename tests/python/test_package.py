"""Installed as a package, the project does the same and brings nothing of its demo."""

from __future__ import annotations

import json

import pytest
from consumer import install, write_consumer
from warehouse import Warehouse

RAW_LABELS = """
select * from (
    values
        ('n1', null, 'scan-1', 'tumour', 'ann', timestamp '2024-01-05 10:00:00'),
        ('n2', 'n1', 'scan-1', 'no tumour', 'bob', timestamp '2024-02-05 10:00:00'),
        ('n3', null, 'scan-2', 'tumour', 'ann', timestamp '2024-01-06 10:00:00')
) as rows (node_id, parent_id, feature_id, label, annotator_id, created_at)
"""


@pytest.fixture(scope="module")
def consumer(tmp_path_factory) -> Warehouse:
    """A consumer of three files, built with strict flags on."""
    folder = tmp_path_factory.mktemp("consumer")
    project = write_consumer(
        folder / "project",
        {"raw_labels": RAW_LABELS},
        vars={"label_lineage": {"label_nodes": [{"ref": "raw_labels"}], "release_every": "month"}},
    )
    assert len([path for path in project.rglob("*") if path.is_file()]) == 3
    built = Warehouse(folder, project)
    install(built)
    outcome = built.dbt("build", "--write-json", "--no-partial-parse", "--show-all-deprecations")
    assert outcome.success, outcome.output
    assert "deprecat" not in outcome.output.lower(), outcome.output
    return built


def test_consumer_reads_its_training_set(consumer):
    """The consumer's own table becomes versions; the order of models follows `ref`."""
    assert consumer.query("""
        select version, feature_id, label from training_set
        where version <> 'latest' order by version, feature_id
    """) == [
        ("2024-01", "scan-1", "tumour"),
        ("2024-01", "scan-2", "tumour"),
        ("2024-02", "scan-1", "no tumour"),
        ("2024-02", "scan-2", "tumour"),
    ]


def test_demo_stays_out(consumer):
    """Neither the demo's seeds nor its datasets reach a consumer."""
    manifest = json.loads((consumer.folder / "target" / "manifest.json").read_text())
    kinds = {node["resource_type"] for node in manifest["nodes"].values()}
    assert "model" in kinds
    assert "seed" not in kinds
    assert consumer.query("select distinct dataset from dataset_versions") == [("default",)]
    assert not [name for (name,) in consumer.query("show tables") if name.startswith("demo")]


def test_consumer_without_inputs_is_told_so(tmp_path):
    """A consumer who has not named an input gets a sentence, not the demo."""
    project = write_consumer(tmp_path / "project", {"raw_labels": RAW_LABELS})
    warehouse = Warehouse(tmp_path, project)
    install(warehouse)
    assert warehouse.dbt("parse").success
    outcome = warehouse.dbt("run")
    assert not outcome.success
    assert "the setting 'label_nodes' names no input" in outcome.output


@pytest.mark.long
def test_consumer_models_build_on_the_public_tables(tmp_path):
    """One selection runs from the consumer's raw table through the package to the consumer's mart."""
    project = write_consumer(
        tmp_path / "project",
        {
            "raw_labels": RAW_LABELS,
            "training_size": "select count(*) as n from {{ ref('label_lineage', 'training_set') }}",
        },
        vars={"label_lineage": {"label_nodes": [{"ref": "raw_labels"}]}},
    )
    warehouse = Warehouse(tmp_path, project)
    install(warehouse)
    warehouse.build("--select", "+training_size")
    # Two versions of two scans, and `latest`.
    assert warehouse.query("select n from training_size") == [(6,)]
