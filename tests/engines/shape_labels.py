"""The random boxes, masks and polygons of tests/python/shapes.py, as a table on any engine."""

from __future__ import annotations

import sys
from typing import Any

from batches import COLUMNS, TEXT
from engine import REPOSITORY

sys.path.append(str(REPOSITORY / "tests" / "python"))
from shapes import policies, random_features, rows_of, rows_to_judge  # noqa: E402

SETTINGS: dict[str, Any] = {
    "label_nodes": ["raw.labels"],
    "datasets": [{"name": name, "task": policy["kind"], **policy} for name, policy in policies().items()],
}


def load(engine, n_features: int) -> None:
    """Make the table that the settings name, with so many features of each kind and a fifth as many of polygons."""
    features = random_features(seed=11, n_features=n_features, n_polygons=n_features // 5)
    rows = rows_of(features) + rows_to_judge()
    engine.create("raw.labels", TEXT, [[row.get(column) for column in COLUMNS] for row in rows])
