"""Answers of a crowd under every rule that estimates annotators, as of several cutoffs."""

from __future__ import annotations

import random
from typing import Any

from batches import COLUMNS, TEXT

RULES = [
    {"consolidation": "dawid_skene", "iterations": 4, "posterior_digits": 6},
    {"consolidation": "dawid_skene", "iterations": 2, "ties": "latest"},
    {"consolidation": "one_coin_dawid_skene", "iterations": 3, "posterior_digits": 6},
    {"consolidation": "wawa", "ties": "smallest"},
    {"consolidation": "weighted_vote", "weight": "annotator", "repeats": "last"},
    {"consolidation": "weighted_vote", "weight": "attention", "ties": "largest"},
]
SETTINGS: dict[str, Any] = {
    "label_nodes": ["raw.labels"],
    "datasets": [{"name": f"crowd_{number}", "task": "crowd", **rule} for number, rule in enumerate(RULES)],
}
LABELS = ["a", "Z", "ä", "日本", 'q"uote', "six"]


def load(engine) -> None:
    """Make the table that the settings name: 3 months, 6 classes, 7 annotators of whom one has no name."""
    dice = random.Random(1979)
    people = [f"Person {number}" for number in range(5)] + ["person 1", None]
    rows = []
    for number in range(240):
        feature = dice.randrange(50)
        values = {
            "node_id": f"n{number}",
            "feature_id": f"feature {feature}",
            "task": "crowd",
            "label": LABELS[feature % 6] if dice.random() < 0.7 else dice.choice(LABELS),
            "annotator_id": dice.choice(people),
            "created_at": f"2024-0{number // 80 + 1}-{number % 28 + 1:02d}",
        }
        rows.append([values.get(column) for column in COLUMNS])
    engine.create("raw.labels", TEXT, rows)
