"""Tampering behind dbt's back: `verify` finds it and names table, version and row."""

from __future__ import annotations

import os
import random
import re
import shutil

import pytest
from warehouse import Warehouse

SEED = int(os.environ.get("LABEL_LINEAGE_SEED", "1"))


@pytest.fixture(scope="module")
def place(demo, tmp_path_factory) -> Warehouse:
    """A copy of the demo."""
    return demo.copy(tmp_path_factory.mktemp("tampered"))


@pytest.fixture
def tampered(demo, place) -> Warehouse:
    """The copy as the demo is, to tamper with."""
    shutil.copy(demo.database, place.database)
    return place


def verify(warehouse: Warehouse) -> tuple[bool, str]:
    """Whether everything holds, with all that the command printed."""
    outcome = warehouse.dbt("run-operation", "verify", "--args", "{inputs: true}")
    return outcome.success, outcome.output


def failures(output: str) -> str:
    """What the command printed about that which does not hold."""
    return "\n".join(line for line in output.splitlines() if not line.startswith("ok "))


def test_untouched_copy_is_verified(tampered):
    """Else a failure would say nothing."""
    success, output = verify(tampered)
    assert success, output
    assert failures(output) == "\nVerified: 7 frozen version(s) of 2 dataset(s), 72 rows"


CASES = {
    "a raw row is rewritten": (
        "update demo_label_nodes set label = 'maybe' where node_id = 'tile-02/b'",
        ["stg_label_nodes", "tile-02/b", "the raw row says something else", "buildings  v2"],
    ),
    "a raw row is backdated": (
        """update demo_label_nodes set created_at = created_at - to_days(90)
           where node_id = 'tile-02/b'""",
        ["stg_label_nodes", "tile-02/b", "the raw row says something else", "buildings  v2"],
    ),
    "a raw row is deleted": (
        "delete from demo_label_nodes where node_id = 'tile-02/b'",
        ["stg_label_nodes", "tile-02/b", "the raw row is gone", "buildings  v2"],
    ),
    "a raw row loses its parent": (
        "delete from demo_label_nodes where node_id = 'tile-02/d' and parent_id = 'tile-02/c'",
        ["stg_label_nodes", "tile-02/d", "the raw rows no longer name each parent", "buildings  v3"],
    ),
    "a label in the ledger is rewritten": (
        "update int_ledger set label = 'maybe' where node_id = 'tile-02/b'",
        ["int_ledger ", "tile-02/b", "batch", "buildings  v2", "the ledger gives another row"],
    ),
    "a label in the ledger is backdated": (
        "update int_ledger set recorded_at = recorded_at - to_days(40) where node_id = 'tile-02/b'",
        ["int_ledger ", "tile-02/b", "batch", "buildings  v2"],
    ),
    "a label in the ledger counts from an earlier instant": (
        "update int_ledger set effective_at = effective_at - to_days(40) where node_id = 'tile-02/b'",
        ["int_ledger ", "tile-02/b", "buildings  v2", "No label entered a past that was frozen"],
    ),
    "a label in the ledger was admitted at another time": (
        "update int_ledger set admitted_at = admitted_at - to_days(40) where node_id = 'tile-02/b'",
        ["int_ledger ", "tile-02/b", "buildings  v2", "Labels of one batch were admitted alike"],
    ),
    "a label without links is moved to a batch of its own": (
        "update int_ledger set batch = batch + 1000 where node_id = 'tile-15/a'",
        [
            "int_ledger, int_ledger_batches",
            "int_ledger ",
            "tile-15/a",
            "Labels of one batch were admitted alike",
        ],
    ),
    "a label in the ledger is deleted": (
        "delete from int_ledger where node_id = 'tile-02/b'",
        ["int_ledger, int_ledger_batches", "tile-02/b", "buildings", "v2"],
    ),
    "two labels in the ledger change places": (
        """update int_ledger set label = case label when 'yes' then 'no' else 'yes' end
           where node_id in ('tile-02/a', 'tile-02/b')""",
        ["int_ledger ", "tile-02/a", "tile-02/b", "buildings  v1", "buildings  v2"],
    ),
    "a link is deleted": (
        "delete from int_ledger_edges where child_id = 'tile-02/b'",
        ["int_ledger_edges", "tile-02/b", "the edge of this node is missing", "buildings  v2"],
    ),
    "a change is rewritten": (
        "update int_freeze_log set label = 'maybe' where version = 'v3' and feature_id = 'tile-02'",
        ["int_freeze_log", "v3", "tile-02", "says something else than when it was frozen"],
    ),
    "a change is deleted": (
        "delete from int_freeze_log where version = 'v2' and feature_id = 'tile-02' and dataset = 'buildings'",
        ["int_freeze_log", "v2", "tile-02", "the log has no such change"],
    ),
    "a change is backdated": (
        """update int_freeze_log set frozen_at = frozen_at - to_days(1)
           where version = 'v2' and feature_id = 'tile-02' and entry = 'row'""",
        ["int_freeze_log", "v2", "tile-02", "names another version, task or time than the registry"],
    ),
    "a change moves to an earlier version": (
        """update int_freeze_log set version = 'v1', version_number = 1
           where version = 'v3' and feature_id = 'tile-02'""",
        ["int_freeze_log", "v1", "v3", "tile-02", "does not follow the row before it"],
    ),
    "two changes swap their content": (
        """update int_freeze_log set label = other.label, row_hash = other.row_hash
           from int_freeze_log as other
           where int_freeze_log.entry = 'row' and other.entry = 'row' and int_freeze_log.version = 'v1'
               and other.version = 'v1' and int_freeze_log.dataset = 'buildings'
               and other.dataset = 'buildings'
               and (int_freeze_log.feature_id, other.feature_id)
                   in (('tile-01', 'tile-02'), ('tile-02', 'tile-01'))""",
        ["int_freeze_log", "v1", "tile-01", "tile-02", "says something else than when it was frozen"],
    ),
    "two rows change places where readers find them": (
        """update int_training_rows set feature_id = case feature_id when 'tile-01' then 'tile-02'
               else 'tile-01' end
           where version = 'v1' and dataset = 'buildings' and feature_id in ('tile-01', 'tile-02')""",
        ["int_training_rows", "buildings", "v1", "tile-01", "tile-02", "says something else than the log"],
    ),
    "a middle link of the chain is rewritten": (
        """update int_freeze_log set fingerprint = md5('x')
           where entry = 'version' and version = 'v2' and dataset = 'buildings'""",
        ["int_freeze_log", "buildings", "v2", "The chain of fingerprints holds"],
    ),
    "a middle link of the chain is taken out": (
        "delete from int_freeze_log where entry = 'version' and version = 'v2' and dataset = 'buildings'",
        ["int_freeze_log", "buildings", "v2", "The chain of fingerprints holds"],
    ),
    "two links of the chain change places": (
        """update int_freeze_log set version_number = 5 - version_number
           where entry = 'version' and version in ('v2', 'v3') and dataset = 'buildings'""",
        ["int_freeze_log", "buildings", "v2", "v3", "The chain of fingerprints holds"],
    ),
    "a policy that is frozen is unreadable": (
        "update int_training_rows set policy = 'free for all' where entry = 'version' and version = 'v4'",
        ["int_training_rows", "v4", "cannot be recomputed; restore the table from a backup."],
    ),
    "a registry entry is backdated where readers find it": (
        """update int_training_rows set frozen_at = frozen_at - to_days(9)
           where entry = 'version' and version = 'v4'""",
        ["int_training_rows", "v4", "The registry that readers see is that of the log"],
    ),
}


@pytest.mark.parametrize(("statement", "expected"), CASES.values(), ids=CASES.keys())
def test_tampering_is_found_and_named(tampered, statement, expected):
    """The command fails, and its output names table, version and row."""
    assert tampered.query(statement)[0][0] > 0, "the demo no longer holds what this case tampers with"
    success, output = verify(tampered)
    assert not success
    found = failures(output)
    missing = [text for text in expected if " ".join(text.split()) not in " ".join(found.split())]
    assert missing == [], found


LONE = {
    "its time of admission": "admitted_at = admitted_at - to_days(40)",
    "whether a program gave it": "is_model = not is_model",
    "from when it counts": "effective_at = timestamp '2024-02-29 23:59:59.999999' + to_microseconds(1)",
}


@pytest.mark.long
@pytest.mark.parametrize("change", LONE.values(), ids=LONE)
def test_a_label_that_came_alone_is_watched(warehouse, change):
    """No other label of its batch shows what is wrong with it, and what was frozen does not hang on it."""
    rows = [
        {"node_id": "a", "feature_id": "f", "label": "cat", "annotator_id": "ann", "recorded_at": "2024-01-05"},
        # Late, and replaced before another cutoff: two cutoffs could have moved it.
        {"node_id": "b", "feature_id": "g", "label": "cat", "annotator_id": "bob", "recorded_at": "2024-01-06"},
        {"node_id": "c", "feature_id": "g", "label": "dog", "annotator_id": "cleo", "recorded_at": "2024-01-07",
         "parent_id": "b"},
        {"node_id": "d", "feature_id": "h", "label": "dog", "annotator_id": "cleo", "recorded_at": "2024-03-07"},
    ]  # fmt: skip
    for n_rows in (1, 2, 4):
        warehouse.settings["label_nodes"] = [str(warehouse.write_labels(rows[:n_rows]))]
        warehouse.build()
    assert verify(warehouse)[0]
    [(batch, alone)] = warehouse.query(
        "select batch, count(*) over () from int_ledger where batch = (select batch from int_ledger where node_id = 'b')"
    )
    assert alone == 1
    warehouse.execute(f"update int_ledger set {change} where node_id = 'b'")
    if change.startswith("effective_at"):
        warehouse.execute(f"update int_ledger_edges set {change} where child_id = 'b'")
    success, output = verify(warehouse)
    assert not success
    assert re.search(rf"int_ledger, int_ledger_batches +{batch} ", failures(output)), output


# Nothing reads these columns of int_training_rows; a version's name and task come from its registry entry.
UNREAD = {"int_training_rows": ["task", "version", "frozen_at"]}

# Of each log, which rows are changed, and the columns that name a row.
LOGS = {
    "int_ledger": ("true", ["node_id"]),
    "int_ledger_batches": ("true", ["batch"]),
    "int_ledger_edges": ("true", ["child_id"]),
    "int_splits": (
        "feature_id in (select feature_id from int_freeze_log where entry = 'row')",
        ["dataset", "feature_id"],
    ),
    "int_freeze_log": ("entry = 'row'", ["dataset", "version", "feature_id"]),
    "int_freeze_log ": ("entry = 'version'", ["dataset", "version"]),
    "int_training_rows": ("entry = 'row' and label is not null", ["dataset", "feature_id"]),
    "int_training_rows ": ("entry = 'version'", ["dataset", "version"]),
}


def another(kind: str, column: str) -> str:
    """SQL for a value of a column's type that is not its own."""
    if kind.startswith("TIMESTAMP"):
        return f"{column} - to_days(1)"
    if kind == "BOOLEAN":
        return f"not {column}"
    if kind.endswith("[]"):
        return f"list_append({column}, 'somebody')"
    if kind == "VARCHAR":
        return f"{column} || '?'"
    return f"{column} + 1"


@pytest.mark.long
@pytest.mark.parametrize("log", LOGS, ids=[f"{log} where {rows}" for log, (rows, _) in LOGS.items()])
def test_every_column_of_every_log_is_watched(demo, tampered, log):
    """In each column one cell of a random row is changed: backdated, counted up, rewritten. The row is named."""
    draw, (where, keys), table = random.Random(SEED), LOGS[log], log.strip()
    unnoticed = []
    for column, kind, *_ in demo.query(f"describe {table}"):
        if column == "entry" or column in UNREAD.get(log, []):
            continue
        rows = demo.query(f"select rowid from {table} where {column} is not null and {where} order by rowid")
        if not rows:
            continue
        row = draw.choice(rows)[0]
        shutil.copy(demo.database, tampered.database)
        name = f"select {', '.join(keys)} from {table} where rowid = {row}"
        before = tampered.query(name)[0]
        tampered.execute(f"update {table} set {column} = {another(kind, column)} where rowid = {row}")
        after = tampered.query(name)[0]
        success, output = verify(tampered)
        # Where the name itself is changed, either names the row.
        is_named = all(
            re.search(rf"\b({re.escape(str(old))}|{re.escape(str(new))})(?!\w)", failures(output))
            for old, new in zip(before, after, strict=True)
        )
        if success or table not in failures(output) or not is_named:
            unnoticed.append((column, before))
    assert unnoticed == []
