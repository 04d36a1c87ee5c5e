"""Numbers, tags, rankings and texts as awkward as they come, under every rule that takes them."""

from __future__ import annotations

import json
import random
from typing import Any

from batches import COLUMNS, NUMBERS, TEXT, TEXTS

# Postgres measures the distance of texts of up to 255 bytes.
SHORT = [text for text in TEXTS if text] + ["roof", "roofs", "proof", "Dächer", "Dach", "日本語", "日本"]
BAD = {
    "tags": ["a", '["a",]', '["a", 1]', "[null]", '{"a": 1}', "", '["\\u0000"]', '["\\ud800"]', '["a\nb"]'],
    "ranking": ["[]", '["a", "\\u0061"]', '["a", null]'],
}
RULES = {
    "number": [{"consolidation": rule} for rule in ("mean", "median", "trimmed_mean", "latest", "unanimous")],
    "tags": [{"ties": ties} for ties in ("queue", "smallest", "largest", "latest")],
    "ranking": [{"ties": ties} for ties in ("queue", "smallest", "largest", "latest")],
    "text": [{"consolidation": "medoid", "ties": ties} for ties in ("queue", "largest", "latest")],
}
SETTINGS: dict[str, Any] = {
    "label_nodes": ["raw.labels"],
    "datasets": [
        {"name": f"{kind}_{number}", "task": kind, "kind": kind, **rule}
        for kind, rules in RULES.items()
        for number, rule in enumerate(rules)
    ],
}


def some_label(dice: random.Random, kind: str) -> str:
    """A label of a kind, often equal to another, and written in one of several ways."""
    if kind == "number":
        whole, decimals = dice.randint(-(10 ** dice.choice([1, 18])), 10), dice.randint(0, 10**12)
        return dice.choice([*NUMBERS, f"{whole}.{decimals:012d}", f"{whole}e-{dice.randint(0, 11)}"])
    if kind == "text":
        return dice.choice(SHORT)
    texts = dice.sample(TEXTS, 6)
    items = dice.choices(texts, k=dice.randint(0, 4)) if kind == "tags" else texts[: dice.randint(1, 6)]
    items = items + ["a", "Z", "ä"] if dice.random() < 0.7 else items
    items = items if kind == "tags" else list(dict.fromkeys(items))
    return json.dumps(items, ensure_ascii=dice.random() < 0.5, indent=dice.choice([None, 2]))


def load(engine, n_features: int) -> None:
    """Make the table that the settings name, with so many features of each kind."""
    dice = random.Random(2024)
    rows = []
    for kind in RULES:
        labels = [
            (f"{kind}{number}", some_label(dice, kind))
            for number in range(n_features)
            for _ in range(number % 6 + 1)
        ]
        labels += [(f"{kind} bad {number}", label) for number, label in enumerate(BAD.get(kind, []))]
        for number, (feature, label) in enumerate(labels):
            values = {
                "node_id": f"{kind}.{number}",
                "feature_id": feature,
                "task": kind,
                "label": label,
                "annotator_id": f"person {number % 3}",
                "created_at": f"2024-01-{number % 28 + 1:02d}",
            }
            rows.append([values.get(column) for column in COLUMNS])
    engine.create("raw.labels", TEXT, rows)
