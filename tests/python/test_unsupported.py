"""What an engine lacks is said when the project compiles, never guessed."""

from __future__ import annotations

import pytest
from warehouse import copy_without


@pytest.mark.parametrize("macro", ["hash_number", "list_agg"])
def test_an_engine_without_a_macro_is_refused(macro, warehouse, tmp_path):
    """The sentence names the macro and the engine, and nothing is written."""
    warehouse.project = copy_without([macro], tmp_path / "project")
    outcome = warehouse.dbt("compile")
    assert not outcome.success
    assert (
        f"Label Lineage: the macro '{macro}' has no implementation for duckdb; use an engine that the README lists."
        in outcome.output
    )


@pytest.mark.long
def test_box_fusion_is_refused_where_an_engine_has_none(warehouse, tmp_path):
    """Who asks for the rule is told; who does not never meets it."""
    warehouse.project = copy_without(["fuse_boxes"], tmp_path / "project")
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels([]))]
    warehouse.settings["release_every"] = None

    def compile_with(rule):
        return warehouse.dbt(
            "compile",
            "--select",
            "int_outcomes",
            settings={"datasets": [{"name": "roofs", "kind": "boxes", "consolidation": rule}]},
        )

    compiled = compile_with("unanimous")
    assert compiled.success, compiled.output
    refused = compile_with("box_fusion")
    assert not refused.success
    assert (
        "Label Lineage: the macro 'fuse_boxes' has no implementation for duckdb; "
        "set consolidation to latest or unanimous instead of box_fusion."
    ) in refused.output
