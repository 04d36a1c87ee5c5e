"""Labels of every kind, in two batches: tables that count them, and the same versions as from one full build."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict

import pytest
from shapes import random_features, rows_of
from test_rules_simple import MAKERS
from warehouse import Warehouse


def node(name: str, label: object, month: int, parent: str | None = None, who: str = "ann") -> dict:
    """A raw row; its task is the part of its id before the first dot, its feature that before the last."""
    return {
        "node_id": name,
        "parent_id": parent,
        "task": name.split(".")[0],
        "feature_id": name.rsplit(".", 1)[0],
        "label": label if isinstance(label, str | None) else json.dumps(label),
        "annotator_id": who,
        "created_at": f"2024-{month:02d}-10",
    }


def boxes(*classes: object) -> list[dict]:
    """A label of kind boxes, one box of each class, side by side."""
    return [{"class": name, "bbox": [20 * place, 0, 10, 10]} for place, name in enumerate(classes)]


LABELS = [
    node("class.1.a", "cat", 1), node("class.2.a", "cat", 1), node("class.3.a", "dog", 1),
    node("class.2.b", "dog", 2, "class.2.a"), node("class.4.a", "not { json", 2), node("class.3.b", None, 3, "class.3.a"),
    # Overturned twice counts once; a parent that comes late is overturned from its first instant.
    node("class.5.a", "cat", 1), node("class.5.b", "dog", 1, "class.5.a"), node("class.5.c", None, 3, "class.5.a", "bob"),
    node("class.6.b", "dog", 1, "class.6.a"), node("class.6.a", "cat", 2, None, "bob"),
    node("tags.1.a", ["big", "red"], 1), node("tags.2.a", [], 1), node("tags.3.a", ["red"], 1),
    node("tags.2.b", ["big", 'a "b", c'], 2, "tags.2.a"), node("tags.3.b", [], 3, "tags.3.a"),
    node("boxes.1.a", boxes("car", "car", "bus"), 1), node("boxes.2.a", boxes(), 1), node("boxes.3.a", boxes("car"), 1),
    node("boxes.2.b", boxes(7, 'a "b"}, {'), 2, "boxes.2.a"), node("boxes.3.b", None, 2, "boxes.3.a"),
    node("number.1.a", "5", 1), node("number.1.b", "5.0", 2, "number.1.a", "bob"),
    node("number.2.a", "5", 1), node("number.2.b", "6", 2, "number.2.a", "bob"), node("number.2.c", "5.00", 3, "number.2.b"),
    node("mask.1.a", '{"size": [2, 3], "counts": [6]}', 1),
    node("mask.1.b", '{"size":[2,3],"counts":[6]}', 2, "mask.1.a", "bob"),
]  # fmt: skip
KINDS = ["class", "tags", "boxes", "number", "mask"]
# A rule for each kind that reads the order of leaves or sums over them, and each estimate, on random labels.
RULES = {
    "any_number": {"kind": "number", "consolidation": "trimmed_mean", "trim": 0.2},
    "any_tags": {"kind": "tags", "ties": "latest"},
    "any_ranking": {"kind": "ranking", "ties": "latest"},
    "any_text": {"kind": "text", "consolidation": "medoid", "ties": "latest"},
    "box": {"kind": "box", "consolidation": "mean", "min_agreement": 0.2},
    "boxes": {"kind": "boxes", "consolidation": "box_fusion", "weight": "attention"},
    "mask": {"kind": "mask", "ties": "latest"},
    "polygon": {"kind": "polygon", "consolidation": "medoid"},
    "class": {"kind": "class", "weight": "annotator"},
    "class_em": {"kind": "class", "consolidation": "dawid_skene", "iterations": 3},
    "class_coin": {"kind": "class", "consolidation": "one_coin_dawid_skene", "iterations": 3},
    "class_wawa": {"kind": "class", "consolidation": "wawa"},
    "class_last": {"kind": "class", "repeats": "last", "ties": "smallest"},
}


def random_labels() -> list[dict]:
    """Labels of every kind for the tasks `random ...`, spread over the months."""
    dice = random.Random(11)
    rows = [
        {**row, "task": f"random {row['task']}"}
        for row in rows_of(random_features(seed=3, n_features=8, n_polygons=4))
    ]
    makers = {f"any_{kind}": make for kind, make in MAKERS.items()}
    makers["class"] = lambda dice: dice.choice(["cat", "cat", "dog", "fox"])
    for kind, make in makers.items():
        for feature in range(15):
            people = dice.sample(["ann", "bob", "cleo", "dora", "eve"], k=dice.randint(1, 5))
            # Of classes some are asked again.
            people += dice.choices(people, k=dice.randint(0, 2)) if kind == "class" else []
            for number, who in enumerate(people):
                name, made = f"{kind} {feature}", f"2024-{dice.randint(1, 3):02d}-{dice.randint(1, 28):02d}"
                rows.append(
                    {"node_id": f"{name} {number} {who}", "feature_id": name, "task": f"random {kind}",
                     "label": make(dice), "annotator_id": who, "created_at": made}
                )  # fmt: skip
    return rows


def datasets() -> list[dict]:
    """The newest label of each kind, and every rule of RULES."""
    newest = [
        {"name": f"{kind}_set", "task": kind, "kind": kind, "consolidation": "latest"} for kind in KINDS
    ]
    return newest + [
        {
            "name": f"random_{name}",
            "task": f"random {'class' if name.startswith('class') else name}",
            **policy,
        }
        for name, policy in RULES.items()
    ]


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> Warehouse:
    """Labels of three months: those of January are frozen before the others come."""
    warehouse = Warehouse(tmp_path_factory.mktemp("counted"))
    warehouse.settings = {
        "label_nodes": [str(warehouse.folder / "labels*.parquet")],
        "datasets": datasets(),
        "release_every": "month",
    }
    january = [row for row in LABELS + random_labels() if row["created_at"] < "2024-02"]
    later = [row for row in LABELS + random_labels() if row["created_at"] >= "2024-02"]
    for batch in (january, later):
        warehouse.write_labels(batch, name=f"labels{len(batch)}")
        warehouse.build()
    return warehouse


def classes_in(kind: str, label: str) -> list[str]:
    """What a label counts as."""
    if kind == "class":
        return [label]
    said = json.loads(label)
    names = {str(one["class"]) if kind == "boxes" else one for one in said}
    return sorted(names) or ["[]"]


def test_class_balance_counts_classes(counted):
    """Rows by class, their share and change, of all versions and `latest`, from training_set; other kinds are not there."""
    versions: dict[str, list[str]] = defaultdict(list)
    for dataset, version in counted.query(
        "select dataset, version from dataset_versions order by version_number"
    ):
        versions[dataset].append(version)
    rows: dict[tuple, list[str]] = defaultdict(list)
    for dataset, version, split, label in counted.query(
        "select dataset, version, split, label from training_set"
    ):
        rows[dataset, version, split].append(label)
    expected = set()
    for declared in datasets():
        dataset, kind = declared["name"], declared["kind"]
        if kind not in ("class", "tags", "boxes"):
            continue
        for split in {key[2] for key in rows if key[0] == dataset}:
            before: Counter[str] = Counter()
            for version in [*versions[dataset], "latest"]:
                labels = rows[dataset, version, split]
                now = Counter(name for label in labels for name in classes_in(kind, label))
                for name in now | before:
                    share = f"{now[name] / len(labels):.6f}" if labels else None
                    expected.add((dataset, version, split, name, now[name], share, now[name] - before[name]))
                before = now
    expected = {row for row in expected if row[4] or row[6]}
    found = counted.query(
        "select dataset, version, split, label, n_rows, share::varchar, change from class_balance"
    )
    assert len(found) == len(set(found)) > 25
    assert set(found) == expected
    assert {row[3] for row in found} >= {"not { json", "[]", 'a "b", c', "7", 'a "b"}, {'}


def test_labels_that_mean_the_same_overturn_nothing(counted):
    """5 and 5.0 agree, and so do equal masks; 6 overturned the first 5, and was overturned by the last."""
    found = counted.query("""
        select task, annotator_id, sum(n_labels), sum(n_overturned), round(sum(agreement * n_judged))
        from annotator_scorecard where task in ('number', 'mask') group by all order by all
    """)
    assert found == [
        ("mask", "ann", 1, 0, 1),
        ("mask", "bob", 1, 0, 1),
        ("number", "ann", 3, 1, 3),
        ("number", "bob", 2, 1, 1),
    ]
    assert counted.query(
        "select from_label, to_label from correction_flow where task in ('number', 'mask') order by all"
    ) == [("5", "6"), ("6", "5")]


def test_overturn_rates_grow_with_each_batch(counted):
    """What they are after two batches is what the raw rows say of both."""
    canonical = {"5.0": "5", "5.00": "5", '{"size": [2, 3], "counts": [6]}': '{"size":[2,3],"counts":[6]}'}
    said = {row["node_id"]: canonical.get(row["label"], row["label"]) for row in LABELS}
    overturned = {
        row["parent_id"]
        for row in LABELS
        if row["parent_id"] and said[row["node_id"]] != said[row["parent_id"]]
    }
    expected: Counter[tuple] = Counter()
    for row in LABELS:
        name = row["node_id"]
        if row["task"] in ("class", "number", "mask") and said[name] is not None:
            for subject, told in (("annotator", row["annotator_id"]), ("label", said[name])):
                key = (row["task"], subject, hashlib.md5(told.encode()).hexdigest())
                expected[*key, "labels"] += 1
                expected[*key, "overturned"] += name in overturned
    found = counted.query("""
        select task, subject, name_hash, n_labels, n_overturned, permille
        from int_overturn_rates where task in ('class', 'number', 'mask')
    """)
    assert len(found) == len({key[:3] for key in expected}) == 12
    for *key, n_labels, n_overturned, permille in found:
        assert (n_labels, n_overturned) == (expected[*key, "labels"], expected[*key, "overturned"]), key
        assert permille == int(1000 * (n_overturned + 1) / (n_labels + 2) + 0.5)
    assert counted.query("select reason from review_queue where dataset = 'number_set'") == [("edit_war",)]


@pytest.mark.long
def test_batches_rows_and_threads_do_not_matter(counted, tmp_path):
    """All months at once, backwards, on four threads of dbt: the same versions, to the fingerprint, and the same head."""
    rows = LABELS + random_labels()
    at_once = Warehouse(tmp_path)
    at_once.settings = {**counted.settings, "label_nodes": [str(at_once.write_labels(reversed(rows)))]}
    at_once.build("--threads", "4")
    for table in (
        "select * exclude (frozen_at) from dataset_versions",
        "select * from training_set_changes",
        "select * from training_set",
        "select * from annotator_confusion",
        "select * from annotator_reliability",
        "select * from class_balance",
        "select * exclude (batch) from int_overturn_rates",
        "select * from review_queue",
    ):
        found = at_once.query(f"{table} order by all")
        assert found == counted.query(f"{table} order by all"), table
        assert len(found) > 5, table
