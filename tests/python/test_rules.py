"""Consolidation rules, through dbt."""


def test_the_newest_label_needs_no_agreement(warehouse):
    """The rule `latest` takes the newest of three different labels; a dataset can still ask for agreement."""
    labels = [
        {"node_id": node, "feature_id": "f", "label": label, "created_at": f"2024-01-0{day}"}
        for day, (node, label) in enumerate([("a", "cat"), ("b", "dog"), ("c", "fox")], start=1)
    ]
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(labels))]
    warehouse.settings["datasets"] = [
        {"name": "newest", "consolidation": "latest"},
        {"name": "agreed", "consolidation": "latest", "min_agreement": 0.5},
    ]
    warehouse.build()
    assert warehouse.query("select dataset, label from training_set where version = 'latest'") == [
        ("newest", "fox")
    ]
    assert warehouse.query("select dataset, reason from review_queue") == [("agreed", "low_agreement")]
