"""Clocks that go wrong and texts that look alike: what counts when, and what is the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from warehouse import Warehouse


def labels(*rows: dict) -> list[dict]:
    """Rows with a label each."""
    return [{"feature_id": "f", "label": row["node_id"], **row} for row in rows]


def build(warehouse: Warehouse, *rows: dict, **settings: object) -> None:
    """Make these rows the whole input, and build."""
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(labels(*rows)))]
    warehouse.build(settings=settings)


def votes(warehouse: Warehouse, version: str) -> list:
    """Leaves of the feature in a version, whatever became of it."""
    return warehouse.query(
        "select leaf_node_ids from training_set_changes where version = ? and feature_id = 'f'", version
    )


@pytest.mark.long
def test_clock_ahead(warehouse):
    """A label dated ahead counts in `latest`, in no version that is due, and on its day at last."""
    ahead = (datetime.now(UTC) + timedelta(days=400)).strftime("%Y-%m-%d %H:%M:%S")
    rows = [
        {"node_id": "now", "created_at": "2024-01-05"},
        {"node_id": "ahead", "parent_id": "now", "created_at": ahead},
        {"node_id": "far", "feature_id": "g", "created_at": "9999-12-30"},
    ]
    build(warehouse, *rows)
    assert warehouse.query("select version from dataset_versions") == [("2024-01",)]
    assert votes(warehouse, "2024-01") == [(["now"],)]
    assert warehouse.query(
        "select feature_id, label from training_set where version = 'latest' order by 1"
    ) == [
        ("f", "ahead"),
        ("g", "far"),
    ]
    # What comes later is frozen in its own time; who is ahead holds nothing up.
    rows.append({"node_id": "next", "feature_id": "h", "created_at": "2024-02-05"})
    build(warehouse, *rows)
    assert warehouse.query("select version, n_rows from dataset_versions order by 1") == [
        ("2024-01", 1),
        ("2024-02", 2),
    ]


@pytest.mark.long
def test_clock_behind(warehouse):
    """A label dated far back that comes after a freeze counts from the next version on, as late."""
    build(warehouse, {"node_id": "a", "created_at": "2024-01-05"})
    frozen = warehouse.frozen()
    rows = [
        {"node_id": "a", "created_at": "2024-01-05"},
        {"node_id": "old", "parent_id": "a", "created_at": "1970-01-01"},
        {"node_id": "oldest", "feature_id": "g", "created_at": "0001-01-02"},
    ]
    build(warehouse, *rows)
    assert warehouse.frozen()[: len(frozen)] == frozen
    assert warehouse.query("""
        select node_id, cast(effective_at as varchar) from label_nodes where node_id like 'old%' order by 1
    """) == [("old", "2024-02-01 00:00:00"), ("oldest", "2024-02-01 00:00:00")]
    assert warehouse.query(
        "select feature_id, cause from training_set_changes where version = '2024-02' order by 1"
    ) == [("f", "late"), ("g", "late")]


def test_child_dated_before_its_parent(warehouse):
    """Clocks of two annotators disagree: the parent never counts, in any version."""
    build(
        warehouse,
        {"node_id": "parent", "created_at": "2024-03-05"},
        {"node_id": "child", "parent_id": "parent", "created_at": "2024-01-05"},
    )
    assert warehouse.query("select version, leaf_node_ids from training_set order by 1") == [
        ("2024-01", ["child"]),
        ("2024-03", ["child"]),
        ("latest", ["child"]),
    ]


def test_made_after_it_was_recorded(warehouse):
    """Only the clock of the warehouse decides; that of the annotator may say anything."""
    build(
        warehouse,
        {"node_id": "a", "created_at": "2999-01-01", "recorded_at": "2024-01-05"},
        {"node_id": "b", "feature_id": "g", "created_at": "1900-01-01", "recorded_at": "2024-01-06"},
    )
    assert warehouse.query("select version, n_rows from dataset_versions") == [("2024-01", 2)]


@pytest.mark.long
def test_equal_instants(warehouse):
    """Everything at the same microsecond, at a cutoff: it counts in it, and ties break the same way again."""
    instant = "2024-01-31 23:59:59.999999"
    rows = [
        {"node_id": "root", "created_at": instant},
        {"node_id": "b", "parent_id": "root", "created_at": instant},
        {"node_id": "a", "parent_id": "root", "created_at": instant},
        {"node_id": "c", "parent_id": "a", "created_at": instant},
        {"node_id": "after", "parent_id": "b", "created_at": "2024-02-01 00:00:00"},
    ]
    datasets = [{"name": "newest", "ties": "latest"}]
    build(warehouse, *rows, datasets=datasets)
    assert votes(warehouse, "2024-01") == [(["b", "c"],)]
    assert votes(warehouse, "2024-02") == [(["after", "c"],)]
    [(fingerprints,)] = warehouse.query("select list(fingerprint order by version) from dataset_versions")
    warehouse.database.unlink()
    build(warehouse, *reversed(rows), datasets=datasets)
    assert warehouse.query("select list(fingerprint order by version) from dataset_versions") == [
        (fingerprints,)
    ]


# The same to the eye, or to a collation, and never the same to a computer.
ALIKE = [
    "caf\u00e9", "cafe\u0301", "CAF\u00c9", "cafe", "cafe ", " cafe", "cafe\u200b", "\uff43\uff41\uff46\uff45", "c\u0430fe",
    "stra\u00dfe", "strasse", "STRASSE", "i", "I", "\u0130", "\u0131", "a1", "a01", "a-1", "a_1", "\ufb01", "fi", "\u212b", "\u00c5", "A\u030a",
]  # fmt: skip


def test_texts_that_look_alike_are_different(warehouse):
    """NFC and NFD, case, blanks, width, other alphabets: as ids, features, labels, tasks and annotators."""
    rows = [
        {"node_id": text, "feature_id": text, "label": text, "task": text, "annotator_id": text, "created_at": "2024-01-05"}
        for text in ALIKE
    ]  # fmt: skip
    votes_of_one = [
        {"node_id": f"vote {text}", "feature_id": "votes", "label": text, "task": "votes", "created_at": "2024-01-06"}
        for text in ALIKE
    ]  # fmt: skip
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels([*rows, *votes_of_one]))]
    warehouse.build(settings={"default_policy": {"ties": "smallest", "min_agreement": 0}})
    assert warehouse.query("select count(*), count(distinct node_id) from label_nodes") == [
        (2 * len(ALIKE),) * 2
    ]
    found = warehouse.query(
        "select dataset, label from training_set where version = 'latest' and dataset <> 'votes'"
    )
    assert sorted(found) == sorted((text, text) for text in ALIKE)
    # Of a tie the smallest wins, by bytes.
    smallest = min(ALIKE, key=lambda text: text.encode())
    assert warehouse.query(
        "select label, n_labels from training_set where version = 'latest' and dataset = 'votes'"
    ) == [(smallest, len(ALIKE))]


def test_null_and_what_looks_like_it(warehouse):
    """NULL retracts; an empty text, blanks and the word are labels."""
    texts = ["", " ", "NULL", "null", "None", "nan", "\\N", None]
    rows = []
    for number, text in enumerate(texts):
        row = {"feature_id": f"f{number}", "created_at": "2024-01-05"}
        rows.append({**row, "node_id": f"a{number}", "label": "before"})
        rows.append({**row, "node_id": f"b{number}", "parent_id": f"a{number}", "label": text})
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(rows))]
    warehouse.build()
    found = dict(warehouse.query("select feature_id, label from training_set where version = 'latest'"))
    assert found == {f"f{number}": text for number, text in enumerate(texts) if text is not None}
