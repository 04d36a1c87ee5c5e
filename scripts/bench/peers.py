"""The same question asked of other programs: each function is run alone, as a process of its own.

python scripts/bench/peers.py copy labels.parquet work.duckdb
"""

import os
import sys

import duckdb

LEAVES = """(
    select * from {rows}
    where node_id not in (select parent_id from {rows} where parent_id is not null)
)"""
CHILDREN = """
create or replace table nodes as
select
    parent.node_id,
    any_value(parent.feature_id) as feature_id,
    any_value(parent.label) as label,
    list(child.node_id order by child.node_id) filter (child.node_id is not null) as child_ids
from '{labels}' as parent
left join '{labels}' as child on child.parent_id = parent.node_id
group by parent.node_id
"""
VOTE = """
select feature_id, arg_max(label, (n_votes, label)) as label
from (
    select feature_id, label, count(*) as n_votes from {leaves}
    where label is not null
    group by feature_id, label
)
group by feature_id
"""


def _connect(database: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(database)
    memory = os.environ.get("LABEL_LINEAGE_MEMORY", "8GB")
    connection.execute(
        f"set threads = 2; set memory_limit = '{memory}'; set preserve_insertion_order = false"
    )
    return connection


def start(labels: str, database: str) -> None:
    """Nothing but the start of Python and DuckDB."""


def copy(labels: str, database: str) -> None:
    """One plain copy of the raw rows: what everything is measured against."""
    with _connect(database) as connection:
        connection.execute(f"create or replace table raw as select * from '{labels}'")


def sql_vote(labels: str, database: str) -> None:
    """Leaves by anti-join and a majority vote, in one hand-written statement."""
    with _connect(database) as connection:
        leaves = LEAVES.format(rows=f"'{labels}'")
        connection.execute(f"create or replace table voted as {VOTE.format(leaves=leaves)}")


def list_agg(labels: str, database: str) -> None:
    """The classic self-join, which lists the children of each node, and a vote over those with none."""
    with _connect(database) as connection:
        connection.execute(CHILDREN.format(labels=labels))
        leaves = "(select * from nodes where child_ids is null)"
        connection.execute(f"create or replace table voted as {VOTE.format(leaves=leaves)}")


def full_copies(labels: str, database: str) -> None:
    """24 releases, each a full table voted from the labels known at its cutoff."""
    with _connect(database) as connection:
        for month in range(24):
            cutoff = f"timestamp '2023-02-01' + to_months({month})"
            known = f"(select * from '{labels}' where recorded_at < {cutoff})"
            leaves = LEAVES.format(rows=known)
            connection.execute(f"create or replace table release_{month} as {VOTE.format(leaves=leaves)}")


def polars(labels: str, database: str) -> None:
    """Leaves by anti-join and a majority vote in Polars."""
    import polars

    rows = polars.scan_parquet(labels)
    parents = rows.select(polars.col("parent_id").alias("node_id")).drop_nulls()
    votes = (
        rows.join(parents, on="node_id", how="anti")
        .filter(polars.col("label").is_not_null())
        .group_by("feature_id", "label")
        .agg(polars.len().alias("n_votes"))
        .sort("n_votes", "label", descending=True)
    )
    votes.group_by("feature_id", maintain_order=True).first().collect()


def networkx(labels: str, database: str) -> None:
    """Leaves by out-degree in networkx, and the check that there is no cycle."""
    import networkx
    import polars

    rows = polars.read_parquet(labels, columns=["node_id", "parent_id"])
    graph = networkx.DiGraph()
    graph.add_nodes_from(rows["node_id"])
    graph.add_edges_from(rows.drop_nulls().select("parent_id", "node_id").iter_rows())
    assert networkx.is_directed_acyclic_graph(graph)
    sum(1 for _, degree in graph.out_degree() if degree == 0)


def crowd_kit(labels: str, database: str) -> None:
    """The majority vote of crowd-kit over leaves that Polars finds."""
    import polars
    from crowdkit.aggregation import MajorityVote

    rows = polars.scan_parquet(labels)
    parents = rows.select(polars.col("parent_id").alias("node_id")).drop_nulls()
    leaves = rows.join(parents, on="node_id", how="anti").filter(polars.col("label").is_not_null())
    frame = leaves.select(task="feature_id", worker="annotator_id", label="label").collect().to_pandas()
    MajorityVote().fit_predict(frame)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
