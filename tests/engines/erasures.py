"""A feature and an annotator redacted after two versions were frozen, on any engine."""

from __future__ import annotations

from batches import COLUMNS, TEXT, row

SETTINGS = {
    "label_nodes": ["raw.labels"],
    "datasets": [{"name": "votes"}, {"name": "crowd", "consolidation": "dawid_skene", "iterations": 2}],
}
REDACTIONS = ["feature_id", "annotator_id", "reason", "redacted_at"]
FEATURE, ANNOTATOR = "f3", "Ann"
# What keeps rows from run to run or is read, and what of the feature or the annotator stands there.
KEPT = {
    "int_ledger": "feature_id = 'f3' and (label is not null or source is not null) or annotator_id = 'Ann'",
    "int_rejections": "feature_id = 'f3' and label is not null",
    "int_splits": "feature_id = 'f3' and split_group = 'group'",
    "int_freeze_log": "feature_id = 'f3' and (label is not null or previous_label is not null)"
    " or annotator_id = 'Ann' or true_label = 'rare' or given_label = 'rare'",
    "int_training_rows": "feature_id = 'f3' and label is not null",
    "training_set": "feature_id = 'f3'",
    "annotator_confusion": "annotator_id = 'Ann' or given_label = 'rare'",
    "annotator_scorecard": "annotator_id = 'Ann'",
}


def holders(engine) -> set[str]:
    """Tables in which something of the feature or the annotator stands."""
    return {
        table
        for table, words in KEPT.items()
        if engine.query(f"select count(*) as n from {table} where {words}")[0][0]
    }


def fingerprints(engine) -> list[tuple]:
    """What the registry says of the versions."""
    return sorted(engine.query("select dataset, version, n_rows, fingerprint from dataset_versions"))


def redact(engine, with_estimates: bool = True) -> str:
    """Freeze two versions, redact, run again with the same raw rows, and give what `verify` says of that.

    Args:
        engine: An empty database.
        with_estimates: Whether one dataset is decided by estimates, of which a replay is more than some engines plan.
    """
    settings = {**SETTINGS, "datasets": SETTINGS["datasets"][: 1 + with_estimates]}
    kept = {table for table in KEPT if with_estimates or table != "annotator_confusion"}
    labels = [
        row(node_id=f"{feature}{who}", feature_id=f"f{feature}", annotator_id=who, source="archive", split_group="group",
            label="rare" if feature == 3 else ["cat", "dog"][(feature + (who == "Ann" and feature == 4)) % 2],
            attributes="{}", created_at=f"2024-0{1 + feature % 2}-05")
        for feature in range(6)
        for who in ("Ann", "Bob", "Cleo")
    ]  # fmt: skip
    labels.append(row(node_id="x", parent_id="x", feature_id="f3", label="rare", created_at="2024-01-05"))
    # Ids name people here, and ids stay.
    labels = [
        [value.lower() if at == COLUMNS.index("node_id") else value for at, value in enumerate(one)]
        for one in labels
    ]
    engine.create("raw.labels", TEXT, labels)
    engine.dbt("run", settings=settings)
    assert holders(engine) == kept, "else finding nothing later would say nothing"
    frozen = fingerprints(engine)
    asked = [[FEATURE, None, "licence", "2024-05-01"], [None, ANNOTATOR, "asked to", "2024-05-02 10:00:00"]]
    engine.create("raw.redactions", dict.fromkeys(REDACTIONS, "varchar"), asked)
    engine.dbt("run", settings={**settings, "redactions": ["raw.redactions"]})
    assert holders(engine) == set()
    assert fingerprints(engine) == frozen
    return engine.dbt("run-operation", "verify", settings=settings)
