"""Labels of every kind, as awkward as they come, are the same rows on every engine under every rule."""

from __future__ import annotations

import pytest
import shape_labels
import structured
from engine import differences
from test_engines import ENGINES

# Labels, and how many refused ones there must be at least.
LABELS = {"structured": (structured, 20), "shapes": (shape_labels, 80)}
# Features of each kind. BigQuery's emulator answers nothing that takes it more than five minutes.
N_FEATURES = {("bigquery", "structured"): 12, ("bigquery", "shapes"): 6}
# Without box_fusion: beside the other rules Athena has too few stages left for it, and BigQuery's emulator does not end
# in a quarter of an hour. There test_bigquery.py asks it alone.
WITHOUT_FUSION = ("athena", "bigquery")
# Data tests left out: to replay all these policies at once, of which some weigh by lineage, is more than is planned,
# and the emulator does not end the comparison with the raw rows in time.
REPLAY, RAW_ROWS = "frozen_versions_can_be_recomputed", "every_raw_row_is_accounted_for"
LEFT_OUT = {
    ("trino", "shapes"): [REPLAY],
    ("athena", "shapes"): [REPLAY],
    ("spark", "shapes"): [REPLAY],
    ("bigquery", "structured"): [RAW_ROWS],
    ("bigquery", "shapes"): [RAW_ROWS, REPLAY],
}
# Marts that are not compared: the emulator does not end to read this one of so many policies.
UNREAD = {("bigquery", "shapes"): ("review_queue",)}
# What does not hold, and why.
WRONG = {"snowflake": "fakesnow takes its own JSON for no list and has no `reduce` of a list that was split"}


def marks(engine, name):
    """Marks of a case: `.ci/run` has time for one."""
    found = [] if (engine, name) == ("postgres", "structured") else [pytest.mark.long]
    return [*found, pytest.mark.xfail(reason=WRONG[engine], strict=True)] if engine in WRONG else found


CASES = [
    pytest.param(engine, name, id=f"{engine}-{name}", marks=marks(engine, name))
    for engine in ENGINES
    for name in LABELS
]


@pytest.mark.parametrize(("engine_name", "name"), CASES)
def test_every_kind_is_the_same(engine_name, name, request, new_duckdb):
    """Numbers, tags, rankings and texts; boxes, masks and polygons; and labels of them that must be refused."""
    labels, n_refused = LABELS[name]
    n_features = N_FEATURES.get((engine_name, name), 60)
    engine = request.getfixturevalue(f"new_{engine_name}")()
    if engine_name == "postgres":
        engine.query("create extension fuzzystrmatch schema public")
    settings = {
        **labels.SETTINGS,
        "datasets": [
            dataset
            for dataset in labels.SETTINGS["datasets"]
            if engine_name not in WITHOUT_FUSION or dataset.get("consolidation") != "box_fusion"
        ],
    }
    left_out = LEFT_OUT.get((engine_name, name), [])
    marts = []
    for one in (new_duckdb(), engine):
        labels.load(one, n_features)
        one.dbt(
            "build",
            "--exclude-resource-type",
            "unit_test",
            *(["--exclude", *left_out] if left_out else []),
            settings=settings,
        )
        marts.append(one.write_marts(one.folder / "marts", UNREAD.get((engine_name, name), ())))
    assert differences(*marts) == {}
    assert engine.query("select count(*) as n from training_set")[0][0] > 15 * n_features
    assert engine.query("select count(*) as n from rejected_label_nodes")[0][0] > n_refused
    engine.insist(is_first=True)
