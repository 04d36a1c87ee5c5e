"""Realistic label logs as Parquet, of any size, the same bytes for the same arguments.

A feature gets one to three first labels; corrections follow months later with one to three parents;
some labels are retracted and labelled anew. Three things that happen in real logs and break slow
programs are put on top: one feature with very many leaves (a fiftieth of the nodes, at most a million),
one very long chain (a fiftieth, at most 100,000), and one annotator who gave a third of all labels.
"""

import argparse
from pathlib import Path

import duckdb

CLASSES = "['residential', 'commercial', 'industrial', 'farm', 'other']"

# Every quantity below is a hash of a feature's number, so that rows do not depend on each other.
NODES = """
with features as (
    select
        feature,
        'tile-' || lpad(cast(feature as varchar), 10, '0') as feature_id,
        {first_day} + to_microseconds(cast(hash(feature * 23) % {span} as bigint)) as labelled_at
    from range({features}) as numbers(feature)
),

first_labels as (
    select
        features.*, 'a' || turn as name, null as parents, hash(feature * 7 + turn) as dice, turn * 3 as days
    from features, range(3) as turns(turn)
    where turn = 0 or hash(feature * 3 + turn) % 100 < 45
),

corrections as (
    select
        features.*,
        'b' as name,
        case
            when hash(feature * 61) % 100 < 20 and hash(feature * 3 + 1) % 100 < 45 and hash(feature * 3 + 2) % 100 < 45
                then ['a0', 'a1', 'a2']
            when hash(feature * 5) % 100 < 30 and hash(feature * 3 + 1) % 100 < 45 then ['a0', 'a1']
            else ['a0']
        end as parents,
        hash(feature * 11) as dice,
        40 as days
    from features
    where hash(feature * 13) % 100 < 50
),

second_corrections as (
    select
        features.*,
        'c' as name,
        case
            when hash(feature * 31) % 100 < 20 and hash(feature * 3 + 2) % 100 < 45 then ['b', 'a2']
            else ['b']
        end as parents,
        hash(feature * 17) as dice,
        95 as days
    from features
    where hash(feature * 13) % 100 < 50 and hash(feature * 19) % 100 < 40
),

forks as (
    select features.*, 'd' as name, ['a0'] as parents, hash(feature * 37) as dice, 60 as days
    from features
    where hash(feature * 13) % 100 < 50 and hash(feature * 41) % 100 < 6
),

retractions as (
    select features.*, 'r' as name, ['c'] as parents, hash(feature * 43) as dice, 120 as days
    from features
    where hash(feature * 13) % 100 < 50 and hash(feature * 19) % 100 < 40
        and hash(feature * 47) % 100 < 5
),

many_leaves as (
    select
        -1 as feature,
        'tile-crowded' as feature_id,
        {first_day} as labelled_at,
        'a' || leaf as name,
        null as parents,
        hash(leaf * 53) as dice,
        leaf % 300 as days
    from range({crowd}) as leaves(leaf)
),

chain as (
    select
        -2 as feature,
        'tile-quarrel' as feature_id,
        {first_day} + to_seconds(link) as labelled_at,
        'a' || link as name,
        case when link = 0 then null else ['a' || (link - 1)] end as parents,
        hash(link * 59) as dice,
        0 as days
    from range({chain}) as links(link)
),

nodes as (
    select * from first_labels union all
    select * from corrections union all
    select * from second_corrections union all
    select * from forks union all
    select * from retractions union all
    select * from many_leaves union all
    select * from chain
)

select
    feature_id || '/' || name as node_id,
    feature_id || '/' || unnest(coalesce(parents, [null])) as parent_id,
    feature_id,
    'default' as task,
    case
        when name <> 'r'
            then {classes}[1 + cast(case when dice % 10 < 8 then hash(feature) else dice end % 5 as integer)]
    end as label,
    'person-' || case when dice % 3 = 0 then 0 else dice % 500 end as annotator_id,
    labelled_at + to_days(days) as created_at,
    labelled_at + to_days(days) as recorded_at
from nodes
"""

# What a day brings: corrections of labels that exist, by the newest id of their features.
DAY = """
select
    feature_id || '/day{day}' as node_id,
    node_id as parent_id,
    feature_id,
    task,
    {classes}[1 + cast(hash(node_id, {day}) % 5 as integer)] as label,
    'person-' || hash(node_id) % 500 as annotator_id,
    cast('{instant}' as timestamp) as created_at,
    cast('{instant}' as timestamp) as recorded_at
from (
    select feature_id, task, max(node_id) as node_id from '{log}'
    where label is not null and hash(feature_id, {day}) % {one_in} = 0
    group by all
)
"""

# A collection that is labelled once and then corrected a little every month.
CHURN = """
with labels as (
    select
        'tile-' || lpad(cast(feature as varchar), 10, '0') as feature_id,
        feature,
        month,
        lag(month) over (partition by feature order by month) as previous
    from range({features}) as features(feature), range({months}) as months(month)
    where month = 0 or hash(feature, month) % 50 = 0
)

select
    feature_id || '/' || month as node_id,
    feature_id || '/' || previous as parent_id,
    feature_id,
    'default' as task,
    {classes}[1 + cast((hash(feature) + month) % 5 as integer)] as label,
    'person-' || hash(feature, month) % 500 as annotator_id,
    timestamp '2023-01-15' + to_months(cast(month as integer)) as created_at
from labels
"""


def _write(sql: str, target: Path) -> int:
    """Write a query as Parquet and return its number of rows."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 2; set preserve_insertion_order = false")
        connection.execute(f"copy ({sql}) to '{target}' (format parquet)")
        return connection.execute(f"select count(*) from '{target}'").fetchone()[0]


def write_log(nodes: int, target: Path, is_skewed: bool = True) -> int:
    """Write a log of about `nodes` label nodes over two years; return its rows (one a node and parent).

    Without skew it has neither the one feature with very many leaves nor the one very long chain.
    """
    return _write(
        NODES.format(
            features=int(nodes * 0.36),
            crowd=min(1_000_000, nodes // 50) if is_skewed else 0,
            chain=min(100_000, nodes // 50) if is_skewed else 0,
            first_day="timestamp '2023-01-01'",
            span=86_400_000_000 * 600,
            classes=CLASSES,
        ),
        target,
    )


def write_day(log: Path, target: Path, share: float, day: int) -> int:
    """Write one day's corrections of about `share` of the log's features; return its rows."""
    return _write(
        DAY.format(
            log=log,
            day=day,
            one_in=max(1, round(0.36 / share)),
            instant=f"2025-03-{day:02d}",
            classes=CLASSES,
        ),
        target,
    )


def write_churn(features: int, months: int, target: Path) -> int:
    """Write `features` labels and 2 % corrections in each later month; return its rows."""
    return _write(CHURN.format(features=features, months=months, classes=CLASSES), target)


def version_at_the_end(log: Path, target: Path) -> Path:
    """Declare one version of the dataset `default` that holds the whole log; return the file."""
    duckdb.execute(
        "copy (select 'default' as dataset, 'v1' as version, max(created_at) as as_of"
        f" from '{log}') to '{target}' (format csv)"
    )
    return target


def main() -> None:
    """Write a log of the size that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nodes", type=int, help="about how many label nodes")
    parser.add_argument("target", type=Path, help="the Parquet file to write")
    arguments = parser.parse_args()
    print(f"{write_log(arguments.nodes, arguments.target):,} rows in {arguments.target}")


if __name__ == "__main__":
    main()
