"""Features of a size that nobody should have: the run ends and says what it refused."""

from __future__ import annotations

import os

import duckdb
import pytest
from warehouse import Warehouse

pytestmark = pytest.mark.long

N = int(os.environ.get("LABEL_LINEAGE_FLOOD", "1000000"))
START = "timestamp '2024-01-01'"


def flood(warehouse: Warehouse, select: str, *arguments: str) -> Warehouse:
    """Build from the rows of a query."""
    path = warehouse.folder / "flood.parquet"
    duckdb.sql(
        f"copy (select *, 'label ' || right(node_id, 1) as label, 'ann' as annotator_id from ({select})) "
        f"to '{path}' (format parquet)"
    )
    warehouse.build(*arguments, settings={"label_nodes": [str(path)]})
    return warehouse


def test_children_of_one_node(warehouse):
    """A million children: each is a leaf and a vote, and the trunk holds them all."""
    flood(
        warehouse,
        f"""select 'f' as feature_id, 'leaf' || i as node_id, {START} + to_microseconds(i + 1) as recorded_at,
                'trunk' as parent_id from range({N}) as steps(i)
            union all select 'f', 'trunk', {START}, null""",
    )
    assert warehouse.query("select count(*) from label_nodes where is_leaf and parent_ids = ['trunk']") == [
        (N,)
    ]
    assert warehouse.query("select n_children, len(child_ids) from label_nodes where not is_leaf") == [(N, N)]
    assert warehouse.query("select n_labels, outcome from training_set_changes") == [(N, "tie")]


def test_cycle(warehouse):
    """A million nodes in one ring: none is admitted, each is named."""
    flood(
        warehouse,
        f"""select 'f' as feature_id, 'ring' || i as node_id, {START} as recorded_at,
                'ring' || ((i + 1) % {N}) as parent_id from range({N}) as steps(i)""",
    )
    assert warehouse.query("select count(*) from label_nodes") == [(0,)]
    assert warehouse.query(
        "select reason, count(distinct node_id), count(*) from rejected_label_nodes group by reason"
    ) == [("cycle", N, N)]


def test_chain(warehouse):
    """A million corrections of one label at one instant, any of which might close a cycle."""
    flood(
        warehouse,
        f"""select 'f' as feature_id, 'link' || i as node_id, {START} as recorded_at,
                case when i > 0 then 'link' || (i - 1) end as parent_id from range({N}) as steps(i)""",
    )
    assert warehouse.query("select node_id, depth, root_ids from label_nodes where is_leaf") == [
        (f"link{N - 1}", N - 1, ["link0"])
    ]
    assert warehouse.query("select count(*) from rejected_label_nodes") == [(0,)]


STEPS = 100_000


def test_cycle_with_chords(warehouse):
    """Each node names the next and the one after it: asked one by one, the nodes would all walk all links."""
    flood(
        warehouse,
        f"""select 'f' as feature_id, 'ring' || i as node_id, {START} as recorded_at,
                'ring' || ((i + unnest([1, 2])) % {STEPS}) as parent_id from range({STEPS}) as steps(i)
            union all select 'f', 'before', {START}, null
            union all select 'f', 'ring0', {START}, 'before'
            union all select 'f', 'after', {START}, 'ring7'""",
    )
    assert warehouse.query("select node_id from label_nodes order by all") == [("after",), ("before",)]
    assert warehouse.query(
        "select reason, count(distinct node_id), count(*) from rejected_label_nodes group by reason"
    ) == [("cycle", STEPS, 2 * STEPS + 1)]


def test_ladder(warehouse):
    """The same without a cycle, where ways of ever so many lengths lead to each node."""
    flood(
        warehouse,
        f"""select 'f' as feature_id, 'rung' || i as node_id, {START} as recorded_at,
                'rung' || (i - unnest([1, 2])) as parent_id from range(2, {STEPS}) as steps(i)
            union all select 'f', 'rung1', {START}, 'rung0'
            union all select 'f', 'rung0', {START}, null""",
        "--select",
        "+int_cycle_nodes",
    )
    assert warehouse.query("select count(*) from int_suspect_links") == [(2 * STEPS - 3,)]
    assert warehouse.query("select * from int_cycle_nodes") == []


@pytest.mark.parametrize("column", ["label", "node_id", "feature_id", "annotator_id", "attributes"])
def test_texts_of_a_megabyte(warehouse, column):
    """In each column that takes a text, with a child that names it."""
    long = "long \U0001f3f7 " * 150_000
    rows = [
        {"node_id": "1", "feature_id": "f", "label": "x", "created_at": "2024-01-05", column: long},
        {"node_id": "2", "feature_id": "f", "label": "y", "created_at": "2024-02-05"},
    ]
    rows[1]["parent_id"] = rows[0]["node_id"]
    rows[1]["feature_id"] = rows[0]["feature_id"]
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(rows))]
    warehouse.build()
    assert warehouse.query(f"select {column} from label_nodes where is_root") == [(long,)]
    assert warehouse.query("select version, label from training_set order by 1") == [
        ("2024-01", long if column == "label" else "x"),
        ("2024-02", "y"),
        ("latest", "y"),
    ]
